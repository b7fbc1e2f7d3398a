"""Dates in words, as US districts write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def us_date(day: date) -> str:
    """`August 3, 2021`."""
    return f"{day:%B} {day.day}, {day.year}"


def moment_words(at: datetime, zone: str) -> str:
    """`August 5, 2021, 10:12 AM`, in the time zone of an organization."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{us_date(here.date())}, {here.strftime('%I:%M %p').lstrip('0')}"
