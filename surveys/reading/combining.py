"""Several choices in a cell, joined as people and data frames do it: by slashes and plus signs, as a list, or by a mere space between labels that have spaces.

What stands alone in other cells is a choice. A sign parts choices where nearly all that holds it falls apart into such.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from surveys.reading.labels import tidy
from surveys.reading.splitting import LIST, MOST_CHOICES, Splitter, pieces_of

BETWEEN = (" / ", "/", " + ", "+", " & ", " and ")
SPACED = " \0"
"""In place of the sign of a column whose labels a tool joins by a space."""
MOST_CELLS = 2000
MOST_WORDS = 60
LONGEST = 2000
"""Characters of a cell in which choices are looked for."""


def combined(cells: Mapping[str, int], sign: str) -> tuple[Splitter, Counter] | None:
    """How cells fall apart, and how often each choice stands; None where they do not."""
    cells = {cell: times for cell, times in cells.items() if cell}
    if not 2 < len(cells) <= MOST_CELLS or max(map(len, cells)) > LONGEST:
        return None
    if sum(cell[0] == "[" and cell[-1] == "]" for cell in cells) >= 0.9 * len(cells):
        return counted(Splitter(LIST), cells)
    if sign == SPACED and (found := spaced(cells)):
        return counted(Splitter(" ", choices=found), cells)
    for between in BETWEEN:
        held = [cell for cell in cells if between in cell]
        if len(held) > 1 and sum(are_choices(pieces_of(cell, between), cells) for cell in held) >= max(2, 0.8 * len(held)):
            return counted(Splitter(between), cells)
    return None


def counted(splitter: Splitter, cells: Mapping[str, int]) -> tuple[Splitter, Counter] | None:
    counts: Counter = Counter()
    for cell, times in cells.items():
        for choice in splitter.split(cell):
            counts[choice] += times
    return (splitter, counts) if 1 < len(counts) <= MOST_CHOICES else None


def are_choices(pieces: Iterable[str], cells: Mapping[str, int]) -> bool:
    return all(piece in cells for piece in pieces)


def spaced(cells: Mapping[str, int]) -> list[str]:
    """The labels of which at least a quarter of the cells are made, with a space between; none where fewer are."""
    labels: dict[tuple[str, ...], str] = {}
    made = 0
    for words in sorted({tuple(cell.split()) for cell in cells}, key=len):
        if len(words) > MOST_WORDS:
            return []
        if is_made_of(words, labels):
            made += 1
        else:
            labels[words] = tidy(" ".join(words))
    return list(labels.values()) if made > 1 and made >= 0.25 * len(cells) else []


def is_made_of(words: tuple[str, ...], labels: Mapping[tuple[str, ...], str]) -> bool:
    """Whether these words are labels one behind the other, each once."""
    reached = {0}
    for at in range(len(words)):
        if at in reached:
            reached |= {end for end in range(at + 1, len(words) + 1) if words[at:end] in labels}
    return len(words) in reached
