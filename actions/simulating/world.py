"""Districts, plans and people of a simulation, made through the real services and marked as samples."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from accounts.audit import Press
from accounts.models import AuditEntry, Organization, Person
from accounts.roles import ADMIN, CABINET, CONTRIBUTOR
from accounts.services import add_member, create_organization, create_person
from actions.reading.draft import Draft, DraftArea, DraftStatus, DraftStep, DraftStrategy
from actions.reminding.calendar import MONTHLY, ONE_DAY, QUARTERLY, SEMESTER
from actions.services.cycles import add_break, set_rhythm
from actions.services.importing import import_plan
from actions.simulating.people import HELPS, LOOKS_AWAY, Habits
from goals.models import GoalArea, Level, Plan, Strategy
from goals.services import change_plan, set_lead

PLANS_EACH = 10
"""Plans of a district."""
OWNERS, STEPS_EACH = 4, 4
"""Of a plan: people who answer for steps, and steps of each."""
SCALE = [("Not started", 1, "not_started"), ("In progress", 2, "under_way"), ("Complete", 3, "complete")]
SLUG = "simulated-"
REVIEW_AFTER = timedelta(days=300)


class NotEmpty(ValidationError):
    """There is something real in the database."""


def refuse_real_data() -> None:
    """Raises NotEmpty where the database holds anything but samples, or a simulation already."""
    real = Organization.objects.filter(is_sample=False).values_list("slug", flat=True).first()
    if real:
        raise NotEmpty(
            f"“{real}” is no sample: a simulation writes only into a database that holds nothing real. Give it an empty one with DATABASE_URL."
        )
    if Organization.objects.filter(slug__startswith=SLUG).exists():
        raise NotEmpty("A simulation was run in this database already. Give the next one an empty database with DATABASE_URL.")
    if stranger := Person.objects.exclude(memberships__organization__is_sample=True).first():
        raise NotEmpty(f"Person {stranger.pk} belongs to no sample. Give the simulation an empty database with DATABASE_URL.")


@dataclass(slots=True)
class World:
    """Who there is, and what each is like. Built once, before the first day."""

    start: date
    days: int
    habits: Habits
    dice: random.Random
    planner_dice: random.Random
    """For what planners are like, so that the others are who they were before planners were asked."""
    organizations: list[Organization] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    """Person who answers for steps -> what the person is like."""
    leads: dict[int, str] = field(default_factory=dict)
    """The same of those who lead above."""
    planners: dict[int, str] = field(default_factory=dict)
    """The same of the administrators, who plan."""
    leaving: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    people: int = 0
    steps: int = 0

    def build(self, plans: int) -> None:
        for n in range(-(-plans // PLANS_EACH)):
            press = Press(AuditEntry.COMMAND)
            organization = create_organization(
                slug=f"{SLUG}{n + 1}", name=f"Simulated district {n + 1}", press=press, is_sample=True, calendar_on=self.start
            )
            self.organizations.append(organization)
            planner, _ = (self.person(organization, role) for role in (ADMIN, CABINET))
            self.planners[planner.pk] = LOOKS_AWAY if self.planner_dice.random() < self.habits.planner_ignores else HELPS
            winter = date(self.start.year, 12, 20), date(self.start.year + 1, 1, 2)
            add_break(organization=organization, name="Winter break", starts_on=winter[0], ends_on=winter[1], press=press)
            for k in range(min(PLANS_EACH, plans - n * PLANS_EACH)):
                self.plan(organization, k)

    def person(self, organization: Organization, role: str) -> Person:
        self.people += 1
        email = f"person{self.people}@{organization.slug}.example"
        person, _ = create_person(email=email, name=f"Simulated person {self.people}", press=Press(AuditEntry.COMMAND))
        add_member(person=person, organization=organization, role=role, press=Press(AuditEntry.COMMAND))
        return person

    def plan(self, organization: Organization, number: int) -> None:
        """Somebody leads the goal, and somebody each strategy below it, whose steps are theirs by that."""
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
        self.led(GoalArea.objects.select_related("plan__organization").get(plan=plan), self.lead(organization))
        for strategy in Strategy.objects.filter(plan=plan).select_related("plan__organization").order_by("code"):
            self.led(strategy, self.owner(organization))
        self.steps += OWNERS * STEPS_EACH
        unit = self.dice.choices([MONTHLY, QUARTERLY, SEMESTER], [5, 4, 1])[0]
        set_rhythm(plan=plan, press=press, on=self.start, unit=unit, begins_on=self.start, review_on=self.start + REVIEW_AFTER)

    def led(self, row: Level, person: Person) -> None:
        set_lead(row=row, person=person, as_of=self.start, press=Press(AuditEntry.COMMAND))

    def lead(self, organization: Organization) -> Person:
        person = self.person(organization, CONTRIBUTOR)
        self.leads[person.pk] = LOOKS_AWAY if self.dice.random() < self.habits.lead_ignores else HELPS
        return person

    def owner(self, organization: Organization) -> Person:
        person = self.person(organization, CONTRIBUTOR)
        self.kinds[person.pk] = self.dice.choices(*self.habits.kinds)[0]
        if self.dice.random() < self.habits.leave:
            self.leaving[self.start + timedelta(days=self.dice.randrange(1, self.days + 1))].append(person.pk)
        return person
