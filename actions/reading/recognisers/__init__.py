"""Small pure readers of blocks, one for each layout. Each gives a `Draft`, or None where the blocks are not of its layout.

To read another layout: add a module with `recognise(blocks, known_statuses)` and name it in RECOGNISERS; see CONTRIBUTING.md.
"""

from collections.abc import Callable, Sequence

from actions.reading.blocks import Block
from actions.reading.draft import Draft, DraftStatus
from actions.reading.recognisers import labeled_outline

Recogniser = Callable[[Sequence[Block], Sequence[DraftStatus]], Draft | None]

RECOGNISERS: tuple[Recogniser, ...] = (labeled_outline.recognise,)


def best(blocks: Sequence[Block], known_statuses: Sequence[DraftStatus]) -> Draft | None:
    """What the recogniser that explains most lines makes of the blocks."""
    drafts = [draft for recognise in RECOGNISERS if (draft := recognise(blocks, known_statuses)) is not None]
    return max(drafts, key=lambda draft: -draft.lines()["unexplained"], default=None)
