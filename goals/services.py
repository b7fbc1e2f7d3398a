"""The only doors through which a plan, its scale, its leads and its copies of the present change."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Organization, Person
from goals.models import ACTION_STEP, DueDate, Lead, Level, Place, Plan, PlanNode, Status, StatusScale, Wording
from goals.scales import DEFAULT_SCALE
from planner.lib.dates import us_date
from planner.lib.db import clock_sql, moment_of


@transaction.atomic
def create_plan(
    *,
    organization: Organization,
    slug: str,
    title: str,
    press: Press,
    levels: dict[str, str] | None = None,
    statuses: Sequence[tuple[str, int | None, str]] = (),
    description: str = "",
) -> Plan:
    """A private draft with its own scale: `statuses` as (name, rank, meaning), or a copy of the organization's template.

    Raises ValidationError for a slug that cannot be one or is taken.
    """
    plan = Plan(organization=organization, slug=slug, title=title, levels=levels or {}, description=description)
    plan.full_clean(exclude=["levels"])
    plan.save(force_insert=True)
    scale = StatusScale.objects.create(organization=organization, plan=plan)
    wanted = list(statuses) or template_of(organization)
    Status.objects.bulk_create(Status(scale=scale, name=name, rank=rank, meaning=meaning) for name, rank, meaning in wanted)
    audit.record(
        press=press,
        verb="create plan",
        what=plan,
        organization=organization,
        new={"slug": slug, "title": title, "statuses": [name for name, *_ in wanted]},
    )
    return plan


def template_of(organization: Organization) -> list[tuple[str, int | None, str]]:
    """(name, rank, meaning) of the statuses that a new plan of the organization begins with."""
    own = Status.objects.filter(scale__organization=organization, scale__plan=None, is_retired=False).order_by("pk")
    return [(s.name, s.rank, s.meaning) for s in own] or list(DEFAULT_SCALE)


@transaction.atomic
def add_status(*, plan: Plan, name: str, rank: int | None, meaning: str, press: Press) -> Status:
    """A further status of a plan's scale; a rank that is taken puts it off the ladder."""
    scale = plan.scale
    if rank is not None and scale.statuses.filter(rank=rank, is_retired=False).exists():
        rank = None
    status = Status.objects.create(scale=scale, name=name, rank=rank, meaning=meaning)
    audit.record(
        press=press, verb="add status", what=status, organization=plan.organization_id, new={"name": name, "rank": rank, "meaning": meaning}
    )
    raise_generation(plan)
    return status


@transaction.atomic
def change_plan(*, plan: Plan, press: Press, **new: Any) -> Plan:
    """Set fields of the plan itself (title, stage, visibility, review_interval_days ...). Nothing happens where they are so already."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    old = {key: getattr(plan, key) for key in new}
    if old == new:
        return plan
    for key, value in new.items():
        setattr(plan, key, value)
    plan.full_clean(exclude=["levels"])
    plan.save(update_fields=list(new))
    raise_generation(plan)
    audit.record(press=press, verb="change plan", what=plan, organization=plan.organization_id, old=old, new=new)
    return plan


def raise_generation(plan: Plan | int) -> None:
    """Say, in the transaction of the change, that pages made before are old."""
    Plan.objects.filter(pk=getattr(plan, "pk", plan)).update(generation=F("generation") + 1)


def moment(plan: Plan) -> datetime:
    """The database's clock now, and never before the last version of the plan. Call it after the plan's row is locked."""
    tables = ", ".join(
        f"(SELECT max(v.recorded_at) FROM {m._meta.db_table} v JOIN goals_plannode n ON n.id = v.node_id WHERE n.plan_id = %(plan)s)"
        for m in (Wording, Place, Lead, DueDate)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_sql()}, {tables}", {"plan": plan.pk})
        return max(moment_of(value) for value in cursor.fetchone() if value is not None)


@transaction.atomic
def set_lead(
    *, row: Level, press: Press, as_of: date, department: Department | None = None, person: Person | None = None, words: str = ""
) -> None:
    """Who leads a part of a plan from a day on. Nothing happens where it is so already, or where the same press said it before."""
    new = {"department": department and department.pk, "person": person and person.pk, "words": words}
    row = locked(row)
    old = {"department": row.lead_department_id, "person": row.lead_person_id, "words": row.lead_words}
    if old == new or Lead.objects.filter(node=row.pk, press=press.id).exists():
        return
    refuse_tomorrow(row.plan, as_of)
    Lead.objects.create(
        node_id=row.pk,
        as_of=as_of,
        recorded_at=moment(row.plan),
        by=press.by,
        channel=press.channel,
        press=press.id,
        department=department,
        person=person,
        words=words,
    )
    refresh_copies(type(row), [row.pk])
    raise_generation(row.plan)
    audit.record(press=press, verb="set lead", what=row, organization=row.plan.organization_id, old=old, new=new)


@transaction.atomic
def set_due(*, row: Level, press: Press, as_of: date, due: date | None) -> None:
    """By when a part of a plan is to be done, from a day on; None: no day. What was said before stays among its versions.

    Nothing happens where it is so already, or where the same press said it before.
    """
    row = locked(row)
    if row.due == due or DueDate.objects.filter(node=row.pk, press=press.id).exists():
        return
    old, now = row.due, moment(row.plan)
    refuse_tomorrow(row.plan, as_of)
    DueDate.objects.create(node_id=row.pk, as_of=as_of, recorded_at=now, by=press.by, channel=press.channel, press=press.id, due=due)
    refresh_copies(type(row), [row.pk])
    raise_generation(row.plan)
    said = {"old": {"due": old and old.isoformat()}, "new": {"due": due and due.isoformat()}}
    audit.record(press=press, verb="set due date", what=row, organization=row.plan.organization_id, **said)


def locked(row: Level) -> Level:
    """A part of a plan as it stands, held with its plan: a step before the plan, what is above steps after it, as updates and imports do."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    plans = Plan.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    if row.kind == ACTION_STEP:
        found = rows.get(pk=row.pk)
        found.plan = plans.get(pk=found.plan_id)
        return found
    plan = plans.get(pk=row.plan_id)
    found = rows.get(pk=row.pk)
    found.plan = plan
    return found


def refuse_tomorrow(plan: Plan, as_of: date) -> None:
    """Raises ValidationError for a day after today in the district."""
    today = plan.organization.today()
    if as_of > today:
        raise ValidationError({"as_of": f"{us_date(as_of)} is after today. Give today, {us_date(today)}, or an earlier day."})


def refresh_copies(model: type[Level], nodes: Sequence[int]) -> None:
    """Copy the newest versions of these nodes of one level into their rows: wording, place, lead and due day.

    Levels are refreshed from the top, goal areas first; nested steps come after their parents in `nodes`.
    """
    newest: dict[str, dict[int, Any]] = {
        v.__name__: {x.node_id: x for x in v.objects.filter(node__in=nodes).newest()} for v in (Wording, Place, Lead, DueDate)
    }
    first = dict(Wording.objects.filter(node__in=nodes).order_by("node", "-as_of").values_list("node", "as_of"))
    rows = model._default_manager.in_bulk(nodes)
    above = rows_of({place.parent_id for place in newest["Place"].values() if place.parent_id}) | rows
    for node in nodes:
        row = rows[node]
        wording, place = newest["Wording"][node], newest["Place"][node]
        lead, due = newest["Lead"].get(node), newest["DueDate"].get(node)
        row.code, row.title, row.description = (wording.code, wording.title, wording.description)
        row.reworded_on = wording.as_of if wording.as_of > first[node] else None
        row.position, row.is_present = place.position, place.is_present
        if lead:
            row.lead_department_id, row.lead_person_id, row.lead_words = (lead.department_id, lead.person_id, lead.words)
        row.due = due.due if due else None
        before = row.hangs_under()
        row.hang_under(above.get(place.parent_id))
        if row.hangs_under() != before:  # one by one: a trigger carries each move down to what hangs below
            row.save(update_fields=row.place_fields)
    model._default_manager.bulk_update(rows.values(), COPIED, batch_size=200)


COPIED = ["code", "title", "description", "reworded_on", "position", "is_present", "lead_department", "lead_person", "lead_words", "due"]


def rows_of(nodes: Iterable[int]) -> dict[int, Level]:
    """The rows of nodes of any level."""
    found = PlanNode.objects.filter(pk__in=nodes).select_related("goalarea", "performanceobjective", "strategy", "actionstep")
    return {node.pk: getattr(node, node.kind.replace("_", "")) for node in found}
