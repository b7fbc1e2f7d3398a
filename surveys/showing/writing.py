"""Rows as CSV and as a workbook. Text that a spreadsheet would take for a formula gets an apostrophe in front. Pure."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter

from planner.lib.apostrophes import guarded
from planner.lib.sheets import LONGEST, OPTIONS, Sheet
from surveys.showing.files import Cell

Rows = Iterable[list[Cell]]
BOM = "\ufeff"
"""Without it Excel misreads a CSV."""
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
PIECE = 2000
"""Rows of a long CSV that are sent at once."""


def as_csv(rows: Rows, *, bom: bool = True) -> bytes:
    return b"".join(csv_pieces(rows, bom=bom))


def csv_pieces(rows: Rows, *, bom: bool = True) -> Iterator[bytes]:
    """The same in pieces, so that a million rows are never held."""
    out = StringIO(BOM if bom else "", newline="")
    out.seek(0, 2)
    writer = csv.writer(out)
    for n, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) if isinstance(cell, str) else _number(cell) for cell in row])
        if not n % PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _number(cell: float | None) -> str:
    return "" if cell is None else str(cell) if isinstance(cell, int) else f"{cell:g}"


def as_xlsx(sheets: Iterable[tuple[str, Rows]], *, title: str, created: date, comments: str = "") -> bytes:
    """A sheet for each table; every text is text. The same rows on the same day give the same bytes."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **OPTIONS})
    book.set_properties(
        {"title": " ".join(title.split())[:255], "created": datetime.combine(created, datetime.min.time()), "comments": comments}
    )
    head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    names: set[str] = set()
    for name, rows in sheets:
        sheet = book.add_worksheet(_name(name, names), Sheet)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 40, 18)
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(n, column, cell[:LONGEST], plain if n else head)
                elif cell is not None:
                    sheet.write_number(n, column, cell, plain)
    book.close()
    return out.getvalue()


def _name(title: str, taken: set[str]) -> str:
    """A sheet's name holds 31 characters and none of these."""
    base = "".join(" " if char in "[]:*?/\\'" else char for char in title).strip()[:28] or "Table"
    found, n = base, 1
    while found.casefold() in taken:
        n += 1
        found = f"{base[:26]} {n}"
    taken.add(found.casefold())
    return found
