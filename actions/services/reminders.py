"""Plans reminders: which are due on a day, each written into the ledger once. `actions.services.sending` sends them.

The ledger's key (kind, person, organization, day, rung) and that of its lines (kind, person, plan, cycle or review day, rung) are unique, and an
organization's row is locked while its reminders are planned: two schedulers, a doubled message or a clock that jumps plan nothing twice.
One mail gathers all that is due for a person in an organization, so that a catch-up after an outage is one mail.
"""

import logging
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.audit import Press
from accounts.models import AddressChange, AuditEntry, Organization, Person
from actions import asking
from actions.models import Ask, Cycle, LeadNote, NoteMention, Reminder, ReminderLine, ReminderPreference, ReminderRun, ReviewRhythm
from actions.reminding.calendar import Breaks
from actions.reminding.duties import Duties
from actions.reminding.ladder import (
    AGAIN,
    ANSWER,
    APART,
    CABINET,
    FIRST,
    LATE,
    LEAD,
    MENTION,
    OWN,
    PLANNER,
    REVIEW,
    SECOND,
    UNOWNED,
    UPDATE,
    Due,
    review_dates,
    review_rungs,
    update_rungs,
)
from actions.reminding.lines import message_id
from actions.services import asks, cycles, notes
from planner.lib.db import Clock, insert_many

log = logging.getLogger(__name__)

FROM_HOUR = 7
"""The hour of the district's own day from which the scheduler writes to people."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """That a person is to be told of a plan's cycle or yearly review at a rung."""

    kind: str
    person: int
    plan: int
    cycle: int | None
    about_on: date
    rung: int
    due_on: date

    @property
    def is_second_list(self) -> bool:
        """Of what is still silent, to those who lead above it or may name who answers for it."""
        return self.kind == AGAIN and self.rung not in OWN

    @property
    def key(self) -> tuple:
        return (self.kind, self.person, self.plan, self.about_on, self.rung)

    def in_mail(self, reminder: int) -> dict[str, Any]:
        """Fields of its line in the ledger."""
        return {
            "reminder": reminder, "kind": self.kind, "person": self.person, "plan": self.plan, "cycle": self.cycle,
            "about_on": self.about_on, "rung": self.rung, "due_on": self.due_on,
        }  # fmt: skip


class Planned(NamedTuple):
    """A mail in the ledger that is to be sent."""

    pk: int
    person_id: int


@transaction.atomic
def plan_due(*, organization: Organization, on: date) -> list[Planned]:
    """Write into the ledger what is due in an organization up to a day and was not planned before. Gives the new mails, and those that grew.

    Nothing in a break or on a weekend: it is due on the next working day.
    """
    breaks = cycles.breaks_of(organization)
    if not breaks.is_working(on):
        return []
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    return plan_wanted(organization=organization, on=on, wanted=_wanted(organization, on, breaks))


def plan_wanted(*, organization: Organization, on: date, wanted: Sequence[Wanted]) -> list[Planned]:
    """Write into the ledger what of this was not planned before, for those who want reminders. The organization's row is locked."""
    about = {(row.plan, row.about_on) for row in wanted}
    lines = ReminderLine.objects.filter(plan__in={plan for plan, _ in about}, about_on__in={day for _, day in about})
    said = lines.values_list("kind", "person", "plan", "about_on", "rung", "reminder__due_on", "reminder__state")
    there = {tuple(key): on if state in (Reminder.PLANNED, Reminder.CLAIMED) else day for *key, day, state in said}
    went = {row.key: on for row in wanted if row.kind == UPDATE} | there
    out = set(ReminderPreference.objects.filter(organization=organization, is_unsubscribed=True).values_list("person", flat=True))
    mails: dict[tuple[str, int], list[Wanted]] = {}
    for row in wanted:
        if row.person not in out and row.key not in there and not (row.is_second_list and _is_late(row, on, went)):
            mails.setdefault((row.kind, row.person), []).append(row)
    return _write(organization, on, mails)


def _gathered(mails: dict[tuple[str, int], list[Wanted]], waiting: Container[tuple[str, int]]) -> dict[tuple[str, int], list[Wanted]]:
    """Second lists, and steps that somebody asked to be reminded of, go into the mail about steps of the same day, where the person gets one."""
    found: dict[tuple[str, int], list[Wanted]] = {}
    for (kind, person), lines in mails.items():
        joins = kind == AGAIN and ((UPDATE, person) in mails or (UPDATE, person) in waiting)
        found.setdefault((UPDATE if joins else kind, person), []).extend(lines)
    return found


def _is_late(row: Wanted, on: date, went: dict[tuple, date]) -> bool:
    """A second list goes on its day or soon after, and only where the first one went some days before: a catch-up is one mail."""
    return (on - row.due_on).days > APART or went.get((UPDATE, *row.key[1:]), date.min) > row.due_on - timedelta(days=APART)


def _write(organization: Organization, on: date, mails: dict[tuple[str, int], list[Wanted]]) -> list[Planned]:
    own = Reminder.objects.filter(organization=organization)
    # Not tried yet, so nobody can have it: what is new goes into the same mail. Locked, so that no sender takes it meanwhile.
    untried = own.filter(state=Reminder.PLANNED, tries=0).select_for_update().order_by("pk")
    homes = {(kind, person): pk for kind, person, pk in untried.values_list("kind", "person", "pk")}
    taken = set(own.filter(due_on=on).values_list("kind", "person", "rung"))
    mails = _gathered(mails, homes)
    new: list[dict[str, Any]] = []
    for (kind, person), lines in mails.items():
        rung = min(line.rung for line in lines)
        if (kind, person) in homes or (kind, person, rung) in taken:
            continue  # a second mail of the same day waits for tomorrow
        named = message_id(kind=kind, person=person, organization=organization.pk, due_on=on, rung=rung, sender=settings.DEFAULT_FROM_EMAIL)
        said = {"kind": kind, "person": person, "organization": organization.pk, "due_on": on, "rung": rung, "message_id": named}
        new.append(said | {"state": Reminder.PLANNED, "tries": 0, "error": ""})
    homes |= {(kind, person): pk for pk, kind, person in insert_many(Reminder, new, returning=("id", "kind", "person_id"))}
    placed = ((homes[key], row) for key, rows in mails.items() if key in homes for row in rows)
    insert_many(ReminderLine, [row.in_mail(pk) for pk, row in placed])
    return [Planned(homes[key], key[1]) for key in mails if key in homes]


def _wanted(organization: Organization, on: date, breaks: Breaks) -> list[Wanted]:
    """All that is due up to a day, whether it was planned before or not."""
    rhythms = list(ReviewRhythm.objects.running().filter(plan__organization=organization))
    mentions = _mentions_wanted(organization, on, breaks)
    if not rhythms:
        return mentions
    plans = [rhythm.pk for rhythm in rhythms]
    duties, staff = asking.duties_of(plans), asking.staff_of(organization, with_unreached=True)
    present = {cycle.plan_id: cycle for cycle in Cycle.objects.open().containing(on).filter(plan__in=plans)}
    later = asked_for({cycle.pk for cycle in present.values()})
    corrected = _corrected(organization, on) if present else {}
    found: list[Wanted] = mentions + _answers_wanted(organization, plans, on, breaks, staff)
    for rhythm in rhythms:
        if cycle := present.get(rhythm.pk):
            rungs = list(update_rungs(opened_on=cycle.opened_on, ends_on=cycle.ends_on, steps=rhythm.steps, breaks=breaks))
            for due in (due for due in rungs if due.on <= on):
                people = people_at(due.rung, duties[rhythm.pk], cycle.starts_on, staff, later=later, on=due.on, is_last=due.kind == AGAIN)
                found += (Wanted(due.kind, p, rhythm.pk, cycle.pk, cycle.starts_on, due.rung, due.on) for p in sorted(people))
            found += _again_wanted(cycle, duties[rhythm.pk], staff, later, on, breaks)
            if corrected:
                owners = people_at(SECOND, duties[rhythm.pk], cycle.starts_on, staff, later=later, on=on)
                found += _anew_wanted(cycle, {p: day for p, day in corrected.items() if p in owners}, rungs, on, breaks)
        if rhythm.review_on:
            people = reviewers(duties[rhythm.pk], staff)
            for day in review_dates(rhythm.review_on, on):
                for due in review_rungs(review_on=day, on=on, steps=rhythm.steps, breaks=breaks) if not was_held(rhythm, day) else ():
                    found += (Wanted(REVIEW, p, rhythm.pk, None, day, due.rung, due.on) for p in sorted(people))
    return found


def _corrected(organization: Organization, on: date) -> dict[int, date]:
    """Whose address was corrected, and on which day it was confirmed; nobody to whom a mail about steps went since then, or waits to go."""
    changes = AddressChange.objects.filter(confirmed_on__lt=on, person__reminders__organization=organization).distinct().order_by("pk")
    found = {person: (day, at) for person, day, at in changes.values_list("person", "confirmed_on", "ended_at") if day and at}
    if not found:
        return {}
    mails = Reminder.objects.filter(organization=organization, person__in=found, kind__in=[UPDATE, AGAIN])
    went = mails.filter(state__in=[Reminder.PLANNED, Reminder.CLAIMED, Reminder.SENT]).values_list("person", "ended_at")
    served = {person for person, at in went if at is None or at > found[person][1]}
    return {person: day for person, (day, _) in found.items() if person not in served}


def _anew_wanted(cycle: Cycle, corrected: dict[int, date], rungs: Sequence[Due], on: date, breaks: Breaks) -> list[Wanted]:
    """Whose address was corrected in the cycle gets what the old one did not bring, the next working day; not where a mail is due by itself meanwhile."""
    mailed = [due.on for due in rungs if due.rung in OWN and due.kind == UPDATE and due.on <= on]
    new = {p: day for p, day in corrected.items() if day >= cycle.starts_on and not any(day < one for one in mailed)}
    return [Wanted(AGAIN, p, cycle.plan_id, cycle.pk, day, SECOND, breaks.working_day(day + timedelta(days=1))) for p, day in new.items()]


def was_held(rhythm: ReviewRhythm, day: date) -> bool:
    """Whether the yearly review of a day was held: on it, or not longer before it than it is announced."""
    return rhythm.reviewed_on is not None and (day - rhythm.reviewed_on).days <= rhythm.review_before_days


Later = dict[tuple[int, int], date]
"""(step, person) -> the day from which the person is to be asked of it again in this cycle; NEVER where it waits for the lead."""
NEVER = date.max


def asked_for(cycles: set[int]) -> Later:
    """ "Remind me on ...", "not mine" and "blocked", as they stand in these cycles."""
    if not cycles:
        return {}
    here = Q(step__plan__cycles__in=cycles, as_of__gte=F("step__plan__cycles__starts_on"))
    rows = Ask.objects.open().filter(here).exclude(kind=Ask.DUE).order_by("pk")
    return {(step, person): on or NEVER for step, person, on in rows.values_list("step", "by", "remind_on")}


def _again_wanted(cycle: Cycle, duties: Duties, staff: asking.Staff, later: Later, on: date, breaks: Breaks) -> list[Wanted]:
    """Whoever asked for a day is reminded on it, of what is not confirmed by then and still theirs."""
    days = {
        (person, day)
        for duty in duties.all
        if not duty.is_confirmed(cycle.starts_on)
        for person in staff.members.led_by(duty.lead)
        if (day := later.get((duty.node, person), NEVER)) != NEVER and breaks.working_day(day) <= on
    }
    return [Wanted(AGAIN, p, cycle.plan_id, cycle.pk, day, FIRST, breaks.working_day(day)) for p, day in sorted(days)]


def _answers_wanted(organization: Organization, plans: list[int], on: date, breaks: Breaks, staff: asking.Staff) -> list[Wanted]:
    """Who is to answer "not mine" and "blocked" hears of it once for each day on which something was asked."""
    waiting = asks.waiting_in(organization, plans, staff)
    said = {(person, ask.step.plan_id, ask.as_of) for person, found in waiting.items() for ask in found if ask.as_of <= on}
    return [Wanted(ANSWER, p, plan, None, day, FIRST, breaks.working_day(day)) for p, plan, day in sorted(said)]


def _mentions_wanted(organization: Organization, on: date, breaks: Breaks) -> list[Wanted]:
    """Whom a note of an earlier day speaks to hears of it once, with the others of that day in the plan. No rhythm is needed for it."""
    rows = notes.to_mail(organization, said_on__lt=on, said_on__gte=on - timedelta(days=LATE)).order_by()
    handed = notes.handed_to_mail(organization, said_on__lt=on, said_on__gte=on - timedelta(days=LATE)).order_by()
    said = {*rows.values_list("person", "note__step__plan", "said_on"), *handed.values_list("lead__person", "lead__node__plan", "said_on")}
    here = asking.staff_of(organization, {person for person, *_ in said}).roles if said else {}
    return [Wanted(MENTION, p, plan, None, day, FIRST, breaks.working_day(on)) for p, plan, day in sorted(said) if p in here and day]


def people_at(
    rung: int, duties: Duties, since: date, staff: asking.Staff, *, later: Later | None = None, on: date = date.max, is_last: bool = False
) -> set[int]:
    """Whom a rung is for, as far as something is not confirmed since the cycle began, and its owner did not ask for a day after that of the rung.

    What nobody leads above is in the planners' list, once a cycle: not where the list `is_last`.
    """
    members, later = staff.members, later or {}
    silent = [duty for duty in duties.all if not duty.is_confirmed(since)]
    if rung in OWN:
        return {p for duty in silent for p in members.led_by(duty.lead) if later.get((duty.node, p), date.min) <= on}
    if rung == LEAD:
        alone = {duty.node for duty in duties.alone(members)} if not is_last else ()
        return {
            p
            for duty in silent
            for p in (
                members.over(duty.lead) | set(members.led_by(members.above(duty))) | set(staff.planners if duty.node in alone else ())
            )
            - set(members.led_by(duty.lead))
        }
    if rung == UNOWNED:
        return set(staff.planners) if any(not members.reached(duty.lead) for duty in silent) else set()
    if rung == PLANNER:
        return {p for p in staff.planners if any(p not in members.led_by(duty.lead) for duty in silent)}
    assert rung == CABINET
    return set(staff.cabinet) if silent else set()


def reviewers(duties: Duties, staff: asking.Staff) -> set[int]:
    """Who takes part in a yearly review: those who answer for a step or lead above it, the planners and the cabinet."""
    leads = {lead for duty in duties.all for lead in (duty.lead, staff.members.above(duty))}
    return {person for lead in leads for person in staff.members.led_by(lead)} | {*staff.planners, *staff.cabinet}


# The scheduler


def run_organization(*, organization: Organization, on: date, press: Press) -> list[Planned]:
    """All that a day brings in an organization: cycles close and open, reminders are planned. Nothing is sent."""
    cycles.advance_all(organization=organization, on=on, press=press)
    return plan_due(organization=organization, on=on)


def asked_organizations() -> Iterable[Organization]:
    """Those with a plan that has a rhythm, a cycle that is still open, or a note that speaks to somebody who has not seen it."""
    found = Organization.objects.filter(plans__rhythm__is_on=True) | Organization.objects.filter(
        plans__cycles__closed_at=None, plans__cycles__isnull=False
    )
    spoken = NoteMention.objects.unseen().exclude(said_on=None).values("note__step__plan__organization")
    handed = LeadNote.objects.filter(seen_at=None).exclude(said_on=None).values("lead__node__plan__organization")
    found |= Organization.objects.filter(Q(pk__in=spoken) | Q(pk__in=handed))
    return found.select_related("parent").distinct().order_by("pk")


def run_due(*, now: datetime | None = None) -> int:
    """For each organization its own today, once, from seven in the morning there on. Gives how many organizations it was done for."""
    now = now or timezone.now()
    done = dict(ReminderRun.objects.values_list("organization", "on"))
    count = 0
    for organization in asked_organizations():
        here = now.astimezone(ZoneInfo(organization.time_zone))
        on = organization.calendar_on or here.date()
        if (here.hour < FROM_HOUR and not organization.calendar_on) or done.get(organization.pk, date.min) >= on:
            continue
        try:
            run_organization(organization=organization, on=on, press=Press(AuditEntry.COMMAND))
        except Exception:  # one district's trouble must not keep the others from their mails; it is tried again with the next tick
            log.exception("Reminders of organization %s could not be planned.", organization.pk)
            continue
        ReminderRun.objects.update_or_create(organization=organization, defaults={"on": on, "at": Clock()})
        count += 1
    return count


# What people want


@transaction.atomic
def set_preference(*, person: Person, organization: Organization, is_unsubscribed: bool, press: Press) -> ReminderPreference:
    """End a person's reminders of an organization, or begin them again. What waits to be sent is dropped at the sending."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = ReminderPreference.objects.filter(person=person, organization=organization).first()
    old = bool(row and row.is_unsubscribed)
    if row is None:
        row = ReminderPreference(person=person, organization=organization)
    if row.pk and old == is_unsubscribed:
        return row
    row.is_unsubscribed, row.changed_at = is_unsubscribed, Clock()
    row.save()
    audit.record(
        press=press,
        verb="set reminders",
        what=row,
        organization=organization,
        old={"is_unsubscribed": old},
        new={"is_unsubscribed": is_unsubscribed, "person": person.pk},
    )
    return row


def is_unsubscribed(person: Person, organization: Organization) -> bool:
    """Whether the person wants no reminders of the organization."""
    return ReminderPreference.objects.filter(person=person, organization=organization, is_unsubscribed=True).exists()
