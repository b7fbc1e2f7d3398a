"""Strategies and steps of a plan as HTML, one part for each strategy and goal area, kept in memory by what it shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from urllib.parse import quote

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from actions import charts
from actions.charts import tally_parts
from actions.notices import ORDINALS
from actions.picture import SEGMENTS, AreaPicture, ObjectivePicture, PlanPicture, StatusWord, StepPicture, StrategyPicture
from dashboards.fragments import fragments
from dashboards.step_list import Mark, Row, step_list


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses below a plan; `query` is kept on all of them ("?as_of=2021-08-03" on a page of a past day)."""

    base: str
    query: str = ""
    has_parts: bool = True
    """Whether parts of the plan have public pages. Where only reports are public they have none, and `to` is empty."""

    def to(self, kind: str, address: str) -> str:
        if not self.has_parts:
            return ""
        return f"{self.base}{SEGMENTS[kind]}/{quote(address, safe='=~')}/{self.query}"

    def plan(self, rest: str = "") -> str:
        return f"{self.base}{rest}{self.query}"


@dataclass(slots=True)
class Drawing:
    """How a tree is to be drawn."""

    links: Links
    words: "Words"
    nodes: set[int] | None = None
    """Steps that pass the filters; None: all."""
    is_open: bool = False
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Step's address -> what happened to it since the last report."""
    with_notes: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """How things are said: a day in the organization's language, one or many of a level."""

    day: Callable[[date], str]
    steps: Callable[[int], str]
    strategies: Callable[[int], str]
    area: str
    strategy: str
    key: tuple


@lru_cache(maxsize=256)
def status_html(look: str, name: str) -> SafeString:
    status = StatusWord(0, name, "", None, "", look) if look else None
    return mark_safe(get_template("components/status.html").render({"status": status}).strip())  # noqa: S308


def shown(steps: Sequence[StepPicture], nodes: set[int] | None) -> list[StepPicture]:
    """Steps to draw: those that pass, and those above one that does."""
    if nodes is None:
        return list(steps)
    return [step for step in steps if any(below.node in nodes for below in step.walk())]


def _step_key(step: StepPicture, drawing: Drawing) -> tuple:
    status = step.status
    return (
        step.address, step.code, step.title, status.name if status else "", status.look if status else "", step.as_of, step.is_confirmed, step.lead,
        step.reworded_on, step.occurrence, drawing.marks.get(step.address), step.public_note if drawing.with_notes else "",
        tuple([_step_key(below, drawing) for below in shown(step.steps, drawing.nodes)]) if step.steps else (),
    )  # fmt: skip


def row(step: StepPicture, drawing: Drawing) -> Row:
    href = drawing.links.to("action_step", step.address)
    marks = []
    if step.occurrence > 1:
        marks.append(Mark(f"{ORDINALS.get(step.occurrence, f'No. {step.occurrence}')} {drawing.words.steps(1)} with this code"))
    if step.address in drawing.marks:
        marks.append(drawing.marks[step.address])
    if step.reworded_on:
        marks.append(Mark(f"Reworded {drawing.words.day(step.reworded_on)}", f"{href}#wording" if href else "", is_changed=True))
    status = step.status
    return Row(
        href, step.code, step.title, status_html(status.look, status.name) if status else status_html("", ""), step.is_confirmed,
        step.as_of.isoformat() if step.as_of else "", drawing.words.day(step.as_of) if step.as_of else "", step.lead, marks, step.public_note if drawing.with_notes else "",
        [row(below, drawing) for below in shown(step.steps, drawing.nodes)],
    )  # fmt: skip


def steps_html(steps: Sequence[StepPicture], drawing: Drawing) -> SafeString:
    """A list of steps right under an area or an objective."""
    seen = shown(steps, drawing.nodes)
    key = (drawing.links, drawing.words.key, tuple([_step_key(step, drawing) for step in seen]))
    return fragments.kept("steps", key, lambda: step_list([row(step, drawing) for step in seen]))


def strategy_key(strategy: StrategyPicture, seen: Sequence[StepPicture], drawing: Drawing) -> tuple:
    return (
        drawing.links, drawing.words.key, drawing.is_open, drawing.nodes is None, strategy.address, strategy.code, strategy.title, strategy.description,
        tuple([_step_key(step, drawing) for step in seen]),
    )  # fmt: skip


def strategy_html(
    strategy: StrategyPicture, statuses: Sequence[StatusWord], drawing: Drawing, template: str = "dashboards/_strategy.html"
) -> SafeString:
    """One strategy with its steps. Empty where filters let nothing of it through."""
    seen = shown(strategy.steps, drawing.nodes)
    if drawing.nodes is not None and not seen:
        return SafeString()
    key = (strategy_key(strategy, seen, drawing), tuple(status.name for status in statuses))
    return fragments.html(template, key, lambda: _strategy_context(strategy, seen, statuses, drawing))


def _strategy_context(strategy: StrategyPicture, seen: Sequence[StepPicture], statuses: Sequence[StatusWord], drawing: Drawing) -> dict:
    drawn = [step for step in strategy.all_steps() if drawing.nodes is None or step.node in drawing.nodes]
    return {
        "id": strategy.address,
        "code": strategy.code,
        "title": strategy.title,
        "description": strategy.description,
        "href": drawing.links.to("strategy", strategy.address),
        "word": drawing.words.strategy,
        "is_open": drawing.is_open,
        "cells": charts.cells(tally_parts(drawn, statuses)),
        "count": drawing.words.steps(len(drawn)),
        "number": len(drawn),
        "steps": step_list([row(step, drawing) for step in seen]) if seen else "",
    }


@dataclass(frozen=True, slots=True)
class Block:
    """What stands under one heading of a tree: an objective's or an area's strategies, then the steps right under it."""

    code: str
    title: str
    href: str
    description: str
    parts: tuple[SafeString, ...]


def _blocks(area: AreaPicture, statuses: Sequence[StatusWord], drawing: Drawing) -> list[Block]:
    blocks = []
    for objective in area.objectives:
        parts = _parts(objective, statuses, drawing)
        if parts or drawing.nodes is None:
            blocks.append(
                Block(
                    objective.code,
                    objective.title,
                    drawing.links.to("performance_objective", objective.address),
                    objective.description,
                    parts,
                )
            )
    own = _parts(area, statuses, drawing)
    return blocks + [Block("", "", "", "", own)] if own else blocks


def _parts(home: AreaPicture | ObjectivePicture, statuses: Sequence[StatusWord], drawing: Drawing) -> tuple[SafeString, ...]:
    parts = [html for strategy in home.strategies if (html := strategy_html(strategy, statuses, drawing))]
    if shown(home.steps, drawing.nodes):
        parts.append(steps_html(home.steps, drawing))
    return tuple(parts)


def area_html(area: AreaPicture, position: int, statuses: Sequence[StatusWord], drawing: Drawing) -> SafeString:
    """A goal area with its strategies folded. Empty where filters let nothing of it through."""
    blocks = _blocks(area, statuses, drawing)
    if drawing.nodes is not None and not blocks:
        return SafeString()
    steps = sum(1 for step in area.all_steps() if drawing.nodes is None or step.node in drawing.nodes)
    strategies = sum(1 for strategy in area.all_strategies() if drawing.nodes is None or shown(strategy.steps, drawing.nodes))
    key = (drawing.links, drawing.words.key, position, area.address, area.code, area.title, steps, strategies, tuple(blocks))
    return fragments.html(
        "dashboards/_area.html",
        key,
        lambda: {
            "id": f"goal-{position}",
            "code": area.code,
            "title": area.title,
            "href": drawing.links.to("goal_area", area.address),
            "count": count_words(steps, strategies, drawing.words),
            "blocks": blocks,
        },
    )


def count_words(steps: int, strategies: int, words: Words) -> str:
    """ "12 steps in 3 strategies"; what there is none of is left out."""
    said = f"{steps} {words.steps(steps)}" if steps else ""
    if strategies:
        said += f" in {strategies} {words.strategies(strategies)}" if said else f"{strategies} {words.strategies(strategies)}"
    return said or f"no {words.steps(0)} yet"


def tree_html(picture: PlanPicture, drawing: Drawing) -> list[SafeString]:
    return [html for n, area in enumerate(picture.areas, 1) if (html := area_html(area, n, picture.statuses, drawing))]
