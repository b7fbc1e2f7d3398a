"""A small plan in the database: one goal area, one strategy, steps; made version by version, as an import does."""

from datetime import date

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from actions.models import ActionStep
from goals.models import ACTION_STEP, GOAL_AREA, STRATEGY, GoalArea, Place, Plan, PlanNode, Strategy, Wording
from goals.services import create_plan, refresh_copies

MODELS = {GOAL_AREA: GoalArea, STRATEGY: Strategy, ACTION_STEP: ActionStep}
BEGIN = date(2021, 1, 12)


def add_node(plan: Plan, kind: str, address: str, title: str, above: PlanNode | None = None, *, position: int = 1, on: date = BEGIN):
    """A part of the plan from a day on; gives its row of today."""
    node = PlanNode.objects.create(plan=plan, kind=kind, address=address)
    row = MODELS[kind](node=node, plan=plan, code=address, title=title, position=position)
    if above is not None:
        row.hang_under(MODELS[above.kind].objects.get(pk=above.pk))
    row.save(force_insert=True)
    Wording.objects.create(node=node, as_of=on, channel=AuditEntry.COMMAND, code=address, title=title)
    Place.objects.create(node=node, as_of=on, channel=AuditEntry.COMMAND, parent=above, position=position)
    return row


def reword(row, title: str, on: date) -> None:
    Wording.objects.create(node=row.node, as_of=on, channel=AuditEntry.WEB, code=row.code, title=title)
    refresh_copies(type(row), [row.pk])


def take_out(row, on: date) -> None:
    """From a day on it is no longer in the plan."""
    last = Place.objects.filter(node=row.node).last()
    Place.objects.create(
        node=row.node, as_of=on, channel=AuditEntry.COMMAND, parent_id=last.parent_id, position=last.position, is_present=False
    )
    refresh_copies(type(row), [row.pk])


def small_plan(visibility: str = Plan.LIVE) -> tuple[Plan, list[ActionStep]]:
    """A live plan with two steps, whose district's calendar stands on August 3, 2021."""
    district = Organization.objects.create(
        slug="meadow", name="Meadow", time_zone="America/Chicago", is_sample=True, calendar_on=date(2021, 8, 3)
    )
    plan = create_plan(organization=district, slug="devices", title="Device plan", press=Press(AuditEntry.COMMAND))
    Plan.objects.filter(pk=plan.pk).update(visibility=visibility, stage=Plan.ADOPTED)
    plan.refresh_from_db()
    area = add_node(plan, GOAL_AREA, "1", "Access for all")
    strategy = add_node(plan, STRATEGY, "1.1", "Lend every student a device", area.node)
    steps = [add_node(plan, ACTION_STEP, f"1.1.{n}", f"Task number {n}", strategy.node, position=n) for n in (1, 2)]
    return plan, steps
