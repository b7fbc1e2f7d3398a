"""The door of the morning page for who leads a step: what is proposed is given with one press, and taken back with one.

Proposed is whom somebody named who said "not mine"; else, where nobody answers for a step who works here, whoever leads what it hangs under, or the
department of the person who left.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Membership, Person
from actions import asking
from actions.models import ActionStep, Ask, AskAnswer
from actions.reminding.duties import Duty, Members, Whose, whose
from actions.services.asks import answer_ask
from actions.services.notes import hand_over
from goals.models import Lead
from goals.services import set_lead


@dataclass(frozen=True, slots=True)
class Known:
    """What proposals are made from, for all steps of an organization at once."""

    members: Members
    asked: Mapping[int, Ask]
    """Step -> the newest open "not mine"."""
    left: Mapping[int, int]
    """Person who does not work here any more -> the department where they did."""


def known_of(plans: Collection[int], organization: int, duties: Collection[Duty], members: Members) -> Known:
    """Two statements for any number of steps."""
    asks = Ask.objects.open().filter(kind=Ask.NOT_MINE, step__plan__in=plans).select_related("by", "person").order_by("pk")
    gone = {duty.lead.person for duty in duties if duty.lead.person and not members.led_by(duty.lead)}
    rows = Membership.objects.filter(person__in=gone, organization=organization).exclude(department=None) if gone else ()
    return Known(members, {ask.step_id: ask for ask in asks}, {row.person_id: row.department_id for row in rows if row.department_id})


def proposed(duty: Duty, known: Known) -> Whose | None:
    """Who could lead a step, as ("person", key) or ("department", key). None: nobody is proposed."""
    ask = known.asked.get(duty.node)
    if ask and ask.person_id and ask.person_id in known.members.departments_of and ask.person_id != duty.lead.person:
        return "person", ask.person_id
    if known.members.led_by(duty.lead):
        return None
    if known.members.led_by(duty.above):
        return whose(duty.above)
    department = known.left.get(duty.lead.person or 0)
    return ("department", department) if department and known.members.in_department.get(department) else None


@transaction.atomic
def give(*, step: ActionStep, to: Whose, press: Press) -> Lead:
    """Who is proposed leads the step from today on; the "not mine" that proposed it is answered so. The same press twice is one.

    Raises ValidationError where somebody else is proposed by now, or nobody.
    """
    step = ActionStep.objects.select_for_update(of=("self",)).select_related("plan__organization__parent__parent").get(pk=step.pk)
    if before := Lead.objects.filter(node=step.pk, press=press.id).first():
        return before
    organization = step.plan.organization
    duty = next((duty for duty in asking.duties_of([step.plan_id])[step.plan_id].all if duty.node == step.pk), None)
    known = known_of([step.plan_id], organization.pk, [duty] if duty else [], asking.staff_of(organization).members)
    if duty is None or proposed(duty, known) != to:
        raise ValidationError("Who leads this step, or who could, is another than when the page was loaded. Look again.")
    kind, key = to
    person = Person.objects.get(pk=key) if kind == "person" else None
    department = Department.objects.get(pk=key) if kind == "department" else None
    ask = known.asked.get(step.pk)
    if ask and ask.person_id == key and kind == "person":
        answer_ask(ask=ask, press=press, kind=AskAnswer.ASSIGNED, person=person)
    else:
        hand_over(step=step, press=press, person=person, department=department)
    return Lead.objects.get(node=step.pk, press=press.id)


@transaction.atomic
def take_back(*, lead: Lead, press: Press) -> None:
    """Whoever led the step before leads it again, and a "not mine" that was answered by it waits again. Twice is once.

    Raises ValidationError where who leads it was changed since.
    """
    step = ActionStep.objects.select_for_update(of=("self",)).select_related("plan__organization").get(pk=lead.node_id)
    versions = list(Lead.objects.filter(node=step.pk).order_by("as_of", "recorded_at", "pk"))
    if versions[-1].press == press.id:
        return
    if versions[-1].pk != lead.pk:
        raise ValidationError("Who leads it was changed again since. Change it once more instead.")
    before = versions[-2] if len(versions) > 1 else Lead()
    today = step.plan.organization.today()
    set_lead(row=step, press=press, as_of=today, person=before.person, department=before.department, words=before.words)
    for answer in AskAnswer.objects.filter(press=lead.press, kind=AskAnswer.ASSIGNED, ask__step=step).select_related("ask"):
        _ask_again(answer.ask, press)


def _ask_again(ask: Ask, press: Press) -> None:
    """What was asked, open once more: an answer is only ever added, so that the one that was taken back stays in the history."""
    again = {name: getattr(ask, name) for name in ("step", "kind", "sentence", "who", "person", "by", "channel", "as_of")}
    made = Ask.objects.create(**again, press=press.id)
    new = {"kind": ask.kind, "step": ask.step_id, "again": ask.pk}
    audit.record(press=press, verb="ask again", what=made, organization=ask.step.plan.organization_id, new=new)
