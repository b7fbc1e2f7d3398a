"""Who did it, through which channel, under which press; and the entry that says so."""

import uuid
from dataclasses import dataclass, field

from accounts.models import AuditEntry, Organization, Person


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button, one command, one import. Everything that it changes carries its id; the same id twice is the same press."""

    channel: str
    by: Person | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def entry(
    *, press: Press, verb: str, what, organization: Organization | int | None, old: dict | None = None, new: dict | None = None
) -> AuditEntry:
    """An entry that is not saved yet: one per changed object, saved in the transaction of the change. `what` is the changed row."""
    return AuditEntry(
        press=press.id,
        by=press.by,
        channel=press.channel,
        organization_id=organization.pk if isinstance(organization, Organization) else organization,
        verb=verb,
        kind=what._meta.label,
        key=str(what.pk),
        old=old or {},
        new=new or {},
    )


def record(**said) -> AuditEntry:
    """Save one `entry`."""
    row = entry(**said)
    row.save(force_insert=True)
    return row
