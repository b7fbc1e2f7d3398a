"""The cabinet's morning page: what it counts, that its statements do not grow, and that a nudge is never a third mail."""

import html
import re
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, Membership
from actions.models import ActionStep, Ask, AskAnswer, LastLook, Reminder, ReminderLine, Review
from actions.morning_parts import SHOWN
from actions.mornings import morning
from actions.reading.files import read
from actions.reminding.ladder import FIRST, SECOND
from actions.services import reminders, sending
from actions.services.cycles import add_break, set_rhythm
from actions.services.importing import import_plan
from actions.services.nudges import note_look, nudge
from actions.services.review_tasks import add_task
from actions.services.reviews import open_review
from actions.services.updates import confirm_status, record_status
from goals.models import DueDate, Plan
from goals.services import change_plan, refresh_copies
from tests.factories.people import DepartmentFactory
from tests.factories.plans import reword
from tests.factories.reviews import MONDAY, add_plan, leads, make_district, press, work

DAY = timedelta(days=1)
ON = date(2026, 4, 6)
"""A Monday of the third monthly cycle."""


def stand_on(district, day):
    type(district.organization).objects.filter(pk=district.organization.pk).update(is_sample=True, calendar_on=day)
    district.organization.refresh_from_db()
    district.plan.organization = district.organization


def fresh(step):
    return ActionStep.objects.select_related("plan__organization", "status").get(pk=step.pk)


def say(district, number, name, on):
    return record_status(
        step=fresh(district.steps[number]), status=district.plan.scale.statuses.get(name=name), as_of=on, press=press()
    ).update


def due(step, day, on=MONDAY):
    DueDate.objects.create(node=step.node, as_of=on, channel="web", due=day)
    refresh_copies(ActionStep, [step.pk])


@pytest.fixture(scope="module")
def made(kept_rows):
    """Steps: 0 stalled, 1 moved today, 2 blocked and nobody's, 3 late, soon to be told."""
    made = make_district()
    for day in (MONDAY, date(2026, 3, 2), ON):
        stand_on(made, day)
        reminders.run_organization(organization=made.organization, on=day, press=press())
        sending.send_due(on=day)
    say(made, 0, "In progress", MONDAY)
    confirm_status(step=fresh(made.steps[0]), press=press(), as_of=ON)
    say(made, 1, "Not started", MONDAY)
    say(made, 3, "In progress", date(2026, 3, 10))
    due(made.steps[3], ON - DAY)
    due(made.steps[1], date(2026, 7, 6))
    Ask.objects.create(
        step=made.steps[2], kind="blocked", sentence="The vendor is silent", as_of=ON, by=made.people["owner"], channel="web"
    )
    return made


@pytest.fixture
def district(as_made):
    return as_made


def page_of(district, asked=""):
    return morning(district.organization, district.people["cabinet"], asked)


def found(district):
    return {one.key: [row.name[:5] for row in one.rows] for one in page_of(district).lists}


def test_the_lists(district):
    assert found(district) == {"late": ["1.1.4"], "stalled": ["1.1.1"], "blocked": ["1.1.3"], "soon": ["1.1.2"], "nobodys": ["1.1.3"]}
    said = page_of(district)
    assert said.headline == "3 of 4 action steps are not confirmed in this cycle."
    assert said.rest == "1 is late, 1 stands still and 1 is blocked. 1 action step ends within three months."
    facts = {one.key: one.rows[0].fact for one in said.lists}
    assert facts == {
        "late": "Was due April 5, 2026, in progress",
        "stalled": "In progress since February 2, 2026",
        "blocked": "The vendor is silent",
        "soon": "Due July 6, 2026, not started",
        "nobodys": "No account goes with these words",
    }


def test_what_is_over_or_answered_is_in_no_list(district):
    for number in (0, 1, 3):
        say(district, number, "Complete", ON)
    ask = Ask.objects.get()
    AskAnswer.objects.create(ask=ask, kind="settled", by=district.people["lead"], channel="web")
    assert found(district) == {"nobodys": ["1.1.3"]}
    assert page_of(district).rest == "No action step is late, stands still or is blocked."


@pytest.mark.parametrize(("day", "key"), [(ON - DAY, "late"), (ON, "soon"), (date(2026, 7, 6), "soon"), (date(2026, 7, 7), None)])
def test_where_late_ends_and_soon_begins(district, day, key):
    due(district.steps[3], day)
    assert [one for one, names in found(district).items() if "1.1.4" in names] == ([key] if key else [])


def test_in_the_last_week_what_is_silent_stands_by_department_with_a_way_to_give_it(district):
    stand_on(district, date(2026, 4, 24))
    assert "last" not in found(district)
    stand_on(district, date(2026, 4, 27))  # a Monday; the cycle ends on Friday
    (last,) = (one for one in page_of(district).lists if one.key == "last")
    assert [(row.name[:5], row.fact) for row in last.rows] == [
        ("1.1.4", "In progress, as of March 10, 2026"),
        ("1.1.3", "No status yet"),
        ("1.1.2", "Not started, as of February 2, 2026"),
    ]


def test_a_draft_counts_for_nothing(district):
    change_plan(plan=district.plan, press=press(), stage=Plan.DRAFT)
    said = page_of(district)
    assert said.headline == "No adopted plan here has anything to confirm."
    assert not said.lists
    assert not said.plans


def test_by_whom_it_is_not_confirmed(district):
    assert [(one.name, one.silent, one.total) for one in page_of(district).silent] == [
        (district.people["lead"].name, 1, 1),
        ("Network of meadow", 1, 1),
    ]


def test_what_changed_since_the_last_look(district):
    me = district.people["cabinet"]
    note_look(person=me, organization=district.organization, at=timezone.now())
    assert page_of(district).changes.says == "nothing changed."
    say(district, 1, "In progress", ON)
    say(district, 3, "Not started", ON)
    confirm_status(step=fresh(district.steps[0]), press=press(), as_of=ON)
    due(district.steps[3], ON + DAY, on=ON)
    reword(district.steps[2], "Other words", ON)
    say(district, 2, "In progress", ON)
    changes = page_of(district).changes
    assert (
        changes.says
        == "1 moved up, 1 moved back, 1 got its first status, 1 was confirmed, 1 got another due date and 1 got another wording."
    )
    assert [(row.name[:5], row.fact) for row in changes.rows] == [
        ("1.1.3", "In progress"),
        ("1.1.4", "Not started, before: in progress"),
        ("1.1.2", "In progress, before: not started"),
    ]
    assert changes.since.startswith("Since you looked on ")
    assert morning(district.organization, district.people["admin"]).changes.since == "In the last seven days"


DOCUMENT = b"""\
Goal 1: Every family can reach us

Strategy 1.1: Answer on the day it is asked\tProgress through 3-8-26
Action Step 1.1.1: Publish one phone number\tDone
Action Step 1.1.2: Train two people in each office\tNot Started

| Status | Meaning |
| --- | --- |
| Done | All of it |
| Not Started | None of it |
"""


def test_a_document_is_one_line_that_names_it(district):
    me = district.people["cabinet"]
    note_look(person=me, organization=district.organization, at=timezone.now())
    import_plan(read(DOCUMENT, name="phones.md"), organization=district.organization, slug="phones", press=press(), name="phones.md")
    Plan.objects.filter(slug="phones").update(stage=Plan.ADOPTED)
    changes = page_of(district).changes
    assert changes.says == "1 document was brought in."
    assert changes.rows == []
    ((words, href),) = changes.imports
    assert (words, href) == ("“phones.md” was brought in, as of March 8, 2026: 2 steps added.", "/manage/meadow/phones/")


def test_the_loading_of_a_sample_is_no_change(district):
    made, me = press(), district.people["admin"]
    for verb in ("create organization", "set rhythm"):
        say(district, 1, "In progress" if verb == "create organization" else "Not started", ON)
        audit.record(press=made, verb=verb, what=district.organization, organization=district.organization)
    district.organization.is_sample = False
    assert "moved back" in morning(district.organization, me).changes.says  # no sample: it is a change like any other
    district.organization.is_sample = True
    changes = morning(district.organization, me).changes
    assert (changes.since, changes.says, changes.rows) == ("Since the sample was made", "nothing changed.", [])
    say(district, 1, "In progress", ON)
    assert morning(district.organization, me).changes.says == "1 moved up."


def test_a_list_is_cut_short_until_all_is_asked_for(district):
    _, steps, _ = add_plan(district.organization, "more", SHOWN + 3)
    for step in steps:
        due(step, ON - DAY)
    late = next(one for one in page_of(district).lists if one.key == "late")
    assert (len(late.rows), late.more, late.total) == (SHOWN, 4, SHOWN + 4)
    late = next(one for one in page_of(district, "late").lists if one.key == "late")
    assert (len(late.rows), late.more) == (SHOWN + 4, 0)


def test_statements_do_not_grow_four_times_as_many_rows(client, district):
    client.force_login(district.people["cabinet"])

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/manage/meadow/today/").status_code == 200
        return len(seen)

    add_task(
        review=open_review(plan=district.plan, kind="regular", press=press()),
        press=press(),
        text="x",
        due_on=ON,
        person=district.people["owner"],
    )
    few = count()
    for n in range(3):
        plan, steps, _ = add_plan(district.organization, f"more-{n}")
        set_rhythm(plan=plan, press=press(), on=ON, unit="monthly", begins_on=MONDAY)
        department = DepartmentFactory(organization=district.organization, name=f"Department {n}")
        leads(steps[0], lead_person=work(district.organization, "contributor", department))
        leads(steps[1], lead_department=department)
        for step in steps:
            due(step, ON - DAY)
            record_status(step=fresh(step), status=plan.scale.statuses.get(name="In progress"), as_of=MONDAY, press=press())
        Ask.objects.create(step=steps[2], kind="blocked", sentence="x", as_of=ON, by=district.people["owner"], channel="web")
        add_task(
            review=open_review(plan=plan, kind="regular", press=press()),
            press=press(),
            text="x",
            due_on=ON,
            person=district.people["owner"],
        )
    reminders.run_organization(organization=district.organization, on=ON, press=press())
    assert count() == few


# the page and its presses


BASE = "/manage/meadow/today/"


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


@pytest.fixture
def desk(client, district):
    client.force_login(district.people["cabinet"])
    return client


def send(client, path, **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4())} | said)


def test_the_page_says_sentences_first_and_offers_the_presses(desk, district):
    answer = desk.get(BASE)
    said = text_of(answer)
    for words in (
        "April 6, 2026 3 of 4 action steps are not confirmed",
        "What changed In the last seven days",
        "Late: 1",
        "Standing still: 1",
        "Blocked: 1",
    ):
        assert words in said
    raw = answer.content.decode()
    assert "/manage/meadow/devices/lead/steps/1.1.3/" in raw
    assert "/meadow/devices/report.pdf" in raw
    assert 'action="/manage/meadow/devices/reviews/"' in raw
    open_review(plan=district.plan, kind="regular", press=press())
    assert f"/manage/meadow/devices/reviews/{Review.objects.get().pk}/" in desk.get(BASE).content.decode()


def test_looking_changes_nothing_and_a_press_notes_it(desk, district):
    until = re.search(r'name="until" value="([^"]+)"', desk.get(BASE).content.decode()).group(1)
    assert not LastLook.objects.exists()
    assert send(desk, "seen/", until=html.unescape(until)).status_code == 302
    first = LastLook.objects.get().at
    assert send(desk, "seen/", until=(timezone.now() + 9 * DAY).isoformat()).status_code == 302
    assert first <= LastLook.objects.get().at <= timezone.now()
    assert send(desk, "seen/", until="2020-01-01T00:00:00+00:00").status_code == 302
    assert LastLook.objects.get().at > timezone.now() - DAY
    for wrong in ("", "soon", "2026-01-01T00:00:00"):
        assert send(desk, "seen/", until=wrong).status_code == 400


def lines(person):
    return sorted(ReminderLine.objects.filter(person=person, kind="update", about_on=date(2026, 4, 2)).values_list("rung", flat=True))


def test_a_nudge_brings_the_second_mail_forward_and_never_a_third(desk, district):
    lead = district.people["lead"]
    assert lines(lead) == [FIRST]
    mail.outbox.clear()
    said = {"press": str(uuid.uuid4()), "who": f"person:{lead.pk}"}
    for _ in range(2):  # a double press is one nudge
        desk.post(f"{BASE}nudge/", said)
    assert lines(lead) == [FIRST, SECOND]
    assert "A mail is on its way." in text_of(desk.get(BASE))
    assert "on its way to them already" in text_of(desk.post(f"{BASE}nudge/", said | {"press": str(uuid.uuid4())}, follow=True))
    sending.send_due(on=ON)
    assert [sent.to for sent in mail.outbox] == [[lead.email]]
    said = text_of(desk.get(BASE))
    assert "Was written to twice in this cycle: better speak with them." in said
    assert f"Nudge {lead.name}" not in said
    assert "Better speak with them" in text_of(send_and_follow(desk, lead))
    reminders.run_organization(organization=district.organization, on=ON + 8 * DAY, press=press())
    assert lines(lead) == [FIRST, SECOND]
    assert AuditEntry.objects.filter(verb="nudge").count() == 1


def send_and_follow(desk, person):
    return desk.post(f"{BASE}nudge/", {"press": str(uuid.uuid4()), "who": f"person:{person.pk}"}, follow=True)


def test_a_department_is_nudged_as_a_whole(desk, district):
    department = Membership.objects.get(person=district.people["member"]).department
    assert send(desk, "nudge/", who=f"department:{department.pk}").status_code == 302
    assert lines(district.people["member"]) == [FIRST, SECOND]
    assert not lines(district.people["viewer"])


def test_a_nudge_in_a_break_waits_for_it_to_end(desk, district):
    add_break(organization=district.organization, name="Spring", starts_on=ON, ends_on=ON + 3 * DAY, press=press())
    said = text_of(send_and_follow(desk, district.people["lead"]))
    assert "1 mail will go out on April 10, 2026, the next working day." in said
    mail.outbox.clear()
    sending.send_due(on=ON)
    assert not mail.outbox


def test_nobody_is_nudged_who_has_nothing_to_confirm(desk, district):
    say(district, 0, "In progress", ON)
    owner = district.people["owner"]
    with pytest.raises(ValidationError, match="Nobody has to be asked"):
        nudge(organization=district.organization, people=[owner.pk], on=ON, press=press())
    count = Reminder.objects.count()
    stranger = make_district("lakes").people["owner"]
    assert send(desk, "nudge/", who=f"person:{stranger.pk}").status_code == 302
    for wrong in ("", "person:", "person:x", f"nobody:{owner.pk}", "person:9999999999999999999"):
        assert send(desk, "nudge/", who=wrong).status_code == 400
    assert Reminder.objects.count() == count
