"""What reading a document into a plan would change. Nothing is written here; `importing` writes what was weighed.

A document says what the plan is on its day D. Each thing (a node's wording, its place, its lead, its due day, a status) is judged by itself against
what the plan says on D, as known now. Where an edition of a later day E stands, what it left unsaid because nothing had changed is said again from E
on, so that a document that is older than what stands adds history and leaves the present alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from actions.matching import Known, fold, longest_rising, match, moved
from actions.models import StatusUpdate
from actions.picture import PlanPicture, StepPicture
from actions.pictures import read_plan_picture
from actions.reading.draft import Draft, DraftStatus, DraftStep, Issue
from actions.services.reworded import by_hand_of, judge_words, reworded_in
from actions.services.weighed import KIND, STAFF, Change, Part, Standing, Weighed, wording_of
from goals.models import ACTION_STEP, Edition, Place, Plan, PlanNode, Wording
from goals.scales import meaning_of
from planner.lib.dates import us_date

SPACE = 1 << 16
"""Distance of neighbors when places are given first, so that a later one fits between."""


def resolve_day(draft: Draft, asked: date | None, today: date) -> tuple[date, list[Issue]]:
    """The day that the document is true for: the one asked for wins, else its own, else today, which is said."""
    if asked or draft.as_of:
        return asked or draft.as_of, []  # type: ignore[return-value]
    said = (
        f"The document does not say which day it is true for; today, {us_date(today)}, was taken. Give another day if it is an older one."
    )
    return today, [Issue(None, "no-day", "warn", said)]


def weigh(draft: Draft, *, plan: Plan | None, today: date, as_of: date | None = None) -> Weighed:
    """Compare a document with a plan, or with nothing. Raises ValueError with a sentence for a day after today."""
    day, issues = resolve_day(draft, as_of, today)
    if day > today:
        raise ValueError(f"The document is for {us_date(day)}, which is after today, {us_date(today)}. Give today or an earlier day.")
    standing = _stand(plan, day) if plan else Standing()
    matching = match(_known(standing), draft)
    parts = list(_parts(draft, matching.node_of))
    _give_positions(parts, standing)
    statuses, new_statuses, more = _statuses(draft, plan)
    issues += more
    changes: list[Change] = []
    for part in parts:
        _judge(part, standing, day)
        issues += judge_words(part, standing, day, changes)
        if isinstance(part.item, DraftStep) and part.item.status:
            issues += _judge_status(part, part.item, standing, day, today, statuses, changes)
    gone, kept = _judge_gone(parts, standing)
    issues += [Issue(None, "removed-but-newer", "warn", change.new) for change in kept]
    changes += [*_changes(parts, gone, standing), *kept]
    return Weighed(draft, day, plan, parts, gone, changes, [*draft.issues, *issues], new_statuses, standing)


def _stand(plan: Plan, day: date) -> Standing:
    picture = read_plan_picture(plan.organization.slug, plan.slug, as_of=day)
    nodes = {node.pk: node for node in PlanNode.objects.filter(plan=plan)}
    next_edition = Edition.objects.filter(plan=plan, as_of__gt=day).order_by("as_of").values_list("as_of", flat=True).first()
    standing = Standing(picture=picture, shown=_shown(picture), nodes=nodes, next_edition=next_edition, is_newest=next_edition is None)
    wordings, places = (Wording.objects.filter(node__plan=plan), Place.objects.filter(node__plan=plan))
    standing.wording = {v.node_id: v for v in wordings.on(day)}
    standing.place = {v.node_id: v for v in places.on(day)}
    standing.later_wording = {v.node_id: v for v in wordings.first_after(day)}
    standing.later_place = {v.node_id: v for v in places.first_after(day)}
    standing.reworded = reworded_in(wordings.filter(as_of__lte=day))
    standing.updates = defaultdict(list)
    for update in StatusUpdate.objects.filter(step__plan=plan).select_related("status").order_by("as_of", "recorded_at", "pk"):
        standing.updates[update.step_id].append(update)
    standing.touched_after = {*standing.later_wording, *standing.later_place}
    standing.touched_after |= {pk for pk, v in standing.wording.items() if v.as_of == day and v.channel in STAFF}
    standing.touched_after |= {
        node for node, said in standing.updates.items() if any(u.as_of > day or (u.as_of == day and u.channel in STAFF) for u in said)
    }
    return standing


def _known(standing: Standing) -> list[Known]:
    """Every node that the plan ever had, as it is on the day or was first known after it."""
    found = []
    for pk, node in standing.nodes.items():
        wording = standing.wording.get(pk) or standing.later_wording.get(pk)
        place = standing.place.get(pk) or standing.later_place.get(pk)
        if wording is None or place is None:
            continue
        is_present = pk in standing.place and standing.place[pk].is_present
        by_hand = by_hand_of(pk, standing)
        former = tuple(fold(version.title) for version in by_hand[1]) if by_hand else ()
        said = (wording.code, wording.title, place.parent_id, place.position, is_present, wording.description)
        found.append(Known(pk, node.kind, *said, former))
    return found


def _parts(draft: Draft, node_of) -> Iterator[Part]:
    """Parents before children, in the document's order."""

    def below(item: Any, above: Part | None, index: int) -> Iterator[Part]:
        part = Part(KIND[type(item)], item, above, index, node_of(item))
        yield part
        for key in ("objectives", "strategies", "steps"):
            for place, child in enumerate(getattr(item, key, ()), 1):
                yield from below(child, part, place)

    for index, area in enumerate(draft.areas, 1):
        yield from below(area, None, index)


def _give_positions(parts: Sequence[Part], standing: Standing) -> None:
    """Siblings keep the places they have as far as their order allows; the others come between."""
    families: dict[tuple[int | None, str], list[Part]] = defaultdict(list)
    for part in parts:
        families[(id(part.above) if part.above else None, part.kind)].append(part)
    for family in families.values():
        above = family[0].above
        held: list[int | None] = []
        for part in family:
            place = standing.place.get(part.node or 0)
            if place is None or not place.is_present:
                place = standing.later_place.get(part.node or 0) or place
            held.append(place.position if place and place.parent_id == (above.node if above else None) else None)
        for part, position in zip(family, positions(held), strict=True):
            part.position = position


def positions(held: Sequence[int | None]) -> list[int]:
    """Rising places for siblings in order: those of the longest rising run of held ones stay, the rest fit between; all anew where no room is left.

    >>> positions([None, None])
    [65536, 131072]
    >>> positions([65536, None, 131072])
    [65536, 98304, 131072]
    """
    keep = longest_rising(held)
    found: list[int] = []
    index = 0
    while index < len(held):
        if index in keep:
            found.append(held[index])  # type: ignore[arg-type]
            index += 1
            continue
        end = index
        while end < len(held) and end not in keep:
            end += 1
        low = found[-1] if found else None
        high = held[end] if end < len(held) else None
        count = end - index
        if low is None and high is not None:
            low = high - SPACE * (count + 1)
        if high is None:
            found += [(low or 0) + SPACE * (n + 1) for n in range(count)]
        elif high - low > count:  # type: ignore[operator]
            found += [low + (high - low) * (n + 1) // (count + 1) for n in range(count)]  # type: ignore[operator]
        else:
            return [SPACE * (n + 1) for n in range(len(held))]
        index = end
    return found


def _judge(part: Part, standing: Standing, day: date) -> None:
    """Which things of a node the document says otherwise than the plan on its day."""
    if part.node is None:
        part.wording = part.place = True
        part.gone_on = standing.next_edition
        part.lead, part.due = (bool(part.item.lead), bool(getattr(part.item, "due", None)))
        return
    wording, place = standing.wording.get(part.node), standing.place.get(part.node)
    part.wording = wording is None or (wording.code, wording.title, wording.description) != wording_of(part, wording)
    above = part.above.node if part.above else None
    part.place = (
        place is None
        or not place.is_present
        or place.parent_id != above
        or place.position != part.position
        or bool(part.above and above is None)
    )
    shown = standing.shown.get(part.node)
    part.lead = bool(part.item.lead) and (shown is None or shown.lead != part.item.lead)
    due = getattr(part.item, "due", None)
    part.due = due is not None and (shown is None or getattr(shown, "due", None) != due)


def _shown(picture: PlanPicture | None) -> dict[int, Any]:
    found: dict[int, Any] = {}

    def take(home) -> None:
        found[home.node] = home
        for key in ("objectives", "strategies", "steps"):
            for below in getattr(home, key, ()):
                take(below)

    for area in picture.areas if picture else ():
        take(area)
    return found


def _statuses(draft: Draft, plan: Plan | None) -> tuple[dict[str, str], list[DraftStatus], list[Issue]]:
    """(name as the document writes it -> the scale's name), statuses that the scale lacks, and what is to be said of them."""
    known = {_fold(s.name): s.name for s in plan.scale.statuses.all()} if plan else {}
    ladder = [s.rank for s in draft.statuses if s.rank is not None]
    lowest, highest = min(ladder, default=None), max(ladder, default=None)
    new: list[DraftStatus] = []
    issues = []
    used = dict.fromkeys(step.status for step in draft.all_steps() if step.status)
    told = {_fold(s.name): s for s in draft.statuses}
    for name in [*(s.name for s in draft.statuses), *used]:
        if _fold(name) in known:
            continue
        said = told.get(_fold(name)) or DraftStatus(name)
        new.append(DraftStatus(said.name, said.rank, said.meaning or meaning_of(said.name, said.rank, lowest, highest)))
        known[_fold(name)] = said.name
        if plan and name in used:
            issues.append(
                Issue(None, "new-status", "warn", f"The status “{name}” is not in this plan's scale yet; it would be added to it.")
            )
    return known, new, issues


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def counting(updates: Iterable[StatusUpdate], day: date) -> StatusUpdate | None:
    """Of a step's updates, in order of (as of, recorded at, number), the one that counts on a day. The twin of `planner.triggers.newest`."""
    said = list(updates)
    corrected_by = {u.corrects_id: u for u in said if u.corrects_id}

    def counts(update: StatusUpdate) -> bool:
        correction = corrected_by.get(update.pk)
        if update.status_id is None or correction is None:
            return update.status_id is not None
        again = corrected_by.get(correction.pk)
        return correction.status_id is not None and again is not None and again.status_id is None

    return next((u for u in reversed(said) if u.as_of <= day and counts(u)), None)


def _judge_status(
    part: Part, item: DraftStep, standing: Standing, day: date, today: date, names: dict[str, str], changes: list[Change]
) -> list[Issue]:
    """Whether the document's status is news. A person's word of the same day is kept, and said to be in conflict."""
    name, own_day = names[_fold(item.status or "")], item.as_of or day
    if own_day > today:
        return [
            Issue(
                item.line,
                "status-after-today",
                "warn",
                f"The status of {item.code or 'a step'} is for {us_date(own_day)}, after today; it was left out.",
            )
        ]
    before = counting(standing.updates.get(part.node or 0, ()), own_day)
    if before is not None and before.status and before.as_of == own_day:
        if before.status.name == name:
            return []
        if before.channel in STAFF:
            said = f"{item.code or 'A step'}: the document says “{name}”, but on {us_date(own_day)} staff said “{before.status.name}”. What staff said is kept."
            changes.append(Change("conflict", item.code, before.status.name, name, part.node, item.line))
            return [Issue(item.line, "status-conflict", "warn", said)]
    part.status, part.status_on = name, own_day
    return []


def _judge_gone(parts: Sequence[Part], standing: Standing) -> tuple[list[int], list[Change]]:
    """Nodes that the plan has on the day and the document has not. One that was touched later is kept, with all that it hangs under, and is a conflict."""
    matched = {part.node for part in parts if part.node}
    missing = [pk for pk, place in standing.place.items() if place.is_present and pk not in matched]
    keep: set[int] = set()
    conflicts = []
    for pk in missing:
        if pk not in standing.touched_after:
            continue
        wording = standing.wording[pk]
        if standing.nodes[pk].kind == ACTION_STEP:
            said = f"{wording.code or wording.title[:60]} is not in the document, but something was said of it on that day or later. It is kept; remove it by hand if it is gone."
            conflicts.append(Change("conflict", wording.code, old=wording.title, new=said, node=pk))
        above: int | None = pk
        while above is not None and above not in keep:
            keep.add(above)
            above = standing.place[above].parent_id if above in standing.place else None
    return [pk for pk in missing if pk not in keep], conflicts


def _changes(parts: Sequence[Part], gone: Sequence[int], standing: Standing) -> list[Change]:
    """Of action steps: what is added, changed (wording or status), moved (parent, code or order) and removed."""
    shown = {step.node: step for step in standing.picture.all_steps()} if standing.picture else {}
    steps = [part for part in parts if part.kind == ACTION_STEP]
    found = []
    for part in steps:
        step: StepPicture | None = shown.get(part.node or 0)
        if step is None:
            found.append(Change("added", part.item.code, new=part.item.title, node=part.node, line=part.item.line))
            continue
        _, title, description = wording_of(part, standing.wording.get(part.node or 0))
        if (title, description) != (step.title, step.description):
            found.append(Change("changed", part.item.code, step.title, title, part.node, part.item.line))
        elif part.status and (step.as_of is None or part.status_on >= step.as_of) and part.status != (step.status and step.status.name):  # type: ignore[operator]
            found.append(
                Change("changed", part.item.code, step.status.name if step.status else "no status", part.status, part.node, part.item.line)
            )
    before = [(pk, standing.place[pk].parent_id, step.code) for pk, step in shown.items()]
    after = [(part.node, part.above.node if part.above else None, part.item.code) for part in steps if part.node in shown]
    for pk in moved(before, after):
        found.append(Change("moved", shown[pk].code, new=next((p.item.code for p in steps if p.node == pk), ""), node=pk))
    for pk in gone:
        if standing.nodes[pk].kind == ACTION_STEP:
            found.append(Change("removed", standing.wording[pk].code, old=standing.wording[pk].title, node=pk))
    return found
