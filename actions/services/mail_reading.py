"""What is read for mails: which plans, steps, asks and notes a reminder speaks of, as things stand at the sending."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Department, Organization, Person
from actions import asking
from actions.models import Ask, LeadNote, NoteMention, Reminder, ReminderLine, ReviewRhythm, UpdateLink
from actions.reminding.duties import Duties, Duty
from actions.reminding.ladder import AGAIN, ANSWER, CABINET, FIRST, LEAD, MENTION, OWN, PLANNER, REVIEW, UNOWNED, review_dates
from actions.reminding.lines import one_line
from actions.services.reminders import NEVER, Later, was_held
from goals.models import Level, Plan, Status
from planner.lib.dates import us_date

UNSUBSCRIBE_DAYS = 400


@dataclass(frozen=True, slots=True)
class Dropped:
    """No mail, and why: for the ledger."""

    why: str
    is_refusal: bool = False
    """Somebody has to mend it."""


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


def read_plans(wanted: Iterable[int], known: dict[int, PlanNow]) -> None:
    """Put into `known` what it has not, or not as it stands now."""
    rows = Plan.objects.filter(pk__in=wanted).select_related("rhythm__contact", "organization")
    stale = [p for p in rows if p.pk not in known or known[p.pk].plan.generation != p.generation]
    if not stale:
        return
    duties = asking.duties_of([plan.pk for plan in stale])
    statuses: dict[int, list[Status]] = {plan.pk: [] for plan in stale}
    for status in Status.objects.filter(scale__plan__in=stale).select_related("scale"):
        statuses[status.scale.plan_id or 0].append(status)
    for plan in stale:
        ladder = sorted(statuses[plan.pk], key=lambda s: (s.rank is None, s.rank or 0, s.pk))
        known[plan.pk] = PlanNow(plan, getattr(plan, "rhythm", None), duties[plan.pk], ladder)


@dataclass(slots=True)
class Part:
    """What a mail says of one plan at its rungs."""

    now: PlanNow
    rungs: set[int]
    own: list[Duty] = field(default_factory=list)
    below: list[Duty] = field(default_factory=list)
    alone: int = 0
    """Of those, what nobody leads above, so that it is in a planner's list."""
    nobodys: list[Duty] = field(default_factory=list)
    missing: list[Duty] = field(default_factory=list)
    """Of a planner's list in the last week; it holds those below and nobody's, too."""
    silent: int = 0
    total: int = 0
    since: date = date.min
    until: date = date.min
    review_on: date | None = None
    asks: list[Ask] = field(default_factory=list)
    mentions: list[NoteMention] = field(default_factory=list)
    handed: list[LeadNote] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        lists = (self.own, self.below, self.nobodys, self.missing, self.asks, self.mentions, self.handed)
        return any(lists) or bool(self.silent or self.review_on)

    @property
    def key(self) -> tuple:
        """All that makes what is said of the plan another, where nothing is said of colleagues."""
        plan = self.now.plan
        nodes = (tuple(duty.node for duty in duties) for duties in (self.own, self.below))
        return (plan.pk, plan.generation, frozenset(self.rungs), *nodes, self.alone, self.silent, self.total, self.until, self.review_on)


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
        if any(part.own or part.below or part.missing for part in self.parts):
            found[UpdateLink.UPDATE] = self.until
        return found


@dataclass(slots=True)
class Place:
    """One organization's mails of a batch."""

    organization: Organization
    staff: asking.Staff
    plans: dict[int, PlanNow]
    later: Later = field(default_factory=dict)
    waiting: dict[int, list[Ask]] = field(default_factory=dict)
    """Person -> asks that wait for an answer."""
    reviews: dict[int, int] = field(default_factory=dict)
    """Plan -> its yearly review that was opened and is not held yet."""
    mentions: list[NoteMention] = field(default_factory=list)
    """Of the batch's people, that they have not seen."""
    handed: list[LeadNote] = field(default_factory=list)
    """The same, of hand-overs of parts above steps."""
    rows: dict[int, Level] = field(default_factory=dict)
    """Node -> the part that was handed over."""
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
                part.handed += [
                    one
                    for one in self.handed
                    if (one.lead.person_id, one.lead.node.plan_id, one.said_on) == (person.pk, line.plan_id, line.about_on)
                    and self.rows[one.lead.node_id].lead_person_id == person.pk  # not handed on meanwhile
                ]
            elif now.rhythm:
                self._fill(part, line, person.pk, now.rhythm)
        for part in parts.values():
            if part.missing:  # one list, whatever else falls on the day
                part.below, part.nobodys, part.alone = [], [], 0
        kept = [part for part in parts.values() if part.says_something]
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
            wanted = {duty.node for duty in part.own}  # by another line of the same mail
            if line.kind == AGAIN and line.rung == FIRST:
                wanted |= {node for node, day in days.items() if day == line.about_on}
            else:
                wanted |= {node for node, day in days.items() if not day or day <= line.due_on}
            part.own = [duty for duty in own if duty.node in wanted]
        elif line.rung == LEAD:
            listed = duties.listed(person, members, is_planner=person in self.staff.planners)
            part.below = [duty for duty in listed if not duty.is_confirmed(cycle.starts_on)]
            part.alone = len({duty.node for duty in part.below} - {duty.node for duty in duties.below(person, members)})
        elif line.rung == UNOWNED and person in self.staff.planners:
            part.nobodys = [duty for duty in duties.nobodys(members) if not duty.is_confirmed(cycle.starts_on)]
        elif line.rung == PLANNER and person in self.staff.planners:
            part.missing = [duty for duty in duties.of_others(person, members) if not duty.is_confirmed(cycle.starts_on)]
        elif line.rung == CABINET and person in self.staff.cabinet:
            part.silent = len(silent)

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
        return self._department(duty.lead.department) or one_line(duty.lead.words, 120)

    def home(self, duty: Duty) -> str:
        """The department that a planner would call, or the document's words for who leads. Empty: there is neither."""
        return self._department(self.staff.members.home(duty.lead)) or one_line(duty.lead.words, 120)

    def _department(self, key: int | None) -> str:
        if key and not self.departments:
            self.departments = dict(Department.objects.filter(organization=self.organization).values_list("pk", "name"))
        return one_line(self.departments.get(key or 0, ""), 120)

    def asked_for(self, duty: Duty, on: date) -> str:
        """What the owner said instead of a status, where it still waits on a day."""
        days = [day for one in self.staff.members.led_by(duty.lead) if (day := self.later.get((duty.node, one), on)) > on]
        if not days:
            return ""
        return "A question about it waits for an answer" if max(days) == NEVER else f"A reminder was asked for on {us_date(max(days))}"
