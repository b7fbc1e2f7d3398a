"""Lists above a plan: a district's public plans and surveys, and the districts that have something public."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Organization
from actions import charts
from actions.charts import tally_parts
from actions.models import ProgressReport
from actions.pictures import read_plan_picture
from dashboards import presenters, surveys, words
from dashboards.pages import RIBBON, STAGES
from goals.models import Plan
from planner.lib.shell import NavItem, Shell, accent_of
from surveys.models import SurveyPublication

PAGE = 100
FEW = 3  # districts that show their plans on the front page; the pictures of more would make it slow
MOST_PLANS = 3  # of each of them


def organization_context(organization: Organization, plans: list[Plan], publications: list[SurveyPublication]) -> dict[str, Any]:
    """Plans with headline and bar; of those of which only reports are public, their reports alone. Then surveys, the newest first."""
    published = _published(plans)
    page = {
        "title": "Plans and surveys" if plans and publications else _what(len(plans), len(publications)),
        "lede": f"{organization.name} has {_how_many(len(plans), len(publications))}.",
        "plans": [_plan(organization, plan, published[plan.pk]) for plan in plans],
        "surveys": surveys.list_rows(publications),
    }
    home = f"/{organization.slug}/"
    nav = [NavItem("Plans", home, is_current=True)] + ([NavItem("Surveys", f"{home}surveys/")] if publications else [])
    shell = Shell(organization.name, home, accent_of(organization.accent), nav, RIBBON if organization.is_sample else "")
    return {"page": page, "shell": shell}


def _what(plans: int, surveys: int) -> str:
    return ("Survey" if surveys == 1 else "Surveys") if surveys and not plans else ("Plan" if plans == 1 else "Plans")


def _how_many(plans: int, surveys: int) -> str:
    """ "one public plan and 2 public surveys"; what there is none of is left out."""
    said = []
    for count, word in ((plans, "plan"), (surveys, "survey")):
        if count:
            said.append(f"one public {word}" if count == 1 else f"{count} public {word}s")
    return " and ".join(said) or "nothing public"


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
    standing = SurveyPublication.objects.standing()
    rows = Organization.objects.filter(
        Exists(Plan.objects.public().filter(organization=OuterRef("pk"))) | Exists(standing.filter(survey__organization=OuterRef("pk")))
    )
    if after is not None and (last := Organization.objects.filter(pk=after).first()):
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    found = list(rows.order_by("name", "pk")[: PAGE + 1])
    of_plans = _counts(Plan.objects.public().filter(organization__in=found), "organization", "pk")
    of_surveys = _counts(standing.filter(survey__organization__in=found), "survey__organization", "survey")
    plans = _plans_of(found) if after is None and len(found) <= FEW else {}
    shown = [
        {
            "name": one.name,
            "href": f"/{one.slug}/",
            "says": _how_many(of_plans.get(one.pk, 0), of_surveys.get(one.pk, 0)),
            "surveys": f"/{one.slug}/surveys/" if one.pk in of_surveys else "",
            "plans": plans.get(one.pk, []),
        }
        for one in found[:PAGE]
    ]
    return {
        "organizations": shown,
        "is_few": bool(plans),
        "more": f"/?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "shell": Shell("District Planner", ribbon=RIBBON if found and all(one.is_sample for one in found) else ""),
    }


def _counts(rows: QuerySet, key: str, what: str) -> dict[int, int]:
    """How many different ones each organization has."""
    return dict(rows.order_by().values_list(key).annotate(Count(what, distinct=True)))


def _plans_of(organizations: list[Organization]) -> dict[int, list[dict[str, Any]]]:
    """The first plans of a few districts, as on the page of each, by the district's key."""
    plans = list(Plan.objects.public().filter(organization__in=organizations))
    mine = {one.pk: [plan for plan in plans if plan.organization_id == one.pk][:MOST_PLANS] for one in organizations}
    published = _published([plan for some in mine.values() for plan in some])
    return {one.pk: [_plan(one, plan, published[plan.pk]) for plan in mine[one.pk]] for one in organizations}
