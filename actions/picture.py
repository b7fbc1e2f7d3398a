"""What a plan says on a day, as far as it was known at a moment. Pure: no database, no request.

A picture is what every page, export and report is made from. `actions.pictures` reads one from the database, from the copies of the
present or from the versions, and both give the same shape. A published report is a picture that was written down as JSON.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

LEVELS = ("goal_area", "performance_objective", "strategy", "action_step")
SEGMENTS = {"goal_area": "goals", "performance_objective": "objectives", "strategy": "strategies", "action_step": "steps"}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """One status of the plan's scale. Rules use the meaning, people see the name."""

    id: int
    name: str
    slug: str
    """In addresses: ?status=not-started."""
    rank: int | None
    """Place on the ladder, 1 is lowest; None is off the ladder, as On hold."""
    meaning: str
    """not_started, under_way, complete or stopped."""
    look: str
    """Class of the look: st1 (lowest) ... st4 (highest) with st1a, st2a, st3a between them, or stx off the ladder."""
    is_retired: bool = False


@dataclass(slots=True)
class StepPicture:
    """An action step with the status that counts. `as_of` is the day for which the status is true, None where nobody said anything."""

    node: int
    id: int
    address: str
    code: str
    title: str
    description: str = ""
    status: StatusWord | None = None
    as_of: date | None = None
    recorded_at: datetime | None = None
    public_note: str = ""
    is_confirmed: bool = False
    """Some update that counts has a day in the cycle that the picture's day is in."""
    lead: str = ""
    """Who leads, in words that may be public: a department or a role; a person's name only where the plan allows it."""
    lead_slug: str = ""
    """Department's slug, for ?department=; empty where no department leads."""
    due: date | None = None
    reworded_on: date | None = None
    """Day of the wording that stands, where it is not the first one."""
    occurrence: int = 1
    """2 for the second step with the same code under the same parent (address ends in ~2)."""
    version: int = 0
    """Rises with each change of the step; a form carries it."""
    steps: list["StepPicture"] = field(default_factory=list)

    def walk(self) -> Iterator["StepPicture"]:
        return iter(_flat([self]))


def _flat(steps: list[StepPicture]) -> list[StepPicture]:
    """Each step with those below it, parents first. A list, since a page goes over its steps a dozen times and nested generators are slow."""
    found = []
    for step in steps:
        found.append(step)
        if step.steps:
            found += _flat(step.steps)
    return found


@dataclass(slots=True)
class StrategyPicture:
    node: int
    id: int
    address: str
    code: str
    title: str
    description: str = ""
    lead: str = ""
    lead_slug: str = ""
    steps: list[StepPicture] = field(default_factory=list)

    def all_steps(self) -> Iterator[StepPicture]:
        return iter(_flat(self.steps))


@dataclass(slots=True)
class ObjectivePicture:
    node: int
    id: int
    address: str
    code: str
    title: str
    description: str = ""
    lead: str = ""
    lead_slug: str = ""
    measures: list[dict] = field(default_factory=list)
    strategies: list[StrategyPicture] = field(default_factory=list)
    steps: list[StepPicture] = field(default_factory=list)

    def all_steps(self) -> Iterator[StepPicture]:
        found: list[StepPicture] = []
        for strategy in self.strategies:
            found += _flat(strategy.steps)
        return iter(found + _flat(self.steps))


@dataclass(slots=True)
class AreaPicture:
    node: int
    id: int
    address: str
    code: str
    title: str
    description: str = ""
    lead: str = ""
    lead_slug: str = ""
    objectives: list[ObjectivePicture] = field(default_factory=list)
    strategies: list[StrategyPicture] = field(default_factory=list)
    """Those that hang under the area itself; those of an objective stand there alone."""
    steps: list[StepPicture] = field(default_factory=list)
    _all: list[StepPicture] | None = field(default=None, init=False, repr=False, compare=False)

    def all_steps(self) -> Iterator[StepPicture]:
        """Document order: of the objectives, then of the strategies, then those right under the area. Kept: a page asks a dozen times."""
        if self._all is None:
            found: list[StepPicture] = []
            for objective in self.objectives:
                found += objective.all_steps()
            for strategy in self.strategies:
                found += _flat(strategy.steps)
            self._all = found + _flat(self.steps)
        return iter(self._all)

    def all_strategies(self) -> Iterator[StrategyPicture]:
        for objective in self.objectives:
            yield from objective.strategies
        yield from self.strategies


@dataclass(slots=True)
class ReportMark:
    """One published progress report, as the chart over time needs it."""

    day: date
    address: str
    counts: dict[str, int]
    """Status name -> steps; the key "" are those without a status."""
    is_withdrawn: bool = False


@dataclass(slots=True)
class PlanPicture:
    """The plan on `as_of`. `known_at` is None for "as known now"."""

    id: int
    district: str
    district_name: str
    slug: str
    title: str
    levels: dict[str, str]
    """Level -> the plan's own word in the singular, e.g. {"goal_area": "Goal"}; all four LEVELS are there."""
    statuses: list[StatusWord]
    """Highest rank first, then those off the ladder; retired ones only where something still has them."""
    as_of: date
    cycle_start: date
    """First day of the cycle that `as_of` is in: a step is confirmed if an update that counts has its day from here to `as_of`, both included."""
    today: date
    known_at: datetime | None = None
    stage: str = "draft"
    visibility: str = "private"
    generation: int = 0
    is_sample: bool = False
    description: str = ""
    areas: list[AreaPicture] = field(default_factory=list)
    reports: list[ReportMark] = field(default_factory=list)
    """Published reports, oldest first."""
    accent: str = "#27447f"
    """The organization's color."""
    time_zone: str = ""
    """The organization's, "America/Los_Angeles"."""
    narrowed_to: str = ""
    """Which steps the filters of a page let through, in words; empty: all of them."""

    _all: list[StepPicture] | None = field(default=None, init=False, repr=False, compare=False)

    def all_steps(self) -> Iterator[StepPicture]:
        """Every action step, nested ones too, parents before children, in the document's order. Kept, as those of an area are."""
        if self._all is None:
            self._all = [step for area in self.areas for step in area.all_steps()]
        return iter(self._all)

    def all_strategies(self) -> Iterator[StrategyPicture]:
        for area in self.areas:
            yield from area.all_strategies()
