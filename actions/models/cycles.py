"""How often a plan is gone through, the cycles that came of it, and the days on which nobody is asked."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Organization, Person
from actions.reminding.calendar import DAYS, UNITS, Rhythm
from actions.reminding.ladder import Steps
from goals.models import Plan
from planner.lib.db import Clock


class ReviewRhythmQuerySet(models.QuerySet):
    def running(self):
        """Those by which cycles open: switched on, of a plan that is adopted. One: `is_running`."""
        return self.filter(is_on=True, plan__stage=Plan.ADOPTED)


class ReviewRhythm(models.Model):
    """How often those who answer for the steps of a plan are asked, when who else is told, and the day of its yearly review."""

    plan = models.OneToOneField(Plan, models.PROTECT, primary_key=True, related_name="rhythm")
    is_on = models.BooleanField(default=True, help_text="Whether cycles open and reminders are sent.")
    unit = models.CharField(max_length=10, choices=UNITS)
    every_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Length of a cycle in days, where it is neither months nor years.",
    )
    begins_on = models.DateField(
        help_text="First day of the first cycle. Later ones begin on the same day of the month, or on its last day where it is shorter."
    )
    second_after_days = models.PositiveSmallIntegerField(default=7, help_text="Days after the opening until the second mail.")
    lead_after_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days after the opening until the lead of the strategy gets a list."
    )
    cabinet_after_days = models.PositiveSmallIntegerField(default=21, help_text="Days after the opening until the cabinet gets a count.")
    tells_planners = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Whether planners get a list of what nobody has said anything of, a working week before a cycle ends.",
    )
    review_on = models.DateField(
        null=True, blank=True, help_text="Day of the first yearly review; February 29 means February 28 in common years. Empty: none."
    )
    review_before_days = models.PositiveSmallIntegerField(default=21, help_text="Days before a yearly review on which it is announced.")
    review_after_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days after it on which those who take part are asked for its outcome."
    )
    reviewed_on = models.DateField(null=True, blank=True, help_text="Day of the last yearly review that was held.")
    contact = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", help_text="Gets the answers to mails. Empty: an administrator."
    )
    freshness_is_public = models.BooleanField(default=False, help_text="Whether visitors see how much was confirmed in each cycle.")
    reviews_are_public = models.BooleanField(
        default=False, help_text="Whether visitors see of each review that was held its day, who took part by role, and its decisions."
    )

    objects = ReviewRhythmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(unit__in=[unit for unit, _ in UNITS]), name="rhythm_unit_known"),
            models.CheckConstraint(
                condition=Q(unit=DAYS, every_days__isnull=False, every_days__gte=1) | (~Q(unit=DAYS) & Q(every_days=None)),
                name="rhythm_days_where_needed",
                violation_error_message="Say how many days a cycle has, or choose months or years and leave the days empty.",
            ),
            models.CheckConstraint(
                condition=Q(
                    second_after_days__gte=1, lead_after_days__gte=F("second_after_days"), cabinet_after_days__gte=F("lead_after_days")
                ),
                name="rhythm_ladder_rises",
                violation_error_message="The second mail comes first, then the lead's list, then the cabinet's count: give days that do not fall.",
            ),
        ]

    def __str__(self) -> str:
        return f"Rhythm of {self.plan_id}"

    @property
    def is_running(self) -> bool:
        """Twin of `ReviewRhythmQuerySet.running`."""
        return self.is_on and self.plan.stage == Plan.ADOPTED

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.unit, self.begins_on, self.every_days or 0)

    @property
    def steps(self) -> Steps:
        return Steps(
            self.second_after_days,
            self.lead_after_days,
            self.cabinet_after_days,
            self.review_before_days,
            self.review_after_days,
            self.tells_planners,
        )


class CycleQuerySet(models.QuerySet):
    def containing(self, day):
        """Those that a day is in; of one plan it is one at most."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def open(self):
        """Those that are not closed. One: `is_open`."""
        return self.filter(closed_at=None)


class Cycle(models.Model):
    """Days in which every step of a plan is to be confirmed once. Closed, it keeps how many were, and never changes again."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="cycles")
    starts_on = models.DateField()
    ends_on = models.DateField()
    opened_on = models.DateField(help_text="The day in the district on which it was opened; the reminders count from it.")
    opened_at = models.DateTimeField(db_default=Clock())
    closed_at = models.DateTimeField(null=True)
    summary = models.JSONField(
        null=True,
        help_text="At the close: {total, confirmed, goal_areas: [{node, title, total, confirmed}], departments: [{id, name, ...}], people: [{id, ...}]}.",
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "starts_on"], name="cycle_start_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cycle_has_days"),
            models.CheckConstraint(
                condition=Q(closed_at=None, summary=None) | Q(closed_at__isnull=False, summary__isnull=False),
                name="cycle_closed_with_summary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"

    @property
    def is_open(self) -> bool:
        """Twin of `CycleQuerySet.open`."""
        return self.closed_at is None


class SchoolBreak(models.Model):
    """Days on which an organization, with all that hangs below it, works on nothing: nobody is written to, what is due waits."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="breaks")
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="break_has_days",
                violation_error_message="The last day of a break is its first or a later one.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.starts_on} to {self.ends_on}"


class ReminderRun(models.Model):
    """The last day for which an organization's reminders were planned by the scheduler, and when that was."""

    organization = models.OneToOneField(Organization, models.PROTECT, primary_key=True, related_name="reminder_run")
    on = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.organization_id} on {self.on}"
