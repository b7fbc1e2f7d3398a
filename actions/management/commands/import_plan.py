"""Bring a plan document in, or say what that would change."""

import hashlib
import json
from pathlib import Path

from django.core.management.base import CommandError

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from actions.reading.child import ReaderDied, read_in_child
from actions.reading.draft import NotAPlan
from actions.services.importing import import_plan, known_statuses, preview_import, summary
from planner.lib.commands import PlainCommand, day


class Command(PlainCommand):
    refusals = (NotAPlan, ReaderDied, ValueError)
    help = "Import a plan document into a plan, which is made as a private draft where it does not exist. Importing again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--district", required=True, metavar="SLUG")
        parser.add_argument("--plan", required=True, metavar="SLUG")
        parser.add_argument("--title", default="", help="Of a plan that is made; else the document's own.")
        parser.add_argument("--as-of", type=day, metavar="DATE", help="The day that it is true for; else the document's own, else today.")
        parser.add_argument("--part", type=int, metavar="N", help="Which plan of a file that holds several; else the first.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change and write nothing.")
        parser.add_argument("--json", action="store_true", help="The report as JSON on standard output.")

    def run(self, *, file, district, plan, title, as_of, part, dry_run, **options):
        organization = Organization.objects.filter(slug=district).first()
        if organization is None:
            raise CommandError(f"There is no district “{district}”. Make it first: manage.py create_district {district} --name NAME.")
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        name = Path(file).name
        draft = read_in_child(data, name, known_statuses=known_statuses(organization, plan), part=part)
        if dry_run:
            imported = preview_import(draft, organization=organization, slug=plan, as_of=as_of)
        else:
            imported = import_plan(
                draft,
                organization=organization,
                slug=plan,
                press=Press(AuditEntry.COMMAND),
                title=title,
                as_of=as_of,
                name=name,
                sha256=hashlib.sha256(data).hexdigest(),
            )
        found = summary(imported, district=district, slug=plan)
        self.stderr.write("\n".join(in_words(found, written=imported.edition is not None, dry_run=dry_run)))
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def in_words(found: dict, *, written: bool, dry_run: bool) -> list[str]:
    """The report for people: what was read, what is odd, what became of it."""
    counts, lines, changes = found["counts"], found["lines"], found["changes"]
    said = [
        f"{found['plan']} as of {found['as_of']}: {counts['goal_areas']} goal areas, {counts['objectives']} objectives,"
        f" {counts['strategies']} strategies, {counts['action_steps']} action steps."
    ]
    if lines["total"]:
        said.append(
            f"Of {lines['total']} lines {lines['used']} were used, {lines['known']} hold no data and {lines['unexplained']} were not understood."
        )
    said += [f"{'line ' + str(i['line']) + ': ' if i['line'] else ''}{i['message']}" for i in found["issues"]]
    told = ", ".join(f"{count} {what}" for what, count in changes.items() if count) or "no action step is added, changed, moved or removed"
    verb = "Nothing was written; it would be: " if dry_run else "Written: " if written else "Nothing was written: "
    return [*said, f"{verb}{told}."]
