"""Which part of a plan each part of a document is. Pure.

A code is never identity alone: real plans use one twice, skip some and give one away again. Wording, code and place decide together, one to one,
from the surest pairs to the less sure ones; what is left over is new, or gone.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz

from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStep, DraftStrategy
from goals.models.nodes import ACTION_STEP, GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY

KIND: dict[type, str] = {DraftArea: GOAL_AREA, DraftObjective: PERFORMANCE_OBJECTIVE, DraftStrategy: STRATEGY, DraftStep: ACTION_STEP}
SAME_HERE, SAME_ELSEWHERE, RENUMBERED, ANYWHERE = 0.45, 0.6, 0.75, 0.85
"""How alike two wordings must be: with the same code under the same parent, with the same code elsewhere, with another code under the same parent, and
with nothing else in common. Tried on editions of five real plans: polished sentences of one step stay above 0.5, those of two steps below 0.45."""
MOST_PAIRS = 250_000
"""Wordings that are compared with one another in one pass; beyond that only those that share a code or a parent are."""


@dataclass(frozen=True)
class Known:
    """A part that the plan has or had."""

    node: int
    kind: str
    code: str
    title: str
    parent: int | None
    position: int
    is_present: bool
    description: str = ""
    former: tuple[str, ...] = ()
    """Folded titles that it had before staff reworded it: a document may know it by one of them."""

    @cached_property
    def words(self) -> str:
        return fold(self.title)


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def likeness(a: str, b: str) -> float:
    """Of two folded wordings, 0 to 1: the better of letter by letter and word by word, so that neither a typing error nor a turned sentence counts much."""
    if a == b:
        return 1.0
    return max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)) / 100


@dataclass(slots=True)
class _Seen:
    """One item of the document."""

    item: Any
    kind: str
    above: "_Seen | None"
    index: int
    words: str
    node: int | None = None

    @property
    def parent(self) -> Hashable:
        return self.above.node if self.above else None


@dataclass(slots=True)
class Matching:
    """The node of each item of a document; None for one that is new."""

    nodes: dict[int, int] = field(default_factory=dict)

    def node_of(self, item: Any) -> int | None:
        return self.nodes.get(id(item))


def match(known: Sequence[Known], draft: Draft) -> Matching:
    """Pairs from the top of the plan down, so that what hangs under a matched part is looked for there first."""
    seen = list(_seen(draft))
    by_kind: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_kind[one.kind].append(one)
    below_known, below_seen = _below_known(known), _below_seen(seen)
    for kind in (GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY):
        _Pairing(by_kind[kind], [one for one in seen if one.kind == kind], below_known, below_seen).run()
    # Steps by depth: a nested one is looked for under the parent that was found for its parent, and once more anywhere in the end.
    steps = [one for one in seen if one.kind == ACTION_STEP]
    pairing = _Pairing(by_kind[ACTION_STEP], steps, below_known, below_seen)
    pairing.run()
    return Matching({id(one.item): one.node for one in seen if one.node is not None})


def _seen(draft: Draft) -> Iterator[_Seen]:
    def below(item: Any, above: _Seen | None, index: int) -> Iterator[_Seen]:
        one = _Seen(item, KIND[type(item)], above, index, fold(item.title))
        yield one
        for key in ("objectives", "strategies", "steps"):
            for place, child in enumerate(getattr(item, key, ())):
                yield from below(child, one, place)

    for index, area in enumerate(draft.areas):
        yield from below(area, None, index)


def _below_known(known: Sequence[Known]) -> dict[Hashable, set[str]]:
    found: dict[Hashable, set[str]] = defaultdict(set)
    for one in known:
        found[one.parent].add(one.words)
    return found


def _below_seen(seen: Sequence[_Seen]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for one in seen:
        if one.above:
            found[id(one.above)].add(one.words)
    return found


class _Pairing:
    """Items and nodes of one level, paired pass by pass."""

    def __init__(
        self, known: Sequence[Known], seen: Sequence[_Seen], below_known: dict[Hashable, set[str]], below_seen: dict[int, set[str]]
    ) -> None:
        # Those that are in the plan on the document's day come first, then in the order that they have.
        self.known = sorted(known, key=lambda one: (not one.is_present, one.position, one.node))
        self.seen = seen
        self.below_known, self.below_seen = below_known, below_seen
        self.free = {one.node: one for one in self.known}

    def run(self) -> None:
        self.equal(lambda k: (k.parent, k.code, k.words), lambda s: (s.parent, s.item.code, s.words))
        self.equal(lambda k: (k.parent, k.words), lambda s: (s.parent, s.words))
        self.equal(lambda k: (k.code, k.words), lambda s: (s.item.code, s.words))
        self.equal(lambda k: k.words, lambda s: s.words)
        self.alike(lambda k: (k.parent, k.code) if k.code else None, lambda s: (s.parent, s.item.code) if s.item.code else None, SAME_HERE)
        self.alike(lambda k: k.code or None, lambda s: s.item.code or None, SAME_ELSEWHERE)
        self.alike(lambda k: ("under", k.parent), lambda s: ("under", s.parent), RENUMBERED)
        if len(self.free) * sum(one.node is None for one in self.seen) <= MOST_PAIRS:
            self.alike(lambda k: True, lambda s: True, ANYWHERE)

    def open(self) -> list[_Seen]:
        return [one for one in self.seen if one.node is None]

    def take(self, one: _Seen, known: Known) -> None:
        one.node = known.node
        del self.free[known.node]

    def equal(self, of_known: Callable[[Known], Hashable], of_seen: Callable[[_Seen], Hashable]) -> None:
        """Pairs with equal keys. Parents come before their children in `seen`, so a key with the parent's node is asked when that is known."""
        waiting: dict[Hashable, list[Known]] = defaultdict(list)
        for known in self.free.values():
            waiting[of_known(known)].append(known)
        for one in self.open():
            if found := waiting.get(of_seen(one)):
                self.take(one, found.pop(0))

    def alike(self, of_known: Callable[[Known], Hashable], of_seen: Callable[[_Seen], Hashable], least: float) -> None:
        """Pairs with equal keys that are alike enough, the likest first; keys that are None pair with nothing."""
        waiting: dict[Hashable, list[Known]] = defaultdict(list)
        for known in self.free.values():
            waiting[of_known(known)].append(known)
        found = []
        for order, one in enumerate(self.open()):
            key = of_seen(one)
            for known in waiting.get(key, ()) if key is not None else ():
                how = self.how_alike(one, known)
                if how >= least:
                    found.append((-how, not known.is_present, order, known.position, one, known))
        for *_, one, known in sorted(found, key=lambda pair: pair[:4]):
            if one.node is None and known.node in self.free:
                self.take(one, known)

    def how_alike(self, one: _Seen, known: Known) -> float:
        """Of wordings; what has things below it may also be known by them, when its own title was written anew."""
        own = max(likeness(one.words, words) for words in (known.words, *known.former))
        mine, theirs = self.below_seen.get(id(one), set()), self.below_known.get(known.node, set())
        if not mine or not theirs:
            return own
        return max(own, len(mine & theirs) / max(len(mine), len(theirs)))


def moved(before: Sequence[tuple[int, Hashable, str]], after: Sequence[tuple[int, Hashable, str]]) -> list[int]:
    """Nodes with another parent, code or order, among those that are in both: (node, parent, code) in the order of the plan.

    Of siblings that changed places as few as possible are named: those outside of the longest run that kept its order.
    """
    was = {node: (parent, code) for node, parent, code in before}
    place = {node: n for n, (node, _, _) in enumerate(before)}
    is_now = {node for node, _, _ in after}
    found = {node for node, parent, code in after if node in was and was[node] != (parent, code)}
    families: dict[Hashable, list[int]] = defaultdict(list)
    for node, parent, _ in after:
        if node in was and was[node][0] == parent and node in is_now:
            families[parent].append(node)
    for family in families.values():
        kept = longest_rising([place[node] for node in family])
        found |= {node for n, node in enumerate(family) if n not in kept}
    return [node for node, _, _ in after if node in found]


def longest_rising(held: Iterable[int | None]) -> set[int]:
    """Indexes of the longest strictly rising run among the values that are there.

    >>> sorted(longest_rising([3, 0, None, 1, 2]))
    [1, 3, 4]
    """
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index, value in enumerate(held):
        if value is None:
            continue
        at = bisect_left(tails, value)
        before[index] = ends[at - 1] if at else None
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [index]
    found, index_ = set(), ends[-1] if ends else None
    while index_ is not None:
        found.add(index_)
        index_ = before[index_]
    return found
