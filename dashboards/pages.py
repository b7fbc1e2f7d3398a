"""The page of a plan put together from a picture: what the template `dashboards/plan.html` shows, part by part. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString

from actions.difference import Difference
from actions.notices import SAMPLE as RIBBON
from actions.notices import STAGE_SAYS, STAGES
from actions.picture import PlanPicture
from dashboards import filters, presenters, words
from dashboards.fragments import fragments
from dashboards.presenters import Notice
from dashboards.tree import Drawing, Links, Words, count_words, tree_html
from planner.lib.shell import NavItem, Shell, accent_of

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Export:
    href: str
    words: str
    meta: str


@dataclass(frozen=True, slots=True)
class Take:
    """Ways to take along what is shown."""

    title: str
    exports: tuple[Export, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Steps that pass the filters, drawn; and the ways to take them along."""

    areas: Sequence[SafeString]
    says: str
    asked: str
    is_open: bool
    open_href: str
    close_href: str
    clear: str
    take: SafeString
    empty_title: str
    empty_text: str
    empty_link: str


def base_of(picture: PlanPicture) -> str:
    return f"/{picture.district}/{picture.slug}/"


def links_of(picture: PlanPicture) -> Links:
    """Addresses below a plan; a page of a past day keeps its day on all of them."""
    return Links(base_of(picture), "" if picture.as_of == picture.today else f"?as_of={picture.as_of.isoformat()}")


def words_of(picture: PlanPicture) -> Words:
    strategy = picture.levels["strategy"]
    one, more = words.step(picture), words.steps(picture, 2)
    single, plural = strategy.lower(), words.many(strategy.lower())
    return Words(
        day=words.day,
        steps=lambda count: one if count == 1 else more,
        strategies=lambda count: single if count == 1 else plural,
        area=picture.levels["goal_area"],
        strategy=strategy,
        key=(one, strategy),
    )


def shell_of(picture: PlanPicture, current: str = "plan") -> Shell:
    base = base_of(picture)
    nav = [
        NavItem("Plans", f"/{picture.district}/"),
        NavItem("Plan", base, current == "plan"),
        NavItem("Changes", f"{base}changes/", current == "changes"),
        NavItem("Reports", f"{base}reports/", current == "reports"),
        *([NavItem("Dates", f"{base}dates/", current in ("dates", "reviews"))] if picture.visibility == "live" else []),
    ]
    return Shell(
        name=picture.district_name,
        home=f"/{picture.district}/",
        accent=accent_of(picture.accent),
        nav=nav,
        ribbon=RIBBON if picture.is_sample else "",
    )


def notices(picture: PlanPicture) -> list[Notice]:
    """What a reader must know first: that it is not public, a draft, or the page of a past day."""
    found = []
    if picture.visibility != "live":
        found.append(Notice("warn", "Only members of the district see this page", "It becomes public when somebody publishes the plan."))
    if picture.stage in STAGES:
        found.append(Notice("warn", STAGES[picture.stage], STAGE_SAYS[picture.stage]))
    if picture.as_of != picture.today:
        found.append(
            Notice(
                "past",
                f"This is the plan as of {words.day(picture.as_of)}",
                "It shows what was true on that day, with what is known now.",
                base_of(picture),
                f"Show it as of {words.day(picture.today)}",
            )
        )
    return found


def part(template: str, view: Any) -> SafeString:
    """A part of the page, kept by all that it shows."""
    return fragments.html(template, view, lambda: {"view": view})


def goals_part(goals: presenters.Goals) -> SafeString:
    """The goal areas as bars, each kept by itself: a change in one leaves the others as they were drawn. Empty where there is none."""
    if not goals.rows:
        return SafeString()
    return part("dashboards/_goals.html", replace(goals, rows=tuple([part("dashboards/_goal_row.html", row) for row in goals.rows])))


def filters_part(form: presenters.FilterForm) -> SafeString:
    """The form of the filters. Its lists of goals and departments change seldom, its counts with every update."""
    goals, departments = (
        part("dashboards/_options.html", choices) if choices else SafeString() for choices in (form.goals, form.departments)
    )
    return part("dashboards/_filters.html", replace(form, goals=goals, departments=departments))


def found(picture: PlanPicture, links: Links, asked: filters.Filters, *, day: str = "", is_open: bool = False) -> Found:
    nodes = filters.kept(asked, picture) if asked else None
    drawing = Drawing(links=links, words=words_of(picture), nodes=nodes, is_open=is_open)
    areas = tree_html(picture, drawing)
    total = sum(1 for _ in picture.all_steps())
    shown = total if nodes is None else len(nodes)
    says = f"{words.counted(total, picture)}." if nodes is None else f"{shown} of {words.counted(total, picture)}."
    title = f"Take these {words.counted(shown, picture)} with you" if nodes is not None else "Take it with you"
    return Found(
        areas=areas,
        says=says,
        asked=f"Shown: {asked_words(asked, picture)}." if asked else "",
        is_open=is_open,
        open_href=f"{links.base}{asked.query(as_of=day, open='all')}#all-steps",
        close_href=f"{links.base}{asked.query(as_of=day)}#all-steps",
        clear=f"{links.plan()}#all-steps",
        take=part("dashboards/_take.html", Take(title, take_along(links.base, asked.query(as_of=day)))),
        empty_title=f"No {words.step(picture)} passes all of these filters"
        if nodes is not None
        else "There is nothing in this plan on this day",
        empty_text="Take one of them away to see more." if nodes is not None else "It may have begun later. Choose a later day.",
        empty_link="Show all",
    )


def take_along(base: str, query: str) -> tuple[Export, ...]:
    return (
        Export(f"{base}report.pdf{query}", "Report (PDF)", "for print, and tagged for screen readers"),
        Export(f"{base}steps.xlsx{query}", "Spreadsheet (Excel)", "one row for each part of the plan, and the counts"),
        Export(
            f"{base}steps.csv{query}", "Table (CSV)", "the same rows; Excel may turn a code such as 4.10 into 4.1, the spreadsheet keeps it"
        ),
        Export(f"{base}plan.json{query}", "Data (JSON)", "everything, for programs"),
        Export(f"{base}plan.md{query}", "Text (Markdown)", "to read and to change"),
    )


def asked_words(asked: filters.Filters, picture: PlanPicture) -> str:
    """ "Not Started; goal 4; Network Services; not confirmed; “wi-fi”"; empty where nothing is asked."""
    said = [status.name for status in picture.statuses if status.slug in asked.status]
    if filters.NO_STATUS_SLUG in asked.status:
        said.append("No status yet")
    parts = [" or ".join(said)] if said else []
    parts += [presenters.area_name(area, picture) for area in picture.areas if area.address == asked.goal]
    parts += [name for slug, name in filters.departments(picture) if slug == asked.department]
    if asked.freshness:
        parts.append("confirmed in this cycle" if asked.freshness == filters.CONFIRMED else "not confirmed in this cycle")
    if asked.q:
        parts.append(f"“{asked.q}”")
    return "; ".join(parts)


def promise(picture: PlanPicture) -> str:
    """ "80 action steps in 7 goals." """
    goal = picture.levels["goal_area"].lower()
    count = len(picture.areas)
    total = sum(1 for _ in picture.all_steps())
    strategies = sum(1 for _ in picture.all_strategies())
    said = words.counted(total, picture) if total else count_words(0, strategies, words_of(picture))
    return f"{said} in {count} {goal if count == 1 else words.many(goal)}."


def tree_title(picture: PlanPicture) -> str:
    """ "All strategies and action steps", without the level that this plan does not have."""
    levels = [words.many(picture.levels["strategy"].lower())] if any(picture.all_strategies()) else []
    if any(picture.all_steps()) or not levels:
        levels.append(words.steps(picture, 2))
    return f"All {' and '.join(levels)}"


def plan_page(
    picture: PlanPicture, asked: filters.Filters = filters.NONE, *, is_open: bool = False, difference: Difference | None = None
) -> dict[str, Any]:
    """Context of the page. `difference` is that between a past day and today."""
    links = links_of(picture)
    day = "" if picture.as_of == picture.today else picture.as_of.isoformat()
    changes = f"{links.base}changes/?since={picture.as_of.isoformat()}"
    as_of = presenters.as_of(picture, links.base, asked, "Since then:", difference, changes)
    page = {
        "title": picture.title,
        "day": words.day(picture.as_of),
        "iso": picture.as_of.isoformat(),
        "canonical": f"{links.base}{asked.query(as_of=day)}",
        "says": words.headline(list(picture.all_steps()), picture),
        "crumbs": [("Plans", f"/{picture.district}/"), (picture.title, "")],
        "promise": promise(picture),
        "notices": notices(picture),
        "summary": part("dashboards/_summary.html", presenters.summary(picture, links)),
        "goals": goals_part(presenters.goals(picture, links)),
        "as_of": part("dashboards/_as_of.html", as_of),
        "tree_title": tree_title(picture),
        "filters": filters_part(presenters.filter_form(picture, links, asked, day)),
        "footer": f"True as of {words.day(picture.as_of)}.",
        "footer_rest": "Hatched is what nobody confirmed in this cycle.",
    }
    return {"page": page, "found": found(picture, links, asked, day=day, is_open=is_open), "shell": shell_of(picture), "is_part": False}


def part_of_plan(picture: PlanPicture, asked: filters.Filters, *, is_open: bool = False) -> dict[str, Any]:
    """Context of the part that a change of the filters swaps: the same `found` as the page's, nothing else."""
    day = "" if picture.as_of == picture.today else picture.as_of.isoformat()
    return {"found": found(picture, links_of(picture), asked, day=day, is_open=is_open), "is_part": True}
