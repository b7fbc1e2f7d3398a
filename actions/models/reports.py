"""Published progress reports: what was said on a day stays what it was."""

import json

from django.db import models

from accounts.models import AuditEntry, Person
from goals.models import Plan
from planner.lib.db import Clock


class ProgressReportQuerySet(models.QuerySet):
    def standing(self):
        """Those that were neither withdrawn nor replaced. One: `is_standing`."""
        return self.filter(notice=None)


class ProgressReport(models.Model):
    """ "Progress through a day": its page, PDF and data are rendered from the stored JSON alone. Only ever added."""

    CLOCKS = ("published_on", "known_at", "time_zone")
    """What stands in the JSON of when it was made, and by which clock."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    through = models.DateField(help_text="The day that it is true for.")
    address = models.CharField(max_length=20, help_text="The day, and ~2 for a second report of the same day.")
    known_at = models.DateTimeField(help_text="It holds what was recorded until then.")
    published_at = models.DateTimeField(db_default=Clock())
    published_on = models.DateField(help_text="The day of publication in the organization: the PDF's date.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AuditEntry.CHANNELS)
    press = models.UUIDField(help_text="Of the form; sent twice it is one report.")
    canonical = models.TextField(help_text="Canonical JSON (RFC 8785), without the fingerprint.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON, hexadecimal.")
    counts = models.JSONField(help_text="Status name -> steps, for the chart over time; the empty name: without a status.")

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["through", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "address"], name="report_address_once")]

    def __str__(self) -> str:
        return f"Progress through {self.through}"

    @property
    def tree(self) -> dict:
        """The stored JSON: all that its page, PDF and data are made from."""
        return json.loads(self.canonical)

    def says_the_same(self, tree: dict) -> bool:
        """Whether another report would say what this one says, but for when it was published."""
        return {k: v for k, v in self.tree.items() if k not in self.CLOCKS} == {k: v for k, v in tree.items() if k not in self.CLOCKS}

    @property
    def is_standing(self) -> bool:
        """Twin of `ProgressReportQuerySet.standing`."""
        return not hasattr(self, "notice")


class ReportNotice(models.Model):
    """That a report was withdrawn, or replaced by another: shown on its page, which stays. Only ever added."""

    report = models.OneToOneField(ProgressReport, models.PROTECT, related_name="notice")
    replacement = models.OneToOneField(ProgressReport, models.PROTECT, null=True, related_name="replaces")
    reason = models.TextField(help_text="Shown to everybody.")
    recorded_at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Notice on {self.report_id}"
