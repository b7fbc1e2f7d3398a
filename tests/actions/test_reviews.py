"""Reviews: an agenda out of the data, what is written into them, that a held one is frozen, minutes as PDF, and what visitors see of it."""

import html
import io
import re
import uuid
from datetime import date, timedelta

import page
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from actions.models import ActionStep, Ask, Review, ReviewItem, ReviewParticipant, ReviewRhythm, ReviewTask
from actions.movements import last_moves, said_since
from actions.picture import StatusWord, StepPicture
from actions.review_pages import review_page
from actions.reviewing.agenda import Known, is_stalled, reasons
from actions.reviewing.words import agenda_sentence, decided_sentence
from actions.services import review_tasks, reviews
from actions.services.cycles import set_rhythm
from actions.services.reviews import MovedOn, Took
from actions.services.updates import confirm_status, record_status, undo_update
from actions.writing.minutes import render_minutes
from dashboards.review_pages import decided_words, roles_words
from goals.models import DueDate, Plan
from goals.services import change_plan, refresh_copies, set_lead
from tests.factories.plans import reword, take_out
from tests.factories.reviews import MONDAY, add_plan, make_district, press, work

DAY = timedelta(days=1)
ON = date(2026, 4, 6)
"""The third monthly cycle has begun on April 2."""
NOT_STARTED, UNDER_WAY, DONE = (
    StatusWord(1, "Not started", "not-started", 1, "not_started", "st1"),
    StatusWord(2, "In progress", "in-progress", 2, "under_way", "st3"),
    StatusWord(3, "Complete", "complete", 3, "complete", "st4"),
)


# arithmetic


def step(status=UNDER_WAY, **more):
    return StepPicture(1, 1, "1", "1", "Step", status=status, **{"is_confirmed": True} | more)


KNOWN = Known({}, {}, date(2026, 3, 2))


@pytest.mark.parametrize(
    ("now", "then", "known", "why"),
    [
        (step(), step(), KNOWN, []),
        (step(), step(NOT_STARTED), KNOWN, ["changed"]),
        (step(), None, KNOWN, ["added"]),
        (step(is_confirmed=False), step(), KNOWN, ["unconfirmed"]),
        (step(DONE, is_confirmed=False), step(DONE), KNOWN, []),
        (step(due=ON - DAY), step(due=ON - DAY), KNOWN, ["late"]),
        (step(due=ON), step(due=ON), KNOWN, []),
        (step(DONE, due=ON - DAY), step(DONE, due=ON - DAY), KNOWN, []),
        (step(due=ON + DAY), step(due=None), KNOWN, ["due_moved"]),
        (step(), step(), Known({1: date(2026, 3, 1)}, {}, date(2026, 3, 2)), ["stalled"]),
        (step(), step(), Known({1: date(2026, 3, 2)}, {}, date(2026, 3, 2)), []),
        (step(), step(), Known({}, {1: "Waits for the vendor"}, date(2026, 3, 2)), ["blocked"]),
        (step(DONE), step(DONE), Known({}, {1: "Waits"}, date(2026, 3, 2)), []),
        (step(None, is_confirmed=False), step(None), KNOWN, ["unconfirmed"]),
        (
            step(is_confirmed=False, due=ON - DAY),
            step(NOT_STARTED, due=ON - 9 * DAY),
            Known({}, {1: "x"}, ON),
            ["blocked", "late", "unconfirmed", "due_moved", "changed"],
        ),
    ],
)
def test_why_a_step_is_on_the_agenda(now, then, known, why):
    assert reasons(now, then, known, ON) == why


def test_what_has_not_begun_cannot_stand_still():
    known = Known({1: date(2020, 1, 1)}, {}, ON)
    assert is_stalled(1, "under_way", known)
    assert not is_stalled(1, "not_started", known)
    assert not is_stalled(2, "under_way", known)


def test_sentences():
    assert agenda_sentence([["late", "unconfirmed"], ["unconfirmed"]], "step", MONDAY) == (
        "2 steps are on the agenda since February 2, 2026: 1 is late and 2 are not confirmed."
    )
    assert agenda_sentence([], "step", MONDAY).startswith("No step has to be looked at")
    assert decided_sentence(["keep", "", "stop", "keep"]) == "3 of 4 are decided: 2 keep and 1 stop."
    assert decided_sentence(["", ""]) == "None of 2 is decided yet."
    assert decided_words(["keep", "keep", "change"]) == "Of 3 parts that were decided on, 2 stay as they are and 1 is changed."
    assert decided_words(["change", "change"]) == "All 2 parts that were decided on are changed."
    assert decided_words(["stop"]) == "One part was decided on: it is stopped."
    assert roles_words(["keep", "", "change"]) == "1 of 3 roles was confirmed, 1 changes."
    assert roles_words(["", ""]) == ""


# a district in its third cycle


def stand_on(district, day):
    type(district.organization).objects.filter(pk=district.organization.pk).update(is_sample=True, calendar_on=day)
    district.organization.refresh_from_db()
    district.plan.organization = district.organization


def say(district, number, name, on):
    step = ActionStep.objects.select_related("plan__organization").get(pk=district.steps[number].pk)
    return record_status(step=step, status=district.plan.scale.statuses.get(name=name), as_of=on, press=press()).update


def move_due(step, day, on):
    DueDate.objects.create(node=step.node, as_of=on, channel="web", due=day)
    refresh_copies(ActionStep, [step.pk])


@pytest.fixture(scope="module")
def made(kept_rows):
    """Steps: 0 stalled, 1 changed in this cycle and its due day moved, 2 blocked and never spoken of, 3 late."""
    made = make_district()
    for day in (MONDAY, date(2026, 3, 2), ON):
        stand_on(made, day)
        reviews.Cycle.objects.get_or_create(
            plan=made.plan, starts_on=day.replace(day=2), defaults={"ends_on": date(day.year, day.month + 1, 1), "opened_on": day}
        )
    say(made, 0, "In progress", MONDAY)
    confirm_status(step=ActionStep.objects.select_related("status", "plan__organization").get(pk=made.steps[0].pk), press=press(), as_of=ON)
    say(made, 1, "Not started", MONDAY)
    say(made, 1, "In progress", ON)
    move_due(made.steps[1], date(2026, 9, 1), MONDAY)
    move_due(made.steps[1], date(2026, 12, 1), ON)
    say(made, 3, "In progress", ON)
    move_due(made.steps[3], date(2026, 4, 1), MONDAY)
    Ask.objects.create(
        step=made.steps[2], kind="blocked", sentence="The vendor is silent", as_of=ON, by=made.people["owner"], channel="web"
    )
    return made


@pytest.fixture
def district(as_made):
    return as_made


def open_(district, kind="regular"):
    return reviews.open_review(plan=district.plan, kind=kind, press=press())


def agenda_of(review):
    return {item.facts["code"]: item.reasons for item in review.items.filter(section="agenda")}


def hold(review):
    reviews.write_review(review=review, press=press(), on=review.on, summary="", note="", participants=[Took("Board of Education", 5)])
    return reviews.hold_review(review=review, press=press())


def test_the_agenda_is_made_from_the_data(district):
    review = open_(district)
    assert review.since == date(2026, 4, 2)
    assert agenda_of(review) == {
        "1.1.1": ["stalled"],
        "1.1.2": ["due_moved", "changed"],
        "1.1.3": ["blocked", "unconfirmed"],
        "1.1.4": ["late", "changed"],
    }
    assert [item.facts["code"] for item in review.items.all()] == ["1.1.3", "1.1.4", "1.1.1", "1.1.2"]
    said = {row.item.facts["code"]: " ".join(row.facts) for row in review_page(review).rows}
    assert said["1.1.1"] == "In progress since February 2, 2026. Last confirmed April 6, 2026. Led by Contributor."
    assert "In progress, before: not started." in said["1.1.2"]
    assert "Due December 1, 2026, before: September 1, 2026." in said["1.1.2"]
    assert "It waits: The vendor is silent" in said["1.1.3"]


def test_when_a_step_moved_last_knows_corrections(district):
    step = district.steps[3]
    assert last_moves([district.plan.pk])[step.pk] == ON
    wrong = say(district, 3, "Complete", ON)
    assert last_moves([district.plan.pk])[step.pk] == ON
    undo_update(update=wrong, press=press())
    moved = [one for one in said_since([district.plan.pk], AuditEntry.objects.earliest("at").at - DAY) if one.step == step.pk]
    assert [one.is_move for one in moved] == [True]
    assert last_moves([]) == {}


def test_one_review_of_a_kind_is_open_at_a_time(district):
    review = open_(district)
    assert open_(district) == review
    assert open_(district, "yearly") != review
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(plan=district.plan, kind="regular", on=ON, since=ON)


def test_looking_anew_keeps_what_was_said(district):
    review = open_(district)
    kept = review.items.get(facts__code="1.1.4")
    reviews.decide(item=kept, press=press(), finding="The bus is late")
    say(district, 3, "Complete", ON)
    say(district, 0, "Complete", ON)
    move_due(district.steps[3], None, ON)
    reviews.refresh_agenda(review=review, press=press())
    kept.refresh_from_db()
    assert (kept.finding, kept.facts["status"]) == ("The bus is late", "Complete")
    assert agenda_of(review)["1.1.1"] == ["changed"]


def test_the_next_review_looks_from_the_last_one_on(district):
    first = hold(open_(district))
    stand_on(district, date(2026, 4, 20))
    second = open_(district)
    assert (first.address, second.since) == ("2026-04-06", date(2026, 4, 6))
    reviews.write_review(review=second, press=press(), on=ON, summary="", note="", participants=[Took("Cabinet")])
    assert reviews.hold_review(review=second, press=press()).address == "2026-04-06~2"


def test_a_yearly_review_goes_through_strategies_roles_due_days_and_wording(district):
    set_rhythm(plan=district.plan, press=press(), review_on=date(2026, 4, 1))
    reword(district.steps[2], "Task number 3, in new words", ON)
    district.plan.refresh_from_db()
    set_lead(row=ActionStep.objects.get(pk=district.steps[2].pk), person=district.people["owner"], as_of=ON, press=press())
    review = open_(district, "yearly")
    found = {section: list(review.items.filter(section=section)) for section in ("agenda", "strategy", "role", "wording")}
    assert [item.facts["code"] for item in found["strategy"]] == ["1.1"]
    assert found["strategy"][0].facts["steps"] == {"In progress": 3, "": 1}
    assert [item.facts["code"] for item in found["role"]] == ["1.1.3"]
    assert {item.facts["code"] for item in found["wording"]} == {"1.1.2", "1.1.3", "1.1.4"}
    page_ = review_page(review)
    said = {(row.item.section, row.item.facts["code"]): " ".join(row.facts) for row in page_.rows}
    assert said["role", "1.1.3"] == f"Led by {district.people['owner'].name}. Before: nobody by itself."
    assert found["wording"][1].facts["title_before"] == "Task number 3"
    reviews.decide(item=found["strategy"][0], press=press(), effect="partly", decision="change", decided="Begin earlier")
    with pytest.raises(ValidationError, match="Only a strategy"):
        reviews.decide(item=found["role"][0], press=press(), effect="works")
    hold(review)
    assert ReviewRhythm.objects.get().reviewed_on == ON


def test_two_who_write_at_once_both_see_it(district):
    item = open_(district).items.first()
    reviews.decide(item=item, press=press(), expected_version=0, decision="keep")
    with pytest.raises(MovedOn):
        reviews.decide(item=item, press=press(), expected_version=0, decision="stop")
    assert reviews.decide(item=item, press=press(), expected_version=0, decision="keep").version == 1  # says the same: nothing happens


def test_a_decision_in_words_needs_one(district):
    with pytest.raises(ValidationError, match="Choose keep, change or stop"):
        reviews.decide(item=open_(district).items.first(), press=press(), decided="Go on")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({"text": " "}, "Say in a sentence"), ({"person": None}, "one of the two"), ({"due_on": ON - DAY}, "Choose that day or a later one")],
)
def test_a_task_has_words_one_owner_and_a_day_ahead(district, said, wrong):
    usual = {"text": "Ask the vendor", "person": district.people["owner"], "due_on": ON}
    with pytest.raises(ValidationError, match=wrong):
        review_tasks.add_task(review=open_(district), press=press(), **usual | said)


def test_it_is_not_held_without_people_or_before_its_day(district):
    review = open_(district)
    with pytest.raises(ValidationError, match="Nobody is named"):
        reviews.hold_review(review=review, press=press())
    reviews.write_review(review=review, press=press(), on=ON + DAY, summary="", note="", participants=[Took("Cabinet")])
    with pytest.raises(ValidationError, match="has not come yet"):
        reviews.hold_review(review=review, press=press())
    with pytest.raises(ValidationError, match="Choose that day or a later one"):
        reviews.write_review(review=review, press=press(), on=date(2026, 4, 1), summary="", note="", participants=[])


# frozen


@pytest.fixture
def held(district):
    review = open_(district)
    reviews.decide(item=review.items.first(), press=press(), decision="keep")
    review_tasks.add_task(review=review, press=press(), text="Ask the vendor", due_on=ON, person=district.people["owner"])
    return hold(review)


@pytest.mark.parametrize(
    "change",
    [
        lambda review: Review.objects.filter(pk=review.pk).update(summary="Other"),
        lambda review: Review.objects.filter(pk=review.pk).update(held_at=None, address=""),
        lambda review: Review.objects.filter(pk=review.pk).delete(),
        lambda review: review.items.update(decision="stop"),
        lambda review: review.items.all().delete(),
        lambda review: ReviewItem.objects.create(review=review, section="wording", node=review.items.first().node, position=9),
        lambda review: review.participants.update(count=9),
        lambda review: review.participants.all().delete(),
        lambda review: ReviewParticipant.objects.create(review=review, role="Late comers"),
        lambda review: review.tasks.update(text="Other"),
        lambda review: review.tasks.update(due_on=ON + DAY),
        lambda review: review.tasks.all().delete(),
        lambda review: ReviewTask.objects.create(review=review, text="x", due_on=ON, person=review.tasks.get().person),
    ],
)
def test_the_database_refuses_what_would_change_a_held_review(held, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(held)


def test_of_a_held_review_only_the_tasks_done_still_change(held, district):
    task = review_tasks.finish_task(task=held.tasks.get(), press=press())
    assert task.done_on == ON
    assert review_tasks.finish_task(task=task, press=press(), is_done=False).done_on is None
    for late in (
        lambda: reviews.decide(item=held.items.first(), press=press(), decision="stop"),
        lambda: reviews.refresh_agenda(review=held, press=press()),
        lambda: reviews.discard_review(review=held, press=press()),
        lambda: review_tasks.remove_task(task=task, press=press()),
        lambda: reviews.hold_review(review=held, press=press()),
        lambda: review_tasks.add_task(review=held, press=press(), text="x", due_on=ON, person=district.people["owner"]),
    ):
        with pytest.raises(ValidationError, match="This review is over"):
            late()


def test_an_open_review_can_be_taken_away_and_an_item_stays_in_its_plan(district):
    review = open_(district)
    other = add_plan(district.organization, "other")[1][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewItem.objects.create(review=review, section="wording", node=other.node, position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(plan=other.plan)
    review_tasks.add_task(review=review, press=press(), text="x", due_on=ON, person=district.people["owner"])
    reviews.discard_review(review=review, press=press())
    assert not Review.objects.exists()
    assert AuditEntry.objects.filter(verb="discard review", old__items=4).exists()


# pages


BASE = "/manage/meadow/devices/reviews/"


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def send(client, path="", **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4())} | said)


@pytest.fixture
def desk(client, district):
    client.force_login(work(district.organization, "editor"))
    return client


ROWS = {"took-TOTAL_FORMS": "3", "took-INITIAL_FORMS": "0"}


def test_a_review_from_its_opening_to_its_end(desk, district):
    answer = send(desk, kind="regular")
    review = Review.objects.get()
    assert answer["Location"] == f"{BASE}{review.pk}/"
    here = f"{review.pk}/"
    assert "4 action steps are on the agenda since April 2, 2026: 1 is blocked, 1 is late, 1 is stalled" in text_of(desk.get(BASE + here))
    first, second = review.items.all()[:2]
    answer = send(desk, f"{here}items/{first.pk}/", decision="change", decided="Another vendor", finding="Silent", version=0, next=1)
    assert answer["Location"].endswith(f"/items/{second.pk}/")
    assert send(desk, f"{here}items/{second.pk}/", quick="keep")["Location"].endswith(f"#item-{second.pk}")
    owner = district.people["owner"]
    assert send(desk, f"{here}tasks/add/?item={first.pk}", text="Call", who=f"person:{owner.pk}", due_on="2026-05-01").status_code == 302
    assert "Nobody is named who took part" in text_of(send(desk, f"{here}hold/"))
    took = {"took-0-role": "Board of Education", "took-0-count": "5", "took-1-role": "Cabinet", "took-1-person": str(owner.pk)}
    assert send(desk, f"{here}edit/", on="2026-04-06", summary="All well", note="Inside", **ROWS, **took).status_code == 302
    assert "2 of 4 items are not decided" in text_of(desk.get(f"{BASE}{here}hold/"))
    assert send(desk, f"{here}hold/").status_code == 302
    said = text_of(desk.get(BASE + here))
    for words in (
        "reads the same for ever",
        "Board of Education 5 people",
        f"Cabinet: {owner.name}",
        "Another vendor",
        "Silent",
        "Inside",
        "Task: Call",
    ):
        assert words in said
    assert "items/" not in desk.get(BASE + here).content.decode()
    assert send(desk, f"{here}items/{first.pk}/", quick="stop").status_code == 302
    assert review.items.get(pk=first.pk).decision == "change"
    assert "Review of a cycle, April 6, 2026 Held 2 decided 6 took part, 1 task open" in text_of(desk.get(BASE))


def test_bad_input_is_told_and_nothing_typed_is_lost(desk, district):
    review = open_(district)
    wrong = {"took-0-role": "", "took-0-count": "5", "took-1-role": "Cabinet", "took-1-count": "x", "took-2-role": "Kept"}
    answer = send(desk, f"{review.pk}/edit/", on="soon", summary="Typed words", note="", **ROWS, **wrong)
    assert answer.status_code == 422
    said = text_of(answer)
    for words in ("Write the day as 2021-08-03.", "Give the role", "Give a whole number", "Typed words"):
        assert words in said
    assert 'value="Kept"' in answer.content.decode()
    item = review.items.first()
    answer = send(desk, f"{review.pk}/items/{item.pk}/", decided="Typed decision", finding="", decision="", version=0)
    assert answer.status_code == 422
    assert "Choose keep, change or stop" in text_of(answer)
    assert "Typed decision" in text_of(answer)
    answer = send(desk, f"{review.pk}/tasks/add/", text="", who="person:999999", due_on="")
    assert answer.status_code == 422
    assert "Say in a sentence" in text_of(answer)
    assert not review.tasks.exists()
    assert send(desk, f"{review.pk}/edit/", on="2026-04-06").status_code == 422  # without the rows' own fields


def test_who_comes_second_sees_both(desk, district):
    review = open_(district)
    item = review.items.first()
    reviews.decide(item=item, press=press(), decision="keep", decided="Theirs")
    answer = send(desk, f"{review.pk}/items/{item.pk}/", decision="stop", decided="Mine", finding="", version=0)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "Theirs" in said
    assert "Mine" in said
    assert 'name="version" value="1"' in answer.content.decode()
    assert send(desk, f"{review.pk}/items/{item.pk}/", decision="stop", decided="Mine", finding="", version=1).status_code == 302
    assert review.items.get(pk=item.pk).decided == "Mine"


def test_whoever_is_to_do_a_task_says_that_it_is_done(client, district, held):
    task = held.tasks.get()
    client.force_login(district.people["owner"])
    assert send(client, f"{held.pk}/tasks/{task.pk}/done/", done="yes").status_code == 302
    assert ReviewTask.objects.get().done_by == district.people["owner"]
    client.force_login(district.people["lead"])
    assert send(client, f"{held.pk}/tasks/{task.pk}/done/", done="no").status_code == 403


def test_a_review_of_another_plan_is_not_found(desk, district):
    other, _, _ = add_plan(district.organization, "other")
    review = reviews.open_review(plan=other, kind="regular", press=press())
    for path in ("", "edit/", "hold/", "minutes.pdf"):
        assert desk.get(f"{BASE}{review.pk}/{path}").status_code == 404


def test_statements_do_not_grow_with_items(desk, district):
    def count(path):
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(path).status_code == 200
        return len(seen)

    review = open_(district, "yearly")
    paths = [BASE, f"{BASE}{review.pk}/", f"{BASE}{review.pk}/items/{review.items.first().pk}/", f"{BASE}{review.pk}/edit/"]
    few = [count(path) for path in paths]
    for n in range(12):
        node = add_plan(district.organization, f"p{n}", 1)[1][0].node
        type(node).objects.filter(pk=node.pk).update(plan=district.plan, address=f"n{n}")
        item = ReviewItem.objects.create(
            review=review, section="agenda", node=node, position=n, facts=review.items.filter(section="agenda").first().facts
        )
        review_tasks.add_task(
            review=review, press=press(), text=f"Task {n}", due_on=ON, person=work(district.organization, "viewer"), item=item
        )
        reviews.ReviewParticipant.objects.create(review=review, role="Cabinet", person=work(district.organization, "viewer"))
    assert [count(path) for path in paths] == few


# on paper


def text_in(made):
    return " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(made)).pages).split())


NASTY = '#set page(fill: red) $x^2$ *bold* _it_ @ref <lab> \\ `raw` [c] {d} // "q" 語 '


def test_minutes_are_pdf_ua_and_hold_any_text_as_text(desk, district):
    reword(district.steps[2], NASTY, ON)
    review = open_(district, "yearly")
    for item in review.items.all():
        reviews.decide(item=item, press=press(), decision="change", decided=NASTY, finding="Found\nin two lines")
    review_tasks.add_task(
        review=review, press=press(), text="Ask the vendor", due_on=ON, person=district.people["owner"], item=review.items.first()
    )
    took = [Took("Board of Education", 5), Took("Cabinet", person=district.people["cabinet"])]
    reviews.write_review(review=review, press=press(), on=ON, summary="All well", note="Inside", participants=took)
    draft = render_minutes(review_page(review))
    assert "This review is not closed" in text_in(draft)
    reviews.hold_review(review=review, press=press())
    answer = desk.get(f"{BASE}{review.pk}/minutes.pdf")
    assert answer["Content-Type"] == "application/pdf"
    report = page.validate_pdf_bytes(answer.content, profile="ua-1")
    assert report.rules.total > 100
    assert not report.failures, report.failures
    said = text_in(answer.content)
    for words in (
        "Yearly review of April 6, 2026",
        "Board of Education",
        "All well",
        "#set page(fill: red) $x^2$ *bold*",
        "Ask the vendor",
        "in two lines",
    ):
        assert words in said, words
    assert "not closed" not in said
    assert district.people["cabinet"].name in said


def test_minutes_of_nothing_are_minutes_too(district):
    empty, _, _ = add_plan(district.organization, "empty", 0)
    review = reviews.open_review(plan=empty, kind="yearly", press=press())
    made = render_minutes(review_page(review), paper="a4")
    assert not page.validate_pdf_bytes(made, profile="ua-1").failures
    assert "No task came out of it." in text_in(made)


# what visitors see


PUBLIC = "/meadow/devices/reviews/"
CANARY = "never-public"


@pytest.fixture
def shown(district):
    """A held yearly review with canaries in all that is not public."""
    set_rhythm(plan=district.plan, press=press(), reviews_are_public=True)
    person = work(district.organization, "cabinet")
    type(person).objects.filter(pk=person.pk).update(name=f"{CANARY} person")
    set_lead(row=ActionStep.objects.get(pk=district.steps[0].pk), person=person, as_of=ON, press=press())
    review = open_(district, "yearly")
    for item in review.items.all():
        said = {"decided": CANARY} if item.section == "role" else {"decided": f"Decided of {item.facts['code']}"}
        reviews.decide(item=item, press=press(), decision="keep", finding=CANARY, **said)
    review_tasks.add_task(review=review, press=press(), text=CANARY, due_on=ON, person=person)
    took = [Took("Board of Education", 5), Took("Cabinet", person=person), Took("Cabinet", 2)]
    reviews.write_review(review=review, press=press(), on=ON, summary="We met in the library.", note=CANARY, participants=took)
    return reviews.hold_review(review=review, press=press())


def test_visitors_see_day_roles_and_decisions_and_nothing_else(client, district, shown):
    for path in (PUBLIC, f"{PUBLIC}2026-04-06/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
        assert "The vendor is silent" not in answer.content.decode()
        assert not answer.cookies
    said = text_of(client.get(f"{PUBLIC}2026-04-06/"))
    for words in (
        "Yearly review of April 6, 2026",
        "Board of Education 5 people",
        "Cabinet 3 people",
        "We met in the library.",
        "Decided of 1.1.3",
    ):
        assert words in said
    assert "1 of 1 role was confirmed." in said
    assert "Board of Education (5), Cabinet (3)" in text_of(client.get(PUBLIC))


def test_an_open_review_is_nobodys_business(client, district, shown):
    open_(district)
    assert "Review of a cycle" not in text_of(client.get(PUBLIC))


@pytest.mark.parametrize("hide", ["switch", "private", "reports"])
def test_what_the_plan_does_not_show_does_not_exist(client, district, shown, hide):
    if hide == "switch":
        set_rhythm(plan=district.plan, press=press(), reviews_are_public=False)
    else:
        change_plan(plan=district.plan, press=press(), visibility=hide)
    assert client.get(PUBLIC).status_code == 404
    assert client.get(f"{PUBLIC}2026-04-06/").status_code == 404
    assert client.get(f"{PUBLIC}2026-04-07/").status_code == 404


def test_a_part_that_left_the_plan_is_named_without_a_link(client, district, shown):
    take_out(district.steps[2], ON)
    Plan.objects.filter(pk=district.plan.pk).update(generation=99)
    said = client.get(f"{PUBLIC}2026-04-06/")
    assert "1.1.3 Task number 3 no longer in the plan" in text_of(said)
    assert "/meadow/devices/steps/1.1.3/" not in said.content.decode()


def test_statements_of_the_public_list_do_not_grow_with_reviews(client, district, shown):
    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PUBLIC).status_code == 200
        return len(seen)

    few = count()
    for _ in range(3):
        hold(open_(district))
    assert count() == few
