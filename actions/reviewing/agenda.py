"""What a review is to look at: steps that changed, stand still, were not confirmed, are late, blocked, reworded, or whose due day moved. Pure.

Facts are kept as JSON in the review, since a held review says for ever what it said then: days as text, persons by their key alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.picture import PlanPicture, StatusWord, StepPicture

BLOCKED, LATE, STALLED, UNCONFIRMED, DUE_MOVED, CHANGED, REWORDED, ADDED = (
    "blocked",
    "late",
    "stalled",
    "unconfirmed",
    "due_moved",
    "changed",
    "reworded",
    "added",
)
REASONS = {
    BLOCKED: "Blocked",
    LATE: "Late",
    STALLED: "Stalled",
    UNCONFIRMED: "Not confirmed",
    DUE_MOVED: "Due date moved",
    CHANGED: "Changed",
    REWORDED: "Reworded",
    ADDED: "New",
}
"""In the order in which a review goes through them."""
ASKED = "asked"
"""Of a part that somebody put on the review, whatever the data say of it."""
OVER = ("complete", "stopped")


@dataclass(frozen=True, slots=True)
class Known:
    """What a step is judged by besides two pictures of the plan."""

    moves: Mapping[int, date]
    """Step -> the day from which it has the status that it has."""
    blocked: Mapping[int, str]
    """Step -> what it waits for, in the words of whoever said so."""
    still_since: date
    """A step under way that has moved on no day from here on is stalled: the first day of the cycle before the present one."""
    first_due: Mapping[int, date | None] = field(default_factory=dict)
    """Step whose due day was changed since it came into the plan -> the day that it came with; None: without one."""
    first_wording: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Part that was reworded since it came into the plan -> title and description that it came with."""


def is_over(status: StatusWord | None) -> bool:
    return status is not None and status.meaning in OVER


def is_late(due: date | None, status: StatusWord | None, on: date) -> bool:
    return due is not None and due < on and not is_over(status)


def is_stalled(node: int, meaning: str, known: Known) -> bool:
    """Under way, and the same status for the present cycle and the one before it."""
    moved = known.moves.get(node)
    return meaning == "under_way" and moved is not None and moved < known.still_since


def reasons(now: StepPicture, then: StepPicture | None, known: Known, on: date) -> list[str]:
    """Why a step is on the agenda; empty: it is not. `then` is the step before the days that the review looks at."""
    found = {
        BLOCKED: now.node in known.blocked and not is_over(now.status),
        LATE: is_late(now.due, now.status, on),
        STALLED: now.status is not None and is_stalled(now.node, now.status.meaning, known),
        UNCONFIRMED: not now.is_confirmed and not is_over(now.status),
        DUE_MOVED: then.due != now.due if then is not None else known.first_due.get(now.node, now.due) != now.due,
        CHANGED: then is not None and name_of(then.status) != name_of(now.status),
        REWORDED: bool(_reworded(now, then, known)),
        ADDED: then is None,
    }
    return [reason for reason in REASONS if found[reason]]


def name_of(status: StatusWord | None) -> str:
    return status.name if status else ""


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def facts(now: StepPicture, then: StepPicture | None, known: Known) -> dict[str, Any]:
    """What the agenda says of a step, old beside new."""
    return (
        {
            "kind": "action_step",
            "address": now.address,
            "code": now.code,
            "title": now.title,
            "status": name_of(now.status),
            "look": now.status.look if now.status else "st0",
            "as_of": _day(now.as_of),
            "status_before": name_of(then.status) if then else "",
            "is_new": then is None,
            "due": _day(now.due),
            "due_before": _day(then.due) if then else None,
            "lead": now.lead,
            "moved_on": _day(known.moves.get(now.node)),
            "blocked": known.blocked.get(now.node, ""),
        }
        | _first_due(now.node, now.due, known, is_new=then is None)
        | _reworded(now, then, known)
    )


def _first_due(node: int, due: date | None, known: Known, *, is_new: bool) -> dict[str, Any]:
    """The day that a step came with which came after the days that the review looks back at, where it has another one now."""
    return {"due_first": _day(first)} if is_new and (first := known.first_due.get(node, due)) != due else {}


def _reworded(now: Any, then: Any, known: Known) -> dict[str, Any]:
    """The wording of a part, old beside new; that which it came with where it came after the days that the review looks back at. Empty: the same."""
    before = (then.title, then.description) if then is not None else known.first_wording.get(now.node)
    if before is None or before == (now.title, now.description):
        return {}
    return {"is_reworded": True, "title_before": before[0], "description_before": before[1], "description": now.description}


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a review to be."""

    section: str
    node: int
    reasons: list[str]
    facts: dict[str, Any]


def agenda(before: PlanPicture, now: PlanPicture, known: Known) -> list[Entry]:
    """Steps by their gravest reason, in the document's order within it."""
    old = {step.node: step for step in before.all_steps()}
    found = []
    for step in now.all_steps():
        then = old.get(step.node)
        if why := reasons(step, then, known, now.as_of):
            found.append(Entry("agenda", step.node, why, facts(step, then, known)))
    order = list(REASONS)
    return sorted(found, key=lambda entry: order.index(entry.reasons[0]))


# The yearly review


def strategies(before: PlanPicture, now: PlanPicture, known: Known) -> list[Entry]:
    """Each strategy with its steps, then and now; of a plan that has none each goal area."""
    kind = "strategy" if any(now.all_strategies()) else "goal_area"
    then = {part.node: part for part in _parts(before, kind)}
    found = []
    for part in _parts(now, kind):
        was = then.get(part.node)
        said = {"kind": kind, "address": part.address, "code": part.code, "title": part.title, "lead": part.lead}
        said |= {"steps": _counts(part), "steps_before": _counts(was) if was else None}
        found.append(Entry("strategy", part.node, [], said | _reworded(part, was, known)))
    return found


def _parts(picture: PlanPicture, kind: str) -> Iterable[Any]:
    return picture.all_strategies() if kind == "strategy" else picture.areas


def _counts(part: Any) -> dict[str, int]:
    """Status -> steps, as the part has them; the empty name: without a status."""
    counts: dict[str, int] = {}
    for step in part.all_steps():
        counts[name_of(step.status)] = counts.get(name_of(step.status), 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Leading:
    """Who leads a part by itself, not by what it hangs under."""

    person: int | None = None
    department: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.person or self.department or self.words)

    def said(self) -> dict[str, Any]:
        return {"person": self.person, "department": self.department, "words": self.words}


def roles(now: PlanPicture, leads: Mapping[int, Leading], leads_before: Mapping[int, Leading]) -> list[Entry]:
    """Each part of the plan that names who leads it, and each that did so before."""
    found = []
    for kind, part in everything(now):
        lead, before = leads.get(part.node, Leading()), leads_before.get(part.node, Leading())
        if lead or before:
            said = {"kind": kind, "address": part.address, "code": part.code, "title": part.title}
            said |= {"lead": lead.said(), "lead_before": before.said(), "is_changed": lead != before}
            found.append(Entry("role", part.node, [], said))
    return found


def wordings(before: PlanPicture, now: PlanPicture, known: Known, *, asked: Collection[int] = (), only_asked: bool = False) -> list[Entry]:
    """Each step that has a due day and is not over, and each part whose wording or due day is another than before, old beside new; and parts that
    were asked for, or only those."""
    old = {part.node: part for _, part in everything(before)}
    found = []
    for kind, part in everything(now):
        then = old.get(part.node)
        due, due_before = getattr(part, "due", None), getattr(then, "due", None)
        reworded = _reworded(part, then, known)
        first = _first_due(part.node, due, known, is_new=then is None)
        is_moved = bool(first) or (then is not None and due != due_before)
        is_due = due and not is_over(getattr(part, "status", None))
        if part.node not in asked and (only_asked or not (reworded or is_moved or is_due)):
            continue
        said = {"kind": kind, "address": part.address, "code": part.code, "title": part.title, "description": part.description}
        said |= {"due": _day(due), "due_before": _day(due_before) if then else _day(due), "is_reworded": False, "is_moved": is_moved}
        found.append(Entry("wording", part.node, [ASKED] if part.node in asked else [], said | reworded | first))
    return found


def everything(picture: PlanPicture) -> Iterator[tuple[str, Any]]:
    """(level, part) of all parts, in the document's order."""
    for area in picture.areas:
        yield "goal_area", area
        for objective in area.objectives:
            yield "performance_objective", objective
            for strategy in objective.strategies:
                yield "strategy", strategy
                yield from (("action_step", step) for step in strategy.all_steps())
            for step in objective.steps:
                yield from (("action_step", below) for below in step.walk())
        for strategy in area.strategies:
            yield "strategy", strategy
            yield from (("action_step", step) for step in strategy.all_steps())
        for step in area.steps:
            yield from (("action_step", below) for below in step.walk())
