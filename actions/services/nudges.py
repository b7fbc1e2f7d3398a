"""The doors of the morning page: that somebody has looked, and the nudge.

A nudge brings forward what the ladder would send anyway: the first mail of the cycle where none was planned, else the second. Never a third: whoever
was written to twice is better spoken with, and the page says so.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Organization, Person
from actions import asking
from actions.models import Cycle, LastLook, Reminder, ReminderLine, ReviewRhythm
from actions.reminding.ladder import FIRST, OWN, SECOND, UPDATE
from actions.services.reminders import Planned, Wanted, asked_for, plan_wanted


@transaction.atomic
def note_look(*, person: Person, organization: Organization, at: datetime) -> LastLook:
    """The person has seen what changed until a moment; nothing is said by it, so the audit keeps none. An earlier moment changes nothing."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = LastLook.objects.filter(person=person, organization=organization).first()
    if row and row.at >= at:
        return row
    row = row or LastLook(person=person, organization=organization)
    row.at = at
    row.save()
    return row


@dataclass(frozen=True, slots=True)
class Nudged:
    mails: Sequence[Planned]
    twice: int = 0
    """Persons who were written to twice in this cycle, so that they get no third mail."""
    waiting: int = 0
    """Persons to whom a mail is on its way already."""


WAITING = 0
"""Beside the rungs of mails that were planned: one of them has not gone out yet."""


@transaction.atomic
def nudge(*, organization: Organization, people: Collection[int], on: date, press: Press) -> Nudged:
    """Write to those who answer for steps that nobody confirmed in the present cycles. The same press twice is one nudge.

    Raises ValidationError where there is nobody to write to.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if there := AuditEntry.objects.filter(press=press.id, verb="nudge").first():
        return Nudged([Planned(*row) for row in Reminder.objects.filter(pk__in=there.new["mails"]).values_list("pk", "person")])
    rhythms = list(ReviewRhythm.objects.running().filter(plan__organization=organization))
    plans = [rhythm.pk for rhythm in rhythms]
    duties, staff = asking.duties_of(plans), asking.staff_of(organization)
    cycles = {cycle.plan_id: cycle for cycle in Cycle.objects.open().containing(on).filter(plan__in=plans)}
    later = asked_for({cycle.pk for cycle in cycles.values()})
    sent = rungs_sent(cycles.values(), people)
    wanted: list[Wanted] = []
    twice: set[int] = set()
    waiting: set[int] = set()
    silent_people = set()
    for plan, cycle in cycles.items():
        for person in people:
            own = (duty for duty in duties[plan].own(person, staff.members) if not duty.is_confirmed(cycle.starts_on))
            if not any(later.get((duty.node, person), date.min) <= on for duty in own):
                continue
            silent_people.add(person)
            before = sent.get((person, plan), set())
            rung = next_rung(before)
            if rung is None:
                (waiting if WAITING in before else twice).add(person)
            else:
                wanted.append(Wanted(UPDATE, person, plan, cycle.pk, cycle.starts_on, rung, on))
    if not silent_people:
        raise ValidationError("Nobody has to be asked: what they answer for is confirmed, or they asked to be reminded later.")
    mails = plan_wanted(organization=organization, on=on, wanted=wanted)
    if mails:
        new = {"people": sorted({mail.person_id for mail in mails}), "mails": [mail.pk for mail in mails]}
        audit.record(press=press, verb="nudge", what=organization, organization=organization, new=new)
    return Nudged(mails, len(twice), len(waiting))


def rungs_sent(cycles: Collection[Cycle], people: Collection[int] | None = None) -> dict[tuple[int, int], set[int]]:
    """(person, plan) -> rungs of their own steps that a mail of the present cycle was planned for, and WAITING."""
    rows = ReminderLine.objects.filter(kind=UPDATE, rung__in=OWN, cycle__in=[cycle.pk for cycle in cycles])
    if people is not None:
        rows = rows.filter(person__in=people)
    found: dict[tuple[int, int], set[int]] = {}
    for person, plan, rung, state in rows.values_list("person", "plan", "rung", "reminder__state"):
        found.setdefault((person, plan), set()).update({rung, WAITING} if state in (Reminder.PLANNED, Reminder.CLAIMED) else {rung})
    return found


def next_rung(sent: Collection[int]) -> int | None:
    """Which mail a nudge brings forward; None where both went, or one is on its way."""
    if SECOND in sent or WAITING in sent:
        return None
    return SECOND if FIRST in sent else FIRST
