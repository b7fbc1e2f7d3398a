"""Writes the mails of claimed reminders, as things stand at the sending: whoever left, was moved, wants no mails or has nothing left to confirm gets none."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import get_template
from django.urls import reverse

from accounts.links import site_address
from accounts.models import Department, Organization, Person
from actions import asking, words
from actions.models import Ask, NoteMention, Reminder, ReminderLine, ReminderPreference, Review, ReviewRhythm, StepNote, UpdateLink
from actions.reminding.duties import Duties, Duty
from actions.reminding.ladder import AGAIN, ANSWER, CABINET, LEAD, MENTION, ON_THE_DAY, OWN, REVIEW, SECOND, UNOWNED, review_dates
from actions.reminding.lines import named_address, one_line, sender
from actions.services import asks, links, notes
from actions.services.reminders import Later, asked_for, was_held
from actions.services.sheets import HOLES, ReadyMail, Sheet
from goals.models import Plan, Status
from planner.lib.dates import us_date
from planner.lib.db import insert_many

log = logging.getLogger(__name__)

SHOWN = 12
"""Steps that a mail shows one by one; the page of the link has them all."""
UNSUBSCRIBE_DAYS = 400
SHEETS = 256
"""That are kept for others who are to read the same."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """No mail, and why: for the ledger."""

    why: str
    is_refusal: bool = False
    """Somebody has to mend it."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Something in the program went wrong with this one mail; it is tried again, and no other mail waits for it."""

    why: str


Written = ReadyMail | Dropped | Unwritten


@dataclass(slots=True)
class PlanNow:
    """What a mail may need of a plan, read once for many mails."""

    plan: Plan
    rhythm: ReviewRhythm | None
    duties: Duties
    statuses: list[Status]
    names: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {status.pk: one_line(status.name, 80) for status in self.statuses}


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
        for line in ReminderLine.objects.filter(reminder__in=lines).select_related("cycle").order_by("plan__title", "plan", "rung"):
            lines[line.reminder_id].append(line)
        self._read_plans({line.plan_id for found in lines.values() for line in found})
        people = Person.objects.in_bulk({reminder.person_id for reminder in batch})
        out = set(ReminderPreference.objects.filter(person__in=people, is_unsubscribed=True).values_list("person", "organization"))
        written: dict[int, Written] = {}
        for organization in Organization.objects.filter(pk__in={r.organization_id for r in batch}).select_related("parent__parent"):
            mine = [r for r in batch if r.organization_id == organization.pk]
            # Whom nobody answers for, and who works in whose department, is known only with all the people; for all else those of the batch are enough.
            needs_all = any(line.rung in (UNOWNED, LEAD) for r in mine for line in lines[r.pk])
            needs_all |= any(r.kind == ANSWER for r in mine)
            staff = asking.staff_of(organization, None if needs_all else {r.person_id for r in mine}, with_unreached=needs_all)
            if len(self.sheets) > SHEETS:
                self.sheets.clear()
            place = _Place(organization, staff, self.plans, self.sheets)
            place.later = asked_for({line.cycle_id for r in mine for line in lines[r.pk] if line.cycle_id})
            answers = {line.plan_id for r in mine for line in lines[r.pk] if line.kind == ANSWER}
            place.waiting = asks.waiting_in(organization, answers, place.staff) if answers else {}
            reviewed = {line.plan_id for r in mine for line in lines[r.pk] if line.kind == REVIEW}
            open_ones = Review.objects.open().filter(plan__in=reviewed, kind=Review.YEARLY) if reviewed else ()
            place.reviews = {review.plan_id: review.pk for review in open_ones}
            noted = [r.person_id for r in mine if r.kind == MENTION]
            place.mentions = list(notes.to_mail(organization, person__in=noted)) if noted else []
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
            tokens = _tokens(list(drafts.values()))
            for pk, draft in drafts.items():
                written[pk] = _or_unwritten(place.mail, draft, tokens[pk])
        return written

    def _read_plans(self, wanted: Iterable[int]) -> None:
        rows = Plan.objects.filter(pk__in=wanted).select_related("rhythm__contact", "organization")
        stale = [p for p in rows if p.pk not in self.plans or self.plans[p.pk].plan.generation != p.generation]
        if not stale:
            return
        duties = asking.duties_of([plan.pk for plan in stale])
        statuses: dict[int, list[Status]] = {plan.pk: [] for plan in stale}
        for status in Status.objects.filter(scale__plan__in=stale).select_related("scale"):
            statuses[status.scale.plan_id or 0].append(status)
        for plan in stale:
            ladder = sorted(statuses[plan.pk], key=lambda s: (s.rank is None, s.rank or 0, s.pk))
            self.plans[plan.pk] = PlanNow(plan, getattr(plan, "rhythm", None), duties[plan.pk], ladder)


def _or_unwritten(write, *said):
    try:
        return write(*said)
    except Exception as error:
        log.exception("A reminder could not be written.")
        return Unwritten(f"Something in the program went wrong while the mail was written ({type(error).__name__}).")


@dataclass(slots=True)
class Part:
    """What a mail says of one plan at its rungs."""

    now: PlanNow
    rungs: set[int]
    own: list[Duty] = field(default_factory=list)
    below: list[Duty] = field(default_factory=list)
    nobodys: list[Duty] = field(default_factory=list)
    silent: int = 0
    total: int = 0
    since: date = date.min
    until: date = date.min
    review_on: date | None = None
    asks: list[Ask] = field(default_factory=list)
    mentions: list[NoteMention] = field(default_factory=list)

    @property
    def key(self) -> tuple:
        """All that makes what is said of the plan another, where nothing is said of colleagues."""
        plan = self.now.plan
        nodes = (tuple(duty.node for duty in duties) for duties in (self.own, self.below))
        return (plan.pk, plan.generation, frozenset(self.rungs), *nodes, self.silent, self.total, self.until, self.review_on)


@dataclass(slots=True)
class Draft:
    reminder: Reminder
    person: Person
    parts: list[Part]

    @property
    def until(self) -> date:
        return max(part.until for part in self.parts)

    @property
    def purposes(self) -> dict[str, date]:
        """Which links it needs, each with its last day."""
        found = {UpdateLink.UNSUBSCRIBE: self.reminder.due_on + timedelta(days=UNSUBSCRIBE_DAYS)}
        if any(part.own or part.below for part in self.parts):
            found[UpdateLink.UPDATE] = self.until
        return found


AS_MADE = {field.name: field.attname for field in UpdateLink._meta.concrete_fields if field.name not in ("id", "revoked_at", "created_at")}


def _tokens(drafts: list[Draft]) -> dict[int, dict[str, str]]:
    """Reminder -> purpose -> token. A link that was made for the same mail before is used again."""
    found: dict[int, dict[str, str]] = {draft.reminder.pk: {} for draft in drafts}
    for link in UpdateLink.objects.filter(reminder__in=found, revoked_at=None):
        if token := links.token_of(link):
            found[link.reminder_id][link.purpose] = token
    made = [
        links.new_link(reminder=draft.reminder, purpose=purpose, expires_on=last)
        for draft in drafts
        for purpose, last in draft.purposes.items()
        if purpose not in found[draft.reminder.pk]
    ]
    insert_many(UpdateLink, [{name: getattr(link, attribute) for name, attribute in AS_MADE.items()} for link, _ in made])
    for link, token in made:
        found[link.reminder_id][link.purpose] = token
    return found


@dataclass(slots=True)
class _Place:
    """One organization's mails of a batch."""

    organization: Organization
    staff: asking.Staff
    plans: dict[int, PlanNow]
    sheets: dict[tuple, Sheet]
    later: Later = field(default_factory=dict)
    waiting: dict[int, list[Ask]] = field(default_factory=dict)
    """Person -> asks that wait for an answer."""
    reviews: dict[int, int] = field(default_factory=dict)
    """Plan -> its yearly review that was opened and is not held yet."""
    mentions: list[NoteMention] = field(default_factory=list)
    """Of the batch's people, that they have not seen."""
    contacts: dict[int | None, Person | None] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)

    def draft(self, reminder: Reminder, person: Person, lines: list[ReminderLine]) -> Draft | Dropped:
        if not person.is_active:
            return Dropped("The person's account is closed.")
        if person.pk not in self.staff.roles:
            return Dropped("The person does not work for this organization any more.")
        try:
            validate_email(person.email)
        except ValidationError:
            return Dropped("The address is none that mail can be sent to.", is_refusal=True)
        parts: dict[int, Part] = {}
        for line in lines:
            now = self.plans[line.plan_id]
            if now.plan.organization_id != self.organization.pk:
                continue
            if line.kind != MENTION and (now.plan.stage != Plan.ADOPTED or not now.rhythm or not now.rhythm.is_on):
                continue
            part = parts.setdefault(line.plan_id, Part(now, set()))
            part.rungs.add(line.rung)
            if line.kind == MENTION:
                theirs = [one for one in self.mentions if one.person_id == person.pk and one.note.step.plan_id == line.plan_id]
                part.mentions += [one for one in theirs if one.said_on == line.about_on]
            elif now.rhythm:
                self._fill(part, line, person.pk, now.rhythm)
        kept = [p for p in parts.values() if p.own or p.below or p.nobodys or p.silent or p.review_on or p.asks or p.mentions]
        return Draft(reminder, person, kept) if kept else Dropped("Nothing is left to be said: it is confirmed, led by others, or over.")

    def _fill(self, part: Part, line: ReminderLine, person: int, rhythm: ReviewRhythm) -> None:
        duties, members = part.now.duties, self.staff.members
        if line.kind == REVIEW:
            stands = rhythm.review_on and line.about_on in review_dates(rhythm.review_on, line.about_on)
            if stands and not was_held(rhythm, line.about_on):
                part.review_on = line.about_on
                part.total, part.until = len(duties.all), line.about_on
            return
        if line.kind == ANSWER:
            part.asks = [ask for ask in self.waiting.get(person, ()) if ask.step.plan_id == line.plan_id]
            return
        cycle = line.cycle
        if cycle is None or not cycle.is_open:
            return
        part.since, part.until = cycle.starts_on, max(part.until, cycle.ends_on)
        silent = [duty for duty in duties.all if not duty.is_confirmed(cycle.starts_on)]
        part.total = len(duties.all)
        if line.rung in OWN:
            own = [duty for duty in duties.own(person, members) if not duty.is_confirmed(cycle.starts_on)]
            # Who asked for a day gets the step on it, and no second mail of it before.
            days = {duty.node: self.later.get((duty.node, person)) for duty in own}
            if line.kind == AGAIN:
                part.own += [d for d in own if days[d.node] == line.about_on and d not in part.own]
            else:
                part.own = [d for d in own if not (day := days[d.node]) or day <= line.due_on]
        elif line.rung == LEAD:
            part.below = [duty for duty in duties.below(person, members) if not duty.is_confirmed(cycle.starts_on)]
        elif line.rung == UNOWNED and person in self.staff.planners:
            part.nobodys = [duty for duty in duties.nobodys(members) if not duty.is_confirmed(cycle.starts_on)]
        elif line.rung == CABINET and person in self.staff.cabinet:
            part.silent = len(silent)

    def mail(self, draft: Draft, tokens: dict[str, str]) -> ReadyMail:
        unsubscribe = f"{site_address()}{links.path_of(HOLES[UpdateLink.UNSUBSCRIBE], UpdateLink.UNSUBSCRIBE)}"
        contact = self.contact(draft.parts[0].now.rhythm)
        return self.sheet(draft).mail(
            to=draft.person.email,
            message_id=draft.reminder.message_id,
            sender=sender(settings.DEFAULT_FROM_EMAIL, self.organization.name),
            reply_to=named_address(contact.name or self.organization.name, contact.email) if contact else "",
            unsubscribe=unsubscribe,
            tokens=tokens,
        )

    def sheet(self, draft: Draft) -> Sheet:
        """What the mail says, with holes for the links. Written once for all who are to read the same; what speaks of colleagues is written anew."""
        key = None
        if draft.reminder.kind not in (ANSWER, MENTION) and not any(part.nobodys for part in draft.parts):
            is_head = bool(self.staff.members.under(draft.person.pk))
            parts = (part.key + (self.reviews.get(part.now.plan.pk),) for part in draft.parts)
            key = (self.organization.pk, draft.reminder.kind, draft.reminder.due_on, is_head, *parts)
        if key is None or key not in self.sheets:
            said = _said(draft, self, site_address())
            name = {REVIEW: "review", ANSWER: "answer", MENTION: "mention"}.get(draft.reminder.kind, "update")
            plain, html = (_template(f"actions/mail/{name}.{kind}").render(said) for kind in ("txt", "html"))
            sheet = Sheet(one_line(f"{self.organization.name}: {said['subject']}", 160), plain, html)
            if key is None:
                return sheet
            self.sheets[key] = sheet
        return self.sheets[key]

    def contact(self, rhythm: ReviewRhythm | None) -> Person | None:
        wanted = rhythm.contact if rhythm else None
        key = wanted.pk if wanted else None
        if key not in self.contacts:
            self.contacts[key] = asking.contact_of(self.organization, wanted)
        return self.contacts[key]

    def why_nobody(self, duty: Duty) -> str:
        """Why nobody can be asked, where it is not that nobody leads it."""
        if self.staff.members.led_by(duty.lead):
            return "The mail server of who leads it refuses our mails"
        return "Who leads it does not work here any more" if duty.lead.person else ""

    def leader(self, duty: Duty) -> str:
        """Who leads, in words: mails to leads go to staff, and name departments and roles of words; persons are asked for on the page."""
        if duty.lead.department and not self.departments:
            self.departments = dict(Department.objects.filter(organization=self.organization).values_list("pk", "name"))
        return one_line(self.departments.get(duty.lead.department or 0, "") or duty.lead.words, 120)


@lru_cache(maxsize=8)
def _template(name: str):
    return get_template(name)


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step in a mail."""

    code: str
    title: str
    now: str
    """What was said of it last, and for which day."""
    choices: list[Choice]
    """ "Still true" first, then the other statuses. Links that open the page with the choice made; nothing is saved before a press there."""
    leader: str = ""


def _row(duty: Duty, part: Part, link: str = "", leader: str = "") -> Row:
    names = part.now.names
    choices = []
    if link:
        if duty.status:
            choices.append(Choice("Still true", f"{link}?step={duty.node}&say=same"))
        choices += [
            Choice(names[status.pk], f"{link}?step={duty.node}&say={status.pk}")
            for status in part.now.statuses
            if status.pk != duty.status and not status.is_retired
        ]
    now = f"{names.get(duty.status, '')}, as of {us_date(duty.as_of)}" if duty.status and duty.as_of else "Nothing has been said of it yet"
    return Row(one_line(duty.code, 60), one_line(duty.title, 300), now, choices, leader)


@dataclass(frozen=True, slots=True)
class Group:
    """A plan's rows in one part of a mail."""

    plan: str
    rows: list[Row]
    more: int
    """Rows that are not shown."""


def _groups(parts: list[Part], key: str, make) -> list[Group]:
    found = []
    for part in parts:
        if duties := getattr(part, key):
            found.append(Group(one_line(part.now.plan.title), [make(duty, part) for duty in duties[:SHOWN]], max(0, len(duties) - SHOWN)))
    return found


def _step_words(parts: list[Part], count: int) -> str:
    """ "6 action steps", or what the plans call them where they agree."""
    names = {part.now.plan.word("action_step").lower() for part in parts}
    word = one_line(names.pop(), 40) if len(names) == 1 else "step"
    return f"{count} {word if count == 1 else words.many(word)}"


def _said(draft: Draft, place: _Place, site: str) -> dict:
    """The context of the templates."""
    parts = draft.parts
    link = f"{site}{links.path_of(HOLES[UpdateLink.UPDATE])}" if UpdateLink.UPDATE in draft.purposes else ""
    own, below, nobodys = (sum(len(getattr(part, key)) for part in parts) for key in ("own", "below", "nobodys"))
    silent, total = sum(part.silent for part in parts), sum(part.total for part in parts if part.silent)
    contact = place.contact(parts[0].now.rhythm)
    said = {
        "organization": one_line(place.organization.name),
        "site": site,
        "own": _groups(parts, "own", lambda duty, part: _row(duty, part, link)),
        "below": _groups(parts, "below", lambda duty, part: _row(duty, part, leader=place.leader(duty))),
        "nobodys": _groups(parts, "nobodys", lambda duty, part: _row(duty, part, leader=place.why_nobody(duty))),
        "own_words": _step_words(parts, own),
        "own_count": own,
        "below_words": _step_words(parts, below),
        "below_count": below,
        "nobodys_words": _step_words(parts, nobodys),
        "nobodys_count": nobodys,
        "silent": silent,
        "total_words": _step_words(parts, total),
        "is_second": any(SECOND in part.rungs for part in parts),
        "is_again": draft.reminder.kind == AGAIN,
        "has_many_plans": len({part.now.plan.pk for part in parts}) > 1,
        "link": link,
        "department": f"{site}{reverse('actions:my-department')}" if below and place.staff.members.under(draft.person.pk) else "",
        "today": f"{site}{reverse('actions:today', args=[place.organization.slug])}",
        "until": us_date(draft.until),
        "unsubscribe": f"{site}{links.path_of(HOLES[UpdateLink.UNSUBSCRIBE], UpdateLink.UNSUBSCRIBE)}",
        "contact": one_line(contact.name, 80) if contact else "",
        "is_sample": place.organization.is_sample,
    }
    if draft.reminder.kind == REVIEW:
        return said | _review(draft, place, site)
    if draft.reminder.kind == ANSWER:
        return said | _answer(parts, site)
    if draft.reminder.kind == MENTION:
        return said | _mention(parts, place, site)
    if own and said["is_again"]:
        said["subject"] = f"you asked to be reminded of {said['own_words'] if own > 1 else 'a step'}"
    elif own:
        said["subject"] = _own_subject(parts, own, is_second=bool(said["is_second"]))
    elif below:
        said["subject"] = f"{said['below_words']} that you lead the way for wait{'s' if below == 1 else ''} for a word"
    elif nobodys:
        said["subject"] = f"nobody answers for {said['nobodys_words']}"
    else:
        said["subject"] = f"{silent} of {said['total_words']} {'is' if silent == 1 else 'are'} not confirmed yet"
    return said


def _own_subject(parts: list[Part], count: int, *, is_second: bool) -> str:
    counted = _step_words(parts, count)
    if is_second:
        return f"{counted} still wait{'s' if count == 1 else ''} for your word"
    return f"is your {counted.removeprefix('1 ')} still true?" if count == 1 else f"are your {counted} still true?"


def _answer(parts: list[Part], site: str) -> dict:
    """What a mail about asks says: who said what of which step, and where to answer."""
    count = sum(len(part.asks) for part in parts)
    groups = [
        (one_line(part.now.plan.title), [_ask_row(ask) for ask in part.asks[:SHOWN]], max(0, len(part.asks) - SHOWN)) for part in parts
    ]
    subject = "a colleague waits for your answer" if count == 1 else f"{count} questions from colleagues wait for your answer"
    return {"subject": subject, "asks": groups, "asks_count": count, "answer": f"{site}{reverse('actions:my-asks')}"}


def _mention(parts: list[Part], place: _Place, site: str) -> dict:
    """What a mail about notes says: who wrote what of which step, with a link to each."""
    count = sum(len(part.mentions) for part in parts)
    base = f"{site}/manage/{place.organization.slug}"
    groups = [
        (
            one_line(part.now.plan.title),
            [_note_row(one.note, f"{base}/{part.now.plan.slug}") for one in part.mentions[:SHOWN]],
            max(0, len(part.mentions) - SHOWN),
        )
        for part in parts
    ]
    first = next(one.note for part in parts for one in part.mentions)
    subject = f"{one_line(str(first.by), 80)} wrote a note to you" if count == 1 else f"{count} notes from colleagues to you"
    return {"subject": subject, "notes": groups, "notes_count": count, "all": f"{site}{reverse('actions:my-asks')}"}


def _note_row(note: StepNote, base: str) -> dict[str, str | bool]:
    step = note.step
    return {
        "step": one_line(f"{step.code} {step.title}", 300),
        "who": one_line(str(note.by), 80),
        "words": one_line(note.text, 400),
        "is_handed": note.lead_id is not None,
        "href": f"{base}/steps/{step.node.address}/#talk",
    }


def _ask_row(ask: Ask) -> dict[str, str]:
    said = "says that this step is somebody else's" if ask.kind == Ask.NOT_MINE else "says that this step is blocked"
    who = f"{'Perhaps' if ask.kind == Ask.NOT_MINE else 'Who can help:'} {one_line(ask.who)}." if ask.who else ""
    return {
        "step": one_line(f"{ask.step.code} {ask.step.title}", 300),
        "said": f"{one_line(str(ask.by), 80)} {said}.",
        "words": one_line(ask.sentence, 400),
        "who": who,
    }


def _review(draft: Draft, place: _Place, site: str) -> dict:
    """What a mail about yearly reviews says: the day, and what there is to look at in each plan."""
    on = draft.reminder.due_on
    plans = []
    for part in draft.parts:
        assert part.review_on is not None
        year_ago = part.review_on - timedelta(days=365)
        duties, plan = part.now.duties.all, part.now.plan
        late = [duty for duty in duties if duty.due and duty.due < on and not _is_over(duty, part)]
        quiet = [duty for duty in duties if not duty.is_confirmed(year_ago)]
        nobodys = [duty for duty in duties if not duty.lead]
        plans.append(
            {
                "title": one_line(plan.title),
                "day": us_date(part.review_on),
                "is_before": on < part.review_on,
                "is_over": on > part.review_on and ON_THE_DAY not in part.rungs,
                "total": _step_words([part], len(duties)),
                "late": len(late),
                "quiet": len(quiet),
                "nobodys": len(nobodys),
                "href": site + _review_path(place, plan),
                "is_open": plan.pk in place.reviews,
            }
        )
    first = plans[0]
    if first["is_before"]:
        subject = f"the yearly review of {first['title']} is on {first['day']}"
    elif first["is_over"]:
        subject = f"what came of the yearly review of {first['title']}?"
    else:
        subject = f"the yearly review of {first['title']} is due"
    return {"subject": subject, "plans": plans}


def _review_path(place: _Place, plan: Plan) -> str:
    """The review's own page where somebody opened it, else the page on which it is opened."""
    here = (place.organization.slug, plan.slug)
    if review := place.reviews.get(plan.pk):
        return reverse("actions:review-detail", args=[*here, review])
    return reverse("actions:review-list", args=here)


def _is_over(duty: Duty, part: Part) -> bool:
    """Complete or stopped: nothing is late any more."""
    return any(status.pk == duty.status and status.meaning in ("complete", "stopped") for status in part.now.statuses)
