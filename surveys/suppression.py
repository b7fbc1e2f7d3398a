"""Which figures of a survey nobody may see, and which others must go with them so that a hidden one cannot be computed. Pure.

Three steps. A group with fewer respondents than the minimum is hidden, with further groups (the smallest first) until at least two are hidden and these
have the minimum together: then the total gives none of them away. In groups of fewer than 20 a share of less than a fifth or more than four fifths is
shown as a bound, since 0 % and 100 % say what each member answered. Then every hidden cell must stay open: where the rows that are shown would leave
it a single value, the figure for all respondents is hidden too.

What a reader is assumed to know: every shown figure, the size of every group (its members know each other), that counts are whole and not negative,
and that with one choice per person the counts of a group do not exceed its size.
"""

from dataclasses import dataclass, field

SMALL = 20
"""Groups with fewer respondents have their lowest and highest shares coded (NCES 2011-603 codes them at a fifth)."""
ALL = None
"""Stands for all respondents, where else the name of a group stands."""


@dataclass(slots=True)
class Asked:
    """The counts of one question: counts[group][choice]. An unknown count is None. `exclusive`: one choice per person."""

    counts: dict[str, dict[str, int | None]]
    exclusive: bool = False
    has_all: bool = True
    """Whether the figure for all respondents is shown, which is the sum over the groups."""


@dataclass(slots=True)
class Figures:
    """What could be shown of a survey."""

    sizes: dict[str, int]
    questions: list[Asked] = field(default_factory=list)


@dataclass(slots=True)
class Hidden:
    """What must not be shown."""

    groups: set[str] = field(default_factory=set)
    everything: bool = False
    """Fewer respondents than the minimum in all."""
    cells: set[tuple[int, str | None, str]] = field(default_factory=set)
    """(number of the question, group or ALL, choice)"""
    bounds: dict[tuple[int, str | None, str], tuple[int, int]] = field(default_factory=dict)
    """Of those cells that are shown as a bound: (lowest, highest) count."""

    def hides(self, question: int, group: str | None, choice: str) -> bool:
        return self.everything or group in self.groups or (question, group, choice) in self.cells


def protect(figures: Figures, *, minimum: int) -> Hidden:
    """What has to be hidden before anybody sees these figures. `minimum` is the smallest group that may be shown, 3 to 30."""
    hidden = Hidden(groups_to_hide(figures.sizes, minimum))
    total = sum(figures.sizes.values())
    if total < minimum or (hidden.groups and tells_of_one(hidden.groups, figures.sizes, minimum)):
        return Hidden(set(figures.sizes), everything=True)
    for n, asked in enumerate(figures.questions):
        code_extremes(n, asked, figures.sizes, total, hidden)
        for group in figures.sizes:
            keep_open_within(n, asked, group, figures.sizes, hidden)
        keep_open_across(n, asked, figures.sizes, hidden)
    return hidden


def groups_to_hide(sizes: dict[str, int], minimum: int) -> set[str]:
    """Those that are too small, and so many more that the total tells nothing of any of them."""
    small = {name for name, size in sizes.items() if size < minimum}
    if not small:
        return set()
    rest = sorted((name for name in sizes if name not in small), key=lambda name: (sizes[name], name))
    while rest and tells_of_one(small, sizes, minimum):
        small.add(rest.pop(0))
    return small


def tells_of_one(small: set[str], sizes: dict[str, int], minimum: int) -> bool:
    """Whether the total gives the size of a hidden group away: only one is hidden, they are few together, or all have the least or the most they can."""
    together = sum(sizes[name] for name in small)
    return len(small) < 2 or together < minimum or together in (len(small), len(small) * (minimum - 1))


def code_extremes(n: int, asked: Asked, sizes: dict[str, int], total: int, hidden: Hidden) -> None:
    """Lowest and highest shares of small groups become bounds."""
    rows: list[tuple[str | None, int, dict[str, int | None]]] = [
        (g, sizes[g], c) for g, c in asked.counts.items() if g in sizes and g not in hidden.groups
    ]
    if asked.has_all and total < SMALL:
        rows.append((ALL, total, totals(asked)))
    for group, size, counts in rows:
        if size >= SMALL:
            continue
        low, high = (size - 1) // 5, size - (size - 1) // 5
        for choice, count in counts.items():
            if count is not None and (count <= low or count >= high):
                hidden.cells.add((n, group, choice))
                hidden.bounds[n, group, choice] = (0, low) if count <= low else (high, size)


def totals(asked: Asked) -> dict[str, int | None]:
    """Of each choice over all groups; None where one group's is unknown."""
    found: dict[str, int | None] = {}
    for choice in choices_of(asked):
        counts = [row.get(choice) for row in asked.counts.values()]
        found[choice] = None if None in counts else sum(c for c in counts if c is not None)
    return found


def choices_of(asked: Asked) -> list[str]:
    return list(dict.fromkeys(choice for row in asked.counts.values() for choice in row))


def keep_open_within(n: int, asked: Asked, group: str, sizes: dict[str, int], hidden: Hidden) -> None:
    """With one choice per person a coded cell must not follow from the other cells of its group: then the smallest of those is hidden too."""
    row = asked.counts.get(group)
    if not asked.exclusive or not row or group in hidden.groups:
        return
    known = {choice: count for choice, count in row.items() if count is not None}
    while coded := [choice for choice in known if (n, group, choice) in hidden.cells]:
        left = sizes[group] - sum(count for choice, count in known.items() if choice not in coded)
        ranges = [hidden.bounds.get((n, group, choice), (0, sizes[group])) for choice in coded]
        open_enough = all(min(high, left - sum(r[0] for r in ranges) + low) > low for low, high in ranges)
        shown = sorted((count, choice) for choice, count in known.items() if choice not in coded and count)
        if open_enough or not shown:
            return
        hidden.cells.add((n, group, shown[0][1]))


def keep_open_across(n: int, asked: Asked, sizes: dict[str, int], hidden: Hidden) -> None:
    """The figures for all respondents go where they would leave a hidden cell one value; all of the question's, where some do not suffice.

    What is determined even then follows from its own group alone, which goes as a whole.
    """
    for step in ("some", "all", "group"):
        leaking = determined(n, asked, sizes, hidden)
        if not leaking:
            return
        if step == "group":
            for group in {group for group, _ in leaking}:
                for choice in asked.counts[group]:
                    hidden.cells.add((n, group, choice))
                    hidden.bounds.pop((n, group, choice), None)
        elif asked.has_all:
            for choice in choices_of(asked) if step == "all" else [choice for _, choice in leaking]:
                hidden.cells.add((n, ALL, choice))
                hidden.bounds.pop((n, ALL, choice), None)


@dataclass(slots=True)
class _Edge:
    start: object
    end: object
    flow: int
    low: int
    high: float
    cell: tuple[str, str] | None = None


def determined(n: int, asked: Asked, sizes: dict[str, int], hidden: Hidden) -> set[tuple[str, str]]:
    """Hidden cells (group, choice) that have one possible value only.

    The counts are a flow: from the groups (with one choice per person each gives no more than its size) to the choices, and on to the figures for all
    respondents. A cell can be otherwise exactly where the flow has a cycle through it that is not full; whole numbers are enough, since such a
    network has whole corners.
    """
    edges = _network(n, asked, sizes, hidden)
    way: dict[object, list[tuple[int, object]]] = {}
    for number, edge in enumerate(edges):
        if edge.flow < edge.high:
            way.setdefault(edge.start, []).append((number, edge.end))
        if edge.flow > edge.low:
            way.setdefault(edge.end, []).append((number, edge.start))

    def reaches(start: object, end: object, without: int) -> bool:
        seen, open_ends = {start}, [start]
        while open_ends:
            for number, there in way.get(open_ends.pop(), ()):
                if number != without and there not in seen:
                    if there == end:
                        return True
                    seen.add(there)
                    open_ends.append(there)
        return False

    return {
        edge.cell
        for number, edge in enumerate(edges)
        if edge.cell
        and not (edge.flow < edge.high and reaches(edge.end, edge.start, number))
        and not (edge.flow > edge.low and reaches(edge.start, edge.end, number))
    }


def _network(n: int, asked: Asked, sizes: dict[str, int], hidden: Hidden) -> list[_Edge]:
    """Edges source -> group -> choice -> sink -> source, over the hidden cells alone."""
    edges: list[_Edge] = []
    into: dict[str, int] = {}
    for group, row in asked.counts.items():
        size = sizes.get(group, max((count or 0 for count in row.values()), default=0))
        mine = {choice: count for choice, count in row.items() if count is not None and hidden.hides(n, group, choice)}
        if asked.exclusive and mine:
            shown = sum(count or 0 for choice, count in row.items() if choice not in mine)
            edges.append(_Edge("source", ("group", group), sum(mine.values()), 0, size - shown))
        for choice, count in mine.items():
            low, high = hidden.bounds.get((n, group, choice), (0, size))
            start = ("group", group) if asked.exclusive else "source"
            edges.append(_Edge(start, ("choice", choice), count, low, high, (group, choice)))
            into[choice] = into.get(choice, 0) + count
    totals_of = totals(asked) if asked.has_all else {}
    for choice, flow in into.items():
        total, low, high = totals_of.get(choice), 0, float("inf")  # type: ignore[assignment]
        if total is not None:
            shown = total - flow
            if not hidden.hides(n, ALL, choice):
                low = high = flow
            elif bound := hidden.bounds.get((n, ALL, choice)):
                low, high = bound[0] - shown, bound[1] - shown
        edges.append(_Edge(("choice", choice), "sink", flow, low, high))
    edges.append(_Edge("sink", "source", sum(into.values()), 0, float("inf")))
    return edges
