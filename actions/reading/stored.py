"""A draft as JSON, for as long as it waits for somebody's yes. Pure."""

import re
from dataclasses import asdict
from datetime import date
from typing import Any

from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue

# What no database takes in JSON: NUL, and halves of characters.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def to_json(draft: Draft) -> dict[str, Any]:
    """Nothing but what JSON knows; days as YYYY-MM-DD. Characters that cannot be stored become U+FFFD."""
    return _plain(asdict(draft))


def from_json(said: dict[str, Any]) -> Draft:
    """Twin of `to_json`."""
    more = dict(said)
    more["areas"] = [_area(area) for area in said["areas"]]
    more["statuses"] = [DraftStatus(**status) for status in said["statuses"]]
    more["issues"] = [Issue(**issue) for issue in said["issues"]]
    more["fates"] = {int(line): fate for line, fate in said["fates"].items()}
    more["as_of"] = _day(said["as_of"])
    return Draft(**more)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _area(said: dict) -> DraftArea:
    return DraftArea(
        **said
        | {
            "objectives": [_objective(one) for one in said["objectives"]],
            "strategies": [_strategy(one) for one in said["strategies"]],
            "steps": [_step(one) for one in said["steps"]],
        }
    )


def _objective(said: dict) -> DraftObjective:
    below = {"strategies": [_strategy(one) for one in said["strategies"]], "steps": [_step(one) for one in said["steps"]]}
    return DraftObjective(**said | below)


def _strategy(said: dict) -> DraftStrategy:
    return DraftStrategy(**said | {"steps": [_step(one) for one in said["steps"]]})


def _step(said: dict) -> DraftStep:
    return DraftStep(**said | {"as_of": _day(said["as_of"]), "due": _day(said["due"]), "steps": [_step(one) for one in said["steps"]]})
