"""What a document is compared with, and what would come of it: the words of `weighing`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import AuditEntry
from actions.models import StatusUpdate
from actions.picture import PlanPicture
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue
from goals.models import ACTION_STEP, GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY, Place, Plan, PlanNode, Wording

STAFF = (AuditEntry.WEB, AuditEntry.LINK)
"""Channels through which a person says something of one part."""

Item = DraftArea | DraftObjective | DraftStrategy | DraftStep
KIND = {DraftArea: GOAL_AREA, DraftObjective: PERFORMANCE_OBJECTIVE, DraftStrategy: STRATEGY, DraftStep: ACTION_STEP}


@dataclass(slots=True)
class Part:
    """One item of the document and the node that it is, None for a new one."""

    kind: str
    item: Item
    above: "Part | None"
    index: int
    """From 1 among its siblings."""
    node: int | None
    position: int = 0
    wording: bool = False
    place: bool = False
    lead: bool = False
    due: bool = False
    status: str | None = None
    """Name of the status to write, with `status_on`."""
    status_on: date | None = None
    keeps_words: bool = False
    """Staff gave it another wording than the document: title and description stay theirs."""
    gone_on: date | None = None
    """A step that only this older edition has is gone from here on."""


@dataclass(slots=True)
class Change:
    """One line of "what would change" about an action step, for people and for the counts."""

    what: str
    """added, changed, moved, removed or conflict."""
    code: str
    old: str = ""
    new: str = ""
    node: int | None = None
    line: int | None = None


@dataclass(slots=True)
class Standing:
    """What the plan says on the document's day, and what follows."""

    picture: PlanPicture | None = None
    nodes: dict[int, PlanNode] = field(default_factory=dict)
    wording: dict[int, Wording] = field(default_factory=dict)
    place: dict[int, Place] = field(default_factory=dict)
    later_wording: dict[int, Wording] = field(default_factory=dict)
    later_place: dict[int, Place] = field(default_factory=dict)
    reworded: dict[int, list[Wording]] = field(default_factory=dict)
    """Of nodes that staff reworded: all their wordings up to the day, oldest first."""
    updates: dict[int, list[StatusUpdate]] = field(default_factory=dict)
    touched_after: set[int] = field(default_factory=set)
    """Nodes with a version or an update of a later day, or one of the same day that a person gave."""
    shown: dict[int, Any] = field(default_factory=dict)
    """What the picture shows of each node: AreaPicture ... StepPicture."""
    next_edition: date | None = None
    is_newest: bool = True
    """No edition of a later day stands."""


@dataclass(slots=True)
class Weighed:
    draft: Draft
    as_of: date
    plan: Plan | None
    parts: list[Part]
    gone: list[int]
    changes: list[Change]
    issues: list[Issue]
    new_statuses: list[DraftStatus]
    standing: Standing

    @property
    def is_nothing(self) -> bool:
        """Whether writing it would change nothing at all."""
        if self.plan is None or self.gone or self.new_statuses:
            return False
        return not any(p.node is None or p.wording or p.place or p.lead or p.due or p.status for p in self.parts)

    def counts(self) -> dict[str, int]:
        """added, changed, moved, removed: of action steps, against the plan on the document's day."""
        return {what: sum(change.what == what for change in self.changes) for what in ("added", "changed", "moved", "removed")}


def words_of(version: Wording) -> tuple[str, str]:
    return version.title, version.description


def wording_of(part: Part, standing: Wording | None) -> tuple[str, str, str]:
    """Code, title and description to hold; a document without a description leaves the one that stands."""
    if part.keeps_words and standing:
        return (part.item.code, *words_of(standing))
    return (part.item.code, part.item.title, part.item.description or (standing.description if standing else ""))
