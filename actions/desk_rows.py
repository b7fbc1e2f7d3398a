"""The rows of a desk: steps as staff see them in a list, with the sentence above and what can be done with them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from accounts.models import Person
from actions.models import ActionStep
from actions.picture import PlanPicture, StatusWord
from actions.pictures import status_words
from goals.addresses import occurrence_of
from goals.models import Status

MY, DEPARTMENT, PLAN, STEP = "my", "department", "plan", "step"


@dataclass(frozen=True, slots=True)
class Row:
    """One step as staff see it in a list."""

    id: int
    code: str
    title: str
    href: str
    """Its staff page; what can be done with it hangs below."""
    status: StatusWord | None
    as_of: date | None
    is_confirmed: bool
    version: int
    may_update: bool
    press: uuid.UUID
    """Of its “still true”: sent twice, it is one change."""
    due: date | None = None
    occurrence: int = 1
    reworded_on: date | None = None
    lead: str = ""
    plan_id: int = 0
    plan_title: str = ""
    plan_href: str = ""
    depth: int = 0
    """0 for a step, 1 for one below a step."""

    @property
    def name(self) -> str:
        """ "4.1.5, second with this code", "“Survey the network”": what a screen reader says of its buttons."""
        if not self.code:
            return f"“{short(self.title)}”"
        return f"{self.code}, no. {self.occurrence} with this code" if self.occurrence > 1 else self.code

    @property
    def may_confirm(self) -> bool:
        return self.may_update and self.status is not None and not self.is_confirmed


def short(title: str, most: int = 60) -> str:
    return title if len(title) <= most else title[:most].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Head:
    """The sentence above the rows: what is asked of the reader, then the rest."""

    asks: str
    rest: str = ""
    is_quiet: bool = False
    """Nothing is asked of anybody."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading. `above` are those that hang right under a goal."""

    title: str
    code: str = ""
    rows: tuple[Row, ...] = ()
    path: str = ""
    """Of the part's own page, behind that of the plan; empty where the heading is no part."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A goal with its groups."""

    address: str
    title: str
    code: str
    word: str
    groups: tuple[Group, ...]
    total: int
    need: int


@dataclass(slots=True)
class Desk:
    kind: str
    back: str
    """Its own address with its filters, where a press without a script comes back to."""
    head: Head
    rows: dict[int, Row]
    groups: list[Group] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    statuses: dict[int, list[StatusWord]] = field(default_factory=dict)
    """Plan -> its statuses that may be chosen."""
    picture: PlanPicture | None = None
    picked: frozenset[int] = frozenset()
    press: uuid.UUID = field(default_factory=uuid.uuid4)
    """Of the bar for many; those of the rows follow from it."""

    @property
    def many(self) -> str:
        """Where the ticked steps are sent."""
        own = self.back.partition("?")[0]
        return own if self.kind in (MY, DEPARTMENT) else f"{own}many/"

    @property
    def may_pick(self) -> bool:
        return self.kind != STEP and any(row.may_update for row in self.shown())

    @property
    def has_due(self) -> bool:
        """Whether any of its steps has a day by which it is to be done; else the column is not there."""
        return any(row.due for row in self.rows.values())

    def shown(self) -> Iterator[Row]:
        for group in self.groups or [group for branch in self.branches for group in branch.groups]:
            yield from group.rows

    def choices(self) -> list[tuple[str, list[StatusWord]]]:
        """For the bulk bar: (title of the plan, its statuses), of plans in which something can be changed."""
        titles = {row.plan_id: row.plan_title for row in self.rows.values() if row.may_update}
        return [(title, [one for one in self.statuses[plan] if not one.is_retired]) for plan, title in titles.items()]


def words_of(plans: Iterable[int]) -> dict[int, list[StatusWord]]:
    """The statuses of plans with their looks, highest rank first. One statement."""
    found: dict[int, list[dict]] = {plan: [] for plan in plans}
    rows = (
        Status.objects.filter(scale__plan__in=found)
        .order_by("scale", "pk")
        .values("scale__plan", "id", "name", "rank", "meaning", "is_retired")
    )
    for row in rows:
        found[row["scale__plan"]].append(dict(row))
    return {plan: status_words(sorted(rows, key=lambda row: (row["rank"] is None, -(row["rank"] or 0)))) for plan, rows in found.items()}


def row_press(press: uuid.UUID, step: int) -> uuid.UUID:
    return uuid.uuid5(press, str(step))


def row_of(person: Person, step: ActionStep, known: list[StatusWord], press: uuid.UUID, *, may_update: bool, start: date) -> Row:
    """`start` is the first day of its plan's present cycle."""
    plan = step.plan
    plan_href = reverse("actions:plan", args=[plan.organization.slug, plan.slug])
    return Row(
        id=step.pk,
        code=step.code,
        title=step.title,
        href=f"{plan_href}steps/{step.node.address}/",
        status=next((word for word in known if word.id == step.status_id), None),
        as_of=step.status_as_of,
        is_confirmed=step.status_as_of is not None and step.status_as_of >= start,
        version=step.version,
        may_update=may_update and step.is_present,
        press=row_press(press, step.pk),
        due=step.due,
        occurrence=occurrence_of(step.node.address),
        reworded_on=step.reworded_on,
        plan_id=plan.pk,
        plan_title=plan.title,
        plan_href=plan_href,
    )
