"""What a reader asked to see of a plan: read from the address, written back into addresses. Pure."""

from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from actions.picture import PlanPicture, StepPicture

NO_STATUS_SLUG = "none"
CONFIRMED, UNCONFIRMED = "confirmed", "unconfirmed"


class Query(Protocol):
    """What Django's QueryDict can do."""

    def get(self, key: str, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Filters:
    status: frozenset[str] = frozenset()
    """Slugs of statuses; "none" are the steps without one."""
    goal: str = ""
    """Address of a goal area."""
    department: str = ""
    """Slug of a department."""
    freshness: str = ""
    """confirmed or unconfirmed."""
    q: str = ""
    _words: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.status or self.goal or self.department or self.freshness or self._words)

    def shows(self, step: StepPicture) -> bool:
        """Whether a step passes all but the goal, which `kept` asks of the area."""
        if self.status and (step.status.slug if step.status else NO_STATUS_SLUG) not in self.status:
            return False
        if self.department and step.lead_slug != self.department:
            return False
        if self.freshness and step.is_confirmed != (self.freshness == CONFIRMED):
            return False
        if self._words:
            text = f"{step.code} {step.title} {step.description}".casefold()
            return all(word in text for word in self._words)
        return True

    def pairs(self) -> list[tuple[str, str]]:
        """For an address, always in the same order: the same question has one address."""
        found = [("status", slug) for slug in sorted(self.status)]
        return found + [(key, value) for key in ("goal", "department", "freshness", "q") if (value := getattr(self, key))]

    def query(self, **more: str) -> str:
        """ "?status=not-started&as_of=2021-08-03"; empty where nothing is asked."""
        pairs = self.pairs() + [(key, value) for key, value in more.items() if value]
        return "?" + urlencode(pairs) if pairs else ""

    def without(self, key: str) -> "Filters":
        nothing: dict[str, Any] = {"status": {"status": frozenset()}, "q": {"q": "", "_words": ()}}
        return replace(self, **nothing.get(key, {key: ""}))


NONE = Filters()


def read(query: Query, picture: PlanPicture) -> Filters:
    """Filters of an address. What the plan does not know (a status that was renamed, a department that is gone) is left out, never an error."""
    known = {status.slug for status in picture.statuses} | {NO_STATUS_SLUG}
    goal = query.get("goal") or ""
    department = query.get("department") or ""
    freshness = query.get("freshness") or ""
    q = " ".join((query.get("q") or "").replace("\0", "").split())[:200]
    return Filters(
        status=frozenset(query.getlist("status")) & known,
        goal=goal if any(area.address == goal for area in picture.areas) else "",
        department=department if any(slug == department for slug, _ in departments(picture)) else "",
        freshness=freshness if freshness in (CONFIRMED, UNCONFIRMED) else "",
        q=q,
        _words=tuple(q.casefold().split()),
    )


def departments(picture: PlanPicture) -> list[tuple[str, str]]:
    """(slug, name) of all departments that lead a step, by name."""
    found = {step.lead_slug: step.lead for step in picture.all_steps() if step.lead_slug}
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def kept(filters: Filters, picture: PlanPicture) -> set[int]:
    """Nodes of the steps that pass."""
    return {
        step.node
        for area in picture.areas
        if not filters.goal or area.address == filters.goal
        for step in area.all_steps()
        if filters.shows(step)
    }


def narrowed(picture: PlanPicture, filters: Filters) -> PlanPicture:
    """The picture with the steps that pass and what they hang under, and nothing else: for taking along what a page shows."""
    if not filters:
        return picture
    nodes = kept(filters, picture)
    return replace(picture, areas=[area for shape in picture.areas if (area := _narrow(shape, nodes)) is not None])


def _narrow(shape: Any, nodes: set[int]) -> Any:
    """A copy with the steps of `nodes` below it; None where there is none, and it is none itself."""
    below = {
        key: [part for one in getattr(shape, key) if (part := _narrow(one, nodes)) is not None]
        for key in ("objectives", "strategies", "steps")
        if hasattr(shape, key)
    }
    return replace(shape, **below) if any(below.values()) or (isinstance(shape, StepPicture) and shape.node in nodes) else None
