"""What a page says in sentences: those of `actions.words`, for the pages that everybody reads."""

from actions.words import (
    Behind,
    Piece,
    a_step,
    area_note,
    counted,
    day,
    difference,
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

__all__ = [
    "Behind", "Piece", "a_step", "area_note", "counted", "day", "difference", "freshness", "furthest_behind", "headline", "is_not_started", "joined", "many",
    "percent", "short_day", "step", "steps",
]  # fmt: skip
