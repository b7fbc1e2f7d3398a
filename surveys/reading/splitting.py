"""Several choices in one cell, joined by a sign that the choices themselves may contain.

What a choice is shows in the column: “readiness, graduation, and success” are three pieces of which none ever stands without the others, while two
choices are sometimes chosen apart. So pieces are counted over all rows, once, and joined where they always go together - if that cannot be chance, or
the wording says so (an open bracket, “and ...”, a small letter where choices begin with capitals). Time is linear in the length of the column.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import lgamma

from surveys.reading.labels import tidy

SIGNS = (";", "\n", "|", ",")
CERTAIN = 14.0
"""Natural logarithm of how many ways there are to choose the rows: above it, going together is no chance (one in a million)."""
MOST_CHOICES = 150
BY_CHANCE = 4
"""Times that what somebody typed may stand behind the same choice each time without being a part of it."""


@dataclass(slots=True)
class Pair:
    """Two pieces that always go together, where the wording does not say whether they are one choice."""

    first: str
    second: str
    rows: int
    joined: bool


@dataclass(slots=True)
class Splitter:
    """How the cells of one column fall apart. `choices` may be given: then the longest that fits is taken, and nothing is learned."""

    sign: str
    together: set[tuple[str, str]] = field(default_factory=set)
    choices: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=dict)
    """Cell -> its choices, of those cells that were learned from."""
    _by_first: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)

    def split(self, cell: str) -> list[str]:
        """The choices in a cell, each once, in its order."""
        found = self.known.get(cell)
        return self.choices_in(cell, pieces_of(cell, self.sign)) if found is None else found

    def choices_in(self, cell: str, pieces: list[str]) -> list[str]:
        """The same where it is known already what stands between the signs."""
        found: dict[str, None] = {}
        if self.choices:
            for choice in self._longest(pieces):
                found[choice] = None
            return list(found)
        if not pieces:
            return []
        together, sign = self.together, self.sign
        if not together:
            return list(dict.fromkeys([tidy(piece) for piece in pieces]))
        current = last = pieces[0]
        for piece in pieces[1:]:
            if (last, piece) in together:
                glue = sign if f"{last}{sign}{piece}" in cell else f"{sign} "
                current = f"{current}{glue}{piece}"
            else:
                found[tidy(current)] = None
                current = piece
            last = piece
        found[tidy(current)] = None
        return list(found)

    def _longest(self, pieces: list[str]) -> list[str]:
        if not self._by_first:
            for choice in self.choices:
                parts = [tidy(p) for p in pieces_of(choice, self.sign)]
                if parts:
                    self._by_first.setdefault(parts[0], []).append((parts, choice))
            for known in self._by_first.values():
                known.sort(key=lambda pair: len(pair[0]), reverse=True)
        clean, found, at = [tidy(p) for p in pieces], [], 0
        while at < len(pieces):
            for parts, choice in self._by_first.get(clean[at], ()):
                if clean[at : at + len(parts)] == parts:
                    found.append(choice)
                    at += len(parts)
                    break
            else:
                found.append(clean[at])
                at += 1
        return found


GROUPED = re.compile(r"\d,\d{3}(?!\d)")
THOUSANDS = re.compile(r"[^\d,\s].*\d,\d{3}(?!\d)|\d,\d{3}(?!\d).*[^\d,\s]", re.S)
NOT_IN_NUMBERS = re.compile(r",(?!(?<=\d,)\d{3}(?!\d))")
"""Commas but those of 1,000, in cells that hold more than numbers."""


LIST = "[]"
"""In place of a sign: a list as programs write it, “['Bus', 'Bike']”."""
LISTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\[\],"']+))\s*""")


def pieces_of(cell: str, sign: str) -> list[str]:
    """What stands between the signs; what a bracket encloses stays in one piece."""
    if sign == LIST:
        return [piece for found in LISTED.findall(cell) if (piece := "".join(found).strip())]
    cell = cell.rstrip().removesuffix(sign.strip())
    apart = sign != "," or not GROUPED.search(cell) or not THOUSANDS.search(cell)
    parts = cell.split(sign) if apart else NOT_IN_NUMBERS.split(cell)
    if "(" not in cell and "[" not in cell:
        return [p for p in map(str.strip, parts) if p]
    pieces, open_at, depth = [], -1, 0
    for n, part in enumerate(parts):
        depth += part.count("(") + part.count("[") - part.count(")") - part.count("]")
        if open_at < 0:
            if depth > 0:
                open_at = n
            else:
                pieces.append(part)
                depth = 0
        elif depth <= 0:
            pieces.append(sign.join(parts[open_at : n + 1]))
            open_at, depth = -1, 0
    if open_at >= 0:  # never closed: then it encloses nothing
        pieces += parts[open_at:]
    return [p for p in map(str.strip, pieces) if p]


def sign_of(cells: Mapping[str, int], sign: str) -> str:
    """The sign with the space behind it, where it nearly always has one: “1,000” is then no two pieces."""
    bare = spaced = 0
    for cell in cells:
        if sign in cell:
            found = cell.rstrip(sign + " ")
            bare += found.count(sign)
            spaced += found.count(sign + " ")
    return sign + " " if sign != "\n" and bare and spaced >= 0.95 * bare else sign


def learn(cells: Mapping[str, int], sign: str, *, is_sure: bool = False) -> tuple[Splitter, Counter]:
    """How these cells (each with its number of rows) fall apart at a sign, and in how many rows each choice stands.

    `is_sure` where the tool joins with that sign: then a bare one always parts choices, also two that are always taken together.
    """
    sign = sign_of(cells, sign)
    splitter = Splitter(sign)
    apart: dict[str, list[str]] = {}
    by_times: dict[int, list[str | None]] = {}
    capitals = rows = 0
    for cell, times in cells.items():
        pieces = apart[cell] = pieces_of(cell, sign)
        if pieces:
            by_times.setdefault(times, []).extend(pieces)
            by_times[times].append(None)
            rows += times
            capitals += 0 if pieces[0][0].islower() else times
    behind_a_space = goes_on_after_space(cells, sign)
    alone, together = _counted(by_times)
    small_goes_on = sign not in BARE and capitals >= 0.9 * rows
    followed: Counter = Counter()
    for (first, second), times in together.items():
        if first and second and second[0].islower():
            followed[first] += times
    for (first, second), times in together.items():
        if first is None or second is None:
            continue
        always_after, always_before = times == alone[first], times == alone[second]
        if not (always_after or always_before):
            continue
        # what somebody typed behind a choice begins small too, but rarely comes again, and that choice mostly stands without it
        by_chance = not always_after and times < BY_CHANCE and followed[first] < 0.9 * alone[first]
        small_means_on = small_goes_on and not by_chance
        if second in behind_a_space or goes_on(second, small_means_on=small_means_on):
            splitter.together.add((first, second))
        elif always_after and always_before and first != second and not (is_sure and sign in BARE):
            certain = times >= 3 and ways(rows, times) > CERTAIN
            if certain:
                splitter.together.add((first, second))
            if times > 1:
                splitter.pairs.append(Pair(tidy(first), tidy(second), times, certain))
    counts: Counter = Counter()
    for cell, times in cells.items():
        chosen = splitter.known[cell] = splitter.choices_in(cell, apart[cell])
        for choice in chosen:
            counts[choice] += times
    return splitter, counts


BARE = frozenset([";", "|", "\n"])
"""Signs that a tool writes without a space: what begins with a small letter behind one is a choice like any other."""


def goes_on_after_space(cells: Mapping[str, int], sign: str) -> set[str]:
    """Pieces that always stand behind a sign with a space, where the tool writes none: “first words” of “Early years; first words”."""
    if sign not in BARE:
        return set()
    spaced: set[str] = set()
    bare: set[str] = set()
    for cell in cells:
        if sign in cell:
            first, *rest = cell.split(sign)
            bare.add(first.strip())
            for piece in rest:
                (spaced if piece[:1] == " " else bare).add(piece.strip())
    return spaced - bare - {""}


def _counted(by_times: dict[int, list[str | None]]) -> tuple[Counter, Counter]:
    """How often each piece stands, and each directly before another. None parts the cells; those of cells that come as often are counted at once."""
    alone: Counter = Counter()
    together: Counter = Counter()
    for times, pieces in by_times.items():
        singles, pairs = Counter(pieces), Counter(pairwise(pieces))
        for found, into in ((singles, alone), (pairs, together)):
            if times == 1 and not into:
                into.update(found)
            else:
                for key, n in found.items():
                    into[key] += n * times
    return alone, together


def is_text(cells: Mapping[str, int], sign: str) -> bool:
    """Whether a look at some cells shows already that the pieces between the signs are not given again: sentences with commas."""
    some = [cell for cell, _ in zip(cells, range(1500), strict=False) if sign in cell][:400]
    pieces = [piece for cell in some for piece in pieces_of(cell, sign)]
    return len(pieces) >= 200 and len(set(pieces)) > 0.5 * len(pieces)


def many_without(cells: Mapping[str, int], sign: str) -> bool:
    """Whether more cells are given again without the sign than a question has choices: what `looks_joined` would find out after the work of `learn`."""
    return len({tidy(cell) for cell, times in cells.items() if times > 1 and sign not in cell}) > MOST_CHOICES


def goes_on(piece: str, *, small_means_on: bool) -> bool:
    """Whether a piece reads like the rest of a sentence."""
    if re.match(r"(?:and|or|y|o|et|und|including|such as|etc)\b|&", piece):
        return True
    return small_means_on and piece[0].islower()


def are_compound(cells: Mapping[str, int], sign: str) -> bool:
    """Whether the pieces are places of one answer, as in “Decatur, GA”: each cell has as many, and what stands first never stands second."""
    places: list[set[str]] = []
    for cell in cells:
        pieces = pieces_of(cell, sign)
        places = places or [set() for _ in pieces]
        if len(pieces) != len(places):
            return False
        for place, piece in zip(places, pieces, strict=True):
            place.add(piece)
    return len(cells) > 1 and len(places) > 1 and len(set().union(*places)) == sum(map(len, places))


CODE = re.compile(r"[\w.-]+")


def are_codes(cells: Mapping[str, int]) -> bool:
    """Whether what spaces part are names of choices, and not the words of a label or a sentence: most of them are also chosen alone."""
    pieces = {piece for cell in cells for piece in cell.split(" ") if piece}
    alone = sum(piece in cells for piece in pieces)
    return all(CODE.fullmatch(piece) for piece in pieces) and alone >= 0.5 * len(pieces)


def ways(rows: int, chosen: int) -> float:
    """Natural logarithm of the number of ways to choose so many of the rows."""
    return lgamma(rows + 1) - lgamma(chosen + 1) - lgamma(rows - chosen + 1)


def looks_joined(cells: Mapping[str, int], counts: Counter, splitter: Splitter | None = None) -> bool:
    """Whether what `learn` found is a question with several choices, and not a text with commas or a single choice whose labels have some."""
    rows = sum(cells.values())
    chosen = sum(counts.values())
    if not rows or chosen <= rows or len(counts) < 2:
        return False
    if splitter and rarely_again(splitter, counts):
        return False
    again = [label for label, times in counts.items() if times > 1]
    covered = sum(counts[label] for label in again) / chosen
    if len(again) > MOST_CHOICES or any(len(label) > 300 for label in again):
        return False
    enough = 0.5 if rows < 30 else 0.8
    # of very few answers every piece has to be given again
    return covered >= enough and len(again) >= 2 and (len(again) < chosen / 2 or (covered == 1 and len(again) == chosen / 2))


def rarely_again(splitter: Splitter, counts: Counter) -> bool:
    """Whether what stands together in a cell mostly stands nowhere else: one who typed an answer of their own put a comma into it."""
    pieces = [choice for found in splitter.known.values() if len(found) > 1 for choice in found]
    return sum(counts[piece] > 1 for piece in pieces) < 0.5 * len(pieces)
