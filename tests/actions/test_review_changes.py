"""What is changed out of a review: a due day with a decision, who leads; and the mail that leads to the review."""

import uuid
from datetime import date, timedelta

import pytest
from django.core import mail

from accounts.audit import Press
from actions.models import ActionStep, Ask, Review, ReviewItem, StepNote
from actions.review_pages import review_page
from actions.services import cycles, reminders, reviews, sending
from actions.services.notes import unseen
from actions.writing.minutes import minutes
from goals.models import Lead
from goals.services import set_due, set_lead
from tests.actions.test_cycles import stand
from tests.factories.people import PASSWORD, hashed
from tests.factories.plans import add_node
from tests.factories.reviews import MONDAY, make_district, press, work

pytestmark = pytest.mark.django_db
ON = date(2026, 4, 6)
OLD, NEW = date(2026, 5, 1), date(2026, 9, 1)


@pytest.fixture
def district(db):
    found = make_district()
    stand(found.organization, MONDAY)
    found.plan.organization.refresh_from_db()
    for step in found.steps:
        set_due(row=step, press=press(), as_of=date(2025, 1, 1), due=OLD)
    stand(found.organization, ON)
    return found


@pytest.fixture
def editor(client, district):
    client.force_login(work(district.organization, "editor"))
    return client


def opened(district, kind=Review.YEARLY):
    return reviews.open_review(plan=district.plan, kind=kind, press=press())


def item_page(item):
    return f"/manage/meadow/devices/reviews/{item.review_id}/items/{item.pk}/"


def sent(**said):
    shown = {"due": OLD.isoformat(), "due_shown": OLD.isoformat(), "version": 0, "decision": "", "decided": "", "finding": ""}
    return {"press": str(uuid.uuid4())} | shown | said


def test_a_decision_changes_the_due_date_and_both_days_stay(editor, district):
    review = opened(district)
    item = review.items.get(section=ReviewItem.WORDING, node=district.steps[0].node)
    assert editor.post(item_page(item), sent(due=NEW.isoformat())).status_code == 422  # no decision
    assert editor.post(item_page(item), sent(decision="change", decided="Later", due=NEW.isoformat())).status_code == 302
    district.steps[0].refresh_from_db()
    assert district.steps[0].due == NEW
    ask = Ask.objects.get(kind=Ask.DUE)
    assert (ask.due_old, ask.due_new, ask.sentence) == (OLD, NEW, "Later")
    words = "Due September 1, 2026, before: May 1, 2026."
    assert words in editor.get(f"/manage/meadow/devices/reviews/{review.pk}/").content.decode()
    assert words in str(minutes(review_page(Review.objects.get(pk=review.pk))))


def test_a_step_that_is_new_since_the_last_review_shows_the_day_that_it_came_with(district):
    add_node(district.plan, "action_step", "1.1.9", "Came late", district.steps[0].strategy.node, position=9, on=date(2026, 3, 1))
    step = ActionStep.objects.get(code="1.1.9")
    review = opened(district)
    said = {"decision": "change", "decided": "Until summer"}
    for day, words in ((date(2026, 6, 1), "before: no day"), (NEW, "Due September 1, 2026, before: no day")):
        item = review.items.get(section=ReviewItem.AGENDA, node=step.node)
        by = Press("web", district.people["admin"])
        reviews.decide_with_due(item=item, press=by, due=day, **said)
        facts = next(row.facts for row in review_page(review).rows if row.item.pk == item.pk)
        assert words in " ".join(facts)


def test_a_date_that_moved_meanwhile_and_one_that_was_not_touched(editor, district):
    item = opened(district).items.get(section=ReviewItem.WORDING, node=district.steps[0].node)
    set_due(row=district.steps[0], press=press(), as_of=ON, due=date(2026, 7, 1))
    late = editor.post(item_page(item), sent(decision="change", due=NEW.isoformat()))
    assert "Somebody changed it meanwhile" in late.content.decode()
    assert editor.post(item_page(item), sent(decision="keep")).status_code == 302  # the form shows the old day, which nobody typed
    district.steps[0].refresh_from_db()
    assert district.steps[0].due == date(2026, 7, 1)
    past = editor.post(item_page(item), sent(decision="change", version=1, due_shown="2026-07-01", due="2026-01-01"))
    assert "is past" in past.content.decode()


def test_roles_are_confirmed_one_by_one_or_changed_out_of_the_review_with_a_note(editor, district):
    owner = district.people["owner"]
    for step, lead in ((district.steps[0], "lead"), (district.steps[1], "member")):
        set_lead(row=step, press=press(), as_of=date(2025, 1, 1), person=district.people[lead])
    review = opened(district)
    one, two = (review.items.get(section=ReviewItem.ROLE, node=district.steps[n].node) for n in (0, 1))
    editor.post(item_page(one), {"quick": "keep", "press": str(uuid.uuid4())})
    one.refresh_from_db()
    assert one.decision == "keep"
    page = f"/manage/meadow/devices/lead/steps/{two.facts['address']}/?review={review.pk}"
    said = {"person": owner.pk, "as_of": ON.isoformat(), "text": "You know the site", "press": str(uuid.uuid4())}
    assert editor.post(page, said).url == f"/manage/meadow/devices/reviews/{review.pk}/#section-role"
    note = StepNote.objects.get()
    assert (note.lead, note.text) == (Lead.objects.get(node=two.node, person=owner), "You know the site")
    assert [mention.note for mention in unseen(owner)] == [note]
    html = editor.get(f"/manage/meadow/devices/reviews/{review.pk}/").content.decode()
    assert f"Led by {owner.name}. Before: {district.people['member'].name}." in html.replace("&#x27;", "'")


@pytest.mark.parametrize("is_open", [True, False])
def test_the_mail_leads_to_the_review_and_after_sign_in_it_is_there(client, district, is_open):
    person = district.people["admin"]
    person.password = hashed(PASSWORD)
    person.save()
    cycles.set_rhythm(plan=district.plan, press=press(), on=ON, review_on=ON + timedelta(days=10))
    review = opened(district) if is_open else None
    reminders.run_organization(organization=district.organization, on=ON, press=press())
    sending.send_due(on=ON)
    body = next(one.body for one in mail.outbox if one.to == [person.email] and "yearly review" in one.subject)
    path = f"/manage/meadow/devices/reviews/{review.pk}/" if review else "/manage/meadow/devices/reviews/"
    assert f"{path}\n" in body
    answer = client.get(path)
    assert client.post(answer.url, {"login": person.email, "password": PASSWORD}).url == path
    if not is_open:
        assert "announced for April 16, 2026" in client.get(path).content.decode()
        client.post(path, {"kind": "yearly", "press": str(uuid.uuid4())})
        assert Review.objects.get().on == ON + timedelta(days=10)
