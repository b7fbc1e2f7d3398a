"""What visitors see of a plan's reviews: days, roles, decisions; how much was confirmed in each cycle; and the dates of a plan. Nothing that was found,
noted or said by anybody, and no person's name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.calendars import by_month, plan_events
from actions.models import Cycle, Review, ReviewItem, ReviewParticipant, ReviewRhythm
from actions.picture import SEGMENTS, PlanPicture
from actions.reviewing.agenda import everything
from actions.reviewing.freshness import Measured, finding
from actions.reviewing.words import moved_due, reworded
from actions.wording import Piece, sides
from dashboards import pages, words
from dashboards.pages import notices, shell_of

DECISIONS = dict(ReviewItem.DECISIONS)
EFFECTS = dict(ReviewItem.EFFECTS)
VERBS = {"keep": ("stays as it is", "stay as they are"), "change": ("is changed", "are changed"), "stop": ("is stopped", "are stopped")}


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a plan's reviews visitors may see at all."""

    reviews: bool
    freshness: bool

    def __bool__(self) -> bool:
        return self.reviews or self.freshness


def shown_of(plan: int) -> Shown:
    rhythm = ReviewRhythm.objects.filter(pk=plan).values_list("reviews_are_public", "freshness_is_public").first()
    return Shown(*rhythm) if rhythm else Shown(False, False)


@dataclass(frozen=True, slots=True)
class Line:
    """One review in the list."""

    href: str
    day: date
    kind: str
    took_part: str
    decided: str


@dataclass(frozen=True, slots=True)
class Decision:
    what: str
    """keep, change or stop."""
    label: str
    name: str
    href: str
    """Empty where the part is no longer in the plan."""
    text: str
    effect: str = ""
    due: str = ""
    """Its due date, old and new, where it moved."""
    wording: tuple[list[Piece], list[Piece]] | None = None
    """Old and new, where it changed."""


def took_part(participants: Sequence[ReviewParticipant]) -> str:
    """ "Board of Education (5), advisory council (12)." Those of one role together."""
    counts: dict[str, int] = {}
    for one in participants:
        counts[one.role] = counts.get(one.role, 0) + one.count
    return ", ".join(f"{role} ({count})" for role, count in counts.items())


def decided_words(decisions: Sequence[str]) -> str:
    """ "Of 3 parts that were decided on, 2 stay as they are and 1 is changed." """
    counts = {what: decisions.count(what) for what in DECISIONS}
    said = [f"{count} {VERBS[what][count > 1]}" for what, count in counts.items() if count]
    if not said:
        return "Nothing was decided of single parts of the plan."
    total = len(decisions)
    if len(said) == 1 and total > 1:
        return f"All {total} parts that were decided on {VERBS[decisions[0]][1]}."
    return (
        f"Of {total} parts that were decided on, {words.joined(said)}."
        if total > 1
        else f"One part was decided on: it {VERBS[decisions[0]][0]}."
    )


PUBLIC_SECTIONS = (ReviewItem.AGENDA, ReviewItem.STRATEGY, ReviewItem.WORDING)
"""What is said of roles may name persons: of those the number alone is public."""


def list_page(picture: PlanPicture, shown: Shown) -> dict[str, Any]:
    base = pages.base_of(picture)
    rows = Review.objects.held().filter(plan=picture.id).prefetch_related("participants", "items") if shown.reviews else []
    lines = [
        Line(
            f"{base}reviews/{row.address}/",
            row.on,
            row.get_kind_display(),
            took_part(list(row.participants.all())),
            decided_words([item.decision for item in row.items.all() if item.section in PUBLIC_SECTIONS and item.decision]),
        )
        for row in rows
    ]
    cycles = []
    if shown.freshness:
        closed = Cycle.objects.filter(plan=picture.id).exclude(closed_at=None).order_by("starts_on")
        cycles = [Measured(row.starts_on, row.ends_on, False, row.summary or {}) for row in closed]
    page = {
        "plan_title": picture.title,
        "crumbs": [("Plans", f"/{picture.district}/"), (picture.title, base), ("Reviews", "")],
        "notices": notices(picture),
        "with_reviews": shown.reviews,
        "with_freshness": shown.freshness,
        "lines": lines,
        "finding": finding(cycles, words.step(picture)) if shown.freshness else "",
        "cycles": cycles[::-1],
    }
    return {"page": page, "shell": shell_of(picture, "reviews")}


def review_page(picture: PlanPicture, review: Review) -> dict[str, Any]:
    base = pages.base_of(picture)
    present = {part.node for part in _parts(picture)}
    items = list(review.items.order_by("section", "position"))
    decisions = [_decision(item, base, present) for item in items if item.decision and item.section in PUBLIC_SECTIONS]
    page = {
        "plan_title": picture.title,
        "crumbs": [("Plans", f"/{picture.district}/"), (picture.title, base), ("Reviews", f"{base}reviews/"), (words.day(review.on), "")],
        "notices": notices(picture),
        "kind": review.get_kind_display(),
        "day": words.day(review.on),
        "iso": review.on.isoformat(),
        "took_part": [(role, count) for role, count in _roles(review)],
        "summary": review.summary,
        "decided": decided_words([one.what for one in decisions]),
        "decisions": decisions,
        "roles": roles_words([item.decision for item in items if item.section == ReviewItem.ROLE]),
    }
    return {"page": page, "shell": shell_of(picture, "reviews")}


def _roles(review: Review) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in review.participants.all():
        counts[one.role] = counts.get(one.role, 0) + one.count
    return list(counts.items())


def _parts(picture: PlanPicture) -> Iterator[Any]:
    return (part for _, part in everything(picture))


def _decision(item: ReviewItem, base: str, present: set[int]) -> Decision:
    facts = item.facts
    name = f"{facts.get('code', '')} {facts.get('title', '')}".strip()
    href = f"{base}{SEGMENTS[facts['kind']]}/{facts['address']}/" if item.node_id in present else ""
    words = reworded(facts)
    return Decision(
        item.decision,
        DECISIONS[item.decision],
        name,
        href,
        item.decided,
        EFFECTS.get(item.effect, ""),
        moved_due(facts),
        sides(*words) if words else None,
    )


def roles_words(decisions: Sequence[str]) -> str:
    """ "12 of 14 roles were confirmed, 2 change." Empty where none was looked at."""
    total, kept = len(decisions), sum(decision == "keep" for decision in decisions)
    changed = sum(decision in ("change", "stop") for decision in decisions)
    if not kept and not changed:
        return ""
    said = f"{kept} of {total} {'role' if total == 1 else 'roles'} {'was' if kept == 1 else 'were'} confirmed"
    return f"{said}, {changed} {'changes' if changed == 1 else 'change'}." if changed else f"{said}."


def dates_page(picture: PlanPicture, shown: Shown) -> dict[str, Any]:
    base = pages.base_of(picture)
    events = plan_events(picture, with_reviews=shown.reviews)
    ahead = [event for event in events if not event.is_past]
    page = {
        "plan_title": picture.title,
        "crumbs": [("Plans", f"/{picture.district}/"), (picture.title, base), ("Dates", "")],
        "notices": notices(picture),
        "months": by_month(ahead),
        "past": [event for event in events if event.is_past],
        "calendar": f"{base}calendar.ics",
        "reviews": f"{base}reviews/" if shown else "",
        "is_live": picture.visibility == "live",
    }
    return {"page": page, "shell": shell_of(picture, "dates")}
