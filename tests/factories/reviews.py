"""A district whose people answer for the steps of a plan that has a rhythm."""

from dataclasses import dataclass, field
from datetime import date

from accounts.audit import Press
from accounts.models import AuditEntry, Membership, Organization, Person
from actions.models import ActionStep, ReviewRhythm
from actions.services.cycles import set_rhythm
from actions.services.reminders import plan_due
from goals.models import ACTION_STEP, GOAL_AREA, STRATEGY, Plan, Status
from goals.services import create_plan, raise_generation
from tests.factories.people import DepartmentFactory, OrganizationFactory
from tests.factories.plans import MODELS, add_node

MONDAY = date(2026, 2, 2)


def press() -> Press:
    return Press(AuditEntry.COMMAND)


@dataclass
class District:
    """Strategy lead: `lead`. Steps: 1 of `owner`, 2 of the department with `member`, 3 of words alone, 4 inherits the strategy's lead."""

    organization: Organization
    plan: Plan
    steps: list[ActionStep]
    people: dict[str, Person] = field(default_factory=dict)
    rhythm: ReviewRhythm | None = None

    @property
    def status(self) -> Status:
        return Status.objects.filter(scale__plan=self.plan, meaning="under_way").first()


def leads(row, **lead) -> None:
    type(row).objects.filter(pk=row.pk).update(**lead)
    raise_generation(row.plan_id)


def add_plan(organization: Organization, slug: str, steps: int = 4) -> tuple[Plan, list[ActionStep], object]:
    plan = create_plan(organization=organization, slug=slug, title=f"Plan {slug}", press=press())
    Plan.objects.filter(pk=plan.pk).update(stage=Plan.ADOPTED, visibility=Plan.LIVE)
    plan.refresh_from_db()
    begin = date(2020, 1, 1)
    area = add_node(plan, GOAL_AREA, "1", "Access for all", on=begin)
    strategy = add_node(plan, STRATEGY, "1.1", "Lend every student a device", area.node, on=begin)
    made = [add_node(plan, ACTION_STEP, f"1.1.{n}", f"Task number {n}", strategy.node, position=n, on=begin) for n in range(1, steps + 1)]
    return plan, made, MODELS[STRATEGY].objects.get(pk=strategy.pk)


def work(organization: Organization, role: str, department=None, email: str = "") -> Person:
    """Somebody who works there. Without a password, whose making takes most of a second."""
    count = Person.objects.count()
    person = Person.objects.create(email=email or f"{role}{count}@{organization.slug}.example", name=f"{role.title()} {count}")
    Membership.objects.create(person=person, organization=organization, role=role, department=department)
    return person


def make_district(slug: str = "meadow", *, unit: str = "monthly", begins_on: date = MONDAY, on: date | None = None, **more) -> District:
    """`on` opens the cycle of that day; without it the rhythm begins in the future of nobody: no cycle is open yet."""
    organization = OrganizationFactory(slug=slug, time_zone=more.pop("time_zone", "America/Chicago"))
    plan, steps, strategy = add_plan(organization, "devices")
    department = DepartmentFactory(organization=organization, name=f"Network of {slug}")
    people = {
        "admin": work(organization, "admin"),
        "cabinet": work(organization, "cabinet"),
        "owner": work(organization, "contributor"),
        "member": work(organization, "contributor", department),
        "lead": work(organization, "contributor"),
        "viewer": work(organization, "viewer", department),
    }
    leads(strategy, lead_person=people["lead"])
    leads(steps[0], lead_person=people["owner"])
    leads(steps[1], lead_department=department)
    leads(steps[2], lead_words="Whoever it may be")
    district = District(organization, plan, [ActionStep.objects.get(pk=step.pk) for step in steps], people)
    said = {"unit": unit, "begins_on": begins_on} | more
    district.rhythm = set_rhythm(plan=plan, press=press(), on=on or begins_on, **said)
    return district


def crowd(count: int) -> District:
    """A district in which so many people of one department answer for the same steps: a mail for each, planned."""
    district = make_district("crowd")
    department = district.steps[1].lead_department
    for step in district.steps:
        leads(step, lead_person=None, lead_department=department, lead_words="")
    made = Person.objects.bulk_create(Person(email=f"p{n}@people.example", name=f"Person {n}") for n in range(count))
    Membership.objects.bulk_create(
        Membership(person=p, organization=district.organization, role="contributor", department=department) for p in made
    )
    Membership.objects.exclude(person__in=made).delete()
    assert len(plan_due(organization=district.organization, on=MONDAY)) == count
    return district
