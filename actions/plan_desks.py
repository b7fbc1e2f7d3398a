"""The desk of a plan: all its steps in its order, as far as the reader asked for them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Person
from actions import words
from actions.desk_rows import PLAN, Branch, Desk, Group, Head, Row, row_press
from actions.perms import updatable
from actions.picture import SEGMENTS, AreaPicture, ObjectivePicture, PlanPicture, StepPicture, StrategyPicture
from actions.pictures import read_plan_picture
from goals.models import Plan
from planner.lib.dates import us_date

NEED, MINE = "need", "mine"
NO_STATUS = "none"


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
