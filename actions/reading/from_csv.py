"""Reads a plan's table of text: one that was saved from a plan here, or that a spreadsheet made of it. Nothing is asked of the order of columns."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Sequence

from actions.reading.apostrophes import unguarded
from actions.reading.draft import Draft, DraftStatus, Issue, NotAPlan
from actions.reading.rows import is_header, read_rows
from planner.lib.encodings import NotText, decode

SEPARATORS = (",", ";", "\t")
LOOKED_AT = 4096
"""Bytes that the header stands in."""
LONGEST_CELL = 4_000_000
MOST_LINES = 200_000
LINE_END = re.compile(r"\r\n|\r|\n")
SAYS_SEPARATOR = re.compile(r'"?sep=."?\s*', re.IGNORECASE)


def looks_like(data: bytes) -> bool:
    """Whether the first line that is not blank names our columns. Cheap, and safe on any bytes."""
    start = data[:LOOKED_AT]
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return _header(start.decode(encoding, errors="replace")) is not None


def read(data: bytes, *, known_statuses: Sequence[DraftStatus] = ()) -> Draft:
    """The draft that the table holds. Raises NotAPlan with a sentence."""
    text, encoding = text_of(data, "table")
    found = _header(text)
    if found is None:
        raise NotAPlan(
            "The table's first line does not name the columns of a plan, such as Level, Code, Title and Status. Bring a steps.csv that was saved from a plan here."
        )
    lines = LINE_END.split(text)
    if len(lines) > MOST_LINES:
        raise NotAPlan(
            f"The table has more than {MOST_LINES:,} lines, which no plan has. Take out what is not the plan, then bring it again."
        )
    ends: dict[int, int] = {}
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        records = _records(text, *found, ends)
        _, _, header = next(records)
        draft = read_rows("csv", header, records, known_statuses=known_statuses)
    except csv.Error as error:
        raise NotAPlan(
            f"The table cannot be read after its line {max(ends.values(), default=1)}: {error}. Save it as CSV again."
        ) from error
    finally:
        csv.field_size_limit(limit)
    draft.source = lines if lines[-1] else lines[:-1]
    draft.fates = _fates(draft, ends)
    if encoding != "utf-8":
        said = f"The file is not UTF-8 and was read as {encoding}. If letters such as é or ’ look wrong below, save it as “CSV UTF-8” and bring it again."
        draft.issues.insert(0, Issue(None, "encoding", "info", said))
    return draft


def text_of(data: bytes, what: str) -> tuple[str, str]:
    """UTF-8 as it is, line ends inside of cells too; whatever else the bytes may be is decided by `decode`."""
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        try:
            text, encoding = decode(data)
        except NotText as error:
            raise NotAPlan(f"The {what} cannot be read. {error}") from error
    if "\0" in text:
        raise NotAPlan(f"The {what} holds zero bytes, so it is no text. Save it as UTF-8, then bring it again.")
    return text, encoding


def _header(text: str) -> tuple[str, int] | None:
    """What separates the cells, and how many lines stand before the header. Excel may have written sep=; above it."""
    for skip, line in enumerate(io.StringIO(text[:LOOKED_AT], newline="")):
        if not line.strip() or SAYS_SEPARATOR.fullmatch(line):
            continue
        for separator in SEPARATORS:
            with contextlib.suppress(csv.Error):
                if is_header(next(csv.reader([line], delimiter=separator), [])):
                    return separator, skip
        return None
    return None


def _records(text: str, separator: str, skip: int, ends: dict[int, int]) -> Iterator[tuple[int, int, list[str]]]:
    """(row from 1, its first line in the file, cells); `ends` learns the last line of each."""
    lines = io.StringIO(text, newline="")
    for _ in range(skip):
        next(lines)
    reader, start = csv.reader(lines, delimiter=separator), skip + 1
    for n, cells in enumerate(reader, 1):
        ends[start] = reader.line_num + skip
        yield n, start, [unguarded(cell) for cell in cells]
        start = reader.line_num + skip + 1


def _fates(draft: Draft, ends: dict[int, int]) -> dict[int, str]:
    """A record may hold several lines; lines without a word, the header and what stands above it carry no data."""
    fates = dict.fromkeys((n for n, line in enumerate(draft.source, 1) if line.strip()), "known")
    for start, end in ends.items():
        for line in range(start, end + 1):
            if line in fates:
                fates[line] = draft.fates.get(start, "known")
    return fates
