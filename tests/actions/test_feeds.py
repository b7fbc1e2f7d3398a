"""Dates as a list and as calendars: whose they are, what is in them, what a strict reader makes of them, and how a private address ends."""

import html
import re
import uuid
from datetime import date, timedelta

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.audit import Press
from accounts.models import AuditEntry, Membership
from accounts.services import deactivate_person
from actions.calendars import Event, person_events, to_icalendar
from actions.models import ActionStep, CalendarFeed, ReviewRhythm
from actions.services.cycles import set_rhythm
from actions.services.feeds import make_feed, path_of
from actions.services.review_tasks import add_task
from actions.services.reviews import open_review
from actions.services.updates import record_status
from goals.models import Plan
from goals.services import change_plan
from tests.factories.reviews import MONDAY, add_plan, leads, make_district, press, work

DAY = timedelta(days=1)


def text_of(response):
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split()))


def due(step, day):
    ActionStep.objects.filter(pk=step.pk).update(due=day)
    leads(step)


@pytest.fixture
def district(db):
    made = make_district(review_on=date(2026, 6, 15))
    type(made.organization).objects.filter(pk=made.organization.pk).update(is_sample=True, calendar_on=MONDAY)
    made.organization.refresh_from_db()
    made.plan.organization = made.organization
    return made


def titles(person):
    person.__dict__.pop("_all_memberships", None)
    return [(event.iso, event.title) for event in person_events(person)]


# whose


def test_a_person_finds_the_days_of_the_own_steps_of_reviews_and_of_tasks(district):
    due(district.steps[0], date(2026, 5, 1))
    due(district.steps[1], date(2026, 4, 1))
    owner, member, viewer = (district.people[name] for name in ("owner", "member", "viewer"))
    review = open_review(plan=district.plan, kind="regular", press=press())
    add_task(review=review, press=press(), text="Ask the vendor", due_on=date(2026, 3, 3), person=owner)
    assert titles(owner) == [
        ("2026-02-02", "Review of a cycle"),
        ("2026-03-01", "Last day to confirm 1 action step"),
        ("2026-03-03", "Task: Ask the vendor"),
        ("2026-05-01", "Due: 1.1.1 Task number 1"),
        ("2026-06-15", "Yearly review"),
    ]
    assert ("2026-04-01", "Due: 1.1.2 Task number 2") in titles(member)
    assert not [one for one in titles(viewer) if "Due" in one[1] or "confirm" in one[1]]


def test_what_is_over_or_confirmed_is_no_date_any_more(district):
    due(district.steps[0], date(2026, 5, 1))
    done = district.plan.scale.statuses.filter(meaning="complete").first()
    record_status(step=district.steps[0], status=done, as_of=MONDAY, press=press())
    assert [title for _, title in titles(district.people["owner"])] == ["Yearly review"]


def test_a_draft_has_no_dates(district):
    due(district.steps[0], date(2026, 5, 1))
    change_plan(plan=district.plan, press=press(), stage=Plan.DRAFT)
    assert titles(district.people["owner"]) == []


def test_statements_do_not_grow_with_plans(district):
    owner = district.people["owner"]

    def count():
        person = type(owner).objects.get(pk=owner.pk)
        with CaptureQueriesContext(connection) as seen:
            found = person_events(person)
        return len(seen), len(found)

    due(district.steps[0], date(2026, 5, 1))
    few, events = count()
    for n in range(4):
        _, steps, _ = add_plan(district.organization, f"more-{n}")
        leads(steps[0], lead_person=owner)
        due(steps[0], date(2026, 5, 2))
    assert count() == (few, events + 4)


# the format


NASTY = 'L\x00i\u202ene\r\nBEGIN:VEVENT\nSUMMARY:x; a, b \\ "q" ' + "ä" * 90


def test_a_strict_reader_understands_every_character():
    events = [Event(f"due-{n}", "due", date(2026, 2, 27) + n * DAY, NASTY, NASTY, "/x/", NASTY) for n in range(3)]
    made = to_icalendar(events, name=NASTY, today=MONDAY)
    assert made == to_icalendar(events, name=NASTY, today=MONDAY)
    lines = made.decode().split("\r\n")
    assert lines[-1] == ""
    assert not [line for line in lines if "\n" in line or "\r" in line or len(line.encode()) > 75]
    assert sum(line == "BEGIN:VEVENT" for line in lines) == 3
    other = vobject.readOne(made.decode(), validate=True)
    assert [entry.dtstart.value for entry in other.vevent_list] == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    first = other.vevent_list[0]
    assert first.summary.value == " ".join(NASTY.replace("\x00", " ").replace("\u202e", "").split())
    assert first.dtend.value == date(2026, 2, 28)
    assert first.description.value.split("\n")[1] == first.summary.value
    own = Calendar.from_ical(made)
    assert not own.errors
    assert len({str(entry["UID"]) for entry in own.walk("VEVENT")}) == 3
    assert own["VERSION"] == "2.0"


# the private address


def test_a_calendar_reads_the_private_address_without_signing_in(client, district):
    due(district.steps[0], date(2026, 5, 1))
    owner = district.people["owner"]
    path = path_of(make_feed(person=owner, press=Press("web", owner)))
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    found = [str(entry["SUMMARY"]) for entry in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert "Due: 1.1.1 Task number 1" in found
    assert "Due: 1.1.2 Task number 2" not in found
    assert client.post(path).status_code == 405


def test_no_other_address_opens_it(client, district):
    owner = district.people["owner"]
    path = path_of(make_feed(person=owner, press=Press("web", owner)))
    name, _, rest = path.removeprefix("/calendar/").partition(".")
    other = path_of(make_feed(person=district.people["lead"], press=press()))
    mixed = f"/calendar/{name}.{other.partition('.')[2]}"
    altered = f"/calendar/{name}.{'A' if rest[0] != 'A' else 'B'}{rest[1:]}"
    wrong = [mixed, altered, f"/calendar/{name}.ics", "/calendar/a.b.ics", f"/calendar/{uuid.uuid4()}.ics", "/calendar/é.é.ics"]
    assert {client.get(address).status_code for address in wrong} == {404}


def test_a_new_address_ends_the_old_one_and_an_ended_one_stays_ended(client, district):
    owner = district.people["owner"]
    client.force_login(owner)
    said = {"press": str(uuid.uuid4()), "do": "make"}
    for _ in range(2):  # a double press makes one
        assert client.post("/my/dates/", said).status_code == 302
    first = path_of(CalendarFeed.objects.get())
    assert first in client.get("/my/dates/").content.decode()
    client.post("/my/dates/", {"press": str(uuid.uuid4()), "do": "make"})
    second = path_of(CalendarFeed.objects.get(ended_at=None))
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client.post("/my/dates/", {"press": str(uuid.uuid4()), "do": "end"})
    assert client.get(second).status_code == 404
    assert "Make an address" in text_of(client.get("/my/dates/"))
    assert AuditEntry.objects.filter(verb__in=["make calendar", "end calendar"]).count() == 4
    assert client.post("/my/dates/", {"do": "make"}).status_code == 400


def test_whoever_left_has_no_calendar(client, district):
    owner = district.people["owner"]
    path = path_of(make_feed(person=owner, press=press()))
    deactivate_person(membership=owner.memberships.get(), press=press())
    assert client.get(path).status_code == 404
    member = district.people["member"]
    path = path_of(make_feed(person=member, press=press()))
    Membership.objects.filter(person=member).delete()
    assert client.get(path).status_code == 404


def test_the_address_holds_no_more_than_a_name(district):
    feed = make_feed(person=district.people["owner"], press=press())
    name, signature = path_of(feed).removeprefix("/calendar/").removesuffix(".ics").split(".")
    assert (len(name), len(signature)) == (22, 43)
    assert signature not in str(CalendarFeed.objects.values().get())


def test_the_page_lists_what_the_calendar_has(client, district):
    due(district.steps[0], date(2026, 1, 5))
    client.force_login(district.people["owner"])
    said = text_of(client.get("/my/dates/"))
    assert "1 date has passed January 5, 2026 Due: 1.1.1 Task number 1" in said
    assert "June 2026 June 15, 2026 Yearly review Plan devices" in said
    client.force_login(work(district.organization, "viewer"))
    assert "No date lies ahead" in text_of(client.get("/my/dates/"))


# a plan's calendar


BASE = "/meadow/devices/"


def test_a_live_plans_days_are_public_and_its_reviews_where_the_plan_says_so(client, district):
    due(district.steps[0], date(2026, 5, 1))
    answer = client.get(f"{BASE}calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "public" in answer["Cache-Control"]
    found = [str(entry["SUMMARY"]) for entry in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert found == ["Due: 1.1.1 Task number 1"]
    assert "Yearly review" not in text_of(client.get(f"{BASE}dates/"))
    set_rhythm(plan=district.plan, press=press(), reviews_are_public=True)
    assert "June 15, 2026 Yearly review Plan devices" in text_of(client.get(f"{BASE}dates/"))
    assert b"Yearly review: Plan devices" in client.get(f"{BASE}calendar.ics").content


@pytest.mark.parametrize("visibility", [Plan.PRIVATE, Plan.REPORTS_ONLY])
def test_a_plan_that_is_not_live_has_no_public_calendar(client, district, visibility):
    change_plan(plan=district.plan, press=press(), visibility=visibility)
    ReviewRhythm.objects.update(reviews_are_public=True, freshness_is_public=True)
    for page in ("calendar.ics", "dates/", "reviews/"):
        assert client.get(f"{BASE}{page}").status_code == 404, page
    client.force_login(district.people["viewer"])
    answer = client.get(f"{BASE}calendar.ics")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    client.force_login(make_district("lakes").people["admin"])
    assert client.get(f"{BASE}dates/").status_code == 404


def test_a_plan_whose_reviews_are_not_public_shows_none(client, district):
    assert client.get(f"{BASE}reviews/").status_code == 404
    set_rhythm(plan=district.plan, press=press(), freshness_is_public=True)
    said = text_of(client.get(f"{BASE}reviews/"))
    assert "No cycle has ended yet" in said
    assert "No review has been held" not in said
