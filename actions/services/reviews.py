"""The doors for reviews: opened with an agenda out of the data, written down, held. What was held never changes, but for whether its tasks are done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.audit import Press
from accounts.models import Person
from actions.models import ActionStep, Cycle, Review, ReviewItem, ReviewParticipant, ReviewRhythm
from actions.reminding.ladder import LATE, review_dates
from actions.services.asks import change_due
from actions.services.cycles import note_review
from actions.services.reminders import was_held
from actions.services.review_agenda import entries_of, fill, since_of
from goals.models import Plan
from goals.services import raise_generation, rows_of
from goals.wording_services import reword
from planner.lib.dates import us_date
from planner.lib.db import Clock

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


def record(review: Review, press: Press, verb: str, *, old: dict | None = None, new: dict | None = None) -> None:
    """The entry of a change: a review is one object with all that belongs to it."""
    audit.record(press=press, verb=verb, what=review, organization=review.plan.organization_id, old=old, new=new)


def locked(review: Review) -> Review:
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
    fill(review)
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


@transaction.atomic
def refresh_agenda(*, review: Review, press: Press) -> Review:
    """Look at the data anew. What somebody said stays; what nobody said anything of goes where the data say so."""
    review = locked(review)
    before = review.items.count()
    if fill(review):
        record(review, press, "refresh review", old={"items": before}, new={"items": review.items.count()})
    return review


@dataclass(frozen=True, slots=True)
class Took:
    """Somebody who took part, or so many of a role."""

    role: str
    count: int = 1
    person: Person | None = None


@transaction.atomic
def write_review(*, review: Review, press: Press, on: date, summary: str, note: str, participants: Sequence[Took]) -> Review:
    """Its day, what came of it as a whole, and who took part. Raises ValidationError."""
    review = locked(review)
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
    locked(item.review)
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
    record(item.review, press, "decide in review", old=before, new={"item": item.pk} | changed)
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
    review = locked(review)
    for n, entry in enumerate(entries_of(review), 1):
        if entry.node == node:
            now = {"reasons": entry.reasons, "facts": entry.facts}
            ReviewItem.objects.update_or_create(
                review=review, section=entry.section, node_id=node, defaults=now, create_defaults=now | {"position": n}
            )


@transaction.atomic
def put_on(*, review: Review, node: int, press: Press) -> ReviewItem:
    """Look at a part of the plan under “due dates and wording” whatever the data say of it. Nothing happens where it stands there. Raises Frozen, ValidationError."""
    review = locked(review)
    if there := review.items.filter(section=ReviewItem.WORDING, node=node).first():
        return there
    for n, entry in enumerate(entries_of(review, also=[node]), 1):
        if (entry.section, entry.node) == (ReviewItem.WORDING, node):
            said = {"reasons": entry.reasons, "facts": entry.facts, "position": n}
            item = ReviewItem.objects.create(review=review, section=entry.section, node_id=node, **said)
            record(review, press, "put on review", new={"item": item.pk, "node": node})
            return item
    raise ValidationError("This part is not in the plan any more.")


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
    review = locked(review)
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
    review = locked(review)
    old = {"kind": review.kind, "on": review.on.isoformat(), "items": review.items.count()}
    audit.record(press=press, verb="discard review", what=review, organization=review.plan.organization_id, old=old)
    review.delete()
