"""What a page says in sentences: those of `actions.words`, and what became different between two days. Pure."""

from dataclasses import dataclass

from actions.picture import PlanPicture
from actions.words import (
    Behind,
    area_note,
    counted,
    day,
    freshness,
    furthest_behind,
    headline,
    is_not_started,
    joined,
    many,
    percent,
    short_day,
    step,
    steps,
)
from dashboards.difference import Difference

__all__ = [
    "Behind", "Piece", "area_note", "counted", "day", "difference", "freshness", "furthest_behind", "headline", "is_not_started", "joined", "many",
    "percent", "short_day", "step", "steps",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence; with an address they are a link."""

    words: str
    href: str = ""


def _was(count: int, verb: str) -> str:
    return f"{count} {'was' if count == 1 else 'were'} {verb}"


SAID = {
    "up": lambda n: f"{n} moved up",
    "back": lambda n: f"{n} moved back",
    "other": lambda n: f"{n} changed status otherwise",
    "reworded": lambda n: _was(n, "reworded"),
    "placed": lambda n: _was(n, "moved or renumbered"),
    "added": lambda n: _was(n, "added"),
    "removed": lambda n: _was(n, "removed"),
}


def difference(found: Difference, picture: PlanPicture, href: str) -> tuple[Piece, ...]:
    """ "12 action steps moved up, 3 moved back, 2 were reworded, 1 was removed." Each part links to its list."""
    said: list[Piece] = []
    for kind, words in SAID.items():
        if count := found.count(kind):
            text = words(count)
            if not said:
                text = text.replace(str(count), counted(count, picture), 1)
            said.append(Piece(text, f"{href}#{kind}"))
    if not said:
        if found:
            return (Piece(f"no {step(picture)} changed, but "), Piece("what they hang under did", href), Piece("."))
        return (Piece("nothing changed."),)
    pieces: list[Piece] = []
    for n, piece in enumerate(said):
        if n:
            pieces.append(Piece(" and " if n == len(said) - 1 else ", "))
        pieces.append(piece)
    return (*pieces, Piece("."))
