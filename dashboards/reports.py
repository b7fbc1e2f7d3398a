"""A published report's page, made from its stored JSON alone: what the plan says today changes nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.models import ProgressReport
from actions.picture import LEVELS, AreaPicture, ObjectivePicture, PlanPicture, ReportMark, StatusWord, StepPicture, StrategyPicture
from actions.pictures import status_words
from dashboards import presenters, words
from dashboards.pages import RIBBON, STAGE_SAYS, STAGES, Export, part, shell_of, tree_title, words_of
from dashboards.presenters import Notice
from dashboards.tree import Drawing, Links, tree_html
from goals.models import Plan
from planner.lib.shell import NavItem, Shell, accent_of

FALLBACK_LEVELS = {
    "goal_area": "Goal area",
    "performance_objective": "Performance objective",
    "strategy": "Strategy",
    "action_step": "Action step",
}


@dataclass(slots=True)
class _Numbers:
    """Ids for what a stored tree does not number."""

    last: int = 0

    def next(self) -> int:
        self.last += 1
        return self.last


def picture_of(tree: dict, *, district_name: str, accent: str, is_sample: bool, reports: Sequence[ReportMark] = ()) -> PlanPicture:
    """The picture that a report's JSON holds. Its `today` is the report's own day, so that nothing of it depends on when it is read."""
    as_of = date.fromisoformat(tree["as_of"])
    start = date.fromisoformat(tree["cycle_start"]) if tree.get("cycle_start") else as_of - timedelta(days=89)
    statuses = status_words(
        {
            "id": n,
            "name": status["name"],
            "rank": status.get("rank"),
            "meaning": status.get("meaning", ""),
            "is_retired": status.get("is_retired", False),
        }
        for n, status in enumerate(tree["statuses"], 1)
    )
    numbers = _Numbers()
    by_name = {status.name: status for status in statuses}
    picture = PlanPicture(
        id=0,
        district=tree["district"],
        district_name=tree.get("district_name") or district_name,
        slug=tree["plan"],
        title=tree["title"],
        description=tree.get("description", ""),
        levels={level: tree.get("levels", {}).get(level) or FALLBACK_LEVELS[level] for level in LEVELS},
        statuses=statuses,
        as_of=as_of,
        cycle_start=start,
        today=as_of,
        stage=tree.get("stage", "adopted"),
        visibility="live",
        is_sample=is_sample,
        accent=accent,
        reports=list(reports),
    )
    picture.areas = [_area(node, n, by_name, start, numbers) for n, node in enumerate(tree["goal_areas"], 1)]
    return picture


def _head(node: dict, n: int, numbers: _Numbers) -> dict[str, Any]:
    own = numbers.next()
    return {
        "node": own,
        "id": own,
        "address": node.get("address") or node.get("code") or f"-{n}",
        "code": node.get("code", ""),
        "title": node["title"],
        "description": node.get("description", ""),
        "lead": node.get("lead") or "",
    }


def _area(node: dict, n: int, by_name: dict[str, StatusWord], start: date, numbers: _Numbers) -> AreaPicture:
    area = AreaPicture(**_head(node, n, numbers))
    area.objectives = [_objective(below, m, by_name, start, numbers) for m, below in enumerate(node.get("objectives", ()), 1)]
    area.strategies = [_strategy(below, m, by_name, start, numbers) for m, below in enumerate(node.get("strategies", ()), 1)]
    area.steps = _steps(node, by_name, start, numbers)
    return area


def _objective(node: dict, n: int, by_name: dict[str, StatusWord], start: date, numbers: _Numbers) -> ObjectivePicture:
    objective = ObjectivePicture(**_head(node, n, numbers))
    objective.strategies = [_strategy(below, m, by_name, start, numbers) for m, below in enumerate(node.get("strategies", ()), 1)]
    objective.steps = _steps(node, by_name, start, numbers)
    return objective


def _strategy(node: dict, n: int, by_name: dict[str, StatusWord], start: date, numbers: _Numbers) -> StrategyPicture:
    return StrategyPicture(**_head(node, n, numbers), steps=_steps(node, by_name, start, numbers))


def _steps(node: dict, by_name: dict[str, StatusWord], start: date, numbers: _Numbers) -> list[StepPicture]:
    found = []
    for n, below in enumerate(node.get("action_steps", ()), 1):
        as_of = date.fromisoformat(below["as_of"]) if below.get("as_of") else None
        head = _head(below, n, numbers)
        found.append(
            StepPicture(
                **head,
                status=by_name.get(below.get("status") or ""),
                as_of=as_of,
                public_note=below.get("public_note") or "",
                is_confirmed=below.get("is_confirmed", as_of is not None and as_of >= start),
                occurrence=int(head["address"].rpartition("~")[2]) if "~" in head["address"] else 1,
                steps=_steps(below, by_name, start, numbers),
            )
        )
    return found


def report_page(
    picture: PlanPicture, *, address: str, fingerprint: str, published: date, notice: Notice | None, exports: Sequence[Export]
) -> dict[str, Any]:
    """Context of the frozen page."""
    links = Links(f"/{picture.district}/{picture.slug}/", f"?as_of={picture.as_of.isoformat()}")
    drawing = Drawing(links=links, words=words_of(picture), is_open=True, with_notes=True)
    notices = [notice] if notice else []
    if picture.stage in STAGES and picture.stage != "closed":
        notices.append(Notice("warn", STAGES[picture.stage], STAGE_SAYS[picture.stage]))
    summary = presenters.branch_summary(list(picture.all_steps()), picture, "All steps")
    goals = presenters.goals(picture, links)
    page = {
        "title": f"Progress through {words.day(picture.as_of)}",
        "plan_title": picture.title,
        "iso": picture.as_of.isoformat(),
        "day": words.day(picture.as_of),
        "canonical": f"{links.base}reports/{address}/",
        "crumbs": [
            ("Plans", f"/{picture.district}/"),
            (picture.title, links.base),
            ("Reports", f"{links.base}reports/"),
            (words.day(picture.as_of), ""),
        ],
        "published": words.day(published),
        "notices": notices,
        "summary": part("dashboards/_summary.html", summary),
        "behind": "".join(piece.words for piece in presenters.behind_words(picture, links)),
        "goals": part("dashboards/_goals.html", goals) if goals.rows else "",
        "areas": tree_html(picture, drawing),
        "tree_title": tree_title(picture),
        "exports": exports,
        "footer": f"Published {words.day(published)}; it never changes.",
        "fingerprint": fingerprint,
    }
    return {"page": page, "shell": shell_of(picture, "reports")}


def notice_of(report: ProgressReport) -> Notice | None:
    """That it was withdrawn or replaced, and why. It is the one thing on the page that is not in the stored JSON."""
    notice = getattr(report, "notice", None)
    if notice is None:
        return None
    if notice.replacement is not None:
        return Notice("warn", "This report was replaced", notice.reason, f"../{notice.replacement.address}/", "Read the one that holds")
    return Notice("warn", "This report was withdrawn", notice.reason, "../", "Other reports")


def exports_of(report: ProgressReport) -> tuple[Export, ...]:
    return (
        Export("report.pdf", "Report (PDF)", "for print, and tagged for screen readers"),
        Export("report.json", "Data (JSON)", "all that this page is made from, with its fingerprint"),
    )


def list_page(plan: Plan, found: Sequence[ProgressReport]) -> dict[str, Any]:
    """Context of the list of reports."""
    district = plan.organization
    base = f"/{district.slug}/{plan.slug}/"
    rows = [
        {
            "href": f"{base}reports/{report.address}/",
            "words": f"Progress through {words.day(report.through)}",
            "says": f"Published {words.day(report.published_on)}",
            "mark": "" if report.is_standing else "Replaced" if report.notice.replacement_id else "Withdrawn",
        }
        for report in found
    ]
    crumbs = [("Plans", f"/{district.slug}/"), (plan.title, base), ("Reports", "")]
    nav = [NavItem("Plans", f"/{district.slug}/"), NavItem("Plan", base)]
    if plan.visibility == Plan.LIVE:
        nav.append(NavItem("Changes", f"{base}changes/"))
    nav.append(NavItem("Reports", f"{base}reports/", is_current=True))
    shell = Shell(district.name, f"/{district.slug}/", accent_of(district.accent), nav, RIBBON if district.is_sample else "")
    return {"page": {"plan_title": plan.title, "crumbs": crumbs, "reports": rows}, "shell": shell}
