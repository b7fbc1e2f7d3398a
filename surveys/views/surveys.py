"""The surveys of a district, what was brought in for them, and what holds for each as a whole."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Job, Organization
from accounts.perms import get_organization_or_404
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from accounts.shell import staff_shell
from surveys.forms import SettingsForm
from surveys.models import Survey, SurveyImport
from surveys.perms import get_survey_or_404
from surveys.services import importing
from surveys.services.surveys import change_survey, delete_answers
from surveys.views.around import around

SHOWN = 50
"""Imports in the list."""


@never_cache
@require_GET
def survey_list(request: StaffRequest, district: str) -> HttpResponse:
    """The surveys, and for those who bring files in what is on its way."""
    organization = get_organization_or_404(request.user, district)
    counted = Q(imports__state=SurveyImport.COUNTED)
    surveys = Survey.objects.filter(organization=organization).annotate(
        files=Count("imports", filter=counted),
        respondents=Sum("imports__respondents", filter=counted & Q(imports__kind=SurveyImport.RAW)),
        published=Sum("imports__respondents", filter=counted & Q(imports__kind=SurveyImport.PUBLISHED)),
    )
    may_import = may(request.user.role_in(organization), "import_survey")
    context = {
        "shell": staff_shell(request.user, organization, "surveys"),
        "organization": organization,
        "surveys": surveys,
        "may_import": may_import,
        "imports": imports_of(organization) if may_import else [],
    }
    return render(request, "surveys/survey_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def survey_settings(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """What holds for a survey as a whole, and the files that count in it."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    form = SettingsForm(request.POST if request.method == "POST" else None, survey=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_survey(survey=found, press=press_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The survey was changed.")
            return redirect("surveys:survey-settings", district, survey)
    context = around(request.user, found, "survey-settings") | {
        "form": form,
        "sources": found.imports.exclude(state=SurveyImport.DROPPED).select_related("by").order_by("-pk")[:SHOWN],
    }
    return render(request, "surveys/survey_settings.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def answers_delete(request: StaffRequest, district: str, survey: str, source: int) -> HttpResponse:
    """Take answers row by row away, after a question. The tallies stay."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    row = found.imports.filter(pk=source, kind=SurveyImport.RAW).first()
    if row is None:
        raise Http404("There is no such import.")
    if request.method == "POST":
        try:
            if delete_answers(source=row, press=press_of(request)):
                messages.success(request, "The answers row by row were deleted. The tallies stay.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("surveys:survey-settings", district, survey)
    context = around(request.user, found, "survey-settings", crumb="Delete answers") | {"source": row}
    return render(request, "surveys/answers_delete.html", context)


def imports_of(organization: Organization) -> list[Job]:
    """The newest imports, each with `writing`, the job that stores it. Two statements."""
    reading = Job.objects.filter(organization=organization, kind=importing.READ, file__isnull=False).select_related("file", "by")
    found = list(reading.defer("result").order_by("-pk")[:SHOWN])
    writing = Job.objects.filter(organization=organization, kind=importing.WRITE, settings__job__in=[job.pk for job in found])
    by_job = {job.settings["job"]: job for job in writing.order_by("pk")}
    for job in found:
        job.writing = by_job.get(job.pk)  # type: ignore[attr-defined]
    return found
