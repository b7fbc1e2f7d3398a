"""Do by hand what the scheduler does: open and close cycles, plan what is due, send it."""

from datetime import date

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from actions.models import Reminder
from actions.services import reminders, sending
from actions.services.mails import Desk
from planner.lib.commands import PlainCommand, day


class Command(PlainCommand):
    help = "Send the reminders that are due up to a day and were not sent yet."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, metavar="DATE", help="The day that it is to be (default: today in each district).")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say who would be written to. Nothing is sent, and nothing is written down."
        )

    def run(self, *, on: date | None, dry_run: bool, **options) -> None:
        if dry_run:
            for organization in reminders.asked_organizations():
                self.show(organization, on or organization.today())
            return
        for organization in reminders.asked_organizations():
            reminders.run_organization(organization=organization, on=on or organization.today(), press=Press(AuditEntry.COMMAND))
        result = sending.send_due(on=on)
        self.stderr.write(f"{result}.")
        if result.trouble:
            self.stderr.write(f"{result.trouble.rstrip('.')}. What waits is sent when it answers again.")

    def show(self, organization: Organization, on: date) -> None:
        with transaction.atomic():
            reminders.run_organization(organization=organization, on=on, press=Press(AuditEntry.COMMAND))
            waiting = list(Reminder.objects.waiting().filter(organization=organization, due_on__lte=on).order_by("pk"))
            written = Desk().write(waiting)
            for reminder in waiting:
                mail = written[reminder.pk]
                if isinstance(mail, EmailMultiAlternatives):
                    self.stderr.write(f"{organization.slug}: to {mail.to[0]}: {mail.subject}")
            count = sum(isinstance(mail, EmailMultiAlternatives) for mail in written.values())
            self.stderr.write(f"{organization.slug}: {count} would be written to on {on}. Nothing was sent.")
            transaction.set_rollback(True)
