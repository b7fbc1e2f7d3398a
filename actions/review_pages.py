"""What the pages and the minutes of a review show, read from the database. The same few statements for any number of items."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Person
from actions.desk_rows import short
from actions.models import Review, ReviewItem, ReviewParticipant, ReviewTask
from actions.picture import SEGMENTS
from actions.pictures import read_plan_picture
from actions.reviewing.agenda import everything
from actions.reviewing.words import agenda_sentence, decided_sentence, facts_words, people_in, reason_words, reworded
from actions.wording import Piece, sides
from goals.models import Plan

ORDER = [section for section, _ in ReviewItem.SECTIONS]
TITLES = dict(ReviewItem.SECTIONS)
SAYS = {
    ReviewItem.STRATEGY: "Say of each whether it works, and whether it stays, changes or stops.",
    ReviewItem.ROLE: "Confirm one by one who leads: keep, or change. Who it is to be is a task, or is said at once under “Who leads”.",
    ReviewItem.WORDING: "Every due day that is still to be kept, and every wording that changed, old beside new.",
}
DECIDED = dict(ReviewItem.DECISIONS)
EFFECTS = dict(ReviewItem.EFFECTS)


@dataclass(slots=True)
class Row:
    """One item."""

    item: ReviewItem
    name: str
    href: str
    """The part's staff page."""
    facts: list[str]
    reasons: list[str]
    tasks: list[ReviewTask] = field(default_factory=list)

    @property
    def decision(self) -> str:
        return DECIDED.get(self.item.decision, "")

    @property
    def effect(self) -> str:
        return EFFECTS.get(self.item.effect, "")

    @property
    def wording(self) -> tuple[list[Piece], list[Piece]] | None:
        """Old and new with the words that differ. None: it is as it was."""
        words = reworded(self.item.facts)
        return sides(*words) if words else None

    @property
    def lead_href(self) -> str:
        """Path behind the plan's own where it is said who leads the part."""
        return f"lead/{SEGMENTS[self.item.facts['kind']]}/{self.item.facts['address']}/"


@dataclass(slots=True)
class Section:
    key: str
    title: str
    says: str
    rows: list[Row]
    decided: str


@dataclass(slots=True)
class Page:
    review: Review
    sections: list[Section]
    participants: list[ReviewParticipant]
    tasks: list[ReviewTask]
    """All, those of items too."""
    agenda: str

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]

    @property
    def undecided(self) -> int:
        return sum(not row.item.decision for row in self.rows)

    def after(self, row: Row) -> Row | None:
        """The next item that nobody decided, after one; past the end from the beginning again."""
        rows = self.rows
        place = rows.index(row)
        return next((one for one in [*rows[place + 1 :], *rows[:place]] if not one.item.decision), None)

    def find(self, item: int) -> Row | None:
        return next((row for row in self.rows if row.item.pk == item), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One review in the list."""

    review: Review
    people: int
    decided: int
    to_do: int


def line_of(review: Review) -> Line:
    """Participants, items and tasks are prefetched."""
    return Line(
        review,
        sum(one.count for one in review.participants.all()),
        sum(bool(item.decision) for item in review.items.all()),
        sum(task.done_on is None for task in review.tasks.all()),
    )


def review_page(review: Review) -> Page:
    plan: Plan = review.plan
    items = sorted(review.items.all(), key=lambda item: (ORDER.index(item.section), item.position))
    tasks = list(review.tasks.select_related("person", "department", "done_by", "item"))
    keys = people_in(item.facts for item in items)
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=keys)} if keys else {}
    base = f"/manage/{plan.organization.slug}/{plan.slug}/"
    rows = [_row(item, base, names, [task for task in tasks if task.item_id == item.pk]) for item in items]
    sections = []
    for key in ORDER:
        mine = [row for row in rows if row.item.section == key]
        if mine or key == ReviewItem.AGENDA:
            decided = decided_sentence([row.item.decision for row in mine], is_held=review.is_held)
            sections.append(Section(key, TITLES[key], SAYS.get(key, ""), mine, decided))
    agenda = agenda_sentence(
        [row.item.reasons for row in rows if row.item.section == ReviewItem.AGENDA], plan.word("action_step").lower(), review.since
    )
    return Page(review, sections, list(review.participants.select_related("person")), tasks, agenda)


def parts_of(plan: Plan) -> list[tuple[int, str]]:
    """(node, what it is called) of all parts of a plan as it is now, in the document's order."""
    picture = read_plan_picture(plan.organization.slug, plan.slug)
    found = everything(picture) if picture else ()
    return [(part.node, f"{plan.word(kind)} {part.code} {short(part.title, 80)}".replace("  ", " ")) for kind, part in found]


def _row(item: ReviewItem, base: str, names: dict[int, str], tasks: Sequence[ReviewTask]) -> Row:
    facts: dict[str, Any] = item.facts
    name = f"{facts.get('code', '')} {facts.get('title', '')}".strip()
    href = (
        f"{base}steps/{facts['address']}/"
        if facts["kind"] == "action_step"
        else f"{base}parts/{SEGMENTS[facts['kind']]}/{facts['address']}/"
    )
    return Row(item, name, href, facts_words(item.section, facts, names), reason_words(item.reasons), list(tasks))
