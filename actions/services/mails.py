"""Writes the mails of claimed reminders, as things stand at the sending: whoever left, was moved, wants no mails or has nothing left to confirm gets none."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from django.conf import settings
from django.template.loader import get_template

from accounts.links import site_address
from accounts.models import Organization, Person
from actions import asking
from actions.models import Cycle, Reminder, ReminderLine, ReminderPreference, Review, UpdateLink
from actions.reminding.ladder import ANSWER, LEAD, MENTION, PLANNER, REVIEW, UNOWNED
from actions.reminding.lines import named_address, one_line, sender
from actions.services import asks, links, notes
from actions.services.mail_reading import Draft, Dropped, Place, PlanNow, read_plans
from actions.services.mail_saying import said_in
from actions.services.reminders import asked_for
from actions.services.sheets import HOLES, ReadyMail, Sheet
from goals.services import rows_of
from planner.lib.beside import insert_beside

log = logging.getLogger(__name__)

SHEETS = 256
"""That are kept for others who are to read the same."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Something in the program went wrong with this one mail; it is tried again, and no other mail waits for it."""

    why: str


Written = ReadyMail | Dropped | Unwritten


@dataclass(slots=True)
class Desk:
    """Reads what a batch of reminders needs, in a number of statements that does not grow with the batch. What is known of a plan is kept from
    batch to batch while its generation stays."""

    plans: dict[int, PlanNow] = field(default_factory=dict)
    sheets: dict[tuple, Sheet] = field(default_factory=dict)
    """What was written already: those who are to read the same get the same, each with their own links."""

    def write(self, batch: Sequence[Reminder]) -> dict[int, Written]:
        """Reminder -> its mail, or why there is none."""
        lines: dict[int, list[ReminderLine]] = {reminder.pk: [] for reminder in batch}
        cycles: dict[int | None, Cycle | None] = {None: None}
        for line in ReminderLine.objects.filter(reminder__in=lines).order_by("plan__title", "plan", "rung"):
            lines[line.reminder_id].append(line)
            cycles.setdefault(line.cycle_id)
        cycles |= Cycle.objects.in_bulk(cycles.keys() - {None})
        for line in chain.from_iterable(lines.values()):
            line.cycle = cycles[line.cycle_id]
        read_plans({line.plan_id for found in lines.values() for line in found}, self.plans)
        people = Person.objects.in_bulk({reminder.person_id for reminder in batch})
        out = set(ReminderPreference.objects.filter(person__in=people, is_unsubscribed=True).values_list("person", "organization"))
        written: dict[int, Written] = {}
        for organization in Organization.objects.filter(pk__in={r.organization_id for r in batch}).select_related("parent__parent"):
            mine = [r for r in batch if r.organization_id == organization.pk]
            # Whom nobody answers for, and who works in whose department, is known only with all the people; for all else those of the batch are enough.
            needs_all = any(line.rung in (UNOWNED, LEAD, PLANNER) for r in mine for line in lines[r.pk])
            needs_all |= any(r.kind == ANSWER for r in mine)
            staff = asking.staff_of(organization, None if needs_all else {r.person_id for r in mine}, with_unreached=needs_all)
            if len(self.sheets) > SHEETS:
                self.sheets.clear()
            place = Place(organization, staff, self.plans)
            place.later = asked_for({line.cycle_id for r in mine for line in lines[r.pk] if line.cycle_id})
            answers = {line.plan_id for r in mine for line in lines[r.pk] if line.kind == ANSWER}
            place.waiting = asks.waiting_in(organization, answers, place.staff) if answers else {}
            reviewed = {line.plan_id for r in mine for line in lines[r.pk] if line.kind == REVIEW}
            open_ones = Review.objects.open().filter(plan__in=reviewed, kind=Review.YEARLY) if reviewed else ()
            place.reviews = {review.plan_id: review.pk for review in open_ones}
            noted = [r.person_id for r in mine if r.kind == MENTION]
            if noted:
                place.mentions = list(notes.to_mail(organization, person__in=noted))
                place.handed = list(notes.handed_to_mail(organization, lead__person__in=noted))
                place.rows = rows_of(note.lead.node_id for note in place.handed) if place.handed else {}
            drafts: dict[int, Draft] = {}
            for reminder in mine:
                if (reminder.person_id, organization.pk) in out:
                    written[reminder.pk] = Dropped("The person wants no reminders of this organization.")
                    continue
                draft = _or_unwritten(place.draft, reminder, people[reminder.person_id], lines[reminder.pk])
                if isinstance(draft, Draft):
                    drafts[reminder.pk] = draft
                else:
                    written[reminder.pk] = draft
            tokens, new = _tokens(list(drafts.values()))
            for draft in drafts.values():
                place.contact(draft.parts[0].now.rhythm)  # who reads while the links are inserted waits for them
            with insert_beside(UpdateLink, new):
                written |= {pk: _or_unwritten(self.mail, place, draft, tokens[pk]) for pk, draft in drafts.items()}
        return written

    def mail(self, place: Place, draft: Draft, tokens: dict[str, str]) -> ReadyMail:
        unsubscribe = f"{site_address()}{links.path_of(HOLES[UpdateLink.UNSUBSCRIBE], UpdateLink.UNSUBSCRIBE)}"
        contact = place.contact(draft.parts[0].now.rhythm)
        return self.sheet(place, draft).mail(
            to=draft.person.email,
            message_id=draft.reminder.message_id,
            sender=sender(settings.DEFAULT_FROM_EMAIL, place.organization.name),
            reply_to=named_address(contact.name or place.organization.name, contact.email) if contact else "",
            unsubscribe=unsubscribe,
            tokens=tokens,
        )

    def sheet(self, place: Place, draft: Draft) -> Sheet:
        """What the mail says, with holes for the links. Written once for all who are to read the same; what speaks of colleagues is written anew."""
        key = None
        if draft.reminder.kind not in (ANSWER, MENTION) and not any(part.nobodys or part.missing for part in draft.parts):
            is_head = bool(place.staff.members.under(draft.person.pk))
            parts = (part.key + (place.reviews.get(part.now.plan.pk),) for part in draft.parts)
            key = (place.organization.pk, draft.reminder.kind, draft.reminder.due_on, is_head, *parts)
        if key is None or key not in self.sheets:
            said = said_in(draft, place, site_address())
            name = {REVIEW: "review", ANSWER: "answer", MENTION: "mention"}.get(draft.reminder.kind, "update")
            plain, html = (_template(f"actions/mail/{name}.{kind}").render(said) for kind in ("txt", "html"))
            sheet = Sheet(one_line(f"{place.organization.name}: {said['subject']}", 160), plain, html)
            if key is None:
                return sheet
            self.sheets[key] = sheet
        return self.sheets[key]


def _or_unwritten(write, *said):
    try:
        return write(*said)
    except Exception as error:
        log.exception("A reminder could not be written.")
        return Unwritten(f"Something in the program went wrong while the mail was written ({type(error).__name__}).")


def _tokens(drafts: list[Draft]) -> tuple[dict[int, dict[str, str]], list[dict[str, Any]]]:
    """Reminder -> purpose -> token, and what is to be inserted for it. A link that was made for the same mail before is used again."""
    found: dict[int, dict[str, str]] = {draft.reminder.pk: {} for draft in drafts}
    for link in UpdateLink.objects.filter(reminder__in=found, revoked_at=None):
        if token := links.token_of(link):
            found[link.reminder_id][link.purpose] = token
    new = []
    for draft in drafts:
        mine = found[draft.reminder.pk]
        for purpose in draft.purposes.keys() - mine.keys():
            row, mine[purpose] = links.new_link(reminder=draft.reminder, purpose=purpose, expires_on=draft.purposes[purpose])
            new.append(row)
    return found, new


@lru_cache(maxsize=8)
def _template(name: str):
    return get_template(name)
