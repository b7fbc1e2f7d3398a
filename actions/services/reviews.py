"""The doors for reviews: opened with an agenda out of the data, written down, held. What was held never changes, but for whether its tasks are done."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Min

from accounts import audit
from accounts.audit import Press
from accounts.models import Department, Organization, Person
from actions.models import ActionStep, Cycle, Review, ReviewItem, ReviewParticipant, ReviewRhythm, ReviewTask
from actions.movements import blocked_steps, last_moves
from actions.pictures import read_plan_picture
from actions.reminding.ladder import LATE, review_dates
from actions.reviewing import agenda
from actions.reviewing.agenda import Entry, Known, Leading
from actions.services.asks import change_due
from actions.services.cycles import note_review
from actions.services.reminders import was_held
from goals.models import DueDate, Lead, Plan, Wording
from goals.services import raise_generation, rows_of
from goals.wording_services import reword
from planner.lib.dates import us_date
from planner.lib.db import Clock

A_YEAR = 365
MOST_ROLES = 40


class Frozen(ValidationError):
    """The review was held meanwhile."""

    def __init__(self) -> None:
        super().__init__("This review is over, so nothing of it can be changed any more. Open another one for what came after it.")


class MovedOn(Exception):
    """Somebody else wrote of the same item since the form was opened. `item` is as it stands."""

    def __init__(self, item: ReviewItem):
        self.item = item
        super().__init__("Somebody else wrote here meanwhile.")


def _record(review: Review, press: Press, verb: str, *, old: dict | None = None, new: dict | None = None) -> None:
    """The entry of a change: a review is one object with all that belongs to it."""
    audit.record(press=press, verb=verb, what=review, organization=review.plan.organization_id, old=old, new=new)


def _locked(review: Review) -> Review:
    """Raises Frozen where it was held."""
    found = Review.objects.select_for_update(of=("self",)).select_related("plan__organization").get(pk=review.pk)
    if found.is_held:
        raise Frozen
    return found


@transaction.atomic
def open_review(*, plan: Plan, kind: str, press: Press, on: date | None = None) -> Review:
    """Begin a review of a plan with an agenda. One of a kind is open at a time: where there is one, it is given back as it is."""
    plan = Plan.objects.select_for_update().select_related("organization").get(pk=plan.pk)
    if there := Review.objects.open().filter(plan=plan, kind=kind).first():
        return there
    today = plan.organization.today()
    cycle = Cycle.objects.containing(today).filter(plan=plan).last()
    review = Review(plan=plan, kind=kind, cycle=cycle, on=on or today, opened_by=press.by)
    review.since = since_of(review, cycle, today)
    review.on = max(review.on, review.since)
    review.save(force_insert=True)
    _fill(review)
    new = {"kind": kind, "on": review.on.isoformat(), "since": review.since.isoformat()}
    audit.record(press=press, verb="open review", what=review, organization=plan.organization_id, new=new)
    return review


def announced_day(plan: Plan) -> date | None:
    """The day of the yearly review that people were told of and that was not held yet. None: there is none at present."""
    rhythm = ReviewRhythm.objects.filter(pk=plan.pk, is_on=True).first()
    if rhythm is None or rhythm.review_on is None:
        return None
    today = plan.organization.today()
    for day in review_dates(rhythm.review_on, today):
        is_near = -LATE - rhythm.review_after_days <= (day - today).days <= rhythm.review_before_days
        if is_near and not was_held(rhythm, day):
            return day
    return None


def since_of(review: Review, cycle: Cycle | None, today: date) -> date:
    """The first day that an agenda looks at: the day of the last review of its kind, else the start of the cycle, else so long as the kind says; never
    before the plan was there, so that not all of a plan is new in its first review."""
    last = Review.objects.held().filter(plan=review.plan, kind=review.kind, on__lte=today).order_by("-on", "-pk").first()
    if last:
        return last.on
    if review.kind == Review.YEARLY:
        since = today - timedelta(days=A_YEAR)
    else:
        since = cycle.starts_on if cycle else today - timedelta(days=review.plan.review_interval_days - 1)
    came = Wording.objects.filter(node__plan=review.plan).aggregate(day=Min("as_of"))["day"]
    return max(since, min(came + timedelta(days=1), today)) if came else since


@transaction.atomic
def refresh_agenda(*, review: Review, press: Press) -> Review:
    """Look at the data anew. What somebody said stays; what nobody said anything of goes where the data say so."""
    review = _locked(review)
    before = review.items.count()
    if _fill(review):
        _record(review, press, "refresh review", old={"items": before}, new={"items": review.items.count()})
    return review


def _fill(review: Review) -> bool:
    """Whether anything is another than before."""
    entries = {(entry.section, entry.node): (n, entry) for n, entry in enumerate(entries_of(review), 1)}
    there = {(item.section, item.node_id): item for item in review.items.all()}
    kept = set(review.tasks.values_list("item", flat=True))
    gone = [item.pk for key, item in there.items() if key not in entries and not item.has_words and item.pk not in kept]
    review.items.filter(pk__in=gone).delete()
    changed = []
    for key, (n, entry) in entries.items():
        if (item := there.get(key)) and (item.position, item.reasons, item.facts) != (n, entry.reasons, entry.facts):
            item.position, item.reasons, item.facts = n, entry.reasons, entry.facts
            changed.append(item)
    ReviewItem.objects.bulk_update(changed, ["position", "reasons", "facts"], batch_size=200)
    new = [
        ReviewItem(review=review, section=entry.section, node_id=entry.node, position=n, reasons=entry.reasons, facts=entry.facts)
        for key, (n, entry) in entries.items()
        if key not in there
    ]
    ReviewItem.objects.bulk_create(new, batch_size=500)
    return bool(gone or changed or new)


def entries_of(review: Review, also: Collection[int] = ()) -> list[Entry]:
    """What the data have for a review: steps, and for a yearly one strategies, roles, due days and wording; and parts that were put on it."""
    plan = review.plan
    organization = plan.organization
    now = read_plan_picture(organization.slug, plan.slug)
    before = read_plan_picture(organization.slug, plan.slug, as_of=review.since - timedelta(days=1))
    assert now is not None
    assert before is not None
    still = still_since(plan, now.cycle_start)
    known = Known(last_moves([plan.pk]), blocked_steps([plan.pk]), still, first_dues(plan), first_wordings(plan))
    asked = {*also, *(item.node_id for item in review.items.all() if agenda.ASKED in item.reasons)} if review.pk else set(also)
    is_yearly = review.kind == Review.YEARLY
    found = agenda.agenda(before, now, known)
    if is_yearly:
        found += agenda.strategies(before, now, known)
        found += agenda.roles(now, leads_on(plan, now.as_of), leads_on(plan, before.as_of))
    elsewhere = _decided_elsewhere(review) - asked
    wordings = agenda.wordings(before, now, known, asked=asked, only_asked=not is_yearly)
    return found + [entry for entry in wordings if entry.node not in elsewhere]


def _decided_elsewhere(review: Review) -> set[int]:
    """Parts of which the agenda or a strategy's item says already what was decided, so that their new wording or day is not asked for once more."""
    items = list(review.items.all()) if review.pk else []
    decided = {item.node_id for item in items if item.section in (ReviewItem.AGENDA, ReviewItem.STRATEGY) and item.decision}
    return decided - {item.node_id for item in items if item.section == ReviewItem.WORDING}


def still_since(plan: Plan, cycle_start: date) -> date:
    """First day of the cycle before the present one; without cycles the review interval counts back from its start."""
    before = Cycle.objects.filter(plan=plan, ends_on__lt=cycle_start).order_by("-starts_on").first()
    return before.starts_on if before else cycle_start - timedelta(days=plan.review_interval_days)


def first_dues(plan: Plan) -> dict[int, date | None]:
    """Node whose due day was changed since it came into the plan -> the day that it came with; None: without one. Two statements."""
    first: dict[int, tuple[date, date | None]] = {}
    for node, as_of, due in DueDate.objects.filter(node__plan=plan).values_list("node", "as_of", "due"):
        first.setdefault(node, (as_of, due))
    came = dict(Wording.objects.filter(node__in=first).values_list("node").annotate(Min("as_of")).order_by())
    return {node: due if as_of <= came[node] else None for node, (as_of, due) in first.items() if node in came}


def first_wordings(plan: Plan) -> dict[int, tuple[str, str]]:
    """Node that was reworded since it came into the plan -> title and description that it came with. One statement."""
    wordings = Wording.objects.filter(node__plan=plan).order_by()
    several = wordings.values("node").annotate(count=Count("pk")).filter(count__gt=1).values("node")
    said = wordings.filter(node__in=several).order_by("as_of", "recorded_at", "pk").values_list("node", "title", "description")
    first: dict[int, tuple[str, str]] = {}
    for node, title, description in said:
        first.setdefault(node, (title, description))
    return first


def leads_on(plan: Plan, day: date) -> dict[int, Leading]:
    """Node -> who leads it by itself on a day."""
    rows = Lead.objects.filter(node__plan=plan).on(day).select_related("department")
    found = {row.node_id: Leading(row.person_id, row.department.name if row.department else "", row.words) for row in rows}
    return {node: lead for node, lead in found.items() if lead}


@dataclass(frozen=True, slots=True)
class Took:
    """Somebody who took part, or so many of a role."""

    role: str
    count: int = 1
    person: Person | None = None


@transaction.atomic
def write_review(*, review: Review, press: Press, on: date, summary: str, note: str, participants: Sequence[Took]) -> Review:
    """Its day, what came of it as a whole, and who took part. Raises ValidationError."""
    review = _locked(review)
    if on < review.since:
        raise ValidationError({"on": f"This review looks at what happened since {us_date(review.since)}. Choose that day or a later one."})
    if len(participants) > MOST_ROLES:
        raise ValidationError(
            f"These are {len(participants)} rows of people who took part; {MOST_ROLES} is the most. Put those of one role together."
        )
    old = {"on": review.on.isoformat(), "participants": review.participants.count()}
    review.on, review.summary, review.note = on, summary.strip(), note.strip()
    review.save(update_fields=["on", "summary", "note"])
    review.participants.all().delete()
    ReviewParticipant.objects.bulk_create(
        ReviewParticipant(review=review, role=" ".join(one.role.split()), count=1 if one.person else one.count, person=one.person)
        for one in participants
    )
    new = {"on": on.isoformat(), "participants": len(participants)}
    audit.record(press=press, verb="write review", what=review, organization=review.plan.organization_id, old=old, new=new)
    return review


@dataclass(frozen=True, slots=True)
class NewWords:
    """Another wording of a part. `seen` is the key of the version that the form showed."""

    title: str
    description: str
    seen: int | None = None


SAID = ("finding", "decision", "decided", "effect")


@transaction.atomic
def decide(*, item: ReviewItem, press: Press, expected_version: int | None = None, **said: str) -> ReviewItem:
    """What was found and decided of one item: any of SAID. Raises Frozen, MovedOn, ValidationError."""
    _locked(item.review)
    item = ReviewItem.objects.select_for_update(of=("self",)).select_related("review__plan__organization").get(pk=item.pk)
    said = {key: said[key].strip() for key in SAID if key in said}
    old = {key: getattr(item, key) for key in said}
    if old == said:
        return item
    if expected_version is not None and item.version != expected_version:
        raise MovedOn(item)
    if said.get("effect") and item.section != ReviewItem.STRATEGY:
        raise ValidationError({"effect": "Only a strategy works well or badly."})
    if said.get("decided") and not said.get("decision", item.decision):
        raise ValidationError({"decision": "Choose keep, change or stop for the decision that you wrote down."})
    for key, value in said.items():
        setattr(item, key, value)
    item.clean_fields(exclude=["node", "review", "reasons", "facts"])
    item.version = F("version") + 1
    item.save(update_fields=[*said, "version"])
    item.refresh_from_db()
    changed = {key: value for key, value in said.items() if old[key] != value}
    before = {"item": item.pk} | {key: old[key] for key in changed}
    _record(item.review, press, "decide in review", old=before, new={"item": item.pk} | changed)
    return item


def decide_and_change(*, item: ReviewItem, press: Press, due: date | None = None, words: NewWords | None = None, **said: Any) -> ReviewItem:
    """As `decide`, and another due day of the item's step or another wording of its part, from today on. All or nothing.

    Raises as `change_due` and `reword` too. The part is locked first and its plan, then the review: in the order in which a review is held.
    """
    if due is None and words is None:
        return decide(item=item, press=press, **said)
    decision = said.get("decision", item.decision)
    if words and decision != ReviewItem.CHANGE:
        raise ValidationError({"decision": "Choose change: another wording is that decision."})
    if not decision:
        raise ValidationError({"decision": "Choose keep, change or stop: another due date is part of a decision."})
    with transaction.atomic():
        row = rows_of([item.node_id])[item.node_id]
        if due and isinstance(row, ActionStep):
            change_due(step=row, press=press, due=due, sentence=said.get("decided", item.decided))
        if words:
            today = item.review.plan.organization.today()
            reword(row=row, press=press, as_of=today, title=words.title, description=words.description, seen=words.seen)
        item = decide(item=item, press=press, **said)
        look_again(review=item.review, node=item.node_id)
        item.refresh_from_db()
    return item


@transaction.atomic
def look_again(*, review: Review, node: int) -> None:
    """What the data say of one part now, old beside new: after somebody changed it out of the review. Raises Frozen."""
    review = _locked(review)
    for n, entry in enumerate(entries_of(review), 1):
        if entry.node == node:
            now = {"reasons": entry.reasons, "facts": entry.facts}
            ReviewItem.objects.update_or_create(
                review=review, section=entry.section, node_id=node, defaults=now, create_defaults=now | {"position": n}
            )


@transaction.atomic
def put_on(*, review: Review, node: int, press: Press) -> ReviewItem:
    """Look at a part of the plan under “due dates and wording” whatever the data say of it. Nothing happens where it stands there. Raises Frozen, ValidationError."""
    review = _locked(review)
    if there := review.items.filter(section=ReviewItem.WORDING, node=node).first():
        return there
    for n, entry in enumerate(entries_of(review, also=[node]), 1):
        if (entry.section, entry.node) == (ReviewItem.WORDING, node):
            said = {"reasons": entry.reasons, "facts": entry.facts, "position": n}
            item = ReviewItem.objects.create(review=review, section=entry.section, node_id=node, **said)
            _record(review, press, "put on review", new={"item": item.pk, "node": node})
            return item
    raise ValidationError("This part is not in the plan any more.")


# Tasks


@transaction.atomic
def add_task(
    *,
    review: Review,
    press: Press,
    text: str,
    due_on: date,
    person: Person | None = None,
    department: Department | None = None,
    item: ReviewItem | None = None,
) -> ReviewTask:
    """Something that a person or a department is to do until a day. The same press twice is one task. Raises Frozen, ValidationError."""
    review = _locked(review)
    if there := review.tasks.filter(press=press.id).first():
        return there
    text = " ".join(text.split())
    if not text:
        raise ValidationError({"text": "Say in a sentence what is to be done."})
    if (person is None) == (department is None):
        raise ValidationError({"person": "Choose a person or a department who is to do it, one of the two."})
    if due_on < review.on:
        raise ValidationError({"due_on": f"The review is on {us_date(review.on)}. Choose that day or a later one."})
    task = ReviewTask(review=review, item=item, text=text, person=person, department=department, due_on=due_on, press=press.id)
    task.full_clean(exclude=["item", "person", "department", "done_on", "done_by"])
    task.save(force_insert=True)
    new = {"task": task.pk, "text": text, "due_on": due_on.isoformat(), "person": task.person_id, "department": task.department_id}
    _record(review, press, "add task", new=new)
    return task


@transaction.atomic
def remove_task(*, task: ReviewTask, press: Press) -> None:
    """Take a task out again while its review is open. Raises Frozen."""
    review = _locked(task.review)
    _record(review, press, "remove task", old={"task": task.pk, "text": task.text, "due_on": task.due_on.isoformat()})
    task.delete()


@transaction.atomic
def finish_task(*, task: ReviewTask, press: Press, is_done: bool = True) -> ReviewTask:
    """Say that a task is done, today; or that it is not after all. Nothing happens where it is so already."""
    task = ReviewTask.objects.select_for_update(of=("self",)).select_related("review__plan__organization").get(pk=task.pk)
    if (task.done_on is not None) == is_done:
        return task
    organization = task.review.plan.organization
    old = {"task": task.pk, "done_on": task.done_on and task.done_on.isoformat()}
    task.done_on, task.done_by = (organization.today(), press.by) if is_done else (None, None)
    task.save(update_fields=["done_on", "done_by"])
    new = {"task": task.pk, "done_on": task.done_on and task.done_on.isoformat()}
    _record(task.review, press, "finish task" if is_done else "reopen task", old=old, new=new)
    return task


# The end


def missing_for(review: Review) -> list[str]:
    """Why a review cannot be held yet, in sentences; empty: it can."""
    found = []
    today = review.plan.organization.today()
    if review.on > today:
        found.append(f"Its day, {us_date(review.on)}, has not come yet.")
    if not review.participants.exists():
        found.append("Nobody is named who took part. A role and a number are enough.")
    return found


@transaction.atomic
def hold_review(*, review: Review, press: Press) -> Review:
    """Close a review for good. A yearly one is noted in the plan's rhythm, so that nobody is asked for it any more. Raises Frozen, ValidationError."""
    plan = Plan.objects.select_for_update().get(pk=review.plan_id)
    review = _locked(review)
    if short := missing_for(review):
        raise ValidationError(short)
    used = Review.objects.filter(plan=plan, on=review.on).exclude(address="").count()
    address = review.on.isoformat() + (f"~{used + 1}" if used else "")
    Review.objects.filter(pk=review.pk).update(held_at=Clock(), held_by=press.by, address=address)
    review.refresh_from_db()
    raise_generation(plan)
    audit.record(
        press=press,
        verb="hold review",
        what=review,
        organization=plan.organization_id,
        new={"on": review.on.isoformat(), "address": address},
    )
    rhythm = ReviewRhythm.objects.filter(pk=plan.pk).first()
    if rhythm and review.kind == Review.YEARLY and (rhythm.reviewed_on or date.min) < review.on:
        note_review(plan=plan, on=review.on, press=press)
    return review


@transaction.atomic
def discard_review(*, review: Review, press: Press) -> None:
    """Take an open review away, with all that was written in it. The audit keeps that it was there. Raises Frozen."""
    review = _locked(review)
    old = {"kind": review.kind, "on": review.on.isoformat(), "items": review.items.count()}
    audit.record(press=press, verb="discard review", what=review, organization=review.plan.organization_id, old=old)
    review.delete()


def open_tasks(organization: Organization) -> Iterable[ReviewTask]:
    """Tasks of an organization's reviews that nobody has done, the earliest first."""
    rows = ReviewTask.objects.filter(review__plan__organization=organization, done_on=None)
    return rows.select_related("person", "department", "review__plan").order_by("due_on", "pk")
