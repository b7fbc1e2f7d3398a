"""The identity of every part of a plan, and what it says on a day: versions with two clocks."""

import uuid

from django.db import models

from accounts.models import AuditEntry, Department, Person
from goals.models.plan import Edition, Plan
from planner.lib.db import Clock

GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY, ACTION_STEP = ("goal_area", "performance_objective", "strategy", "action_step")
KINDS = [(GOAL_AREA, "Goal area"), (PERFORMANCE_OBJECTIVE, "Performance objective"), (STRATEGY, "Strategy"), (ACTION_STEP, "Action step")]


class PlanNode(models.Model):
    """The identity of a goal area, objective, strategy or step: whatever may point at any level points at this."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="nodes")
    kind = models.CharField(max_length=24, choices=KINDS)
    address = models.CharField(max_length=400, help_text="Its public address within the plan and kind; made once, never given again.")
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", help_text="Its node in the plan before this one."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "address"], name="node_address_once"),
            models.CheckConstraint(condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name="node_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class NodeRedirect(models.Model):
    """An address that a node had before it was renumbered; still answers, never given to another."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=KINDS)
    address = models.CharField(max_length=400)
    node = models.ForeignKey(PlanNode, models.PROTECT, related_name="redirects")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "kind", "address"], name="redirect_address_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class VersionQuerySet(models.QuerySet):
    def on(self, day):
        """Of each node the version that counts on a day, as known now."""
        older = self.model._default_manager.filter(node=models.OuterRef("node"), as_of__lte=day).order_by("-as_of", "-recorded_at", "-pk")
        return self.filter(pk=models.Subquery(older.values("pk")[:1]))

    def first_after(self, day):
        """Of each node the version that follows a day first."""
        newer = self.model._default_manager.filter(node=models.OuterRef("node"), as_of__gt=day).order_by("as_of", "-recorded_at", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))

    def newest(self):
        """Of each node the version that counts in the end."""
        newest = self.model._default_manager.filter(node=models.OuterRef("node")).order_by("-as_of", "-recorded_at", "-pk")
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))


class Version(models.Model):
    """What one thing about a node is from a day on. Only ever added: the greatest in (as of, recorded at, id) counts."""

    node = models.ForeignKey(PlanNode, models.PROTECT, related_name="%(class)s_versions")
    as_of = models.DateField(help_text="The day from which it is true.")
    recorded_at = models.DateTimeField(db_default=Clock(), help_text="When it was written down, by the database's clock.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(default=uuid.uuid4)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    line = models.PositiveIntegerField(null=True, help_text="Of the edition's source, from 1.")

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["as_of", "recorded_at", "pk"]
        indexes = [models.Index(fields=["node", "as_of", "recorded_at", "id"], name="%(class)s_newest")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} of {self.node_id} from {self.as_of}"


class Wording(Version):
    """Code, title and description of a node."""

    code = models.CharField(max_length=60, blank=True)
    title = models.TextField()
    description = models.TextField(blank=True)

    class Meta(Version.Meta):
        pass


class Place(Version):
    """Where a node hangs, or that it is gone."""

    parent = models.ForeignKey(PlanNode, models.PROTECT, null=True, related_name="+")
    position = models.BigIntegerField()
    is_present = models.BooleanField(default=True)

    class Meta(Version.Meta):
        pass


class Lead(Version):
    """Who leads a node: a department, a person, or words of a document; nothing of them: nobody."""

    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)

    class Meta(Version.Meta):
        pass


class DueDate(Version):
    """By when a node is to be done; None: no day."""

    due = models.DateField(null=True)

    class Meta(Version.Meta):
        pass
