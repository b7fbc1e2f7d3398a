"""What is noted while a year is played: whether the ledger left nobody out, and why steps were not confirmed. Reads by its own simple ways."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import Membership
from accounts.roles import ADMIN, CONTRIBUTOR
from accounts.roles import CABINET as CABINET_ROLE
from actions.models import ActionStep, Cycle, Reminder, ReminderLine, ReviewRhythm, SchoolBreak, StatusUpdate
from actions.reminding.calendar import ONE_DAY
from actions.reminding.ladder import CABINET, FIRST, LEAD, PLANNER, SECOND, UPDATE
from actions.simulating.people import BOUNCE, HELPS, IGNORE
from actions.simulating.world import World

WHY = {BOUNCE: "their mails come back", IGNORE: "they never answer"}
FORGOT, NOBODY = "they did not get to it in this cycle", "they left, and nobody was named since"
LED = {HELPS: "the lead did not get to the list", "": "the lead never opens the list"}
ASKED = {HELPS: "the planner did not get to the last one", "": "the planner never opens the last one"}


@dataclass(slots=True)
class Watch:
    """Told of each day after its mails went out."""

    world: World
    taken: Counter = field(default_factory=Counter)
    """Message-ID -> how often the mail server took it."""
    expected: int = 0
    missing: list[tuple[date, int, int, int]] = field(default_factory=list)
    """Day, cycle, person and rung that no mail named, though the rules say so."""
    why: Counter = field(default_factory=Counter)
    """Why the step's own people did not say it, the lead did not, the planner did not -> steps at the close of a cycle."""
    breaks: list[tuple[date, date]] = field(default_factory=list)
    """The same for all districts of a simulation."""
    units: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Rhythm -> (confirmed, all) of each closed cycle."""
    months: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)
    """District, year and month -> [confirmed, all] of its steps whose cycles ended in that month."""

    def day(self, on: date) -> None:
        self.breaks = self.breaks or list(SchoolBreak.objects.values_list("starts_on", "ends_on").distinct())
        self.note_closed(on)
        if self._is_working(on):
            self.check_ladder(on)

    def _is_working(self, on: date) -> bool:
        return on.weekday() < 5 and not any(starts_on <= on <= ends_on for starts_on, ends_on in self.breaks)

    def _working(self, on: date) -> date:
        while not self._is_working(on):
            on += ONE_DAY
        return on

    def check_ladder(self, on: date) -> None:
        """Each rung that falls on this day, counted anew from the calendar and the rows of the steps, is in a mail for each whom it concerns."""
        for cycle in Cycle.objects.open().containing(on).filter(opened_on__gt=on - timedelta(days=60)).select_related("plan"):
            begin = self._working(cycle.opened_on)
            for rung, after in ((FIRST, 0), (SECOND, 7), (LEAD, 14), (CABINET, 21)):
                if self._working(begin + timedelta(days=after)) == on <= cycle.ends_on:
                    people = self._concerned(cycle, rung)
                    named = set(ReminderLine.objects.filter(kind=UPDATE, cycle=cycle, rung=rung).values_list("person", flat=True))
                    self.expected += len(people)
                    self.missing += [(on, cycle.pk, person, rung) for person in people - named]

    def _concerned(self, cycle: Cycle, rung: int) -> set[int]:
        here = Membership.objects.filter(organization=cycle.plan.organization_id, person__is_active=True)
        able = set(here.filter(role=CONTRIBUTOR).values_list("person", flat=True))
        silent = [leads for _, leads, as_of in self._steps(cycle) if as_of is None or as_of < cycle.starts_on]
        if rung == CABINET:
            return set(here.filter(role=CABINET_ROLE).values_list("person", flat=True)) if silent else set()
        if rung == LEAD:
            return {above for leads in silent if (above := _above(leads, able))}
        return {leads[0] for leads in silent} & able

    def _steps(self, cycle: Cycle) -> list[tuple[int, list[int], date]]:
        """Step, who leads it and what it hangs under, the nearest first, and the day of its status."""
        rows = ActionStep.objects.present().filter(plan=cycle.plan_id)
        said = rows.values_list("node", "status_as_of", "lead_person", "strategy__lead_person", "goal_area__lead_person")
        return [(node, [lead for lead in leads if lead], as_of) for node, as_of, *leads in said]

    def note_closed(self, on: date) -> None:
        """Of the cycles that ended yesterday, why steps were not confirmed in them."""
        for cycle in Cycle.objects.exclude(closed_at=None).filter(ends_on=on - ONE_DAY).select_related("plan"):
            within = StatusUpdate.objects.filter(step__plan=cycle.plan_id, as_of__range=(cycle.starts_on, cycle.ends_on))
            confirmed = set(within.values_list("step", flat=True))
            steps = self._steps(cycle)
            work = dict(Membership.objects.filter(organization=cycle.plan.organization_id).values_list("person", "role"))
            here, planners = set(work), {person for person, role in work.items() if role == ADMIN}
            looking = {person for person, kind in self.world.planners.items() if kind == HELPS}
            for node, leads, _ in steps:
                if node not in confirmed:
                    own, lead = leads[0], _above(leads, here)
                    why = WHY.get(self.world.kinds.get(own, ""), FORGOT) if own in here else NOBODY
                    led = LED[HELPS if self.world.leads.get(lead or 0) == HELPS else ""]
                    self.why[f"{why}; {led}; {ASKED[HELPS if planners & looking else '']}"] += 1
            unit = ReviewRhythm.objects.values_list("unit", flat=True).get(pk=cycle.plan_id)
            self.units.setdefault(unit, []).append((len(confirmed), len(steps)))
            counts = self.months.setdefault((cycle.plan.organization_id, cycle.ends_on.year, cycle.ends_on.month), [0, 0])
            counts[0] += len(confirmed)
            counts[1] += len(steps)
            if len(confirmed) < len(steps):
                self._check_planners(on, cycle, planners)

    def _check_planners(self, on: date, cycle: Cycle, planners: set[int]) -> None:
        """Something was never said, so the planners were told, where those who lead above were."""
        lines = ReminderLine.objects.filter(cycle=cycle, kind=UPDATE)
        if lines.filter(rung=LEAD).exists():
            self.expected += len(planners)
            named = set(lines.filter(rung=PLANNER).values_list("person", flat=True))
            self.missing += [(on, cycle.pk, person, PLANNER) for person in planners - named]

    def ledger(self) -> dict[str, int]:
        """R01, asked of what was played: each key once, each plan's cycle once a person and rung, in one mail that went once."""
        keys = Reminder.objects.values_list("kind", "person", "organization", "due_on", "rung")
        lines = ReminderLine.objects.values_list("kind", "person", "plan", "about_on", "rung")
        sent = set(Reminder.objects.filter(state=Reminder.SENT).values_list("message_id", flat=True))
        return {
            "keys": len(keys),
            "keys_twice": len(keys) - len(set(keys)),
            "named": len(lines),
            "named_twice": len(lines) - len(set(lines)),
            "expected": self.expected,
            "expected_and_missing": len(self.missing),
            "sent_twice": sum(count > 1 for count in self.taken.values()),
            "sent_and_not_taken": len(sent - set(self.taken)),
            "taken_and_not_noted": len(set(self.taken) - sent),
        }


def _above(leads: list[int], here: set[int]) -> int | None:
    """Who gets the list of a step's lead: the nearest above who is another and works here."""
    return next((lead for lead in leads[1:] if lead != leads[0] and lead in here), None)
