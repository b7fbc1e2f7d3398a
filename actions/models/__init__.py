"""What is done for a plan, what is said of it, when it is asked for, and what was published."""

from actions.models.cycles import Cycle, ReminderRun, ReviewRhythm, SchoolBreak
from actions.models.reminders import MailTrouble, Reminder, ReminderLine, ReminderPreference, UpdateLink
from actions.models.reports import ProgressReport, ReportNotice
from actions.models.steps import ActionStep, Evidence, StatusUpdate

__all__ = [
    "ActionStep",
    "Cycle",
    "Evidence",
    "MailTrouble",
    "ProgressReport",
    "Reminder",
    "ReminderLine",
    "ReminderPreference",
    "ReminderRun",
    "ReportNotice",
    "ReviewRhythm",
    "SchoolBreak",
    "StatusUpdate",
    "UpdateLink",
]
