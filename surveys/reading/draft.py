"""What was understood of a survey file, before anything is stored. Labels are final, rows are still in the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from surveys.reading.footers import AGAIN, SUMS, TAIL, at_the_end, is_sums, may_be_none
from surveys.reading.issues import Issue
from surveys.reading.source import MOST_BLANK
from surveys.reading.splitting import Splitter

BATCH = 512
"""Rows that are taken at once: so few that what is made of them stays in the processor's cache. 8192 took half as long again."""
MOST_REMEMBERED = 50_000
"""Different cells of a column whose meaning is kept in memory while a file is stored."""
TOO_LONG = "more cells than headings"
DOUBT_OF_TYPED = "typed_instead"
DOUBT_OF_PERSONS = "persons"

SINGLE, MULTI, MATRIX, SCALE, NUMBER, TEXT, GROUP, METADATA = ("single", "multi", "matrix", "scale", "number", "text", "group", "metadata")
KINDS = (SINGLE, MULTI, MATRIX, SCALE, NUMBER, TEXT, GROUP, METADATA)
CLOSED = frozenset([SINGLE, MULTI, MATRIX, SCALE, GROUP])

TICKED = frozenset(
    ["1", "1.0", "yes", "y", "true", "x", "checked", "selected", "on", "✓", "✔", "☑", "sí", "si", "sì", "oui", "ja", "sim", "tak", "да", "ano", "evet"]
)  # fmt: skip
UNTICKED = frozenset(
    ["", "-", "0", "0.0", "no", "n", "false", "unchecked", "not selected", "off", "☐", "non", "nein", "nee", "não", "nie", "нет", "ne", "hayır"]
)  # fmt: skip
OTHERS = "Other answers"
"""The choice that holds what stands in a closed column and is none of its choices."""


@dataclass(slots=True)
class Column:
    """A column as its format says it is; `kind` is empty where the values have to decide."""

    index: int
    header: str
    question: str = ""
    choice: str = ""
    """The choice that the column stands for, or the row of a matrix."""
    kind: str = ""
    is_key: bool = False
    """Names the respondent: the same in a later export."""
    sign: str = ""
    """What joins several choices in a cell, where the format says so."""
    why: str = ""
    guessed: bool = False
    """Question and choice are taken from the heading by its wording alone: the values have to fit."""


@dataclass(slots=True)
class QuestionDraft:
    """One question and the columns that it comes from."""

    text: str
    kind: str
    columns: list[int]
    header: str = ""
    choices: list[str] = field(default_factory=list)
    """Labels; for choices in columns of their own, one for each column."""
    counts: dict[str, int] = field(default_factory=dict)
    splitter: Splitter | None = None
    ticks: bool = False
    """A column for each choice."""
    unticked: frozenset[str] = UNTICKED
    """What stands in such a column where the choice was not taken."""
    relabel: dict[str, str] = field(default_factory=dict)
    """What stands in the file -> label: labels that were joined, codes that were given a text."""
    is_combined: bool = False
    """Its cells fall apart because what they hold also stands alone, not because a tool joins so."""
    answered: int = 0
    why: str = ""
    is_key: bool = False
    typed: int | None = None
    """Column in which another answer was typed: where no choice is made and something stands there, `typed_label` counts as chosen."""
    typed_label: str = ""

    @property
    def is_closed(self) -> bool:
        return self.kind in CLOSED or (self.kind == NUMBER and bool(self.choices))

    def choices_of(self, cells: list[str]) -> list[str]:
        """The labels that the cells of one row say."""
        if self.ticks:
            return [label for label, cell in zip(self.choices, cells, strict=True) if cell.strip().casefold() not in self.unticked]
        cell = cells[0].strip()
        if not cell:
            return []
        labels = self.splitter.split(cell) if self.splitter else [" ".join(cell.split())]
        return [self.relabel.get(label, label) for label in labels] if self.relabel else labels

    def cells_of(self, columns: Sequence[Sequence[str]]) -> Sequence[str]:
        """What each row says of a question that has no column for each choice."""
        own = columns[self.columns[0]]
        if self.typed is None:
            return own
        label = self.typed_label
        return [label if not cell.strip() and other.strip() else cell for cell, other in zip(own, columns[self.typed], strict=True)]

    def codes(self) -> "Codes | Ticks":
        return Ticks(self.unticked) if self.ticks else Codes(self)


class Ticks(dict):
    """Cell -> "1" where it says chosen."""

    __slots__ = ("unticked",)

    def __init__(self, unticked: frozenset[str] = UNTICKED):
        super().__init__()
        self.unticked = unticked

    def __missing__(self, cell: str) -> str:
        found = "0" if cell.strip().casefold() in self.unticked else "1"
        if len(self) < MOST_REMEMBERED:
            self[cell] = found
        return found


class Codes(dict):
    """Cell -> one character "0" or "1" for each choice; joined over many rows and cut into slices these are the bitmaps of the choices."""

    __slots__ = ("others", "place", "question", "strangers", "width")

    def __init__(self, question: QuestionDraft):
        super().__init__()
        self.question = question
        self.place = {label: n for n, label in enumerate(question.choices)}
        self.others = self.place.get(OTHERS)
        self.width = len(question.choices)
        self.strangers = 0

    def __missing__(self, cell: str) -> str:
        bits = ["0"] * self.width
        for label in self.question.choices_of([cell]):
            at = self.place.get(label, self.others)
            if at is None:
                self.strangers += 1
                continue
            bits[at] = "1"
        found = "".join(bits)
        if len(self) < MOST_REMEMBERED:
            self[cell] = found
        return found


@dataclass(slots=True)
class SurveyDraft:
    """A table of answers: one row, one respondent."""

    format: str
    reason: str
    encoding: str
    delimiter: str
    header_rows: int
    headers: list[str]
    questions: list[QuestionDraft]
    rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    """Why -> how many rows."""
    issues: list[Issue] = field(default_factory=list)
    key: int | None = None
    """Column that names the respondent."""
    no_keys: list[int] = field(default_factory=list)
    """Columns of which somebody said that they name no respondent."""
    skip: dict[str, dict[str, str]] = field(default_factory=dict)
    """Column number (as text) -> {value: why rows with it are left out}."""

    @property
    def group(self) -> QuestionDraft | None:
        return next((q for q in self.questions if q.kind == GROUP), None)

    @property
    def width(self) -> int:
        return len(self.headers)

    def batches(
        self, source_rows: Iterator[list[str]], *, tell: Callable[[int, list[str], str], None] | None = None
    ) -> Iterator[list[tuple[str, ...]]]:
        """The rows of respondents in batches, column by column; blank rows and those that are left out are passed over.

        `tell` is called with the number, the cells and the reason of each row that is left out. Where all rows of a batch are as wide as the
        headings, none is looked at by itself: that is what makes a million rows cheap.
        """
        heads: list[list[str]] = []
        number = 0
        while len(heads) < self.header_rows and (row := next(source_rows, None)) is not None:
            heads += [row] if any(row) else []
            number += 1
        if self.width < 3 or any(issue.code == "no_headings" for issue in self.issues):
            heads = []  # what is given again may be an answer
        first = next((row[0] for row in heads if row[0].strip()), None)
        empty = [""] * self.width
        skip = [(int(n), said) for n, said in self.skip.items()]
        for batch, is_last in in_batches(source_rows):
            columns = [] if skip or is_last or empty in batch else _columns(batch)
            if len(columns) != self.width or may_be_none(columns[0]) or first in columns[0]:
                columns = _columns(self._respondents(batch, number + 1, heads, skip, tell, is_last=is_last))
            number += len(batch)
            if columns:
                yield columns

    def _respondents(
        self, batch: list[list[str]], number: int, heads: list[list[str]], skip: list, tell: Callable | None, *, is_last: bool
    ) -> list[list[str]]:
        """The rows of a batch that are respondents', each as wide as the headings. `number` is that of the first one."""
        rows, out = [], []
        for n, row in enumerate(batch, number):
            if not any(map(str.strip, row)):
                continue
            if why := AGAIN if row in heads else self._fit(row, skip):
                out.append((n, row, why))
            else:
                rows.append((n, row))
        ending = at_the_end(rows, self.issues) if is_last else {}
        out += [(n, row, ending[n]) for n, row in rows if n in ending]
        for n, row, why in sorted(out, key=lambda found: found[0]) if tell else ():
            tell(n, row, why)  # type: ignore[misc]
        return [row for n, row in rows if n not in ending]

    def _fit(self, row: list[str], skip: list[tuple[int, dict[str, str]]]) -> str:
        """Make a row as wide as the headings; why it has to be left out, if it has."""
        width = self.width
        if len(row) < width:
            row += [""] * (width - len(row))
        elif len(row) > width:
            if any(cell.strip() for cell in row[width:]):
                return TOO_LONG
            del row[width:]
        if is_sums(row):
            return SUMS
        return next((said[row[n].strip().casefold()] for n, said in skip if row[n].strip().casefold() in said), "")


def in_batches(rows: Iterator[list[str]]) -> Iterator[tuple[list[list[str]], bool]]:
    """Rows in batches, and whether it is the last one; that has the end of the table, and not only its last rows."""
    tail = min(TAIL, BATCH // 2)
    batch = list(islice(rows, BATCH))
    while batch:
        following, blank = list(islice(rows, BATCH)), 0
        while following and not any(map(any, following)) and blank <= MOST_BLANK:
            blank += len(following)
            following = list(islice(rows, BATCH))
        if not following or blank > MOST_BLANK:
            yield batch, True
            return
        following = [[""]] * blank + following
        if (len(following) < BATCH or not any(following[-1])) and sum(map(any, following)) < tail:
            following = batch[-tail:] + following
            del batch[-tail:]
        yield batch, False
        batch = following


def _columns(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """None where the rows are not of one width."""
    try:
        return list(zip(*rows, strict=True))
    except ValueError:
        return []
