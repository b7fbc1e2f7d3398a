"""The page of a plan's rhythm: what is set there, how fresh each cycle was, whether the scheduler works, and the ledger of mails."""

import html
import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Heartbeat
from actions import rhythms
from actions.models import Cycle, MailTrouble, Reminder, ReviewRhythm, SchoolBreak
from actions.reviewing.freshness import Measured, Share, finding, groups, now_sentence
from actions.services import reminders, sending
from actions.services.cycles import add_break
from actions.services.updates import record_status
from goals.models import Plan
from goals.services import change_plan, set_lead
from tests.factories.people import OrganizationFactory
from tests.factories.reviews import MONDAY, make_district, press, work

DAY = timedelta(days=1)


# arithmetic


def measured(confirmed, total, *, month=1, is_open=False, **more):
    summary = {"confirmed": confirmed, "total": total, "goal_areas": [], "departments": [], "people": []} | more
    return Measured(date(2026, month, 1), date(2026, month, 28), is_open, summary)


@pytest.mark.parametrize(
    ("cycles", "said"),
    [
        ([], "No cycle has ended yet, so there is no trend."),
        ([measured(1, 4, is_open=True)], "No cycle has ended yet, so there is no trend."),
        ([measured(1, 4)], "In the last cycle 1 of 4 steps was confirmed, 25%. It is the first that ended."),
        ([measured(1, 4), measured(3, 4)], "In the last cycle 3 of 4 steps were confirmed, 75%, 50 points more than in the one before."),
        ([measured(4, 4), measured(0, 4)], "In the last cycle 0 of 4 steps were confirmed, 0%, 100 points less than in the one before."),
        ([measured(1, 3), measured(33, 99)], "In the last cycle 33 of 99 steps were confirmed, 33%, the same share as in the one before."),
        ([measured(0, 0), measured(1, 1)], "In the last cycle 1 of 1 step was confirmed, 100%. It is the first that ended."),
    ],
)
def test_the_trend_in_a_sentence(cycles, said):
    assert finding(cycles, "step") == said


@pytest.mark.parametrize(
    ("confirmed", "total", "said"),
    [
        (0, 0, "There are no steps"),
        (3, 3, "All 3 steps were"),
        (1, 1, "The only step was"),
        (0, 2, "None of 2 steps was"),
        (1, 2, "1 of 2 steps was"),
    ],
)
def test_the_open_cycle_in_a_sentence(confirmed, total, said):
    assert now_sentence(measured(confirmed, total, is_open=True), "step").startswith(said)


def test_rows_keep_what_only_an_older_cycle_knows():
    old = measured(
        1, 3, departments=[{"id": 7, "name": "Gone", "confirmed": 1, "total": 1}], people=[{"id": 1, "confirmed": 0, "total": 2}]
    )
    new = measured(1, 2, people=[{"id": 2, "confirmed": 1, "total": 1}], nobody={"confirmed": 0, "total": 1})
    found = {group.title: group.rows for group in groups([old, new], area="Goal", people={1: "One", 2: "Two"})}
    assert list(found) == ["By department", "By person"]
    assert [(row.name, row.shares) for row in found["By person"]] == [
        ("Two", (None, Share(1, 1))),
        ("One", (Share(0, 2), None)),
        ("Nobody answers for them", (None, Share(0, 1))),
    ]


# pages


@pytest.fixture
def district(db):
    return make_district()


@pytest.fixture
def desk(client, district):
    client.force_login(district.people["cabinet"])
    return client


BASE = "/manage/meadow/devices/rhythm/"


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def send(client, path, **said):
    return client.post(f"{BASE}{path}", {"press": str(uuid.uuid4())} | said)


SAID = {
    "is_on": "on", "unit": "quarterly", "every_days": "", "begins_on": "2026-02-02", "second_after_days": 5, "lead_after_days": 10, "cabinet_after_days": 15,
    "review_on": "2026-08-03", "review_before_days": 21, "review_after_days": 7, "contact": "",
}  # fmt: skip


def stand_on(district, day):
    """A sample's calendar stands where a test wants it."""
    type(district.organization).objects.filter(pk=district.organization.pk).update(is_sample=True, calendar_on=day)
    district.organization.refresh_from_db()


def test_the_page_says_how_fresh_the_cycles_were(desk, district):
    stand_on(district, MONDAY + DAY)
    for step, lead in (
        (0, {"person": district.people["owner"]}),
        (1, {"department": district.people["member"].memberships.get().department}),
    ):
        type(district.steps[step]).objects.filter(pk=district.steps[step].pk).update(lead_person=None, lead_department=None)
        set_lead(row=district.steps[step], as_of=MONDAY, press=press(), **lead)
    record_status(step=district.steps[0], status=district.status, as_of=MONDAY, press=press())
    said = text_of(desk.get(BASE))
    assert "1 of 4 action steps was confirmed since February 2, 2026. The cycle lasts until March 1, 2026." in said
    assert "No cycle has ended yet" in said
    stand_on(district, date(2026, 3, 2))
    reminders.run_organization(organization=district.organization, on=date(2026, 3, 2), press=press())
    said = text_of(desk.get(BASE))
    assert "In the last cycle 1 of 4 action steps was confirmed, 25%. It is the first that ended." in said
    assert "None of 4 action steps was confirmed since March 2, 2026." in said
    assert f"{district.people['owner'].name} 1 of 1 100% 0 of 1 0%" in said
    assert "Network of meadow 0 of 1 0% 0 of 1 0%" in said
    assert "Nobody answers for them 0 of 2" in said


def test_a_plan_without_a_rhythm_says_what_one_is_good_for(desk, district):
    ReviewRhythm.objects.all().delete()
    said = text_of(desk.get(BASE))
    assert "This plan has no rhythm yet" in said
    answer = send(desk, "set/", **SAID)
    assert answer.status_code == 302
    rhythm = ReviewRhythm.objects.get()
    assert (rhythm.unit, rhythm.review_on, rhythm.cabinet_after_days, rhythm.is_on) == ("quarterly", date(2026, 8, 3), 15, True)
    assert AuditEntry.objects.get(verb="set rhythm", channel="web").by == district.people["cabinet"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": "days"}, "Give the days here"),
        ({"every_days": "9"}, "Give the days here"),
        ({"unit": ""}, "Choose how long a cycle is."),
        ({"begins_on": "soon"}, "Write the day as 2021-08-03."),
        ({"second_after_days": "0"}, "from 1 to 366"),
        ({"second_after_days": "20"}, "give days that do not fall"),
        ({"lead_after_days": "many"}, "Give a whole number of days"),
    ],
)
def test_what_is_no_rhythm_is_told_and_nothing_typed_is_lost(desk, wrong, said):
    answer = send(desk, "set/", **SAID | {"cabinet_after_days": 17} | wrong)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="17"' in answer.content.decode()
    assert ReviewRhythm.objects.get().unit == "monthly"


def test_what_visitors_see_is_not_an_editors_to_decide(client, district):
    client.force_login(work(district.organization, "editor"))
    assert send(client, "set/", **SAID, freshness_is_public="on").status_code == 302
    assert not ReviewRhythm.objects.get().freshness_is_public
    client.force_login(district.people["cabinet"])
    assert send(client, "set/", **SAID, freshness_is_public="on").status_code == 302
    assert ReviewRhythm.objects.get().freshness_is_public


def test_another_rhythm_ends_the_present_cycle_where_the_next_one_begins(desk, district):
    stand_on(district, date(2026, 2, 10))
    assert send(desk, "set/", **SAID | {"unit": "days", "every_days": 7}).status_code == 302
    assert list(Cycle.objects.values_list("starts_on", "ends_on")) == [(MONDAY, date(2026, 2, 15))]


def test_breaks_are_added_and_removed(desk, district):
    assert "before the first" in text_of(send(desk, "breaks/add/", name="Winter", starts_on="2099-12-24", ends_on="2099-12-20"))
    assert not SchoolBreak.objects.exists()
    assert send(desk, "breaks/add/", name=" Winter  break ", starts_on="2099-12-20", ends_on="2099-12-24").status_code == 302
    row = SchoolBreak.objects.get()
    assert row.name == "Winter break"
    assert "Winter break December 20, 2099 to December 24, 2099" in text_of(desk.get(BASE))
    assert send(desk, f"breaks/{row.pk}/remove/").status_code == 302
    assert not SchoolBreak.objects.exists()


def test_a_break_of_above_is_shown_and_not_removed_here(desk, district):
    above = OrganizationFactory(slug="state")
    type(above).objects.filter(pk=district.organization.pk).update(parent=above)
    row = add_break(organization=above, name="State holiday", starts_on=date(2099, 7, 4), ends_on=date(2099, 7, 4), press=press())
    said = desk.get(BASE)
    assert "State holiday July 4, 2099 Of State" in text_of(said)
    assert f"breaks/{row.pk}/remove/" not in said.content.decode()
    assert send(desk, f"breaks/{row.pk}/remove/").status_code == 404


def test_whether_the_scheduler_works_is_told(desk, district):
    assert "has not worked yet" in text_of(desk.get(BASE))
    beat = Heartbeat.objects.create(name="reminders", at=timezone.now())
    assert rhythms.pulse(district.organization).is_well
    late = rhythms.pulse(district.organization, now=beat.at + timedelta(minutes=11))
    assert not late.is_well
    assert "Nothing is sent until it works again." in late.sentence
    MailTrouble.objects.create(since=beat.at - timedelta(hours=2), until=beat.at, error="no route")
    assert "The mail server says: no route" in text_of(desk.get(BASE))


def test_the_ledger_shows_what_was_sent_and_what_was_refused(desk, district):
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    owner = district.people["owner"]
    Reminder.objects.filter(person=owner).update(state="refused", ended_at=timezone.now(), error="550 nobody of that name")
    sending.send_due(on=MONDAY)
    everything = text_of(desk.get(f"{BASE}mails/"))
    sent, count = Reminder.objects.filter(state="sent").count(), Reminder.objects.count()
    assert f"{count} mails: {sent} sent and 1 refused." in everything
    refused = text_of(desk.get(f"{BASE}mails/?state=refused"))
    assert owner.email in refused
    assert "550 nobody of that name" in refused
    assert district.people["lead"].email not in refused
    assert owner.email in text_of(desk.get(f"{BASE}mails/?state=troubled"))
    assert district.people["lead"].email in text_of(desk.get(f"{BASE}mails/?state=no-such-state&before=x"))


def test_the_ledger_is_paged(desk, district, monkeypatch):
    monkeypatch.setattr(rhythms, "PAGE", 2)
    reminders.run_organization(organization=district.organization, on=MONDAY, press=press())
    keys = list(Reminder.objects.order_by("-pk").values_list("pk", flat=True))
    first = rhythms.mails(district.plan)
    assert [row.pk for row in first.rows] == keys[:2]
    assert f"before={keys[1]}" in desk.get(f"{BASE}mails/").content.decode()
    assert [row.pk for row in rhythms.mails(district.plan, before=first.older).rows] == keys[2:4]


def test_the_ledger_of_another_plan_stays_there(desk, district):
    other = make_district("lakes")
    reminders.run_organization(organization=other.organization, on=MONDAY, press=press())
    assert "No mail was planned" in text_of(desk.get(f"{BASE}mails/"))
    assert "Choose another state" not in text_of(desk.get(f"{BASE}mails/"))
    assert "Choose another state" in text_of(desk.get(f"{BASE}mails/?state=refused"))


def test_statements_do_not_grow_with_cycles_and_mails(client, district):
    def count(path):
        client.force_login(district.people["cabinet"])
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    def cycle(n):
        day = MONDAY + n * 28 * DAY
        reminders.run_organization(organization=district.organization, on=day, press=press())
        sending.send_due(on=day)

    cycle(0)
    few = count(BASE), count(f"{BASE}mails/")
    for n in range(1, 5):
        cycle(n)
    assert Reminder.objects.count() > 10
    assert (count(BASE), count(f"{BASE}mails/")) == few


def test_a_draft_says_that_nobody_is_asked(desk, district):
    change_plan(plan=district.plan, press=press(), stage=Plan.DRAFT)
    assert "Cycles open once the plan is adopted." in text_of(desk.get(BASE))
