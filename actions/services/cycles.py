"""The doors for a plan's rhythm, its cycles, and the breaks of an organization.

Days come in from outside: the scheduler and the command pass the day that it is (or is to be) in the district.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Organization
from actions.models import Cycle, ReviewRhythm, SchoolBreak
from actions.pictures import read_plan_picture
from actions.reminding.calendar import ONE_DAY, Breaks, Span
from goals.models import Lead, Plan
from goals.services import raise_generation
from planner.lib.db import Clock

SAID = (
    "is_on", "unit", "every_days", "begins_on", "second_after_days", "lead_after_days", "cabinet_after_days", "tells_planners",
    "review_on", "review_before_days", "review_after_days", "reviewed_on", "contact", "freshness_is_public",
    "reviews_are_public",
)  # fmt: skip
WHEN = ("is_on", "unit", "every_days", "begins_on")


@transaction.atomic
def set_rhythm(*, plan: Plan, press: Press, on: date | None = None, **new: Any) -> ReviewRhythm:
    """Set how often a plan is gone through; `new` are fields of ReviewRhythm. The cycle of today is opened at once.

    Another rhythm leaves closed cycles alone: the present one ends on the day before the next start that the new rhythm has.
    Raises ValidationError for what is no rhythm.
    """
    plan = Plan.objects.select_for_update().select_related("organization").get(pk=plan.pk)
    on = on or plan.organization.today()
    rhythm = ReviewRhythm.objects.filter(pk=plan.pk).first()
    old = _said(rhythm) if rhythm else {}
    rhythm = rhythm or ReviewRhythm(plan=plan)
    for key, value in new.items():
        setattr(rhythm, key, value)
    if _said(rhythm) == old:
        return rhythm
    rhythm.plan = plan
    rhythm.full_clean()
    rhythm.save()
    raise_generation(plan)
    audit.record(press=press, verb="set rhythm", what=rhythm, organization=plan.organization_id, old=old, new=_said(rhythm))
    present = Cycle.objects.open().filter(plan=plan).last()
    if present and rhythm.is_on and any(old.get(key) != _said(rhythm)[key] for key in WHEN):
        start = rhythm.rhythm.next_start(max(on, present.starts_on + ONE_DAY))
        Cycle.objects.filter(pk=present.pk).update(ends_on=start - ONE_DAY)
    if rhythm.is_running:
        advance(plan=plan, rhythm=rhythm, on=on, press=press, catch_up=bool(old.get("is_on")))
    return rhythm


def _said(rhythm: ReviewRhythm) -> dict[str, Any]:
    found = {key: getattr(rhythm, f"{key}_id" if key == "contact" else key) for key in SAID}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}


@transaction.atomic
def note_review(*, plan: Plan, on: date, press: Press) -> ReviewRhythm:
    """The yearly review was held on a day: nobody is asked any more what came of it."""
    return set_rhythm(plan=plan, press=press, reviewed_on=on)


@transaction.atomic
def add_break(*, organization: Organization, name: str, starts_on: date, ends_on: date, press: Press) -> SchoolBreak:
    """Days on which nobody of the organization, and of what hangs below it, is written to. Raises ValidationError."""
    made = SchoolBreak(organization=organization, name=name.strip(), starts_on=starts_on, ends_on=ends_on)
    made.full_clean()
    made.save(force_insert=True)
    new = {"name": made.name, "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    audit.record(press=press, verb="add break", what=made, organization=organization, new=new)
    return made


@transaction.atomic
def remove_break(*, school_break: SchoolBreak, press: Press) -> None:
    """Nothing that was sent changes by it."""
    old = {"name": school_break.name, "starts_on": school_break.starts_on.isoformat(), "ends_on": school_break.ends_on.isoformat()}
    audit.record(press=press, verb="remove break", what=school_break, organization=school_break.organization_id, old=old)
    school_break.delete()


def breaks_of(organization: Organization) -> Breaks:
    """Its own breaks and those of what it hangs under."""
    above = Q(organization=organization) | Q(organization__children=organization) | Q(organization__children__children=organization)
    return Breaks(Span(*days) for days in SchoolBreak.objects.filter(above).values_list("starts_on", "ends_on").distinct())


def advance_all(*, organization: Organization, on: date, press: Press) -> list[Cycle]:
    """Close the organization's cycles that are over on a day, and open those that the day is in. Gives those that were opened."""
    rhythms = ReviewRhythm.objects.running().filter(plan__organization=organization).select_related("plan")
    ended = {c.plan_id for c in Cycle.objects.open().filter(plan__organization=organization, ends_on__lt=on)}
    there = set(Cycle.objects.containing(on).filter(plan__organization=organization).values_list("plan", flat=True))
    opened = []
    for rhythm in rhythms:
        if rhythm.pk in ended or rhythm.pk not in there:
            ended.discard(rhythm.pk)
            with transaction.atomic():
                plan = Plan.objects.select_for_update().select_related("organization").get(pk=rhythm.pk)
                opened += advance(plan=plan, rhythm=rhythm, on=on, press=press)
    for plan in Plan.objects.filter(pk__in=ended).select_related("organization"):  # their rhythm was switched off meanwhile
        with transaction.atomic():
            Plan.objects.select_for_update().get(pk=plan.pk)
            close_ended(plan=plan, on=on, press=press)
    return opened


def advance(*, plan: Plan, rhythm: ReviewRhythm, on: date, press: Press, catch_up: bool = True) -> list[Cycle]:
    """Close what is over and open the cycle that a day is in; with `catch_up` also those in between that nobody opened. The plan is locked."""
    close_ended(plan=plan, on=on, press=press)
    last = Cycle.objects.filter(plan=plan).last()
    opened = []
    for span in _missing(rhythm, last.ends_on + ONE_DAY if last else None, on, catch_up=catch_up):
        cycle = Cycle.objects.create(plan=plan, starts_on=span.starts_on, ends_on=span.ends_on, opened_on=on)
        new = {"plan": plan.pk, "starts_on": span.starts_on.isoformat(), "ends_on": span.ends_on.isoformat()}
        audit.record(press=press, verb="open cycle", what=cycle, organization=plan.organization_id, new=new)
        opened.append(cycle)
    if opened:
        raise_generation(plan)
        close_ended(plan=plan, on=on, press=press)
    return [cycle for cycle in opened if on <= cycle.ends_on]


def _missing(rhythm: ReviewRhythm, after: date | None, on: date, *, catch_up: bool) -> Iterator[Span]:
    """Spans of the rhythm up to a day that nobody opened yet; `after` is the first day that no cycle has, None where there are none at all."""
    if after is None or not catch_up:
        span = rhythm.rhythm.cycle_of(on)
        if span and (after is None or after <= on):
            yield Span(max(span.starts_on, after or span.starts_on), span.ends_on)
        return
    day = max(after, rhythm.begins_on)
    while day <= on and (span := rhythm.rhythm.cycle_of(day)):
        yield Span(day, span.ends_on)
        day = span.ends_on + ONE_DAY


def close_ended(*, plan: Plan, on: date, press: Press) -> None:
    """Close the plan's cycles that are over on a day, with what was confirmed in them. The plan is locked."""
    for cycle in Cycle.objects.open().filter(plan=plan, ends_on__lt=on):
        summary = freshness_of(plan, cycle)
        Cycle.objects.filter(pk=cycle.pk).update(closed_at=Clock(), summary=summary)
        raise_generation(plan)
        new = {"total": summary["total"], "confirmed": summary["confirmed"]}
        audit.record(press=press, verb="close cycle", what=cycle, organization=plan.organization_id, new=new)


def freshness_of(plan: Plan, cycle: Cycle) -> dict[str, Any]:
    """How many steps were confirmed in a cycle until its last day (or today): of the plan, each goal area, each department and each person.

    Persons are there by their key alone. A step counts for whoever leads it, or what it hangs under, on that day; `nobody` are the others.
    """
    picture = read_plan_picture(plan.organization.slug, plan.slug, as_of=cycle.ends_on)
    assert picture is not None
    leads = {lead.node_id: lead for lead in Lead.objects.filter(node__plan=plan).on(picture.as_of)}
    names = dict(Department.objects.filter(organization=plan.organization_id).values_list("pk", "name"))
    counts: dict[tuple[str, int], list[int]] = {}

    def count(home, lead: Lead | None, area: int) -> None:
        own = leads.get(home.node)
        lead = own if own and (own.person_id or own.department_id or own.words) else lead
        if hasattr(home, "as_of"):
            is_confirmed = home.as_of is not None and cycle.starts_on <= home.as_of <= cycle.ends_on
            whose = ("person", lead.person_id) if lead and lead.person_id else ("department", (lead and lead.department_id) or 0)
            for key in (("plan", 0), ("area", area), whose):
                found = counts.setdefault(key, [0, 0])
                found[0] += 1
                found[1] += is_confirmed
        for below in ("objectives", "strategies", "steps"):
            for part in getattr(home, below, ()):
                count(part, lead, area)

    for area in picture.areas:
        count(area, None, area.node)

    def numbers(key: tuple[str, int]) -> dict[str, int]:
        total, confirmed = counts.get(key, (0, 0))
        return {"total": total, "confirmed": confirmed}

    return {
        **numbers(("plan", 0)),
        "goal_areas": [
            {"node": area.node, "code": area.code, "title": area.title, **numbers(("area", area.node))} for area in picture.areas
        ],
        "departments": [
            {"id": key, "name": names.get(key, ""), **numbers((kind, key))} for kind, key in sorted(counts) if kind == "department" and key
        ],
        "people": [{"id": key, **numbers((kind, key))} for kind, key in sorted(counts) if kind == "person"],
        "nobody": numbers(("department", 0)),
    }
