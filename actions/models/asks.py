"""What those who answer for a step ask and say beside its status: not mine, blocked, remind me, another due day; notes among staff; photos."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, Person, StoredFile
from actions.models.cycles import Cycle
from actions.models.steps import ActionStep, StatusUpdate
from goals.models import Lead
from planner.lib.db import Clock


class AskQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody answered and that were not taken back. One: `is_open`."""
        return self.filter(answer=None)

    def for_lead(self):
        """Those that somebody has to answer. One: `is_for_lead`."""
        return self.filter(kind__in=[Ask.NOT_MINE, Ask.BLOCKED])


class Ask(models.Model):
    """What a person said of a step instead of, or beside, its status. Only ever added; `AskAnswer` says what came of it."""

    NOT_MINE, BLOCKED, REMIND, DUE = ("not_mine", "blocked", "remind", "due")
    KINDS = [(NOT_MINE, "Not mine"), (BLOCKED, "Blocked"), (REMIND, "Remind me"), (DUE, "Due date changed")]

    step = models.ForeignKey(ActionStep, models.PROTECT, related_name="asks")
    kind = models.CharField(max_length=8, choices=KINDS)
    sentence = models.TextField(blank=True, help_text="Why, or what it waits for. Only those who work on the plan read it.")
    who = models.CharField(max_length=200, blank=True, help_text="Whose it is, or who can help, as it was typed.")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="The person who is meant, where it is known.")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="asks", help_text="In which to be reminded.")
    remind_on = models.DateField(null=True)
    due_old = models.DateField(null=True, help_text="Empty where there was none.")
    due_new = models.DateField(null=True)
    as_of = models.DateField(help_text="The day in the district on which it was said.")
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one.")

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["step", "kind", "id"], name="ask_of_step"), models.Index(fields=["remind_on"], name="ask_remind")]
        constraints = [
            models.UniqueConstraint(fields=["step", "kind", "press"], name="ask_once_a_press"),
            models.CheckConstraint(condition=Q(kind__in=["not_mine", "blocked", "remind", "due"]), name="ask_kind_known"),
            models.CheckConstraint(condition=~Q(kind="blocked", sentence=""), name="ask_blocked_says_why"),
            models.CheckConstraint(
                condition=Q(kind="remind", cycle__isnull=False, remind_on__isnull=False, remind_on__gt=F("as_of"))
                | (~Q(kind="remind") & Q(cycle=None, remind_on=None)),
                name="ask_remind_has_day",
            ),
            models.CheckConstraint(
                condition=(Q(kind="due", due_new__isnull=False) & (Q(due_old=None) | ~Q(due_new=F("due_old"))))
                | (~Q(kind="due") & Q(due_old=None, due_new=None)),
                name="ask_due_changes_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.step_id} by {self.by_id}"

    @property
    def is_open(self) -> bool:
        """Twin of `AskQuerySet.open`."""
        return not AskAnswer.objects.filter(ask=self).exists()

    @property
    def is_for_lead(self) -> bool:
        """Twin of `AskQuerySet.for_lead`."""
        return self.kind in (self.NOT_MINE, self.BLOCKED)


class AskAnswer(models.Model):
    """What came of an ask: given to somebody, left where it is, settled, or taken back by who asked. Once, and only ever added."""

    ASSIGNED, LEFT, SETTLED, WITHDRAWN = ("assigned", "left", "settled", "withdrawn")
    KINDS = [(ASSIGNED, "Given to somebody else"), (LEFT, "Left where it is"), (SETTLED, "Settled"), (WITHDRAWN, "Taken back")]

    ask = models.OneToOneField(Ask, models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=9, choices=KINDS)
    sentence = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["assigned", "left", "settled", "withdrawn"]), name="answer_kind_known")]

    def __str__(self) -> str:
        return f"{self.kind}: ask {self.ask_id}"


class StepNote(models.Model):
    """What staff say to each other about a step; with `lead` it is the note by which a step was handed over. Never public, only ever added."""

    step = models.ForeignKey(ActionStep, models.PROTECT, related_name="notes")
    text = models.TextField()
    lead = models.OneToOneField(
        Lead, models.PROTECT, null=True, related_name="note", help_text="With which this note hands the step over; empty for other notes."
    )
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one note.")

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "press"], name="note_once_a_press"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk} on {self.step_id}"


class NoteMentionQuerySet(models.QuerySet):
    def unseen(self):
        """Those that the person has not looked at. One: `is_unseen`."""
        return self.filter(seen_at=None)


class NoteMention(models.Model):
    """That a note speaks to a person, and when the person first saw it."""

    note = models.ForeignKey(StepNote, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="mentions")
    seen_at = models.DateTimeField(null=True)
    said_on = models.DateField(null=True, help_text="The day in the district. Empty: from before such notes were mailed.")

    objects = NoteMentionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person"], name="mention_unseen", condition=Q(seen_at=None))]
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in note {self.note_id}"

    @property
    def is_unseen(self) -> bool:
        """Twin of `NoteMentionQuerySet.unseen`."""
        return self.seen_at is None


class LeadNote(models.Model):
    """The note by which a goal area, an objective or a strategy was handed over; that of a step is a `StepNote`. Never public, only ever added."""

    lead = models.OneToOneField(
        Lead, models.PROTECT, primary_key=True, related_name="part_note", help_text="With which it hands the part over."
    )
    text = models.TextField()
    seen_at = models.DateTimeField(null=True, help_text="When the person who leads it now first saw it.")
    said_on = models.DateField(null=True, help_text="The day in the district. Empty: from before such notes were mailed.")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="leadnote_says_something")]

    def __str__(self) -> str:
        return f"Note of lead {self.lead_id}"


class StepPhoto(models.Model):
    """A picture that shows how a step stands. Private: it is given to those who work on the plan, never to the public. Only ever added."""

    TYPES = [("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WebP")]

    step = models.ForeignKey(ActionStep, models.PROTECT, related_name="photos")
    update = models.ForeignKey(StatusUpdate, models.PROTECT, null=True, related_name="photos", help_text="With which it was given.")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    content_type = models.CharField(max_length=10, choices=TYPES)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    as_of = models.DateField()
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4)

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "press"], name="photo_once_a_press"),
            models.CheckConstraint(condition=Q(content_type__in=["image/jpeg", "image/png", "image/webp"]), name="photo_type_known"),
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="photo_has_size"),
        ]

    def __str__(self) -> str:
        return f"Photo {self.pk} of {self.step_id}"
