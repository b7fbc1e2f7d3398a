"""Tables of a published survey as CSV and as a workbook, from the stored tables alone."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO, StringIO

import xlsxwriter
from django.http import Http404

from accounts.perms import NOT_HERE
from actions.writing.as_xlsx import Sheet
from dashboards.survey_answers import Answers
from planner.lib.apostrophes import guarded
from surveys.models import SurveyPublication
from surveys.showing.figures import Published, Question, read
from surveys.showing.files import Cell, group_rows, group_size_rows, matrix_rows, table_rows, theme_rows

Rows = Iterable[list[Cell]]
BOM = "\ufeff"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def as_csv(rows: Rows, *, bom: bool) -> bytes:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; without the byte order mark Excel misreads the file."""
    out = StringIO(BOM if bom else "", newline="")
    out.seek(0, 2)
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else f"{cell:g}" for cell in row])
    return out.getvalue().encode()


def as_xlsx(sheets: Iterable[tuple[str, Rows]], publication: SurveyPublication) -> bytes:
    """A sheet for each table; every text is text. The same publication gives the same bytes."""
    out = BytesIO()
    off = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **off})
    created = datetime.combine(publication.published_on, datetime.min.time())
    title = " ".join(publication.survey.title.split())[:255]
    book.set_properties({"title": title, "created": created, "comments": f"Fingerprint {publication.fingerprint}"})
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    names: set[str] = set()
    for title, rows in sheets:
        sheet = book.add_worksheet(_name(title, names), Sheet)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 40, 18)
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(n, column, cell[:32_000], plain if n else head)
                elif cell is not None:
                    sheet.write_number(n, column, cell, plain)
    book.close()
    return out.getvalue()


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name holds 31 characters and none of these."""
    base = "".join(" " if char in "[]:*?/\\'" else char for char in title).strip()[:28] or "Table"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base[:26]} {n}"
    taken.add(found.casefold())
    return found


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
    yield "You said, we did", answer_rows(answers())
