"""Where somebody sits who updates steps: “my steps”, those of a department, a plan's tree, or one step's page. Each desk gives the same rows and a sentence above them.

A press says from which desk it came (the form's `back`, an address of ours), and its answer is made from the desk read anew: so what an HTMX
answer puts into the page is what the page would show if it were loaded again.
"""

import uuid
from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from accounts.models import Person
from accounts.roles import may
from actions import asking, leading
from actions.desk_rows import DEPARTMENT, MY, PLAN, STEP, Desk, Group, Head, Row, row_of, words_of
from actions.models import ActionStep, ReviewRhythm
from actions.perms import departments_led_by, led_by, updatable
from actions.picture import StatusWord
from actions.pictures import cycle_starts
from actions.plan_desks import plan_desk
from goals.models import Plan
from planner.lib.dates import us_date

FOR_OTHERS = "What you say below what you lead is marked as said for whoever answers for it."
KINDS = {"my-steps": MY, "my-department": DEPARTMENT, "plan": PLAN, "step": STEP}


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
        row_of(person, step, known[step.plan_id], press, may_update=_may_own(person, step.plan), start=starts[step.plan_id])
        for step in steps
    ]
    need = tuple(sorted((row for row in rows if not row.is_confirmed), key=lambda row: row.as_of or date.min))
    said = tuple(row for row in rows if row.is_confirmed)
    below = groups_below(person, press, {row.id for row in rows}, known)
    groups = [Group("Need a word first", rows=need), Group("Confirmed in this cycle", rows=said), *below]
    head = my_head(rows, next_day(steps, said))
    if below:
        head = replace(head, rest=f"{head.rest} {FOR_OTHERS}".strip()) if rows else below_head(below)
    return Desk(
        MY,
        reverse("actions:my-steps"),
        head,
        {row.id: row for row in [*rows, *(row for group in below for row in group.rows)]},
        groups=[group for group in groups if group.rows],
        statuses=known,
        picked=frozenset(picked),
        press=press,
    )


def groups_below(person: Person, press: uuid.UUID, own: Set[int], known: dict[int, list[StatusWord]]) -> list[Group]:
    """What nobody confirmed yet below what the person leads, by who answers for it; what is said there is marked as said for them. `known` grows."""
    plans = leading.plans_under(person)
    steps = list(_to_say(ActionStep.objects.present().filter(pk__in=leading.to_say(person, plans) - own), person)) if plans else []
    known |= words_of({step.plan_id for step in steps} - known.keys())
    starts, leaders = cycle_starts(plans), asking.leaders_of({step.plan_id for step in steps})
    groups: dict[str, list[Row]] = {}
    for step in steps:
        row = row_of(person, step, known[step.plan_id], press, may_update=True, start=starts[step.plan_id])
        groups.setdefault(leaders[step.pk], []).append(row)
    found = [Group(f"Below what you lead: {who}", rows=tuple(sorted(rows, key=_silent_first))) for who, rows in groups.items()]
    return sorted(found, key=lambda group: (-_needing(group), group.title))


def below_head(groups: list[Group]) -> Head:
    """Of somebody who leads above steps and none of them."""
    need = sum(map(_needing, groups))
    if not need:
        return Head("All is confirmed below what you lead.", is_quiet=True)
    words = "1 step below what you lead needs" if need == 1 else f"{need} steps below what you lead need"
    return Head(f"{words} a word.", FOR_OTHERS)


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
                rows[step.pk] = row_of(person, step, known[step.plan_id], press, may_update=may_update, start=start)
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


# --- one step ---------------------------------------------------------------------------------------------------------


def step_desk(person: Person, step: ActionStep, press: uuid.UUID) -> Desk:
    """A single step: its row on its own page, and behind forms that were opened from nowhere else."""
    known = words_of([step.plan_id])
    mine = updatable(person, step.plan)
    start = cycle_starts([step.plan])[step.plan_id]
    row = row_of(person, step, known[step.plan_id], press, may_update=mine is None or step.pk in mine, start=start)
    return Desk(STEP, row.href, Head(""), {row.id: row}, groups=[Group("", rows=(row,))], statuses=known)
