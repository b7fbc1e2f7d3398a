"""What is done for a plan, what is said of it, when it is asked for, and what was published."""

from actions.models.asks import Ask, AskAnswer, LeadNote, NoteMention, StepNote, StepPhoto
from actions.models.cycles import Cycle, ReminderRun, ReviewRhythm, SchoolBreak
from actions.models.reminders import MailTrouble, Reminder, ReminderLine, ReminderPreference, UpdateLink
from actions.models.reports import ProgressReport, ReportNotice
from actions.models.reviews import CalendarFeed, LastLook, Review, ReviewItem, ReviewParticipant, ReviewTask
from actions.models.steps import ActionStep, Evidence, StatusUpdate

__all__ = [
    "ActionStep",
    "Ask",
    "AskAnswer",
    "CalendarFeed",
    "Cycle",
    "Evidence",
    "LastLook",
    "LeadNote",
    "MailTrouble",
    "NoteMention",
    "ProgressReport",
    "Reminder",
    "ReminderLine",
    "ReminderPreference",
    "ReminderRun",
    "ReportNotice",
    "Review",
    "ReviewItem",
    "ReviewParticipant",
    "ReviewRhythm",
    "ReviewTask",
    "SchoolBreak",
    "StatusUpdate",
    "StepNote",
    "StepPhoto",
    "UpdateLink",
]
