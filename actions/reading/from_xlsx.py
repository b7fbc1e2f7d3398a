"""Reads a plan's table out of a workbook. What the file says of its own size is never believed: neither sizes of sheets nor blank rows take time."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook

from actions.reading.draft import Draft, DraftStatus, Issue, NotAPlan
from actions.reading.rows import MOST_COLUMNS, is_header, read_rows

LARGEST = 200 * 2**20
"""Bytes, unpacked."""
SMALL = 20 * 2**20
THINNEST = 200
"""Times that a file larger than SMALL may be packed: a sheet of text is packed about ten times, one of blank cells a hundred times."""
MOST_FILES = 2_000
MOST_SHEETS = 20
HEADER_WITHIN = 20
"""Rows from the top of a sheet."""
MOST_BLANK = 5_000
"""Rows without a word, one after another, after which nothing more is looked for."""
WORKBOOK = "xl/workbook.xml"
AGAIN = "Save the plan again as “Spreadsheet (XLSX)” and bring that file."
ANEW = "Copy the plan's rows into a new workbook and bring that."
CHUNK = 2**20
WIDEST = 16_384
"""Cells that a row of any spreadsheet may have. The parser holds a whole row before it gives one cell."""
ROW, CELL = re.compile(rb"<(?:\w+:)?row[ />]"), re.compile(rb"<(?:\w+:)?c[ />]")
UNSAID = re.compile(r"_x([0-9A-Fa-f]{4})_")

Row = tuple[int, tuple[Any, ...]]


def read(data: bytes, *, known_statuses: Sequence[DraftStatus] = ()) -> Draft:
    """The draft that the first sheet with our header holds. Raises NotAPlan with a sentence."""
    with _opened(data) as archive:
        try:
            _check_rows(archive)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and dates that openpyxl does not know
                draft = _first_table(data, known_statuses)
        except (NotAPlan, MemoryError):
            raise
        except Exception as error:  # openpyxl lets through whatever its parsers raise
            raise NotAPlan(f"The workbook is damaged and cannot be read ({type(error).__name__}). {AGAIN}") from error
        if draft is None:
            raise NotAPlan(_why_nothing(archive))
    return draft


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive, after a look at its directory: nothing is unpacked before its size is known."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        files = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise NotAPlan(f"The file looks like a workbook, but is damaged: {error}. {AGAIN}") from error
    names = {file.filename for file in files}
    if WORKBOOK not in names:
        raise NotAPlan(f"The file is an archive, but no XLSX workbook. {AGAIN}")
    unpacked, packed = sum(file.file_size for file in files), sum(file.compress_size for file in files)
    if len(files) > MOST_FILES or unpacked > LARGEST or packed > len(data):
        raise NotAPlan(f"Unpacked, the workbook would take {unpacked / 2**20:,.0f} MB in {len(files):,} files, which no plan does. {ANEW}")
    if any(file.file_size > SMALL and file.file_size > THINNEST * max(file.compress_size, 1) for file in files):
        raise NotAPlan(
            f"The workbook is packed more than {THINNEST} times, so there is next to nothing in its {unpacked / 2**20:,.0f} MB. {ANEW}"
        )
    if any(file.flag_bits & 1 for file in files):
        raise NotAPlan("The workbook is locked with a password. Save it without one, then bring it again.")
    return archive


def _check_rows(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            cells = 0
            with archive.open(name) as sheet:
                while chunk := sheet.read(CHUNK):
                    first, *others = ROW.split(chunk)
                    counts = [cells + len(CELL.findall(first)), *(len(CELL.findall(row)) for row in others)]
                    cells = counts[-1]
                    if max(counts) > WIDEST:
                        raise NotAPlan(f"A row of the workbook has more than {WIDEST:,} cells, which no spreadsheet has. {ANEW}")


def _first_table(data: bytes, known_statuses: Sequence[DraftStatus]) -> Draft | None:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets[:MOST_SHEETS]:
        sheet.reset_dimensions()
        notes: list[Issue] = []
        rows = _rows(sheet, notes)
        for n, cells in rows:
            if is_header(cells):
                found = read_rows("xlsx", cells, ((n, n, cells) for n, cells in rows), known_statuses=known_statuses)
                found.fates[n] = "known"
                found.issues += notes
                return found
            if n >= HEADER_WITHIN:
                break
    return None


def _rows(sheet: Any, notes: list[Issue]) -> Iterator[Row]:
    """Rows that say something, with their number. Rows that the file leaves out count."""
    blank = 0
    for n, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if not any(cell is not None for cell in cells):
            blank += 1
            if blank >= MOST_BLANK:
                said = f"After row {n - blank} of the sheet {MOST_BLANK:,} rows are blank; what may stand below them was not read."
                notes.append(Issue(None, "blank-rows", "info", said))
                return
            continue
        blank = 0
        yield n, tuple(UNSAID.sub(_character, cell) if isinstance(cell, str) else cell for cell in cells)


def _character(found: re.Match) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def _why_nothing(archive: zipfile.ZipFile) -> str:
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            with archive.open(name) as sheet:
                if re.search(rb"<(?:\w+:)?f[ >/]", sheet.read(SMALL)):
                    return "The workbook holds formulas where the columns of a plan should stand. Copy its cells, paste them as values, then bring it again."
    return f"No sheet of the workbook has the columns of a plan, such as Level, Code, Title and Status, in its first {HEADER_WITHIN} rows. {AGAIN}"
