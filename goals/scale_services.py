"""The only doors through which a plan's status scale changes once the plan is there. A status is never deleted: what was said with it stays readable.

The ladder is numbered anew with each change, 1 the lowest, so that its ranks are unique whatever stood before. Each function locks the plan first,
is one transaction with one audit entry for each status that changed, and raises ValidationError with a sentence; the key of its dict is a field.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry
from goals.models import MEANINGS, Plan, Status
from goals.scales import RAMP
from goals.services import add_status, moment, raise_generation

MOST_ON_LADDER = len(RAMP)
"""Places of a ladder: as many as there are looks that can be told apart."""


@transaction.atomic
def new_status(*, plan: Plan, name: str, meaning: str, press: Press, place: int | None) -> Status:
    """A further status at a place of the ladder (1 is the lowest; what stood there moves up), or off it. The same press twice is one status."""
    plan = _lock(plan)
    done = AuditEntry.objects.filter(press=press.id, verb="add status", kind=Status._meta.label).first()
    if done:
        return Status.objects.get(pk=done.key)
    name = _clean_name(plan, name)
    _check_meaning(meaning)
    ladder = _ladder(plan)
    if place is not None:
        _check_room(ladder)
        place = max(1, min(place, len(ladder) + 1))
        _write_ladder([*ladder[: place - 1], None, *ladder[place - 1 :]], press)
    return add_status(plan=plan, name=name, rank=place, meaning=meaning, press=press)


@transaction.atomic
def change_status(*, status: Status, name: str, meaning: str, press: Press) -> Status:
    """Another name or meaning. Both hold at once and for the whole history; published reports keep the name that they have."""
    plan, status = _locked(status)
    name = _clean_name(plan, name, but=status)
    _check_meaning(meaning)
    before = status.name
    status = _write(status, press, "change status", name=name, meaning=meaning)
    if name != before:
        status.former_names = [*status.former_names, [before, moment(plan).isoformat()]]
        status.save(update_fields=["former_names"])
    return status


@transaction.atomic
def place_status(*, status: Status, place: int | None, press: Press) -> Status:
    """Put it at a place of the ladder, 1 the lowest, or take it off (None). Nothing happens where it is there already."""
    _, status = _locked(status)
    if status.is_retired:
        raise ValidationError(f"“{status.name}” is retired. Take it back into use first.")
    assert status.scale.plan is not None, "a template of the organization has no places to change here"
    ladder = [one for one in _ladder(status.scale.plan) if one.pk != status.pk]
    if place is None:
        status = _write(status, press, "take status off the ladder", rank=None)
        _write_ladder(ladder, press)
        return status
    if status.rank is None:
        _check_room(ladder)
    place = max(1, min(place, len(ladder) + 1))
    _write_ladder([*ladder[: place - 1], status, *ladder[place - 1 :]], press)
    return status


@transaction.atomic
def retire_status(*, status: Status, press: Press) -> Status:
    """Nobody can choose it any more. Steps that have it keep it until somebody says another one."""
    plan, status = _locked(status)
    if status.is_retired:
        return status
    if plan.scale.statuses.filter(is_retired=False).count() == 1:
        raise ValidationError(f"“{status.name}” is the last status of this plan. Add another one first.")
    return _write(status, press, "retire status", is_retired=True)


@transaction.atomic
def restore_status(*, status: Status, press: Press) -> Status:
    """Take a retired status back into use: at its old place where nobody stands there now, else off the ladder."""
    plan, status = _locked(status)
    if not status.is_retired:
        return status
    ladder = _ladder(plan)
    is_free = status.rank is not None and len(ladder) < MOST_ON_LADDER and all(one.rank != status.rank for one in ladder)
    return _write(status, press, "restore status", is_retired=False, rank=status.rank if is_free else None)


def _lock(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("scale").get(pk=plan.pk)


def _locked(status: Status) -> tuple[Plan, Status]:
    """The plan's row locked, and the status as it is from then on."""
    plan = _lock(Plan.objects.get(scale=status.scale_id))
    return plan, Status.objects.select_related("scale__plan").get(pk=status.pk)


def _ladder(plan: Plan) -> list[Status]:
    """Lowest first."""
    return list(plan.scale.statuses.filter(is_retired=False, rank__isnull=False).order_by("rank"))


def _write_ladder(order: Sequence[Status | None], press: Press) -> None:
    """Give each its place in the order; None keeps a place free. Those that move lose theirs first, since no two may ever have the same."""
    moved = [(one, place) for place, one in enumerate(order, 1) if one is not None and one.rank != place]
    Status.objects.filter(pk__in=[one.pk for one, _ in moved]).update(rank=None)
    for one, place in moved:
        _write(one, press, "place status", rank=place)


def _write(status: Status, press: Press, verb: str, **new) -> Status:
    old = {key: getattr(status, key) for key in new}
    if old == new:
        return status
    for key, value in new.items():
        setattr(status, key, value)
    status.save(update_fields=list(new))
    plan = status.scale.plan
    assert plan is not None
    raise_generation(plan)
    audit.record(press=press, verb=verb, what=status, organization=plan.organization_id, old=old, new=new)
    return status


def _clean_name(plan: Plan, name: str, *, but: Status | None = None) -> str:
    """One line, and no other status of the scale has it, whatever its letters' case. Compared here: SQLite folds the case of ASCII alone."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": "Give the status a name, such as “In progress”."})
    most = Status._meta.get_field("name").max_length or 0
    if len(name) > most:
        raise ValidationError({"name": f"This name has {len(name)} characters. Use {most} at most."})
    for other in plan.scale.statuses.all():
        if other.name.casefold() == name.casefold() and (but is None or other.pk != but.pk):
            more = "It is retired: take it back into use instead." if other.is_retired else "Choose another name."
            raise ValidationError({"name": f"This plan has a status “{other.name}” already. {more}"})
    return name


def _check_meaning(meaning: str) -> None:
    if meaning not in dict(MEANINGS):
        raise ValidationError({"meaning": "Choose what the status means."})


def _check_room(ladder: Sequence[Status]) -> None:
    if len(ladder) >= MOST_ON_LADDER:
        raise ValidationError(
            {"place": f"The ladder has {MOST_ON_LADDER} places, more cannot be told apart by their look. Take another status off it first."}
        )
