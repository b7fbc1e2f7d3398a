"""A plan as JSON: the contract of `export_plan --format json`, and what a published report is made of."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import rfc8785

from actions.picture import AreaPicture, ObjectivePicture, PlanPicture, ReportMark, StepPicture, StrategyPicture

FORMAT = "district-planner-report/1"


def plan_tree(picture: PlanPicture) -> dict[str, Any]:
    """The plan on its day: {"district", "plan", "title", "as_of", "levels", "statuses", "goal_areas": [...]}, days as YYYY-MM-DD.

    Who leads stands where it differs from who leads what the thing hangs under, as the plan has it.
    """
    return {
        "district": picture.district,
        "plan": picture.slug,
        "title": picture.title,
        "description": picture.description,
        "as_of": picture.as_of.isoformat(),
        **({"narrowed_to": picture.narrowed_to} if picture.narrowed_to else {}),
        "levels": dict(picture.levels),
        "statuses": _statuses(picture),
        "goal_areas": [_area(area, "", is_frozen=False) for area in picture.areas],
    }


def report_tree(
    picture: PlanPicture, *, published_on: date | None, known_at: datetime | None, previous: ReportMark | None
) -> dict[str, Any]:
    """What a report says, whole: everything that its page and its PDF show, so that nothing else is ever asked.

    `previous` is the report before it, whose counts the difference is told from. `published_on` None: it is not published, only exported.
    """
    return {
        "format": FORMAT,
        "district": picture.district,
        "district_name": picture.district_name,
        "plan": picture.slug,
        "title": picture.title,
        "description": picture.description,
        "stage": picture.stage,
        "accent": picture.accent,
        "is_sample": picture.is_sample,
        "as_of": picture.as_of.isoformat(),
        "cycle_start": picture.cycle_start.isoformat(),
        "published_on": published_on.isoformat() if published_on else None,
        "known_at": known_at.isoformat() if known_at else None,
        **({"time_zone": picture.time_zone} if known_at and picture.time_zone else {}),
        **({"narrowed_to": picture.narrowed_to} if picture.narrowed_to else {}),
        "previous": {"as_of": previous.day.isoformat(), "counts": previous.counts} if previous else None,
        "levels": dict(picture.levels),
        "statuses": _statuses(picture),
        "goal_areas": [_area(area, "", is_frozen=True) for area in picture.areas],
    }


def canonical(tree: dict[str, Any]) -> bytes:
    """Canonical JSON (RFC 8785), UTF-8."""
    return rfc8785.dumps(tree)


def fingerprint(tree: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, hexadecimal. A fingerprint that the tree holds already is left out of it."""
    return hashlib.sha256(canonical({key: value for key, value in tree.items() if key != "fingerprint"})).hexdigest()


def write_json(picture: PlanPicture, out: BinaryIO) -> None:
    out.write(json.dumps(plan_tree(picture), ensure_ascii=False, indent=1).encode() + b"\n")


def _statuses(picture: PlanPicture) -> list[dict[str, Any]]:
    """Highest rank first, then those off the ladder."""
    return [
        {"name": s.name, "rank": s.rank, "meaning": s.meaning, **({"is_retired": True} if s.is_retired else {})} for s in picture.statuses
    ]


def _head(shape: Any, lead_above: str, *, is_frozen: bool) -> dict[str, Any]:
    head = {"code": shape.code, "title": shape.title, "description": shape.description, "address": shape.address}
    if shape.lead and (is_frozen or shape.lead != lead_above):
        head["lead"] = shape.lead
    return head


def _area(area: AreaPicture, lead_above: str, *, is_frozen: bool) -> dict[str, Any]:
    return _head(area, lead_above, is_frozen=is_frozen) | {
        "objectives": [_objective(one, area.lead, is_frozen=is_frozen) for one in area.objectives],
        "strategies": [_strategy(one, area.lead, is_frozen=is_frozen) for one in area.strategies],
        "action_steps": _steps(area.steps, area.lead, is_frozen=is_frozen),
    }


def _objective(objective: ObjectivePicture, lead_above: str, *, is_frozen: bool) -> dict[str, Any]:
    return _head(objective, lead_above, is_frozen=is_frozen) | {
        "measures": objective.measures,
        "strategies": [_strategy(one, objective.lead, is_frozen=is_frozen) for one in objective.strategies],
        "action_steps": _steps(objective.steps, objective.lead, is_frozen=is_frozen),
    }


def _strategy(strategy: StrategyPicture, lead_above: str, *, is_frozen: bool) -> dict[str, Any]:
    return _head(strategy, lead_above, is_frozen=is_frozen) | {"action_steps": _steps(strategy.steps, strategy.lead, is_frozen=is_frozen)}


def _steps(steps: Sequence[StepPicture], lead_above: str, *, is_frozen: bool) -> list[dict[str, Any]]:
    found = []
    for step in steps:
        said = _head(step, lead_above, is_frozen=is_frozen)
        said |= {"status": step.status.name if step.status else None, "as_of": step.as_of.isoformat() if step.as_of else None}
        if step.due:
            said["due"] = step.due.isoformat()
        if step.public_note:
            said["public_note"] = step.public_note
        if is_frozen:
            said["is_confirmed"] = step.is_confirmed
            if step.reworded_on:
                said["reworded_on"] = step.reworded_on.isoformat()
        found.append(said | {"action_steps": _steps(step.steps, step.lead, is_frozen=is_frozen)})
    return found
