"""Published figures become part of a survey, marked as such and with their source. What the source does not give stays unknown."""

import uuid

from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import StoredFile
from surveys.models import Choice, GroupSize, Question, RespondentGroup, Survey, SurveyImport, Table, Tally, Theme, ThemeList
from surveys.reading.labels import plain
from surveys.reading.published import PublishedDraft
from surveys.services.surveys import raise_generation


@transaction.atomic
def store_published(
    draft: PublishedDraft, *, survey: Survey, press: Press, name: str, fingerprint: str, file: StoredFile | None = None
) -> SurveyImport:
    """Store published figures; those of the same survey that counted before are replaced, since figures of two sources cannot be added up."""
    from surveys.services.storing import make_groups

    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    before = list(survey.imports.counted().filter(kind=SurveyImport.PUBLISHED).values_list("pk", flat=True))
    survey.imports.filter(pk__in=before).update(state=SurveyImport.REPLACED)
    source = SurveyImport.objects.create(
        survey=survey,
        kind=SurveyImport.PUBLISHED,
        name=name[:255],
        fingerprint=fingerprint or uuid.uuid4().hex,
        file=file,
        format="published",
        issues=[issue.as_json() for issue in draft.issues],
        respondents=draft.respondents,
        answers_kept=False,
        by=press.by,
        channel=press.channel,
        press=press.id,
    )
    groups = make_groups(survey, list(draft.groups))
    GroupSize.objects.bulk_create(GroupSize(source=source, group_id=groups[name], respondents=n) for name, n in draft.groups.items())
    _store_tables(draft, survey, source, groups)
    _store_themes(draft, survey, source)
    SurveyImport.objects.filter(pk=source.pk).update(state=SurveyImport.COUNTED)
    source.state = SurveyImport.COUNTED
    raise_generation(survey)
    new = {"survey": survey.slug, "name": source.name, "tables": len(draft.tables), "themes": len(draft.themes), "replaces": before}
    audit.record(press=press, verb="import published figures", what=source, organization=survey.organization_id, new=new)
    return source


def _question(survey: Survey, text: str, kind: str) -> Question:
    from surveys.services.storing import key_of

    key = key_of(f"{plain(text)}\0{'open' if kind == 'text' else 'closed'}")
    found, _ = Question.objects.get_or_create(
        survey=survey, key=key, defaults={"text": text, "kind": kind, "position": survey.questions.count()}
    )
    return found


def _store_tables(draft: PublishedDraft, survey: Survey, source: SurveyImport, groups: dict[str, int]) -> None:
    from surveys.services.storing import key_of

    choices: dict[tuple[str, str], int] = {}
    questions = {}
    for text in dict.fromkeys(table.question for table in draft.tables):
        questions[text] = row = _question(survey, text, "multi")
        there = dict(row.choices.values_list("key", "pk"))
        labels = draft.choices(text)
        fresh = [
            Choice(question=row, position=len(there) + n, label=label, key=key_of(label))
            for n, label in enumerate(labels)
            if key_of(label) not in there
        ]
        Choice.objects.bulk_create(fresh)
        there |= {choice.key: choice.pk for choice in fresh}
        choices |= {(text, label): there[key_of(label)] for label in labels}
    tables = [
        Table(
            source=source,
            question=questions[t.question],
            group_id=groups.get(t.group or ""),
            position=n,
            name=t.name[:300],
            base=t.base,
            top=t.top,
        )
        for n, t in enumerate(draft.tables)
    ]
    Table.objects.bulk_create(tables)
    tallies = []
    for table, said in zip(tables, draft.tables, strict=True):
        rows = {choices[said.question, row.label]: row for row in reversed(said.rows)}
        for label in draft.choices(said.question):
            shown = rows.get(choices[said.question, label])
            # A choice that a top-ten table does not have is unknown, not zero.
            tallies.append(
                Tally(
                    table=table,
                    choice_id=choices[said.question, label],
                    count=shown.count if shown else None,
                    percent=shown.percent if shown else None,
                )
            )
    Tally.objects.bulk_create(tallies, batch_size=1000)


def _store_themes(draft: PublishedDraft, survey: Survey, source: SurveyImport) -> None:
    groups = {group.name: group for group in RespondentGroup.objects.filter(survey=survey)}
    for n, listed in enumerate(draft.themes):
        question = _question(survey, listed.question, "text") if listed.question else None
        row = ThemeList.objects.create(source=source, question=question, position=n, name=listed.name[:300])
        row.groups.set([groups[name] for name in listed.groups])
        Theme.objects.bulk_create(
            Theme(list=row, position=m, title=title[:300], text=text) for m, (title, text) in enumerate(listed.themes)
        )
