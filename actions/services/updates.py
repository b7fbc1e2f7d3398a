"""What is said of steps: `record_status`, `confirm_status` and `undo_update` are the only doors to a step's status.

Each takes a `Press`: who, through which channel, and an id. The same press twice is one change (a double click, an answer that was lost).
`expected_version` is the version of the step that the form showed; where the step has moved on since, nothing is written and `Conflict` says
what stands now.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Greatest

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Person
from actions.models import ActionStep, Evidence, StatusUpdate
from actions.perms import departments_of
from goals.models import Edition, Lead, Level, Plan, Status
from planner.lib.dates import us_date
from planner.lib.db import Clock, moment_of

NOTHING_SAID = "Nobody has said anything of this step yet, so there is nothing to confirm. Choose a status."

COPIES = ("status", "status_as_of", "status_update", "version")
"""What a step keeps of its updates, put there by triggers."""


class Conflict(Exception):
    """Somebody else changed the step since the form was made. `step` is as it stands, `theirs` the update that counts now, if any."""

    def __init__(self, step: ActionStep):
        self.step = step
        self.theirs = step.status_update
        super().__init__(f"Step {step.code or step.pk} was changed by somebody else since this form was opened.")


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a press: the update, and whether it was written now or had been written by the same press before."""

    update: StatusUpdate
    step: ActionStep
    is_new: bool


def _locked(steps: Sequence[int], plan: Plan | None = None) -> dict[int, ActionStep]:
    """The rows, locked in one order for everybody, so that two bulk changes never wait for each other.

    Only what no update changes is read with them: of a row that somebody else held, PostgreSQL gives the new columns, and beside them
    the old rows that were joined to it. `plan`, with its organization, is theirs where somebody has read it already.
    """
    rows = ActionStep.objects.filter(pk__in=steps).order_by("pk").select_for_update(of=("self",))
    if plan is None:
        return {row.pk: row for row in rows.select_related("plan__organization")}
    found = {row.pk: row for row in rows}
    for row in found.values():
        row.plan = plan
    return found


def check_day(step: ActionStep, as_of: date) -> date:
    """Raises ValidationError for a day after today in the district."""
    today = step.plan.organization.today()
    if as_of > today:
        raise ValidationError({"as_of": f"{us_date(as_of)} is after today. Enter today, {us_date(today)}, or an earlier day."})
    return as_of


def check_address(url: str) -> None:
    """Raises ValidationError for what is no whole web address of evidence."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        raise ValidationError({"evidence_url": "Enter a whole address that begins with https:// or http://."}) from None


def _check_version(step: ActionStep, expected_version: int | None) -> None:
    if expected_version is not None and step.version != expected_version:
        raise Conflict(ActionStep.objects.select_related("status", "status_update__by", "plan__organization").get(pk=step.pk))


def _heard(step: ActionStep, press: Press) -> tuple[datetime | None, StatusUpdate | None]:
    """When something was last said of a locked step, and what this very press said of it before. In SQL: the ORM took longer than the database."""
    if not step.version:
        return None, None
    key = StatusUpdate._meta.get_field("press").get_db_prep_value(press.id, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(recorded_at), max(id) FILTER (WHERE press = %s) FROM {StatusUpdate._meta.db_table} WHERE step_id = %s",
            [key, step.pk],
        )
        last, mine = cursor.fetchone()
    return moment_of(last), StatusUpdate.objects.get(pk=mine) if mine else None


def _made(step: ActionStep, last: datetime | None, *, press: Press, **said) -> StatusUpdate:
    """An update that is not saved yet."""
    update = StatusUpdate(step=step, press=press.id, by=press.by, channel=press.channel, **said)
    if last:
        update.recorded_at = Greatest(Clock(), last)
    return update


def _entry_of(update: StatusUpdate, press: Press, verb: str) -> AuditEntry:
    """What the audit keeps of a saved update. `update.step` is as it was before."""
    step = update.step
    return audit.entry(
        press=press,
        verb=verb,
        what=step,
        organization=step.plan.organization_id,
        old={"status": step.status and step.status.name, "as_of": step.status_as_of and step.status_as_of.isoformat()},
        new={
            "update": update.pk,
            "status": update.status and update.status.name,
            "as_of": update.as_of.isoformat(),
            **({"corrects": update.corrects_id} if update.corrects_id else {}),
            **({"said_for": update.said_for_id} if update.said_for_id else {}),
        },
    )


def _write(step: ActionStep, last: datetime | None, *, press: Press, verb: str, **said) -> StatusUpdate:
    update = _made(step, last, press=press, **said)
    update.save(force_insert=True)
    _entry_of(update, press, verb).save(force_insert=True)
    return update


def _check(step: ActionStep, status: Status | None, as_of: date | None) -> date:
    """That a status may be said of a locked step for a day (default: today in the district), which it gives. Raises ValidationError."""
    if status is None:
        raise ValidationError(NOTHING_SAID)
    if not step.is_present:
        raise ValidationError("This step is no longer in the plan, so nothing more can be said of it.")
    if status.is_retired and status.pk != step.status_id:
        raise ValidationError({"status": f"“{status.name}” is no longer used in this plan. Choose another status."})
    if status.scale.plan_id != step.plan_id:
        raise ValidationError({"status": "That status belongs to another plan. Choose one of this plan."})
    return check_day(step, as_of or step.plan.organization.today())


def said_for(steps: Collection[ActionStep], press: Press) -> dict[int, Lead]:
    """Of steps the lead in whose place the person who presses speaks; none where it is the person's own, or nobody's. As many statements for many.

    A document and a command speak for themselves. `plan.organization` must be there.
    """
    if press.by is None or press.channel not in (AuditEntry.WEB, AuditEntry.LINK):
        return {}
    parts: dict[date, dict[int, int]] = defaultdict(dict)
    days = {step.pk: step.plan.organization.today() for step in steps}
    own = [step for step in steps if step.has_lead]
    below = [step.pk for step in steps if not step.has_lead]
    for row in [*own, *(ActionStep.objects.with_above().filter(pk__in=below) if below else ())]:
        part = row.led_at()
        if part is not None and _is_others(part, press.by):
            parts[days[row.pk]][row.pk] = part.pk
    found: dict[int, Lead] = {}
    for day, of_day in parts.items():
        leads = {lead.node_id: lead for lead in Lead.objects.filter(node__in=set(of_day.values())).on(day)}
        found |= {step: leads[part] for step, part in of_day.items() if part in leads}
    return found


def _is_others(part: Level, person: Person) -> bool:
    """Whether a part is led by a person or a department, and not by this one."""
    if part.lead_person_id:
        return part.lead_person_id != person.pk
    return part.lead_department_id is not None and part.lead_department_id not in departments_of(person)


@transaction.atomic
def record_status(
    *,
    step: ActionStep,
    status: Status,
    press: Press,
    as_of: date | None = None,
    expected_version: int | None = None,
    public_note: str = "",
    note: str = "",
    evidence_url: str = "",
    corrects: StatusUpdate | None = None,
    edition: Edition | None = None,
    line: int | None = None,
) -> Said:
    """Say that a step has a status as of a day (default: today in the district).

    Raises ValidationError (a day after today, a retired or foreign status, a bad address of evidence, a step that is gone) and `Conflict`.
    """
    locked = _locked([step.pk], step.plan)[step.pk]
    last, before = _heard(locked, press)
    if before:
        return Said(before, locked, is_new=False)
    _check_version(locked, expected_version)
    day = _check(locked, status, as_of)
    if evidence_url:
        check_address(evidence_url)
    if corrects is not None:
        _check_correction(locked, corrects)
    if locked.status_id == step.status_id:
        locked.status = step.status  # read with the form's row, as a rule
    verb = "correct status" if corrects else "confirm status" if status.pk == locked.status_id else "record status"
    update = _write(
        locked,
        last,
        press=press,
        verb=verb,
        status=status,
        as_of=day,
        public_note=public_note.strip(),
        note=note.strip(),
        corrects=corrects,
        edition=edition,
        line=line,
        said_for=said_for([locked], press).get(locked.pk),
    )
    if evidence_url:
        Evidence.objects.create(node_id=locked.pk, update=update, url=evidence_url, as_of=day, by=press.by)
    locked.refresh_from_db(fields=COPIES)
    return Said(update, locked, is_new=True)


def _check_correction(step: ActionStep, wrong: StatusUpdate) -> None:
    if wrong.step_id != step.pk or wrong.is_withdrawal:
        raise ValidationError("Only an update of this step that has a status can be corrected.")
    if StatusUpdate.objects.filter(corrects=wrong).exists():
        raise ValidationError("This update was corrected already. Say what is true now instead.")


def confirm_status(
    *, step: ActionStep, press: Press, as_of: date | None = None, expected_version: int | None = None, public_note: str = "", note: str = ""
) -> Said:
    """ "Still true": the same status, as of a day. Raises ValidationError where nobody said anything yet."""
    if step.status is None:
        raise ValidationError(NOTHING_SAID)
    return record_status(
        step=step, status=step.status, press=press, as_of=as_of, expected_version=expected_version, public_note=public_note, note=note
    )


@transaction.atomic
def undo_update(*, update: StatusUpdate, press: Press) -> Said:
    """Withdraw an update: what counted before counts again, with its old day. Both stay in the history.

    Raises ValidationError for a withdrawal, or for an update that was corrected by something else already.
    """
    step = _locked([update.step_id])[update.step_id]
    last, before = _heard(step, press)
    if before:
        return Said(before, step, is_new=False)
    if earlier := step.updates.filter(corrects=update, status=None).first():  # undone already, from another window
        return Said(earlier, step, is_new=False)
    _check_correction(step, update)
    withdrawal = _write(step, last, press=press, verb="withdraw update", status=None, as_of=update.as_of, corrects=update)
    step.refresh_from_db(fields=COPIES)
    return Said(withdrawal, step, is_new=True)


@transaction.atomic
def record_many(
    *,
    steps: Sequence[ActionStep],
    status: Status | None,
    press: Press,
    as_of: date | None = None,
    expected_versions: dict[int, int] | None = None,
) -> list[Said]:
    """Set many steps of one plan to a status, or confirm each (None), all or none, in a number of statements that does not grow with the steps.

    Raises ValidationError (with the step's code in it) and `Conflict` for the first step that cannot be written.
    """
    meant = {step.pk: status.pk if status else step.status_id for step in steps}
    locked = _locked(list(meant))
    known = Status.objects.select_related("scale").in_bulk({*meant.values(), *(row.status_id for row in locked.values())} - {None})
    before, last = _heard_many(locked, press)
    leads = said_for(locked.values(), press)
    new: list[StatusUpdate] = []
    for step in sorted(locked.values(), key=lambda row: row.pk):
        if step.pk in before:
            continue
        _check_version(step, (expected_versions or {}).get(step.pk))
        try:
            day = _check(step, known.get(meant[step.pk] or 0), as_of)
        except ValidationError as error:
            raise ValidationError(f"{step.code or step.title}: {' '.join(error.messages)}") from error
        step.status = known.get(step.status_id or 0)
        said = {"status": known[meant[step.pk] or 0], "as_of": day, "said_for": leads.get(step.pk)}
        new.append(_made(step, last.get(step.pk), press=press, **said))
    StatusUpdate.objects.bulk_create(new)
    AuditEntry.objects.bulk_create(
        _entry_of(update, press, "confirm status" if update.status_id == update.step.status_id else "record status") for update in new
    )
    rows = ActionStep.objects.select_related("plan__organization").in_bulk(list(meant))
    done = {update.step_id: Said(update, rows[update.step_id], is_new=True) for update in new}
    done |= {pk: Said(update, rows[pk], is_new=False) for pk, update in before.items()}
    return [done[pk] for pk in sorted(done)]


def _heard_many(locked: dict[int, ActionStep], press: Press) -> tuple[dict[int, StatusUpdate], dict[int, datetime]]:
    """The same of many locked steps: what this very press said before, and when something was last said of each."""
    heard = StatusUpdate.objects.filter(step__in=[pk for pk, step in locked.items() if step.version])
    last = dict(heard.order_by().values_list("step").annotate(last=Max("recorded_at")))
    return {update.step_id: update for update in heard.filter(press=press.id).order_by("pk")}, last


@transaction.atomic
def undo_many(*, updates: Sequence[StatusUpdate], press: Press) -> list[Said]:
    """Withdraw what one press said of several steps, all or none. Raises ValidationError as `undo_update`, with the step's code in it."""
    steps = _locked([update.step_id for update in updates])
    said = []
    for update in sorted(updates, key=lambda row: row.step_id):
        try:
            said.append(undo_update(update=update, press=press))
        except ValidationError as error:
            step = steps[update.step_id]
            raise ValidationError(f"{step.code or step.title}: {' '.join(error.messages)}") from error
    return said


def history_of(step: ActionStep):
    """All updates of a step, newest day first, with who and what they correct."""
    shown = ("status", "by", "edition", "corrects", "corrected_by__status", "said_for__person", "said_for__department")
    rows = step.updates.select_related(*shown).prefetch_related("evidence")
    return rows.order_by("-as_of", "-recorded_at", "-pk")


CHANNEL_WORDS = dict(AuditEntry.CHANNELS)
