"""The days of plans that people put into their calendars: due days, last days to confirm, reviews, tasks. And all of them as iCalendar (RFC 5545)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from icalendar import Calendar, vText
from icalendar import Event as Entry

from accounts.links import site_address
from accounts.models import Organization, Person
from accounts.roles import may
from actions import asking, words
from actions.models import Cycle, Review, ReviewRhythm, ReviewTask
from actions.picture import PlanPicture
from actions.reminding.duties import Members
from actions.reminding.ladder import review_dates
from actions.reminding.lines import one_line
from actions.reviewing.agenda import is_over
from goals.models import Plan, Status

DUE, CONFIRM, REVIEW, TASK = "due", "confirm", "review", "task"
WORDS = {DUE: "Due", CONFIRM: "Last day to confirm", REVIEW: "Review", TASK: "Task"}
REFRESH = timedelta(hours=12)
TITLE = 120
"""Characters of a wording in a calendar's line; the rest stands in its text."""
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """One day, as a list and a calendar show it."""

    uid: str
    """Stays the same when the day moves, so that calendars move it too."""
    kind: str
    day: date
    title: str
    plan: str
    href: str
    """Path on this site."""
    text: str = ""
    is_past: bool = False

    @property
    def what(self) -> str:
        return WORDS[self.kind]

    @property
    def summary(self) -> str:
        """In a calendar, where the plan does not stand beside it."""
        return self.title if self.kind in (DUE, TASK) else f"{self.title}: {self.plan}"

    @property
    def iso(self) -> str:
        return self.day.isoformat()


def _named(code: str, title: str) -> str:
    said = f"{code} {title}".strip()
    return said if len(said) <= TITLE else f"{said[: TITLE - 1].rstrip()}…"


def _in_order(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.day, event.uid))


# A plan's own days, as far as visitors may know them


def plan_events(picture: PlanPicture, *, with_reviews: bool) -> list[Event]:
    """Due days of what is not over, and with `with_reviews` the plan's reviews, held and to come."""
    base = f"/{picture.district}/{picture.slug}/"
    found = [
        Event(
            f"due-{step.node}",
            DUE,
            step.due,
            f"Due: {_named(step.code, step.title)}",
            picture.title,
            f"{base}steps/{step.address}/",
            step.title,
            step.due < picture.today,
        )
        for step in picture.all_steps()
        if step.due and not is_over(step.status)
    ]
    if with_reviews:
        found += _held(picture, base)
        rhythm = ReviewRhythm.objects.filter(pk=picture.id).first()
        found += _yearly(rhythm, picture.id, picture.title, base, picture.today)
    return _in_order(found)


def _held(picture: PlanPicture, base: str) -> list[Event]:
    rows = Review.objects.held().filter(plan=picture.id)
    return [
        Event(f"review-{row.pk}", REVIEW, row.on, row.get_kind_display(), picture.title, f"{base}reviews/{row.address}/", "", True)
        for row in rows
    ]


def _yearly(rhythm: ReviewRhythm | None, plan: int, title: str, href: str, today: date) -> list[Event]:
    """The next yearly review that the rhythm has, where none was held for it."""
    if rhythm is None or not rhythm.review_on:
        return []
    day = next(day for day in reversed(review_dates(rhythm.review_on, today)))
    return [Event(f"yearly-{plan}-{day.year}", REVIEW, day, "Yearly review", title, href)]


# A person's days


def person_events(person: Person) -> list[Event]:
    """What a person answers for, has to do or takes part in, in all organizations that the person works for. The same few statements for any number."""
    memberships = person.all_memberships()
    if not memberships or not person.is_active:
        return []
    plans = list(_plans_of(person))
    if not plans:
        return []
    today = {plan.pk: plan.organization.today() for plan in plans}
    departments = [m.department_id for m in memberships if m.department_id]
    return _in_order(
        [
            *_duties(person, plans, departments, today),
            *_reviews(person, plans, departments, today),
            *_tasks(person, plans, departments, today),
        ]
    )


def _plans_of(person: Person):
    here = [m.organization_id for m in person.all_memberships()]
    near = Organization.objects.filter(Q(pk__in=here) | Q(parent__in=here) | Q(parent__parent__in=here))
    return Plan.objects.filter(organization__in=near, stage=Plan.ADOPTED).select_related("organization__parent__parent", "rhythm")


def _duties(person: Person, plans: Collection[Plan], departments: Collection[int], today: dict[int, date]) -> Iterable[Event]:
    able = [plan for plan in plans if may(person.role_in(plan.organization), "update_own_steps")]
    members = Members({person.pk: departments})
    duties = asking.duties_of([plan.pk for plan in able])
    over = set(Status.objects.filter(scale__plan__in=able, meaning__in=["complete", "stopped"]).values_list("pk", flat=True))
    cycles = {cycle.plan_id: cycle for cycle in Cycle.objects.open().filter(plan__in=able).order_by("starts_on")}
    for plan in able:
        base = f"/manage/{plan.organization.slug}/{plan.slug}/"
        own = duties[plan.pk].own(person.pk, members)
        for duty in own:
            if duty.due and duty.status not in over:
                named = _named(duty.code, duty.title)
                yield Event(
                    f"due-{duty.node}",
                    DUE,
                    duty.due,
                    f"Due: {named}",
                    plan.title,
                    f"{base}steps/{duty.address}/",
                    duty.title,
                    duty.due < today[plan.pk],
                )
        cycle = cycles.get(plan.pk)
        if cycle and cycle.ends_on >= today[plan.pk] and (silent := [duty for duty in own if not duty.is_confirmed(cycle.starts_on)]):
            steps = words.counted_of(len(silent), plan.word("action_step").lower())
            yield Event(f"confirm-{cycle.pk}", CONFIRM, cycle.ends_on, f"Last day to confirm {steps}", plan.title, "/my/")


def _reviews(person: Person, plans: Collection[Plan], departments: Collection[int], today: dict[int, date]) -> Iterable[Event]:
    """The yearly reviews of the plans, and reviews that are being prepared, for those who see to the plan or lead something in it."""
    for plan in plans:
        if may(person.role_in(plan.organization), "update_own_steps"):
            yield from _yearly(
                getattr(plan, "rhythm", None), plan.pk, plan.title, f"/manage/{plan.organization.slug}/{plan.slug}/reviews/", today[plan.pk]
            )
    by_key = {plan.pk: plan for plan in plans}
    for review in Review.objects.open().filter(plan__in=plans):
        plan = by_key[review.plan_id]
        href = f"/manage/{plan.organization.slug}/{plan.slug}/reviews/{review.pk}/"
        yield Event(f"review-{review.pk}", REVIEW, review.on, review.get_kind_display(), plan.title, href, "", review.on < today[plan.pk])


def _tasks(person: Person, plans: Collection[Plan], departments: Collection[int], today: dict[int, date]) -> Iterable[Event]:
    by_key = {plan.pk: plan for plan in plans}
    mine = Q(person=person) | Q(department__in=departments)
    for task in ReviewTask.objects.filter(mine, done_on=None, review__plan__in=plans).select_related("review"):
        plan = by_key[task.review.plan_id]
        href = f"/manage/{plan.organization.slug}/{plan.slug}/reviews/{task.review_id}/"
        yield Event(
            f"task-{task.pk}",
            TASK,
            task.due_on,
            f"Task: {_named('', task.text)}",
            plan.title,
            href,
            task.text,
            task.due_on < today[plan.pk],
        )


# iCalendar


def to_icalendar(events: Iterable[Event], *, name: str, today: date) -> bytes:
    """The events as whole days. The stamp is the day's first moment, so that the same days give the same bytes all day long."""
    site = site_address()
    host = site.partition("://")[2].partition(":")[0]
    calendar = Calendar()
    calendar.add("prodid", "-//District Planner//Dates//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(one_line(name)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    stamp = datetime.combine(today, time(), UTC)
    for event in events:
        entry = Entry()
        entry.add("uid", f"{event.uid}@{host}")
        entry.add("dtstamp", stamp)
        entry.add("dtstart", event.day)
        entry.add("dtend", event.day + timedelta(days=1))
        entry.add("summary", one_line(event.summary))
        said = [one_line(event.plan), *([one_line(event.text, LONGEST)] if event.text else []), f"{site}{event.href}"]
        entry.add("description", "\n".join(said))
        entry.add("url", f"{site}{event.href}")
        entry.add("categories", [event.what])
        entry.add("transp", "TRANSPARENT")
        calendar.add_component(entry)
    return calendar.to_ical()


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    events: list[Event]


def by_month(events: Iterable[Event]) -> list[Month]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(f"{event.day:%B %Y}", []).append(event)
    return [Month(name, rows) for name, rows in found.items()]
