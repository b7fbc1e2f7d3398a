"""Steps as a person may see and change them; see accounts.perms and goals.perms."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Membership, Person
from accounts.perms import NOT_HERE
from accounts.roles import may
from actions import leading
from actions.models import ActionStep, StatusUpdate
from goals.models import ACTION_STEP, NodeRedirect, Plan
from goals.perms import get_plan_or_404

NOT_YOURS = (
    "You can change the steps that you or your department lead, those of your people where you lead the department, and what nobody confirmed yet"
    " below what you lead. An editor of your district can change the others."
)


class SaidMeanwhile(PermissionDenied):
    """Of a step below what the person leads: whoever answers for it was quicker."""

    def __init__(self, step: ActionStep):
        self.step = step
        name = step.code or "the step"
        super().__init__(f"Whoever answers for {name} said how it stands meanwhile. An editor of your district can change it.")


def departments_of(person: Person) -> list[int]:
    """Keys of the departments that the person works in."""
    return [member.department_id for member in person.all_memberships() if member.department_id]


def led_by(person: Person):
    """Steps that the person or the person's departments lead."""
    return ActionStep.objects.present().led_by(person, departments_of(person))


def departments_led_by(person: Person) -> list[Membership]:
    """Where the person leads a department and may say something of steps; each with its department."""
    found = [member for member in person.all_memberships() if member.leads_department]
    return [member for member in found if may(person.role_in(member.organization), "update_own_steps")]


def cared_for_by(person: Person):
    """Steps of which the person may say something because of who leads them: `led_by`, and those of the people in departments that the person leads."""
    found = led_by(person)
    for member in departments_led_by(person):
        found |= ActionStep.objects.present().led_in(member.department)
    return found


def may_update(person: Person, step: ActionStep) -> bool:
    """Whether the person may say something of the step. `step.plan.organization` must be there. Rows: `updatable`."""
    role = person.role_in(step.plan.organization)
    if may(role, "update_any_step"):
        return True
    return may(role, "update_own_steps") and (cared_for_by(person).filter(pk=step.pk).exists() or speaks_from_above(person, step))


def speaks_from_above(person: Person, step: ActionStep) -> bool:
    """Whether the person may say something of a step that is neither the person's own nor that of the person's people, since the person leads above it."""
    if may(person.role_in(step.plan.organization), "update_any_step") or cared_for_by(person).filter(pk=step.pk).exists():
        return False
    return step.pk in leading.to_say(person, _among(person, {step.plan_id}))


def _among(person: Person, plans: Collection[int]) -> list[Plan]:
    """Of these plans, those in which the person leads something."""
    return [plan for plan in leading.plans_under(person) if plan.pk in plans]


def updatable(person: Person, plan: Plan) -> frozenset[int] | None:
    """Keys of the plan's steps of which the person may say something; None: all of them. One: `may_update`."""
    role = person.role_in(plan.organization)
    if may(role, "update_any_step"):
        return None
    if not may(role, "update_own_steps"):
        return frozenset()
    return frozenset(cared_for_by(person).filter(plan=plan).values_list("pk", flat=True)) | leading.to_say(
        person, _among(person, {plan.pk})
    )


def get_step_or_404(person: Person, district: str, plan: str, address: str) -> ActionStep:
    """A step that the person may see, by its address or by one that it had before it was renumbered."""
    return _find(get_plan_or_404(person, district, plan), address)


def get_step_to_update(person: Person, district: str, plan: str, address: str) -> ActionStep:
    """A step of which the person may say something. 404 for outsiders, PermissionDenied (403) for others."""
    step = _find(get_plan_or_404(person, district, plan, "update_own_steps"), address)
    require_update(person, [step])
    return step


def require_update(person: Person, steps: list[ActionStep]) -> None:
    """Raises PermissionDenied where one of the steps is not the person's to change. The statements do not grow with the steps."""
    others = {step.pk for step in steps if not may(person.role_in(step.plan.organization), "update_any_step")}
    if others and any(not may(person.role_in(step.plan.organization), "update_own_steps") for step in steps if step.pk in others):
        raise PermissionDenied(NOT_YOURS)
    if others and (others := others - set(cared_for_by(person).filter(pk__in=others).values_list("pk", flat=True))):
        plans = _among(person, {step.plan_id for step in steps if step.pk in others})
        if late := others - leading.to_say(person, plans):
            raise (
                SaidMeanwhile(next(step for step in steps if step.pk in late))
                if late <= leading.under(person, plans)
                else PermissionDenied(NOT_YOURS)
            )


def require_own_words(person: Person, step: ActionStep, update: StatusUpdate) -> None:
    """Whoever speaks for others from above takes back and corrects the own words alone. Raises PermissionDenied."""
    if update.by_id != person.pk and speaks_from_above(person, step):
        raise PermissionDenied(NOT_YOURS)


def _find(plan: Plan, address: str) -> ActionStep:
    steps = ActionStep.objects.select_related("node", "status", "status_update__by").filter(plan=plan)
    found = steps.filter(node__address=address, node__kind=ACTION_STEP).first()
    if found is None:
        moved = NodeRedirect.objects.filter(plan=plan, kind=ACTION_STEP, address=address).values("node")
        found = steps.filter(pk__in=moved).first()
    if found is None:
        raise Http404(NOT_HERE)
    found.plan = plan  # with its organization, which is loaded already
    return found
