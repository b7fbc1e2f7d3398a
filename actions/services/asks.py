"""The doors for what is asked beside a step's status: "not mine", "blocked", "remind me on", "change the due date", and what comes of it.

Each takes a `Press`: the same press twice is one ask. Whoever says the same of a step again replaces what was open of it; both stay. An ask is
answered once. "Not mine" and "blocked" wait for whoever leads what the step hangs under, else for the planners.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Department, Organization, Person
from accounts.roles import may
from actions import asking
from actions.asking import Staff
from actions.models import ActionStep, Ask, AskAnswer, Cycle
from actions.reminding.duties import Duty
from actions.services import notes
from goals.models import Plan
from goals.services import set_due
from planner.lib.dates import us_date

LONGEST = 2_000
"""Characters of a sentence."""
FARTHEST = timedelta(days=3653)
"""The latest due day that is taken for one, from today."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a press: the ask, and whether it was written now or had been written by the same press before."""

    ask: Ask
    is_new: bool


def _locked(step: ActionStep) -> ActionStep:
    found = ActionStep.objects.select_related("plan__organization__parent__parent")
    return found.select_for_update(of=("self",)).get(pk=step.pk)


def _write(step: ActionStep, *, press: Press, kind: str, **said) -> Asked:
    """The step is locked. What the same person has open of the same kind is taken back: the new one says it better."""
    if press.by is None:
        raise ValueError("an ask is somebody's")
    if not step.is_present:
        raise ValidationError("This step is no longer in the plan, so nothing more can be said of it.")
    for old in Ask.objects.open().filter(step=step, kind=kind, by=press.by).exclude(kind=Ask.DUE):
        _answer(old, press=press, kind=AskAnswer.WITHDRAWN)
    today = step.plan.organization.today()
    ask = Ask.objects.create(step=step, kind=kind, by=press.by, channel=press.channel, press=press.id, as_of=today, **said)
    new = {"kind": kind, "step": step.pk, "person": ask.person_id}
    new |= {key: day.isoformat() for key in ("remind_on", "due_old", "due_new") if (day := getattr(ask, key))}
    audit.record(press=press, verb=f"ask: {kind}", what=ask, organization=step.plan.organization_id, new=new)
    return Asked(ask, is_new=True)


def _before(step: ActionStep, press: Press, kind: str) -> Asked | None:
    found = Ask.objects.filter(step=step, press=press.id, kind=kind).first()
    return Asked(found, is_new=False) if found else None


@transaction.atomic
def say_not_mine(*, step: ActionStep, press: Press, who: str = "", sentence: str = "", person: Person | None = None) -> Asked:
    """The step is somebody else's: goes to who leads what it hangs under, with a suggestion. The lead stays until that is answered."""
    step = _locked(step)
    if before := _before(step, press, Ask.NOT_MINE):
        return before
    person = person or person_named(step.plan.organization, who)
    return _write(step, press=press, kind=Ask.NOT_MINE, who=_line(who), sentence=_sentence(sentence), person=person)


@transaction.atomic
def say_blocked(*, step: ActionStep, press: Press, sentence: str, who: str = "", person: Person | None = None) -> Asked:
    """Something stands in the way. Raises ValidationError without a sentence that says what."""
    step = _locked(step)
    if before := _before(step, press, Ask.BLOCKED):
        return before
    if not _sentence(sentence):
        raise ValidationError({"sentence": "Say in a sentence what the step waits for."})
    person = person or person_named(step.plan.organization, who)
    return _write(step, press=press, kind=Ask.BLOCKED, who=_line(who), sentence=_sentence(sentence), person=person)


def cycle_of(step: ActionStep) -> Cycle | None:
    """The open cycle of the step's plan that today is in."""
    return Cycle.objects.open().containing(step.plan.organization.today()).filter(plan=step.plan_id).first()


@transaction.atomic
def ask_reminder(*, step: ActionStep, press: Press, on: date) -> Asked:
    """ "Remind me on ...": a mail on that day, if the step is not confirmed by then. Raises ValidationError for a day outside of the cycle."""
    step = _locked(step)
    if before := _before(step, press, Ask.REMIND):
        return before
    cycle, today = cycle_of(step), step.plan.organization.today()
    if cycle is None or cycle.ends_on <= today:
        raise ValidationError({"on": "No later day is left in this cycle. Say today how the step stands, or wait for the next mail."})
    if not today < on <= cycle.ends_on:
        first, last = us_date(today + timedelta(days=1)), us_date(cycle.ends_on)
        raise ValidationError({"on": f"{us_date(on)} is not a later day of this cycle. Choose a day from {first} to {last}."})
    return _write(step, press=press, kind=Ask.REMIND, cycle=cycle, remind_on=on)


@transaction.atomic
def change_due(*, step: ActionStep, press: Press, due: date, sentence: str = "") -> Asked:
    """Another due day from today on; the old one stays in the history beside it. Raises ValidationError for a day that is past or the same."""
    step = _locked(step)
    if before := _before(step, press, Ask.DUE):
        return before
    today = step.plan.organization.today()
    if due == step.due:
        raise ValidationError({"due": f"The step is due on {us_date(due)} already. Choose another day."})
    if not today <= due <= today + FARTHEST:
        raise ValidationError(
            {"due": f"{us_date(due)} is {'past' if due < today else 'too far away'}. Choose a day from today, {us_date(today)}, on."}
        )
    old = step.due
    asked = _write(step, press=press, kind=Ask.DUE, due_old=old, due_new=due, sentence=_sentence(sentence))
    set_due(row=step, press=press, as_of=today, due=due)
    return asked


def _sentence(text: str) -> str:
    return text.strip()[:LONGEST]


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def person_named(organization: Organization, typed: str) -> Person | None:
    """Who of the organization has exactly this name or address; None where nobody has, or several have. Never said to who typed it."""
    typed = _line(typed)
    if not typed:
        return None
    found = list(asking.people_near(organization).filter(Q(name__iexact=typed) | Q(email__iexact=typed))[:2])
    return found[0] if len(found) == 1 else None


# What comes of it


def _answer(ask: Ask, *, press: Press, kind: str, sentence: str = "") -> AskAnswer:
    assert press.by is not None
    answer = AskAnswer.objects.create(ask=ask, kind=kind, sentence=_sentence(sentence), by=press.by, channel=press.channel, press=press.id)
    audit.record(
        press=press,
        verb="answer ask",
        what=ask,
        organization=ask.step.plan.organization_id,
        new={"answer": kind, "by": press.by.pk, "step": ask.step_id},
    )
    return answer


def _earlier(ask: Ask, press: Press) -> AskAnswer | None:
    """The answer of the same press. Raises ValidationError where another one was given. The step is locked."""
    found = AskAnswer.objects.filter(ask=ask).select_related("by").first()
    if found is None or found.press == press.id:
        return found
    who = "Somebody" if press.channel == AuditEntry.LINK else found.by  # whoever has a mail's link learns no names
    raise ValidationError(f"{who} has answered this already: {found.get_kind_display().lower()}.")


@transaction.atomic
def answer_ask(
    *, ask: Ask, press: Press, kind: str, sentence: str = "", person: Person | None = None, department: Department | None = None
) -> AskAnswer:
    """What the lead decides. ASSIGNED gives the step to a person or a department, with the sentence as note of the hand-over.

    Raises ValidationError where it was answered before, where nobody is named, or where the answer fits no such ask.
    """
    step = _locked(ask.step)
    if before := _earlier(ask, press):
        return before
    fits = {Ask.NOT_MINE: (AskAnswer.ASSIGNED, AskAnswer.LEFT), Ask.BLOCKED: (AskAnswer.SETTLED, AskAnswer.LEFT)}
    if kind not in fits.get(ask.kind, ()):
        raise ValidationError("Choose what shall come of it.")
    if kind == AskAnswer.ASSIGNED:
        notes.hand_over(step=step, press=press, person=person, department=department, text=sentence)
    return _answer(ask, press=press, kind=kind, sentence=sentence)


@transaction.atomic
def withdraw_ask(*, ask: Ask, press: Press) -> AskAnswer:
    """Taken back by who asked: as if it had not been said, and both stay in the history. A due day becomes again what it was.

    Raises ValidationError where it was answered meanwhile, or the due day was changed again.
    """
    step = _locked(ask.step)
    found = AskAnswer.objects.filter(ask=ask).first()
    if found is not None and found.kind == AskAnswer.WITHDRAWN:
        return found
    if before := _earlier(ask, press):
        return before
    if press.by is None or press.by.pk != ask.by_id:
        raise ValidationError("Only who said this can take it back.")
    if ask.kind == Ask.DUE:
        if step.due != ask.due_new:
            raise ValidationError("The due date was changed again since. Change it once more instead.")
        set_due(row=step, press=press, as_of=step.plan.organization.today(), due=ask.due_old)
    return _answer(ask, press=press, kind=AskAnswer.WITHDRAWN)


# Who is to answer


def answerers(ask: Ask, duty: Duty | None, staff: Staff) -> set[int]:
    """Who is to answer an ask: those who lead above the step, but not who asked; where there are none, the planners."""
    leads = set(staff.members.led_by(staff.members.above(duty))) - {ask.by_id} if duty else set()
    return leads or (set(staff.planners) - {ask.by_id}) or set(staff.planners)


def waiting_in(organization: Organization, plans: Collection[int], staff: Staff | None = None) -> dict[int, list[Ask]]:
    """Person -> asks of these plans of one organization that the person is to answer, oldest first."""
    if not Ask.objects.open().for_lead().filter(step__plan__in=plans).exists():  # most mornings; the whole of it is nine tables
        return {}
    asks = list(_to_answer().filter(step__plan__in=plans))
    staff = staff or asking.staff_of(organization)
    return _by_person(asks, staff)


def _to_answer():
    """Open asks for leads, of steps that are there."""
    shown = ("step__plan__organization__parent__parent", "step__node", "by", "person", "step__status")
    return Ask.objects.open().for_lead().filter(step__is_present=True).exclude(step__plan__stage=Plan.CLOSED).select_related(*shown)


def _by_person(asks: Iterable[Ask], staff: Staff) -> dict[int, list[Ask]]:
    asks = list(asks)
    duties = {duty.node: duty for found in asking.duties_of({ask.step.plan_id for ask in asks}).values() for duty in found.all}
    found: dict[int, list[Ask]] = {}
    for ask in asks:
        for person in answerers(ask, duties.get(ask.step_id), staff):
            found.setdefault(person, []).append(ask)
    return found


def awaiting(person: Person) -> list[Ask]:
    """Open asks that the person is to answer, in all organizations, oldest first. One statement where there are none."""
    asks = list(_to_answer().filter(step__plan__in=Plan.objects.of(person)))
    places: dict[int, list[Ask]] = {}
    for ask in asks:
        places.setdefault(ask.step.plan.organization_id, []).append(ask)
    found: list[Ask] = []
    for mine in places.values():
        found += _by_person(mine, asking.staff_of(mine[0].step.plan.organization)).get(person.pk, [])
    return sorted(found, key=lambda ask: ask.pk)


def may_answer(person: Person, ask: Ask) -> bool:
    """Whether the person may decide: an editor, or whom the ask waits for. `ask.step.plan.organization` must be there."""
    organization = ask.step.plan.organization
    if may(person.role_in(organization), "update_any_step"):
        return True
    if not may(person.role_in(organization), "update_own_steps"):
        return False
    return person.pk in _by_person([ask], asking.staff_of(organization))


def asks_of(step: ActionStep):
    """All that was ever asked of a step, newest first, with the answers."""
    return step.asks.select_related("by", "person", "answer__by").order_by("-recorded_at", "-pk")
