"""A survey beside an earlier one of the same district, for those who work on it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import StaffRequest, press_of
from surveys.comparing import Sides, rows_of, suggested
from surveys.forms import MatchForm
from surveys.models import Comparison, Survey
from surveys.perms import get_survey_or_404
from surveys.services.publications import match_surveys, offered
from surveys.showing.figures import read
from surveys.showing.writing import TYPES, as_csv, as_xlsx
from surveys.views.around import around, file_response

ALL = "all"


@dataclass(frozen=True, slots=True)
class Beside:
    """An earlier survey, and both as they may be shown to staff."""

    earlier: Survey
    is_said: bool
    sides: Sides


def beside_or_404(survey: Survey, slug: str) -> Beside:
    earlier = Survey.objects.filter(organization=survey.organization_id, slug=slug).exclude(pk=survey.pk).first()
    if earlier is None:
        raise Http404("There is no such survey to compare with.")
    earlier.organization = survey.organization
    now, then = read(offered(survey)), read(offered(earlier))
    row = Comparison.objects.filter(survey=survey, earlier=earlier).first()
    return Beside(earlier, row is not None, Sides(now, then, suggested(now, then, row.matches if row else None)))


def group_of(sides: Sides, said: str) -> str | None:
    """A group that both have; None for all respondents together. Raises Http404."""
    if said in ("", ALL):
        return None
    if said not in sides.groups:
        raise Http404("There is no such group in both surveys.")
    return said


@never_cache
@require_GET
def survey_compare(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """Choose an earlier survey."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    if slug := request.GET.get("with"):
        return redirect("surveys:comparison", district, survey, beside_or_404(found, slug).earlier.slug)
    others = Survey.objects.filter(organization=found.organization).exclude(pk=found.pk).order_by("-created_at")
    said = set(Comparison.objects.filter(survey=found).values_list("earlier", flat=True))
    context = around(request.user, found, "survey-compare") | {"others": [(other, other.pk in said) for other in others]}
    return render(request, "surveys/survey_compare.html", context)


@never_cache
@require_GET
def comparison(request: StaffRequest, district: str, survey: str, earlier: str) -> HttpResponse:
    """What became more and what less, of all or of one group."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    beside = beside_or_404(found, earlier)
    sides = beside.sides
    group = group_of(sides, request.GET.get("group", ""))
    at = reverse("surveys:comparison", args=[district, survey, earlier])
    context = around(request.user, found, "survey-compare", crumb=beside.earlier.title) | {
        "earlier": beside.earlier,
        "is_said": beside.is_said,
        "compared": sides.compared(group),
        "alone": sides.alone,
        "groups": sides.groups,
        "group": group or "",
        "files": f"{at}changes",
    }
    return render(request, "surveys/comparison.html", context)


@never_cache
@require_GET
def comparison_file(request: StaffRequest, district: str, survey: str, earlier: str, kind: str) -> HttpResponse:
    """All of it: all respondents together, then each group that both have."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    beside = beside_or_404(found, earlier)
    rows = list(rows_of(beside.sides.everything()))
    name = f"{survey}-since-{earlier}.{kind}"
    if kind == "csv":
        return file_response(as_csv(rows, bom=request.GET.get("bom") != "0"), TYPES[kind], name)
    title = f"{found.title} and {beside.earlier.title}"
    return file_response(as_xlsx([("Changes", rows)], title=title, created=found.organization.today()), TYPES[kind], name)


@never_cache
@require_http_methods(["GET", "POST"])
def comparison_matches(request: StaffRequest, district: str, survey: str, earlier: str) -> HttpResponse:
    """The table of what is the same as what; what nobody has said is suggested."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    beside = beside_or_404(found, earlier)
    sides = beside.sides
    form = MatchForm(request.POST if request.method == "POST" else None, now=sides.now, then=sides.then, pairs=sides.pairs)
    if request.method == "POST" and form.is_valid():
        try:
            match_surveys(survey=found, earlier=beside.earlier, matches=form.matches(), press=press_of(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Saved. The comparison is made with it.")
            return redirect("surveys:comparison", district, survey, earlier)
    context = around(request.user, found, "survey-compare", crumb="What is the same") | {"earlier": beside.earlier, "form": form}
    return render(request, "surveys/comparison_matches.html", context, status=422 if form.errors else 200)
