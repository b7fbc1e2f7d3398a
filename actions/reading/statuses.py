"""Scales of statuses as documents give them: by a legend, or only by the words beside the steps. Pure."""

from collections.abc import Iterable, Sequence

from actions.reading.draft import DraftStatus

LOW = ("not started", "not yet started", "not begun", "to do", "no progress", "not implemented", "future", "waiting", "pending")
PLANNING = ("planning", "planned", "design", "developing", "initiated", "emerging", "beginning", "early")
HIGH = ("fully implemented", "complete", "completed", "done", "achieved", "met", "finished", "implemented", "accomplished", "closed")
STOPPED = ("hold", "stopped", "cancel", "abandon", "discontinu", "suspend", "removed", "defer")


def fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def guess(name: str) -> int | None:
    """How far along a status seems to be by its words: 0 not started, 1 planning, 2 under way, 3 complete; None is off the ladder."""
    words = fold(name)
    if any(word in words for word in STOPPED):
        return None
    if words in LOW or any(words.startswith(word) for word in ("not started", "not yet", "not begun", "not implemented")):
        return 0
    if words in HIGH or words.startswith(("fully ", "complete")):
        return 3
    return 1 if any(word in words for word in PLANNING) else 2


def ladder(names: Sequence[str]) -> list[DraftStatus]:
    """A legend's statuses, lowest first. The legend may run either way: the end that sounds less far along is the lowest."""
    on = [name for name in names if guess(name) is not None]
    if on and (guess(on[0]) or 0) > (guess(on[-1]) or 0):
        on.reverse()
    ranks = {name: rank for rank, name in enumerate(on, 1)}
    return [DraftStatus(name, ranks[name]) for name in on] + [DraftStatus(name) for name in names if name not in ranks]


def scale_of(used: Iterable[str], known: Sequence[DraftStatus]) -> list[DraftStatus]:
    """The scale of a document without a legend: the one that is known where it has all the words, else one made of the words, by how they sound."""
    names = list(dict.fromkeys(used))
    if not names:
        return []
    by_name = {fold(status.name) for status in known}
    if all(fold(name) in by_name for name in names):
        return list(known)
    on = sorted((name for name in names if guess(name) is not None), key=lambda name: guess(name) or 0)
    return ladder(on) + [DraftStatus(name) for name in names if guess(name) is None]
