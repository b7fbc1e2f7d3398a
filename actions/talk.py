"""What staff asked and told each other about a step, in one list, newest first. Never public."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from accounts.models import AuditEntry, Person
from actions.models import ActionStep, Ask, AskAnswer, StepNote, StepPhoto
from actions.services.asks import asks_of
from actions.services.notes import notes_of
from goals.models import Lead
from planner.lib.dates import moment_words, us_date


@dataclass(frozen=True, slots=True)
class TalkEntry:
    """One note, ask, hand-over or photo."""

    anchor: str
    at: datetime
    when: str
    who: str
    what: str
    """Of which kind it is, in a word or two."""
    says: str = ""
    text: str = ""
    to: tuple[str, ...] = ()
    answer: str = ""
    answer_text: str = ""
    ask: int | None = None
    """Of an ask that is open."""
    is_own: bool = False
    is_for_lead: bool = False
    photo: str = ""
    photo_size: tuple[int, int] = field(default=(0, 0))


def by_words(person: Person | None, channel: str, said_for: Lead | None = None) -> str:
    """ "by link of Edith Editor": whoever had the mail may have pressed. "Edith Editor, for Tom Teacher": who leads it did not say it."""
    if person is None:
        return ""
    by = f"by link of {person}" if channel == AuditEntry.LINK else str(person)
    return f"{by}, for {said_for.person or said_for.department}" if said_for else by


def talk_of(step: ActionStep, person: Person) -> list[TalkEntry]:
    """In a number of statements that does not grow with the entries."""
    zone = step.plan.organization.time_zone
    found = [_note(note, zone) for note in notes_of(step)]
    found += [_ask(ask, person, zone) for ask in asks_of(step)]
    found += [_photo(photo, step, zone) for photo in step.photos.select_related("by", "file")]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _note(note: StepNote, zone: str) -> TalkEntry:
    lead = note.lead
    to = tuple(str(mention.person) for mention in note.mentions.all())
    return TalkEntry(
        anchor=f"note-{note.pk}",
        at=note.recorded_at,
        when=moment_words(note.recorded_at, zone),
        who=by_words(note.by, note.channel),
        what="Handed over" if lead else "Note",
        says=f"To {' and '.join(str(one) for one in (lead.person, lead.department, lead.words) if one)}" if lead else "",
        text=note.text,
        to=() if lead else to,
    )


def _ask(ask: Ask, person: Person, zone: str) -> TalkEntry:
    answer: AskAnswer | None = getattr(ask, "answer", None)
    says = {
        Ask.NOT_MINE: f"Perhaps {ask.person or ask.who}" if ask.person or ask.who else "",
        Ask.BLOCKED: f"Who can help: {ask.person or ask.who}" if ask.person or ask.who else "",
        Ask.REMIND: f"On {us_date(ask.remind_on)}" if ask.remind_on else "",
        Ask.DUE: f"{us_date(ask.due_old) if ask.due_old else 'No date'} → {us_date(ask.due_new)}" if ask.due_new else "",
    }
    said = f"{answer.get_kind_display()} by {answer.by}, {moment_words(answer.recorded_at, zone)}" if answer else ""
    return TalkEntry(
        anchor=f"ask-{ask.pk}",
        at=ask.recorded_at,
        when=moment_words(ask.recorded_at, zone),
        who=by_words(ask.by, ask.channel),
        what=ask.get_kind_display(),
        says=says[ask.kind],
        text=ask.sentence,
        answer=said,
        answer_text=answer.sentence if answer else "",
        ask=None if answer else ask.pk,
        is_own=ask.by_id == person.pk,
        is_for_lead=ask.is_for_lead,
    )


def _photo(photo: StepPhoto, step: ActionStep, zone: str) -> TalkEntry:
    organization = step.plan.organization
    return TalkEntry(
        anchor=f"photo-{photo.pk}",
        at=photo.recorded_at,
        when=moment_words(photo.recorded_at, zone),
        who=by_words(photo.by, photo.channel),
        what="Photo",
        photo=reverse("actions:step-photo", args=[organization.slug, step.plan.slug, step.node.address, photo.pk]),
        photo_size=(photo.width, photo.height),
    )
