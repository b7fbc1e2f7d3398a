"""A published report's page, made from its stored JSON alone: what the plan says today changes nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from actions.models import ProgressReport
from actions.picture import PlanPicture
from dashboards import presenters, words
from dashboards.pages import RIBBON, STAGE_SAYS, STAGES, Export, goals_part, part, shell_of, tree_title, words_of
from dashboards.presenters import Notice
from dashboards.tree import Drawing, Links, tree_html
from goals.models import Plan
from planner.lib.shell import NavItem, Shell, accent_of


def report_page(
    picture: PlanPicture,
    *,
    address: str,
    fingerprint: str,
    published: date,
    notice: Notice | None,
    exports: Sequence[Export],
    is_live: bool = True,
) -> dict[str, Any]:
    """Context of the frozen page. Where only reports of the plan are public (not `is_live`), it links to nothing else of it."""
    links = Links(f"/{picture.district}/{picture.slug}/", f"?as_of={picture.as_of.isoformat()}", has_parts=is_live)
    drawing = Drawing(links=links, words=words_of(picture), is_open=True, with_notes=True)
    notices = [notice] if notice else []
    if picture.stage in STAGES and picture.stage != "closed":
        notices.append(Notice("warn", STAGES[picture.stage], STAGE_SAYS[picture.stage]))
    summary = presenters.branch_summary(list(picture.all_steps()), picture, "All steps")
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
        "is_live": is_live,
        "notices": notices,
        "summary": part("dashboards/_summary.html", summary),
        "behind": "".join(piece.words for piece in presenters.behind_words(picture, links)),
        "goals": goals_part(presenters.goals(picture, links)),
        "areas": tree_html(picture, drawing),
        "tree_title": tree_title(picture),
        "exports": exports,
        "footer": f"Published {words.day(published)}; it never changes.",
        "fingerprint": fingerprint,
    }
    shell = shell_of(picture, "reports")
    if not is_live:
        shell.nav[:] = [item for item in shell.nav if not item.href.endswith(("/changes/", "/dates/"))]
    return {"page": page, "shell": shell}


def notice_of(report: ProgressReport) -> Notice | None:
    """That it was withdrawn or replaced, and why. It is the one thing on the page that is not in the stored JSON."""
    notice = getattr(report, "notice", None)
    if notice is None:
        return None
    if notice.replacement is not None:
        return Notice("warn", "This report was replaced", notice.reason, f"../{notice.replacement.address}/", "Read the one that holds")
    return Notice("warn", "This report was withdrawn", notice.reason, "../", "Other reports")


AS_PUBLISHED = "?as=published"
"""Asks for a file of a report that no longer holds. Without it whoever kept the link reads that it was withdrawn, and why."""


def base_of(report: ProgressReport) -> str:
    return f"/{report.plan.organization.slug}/{report.plan.slug}/reports/{report.address}/"


def exports_of(report: ProgressReport) -> tuple[Export, ...]:
    base, still = base_of(report), "as it was published; it no longer holds"
    asked = "" if report.is_standing else AS_PUBLISHED
    return (
        Export(f"{base}report.pdf{asked}", "Report (PDF)", still if asked else "for print, and tagged for screen readers"),
        Export(f"{base}report.json{asked}", "Data (JSON)", still if asked else "all that this page is made from, with its fingerprint"),
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """What is answered where a file of a report is asked for that no longer holds."""

    what: str
    """"withdrawn" or "replaced"."""
    reason: str
    on: date
    as_published: str
    """Address of the file as it was published."""
    replacement: str
    """Address of the report in its place; empty where there is none."""

    def as_json(self) -> dict[str, Any]:
        return {
            "error": f"This report was {self.what} on {words.day(self.on)}: {self.reason}",
            self.what: {"on": self.on.isoformat(), "reason": self.reason},
            "replacement": self.replacement or None,
            "as_published": self.as_published,
        }


def gone_of(report: ProgressReport, name: str) -> Gone | None:
    """For the file of that name; None where the report stands."""
    if report.is_standing:
        return None
    notice = report.notice
    return Gone(
        "replaced" if notice.replacement_id else "withdrawn",
        notice.reason,
        notice.recorded_at.astimezone(ZoneInfo(report.plan.organization.time_zone)).date(),
        f"{base_of(report)}{name}{AS_PUBLISHED}",
        f"/{report.plan.organization.slug}/{report.plan.slug}/reports/{notice.replacement.address}/" if notice.replacement else "",
    )


def gone_page(report: ProgressReport, gone: Gone) -> dict[str, Any]:
    """Context of the page that stands where the PDF was."""
    *above, (reports, _) = _crumbs(report.plan)
    page = {
        "title": f"Progress through {words.day(report.through)}",
        "plan_title": report.plan.title,
        "crumbs": [*above, (reports, f"/{report.plan.organization.slug}/{report.plan.slug}/reports/"), (words.day(report.through), "")],
        "notice": notice_of(report),
        "what": gone.what,
        "on": words.day(gone.on),
        "as_published": gone.as_published,
        "page": base_of(report),
    }
    return {"page": page, "shell": _shell(report.plan)}


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
    return {"page": {"plan_title": plan.title, "crumbs": _crumbs(plan), "reports": rows}, "shell": _shell(plan)}


def _crumbs(plan: Plan) -> list[tuple[str, str]]:
    """Down to the list of reports."""
    district = f"/{plan.organization.slug}/"
    return [("Plans", district), (plan.title, f"{district}{plan.slug}/"), ("Reports", "")]


def _shell(plan: Plan) -> Shell:
    district = plan.organization
    base = f"/{district.slug}/{plan.slug}/"
    nav = [NavItem("Plans", f"/{district.slug}/"), NavItem("Plan", base)]
    if plan.visibility == Plan.LIVE:
        nav.append(NavItem("Changes", f"{base}changes/"))
    nav.append(NavItem("Reports", f"{base}reports/", is_current=True))
    if plan.visibility == Plan.LIVE:
        nav.append(NavItem("Dates", f"{base}dates/"))
    return Shell(district.name, f"/{district.slug}/", accent_of(district.accent), nav, RIBBON if district.is_sample else "")
