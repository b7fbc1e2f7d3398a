"""Do by hand what the scheduler does every hour: delete answers row by row whose time is over."""

from datetime import date

from accounts.audit import Press
from accounts.models import AuditEntry
from planner.lib.commands import PlainCommand, day
from surveys.services.retention import Due, delete_due, due


class Command(PlainCommand):
    help = "Delete the answers row by row that were kept as long as their survey says, with their files. Tallies and published tables stay."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="The day that it is to be (default: today in each district).")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be deleted, and delete nothing.")

    def run(self, *, on: date | None, dry_run: bool, **options) -> None:
        found = list(due(on)) if dry_run else delete_due(on=on, press=Press(AuditEntry.COMMAND))
        for one in found:
            self.stderr.write(in_words(one, dry_run=dry_run))
        if not found:
            self.stderr.write("Nothing is past its time.")


def in_words(found: Due, *, dry_run: bool) -> str:
    """ "meadow/spring: the answers of 8,399 respondents in 1 import and 2 uploaded files were deleted." """
    respondents = sum(source.respondents for source in found.imports)
    imports, files = len(found.imports), len({job.file.path for job in found.uploads if job.file})
    said = f"the answers of {respondents:,} respondents in {imports} import{'s' if imports != 1 else ''}" if imports else ""
    if files:
        said += f"{' and ' if said else ''}{files} uploaded file{'s' if files != 1 else ''}"
    return f"{found.survey.organization.slug}/{found.survey.slug}: {said} {'would be' if dry_run else 'were'} deleted."
