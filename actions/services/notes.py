"""The doors for what staff say to each other: notes on a step with mentions, and the note by which a part of a plan is handed over. Never public.

`@Full Name` in a note speaks to a colleague, who then finds it on the page of what waits for an answer, and in a mail of the next working morning.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Organization, Person
from actions import asking
from actions.models import ActionStep, LeadNote, NoteMention, StepNote
from goals.models import Lead, Level, Plan
from goals.services import locked, set_lead
from planner.lib.db import Clock

LONGEST = 4_000
SPOKEN_TO = re.compile(r"(?<![\w.@])@(?=\S)")


def mentioned(text: str, people: Iterable[Person]) -> list[Person]:
    """Who is spoken to by `@Name` or `@address`, each once. Raises ValidationError for an @ that means nobody, or two."""
    names: dict[str, list[Person]] = {}
    for person in people:
        for name in {person.name.strip().casefold(), person.email.casefold()} - {""}:
            names.setdefault(name, []).append(person)
    longest_first = sorted(names, key=len, reverse=True)
    found: dict[int, Person] = {}
    for at in SPOKEN_TO.finditer(text):
        rest = " ".join(text[at.end() :].split()).casefold()
        meant = next((name for name in longest_first if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()), None)
        shown = " ".join(text[at.start() :].split()[:2])[:60]
        if meant is None:
            raise ValidationError({"text": f"“{shown}” is nobody who works here. Write the whole name after the @, or leave the @ out."})
        if len(names[meant]) > 1:
            raise ValidationError({"text": f"Two people are called “{shown}”. Write the e-mail address after the @ instead."})
        found[names[meant][0].pk] = names[meant][0]
    return list(found.values())


@transaction.atomic
def add_note(*, step: ActionStep, press: Press, text: str, to: Sequence[Person] = ()) -> StepNote:
    """A note on a step; `to` are spoken to besides those whom the text names. The same press twice is one note. Raises ValidationError."""
    ActionStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if before := StepNote.objects.filter(step=step, press=press.id).first():
        return before
    text = text.strip()
    if not text:
        raise ValidationError({"text": "Write the note first."})
    return _write(step, press=press, text=text, to=to)


def _write(step: ActionStep, *, press: Press, text: str, to: Sequence[Person], lead: Lead | None = None) -> StepNote:
    if press.by is None:
        raise ValueError("a note is somebody's")
    people = {person.pk: person for person in [*to, *mentioned(text, asking.people_near(step.plan.organization) if "@" in text else ())]}
    people.pop(press.by.pk, None)
    note = StepNote.objects.create(step=step, text=text[:LONGEST], lead=lead, by=press.by, channel=press.channel, press=press.id)
    today = step.plan.organization.today()
    NoteMention.objects.bulk_create(NoteMention(note=note, person=person, said_on=today) for person in people.values())
    new = {"step": step.pk, "mentions": sorted(people), **({"lead": lead.pk} if lead else {})}
    audit.record(press=press, verb="hand over" if lead else "add note", what=note, organization=step.plan.organization_id, new=new)
    return note


@transaction.atomic
def hand_over(
    *,
    step: ActionStep,
    press: Press,
    text: str = "",
    person: Person | None = None,
    department: Department | None = None,
    words: str = "",
    as_of: date | None = None,
) -> StepNote | None:
    """Give a step to a person, a department or whom words name, from a day on (today), with a note for them. None: without words there is no note, the lead alone changes.

    Raises ValidationError where nobody is named, or they lead it already.
    """
    locked = ActionStep.objects.select_related("plan__organization__parent__parent").select_for_update(of=("self",)).get(pk=step.pk)
    if before := StepNote.objects.filter(step=step, press=press.id).first():
        return before
    if person is None and department is None and not words:
        raise ValidationError({"person": "Choose who is to lead the step."})
    new = (person and person.pk, department and department.pk, words)
    if (locked.lead_person_id, locked.lead_department_id, locked.lead_words) == new and not Lead.objects.filter(
        node=step.pk, press=press.id
    ).exists():
        raise ValidationError({"person": "They lead this step already. Choose somebody else."})
    day = as_of or locked.plan.organization.today()
    set_lead(row=locked, press=press, as_of=day, person=person, department=department, words=words)
    if not text.strip():
        return None
    lead = Lead.objects.filter(node=step.pk, press=press.id).first()
    return _write(locked, press=press, text=text.strip(), to=[person] if person else [], lead=lead)


@transaction.atomic
def hand_over_part(
    *, row: Level, press: Press, text: str, as_of: date, person: Person | None = None, department: Department | None = None, words: str = ""
) -> LeadNote:
    """Give a goal area, an objective or a strategy to somebody else from a day on, with a note for them. The same press twice is one.

    Raises ValidationError where nobody is named, or they lead it already.
    """
    row = locked(row)
    if before := LeadNote.objects.filter(lead__node=row.pk, lead__press=press.id).first():
        return before
    if person is None and department is None and not words:
        raise ValidationError({"person": "Choose who is to lead it."})
    set_lead(row=row, press=press, as_of=as_of, person=person, department=department, words=words)
    lead = Lead.objects.filter(node=row.pk, press=press.id).first()
    if lead is None:
        raise ValidationError({"person": "They lead it already. Choose somebody else, or leave the note empty."})
    note = LeadNote.objects.create(lead=lead, text=text.strip()[:LONGEST], said_on=row.plan.organization.today())
    audit.record(press=press, verb="hand over", what=note, organization=row.plan.organization_id, new={"lead": lead.pk, "node": row.pk})
    return note


def leads_of(node: int) -> QuerySet[Lead]:
    """Who led a part and from when, newest first, with the notes of each hand-over."""
    rows = Lead.objects.filter(node=node).select_related("person", "department", "by", "edition", "part_note")
    return rows.order_by("-as_of", "-recorded_at", "-pk")


def handed_to(person: Person) -> QuerySet[LeadNote]:
    """Notes of hand-overs to the person which the person has not marked as seen, newest first, of plans that the person may still see."""
    rows = LeadNote.objects.filter(seen_at=None, lead__person=person, lead__node__plan__in=Plan.objects.of(person)).exclude(lead__by=person)
    return rows.select_related("lead__by", "lead__node__plan__organization").order_by("-lead__recorded_at", "-pk")[:100]


def notes_of(step: ActionStep):
    """All notes of a step, newest first, with who wrote and who is spoken to."""
    rows = step.notes.select_related("by", "lead__person", "lead__department").prefetch_related("mentions__person")
    return rows.order_by("-recorded_at", "-pk")


def unseen(person: Person):
    """Mentions that the person has not marked as seen, newest first, of plans that the person may still see."""
    rows = NoteMention.objects.unseen().filter(person=person, note__step__plan__in=Plan.objects.of(person))
    return rows.select_related("note__by", "note__step__plan__organization", "note__step__node").order_by("-pk")


def to_mail(organization: Organization, **which: Any) -> QuerySet[NoteMention]:
    """Mentions that nobody has seen, of steps of an organization's plans, oldest first; `which` narrows them."""
    rows = NoteMention.objects.unseen().filter(note__step__plan__organization=organization, **which)
    rows = rows.filter(note__step__is_present=True).exclude(note__step__plan__stage=Plan.CLOSED)
    return rows.select_related("note__by", "note__step__node", "note__step__plan__organization").order_by("pk")


def handed_to_mail(organization: Organization, **which: Any) -> QuerySet[LeadNote]:
    """Notes of hand-overs that nobody has seen, of an organization's plans, oldest first; `which` narrows them."""
    rows = LeadNote.objects.filter(seen_at=None, lead__node__plan__organization=organization, **which)
    rows = rows.filter(lead__person__isnull=False).exclude(lead__node__plan__stage=Plan.CLOSED).exclude(lead__by=F("lead__person"))
    return rows.select_related("lead__by", "lead__node__plan__organization").order_by("pk")


@transaction.atomic
def mark_seen(*, press: Press, mentions: Iterable[int], handed: Iterable[int] = ()) -> int:
    """Those mentions of the person who presses, and those notes of hand-overs to the person, were seen now. Gives how many."""
    mine = NoteMention.objects.unseen().filter(person=press.by, pk__in=list(mentions)).select_for_update(of=("self",))
    found = list(mine.select_related("note__step__plan").order_by("pk"))
    NoteMention.objects.filter(pk__in=[mention.pk for mention in found]).update(seen_at=Clock())
    for mention in found:
        place = mention.note.step.plan.organization_id
        audit.record(press=press, verb="see note", what=mention.note, organization=place, new={"mention": mention.pk})
    theirs = LeadNote.objects.filter(seen_at=None, lead__person=press.by, pk__in=list(handed)).select_for_update(of=("self",))
    notes = list(theirs.select_related("lead__node__plan").order_by("pk"))
    LeadNote.objects.filter(pk__in=[note.pk for note in notes]).update(seen_at=Clock())
    for note in notes:
        audit.record(press=press, verb="see note", what=note, organization=note.lead.node.plan.organization_id, new={"lead": note.pk})
    return len(found) + len(notes)
