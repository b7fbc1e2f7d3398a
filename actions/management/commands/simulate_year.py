"""Play a year of many plans with made-up people, through the real services, and say what came of it."""

import argparse
import json
from dataclasses import fields, replace

from actions.simulating.people import SETS, Habits
from actions.simulating.year import Simulation
from planner.lib.commands import PlainCommand, day

KNOWN: dict[str, type[int] | type[float]] = {field.name: int if isinstance(field.default, int) else float for field in fields(Habits)}


def habit(text: str) -> tuple[str, float]:
    """ "lead_helps=0" """
    name, _, value = text.partition("=")
    try:
        return name, KNOWN[name](value)
    except (KeyError, ValueError):
        known = ", ".join(KNOWN)
        raise argparse.ArgumentTypeError(f"“{text}” is no habit. Write NAME=VALUE, with a name of these: {known}.") from None


class Command(PlainCommand):
    help = (
        "Simulate the reminders of a year with made-up districts. Only in a database that holds nothing real; no mail leaves the machine."
    )

    def add_arguments(self, parser):
        parser.add_argument("--plans", type=int, default=200, metavar="N", help="How many plans (default: 200).")
        parser.add_argument("--days", type=int, default=400, metavar="N", help="How many days (default: 400).")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="The same number gives the same year (default: 1).")
        parser.add_argument("--start", type=day, metavar="DATE", help="First day (default: so that the last day is yesterday).")
        parser.add_argument("--people", choices=SETS, default="base", help="Which assumptions about people (default: base).")
        parser.add_argument(
            "--habit", action="append", default=[], type=habit, metavar="NAME=VALUE", help=f"Assume otherwise: {', '.join(KNOWN)}."
        )
        parser.add_argument("--json", action="store_true", help="The figures as JSON on standard output.")

    def run(self, *, plans, days, seed, start, people, habit, **options):
        habits = replace(SETS[people], **dict(habit))
        figures = Simulation(plans=plans, days=days, seed=seed, start=start, habits=habits).run(progress=self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(figures, indent=1))
            return
        confirmed = f"{figures['confirmed_percent']}% of steps confirmed" if figures["cycles_closed"] else "nothing to measure"
        self.stderr.write(
            f"A simulation of {figures['plans']} plans over {figures['days']} days: {confirmed} in {figures['cycles_closed']} closed cycles, {figures['mails_per_owner_and_year']} mails a year for each person who answers for steps."
        )
