"""Answers go into the database in blocks; an import counts from the moment when all of its blocks are there.

`begin` makes the import and its questions, `surveys.services.blocks` writes the blocks, `finish` counts them and switches. What a crash leaves behind is an import that counts for nobody; the same job goes on where it stopped.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.audit import Press
from accounts.models import Job, StoredFile
from surveys.models import Choice, GroupSize, Question, RespondentGroup, ResponseBlock, Survey, SurveyImport, Table, Tally
from surveys.packing import Block, marks
from surveys.reading import mapping as mappings
from surveys.reading.draft import GROUP, METADATA, QuestionDraft, SurveyDraft
from surveys.reading.labels import plain
from surveys.services.blocks import Storing, compared
from surveys.services.surveys import drop_answers, raise_generation
from surveys.services.themes import carry_marks


class AnotherIsRunning(ValidationError):
    """Two imports of one survey at once could both count the same respondent."""


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
