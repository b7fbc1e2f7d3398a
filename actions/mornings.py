"""What the cabinet's morning page shows: what changed, what is not confirmed and by whom, what is late, stands still, is blocked, ends soon.

The same few statements for any number of plans, steps and people.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, Max, OuterRef

from accounts.models import AuditEntry, Department, Organization, Person
from actions import asking
from actions.models import Ask, Cycle, LastLook, Review, ReviewRhythm, ReviewTask
from actions.movements import Moved, blocked_steps, last_moves, said_since
from actions.pictures import cycle_start
from actions.reminding.calendar import Breaks, Span, plus_months
from actions.reminding.duties import Duty, Lead
from actions.reminding.ladder import PLANNER, update_rungs
from actions.reviewing.agenda import OVER
from actions.services.assigning import Known, known_of, proposed
from actions.services.cycles import breaks_of
from actions.services.nudges import WAITING, next_rung, rungs_sent
from actions.words import counted_of, joined, lowered
from goals.models import DueDate, Edition, Plan, Status, Wording
from goals.models import Lead as LeadVersion
from planner.lib.dates import moment_words, us_date
from planner.lib.db import clock_sql, moment_of

SHOWN = 8
"""Rows of a list until somebody asks for all."""
FIRST_LOOK = timedelta(days=7)
SOON_MONTHS = 3
LISTS = ("changed", "last", "late", "stalled", "blocked", "soon", "nobodys", "not_mine")


@dataclass(slots=True)
class PlanNow:
    plan: Plan
    start: date
    """Of the present cycle."""
    before: date
    """Of the one before it."""
    cycle: Cycle | None
    silent: int = 0
    total: int = 0
    review: Review | None = None
    is_last_week: bool = False
    """Of its cycle: planners were told what nobody said anything of."""

    @property
    def base(self) -> str:
        return f"/manage/{self.plan.organization.slug}/{self.plan.slug}/"

    @property
    def public(self) -> str:
        return f"/{self.plan.organization.slug}/{self.plan.slug}/"


@dataclass(slots=True)
class StepRow:
    """One step in a list."""

    name: str
    href: str
    lead_href: str
    plan: str
    """Its title; empty where there is no other plan."""
    who: str
    fact: str
    due: date = date.max
    node: int = 0
    give: str = ""
    """Who could lead it: person:3, department:4; empty where nobody is proposed."""
    give_name: str = ""


@dataclass(slots=True)
class Found:
    """A list of steps, cut short unless all were asked for."""

    key: str
    title: str
    says: str
    rows: list[StepRow]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(slots=True)
class Silent:
    """A person or department with what they did not confirm in this cycle."""

    key: str
    """person:3, department:4: what a nudge names."""
    name: str
    silent: int
    total: int
    says: str
    """What was done about it."""
    may_nudge: bool


@dataclass(slots=True)
class Changes:
    since: str
    says: str
    rows: list[StepRow]
    total: int
    until: str
    """The moment that “I have seen this” notes."""
    imports: list[tuple[str, str]]
    """(sentence, address) of each document that was brought in: one line, whatever it changed."""

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(slots=True)
class Morning:
    headline: str
    rest: str
    changes: Changes
    silent: list[Silent]
    unasked: str
    """How many more are not confirmed that nobody can be asked about, in a sentence; empty: none."""
    lists: list[Found]
    plans: list[PlanNow]
    tasks: list[ReviewTask] = field(default_factory=list)

    @property
    def may_give(self) -> bool:
        """Whether any step shown can be given to somebody with one press."""
        return any(row.give for found in self.lists for row in found.rows)


@dataclass(slots=True)
class _Seen:
    """What was read, by its keys."""

    organization: Organization
    today: date
    plans: dict[int, PlanNow]
    duties: dict[int, list[Duty]]
    staff: asking.Staff
    statuses: dict[int, Status]
    departments: dict[int, str]
    names: dict[int, str]
    known: Known

    def proposal(self, duty: Duty) -> tuple[str, str]:
        """(what the press names, who it is) of whom the step could be given to."""
        if (to := proposed(duty, self.known)) is None:
            return "", ""
        kind, key = to
        return f"{kind}:{key}", (self.names if kind == "person" else self.departments).get(key, "Somebody")

    def who(self, lead: Lead) -> str:
        if lead.person is not None:
            return self.names.get(lead.person, "Somebody")
        return self.departments.get(lead.department or 0, "") or lead.words or "Nobody"

    def why_nobody(self, duty: Duty) -> str:
        if duty.lead.person is not None:
            return f"{self.who(duty.lead)} does not work here any more"
        if duty.lead.department is not None:
            return "Nobody with an account works there"
        return "No account goes with these words" if duty.lead.words else "Nobody leads it"

    def row(self, plan: int, duty: Duty, fact: str) -> StepRow:
        base = self.plans[plan].base
        return StepRow(
            f"{duty.code} {duty.title}".strip(),
            f"{base}steps/{duty.address}/",
            f"{base}lead/steps/{duty.address}/?from=today",
            self.plans[plan].plan.title if len(self.plans) > 1 else "",
            self.who(duty.lead),
            fact,
            duty.due or date.max,
            duty.node,
            *self.proposal(duty),
        )

    def home(self, duty: Duty) -> str:
        """The department that leads, or in which the person works who leads; else an empty word."""
        return self.departments.get(self.staff.members.home(duty.lead) or 0, "")

    def meaning(self, duty: Duty) -> str:
        return self.statuses[duty.status].meaning if duty.status in self.statuses else ""

    def status(self, key: int | None) -> str:
        return lowered(self.statuses[key].name) if key in self.statuses else "no status"

    @property
    def all(self) -> Iterable[tuple[int, Duty]]:
        return ((plan, duty) for plan, duties in self.duties.items() for duty in duties)


def morning(organization: Organization, person: Person, asked: str = "") -> Morning:
    """The page of a person. `asked` is the list that is to be whole."""
    today = organization.today()
    plans = _plans(organization, today)
    keys = list(plans)
    duties = asking.duties_of(keys)
    staff = asking.staff_of(organization)
    leads = {duty.lead.person for found in duties.values() for duty in found.all if duty.lead.person} | {*staff.roles}
    seen = _Seen(
        organization,
        today,
        plans,
        {plan: found.all for plan, found in duties.items()},
        staff,
        {status.pk: status for status in Status.objects.filter(scale__plan__in=keys)},
        dict(Department.objects.filter(organization=organization).values_list("pk", "name")),
        {one.pk: str(one) for one in Person.objects.filter(pk__in=leads)},
        known_of(keys, organization.pk, [duty for found in duties.values() for duty in found.all], staff.members),
    )
    for plan, duty in seen.all:
        plans[plan].total += 1
        plans[plan].silent += not duty.is_confirmed(plans[plan].start)
    lists = _lists(seen, last_moves(keys), blocked_steps(keys), asked)
    silent = _silent(seen)
    changes = _changes(seen, person, asked)
    tasks = ReviewTask.objects.filter(review__plan__in=keys, done_on=None).select_related("person", "department", "review__plan")
    headline, rest = _headline(seen, {one.key: one.total for one in lists})
    unasked = _unasked(sum(now.silent for now in plans.values()) - sum(one.silent for one in silent), bool(silent))
    return Morning(
        headline, rest, changes, silent, unasked, [one for one in lists if one.total], list(plans.values()), list(tasks[: 4 * SHOWN])
    )


def _plans(organization: Organization, today: date) -> dict[int, PlanNow]:
    rows = Plan.objects.filter(organization=organization, stage=Plan.ADOPTED).select_related("rhythm")
    reviews = {review.plan_id: review for review in Review.objects.open().filter(plan__organization=organization).order_by("-pk")}
    cycles: dict[int, list[Cycle]] = defaultdict(list)
    for cycle in Cycle.objects.filter(plan__organization=organization).order_by("starts_on").defer("summary"):
        cycles[cycle.plan_id].append(cycle)
    found, breaks = {}, breaks_of(organization)
    for plan in rows:
        plan.organization = organization
        spans = [Span(cycle.starts_on, cycle.ends_on) for cycle in cycles[plan.pk]]
        rhythm = getattr(plan, "rhythm", None)
        start = cycle_start(today, plan.review_interval_days, spans, goes_on=bool(rhythm and rhythm.is_on))
        earlier = [span.starts_on for span in spans if span.ends_on < start]
        before = earlier[-1] if earlier else start - timedelta(days=plan.review_interval_days)
        present = next((c for c in cycles[plan.pk] if c.is_open and c.starts_on <= today <= c.ends_on), None)
        running = present if rhythm and rhythm.is_on else None
        is_last = bool(rhythm and running and _told_planners(rhythm, running, today, breaks))
        found[plan.pk] = PlanNow(plan, start, before, running, review=reviews.get(plan.pk), is_last_week=is_last)
    return found


def _told_planners(rhythm: ReviewRhythm, cycle: Cycle, today: date, breaks: Breaks) -> bool:
    rungs = update_rungs(opened_on=cycle.opened_on, ends_on=cycle.ends_on, steps=rhythm.steps, breaks=breaks)
    return any(due.rung == PLANNER and due.on <= today for due in rungs)


def _lists(seen: _Seen, moves: dict[int, date], blocked: dict[int, str], asked: str) -> list[Found]:
    today, soon = seen.today, plus_months(seen.today, SOON_MONTHS)
    rows: dict[str, list[StepRow]] = defaultdict(list)
    for plan, duty in seen.all:
        meaning = seen.meaning(duty)
        if seen.plans[plan].is_last_week and not duty.is_confirmed(seen.plans[plan].start):
            rows["last"].append(seen.row(plan, duty, _silent_words(seen, duty)))
        if meaning in OVER:
            continue
        since = moves.get(duty.node)
        if duty.due and duty.due < today:
            rows["late"].append(seen.row(plan, duty, f"Was due {us_date(duty.due)}, {seen.status(duty.status)}"))
        if meaning == "under_way" and since and since < seen.plans[plan].before:
            rows["stalled"].append(seen.row(plan, duty, f"{seen.statuses[duty.status or 0].name} since {us_date(since)}"))
        if duty.node in blocked:
            rows["blocked"].append(seen.row(plan, duty, blocked[duty.node]))
        if duty.due and today <= duty.due <= soon:
            rows["soon"].append(seen.row(plan, duty, f"Due {us_date(duty.due)}, {seen.status(duty.status)}"))
        if ask := seen.known.asked.get(duty.node):
            rows["not_mine"].append(seen.row(plan, duty, _not_mine(ask)))
        if not seen.staff.members.led_by(duty.lead):
            rows["nobodys"].append(seen.row(plan, duty, seen.why_nobody(duty)))
    for key in ("late", "soon"):
        rows[key].sort(key=lambda row: row.due)
    homes = {duty.node: seen.home(duty) for _, duty in seen.all}
    rows["last"].sort(key=lambda row: (homes[row.node], row.who))
    titles = {
        "last": (
            "No word yet in the last week of the cycle",
            "The mails brought none. A call often helps; and a step can be given to somebody else.",
        ),
        "late": ("Late", "The due day has passed, and the step is not over."),
        "stalled": ("Standing still", "Under way, and the same status during the present cycle and the one before it."),
        "blocked": ("Blocked", "Whoever answers for it said so, and nobody has answered yet."),
        "soon": (f"Ends by {us_date(soon)}", "Due within three months, and not over."),
        "not_mine": ("Not mine", "Whoever answers for it says that it is somebody else's, and nobody has answered yet."),
        "nobodys": ("Nobody answers for it", _empty_words(seen)),
    }
    return [Found(key, title, says, _cut(rows[key], key, asked), len(rows[key])) for key, (title, says) in titles.items()]


def _silent_words(seen: _Seen, duty: Duty) -> str:
    """ "In progress, as of January 3, 2026. Network Services" """
    stands = (
        f"{seen.statuses[duty.status].name}, as of {us_date(duty.as_of)}"
        if duty.status in seen.statuses and duty.as_of
        else "No status yet"
    )
    home = seen.home(duty)
    return f"{stands}. {home}" if home and home != seen.who(duty.lead) else stands


def _empty_words(seen: _Seen) -> str:
    """Which departments lead steps and have nobody who could answer for them: one invitation is better than giving away each of their steps."""
    counts: dict[str, int] = defaultdict(int)
    for _, duty in seen.all:
        if duty.lead.department and not seen.staff.members.led_by(duty.lead) and seen.meaning(duty) not in OVER:
            counts[seen.departments.get(duty.lead.department, "A department")] += 1
    if not counts:
        return "No person or department that leads it works here."
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{name} ({count})" for name, count in most[:4]] + ([f"{len(most) - 4} more"] if len(most) > 4 else [])
    return f"In these departments nobody has an account: {joined(named)}. Whoever is invited to one answers for all of its steps."


def _not_mine(ask: Ask) -> str:
    whose = f" Perhaps {ask.person or ask.who}." if ask.person or ask.who else ""
    return f"{ask.by} says so.{whose}"


def _cut(rows: Sequence[StepRow], key: str, asked: str) -> list[StepRow]:
    return list(rows if asked == key else rows[:SHOWN])


def _silent(seen: _Seen) -> list[Silent]:
    """Whoever answers for steps that are not confirmed, those with most first."""
    counts: dict[tuple[str, int], list[int]] = {}
    open_plans: dict[tuple[str, int], set[int]] = defaultdict(set)
    for plan, duty in seen.all:
        if not seen.staff.members.led_by(duty.lead):
            continue
        key = ("person", duty.lead.person) if duty.lead.person is not None else ("department", duty.lead.department or 0)
        count = counts.setdefault(key, [0, 0])
        count[1] += 1
        if not duty.is_confirmed(seen.plans[plan].start):
            count[0] += 1
            open_plans[key].add(plan)
    sent = rungs_sent([now.cycle for now in seen.plans.values() if now.cycle])
    found = []
    for (kind, whose), (silent, total) in counts.items():
        if not silent:
            continue
        name = seen.names.get(whose, "Somebody") if kind == "person" else seen.departments.get(whose, "A department")
        people = people_of(seen.staff, kind, whose)
        asked = [plan for plan in open_plans[kind, whose] if seen.plans[plan].cycle]
        rungs = [sent.get((person, plan), set()) for person in people for plan in asked]
        may_nudge = any(next_rung(one) is not None for one in rungs)
        found.append(Silent(f"{kind}:{whose}", name, silent, total, _written(rungs, bool(asked)), may_nudge))
    return sorted(found, key=lambda one: (-one.silent, one.name))


def _unasked(count: int, is_more: bool) -> str:
    if not count:
        return ""
    more = " more" if is_more else ""
    return f"Of {count}{more} nobody who works here can be asked: nobody answers for {'it' if count == 1 else 'them'}."


def people_of(staff: asking.Staff, kind: str, key: int) -> Collection[int]:
    return staff.members.led_by(Lead(person=key) if kind == "person" else Lead(department=key))


def _written(rungs: Sequence[set[int]], is_asked: bool) -> str:
    if not is_asked:
        return "No cycle is open, so nobody is asked."
    if any(WAITING in one for one in rungs):
        return "A mail is on its way."
    if all(next_rung(one) is None for one in rungs):
        return "Was written to twice in this cycle: better speak with them."
    return "Was written to once in this cycle." if any(rungs) else "Was not written to yet."


def _headline(seen: _Seen, totals: dict[str, int]) -> tuple[str, str]:
    """ "3 of 8 steps are not confirmed in this cycle." and "1 is late, 2 stand still; 4 end within three months." """
    total, silent = (sum(getattr(now, key) for now in seen.plans.values()) for key in ("total", "silent"))
    words = {now.plan.word("action_step").lower() for now in seen.plans.values()}
    word = words.pop() if len(words) == 1 else "step"
    if not total:
        return "No adopted plan here has anything to confirm.", ""
    if not silent:
        first = (
            f"All {counted_of(total, word)} are confirmed in this cycle." if total > 1 else f"The only {word} is confirmed in this cycle."
        )
    else:
        first = f"{silent} of {counted_of(total, word)} {'is' if silent == 1 else 'are'} not confirmed in this cycle."
    verbs = {"late": ("is late", "are late"), "stalled": ("stands still", "stand still"), "blocked": ("is blocked", "are blocked")}
    said = [f"{totals[key]} {one if totals[key] == 1 else more}" for key, (one, more) in verbs.items() if totals[key]]
    rest = f"{joined(said)}." if said else f"No {word} is late, stands still or is blocked."
    if soon := totals["soon"]:
        rest += f" {counted_of(soon, word)} {'ends' if soon == 1 else 'end'} within three months."
    return first, rest


def _changes(seen: _Seen, person: Person, asked: str) -> Changes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_sql()}", {})
        until = moment_of(cursor.fetchone()[0])
    look = LastLook.objects.filter(person=person, organization=seen.organization).values_list("at", flat=True).first()
    made = _sample_made_at(seen.organization)
    since = max(look or until - FIRST_LOOK, made or until - FIRST_LOOK)
    keys = list(seen.plans)
    said = said_since(keys, since)
    by_node = {duty.node: (plan, duty) for plan, duty in seen.all}
    moved = [one for one in said if one.is_move and one.step in by_node]
    confirmed = len({one.step for one in said if not one.is_move} - {one.step for one in moved})
    versions = [(_versions(model, keys, since), words) for model, words in VERSIONS]
    rows = [_moved_row(seen, *by_node[one.step], one) for one in (moved if asked == "changed" else moved[:SHOWN])]
    imports = _imports(seen, since)
    start = f"Since you looked on {moment_words(look, seen.organization.time_zone)}" if look else "In the last seven days"
    if made and made == since:
        start = "Since the sample was made"
    words = _changes_words(moved, confirmed, versions, len(imports), seen)
    return Changes(start, words, rows, len(moved), until.isoformat(), imports)


def _sample_made_at(organization: Organization) -> datetime | None:
    """When a sample was loaded: what its own loading wrote is no change. It is all of the press that made the organization. None of all others."""
    if not organization.is_sample:
        return None
    making = AuditEntry.objects.filter(verb="create organization", kind="accounts.Organization", key=str(organization.pk)).values("press")
    return AuditEntry.objects.filter(press__in=making).aggregate(last=Max("at"))["last"]


def _imports(seen: _Seen, since: datetime) -> list[tuple[str, str]]:
    """Documents that were brought in after a moment, newest first."""
    rows = Edition.objects.filter(plan__in=seen.plans, recorded_at__gt=since).order_by("-recorded_at", "-pk")
    return [(_import_words(one), seen.plans[one.plan_id].base) for one in rows]


def _import_words(one: Edition) -> str:
    """ "“plan.docx” was brought in, as of August 3, 2021: 80 steps added." """
    counts = one.summary.get("changes", {})
    found = [(key, count) for key in ("added", "changed", "moved", "removed") if (count := counts.get(key))]
    said = [f"{count if n else counted_of(count, 'step')} {key}" for n, (key, count) in enumerate(found)]
    name = f"“{one.name}”" if one.name else "A document"
    return f"{name} was brought in, as of {us_date(one.as_of)}: {joined(said) if said else 'no step is another than before'}."


VERSIONS = ((DueDate, "another due date"), (LeadVersion, "another lead"), (Wording, "another wording"))


def _versions(model, plans: Collection[int], since: datetime) -> int:
    """Parts that were in the plans before a moment and got another version of something after it, but for what a document said."""
    earlier = Wording.objects.filter(node=OuterRef("node"), recorded_at__lte=since)
    said = model.objects.filter(node__plan__in=plans, recorded_at__gt=since, edition=None).filter(Exists(earlier))
    return said.order_by().values("node").distinct().count()


def _moved_row(seen: _Seen, plan: int, duty: Duty, one: Moved) -> StepRow:
    before = f", before: {seen.status(one.before)}" if one.before else ""
    name = seen.statuses[one.status].name if one.status in seen.statuses else "Another status"
    return seen.row(plan, duty, f"{name}{before}")


def _changes_words(moved: Sequence[Moved], confirmed: int, versions: Sequence[tuple[int, str]], imports: int, seen: _Seen) -> str:
    up = back = other = first = 0
    for one in moved:
        if one.before is None:
            first += 1
            continue
        old, new = seen.statuses.get(one.before or 0), seen.statuses.get(one.status)
        ranks = (old.rank if old else None, new.rank if new else None)
        if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
            up, back = up + (ranks[1] > ranks[0]), back + (ranks[1] < ranks[0])
        else:
            other += 1
    said = [f"{up} moved up"] if up else []
    said += [f"{back} moved back"] if back else []
    said += [f"{first} got {'its' if first == 1 else 'their'} first status"] if first else []
    said += [f"{other} changed status otherwise"] if other else []
    said += [f"{confirmed} {'was' if confirmed == 1 else 'were'} confirmed"] if confirmed else []
    said += [f"{count} got {words}" for count, words in versions if count]
    said += [f"{imports} document{' was' if imports == 1 else 's were'} brought in"] if imports else []
    return f"{joined(said)}." if said else "nothing changed."
