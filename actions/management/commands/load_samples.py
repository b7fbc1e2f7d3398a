"""Load the sample district that ships."""

from django.conf import settings
from django.core.management.base import CommandError

from actions.samples import load_samples, sign_ins
from planner.lib.commands import PlainCommand


class Command(PlainCommand):
    help = "Load the sample district with its plan, reports and people. Nothing happens where it is there already."

    def run(self, **options):
        if settings.IS_PRODUCTION:
            raise CommandError(
                "Samples have people with passwords that are printed, so they are not loaded into a production installation."
            )
        made = load_samples()
        sign_ins(settings.DATA_DIR)
        self.stderr.write(
            "The sample district mdusd is there." if made else "The sample district mdusd was there already; nothing was changed."
        )
