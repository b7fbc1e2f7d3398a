"""What the staff of a district find on its first page: each plan in a sentence, and what waits for somebody. The same few statements for any number of plans."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q

from accounts.models import Job, Organization
from actions.models import ActionStep, ProgressReport
from actions.picture import PlanPicture
from actions.pictures import cycle_starts, status_words
from actions.services.reviewing import READ, WRITE
from actions.words import counted, day, headline_of
from goals.models import LEVEL_WORDS, Plan, Status

SEEN = {
    Plan.PRIVATE: "Visitors see nothing of it.",
    Plan.REPORTS_ONLY: "Visitors see its published reports alone.",
    Plan.LIVE: "Visitors see it as it is.",
}


@dataclass(slots=True)
class Tally:
    """Steps of one plan."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Status name -> steps, the empty name: without a status."""
    used: set[int] = field(default_factory=set)
    confirmed: int = 0
    last: date | None = None


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: Plan
    headline: str
    fresh: str
    last: date | None
    """The newest day that somebody said anything for."""
    report: ProgressReport | None
    """The newest that stands."""
    seen: str

    @property
    def base(self) -> str:
        return f"/manage/{self.plan.organization.slug}/{self.plan.slug}/"

    @property
    def public(self) -> str:
        return f"/{self.plan.organization.slug}/{self.plan.slug}/"


def plan_lines(organization: Organization) -> list[PlanLine]:
    plans = list(Plan.objects.filter(organization=organization))
    for plan in plans:
        plan.organization = organization
    today = organization.today()
    starts = cycle_starts(plans)
    tallies, statuses, reports = _tallies(starts), _statuses(plans), _last_reports(plans)
    return [_line(plan, today, starts[plan.pk], tallies[plan.pk], statuses[plan.pk], reports.get(plan.pk)) for plan in plans]


def _line(plan: Plan, today: date, start: date, tally: Tally, statuses: list[dict], report: ProgressReport | None) -> PlanLine:
    picture = _head(plan, today, start, [row for row in statuses if not row["is_retired"] or row["id"] in tally.used])
    total = sum(tally.counts.values())
    silent = total - tally.confirmed
    since = day(picture.cycle_start)
    if not total:
        fresh = ""
    elif not silent:
        fresh = f"All of them were confirmed since {since}." if total > 1 else f"It was confirmed since {since}."
    else:
        fresh = f"{counted(silent, picture)} {'was' if silent == 1 else 'were'} not confirmed since {since}."
    says = headline_of(tally.counts, picture) if total else f"It has no {picture.levels['action_step'].lower()} yet."
    return PlanLine(plan, says, fresh, tally.last, report, SEEN[plan.visibility])


def _head(plan: Plan, today: date, start: date, statuses: Sequence[dict]) -> PlanPicture:
    """Of a picture what sentences ask for."""
    return PlanPicture(
        id=plan.pk,
        district=plan.organization.slug,
        district_name=plan.organization.name,
        slug=plan.slug,
        title=plan.title,
        levels={level: plan.word(level) for level in LEVEL_WORDS},
        statuses=status_words(statuses),
        as_of=today,
        cycle_start=start,
        today=today,
    )


def _tallies(starts: dict[int, date]) -> dict[int, Tally]:
    """Plan -> what its steps say. `starts`: plan -> first day of its present cycle."""
    fresh = Q(pk__in=[])
    for start in set(starts.values()):
        fresh |= Q(plan__in=[plan for plan, own in starts.items() if own == start], status_as_of__gte=start)
    rows = (
        ActionStep.objects.present()
        .filter(plan__in=starts)
        .order_by()
        .values("plan", "status", "status__name")
        .annotate(steps=Count("pk"), confirmed=Count("pk", filter=fresh), last=Max("status_as_of"))
    )
    found: dict[int, Tally] = defaultdict(Tally)
    for row in rows:
        tally = found[row["plan"]]
        tally.counts[row["status__name"] or ""] += row["steps"]
        tally.confirmed += row["confirmed"]
        tally.used.add(row["status"])
        tally.last = max(filter(None, (tally.last, row["last"])), default=None)
    return found


def _statuses(plans: Sequence[Plan]) -> dict[int, list[dict]]:
    """Plan -> the rows of its scale, highest rank first."""
    found: dict[int, list[dict]] = defaultdict(list)
    rows = Status.objects.filter(scale__plan__in=plans).values("scale__plan", "id", "name", "rank", "meaning", "is_retired")
    for row in sorted(rows, key=lambda row: (row["rank"] is None, -(row["rank"] or 0), row["id"])):
        found[row["scale__plan"]].append(dict(row))
    return found


def _last_reports(plans: Sequence[Plan]) -> dict[int, ProgressReport]:
    rows = ProgressReport.objects.standing().filter(plan__in=plans).order_by("through", "pk")
    return {row.plan_id: row for row in rows.only("plan_id", "through", "address", "published_on")}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import that waits for somebody."""

    job: int
    """Of the reading: its page shows what became of it."""
    name: str
    plan: str
    state: str
    """ready, failed or open."""
    message: str


MOST_WAITING = 20


def waiting_imports(organization: Organization) -> list[Waiting]:
    """Imports that are ready to be looked at, failed or still at work, newest first, each once."""
    ready = Q(kind=READ, state=Job.DONE, settings__accepted__isnull=True)
    rows = Job.objects.filter(organization=organization, kind__in=[READ, WRITE]).filter(
        ready | Q(state__in=[Job.WAITING, Job.RUNNING, Job.FAILED])
    )
    found: dict[int, Waiting] = {}
    names: dict[int, tuple[str, str]] = {}
    for job in rows.select_related("file").defer("result").order_by("-pk")[: 2 * MOST_WAITING]:
        reading = job.settings.get("job", job.pk) if job.kind == WRITE else job.pk
        if job.kind == READ:
            names[job.pk] = (job.file.name if job.file else "", job.settings.get("slug", ""))
        state = "ready" if job.state == Job.DONE else "failed" if job.state == Job.FAILED else "open"
        found.setdefault(reading, Waiting(reading, "", "", state, job.message))
    shown = [
        Waiting(one.job, *names.get(one.job, ("", "")), one.state, one.message)
        for one in sorted(found.values(), key=lambda one: -one.job)
        if one.job in names
    ]
    return shown[:MOST_WAITING]


def below(organization: Organization) -> list[Organization]:
    """What hangs right under it, each with the number of its plans as `plan_count`."""
    return list(organization.children.annotate(plan_count=Count("plans")).order_by("name", "pk"))
