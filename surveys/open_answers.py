"""Open answers as staff read them: searched, of one group, with or without a theme, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from surveys.folding import terms
from surveys.models import AnswerTheme, OpenAnswer, Question, RespondentGroup, Survey, SurveyImport, ThemeMark
from surveys.reading.draft import TEXT
from surveys.results import group_sizes
from surveys.suppression import groups_to_hide

EACH = 50
"""Answers on a page."""
LOOKED_AT = 20_000
"""Answers that suggestions are made from, the newest first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a line of the page."""

    pk: int
    text: str
    group: str
    themes: tuple[tuple[int, str], ...]
    because: str = ""


@dataclass(slots=True)
class Search:
    """What answers are looked for."""

    query: str = ""
    group: RespondentGroup | None = None
    theme: AnswerTheme | None = None
    without_theme: bool = False

    @property
    def is_any(self) -> bool:
        """Whether every answer fits."""
        return not (terms(self.query) or self.group or self.theme or self.without_theme)


@dataclass(slots=True)
class Page:
    answers: list[Shown] = field(default_factory=list)
    after: str = ""
    """Where the next page begins; empty on the last one."""


def open_questions(survey: Survey) -> list[tuple[Question, int]]:
    """Open questions with how many answers each has, counted in the index alone."""
    found = list(survey.questions.filter(kind=TEXT).order_by("position", "pk"))
    answers = OpenAnswer.objects.filter(question__in=found, source_id__in=counted_imports(survey.pk))
    numbers = dict(answers.values_list("question_id").annotate(Count("row")).order_by())
    return [(question, numbers.get(question.pk, 0)) for question in found]


def counted_imports(survey: int) -> list[int]:
    """Numbers of the files whose answers count. As a list: joined with their table, SQLite sorts a million answers before it shows the first."""
    return list(SurveyImport.objects.counted().filter(survey=survey).values_list("pk", flat=True))


def answers_of(question: Question) -> QuerySet[OpenAnswer]:
    return OpenAnswer.objects.filter(question=question, source_id__in=counted_imports(question.survey_id))


def found(question: Question, search: Search) -> QuerySet[OpenAnswer]:
    """All words have to stand in an answer, in any order; a word is found by its beginning."""
    rows = answers_of(question)
    for term in terms(search.query):
        rows = rows.filter(folded__contains=term)
    if search.group:
        rows = rows.filter(group=search.group)
    if search.theme:
        rows = rows.filter(Exists(ThemeMark.objects.filter(answer=OuterRef("pk"), theme=search.theme)))
    if search.without_theme:
        rows = rows.filter(~Exists(ThemeMark.objects.filter(answer=OuterRef("pk"))))
    return rows


def page_of(rows: QuerySet[OpenAnswer], after: str, names: dict[int, str]) -> Page:
    """The next answers after a place (“import-row”), in the order of the files."""
    source, _, row = after.partition("-")
    if source.isdecimal() and row.isdecimal():
        rows = rows.filter(Q(source__gt=int(source)) | Q(source=int(source), row__gt=int(row)))
    taken = list(rows.order_by("source_id", "row").values_list("pk", "source", "row", "group", "text")[: EACH + 1])
    more = f"{taken[EACH - 1][1]}-{taken[EACH - 1][2]}" if len(taken) > EACH else ""
    return Page(shown(((pk, group, text, "") for pk, _, _, group, text in taken[:EACH]), names=names), more)


def number_of(rows: QuerySet[OpenAnswer], after: str, page: Page) -> int:
    """How many answers fit. Where all of them stand on the page, it is not searched for them a second time."""
    return rows.count() if after or page.after else len(page.answers)


def shown(rows: Iterable[tuple[int, int | None, str, str]], *, names: dict[int, str]) -> list[Shown]:
    """Lines of (number, group, text, why it is suggested), each with its themes. One statement."""
    rows = list(rows)
    themes: dict[int, list[tuple[int, str]]] = {}
    marks = ThemeMark.objects.filter(answer__in=[row[0] for row in rows]).order_by("theme")
    for answer, theme, title in marks.values_list("answer", "theme", "theme__title"):
        themes.setdefault(answer, []).append((theme, title))
    return [Shown(pk, text, names.get(group or 0, ""), tuple(themes.get(pk, ())), because) for pk, group, text, because in rows]


def group_names(survey: Survey) -> dict[int, str]:
    """Groups that may be named beside an answer: a text and a small group together name a person."""
    sizes = group_sizes(survey)
    hidden = groups_to_hide(sizes, survey.minimum_group)
    return {group.pk: group.name for group in survey.groups.all() if group.name in sizes and group.name not in hidden}


def texts_for_phrases(question: Question) -> list[str]:
    """Folded answers without a theme, the newest first."""
    rows = answers_of(question).filter(~Exists(ThemeMark.objects.filter(answer=OuterRef("pk"))))
    return list(rows.order_by("-source_id", "-row").values_list("folded", flat=True)[:LOOKED_AT])


def texts_for_theme(theme: AnswerTheme) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(number, folded text) of answers with the theme, and of those without it."""
    has = Exists(ThemeMark.objects.filter(answer=OuterRef("pk"), theme=theme))
    rows = answers_of(theme.question).order_by("-source_id", "-row").values_list("pk", "folded")
    return list(rows.filter(has)[:LOOKED_AT]), list(rows.filter(~has)[:LOOKED_AT])
