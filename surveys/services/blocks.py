"""Rows of answers become blocks, each written in one transaction with the position of its job. `surveys.services.storing` begins and ends an import."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress, count, repeat

from django.db import connection, transaction

from accounts.audit import Press
from surveys.folding import folded
from surveys.models import OpenAnswer, Question, ResponseBlock, SurveyImport
from surveys.packing import BLOCK, MARK, Block, bitmaps, fingerprints
from surveys.reading.draft import BATCH, MOST_REMEMBERED, NUMBER, TEXT, Codes, QuestionDraft, SurveyDraft, Ticks
from surveys.reading.kept_rows import Batch

Texts = bytes | list[tuple]
"""Open answers of a block, as the database takes them."""


@dataclass(slots=True)
class Storing:
    """An import while it is written."""

    source: SurveyImport
    draft: SurveyDraft
    questions: list[tuple[QuestionDraft, Question, list[int]]]
    """With the numbers of its choices, in the order of the draft's."""
    groups: dict[str, int]
    """Name -> number of the respondent group."""
    known: Counter = field(default_factory=Counter)
    """Fingerprints that earlier imports have -> how often."""
    press: Press | None = None
    replace: bool = False
    codes: dict[int, Codes | Ticks] = field(init=False)
    """By `id` of the draft's question: what its cells mean."""
    group_of: "GroupOf" = field(init=False)
    as_copy: bool = field(init=False)
    """Whether open answers go as one piece of COPY text into the database."""

    def __post_init__(self) -> None:
        self.codes = {id(question): question.codes() for question, *_ in self.questions}
        self.group_of = GroupOf(self.draft.group, self.groups)
        self.as_copy = connection.vendor == "postgresql"


class GroupOf(dict[str, int | None]):
    """Cell of the question for the respondent's group -> number of that group, reckoned once for each wording."""

    def __init__(self, question: QuestionDraft | None, groups: dict[str, int]):
        super().__init__()
        self.question, self.groups = question, groups

    def __missing__(self, cell: str) -> int | None:
        assert self.question is not None
        found = self.groups.get(next(iter(self.question.choices_of([cell])), ""))
        if len(self) < MOST_REMEMBERED:
            self[cell] = found
        return found


def compared(all_marks: Sequence[bytes], draft: SurveyDraft) -> Sequence[bytes]:
    return all_marks if draft.key is None else [mark[: MARK // 2] for mark in all_marks]


def store(storing: Storing, batches: Iterator[Batch], *, moved: Callable[[int], None] | None = None) -> None:
    """Write the rows in blocks, from where a crashed run stopped; `moved` is called inside each block's transaction with the rows that are done.

    While the database works on one block the next is made in a thread that knows no database: half of the time was waiting for each other.
    """
    with quick_turns():
        _store(storing, batches, moved)


TURN = 0.0001
"""Seconds after which a thread that makes a block lets the one that writes go on. COPY needs the interpreter for a moment after each piece: with Python's own
five milliseconds that wait made the two threads as slow as one (4.2 against 3.2 s for a million rows)."""


@contextmanager
def quick_turns() -> Iterator[None]:
    """Threads of this process give way to each other at once."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _store(storing: Storing, batches: Iterator[Batch], moved: Callable[[int], None] | None) -> None:
    last = storing.source.blocks.order_by("-first").values_list("first", "rows").first()
    salt, first = bytes(storing.source.survey.salt), sum(last) if last else 0
    blocks = _blocks(storing, batches, salt, first)
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, blocks, None)
        while found := coming.result():
            coming = beside.submit(next, blocks, None)
            _write_block(storing.source, found, moved)


def _blocks(storing: Storing, batches: Iterator[Batch], salt: bytes, first: int) -> Iterator["Ready"]:
    """What is to be written, from where a crashed run stopped."""
    draft, done, position = storing.draft, storing.source.position, 0
    filling = Filling(storing, first=first)
    for batch in batches:
        position += len(batch)
        if position <= done and not storing.known:
            continue
        found = fingerprints(draft, batch, salt)
        if storing.known:
            batch, found = _only_new(storing, batch, found)
        if position <= done:
            continue
        if found:
            filling.add(batch, found)
        if position - done > BLOCK - BATCH:  # another batch might not fit
            yield filling.ready(position)
            filling, done = Filling(storing, first=filling.first + filling.block.rows), position
    if position > done:
        yield filling.ready(position)


def _only_new(storing: Storing, batch: Batch, found: list[bytes]) -> tuple[Batch, list[bytes]]:
    """The n-th equal row of a file is the n-th respondent who said so: as many as are known already are passed over, none is dropped."""
    known, fresh = storing.known, []
    for mark in compared(found, storing.draft):
        times = known.get(mark, 0)
        fresh.append(not times)
        if times:
            known[mark] = times - 1
    return batch.only(fresh), list(compress(found, fresh))


@dataclass(slots=True)
class Ready:
    """A block as it is written, and how far the file is read then."""

    position: int
    first: int
    rows: int
    fingerprints: bytes
    answers: bytes
    texts: Texts


class Filling:
    """A block in memory: rows are put into it a batch at a time, nothing is written before it is full."""

    def __init__(self, storing: Storing, *, first: int):
        self.storing, self.first = storing, first
        self.block = Block(0)
        self.marks: list[bytes] = []
        self.texts: list[tuple[int, int, int | None, str]] = []
        """(question, row, group, text) of each open answer."""

    def add(self, batch: Batch, found: list[bytes]) -> None:
        """More rows with their fingerprints."""
        columns, storing = batch.columns, self.storing
        at, added = self.first + self.block.rows, Block(len(batch))
        groups: Iterable[int | None] = repeat(None)
        if group := storing.draft.group:
            groups = [storing.group_of[cell] for cell in group.cells_of(columns)]
        for question, row, choices in storing.questions:
            if question.is_closed:
                for choice, bits in zip(choices, bitmaps(question, storing.codes[id(question)], columns), strict=True):
                    added.bits[row.pk, choice] = added.bits.get((row.pk, choice), 0) | bits
            elif question.kind == NUMBER:
                added.values[row.pk] = [cell.strip() for cell in columns[question.columns[0]]]
            elif question.kind == TEXT:
                said = zip(count(at), groups, columns[question.columns[0]], strict=False)
                asked = row.pk
                self.texts += [(asked, n, group, cell) for n, group, cell in said if cell and not cell.isspace()]
        self.block.append(added)
        self.marks += found

    def ready(self, position: int) -> Ready:
        """The block, ready to be written."""
        texts = (_as_copy if self.storing.as_copy else _as_rows)(self.storing.source.pk, self.texts)
        return Ready(position, self.first, self.block.rows, b"".join(self.marks), self.block.pack(), texts)


def _write_block(source: SurveyImport, block: Ready, moved: Callable[[int], None] | None) -> None:
    """A block, and how far the file is read, in one transaction."""
    with transaction.atomic():
        if block.rows:
            _write_rows(source, block)
        if block.texts:
            _write_texts(block.texts)
        SurveyImport.objects.filter(pk=source.pk).update(position=block.position)
        if moved:
            moved(block.position)


def _write_rows(source: SurveyImport, block: Ready) -> None:
    """A row of bytes. As part of a statement PostgreSQL would have to read them out of hexadecimal digits, which takes twice as long."""
    values = (source.pk, block.first, block.rows, block.fingerprints, block.answers)
    if connection.vendor == "postgresql":
        table, columns = ResponseBlock._meta.db_table, 'source_id, "first", "rows", fingerprints, answers'
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "int4", "int4", "bytea", "bytea"])
            copy.write_row(values)
    else:
        ResponseBlock.objects.create(**dict(zip(("source_id", "first", "rows", "fingerprints", "answers"), values, strict=True)))


def _write_texts(texts: Texts) -> None:
    """Open answers. PostgreSQL takes them as one piece of COPY text: row by row was a third of an import."""
    table, columns = OpenAnswer._meta.db_table, 'source_id, question_id, "row", group_id, text, folded'
    with connection.cursor() as cursor:
        if isinstance(texts, bytes):
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(texts)
        else:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s, %s)", texts)


def _as_copy(source: int, texts: list[tuple[int, int, int | None, str]]) -> bytes:
    """(question, row, group, text) of each open answer, as COPY reads them."""
    lines = [
        f"{source}\t{question}\t{row}\t{NULL if group is None else group}\t{_escaped(text)}\t{folded(text)}\n"
        for question, row, group, text in texts
    ]
    return "".join(lines).encode()


def _as_rows(source: int, texts: list[tuple[int, int, int | None, str]]) -> list[tuple]:
    return [(source, question, row, group, text.replace("\0", ""), folded(text)) for question, row, group, text in texts]


NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
ODD = re.compile(r"[\\\t\n\r\0]")


def _escaped(text: str) -> str:
    return text.translate(ESCAPES) if ODD.search(text) else text
