"""What the morning page is made of: its rows and lists, and what was read for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Organization
from actions import asking
from actions.models import Cycle, Review, ReviewTask
from actions.reminding.duties import Duty, Lead
from actions.services.assigning import Known, proposed
from actions.words import lowered
from goals.models import Plan, Status

SHOWN = 8
"""Rows of a list until somebody asks for all."""


@dataclass(slots=True)
class PlanNow:
    plan: Plan
    start: date
    """Of the present cycle."""
    before: date
    """Of the one before it."""
    cycle: Cycle | None
    silent: int = 0
    total: int = 0
    review: Review | None = None
    is_last_week: bool = False
    """Of its cycle: planners were told what nobody said anything of."""

    @property
    def base(self) -> str:
        return f"/manage/{self.plan.organization.slug}/{self.plan.slug}/"

    @property
    def public(self) -> str:
        return f"/{self.plan.organization.slug}/{self.plan.slug}/"


@dataclass(slots=True)
class StepRow:
    """One step in a list."""

    name: str
    href: str
    lead_href: str
    plan: str
    """Its title; empty where there is no other plan."""
    who: str
    fact: str
    due: date = date.max
    node: int = 0
    give: str = ""
    """Who could lead it: person:3, department:4; empty where nobody is proposed."""
    give_name: str = ""


@dataclass(slots=True)
class Found:
    """A list of steps, cut short unless all were asked for."""

    key: str
    title: str
    says: str
    rows: list[StepRow]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(slots=True)
class Silent:
    """A person or department with what they did not confirm in this cycle."""

    key: str
    """person:3, department:4: what a nudge names."""
    name: str
    silent: int
    total: int
    says: str
    """What was done about it."""
    may_nudge: bool


@dataclass(slots=True)
class Changes:
    since: str
    says: str
    rows: list[StepRow]
    total: int
    until: str
    """The moment that “I have seen this” notes."""
    imports: list[tuple[str, str]]
    """(sentence, address) of each document that was brought in: one line, whatever it changed."""

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(slots=True)
class Morning:
    headline: str
    rest: str
    changes: Changes
    silent: list[Silent]
    unasked: str
    """How many more are not confirmed that nobody can be asked about, in a sentence; empty: none."""
    lists: list[Found]
    plans: list[PlanNow]
    tasks: list[ReviewTask] = field(default_factory=list)

    @property
    def may_give(self) -> bool:
        """Whether any step shown can be given to somebody with one press."""
        return any(row.give for found in self.lists for row in found.rows)


@dataclass(slots=True)
class Seen:
    """What was read, by its keys."""

    organization: Organization
    today: date
    plans: dict[int, PlanNow]
    duties: dict[int, list[Duty]]
    staff: asking.Staff
    statuses: dict[int, Status]
    departments: dict[int, str]
    names: dict[int, str]
    known: Known

    def proposal(self, duty: Duty) -> tuple[str, str]:
        """(what the press names, who it is) of whom the step could be given to."""
        if (to := proposed(duty, self.known)) is None:
            return "", ""
        kind, key = to
        return f"{kind}:{key}", (self.names if kind == "person" else self.departments).get(key, "Somebody")

    def who(self, lead: Lead) -> str:
        if lead.person is not None:
            return self.names.get(lead.person, "Somebody")
        return self.departments.get(lead.department or 0, "") or lead.words or "Nobody"

    def why_nobody(self, duty: Duty) -> str:
        if duty.lead.person is not None:
            return f"{self.who(duty.lead)} does not work here any more"
        if duty.lead.department is not None:
            return "Nobody with an account works there"
        return "No account goes with these words" if duty.lead.words else "Nobody leads it"

    def row(self, plan: int, duty: Duty, fact: str) -> StepRow:
        base = self.plans[plan].base
        return StepRow(
            f"{duty.code} {duty.title}".strip(),
            f"{base}steps/{duty.address}/",
            f"{base}lead/steps/{duty.address}/?from=today",
            self.plans[plan].plan.title if len(self.plans) > 1 else "",
            self.who(duty.lead),
            fact,
            duty.due or date.max,
            duty.node,
            *self.proposal(duty),
        )

    def home(self, duty: Duty) -> str:
        """The department that leads, or in which the person works who leads; else an empty word."""
        return self.departments.get(self.staff.members.home(duty.lead) or 0, "")

    def meaning(self, duty: Duty) -> str:
        return self.statuses[duty.status].meaning if duty.status in self.statuses else ""

    def status(self, key: int | None) -> str:
        return lowered(self.statuses[key].name) if key in self.statuses else "no status"

    @property
    def all(self) -> Iterable[tuple[int, Duty]]:
        return ((plan, duty) for plan, duties in self.duties.items() for duty in duties)
