"""Bring a survey's export file or its published figures in, or say what would be understood."""

import json
from pathlib import Path

from django.core.management.base import CommandError

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from planner.lib.commands import PlainCommand
from surveys.reading.child import ReaderDied
from surveys.reading.issues import INFO, NotASurvey
from surveys.services.importing import import_file, mapping_from, preview, summary


class Command(PlainCommand):
    help = "Import answers or published figures into a survey, which is made where it does not exist. The same file again adds nothing."
    refusals = (NotASurvey, ReaderDied)

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--district", required=True, metavar="SLUG")
        parser.add_argument("--survey", required=True, metavar="SLUG")
        parser.add_argument(
            "--mapping", metavar="FILE.json", help="What --json printed under “mapping”, corrected: how the columns are to be read."
        )
        parser.add_argument(
            "--replace", action="store_true", help="Take the place of the answers that were imported before, instead of adding to them."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what was understood and write nothing.")
        parser.add_argument("--json", action="store_true", help="The report as JSON on standard output.")

    def run(self, *, file, district, survey, mapping, replace, dry_run, **options):
        organization = Organization.objects.filter(slug=district).first()
        if organization is None:
            raise CommandError(f"There is no district “{district}”. Make it first: manage.py create_district {district} --name NAME.")
        path = Path(file)
        try:
            path.open("rb").close()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        columns = mapping_from(Path(mapping)) if mapping else None
        if dry_run:
            draft = preview(path, mapping=columns)
        else:
            press = Press(AuditEntry.COMMAND)
            draft = import_file(path, organization=organization, slug=survey, press=press, mapping=columns, replace=replace).draft
        found = summary(draft)
        self.stderr.write("\n".join(in_words(found, f"{district}/{survey}", dry_run=dry_run)))
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def in_words(found: dict, address: str, *, dry_run: bool) -> list[str]:
    """The report for people: what it is, what is odd, what became of it."""
    said = [
        f"{address}: {found['format']}, {found['encoding']}, {found['responses']:,} respondents, {len(found['questions'])} questions. {found['reason']}"
    ]
    said += [
        issue["message"]
        for issue in found["issues"]
        if issue["severity"] != INFO or issue["code"] in ("already_imported", "known_rows", "metadata")
    ]
    return [*said, "Nothing was written."] if dry_run else said
