"""Load the sample districts that ship: one with its plan, one with a survey and the plan that answers it."""

from django.conf import settings
from django.core.management.base import CommandError

from actions.samples import load_samples, sign_ins
from dashboards.samples import EVERYBODY, load_answered_survey
from planner.lib.commands import PlainCommand


class Command(PlainCommand):
    help = "Load the sample districts with their plans, reports, people and survey. Nothing happens where they are there already."

    def run(self, **options):
        if settings.IS_PRODUCTION:
            raise CommandError(
                "Samples have people with passwords that are printed, so they are not loaded into a production installation."
            )
        made = {"mdusd": load_samples(), "dekalb": load_answered_survey()}
        sign_ins(settings.DATA_DIR, EVERYBODY)
        for slug, is_new in made.items():
            said = "is there." if is_new else "was there already; nothing was changed."
            self.stderr.write(f"The sample district {slug} {said}")
