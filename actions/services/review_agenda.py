"""What the data have for a review: read anew, and put beside what people said of it already."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Min

from actions.models import Cycle, Review, ReviewItem
from actions.movements import blocked_steps, last_moves
from actions.pictures import read_plan_picture
from actions.reviewing import agenda
from actions.reviewing.agenda import Entry, Known, Leading
from goals.models import DueDate, Lead, Plan, Wording

A_YEAR = 365


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


def fill(review: Review) -> bool:
    """Write what the data have onto the agenda; what somebody said stays. Whether anything is another than before."""
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
