"""Workbooks in which every text is text: nothing in a cell can become markup, a formula or a link. Pure."""

import re

from xlsxwriter.worksheet import Worksheet

UNSAID = re.compile(r"\A<(?=r>)|_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""For every workbook of ours."""
MOST_ROWS = 1_048_576
"""A sheet holds no more."""
LONGEST = 32_000
"""A cell holds 32,767 characters, of which some take two places."""


def said(text: str) -> str:
    """Text as the format writes what it cannot hold: _xHHHH_."""
    return UNSAID.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


class Sheet(Worksheet):
    """A sheet whose every text is text. xlsxwriter takes one that begins with <r> and ends with </r> for markup of its own and writes it as it is:
    a title could bring cells and formulas along. This is the last thing that it asks before it looks."""

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return said(data)
