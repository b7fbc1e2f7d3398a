"""What a recogniser says, and what several of them need."""

import re
from dataclasses import dataclass, field

from surveys.reading.draft import METADATA, Column
from surveys.reading.labels import tidy


@dataclass(slots=True)
class Layout:
    """How to read a table: which tool wrote it and why we think so, how many rows of headings, what each column is."""

    format: str
    reason: str
    header_rows: int
    columns: list[Column]
    skip: dict[int, dict[str, str]] = field(default_factory=dict)
    """Column -> {value in small letters: why rows with it are no answers}."""


def known(headers: list[str], names: frozenset[str]) -> list[str]:
    """Those headings that a tool always writes."""
    return [header for header in headers if header.casefold() in names]


def lone(index: int, header: str, *, names: frozenset[str], key: str = "", why: str = "") -> Column:
    """A column by its heading alone: one of the tool's own is metadata, and `key` is the one that names the respondent."""
    header = tidy(header) or f"Column {index + 1}"
    low = header.casefold()
    column = Column(index, header, header)
    if low in names:
        column.kind, column.why = METADATA, why or "The tool writes this column by itself."
        column.is_key = bool(key) and low == key
    return column


FAMILY = (
    re.compile(r"^(?P<question>.+?)\s*\[(?P<choice>[^\[\]]+)\]\s*$", re.S),
    re.compile(r"^(?P<question>.+?)\s*\(choice=(?P<choice>.+)\)\s*$", re.S),
    re.compile(r"^(?P<question>.+?)___(?P<choice>.+)$", re.S),
    re.compile(r"^(?P<question>[^/]{3,})/(?P<choice>[^/]+)$", re.S),
    re.compile(r"^(?P<question>.{8,}?)\s+[-–—:]\s+(?P<choice>.+)$", re.S),
)
"""Headings that hold a question and one of its choices (or a row of a matrix), however they are written."""


def families(columns: list[Column], patterns=FAMILY, *, swap: bool = False) -> None:
    """Give question and choice to columns whose headings have the same beginning: at least two of them, side by side.

    `swap`: the choice comes first, as in “School safety:Which matter most?”.
    """
    for pattern in patterns:
        run: list[tuple[Column, str, str]] = []
        for column in [*columns, None]:
            match = pattern.match(column.header) if column and not column.kind and not column.choice else None
            question, choice = (tidy(match["question"]), tidy(match["choice"])) if match else ("", "")
            if swap:
                question, choice = choice, question
            if run and (not match or question != run[0][1]):
                if len(run) > 1:
                    for member, question_of, choice_of in run:
                        member.question, member.choice = question_of, choice_of
                run = []
            if match and column:
                run.append((column, question, choice))
