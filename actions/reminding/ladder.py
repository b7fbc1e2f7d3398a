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
MENTION to whom a note among staff speaks to, the morning after."""

FIRST, SECOND, LEAD, CABINET, UNOWNED = 1, 2, 3, 4, 5
"""Of an update: to those who answer for steps, to them again, to who leads what the steps hang under, to the cabinet; and to the planners, of
steps that nobody answers for."""
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


@dataclass(frozen=True, slots=True)
class Due:
    rung: int
    on: date
    """A working day."""


def update_rungs(*, opened_on: date, ends_on: date, steps: Steps, breaks: Breaks) -> Iterator[Due]:
    """What a cycle sends. A rung whose day would fall after the cycle's end is left out: the next cycle asks anew."""
    for rung, after in ((FIRST, 0), (UNOWNED, 0), (SECOND, steps.second_after), (LEAD, steps.lead_after), (CABINET, steps.cabinet_after)):
        on = breaks.working_day(opened_on + timedelta(days=after))
        if on <= ends_on:
            yield Due(rung, on)


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
