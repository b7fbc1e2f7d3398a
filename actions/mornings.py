"""What the cabinet's morning page shows: what changed, what is not confirmed and by whom, what is late, stands still, is blocked, ends soon.

The same few statements for any number of plans, steps and people.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from accounts.models import Department, Organization, Person
from actions import asking
from actions.models import Ask, Cycle, Review, ReviewRhythm, ReviewTask
from actions.morning_changes import changes_of
from actions.morning_parts import SHOWN, Found, Morning, PlanNow, Seen, Silent, StepRow
from actions.movements import blocked_steps, last_moves
from actions.pictures import cycle_start
from actions.reminding.calendar import Breaks, Span, plus_months
from actions.reminding.duties import Duty, Lead
from actions.reminding.ladder import PLANNER, update_rungs
from actions.reviewing.agenda import OVER
from actions.services.assigning import known_of
from actions.services.cycles import breaks_of
from actions.services.nudges import WAITING, next_rung, rungs_sent
from actions.words import counted_of, joined
from goals.models import Plan, Status
from planner.lib.dates import us_date

SOON_MONTHS = 3
LISTS = ("changed", "last", "late", "stalled", "blocked", "soon", "nobodys", "not_mine")


def morning(organization: Organization, person: Person, asked: str = "") -> Morning:
    """The page of a person. `asked` is the list that is to be whole."""
    today = organization.today()
    plans = _plans(organization, today)
    keys = list(plans)
    duties = asking.duties_of(keys)
    staff = asking.staff_of(organization)
    leads = {duty.lead.person for found in duties.values() for duty in found.all if duty.lead.person} | {*staff.roles}
    seen = Seen(
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
    changes = changes_of(seen, person, asked)
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


def _lists(seen: Seen, moves: dict[int, date], blocked: dict[int, str], asked: str) -> list[Found]:
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


def _silent_words(seen: Seen, duty: Duty) -> str:
    """ "In progress, as of January 3, 2026. Network Services" """
    stands = (
        f"{seen.statuses[duty.status].name}, as of {us_date(duty.as_of)}"
        if duty.status in seen.statuses and duty.as_of
        else "No status yet"
    )
    home = seen.home(duty)
    return f"{stands}. {home}" if home and home != seen.who(duty.lead) else stands


def _empty_words(seen: Seen) -> str:
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


def _silent(seen: Seen) -> list[Silent]:
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


def _headline(seen: Seen, totals: dict[str, int]) -> tuple[str, str]:
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
