"""Text of a CSV that no spreadsheet runs: one apostrophe goes in front, and the import takes one off exactly there. Pure."""

import re

RUNS = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r]")
"""Text whose first character after white space and apostrophes begins a formula, or that begins with a tab or a carriage return.

Apostrophes before such a beginning count, so that a text which has one of its own gets a second one and comes back with the first.
"""


def guarded(text: str) -> str:
    return f"'{text}" if RUNS.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and RUNS.match(text, 1) else text
