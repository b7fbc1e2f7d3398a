"""The plan, its scale of statuses, and the names of its editions."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import AuditEntry, Organization, Person, StoredFile, refuse_reserved_slug, slug_validator
from planner.lib.db import Clock

NOT_STARTED, UNDER_WAY, COMPLETE, STOPPED = ("not_started", "under_way", "complete", "stopped")
MEANINGS = [(NOT_STARTED, "Not started"), (UNDER_WAY, "Under way"), (COMPLETE, "Complete"), (STOPPED, "Stopped")]

LEVEL_WORDS = {
    "goal_area": "Goal area",
    "performance_objective": "Performance objective",
    "strategy": "Strategy",
    "action_step": "Action step",
}


class PlanQuerySet(models.QuerySet):
    def of(self, person):
        """Plans of the organizations that the person belongs to."""
        return self.filter(organization__in=Organization.objects.of(person))

    def public(self):
        """Plans that a visitor may see something of. One: `is_public`."""
        return self.exclude(visibility=Plan.PRIVATE)


class Plan(models.Model):
    """A strategic plan of an organization."""

    DRAFT, REVIEW, ADOPTED, CLOSED = "draft", "review", "adopted", "closed"
    STAGES = [(DRAFT, "Draft"), (REVIEW, "In review"), (ADOPTED, "Adopted"), (CLOSED, "Closed")]
    PRIVATE, REPORTS_ONLY, LIVE = "private", "reports", "live"
    VISIBILITIES = [(PRIVATE, "Private"), (REPORTS_ONLY, "Published reports only"), (LIVE, "Live")]

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="plans")
    slug = models.CharField(
        max_length=64, validators=[slug_validator, refuse_reserved_slug], help_text="Its short name in addresses, for years."
    )
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    levels = models.JSONField(
        default=dict,
        blank=True,
        help_text="What this plan calls its levels, in the singular: goal_area, performance_objective, strategy, action_step.",
    )
    stage = models.CharField(max_length=8, choices=STAGES, default=DRAFT)
    visibility = models.CharField(
        max_length=8,
        choices=VISIBILITIES,
        default=PRIVATE,
        help_text="What visitors see. An imported plan is private until somebody publishes it.",
    )
    review_interval_days = models.PositiveSmallIntegerField(
        default=90, help_text="A step that nobody confirmed for so many days is drawn hatched."
    )
    names_are_public = models.BooleanField(
        default=False, help_text="Whether visitors see the names of persons who lead; else their department or role stands there."
    )
    generation = models.PositiveBigIntegerField(default=0, help_text="Rises in the transaction of each change; pages are kept under it.")
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    created_at = models.DateTimeField(db_default=Clock())

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="plan_slug_once"),
            models.CheckConstraint(condition=Q(stage__in=["draft", "review", "adopted", "closed"]), name="plan_stage_known"),
            models.CheckConstraint(condition=Q(visibility__in=["private", "reports", "live"]), name="plan_visibility_known"),
            models.CheckConstraint(condition=Q(review_interval_days__gte=1), name="plan_review_interval_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Twin of `PlanQuerySet.public`."""
        return self.visibility != self.PRIVATE

    def word(self, level: str) -> str:
        """What this plan calls a level, in the singular."""
        return self.levels.get(level) or LEVEL_WORDS[level]


class StatusScale(models.Model):
    """The statuses that a plan uses. One without a plan is the organization's template, copied for a new plan."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="status_scales")
    plan = models.OneToOneField(Plan, models.CASCADE, null=True, blank=True, related_name="scale")

    def __str__(self) -> str:
        return f"Scale of {self.plan_id or self.organization_id}"


class Status(models.Model):
    """One status of a scale. People see the name, rules use the meaning. One in use is retired, never deleted."""

    scale = models.ForeignKey(StatusScale, models.CASCADE, related_name="statuses")
    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Place on the ladder, 1 is the lowest; empty: off the ladder, as On hold."
    )
    meaning = models.CharField(max_length=12, choices=MEANINGS)
    is_retired = models.BooleanField(default=False)
    former_names = models.JSONField(
        default=list,
        blank=True,
        help_text="[name, until when], oldest first: published reports call it so, and the chart over time knows it by them.",
    )

    class Meta:
        verbose_name_plural = "statuses"
        ordering = ["scale", models.F("rank").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                "scale", Lower("name"), name="status_name_once"
            ),  # on SQLite ASCII alone is folded, the service folds all
            models.UniqueConstraint(fields=["scale", "rank"], condition=Q(is_retired=False), name="status_rank_once"),
            models.CheckConstraint(condition=Q(meaning__in=[m for m, _ in MEANINGS]), name="status_meaning_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """A document that said what the plan is on a day: a name for (plan, day, moment), no copy. Only ever added."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="editions")
    as_of = models.DateField()
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField()
    name = models.CharField(max_length=255, help_text="Of the file.")
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["as_of", "recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.as_of}"
