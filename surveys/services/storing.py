"""Answers go into the database in blocks; an import counts from the moment when all of its blocks are there.

`begin` makes the import and its questions, `store` writes blocks (each in one transaction with the position of its job), `finish` counts them and
switches. What a crash leaves behind is an import that counts for nobody; the same job goes on where it stopped.
"""

import hashlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress, count, repeat
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max

from accounts import audit
from accounts.audit import Press
from accounts.models import Job, StoredFile
from surveys.folding import folded
from surveys.models import Choice, GroupSize, OpenAnswer, Question, RespondentGroup, ResponseBlock, Survey, SurveyImport, Table, Tally
from surveys.packing import BLOCK, MARK, Block, bitmaps, fingerprints, marks
from surveys.reading import mapping as mappings
from surveys.reading.draft import BATCH, GROUP, METADATA, MOST_REMEMBERED, NUMBER, TEXT, Codes, QuestionDraft, SurveyDraft, Ticks
from surveys.reading.kept_rows import Batch
from surveys.reading.labels import plain
from surveys.services.surveys import drop_answers, raise_generation
from surveys.services.themes import carry_marks

Texts = bytes | list[tuple]
"""Open answers of a block, as the database takes them."""


class AnotherIsRunning(ValidationError):
    """Two imports of one survey at once could both count the same respondent."""


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


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def header_key(draft: SurveyDraft) -> str:
    """The same for exports of the same form."""
    return key_of("\x1f".join(sorted(plain(header) for header in draft.headers)))


def counted_before(survey: Survey, fingerprint: str) -> SurveyImport | None:
    """The import of the very same file, if it counts."""
    return survey.imports.counted().filter(fingerprint=fingerprint).first()


@transaction.atomic
def begin(
    draft: SurveyDraft,
    *,
    survey: Survey,
    press: Press,
    name: str,
    fingerprint: str,
    file: StoredFile | None = None,
    job: Job | None = None,
    replace: bool = False,
) -> Storing:
    """The import's row with its questions, choices and groups; the one that the same job began before, after a crash.

    Raises AnotherIsRunning while another import of the survey is being stored.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    source = survey.imports.filter(job=job).first() if job else None
    for other in survey.imports.filter(state=SurveyImport.STORING).exclude(pk=source.pk if source else 0).select_related("job"):
        if other.job is None or other.job.is_open:
            raise AnotherIsRunning("Another file is being brought into this survey. Wait until that import has ended, then try again.")
        drop_answers([other.pk])
        SurveyImport.objects.filter(pk=other.pk).update(state=SurveyImport.DROPPED, answers_kept=False, job=None)
    if source is None:
        source = SurveyImport.objects.create(
            survey=survey, kind=SurveyImport.RAW, name=name[:255], fingerprint=fingerprint, file=file, job=job, format=draft.format,
            header=header_key(draft), mapping=mappings.as_json(draft), issues=[issue.as_json() for issue in draft.issues], left_out=draft.left_out,
            by=press.by, channel=press.channel, press=press.id,
        )  # fmt: skip
    questions, groups = _make_questions(survey, draft)
    known: Counter = Counter() if replace else known_marks(survey, source, draft)
    return Storing(source, draft, questions, groups, known, press, replace)


def known_marks(survey: Survey, source: SurveyImport | None, draft: SurveyDraft) -> Counter:
    """Fingerprints of the respondents that count already -> how often; by the respondent's key where the file has one."""
    found: Counter = Counter()
    earlier = ResponseBlock.objects.filter(source__survey=survey, source__state=SurveyImport.COUNTED)
    if source:
        earlier = earlier.exclude(source=source)
    for packed in earlier.values_list("fingerprints", flat=True).iterator(chunk_size=20):
        found.update(compared(marks(bytes(packed)), draft))
    return found


def compared(all_marks: Sequence[bytes], draft: SurveyDraft) -> Sequence[bytes]:
    return all_marks if draft.key is None else [mark[: MARK // 2] for mark in all_marks]


def _make_questions(survey: Survey, draft: SurveyDraft) -> tuple[list[tuple[QuestionDraft, Question, list[int]]], dict[str, int]]:
    there = {q.key: q for q in survey.questions.all()}
    group_question = next((q for q in there.values() if q.kind == GROUP), None)
    position = max((q.position for q in there.values()), default=-1)
    wanted: list[tuple[QuestionDraft, str]] = []
    seen: Counter = Counter()
    fresh = []
    for question in draft.questions:
        if question.kind == METADATA:
            continue
        if question.kind == GROUP and group_question:
            wanted.append((question, group_question.key))
            continue
        said = f"{plain(question.text)}\0{'closed' if question.is_closed else 'open'}"
        seen[said] += 1
        key = key_of(said if seen[said] == 1 else f"{said}\0{seen[said]}")
        wanted.append((question, key))
        if key not in there:
            position += 1
            there[key] = Question(survey=survey, position=position, key=key, text=question.text, kind=question.kind)
            fresh.append(there[key])
    Question.objects.bulk_create(fresh)
    choices = _make_choices([(question, there[key]) for question, key in wanted if question.is_closed])
    found = [
        (question, there[key], [choices[there[key].pk, key_of(label)] for label in question.choices if question.is_closed])
        for question, key in wanted
    ]
    groups: dict[str, int] = {}
    if draft.group:
        groups = make_groups(survey, draft.group.choices)
    return found, groups


def _make_choices(wanted: list[tuple[QuestionDraft, Question]]) -> dict[tuple[int, str], int]:
    there = {
        (q, key): pk for q, key, pk in Choice.objects.filter(question__in=[row for _, row in wanted]).values_list("question", "key", "pk")
    }
    last = dict(
        Choice.objects.filter(question__in=[row for _, row in wanted])
        .values("question")
        .annotate(last=Max("position"))
        .values_list("question", "last")
    )
    fresh = {}
    for question, row in wanted:
        at = last.get(row.pk, -1)
        for label in question.choices:
            key = (row.pk, key_of(label))
            if key not in there and key not in fresh:
                at += 1
                fresh[key] = Choice(question=row, position=at, label=label, key=key[1])
    Choice.objects.bulk_create(fresh.values(), batch_size=500)
    return there | {key: choice.pk for key, choice in fresh.items()}


def make_groups(survey: Survey, names: Sequence[str]) -> dict[str, int]:
    """Name -> number; those that are not there are made in this order."""
    there = dict(survey.groups.values_list("name", "pk"))
    at = len(there)
    fresh = [
        RespondentGroup(survey=survey, position=at + n, name=name[:300]) for n, name in enumerate(n for n in names if n[:300] not in there)
    ]
    RespondentGroup.objects.bulk_create(fresh)
    there |= {group.name: group.pk for group in fresh}
    return {name: there[name[:300]] for name in names}


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


@transaction.atomic
def finish(storing: Storing) -> SurveyImport:
    """Count the blocks, and let the import count: with `replace` in the place of all answers that counted before, in one switch."""
    source, press = storing.source, storing.press
    assert press is not None
    survey = Survey.objects.select_for_update().get(pk=source.survey_id)
    source = SurveyImport.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if source.is_counted:
        return source
    sizes, tallies = count_blocks(source, storing)
    before: list[int] = []
    source.respondents = sum(sizes.values())
    source.known = storing.draft.rows - source.respondents
    if storing.replace:
        before = list(survey.imports.counted().filter(kind=SurveyImport.RAW).values_list("pk", flat=True))
        carry_marks(source, before)
        drop_answers(before)
        survey.imports.filter(pk__in=before).update(state=SurveyImport.REPLACED, answers_kept=False)
    write_tallies(source, storing, sizes, tallies)
    source.state = SurveyImport.COUNTED
    source.save(update_fields=["state", "respondents", "known"])
    raise_generation(survey)
    new = {
        "survey": survey.slug,
        "name": source.name,
        "respondents": source.respondents,
        "known": source.known,
        "left_out": source.left_out,
    }
    audit.record(
        press=press,
        verb="import survey",
        what=source,
        organization=survey.organization_id,
        new=new | {"replace": storing.replace, "replaces": before},
    )
    return source


def count_blocks(source: SurveyImport, storing: Storing) -> tuple[Counter, dict[tuple[int, int | None], Counter]]:
    """Respondents by group, and by (question, group) how often each choice was chosen. None is who named no group."""
    group_choices: dict[int, int] = {}
    group_question = None
    for question, row, choices in storing.questions:
        if question.kind == GROUP:
            group_question = row.pk
            group_choices = {choice: storing.groups[label] for label, choice in zip(question.choices, choices, strict=True)}
    sizes: Counter = Counter()
    tallies: dict[tuple[int, int | None], Counter] = defaultdict(Counter)
    for packed in source.blocks.values_list("answers", flat=True).iterator(chunk_size=10):
        block = Block.unpack(bytes(packed))
        left = (1 << block.rows) - 1
        members: list[tuple[int | None, int]] = []
        for choice, known in group_choices.items():
            mask = block.bits.get((group_question, choice), 0) & left  # type: ignore[arg-type]
            left &= ~mask
            members.append((known, mask))
        members.append((None, left))
        for group, mask in members:
            if mask:
                sizes[group] += mask.bit_count()
        for (asked, choice), bits in block.bits.items():
            for group, mask in members:
                if mask:
                    tallies[asked, group][choice] += (bits & mask).bit_count()
    return sizes, tallies


def write_tallies(source: SurveyImport, storing: Storing, sizes: Counter, tallies: dict[tuple[int, int | None], Counter]) -> None:
    """A table for each closed question and group, with a row for each choice that the file offers: one nobody chose is zero, not unknown."""
    GroupSize.objects.bulk_create(GroupSize(source=source, group_id=group, respondents=n) for group, n in sizes.items())
    tables: list[Any] = []
    counts: list[Any] = []
    for question, row, choices in storing.questions:
        if not question.is_closed:
            continue
        for group in [*storing.groups.values(), None]:
            if group in sizes:
                tables.append(Table(source=source, question=row, group_id=group, position=len(tables), base=sizes[group]))
                counts.append((choices, tallies.get((row.pk, group), Counter())))
    Table.objects.bulk_create(tables, batch_size=500)
    Tally.objects.bulk_create(
        (
            Tally(table=table, choice_id=choice, count=found[choice])
            for table, (choices, found) in zip(tables, counts, strict=True)
            for choice in dict.fromkeys(choices)
        ),
        batch_size=1000,
    )
