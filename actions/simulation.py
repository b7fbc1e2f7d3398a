"""A district year played through with the real services: people who answer, answer late, ignore, leave, and whose mails bounce.

What people do is an assumption, written down in `Habits` and drawn from a seed. What the product does is not simulated: the task of the scheduler
runs once a day on a calendar that is moved on, mails are written by the ledger's desk, and people answer through the links that stand in them. So the
figures say what the product makes of people like these, and nothing about what people are like.
"""

import random
import re
import smtplib
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404

from accounts.audit import Press
from accounts.models import AuditEntry, Membership, Organization, Person
from accounts.roles import ADMIN, CABINET, CONTRIBUTOR
from accounts.services import add_member, create_organization, create_person, deactivate_person
from actions import asking, tasks
from actions.models import ActionStep, Cycle, Reminder, ReminderLine, StatusUpdate
from actions.reading.draft import Draft, DraftArea, DraftStatus, DraftStep, DraftStrategy
from actions.reminding.calendar import MONTHLY, QUARTERLY, SEMESTER
from actions.reminding.ladder import LEAD, OWN, UNOWNED, UPDATE
from actions.services.cycles import add_break, set_rhythm
from actions.services.importing import import_plan
from actions.services.links import confirm_all_by_link, get_link_or_404, record_by_link, steps_for_link
from actions.services.updates import confirm_status
from goals.models import Plan, Status, Strategy
from goals.services import change_plan, set_lead
from planner.lib.dates import us_date

ONE_DAY = timedelta(days=1)
PLANS_EACH = 10
"""Plans of a district."""
OWNERS, STEPS_EACH = 4, 4
"""Of a plan: people who answer for steps, and steps of each."""
SCALE = [("Not started", 1, "not_started"), ("In progress", 2, "under_way"), ("Complete", 3, "complete")]
UPDATE_LINK = re.compile(r"/u/([A-Za-z0-9_-]{65})/(?!unsubscribe)")
SLUG = "simulated-"
TICKS = 50
"""Runs of the scheduler's task in a day, at most: each sends for a slice of time."""


class NotEmpty(ValidationError):
    """There is something real in the database."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What people are assumed to do. Shares are of all who answer for steps; what is left of 1 ignores every mail."""

    prompt: float = 0.6
    """Answer the first mail of a cycle, else the second."""
    second: float = 0.2
    """Answer the second one alone."""
    bounce: float = 0.03
    """Their address takes no mail."""
    reliability: float = 0.92
    """How often those who answer do it in a cycle."""
    prompt_days: int = 5
    """Within so many days, each as likely."""
    leave: float = 0.12
    """Leave within the time, on a day of it."""
    changes: float = 0.15
    """Answers in which one step has another status; in the others all are still true."""
    lead_helps: float = 0.6
    """How often whoever gets the list of what is missing confirms it for the others."""
    planner_assigns: float = 0.8
    """How often a planner who hears of steps without a lead names one."""
    wait: int = 6
    """Days until then, at most."""


PROMPT, SECOND_ONLY, BOUNCE, IGNORE = "prompt", "second", "bounce", "ignore"


class Mailbox(BaseEmailBackend):
    """Takes mails in memory; refuses those to addresses that bounce as a mail server does."""

    taken: list[EmailMessage] = []
    bouncing: set[str] = set()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            if set(mail.to) & self.bouncing:
                raise smtplib.SMTPRecipientsRefused({mail.to[0]: (550, b"5.1.1 no such user")})
            self.taken.append(mail)
        return len(email_messages)

    def open(self) -> None:
        """Nothing has to be opened."""


@contextmanager
def mailbox() -> Iterator[type[Mailbox]]:
    """All mails go there meanwhile."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{Mailbox.__module__}.{Mailbox.__qualname__}"
    Mailbox.taken, Mailbox.bouncing = [], set()
    try:
        yield Mailbox
    finally:
        settings.EMAIL_BACKEND = before
        Mailbox.taken, Mailbox.bouncing = [], set()


def refuse_real_data() -> None:
    """Raises NotEmpty where the database holds anything but samples, or a simulation already."""
    real = Organization.objects.filter(is_sample=False).values_list("slug", flat=True).first()
    if real:
        raise NotEmpty(
            f"“{real}” is no sample: a simulation writes only into a database that holds nothing real. Give it an empty one with DATABASE_URL."
        )
    if stranger := Person.objects.exclude(memberships__organization__is_sample=True).first():
        raise NotEmpty(f"Person {stranger.pk} belongs to no sample. Give the simulation an empty database with DATABASE_URL.")
    if Organization.objects.filter(slug__startswith=SLUG).exists():
        raise NotEmpty("A simulation was run in this database already. Give the next one an empty database with DATABASE_URL.")


@dataclass(slots=True)
class World:
    """Who there is, and what each is like."""

    organizations: list[Organization] = field(default_factory=list)
    habits: dict[int, str] = field(default_factory=dict)
    """Person who answers for steps -> what the person is like."""
    leaving: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    people: int = 0
    steps: int = 0


@dataclass(slots=True)
class Simulation:
    plans: int = 200
    days: int = 400
    seed: int = 1
    start: date | None = None
    habits: Habits = field(default_factory=Habits)
    dice: random.Random = field(init=False)
    world: World = field(default_factory=World)
    todo: dict[date, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    said: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - drawn again the same way, no secret
        # An update is for no day after today, so the year that is played ends yesterday.
        if shares := [name for name, value in asdict(self.habits).items() if isinstance(value, float) and not 0 <= value <= 1]:
            raise ValidationError(f"The habit {shares[0]} is a share: give a number from 0 to 1.")
        self.start = self.start or date.today() - timedelta(days=self.days + 1)  # noqa: DTZ011
        if self.plans < 1 or self.days < 1:
            raise ValidationError("A simulation needs a plan and a day at least.")
        if self.start + timedelta(days=self.days) >= date.today():  # noqa: DTZ011
            raise ValidationError(
                f"From {us_date(self.start)} on {self.days} days would end after yesterday. Choose an earlier day, or fewer days."
            )

    def run(self, progress: Any = None) -> dict[str, Any]:
        """Plays the days and gives the figures. `progress` is called with a sentence now and then."""
        refuse_real_data()
        begun = time.monotonic()
        assert self.start is not None
        with mailbox() as box:
            self.build()
            box.bouncing = {
                person.email for person in Person.objects.filter(pk__in=[p for p, h in self.world.habits.items() if h == BOUNCE])
            }
            for n in range(self.days + 1):
                self.play(self.start + n * ONE_DAY, box)
                if progress and n % 50 == 0:
                    progress(f"Day {n} of {self.days}: {Reminder.objects.filter(state=Reminder.SENT).count()} mails.")
        return self.figures() | {"seconds": round(time.monotonic() - begun)}

    # The world

    def build(self) -> None:
        """Districts with plans, people and rhythms, all marked as samples."""
        assert self.start is not None
        for n in range(-(-self.plans // PLANS_EACH)):
            press = Press(AuditEntry.COMMAND)
            organization = create_organization(
                slug=f"{SLUG}{n + 1}", name=f"Simulated district {n + 1}", press=press, is_sample=True, calendar_on=self.start
            )
            self.world.organizations.append(organization)
            for role in (ADMIN, CABINET):
                self.person(organization, role)
            add_break(
                organization=organization,
                name="Winter break",
                starts_on=date(self.start.year, 12, 20),
                ends_on=date(self.start.year + 1, 1, 2),
                press=press,
            )
            for k in range(min(PLANS_EACH, self.plans - n * PLANS_EACH)):
                self.plan(organization, k)

    def person(self, organization: Organization, role: str) -> Person:
        self.world.people += 1
        email = f"person{self.world.people}@{organization.slug}.example"
        person, _ = create_person(email=email, name=f"Simulated person {self.world.people}", press=Press(AuditEntry.COMMAND))
        add_member(person=person, organization=organization, role=role, press=Press(AuditEntry.COMMAND))
        return person

    def plan(self, organization: Organization, number: int) -> None:
        assert self.start is not None
        lead, owners = self.person(organization, CONTRIBUTOR), [self.owner(organization) for _ in range(OWNERS)]
        strategies = []
        for s in range(OWNERS):
            steps = [DraftStep(code=f"1.{s + 1}.{k + 1}", title=f"Simulated step {k + 1}", status="Not started") for k in range(STEPS_EACH)]
            strategies.append(DraftStrategy(code=f"1.{s + 1}", title=f"Simulated strategy {s + 1}", steps=steps))
        before = self.start - ONE_DAY  # the plan itself confirms nothing in the first cycle
        draft = Draft("json", title=f"Simulated plan {number + 1}", as_of=before)
        draft.statuses = [DraftStatus(name=name, rank=rank, meaning=meaning) for name, rank, meaning in SCALE]
        draft.areas = [DraftArea(code="1", title="Simulated goal", strategies=strategies)]
        press = Press(AuditEntry.COMMAND)
        made = import_plan(draft, organization=organization, slug=f"plan-{number + 1}", press=press, as_of=before).plan
        assert made is not None
        plan = change_plan(plan=made, press=press, stage=Plan.ADOPTED)
        for strategy in Strategy.objects.filter(plan=plan).select_related("plan__organization"):
            set_lead(row=strategy, person=lead, as_of=self.start, press=Press(AuditEntry.COMMAND))
        for k, step in enumerate(ActionStep.objects.filter(plan=plan).select_related("plan__organization").order_by("code")):
            set_lead(row=step, person=owners[k // STEPS_EACH], as_of=self.start, press=Press(AuditEntry.COMMAND))
        self.world.steps += OWNERS * STEPS_EACH
        unit = self.dice.choices([MONTHLY, QUARTERLY, SEMESTER], [5, 4, 1])[0]
        set_rhythm(plan=plan, press=press, on=self.start, unit=unit, begins_on=self.start, review_on=self.start + timedelta(days=300))

    def owner(self, organization: Organization) -> Person:
        person, habits = self.person(organization, CONTRIBUTOR), self.habits
        rest = 1 - habits.prompt - habits.second - habits.bounce
        kinds, shares = [PROMPT, SECOND_ONLY, BOUNCE, IGNORE], [habits.prompt, habits.second, habits.bounce, max(rest, 0)]
        self.world.habits[person.pk] = self.dice.choices(kinds, shares)[0]
        if self.dice.random() < habits.leave:
            assert self.start is not None
            self.world.leaving[self.start + timedelta(days=self.dice.randrange(1, self.days + 1))].append(person.pk)
        return person

    # A day

    def play(self, on: date, box: type[Mailbox]) -> None:
        """What people had put off to this day, then the scheduler's day, then what they make of its mails."""
        Organization.objects.filter(slug__startswith=SLUG).update(calendar_on=on)
        for person in self.world.leaving.pop(on, []):
            for membership in Membership.objects.filter(person=person):
                deactivate_person(membership=membership, press=Press(AuditEntry.COMMAND))
                self.said["left"] += 1
        for what, about in self.todo.pop(on, []):
            getattr(self, what)(about, on)
        for _ in range(TICKS):
            tasks.send_reminders()
            if not Reminder.objects.filter(state=Reminder.PLANNED, tries=0).exists() or on.weekday() >= 5:
                break
        mails, box.taken = box.taken, []
        if mails:
            self.read(mails, on)

    def read(self, mails: list[EmailMessage], on: date) -> None:
        by_id = {
            reminder.message_id: reminder
            for reminder in Reminder.objects.filter(message_id__in=[mail.extra_headers["Message-ID"] for mail in mails])
        }
        rungs: dict[int, set[int]] = defaultdict(set)
        for line in ReminderLine.objects.filter(reminder__in=by_id.values(), kind=UPDATE):
            rungs[line.reminder_id].add(line.rung)
        for mail in mails:
            reminder = by_id[mail.extra_headers["Message-ID"]]
            said = rungs[reminder.pk]
            if link := UPDATE_LINK.search(str(mail.body)):
                self.decide_on_link(link[1], reminder.person_id, is_second=said.isdisjoint({OWN[0]}), on=on)
            if LEAD in said and self.dice.random() < self.habits.lead_helps:
                self.later("help", (reminder.person_id, reminder.organization_id), on)
            if UNOWNED in said and self.dice.random() < self.habits.planner_assigns:
                self.later("assign", reminder.organization_id, on)

    def later(self, what: str, about: Any, on: date, most: int = 0) -> None:
        self.todo[on + timedelta(days=self.dice.randrange(1, (most or self.habits.wait) + 1))].append((what, about))

    def decide_on_link(self, token: str, person: int, *, is_second: bool, on: date) -> None:
        kind = self.world.habits.get(person, IGNORE)
        wants = kind == PROMPT or (kind == SECOND_ONLY and is_second)
        if wants and self.dice.random() < self.habits.reliability:
            self.later("answer", token, on, self.habits.prompt_days)

    # What people do

    def answer(self, token: str, on: date) -> None:
        """Open the link, say what changed, and that all else is still true."""
        try:
            link = get_link_or_404(token)
        except Http404:  # left, or the cycle is over
            self.said["links that did not open"] += 1
            return
        form = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        still = steps_for_link(link).still
        if still and self.dice.random() < self.habits.changes:
            row = self.dice.choice(still)
            rank = (row.step.status.rank or 0) if row.step.status else 0
            above = Status.objects.filter(scale__plan=row.step.plan, rank=rank + 1, is_retired=False).first()
            if above:
                record_by_link(link=link, node=row.node, status=above, form=form, expected_version=row.step.version)
                still = [one for one in still if one.node != row.node]
                self.said["changed by link"] += 1
        if still:
            confirm_all_by_link(link=link, form=form, expected_versions={row.node: row.step.version for row in still})
            self.said["confirmed by link"] += len(still)
        self.said["answers"] += 1

    def help(self, about: tuple[int, int], on: date) -> None:
        """Whoever leads above confirms what the others did not."""
        person, organization = about
        found = Person.objects.filter(pk=person, is_active=True).first()
        plans = list(Plan.objects.filter(organization=organization))
        if found is None:
            return
        cycles = {cycle.plan_id: cycle for cycle in Cycle.objects.open().containing(on).filter(plan__in=plans)}
        staff, duties = asking.staff_of(Organization.objects.select_related("parent").get(pk=organization)), asking.duties_of(list(cycles))
        nodes = [
            duty.node
            for plan, cycle in cycles.items()
            for duty in duties[plan].below(person, staff.members)
            if not duty.is_confirmed(cycle.starts_on) and duty.status
        ]
        for step in ActionStep.objects.filter(pk__in=nodes).select_related("status", "plan__organization").order_by("pk"):
            confirm_status(step=step, press=Press(AuditEntry.WEB, found))
            self.said["confirmed by leads"] += 1

    def assign(self, organization: int, on: date) -> None:
        """A planner gives steps that nobody answers for to somebody who works there."""
        place = Organization.objects.select_related("parent").get(pk=organization)
        staff = asking.staff_of(place)
        here = [person for person in self.world.habits if staff.roles.get(person) == CONTRIBUTOR]
        planner = Person.objects.filter(pk__in=staff.planners).order_by("pk").first()
        duties = asking.duties_of(list(Plan.objects.filter(organization=place, stage=Plan.ADOPTED).values_list("pk", flat=True)))
        nodes = [duty.node for found in duties.values() for duty in found.nobodys(staff.members)]
        for step in ActionStep.objects.filter(pk__in=nodes).select_related("plan__organization").order_by("pk") if here else ():
            set_lead(row=step, person=Person.objects.get(pk=self.dice.choice(here)), as_of=on, press=Press(AuditEntry.WEB, planner))
            self.said["steps given to somebody else"] += 1

    # The figures

    def figures(self) -> dict[str, Any]:
        assert self.start is not None
        summaries = [cycle.summary or {} for cycle in Cycle.objects.exclude(closed_at=None)]
        shares = [(summary["confirmed"], summary["total"]) for summary in summaries if summary.get("total")]
        states = Counter(Reminder.objects.values_list("state", flat=True))
        sent = Counter(Reminder.objects.filter(state=Reminder.SENT).values_list("person", flat=True))
        owners = [sent.get(person, 0) for person in self.world.habits]
        years = self.days / 365
        return {
            "what": "A simulation. How people behave is assumed; see assumptions.",
            "seed": self.seed,
            "from": self.start.isoformat(),
            "days": self.days,
            "districts": len(self.world.organizations),
            "plans": self.plans,
            "steps": self.world.steps,
            "people": self.world.people,
            "habits": dict(sorted(Counter(self.world.habits.values()).items())),
            "cycles_closed": len(summaries),
            "confirmed_percent": _percent(sum(c for c, _ in shares), sum(t for _, t in shares)),
            "cycles_with_90_percent": _percent(sum(10 * c >= 9 * t for c, t in shares), len(shares)),
            "lowest_cycle_percent": min((_percent(c, t) or 0 for c, t in shares), default=None),
            "mails": {state: states[state] for state, _ in Reminder.STATES if states[state]},
            "mails_per_owner_and_year": round(sum(owners) / len(owners) / years, 1) if owners else 0,
            "most_mails_of_an_owner": max(owners, default=0),
            "updates_by_channel": dict(sorted(Counter(StatusUpdate.objects.values_list("channel", flat=True)).items())),
            "happened": dict(sorted(self.said.items())),
            "assumptions": asdict(self.habits),
        }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
