"""Public pages. Whoever is not signed in reads them without any cookie; what is not public does not exist for them (404).

A member of the district sees a plan that is not live at the same address, and that answer is kept by nobody.
"""

import csv
import re
from datetime import date
from io import StringIO
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import get_template
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Organization
from accounts.perms import NOT_HERE
from actions.difference import compare
from actions.models import ProgressReport
from actions.picture import SEGMENTS, PlanPicture
from actions.pictures import read_plan_picture
from actions.stored_reports import picture_of
from actions.wording_history import wordings_of
from dashboards import filters, gallery, history, node_pages, pages, presenters, surveys, words
from dashboards import reports as report_pages
from dashboards.changes import changes_page
from dashboards.districts import organization_context, organizations_context
from dashboards.presenters import Notice
from dashboards.survey_answers import Asked, asked_for
from goals.models import Plan
from goals.perms import get_plan_or_404
from planner.lib.keys import key_of
from planner.lib.shell import Shell

LIVE = Plan.LIVE


def page(template: str, context: dict[str, Any], *, private: bool = False) -> HttpResponse:
    """Rendered without the request, so that no template can touch the session or make a token."""
    response = HttpResponse(get_template(template).render(context))
    response["Cache-Control"] = "private, no-store" if private else "no-cache"
    return response


def day_of(request: HttpRequest, key: str) -> tuple[date | None, str]:
    """The day of an address, and what was written instead of one."""
    said = (request.GET.get(key) or "").strip()
    if not said:
        return None, ""
    try:
        return date.fromisoformat(said), ""
    except ValueError:
        return None, said[:40]


def see(request: HttpRequest, organization: str, plan: str, day: date | None = None) -> PlanPicture:
    """The picture, where this reader may see it; 404 where not."""
    picture = read_plan_picture(organization, plan, as_of=day)
    if picture is None or picture.visibility != LIVE:
        # Who it is, is asked in both cases: the answer would tell them apart by its Vary header.
        if not request.user.is_authenticated or picture is None:
            raise Http404(NOT_HERE)
        get_plan_or_404(request.user, organization, plan)
    return picture


def is_part(request: HttpRequest) -> bool:
    """Whether HTMX asked for a part. Going back in the browser asks for the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def day_notices(request: HttpRequest, picture: PlanPicture, day: date | None, odd: str) -> list[Notice]:
    """What became of a day that could not be shown."""
    if odd:
        return [Notice("warn", f"“{odd}” is not a day", f"This page is as of {words.day(picture.as_of)}. Choose a day such as 2021-08-03.")]
    if day is not None and day > picture.today:
        return [Notice("warn", f"{words.day(day)} has not come yet", f"This page is as of today, {words.day(picture.today)}.")]
    return []


@login_not_required  # the front page of what is public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only public plan itself, else the only district's plans, else the districts."""
    found = list(Plan.objects.public().select_related("organization")[:2])
    if len(found) == 1:
        return plan(request, found[0].organization.slug, found[0].slug)
    if found and found[0].organization_id == found[1].organization_id:
        organizations = list(Organization.objects.filter(plans__in=Plan.objects.public()).distinct()[:2])
        if len(organizations) == 1:
            return organization(request, organizations[0].slug)
    return page("dashboards/organizations.html", organizations_context(key_of(request.GET.get("after"))))


@login_not_required  # plans of a district that are public
@require_safe
def organization(request: HttpRequest, organization: str) -> HttpResponse:
    """A district's public plans and surveys. One that has none does not exist for visitors."""
    found = Organization.objects.filter(slug=organization).first()
    plans = list(Plan.objects.public().filter(organization=found)) if found else []
    publications = surveys.newest_of_organization(found) if found else []
    if found is None or not (plans or publications):
        raise Http404(NOT_HERE)
    return page("dashboards/organization.html", organization_context(found, plans, publications))


@login_not_required  # the dashboard of a live plan is what the product is for
@require_safe
def plan(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """The dashboard on a day; for HTMX the steps alone. Where only reports are public: the newest standing one."""
    day, odd = day_of(request, "as_of")
    try:
        picture = see(request, organization, plan, day)
    except Http404:
        return newest_report(organization, plan, day)
    asked = filters.read(request.GET, picture)
    is_open = request.GET.get("open") == "all" or bool(asked)
    if is_part(request):
        response = page(
            "dashboards/_found_part.html", pages.part_of_plan(picture, asked, is_open=is_open), private=picture.visibility != LIVE
        )
        day_words = "" if picture.as_of == picture.today else picture.as_of.isoformat()
        response["HX-Push-Url"] = f"{pages.base_of(picture)}{asked.query(as_of=day_words)}"
    else:
        since = compare(picture, see(request, organization, plan)) if picture.as_of != picture.today else None
        context = pages.plan_page(picture, asked, is_open=is_open, difference=since)
        context["page"]["notices"] = day_notices(request, picture, day, odd) + context["page"]["notices"]
        response = page("dashboards/plan.html", context, private=picture.visibility != LIVE)
    patch_vary_headers(response, ["HX-Request"])
    return response


def newest_report(organization: str, plan: str, day: date | None = None) -> HttpResponse:
    """The last report that stands, of a plan of which only reports are public: of all, or of those up to a day. Their list where none stands."""
    standing = reports_of(organization, plan).standing().filter(plan__visibility=Plan.REPORTS_ONLY)
    found = (standing.filter(through__lte=day) if day else standing).order_by("through", "pk").last()
    if found is not None:
        return page("dashboards/report.html", report_context(found))
    row = (
        Plan.objects.filter(visibility=Plan.REPORTS_ONLY, organization__slug=organization, slug=plan).select_related("organization").first()
    )
    if row is None or day:
        raise Http404(NOT_HERE)
    return page("dashboards/reports.html", report_pages.list_page(row, list(reports_of(organization, plan).order_by("-through", "-pk"))))


@login_not_required  # a part of a live plan
@require_safe
def branch(request: HttpRequest, organization: str, plan: str, kind: str, address: str) -> HttpResponse:
    """A goal area, an objective or a strategy."""
    day, odd = day_of(request, "as_of")
    picture = see(request, organization, plan, day)
    found = node_pages.find(picture, kind, address)
    if found is None:
        return elsewhere(request, picture, kind, address)
    context = branch_context(picture, kind, *found)
    context["page"]["notices"] = day_notices(request, picture, day, odd) + context["page"]["notices"]
    context["page"]["asked"] = who_asked(picture, kind, found[0])
    return page("dashboards/goal_area.html", context, private=picture.visibility != LIVE)


@login_not_required  # a step of a live plan with its public history
@require_safe
def step(request: HttpRequest, organization: str, plan: str, address: str) -> HttpResponse:
    """A step on a day, with all that was ever said of it."""
    day, odd = day_of(request, "as_of")
    picture = see(request, organization, plan, day)
    found = node_pages.find(picture, "action_step", address)
    if found is None:
        return elsewhere(request, picture, "action_step", address)
    context = step_context(picture, *found)
    context["page"]["notices"] = day_notices(request, picture, day, odd) + context["page"]["notices"]
    context["page"]["asked"] = who_asked(picture, "action_step", found[0])
    return page("dashboards/step.html", context, private=picture.visibility != LIVE)


def who_asked(picture: PlanPicture, kind: str, place: node_pages.Place) -> list[Asked]:
    """Today's page says it alone: what a survey said later is no part of a day before."""
    return asked_for(picture, kind, place.shape) if picture.as_of == picture.today else []


def branch_context(picture: PlanPicture, kind: str, place: node_pages.Place, pager: node_pages.Pager) -> dict[str, Any]:
    return node_pages.branch_page(picture, kind, place, pager, wordings=wordings_of(place.shape.node, picture.time_zone))


def step_context(picture: PlanPicture, place: node_pages.Place, pager: node_pages.Pager) -> dict[str, Any]:
    row = Plan.objects.select_related("organization").get(pk=picture.id)
    node = place.shape.node
    return node_pages.step_page(
        picture,
        place,
        pager,
        history=history.history(row, node, picture),
        wordings=wordings_of(node, row.organization.time_zone),
        evidence=history.evidence(node),
    )


def elsewhere(request: HttpRequest, picture: PlanPicture, kind: str, address: str) -> HttpResponse:
    """What an address leads to that the picture does not have: its new address, or what it last was where it is gone."""
    row = Plan.objects.select_related("organization").get(pk=picture.id)
    node = history.node_of(row, kind, address)
    if node is None:
        raise Http404(NOT_HERE)
    if node.address != address:
        return HttpResponseRedirect(f"{pages.base_of(picture)}{SEGMENTS[kind]}/{node.address}/{pages.links_of(picture).query}")
    last = history.last_day(node, picture.as_of)
    if last is None:
        raise Http404(f"On {words.day(picture.as_of)} this was not yet in the plan.")
    before = see(request, picture.district, picture.slug, last)
    found = node_pages.find(before, kind, address)
    if found is None:
        raise Http404(NOT_HERE)
    context = step_context(before, *found) if kind == "action_step" else branch_context(before, kind, *found)
    gone = Notice(
        "past",
        f"This is no longer in the plan since {words.day(history.day_after(last))}",
        "What stands here is how it was on its last day. Its history stays.",
        pages.base_of(picture),
        "Show the plan as it is",
    )
    context["page"]["notices"] = [gone] + [notice for notice in context["page"]["notices"] if notice.kind != "past"]
    template = "dashboards/step.html" if kind == "action_step" else "dashboards/goal_area.html"
    return page(template, context, private=picture.visibility != LIVE)


@login_not_required  # what changed in a live plan
@require_safe
def changes(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """The difference between two days; without one, since the last report before today."""
    day, odd = day_of(request, "as_of")
    since, odd_since = day_of(request, "since")
    after = see(request, organization, plan, day)
    if since is None:
        earlier = [mark.day for mark in presenters.standing(after.reports, after.as_of) if mark.day < after.as_of]
        since = earlier[-1] if earlier else after.cycle_start
    before = see(request, organization, plan, min(since, after.as_of))
    context = changes_page(before, after, compare(before, after))
    context["page"]["notices"] = day_notices(request, after, since, odd or odd_since)
    return page("dashboards/changes.html", context, private=after.visibility != LIVE)


def reports_of(organization: str, plan: str):
    rows = ProgressReport.objects.filter(plan__organization__slug=organization, plan__slug=plan).exclude(plan__visibility=Plan.PRIVATE)
    return rows.select_related("plan__organization", "notice__replacement")


@login_not_required  # reports are published for everybody
@require_safe
def reports(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """All reports of a plan, newest first."""
    row = Plan.objects.public().select_related("organization").filter(organization__slug=organization, slug=plan).first()
    if row is None:
        raise Http404(NOT_HERE)
    return page("dashboards/reports.html", report_pages.list_page(row, list(reports_of(organization, plan).order_by("-through", "-pk"))))


@login_not_required  # reports are published for everybody
@require_safe
def report(request: HttpRequest, organization: str, plan: str, address: str) -> HttpResponse:
    """One report, as it was published."""
    return page("dashboards/report.html", report_context(report_or_404(organization, plan, address)))


def report_or_404(organization: str, plan: str, address: str) -> ProgressReport:
    found = reports_of(organization, plan).filter(address=address).first()
    if found is None:
        raise Http404(NOT_HERE)
    return found


def report_gone(request: HttpRequest, found: ProgressReport, name: str) -> report_pages.Gone | None:
    """What became of a report, for whoever asks for its file and does not know yet."""
    return None if request.GET.get("as") == "published" else report_pages.gone_of(found, name)


def report_context(found: ProgressReport) -> dict[str, Any]:
    district = found.plan.organization
    picture = picture_of(found.tree, district_name=district.name, accent=district.accent, is_sample=district.is_sample)
    return report_pages.report_page(
        picture,
        address=found.address,
        fingerprint=found.fingerprint,
        published=found.published_on,
        notice=report_pages.notice_of(found),
        exports=report_pages.exports_of(found),
        is_live=found.plan.visibility == LIVE,
    )


@login_not_required  # the data of a published report, with the fingerprint that stands on its page
@require_safe
def report_json(request: HttpRequest, organization: str, plan: str, address: str) -> JsonResponse:
    """Of one that no longer holds, what became of it; `?as=published` gives the data all the same, for ever the same."""
    found = report_or_404(organization, plan, address)
    gone = report_gone(request, found, "report.json")
    said = gone.as_json() if gone else {**found.tree, "fingerprint": found.fingerprint}
    response = JsonResponse(said, status=410 if gone else 200, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required  # the numbers of the chart over time
@require_safe
def reports_csv(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """One row a report, one column a status. Names of statuses that a spreadsheet would take for a formula get an apostrophe."""
    picture = see(request, organization, plan)
    shown = presenters.standing(picture.reports, picture.today)
    names = [status.name for status in picture.statuses]
    names += sorted({name for mark in shown for name in mark.counts} - set(names) - {""})
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["Report", *(f"'{name}" if name[:1] in "=+-@" else name for name in names), "No status yet"])
    writer.writerows([mark.day.isoformat(), *(mark.counts.get(name, 0) for name in names), mark.counts.get("", 0)] for mark in shown)
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{picture.slug}-reports.csv"'},
    )


@login_not_required  # says how the public figures are counted
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return page("dashboards/how.html", {"shell": Shell("District Planner")})


@login_not_required  # the statement of accessibility belongs to the public pages
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page("dashboards/accessibility.html", {"shell": Shell("District Planner")})


@login_not_required  # a stylesheet of the public pages: one color
@require_safe
def theme(request: HttpRequest, color: str) -> HttpResponse:
    """The accent of a district as a stylesheet, since the content security policy allows no style in a page."""
    if not re.fullmatch(r"[0-9a-f]{6}", color):
        raise Http404(NOT_HERE)
    response = HttpResponse(f":root {{ --accent: #{color}; }}\n", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@login_not_required  # in development alone: planner.settings.DEBUG decides whether it has an address
@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    return page("dashboards/gallery.html", gallery.context())
