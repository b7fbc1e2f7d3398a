"""Reads a `PlanPicture` from the database: two statements for the present, two for any past day, whatever the size of the plan."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.text import slugify

from accounts.models import Organization
from accounts.roles import ROLES
from actions.counting import newest
from actions.models import Cycle
from actions.picture import LEVELS, AreaPicture, ObjectivePicture, PlanPicture, ReportMark, StatusWord, StepPicture, StrategyPicture
from actions.reminding.calendar import Span
from goals.addresses import occurrence_of
from goals.models import LEVEL_WORDS, Plan
from goals.scales import looks
from planner.lib.db import day_of, json_rows_sql, moment_of

ROLE_WORDS = dict(ROLES)

LEAD_COLUMNS = (
    "d.name AS department, d.slug AS department_slug, p.name AS person, md.name AS person_department, m.role AS person_role, x.lead_words"
)
LEAD_JOINS = """
    LEFT JOIN accounts_department d ON d.id = x.lead_department_id
    LEFT JOIN accounts_person p ON p.id = x.lead_person_id
    LEFT JOIN accounts_membership m ON m.person_id = x.lead_person_id AND m.organization_id = %(organization)s
    LEFT JOIN accounts_department md ON md.id = m.department_id
"""
COMMON = "node_id, code, title, description, position, reworded_on, lead_department_id, lead_person_id, lead_words, due"
NO_STATUS = "CAST(NULL AS bigint) AS status_id, CAST(NULL AS date) AS status_as_of, CAST(NULL AS bigint) AS status_update_id, 0 AS version"
PRESENT = f"""
    SELECT n.id, n.kind, n.address, x.parent_id, x.code, x.title, x.description, x.reworded_on, x.due, x.status_id, x.status_as_of, u.recorded_at,
        u.public_note, x.version, {LEAD_COLUMNS}
    FROM (
        SELECT {COMMON}, CAST(NULL AS bigint) AS parent_id, {NO_STATUS} FROM goals_goalarea WHERE plan_id = %(plan)s AND is_present
        UNION ALL SELECT {COMMON}, goal_area_id, {NO_STATUS} FROM goals_performanceobjective WHERE plan_id = %(plan)s AND is_present
        UNION ALL SELECT {COMMON}, coalesce(objective_id, goal_area_id), {NO_STATUS} FROM goals_strategy WHERE plan_id = %(plan)s AND is_present
        UNION ALL SELECT {COMMON}, coalesce(parent_id, strategy_id, objective_id, goal_area_id), status_id, status_as_of, status_update_id, version
            FROM actions_actionstep WHERE plan_id = %(plan)s AND is_present
    ) x JOIN goals_plannode n ON n.id = x.node_id LEFT JOIN actions_statusupdate u ON u.id = x.status_update_id {LEAD_JOINS}
    ORDER BY x.position, x.node_id
"""


def _newest_version(table: str) -> str:
    return (
        f"(SELECT v.id FROM {table} v WHERE v.node_id = n.id AND v.as_of <= %(as_of)s AND v.recorded_at <= %(known_at)s"
        " ORDER BY v.as_of DESC, v.recorded_at DESC, v.id DESC LIMIT 1)"
    )


def _newest_update() -> str:
    """`newest` as it was known at a moment."""
    known = newest("n.id", "id")
    for name in "ucw":
        known = known.replace(
            f"FROM actions_statusupdate {name} WHERE ", f"FROM actions_statusupdate {name} WHERE {name}.recorded_at <= %(known_at)s AND "
        )
    return known.replace("u.status_id IS NOT NULL", "u.as_of <= %(as_of)s AND u.status_id IS NOT NULL")


PAST = f"""
    SELECT x.id, x.kind, x.address, x.parent_id, x.code, x.title, x.description, x.reworded_on, x.due, u.status_id, u.as_of, u.recorded_at,
        u.public_note, coalesce(s.version, 0), {LEAD_COLUMNS}
    FROM (
        SELECT n.id, n.kind, n.address, pl.parent_id, pl.position, w.code, w.title, w.description, dd.due,
            CASE WHEN EXISTS (SELECT 1 FROM goals_wording e WHERE e.node_id = n.id AND e.as_of < w.as_of AND e.recorded_at <= %(known_at)s) THEN w.as_of END AS reworded_on,
            l.department_id AS lead_department_id, l.person_id AS lead_person_id, coalesce(l.words, '') AS lead_words,
            CASE WHEN n.kind = 'action_step' THEN {_newest_update()} END AS update_id
        FROM goals_plannode n
        JOIN goals_place pl ON pl.id = {_newest_version("goals_place")} AND pl.is_present
        JOIN goals_wording w ON w.id = {_newest_version("goals_wording")}
        LEFT JOIN goals_lead l ON l.id = {_newest_version("goals_lead")}
        LEFT JOIN goals_duedate dd ON dd.id = {_newest_version("goals_duedate")}
        WHERE n.plan_id = %(plan)s
    ) x LEFT JOIN actions_statusupdate u ON u.id = x.update_id LEFT JOIN actions_actionstep s ON s.node_id = x.id {LEAD_JOINS}
    ORDER BY x.position, x.id
"""

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
PLAN_COLUMNS = (
    "p.id, p.slug, p.title, p.description, p.levels, p.stage, p.visibility, p.generation, p.review_interval_days, p.names_are_public,"
    " o.id, o.slug, o.name, o.time_zone, o.is_sample, o.calendar_on, o.accent"
)


def read_plan_picture(organization: str, plan: str, *, as_of: date | None = None, known_at: datetime | None = None) -> PlanPicture | None:
    """What a plan says on a day (default: today in the district), as known at a moment (default: now). None: there is no such plan.

    Who may see it is not asked here. On a day before its first version the picture has no goal areas.
    """
    with connection.cursor() as cursor:
        cursor.execute(_plan_sql(), {"organization": organization, "plan": plan})
        row = cursor.fetchone()
        if row is None:
            return None
        head = dict(zip(HEAD_KEYS, row, strict=True))
        for key in ("levels", "statuses", "reports", "cycles"):
            head[key] = json.loads(head[key]) if isinstance(head[key], str) else head[key]
        today = Organization(time_zone=head["time_zone"], calendar_on=day_of(head["calendar_on"])).today()
        day = min(as_of or today, today)
        ask: dict[str, Any] = {"plan": head["id"], "organization": head["organization_id"]}
        if day == today and known_at is None:
            cursor.execute(PRESENT, ask)
        else:
            cursor.execute(PAST, {**ask, "as_of": day, "known_at": known_at or FOREVER})
        return _assemble(head, cursor.fetchall(), day=day, today=today, known_at=known_at)


HEAD_KEYS = (
    "id", "slug", "title", "description", "levels", "stage", "visibility", "generation", "review_interval_days", "names_are_public",
    "organization_id", "district", "district_name", "time_zone", "is_sample", "calendar_on", "accent", "statuses", "reports", "cycles", "goes_on",
)  # fmt: skip


def _plan_sql() -> str:
    statuses = json_rows_sql(
        {
            "id": "s.id",
            "name": "s.name",
            "rank": "s.rank",
            "meaning": "s.meaning",
            "is_retired": "s.is_retired",
            "former": "s.former_names",
        },
        "FROM goals_status s JOIN goals_statusscale c ON c.id = s.scale_id WHERE c.plan_id = p.id ORDER BY s.rank IS NULL, s.rank DESC, s.id",
    )
    reports = json_rows_sql(
        {"through": "r.through", "address": "r.address", "counts": "r.counts", "at": "r.published_at", "is_withdrawn": "t.id IS NOT NULL"},
        "FROM actions_progressreport r LEFT JOIN actions_reportnotice t ON t.report_id = r.id WHERE r.plan_id = p.id ORDER BY r.through, r.id",
    )
    cycles = json_rows_sql(
        {"starts_on": "y.starts_on", "ends_on": "y.ends_on", "opened_at": "y.opened_at"},
        "FROM actions_cycle y WHERE y.plan_id = p.id ORDER BY y.starts_on",
    )
    return (
        f"SELECT {PLAN_COLUMNS}, {statuses}, {reports}, {cycles}, r.is_on FROM goals_plan p JOIN accounts_organization o ON o.id = p.organization_id"
        " LEFT JOIN actions_reviewrhythm r ON r.plan_id = p.id WHERE o.slug = %(organization)s AND p.slug = %(plan)s"
    )


def cycle_start(day: date, review_interval_days: int, cycles: Sequence[Span] = (), *, goes_on: bool = False) -> date:
    """First day of the cycle that a day is in. Outside of the plan's cycles a cycle is the review interval up to that day.

    Where the rhythm goes on, the next cycle begins the day after the last one, even if the scheduler has not opened it yet.
    """
    if inside := next((span.starts_on for span in cycles if day in span), None):
        return inside
    if goes_on and cycles and day > cycles[-1].ends_on:
        return cycles[-1].ends_on + timedelta(days=1)
    return day - timedelta(days=review_interval_days - 1)


def cycle_starts(plans: Iterable[Plan]) -> dict[int, date]:
    """Of each plan the first day of the cycle that today in its district is in, in one statement."""
    plans = list(plans)
    spans: dict[int, list[Span]] = {plan.pk: [] for plan in plans}
    goes_on: dict[int, bool] = {}
    rows = Cycle.objects.filter(plan__in=plans).order_by("starts_on").values_list("plan", "starts_on", "ends_on", "plan__rhythm__is_on")
    for plan, starts_on, ends_on, is_on in rows:
        spans[plan].append(Span(starts_on, ends_on))
        goes_on[plan] = bool(is_on)
    return {
        plan.pk: cycle_start(plan.organization.today(), plan.review_interval_days, spans[plan.pk], goes_on=goes_on.get(plan.pk, False))
        for plan in plans
    }


def _spans(head: dict, known_at: datetime | None) -> list[Span]:
    """The plan's cycles, as far as they had been opened at a moment."""
    return [
        Span(date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"]))
        for row in head["cycles"]
        if known_at is None or moment_of(row["opened_at"]) <= known_at
    ]


def status_words(rows: Iterable[dict]) -> list[StatusWord]:
    """Statuses of a scale, highest rank first, then those off the ladder, with their look and a slug each that is theirs alone."""
    rows = list(rows)
    look = looks({row["id"]: row["rank"] for row in rows if not row["is_retired"]})
    words, taken = [], set()
    for row in rows:
        slug = slugify(row["name"]) or f"status-{row['id']}"
        slug = slug if slug not in taken else f"{slug}-{row['id']}"
        taken.add(slug)
        words.append(
            StatusWord(row["id"], row["name"], slug, row["rank"], row["meaning"], look.get(row["id"], "stx"), bool(row["is_retired"]))
        )
    return words


def _lead(names_are_public: bool, department, slug, person, person_department, role, words) -> tuple[str, str]:
    """Who leads in words that may be public, and the department's slug."""
    if department:
        return department, slug
    if person is not None:
        if names_are_public and person:
            return person, ""
        return person_department or ROLE_WORDS.get(role, "") or words, ""
    return words, ""


def _assemble(head: dict, rows, *, day: date, today: date, known_at: datetime | None) -> PlanPicture:
    words = status_words(head["statuses"])
    by_id = {word.id: word for word in words}
    start = cycle_start(day, head["review_interval_days"], _spans(head, known_at), goes_on=bool(head["goes_on"]))
    nodes: dict[int, tuple[Any, int | None, str]] = {}
    used = set()
    for id_, kind, address, parent, code, title, description, reworded_on, due, status, as_of, recorded_at, note, version, *lead in rows:
        name, slug = _lead(head["names_are_public"], *lead)
        shape: Any
        if kind == "action_step":
            as_of = day_of(as_of)
            used.add(status)
            shape = StepPicture(
                id_, id_, address, code, title, description, by_id.get(status), as_of, recorded_at and moment_of(recorded_at), note or "",
                as_of is not None and as_of >= start, name, slug, day_of(due), day_of(reworded_on), occurrence_of(address), version,
            )  # fmt: skip
        else:
            shape = SHAPES[kind](
                node=id_, id=id_, address=address, code=code, title=title, description=description, lead=name, lead_slug=slug
            )
        nodes[id_] = (shape, parent, kind)
    areas = []
    for shape, parent, kind in nodes.values():
        if kind == "goal_area":
            areas.append(shape)
        elif parent in nodes:
            getattr(nodes[parent][0], CHILDREN[kind]).append(shape)
    for area in areas:
        _pass_lead_down(area)
    return PlanPicture(
        id=head["id"],
        district=head["district"],
        district_name=head["district_name"],
        slug=head["slug"],
        title=head["title"],
        description=head["description"],
        levels={level: head["levels"].get(level) or LEVEL_WORDS[level] for level in LEVELS},
        statuses=[word for word in words if not word.is_retired or word.id in used],
        as_of=day,
        cycle_start=start,
        today=today,
        known_at=known_at,
        stage=head["stage"],
        visibility=head["visibility"],
        generation=head["generation"],
        is_sample=bool(head["is_sample"]),
        areas=areas,
        reports=[_mark(report, head["statuses"]) for report in head["reports"]],
        accent=head["accent"],
        time_zone=head["time_zone"],
    )


SHAPES: dict[str, Any] = {"goal_area": AreaPicture, "performance_objective": ObjectivePicture, "strategy": StrategyPicture}
CHILDREN = {"performance_objective": "objectives", "strategy": "strategies", "action_step": "steps"}


def _pass_lead_down(home) -> None:
    """What has no lead of its own is led by whoever leads what it hangs under."""
    for key in ("objectives", "strategies", "steps"):
        for below in getattr(home, key, ()):
            if not below.lead:
                below.lead, below.lead_slug = home.lead, home.lead_slug
            _pass_lead_down(below)


def _mark(report: dict, statuses: list[dict]) -> ReportMark:
    """Its counts by the names that the statuses have today: one that was renamed since stays one line of the chart."""
    today = names_today(statuses, moment_of(report["at"]))
    counts = {today.get(name, name): count for name, count in _read(report["counts"]).items()}
    return ReportMark(date.fromisoformat(report["through"]), report["address"], counts, bool(report["is_withdrawn"]))


def names_today(statuses: list[dict], at: datetime) -> dict[str, str]:
    """Name at a moment -> name today, of all statuses. Who has which name can have changed hands in between."""
    found = {}
    for status in statuses:
        then = next((name for name, until in _read(status["former"]) if moment_of(until) > at), status["name"])
        found[then] = status["name"]
    return found


def _read(said: Any) -> Any:
    """A JSON column within JSON: SQLite gives it as text."""
    return json.loads(said) if isinstance(said, str) else said
