"""Two closed questions against each other, of the respondents whom filters leave. Counted from the packed answers; one statement reads them.

For staff alone: free filters can be set against each other. What comes out has the shape of all results, so that one rule makes its percents and one
hides its small groups.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from surveys.models import Choice, ResponseBlock, Survey, SurveyImport
from surveys.packing import Block
from surveys.results import EVERYBODY, EXCLUSIVE, NO_GROUP, Answer, Asking, GroupTable, Results, results_of
from surveys.suppression import SMALL

NO_ANSWER = "No answer"
Only = dict[int, list[int]]
"""Number of a question -> numbers of the choices of which a respondent gave at least one."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A question that offers choices."""

    pk: int
    text: str
    kind: str
    choices: dict[int, str]
    """Number -> label, in the order of the survey."""

    @property
    def is_exclusive(self) -> bool:
        """One choice per person, so that its choices are groups that share nobody."""
        return self.kind in (*EXCLUSIVE, "group")


@dataclass(slots=True)
class Counted:
    """How many respondents are in each column, and how many of these gave each answer. None stands for all together."""

    total: int = 0
    """Respondents before the filters."""
    base: int = 0
    sizes: Counter = field(default_factory=Counter)
    """Choice of the columns' question -> respondents; 0 are those who gave none."""
    counts: Counter = field(default_factory=Counter)
    """(choice of the rows' question, column or None) -> respondents."""


@dataclass(slots=True)
class Cross:
    """What came out, ready for `surveys.results.as_json`."""

    results: Results
    base: int
    """Respondents whom the filters leave."""
    is_small: bool
    """Fewer than may be shown: then there is no table."""
    missing: int
    """Respondents of files whose answers row by row were deleted: they are in no such table."""


def closed_questions(survey: Survey) -> dict[int, Closed]:
    """By number, in the order of the survey; the respondent group is one of them. One statement."""
    found: dict[int, Closed] = {}
    rows = Choice.objects.filter(question__survey=survey).order_by("question__position", "question", "position", "pk")
    for question, text, kind, pk, label in rows.values_list("question", "question__text", "question__kind", "pk", "label"):
        found.setdefault(question, Closed(question, text, kind, {})).choices[pk] = label
    return found


def cross(survey: Survey, rows: Closed, by: Closed | None, only: Only) -> Cross:
    """The answers to `rows` in a column for each choice of `by`, of those who gave one of the `only` choices of each of its questions.

    By respondent groups and without a filter the tallies say it, whatever became of the answers behind them.
    """
    imports = list(survey.imports.counted().values_list("kind", "answers_kept", "respondents"))
    raw = [(kept, n) for kind, kept, n in imports if kind == SurveyImport.RAW]
    if not only and (by is None or by.kind == "group" or not raw):
        return from_tallies(survey, rows, is_by_group=by is not None)
    counted = count(blocks_of(survey), rows, by, only)
    missing = sum(n for kept, n in raw if not kept)
    return Cross(_results(survey, rows, by, counted), counted.base, is_small(counted, by, survey.minimum_group), missing)


def blocks_of(survey: Survey) -> Iterable[bytes]:
    found = ResponseBlock.objects.filter(source__survey=survey, source__state=SurveyImport.COUNTED).order_by("source", "first")
    return map(bytes, found.values_list("answers", flat=True).iterator(chunk_size=20))


def count(blocks: Iterable[bytes], rows: Closed, by: Closed | None, only: Only) -> Counted:
    """Pure: one pass over the blocks, a bitwise AND for each cell."""
    found, wanted = Counted(), {rows.pk, *([by.pk] if by else []), *only}
    for packed in blocks:
        block = Block.unpack(packed, wanted=wanted)
        found.total += block.rows
        left = (1 << block.rows) - 1
        for question, choices in only.items():
            chosen = 0
            for choice in choices:
                chosen |= block.bits.get((question, choice), 0)
            left &= chosen
        if not left:
            continue
        found.base += left.bit_count()
        answers = [(choice, bits) for choice in rows.choices if (bits := block.bits.get((rows.pk, choice), 0) & left)]
        for choice, bits in answers:
            found.counts[choice, None] += bits.bit_count()
        if by is None:
            continue
        rest = left
        columns = []
        for column in by.choices:
            bits = block.bits.get((by.pk, column), 0) & left
            rest &= ~bits
            columns.append((column, bits))
        for column, members in [*columns, (0, rest)]:
            if members:
                found.sizes[column] += members.bit_count()
                for choice, bits in answers:
                    found.counts[choice, column] += (bits & members).bit_count()
    return found


def is_small(counted: Counted, by: Closed | None, minimum: int) -> bool:
    """Whether those whom filters leave, or those whom they take away, are too few: all and the one tell the other.

    Where one person stands in several columns, the rule for small groups knows too little of all together to mask single figures of fewer than 20.
    """
    few = SMALL if by and not by.is_exclusive else minimum
    return counted.base < max(few, minimum) or 0 < counted.total - counted.base < minimum


def from_tallies(survey: Survey, rows: Closed, *, is_by_group: bool) -> Cross:
    found = results_of(survey)
    found.questions = [question for question in found.questions if question.pk == rows.pk]
    if rows.kind == "group":
        found.questions = [_sizes_as_question(found, rows)]
    if not is_by_group and not found.is_published:
        for question in found.questions:
            question.tables = [table for table in question.tables if table.name == EVERYBODY]
    found.themes, found.issues = [], []
    return Cross(found, found.respondents, found.respondents < survey.minimum_group, 0)


def _sizes_as_question(found: Results, rows: Closed) -> Asking:
    """How many each respondent group has."""
    base = sum(found.sizes.values())
    answers = [Answer(label, found.sizes[label]) for label in rows.choices.values() if label in found.sizes]
    return Asking(rows.text, "single", pk=rows.pk, tables=[GroupTable(EVERYBODY, None, base, answers)])


def _results(survey: Survey, rows: Closed, by: Closed | None, counted: Counted) -> Results:
    columns: dict[int, str] = {}
    if by:
        columns = {pk: name_of(label) for pk, label in by.choices.items() if counted.sizes[pk]}
        if counted.sizes[0]:
            columns[0] = NO_GROUP if by.kind == "group" else NO_ANSWER
    tables = [
        GroupTable(name, name, counted.sizes[pk], [Answer(label, counted.counts[choice, pk]) for choice, label in rows.choices.items()])
        for pk, name in columns.items()
    ]
    everybody = [Answer(label, counted.counts[choice, None]) for choice, label in rows.choices.items()]
    tables.append(GroupTable(EVERYBODY, None, counted.base, everybody))
    sizes = {name: counted.sizes[pk] for pk, name in columns.items()} or {EVERYBODY: counted.base}
    kind = "single" if rows.kind == "group" else rows.kind
    return Results(survey, counted.base, sizes, [Asking(rows.text, kind, tables, rows.pk)], [], [], is_published=False)


def name_of(label: str) -> str:
    """A column's name; a choice may be called as the column of all is."""
    return f"“{label}”" if label in (EVERYBODY, NO_GROUP, NO_ANSWER) else label


def chosen_words(questions: dict[int, Closed], only: Only) -> list[tuple[int, str, Sequence[str]]]:
    """(question, its wording, the chosen labels) of each filter."""
    return [(pk, questions[pk].text, [questions[pk].choices[choice] for choice in choices]) for pk, choices in only.items()]


__all__ = ["Closed", "Counted", "Cross", "Only", "closed_questions", "count", "cross"]
