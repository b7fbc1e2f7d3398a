"""What the review of an import shows, ready for the template. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue
from actions.services.weighed import Change, Weighed
from goals.scales import looks

MOST = 1000
"""Lines and rows that one page shows unless all are asked for."""
LEVEL = {DraftArea: "is-goal", DraftObjective: "is-strategy", DraftStrategy: "is-strategy", DraftStep: ""}
HEADINGS = (
    ("added", "New", "Steps that the plan does not have yet."),
    ("changed", "Changed", "Another wording or another status."),
    ("moved", "Moved", "Another place, parent or code; the step and its history stay."),
    ("removed", "Gone", "Not in the document. They leave the plan from its day on; their history stays."),
    ("conflict", "Left as it is", "The plan knows more of these than the document does, so what people said stands."),
)


@dataclass(frozen=True, slots=True)
class Look:
    """A status for components/status.html."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source. `fate` is used, known or unexplained, empty for a blank line."""

    n: int
    text: str
    fate: str
    is_doubt: bool

    @property
    def mark(self) -> str:
        if self.fate == "unexplained":
            return "is-unexplained"
        return "is-doubt" if self.is_doubt else {"known": "is-known", "": "is-blank"}.get(self.fate, "")

    @property
    def sign(self) -> str:
        if self.fate == "unexplained":
            return "!"
        return "?" if self.is_doubt else {"used": "✓", "known": "–"}.get(self.fate, "")

    @property
    def said(self) -> str:
        """The same for who does not see it."""
        if self.fate == "unexplained":
            return "unexplained"
        return "look at this" if self.is_doubt else {"known": "carries no data"}.get(self.fate, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the plan as it was understood."""

    line: int | None
    code: str
    title: str
    level: str
    is_step: bool
    status: Look | None
    is_doubt: bool


def lines(draft: Draft) -> list[Line]:
    doubts = {issue.line for issue in draft.issues}
    return [Line(n, text, draft.fates.get(n, ""), n in doubts) for n, text in enumerate(draft.source, 1)]


def rows(draft: Draft, statuses: Sequence[DraftStatus]) -> list[Row]:
    """The tree, parents before children. `statuses` is the scale that the plan has or will have."""
    look = _looks([*statuses, *draft.statuses])
    doubts = {issue.line for issue in draft.issues if issue.line}

    def below(item) -> Iterator[Row]:
        is_step = isinstance(item, DraftStep)
        status = Look(item.status, look.get(item.status, "stx")) if is_step and item.status else None
        yield Row(item.line, item.code, item.title, LEVEL[type(item)], is_step, status, item.line in doubts)
        for key in ("objectives", "strategies", "steps"):
            for child in getattr(item, key, ()):
                yield from below(child)

    return [row for area in draft.areas for row in below(area)]


def tally(draft: Draft, statuses: Sequence[DraftStatus]) -> list[tuple[Look, int]]:
    """How many steps are in each status, the highest first; those that no step has are left out."""
    found: dict[str, int] = {}
    for step in draft.all_steps():
        if step.status:
            found[step.status] = found.get(step.status, 0) + 1
    look = _looks([*statuses, *draft.statuses])
    names = sorted(found, key=lambda name: list(look).index(name) if name in look else len(look))
    return [(Look(name, look.get(name, "stx")), found[name]) for name in names]


def _looks(statuses: Sequence[DraftStatus]) -> dict[str, str]:
    """Name -> look, the highest first; of two that say the same name the first counts."""
    first: dict[str, DraftStatus] = {}
    for status in statuses:
        first.setdefault(status.name, status)
    ordered = sorted(first.values(), key=lambda status: -(status.rank or 0))
    found = looks({index: status.rank for index, status in enumerate(ordered)})
    return {status.name: found[index] for index, status in enumerate(ordered)}


def doubts(issues: Sequence[Issue], fates: dict[int, str]) -> list[dict]:
    """Places worth a look, in the order of the document; what concerns the whole file first."""
    ordered = sorted(issues, key=lambda issue: issue.line or 0)
    return [{"line": i.line, "message": i.message, "is_unexplained": fates.get(i.line or 0) == "unexplained"} for i in ordered]


def changes(weighed: Weighed) -> list[dict]:
    """What accepting would do to action steps, by kind: [{"what", "title", "says", "changes": [Change]}]; kinds without any are left out."""
    found = []
    for what, title, says in HEADINGS:
        some: list[Change] = [change for change in weighed.changes if change.what == what]
        if some:
            found.append({"what": what, "title": title, "says": says, "changes": some})
    return found


def headline(draft: Draft, issues: Sequence[Issue]) -> str:
    """What was understood, in one sentence or two."""
    counts, unexplained = draft.counts(), draft.lines()["unexplained"]
    said = f"{_n(counts['action_steps'], 'action step was', 'action steps were')} understood."
    if not issues and not unexplained:
        return f"{said} Nothing in it looks odd."
    odd = f"{_n(len(issues), 'place is', 'places are')} worth a look" if issues else ""
    left = f"{_n(unexplained, 'line is', 'lines are')} unexplained" if unexplained else "no line is unexplained"
    return f"{said} {odd + ', and ' if odd else ''}{left}."


def _n(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
