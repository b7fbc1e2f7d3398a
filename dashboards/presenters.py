"""A picture of a plan as the dashboard shows it: every sentence, address and number ready, so that templates decide nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from actions import charts
from actions.charts import tally_parts
from actions.difference import Difference
from actions.notices import area_name
from actions.picture import PlanPicture, ReportMark, StepPicture
from dashboards import filters, words
from dashboards.tree import Links
from dashboards.words import Piece


@dataclass(frozen=True, slots=True)
class Notice:
    kind: str
    title: str
    text: str = ""
    href: str = ""
    link: str = ""
    href2: str = ""
    link2: str = ""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    look: str
    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class ChartRow:
    day: str
    href: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    sub: str
    plot: charts.OverTime
    first: str
    last: str
    names: tuple[str, ...]
    rows: tuple[ChartRow, ...]
    csv: str


@dataclass(frozen=True, slots=True)
class Summary:
    headline: str
    behind: tuple[Piece, ...]
    bar: charts.Bar
    legend: tuple[LegendEntry, ...]
    fresh: str
    fresh_rest: str
    fresh_href: str
    fresh_link: str
    has_silent: bool
    chart: Chart | None = None


def legend_of(parts: Sequence[charts.Part]) -> tuple[LegendEntry, ...]:
    total = sum(part.count for part in parts)
    return tuple(LegendEntry(part.look, part.name, part.count, words.percent(part.count, total)) for part in parts)


def summary(picture: PlanPicture, links: Links) -> Summary:
    """The first screen of a plan: headline, what is furthest behind, bar and legend, freshness, change over time."""
    steps = list(picture.all_steps())
    parts = tally_parts(steps, picture.statuses)
    fresh, rest, silent = words.freshness(steps, picture)
    return Summary(
        headline=words.headline(steps, picture),
        behind=behind_words(picture, links),
        bar=charts.bar(parts, subject=f"All {len(steps)} {words.steps(picture, len(steps))}", large=True),
        legend=legend_of(parts),
        fresh=fresh,
        fresh_rest=rest,
        fresh_href=f"{links.base}{filters.Filters(freshness=filters.UNCONFIRMED).query(as_of=links.query.removeprefix('?as_of='))}#all-steps"
        if silent
        else "",
        fresh_link=f"Show the {silent}" if silent > 1 else "Show it",
        has_silent=bool(silent),
        chart=chart(picture, links),
    )


def branch_summary(steps: Sequence[StepPicture], picture: PlanPicture, subject: str) -> Summary:
    """The same of one goal area, objective or strategy, without what only a whole plan has."""
    parts = tally_parts(steps, picture.statuses)
    fresh, rest, silent = words.freshness(steps, picture)
    return Summary(
        words.headline(steps, picture),
        (),
        charts.bar(parts, subject=subject, large=True),
        legend_of(parts),
        fresh,
        rest,
        "",
        "",
        bool(silent),
    )


def behind_words(picture: PlanPicture, links: Links) -> tuple[Piece, ...]:
    """ "Furthest behind is goal 4, Network and operations: 11 of its 20 steps have not started." with its areas as links."""
    if len(picture.areas) < 2:
        return ()
    behind = words.furthest_behind(picture)
    if not behind.areas:
        return (Piece(behind.sentence),) if behind.sentence else ()
    pieces = [Piece("Furthest behind is " if len(behind.areas) == 1 else "Furthest behind are ")]
    for n, area in enumerate(behind.areas):
        if n:
            pieces.append(Piece(" and " if n == len(behind.areas) - 1 else ", "))
        pieces.append(Piece(area_name(area, picture), links.to("goal_area", area.address)))
    return (*pieces, Piece(behind.rest))


def standing(reports: Sequence[ReportMark], until: date) -> list[ReportMark]:
    """Reports that may be shown on a day: published for it or earlier, not withdrawn, of each day the last one."""
    by_day = {report.day: report for report in reports if not report.is_withdrawn and report.day <= until}
    return [by_day[day] for day in sorted(by_day)]


def chart(picture: PlanPicture, links: Links) -> Chart | None:
    """Counts at each published report. None where fewer than two were published."""
    reports = standing(picture.reports, picture.as_of)
    if len(reports) < 2:
        return None
    present = [(status.look, status.name) for status in picture.statuses]
    gone = sorted({name for report in reports for name in report.counts if name} - {name for _, name in present})
    statuses = present + [("stx", name) for name in gone]
    if any(report.counts.get("") for report in reports):
        statuses.append(("st0", ""))
    rows = [[report.counts.get(name, 0) for _, name in statuses] for report in reports]
    plot = charts.over_time([report.day for report in reports], rows, statuses)
    if plot is None:
        return None
    ladder = [status for status in picture.statuses if status.rank is not None and not status.is_retired]
    title = charts.finding(
        reports[0].counts,
        reports[-1].counts,
        lowest=ladder[-1].name if ladder else "",
        highest=ladder[0].name if ladder else "",
        since=words.day(reports[0].day),
    )
    total = sum(rows[-1])
    return Chart(
        title=title,
        sub=f"{total} {words.steps(picture, total)} by status, at each of {len(reports)} reports{_left_out(picture, reports)}",
        plot=plot,
        first=words.short_day(reports[0].day),
        last=words.short_day(reports[-1].day),
        names=tuple(name or charts.NO_STATUS for _, name in statuses),
        rows=tuple(
            ChartRow(words.day(r.day), f"{links.base}reports/{r.address}/", tuple(row)) for r, row in zip(reports, rows, strict=True)
        ),
        csv=f"{links.base}reports.csv",
    )


def _left_out(picture: PlanPicture, shown: Sequence[ReportMark]) -> str:
    """ "; one more was withdrawn": a day whose report stands no more is missing from the chart, and that is said."""
    gone = {report.day for report in picture.reports if report.is_withdrawn and report.day <= picture.as_of} - {one.day for one in shown}
    return f"; {'one more was' if len(gone) == 1 else f'{len(gone)} more were'} withdrawn" if gone else ""


@dataclass(frozen=True, slots=True)
class GoalRow:
    has_code: bool
    """Whether any area of the plan has one: then there is a column for it."""
    code: str
    title: str
    href: str
    bar: charts.Bar
    note: str
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Goals:
    title: str
    rows: tuple[GoalRow, ...] | tuple[SafeString, ...]
    """To be drawn, or drawn."""
    has_codes: bool
    says: str


def goals(picture: PlanPicture, links: Links) -> Goals:
    """Goal areas as bars on one scale: a longer bar is more steps."""
    counted = [(area, list(area.all_steps())) for area in picture.areas]
    scale = max((len(steps) for _, steps in counted), default=0) or 1
    behind = {area.node for area in words.furthest_behind(picture).areas} if len(picture.areas) > 1 else set()
    has_codes = any(area.code for area in picture.areas)
    rows = []
    for area, steps in counted:
        parts = tally_parts(steps, picture.statuses)
        rows.append(
            GoalRow(
                has_codes,
                area.code,
                area.title,
                links.to("goal_area", area.address),
                charts.bar(parts, subject=f"{picture.levels['goal_area']} {area.code}".strip(), scale=scale),
                words.area_note(steps, picture, is_behind=area.node in behind),
                area.node in behind,
            )
        )
    word = picture.levels["goal_area"].lower()
    says = "A longer bar means more steps; the number in a part is its count."
    if behind:
        says += f" Furthest behind is the {word} with the largest share of steps not started."
    return Goals(f"How far each {word} is", tuple(rows), has_codes, says)


@dataclass(frozen=True, slots=True)
class Day:
    words: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class AsOf:
    days: tuple[Day, ...]
    action: str
    kept: tuple[tuple[str, str], ...]
    value: str
    latest: str
    since: str = ""
    parts: tuple[Piece, ...] = ()


MOST_DAYS = 6


def as_of(picture: PlanPicture, base: str, asked: filters.Filters, since: str, difference: Difference | None, changes_href: str) -> AsOf:
    """Days to choose from: today, then those of the last reports; what changed `since` ("Since then:"), each part a link."""
    is_today = picture.as_of == picture.today
    days = [Day(f"Today, {words.day(picture.today)}", f"{base}{asked.query()}#asof", is_today)]
    marks = standing(picture.reports, picture.today)[::-1]
    if marks and marks[0].day == picture.today:
        marks = marks[1:]
    for report in marks[:MOST_DAYS]:
        days.append(
            Day(
                words.day(report.day),
                f"{base}{asked.query(as_of=report.day.isoformat())}#asof",
                not is_today and report.day == picture.as_of,
            )
        )
    if not any(day.is_current for day in days):
        days.append(Day(words.day(picture.as_of), f"{base}{asked.query(as_of=picture.as_of.isoformat())}#asof", is_current=True))
    if difference is None and is_today and marks:
        since = "See"
        said: tuple[Piece, ...] = (
            Piece(f"what changed since the report of {words.day(marks[0].day)}", f"{base}changes/?since={marks[0].day.isoformat()}"),
            Piece("."),
        )
    else:
        said = words.difference(difference, picture, changes_href) if difference is not None else ()
        since = since if said else ""
    return AsOf(
        tuple(days), base, tuple(asked.pairs()), picture.as_of.isoformat(), picture.today.isoformat(),
        since, said,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    is_chosen: bool
    count: int = 0
    look: str = ""


@dataclass(frozen=True, slots=True)
class FilterForm:
    action: str
    kept: tuple[tuple[str, str], ...]
    statuses: tuple[Choice, ...]
    q: str
    q_label: str
    goals: tuple[Choice, ...] | SafeString
    """To be drawn as options, or drawn; departments too."""
    goal_label: str
    all_goals: str
    departments: tuple[Choice, ...] | SafeString
    freshness: tuple[Choice, ...]
    clear: str


def filter_form(picture: PlanPicture, links: Links, asked: filters.Filters, day: str) -> FilterForm:
    parts = tally_parts(picture.all_steps(), picture.statuses)
    slugs = {status.name: status.slug for status in picture.statuses}
    statuses = [
        Choice(
            slugs.get(part.name, filters.NO_STATUS_SLUG),
            part.name,
            slugs.get(part.name, filters.NO_STATUS_SLUG) in asked.status,
            part.count,
            part.look,
        )
        for part in parts
    ]
    goal = picture.levels["goal_area"]
    many = words.many(goal.lower())
    silent = sum(part.unconfirmed for part in parts)
    total = sum(part.count for part in parts)
    freshness = [
        ("", "Confirmed or not"),
        (filters.UNCONFIRMED, f"Not confirmed ({silent})"),
        (filters.CONFIRMED, f"Confirmed ({total - silent})"),
    ]
    return FilterForm(
        action=links.base,
        kept=(("as_of", day),) if day else (),
        statuses=tuple(statuses),
        q=asked.q,
        q_label=f"Words in {words.a_step(picture)}",
        goals=tuple(Choice(area.address, f"{area.code} {area.title}".strip(), area.address == asked.goal) for area in picture.areas),
        goal_label=goal,
        all_goals=f"All {len(picture.areas)} {many}",
        departments=tuple(Choice(slug, name, slug == asked.department) for slug, name in filters.departments(picture)),
        freshness=tuple(Choice(value, said, value == asked.freshness) for value, said in freshness),
        clear=f"{links.plan()}#all-steps",
    )
