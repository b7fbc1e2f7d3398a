"""Goal areas, objectives and strategies as they are now: copies of the newest versions, so that a page of today needs no history."""

from typing import ClassVar

from django.db import models

from accounts.models import Department, Person
from goals.models.nodes import GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY, PlanNode
from goals.models.plan import Plan


class Level(models.Model):
    """What every level of a plan has. `goals.services` and the triggers write it together with the versions."""

    node = models.OneToOneField(PlanNode, models.PROTECT, primary_key=True, related_name="%(class)s")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)s_set")
    code = models.CharField(max_length=60, blank=True)
    title = models.TextField()
    description = models.TextField(blank=True)
    position = models.BigIntegerField()
    is_present = models.BooleanField(default=True)
    reworded_on = models.DateField(null=True, help_text="Day of the wording that stands, where it is not the first.")
    lead_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    lead_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lead_words = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["plan", "is_present"], name="%(class)s_of_plan")]

    kind: ClassVar[str]
    place_fields: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def has_lead(self) -> bool:
        """Whether somebody leads it by itself: a person, a department, or words of a document."""
        return bool(self.lead_person_id or self.lead_department_id or self.lead_words)

    def hangs_under(self) -> tuple[int | None, ...]:
        """Keys of what it hangs under, for telling whether it moved."""
        return tuple(getattr(self, f"{field}_id") for field in self.place_fields)

    def hang_under(self, above: "Level | None") -> None:
        """Set what it hangs under; it is not saved. A goal area hangs under the plan alone."""


class GoalArea(Level):
    """What the district wants to be better at: the plan's first level."""

    kind = GOAL_AREA

    class Meta(Level.Meta):
        pass


class PerformanceObjective(Level):
    """What a goal area is measured by."""

    kind = PERFORMANCE_OBJECTIVE
    place_fields = ("goal_area",)

    goal_area = models.ForeignKey(GoalArea, models.PROTECT, related_name="objectives")

    class Meta(Level.Meta):
        pass

    def hang_under(self, above: Level | None) -> None:
        assert isinstance(above, GoalArea)
        self.goal_area_id = above.pk


class Strategy(Level):
    """How a goal area, or one of its objectives, is to be reached."""

    kind = STRATEGY
    place_fields = ("goal_area", "objective")

    goal_area = models.ForeignKey(GoalArea, models.PROTECT, related_name="strategies")
    objective = models.ForeignKey(PerformanceObjective, models.PROTECT, null=True, related_name="strategies")

    class Meta(Level.Meta):
        verbose_name_plural = "strategies"

    def hang_under(self, above: Level | None) -> None:
        assert isinstance(above, GoalArea | PerformanceObjective)
        self.goal_area_id = above.pk if isinstance(above, GoalArea) else above.goal_area_id
        self.objective_id = above.pk if isinstance(above, PerformanceObjective) else None
