"""Results for those who work on a survey: any closed question by any other, of those whom filters leave. Each has an address of its own."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import StaffRequest, press_of
from surveys import answer_rows
from surveys.crossing import Closed, Cross, Only, chosen_words, closed_questions, cross
from surveys.models import Survey, SurveyImport
from surveys.perms import get_survey_or_404
from surveys.results import as_json
from surveys.services.looking import take_answers
from surveys.showing import sentences, tables
from surveys.showing.crosstable import cross_rows, crosstable
from surveys.showing.figures import Published, Question, read
from surveys.showing.files import Cell
from surveys.showing.scales import scale
from surveys.showing.writing import TYPES, as_csv, as_xlsx
from surveys.views.around import around, file_response

GROUPS, ALL = "groups", "all"
MOST_FILTERS = 20
INTERNAL = "Small groups are hidden here too, but tables with different filters laid side by side can tell what single people said. Keep them inside the district."


@dataclass(slots=True)
class Asked:
    """What the address asks for."""

    rows: Closed
    by: Closed | None
    by_name: str
    """What stands in the address: groups, all, or the number of a question."""
    only: Only

    def query(self, *, without: int = 0) -> str:
        """The address of the same table, or of the one without the filter of a question."""
        pairs = [("rows", self.rows.pk), ("by", self.by_name)]
        pairs += [("only", choice) for question, choices in self.only.items() if question != without for choice in choices]
        return urlencode(pairs)


def asked_of(said: QueryDict, questions: dict[int, Closed]) -> Asked:
    """Raises Http404 for what this survey does not have."""
    first = next((q for q in questions.values() if q.kind != "group"), None) or next(iter(questions.values()))
    rows = _question(text, questions) if (text := said.get("rows")) else first
    by_name = said.get("by") or GROUPS
    group = next((q for q in questions.values() if q.kind == "group"), Closed(0, "Respondent groups", "group", {}))
    by = None if by_name == ALL else group if by_name == GROUPS else _question(by_name, questions)
    if by is not None and by.pk == rows.pk:
        by, by_name = None, ALL
    if by is not None and by.kind == "group":
        by_name = GROUPS
    only: Only = {}
    for text in said.getlist("only")[:MOST_FILTERS]:
        if text:
            question = next((q for q in questions.values() if text.isdecimal() and int(text) in q.choices), None)
            if question is None:
                raise Http404("There is no such choice in this survey. Take the filter away and choose it again.")
            chosen = only.setdefault(question.pk, [])
            chosen += [int(text)] if int(text) not in chosen else []
    if by is not None and by.is_exclusive and len(only.get(by.pk, ())) == 1:
        by = None  # the one column that is left is all of them
    return Asked(rows, by, by_name, only)


def _question(text: str, questions: dict[int, Closed]) -> Closed:
    found = questions.get(int(text)) if text.isdecimal() else None
    if found is None:
        raise Http404("There is no such question in this survey. Choose one from the list of its results.")
    return found


def tree_of(found: Cross, survey: Survey, asked: Asked) -> Published:
    """The table with its percents, and without what small groups would give away."""
    published = read(as_json(found.results, address=f"{survey.organization.slug}/{survey.slug}"))
    for table in (table for question in published.questions for table in question.tables if asked.only):
        table.people = "those who fit the filters"
    return published


@never_cache
@require_GET
def survey_results(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """One table: a question, by another, of those whom filters leave."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    context = around(request.user, found, "survey-results")
    questions = closed_questions(found)
    if not questions:
        return render(request, "surveys/survey_results.html", context | {"questions": [], "internal": INTERNAL})
    asked = asked_of(request.GET, questions)
    crossed = cross(found, asked.rows, asked.by, asked.only)
    filters = [
        {"question": text, "choices": labels, "href": f"?{asked.query(without=pk)}"}
        for pk, text, labels in chosen_words(questions, asked.only)
    ]
    has_answers = found.imports.counted().filter(kind=SurveyImport.RAW, answers_kept=True).exists()
    context |= {
        "questions": list(questions.values()),
        "asked": asked,
        "filters": filters,
        "has_answers": has_answers,
        "crossed": crossed,
        "base": f"{crossed.base:,}",
        "internal": INTERNAL,
        "files": reverse("surveys:survey-results", args=[district, survey]) + "table",
        "query": asked.query(),
        "kinds": [("csv", "Take them as CSV"), ("xlsx", "Take them as XLSX")],
    }
    if not crossed.is_small:
        context |= _table(tree_of(crossed, found, asked), asked)
    return render(request, "surveys/survey_results.html", context)


def _table(published: Published, asked: Asked) -> dict:
    question = next(iter(published.questions), None)
    if question is None:
        return {"question": None}
    bars = scale(question)
    everybody = question.everybody
    several = len(question.groups) > 1
    return {
        "question": question,
        "headline": headline(question),
        "scale": bars,
        "ranked": tables.ranked(question, everybody) if everybody and not bars and not question.groups else None,
        "cross": crosstable(question, published) if question.groups or question.withheld else None,
        "agree": sentences.agreements(question) if several and not bars else [],
        "differ": sentences.differences(question) if several and not bars else [],
    }


def headline(question: Question) -> str:
    """The sentence above the table."""
    if (bars := scale(question)) and bars.headline:
        return bars.headline
    if said := sentences.compared(question):
        return said
    table = question.everybody or next(iter(question.tables), None)
    return tables.headline(question, table) if table else "All of it is withheld, because groups are small."


@never_cache
@require_POST
def answers_file(request: StaffRequest, district: str, survey: str, kind: str) -> HttpResponseBase:
    """All closed answers, a row for each respondent. It tells of single persons, so it is a press that the audit keeps."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    take_answers(survey=found, kind=kind, press=press_of(request))
    name = f"{found.slug}-answers.{kind}"
    pieces = answer_rows.csv_pieces(found) if kind == "csv" else answer_rows.xlsx_pieces(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=TYPES[kind], headers=headers)


@never_cache
@require_GET
def results_file(request: StaffRequest, district: str, survey: str, kind: str) -> HttpResponse:
    """The same table as a file, with what it is of above it."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    questions = closed_questions(found)
    if not questions:
        raise Http404("This survey has no closed question yet.")
    asked = asked_of(request.GET, questions)
    crossed = cross(found, asked.rows, asked.by, asked.only)
    published = None if crossed.is_small else tree_of(crossed, found, asked)
    question = next(iter(published.questions), None) if published else None
    head: list[list[Cell]] = [[found.title], [INTERNAL]]
    head += [[f"Only those who answered “{text}” with: {'; '.join(labels)}"] for _, text, labels in chosen_words(questions, asked.only)]
    if question is None:
        rows: list[list[Cell]] = [*head, [f"Fewer than {found.minimum_group} respondents: nothing is shown."]]
    else:
        rows = list(cross_rows(question, [*head, [f"Columns: {asked.by.text if asked.by else 'all together'}"]]))
    name = f"{found.slug}-{asked.rows.pk}-by-{asked.by_name}.{kind}"
    if kind == "csv":
        return file_response(as_csv(rows, bom=request.GET.get("bom") != "0"), TYPES[kind], name)
    today = found.organization.today()
    return file_response(as_xlsx([("Table", rows)], title=found.title, created=today, comments=INTERNAL), TYPES[kind], name)
