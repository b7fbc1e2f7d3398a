"""What a progress report would say if it were published now: looked at before the press that cannot be taken back."""

from dataclasses import dataclass
from datetime import date

from actions import charts, words
from actions.difference import compare
from actions.models import ProgressReport
from actions.picture import PlanPicture
from actions.services.publishing import content_of, picture_to_report, report_before
from actions.stored_reports import picture_of
from actions.writing.as_json import report_tree
from goals.models import Plan


@dataclass(frozen=True, slots=True)
class Preview:
    picture: PlanPicture
    seen: str
    """Fingerprint of what it says, given back with the press."""
    standing: ProgressReport | None
    """The report of the same day that stands."""
    says_the_same: bool
    before: ProgressReport | None
    """The last report of an earlier day."""
    headline: str
    behind: str
    parts: list[charts.Part]
    bar: charts.Bar
    fresh: str
    silent: int
    changed: str
    """What moved since the report before, in one sentence."""

    @property
    def day(self) -> str:
        return words.day(self.picture.as_of)

    @property
    def since(self) -> str:
        return words.day(self.before.through) if self.before else ""

    @property
    def counted(self) -> str:
        return words.counted(sum(part.count for part in self.parts), self.picture)


def preview(plan: Plan, through: date) -> Preview:
    """Raises ValidationError with a sentence where there is nothing to report on that day."""
    picture = picture_to_report(plan, through)
    mark = report_before(picture)
    tree = report_tree(picture, published_on=None, known_at=None, previous=mark)
    reports = ProgressReport.objects.filter(plan=plan)
    standing = reports.standing().filter(through=through).order_by("pk").last()
    before = reports.get(address=mark.address) if mark else None
    steps = list(picture.all_steps())
    parts = charts.tally_parts(steps, picture.statuses)
    fresh, rest, silent = words.freshness(steps, picture)
    return Preview(
        picture=picture,
        seen=content_of(tree),
        standing=standing,
        says_the_same=standing is not None and standing.says_the_same(tree),
        before=before,
        headline=words.headline(steps, picture),
        behind=_behind(picture),
        parts=parts,
        bar=charts.bar(parts, subject=f"All {words.counted(len(steps), picture)}", large=True),
        fresh=f"{fresh} {rest}".strip(),
        silent=silent,
        changed=_changed(before, picture) if before else "",
    )


def _behind(picture: PlanPicture) -> str:
    """ "Furthest behind is goal 4, Network and operations: 11 of its 20 action steps have not started." """
    if len(picture.areas) < 2:
        return ""
    behind = words.furthest_behind(picture)
    if not behind.areas:
        return behind.sentence
    word = picture.levels["goal_area"].lower()
    names = words.joined([f"{word} {area.code}, {area.title}" if area.code else area.title for area in behind.areas])
    return f"Furthest behind {'is' if len(behind.areas) == 1 else 'are'} {names}{behind.rest}"


def _changed(before: ProgressReport, picture: PlanPicture) -> str:
    """From what that report says, not from what is known of its day now."""
    then = picture_of(before.tree, district_name=picture.district_name, accent=picture.accent, is_sample=picture.is_sample)
    said = "".join(piece.words for piece in words.difference(compare(then, picture), picture, ""))
    return f"{said[:1].upper()}{said[1:]}"
