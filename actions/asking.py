"""Reads from the database who answers for the steps of plans: one statement for all plans of an organization, one for its people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Q, QuerySet

from accounts.models import AddressChange, Department, Membership, Organization, Person
from accounts.roles import ADMIN, CABINET, EDITOR, highest, may
from actions.models import ActionStep, Reminder
from actions.reminding.duties import Duties, Duty, Lead, Line, Members, Part
from goals.models import GoalArea, Level, PerformanceObjective, PlanNode, Strategy
from planner.lib.db import day_of

STEP, UPPER = ("node.address", "code", "title", "status_id", "status_as_of", "due"), ("NULL",) * 6
ABOVE: tuple[tuple[type[Level], str, tuple[str, ...]], ...] = (
    (ActionStep, "coalesce(parent_id, strategy_id, objective_id, goal_area_id)", STEP),  # first: the NULLs below take their types from it
    (Strategy, "coalesce(objective_id, goal_area_id)", UPPER),
    (PerformanceObjective, "goal_area_id", UPPER),
    (GoalArea, "NULL", UPPER),
)


def _parts_sql(plans: int) -> str:
    """All present parts of so many plans with what each hangs under and its own lead; of steps what a mail or a page says of them, too.

    In SQL because every link, mail, page and day of the scheduler asks it: putting the same together with the ORM took four times as long as running it.
    """
    marks = ", ".join(["%s"] * plans)
    return " UNION ALL ".join(
        f"SELECT part.plan_id, part.node_id, {above}, position, lead_person_id, lead_department_id, lead_words, {', '.join(more)}"
        f" FROM {model._meta.db_table} part JOIN {PlanNode._meta.db_table} node ON node.id = part.node_id"
        f" WHERE part.plan_id IN ({marks}) AND is_present"
        for model, above, more in ABOVE
    )


def duties_of(plans: Collection[int]) -> dict[int, Duties]:
    """Of each plan its present steps with the lead that counts for each. One statement."""
    keys = list(plans)
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_parts_sql(len(keys)), keys * len(ABOVE))
        rows = cursor.fetchall()
    line = Line(Part(node, above, position, Lead(*lead)) for _, node, above, position, *lead in (row[:7] for row in rows))
    found: dict[int, list[tuple[tuple[int, ...], Duty]]] = {plan: [] for plan in keys}
    for plan, node, _, _, _, _, _, address, code, title, status, as_of, due in rows:
        if address is not None:
            lead, over = line.leads(node)
            duty = Duty(node, address, code, title, status, day_of(as_of), day_of(due), lead, over)
            found[plan].append(((*line.place(node), node), duty))
    return {plan: Duties(duty for _, duty in sorted(rows, key=lambda row: row[0])) for plan, rows in found.items()}


def leaders_of(plans: Collection[int]) -> dict[int, str]:
    """Of each present step of plans who leads it, in words for staff."""
    leads = {duty.node: duty.lead for found in duties_of(plans).values() for duty in found.all}
    people = {one.pk: str(one) for one in Person.objects.filter(pk__in={lead.person for lead in leads.values() if lead.person})}
    departments = dict(Department.objects.filter(pk__in={lead.department for lead in leads.values()}).values_list("pk", "name"))
    return {
        node: people.get(lead.person or 0) or departments.get(lead.department or 0) or lead.words or "Nobody"
        for node, lead in leads.items()
    }


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works for an organization, and who of them gets what."""

    roles: dict[int, str]
    """Person -> highest role here or above."""
    members: Members
    cabinet: list[int]
    planners: list[int]


def staff_of(organization: Organization, people: Iterable[int] | None = None, *, with_unreached: bool = False) -> Staff:
    """Active people with a role in the organization or one above it; with `people` only what concerns those."""
    near = [organization.pk, *above(organization)]
    rows = Membership.objects.filter(organization__in=near, person__is_active=True).order_by("pk")
    if people is not None:
        rows = rows.filter(person__in=people)
    said = list(rows.values_list("person", "organization", "role", "department", "leads_department"))
    roles: dict[int, list[str]] = {}
    departments: dict[int, list[int]] = {}
    for person, _, role, department, _ in said:
        roles.setdefault(person, []).append(role)
        departments.setdefault(person, []).extend([department] if department else [])
    best = {person: highest(found) or "" for person, found in roles.items()}
    able = {person: departments[person] for person, role in best.items() if may(role, "update_own_steps")}

    def nearest(*wanted: str) -> list[int]:
        """Those with a role in the organization itself, else in the next one above that has any."""
        return next((found for place in near if (found := [p for p, at, role, *_ in said if at == place and role in wanted])), [])

    heads: dict[int, list[int]] = {}
    for person, _, _, department, leads in said:
        if leads and person in able:
            heads.setdefault(department, []).append(person)
    unreached = unreached_in(organization) if with_unreached else ()
    return Staff(best, Members(able, heads, unreached), nearest(CABINET) or nearest(ADMIN), nearest(EDITOR, ADMIN))


def unreached_in(organization: Organization) -> set[int]:
    """Those whom no mail of the organization reaches: the server refused the last one for good, or a new address is not confirmed yet."""
    return {*last_refused([organization.pk]), *AddressChange.objects.open().values_list("person", flat=True)}


def last_refused(organizations: Collection[int]) -> dict[int, int]:
    """Person -> the last mail of these organizations, where the server refused it and the address is still the same. One statement where none was."""
    mails = Reminder.objects.filter(organization__in=organizations).order_by()
    refused = mails.filter(state=Reminder.REFUSED).values_list("person").annotate(last=Max("pk"), at=Max("ended_at"))
    found = {person: (last, at) for person, last, at in refused}
    if not found:
        return {}
    sent = dict(mails.filter(state=Reminder.SENT, person__in=found).values_list("person").annotate(last=Max("pk")))
    corrected = AddressChange.objects.filter(confirmed_on__isnull=False, person__in=found).order_by()
    new = dict(corrected.values_list("person").annotate(at=Max("ended_at")))
    return {p: last for p, (last, at) in found.items() if last > sent.get(p, 0) and not (p in new and new[p] > at)}


def above(organization: Organization) -> list[int]:
    """Keys of the organizations that it hangs under, the nearest first."""
    parent = organization.parent
    return [key for key in (organization.parent_id, parent.parent_id if parent else None) if key]


def near(organization: Organization) -> list[int]:
    """Keys of the organization itself and of those that it hangs under."""
    return [organization.pk, *above(organization)]


def people_near(organization: Organization, *besides: int | None) -> QuerySet[Person]:
    """Active people with a role in the organization or above it, by name; `besides` are kept though they left."""
    works_here = Q(memberships__organization__in=near(organization), is_active=True)
    kept = [key for key in besides if key]
    return Person.objects.filter(works_here | Q(pk__in=kept) if kept else works_here).distinct().order_by("name", "email")


def contact_of(organization: Organization, wanted: Person | None = None) -> Person | None:
    """Who gets the answers to mails: the person that was chosen, while active here, else an administrator."""
    here = Membership.objects.filter(organization__in=near(organization), person__is_active=True).select_related("person")
    chosen = here.filter(person=wanted).first() if wanted else None
    found = chosen or here.filter(role=ADMIN).order_by("pk").first()
    return found.person if found else None
