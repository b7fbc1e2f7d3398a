"""The only door, besides imports, through which the wording of a part of a plan changes. Codes are not changed here: an address hangs on them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from goals.models import Level, Wording
from goals.services import locked, moment, raise_generation, refresh_copies, refuse_tomorrow
from planner.lib.dates import us_date

LONGEST_TITLE, LONGEST_DESCRIPTION = 10_000, 50_000


class Reworded(Exception):
    """Somebody else gave it another wording since the form was made. `standing` is the one that counts now."""

    def __init__(self, standing: Wording):
        self.standing = standing
        super().__init__("The wording was changed by somebody else since this form was opened.")


def standing_wording(node: int) -> Wording:
    """The version that counts in the end. A form carries its key."""
    return Wording.objects.filter(node=node).newest().select_related("by").get()


@transaction.atomic
def reword(*, row: Level, press: Press, as_of: date, title: str, description: str = "", seen: int | None = None) -> Wording | None:
    """Another wording of a part of a plan from a day on; what it said before that day stays. None: it says so already.

    `seen` is the key of the version that the form showed. The same press twice is one change. Raises ValidationError and `Reworded`.
    """
    row = locked(row)
    if before := Wording.objects.filter(node=row.pk, press=press.id).first():
        return before
    standing = standing_wording(row.pk)
    title, description = plain(title, description)
    if (title, description) == plain(standing.title, standing.description):
        return None
    if seen is not None and seen != standing.pk:
        raise Reworded(standing)
    _check(row, standing, as_of, title, description)
    said = {"code": standing.code, "title": title, "description": description}
    who = {"by": press.by, "channel": press.channel, "press": press.id}
    version = Wording.objects.create(node_id=row.pk, as_of=as_of, recorded_at=moment(row.plan), **who, **said)
    refresh_copies(type(row), [row.pk])
    raise_generation(row.plan)
    audit.record(
        press=press,
        verb="reword",
        what=row,
        organization=row.plan.organization_id,
        old={"title": standing.title, "description": standing.description},
        new={"title": title, "description": description, "as_of": as_of.isoformat()},
    )
    return version


def plain(title: str, description: str) -> tuple[str, str]:
    """As forms send them back: a title is one line, a description keeps its lines."""
    return " ".join(title.split()), "\n".join(line.rstrip() for line in description.strip().splitlines())


def _check(row: Level, standing: Wording, as_of: date, title: str, description: str) -> None:
    if not row.is_present:
        raise ValidationError("This is no longer in the plan, so its wording cannot be changed any more.")
    if not title:
        raise ValidationError({"title": "Give the wording. To take something out of a plan, import a document without it."})
    for field, text, most in (("title", title, LONGEST_TITLE), ("description", description, LONGEST_DESCRIPTION)):
        if len(text) > most:
            raise ValidationError({field: f"These are {len(text):,} characters; {most:,} is the most."})
    refuse_tomorrow(row.plan, as_of)
    if as_of < standing.as_of:
        raise ValidationError({"as_of": f"The wording that stands is from {us_date(standing.as_of)}. Give that day or a later one."})
