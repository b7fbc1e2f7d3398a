"""The only doors by which open answers get themes. All raise ValidationError with a sentence; no answer's text goes into the audit."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry
from surveys.folding import folded
from surveys.models import AnswerTheme, OpenAnswer, Question, Survey, SurveyImport, ThemeMark, ThemeTally
from surveys.reading.labels import tidy

MOST_AT_ONCE = 5000
"""Answers that one press marks."""


def _lock(question: Question) -> Survey:
    """Whoever changes the themes of a survey does so alone."""
    return Survey.objects.select_for_update(of=("self",)).get(pk=question.survey_id)


def _title(question: Question, title: str, but: AnswerTheme | None = None) -> tuple[str, str]:
    """A title and its key. Raises ValidationError where it is empty, too long or taken."""
    title = tidy(title)
    key = folded(title).strip()
    if not key:
        raise ValidationError({"title": "Give the theme a title of a few words."})
    if len(title) > 300:
        raise ValidationError({"title": f"The title has {len(title)} characters, and 300 are room for. Put the rest into the description."})
    if same := AnswerTheme.objects.filter(question=question, key=key[:300]).exclude(pk=but.pk if but else 0).first():
        raise ValidationError({"title": f"There is a theme “{same.title}” already. Merge the two, or choose another title."})
    return title, key[:300]


@transaction.atomic
def create_theme(*, question: Question, title: str, press: Press, text: str = "") -> AnswerTheme:
    """A theme that no answer has yet."""
    survey = _lock(question)
    title, key = _title(question, title)
    made = AnswerTheme.objects.create(question=question, title=title, key=key, text=text.strip(), by=press.by)
    audit.record(press=press, verb="create theme", what=made, organization=survey.organization_id, new={"title": title, "text": made.text})
    return made


@transaction.atomic
def change_theme(*, theme: AnswerTheme, title: str, text: str, press: Press) -> AnswerTheme:
    """Rename or describe it. Nothing happens where it is so already."""
    survey = _lock(theme.question)
    theme = AnswerTheme.objects.select_related("question").get(pk=theme.pk)
    title, key = _title(theme.question, title, theme)
    old = {"title": theme.title, "text": theme.text}
    new = {"title": title, "text": text.strip()}
    if old == new:
        return theme
    theme.title, theme.text, theme.key = title, text.strip(), key
    theme.save(update_fields=["title", "text", "key"])
    audit.record(press=press, verb="change theme", what=theme, organization=survey.organization_id, old=old, new=new)
    return theme


@transaction.atomic
def merge_themes(*, theme: AnswerTheme, into: AnswerTheme, press: Press) -> AnswerTheme:
    """All answers of one theme get the other, each once; the one is gone then."""
    survey = _lock(theme.question)
    if theme.pk == into.pk or theme.question_id != into.question_id:
        raise ValidationError("Choose another theme of the same question to merge it with.")
    shared = ThemeTally.objects.filter(theme=theme, source__in=into.tallies.values("source"))
    if shared.exists():
        said = "Answers with both themes may be among those that were deleted, so nobody knows how many spoke of either. Leave the two as they are."
        raise ValidationError(said)
    marks = ThemeMark.objects.filter(theme=theme)
    both = marks.filter(answer__in=into.marks.values("answer"))
    counts = {"marks": marks.count(), "had_both": both.count()}
    both.delete()
    ThemeMark.objects.filter(theme=theme).update(theme=into)
    ThemeTally.objects.filter(theme=theme).update(theme=into)
    old = {"title": theme.title, "text": theme.text}
    audit.record(press=press, verb="merge theme", what=theme, organization=survey.organization_id, old=old, new={"into": into.pk, **counts})
    theme.delete()
    return into


@transaction.atomic
def delete_theme(*, theme: AnswerTheme, press: Press) -> None:
    """Take it away, from all answers that have it."""
    survey = _lock(theme.question)
    old = {"title": theme.title, "text": theme.text, "marks": theme.marks.count()}
    audit.record(press=press, verb="delete theme", what=theme, organization=survey.organization_id, old=old)
    theme.delete()


@transaction.atomic
def mark_answers(
    *, question: Question, answers: Collection[int], themes: Collection[AnswerTheme], press: Press, take_away: bool = False
) -> int:
    """Say that answers speak of themes, or that they do not; how many answers became otherwise. Said twice is said once."""
    survey = _lock(question)
    if any(theme.question_id != question.pk for theme in themes):
        raise ValidationError("A theme belongs to another question.")
    if len(answers) > MOST_AT_ONCE:
        raise ValidationError(f"These are {len(answers):,} answers, and one press marks up to {MOST_AT_ONCE:,}. Narrow the search.")
    mine = OpenAnswer.objects.filter(question=question, source__state=SurveyImport.COUNTED, pk__in=answers).values_list("pk", flat=True)
    there = ThemeMark.objects.filter(answer__in=list(mine), theme__in=themes)
    if take_away:
        marks = list(there)
        there.delete()
    else:
        has = set(there.values_list("answer", "theme"))
        fresh = [(answer, theme.pk) for answer in mine for theme in themes if (answer, theme.pk) not in has]
        made = (ThemeMark(answer_id=answer, theme_id=theme, by=press.by) for answer, theme in fresh)
        marks = ThemeMark.objects.bulk_create(made, batch_size=1000)
    key, verb = ("old", "take theme from answer") if take_away else ("new", "give answer theme")
    entries = [
        audit.entry(
            press=press,
            verb=verb,
            what=mark,
            organization=survey.organization_id,
            **{key: {"answer": mark.answer_id, "theme": mark.theme_id}},
        )
        for mark in marks
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    return len({mark.answer_id for mark in marks})


@transaction.atomic
def let_counts_show(*, question: Question, shown: bool, press: Press) -> bool:
    """Switch on or off whether the counts of a question's themes may be published. False where it is so already."""
    survey = _lock(question)
    question = Question.objects.get(pk=question.pk)
    if question.counts_themes == shown:
        return False
    Question.objects.filter(pk=question.pk).update(counts_themes=shown)
    old, new = ({"question": question.pk, "counts_themes": value} for value in (not shown, shown))
    audit.record(press=press, verb="change survey", what=survey, organization=survey.organization_id, old=old, new=new)
    return True


CARRY = """
    INSERT INTO surveys_thememark (answer_id, theme_id, by_id)
    SELECT fresh.id, was.theme_id, min(was.by_id) FROM surveys_openanswer fresh
    JOIN surveys_openanswer old ON old.question_id = fresh.question_id AND old.text = fresh.text
    JOIN surveys_thememark was ON was.answer_id = old.id
    WHERE fresh.source_id = %s AND old.source_id IN ({places}) GROUP BY fresh.id, was.theme_id
"""


def carry_marks(source: SurveyImport, before: list[int]) -> None:
    """A later export of the same survey replaces earlier ones: answers with the very same words keep the themes that they were given."""
    if before and ThemeMark.objects.filter(answer__source__in=before).exists():
        with connection.cursor() as cursor:
            cursor.execute(CARRY.format(places=", ".join(["%s"] * len(before))), [source.pk, *before])


__all__ = ["change_theme", "create_theme", "delete_theme", "let_counts_show", "mark_answers", "merge_themes"]
