"""Make an organization."""

from django.core.management.base import CommandError

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from accounts.services import create_organization
from planner.lib.commands import PlainCommand


class Command(PlainCommand):
    help = "Make a district, a school or a state agency. Nothing happens where it exists already."

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="SLUG", help="Its short name in every address, for years.")
        parser.add_argument("--name", required=True)
        parser.add_argument("--kind", choices=[Organization.DISTRICT, Organization.SCHOOL, Organization.STATE], default="district")
        parser.add_argument("--parent", metavar="SLUG", help="What it hangs under: the district of a school, the state of a district.")
        parser.add_argument("--time-zone", help="Such as America/Los_Angeles; decides which day it is there.")

    def run(self, *, slug, name, kind, parent, time_zone, **options):
        if Organization.objects.filter(slug=slug).exists():
            self.stderr.write(f"The {kind} {slug} exists already; nothing was changed.")
            return
        above = None
        if parent:
            above = Organization.objects.filter(slug=parent).first()
            if above is None:
                raise CommandError(f"There is no organization “{parent}”. Make it first: manage.py create_district {parent} --name NAME.")
        more = {"time_zone": time_zone} if time_zone else {}
        made = create_organization(slug=slug, name=name, kind=kind, parent=above, press=Press(AuditEntry.COMMAND), **more)
        self.stderr.write(f"Made the {kind} {made.slug}: {made.name}.")
