"""Reads what `export_plan --format json` writes. Whatever else stands in the file is left alone, what is odd is named with its place."""

import json
from datetime import date
from typing import Any

from actions.picture import LEVELS
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue, NotAPlan

DEEPEST = 5
"""Steps nest so deep and no deeper."""
MEANINGS = ("not_started", "under_way", "complete", "stopped")


def read(data: bytes) -> Draft:
    """The draft that a JSON file holds. Raises NotAPlan with the place of what is wrong, such as goal_areas[2].action_steps[0]."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAPlan(f"The file is not JSON ({error}). Save the plan again with “Data (JSON)” and bring that file.") from error
    if not isinstance(tree, dict) or not isinstance(tree.get("goal_areas"), list):
        raise NotAPlan("The file is JSON, but no plan: it has no list of goal_areas. Bring a plan.json that was saved from a plan here.")
    draft = Draft("json", title=_text(tree, "title", ""), description=_text(tree, "description", ""), as_of=_day(tree, "as_of", ""))
    levels = tree.get("levels") or {}
    if not isinstance(levels, dict):
        raise NotAPlan(
            "In levels something else than the words of the levels was found. Bring a plan.json that was saved from a plan here."
        )
    draft.levels = {level: _text(levels, level, "levels") for level in LEVELS if levels.get(level)}
    draft.statuses = [_status(said, f"statuses[{n}]") for n, said in enumerate(_list(tree, "statuses", ""))][::-1]
    draft.areas = [_area(said, f"goal_areas[{n}]") for n, said in enumerate(tree["goal_areas"])]
    if not draft.areas:
        raise NotAPlan("The file is a plan without any goal area, so there is nothing to bring in.")
    if narrowed := _text(tree, "narrowed_to", ""):
        said = f"This file holds only some of the plan's steps ({narrowed}); those that are not in it would leave the plan. Bring the whole plan."
        draft.issues.append(Issue(None, "part-of-a-plan", "warn", said))
    return draft


def _wrong(where: str, found: Any, wanted: str) -> NotAPlan:
    shown = json.dumps(found, ensure_ascii=False)[:60]
    return NotAPlan(f"In {where or 'the file'} stands {shown}, where {wanted} is needed. Put it right in the file, then bring it again.")


def _text(said: dict, key: str, where: str) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):  # a code such as 1 without quotation marks
        value = str(value)
    if not isinstance(value, str):
        raise _wrong(f"{where}.{key}".lstrip("."), value, "text")
    return value.strip()


def _day(said: dict, key: str, where: str) -> date | None:
    value = said.get(key)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise _wrong(f"{where}.{key}".lstrip("."), value, "a day such as 2021-08-03") from None


def _list(said: dict, key: str, where: str) -> list:
    value = said.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(f"{where}.{key}".lstrip("."), value, "a list")
    return value


def _status(said: Any, where: str) -> DraftStatus:
    if not isinstance(said, dict) or not said.get("name"):
        raise _wrong(where, said, "a status with a name")
    rank = said.get("rank")
    if rank is not None and (not isinstance(rank, int) or isinstance(rank, bool) or not 0 < rank < 1000):
        raise _wrong(f"{where}.rank", rank, "a whole number from 1 on, or null")
    meaning = _text(said, "meaning", where)
    return DraftStatus(_text(said, "name", where), rank, meaning if meaning in MEANINGS else "")


def _head(said: Any, where: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise _wrong(where, said, "a part of the plan with its title")
    head = {key: _text(said, key, where) for key in ("code", "title", "description", "lead")}
    if not head["title"] and not head["code"]:
        raise NotAPlan(f"In {where} a part of the plan has neither a title nor a code. Give it a title in the file, then bring it again.")
    return head | {"title": head["title"] or head["code"]}


def _area(said: Any, where: str) -> DraftArea:
    return DraftArea(
        **_head(said, where),
        objectives=[_objective(one, f"{where}.objectives[{n}]") for n, one in enumerate(_list(said, "objectives", where))],
        strategies=[_strategy(one, f"{where}.strategies[{n}]") for n, one in enumerate(_list(said, "strategies", where))],
        steps=_steps(said, where, 1),
    )


def _objective(said: Any, where: str) -> DraftObjective:
    return DraftObjective(
        **_head(said, where),
        measures=_list(said, "measures", where),
        strategies=[_strategy(one, f"{where}.strategies[{n}]") for n, one in enumerate(_list(said, "strategies", where))],
        steps=_steps(said, where, 1),
    )


def _strategy(said: Any, where: str) -> DraftStrategy:
    return DraftStrategy(**_head(said, where), steps=_steps(said, where, 1))


def _steps(home: dict, where: str, depth: int) -> list[DraftStep]:
    found = []
    for n, said in enumerate(_list(home, "action_steps", where)):
        here = f"{where}.action_steps[{n}]"
        if depth > DEEPEST:
            raise NotAPlan(
                f"{here} hangs deeper than {DEEPEST} steps under one another, which is the most. Hang it higher, then bring it again."
            )
        head = _head(said, here)
        found.append(
            DraftStep(
                **head,
                status=_text(said, "status", here) or None,
                as_of=_day(said, "as_of", here),
                due=_day(said, "due", here),
                public_note=_text(said, "public_note", here),
                steps=_steps(said, here, depth + 1),
            )
        )
    return found
