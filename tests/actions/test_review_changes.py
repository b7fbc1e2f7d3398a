"""What is changed out of a review: a due day or a wording with a decision, who leads; and the mail that leads to the review."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail

from accounts.audit import Press
from actions.models import ActionStep, Ask, Review, ReviewItem, ReviewRhythm, StepNote
from actions.review_pages import review_page
from actions.services import cycles, reminders, reviews, sending
from actions.services.notes import unseen
from actions.writing.minutes import minutes
from goals.models import GoalArea, Lead, Strategy
from goals.services import set_due, set_lead
from goals.wording_services import reword, standing_wording
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
        reviews.decide_and_change(item=item, press=by, due=day, **said)
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


# another wording


def words_sent(item, **said):
    stands = standing_wording(item.node_id)
    shown = {"title": stands.title, "description": stands.description, "seen": stands.pk, "version": item.version}
    return {"press": str(uuid.uuid4()), "decision": "", "decided": "", "finding": ""} | shown | said


def test_a_decision_rewords_a_strategy_and_old_and_new_stand_in_record_minutes_and_public_page(editor, client, district):
    ReviewRhythm.objects.filter(pk=district.plan.pk).update(reviews_are_public=True)
    review = opened(district)
    item = review.items.get(section=ReviewItem.STRATEGY)
    old, new = item.facts["title"], "Lend a device to every student and family"
    refused = editor.post(item_page(item), words_sent(item, title=new, decision="keep"))
    assert "another wording is that decision" in refused.content.decode()
    assert editor.post(item_page(item), words_sent(item, title=new, decision="change", decided="Families too")).status_code == 302
    assert Strategy.objects.get().title == new
    item.refresh_from_db()
    assert (item.facts["title"], item.facts["title_before"], item.decision) == (new, old, "change")
    reviews.refresh_agenda(review=review, press=press())
    assert not review.items.filter(section=ReviewItem.WORDING, node=item.node).exists()  # decided once is decided
    reviews.write_review(review=review, press=press(), on=ON, summary="", note="", participants=[reviews.Took("Cabinet", 3)])
    reviews.hold_review(review=review, press=press())
    found = Review.objects.get()
    rows = [row for section in minutes(review_page(found))["sections"] for row in section["rows"] if row["decided"]]
    assert rows[0]["changed"] == [{"mark": "Before", "text": old}, {"mark": "Now", "text": new}]
    client.logout()
    said = re.sub(r"</?(?:ins|del)>", "", client.get(f"/meadow/devices/reviews/{found.address}/").content.decode())
    assert f"<p>{old}</p>" in said
    assert f"<p>{new}</p>" in said
    reword(row=Strategy.objects.get(), press=press(), as_of=ON, title="And later otherwise")
    assert review_page(Review.objects.get()).find(item.pk).wording is not None  # a held review says what it said


def test_any_part_can_be_put_on_a_review_and_stays_when_the_data_are_looked_at_anew(editor, district):
    review = opened(district, kind=Review.REGULAR)
    area = GoalArea.objects.get()
    put = f"/manage/meadow/devices/reviews/{review.pk}/parts/"
    assert editor.post(put, {"part": ""}).url.endswith("#put-on")
    for _ in range(2):
        answer = editor.post(put, {"part": area.pk, "press": str(uuid.uuid4())})
    item = review.items.get(section=ReviewItem.WORDING)
    assert answer.url == item_page(item)
    assert "the wording is as it was" in editor.get(answer.url).content.decode()
    reviews.refresh_agenda(review=review, press=press())
    assert review.items.filter(pk=item.pk).exists()
    editor.post(item_page(item), words_sent(item, title="Access for everybody", decision="change"))
    item.refresh_from_db()
    assert (item.facts["title"], item.facts["title_before"]) == ("Access for everybody", "Access for all")


def test_a_wording_that_changed_meanwhile_and_one_that_nobody_touched(editor, district):
    item = opened(district).items.get(section=ReviewItem.STRATEGY)
    form = words_sent(item, decision="change", decided="Mine")
    reword(row=Strategy.objects.get(), press=press(), as_of=ON, title="Theirs, sooner")
    late = editor.post(item_page(item), form | {"title": "Mine, later"})
    assert late.status_code == 409
    assert "Theirs, sooner" in late.content.decode()
    assert "Mine, later" in late.content.decode()
    item.refresh_from_db()
    assert item.decision == ""
    assert editor.post(item_page(item), form).status_code == 302  # the form shows the old wording, which nobody typed
    assert Strategy.objects.get().title == "Theirs, sooner"


def test_a_part_that_came_after_the_last_review_shows_the_wording_that_it_came_with(district):
    add_node(district.plan, "action_step", "1.1.9", "Came late", district.steps[0].strategy.node, position=9, on=date(2026, 3, 1))
    reword(row=ActionStep.objects.get(code="1.1.9"), press=press(), as_of=ON, title="Came late, and was polished")
    items = opened(district, kind=Review.REGULAR).items.filter(node__actionstep__code="1.1.9")
    assert [(item.section, item.facts["title_before"]) for item in items] == [("agenda", "Came late")]
    assert "reworded" in items[0].reasons


def test_the_minutes_of_a_held_review_tell_what_was_decided_and_name_the_rest(district):
    review = opened(district, kind=Review.REGULAR)
    whole = minutes(review_page(review))["sections"][0]
    assert (len(whole["rows"]), whole["left"]) == (4, "")  # while it is prepared it is the agenda
    reviews.decide(item=review.items.first(), press=press(), decision="keep")
    reviews.write_review(review=review, press=press(), on=ON, summary="", note="", participants=[reviews.Took("Cabinet", 3)])
    reviews.hold_review(review=review, press=press())
    held = minutes(review_page(Review.objects.get()))["sections"][0]
    assert [row["decision"] for row in held["rows"]] == ["Keep"]
    assert held["left"] == "Nothing was decided of 3 more: 1.1.2 Task number 2; 1.1.3 Task number 3; 1.1.4 Task number 4."


def test_the_first_review_of_a_plan_begins_with_the_day_after_it_came(district):
    stand(district.organization, date(2020, 3, 1))
    review = opened(district)
    assert review.since == date(2020, 1, 2)
    assert all("added" not in item.reasons for item in review.items.all())
