"""The ledger of reminders: what is to be sent to whom, what was, and the links in it."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Organization, Person
from actions.models.cycles import Cycle
from actions.reminding.ladder import KINDS
from goals.models import Plan
from planner.lib.db import Clock

RUNGS = range(1, 7)


class ReminderPreference(models.Model):
    """Whether a person wants reminders of an organization. Without a row: yes."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="reminder_preferences")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    is_unsubscribed = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Clock())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organization"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organization_id}: {'no' if self.is_unsubscribed else 'yes'}"


class ReminderQuerySet(models.QuerySet):
    def waiting(self):
        """Those that are still to be sent. One: `is_waiting`."""
        return self.filter(state__in=[Reminder.PLANNED, Reminder.CLAIMED])

    def troubled(self):
        """Those that an administrator should look at: refused, given up, or tried in vain so far."""
        return self.filter(Q(state__in=[Reminder.REFUSED, Reminder.FAILED]) | Q(state=Reminder.PLANNED, tries__gt=0))


class Reminder(models.Model):
    """One mail to one person. Its key is unique, so that it is planned once, and it is claimed before it is sent."""

    PLANNED, CLAIMED, SENT, REFUSED, FAILED, DROPPED = ("planned", "claimed", "sent", "refused", "failed", "dropped")
    STATES = [
        (PLANNED, "To be sent"),
        (CLAIMED, "Being sent"),
        (SENT, "Sent"),
        (REFUSED, "Refused by the person's mail server"),
        (FAILED, "Given up after many tries"),
        (DROPPED, "Not needed any more"),
    ]

    kind = models.CharField(max_length=8, choices=KINDS)
    person = models.ForeignKey(Person, models.PROTECT, related_name="reminders")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reminders")
    due_on = models.DateField(help_text="The day in the district for which it was planned.")
    rung = models.PositiveSmallIntegerField(help_text="Of the ladder: the lowest of its lines.")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=STATES, default=PLANNED)
    tries = models.PositiveSmallIntegerField(default=0, help_text="That failed.")
    next_try_at = models.DateTimeField(db_default=Clock())
    claim = models.UUIDField(null=True, help_text="Of the sender that has it.")
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Clock())
    ended_at = models.DateTimeField(null=True, help_text="When it was sent, refused, given up or dropped.")
    error = models.TextField(blank=True, help_text="What the mail server said last, or why it was dropped.")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="reminder_to_send", condition=Q(state="planned")),
            models.Index(fields=["claimed_until"], name="reminder_claimed", condition=Q(state="claimed")),
            models.Index(fields=["organization", "state"], name="reminder_of_organization"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "person", "organization", "due_on", "rung"], name="reminder_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind for kind, _ in KINDS]), name="reminder_kind_known"),
            models.CheckConstraint(condition=Q(rung__in=RUNGS), name="reminder_rung_known"),
            models.CheckConstraint(
                condition=Q(state="claimed", claim__isnull=False, claimed_until__isnull=False, ended_at=None)
                | Q(state="planned", claim=None, claimed_until=None, ended_at=None)
                | Q(state__in=["sent", "refused", "failed", "dropped"], claim=None, claimed_until=None, ended_at__isnull=False),
                name="reminder_state_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def is_waiting(self) -> bool:
        """Twin of `ReminderQuerySet.waiting`."""
        return self.state in (self.PLANNED, self.CLAIMED)


class ReminderLine(models.Model):
    """That a reminder speaks of a plan's cycle (or yearly review) at a rung. The same is spoken of to a person in one mail only. Only ever added."""

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=8, choices=KINDS)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, null=True, related_name="reminder_lines", help_text="Empty for a yearly review, for asks and for notes."
    )
    about_on = models.DateField(
        help_text="First day of the cycle, the day of the yearly review, or the day that was asked for or on which it was asked or noted."
    )
    rung = models.PositiveSmallIntegerField()
    due_on = models.DateField(help_text="The working day on which it became due.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "person", "plan", "about_on", "rung"], name="reminder_line_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["update", "again"], cycle__isnull=False) | Q(kind__in=["review", "answer", "mention"], cycle=None),
                name="line_of_cycle_or_review",
            ),
            models.CheckConstraint(condition=Q(rung__in=RUNGS), name="line_rung_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rung} of {self.plan_id}, {self.about_on}"


class UpdateLink(models.Model):
    """A link in a reminder that works without an account: for one person, organization and purpose, until a day. The token itself is not kept."""

    UPDATE, UNSUBSCRIBE = "update", "unsubscribe"
    PURPOSES = [(UPDATE, "Say how steps stand"), (UNSUBSCRIBE, "End the reminders")]

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="links")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    name = models.UUIDField(default=uuid.uuid4, unique=True, help_text="The part of the token that finds it.")
    token_hash = models.CharField(max_length=64, help_text="SHA-256 of the token, hexadecimal.")
    expires_on = models.DateField(help_text="The last day in the district on which it works.")
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Clock())

    class Meta:
        indexes = [models.Index(fields=["person", "organization"])]
        constraints = [models.CheckConstraint(condition=Q(purpose__in=["update", "unsubscribe"]), name="link_purpose_known")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.name}"


class MailTrouble(models.Model):
    """That the mail server could not be spoken to: since when, until when nobody tries, and what it said. No row: all is well."""

    since = models.DateTimeField(db_default=Clock())
    until = models.DateTimeField(help_text="Nobody tries before.")
    failures = models.PositiveIntegerField(default=1)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"since {self.since}: {self.error}"
