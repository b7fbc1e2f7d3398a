"""Who is written to when, and what stands in the mail."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.template.defaultfilters import striptags
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import Heartbeat, Membership, Organization, Person
from accounts.services import deactivate_person, set_role
from actions import tasks
from actions.models import ActionStep, Cycle, Reminder, ReminderLine, ReminderRun, ReviewRhythm, UpdateLink
from actions.reminding.calendar import Breaks, Span
from actions.reminding.ladder import AGAIN, CABINET, FIRST, LEAD, PLANNER, REVIEW, SECOND, UNOWNED, UPDATE, Steps, update_rungs
from actions.services import cycles, reminders, sending
from actions.services.asks import ask_reminder
from actions.services.mails import Desk
from actions.services.updates import record_status
from goals.models import GoalArea, Plan
from goals.services import change_plan
from planner.lib.db import Clock
from tests.actions.test_cycles import stand
from tests.factories.reviews import MONDAY, add_plan, leads, make_district, press, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


def run(district, on):
    """What the scheduler does on a day; gives the mails of that run."""
    before = len(mail.outbox)
    reminders.run_organization(organization=district.organization, on=on, press=press())
    sending.send_due(on=on)
    return mail.outbox[before:]


def to(mails):
    return sorted(m.to[0] for m in mails)


def emails(district, *names):
    return sorted(district.people[name].email for name in names)


def confirm(district, *numbers, on=MONDAY):
    for number in numbers:
        step = district.steps[number]
        step.refresh_from_db()
        record_status(step=step, status=district.status, press=press(), as_of=on)


def rungs(name, district):
    return sorted(ReminderLine.objects.filter(person=district.people[name]).values_list("rung", flat=True))


# The ladder


def test_the_opening_asks_those_who_answer_and_tells_planners_of_what_nobody_answers_for(district):
    assert to(run(district, MONDAY)) == emails(district, "owner", "member", "lead", "admin")
    assert rungs("owner", district) == [FIRST]
    assert rungs("admin", district) == [UNOWNED]
    assert run(district, MONDAY) == []
    assert run(district, MONDAY + DAY) == []


def test_the_ladder_climbs_until_all_is_confirmed(district):
    run(district, MONDAY)
    confirm(district, 3)
    second = run(district, MONDAY + 7 * DAY)
    assert to(second) == emails(district, "owner", "member", "admin")
    assert sum("still wait" in m.subject for m in second) == 2
    assert [m.to for m in second if "nobody answers for" in m.subject] == [emails(district, "admin")]
    confirm(district, 1)
    assert to(run(district, MONDAY + 14 * DAY)) == emails(district, "lead")
    assert to(run(district, MONDAY + 21 * DAY)) == emails(district, "admin", "cabinet")
    assert [rungs(name, district) for name in ("owner", "member", "lead", "cabinet")] == [
        [FIRST, SECOND],
        [FIRST, SECOND],
        [FIRST, LEAD],
        [CABINET],
    ]
    assert run(district, date(2026, 3, 1)) == []


def test_before_the_end_the_list_goes_out_once_more_and_no_rung_is_doubled_by_a_break(district):
    for n in range(28):
        run(district, MONDAY + n * DAY)
    last = ReminderLine.objects.get(person=district.people["lead"], kind=AGAIN)
    assert (last.rung, last.due_on) == (LEAD, date(2026, 2, 19))  # the cycle ends on March 1
    assert rungs("admin", district) == [LEAD, UNOWNED, UNOWNED, PLANNER], "what the lead answers for has nobody above"
    breaks = Breaks([Span(MONDAY, MONDAY + 9 * DAY)])
    days = {(due.kind, due.rung): due.on for due in update_rungs(opened_on=MONDAY, ends_on=date(2026, 3, 1), steps=Steps(), breaks=breaks)}
    assert days[UPDATE, SECOND] == days[UPDATE, FIRST] + 7 * DAY
    assert (UPDATE, CABINET) not in days
    short = update_rungs(opened_on=MONDAY, ends_on=MONDAY + 9 * DAY, steps=Steps(), breaks=Breaks())
    assert [(due.kind, due.rung) for due in short] == [(UPDATE, FIRST), (UPDATE, UNOWNED), (UPDATE, SECOND), (AGAIN, UNOWNED)]


def test_steps_of_whom_mails_come_back_from_go_to_the_planners(district):
    confirm(district, 2)  # led by words alone
    reminders.plan_due(organization=district.organization, on=MONDAY)
    assert rungs("admin", district) == []
    refused = {"state": Reminder.REFUSED, "error": "550 no such user", "ended_at": Clock()}
    Reminder.objects.filter(person=district.people["owner"]).update(**refused)
    (told,) = (m for m in run(district, MONDAY) if m.to == emails(district, "admin"))
    assert "Task number 1" in told.body
    assert "The mail server of who leads it refuses our mails." in told.body
    assert run(district, MONDAY + 2 * DAY) == []


def test_a_planner_who_answers_for_steps_gets_one_mail_on_the_day_of_the_second_list(district):
    leads(district.steps[0], lead_person=district.people["admin"])
    assert to(run(district, MONDAY)).count(district.people["admin"].email) == 1
    (told,) = (m for m in run(district, MONDAY + 7 * DAY) if m.to == emails(district, "admin"))
    assert "Task number 1" in told.body
    assert "Task number 3" in told.body
    assert "still waits for your word" in told.subject
    assert "nobody" in told.body
    assert rungs("admin", district) == [FIRST, SECOND, UNOWNED, UNOWNED]
    assert run(district, MONDAY + 8 * DAY) == []


def test_what_somebody_asked_to_be_reminded_of_comes_with_the_rest_of_the_day(district):
    owner = district.people["owner"]
    leads(district.steps[1], lead_person=owner, lead_department=None)
    run(district, MONDAY)
    stand(district.organization, MONDAY)
    ask_reminder(step=ActionStep.objects.get(pk=district.steps[0].pk), press=Press("web", owner), on=MONDAY + 7 * DAY)
    (told,) = (m for m in run(district, MONDAY + 7 * DAY) if m.to == [owner.email])
    assert all(f"Task number {n}" in told.body for n in (1, 2))


def test_after_an_outage_what_was_asked_for_a_later_day_is_in_the_one_mail_too(district):
    owner = district.people["owner"]
    leads(district.steps[1], lead_person=owner, lead_department=None)
    run(district, MONDAY)
    stand(district.organization, MONDAY)
    ask_reminder(step=ActionStep.objects.get(pk=district.steps[0].pk), press=Press("web", owner), on=MONDAY + 9 * DAY)
    (told,) = (m for m in run(district, MONDAY + 9 * DAY) if m.to == [owner.email])  # the second list was due two days before
    assert all(f"Task number {n}" in told.body for n in (1, 2))


def test_the_list_passes_over_a_lead_who_left(district):
    leads(GoalArea.objects.get(plan=district.plan), lead_person=district.people["cabinet"])
    deactivate_person(membership=district.people["lead"].memberships.get(), press=press())
    confirm(district, 0, 1, 3)
    (told,) = (m for m in run(district, MONDAY + 14 * DAY) if "lead the way" in m.subject)
    assert told.to == emails(district, "cabinet")
    assert "Task number 3" in told.body


def test_who_confirmed_everything_hears_nothing_more(district):
    run(district, MONDAY)
    confirm(district, 0, 1, 2, 3)
    for n in range(1, 27):
        assert run(district, MONDAY + n * DAY) == []


def test_a_lead_gets_no_list_of_own_steps_and_the_next_cycle_asks_anew(district):
    run(district, MONDAY)
    confirm(district, 0, 1, 2)
    run(district, MONDAY + 7 * DAY)
    (planners,) = run(district, MONDAY + 14 * DAY)
    assert planners.to == emails(district, "admin"), "nobody leads above the lead"
    assert set(emails(district, "owner", "member", "lead")) <= set(to(run(district, date(2026, 3, 2))))


def test_plans_of_an_organization_come_in_one_mail_and_organizations_apart(district):
    plan, steps, _ = add_plan(district.organization, "buildings", steps=2)
    for step in steps:
        leads(step, lead_person=district.people["owner"])
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="quarterly", begins_on=MONDAY)
    other = make_district("hill")
    for step in other.steps:
        leads(step, lead_person=district.people["owner"])
    Membership.objects.create(person=district.people["owner"], organization=other.organization, role="contributor")
    (one,) = (m for m in run(district, MONDAY) if m.to == [district.people["owner"].email])
    assert "== Plan buildings ==" in one.body
    assert "== Plan devices ==" in one.body
    assert "3 action steps" in one.subject
    (two,) = (m for m in run(other, MONDAY) if m.to == [district.people["owner"].email])
    assert "4 action steps" in two.subject
    assert "Hill" in two.subject
    assert "Meadow" not in two.body + two.subject + str(two.message())
    assert one.extra_headers["Message-ID"] != two.extra_headers["Message-ID"]


def test_who_becomes_an_owner_in_the_middle_is_asked_then(district):
    run(district, MONDAY)
    leads(district.steps[2], lead_person=district.people["cabinet"])
    assert to(run(district, MONDAY + DAY)) == emails(district, "cabinet")


def test_viewers_and_drafts_and_closed_plans_are_not_asked(district):
    assert district.people["viewer"].email not in to(run(district, MONDAY))
    other = make_district("hill")
    change_plan(plan=other.plan, press=press(), stage=Plan.CLOSED)
    assert run(other, MONDAY) == []


def test_a_second_rhythm_that_starts_on_the_same_afternoon_waits_for_tomorrow(district):
    run(district, MONDAY)
    plan, steps, _ = add_plan(district.organization, "buildings", steps=1)
    leads(steps[0], lead_person=district.people["owner"])
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY)
    assert run(district, MONDAY) == []
    assert to(run(district, MONDAY + DAY)) == emails(district, "owner")


# Breaks, outages, days


def test_nothing_goes_out_in_a_break_or_on_a_weekend(district):
    cycles.add_break(organization=district.organization, name="Snow", starts_on=MONDAY, ends_on=MONDAY + 3 * DAY, press=press())
    assert [len(run(district, MONDAY + n * DAY)) for n in range(6)] == [0, 0, 0, 0, 4, 0]


def test_what_was_planned_before_a_break_waits_for_its_end(district):
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    cycles.add_break(organization=district.organization, name="Snow", starts_on=MONDAY, ends_on=MONDAY + DAY, press=press())
    assert sending.send_due(on=MONDAY).sent == 0
    assert sending.send_due(on=MONDAY + 2 * DAY).sent == 4


def test_a_catch_up_is_one_mail_each(district):
    """Mails were planned but could not go; then the scheduler was away until three rungs were due."""
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    mails = run(district, MONDAY + 15 * DAY)
    assert len(to(mails)) == len(set(to(mails)))
    assert rungs("owner", district) == [FIRST, SECOND]
    assert rungs("lead", district) == [FIRST, SECOND, LEAD]
    (lead,) = (m for m in mails if m.to == emails(district, "lead"))
    assert "Task number 4" in lead.body  # the own step
    assert "Task number 1" in lead.body  # the list of others
    assert run(district, MONDAY + 16 * DAY) == []


ZONES = ["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Pacific/Apia"]


@pytest.mark.parametrize("zone", [*(pytest.param(zone, marks=pytest.mark.once) for zone in ZONES), "Australia/Lord_Howe"])
def test_r05_once_for_each_due_day_over_clock_changes_leap_days_and_jumps(zone):
    """Every third hour of the days around both changes of the clock, 29 February and 31 December, with jumps of an hour back and forth."""
    place = make_district(time_zone=zone, unit="days", every_days=1, begins_on=date(2027, 12, 1), on=date(2027, 12, 1))
    spans = [(date(2027, 12, 30), 4), (date(2028, 2, 28), 3), (date(2028, 3, 10), 4), (date(2028, 3, 24), 4), (date(2028, 9, 29), 4)]
    spans += [(date(2028, 11, 3), 4)]
    worked = set()
    for first, length in spans:
        for is_on in (False, True):  # so that nothing is made up for between the spans
            cycles.set_rhythm(plan=place.plan, press=press(), on=first, is_on=is_on)
        for hour in range(8, 24 * length, 3):
            for jump in (0, -1, 1) if hour % 2 else (0,):
                now = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(hours=hour + jump)
                reminders.run_due(now=now)
                Reminder.objects.waiting().update(state=Reminder.SENT, ended_at=now)
                here = now.astimezone(ZoneInfo(zone))
                worked |= {here.date()} if here.hour >= reminders.FROM_HOUR and here.weekday() < 5 else set()
    asked = list(ReminderLine.objects.filter(person=place.people["owner"]).order_by("about_on").values_list("about_on", flat=True))
    assert asked == sorted(worked)
    assert {date(2028, 2, 29), date(2027, 12, 31)} <= worked
    assert [r.due_on for r in Reminder.objects.filter(person=place.people["owner"]).order_by("due_on")] == asked


def test_r05_a_scheduler_that_was_away_for_three_days_sends_one_mail(district):
    plan, steps, _ = add_plan(district.organization, "buildings", steps=1)
    leads(steps[0], lead_person=district.people["owner"])
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY + DAY)
    for _ in range(2):
        reminders.run_due(now=datetime(2026, 2, 5, 18, tzinfo=UTC))
    sending.send_due(on=MONDAY + 3 * DAY)
    assert to(mail.outbox).count(district.people["owner"].email) == 1
    assert ReminderLine.objects.filter(person=district.people["owner"]).count() == 2


def test_the_scheduler_does_each_day_once_and_from_seven_on(district):
    early, late = datetime(2026, 2, 2, 12, 59, tzinfo=UTC), datetime(2026, 2, 2, 13, 0, tzinfo=UTC)  # Chicago is six hours behind
    assert reminders.run_due(now=early) == 0
    assert reminders.run_due(now=late) == 1
    assert reminders.run_due(now=late + timedelta(hours=3)) == 0
    assert reminders.run_due(now=late - timedelta(days=1)) == 0  # a clock that went back
    assert Reminder.objects.count() == 4
    assert ReminderRun.objects.get().on == MONDAY


def test_one_district_in_trouble_keeps_no_other_from_its_mails(district, monkeypatch):
    other = make_district("hill")
    plan_due = reminders.plan_due

    def broken(*, organization, on):
        if organization.slug == "meadow":
            raise RuntimeError("broken")
        return plan_due(organization=organization, on=on)

    monkeypatch.setattr(reminders, "plan_due", broken)
    assert reminders.run_due(now=datetime(2026, 2, 2, 18, tzinfo=UTC)) == 1
    assert {r.organization_id for r in Reminder.objects.all()} == {other.organization.pk}
    monkeypatch.undo()
    assert reminders.run_due(now=datetime(2026, 2, 2, 18, tzinfo=UTC)) == 1


def test_a_samples_calendar_that_moves_on_brings_its_mails(district):
    Organization.objects.update(is_sample=True, calendar_on=MONDAY)
    tasks.send_reminders()
    assert len(mail.outbox) == 4
    tasks.send_reminders()
    assert len(mail.outbox) == 4
    Organization.objects.update(calendar_on=MONDAY + 7 * DAY)
    tasks.send_reminders()
    assert len(mail.outbox) == 8
    assert Heartbeat.objects.filter(name="reminders").exists()


# The yearly review


def test_a_review_is_announced_is_there_and_is_asked_after_once_each(district):
    confirm(district, 0, 1, 2, 3)
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2026, 2, 26))
    everybody = emails(district, "owner", "member", "lead", "admin", "cabinet")
    found = {n: to(run(district, MONDAY + n * DAY)) for n in range(27)}
    assert {n: mails for n, mails in found.items() if mails} == {3: everybody, 24: everybody}
    assert "is on February 26, 2026" in mail.outbox[0].subject
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, is_on=True, unit="yearly", begins_on=MONDAY)
    after = run(district, date(2026, 3, 5))
    assert to(after) == everybody
    assert "what came of" in after[0].subject


def test_a_review_that_was_held_is_not_asked_after(district):
    confirm(district, 0, 1, 2, 3)
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=MONDAY)
    assert len(run(district, MONDAY)) == 5
    cycles.note_review(plan=district.plan, on=MONDAY + DAY, press=press())
    assert run(district, MONDAY + 7 * DAY) == []


def test_r06_a_review_that_moves_after_its_mail_is_announced_again(district):
    confirm(district, 0, 1, 2, 3)
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2026, 2, 20))
    assert len(run(district, MONDAY)) == 5
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2026, 2, 25))
    assert len(run(district, MONDAY + 2 * DAY)) == 5
    assert set(ReminderLine.objects.filter(kind=REVIEW).values_list("about_on", flat=True)) == {date(2026, 2, 20), date(2026, 2, 25)}


def test_r06_a_mail_that_waits_for_a_day_that_moved_away_is_dropped(district):
    confirm(district, 0, 1, 2, 3)
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2026, 2, 20))
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2026, 9, 25))
    assert sending.send_due(on=MONDAY).dropped == 5


def test_r06_february_29_is_february_28(district):
    confirm(district, 0, 1, 2, 3)
    cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, review_on=date(2024, 2, 29))
    mails = run(district, date(2026, 2, 9))  # three weeks before is a Saturday
    assert len(mails) == 5
    assert "is on February 28, 2026" in mails[0].subject


# Those who must get none


@pytest.mark.parametrize("why", ["deactivated", "left", "unsubscribed", "moved", "role", "confirmed", "closed", "off", "address"])
def test_r07_what_changes_between_planning_and_sending_counts(district, why):
    member = district.people["member"]
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    membership = Membership.objects.get(person=member)
    if why == "deactivated":
        Person.objects.filter(pk=member.pk).update(is_active=False)
    elif why == "left":
        deactivate_person(membership=membership, press=press())
    elif why == "unsubscribed":
        reminders.set_preference(person=member, organization=district.organization, is_unsubscribed=True, press=press())
    elif why == "moved":
        set_role(membership=membership, role="contributor", department=None, press=press())
    elif why == "role":
        set_role(membership=membership, role="viewer", department=membership.department, press=press())
    elif why == "confirmed":
        confirm(district, 1)
    elif why == "closed":
        change_plan(plan=district.plan, press=press(), stage=Plan.CLOSED)
    elif why == "off":
        cycles.set_rhythm(plan=district.plan, press=press(), on=MONDAY, is_on=False)
    else:
        Person.objects.filter(pk=member.pk).update(email="no address")
    sending.send_due(on=MONDAY)
    assert member.email not in to(mail.outbox)
    row = Reminder.objects.get(person=member)
    assert row.state == (Reminder.REFUSED if why == "address" else Reminder.DROPPED)
    assert row.error


def test_who_unsubscribed_is_not_planned_for_and_can_come_back(district):
    owner = district.people["owner"]
    reminders.set_preference(person=owner, organization=district.organization, is_unsubscribed=True, press=press())
    run(district, MONDAY)
    assert not Reminder.objects.filter(person=owner).exists()
    reminders.set_preference(person=owner, organization=district.organization, is_unsubscribed=False, press=press())
    assert to(run(district, MONDAY + DAY)) == [owner.email]


# What stands in it


def mail_to(district, name, on=MONDAY):
    return next(m for m in run(district, on) if m.to == emails(district, name))


def test_a_mail_has_text_html_and_the_headers_of_rfc_8058(district):
    ReviewRhythm.objects.update(contact=district.people["cabinet"])
    found = mail_to(district, "owner")
    sent = found.message()
    assert sent["Subject"] == "Meadow: is your action step still true?"
    assert sent["From"] == "Meadow <planner@localhost>"
    assert sent["Reply-To"] == f"{district.people['cabinet'].name} <{district.people['cabinet'].email}>"
    assert sent["Message-ID"] == Reminder.objects.get(person=district.people["owner"]).message_id
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/u/")
    assert sent["Auto-Submitted"] == "auto-generated"
    html = found.alternatives[0].content
    assert "Task number 1" in html
    assert "Task number 1" in found.body
    assert "Task number 2" not in html + found.body
    for word in ("<img", "<script", "http://localhost", "pixel", "background-image", "url("):
        assert word not in html
    assert "Chicago" not in html


def test_each_status_is_a_link_and_still_true_comes_first(district):
    confirm(district, 0, on=date(2026, 1, 15))
    found = mail_to(district, "owner")
    others = [s for s in district.plan.scale.statuses.filter(is_retired=False) if s != district.status]
    assert "as of January 15, 2026" in found.body
    lines = [line.strip() for line in found.body.splitlines() if "?step=" in line]
    assert lines[0].startswith("Still true: ")
    assert lines[0].endswith(f"?step={district.steps[0].pk}&say=same")
    assert len(lines) == 1 + len(others)
    assert all(any(line.endswith(f"&say={s.pk}") for line in lines) for s in others)
    html = found.alternatives[0].content
    assert html.count("?step=") == len(lines)


def test_a_long_list_is_cut_and_says_so(district):
    plan, _, strategy = add_plan(district.organization, "long", steps=40)
    leads(strategy, lead_person=district.people["owner"])
    cycles.set_rhythm(plan=plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY)
    found = mail_to(district, "owner")
    assert "41 action steps" in found.subject
    assert "and 28 more" in found.body
    assert "and 28 more" in striptags(found.alternatives[0].content)


def test_escalation_names_departments_and_counts(district):
    run(district, MONDAY)
    run(district, MONDAY + 7 * DAY)
    lead = mail_to(district, "lead", MONDAY + 14 * DAY)
    assert "Led by Network of meadow" in lead.body
    assert not any(district.people[name].name in lead.body for name in ("owner", "member"))
    assert lead.body.split("No more of these mails")[0].count("/u/") == 1  # one press for all, on the page of the link
    cabinet = mail_to(district, "cabinet", MONDAY + 21 * DAY)
    assert "4 of 4 action steps are not confirmed yet" in cabinet.subject
    assert "Task number" not in cabinet.body


def test_r08_line_ends_and_marks_in_names_make_no_header_and_no_recipient(district):
    evil = "x\r\nBcc: spy@example.org\r\n\u202egro.elpmaxe@yps\u2066"
    Organization.objects.update(name=f"Meadow{evil}")
    Person.objects.filter(pk=district.people["admin"].pk).update(name=evil)
    Plan.objects.update(title=evil)
    leads(district.steps[0], title=evil, code=evil[:40])
    found = mail_to(district, "owner")
    raw = found.message().as_bytes()
    sent = found.message()
    assert "spy@example.org" not in " ".join(found.recipients())
    assert len(found.recipients()) == 1
    assert sent["Bcc"] is None
    assert b"\r\nBcc" not in raw
    assert b"\nBcc" not in raw.split(b"\n\n")[0]
    for mark in "\u202e\u2066":
        assert mark not in found.body + found.subject + found.alternatives[0].content
    assert set(sent.keys()) == {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post",
        "Auto-Submitted",
    }  # fmt: skip


def test_html_in_titles_stays_text(district):
    leads(district.steps[0], title="<img src=x onerror=alert(1)>")
    assert "<img" not in mail_to(district, "owner").alternatives[0].content


def test_no_title_of_another_organization_gets_in(district):
    """T02: a canary in each of two districts, in every mail of a whole cycle."""
    other = make_district("hill")
    for place in (district, other):
        for step in place.steps:
            leads(step, title=f"canary-{place.organization.slug}")
    for place, foreign in ((district, other), (other, district)):
        for n in range(27):
            for found in run(place, MONDAY + n * DAY):
                assert f"canary-{foreign.organization.slug}" not in str(found.message())
                assert foreign.organization.name not in str(found.message())


def test_a_batch_needs_as_many_statements_as_one_mail(district):
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    owner = Reminder.objects.filter(person=district.people["owner"])
    with CaptureQueriesContext(connection) as few:
        Desk().write(list(owner))
    for n in range(20):
        person = work(district.organization, "contributor")
        step = add_plan(district.organization, f"p{n}", steps=1)[1][0]
        leads(step, lead_person=person)
        cycles.set_rhythm(plan=step.plan, press=press(), on=MONDAY, unit="monthly", begins_on=MONDAY)
    reminders.plan_due(organization=district.organization, on=MONDAY)
    more = list(Reminder.objects.exclude(person__in=[p.pk for p in district.people.values()]))
    assert len(more) == 20
    with CaptureQueriesContext(connection) as many:
        Desk().write(more)
    assert len(many) <= len(few)


# The ledger


def refused(do):
    with pytest.raises(IntegrityError), transaction.atomic():
        do()


def test_the_database_keeps_the_ledger(district):
    run(district, MONDAY)
    row = Reminder.objects.get(person=district.people["owner"])
    key = {"kind": row.kind, "person_id": row.person_id, "organization": row.organization, "due_on": row.due_on, "rung": row.rung}
    refused(lambda: Reminder.objects.create(**key, message_id="<other@localhost>"))
    refused(lambda: Reminder.objects.filter(pk=row.pk).update(due_on=MONDAY + DAY))
    refused(lambda: Reminder.objects.filter(pk=row.pk).update(state=Reminder.PLANNED, ended_at=None))
    refused(lambda: Reminder.objects.filter(pk=row.pk).delete())
    line = row.lines.get()
    said = {"plan": line.plan, "about_on": line.about_on, "due_on": line.due_on, "cycle": line.cycle}
    refused(lambda: ReminderLine.objects.create(reminder=row, kind=UPDATE, person=row.person, rung=FIRST, **said))
    refused(lambda: ReminderLine.objects.create(reminder=row, kind=UPDATE, person=district.people["admin"], rung=SECOND, **said))
    ReminderLine.objects.create(reminder=row, kind=UPDATE, person=row.person, rung=SECOND, **said)
    ReminderLine.objects.create(reminder=row, kind=AGAIN, person=row.person, rung=SECOND, **said)
    refused(lambda: ReminderLine.objects.create(reminder=row, kind=REVIEW, person=row.person, rung=FIRST, **said | {"cycle": None}))
    asked = Reminder.objects.create(**key | {"kind": AGAIN}, message_id="<asked@localhost>")
    refused(lambda: ReminderLine.objects.create(reminder=asked, kind=UPDATE, person=row.person, rung=LEAD, **said))
    waiting = Reminder.objects.create(**key | {"due_on": MONDAY + DAY}, message_id="<next@localhost>")
    refused(lambda: Reminder.objects.filter(pk=waiting.pk).update(state=Reminder.CLAIMED))
    refused(lambda: Reminder.objects.filter(pk=waiting.pk).update(state=Reminder.SENT))
    Reminder.objects.filter(pk=waiting.pk).update(state=Reminder.SENT, ended_at=datetime(2026, 2, 3, tzinfo=UTC))


def command(*words):
    err, out = StringIO(), StringIO()
    call_command("send_reminders", *words, stderr=err, stdout=out)
    assert out.getvalue() == ""
    return err.getvalue()


def test_the_command_sends_what_is_due_up_to_a_day_once(district):
    assert "4 sent" in command("--on", "2026-02-02")
    assert "0 sent" in command("--on", "2026-02-02")
    assert len(mail.outbox) == 4
    assert "4 sent" in command("--on", "2026-02-09")


def test_a_dry_run_sends_claims_and_writes_nothing(district):
    said = command("--on", "2026-02-02", "--dry-run")
    assert f"meadow: to {district.people['owner'].email}: Meadow: is your action step still true?" in said
    assert "4 would be written to" in said
    assert mail.outbox == []
    assert not Reminder.objects.exists()
    assert not UpdateLink.objects.exists()
    assert Cycle.objects.count() == 1
    command("--on", "2026-04-10", "--dry-run")
    assert Cycle.objects.count() == 1
