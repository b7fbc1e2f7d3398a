"""How much was confirmed in each cycle: what closed cycles kept, as rows and sentences. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.words import counted_of, many, percent
from planner.lib.dates import us_date

COLUMNS = 6
"""Cycles that stand side by side; all of them stand in the list."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many were confirmed."""

    confirmed: int
    total: int

    @property
    def percent(self) -> int:
        return percent(self.confirmed, self.total)


@dataclass(frozen=True, slots=True)
class Measured:
    """One cycle with what was confirmed in it; the open one until today."""

    starts_on: date
    ends_on: date
    is_open: bool
    summary: Mapping[str, Any]

    @property
    def share(self) -> Share:
        return Share(self.summary["confirmed"], self.summary["total"])


@dataclass(frozen=True, slots=True)
class Row:
    """A goal area, a department or a person over the last cycles; None where it had no step in one."""

    name: str
    shares: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: tuple[Row, ...]


def finding(cycles: Sequence[Measured], word: str) -> str:
    """What the trend says, of cycles oldest first: the last closed one, beside the one before it."""
    closed = [cycle for cycle in cycles if not cycle.is_open and cycle.share.total]
    if not closed:
        return "No cycle has ended yet, so there is no trend."
    last = closed[-1].share
    said = f"In the last cycle {last.confirmed} of {counted_of(last.total, word)} {_were(last.confirmed)} confirmed, {last.percent}%"
    if len(closed) == 1:
        return f"{said}. It is the first that ended."
    before = closed[-2].share
    more = last.percent - before.percent
    if not more:
        return f"{said}, the same share as in the one before."
    points = counted_of(abs(more), "point")
    return f"{said}, {points} {'more' if more > 0 else 'less'} than in the one before."


def now_sentence(cycle: Measured, word: str) -> str:
    """ "3 of 4 steps were confirmed since February 2, 2026; it lasts until March 1." """
    share = cycle.share
    until = f"The cycle lasts until {us_date(cycle.ends_on)}."
    if not share.total:
        return f"There are no {many(word)} to confirm. {until}"
    if share.confirmed == share.total:
        said = f"All {counted_of(share.total, word)} were" if share.total > 1 else f"The only {word} was"
    elif not share.confirmed:
        said = f"None of {counted_of(share.total, word)} was"
    else:
        said = f"{share.confirmed} of {counted_of(share.total, word)} {_were(share.confirmed)}"
    return f"{said} confirmed since {us_date(cycle.starts_on)}. {until}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def groups(cycles: Sequence[Measured], *, area: str, people: Mapping[int, str]) -> list[Group]:
    """Goal areas, departments and persons over the last cycles, oldest first. `people` has the names of persons, by their keys."""
    shown = cycles[-COLUMNS:]
    areas = _rows(shown, "goal_areas", "node", lambda one: f"{one.get('code', '')} {one['title']}".strip())
    departments = _rows(shown, "departments", "id", lambda one: one["name"] or "A department that is gone")
    persons = _rows(shown, "people", "id", lambda one: people.get(one["id"], "Somebody"))
    nobody = tuple(_share(cycle.summary.get("nobody")) for cycle in shown)
    if any(nobody):
        persons.append(Row("Nobody answers for them", nobody))
    found = [Group(f"By {area.lower()}", tuple(areas)), Group("By department", tuple(departments)), Group("By person", tuple(persons))]
    return [group for group in found if group.rows]


def _rows(cycles: Sequence[Measured], part: str, key: str, name) -> list[Row]:
    """In the order of the newest cycle; what only an older one knows comes after."""
    names: dict[int, str] = {}
    for cycle in reversed(cycles):
        for one in cycle.summary.get(part, ()):
            names.setdefault(one[key], name(one))
    by_cycle = [{one[key]: one for one in cycle.summary.get(part, ())} for cycle in cycles]
    return [Row(said, tuple(_share(found.get(at)) for found in by_cycle)) for at, said in names.items()]


def _share(one: Mapping[str, Any] | None) -> Share | None:
    return Share(one["confirmed"], one["total"]) if one and one["total"] else None
