"""Two wordings side by side, with the words that differ. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Piece:
    words: str
    is_changed: bool = False


def sides(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """The old wording with what went and the new one with what came. Joined, the pieces of a side are its text."""
    a, b = re.findall(r"\s+|[^\s\w]|\w+", old), re.findall(r"\s+|[^\s\w]|\w+", new)
    left: list[Piece] = []
    right: list[Piece] = []
    for same, a1, a2, b1, b2 in _runs(a, b):
        for side, words in ((left, "".join(a[a1:a2])), (right, "".join(b[b1:b2]))):
            if words:
                side.append(Piece(words, is_changed=not same))
    return left, right


def _runs(a: list[str], b: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Equal and different stretches in turn; a lone space between two differences belongs to them."""
    runs: list[tuple[bool, int, int, int, int]] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = tag == "equal" and not (runs and not "".join(a[a1:a2]).strip() and a2 < len(a))
        if runs and runs[-1][0] == same:
            _, x1, _, y1, _ = runs.pop()
            runs.append((same, x1, a2, y1, b2))
        else:
            runs.append((same, a1, a2, b1, b2))
    return runs
