"""Plays the days: the scheduler's own task on a calendar that is moved on, and people who do with its mails what they are assumed to do.

What the product does is not simulated: the task runs once a day, mails are written by the ledger's desk, and people answer through the links that
stand in them. So the figures say what the product makes of people like these, and nothing about what people are like.
"""

import random
import re
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import Http404

from accounts.audit import Press
from accounts.models import AuditEntry, Membership, Organization, Person
from accounts.roles import CABINET as CABINET_ROLE
from accounts.roles import CONTRIBUTOR
from accounts.services import deactivate_person
from actions import asking, tasks
from actions.models import ActionStep, Cycle, Reminder, ReminderLine, StatusUpdate, UpdateLink
from actions.reminding.calendar import ONE_DAY
from actions.reminding.duties import Duty
from actions.reminding.ladder import AGAIN, CABINET, FIRST, LEAD, PLANNER, UNOWNED, UPDATE
from actions.services.links import LinkStep, confirm_all_by_link, get_link_or_404, record_by_link, steps_for_link
from actions.simulating.people import BASE, BOUNCE, HELPS, IGNORE, PROMPT, SECOND_ONLY, Habits
from actions.simulating.post import Mailbox, mailbox
from actions.simulating.watching import Watch
from actions.simulating.world import SLUG, World, refuse_real_data
from goals.models import Status
from goals.services import set_lead
from planner.lib.dates import us_date

UPDATE_LINK = re.compile(r"/u/([A-Za-z0-9_-]{65})/(?!unsubscribe)")
TICKS = 50
"""Runs of the scheduler's task in a day, at most: each sends for a slice of time."""


@dataclass(slots=True)
class Simulation:
    plans: int = 200
    days: int = 400
    seed: int = 1
    start: date | None = None
    habits: Habits = BASE
    world: World = field(init=False)
    watch: Watch = field(init=False)
    dice: random.Random = field(init=False)
    todo: dict[date, list[tuple[Callable, Any]]] = field(default_factory=lambda: defaultdict(list))
    said: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - drawn again the same way, no secret
        # An update is for no day after today, so the year that is played ends yesterday.
        self.start = self.start or date.today() - timedelta(days=self.days + 1)  # noqa: DTZ011
        if self.plans < 1 or self.days < 1:
            raise ValidationError("A simulation needs a plan and a day at least.")
        if self.start + timedelta(days=self.days) >= date.today():  # noqa: DTZ011
            raise ValidationError(
                f"From {us_date(self.start)} on {self.days} days would end after yesterday. Choose an earlier day, or fewer days."
            )
        planner_dice = random.Random(f"planners {self.seed}")  # noqa: S311
        self.world = World(self.start, self.days, self.habits, self.dice, planner_dice)
        self.watch = Watch(self.world)

    def run(self, progress: Any = None) -> dict[str, Any]:
        """Plays the days and gives the figures. `progress` is called with a sentence now and then."""
        refuse_real_data()
        begun = time.monotonic()
        with mailbox() as box:
            self.world.build(self.plans)
            bouncing = [person for person, kind in self.world.kinds.items() if kind == BOUNCE]
            box.bouncing = {person.email for person in Person.objects.filter(pk__in=bouncing)}
            for n in range(self.days + 1):
                self.play(self.world.start + n * ONE_DAY, box)
                if progress and n % 50 == 0:
                    sent = Reminder.objects.filter(state=Reminder.SENT).count()
                    progress(f"Day {n} of {self.days}: {sent} mails, {time.monotonic() - begun:.0f} seconds.")
        return self.figures() | {"seconds": round(time.monotonic() - begun)}

    # A day

    def play(self, on: date, box: type[Mailbox]) -> None:
        """What people had put off to this day, then the scheduler's day, then what they make of its mails."""
        Organization.objects.filter(slug__startswith=SLUG).update(calendar_on=on)
        for membership in Membership.objects.filter(person__in=self.world.leaving.pop(on, [])):
            deactivate_person(membership=membership, press=Press(AuditEntry.COMMAND))
            self.said["left"] += 1
        for what, about in self.todo.pop(on, []):
            what(about, on)
        for _ in range(TICKS):
            tasks.send_reminders()
            if not Reminder.objects.filter(state=Reminder.PLANNED, tries=0).exists() or on.weekday() >= 5:
                break
        self.watch.day(on)
        mails, box.taken = box.taken, []
        self.watch.taken.update(mail.extra_headers["Message-ID"] for mail in mails)
        if mails:
            self.read(mails, on)

    def read(self, mails: list[EmailMessage], on: date) -> None:
        by_id = {
            reminder.message_id: reminder
            for reminder in Reminder.objects.filter(message_id__in=[mail.extra_headers["Message-ID"] for mail in mails])
        }
        lines: dict[int, list[ReminderLine]] = defaultdict(list)
        for line in ReminderLine.objects.filter(reminder__in=by_id.values(), kind__in=[UPDATE, AGAIN]).order_by("pk"):
            lines[line.reminder_id].append(line)
        for mail in mails:
            reminder, link = by_id[mail.extra_headers["Message-ID"]], UPDATE_LINK.search(str(mail.body))
            rungs, person = {line.rung for line in lines[reminder.pk]}, reminder.person_id
            if link and LEAD in rungs and self.world.leads.get(person) == HELPS:
                self.perhaps(self.habits.lead_helps, self.answer_as_lead, link[1], on)
            elif link and PLANNER in rungs and self.world.planners.get(person) == HELPS:
                self.perhaps(self.habits.planner_says, self.answer_as_planner, link[1], on)
            elif link and self.wants(person, is_first=FIRST in rungs):
                self.perhaps(self.habits.reliability, self.answer, link[1], on, self.habits.prompt_days)
            if UNOWNED in rungs:
                self.perhaps(self.habits.planner_assigns, self.name_leads, reminder.organization_id, on)
            if told := [line.plan_id for line in lines[reminder.pk] if line.rung == CABINET]:
                self.perhaps(self.habits.cabinet_assigns, self.give_away_silent, told, on)

    def wants(self, person: int, *, is_first: bool) -> bool:
        kind = self.world.kinds.get(person, IGNORE)
        return kind == PROMPT or (kind == SECOND_ONLY and not is_first)

    def perhaps(self, share: float, what: Callable, about: Any, on: date, most: int = 0) -> None:
        """So often it is done, on one of the next days."""
        if self.dice.random() < share:
            self.todo[on + timedelta(days=self.dice.randrange(1, (most or self.habits.wait) + 1))].append((what, about))

    # What people do

    def open_link(self, token: str) -> UpdateLink | None:
        try:
            return get_link_or_404(token)
        except Http404:  # left, or the cycle is over
            self.said["links that did not open"] += 1
            return None

    def confirm_all(self, link: UpdateLink, still: list[LinkStep]) -> int:
        form = uuid.UUID(int=self.dice.getrandbits(128), version=4)
        return len(confirm_all_by_link(link=link, form=form, expected_versions={row.node: row.step.version for row in still}))

    def answer(self, token: str, on: date) -> None:
        """Open the link, say what changed, and that all else is still true."""
        if (link := self.open_link(token)) is None:
            return
        still = steps_for_link(link).still
        if still and self.dice.random() < self.habits.changes:
            row = self.dice.choice(still)
            rank = (row.step.status.rank or 0) if row.step.status else 0
            above = Status.objects.filter(scale__plan=row.step.plan, rank=rank + 1, is_retired=False).first()
            if above:
                form = uuid.UUID(int=self.dice.getrandbits(128), version=4)
                record_by_link(link=link, node=row.node, status=above, form=form, expected_version=row.step.version)
                still = [one for one in still if one.node != row.node]
                self.said["changed by link"] += 1
        if still:
            self.said["confirmed by link"] += self.confirm_all(link, still)
        self.said["answers"] += 1

    def answer_as_lead(self, token: str, on: date) -> None:
        self.answer_for_others(token, "leads")

    def answer_as_planner(self, token: str, on: date) -> None:
        self.answer_for_others(token, "planners")

    def answer_for_others(self, token: str, who: str) -> None:
        """Whoever leads above, or plans, presses in the link of the list what the others did not."""
        if (link := self.open_link(token)) and (still := steps_for_link(link).still):
            self.said[f"confirmed for others by {who}"] += self.confirm_all(link, still)

    def name_leads(self, organization: int, on: date) -> None:
        """A planner gives steps that nobody can be asked about to somebody who works there."""
        place = Organization.objects.select_related("parent").get(pk=organization)
        staff = asking.staff_of(place, with_unreached=True)
        duties = asking.duties_of(list(place.plans.values_list("pk", flat=True)))
        self.give_away(place, (duty for found in duties.values() for duty in found.nobodys(staff.members)), staff.planners[0], on)

    def give_away_silent(self, plans: list[int], on: date) -> None:
        """The cabinet gives steps to somebody else whose lead said nothing in the last cycle and nothing in this one."""
        found, duties = [], asking.duties_of(plans)
        for cycle in Cycle.objects.open().containing(on).filter(plan__in=plans):
            if before := Cycle.objects.filter(plan=cycle.plan_id, ends_on=cycle.starts_on - ONE_DAY).first():
                found += [duty for duty in duties[cycle.plan_id].all if not duty.is_confirmed(before.starts_on)]
        place = Organization.objects.select_related("parent").get(plans=plans[0])
        who = Membership.objects.filter(organization=place, role=CABINET_ROLE).values_list("person", flat=True)[0]
        self.give_away(place, found, who, on)

    def give_away(self, place: Organization, duties: Iterable[Duty], by: int, on: date) -> None:
        """What one person leads goes to one other, whoever it may be: nobody is known to be better."""
        staff, giver = asking.staff_of(place, with_unreached=True), Person.objects.get(pk=by)
        here = [p for p in self.world.kinds if staff.roles.get(p) == CONTRIBUTOR and p not in staff.members.unreached]
        groups: dict[int | None, list[int]] = defaultdict(list)
        for duty in duties:
            groups[duty.lead.person].append(duty.node)
        for old, nodes in groups.items():
            if others := [person for person in here if person != old]:
                new = Person.objects.get(pk=self.dice.choice(others))
                for step in ActionStep.objects.filter(pk__in=nodes).select_related("plan__organization").order_by("pk"):
                    set_lead(row=step, person=new, as_of=on, press=Press(AuditEntry.WEB, giver))
                self.said["steps given to somebody else"] += len(nodes)

    # The figures

    def figures(self) -> dict[str, Any]:
        shares = [pair for found in self.watch.units.values() for pair in found]
        states = Counter(Reminder.objects.values_list("state", flat=True))
        sent = Counter(Reminder.objects.filter(state=Reminder.SENT).values_list("person", flat=True))
        owners = [sent.get(person, 0) for person in self.world.kinds]
        years = self.days / 365
        return {
            "what": "A simulation. How people behave is assumed; see assumptions.",
            "seed": self.seed,
            "from": self.world.start.isoformat(),
            "days": self.days,
            "districts": len(self.world.organizations),
            "plans": self.plans,
            "steps": self.world.steps,
            "people": self.world.people,
            "habits": dict(sorted(Counter(self.world.kinds.values()).items())),
            "leads": dict(sorted(Counter(self.world.leads.values()).items())),
            "planners": dict(sorted(Counter(self.world.planners.values()).items())),
            "cycles_closed": len(shares),
            "confirmed_percent": _percent(sum(c for c, _ in shares), sum(t for _, t in shares)),
            "cycles": _spread(shares),
            "districts_and_months": _spread([(counts[0], counts[1]) for counts in self.watch.months.values()]),
            "cycles_by_rhythm": {unit: _spread(found) for unit, found in sorted(self.watch.units.items())},
            "not_confirmed": dict(self.watch.why.most_common()),
            "ledger": self.watch.ledger(),
            "mails": {state: states[state] for state, _ in Reminder.STATES if states[state]},
            "mails_per_owner_and_year": round(sum(owners) / len(owners) / years, 1) if owners else 0,
            "most_mails_of_an_owner": max(owners, default=0),
            "updates_by_channel": dict(sorted(Counter(StatusUpdate.objects.values_list("channel", flat=True)).items())),
            "happened": dict(sorted(self.said.items())),
            "assumptions": asdict(self.habits),
        }


def _spread(shares: list[tuple[int, int]]) -> dict[str, Any]:
    """How the cycles are spread: their number, those with 90% and with all, the middle one, the lowest in a tenth of them, and the lowest."""
    found = sorted(100 * confirmed / total for confirmed, total in shares if total)
    if not found:
        return {"number": 0}
    return {
        "number": len(found),
        "with_90_percent": _percent(sum(share >= 90 for share in found), len(found)),
        "with_all": _percent(sum(share == 100 for share in found), len(found)),
        "median": round(median(found), 1),
        "lowest_tenth": round(found[len(found) // 10], 1),
        "lowest": round(found[0], 1),
    }


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
