"""What the page of a plan's rhythm shows: cycles with their freshness, days that come, breaks, whether the scheduler works, the mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import Heartbeat, Organization, Person
from actions import asking
from actions.models import Cycle, Reminder, ReminderLine, ReminderRun, ReviewRhythm, SchoolBreak
from actions.reminding.ladder import CABINET, FIRST, LEAD, PLANNER, REVIEW, SECOND, UNOWNED, UPDATE, review_dates
from actions.reviewing.freshness import COLUMNS, Group, Measured, finding, groups, now_sentence
from actions.services import sending
from actions.services.cycles import freshness_of
from actions.words import joined
from goals.models import Plan
from planner.lib.dates import moment_words, us_date

QUIET = timedelta(minutes=10)
"""The scheduler says every minute that it works; after so long it does not."""
PAGE = 50
RUNG_WORDS = {
    (UPDATE, FIRST): "First mail of a cycle",
    (UPDATE, SECOND): "Second mail of a cycle",
    (UPDATE, LEAD): "List for whoever leads above",
    (UPDATE, CABINET): "Count for the cabinet",
    (UPDATE, UNOWNED): "Steps that nobody answers for",
    (UPDATE, PLANNER): "List of the last week, for planners",
    (REVIEW, 1): "Announcement of the yearly review",
    (REVIEW, 2): "The yearly review, on its day",
    (REVIEW, 3): "After the yearly review",
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """The plan over its cycles."""

    present: Measured | None
    now: str
    """Of the open cycle."""
    finding: str
    cycles: list[Measured]
    """All, newest first."""
    columns: list[Measured]
    """The last ones, oldest first, that the groups speak of."""
    groups: list[Group]


def freshness(plan: Plan, today: date) -> Freshness:
    rows = list(Cycle.objects.filter(plan=plan).order_by("starts_on"))
    measured = [Measured(row.starts_on, row.ends_on, row.is_open, row.summary or freshness_of(plan, row)) for row in rows]
    present = next((one for one in reversed(measured) if one.starts_on <= today <= one.ends_on), None)
    keys = {one["id"] for cycle in measured[-COLUMNS:] for one in cycle.summary["people"]}
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=keys)} if keys else {}
    word = plan.word("action_step").lower()
    return Freshness(
        present,
        now_sentence(present, word) if present else "No cycle is open.",
        finding(measured, word),
        measured[::-1],
        measured[-COLUMNS:],
        groups(measured, area=plan.word("goal_area"), people=names),
    )


def coming(rhythm: ReviewRhythm, today: date) -> list[tuple[str, str]]:
    """(what, the day in words) of what the rhythm brings next."""
    found = []
    if rhythm.is_running:
        found.append(("Next cycle opens", us_date(rhythm.rhythm.next_start(today + timedelta(days=1)))))
    if rhythm.review_on:
        days = review_dates(rhythm.review_on, today)
        found.append(("Yearly review", us_date(days[-1] if days[-1] >= today else days[0])))
    if rhythm.reviewed_on:
        found.append(("Last yearly review", us_date(rhythm.reviewed_on)))
    return found


def ladder_words(rhythm: ReviewRhythm) -> str:
    """Who hears when, in a sentence."""
    last = " A working week before the end planners get a list of what nobody has said anything of." if rhythm.tells_planners else ""
    return (
        f"Those who answer for steps are asked when a cycle opens and once more {_days(rhythm.second_after_days)} later; "
        f"whoever leads above them gets a list after {_days(rhythm.lead_after_days)} and once more before the last week, "
        f"the cabinet a count after {_days(rhythm.cabinet_after_days)}.{last}"
    )


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether reminders work."""

    sentence: str
    is_well: bool
    planned: str
    trouble: str


def pulse(organization: Organization, now: datetime | None = None) -> Pulse:
    beat = Heartbeat.objects.filter(name="reminders").first()
    run = ReminderRun.objects.filter(organization=organization).first()
    planned = f"Reminders of {organization.name} were last planned for {us_date(run.on)}." if run else "No reminders were planned here yet."
    if beat is None:
        return Pulse("The scheduler has not worked yet: nothing is sent until it does.", False, planned, sending.alarm(now))
    is_well = (now or timezone.now()) - beat.at <= QUIET
    said = f"The scheduler was last at work on {moment_words(beat.at, organization.time_zone)}."
    return Pulse(said if is_well else f"{said} Nothing is sent until it works again.", is_well, planned, sending.alarm(now))


def breaks_around(organization: Organization, today: date) -> list[SchoolBreak]:
    """Breaks that are not over, the organization's own and those of what it hangs under."""
    rows = SchoolBreak.objects.filter(organization__in=asking.near(organization), ends_on__gte=today).select_related("organization")
    return list(rows.order_by("starts_on", "pk"))


@dataclass(frozen=True, slots=True)
class Mails:
    rows: list[Reminder]
    """Each with `what`, `state_words` and `moment`."""
    choices: list[tuple[str, str, int]]
    """(state, words, how many); the first is all."""
    state: str
    has_answers: bool
    """Whether a mail server said anything of one of the rows, or one says why it was not sent."""
    older: int | None
    """Key to go on with; None at the end."""
    says: str


ALL, TROUBLED = "", "troubled"


def mails(plan: Plan, state: str = ALL, before: int | None = None) -> Mails:
    """The ledger of a plan, newest first: what is to be sent, was sent, was refused."""
    known = dict(Reminder.STATES)
    state = state if state in known or state == TROUBLED else ALL
    all_rows = Reminder.objects.filter(organization=plan.organization_id, pk__in=_speaking_of(plan))
    counts = dict(all_rows.order_by().values_list("state").annotate(Count("pk")))
    troubled = all_rows.troubled().count()
    rows = all_rows.troubled() if state == TROUBLED else all_rows.filter(state=state) if state else all_rows
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("person").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    for row in shown:
        row.what = RUNG_WORDS.get((row.kind, row.rung)) or row.get_kind_display()
        row.moment = moment_words(row.ended_at, plan.organization.time_zone) if row.ended_at else ""
    choices = [(ALL, "All", sum(counts.values())), (TROUBLED, "Need a look", troubled)]
    choices += [(key, words, counts[key]) for key, words in Reminder.STATES if counts.get(key)]
    said = any(row.error for row in shown)
    return Mails(shown, choices, state, said, shown[-1].pk if len(found) > PAGE else None, _mails_sentence(counts))


def _speaking_of(plan: Plan) -> QuerySet:
    return ReminderLine.objects.filter(plan=plan).values("reminder")


def _mails_sentence(counts: dict[str, int]) -> str:
    if not counts:
        return "No mail was planned for this plan yet."
    waiting = counts.get(Reminder.PLANNED, 0) + counts.get(Reminder.CLAIMED, 0)
    named: Sequence[tuple[int, str]] = [
        (counts.get(Reminder.SENT, 0), "sent"),
        (waiting, "waiting"),
        (counts.get(Reminder.REFUSED, 0), "refused"),
        (counts.get(Reminder.FAILED, 0), "given up"),
        (counts.get(Reminder.DROPPED, 0), "not needed any more"),
    ]
    said = [f"{count} {words}" for count, words in named if count]
    total = sum(counts.values())
    return f"{total} mail{'' if total == 1 else 's'}: {joined(said)}."


def troubled_count(plan: Plan) -> int:
    return Reminder.objects.filter(pk__in=_speaking_of(plan)).troubled().count()
