"""What others are to say below what a person leads: the steps of the list that leads are mailed, for the pages of staff. See docs/decisions/0017."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import Person
from accounts.roles import may
from actions import asking
from actions.models import ActionStep
from actions.pictures import cycle_starts
from goals.models import GoalArea, PerformanceObjective, Plan, Strategy

LEVELS = (ActionStep, Strategy, PerformanceObjective, GoalArea)


def plans_under(person: Person) -> list[Plan]:
    """Plans that are not over, in which the person or a department of the person's leads something, and the person may say something."""
    departments = [member.department_id for member in person.all_memberships() if member.department_id]
    mine = Q(lead_person=person) | Q(lead_department__in=departments, lead_person=None)
    first, *rest = (level.objects.filter(mine, is_present=True).order_by().values_list("plan", flat=True) for level in LEVELS)
    led = set(first.union(*rest))
    plans = Plan.objects.of(person).filter(pk__in=led).exclude(stage=Plan.CLOSED) if led else ()
    return [plan for plan in plans if may(person.role_in(plan.organization), "update_own_steps")]


def under(person: Person, plans: Collection[Plan]) -> frozenset[int]:
    """Keys of the steps of these plans that others answer for, with the person the nearest who works here above them."""
    if not plans:
        return frozenset()
    members = {place.pk: asking.staff_of(place).members for place in {plan.organization for plan in plans}}
    duties = asking.duties_of([plan.pk for plan in plans])
    return frozenset(duty.node for plan in plans for duty in duties[plan.pk].below(person.pk, members[plan.organization_id]))


def to_say(person: Person, plans: Collection[Plan]) -> frozenset[int]:
    """Those of `under` that the person may speak for: not confirmed in this cycle, or confirmed by the person. What others said themselves is theirs."""
    starts = cycle_starts(plans)
    rows = ActionStep.objects.filter(pk__in=under(person, plans)).values_list("pk", "plan", "status_as_of", "status_update__by")
    return frozenset(pk for pk, plan, as_of, by in rows if as_of is None or as_of < starts[plan] or by == person.pk)
