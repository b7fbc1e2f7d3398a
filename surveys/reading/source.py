"""A file as rows of text: kind of file, encoding and delimiter are found out here, and rows are streamed, never all held."""

import codecs
import csv
import gc
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from surveys.reading.issues import NotASurvey
from surveys.reading.kept_rows import Gathered

CHUNK = 2**20
DELIMITERS = ("\t", "|", ",", ";")
"""Where nothing decides, the one that texts have least."""
NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
LONGEST_CELL = 2**20
"""Characters. A quotation mark that never closes would otherwise swallow the rest of the file into one cell."""
MOST_COLUMNS = 5000
MOST_BLANK = 100_000
"""Rows. What stands behind as many blank ones is no answer to the headings above them."""

WRONG = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)"),
    (b"PAR1", "a Parquet file"),
    (b"$FL2", "an SPSS file"),
    (b"\x1f\x8b", "a packed file"),
    (b"SQLite format", "a database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
NO_TABLE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
"""How JSON begins, and no row of headings."""


@dataclass(slots=True)
class Source:
    """Where the rows are. `encoding`, `delimiter` and `kind` are what was found, and may be set otherwise before reading."""

    path: Path
    name: str
    kind: str
    """ "csv", "tsv", "xlsx" """
    encoding: str
    delimiter: str
    original_encoding: str = ""
    """Of the file that was brought, where the rows were unpacked from it."""
    gathered: Gathered = field(default_factory=Gathered)
    tables: list[str] = field(default_factory=list)
    """Sheets of a workbook with a table in them, the one that is read first."""

    def rows(self) -> Iterator[list[str]]:
        """All rows, blank ones too. Raises NotASurvey with the row where the file breaks off or is no table."""
        csv.field_size_limit(LONGEST_CELL)
        reader = None
        try:
            with self.path.open(encoding=self.encoding, newline="") as text:
                reader = csv.reader(text, delimiter=self.delimiter, strict=False)
                yield from reader
        except csv.Error as error:
            raise NotASurvey(
                f"The file breaks off in line {reader.line_num if reader else 0} ({error}): a quotation mark there probably never closes. Export it again."
            ) from error
        except UnicodeError as error:
            raise NotASurvey(
                f"From line {reader.line_num if reader else 0} on the file is not {self.encoding} text any more. Export it again as UTF-8."
            ) from error

    def filled_rows(self) -> Iterator[list[str]]:
        """Those that are not blank, up to where more blank ones follow than any table has within."""
        blank = 0
        for row in self.rows():
            if any(row) and any(map(str.strip, row)):
                blank = 0
                yield row
            elif (blank := blank + 1) > MOST_BLANK:
                return

    def text(self, most: int = 4 * 2**20) -> str:
        """The beginning of the file as it stands, for what is not a table."""
        with self.path.open(encoding=self.encoding, errors="replace") as file:
            return file.read(most)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cycles among objects: rows make none, and looking through them was a quarter of an import (measured with 200,000 rows)."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def opened(path: Path, folder: Path, name: str = "", *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Source:
    """The rows of a file; those of a spreadsheet are unpacked into the folder. Raises NotASurvey for what is no table."""
    name = name or path.name
    with path.open("rb") as file:
        head = file.read(2**16)
    if not head.strip():
        raise NotASurvey(f"“{name}” is empty. Export the answers again, and look whether the file opens on your computer.")
    if head.startswith(b"PK\x03\x04"):
        from surveys.reading.spreadsheet import unpack

        out = folder / "sheet.csv"
        sheets, tables = unpack(path, out, name=name, sheet=sheet)
        return Source(out, name, "xlsx", "utf-8", ",", "xlsx", Gathered(sheets), tables)
    for mark, what in WRONG:
        if head.startswith(mark):
            raise NotASurvey(f"“{name}” is {what}, not a table of answers. Export the answers as CSV or XLSX, then bring that file.")
    if head.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise NotASurvey(f"“{name}” is a web page or XML, not a table of answers. Export the answers as CSV or XLSX, then bring that file.")
    if head.startswith(b"{\\rtf") or NO_TABLE.match(head):
        raise NotASurvey(
            f"“{name}” is JSON or another kind of text, not a table of answers. Export the answers as CSV or XLSX, then bring that file."
        )
    # a mapping names an encoding by its short name: whether there is a mark in front, and which byte comes first, the file says
    if not encoding or (encoding == "utf-8" and head.startswith(codecs.BOM_UTF8)) or (encoding == "utf-16" and head[:2] not in UTF16_MARKS):
        encoding = encoding_of(path, name)
    start = head.decode(encoding, errors="ignore")
    delimiter = delimiter or delimiter_of(start)
    if inner := wrapped_with(start, delimiter):
        unwrap(path, folder / "unwrapped.csv", encoding, delimiter)
        return Source(folder / "unwrapped.csv", name, "csv", "utf-8", inner, encoding.removesuffix("-sig"))
    return Source(
        path,
        name,
        "tsv" if delimiter == "\t" else "csv",
        encoding,
        delimiter,
        encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be"),
    )


UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(path: Path, name: str) -> str:
    """A mark at the beginning, else strict UTF-8 over the whole file, else the one whose letters come out; never guessed from statistics of bytes."""
    check = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(CHUNK)
        if head.startswith(UTF16_MARKS):
            return "utf-16"
        if b"\0" in head:
            if head[1:200:2].count(0) > 60:
                return "utf-16-le"
            if head[0:200:2].count(0) > 60:
                return "utf-16-be"
            raise NotASurvey(f"“{name}” is not text: it holds zero bytes. Export the answers as CSV or XLSX, then bring that file.")
        try:
            chunk = head
            while chunk:
                check.decode(chunk)
                chunk = file.read(CHUNK)
            check.decode(b"", final=True)
        except UnicodeDecodeError:
            return _without_utf8(path, name)
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def _without_utf8(path: Path, name: str) -> str:
    """Only what lies beyond ASCII decides between the rest; it is collected from the whole file, since the first such letter may come late."""
    kept = bytearray()
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                kept += line
                if len(kept) > CHUNK:
                    break
    from planner.lib.encodings import NotText, decode  # rarely needed, and whatever is of planner brings Celery

    try:
        return decode(bytes(kept))[1]
    except NotText as error:
        raise NotASurvey(f"“{name}”: {error}") from error


def wrapped_with(start: str, delimiter: str) -> str:
    """The delimiter within, where each line was written as one cell by a program that took a table for text; empty where it was not."""
    if not start.startswith('"') or '""' not in start:
        return ""
    lines = start.splitlines()[:50]
    lines = lines[:-1] or lines
    cells = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    if len(cells) < 2 or any(len(row) > 1 for row in cells):
        return ""
    within = "\n".join(row[0] for row in cells)
    inner = delimiter_of(within)
    widths = {len(row) for row in csv.reader(io.StringIO(within, newline=""), delimiter=inner)}
    return inner if len(widths) == 1 and widths.pop() > 2 else ""


def unwrap(path: Path, out: Path, encoding: str, delimiter: str) -> None:
    with path.open(encoding=encoding, newline="") as text, out.open("w", encoding="utf-8", newline="") as file:
        csv.field_size_limit(LONGEST_CELL)
        try:
            file.writelines(row[0] + "\n" for row in csv.reader(text, delimiter=delimiter) if row)
        except csv.Error as error:
            raise NotASurvey(
                f"Each line of the file is one text in quotation marks, and one of them breaks off ({error}). Export it again."
            ) from error


def delimiter_of(start: str) -> str:
    """The delimiter that gives the same number of cells in most rows, and more than one. A comma where nothing decides."""
    best, rank = ",", (0.0, 0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter) if row][:200]
        except csv.Error:
            continue
        rows = rows[:-1] or rows  # the last one may be cut off
        if not rows:
            continue
        width, times = Counter(map(len, rows)).most_common(1)[0]
        # Cut at a sign of the text, quotation marks are left over within cells, and cells begin with a space.
        whole = sum(not any(cell.count('"') % 2 or cell[:1] == " " for cell in row) for row in rows) / len(rows)
        if width > 1 and (found := (round(whole, 1), round(times / len(rows), 1), width)) > rank:
            best, rank = delimiter, found
    return best
