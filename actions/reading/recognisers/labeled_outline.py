"""Plans whose parts say what they are: "Goal 1: ...", "Strategy 1.1: ...", "Action Step 1.1.1: ...", statuses in a cell at the end of the row.

A legend names the statuses; text under a goal is its description; a row that goes on in the next line is put together again. Learned from a
district's technology plan of 2021 and its defects.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.reading import statuses
from actions.reading.blocks import HEADING, ROW, RULE, Block
from actions.reading.codes import odd_codes
from actions.reading.days import day_said
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue
from goals.addresses import holds_path

WORDS = {
    "goal_area": (
        "strategic goal",
        "goal area",
        "goal",
        "strategic priority",
        "priority area",
        "priority",
        "focus area",
        "pillar",
        "commitment",
    ),
    "performance_objective": ("performance objective", "strategic objective", "objective", "outcome"),
    "strategy": ("key strategy", "strategy", "strategic initiative", "initiative"),
    "action_step": ("action step", "action item", "action", "activity", "task", "step"),
}
LEVEL_OF = {word: level for level, words in WORDS.items() for word in words}
DEPTH = {level: n for n, level in enumerate(WORDS)}
CODE = r"(?:\d{1,4}[A-Za-z]?|[A-Za-z]|[IVXLC]{1,6})(?:[.\-](?:\d{1,4}[A-Za-z]?|[A-Za-z]|[ivx]{1,4}))*"
LABEL = re.compile(
    rf"(?P<word>{'|'.join(sorted(LEVEL_OF, key=len, reverse=True))})\s+#?(?P<code>{CODE})\s*(?:[:.)]|\s[-–—])(?:\s+(?P<title>.*))?$",
    re.IGNORECASE,
)
PAGE = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
LEGEND_HEADS = ("status", "state", "key", "legend", "symbol", "color", "colour")
SHORT = 48
"""The most characters of a status's name, and of what is taken for a heading."""
ENDS = (".", "!", "?", ":", ";", "”", '"')


def recognise(blocks: Sequence[Block], known_statuses: Sequence[DraftStatus]) -> Draft | None:
    """None where fewer than two parts of a plan say what they are."""
    if sum(label_of(block) is not None for block in blocks) < 2:
        return None
    return _Reading(blocks, known_statuses).read()


def label_of(block: Block) -> re.Match | None:
    return LABEL.match(block.text) if block.kind != RULE else None


@dataclass(slots=True)
class _Open:
    """The parts that the reading is inside of."""

    area: DraftArea | None = None
    objective: DraftObjective | None = None
    strategy: DraftStrategy | None = None
    steps: list[DraftStep] = field(default_factory=list)
    """The step and what it hangs under, outermost first."""
    last: Any = None
    """What a line without a label may belong to."""
    is_closed: bool = False
    """A heading that is no part of the plan came since."""


class _Reading:
    def __init__(self, blocks: Sequence[Block], known_statuses: Sequence[DraftStatus]) -> None:
        self.blocks = blocks
        self.known = known_statuses
        self.draft = Draft("text")
        self.open = _Open()
        self.legend: dict[str, str] = {}
        self.days: list[date] = []
        self.day_of_home: dict[int, date] = {}
        """id of a strategy or area -> the day that stands beside it."""
        self.starts = next(n for n, block in enumerate(blocks) if label_of(block))
        self.running = {text for text, count in Counter(b.all_words for b in blocks if not label_of(b)).items() if count >= 3}

    def read(self) -> Draft:
        skip = self.read_legends()
        for n, block in enumerate(self.blocks):
            if n in skip or block.kind == RULE:
                self.say(block, "known")
            elif label := label_of(block):
                self.part(block, label)
            elif n < self.starts:
                self.preface(block)
            else:
                self.line(block)
        self.finish()
        return self.draft

    def say(self, block: Block, fate: str) -> None:
        self.draft.fates[block.line] = fate

    def doubt(self, block: Block | None, code: str, severity: str, message: str) -> None:
        self.draft.issues.append(Issue(block.line if block else None, code, severity, message))

    # Legends

    def read_legends(self) -> set[int]:
        """The document's scale, and the indexes of the blocks that give it: one row of statuses over a rule, or a table of statuses and meanings."""
        for n, block in enumerate(self.blocks[:-1]):
            if block.kind != ROW or label_of(block) or self.blocks[n + 1].kind != RULE:
                continue
            rows = self.rows_from(n + 2)
            if not rows and len(block.cells) > 1 and all(cell and len(cell) <= SHORT for cell in block.cells):
                return self.take_legend(block.cells, {n})
            if rows and statuses.fold(block.text) in LEGEND_HEADS:
                return self.take_legend([self.blocks[m].text for m in rows], {n, *rows})
        return set()

    def rows_from(self, start: int) -> list[int]:
        found = []
        for m in range(start, len(self.blocks)):
            if self.blocks[m].kind != ROW or label_of(self.blocks[m]):
                break
            found.append(m)
        return found

    def take_legend(self, names: Sequence[str], where: set[int]) -> set[int]:
        names = [name for name in dict.fromkeys(names) if name]
        self.draft.statuses = statuses.ladder(names)
        self.legend = {statuses.fold(name): name for name in names}
        return where

    # What stands before the first part

    def preface(self, block: Block) -> None:
        if day := day_said(block.all_words):
            self.days.append(day)
        is_title = not self.draft.title and len(block.text) <= 200 and not block.text.endswith(".")
        if is_title and (block.level == 1 or not any(b.level == 1 for b in self.blocks[: self.starts])):
            self.draft.title = block.text
            self.say(block, "used")
        elif block.kind == HEADING or block.is_bold or PAGE.fullmatch(block.text) or block.kind == ROW:
            self.say(block, "known")
        else:
            self.draft.description = f"{self.draft.description}\n\n{block.text}".strip()
            self.say(block, "used")

    # Parts

    def part(self, block: Block, label: re.Match) -> None:
        level = LEVEL_OF[" ".join(label["word"].lower().split())]
        self.draft.levels.setdefault(level, " ".join(label["word"].split()))
        code, title = label["code"], (label["title"] or "").strip()
        self.say(block, "used")
        self.open.is_closed = False
        getattr(self, level)(block, code, title)

    def goal_area(self, block: Block, code: str, title: str) -> None:
        area = DraftArea(code, title, line=block.line)
        self.draft.areas.append(area)
        self.open = _Open(area=area, last=area)
        self.home_cells(block, area)

    def performance_objective(self, block: Block, code: str, title: str) -> None:
        objective = DraftObjective(code, title, line=block.line)
        area = self.own_area()
        area.objectives.append(objective)
        self.open = _Open(area=area, objective=objective, last=objective)
        self.home_cells(block, objective)

    def strategy(self, block: Block, code: str, title: str) -> None:
        strategy = DraftStrategy(code, title, line=block.line)
        home = self.open.objective or self.own_area()
        home.strategies.append(strategy)
        self.open = _Open(self.open.area, self.open.objective, strategy, last=strategy)
        self.home_cells(block, strategy)

    def action_step(self, block: Block, code: str, title: str) -> None:
        step = DraftStep(code, title, line=block.line)
        self.step_cells(block, step)
        while self.open.steps and not holds_path(code, self.open.steps[-1].code):
            self.open.steps.pop()
        home = self.open.steps[-1] if self.open.steps else self.open.strategy or self.open.objective or self.own_area()
        home.steps.append(step)
        self.open.steps.append(step)
        self.open.last = step

    def own_area(self) -> DraftArea:
        """The open goal area; for a plan without goals one that is called as the plan is."""
        if self.open.area is None:
            self.open.area = DraftArea("", self.draft.title or "Plan")
            self.draft.areas.append(self.open.area)
        return self.open.area

    def home_cells(self, block: Block, home: Any) -> None:
        """What stands beside a goal or strategy: the day for which its statuses are true; anything else is kept as text."""
        for cell in block.rest:
            if day := day_said(cell):
                self.days.append(day)
                self.day_of_home[id(home)] = day
            elif cell:
                home.description = f"{home.description}\n\n{cell}".strip()

    def step_cells(self, block: Block, step: DraftStep) -> None:
        """The last cell beside a step is its status; others are kept as text and named."""
        rest = [cell for cell in block.rest if cell]
        named = next((cell for cell in reversed(rest) if statuses.fold(cell) in self.legend), None)
        if named is None and rest and len(rest[-1]) <= SHORT:
            named = rest[-1]
            if self.legend:
                self.doubt(
                    block, "unknown-status", "warn", f"“{named}” is not in the document's own legend; it was taken as a further status."
                )
        if named is not None:
            step.status = self.legend.get(statuses.fold(named), named)
            rest.remove(named)
        if rest:
            step.description = "\n\n".join(rest)
            self.doubt(
                block, "further-cell", "info", f"Beside {step.code} stands more than a status; it was kept as the step's description."
            )

    # Lines without a label

    def line(self, block: Block) -> None:
        last = self.open.last
        if PAGE.fullmatch(block.all_words) or (block.all_words in self.running and block.kind != ROW):
            self.say(block, "known")
        elif block.kind == HEADING:
            self.open.is_closed = True
            self.say(block, "known")
        elif self.open.is_closed or last is None:
            self.unexplained(block)
        elif not last.title:
            last.title = block.text
            self.say(block, "used")
            (self.step_cells if isinstance(last, DraftStep) else self.home_cells)(block, last)
        elif isinstance(last, DraftStep):
            self.goes_on(block, last)
        else:
            last.description = f"{last.description}\n\n{block.all_words}".strip()
            self.say(block, "used")

    def goes_on(self, block: Block, step: DraftStep) -> None:
        """A line after a step belongs to it where the step's sentence had not ended, or the line begins in the middle of one."""
        if step.title.endswith(ENDS) and not block.text[:1].islower():
            return self.unexplained(block)
        step.title = f"{step.title} {block.text}"
        if block.rest and step.status is None:
            self.step_cells(block, step)
        self.say(block, "used")
        first = f" of line {step.line}" if step.line else ""
        self.doubt(block, "continued-row", "info", f"The text of {step.code}{first} goes on in this line; the two were put together.")
        return None

    def unexplained(self, block: Block) -> None:
        self.say(block, "unexplained")
        shown = block.all_words if len(block.all_words) <= 80 else block.all_words[:77].rstrip() + "…"
        self.doubt(block, "unexplained", "warn", f"What this line is was not understood, so it would be left out: “{shown}”")

    # The whole

    def finish(self) -> None:
        self.draft.as_of = max(self.days, default=None)
        for area in self.draft.areas:
            area.title = area.title or f"{self.draft.levels.get('goal_area', 'Goal')} {area.code}"
            self.date_steps(area, self.day_of_home.get(id(area)))
        if not self.draft.statuses:
            self.draft.statuses = statuses.scale_of((s.status for s in self.draft.all_steps() if s.status), self.known)
        self.draft.issues += odd_codes(self.draft)
        self.draft.issues.sort(key=lambda issue: issue.line or 0)

    def date_steps(self, home: Any, day: date | None) -> None:
        """Steps under a strategy with an earlier day than the document's have that day."""
        day = self.day_of_home.get(id(home), day)
        for key in ("objectives", "strategies"):
            for below in getattr(home, key, ()):
                below.title = below.title or below.code
                self.date_steps(below, day)
        for step in (one for top in home.steps for one in top.walk()):
            step.title = step.title or step.code
            if day and day != self.draft.as_of and step.status:
                step.as_of = day
