"""Columns that number rows or respondents, or that a program added without a heading."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from surveys.reading.kinds import NUMBER_HEADINGS
from surveys.reading.labels import plain

if TYPE_CHECKING:
    from surveys.reading.columns import Stats


def only_for_programs(header: str, stats: "Stats") -> str:
    """Why a column without a heading of its own is no question; empty where it may be one."""
    if header and not NO_HEADING.fullmatch(plain(header)):
        return ""
    if not stats.filled:
        return "Nothing stands in it."
    once = len(stats.values) > 1 and all(times == 1 and value.isdigit() for value, times in stats.values.items())
    return "It numbers the rows." if once else ""


NUMBERS_PEOPLE = re.compile(
    r"(respondent|participant|person|case|entry|record|response|submission|teilnehmer|encuestado)s?\b|(nr|no|number|#|s\.? ?no)\.?$"
)


def numbers_rows(heading: str, values: Counter, stats: "Stats") -> bool:
    """Whether each row has its own number: one that the heading calls so, or from a first one up to a last one without a gap."""
    if len(values) < 10 or (len(values) < stats.filled and not stats.overflowed) or not all(map(str.isdigit, values)):
        return False
    if stats.overflowed and max(values.values()) > 1:
        return False
    numbers = list(map(int, values))
    goes_up = max(numbers) - min(numbers) == len(numbers) - 1 and not NUMBER_HEADINGS.search(heading)
    return goes_up or bool(NUMBERS_PEOPLE.fullmatch(heading))


NO_HEADING = re.compile(r"column \d+|unnamed: \d+(_level_\d+)?|index|x|row( ?number)?")
"""What a column of row numbers is called where a program wrote the table once more."""
