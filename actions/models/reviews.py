"""Reviews of a plan as records, the calendar that a person subscribes to, and until when somebody has looked."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Organization, Person
from actions.models.cycles import Cycle
from goals.models import Plan, PlanNode
from planner.lib.db import Clock


class ReviewQuerySet(models.QuerySet):
    def held(self):
        """Those that are over, and frozen. One: `is_held`."""
        return self.exclude(held_at=None)

    def open(self):
        """Those that are being prepared or written down."""
        return self.filter(held_at=None)


class Review(models.Model):
    """That people met over a plan: when, who took part, what was found and decided. Once held it never changes."""

    REGULAR, YEARLY = "regular", "yearly"
    KINDS = [(REGULAR, "Review of a cycle"), (YEARLY, "Yearly review")]

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reviews")
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="reviews", help_text="That was open when it began.")
    kind = models.CharField(max_length=8, choices=KINDS)
    on = models.DateField(help_text="The day on which people met.")
    since = models.DateField(help_text="The first day that its agenda looks at.")
    address = models.CharField(max_length=16, blank=True, help_text="Its public address below the plan, once it is held.")
    summary = models.TextField(blank=True, help_text="What came of it as a whole. Everybody reads it where the plan's reviews are public.")
    note = models.TextField(blank=True, help_text="Only those who work on the plan read it.")
    opened_at = models.DateTimeField(db_default=Clock())
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField(null=True, help_text="When it was closed for good.")
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["regular", "yearly"]), name="review_kind_known"),
            models.CheckConstraint(condition=Q(since__lte=F("on")), name="review_looks_back"),
            models.UniqueConstraint(fields=["plan", "kind"], condition=Q(held_at=None), name="review_open_once"),
            models.UniqueConstraint(fields=["plan", "address"], condition=~Q(address=""), name="review_address_once"),
            models.CheckConstraint(
                condition=Q(held_at=None, address="") | (Q(held_at__isnull=False) & ~Q(address="")), name="review_held_with_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"

    @property
    def is_held(self) -> bool:
        """Twin of `ReviewQuerySet.held`."""
        return self.held_at is not None


class ReviewParticipant(models.Model):
    """Who took part: a role, how many of it; a person where that is wanted. Visitors see roles and numbers alone."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="participants")
    role = models.CharField(max_length=120)
    count = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(role="") & Q(count__gte=1), name="participant_said"),
            models.CheckConstraint(condition=Q(person=None) | Q(count=1), name="participant_person_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.role}"


class ReviewItem(models.Model):
    """One thing that a review looks at, what the data said of it then, what was found, and what was decided."""

    AGENDA, STRATEGY, ROLE, WORDING = "agenda", "strategy", "role", "wording"
    SECTIONS = [
        (AGENDA, "Agenda"),
        (STRATEGY, "How well each strategy works"),
        (ROLE, "Roles and responsibilities"),
        (WORDING, "Due dates and wording"),
    ]
    KEEP, CHANGE, STOP = "keep", "change", "stop"
    DECISIONS = [(KEEP, "Keep"), (CHANGE, "Change"), (STOP, "Stop")]
    WORKS, PARTLY, NOT, UNKNOWN = "works", "partly", "not", "unknown"
    EFFECTS = [(WORKS, "It works"), (PARTLY, "It works in part"), (NOT, "It does not work"), (UNKNOWN, "Too early to say")]

    review = models.ForeignKey(Review, models.CASCADE, related_name="items")
    section = models.CharField(max_length=8, choices=SECTIONS)
    node = models.ForeignKey(PlanNode, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    reasons = models.JSONField(default=list, help_text="Why it is on the agenda; see actions.reviewing.agenda.")
    facts = models.JSONField(
        default=dict, help_text="What the data said of it: wording, status and due day, old and new. Persons by their key alone."
    )
    effect = models.CharField(max_length=8, choices=EFFECTS, blank=True, help_text="Of a strategy.")
    finding = models.TextField(blank=True, help_text="What was found. Only those who work on the plan read it.")
    decision = models.CharField(max_length=8, choices=DECISIONS, blank=True)
    decided = models.TextField(blank=True, help_text="The decision in a sentence. Everybody reads it where the plan's reviews are public.")
    version = models.PositiveIntegerField(default=0, help_text="Rises with each change; a form carries the one that it shows.")

    class Meta:
        ordering = ["review", "section", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "section", "node"], name="item_once"),
            models.CheckConstraint(condition=Q(section__in=["agenda", "strategy", "role", "wording"]), name="item_section_known"),
            models.CheckConstraint(condition=Q(decision__in=["", "keep", "change", "stop"]), name="item_decision_known"),
            models.CheckConstraint(
                condition=Q(effect="") | Q(section="strategy", effect__in=["works", "partly", "not", "unknown"]), name="item_effect_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.node_id} of review {self.review_id}"

    @property
    def has_words(self) -> bool:
        """Whether somebody said something of it, so that it stays on the agenda whatever the data say."""
        return bool(self.decision or self.finding or self.decided or self.effect)


class ReviewTask(models.Model):
    """Something that somebody is to do because of a review. Once that is held, whether it is done is all that changes."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="tasks")
    item = models.ForeignKey(ReviewItem, models.CASCADE, null=True, related_name="tasks", help_text="Out of which it came.")
    text = models.CharField(max_length=500)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="review_tasks")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    press = models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one task.")

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["person", "due_on"], name="reviewtask_to_do", condition=Q(done_on=None))]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="task_said"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, department=None) | Q(person=None, department__isnull=False), name="task_has_one_owner"
            ),
            models.UniqueConstraint(fields=["review", "press"], name="task_once_a_press"),
        ]

    def __str__(self) -> str:
        return self.text


class CalendarFeed(models.Model):
    """The private address of a person's calendar. A person has one that works; an ended one never works again."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="calendar_feeds")
    name = models.UUIDField(default=uuid.uuid4, unique=True, help_text="The part of the address that finds it; a signature follows it.")
    created_at = models.DateTimeField(db_default=Clock())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="feed_one_works")]

    def __str__(self) -> str:
        return f"calendar {self.name}"


class LastLook(models.Model):
    """Until when a person has seen what changed in an organization. Set by a press, never by looking."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organization"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organization_id}: {self.at}"
