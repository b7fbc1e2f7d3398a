"""The rungs of the ladder and the days that they are due on. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from actions.reminding.calendar import YEARLY, Breaks, Rhythm

UPDATE, REVIEW, AGAIN, ANSWER, MENTION = "update", "review", "again", "answer", "mention"
KINDS = [
    (UPDATE, "Steps to confirm"),
    (REVIEW, "Yearly review"),
    (AGAIN, "Steps to be reminded of"),
    (ANSWER, "Asks that wait for an answer"),
    (MENTION, "Notes to a colleague"),
]
"""AGAIN goes to who said "remind me on ..." on that day; ANSWER to who is to answer "not mine" and "blocked", the morning after;
MENTION to whom a note among staff speaks to, the morning after. AGAIN is also the second list of a cycle: of steps that nobody answers for to the
planners, of what is still silent before the last week to those who lead above it."""

FIRST, SECOND, LEAD, CABINET, UNOWNED, PLANNER = 1, 2, 3, 4, 5, 6
"""Of an update: to those who answer for steps, to them again, to who leads what the steps hang under, to the cabinet; and to the planners, of
steps that nobody answers for, and in the last week of all that nobody said anything of."""
OWN = (FIRST, SECOND)
BEFORE, ON_THE_DAY, AFTER = 1, 2, 3
"""Of a yearly review."""
LATE = 14
"""Days after the last reminder of a review until which one that was missed is still sent."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Days after the opening of a cycle on which each rung is due, and those around a yearly review."""

    second_after: int = 7
    lead_after: int = 14
    cabinet_after: int = 21
    review_before: int = 21
    review_after: int = 7
    planners: bool = True
    """Whether planners get the list of the last week."""


APART = 3
"""Days that a list of the last ones of a cycle comes after the mail before it."""
LEADS_LAST, PLANNERS_LAST = (8, 4), (5, 1)
"""Working days that are left when those who lead above, and after them the planners, get their last list, the day itself counted: as a rule, and at
least; with fewer it is left out."""


@dataclass(frozen=True, slots=True)
class Due:
    rung: int
    on: date
    """A working day."""
    kind: str = UPDATE


def update_rungs(*, opened_on: date, ends_on: date, steps: Steps, breaks: Breaks) -> Iterator[Due]:
    """What a cycle sends, counted from the first day on which somebody is asked, so that a break at the opening does not put two mails on one day.

    A rung whose day would fall after the cycle's end is left out: the next cycle asks anew.
    """
    begin = breaks.working_day(opened_on)
    later = {rung: breaks.working_day(begin + timedelta(days=after)) for rung, after in _after(steps)}
    days = [Due(rung, on) for rung, on in later.items()] + [Due(UNOWNED, later[SECOND], AGAIN)]
    yield from (due for due in days if due.on <= ends_on)
    mailed = [later[rung] for rung in (FIRST, SECOND, LEAD) if later[rung] <= ends_on]
    led = [later[LEAD]] if later[LEAD] <= ends_on else []
    if mailed and (last := _last(LEADS_LAST, max(mailed), ends_on, breaks)):
        yield Due(LEAD, last, AGAIN)
        led.append(last)
    if steps.planners and led and (last := _last(PLANNERS_LAST, max(led), ends_on, breaks)):
        yield Due(PLANNER, last)


def _last(left: tuple[int, int], before: date, ends_on: date, breaks: Breaks) -> date | None:
    """The day of a last list: with so many working days left, but not sooner than APART days after the mail `before` it. None: too late by then."""
    as_a_rule, at_least = (breaks.with_left(count, ends_on) for count in left)
    day = max(as_a_rule, breaks.working_day(before + timedelta(days=APART)))
    return day if day <= at_least else None


def _after(steps: Steps) -> list[tuple[int, int]]:
    return [(FIRST, 0), (UNOWNED, 0), (SECOND, steps.second_after), (LEAD, steps.lead_after), (CABINET, steps.cabinet_after)]


def review_dates(begins_on: date, on: date) -> list[date]:
    """The yearly review days around a day: the last one on or before it and the next one after it."""
    rhythm = Rhythm(YEARLY, begins_on)
    last = rhythm.last_start(on)
    return [last, rhythm.next_start(on + timedelta(days=1))] if last else [rhythm.next_start(on)]


def review_rungs(*, review_on: date, on: date, steps: Steps, breaks: Breaks) -> Iterator[Due]:
    """What is due for one yearly review up to a day; nothing once the last reminder is LATE days old."""
    days = [
        Due(BEFORE, breaks.working_day(review_on - timedelta(days=steps.review_before))),
        Due(ON_THE_DAY, breaks.working_day(review_on)),
        Due(AFTER, breaks.working_day(review_on + timedelta(days=steps.review_after))),
    ]
    if on <= days[-1].on + timedelta(days=LATE):
        yield from (due for due in days if due.on <= on)
