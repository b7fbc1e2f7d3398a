"""Take a plan away in any format, as of any day."""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from actions.pictures import read_plan_picture
from actions.writing.formats import FORMATS
from actions.writing.pdf import PdfFailed
from planner.lib.commands import PlainCommand, day
from planner.lib.dates import us_date


class Command(PlainCommand):
    help = "Export a plan. The file goes to standard output unless -o names one."

    refusals = (PdfFailed,)

    def add_arguments(self, parser):
        parser.add_argument("plan", metavar="DISTRICT/PLAN")
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--as-of", type=day, metavar="DATE", help="The day that it shall be true for; else today.")
        parser.add_argument("-o", "--output", metavar="FILE")
        parser.add_argument("--bom", action="store_true", help="Begin the CSV with a byte-order mark, for Excel.")

    def run(self, *, plan, as_of, output, bom, **options):
        district, _, slug = plan.partition("/")
        picture = read_plan_picture(district, slug, as_of=as_of)
        if picture is None:
            raise CommandError(f"There is no plan “{plan}”. Give it as DISTRICT/PLAN, for instance mdusd/technology.")
        if as_of and as_of > picture.today:
            raise CommandError(f"{us_date(as_of)} is after today, {us_date(picture.today)}. Give today or an earlier day.")
        if not picture.areas:
            raise CommandError(f"Nothing is known of {plan} on {us_date(picture.as_of)}. Give a later day.")
        form = FORMATS[options["format"]]
        if output is None:
            form.write(picture, sys.stdout.buffer, bom=bom)
            return
        path = Path(output)
        try:
            with path.open("wb") as out:
                form.write(picture, out, bom=bom)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
        self.stderr.write(f"{path}: {plan} as of {us_date(picture.as_of)}.")
