"""XLSX as rows of text, unpacked by a child process: a bomb or a crash ends the child and nothing else.

Run as a program it writes one sheet as CSV: `python -m surveys.reading.spreadsheet IN OUT SHEET`. It imports no Django.
"""

import csv
import json
import resource
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path

from surveys.reading.issues import NotASurvey

SECONDS = 60
MEMORY = 512 * 2**20
UNPACKED = 400 * 2**20
"""Bytes of all parts of the file together, by its own directory; more is refused before anything is unpacked."""
WRITTEN = 600 * 2**20
PROJECT = Path(__file__).resolve().parent.parent.parent
REFUSED = 3
"""Exit code of the child for a file that it could read and does not take; the sentence is on standard error."""


def unpack(path: Path, out: Path, *, name: str, sheet: str = "") -> list[str]:
    """Write the rows of a sheet as CSV (UTF-8) to `out`; the first sheet with rows unless named. Returns the names of all sheets.

    Raises NotASurvey where it is no spreadsheet, too large unpacked, or does not come to an end within the limits.
    """
    refuse_bombs(path, name)
    command = [sys.executable, "-m", "surveys.reading.spreadsheet", str(path), str(out), sheet]
    try:
        done = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, timeout=SECONDS * 2, check=False, env={"PATH": "/usr/bin"}
        )
    except subprocess.TimeoutExpired:
        raise NotASurvey(
            f"“{name}” took longer than {SECONDS * 2} seconds to read. Export the answers as CSV and bring that file."
        ) from None
    if done.returncode == REFUSED:
        raise NotASurvey(f"“{name}”: {done.stderr.strip().splitlines()[-1]}")
    if done.returncode:
        raise NotASurvey(f"“{name}” could not be read as a spreadsheet. Open and save it in a spreadsheet program, or export it as CSV.")
    return json.loads(done.stdout)


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


def main(path: str, out: str, wanted: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import openpyxl

    # As an open file: an uploaded one is called by its fingerprint, and openpyxl refuses a path without .xlsx at its end.
    workbook = open(path, "rb")  # noqa: SIM115 - rows are read out of it until this process ends
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True, keep_links=False)
    names = [sheet.title for sheet in book.worksheets]
    if wanted and wanted not in names:
        sys.stderr.write(f"there is no sheet “{wanted}”; it has {', '.join(names)}.")
        sys.exit(REFUSED)
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for name in [wanted] if wanted else names:
            sheet = book[name]
            sheet.reset_dimensions()  # what a file says of its own size is not believed
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
            sys.stderr.write("it has no sheet with a row of headings and a row of answers.")
            sys.exit(REFUSED)
    sys.stdout.write(json.dumps(names))


if __name__ == "__main__":
    main(*sys.argv[1:4])
