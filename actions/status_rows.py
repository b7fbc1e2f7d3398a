"""Statuses of a scale as their page shows them: look, place, use, and where each can go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from actions.pictures import status_words
from actions.words import counted_of
from goals.models import MEANINGS, Plan, Status


@dataclass(frozen=True, slots=True)
class StatusRow:
    id: int
    name: str
    look: str
    meaning: str
    use: str
    """ "24 action steps" """
    is_retired: bool
    place: int | None
    """On the ladder, 1 the lowest; None: off it, or retired."""
    up: int | None
    """The place above, where there is one."""
    down: int | None
    can_retire: bool
    on: int | None
    """The place at the top of the ladder, for one that is off it."""


def status_rows(plan: Plan, statuses: Iterable[Status], uses: Mapping[int, int]) -> list[StatusRow]:
    """Highest first, then those off the ladder, then the retired. `uses` is status -> steps that have it now."""
    found = sorted(statuses, key=lambda one: (one.is_retired, one.rank is None, -(one.rank or 0), one.pk))
    looks = {
        word.id: word.look
        for word in status_words(
            {"id": s.pk, "name": s.name, "rank": s.rank, "meaning": s.meaning, "is_retired": s.is_retired} for s in found
        )
    }
    ladder = [one.pk for one in reversed(found) if one.rank is not None and not one.is_retired]
    active = sum(not one.is_retired for one in found)
    rows = []
    for one in found:
        place = ladder.index(one.pk) + 1 if one.pk in ladder else None
        rows.append(
            StatusRow(
                id=one.pk,
                name=one.name,
                look=looks[one.pk],
                meaning=dict(MEANINGS)[one.meaning],
                use=counted_of(uses.get(one.pk, 0), plan.word("action_step").lower()),
                is_retired=one.is_retired,
                place=place,
                up=place + 1 if place is not None and place < len(ladder) else None,
                down=place - 1 if place is not None and place > 1 else None,
                can_retire=not one.is_retired and active > 1,
                on=len(ladder) + 1 if place is None and not one.is_retired else None,
            )
        )
    return rows
