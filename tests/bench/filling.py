"""Plans with a history of years, written straight into the tables, and what each step says on a day, counted in Python alone.

The triggers are lifted while the rows are written and made again afterwards: 100,000 updates one by one would take minutes.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from accounts.audit import Press
from accounts.models import AuditEntry, Department, Organization
from actions.models import ActionStep, StatusUpdate
from goals.models import ACTION_STEP, GOAL_AREA, STRATEGY, GoalArea, Lead, Place, Plan, PlanNode, Strategy, Wording
from goals.services import create_plan
from planner import triggers

BEGIN = date(2021, 1, 4)
TODAY = date(2024, 12, 30)
DAYS = (TODAY - BEGIN).days
COMMAND = AuditEntry.COMMAND
AT_ONCE = 5_000


@dataclass
class Said:
    """What was said of one step, in the order in which it was recorded: (day, status name or None, what it corrects as an index or None)."""

    address: str
    updates: list[tuple[date, str | None, int | None]] = field(default_factory=list)
    wordings: list[tuple[date, str]] = field(default_factory=list)

    def status_on(self, day: date) -> str | None:
        """The naive way: look at all, leave out what a later one corrects, take the last day's last."""
        wrong = {corrects for _, _, corrects in self.updates if corrects is not None}
        best = None
        for n, (on, name, _) in enumerate(self.updates):
            if on <= day and name is not None and n not in wrong and (best is None or on >= self.updates[best][0]):
                best = n
        return None if best is None else self.updates[best][1]

    def title_on(self, day: date) -> str:
        return [title for on, title in self.wordings if on <= day][-1]


def district(slug: str = "meadow") -> Organization:
    """Its calendar stands still, so that every run measures the same page."""
    found, _ = Organization.objects.get_or_create(
        slug=slug, defaults={"name": slug.title(), "time_zone": "America/Chicago", "is_sample": True, "calendar_on": TODAY}
    )
    return found


def moment(day: date, number: int) -> datetime:
    return datetime.combine(day, time(12), UTC) + timedelta(milliseconds=number)


@dataclass
class Filler:
    """Rows of many plans, kept until `write`."""

    organization: Organization
    seed: int = 3
    nodes: list[PlanNode] = field(default_factory=list)
    rows: dict[type, list] = field(default_factory=dict)
    said: dict[int, list[Said]] = field(default_factory=dict)
    """Plan -> what was said of its steps."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.departments = list(Department.objects.filter(organization=self.organization)) or Department.objects.bulk_create(
            Department(organization=self.organization, slug=f"department-{n}", name=f"Department {n}") for n in range(8)
        )

    def plan(self, slug: str, *, areas: int, strategies: int, steps: int, updates: int, wordings: int = 1, reworded: float = 1) -> Plan:
        """A live plan: so many areas, strategies in each, steps in each of those, updates of each step; wordings of a share of them."""
        plan = create_plan(organization=self.organization, slug=slug, title=f"Plan {slug}", press=Press(COMMAND))
        Plan.objects.filter(pk=plan.pk).update(visibility=Plan.LIVE, stage=Plan.ADOPTED, review_interval_days=90)
        self.statuses = list(plan.scale.statuses.order_by("pk"))
        self.said[plan.pk] = []
        for a in range(1, areas + 1):
            area = self._part(plan, GOAL_AREA, GoalArea, str(a), f"What the district promises in its area number {a}", None, a)
            for s in range(1, strategies + 1):
                code = f"{a}.{s}"
                strategy = self._part(plan, STRATEGY, Strategy, code, f"How area {a} is to be reached, way {s}", area, s, goal_area_id=area)
                for t in range(1, steps + 1):
                    worded = wordings if reworded == 1 or self.random.random() < reworded else 1
                    self._step(plan, f"{code}.{t}", area, strategy, t, updates, worded)
        return plan

    def _part(self, plan, kind, model, code, title, above, position, days=(BEGIN,), **more) -> int:
        """The number of the node; every row that belongs to it waits in `rows`."""
        node = PlanNode(plan=plan, kind=kind, address=code)
        node.pk = self._next_number()
        self.nodes.append(node)
        said = {"node_id": node.pk, "channel": COMMAND}
        titles = [title, *[f"{title}, worded anew the {n}. time" for n in range(1, len(days))]]
        self._add(Place, as_of=BEGIN, recorded_at=moment(BEGIN, 0), parent_id=above, position=position, **said)
        for n, (day, words) in enumerate(zip(days, titles, strict=True)):
            self._add(Wording, as_of=day, recorded_at=moment(day, n), code=code, title=words, **said)
        department = self.random.choice(self.departments) if kind == STRATEGY else None
        if department:
            self._add(Lead, as_of=BEGIN, recorded_at=moment(BEGIN, 0), department=department, **said)
        more |= {"lead_department": department, "reworded_on": days[-1] if len(days) > 1 else None}
        self._add(model, node_id=node.pk, plan=plan, code=code, title=titles[-1], position=position, **more)
        self.titles = titles
        return node.pk

    def _step(self, plan, code, area, strategy, position, updates, wordings) -> None:
        days = [BEGIN, *sorted(BEGIN + timedelta(days=n) for n in self.random.sample(range(1, DAYS), wordings - 1))]
        title = f"A thing that somebody does for the district, number {code}, in about as many words as plans have"
        node = self._part(plan, ACTION_STEP, ActionStep, code, title, strategy, position, days, goal_area_id=area, strategy_id=strategy)
        said = Said(code, wordings=list(zip(days, self.titles, strict=True)))
        first = len(self.rows.setdefault(StatusUpdate, []))
        for n, offset in enumerate(sorted(self.random.randrange(DAYS) for _ in range(updates))):
            day = BEGIN + timedelta(days=offset)
            corrects, status = None, self.random.choice(self.statuses)
            # one of twenty takes the one before it back, for that one's day
            if n and self.random.random() < 0.05 and said.updates[-1][1] is not None:
                corrects, status, day = n - 1, None, said.updates[-1][0]
            self._add(
                StatusUpdate, step_id=node, status=status, as_of=day, recorded_at=moment(BEGIN + timedelta(days=offset), n), channel=COMMAND
            )
            if corrects is not None:
                self.rows[StatusUpdate][-1].corrects_position = first + corrects
            said.updates.append((day, status and status.name, corrects))
        self.said[plan.pk].append(said)

    def _next_number(self) -> int:
        if not hasattr(self, "_number"):
            last = PlanNode.objects.order_by("pk").last()
            self._number = last.pk if last else 0
        self._number += 1
        return self._number

    def _add(self, model, **values) -> None:
        self.rows.setdefault(model, []).append(model(**values))

    def write(self) -> None:
        """All of it, and the copies of the present that the triggers would have kept."""
        last = StatusUpdate.objects.order_by("pk").last()
        for n, update in enumerate(self.rows.get(StatusUpdate, []), last.pk + 1 if last else 1):
            update.pk = n
        updates = self.rows.get(StatusUpdate, [])
        for update in updates:
            if (position := getattr(update, "corrects_position", None)) is not None:
                update.corrects_id = updates[position].pk
        with triggers.lifted():
            PlanNode.objects.bulk_create(self.nodes, batch_size=AT_ONCE)
            for model in (GoalArea, Strategy, ActionStep, Place, Wording, Lead, StatusUpdate):
                if model is ActionStep:
                    for row in self.rows[model]:
                        row.version = 1
                model.objects.bulk_create(self.rows.get(model, []), batch_size=AT_ONCE)
            self._copy()
        self.nodes, self.rows = [], {}
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                for table in ("goals_plannode", "actions_statusupdate"):
                    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
                cursor.execute("VACUUM (ANALYZE)")
            else:
                cursor.execute("ANALYZE")

    @staticmethod
    def _copy() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE actions_actionstep SET (status_id, status_as_of, status_update_id) = (SELECT u.status_id, u.as_of, u.id FROM actions_statusupdate u"
                " WHERE u.step_id = actions_actionstep.node_id AND u.status_id IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM actions_statusupdate c WHERE c.corrects_id = u.id)"
                " ORDER BY u.as_of DESC, u.recorded_at DESC, u.id DESC LIMIT 1) WHERE status_update_id IS NULL"
            )
