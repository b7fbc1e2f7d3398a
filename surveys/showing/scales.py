"""Scales as bars that part in the middle: what disagrees goes left, what agrees goes right. Pure."""

import re
from dataclasses import dataclass
from itertools import pairwise

from surveys.percents import percent_of
from surveys.reading.kinds import BESIDE_SCALE, LADDER
from surveys.reading.labels import plain
from surveys.showing import words
from surveys.showing.figures import UNKNOWN, Figure, Question, Table


@dataclass(frozen=True, slots=True)
class Piece:
    look: str
    """low2, low1, mid, high1, high2: from the left end to the right."""
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    base: str
    pieces: tuple[Piece, ...]
    words: str
    """The same for who does not see the bar."""
    percents: tuple[str, ...]
    """Of the steps, then of what stands beside them."""


@dataclass(frozen=True, slots=True)
class Scale:
    id: str
    title: str
    headline: str
    labels: tuple[str, ...]
    beside: tuple[str, ...]
    """Choices that are no step of it, as “not applicable”."""
    looks: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str

    @property
    def key(self) -> list[tuple[str, str]]:
        """(label, look) of each step."""
        return list(zip(self.labels, self.looks, strict=True))


def steps_of(labels: list[str], *, by_number: bool = True) -> list[str] | None:
    """The labels from the lowest to the highest; None where they are no scale that we know. `by_number`: “1 Poor” is the first step."""
    numbered = [(re.match(r"\s*(-?\d+)\b", label), label) for label in labels]
    if by_number and all(match for match, _ in numbered):
        return [label for _, label in sorted(((int(match[1]), label) for match, label in numbered if match), key=lambda pair: pair[0])]
    if len(labels) < 3 or not all(plain(label) in LADDER for label in labels):
        return None
    return sorted(labels, key=lambda label: LADDER[plain(label)])


def looks_of(n: int) -> tuple[str, ...]:
    """The two halves with the middle between them where there is one."""
    half = n // 2
    low = ["low2"] * (half - half // 2) + ["low1"] * (half // 2)
    high = ["high1"] * (half // 2) + ["high2"] * (half - half // 2)
    return (*low, *(["mid"] if n % 2 else []), *high)


def steps(question: Question) -> tuple[list[str], list[str]] | None:
    """The steps of its scale from the lowest to the highest, and the choices that are none; None where it is no scale."""
    if question.kind not in KINDS:
        return None
    beside = [label for label in question.labels if plain(label) in BESIDE_SCALE]
    labels = steps_of([label for label in question.labels if label not in beside], by_number=question.kind != "single")
    return (labels, beside) if labels and 2 <= len(labels) <= 11 else None


def scale(question: Question, *, id: str = "scale") -> Scale | None:
    """The bars of all groups; None where the choices are no scale, or one that has a single step. Numbers of a single choice, as “6-10 years”, are none."""
    found = steps(question)
    if found is None:
        return None
    labels, beside = found
    looks = looks_of(len(labels))
    lines = tuple(_line(table, labels, looks, beside) for table in question.tables)
    note = (
        f"{NOTE} {words.joined([f'“{label}”' for label in beside])} {'is no step' if len(beside) == 1 else 'are no steps'} of the scale."
        if beside
        else NOTE
    )
    return Scale(id, question.text, _headline(question, labels), tuple(labels), tuple(beside), looks, lines, note)


KINDS = ("scale", "matrix", "single")
NOTE = "The middle of the scale stands in the middle of each bar. Percents are of all who took part in a group, so those who did not answer are missing from it."


def _line(table: Table, labels: list[str], looks: tuple[str, ...], beside: list[str]) -> Line:
    figures = [table.figures.get(label, Figure(UNKNOWN)) for label in [*labels, *beside]]
    percents = tuple(figure.percent_words for figure in figures)
    said = ", ".join(f"{label}: {share}" for label, share in zip([*labels, *beside], percents, strict=True))
    shares = [figure.percent for figure in figures[: len(labels)]]
    if any(share is None for share in shares):
        return Line(table.name, f"{table.base:,}", (), f"{table.name}: {said}", percents)
    wide = [share or 0.0 for share in shares]
    left = sum(share for share, look in zip(wide, looks, strict=True) if look.startswith("low"))
    middle = sum(share for share, look in zip(wide, looks, strict=True) if look == "mid")
    # half of the width is 100 percent, so that the bars of all groups have one scale and one middle
    at = 50 - (left + middle / 2) / 2
    edges = [at]
    for share in wide:
        edges.append(edges[-1] + share / 2)
    pieces = tuple(
        Piece(look, f"{start:.2f}", f"{end - start:.2f}") for (start, end), look in zip(pairwise(edges), looks, strict=True) if end > start
    )
    return Line(table.name, f"{table.base:,}", pieces, f"{table.name}: {said}", percents)


def _headline(question: Question, labels: list[str]) -> str:
    """What is to be said of everybody, else of the largest group of which all is known."""
    tables = sorted(question.tables, key=lambda one: (not one.is_all, -one.base))
    return next((said for table in tables if (said := headline(table, labels))), WITHHELD if tables else "")


WITHHELD = "Some figures of this scale are withheld, because groups are small."


def headline(table: Table, labels: list[str]) -> str:
    """ "62% of parents are on the upper half of the scale, 18% on the lower." Empty where a step is withheld."""
    counts = [table.figures[label].count if label in table.figures else None for label in labels]
    if any(count is None for count in counts) or not table.base:
        return ""
    half = len(labels) // 2
    low, high = sum(count or 0 for count in counts[:half]), sum(count or 0 for count in counts[-half:])
    who = words.share_of(f"{percent_of(high, table.base)}%", table)
    return f"{who} chose the upper half, “{labels[-half]}” or more; {percent_of(low, table.base)}% the lower, “{labels[half - 1]}” or less."
