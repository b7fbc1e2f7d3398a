"""A published report's JSON as the picture that it was made from: its page and its PDF are drawn from this alone. Twin of `actions.writing.as_json.report_tree`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.picture import LEVELS, AreaPicture, ObjectivePicture, PlanPicture, ReportMark, StatusWord, StepPicture, StrategyPicture
from actions.pictures import status_words
from goals.addresses import occurrence_of

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
        time_zone=tree.get("time_zone") or "",
        narrowed_to=tree.get("narrowed_to") or "",
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
    objective = ObjectivePicture(**_head(node, n, numbers), measures=list(node.get("measures") or ()))
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
                reworded_on=date.fromisoformat(below["reworded_on"]) if below.get("reworded_on") else None,
                due=date.fromisoformat(below["due"]) if below.get("due") else None,
                occurrence=occurrence_of(head["address"]),
                steps=_steps(below, by_name, start, numbers),
            )
        )
    return found
