"""Days of a review rhythm. Pure: every day comes in from outside and is a day of the district's own calendar.

Starts are always counted from the first day, never from the start before: a rhythm that begins on January 31 has starts on February 28 and
March 31, and one that begins on February 29 has its yearly day on February 28 in common years and on February 29 in leap years.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHLY, QUARTERLY, SEMESTER, YEARLY, DAYS = ("monthly", "quarterly", "semester", "yearly", "days")
UNITS = [
    (MONTHLY, "Every month"),
    (QUARTERLY, "Every three months"),
    (SEMESTER, "Every semester"),
    (YEARLY, "Every year"),
    (DAYS, "Every so many days"),
]
MONTHS = {MONTHLY: 1, QUARTERLY: 3, SEMESTER: 6, YEARLY: 12}
ONE_DAY = timedelta(days=1)


def plus_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a plan is gone through, from a first day on. `every_days` counts only where the unit is DAYS."""

    unit: str
    begins_on: date
    every_days: int = 0

    def __post_init__(self) -> None:
        if self.unit not in MONTHS and not (self.unit == DAYS and self.every_days >= 1):
            raise ValueError(f"no rhythm: {self.unit}, {self.every_days} days")

    def start(self, number: int) -> date:
        """First day of a cycle; number 0 is the one that begins on the first day."""
        if self.unit == DAYS:
            return self.begins_on + timedelta(days=self.every_days * number)
        return plus_months(self.begins_on, MONTHS[self.unit] * number)

    def number_of(self, day: date) -> int:
        """Number of the cycle that a day is in; negative before the first day."""
        if self.unit == DAYS:
            return (day - self.begins_on).days // self.every_days
        months = (day.year - self.begins_on.year) * 12 + day.month - self.begins_on.month
        number = months // MONTHS[self.unit]
        return number if self.start(number) <= day else number - 1

    def cycle(self, number: int) -> Span:
        return Span(self.start(number), self.start(number + 1) - ONE_DAY)

    def cycle_of(self, day: date) -> Span | None:
        """The cycle that a day is in; None before the first day, when nothing was asked of anybody yet."""
        return self.cycle(self.number_of(day)) if day >= self.begins_on else None

    def next_start(self, day: date) -> date:
        """The first start on or after a day."""
        if day <= self.begins_on:
            return self.begins_on
        return self.start(self.number_of(day - ONE_DAY) + 1)

    def last_start(self, day: date) -> date | None:
        """The last start on or before a day; None before the first."""
        return self.start(self.number_of(day)) if day >= self.begins_on else None


class Breaks:
    """Holidays and breaks of an organization. Nothing is sent in them, nor on Saturdays and Sundays."""

    def __init__(self, spans: Iterable[Span] = ()):
        self.spans = sorted(spans, key=lambda span: span.starts_on)

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and not any(day in span for span in self.spans)

    def working_day(self, day: date) -> date:
        """The day itself, or the next one on which people work."""
        while not self.is_working(day):
            inside = [span.ends_on for span in self.spans if day in span]
            day = max(inside, default=day) + ONE_DAY
        return day

    def with_left(self, count: int, until: date) -> date:
        """The working day with which so many working days are left up to a day, both counted."""
        day = until
        while count > 1 or not self.is_working(day):
            count -= self.is_working(day)
            day -= ONE_DAY
        return day
