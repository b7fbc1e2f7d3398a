"""What is done for a plan, what is said of it, and what was published."""

from actions.models.reports import ProgressReport, ReportNotice
from actions.models.steps import ActionStep, Evidence, StatusUpdate

__all__ = ["ActionStep", "Evidence", "ProgressReport", "ReportNotice", "StatusUpdate"]
