"""Lists above a plan: a district's public plans, and the districts that have something public."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q

from accounts.models import Organization
from actions import charts
from actions.charts import tally_parts
from actions.models import ProgressReport
from actions.pictures import read_plan_picture
from dashboards import presenters, words
from dashboards.pages import RIBBON, STAGES
from dashboards.tree import Links
from goals.models import Plan
from planner.lib.shell import NavItem, Shell, accent_of

PAGE = 100
FEW = 3  # districts that show their plans on the front page; the pictures of more would make it slow
MOST_PLANS = 3  # of each of them


def organization_context(organization: Organization, plans: list[Plan]) -> dict[str, Any]:
    """Plans with headline and bar; of those of which only reports are public, their reports alone."""
    count = len(plans)
    published = _published(plans)
    page = {
        "title": "Plans" if count != 1 else "Plan",
        "lede": f"{organization.name} has {'one public plan' if count == 1 else f'{count} public plans'}.",
        "plans": [_plan(organization, plan, published[plan.pk]) for plan in plans],
    }
    home = f"/{organization.slug}/"
    shell = Shell(
        organization.name,
        home,
        accent_of(organization.accent),
        [NavItem("Plans", home, is_current=True)],
        RIBBON if organization.is_sample else "",
    )
    return {"page": page, "shell": shell}


def _published(plans: list[Plan]) -> dict[int, list[ProgressReport]]:
    """The reports of each plan that stand, the newest first."""
    found = defaultdict(list)
    for report in ProgressReport.objects.standing().filter(plan__in=plans).order_by("-through", "-pk"):
        found[report.plan_id].append(report)
    return found


def _plan(organization: Organization, plan: Plan, published: list[ProgressReport]) -> dict[str, Any]:
    base = f"/{organization.slug}/{plan.slug}/"
    shown = {
        "title": plan.title,
        "href": base,
        "mark": dict(Plan.STAGES)[plan.stage] if plan.stage in STAGES else "",
        "reports": [
            presenters.Day(f"Progress through {words.day(report.through)}", f"{base}reports/{report.address}/")
            for report in published[: presenters.MOST_DAYS]
        ],
    }
    picture = read_plan_picture(organization.slug, plan.slug) if plan.visibility == Plan.LIVE else None
    if picture is None:
        return shown | {"headline": "Its published reports are public.", "fresh": "", "bar": None}
    steps = list(picture.all_steps())
    return shown | {
        "headline": words.headline(steps, picture),
        "fresh": words.freshness(steps, picture)[0],
        "bar": charts.bar(tally_parts(steps, picture.statuses), subject=f"All {words.counted(len(steps), picture)}"),
    }


def organizations_context(after: int | None) -> dict[str, Any]:
    """Those that have something public, by name, a page at a time, and with their plans where they are few.

    `after` is the last one of the page before.
    """
    rows = Organization.objects.filter(plans__visibility__in=(Plan.LIVE, Plan.REPORTS_ONLY))
    if after is not None and (last := Organization.objects.filter(pk=after).first()):
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.annotate(public=Count("plans")).order_by("name", "pk")[: PAGE + 1])
    plans = _plans_of(found) if after is None and len(found) <= FEW else {}
    shown = [
        {
            "name": one.name,
            "href": Links(f"/{one.slug}/").base,
            "says": "one public plan" if one.public == 1 else f"{one.public} public plans",
            "plans": plans.get(one.pk, []),
        }
        for one in found[:PAGE]
    ]
    return {
        "organizations": shown,
        "more": f"/?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "shell": Shell("District Planner", ribbon=RIBBON if found and all(one.is_sample for one in found) else ""),
    }


def _plans_of(organizations: list[Organization]) -> dict[int, list[dict[str, Any]]]:
    """The first plans of a few districts, as on the page of each, by the district's key."""
    plans = list(Plan.objects.public().filter(organization__in=organizations))
    mine = {one.pk: [plan for plan in plans if plan.organization_id == one.pk][:MOST_PLANS] for one in organizations}
    published = _published([plan for some in mine.values() for plan in some])
    return {one.pk: [_plan(one, plan, published[plan.pk]) for plan in mine[one.pk]] for one in organizations}
