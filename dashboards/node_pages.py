"""Pages of one goal area, objective, strategy or step, put together from a picture. Pure; the history of a step comes as rows of `dashboards.history`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from actions.picture import AreaPicture, ObjectivePicture, PlanPicture, StepPicture, StrategyPicture
from actions.wording_history import Wordings
from dashboards import presenters, words
from dashboards.history import Entry, Shown
from dashboards.pages import links_of, notices, part, shell_of, words_of
from dashboards.tree import Drawing, Links, steps_html, strategy_html
from dashboards.words import Piece

Branch = AreaPicture | ObjectivePicture | StrategyPicture


@dataclass(frozen=True, slots=True)
class Fact:
    words: str
    values: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Neighbor:
    href: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Pager:
    label: str
    before: Neighbor | None
    after: Neighbor | None


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the plan and what it hangs under, outermost first."""

    shape: Any
    above: tuple[tuple[str, Any], ...]
    """(kind, shape) of each."""


def places(picture: PlanPicture, kind: str) -> list[Place]:
    """All parts of one kind in the document's order, each with what it hangs under."""
    found: list[Place] = []
    for area in picture.areas:
        _collect(area, "goal_area", (), kind, found)
    return found


BELOW = (("performance_objective", "objectives"), ("strategy", "strategies"), ("action_step", "steps"))


def _collect(shape, own: str, above: tuple, kind: str, found: list[Place]) -> None:
    if own == kind:
        found.append(Place(shape, above))
    for below_kind, key in BELOW:
        for below in getattr(shape, key, ()):
            _collect(below, below_kind, (*above, (own, shape)), kind, found)


def find(picture: PlanPicture, kind: str, address: str) -> tuple[Place, Pager] | None:
    """The part with an address, and its neighbors of the same kind."""
    all_of_kind = places(picture, kind)
    links = links_of(picture)
    for n, place in enumerate(all_of_kind):
        if place.shape.address == address:
            before = _neighbor(all_of_kind[n - 1], kind, links) if n else None
            after = _neighbor(all_of_kind[n + 1], kind, links) if n + 1 < len(all_of_kind) else None
            return place, Pager(f"{picture.levels[kind]} before and after", before, after)
    return None


def _neighbor(place: Place, kind: str, links: Links) -> Neighbor:
    return Neighbor(links.to(kind, place.shape.address), place.shape.code, place.shape.title)


def called(kind: str, shape, picture: PlanPicture) -> str:
    """ "Goal 4", "Strategy 4.1"; the level's word alone where there is no code."""
    return f"{picture.levels[kind]} {shape.code}".strip()


def named(kind: str, shape, picture: PlanPicture, most: int = 70) -> str:
    """ "Goal 4, Network and operations", cut at a word for titles of pages."""
    title = shape.title if len(shape.title) <= most else shape.title[:most].rsplit(" ", 1)[0] + "…"
    return f"{called(kind, shape, picture)}, {title}" if shape.code else title


def _around(picture: PlanPicture, kind: str, place: Place) -> dict[str, Any]:
    """What pages of all kinds share."""
    links = links_of(picture)
    shape = place.shape
    crumbs = [("Plans", f"/{picture.district}/"), (picture.title, links.plan())]
    crumbs += [
        (called(above_kind, above, picture) if above.code else above.title, links.to(above_kind, above.address))
        for above_kind, above in place.above
    ]
    crumbs.append((called(kind, shape, picture), ""))
    return {
        "heading": named(kind, shape, picture),
        "plan_title": picture.title,
        "title": shape.title,
        "description": shape.description,
        "day": words.day(picture.as_of),
        "iso": picture.as_of.isoformat(),
        "canonical": links.to(kind, shape.address),
        "crumbs": crumbs,
        "other_day": f"{links.plan()}#asof",
        "notices": notices(picture),
        "footer": f"True as of {words.day(picture.as_of)}.",
        "footer_rest": "Hatched is what nobody confirmed in this cycle.",
    }


def _above_facts(picture: PlanPicture, place: Place) -> list[Fact]:
    links = links_of(picture)
    return [
        Fact(picture.levels[kind], (Piece(f"{above.code} {above.title}".strip(), links.to(kind, above.address)),))
        for kind, above in place.above
    ]


def branch_page(picture: PlanPicture, kind: str, place: Place, pager: Pager, *, wordings: Wordings) -> dict[str, Any]:
    """Context of a goal area's, objective's or strategy's page: how far it is, and all its steps open."""
    shape: Branch = place.shape
    steps = list(shape.all_steps())
    siblings = places(picture, kind)
    position = next(n for n, other in enumerate(siblings, 1) if other.shape is shape)
    page = _around(picture, kind, place)
    facts = _above_facts(picture, place)
    if shape.lead:
        facts.append(Fact("Leads", (Piece(shape.lead),)))
    if kind == "goal_area" and steps and shape in words.furthest_behind(picture).areas and len(picture.areas) > 1:
        facts.append(Fact("Furthest behind", (Piece(words.area_note(steps, picture, is_behind=True)),)))
    page |= {
        "eyebrow": f"{called(kind, shape, picture)}{', ' if shape.code else ' '}{position} of {len(siblings)}",
        "summary": part("dashboards/_summary.html", presenters.branch_summary(steps, picture, called(kind, shape, picture))),
        "facts": facts,
        "sections": _sections(shape, picture),
        "wordings": wordings,
        "pager": pager,
    }
    return {"page": page, "shell": shell_of(picture, "")}


def _sections(shape: Branch, picture: PlanPicture) -> list[SafeString]:
    drawing = Drawing(links=links_of(picture), words=words_of(picture), with_notes=True)
    if isinstance(shape, StrategyPicture):
        return [_heading("", picture, picture.levels["action_step"], shape.steps, drawing)] if shape.steps else []
    sections: list[SafeString] = []
    for objective in getattr(shape, "objectives", ()):
        head = {
            "id": objective.address,
            "code": objective.code,
            "title": objective.title,
            "description": objective.description,
            "href": drawing.links.to("performance_objective", objective.address),
        }
        sections.append(mark_safe(get_template("dashboards/_objective.html").render(head)))  # noqa: S308 - a template's own output
        sections += [strategy_html(strategy, picture.statuses, drawing, "dashboards/_section.html") for strategy in objective.strategies]
        if objective.steps:
            sections.append(steps_html(objective.steps, drawing))
    sections += [strategy_html(strategy, picture.statuses, drawing, "dashboards/_section.html") for strategy in shape.strategies]
    if shape.steps:
        sections.append(_heading("own", picture, picture.levels["action_step"], shape.steps, drawing))
    return sections


def _heading(id_: str, picture: PlanPicture, word: str, steps: Sequence[StepPicture], drawing: Drawing) -> SafeString:
    title = words.many(word).capitalize()
    head = get_template("dashboards/_objective.html").render({"id": id_ or "steps", "title": title})
    return mark_safe(head + steps_html(steps, drawing))  # noqa: S308 - both are templates' own output


@dataclass(frozen=True, slots=True)
class Rung:
    look: str
    name: str
    is_current: bool
    is_past: bool


def track(step: StepPicture, picture: PlanPicture) -> list[Rung]:
    """The ladder from lowest to highest with the step's place; empty where the step is not on it."""
    if step.status is None or step.status.rank is None or step.status.is_retired:
        return []
    rungs = [status for status in picture.statuses[::-1] if status.rank is not None and not status.is_retired]
    here = step.status.rank
    return [Rung(status.look, status.name, status.name == step.status.name, (status.rank or 0) < here) for status in rungs]


def step_headline(step: StepPicture, picture: PlanPicture, history: Sequence[Entry]) -> str:
    """ "Planning in Progress since May 4, 2021, last confirmed on July 21, 2021." """
    if step.status is None or step.as_of is None:
        return f"Nobody has said anything of this {words.step(picture)} yet."
    since = step.as_of
    for entry in history:
        if entry.counts and entry.day <= picture.as_of:
            if entry.name != step.status.name:
                break
            since = entry.day
    said = f"{step.status.name} since {words.day(since)}"
    return f"{said}, last confirmed on {words.day(step.as_of)}." if since != step.as_of else f"{said}."


def step_page(
    picture: PlanPicture, place: Place, pager: Pager, *, history: Sequence[Entry], wordings: Wordings, evidence: Sequence[Shown]
) -> dict[str, Any]:
    """Context of a step's page: what is true of it, and all that was ever said of it."""
    step: StepPicture = place.shape
    word = words.step(picture)
    drawing = Drawing(links=links_of(picture), words=words_of(picture))
    page = _around(picture, "action_step", place)
    kind, above = place.above[-1]
    eyebrow = [
        Piece(
            f"{called('action_step', step, picture)} in {called(kind, above, picture).lower() if above.code else picture.levels[kind].lower()}, "
        ),
        Piece(above.title, drawing.links.to(kind, above.address)),
    ]
    facts = _above_facts(picture, place)
    if step.lead:
        facts.append(Fact("Leads", (Piece(step.lead),)))
    if step.due:
        facts.append(Fact("Due", (Piece(words.day(step.due)),)))
    if step.occurrence > 1:
        facts.append(Fact("Code", (Piece(f"{words.step(picture).capitalize()} no. {step.occurrence} with the code {step.code}"),)))
    facts.append(
        Fact("In this cycle", (Piece(f"{'Confirmed' if step.is_confirmed else 'Not confirmed'} since {words.day(picture.cycle_start)}"),))
    )
    rungs = track(step, picture)
    page |= {
        "eyebrow": eyebrow,
        "word": word,
        "headline": step_headline(step, picture, history),
        "track": rungs,
        "off_ladder": step.status if step.status and not rungs else None,
        "note": step.public_note,
        "note_says": ", ".join(filter(None, (step.lead, words.day(step.as_of) if step.as_of else ""))),
        "facts": facts,
        "below": steps_html(step.steps, drawing) if step.steps else "",
        "below_title": f"{words.counted(len(step.steps), picture).capitalize()} below this one",
        "history": history,
        "wordings": wordings,
        "evidence": evidence,
        "pager": pager,
    }
    return {"page": page, "shell": shell_of(picture, "")}
