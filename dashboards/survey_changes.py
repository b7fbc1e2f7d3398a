"""The page that shows a published survey beside an earlier one, where the cabinet chose that. From the two publications alone."""

from typing import Any

from dashboards.surveys import Tab, around, base_of, shell_of
from planner.lib.dates import us_date
from surveys.beside import Beside, beside_of
from surveys.models import SurveyPublication
from surveys.showing.figures import Group, read

PLACE = "earlier/"


def changes_page(publication: SurveyPublication, group: Group | None) -> dict[str, Any]:
    """Context of the page; `group` is one that both surveys have, or None for all respondents together."""
    published = read(publication.tree)
    beside = beside_of(publication)
    page = around(publication, published, current=PLACE, title="What changed since then", crumb="Earlier survey")
    base = base_of(publication) + PLACE
    page |= {"files": base.rstrip("/"), "compared": [], "is_gone": beside is None, "group": group.name if group else ""}
    page["canonical_here"] = base + (f"?group={group.slug}" if group else "")
    if beside:
        page["earlier"] = {
            "title": beside.earlier.survey.title,
            "href": base_of(beside.earlier),
            "day": us_date(beside.earlier.published_on),
        }
        page["compared"] = beside.sides.compared(group.name if group else None)
        page["alone"] = beside.sides.alone
        page["tabs"] = tabs(beside, base, group)
    return {"page": page, "shell": shell_of(publication.survey.organization)}


def tabs(beside: Beside, base: str, current: Group | None) -> list[Tab]:
    """All respondents, where they are compared, and each group that is."""
    groups = [one for one in beside.sides.now.shown if beside.sides.compared(one.name)]
    found = [Tab("All respondents", "", base, current is None)]
    return found + [Tab(one.name, f"{one.respondents:,}", f"{base}?group={one.slug}", one == current) for one in groups]


__all__ = ["changes_page"]
