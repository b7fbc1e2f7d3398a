"""Links in mails that work without an account: for one person, one organization, one reminder, one purpose, until a day.

A token is a name and a signature over what the link is for, made with the installation's key. Only its SHA-256 is kept: who reads the database
cannot make one, and the same mail sent a second time carries the same link. Whatever is guessed, altered, expired, revoked or of somebody who
left is 404, like an address that never was. Nothing here is changed by looking.
"""

import base64
import binascii
import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Department
from accounts.perms import NOT_HERE
from actions import asking
from actions.models import ActionStep, Ask, Cycle, Reminder, StatusUpdate, UpdateLink
from actions.reminding.duties import Duties, Duty, Members
from actions.reminding.ladder import AGAIN, LEAD, OWN, PLANNER, UPDATE
from actions.services import asks, photos, reminders
from actions.services.asks import Asked
from actions.services.photos import Taken
from actions.services.updates import Conflict, Said, record_many, record_status, undo_many, undo_update
from goals.models import Plan, Status
from planner.lib.db import Clock

SALT = "actions.update-link"
LENGTH = 22 + 43
"""Of a token: 16 bytes of name and 32 of signature, base64 without its padding."""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class _NewLink(NamedTuple):
    reminder_id: int
    person_id: int
    organization_id: int
    purpose: str
    name: uuid.UUID
    expires_on: date


def _token(link: UpdateLink | _NewLink, key: str) -> str:
    said = f"{link.name}|{link.purpose}|{link.reminder_id}|{link.person_id}|{link.organization_id}|{link.expires_on}"
    return _b64(link.name.bytes) + _b64(salted_hmac(SALT, said, secret=key, algorithm="sha256").digest())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(*, reminder: Reminder, purpose: str, expires_on: date) -> tuple[dict[str, Any], str]:
    """A link as `insert_many` takes it, and its token: for mails by the thousand, where an object of the ORM for each took a tenth of the time."""
    new = _NewLink(reminder.pk, reminder.person_id, reminder.organization_id, purpose, uuid.uuid4(), expires_on)
    token = _token(new, settings.SECRET_KEY)
    row = {"reminder": new.reminder_id, "person": new.person_id, "organization": new.organization_id, "purpose": purpose, "name": new.name}
    return row | {"token_hash": _hash(token), "expires_on": expires_on}, token


def token_of(link: UpdateLink) -> str | None:
    """The token of a link, made anew; None where the installation's key is another by now, and a new link is needed."""
    made = (_token(link, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return next((token for token in made if constant_time_compare(_hash(token), link.token_hash)), None)


def path_of(token: str, purpose: str = UpdateLink.UPDATE) -> str:
    """Each purpose has an address of its own: that of unsubscribing alone takes a press without cookie and CSRF token (RFC 8058)."""
    return f"/u/{token}/unsubscribe/" if purpose == UpdateLink.UNSUBSCRIBE else f"/u/{token}/"


def get_link_or_404(token: str, purpose: str = UpdateLink.UPDATE) -> UpdateLink:
    """The link of a token, with person and organization. Http404 for everything that does not hold today."""
    link = _find(token)
    if link is None or link.purpose != purpose or link.revoked_at or link.organization.today() > link.expires_on:
        raise Http404(NOT_HERE)
    if not link.person.is_active or link.person.role_in(link.organization) is None:
        raise Http404(NOT_HERE)
    return link


def _find(token: str) -> UpdateLink | None:
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        name = uuid.UUID(bytes=base64.urlsafe_b64decode(token[:22] + "=="))
    except (binascii.Error, ValueError):
        return None
    link = UpdateLink.objects.select_related("person", "organization__parent__parent", "reminder").filter(name=name).first()
    # Compared in constant time, and always, so that time does not tell whether a name is known.
    is_right = constant_time_compare(_hash(token), link.token_hash if link else _hash(name.hex))
    return link if is_right else None


def revoke_links(*, press: Press, person=None, reminder=None, link: UpdateLink | None = None, purpose: str | None = None) -> int:
    """End links of a person, of a reminder, or one link, of all purposes or one; gives how many ended. At least one of them has to be named."""
    chosen = {"person": person, "reminder": reminder, "pk": link and link.pk, "purpose": purpose}
    chosen = {key: value for key, value in chosen.items() if value is not None}
    if not chosen.keys() - {"purpose"}:
        raise ValueError("say whose links")
    with transaction.atomic():
        found = list(UpdateLink.objects.select_for_update(of=("self",)).filter(revoked_at=None, **chosen).order_by("pk"))
        UpdateLink.objects.filter(pk__in=[row.pk for row in found]).update(revoked_at=Clock())
        for row in found:
            audit.record(press=press, verb="revoke link", what=row, organization=row.organization_id, new={"person": row.person_id})
    return len(found)


# What the page of a link shows


@dataclass(frozen=True, slots=True)
class LinkStep:
    """One step on the page of a link."""

    step: ActionStep
    """With plan, status and the update that counts; its `version` goes into the form."""
    cycle: Cycle
    is_confirmed: bool
    """In this cycle."""
    ask: Ask | None = None
    """What the person said instead, in this cycle: not mine, blocked, or remind me on a day that is still to come."""
    is_others: bool = False
    """Somebody else answers for it, and the person leads above or plans: what is said is marked as said for them."""
    home: str = ""
    """Of those: the department to ask, or the document's words for who leads; never a person's name."""

    @property
    def node(self) -> int:
        return self.step.pk

    @property
    def is_done(self) -> bool:
        """Nothing is asked about it now."""
        return self.is_confirmed or self.ask is not None


@dataclass(frozen=True, slots=True)
class LinkSteps:
    steps: list[LinkStep]
    """In the document's order, plan after plan."""
    statuses: dict[int, list[Status]]
    """Plan -> statuses in use, the lowest first, then those off the ladder."""
    theirs: list[LinkStep] = field(default_factory=list)
    """Those of the list that others said themselves since: there is nothing to say of them, and they are no part of `steps`."""
    is_planners: bool = False
    """The list of the last week: what others answer for is said for one department after the other, since each has to be asked."""

    @property
    def done(self) -> int:
        """Progress: `done` of `len(steps)`."""
        return sum(row.is_done for row in self.steps)

    @property
    def next(self) -> LinkStep | None:
        """The first that still waits for a word."""
        return self.next_after(None)

    def next_after(self, node: int | None) -> LinkStep | None:
        """The first after a step that still waits for a word, and after the last one the first of all."""
        place = next((n for n, row in enumerate(self.steps, 1) if row.node == node), 0)
        return next((row for row in [*self.steps[place:], *self.steps[:place]] if not row.is_done), None)

    def find(self, node: int) -> LinkStep:
        """One of them. Http404 for a step that the link is not for."""
        if found := next((row for row in self.steps if row.node == node), None):
            return found
        raise Http404(NOT_HERE)

    def said_by_others(self, node: int | None) -> LinkStep | None:
        """One of `theirs`."""
        return next((row for row in self.theirs if row.node == node), None)

    def place(self, row: LinkStep) -> int:
        """From 1."""
        return 1 + next(n for n, one in enumerate(self.steps) if one.node == row.node)

    @property
    def still(self) -> list[LinkStep]:
        """Those that "all still true" confirms: that wait for a word and have a status."""
        return [row for row in self.steps if not row.is_done and row.step.status_id]


def steps_for_link(link: UpdateLink) -> LinkSteps:
    """The steps that the person answers for today in the plans and cycles that the reminder spoke of; and where it was the list of a lead or a
    planner, those of it that nobody has confirmed yet. Never more, whatever was mailed once."""
    rungs = [*OWN, LEAD, PLANNER]
    lines = link.reminder.lines.filter(kind__in=[UPDATE, AGAIN], rung__in=rungs, cycle__closed_at=None, plan__stage=Plan.ADOPTED)
    said_of = list(lines.select_related("cycle", "plan").order_by("plan__title", "plan", "rung"))
    cycles = {line.plan_id: line.cycle for line in said_of if line.cycle}
    plans = list(cycles)
    is_list = any(line.rung not in OWN for line in said_of)  # who works in whose department is known with all the people only
    duties, staff = asking.duties_of(plans), asking.staff_of(link.organization, None if is_list else [link.person_id])
    mine: list[tuple[Duty, Cycle]] = []
    others: set[int] = set()
    for line in said_of:
        new = _spoken_of(line.rung, duties[line.plan_id], link.person_id, staff)
        there = {duty.node for duty, _ in mine}
        mine += [(duty, cycles[line.plan_id]) for duty in new if duty.node not in there]
        others |= {duty.node for duty in new} - there if line.rung not in OWN else set()
    rows = ActionStep.objects.select_related("plan__organization", "status", "status_update__by").in_bulk([duty.node for duty, _ in mine])
    statuses: dict[int, list[Status]] = {plan: [] for plan in plans}
    for status in sorted(
        Status.objects.filter(scale__plan__in=plans, is_retired=False).select_related("scale"),
        key=lambda s: (s.rank is None, s.rank or 0, s.pk),
    ):
        statuses[status.scale.plan_id or 0].append(status)
    homes = _homes([duty for duty, _ in mine if duty.node in others], staff.members)
    said = _asks_of(link, {duty.node: cycle for duty, cycle in mine})
    steps = [
        LinkStep(
            rows[duty.node], cycle, duty.is_confirmed(cycle.starts_on), said.get(duty.node), duty.node in others, homes.get(duty.node, "")
        )
        for duty, cycle in mine
        if duty.node in rows
    ]
    # What others said themselves is no business of this page; what the person said for them can be taken back here.
    theirs = [row for row in steps if row.is_others and row.is_confirmed and not _said_by(link, row)]
    left = [row for row in steps if row.node not in {one.node for one in theirs}]
    return LinkSteps(left, statuses, theirs, any(line.rung == PLANNER for line in said_of))


def _homes(duties: Sequence[Duty], members: Members) -> dict[int, str]:
    """Step -> the department to ask about it, or the words of a document."""
    keys = {duty.node: members.home(duty.lead) for duty in duties}
    names = dict(Department.objects.filter(pk__in={key for key in keys.values() if key}).values_list("pk", "name")) if duties else {}
    return {duty.node: names.get(keys[duty.node] or 0, "") or duty.lead.words for duty in duties}


def _spoken_of(rung: int, duties: Duties, person: int, staff: asking.Staff) -> list[Duty]:
    """What a mail of a rung is about for a person, as things stand now."""
    is_planner = person in staff.planners
    if rung in OWN:
        return duties.own(person, staff.members)
    if rung == LEAD:
        return duties.listed(person, staff.members, is_planner=is_planner)
    return duties.of_others(person, staff.members) if is_planner else []


def _said_by(link: UpdateLink, row: LinkStep) -> bool:
    update = row.step.status_update
    return update is not None and update.by_id == link.person_id and update.channel == AuditEntry.LINK


def _asks_of(link: UpdateLink, cycles: dict[int, Cycle]) -> dict[int, Ask]:
    """Step -> what the person said of it in its cycle instead of a status, as far as it still stands."""
    today = link.organization.today()
    rows = Ask.objects.open().filter(step__in=cycles, by=link.person_id).exclude(kind=Ask.DUE).order_by("pk")
    return {
        ask.step_id: ask for ask in rows if ask.as_of >= cycles[ask.step_id].starts_on and (ask.remind_on is None or ask.remind_on > today)
    }


# What is done through a link


def press_of(link: UpdateLink, form: uuid.UUID, *said: object) -> Press:
    """Recorded as by the person, by mail link. `form` is the id that the form carries: the same form twice is one press.

    With `said` the same words twice are: the same form sent with other words - the back button - is another press, which then meets the check of
    the version.
    """
    return Press(AuditEntry.LINK, link.person, uuid.uuid5(form, "\x1f".join(map(str, said))) if said else form)


def _still_counts(said: Said) -> Said:
    """A press that was written before and taken back since is no repeat: the old form meets what stands now. Raises Conflict."""
    if not said.is_new and not said.update.is_withdrawal and StatusUpdate.objects.filter(corrects=said.update).exists():
        raise Conflict(ActionStep.objects.select_related("status", "status_update__by", "plan__organization").get(pk=said.step.pk))
    return said


@transaction.atomic
def record_by_link(
    *,
    link: UpdateLink,
    node: int,
    form: uuid.UUID,
    status: Status | None = None,
    expected_version: int | None = None,
    public_note: str = "",
    note: str = "",
    evidence_url: str = "",
    taken: Taken | None = None,
) -> Said:
    """What the person says of one step: a status, or that the present one is still true (None). Raises Http404, ValidationError, Conflict."""
    step = steps_for_link(link).find(node).step
    meant = status or step.status
    if meant is None:
        raise ValidationError("Nobody has said anything of this step yet, so there is nothing to confirm. Choose a status.")
    press = press_of(link, form, node, status.pk if status else "same", public_note, note, evidence_url)
    said = _still_counts(
        record_status(
            step=step,
            status=meant,
            press=press,
            expected_version=expected_version,
            public_note=public_note,
            note=note,
            evidence_url=evidence_url,
        )
    )
    if taken and said.is_new:
        photos.add_photo(step=step, press=press, taken=taken, update=said.update)
    return said


def confirm_by_link(*, link: UpdateLink, node: int, form: uuid.UUID, expected_version: int | None = None, **more) -> Said:
    """ "Still true" for one step; `more` are the notes, evidence and photo of `record_by_link`."""
    return record_by_link(link=link, node=node, form=form, expected_version=expected_version, **more)


@transaction.atomic
def confirm_all_by_link(*, link: UpdateLink, form: uuid.UUID, expected_versions: dict[int, int]) -> list[Said]:
    """ "All still true": every step that the form listed, node -> version as it showed them; all or none.

    Raises Http404 for a step that the link is not for, ValidationError and Conflict for the first that cannot be written.
    """
    shown = steps_for_link(link)
    steps = [shown.find(node).step for node in expected_versions]
    return [
        _still_counts(said)
        for said in record_many(steps=steps, status=None, press=press_of(link, form), expected_versions=expected_versions)
    ]


def undo_by_link(*, link: UpdateLink, update: int, form: uuid.UUID) -> Said:
    """Take back something that this person said by link in this cycle, of a step that the link is for. Http404 for anything else."""
    found = StatusUpdate.objects.filter(pk=update, by=link.person_id, channel=AuditEntry.LINK).first()
    if found is None:
        raise Http404(NOT_HERE)
    row = steps_for_link(link).find(found.step_id)
    if found.as_of < row.cycle.starts_on:
        raise Http404(NOT_HERE)
    return undo_update(update=found, press=press_of(link, form))


def undo_all_by_link(*, link: UpdateLink, press: uuid.UUID, form: uuid.UUID) -> list[Said]:
    """Take back all that one press by link said, as far as it counts still. Http404 where there is nothing of the kind."""
    shown = steps_for_link(link)
    theirs = said_by_link(link, shown.steps)
    found = [update for update in theirs.values() if update.press == press]
    if not found:
        raise Http404(NOT_HERE)
    return undo_many(updates=found, press=press_of(link, form))


def said_by_link(link: UpdateLink, steps: Sequence[LinkStep]) -> dict[int, StatusUpdate]:
    """Step -> the update that this person gave it by link in this cycle and that counts now: what the last page can undo."""
    return {
        row.node: update
        for row in steps
        if (update := row.step.status_update) and _said_by(link, row) and update.as_of >= row.cycle.starts_on
    }


ASKS: dict[str, Callable[..., Asked]] = {
    Ask.NOT_MINE: asks.say_not_mine,
    Ask.BLOCKED: asks.say_blocked,
    Ask.REMIND: asks.ask_reminder,
    Ask.DUE: asks.change_due,
}


OWN_ASKS = (Ask.NOT_MINE, Ask.REMIND)
"""What only who answers for a step can say of it: a lead is no owner, and is reminded by the list."""


def ask_by_link(*, link: UpdateLink, node: int, kind: str, form: uuid.UUID, **said) -> Asked:
    """ "Not mine", "blocked", "remind me on" or another due date, for one step; `said` is what that door takes. Raises Http404, ValidationError."""
    row = steps_for_link(link).find(node)
    if row.is_others and kind in OWN_ASKS:
        raise Http404(NOT_HERE)
    step = row.step
    return ASKS[kind](step=step, press=press_of(link, form, node, kind, *said.values()), **said)


def withdraw_by_link(*, link: UpdateLink, ask: int, form: uuid.UUID) -> Ask:
    """Take back what this person asked by link, of a step that the link is for. Http404 for anything else; ValidationError where it is too late."""
    found = Ask.objects.filter(pk=ask, by=link.person_id, channel=AuditEntry.LINK).select_related("step__plan__organization").first()
    if found is None:
        raise Http404(NOT_HERE)
    row = steps_for_link(link).find(found.step_id)
    if found.as_of < row.cycle.starts_on:
        raise Http404(NOT_HERE)
    asks.withdraw_ask(ask=found, press=press_of(link, form))
    return found


def unsubscribe_by_link(*, link: UpdateLink, form: uuid.UUID | None = None, is_unsubscribed: bool = True):
    """The one press of RFC 8058, and its undoing: no more reminders of this organization for this person."""
    return reminders.set_preference(
        person=link.person, organization=link.organization, is_unsubscribed=is_unsubscribed, press=press_of(link, form or uuid.uuid4())
    )
