"""Choices by groups: rank and percent of each, how far the groups are apart, and where that is not fully known. Pure."""

from dataclasses import dataclass, replace

from surveys.reading.draft import NUMBER
from surveys.showing import numbers, words
from surveys.showing.figures import KNOWN, UNKNOWN, WITHHELD, ZERO, Figure, Group, Published, Question, Table

MARKED = 3
"""Rows with the widest spread that are marked."""


@dataclass(frozen=True, slots=True)
class Cell:
    kind: str
    rank: str
    look: str
    """rank--top (first three), rank--mid (fourth and fifth) or empty."""
    percent: str
    end: str
    """ "highest" or "lowest" where the row is marked."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Points between the groups that chose something most and least often. `is_least`: it is that or more; None: nothing is known of it."""

    points: float | None
    is_least: bool = False

    @property
    def words(self) -> str:
        if self.points is None:
            return "unknown"
        return f"at least {self.points:g}" if self.is_least else f"{self.points:g}"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    spread: str
    is_split: bool


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    base: str


@dataclass(frozen=True, slots=True)
class Matrix:
    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    without: Column | None
    """Groups that have no published table, in one column that says so."""
    withheld: Column | None
    has_unknown: bool
    has_zero: bool
    has_withheld: bool
    has_spread: bool
    has_ranks: bool
    note: str

    @property
    def has_key(self) -> bool:
        """Whether there is anything to explain above it."""
        return self.has_ranks or self.has_unknown or self.has_zero or self.has_withheld


def spread(question: Question, label: str) -> Spread:
    """How far the groups are apart, from the percents as they are shown. An unknown one can be no more than its bound: then the spread is at least that."""
    figures = [table.figures[label] for table in question.groups if label in table.figures]
    known = [figure.percent for figure in figures if figure.kind in (KNOWN, ZERO) and figure.percent is not None]
    if not known:
        return Spread(None)
    low = min([*known, *(f.at_most for f in figures if f.at_most is not None)])
    high = max([*known, *(f.at_least for f in figures if f.at_least is not None)])
    is_least = any(figure.kind in (UNKNOWN, WITHHELD) for figure in figures)
    if is_least and high <= low:
        return Spread(None)
    return Spread(round(high - low, 2), is_least)


def order(question: Question) -> list[str]:
    """First what most groups list, then what most people chose; scales keep their own order, and numbers stand by size."""
    if question.kind == NUMBER:
        return numbers.by_size(question.labels)

    def key(label: str) -> tuple[int, int]:
        known = [table.figures[label].count for table in question.groups if label in table.figures]
        return -sum(1 for count in known if count is not None), -sum(count or 0 for count in known)

    return sorted(question.labels, key=key) if question.kind in ("multi", "single", "themes") else question.labels


def split_most(question: Question, most: int = MARKED) -> list[str]:
    """The choices over which the groups are furthest apart, the widest first."""
    if len(question.groups) < 2 or question.kind == NUMBER:
        return []
    wide = [(label, points) for label in order(question) if (points := spread(question, label).points)]
    return [label for label, _ in sorted(wide, key=lambda pair: -pair[1])[:most]]


def matrix(question: Question, published: Published, *, id: str = "matrix") -> Matrix:
    """The table of one question over all groups that may be shown."""
    if question.kind == NUMBER:
        question = numbers.in_spans(question)
    tables = question.groups
    marked = split_most(question)
    rows = []
    for label in order(question):
        figures = [table.figures.get(label) or Figure(UNKNOWN) for table in tables]
        percents = [figure.percent for figure in figures if figure.percent is not None]
        is_split = label in marked
        ends: tuple[float | None, float | None] = (None, None)
        if is_split and len(percents) > 1:  # where one is not known, nobody knows which is the lowest
            ends = (max(percents), min(percents) if len(percents) == len(figures) else None)
        rows.append(Row(label, tuple(_cell(figure, ends) for figure in figures), spread(question, label).words, is_split))
    kinds = {cell.kind for row in rows for cell in row.cells}
    has_ranks = question.kind != NUMBER
    hidden = [group for group in published.withheld if group.name in question.withheld or group.name not in question.without]
    found = Matrix(
        id,
        "Rank and percent by group" if has_ranks else "Percent by group",
        tuple(Column(table.name, f"{table.base:,}") for table in tables),
        tuple(rows),
        _without(question, published),
        Column(words.joined([group.name for group in hidden]), "") if hidden else None,
        UNKNOWN in kinds,
        ZERO in kinds,
        bool(hidden) or WITHHELD in kinds,
        len(tables) > 1 and has_ranks,
        has_ranks,
        "",
    )
    return _with_note(found, bool(marked))


def _cell(figure: Figure, ends: tuple[float | None, float | None]) -> Cell:
    rank = figure.rank or 0
    look = "rank--top" if 0 < rank <= 3 else "rank--mid" if 0 < rank <= 5 else ""
    end = ""
    if figure.percent is not None and ends[0] is not None and ends[0] != ends[1]:
        end = "highest" if figure.percent == ends[0] else "lowest" if figure.percent == ends[1] else ""
    return Cell(figure.kind, str(rank or ""), look, figure.percent_words, end)


def _without(question: Question, published: Published) -> Column | None:
    names = [name for name in question.without if published.size(name) is not None]
    if not names:
        return None
    return Column(words.joined(names), words.joined([f"{published.size(name) or 0:,}" for name in names]))


def _with_note(found: Matrix, has_marked: bool) -> Matrix:
    said = "Percents are of the group's respondents, whose number stands under its name."
    if found.has_ranks:
        said += " Ranks come from the counts: two figures that round to the same percent can have different places."
    if has_marked:
        said += " Marked at the left edge: the widest spreads, with the highest and the lowest figure in bold."
    if found.has_unknown:
        said += " Where a group does not list a choice, the spread is the least it can be."
    return replace(found, note=said)


def no_table(question: Question, published: Published) -> str:
    """ "No table was published for teachers (2,022) and district-level staff (460), 30% of all who took part. ..." Empty where all have one."""
    from surveys.percents import percent_of

    groups = [(name, size) for name in question.without if (size := published.size(name)) is not None]
    if not groups:
        return ""
    said = f"No table is published for {words.joined([f'{words.group(name)} ({size:,})' for name, size in groups])}"
    if published.respondents:
        said += f", {percent_of(sum(size for _, size in groups), published.respondents)}% of all who took part"
    return f"{said}. What they chose is unknown here, not zero."


def too_small(published: Published) -> str:
    """What a reader must know of groups that are not shown; the sentence tells nothing of which one is small."""
    if not published.withheld:
        return ""
    names = words.joined([words.group(group.name) for group in published.withheld], 20)
    return (
        f"{names[:1].upper()}{names[1:]}: {withheld_words(published)}. Their answers are not shown, and nor is what would give them away."
    )


def withheld_words(published: Published) -> str:
    said = f"fewer than {published.minimum} took part"
    return said if len(published.withheld) < 2 else f"{said}, or they are withheld together with such a group"


__all__ = [
    "Column",
    "Group",
    "Matrix",
    "Row",
    "Table",
    "matrix",
    "no_table",
    "order",
    "split_most",
    "spread",
    "too_small",
    "withheld_words",
]
