"""The table of a plan, out and in: one row for each of its parts, in the order of the tree. CSV and XLSX share its columns.

import-export says which attribute a column is, how a value is written and how one that a person typed is understood. Its own files are not used:
tablib makes live formulas of text that begins with = (dependencies.md), so `actions.writing` and `actions.reading` write and read the files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import CharWidget, IntegerWidget, Widget

from actions.picture import LEVELS, AreaPicture, ObjectivePicture, PlanPicture, StatusWord, StepPicture, StrategyPicture
from actions.reading.days import DAY, day_in

KINDS = {level: level.replace("_", " ") for level in LEVELS}
CONTINUED = "continued"
"""Kind of a row that only goes on with the long texts of the row that it stands under: a cell of a spreadsheet holds 32,767 characters."""
YES, NO = "yes", "no"
WHOLE_DAY = re.compile(rf"(?:{DAY})(?:[T ]0?0:00(?::00)?)?", re.IGNORECASE)


@dataclass(slots=True)
class PlanRow:
    """One part of a plan as a row. Texts that a plan has once stand in the first row alone."""

    level: str = ""
    """The plan's own word."""
    code: str = ""
    title: str = ""
    description: str = ""
    status: str = ""
    as_of: date | None = None
    confirmed: str = ""
    lead: str = ""
    due: date | None = None
    public_note: str = ""
    area: str = ""
    """Code and title of its goal area, to filter and count by."""
    number: int | None = None
    under: int | None = None
    """Number of the row that it hangs under."""
    kind: str = ""
    """One of KINDS: what the part is, whatever the plan calls it."""
    rank: int | None = None
    meaning: str = ""
    plan: str = ""
    plan_as_of: date | None = None
    about: str = ""
    words: str = ""
    """The plan's words for its levels, a line each: "goal area = Goal"."""
    scale: str = ""
    """The plan's statuses, highest first, a line each: rank (or off, for off the ladder), meaning, name."""
    narrowed_to: str = ""


class Words(CharWidget):
    """Text without the white space around it. What a spreadsheet made a number of is text again: 1.0 is 1."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, datetime) and value.time() == datetime.min.time():
            value = value.date()
        return super().clean(value, row, **kwargs).strip()


class Day(Widget):
    """A day: written as it is, read from a date cell, a spreadsheet's number of days, 2021-08-03, 8/3/2021 or August 3, 2021."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        text = str(value).strip()
        if not text:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 2_958_466:
            return date.fromordinal(int(value) + (693_594 if value >= 60 else 693_595))
        day = day_in(text) if WHOLE_DAY.fullmatch(text) else None
        if day is None:
            raise ValueError(f"“{text[:60]}” is not a day; write it as 2021-08-03")
        return day

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> date | None:
        return value


class Whole(IntegerWidget):
    """A whole number, as a number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = str("" if value is None else value).strip()
        if not text:
            return None
        number = text.removesuffix(".0")
        if isinstance(value, bool) or not number.isascii() or not number.isdecimal() or len(number) > 9:
            raise ValueError(f"“{text[:60]}” is not a whole number")
        return int(number)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> int | None:
        return value


class PlanRows(Resource):
    """Columns in order: what people look at, then what brings the table back in. Read-only ones follow from the others."""

    level = Field("level", "Level", Words())
    code = Field("code", "Code", Words())
    title = Field("title", "Title", Words())
    description = Field("description", "Description", Words())
    status = Field("status", "Status", Words())
    as_of = Field("as_of", "Status as of", Day())
    confirmed = Field("confirmed", "Confirmed in this cycle", Words(), readonly=True)
    lead = Field("lead", "Led by", Words())
    due = Field("due", "Due", Day())
    public_note = Field("public_note", "Public note", Words())
    area = Field("area", "In goal area", Words(), readonly=True)
    number = Field("number", "No.", Whole())
    under = Field("under", "Under no.", Whole())
    kind = Field("kind", "Kind", Words())
    rank = Field("rank", "Status rank", Whole())
    meaning = Field("meaning", "Status meaning", Words())
    plan = Field("plan", "Plan", Words())
    plan_as_of = Field("plan_as_of", "Plan as of", Day())
    about = Field("about", "About the plan", Words())
    words = Field("words", "Words for levels", Words())
    scale = Field("scale", "Scale", Words())
    narrowed_to = Field("narrowed_to", "Only part of the plan", Words())

    def init_instance(self, row: Any = None) -> PlanRow:
        return PlanRow()

    def values(self, rows: Iterator[PlanRow]) -> Iterator[list[Any]]:
        """The rows' values, text, numbers and days, one row at a time."""
        fields = self.get_export_fields()
        for row in rows:
            yield [field.export(row) for field in fields]


COLUMNS = tuple(field.column_name for field in PlanRows().get_export_fields())
SHOWN = COLUMNS.index("In goal area") + 1
"""So many columns are for people; those after them bring the table back in."""


def rows_of(picture: PlanPicture) -> Iterator[PlanRow]:
    """A row for each part of the plan, parents before children, numbered from 1."""
    number = 0
    once: dict[str, Any] = {
        "about": picture.description,
        "words": "\n".join(f"{KINDS[level]} = {' '.join(word.split())}" for level, word in picture.levels.items()),
        "scale": "\n".join(_rung(status) for status in picture.statuses),
        "narrowed_to": picture.narrowed_to,
    }

    def below(level: str, shape: Any, under: int | None, area: str) -> Iterator[PlanRow]:
        nonlocal number, once
        number += 1
        mine = number
        row = PlanRow(
            level=picture.levels[level],
            code=shape.code,
            title=shape.title,
            description=shape.description,
            lead=shape.lead,
            area=area,
            number=mine,
            under=under,
            kind=KINDS[level],
            plan=picture.title,
            plan_as_of=picture.as_of,
            **once,
        )
        once = {}
        if isinstance(shape, StepPicture):
            _say_status(row, shape)
        yield row
        for child_level, key in CHILDREN[type(shape)]:
            for child in getattr(shape, key):
                yield from below(child_level, child, mine, area)

    for area in picture.areas:
        yield from below("goal_area", area, None, f"{area.code} {area.title}".strip())


CHILDREN: dict[type, tuple[tuple[str, str], ...]] = {
    AreaPicture: (("performance_objective", "objectives"), ("strategy", "strategies"), ("action_step", "steps")),
    ObjectivePicture: (("strategy", "strategies"), ("action_step", "steps")),
    StrategyPicture: (("action_step", "steps"),),
    StepPicture: (("action_step", "steps"),),
}


def _say_status(row: PlanRow, step: StepPicture) -> None:
    row.as_of, row.due, row.public_note = step.as_of, step.due, step.public_note
    row.confirmed = YES if step.is_confirmed else NO
    if step.status:
        row.status, row.rank, row.meaning = step.status.name, step.status.rank, _meaning(step.status)


def _rung(status: StatusWord) -> str:
    return f"{'off' if status.rank is None else status.rank}, {_meaning(status)}, {' '.join(status.name.split())}"


def _meaning(status: StatusWord) -> str:
    return status.meaning.replace("_", " ")
