"""Reads when steps moved: the counting updates of a step in their order, each beside the one before it. One statement for any number of plans."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from actions.models import Ask
from planner.lib.db import day_of, moment_of

COUNTING = """
    SELECT u.id, u.step_id, u.as_of, u.recorded_at, u.status_id, u.by_id, u.edition_id,
        lag(u.status_id) OVER (PARTITION BY u.step_id ORDER BY u.as_of, u.recorded_at, u.id) AS before_id
    FROM actions_statusupdate u JOIN actions_actionstep a ON a.node_id = u.step_id
    WHERE a.is_present AND a.plan_id IN ({plans}) AND u.status_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM actions_statusupdate c WHERE c.corrects_id = u.id AND (c.status_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM actions_statusupdate w WHERE w.corrects_id = c.id AND w.status_id IS NULL)))
"""
"""As `actions.counting.newest` has it."""
MOVED = "(q.before_id IS NULL OR q.before_id <> q.status_id)"


def _counting(plans: Collection[int]) -> str:
    return COUNTING.format(plans=", ".join(["%s"] * len(plans)))


def last_moves(plans: Collection[int]) -> dict[int, date]:
    """Step -> the day from which it has its present status. A step of which nobody said anything is not in it."""
    if not plans:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT q.step_id, max(q.as_of) FROM ({_counting(plans)}) q WHERE {MOVED} GROUP BY q.step_id", list(plans))
        return {step: day for step, on in cursor.fetchall() if (day := day_of(on))}


@dataclass(frozen=True, slots=True)
class Moved:
    """That somebody said something of a step after a moment."""

    step: int
    before: int | None
    status: int
    by: int | None
    at: datetime

    @property
    def is_move(self) -> bool:
        """Else it was confirmed."""
        return self.before != self.status


def said_since(plans: Collection[int], since: datetime) -> list[Moved]:
    """What people said after a moment and counts, newest first; what a document said is no news of theirs."""
    if not plans:
        return []
    moment: datetime | str = since if connection.vendor == "postgresql" else str(connection.ops.adapt_datetimefield_value(since))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT q.step_id, q.before_id, q.status_id, q.by_id, q.recorded_at FROM ({_counting(plans)}) q WHERE q.recorded_at > %s"
            " AND q.edition_id IS NULL ORDER BY q.recorded_at DESC, q.id DESC",
            [*plans, moment],
        )
        return [Moved(step, before, status, by, moment_of(at)) for step, before, status, by, at in cursor.fetchall()]


def blocked_steps(plans: Collection[int]) -> dict[int, str]:
    """Step -> what it waits for: the newest word that nobody answered."""
    rows = Ask.objects.open().filter(kind=Ask.BLOCKED, step__plan__in=plans, step__is_present=True).order_by("pk")
    return dict(rows.values_list("step", "sentence"))
