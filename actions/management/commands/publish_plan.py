"""Decide what visitors see of a plan, or publish a progress report."""

from django.core.management.base import CommandError

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.services.publishing import publish_report
from goals.models import Plan
from goals.services import change_plan
from planner.lib.commands import PlainCommand, day


class Command(PlainCommand):
    help = "Show a plan live or keep it private, or publish what it said on a day."

    def add_arguments(self, parser):
        parser.add_argument("plan", metavar="DISTRICT/PLAN")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--live", action="store_true", help="Visitors see the plan as it is today, and every past day.")
        what.add_argument("--private", action="store_true", help="Visitors see nothing of it.")
        what.add_argument(
            "--report-through", type=day, metavar="DATE", help="Publish a progress report; a private plan shows its reports then."
        )

    def run(self, *, plan, live, private, report_through, **options):
        district, _, slug = plan.partition("/")
        found = Plan.objects.filter(organization__slug=district, slug=slug).first()
        if found is None:
            raise CommandError(f"There is no plan “{plan}”. Give it as DISTRICT/PLAN, for instance mdusd/technology.")
        press = Press(AuditEntry.COMMAND)
        if report_through:
            report = publish_report(plan=found, through=report_through, press=press)
            self.stderr.write(f"Published: /{plan}/reports/{report.address}/ with the fingerprint {report.fingerprint}.")
            return
        change_plan(plan=found, press=press, visibility=Plan.LIVE if live else Plan.PRIVATE)
        self.stderr.write(f"{plan} is {'live: everybody sees it' if live else 'private: visitors see nothing of it'}.")
