"""Days as documents write them. Pure."""

import re
from datetime import date

MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep", "october oct",
    "november nov", "december dec",
)  # fmt: skip
MONTHS = {name: n for n, names in enumerate(MONTH_NAMES, 1) for name in names.split()}
_MONTH = "|".join(MONTHS)
DAY = (
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    r"|(?P<us>\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?!\d)"
    rf"|(?P<words>(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
    rf"|(?P<turned>\d{{1,2}}\.?\s+(?:{_MONTH})\.?,?\s+\d{{4}})"
)
"""Month before day, as in the United States: 8-3-21 is August 3, 2021."""
SAID = re.compile(
    rf"\b(?:progress|status|updates?|updated|revised|report(?:ing)?|current|true)?\s*(?P<how>through|as of|on|until)\s+(?:{DAY})",
    re.IGNORECASE,
)


def day_in(text: str) -> date | None:
    """The first day that a text names; None where it names none, or one that does not exist."""
    found = re.search(DAY, text, re.IGNORECASE)
    return _day(found) if found else None


def day_said(text: str) -> date | None:
    """The day for which a text says that it is true: "Progress through 8-3-21", "Status as of March 2, 2021"."""
    found = SAID.search(text)
    if found is None or (found["how"].lower() == "on" and not re.match(r"(?i)updated|revised|updates?", found[0].strip())):
        return None
    return _day(found)


def _day(found: re.Match) -> date | None:
    if found["iso"]:
        year, month, day = (int(part) for part in found["iso"].split("-"))
    elif found["us"]:
        month, day, year = (int(part) for part in re.split(r"[-/.]", found["us"]))
        year += 2000 if year < 100 else 0
    else:
        words = (found["words"] or found["turned"]).replace(",", " ").replace(".", " ").lower().split()
        month = next(MONTHS[word] for word in words if word in MONTHS)
        numbers = [int(re.sub(r"\D", "", word)) for word in words if word[0].isdigit()]
        day, year = numbers
    try:
        return date(year, month, day)
    except ValueError:
        return None
