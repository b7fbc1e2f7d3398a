"""Where somebody sits who updates steps: “my steps”, those of a department, a plan's tree, or one step's page. Each desk gives the same rows and a sentence above them.

A press says from which desk it came (the form's `back`, an address of ours), and its answer is made from the desk read anew: so what an HTMX
answer puts into the page is what the page would show if it were loaded again.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from accounts.models import Person
from accounts.roles import may
from actions import asking, words
from actions.models import ActionStep, ReviewRhythm
from actions.perms import departments_led_by, led_by, updatable
from actions.picture import SEGMENTS, AreaPicture, ObjectivePicture, PlanPicture, StatusWord, StepPicture, StrategyPicture
from actions.pictures import cycle_starts, read_plan_picture, status_words
from goals.addresses import occurrence_of
from goals.models import Plan, Status
from planner.lib.dates import us_date

MY, DEPARTMENT, PLAN, STEP = "my", "department", "plan", "step"
KINDS = {"my-steps": MY, "my-department": DEPARTMENT, "plan": PLAN, "step": STEP}
NEED, MINE = "need", "mine"
NO_STATUS = "none"


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


def safe_back(address: str) -> str:
    """An address of a desk, with its filters; “my steps” for everything else."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or _kind_of(parts.path) is None:
        return reverse("actions:my-steps")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_of_many_plans(back: str) -> bool:
    """Whether an address is that of a desk whose steps are of any plan."""
    kind = _kind_of(urlsplit(back).path)
    return kind is None or kind[0] in (MY, DEPARTMENT)


def is_step(back: str) -> bool:
    """Whether an address is that of a step's own page."""
    kind = _kind_of(urlsplit(back).path)
    return kind is not None and kind[0] == STEP


def _kind_of(path: str) -> tuple[str, dict[str, Any]] | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    kind = KINDS.get(match.url_name or "") if match.namespace == "actions" else None
    return (kind, match.kwargs) if kind else None


def desk_at(person: Person, back: str, step: ActionStep, press: uuid.UUID) -> Desk:
    """The desk from which a press came; the step's own page where the desk does not have it."""
    parts = urlsplit(safe_back(back))
    kind, named = _kind_of(parts.path) or (MY, {})
    here = {"district": step.plan.organization.slug, "plan": step.plan.slug}
    if kind in (MY, DEPARTMENT):
        desk = desk_of_many(person, back, press)
        if step.pk in desk.rows:
            return desk
    if kind == PLAN and (named["district"], named["plan"]) == tuple(here.values()):
        desk = plan_desk(person, step.plan, press, QueryDict(parts.query))
        if step.pk in desk.rows:
            return desk
    return step_desk(person, step, press)


def desk_of_many(person: Person, back: str, press: uuid.UUID, plan: Plan | None = None) -> Desk:
    """The desk from which many steps were changed."""
    parts = urlsplit(safe_back(back))
    kind, _ = _kind_of(parts.path) or (MY, {})
    if plan is None:
        return department_desk(person, press) if kind == DEPARTMENT else my_desk(person, press)
    return plan_desk(person, plan, press, QueryDict(parts.query if kind == PLAN else ""))


# --- my steps ---------------------------------------------------------------------------------------------------------


def my_desk(person: Person, press: uuid.UUID, picked: Iterable[int] = ()) -> Desk:
    """What the person leads, in all organizations: what needs a word first, longest silence first; then what was confirmed."""
    steps = list(_to_say(led_by(person), person))
    known = words_of({step.plan_id for step in steps})
    starts = cycle_starts({step.plan_id: step.plan for step in steps}.values())
    rows = [
        _row(person, step, known[step.plan_id], press, may_update=_may_own(person, step.plan), start=starts[step.plan_id]) for step in steps
    ]
    need = tuple(sorted((row for row in rows if not row.is_confirmed), key=lambda row: row.as_of or date.min))
    said = tuple(row for row in rows if row.is_confirmed)
    groups = [Group("Need a word first", rows=need), Group("Confirmed in this cycle", rows=said)]
    return Desk(
        MY,
        reverse("actions:my-steps"),
        my_head(rows, next_day(steps, said)),
        {row.id: row for row in rows},
        groups=[group for group in groups if group.rows],
        statuses=known,
        picked=frozenset(picked),
        press=press,
    )


# --- the department ---------------------------------------------------------------------------------------------------


def department_desk(person: Person, press: uuid.UUID, picked: Iterable[int] = ()) -> Desk:
    """The steps of the departments that the person leads, by who leads each: whoever has most to say first."""
    rows: dict[int, Row] = {}
    groups: dict[str, list[Row]] = {}
    known: dict[int, list[StatusWord]] = {}
    for member in departments_led_by(person):
        assert member.department is not None
        steps = list(_to_say(ActionStep.objects.present().led_in(member.department), person))
        plans = {step.plan_id: step.plan for step in steps}
        known |= words_of(plans.keys() - known.keys())
        starts = cycle_starts(plans.values())
        leaders = asking.leaders_of(plans)
        for step in steps:
            if step.pk not in rows:
                may_update, start = _may_own(person, step.plan), starts[step.plan_id]
                rows[step.pk] = _row(person, step, known[step.plan_id], press, may_update=may_update, start=start)
                groups.setdefault(leaders[step.pk], []).append(rows[step.pk])
    found = [Group(who, rows=tuple(sorted(own, key=_silent_first))) for who, own in groups.items()]
    found.sort(key=lambda group: (-_needing(group), group.title))
    here, head = reverse("actions:my-department"), department_head(found)
    return Desk(DEPARTMENT, here, head, rows, groups=found, statuses=known, picked=frozenset(picked), press=press)


def _silent_first(row: Row) -> tuple[bool, date]:
    return row.is_confirmed, row.as_of or date.min


def _needing(group: Group) -> int:
    return sum(not row.is_confirmed for row in group.rows)


def department_head(groups: list[Group]) -> Head:
    """ "3 of 9 steps need a word: Tom Teacher 2, Network Services 1." """
    total, need = sum(len(group.rows) for group in groups), sum(map(_needing, groups))
    if not total:
        return Head("", is_quiet=True)
    if not need:
        return Head("The only step is confirmed." if total == 1 else f"All {total} steps are confirmed.", "Nobody is behind.", True)
    start = "The only step needs a word" if total == 1 else f"{need} of {total} steps {'needs' if need == 1 else 'need'} a word"
    behind = [f"{group.title} {count}" for group in groups if (count := _needing(group))]
    return Head(f"{start}: {', '.join(behind)}.")


def _to_say(steps: QuerySet[ActionStep], person: Person) -> QuerySet[ActionStep]:
    """Of plans that the person sees and that are not over, with all that a row shows."""
    shown = ("plan__organization__parent__parent", "status", "node")
    return (
        steps.select_related(*shown)
        .filter(plan__in=Plan.objects.of(person).exclude(stage=Plan.CLOSED))
        .order_by("plan__title", "plan", "position", "pk")
    )


def _may_own(person: Person, plan: Plan) -> bool:
    return may(person.role_in(plan.organization), "update_own_steps")


def next_day(steps: list[ActionStep], said: tuple[Row, ...]) -> date | None:
    """The first day on which one of the confirmed steps will need a word."""
    plans = {step.plan_id: step.plan for step in steps}
    begins = {
        one.pk: one.rhythm.next_start(plans[one.pk].organization.today() + timedelta(days=1))
        for one in ReviewRhythm.objects.running().filter(plan__in=plans)
    }
    silent = (begins.get(row.plan_id) or row.as_of + timedelta(days=plans[row.plan_id].review_interval_days) for row in said if row.as_of)
    return min(silent, default=None)


def my_head(rows: list[Row], then: date | None) -> Head:
    """How many need a word, and by when."""
    need, total = sum(not row.is_confirmed for row in rows), len(rows)
    if not total:
        return Head("", is_quiet=True)
    until = f" until {us_date(then)}" if then else ""
    if not need:
        return Head(
            "Your only step is confirmed." if total == 1 else f"All {total} steps are confirmed.", f"Nothing is asked of you{until}.", True
        )
    start = "Your only step needs" if total == 1 else f"{need} of your {total} steps {'needs' if need == 1 else 'need'}"
    after = f" The next one after that: {us_date(then)}." if then else ""
    return Head(f"{start} a word now.", f"If nothing changed, one press on “Still true” is all.{after}")


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


def _row(person: Person, step: ActionStep, known: list[StatusWord], press: uuid.UUID, *, may_update: bool, start: date) -> Row:
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


# --- one step ---------------------------------------------------------------------------------------------------------


def step_desk(person: Person, step: ActionStep, press: uuid.UUID) -> Desk:
    """A single step: its row on its own page, and behind forms that were opened from nowhere else."""
    known = words_of([step.plan_id])
    mine = updatable(person, step.plan)
    start = cycle_starts([step.plan])[step.plan_id]
    row = _row(person, step, known[step.plan_id], press, may_update=mine is None or step.pk in mine, start=start)
    return Desk(STEP, row.href, Head(""), {row.id: row}, groups=[Group("", rows=(row,))], statuses=known)


# --- a plan -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a reader asked to see of a plan's tree; what the plan does not know is left out, never an error."""

    status: str = ""
    goal: str = ""
    need: bool = False
    mine: bool = False

    def __bool__(self) -> bool:
        return bool(self.status or self.goal or self.need or self.mine)

    def shows(self, row: Row) -> bool:
        if self.status and (row.status.slug if row.status else NO_STATUS) != self.status:
            return False
        return not (self.need and row.is_confirmed) and not (self.mine and not row.may_update)

    def query(self) -> str:
        pairs = [(key, value) for key, value in (("status", self.status), ("goal", self.goal)) if value]
        pairs += [("show", key) for key in (NEED, MINE) if getattr(self, key)]
        return f"?{urlencode(pairs)}" if pairs else ""


def narrowed(query: QueryDict, picture: PlanPicture) -> Narrowed:
    status, goal, show = query.get("status", ""), query.get("goal", ""), query.getlist("show")
    return Narrowed(
        status=status if status in {word.slug for word in picture.statuses} | {NO_STATUS} else "",
        goal=goal if goal in {area.address for area in picture.areas} else "",
        need=NEED in show,
        mine=MINE in show,
    )


def plan_desk(person: Person, plan: Plan, press: uuid.UUID, query: QueryDict, picked: Iterable[int] = ()) -> Desk:
    """All steps of a plan in its order, private plans too; `query` narrows them."""
    picture = read_plan_picture(plan.organization.slug, plan.slug)
    assert picture is not None
    base = reverse("actions:plan", args=[plan.organization.slug, plan.slug])
    mine = updatable(person, plan)

    def row(step: StepPicture, depth: int) -> Row:
        return Row(
            id=step.id,
            code=step.code,
            title=step.title,
            href=f"{base}steps/{step.address}/",
            status=step.status,
            as_of=step.as_of,
            is_confirmed=step.is_confirmed,
            version=step.version,
            may_update=mine is None or step.id in mine,
            press=row_press(press, step.id),
            due=step.due,
            occurrence=step.occurrence,
            reworded_on=step.reworded_on,
            lead=step.lead,
            plan_id=plan.pk,
            plan_title=plan.title,
            plan_href=base,
            depth=depth,
        )

    narrow = narrowed(query, picture)
    branches = [_branch(area, picture, row) for area in picture.areas]
    rows = {one.id: one for branch in branches for group in branch.groups for one in group.rows}
    shown = [kept for branch in branches if not narrow.goal or branch.address == narrow.goal if (kept := _narrow(branch, narrow))]
    return Desk(
        PLAN,
        base + narrow.query(),
        plan_head(picture),
        rows,
        branches=shown,
        statuses={plan.pk: picture.statuses},
        picture=picture,
        picked=frozenset(picked),
        press=press,
    )


def _branch(area: AreaPicture, picture: PlanPicture, row) -> Branch:
    groups: list[Group] = []
    for objective in area.objectives:
        _add_groups(groups, objective, row, "performance_objective")
    for strategy in area.strategies:
        _add_groups(groups, strategy, row, "strategy")
    if area.steps:
        groups.append(Group("", rows=_rows(area.steps, row)))
    steps = list(area.all_steps())
    need = sum(not step.is_confirmed for step in steps)
    return Branch(area.address, area.title, area.code, picture.levels["goal_area"], tuple(groups), len(steps), need)


def _add_groups(groups: list[Group], home: ObjectivePicture | StrategyPicture, row, level: str) -> None:
    groups.append(Group(home.title, home.code, _rows(home.steps, row), f"parts/{SEGMENTS[level]}/{home.address}/"))
    for strategy in getattr(home, "strategies", ()):
        _add_groups(groups, strategy, row, "strategy")


def _rows(steps: list[StepPicture], row, depth: int = 0) -> tuple[Row, ...]:
    found: list[Row] = []
    for step in steps:
        found += [row(step, min(depth, 1)), *_rows(step.steps, row, depth + 1)]
    return tuple(found)


def _narrow(branch: Branch, narrow: Narrowed) -> Branch | None:
    """The branch with the rows that pass; None where something was asked and nothing of it is here."""
    if not narrow:
        return branch
    groups = [replace(group, rows=rows) for group in branch.groups if (rows := tuple(row for row in group.rows if narrow.shows(row)))]
    return replace(branch, groups=tuple(groups)) if groups else None


def plan_head(picture: PlanPicture) -> Head:
    """How many steps need a word, whoever leads them."""
    steps = list(picture.all_steps())
    need, total = sum(not step.is_confirmed for step in steps), len(steps)
    since = us_date(picture.cycle_start)
    if not total:
        return Head("", is_quiet=True)
    if not need:
        return Head(words.freshness(steps, picture)[0], is_quiet=True)
    noun = words.steps(picture, total)
    start = f"The only {noun} needs" if total == 1 else f"{need} of {total} {noun} {'needs' if need == 1 else 'need'}"
    others = f"The {total - need} others were" if total - need > 1 else "The other one was"
    return Head(f"{start} a word.", f"{others} confirmed since {since}." if total > need else f"Nothing was confirmed since {since}.")
