"""One question in a column for each choice of another: count and percent in each cell. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.showing import words
from surveys.showing.figures import KNOWN, WITHHELD, ZERO, Figure, Published, Question
from surveys.showing.files import Cell as FileCell
from surveys.showing.matrix import order, withheld_words


@dataclass(frozen=True, slots=True)
class Cell:
    kind: str
    count: str
    percent: str


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    base: str
    is_all: bool


@dataclass(frozen=True, slots=True)
class CrossTable:
    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    withheld: str
    """Columns that are not shown, in a sentence; empty where all are."""
    note: str


def crosstable(question: Question, published: Published, *, id: str = "cross") -> CrossTable:
    """All respondents together come first, then the columns in the order of the survey."""
    tables = sorted(question.tables, key=lambda table: not table.is_all)
    rows = tuple((label, tuple(_cell(table.figures.get(label)) for table in tables)) for label in order(question))
    columns = tuple(Column("All together" if table.is_all else table.name, f"{table.base:,}", table.is_all) for table in tables)
    said = "Percents are of the respondents whose number stands at the head of the column, to the nearest whole one, halves up."
    if question.kind in ("multi", "themes"):
        said += " One person could name several, so a column adds up to more than 100."
    return CrossTable(id, columns, rows, withheld(question, published), said)


def withheld(question: Question, published: Published) -> str:
    if not question.withheld:
        return ""
    return words.sentence(f"{words.joined([f'“{name}”' for name in question.withheld], 20)}: {withheld_words(published)}")


def _cell(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell(KNOWN, "", "")
    if figure.kind in (KNOWN, ZERO):
        return Cell(figure.kind, f"{figure.count:,}", figure.percent_words)
    return Cell(figure.kind, "withheld" if figure.kind == WITHHELD else "not listed", figure.percent_words)


def cross_rows(question: Question, head: list[list[FileCell]]) -> Iterator[list[FileCell]]:
    """The same for a file: what it is of stands in front, then two columns for each column, and a third where a figure is not known or withheld."""
    tables = sorted(question.tables, key=lambda table: not table.is_all)
    yield from head
    line: list[FileCell] = [question.text]
    for table in tables:
        name = "All together" if table.is_all else table.name
        line += [f"{name} (of {table.base:,}): count", f"{name}: percent", f"{name}: remark"]
    yield line
    for label in order(question):
        row: list[FileCell] = [label]
        for table in tables:
            figure = table.figures.get(label)
            row += [figure.count, figure.percent, figure.words] if figure else [None, None, ""]
        yield row


__all__ = ["CrossTable", "cross_rows", "crosstable", "withheld"]
