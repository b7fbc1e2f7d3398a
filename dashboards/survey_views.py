"""Public pages of surveys. A survey of which nothing is published does not exist for them; all that they show is in the publication."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Organization
from accounts.perms import NOT_HERE
from actions.writing.pdf import PdfFailed
from dashboards import survey_files, surveys
from dashboards.survey_answers import links_of_survey
from dashboards.survey_changes import changes_page
from dashboards.survey_pdf import render_survey
from dashboards.views import page
from surveys.beside import KEY, Beside, beside_of
from surveys.comparing import rows_of
from surveys.models import SurveyPublication
from surveys.showing.figures import Group, Published, read
from surveys.showing.files import group_rows, group_size_rows, theme_rows

logger = logging.getLogger(__name__)


def public_survey_or_404(organization: str, survey: str) -> SurveyPublication:
    """The newest publication of a survey that stands."""
    rows = SurveyPublication.objects.standing().select_related("survey__organization")
    found = rows.filter(survey__organization__slug=organization, survey__slug=survey).order_by("pk").last()
    if found is None:
        raise Http404(NOT_HERE)
    return found


def beside_or_404(publication: SurveyPublication) -> Beside:
    found = beside_of(publication)
    if found is None:
        raise Http404(NOT_HERE)
    return found


def group_or_404(published: Published, slug: str) -> Group:
    found = published.group(slug)
    if found is None:
        raise Http404("There is no such group in this survey. Its page has a link to each group.")
    return found


@login_not_required  # surveys of a district with something published
@require_safe
def survey_list(request: HttpRequest, organization: str) -> HttpResponse:
    """A district's published surveys. Where there is none, the page does not exist."""
    found = Organization.objects.filter(slug=organization).first()
    newest = surveys.newest_of_organization(found) if found else []
    if found is None or not newest:
        raise Http404(NOT_HERE)
    return page("dashboards/survey_list.html", surveys.list_page(found, newest))


@login_not_required  # published tables are for everybody
@require_safe
def survey(request: HttpRequest, organization: str, survey: str) -> HttpResponse:
    """All groups compared; with ?group= the page of one group."""
    found = public_survey_or_404(organization, survey)
    if slug := request.GET.get("group", ""):
        group = group_or_404(read(found.tree), slug)
        return page("dashboards/survey_group.html", surveys.group_page(found, group, links_of_survey(found.survey_id)))
    return page("dashboards/survey.html", surveys.overview_page(found))


@login_not_required  # published themes are for everybody
@require_safe
def survey_themes(request: HttpRequest, organization: str, survey: str) -> HttpResponse:
    found = public_survey_or_404(organization, survey)
    if not any(listed["themes"] for listed in found.tree["themes"]):
        raise Http404(NOT_HERE)
    return page("dashboards/survey_themes.html", surveys.themes_page(found))


@login_not_required  # links that the district decided on, to live plans alone
@require_safe
def survey_answers(request: HttpRequest, organization: str, survey: str) -> HttpResponse:
    """You said, we did: what each group asked for, and what answers it."""
    found = public_survey_or_404(organization, survey)
    return page("dashboards/survey_answers.html", surveys.answers_page(found, links_of_survey(found.survey_id)))


@login_not_required  # two published surveys beside each other
@require_safe
def survey_changes(request: HttpRequest, organization: str, survey: str) -> HttpResponse:
    """What changed since an earlier survey, of all or with ?group= of one group. Where no comparison was published, the page does not exist."""
    found = public_survey_or_404(organization, survey)
    if not found.tree.get(KEY):
        raise Http404(NOT_HERE)
    slug = request.GET.get("group", "")
    group = group_or_404(read(found.tree), slug) if slug else None
    return page("dashboards/survey_changes.html", changes_page(found, group))


@login_not_required  # what the pages show may be taken along
@require_safe
def survey_file(request: HttpRequest, organization: str, survey: str, what: str, kind: str, n: int = 0, group: str = "") -> HttpResponse:
    """A table as CSV or XLSX, or all of them as one workbook."""
    found = public_survey_or_404(organization, survey)
    published = read(found.tree)

    def answers():
        return surveys.answers_of(published, links_of_survey(found.survey_id))

    makers = {
        "groups": lambda: group_size_rows(published),
        "question": lambda: survey_files.question_rows(published, n),
        "group": lambda: group_rows(published, group_or_404(published, group).name),
        "themes": lambda: theme_rows(published),
        "we-did": lambda: survey_files.answer_rows(answers()),
        "earlier": lambda: rows_of(beside_or_404(found).sides.everything()),
    }
    name = "-".join(filter(None, [found.survey.slug, what, str(n or ""), group]))
    if kind == "csv":
        content = survey_files.as_csv(makers[what](), bom=request.GET.get("bom") != "0")
    else:
        sheets = survey_files.all_sheets(found, answers) if what == "results" else [(what, makers[what]())]
        content = survey_files.as_book(sheets, found)
    return file_response(content, survey_files.TYPES[kind], f"{name}.{kind}")


@login_not_required  # all that the pages show, on paper
@require_safe
def survey_pdf(request: HttpRequest, organization: str, survey: str) -> HttpResponse:
    """The whole as one PDF: cover, a page for each group, matrix, themes, what answers them."""
    found = public_survey_or_404(organization, survey)
    published = read(found.tree)
    try:
        content = render_survey(found, published, surveys.answers_of(published, links_of_survey(found.survey_id)), beside_of(found))
    except PdfFailed as error:
        logger.error("%s %s", error, error.detail)
        return HttpResponse(f"{error}\n", status=503, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
    return file_response(content, "application/pdf", f"{found.survey.slug}.pdf")


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return HttpResponse(content, content_type=content_type, headers=headers)
