"""XLSX as rows of text. Runs in the child that reads files: see surveys.reading.child."""

import csv
import zipfile
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from surveys.reading.issues import NotASurvey

if TYPE_CHECKING:
    from openpyxl import Workbook

UNPACKED = 400 * 2**20
"""Bytes of all parts of the file together, by its own directory; more is refused before anything is unpacked."""


LOOKED_AT = 60
"""Rows of each sheet that decide which of them holds the answers."""


def unpack(path: Path, out: Path, *, name: str, sheet: str = "") -> tuple[list[str], list[str]]:
    """Write the rows of a sheet as CSV (UTF-8) to `out`: the one that is named, else the one that holds most. Returns the names of all sheets, and of
    those with a table in them, the one that was taken first.

    Raises NotASurvey where it is no spreadsheet, or too large unpacked.
    """
    refuse_bombs(path, name)
    try:
        return _unpacked(path, out, name, sheet)
    except (NotASurvey, MemoryError, OSError):
        raise
    except Exception as error:  # whatever a library says of parts that are not what they should be
        raise NotASurvey(
            f"“{name}” could not be read as a spreadsheet. Open and save it in a spreadsheet program, or export it as CSV."
        ) from error


def refuse_bombs(path: Path, name: str) -> None:
    """By the directory of the file alone, with nothing unpacked."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise NotASurvey(f"“{name}” is damaged: it begins like a spreadsheet and cannot be opened. Export it again.") from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        what = "a Word document" if "word/document.xml" in names else "a packed folder"
        raise NotASurvey(f"“{name}” is {what}, not a spreadsheet. Export the answers as CSV or XLSX, then bring that file.")
    size = sum(part.file_size for part in parts)
    if size > UNPACKED or len(parts) > 5000 or any(part.flag_bits & 1 for part in parts):
        raise NotASurvey(
            f"“{name}” is locked or would take {size // 2**20} MB unpacked, more than {UNPACKED // 2**20}. Export the answers as CSV and bring that file."
        )


def cell(value: object) -> str:
    """A cell as its tool would write it into a CSV file: whole numbers without a point, TRUE and FALSE, days as 2024-03-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _unpacked(path: Path, out: Path, called: str, wanted: str) -> tuple[list[str], list[str]]:
    import openpyxl

    # As an open file: an uploaded one is called by its fingerprint, and openpyxl refuses a path without .xlsx at its end.
    with path.open("rb") as workbook:
        book = openpyxl.load_workbook(workbook, read_only=True, data_only=True, keep_links=False)
        return _written(book, out, called, wanted)


def with_tables(book: "Workbook", names: list[str]) -> list[str]:
    """Sheets with two rows or more, that with the most filled cells among its first rows in front, and what is hidden or belongs to the rows of another sheet behind."""
    filled, parts = {}, set()
    for name in names:
        sheet = book[name]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        top = list(islice(sheet.iter_rows(values_only=True), LOOKED_AT))
        rows = [n for row in top if (n := sum(value is not None for value in row))]
        if len(rows) > 1:
            filled[name] = sum(rows)
        if top and "_parent_index" in top[0]:  # KoBoToolbox writes so what was repeated within an answer
            parts.add(name)
        if getattr(sheet, "sheet_state", "visible") != "visible":  # lists for menus, as a rule
            parts.add(name)
    return sorted(filled, key=lambda name: (name in parts, -filled[name]))


def _written(book: "Workbook", out: Path, called: str, wanted: str) -> tuple[list[str], list[str]]:
    names = [sheet.title for sheet in book.worksheets]
    if wanted and wanted not in names:
        raise NotASurvey(f"“{called}”: there is no sheet “{wanted}”; it has {', '.join(names)}.")
    tables = [wanted] if wanted else with_tables(book, names)
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for name in tables or names:
            sheet = book[name]
            sheet.reset_dimensions()
            blank = written = 0
            for row in sheet.iter_rows(values_only=True):
                cells = [cell(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                if not cells:
                    blank += 1
                    if blank > 10_000:
                        break
                    continue
                writer.writerows([[]] * blank if written else [])
                blank = 0
                writer.writerow(cells)
                written += 1
            if written > 1:
                break
            file.seek(0)
            file.truncate()
        else:
            raise NotASurvey(f"“{called}”: it has no sheet with a row of headings and a row of answers.")
    return names, [name, *(other for other in tables if other != name)]
