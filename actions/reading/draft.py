"""A plan as a document says it: what every reader gives back, whatever the file was."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


class NotAPlan(Exception):
    """The file cannot be read as a plan. The text is one sentence for people: what was found and what to do."""


@dataclass(slots=True)
class Issue:
    """Something odd in the source. `severity` is info, warn or refuse; `line` counts from 1, blank lines too; None: the whole file."""

    line: int | None
    code: str
    severity: str
    message: str


@dataclass(slots=True)
class DraftStatus:
    name: str
    rank: int | None = None
    meaning: str = ""
    """not_started, under_way, complete, stopped; empty: the import decides by rank and name."""


@dataclass(slots=True)
class DraftStep:
    code: str
    title: str
    description: str = ""
    status: str | None = None
    as_of: date | None = None
    """Day of the status where the source gives one of its own; None: the document's day."""
    line: int | None = None
    lead: str = ""
    due: date | None = None
    public_note: str = ""
    steps: list["DraftStep"] = field(default_factory=list)

    def walk(self) -> Iterator["DraftStep"]:
        yield self
        for step in self.steps:
            yield from step.walk()


@dataclass(slots=True)
class DraftStrategy:
    code: str
    title: str
    description: str = ""
    line: int | None = None
    lead: str = ""
    steps: list[DraftStep] = field(default_factory=list)


@dataclass(slots=True)
class DraftObjective:
    code: str
    title: str
    description: str = ""
    line: int | None = None
    lead: str = ""
    measures: list[dict] = field(default_factory=list)
    strategies: list[DraftStrategy] = field(default_factory=list)
    steps: list[DraftStep] = field(default_factory=list)


@dataclass(slots=True)
class DraftArea:
    code: str
    title: str
    description: str = ""
    line: int | None = None
    lead: str = ""
    objectives: list[DraftObjective] = field(default_factory=list)
    strategies: list[DraftStrategy] = field(default_factory=list)
    steps: list[DraftStep] = field(default_factory=list)

    def all_strategies(self) -> Iterator[DraftStrategy]:
        for objective in self.objectives:
            yield from objective.strategies
        yield from self.strategies

    def all_steps(self) -> Iterator[DraftStep]:
        homes: list[DraftObjective | DraftArea] = [*self.objectives, self]
        for home in homes:
            for step in (*(s for strategy in home.strategies for s in strategy.steps), *home.steps):
                yield from step.walk()


@dataclass(slots=True)
class Draft:
    """One plan of a document, with the account of its lines."""

    format: str
    """text, markdown, json, csv, xlsx."""
    title: str = ""
    description: str = ""
    areas: list[DraftArea] = field(default_factory=list)
    levels: dict[str, str] = field(default_factory=dict)
    """goal_area, performance_objective, strategy, action_step -> the document's own word, singular; missing ones have no word."""
    statuses: list[DraftStatus] = field(default_factory=list)
    """The document's scale, lowest rank first; empty where it has none."""
    as_of: date | None = None
    issues: list[Issue] = field(default_factory=list)
    fates: dict[int, str] = field(default_factory=dict)
    """Line that is not blank -> used, known or unexplained. Formats without lines (XLSX, JSON) count rows or leave it empty."""
    source: list[str] = field(default_factory=list)
    """The source's lines as they are, for the review page; empty for formats without lines."""
    parts: list[dict] = field(default_factory=list)
    """[{"n", "title", "counts"}] where a file holds several plans."""

    def lines(self) -> dict[str, int]:
        """total, used, known, unexplained: the last three add up to the first."""
        said = list(self.fates.values())
        return {"total": len(said), **{fate: said.count(fate) for fate in ("used", "known", "unexplained")}}

    def all_steps(self) -> Iterator[DraftStep]:
        for area in self.areas:
            yield from area.all_steps()

    def counts(self) -> dict[str, int]:
        return {
            "goal_areas": len(self.areas),
            "objectives": sum(len(a.objectives) for a in self.areas),
            "strategies": sum(1 for a in self.areas for _ in a.all_strategies()),
            "action_steps": sum(1 for _ in self.all_steps()),
        }
