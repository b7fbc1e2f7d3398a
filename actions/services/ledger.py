"""The ledger of reminders as a sender works with it: claim some, send each, write down what came of it, give back the rest.

That a mail was sent is written down while the next one is on its way to the server, and before the server has the last byte of that: who dies
leaves one mail behind, at most, of which it is not known whether it went.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import AddressChange
from actions.models import Reminder
from planner.lib.beside import Beside, beside
from planner.lib.db import Clock, ClockIn, clock_sql

CLAIM = 300
"""Seconds that a claim holds; it is renewed while the batch is sent."""


@dataclass(slots=True)
class Batch:
    """Claimed reminders in the hands of one sender."""

    claim: uuid.UUID
    reminders: list[Reminder]
    ending: Beside
    renewed: float = field(default_factory=time.monotonic)

    def still_mine(self) -> bool:
        """Keep the claim alive; False where it has run out and others may have taken a part."""
        if time.monotonic() - self.renewed < CLAIM / 3:
            return True
        kept = Reminder.objects.filter(claim=self.claim, state=Reminder.CLAIMED, claimed_until__gt=Clock()).update(
            claimed_until=ClockIn(CLAIM)
        )
        self.renewed = time.monotonic()
        return bool(kept)

    def release(self) -> None:
        """Give back what was not tried."""
        Reminder.objects.filter(claim=self.claim, state=Reminder.CLAIMED).update(state=Reminder.PLANNED, claim=None, claimed_until=None)

    def begin_end(self, reminder: Reminder, state: str, error: str = "", tries: int | None = None) -> None:
        """Begin to write down how it ended: that is done when `settle` comes back, or any other statement."""
        key = Reminder._meta.get_field("claim").get_db_prep_value(self.claim, connection)
        self.ending.start([state, error, reminder.tries if tries is None else tries, reminder.pk, key])

    def end(self, reminder: Reminder, state: str, error: str = "", tries: int | None = None) -> None:
        self.begin_end(reminder, state, error, tries)
        self.settle()

    def settle(self) -> None:
        """Wait until all is on the disk that was begun."""
        self.ending.wait()

    def put_off(self, reminder: Reminder, error: str, *, tries: int, pause: int) -> None:
        """To be tried again after so many seconds."""
        Reminder.objects.filter(pk=reminder.pk, claim=self.claim).update(
            state=Reminder.PLANNED, claim=None, claimed_until=None, tries=tries, next_try_at=ClockIn(pause), error=error
        )


@contextmanager
def at_the_ledger() -> Iterator[Beside]:
    """Ends of reminders are written inside of it, in SQL, since putting that together for each mail took the ORM longer than the mail server takes."""
    with beside(
        f"UPDATE {Reminder._meta.db_table} SET state = %s, error = %s, tries = %s, ended_at = {clock_sql()}, claim = NULL, claimed_until = NULL"
        " WHERE id = %s AND claim = %s"
    ) as ending:
        yield ending


def claim(ending: Beside, organizations: Sequence[int], *, size: int, up_to: date | None = None) -> Batch | None:
    """Take reminders that are to be sent now. Two senders never have the same one; None where there is nothing.

    Whose new address is not confirmed yet gets none: they wait for it.
    """
    ending.wait()
    free = Q(state=Reminder.PLANNED, next_try_at__lte=Clock()) | Q(state=Reminder.CLAIMED, claimed_until__lt=Clock())
    doubtful = AddressChange.objects.open().values("person")
    chosen = Reminder.objects.filter(free, organization__in=organizations).exclude(person__in=doubtful)
    if up_to:
        chosen = chosen.filter(due_on__lte=up_to)
    name = uuid.uuid4()
    with transaction.atomic():
        locked = chosen.order_by("organization_id", "pk").select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        keys = list(locked.values_list("pk", flat=True)[:size])
        if not keys:
            return None
        Reminder.objects.filter(free, pk__in=keys).update(state=Reminder.CLAIMED, claim=name, claimed_until=ClockIn(CLAIM))
    return Batch(name, list(Reminder.objects.filter(claim=name).order_by("organization_id", "pk")), ending)
