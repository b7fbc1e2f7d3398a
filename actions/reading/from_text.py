"""Plain text and Markdown in the layouts that the recognisers know. Pure."""

from collections.abc import Sequence

from actions.reading.blocks import blocks_of_text
from actions.reading.draft import Draft, DraftStatus, Issue, NotAPlan
from actions.reading.recognisers import best
from planner.lib.encodings import NotText, decode

LEAST_UNDERSTOOD = 0.25
"""The share of lines that must be used or known, so that a letter which mentions a goal or two is not taken for a plan."""


def read(data: bytes, name: str, *, known_statuses: Sequence[DraftStatus] = ()) -> Draft:
    """Raises NotAPlan with one sentence that says what was looked for."""
    try:
        text, encoding = decode(data)
    except NotText as error:
        raise NotAPlan(f"“{name}” cannot be read as a plan. {error}") from error
    draft = best(blocks_of_text(text), known_statuses)
    lines = draft.lines() if draft else {}
    if draft is None or not draft.counts()["goal_areas"] or lines["used"] + lines["known"] < LEAST_UNDERSTOOD * lines["total"]:
        raise NotAPlan(
            f"No plan was found in “{name}”: there are no lines such as “Goal 1: …”, “Strategy 1.1: …” or “Action Step 1.1.1: …” in it."
            " Bring the plan itself, or put such words and numbers before its parts."
        )
    draft.source = text.rstrip("\n").split("\n")
    if encoding not in ("utf-8", "utf-8-sig"):
        said = f"The file is not UTF-8 and was read as {encoding}. If letters such as é or ’ look wrong below, save it as UTF-8 and bring it again."
        draft.issues.insert(0, Issue(None, "encoding", "info", said))
    return draft
