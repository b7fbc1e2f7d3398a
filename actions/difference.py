"""What became different between two states of a plan: between two days, or between a report and today. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actions.picture import AreaPicture, PlanPicture, StatusWord, StepPicture

KINDS = ("up", "back", "other", "reworded", "placed", "added", "removed")


@dataclass(frozen=True, slots=True)
class Entry:
    """One goal area, objective, strategy or step as one of the two states has it."""

    kind: str
    """A level of `actions.picture.LEVELS`."""
    address: str
    code: str
    title: str
    description: str
    parent: str
    """Kind and address of what it hangs under."""
    status: StatusWord | None = None
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    """One of KINDS; "other" is a status that went to or came from a place off the ladder, or the first one."""
    before: Entry | None
    after: Entry | None

    @property
    def entry(self) -> Entry:
        entry = self.after or self.before
        assert entry is not None
        return entry


@dataclass(frozen=True, slots=True)
class Difference:
    changes: tuple[Change, ...]

    def of(self, kind: str, *, steps: bool = True) -> list[Change]:
        """Changes of one kind, of steps or of what steps hang under."""
        return [change for change in self.changes if change.kind == kind and (change.entry.kind == "action_step") == steps]

    def count(self, kind: str) -> int:
        """Steps alone: what hangs above them is listed, not counted."""
        return len(self.of(kind))

    def __bool__(self) -> bool:
        return bool(self.changes)


def entries(picture: PlanPicture) -> Iterator[Entry]:
    """Everything in a picture, in the document's order."""
    for area in picture.areas:
        yield _entry("goal_area", area, "")
        here = f"goal_area {area.address}"
        yield from _below(area, here)


def _below(home, here: str) -> Iterator[Entry]:
    if isinstance(home, AreaPicture):
        for objective in home.objectives:
            yield _entry("performance_objective", objective, here)
            yield from _below(objective, f"performance_objective {objective.address}")
    for strategy in getattr(home, "strategies", ()):
        yield _entry("strategy", strategy, here)
        yield from _below(strategy, f"strategy {strategy.address}")
    for step in home.steps:
        yield _entry("action_step", step, here)
        yield from _below(step, f"action_step {step.address}")


def _entry(kind: str, shape, parent: str) -> Entry:
    status, is_confirmed = (shape.status, shape.is_confirmed) if isinstance(shape, StepPicture) else (None, False)
    return Entry(kind, shape.address, shape.code, shape.title, shape.description, parent, status, is_confirmed)


def compare(before: PlanPicture, after: PlanPicture) -> Difference:
    """What stands otherwise in `after`. Identity is the address, which a thing keeps for ever; order alone is not compared."""
    return difference(entries(before), entries(after))


def difference(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    old = {(entry.kind, entry.address): entry for entry in before}
    changes: list[Change] = []
    seen = set()
    for now in after:
        key = (now.kind, now.address)
        seen.add(key)
        then = old.get(key)
        if then is None:
            changes.append(Change("added", None, now))
            continue
        if (kind := _moved(then.status, now.status)) is not None:
            changes.append(Change(kind, then, now))
        if (then.title, then.description) != (now.title, now.description):
            changes.append(Change("reworded", then, now))
        if (then.parent, then.code) != (now.parent, now.code):
            changes.append(Change("placed", then, now))
    changes += [Change("removed", then, None) for key, then in old.items() if key not in seen]
    return Difference(tuple(changes))


def _moved(before: StatusWord | None, after: StatusWord | None) -> str | None:
    """up or back on the ladder, other where one of the two is not on it, None where it is the same."""
    if before is after or (before and after and before.name == after.name):
        return None
    if before and after and before.rank is not None and after.rank is not None and before.rank != after.rank:
        return "up" if after.rank > before.rank else "back"
    return "other"
