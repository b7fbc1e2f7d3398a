"""How the wording of a part of a plan changed, old and new side by side: read from the database."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from actions.services.updates import CHANNEL_WORDS
from actions.talk import by_words
from actions.wording import Piece, sides
from goals.models import Wording
from planner.lib.dates import moment_words, us_date


@dataclass(frozen=True, slots=True)
class Pair:
    until: str
    since: str
    old: Sequence[Piece]
    new: Sequence[Piece]
    recorded: str
    by: str = ""
    """Empty where visitors read it."""


@dataclass(frozen=True, slots=True)
class Wordings:
    says: str = ""
    pairs: Sequence[Pair] = field(default_factory=list)


def wordings_of(node: int, zone: str, *, with_names: bool = False) -> Wordings:
    """Each change of the wording, newest first. `zone` is that of the organization."""
    versions = Wording.objects.filter(node=node).select_related("by").order_by("as_of", "recorded_at", "pk")
    pairs = [_pair(old, new, zone, with_names=with_names) for old, new in itertools.pairwise(versions) if text_of(old) != text_of(new)]
    if not pairs:
        return Wordings()
    count = len(pairs)
    return Wordings(f"The wording changed {'once' if count == 1 else f'{count} times'}. The words that differ are marked.", pairs[::-1])


def _pair(old: Wording, new: Wording, zone: str, *, with_names: bool) -> Pair:
    is_later = new.as_of > old.as_of
    return Pair(
        f"Until {us_date(new.as_of - timedelta(days=1))}" if is_later else f"First written for {us_date(old.as_of)}",
        f"Since {us_date(new.as_of)}" if is_later else f"Corrected for {us_date(new.as_of)}",
        *sides(text_of(old), text_of(new)),
        f"Recorded {moment_words(new.recorded_at, zone)}, {CHANNEL_WORDS[new.channel]}",
        by_words(new.by, new.channel) if with_names else "",
    )


def text_of(version: Wording) -> str:
    return f"{version.title}\n{version.description}".strip()
