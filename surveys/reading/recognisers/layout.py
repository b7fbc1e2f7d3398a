"""What a recogniser says, and what several of them need."""

import re
from dataclasses import dataclass, field

from surveys.reading.draft import METADATA, Column
from surveys.reading.issues import Issue
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
    issues: list[Issue] = field(default_factory=list)


NOT_JOINED = "\0"
"""In place of the sign that joins choices: a column in which each cell is one answer."""


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
    re.compile(r"^(?P<question>.+?)\s*\[(?P<choice>[^\[\]]*)\]\s*$", re.S),
    re.compile(r"^(?P<question>.+?)\s*\(choice=(?P<choice>.+)\)\s*$", re.S),
    re.compile(r"^(?P<question>.+?)___(?P<choice>.+)$", re.S),
    re.compile(r"^(?P<question>[^/]{3,})/(?P<choice>[^/]+)$", re.S),
    re.compile(r"^(?P<question>.{8,}?)\s+[-–—:]\s+(?P<choice>.+)$", re.S),
)
"""Headings that hold a question and one of its choices (or a row of a matrix), however they are written."""


UNNAMED = "(without a name)"


def families(columns: list[Column], patterns=FAMILY, *, swap: bool = False) -> None:
    """Give question and choice to columns whose headings have the same beginning: at least two of them, side by side.

    `swap`: the choice comes first, as in “School safety:Which matter most?”.
    """
    for pattern in patterns:
        run: list[tuple[Column, str, str]] = []
        for column in [*columns, None]:
            match = pattern.match(column.header) if column and not column.kind and not column.choice else None
            question, choice = (tidy(match["question"]), tidy(match["choice"]) or UNNAMED) if match else ("", "")
            if swap:
                question, choice = choice, question
            if run and (not match or question != run[0][1]):
                if len(run) > 1:
                    for member, question_of, choice_of in run:
                        member.question, member.choice = question_of, choice_of
                run = []
            if match and column:
                run.append((column, question, choice))


PREFIX = (
    re.compile(r"^(?P<question>[^:]{3,80}?)\s*:\s+(?P<choice>\S.*)$", re.S),
    re.compile(r"^(?P<question>\S.{2,80}?)\s+[-–—]\s+(?P<choice>\S.*)$", re.S),
)
NO_PREFIX = re.compile(r"(q|question|frage|pregunta|nr|no|item|section|part)?[ ._]*\d+[a-z]?[.)]?", re.I)
"""The number of a question: what follows is no part of it."""


def prefixed(columns: list[Column]) -> None:
    """The same for neighbors that begin with the same few words and a colon or a dash, as a guess: “Sports: Chess”, “Sports: Rowing”."""
    for pattern in PREFIX:
        run: list[tuple[Column, str, str]] = []
        for column in [*columns, None]:
            match = pattern.match(column.header) if column and not column.kind and not column.choice and len(column.header) < 300 else None
            start = tidy(match["question"]) if match else ""
            if run and start != run[0][1]:
                for member, question, choice in run if len(run) > 1 else ():
                    member.question, member.choice, member.guessed = question, choice, True
                run = []
            if match and column and not NO_PREFIX.fullmatch(start):
                run.append((column, start, tidy(match["choice"])))


SENTENCE = re.compile(r"[?.:!)]+\s+(?:\.\s*)?|\?|\.(?=[A-ZÀ-Þ])")
"""Where a question ends and its row or choice begins, if nothing else stands between them."""


def begun_alike(columns: list[Column]) -> None:
    """Give question and choice to neighbors whose headings begin with the same sentence, as a guess."""
    run: list[Column] = []
    shared = ""
    for column in [*columns, None]:
        free = column is not None and not column.kind and not column.choice
        start = sentence_of(run[-1].header, column.header) if run and column is not None and free else ""
        if start and (len(run) == 1 or start.startswith(shared)):
            shared = shared if len(run) > 1 else start
            run.append(column)  # type: ignore[arg-type]
            continue
        _guess(run, shared)
        run = [column] if column is not None and free else []


def _guess(run: list[Column], shared: str) -> None:
    if len(run) > 1 and all(column.header[len(shared) :].strip(" .-:") for column in run):
        for column in run:
            column.question, column.choice, column.guessed = tidy(shared).rstrip(". "), column.header[len(shared) :].strip(), True


def sentence_of(first: str, second: str) -> str:
    """The sentences that both begin with; empty where they are short, or both end there."""
    start = shared_start(first, second)
    ends = [match.end() for match in SENTENCE.finditer(first) if match.end() <= len(start)]
    start = first[: ends[-1]] if ends else ""
    return start if start.count(" ") > 1 and len(start) > 12 else ""


def shared_start(first: str, second: str) -> str:
    """The characters with which both begin."""
    same = next((n for n, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), min(len(first), len(second)))
    return first[:same]


NUMBERED = re.compile(r"^(?P<question>.*?[^\W_]\d*)_(?P<choice>\d{1,4}|[a-z])$", re.I)


def numbered(columns: list[Column]) -> None:
    """Columns “q5_1”, “q5_2” may be the choices of one question; as a guess, since they may be questions too."""
    run: list[Column] = []
    for column in [*columns, None]:
        short = column and not column.kind and not column.choice and len(column.header) < 100
        match = NUMBERED.match(column.header) if column and short else None
        before = NUMBERED.match(run[-1].header) if run else None
        if not (match and before and match["question"] == before["question"]):
            if len(run) > 1:
                for member in run:
                    member.question, member.choice, member.guessed = NUMBERED.match(member.header)["question"], member.header, True  # type: ignore[index]
            run = []
        if match and column:
            run.append(column)
