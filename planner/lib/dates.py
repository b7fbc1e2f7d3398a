"""Dates in words, as US districts write them."""

from datetime import date


def us_date(day: date) -> str:
    """`August 3, 2021`."""
    return f"{day:%B} {day.day}, {day.year}"
