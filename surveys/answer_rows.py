"""All closed answers of a survey as one table, a row for each respondent, whatever files they came in. For staff alone; open answers are not in it.

A question of one choice is a column with its label, one of several a column of 0 and 1 for each choice, a number stands as it was given. A block at a
time is in memory, and what is made of a cell is made once for each label: a million rows cost little more than writing them.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import compress
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from planner.lib.apostrophes import guarded
from planner.lib.sheets import LONGEST, MOST_ROWS, said
from surveys.crossing import Closed, blocks_of, closed_questions
from surveys.models import Survey
from surveys.packing import BLOCK, Block
from surveys.reading.draft import MULTI, NUMBER
from surveys.showing.writing import BOM

BITS = bytes.maketrans(b"01", b"\x00\x01")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: one choice of a question of several, or a whole question."""

    head: str
    question: Closed
    choice: int = 0
    is_number: bool = False


def columns_of(survey: Survey) -> list[Column]:
    """In the order of the survey."""
    closed = closed_questions(survey)
    found = []
    for pk, text, kind in survey.questions.order_by("position", "pk").values_list("pk", "text", "kind"):
        question = closed.get(pk) or Closed(pk, text, kind, {})
        if kind == MULTI:
            found += [Column(f"{text} [{label}]", question, choice) for choice, label in question.choices.items()]
        elif kind == NUMBER or question.choices:
            found.append(Column(text, question, is_number=kind == NUMBER))
    return found


def blocks(survey: Survey, columns: list[Column], cell: Callable[[str], str], zero: str, one: str) -> Iterator[list[list[str]]]:
    """Of each block its columns, each a list of ready cells. `cell` makes one of a label, once for each; numbers are made one by one."""
    made = {label: cell(label) for column in columns for label in column.question.choices.values()}
    nothing = cell("")
    for packed in blocks_of(survey):
        block = Block.unpack(packed)
        yield [_cells(block, column, made, nothing, cell, zero, one) for column in columns]


def _cells(block: Block, column: Column, made: dict[str, str], nothing: str, cell: Callable[[str], str], zero: str, one: str) -> list[str]:
    pk, rows = column.question.pk, block.rows
    if column.choice:
        return list(map((zero, one).__getitem__, _bits(block.bits.get((pk, column.choice), 0), rows)))
    if column.is_number and pk in block.values:
        return [cell(value) for value in block.values[pk]]
    found, places = [nothing] * rows, range(rows)
    for choice, label in column.question.choices.items():
        if bits := block.bits.get((pk, choice), 0):
            words = made[label]
            for n in compress(places, _bits(bits, rows)):
                found[n] = words
    return found


def _bits(bits: int, rows: int) -> bytes:
    """A byte for each respondent: 0 or 1."""
    return format(bits, f"0{rows}b").encode().translate(BITS)


def csv_pieces(survey: Survey, *, bom: bool = True) -> Iterator[bytes]:
    """A piece for each block. Lines are joined of cells that are ready: csv.writer looks at each cell anew, which took half of the time."""
    columns = columns_of(survey)
    nothing = '""' if len(columns) == 1 else ""  # a line of nothing would be no line

    def cell(text: str) -> str:
        return in_csv(guarded(text)) if text else nothing

    yield f"{BOM if bom else ''}{','.join(in_csv(guarded(column.head)) for column in columns)}\r\n".encode()
    for cells in filter(None, blocks(survey, columns, cell, "0", "1")):
        yield "".join([f"{line}\r\n" for line in map(",".join, zip(*cells, strict=True))]).encode()


def in_csv(text: str) -> str:
    """A cell as csv.writer writes it, in quotation marks where it needs them."""
    out = StringIO()
    csv.writer(out, lineterminator="").writerow([text])
    return out.getvalue()


# A workbook. xlsxwriter asks about each cell anew, which takes ten times as long as writing it; here each label's cell is made once.

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    "{sheets}</Types>"
)
SHEET_TYPE = '<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}</Relationships>'
)
RELATION = '<Relationship Id="{id}" Type="' + OFFICE + '/{kind}" Target="{target}"/>'
SHEET = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'


class Strings:
    """Texts of a workbook, each once; a cell names its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def cell(self, text: str) -> str:
        if not text:
            return "<c/>"
        n = self.numbers.setdefault(said(text[:LONGEST]), len(self.numbers))
        return f'<c t="s"><v>{n}</v></c>'

    def xml(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.numbers)
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><sst xmlns="{MAIN}" uniqueCount="{len(self.numbers)}">{items}</sst>'


def xlsx_file(survey: Survey) -> IO[bytes]:
    """The same as a workbook in a temporary file, with flat memory. What is longer than a sheet may be goes on in the next one."""
    columns, strings = columns_of(survey), Strings()
    head = f"<row>{''.join(strings.cell(column.head) for column in columns)}</row>"
    out = TemporaryFile()  # noqa: SIM115 who reads it closes it
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as book:
        rows = _rows(blocks(survey, columns, strings.cell, "<c><v>0</v></c>", "<c><v>1</v></c>"))
        sheets, more = 0, True
        while more or not sheets:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w", force_zip64=True) as sheet:
                sheet.write(f"{SHEET}{head}".encode())
                more = _fill(sheet, rows)
                sheet.write(b"</sheetData></worksheet>")
        _write_frame(book, sheets, strings)
    out.seek(0)
    return out


def xlsx_pieces(survey: Survey) -> Iterator[bytes]:
    """The workbook piece by piece; it is made when the first is asked for, and gone after the last."""
    with xlsx_file(survey) as made:
        while piece := made.read(2**18):
            yield piece


def _rows(found: Iterable[list[list[str]]]) -> Iterator[tuple[int, str]]:
    """How many rows a block has, and all of them ready to be written."""
    for cells in filter(None, found):
        rows = "</row><row>".join(map("".join, zip(*cells, strict=True)))
        yield len(cells[0]), f"<row>{rows}</row>"


def _fill(sheet: IO[bytes], rows: Iterator[tuple[int, str]]) -> bool:
    """Write blocks until the sheet could overflow; whether there may be more."""
    at = 1
    for number, block in rows:
        sheet.write(block.encode())
        at += number
        if at + BLOCK > MOST_ROWS:
            return True
    return False


def _write_frame(book: ZipFile, sheets: int, strings: Strings) -> None:
    numbers = range(1, sheets + 1)
    names = "".join(f'<sheet name="Answers{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    book.writestr("xl/sharedStrings.xml", strings.xml())
    book.writestr(
        "xl/workbook.xml",
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
    )
    parts = [RELATION.format(id=f"rId{n}", kind="worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers]
    parts.append(RELATION.format(id=f"rId{sheets + 1}", kind="sharedStrings", target="sharedStrings.xml"))
    book.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(all="".join(parts)))
    book.writestr("_rels/.rels", RELATIONS.format(all=RELATION.format(id="rId1", kind="officeDocument", target="xl/workbook.xml")))
    book.writestr("[Content_Types].xml", TYPES.format(sheets="".join(SHEET_TYPE.format(n=n) for n in numbers)))
