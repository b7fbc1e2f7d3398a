"""Rules of status scales. Pure."""

from collections.abc import Mapping

from goals.models.plan import COMPLETE, NOT_STARTED, STOPPED, UNDER_WAY

RAMP = ("st1", "st1a", "st2", "st2a", "st3", "st3a", "st4")

DEFAULT_SCALE = (("Complete", 3, COMPLETE), ("In progress", 2, UNDER_WAY), ("Not started", 1, NOT_STARTED), ("On hold", None, STOPPED))
"""(name, rank, meaning) of an organization's template until it makes its own."""

STOPPED_WORDS = ("hold", "stopped", "cancel", "abandon", "discontinu", "suspend", "removed", "defer")


def looks(ranks: Mapping[int, int | None]) -> dict[int, str]:
    """The look of each status, {id: rank} -> {id: class}: lowest st1, highest st4, the others spread between; stx off the ladder."""
    ladder = sorted((rank, key) for key, rank in ranks.items() if rank is not None)
    found = dict.fromkeys(ranks, "stx")
    if len(ladder) == 4:
        steps = [0, 2, 4, 6]
    else:
        last = max(len(ladder) - 1, 1)
        steps = [round(6 * index / last) for index in range(len(ladder))]
    for (_, key), step in zip(ladder, steps, strict=True):
        found[key] = RAMP[step]
    return found


def meaning_of(name: str, rank: int | None, lowest: int | None, highest: int | None) -> str:
    """What rules take a status to mean where its source does not say: by its place on the ladder, off the ladder stopped or under way."""
    if rank is None:
        return STOPPED if any(word in name.lower() for word in STOPPED_WORDS) else UNDER_WAY
    if rank == lowest:
        return NOT_STARTED
    return COMPLETE if rank == highest else UNDER_WAY
