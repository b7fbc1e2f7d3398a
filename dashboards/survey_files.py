"""Tables of a published survey as CSV and as a workbook, from the stored tables alone."""

from collections.abc import Callable, Iterable, Iterator

from django.http import Http404

from accounts.perms import NOT_HERE
from dashboards.survey_answers import Answers
from surveys.beside import beside_of
from surveys.comparing import rows_of
from surveys.models import SurveyPublication
from surveys.showing.figures import Published, Question, read
from surveys.showing.files import Cell, group_rows, group_size_rows, matrix_rows, table_rows, theme_rows
from surveys.showing.writing import TYPES, Rows, as_csv, as_xlsx


def as_book(sheets: Iterable[tuple[str, Rows]], publication: SurveyPublication) -> bytes:
    """A workbook of published tables. The same publication gives the same bytes."""
    comments = f"Fingerprint {publication.fingerprint}"
    return as_xlsx(sheets, title=publication.survey.title, created=publication.published_on, comments=comments)


def question_of(published: Published, n: int) -> Question:
    if not 1 <= n <= len(published.questions):
        raise Http404(NOT_HERE)
    return published.questions[n - 1]


def question_rows(published: Published, n: int) -> Rows:
    """The matrix where there are several groups, else the table of all respondents."""
    question = question_of(published, n)
    return matrix_rows(question, published) if question.groups else _of_all(question)


def _of_all(question: Question) -> Iterator[list[Cell]]:
    from surveys.showing.files import HEAD

    yield list(HEAD)
    for table in question.tables:
        yield from table_rows(question, table)


def answer_rows(answers: Iterable[Answers]) -> Iterator[list[Cell]]:
    yield ["Group", "Place", "Priority", "Share", "Answered by", "How far", "Confirmed"]
    for one in answers:
        for row in one.rows:
            place = int(row.rank) if row.rank else None
            for part in row.parts:
                yield [one.name, place, row.said, row.share, f"{part.area}, {part.rest}", part.says, part.fresh]
            if not row.parts:
                yield [one.name, place, row.said, row.share, "Nothing in the plan answers this.", "", ""]


def all_sheets(publication: SurveyPublication, answers: Callable[[], Iterable[Answers]]) -> Iterator[tuple[str, Rows]]:
    """Every published table of a survey, one after the other."""
    published = read(publication.tree)
    yield "Groups", group_size_rows(published)
    for n, question in enumerate(published.questions, 1):
        if question.groups:
            yield f"{n} {question.text}", matrix_rows(question, published)
        if question.everybody:
            yield f"{n} all", _of_all(question)
    for group in published.with_tables():
        yield group.name, group_rows(published, group.name)
    if published.themes:
        yield "Themes", theme_rows(published)
    if beside := beside_of(publication):
        yield "Since then", rows_of(beside.sides.everything())
    yield "You said, we did", answer_rows(answers())


__all__ = ["TYPES", "all_sheets", "answer_rows", "as_book", "as_csv", "question_rows"]
