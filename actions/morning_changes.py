"""What changed since somebody last looked at the morning page."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, Max, OuterRef

from accounts.models import AuditEntry, Organization, Person
from actions.models import LastLook
from actions.morning_parts import SHOWN, Changes, Seen, StepRow
from actions.movements import Moved, said_since
from actions.reminding.duties import Duty
from actions.words import counted_of, joined
from goals.models import DueDate, Edition, Wording
from goals.models import Lead as LeadVersion
from planner.lib.dates import moment_words, us_date
from planner.lib.db import clock_sql, moment_of

FIRST_LOOK = timedelta(days=7)


def changes_of(seen: Seen, person: Person, asked: str) -> Changes:
    """What changed since the person last looked."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_sql()}", {})
        until = moment_of(cursor.fetchone()[0])
    look = LastLook.objects.filter(person=person, organization=seen.organization).values_list("at", flat=True).first()
    made = _sample_made_at(seen.organization)
    since = max(look or until - FIRST_LOOK, made or until - FIRST_LOOK)
    keys = list(seen.plans)
    said = said_since(keys, since)
    by_node = {duty.node: (plan, duty) for plan, duty in seen.all}
    moved = [one for one in said if one.is_move and one.step in by_node]
    confirmed = len({one.step for one in said if not one.is_move} - {one.step for one in moved})
    versions = [(_versions(model, keys, since), words) for model, words in VERSIONS]
    rows = [_moved_row(seen, *by_node[one.step], one) for one in (moved if asked == "changed" else moved[:SHOWN])]
    imports = _imports(seen, since)
    start = f"Since you looked on {moment_words(look, seen.organization.time_zone)}" if look else "In the last seven days"
    if made and made == since:
        start = "Since the sample was made"
    words = _changes_words(moved, confirmed, versions, len(imports), seen)
    return Changes(start, words, rows, len(moved), until.isoformat(), imports)


def _sample_made_at(organization: Organization) -> datetime | None:
    """When a sample was loaded: what its own loading wrote is no change. It is all of the press that made the organization. None of all others."""
    if not organization.is_sample:
        return None
    making = AuditEntry.objects.filter(verb="create organization", kind="accounts.Organization", key=str(organization.pk)).values("press")
    return AuditEntry.objects.filter(press__in=making).aggregate(last=Max("at"))["last"]


def _imports(seen: Seen, since: datetime) -> list[tuple[str, str]]:
    """Documents that were brought in after a moment, newest first."""
    rows = Edition.objects.filter(plan__in=seen.plans, recorded_at__gt=since).order_by("-recorded_at", "-pk")
    return [(_import_words(one), seen.plans[one.plan_id].base) for one in rows]


def _import_words(one: Edition) -> str:
    """ "“plan.docx” was brought in, as of August 3, 2021: 80 steps added." """
    counts = one.summary.get("changes", {})
    found = [(key, count) for key in ("added", "changed", "moved", "removed") if (count := counts.get(key))]
    said = [f"{count if n else counted_of(count, 'step')} {key}" for n, (key, count) in enumerate(found)]
    name = f"“{one.name}”" if one.name else "A document"
    return f"{name} was brought in, as of {us_date(one.as_of)}: {joined(said) if said else 'no step is another than before'}."


VERSIONS = ((DueDate, "another due date"), (LeadVersion, "another lead"), (Wording, "another wording"))


def _versions(model, plans: Collection[int], since: datetime) -> int:
    """Parts that were in the plans before a moment and got another version of something after it, but for what a document said."""
    earlier = Wording.objects.filter(node=OuterRef("node"), recorded_at__lte=since)
    said = model.objects.filter(node__plan__in=plans, recorded_at__gt=since, edition=None).filter(Exists(earlier))
    return said.order_by().values("node").distinct().count()


def _moved_row(seen: Seen, plan: int, duty: Duty, one: Moved) -> StepRow:
    before = f", before: {seen.status(one.before)}" if one.before else ""
    name = seen.statuses[one.status].name if one.status in seen.statuses else "Another status"
    return seen.row(plan, duty, f"{name}{before}")


def _changes_words(moved: Sequence[Moved], confirmed: int, versions: Sequence[tuple[int, str]], imports: int, seen: Seen) -> str:
    up = back = other = first = 0
    for one in moved:
        if one.before is None:
            first += 1
            continue
        old, new = seen.statuses.get(one.before or 0), seen.statuses.get(one.status)
        ranks = (old.rank if old else None, new.rank if new else None)
        if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
            up, back = up + (ranks[1] > ranks[0]), back + (ranks[1] < ranks[0])
        else:
            other += 1
    said = [f"{up} moved up"] if up else []
    said += [f"{back} moved back"] if back else []
    said += [f"{first} got {'its' if first == 1 else 'their'} first status"] if first else []
    said += [f"{other} changed status otherwise"] if other else []
    said += [f"{confirmed} {'was' if confirmed == 1 else 'were'} confirmed"] if confirmed else []
    said += [f"{count} got {words}" for count, words in versions if count]
    said += [f"{imports} document{' was' if imports == 1 else 's were'} brought in"] if imports else []
    return f"{joined(said)}." if said else "nothing changed."
