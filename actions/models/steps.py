"""Action steps as they are now, and what was ever said of them."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, Department, Membership, Person
from goals.models import ACTION_STEP, Edition, GoalArea, Lead, Level, PerformanceObjective, PlanNode, Status, Strategy
from planner.lib.db import Clock


class ActionStepQuerySet(models.QuerySet):
    def present(self):
        """Those that the plan has today. One: `is_present`."""
        return self.filter(is_present=True)

    def with_above(self):
        """With all that a step hangs under, in one statement."""
        return self.select_related("parent__parent", "strategy", "objective", "goal_area")

    def led_by(self, person, departments=()):
        """Steps that the person leads, or one of the departments: the nearest lead counts, a step's own before that of what it hangs under."""
        return self._led_by([person], departments)

    def led_in(self, department: Department):
        """Steps of the department's organization, and of those below it, that the department leads or somebody who works in it."""
        people = Membership.objects.filter(department=department, person__is_active=True).values("person")
        here = department.organization_id
        places = Q(plan__organization=here) | Q(plan__organization__parent=here) | Q(plan__organization__parent__parent=here)
        return self.filter(places)._led_by(people, [department])

    def _led_by(self, people, departments):
        found, nearer_is_silent = Q(), Q()
        for above in ("", "parent__", "parent__parent__", "strategy__", "objective__", "goal_area__"):
            mine = Q(**{f"{above}lead_person__in": people}) | Q(**{f"{above}lead_department__in": departments, f"{above}lead_person": None})
            found |= nearer_is_silent & mine
            nearer_is_silent &= Q(**{f"{above}lead_person": None, f"{above}lead_department": None, f"{above}lead_words": ""}) | Q(
                **{above.rstrip("_"): None} if above else {"pk": None}
            )
        return self.filter(found)


class ActionStep(Level):
    """What somebody does. Nests. Its status is a copy of the newest update that counts, kept by a trigger and by nothing else."""

    kind = ACTION_STEP
    place_fields = ("goal_area", "objective", "strategy", "parent")

    goal_area = models.ForeignKey(GoalArea, models.PROTECT, related_name="action_steps")
    objective = models.ForeignKey(PerformanceObjective, models.PROTECT, null=True, related_name="action_steps")
    strategy = models.ForeignKey(Strategy, models.PROTECT, null=True, related_name="action_steps")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    status = models.ForeignKey(Status, models.PROTECT, null=True, related_name="+")
    status_as_of = models.DateField(null=True)
    status_update = models.ForeignKey("actions.StatusUpdate", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Rises with every update; a form carries the one that it shows.")

    objects = ActionStepQuerySet.as_manager()

    class Meta(Level.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status=None, status_as_of=None, status_update=None)
                | Q(status__isnull=False, status_as_of__isnull=False, status_update__isnull=False),
                name="step_status_whole",
            ),
            models.CheckConstraint(condition=~Q(parent=F("node")), name="step_not_its_own_parent"),
        ]

    def led_at(self) -> Level | None:
        """The part whose lead counts for the step: itself, else what it hangs under. Twin of `ActionStepQuerySet.led_by`, read by `with_above`."""
        if self.has_lead:
            return self
        above = (self.parent, self.parent and self.parent.parent, self.strategy, self.objective, self.goal_area)
        return next((part for part in above if part and part.has_lead), None)

    def hang_under(self, above: Level | None) -> None:
        assert isinstance(above, GoalArea | PerformanceObjective | Strategy | ActionStep)
        self.parent_id = above.pk if isinstance(above, ActionStep) else None
        self.strategy_id = above.pk if isinstance(above, Strategy) else getattr(above, "strategy_id", None)
        self.objective_id = above.pk if isinstance(above, PerformanceObjective) else getattr(above, "objective_id", None)
        self.goal_area_id = above.pk if isinstance(above, GoalArea) else above.goal_area_id


class StatusUpdate(models.Model):
    """What somebody said of a step: the status that is true from a day on. Only ever added; a mistake is corrected by a further one."""

    step = models.ForeignKey(ActionStep, models.PROTECT, related_name="updates")
    status = models.ForeignKey(Status, models.PROTECT, null=True, related_name="+", help_text="Empty in a withdrawal.")
    as_of = models.DateField(help_text="The day for which it is true.")
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4, help_text="Of the form; sent twice it is one update.")
    public_note = models.TextField(blank=True, help_text="Everybody reads it.")
    note = models.TextField(blank=True, help_text="Only those who work on the plan read it.")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", help_text="The update of the same step that it replaces."
    )
    said_for = models.ForeignKey(
        Lead, models.PROTECT, null=True, related_name="+", help_text="Who led the step then, where somebody else said it for them."
    )
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    line = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["as_of", "recorded_at", "pk"]
        indexes = [models.Index(fields=["step", "as_of", "recorded_at", "id"], name="statusupdate_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(status__isnull=False) | Q(corrects__isnull=False), name="update_says_or_withdraws"),
            models.UniqueConstraint(fields=["step", "press"], name="update_once_a_press"),
        ]

    def __str__(self) -> str:
        return f"Update {self.pk} of {self.step_id} as of {self.as_of}"

    @property
    def is_withdrawal(self) -> bool:
        return self.status_id is None


class Evidence(models.Model):
    """A link that shows that something was done. Only ever added."""

    node = models.ForeignKey(PlanNode, models.PROTECT, related_name="evidence")
    update = models.ForeignKey(StatusUpdate, models.PROTECT, null=True, related_name="evidence", help_text="With which it was given.")
    url = models.URLField(max_length=500)
    title = models.CharField(max_length=200, blank=True)
    as_of = models.DateField()
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["as_of", "recorded_at", "pk"]

    def __str__(self) -> str:
        return self.title or self.url
