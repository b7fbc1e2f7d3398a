"""A plan as a workbook: the rows of `actions.resources`, and how many steps of each goal area are in each status.

Every text is written as text: nothing in it can become a formula or a link. The same plan gives the same bytes.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from actions import words
from actions.picture import PlanPicture, StatusWord, StepPicture
from actions.reading.apostrophes import RUNS
from actions.resources import COLUMNS, CONTINUED, KINDS, SHOWN, PlanRow, PlanRows, rows_of
from planner.lib.dates import us_date
from planner.lib.sheets import UNSAID, Sheet

COLORS = {
    "st0": ("#ffffff", "#54585d", "#6b6f75"),
    "st1": ("#ffffff", "#54585d", "#6b6f75"),
    "st1a": ("#faecc4", "#1a1c1e", "#8a6508"),
    "st2": ("#f2cd6b", "#1a1c1e", "#8a6508"),
    "st2a": ("#a9cfc0", "#1a1c1e", "#2f6e60"),
    "st3": ("#2a7f92", "#ffffff", "#1b6576"),
    "st3a": ("#1a5b6b", "#ffffff", "#144a57"),
    "st4": ("#0c3b48", "#ffffff", "#0c3b48"),
    "stx": ("#dcdad4", "#1a1c1e", "#5d6166"),
}
"""Fill, text and edge of each look, as static/css/tokens.css has them in the light; a test compares the two."""
INK, MUTED, LINE, BAND = "#1a1c1e", "#54585d", "#dcdad4", "#f5f4f0"
WIDTHS = {"Level": 16, "Code": 9, "Title": 60, "Description": 44, "Status": 24, "Status as of": 15, "Confirmed in this cycle": 12}
WIDTHS |= {"Led by": 28, "Due": 15, "Public note": 36, "In goal area": 34, "About the plan": 30, "Words for levels": 30, "Scale": 34}
DAY = "mmm d, yyyy"
CODE, TEXT = "Code", "@"
"""A code is text, also after somebody has typed it anew: 4.10 never becomes 4.1."""
FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets count days from 1900 with a leap year that was none; a day before is written as text."""
PIECE = 16_000
"""Longer text goes on in rows of its own: a cell holds 32,767 characters, of which some take two places."""


def write_xlsx(picture: PlanPicture, out: BinaryIO) -> None:
    """Two sheets, Steps and Counts."""
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"},
        },
    )
    book.set_properties(
        {
            "title": _one_line(f"{picture.title}, as of {us_date(picture.as_of)}"),
            "subject": "Every part of the plan with its status",
            "company": _one_line(picture.district_name),
            "created": datetime.combine(picture.as_of, datetime.min.time()),
        }
    )
    book.set_custom_property("Language", "en-US")
    looks = Looks(book)
    steps, counts = book.add_worksheet("Steps", Sheet), book.add_worksheet("Counts", Sheet)
    _write_steps(steps, picture, looks)
    _write_counts(counts, picture, looks)
    book.close()


def _one_line(text: str) -> str:
    """For properties, where nothing is escaped."""
    return " ".join(UNSAID.sub(" ", text).split())[:255]


class Looks:
    """Formats of the workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple, Format] = {}

    def __call__(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", "font_color": INK} | properties)
        return self.made[key]

    def status(self, look: str, **properties: Any) -> Format:
        fill, ink, edge = COLORS[look]
        return self(bg_color=fill, font_color=ink, border=1, border_color=edge, text_wrap=True, **properties)

    def header(self, **properties: Any) -> Format:
        return self(bold=True, bg_color=BAND, bottom=2, bottom_color=MUTED, text_wrap=True, **properties)


def _write_steps(sheet: Worksheet, picture: PlanPicture, looks: Looks) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for column, name in enumerate(COLUMNS):
        folded = {"level": 1, "hidden": True} if column >= SHOWN else {}
        sheet.set_column(column, column, WIDTHS.get(name, 14), looks(num_format=TEXT) if name == CODE else None, folded)
    sheet.set_column(len(COLUMNS), len(COLUMNS), None, None, {"collapsed": True})
    sheet.write_row(0, 0, COLUMNS, looks.header())
    colors = {status.name: status.look for status in picture.statuses}
    places = {level: depth for depth, level in enumerate(KINDS.values())}
    row, depths = 0, dict[int, int]()
    for part, values in _rows(picture):
        row += 1
        depth = depths.get(part.under or 0, -1) + 1
        if part.number and part.kind != CONTINUED:
            depths[part.number] = depth
        is_step = places.get(part.kind) == len(places) - 1
        for column, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
            style: dict[str, Any] = {} if is_step else {"bold": True}
            if name == CODE:
                style["num_format"] = TEXT
            if name == "Title" and depth:
                style["indent"] = min(depth, 7)
            if name == "Status" and value:
                _put(sheet, row, column, value, looks, look=colors.get(value, "st0"))
            else:
                _put(sheet, row, column, value, looks, **style)
    sheet.autofilter(0, 0, max(row, 1), SHOWN - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(1, COLUMNS.index(CODE), max(row, 1), COLUMNS.index(CODE))})
    _let_choose(sheet, picture, row)
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(row, 1), SHOWN - 1)
    sheet.set_footer("&L&A&RPage &P of &N")


def _rows(picture: PlanPicture) -> Iterator[tuple[PlanRow, list[Any]]]:
    """Rows with their values; a row whose text is longer than a cell is followed by rows that go on with it."""
    table, kind, number, under = PlanRows(), *(COLUMNS.index(name) for name in ("Kind", "No.", "Under no."))
    for part in rows_of(picture):
        values = next(table.values(iter([part])))
        pieces = {at: _pieces(value) for at, value in enumerate(values) if isinstance(value, str) and len(value) > PIECE}
        for at, cut in pieces.items():
            values[at] = cut[0]
        yield part, values
        for n in range(1, max(map(len, pieces.values()), default=1)):
            more: list[Any] = [None] * len(COLUMNS)
            for at, cut in pieces.items():
                more[at] = cut[n] if n < len(cut) else None
            more[kind], more[number], more[under] = CONTINUED, n, part.number
            yield PlanRow(kind=CONTINUED, number=n, under=part.number), more


def _pieces(text: str) -> list[str]:
    """Pieces that neither begin nor end with white space, which a reader takes off, where the text can be cut so."""
    pieces = []
    while len(text) > PIECE:
        cut = next((n for n in range(PIECE, PIECE // 2, -1) if not text[n - 1].isspace() and not text[n].isspace()), PIECE)
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _put(sheet: Worksheet, row: int, column: int, value: Any, looks: Looks, *, look: str = "", **style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date) and value >= FIRST_DAY:
        sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), looks(num_format=DAY, align="left", **style))
    elif isinstance(value, int):
        sheet.write_number(row, column, value, looks(**style))
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
        if RUNS.match(text):  # so that it stays text when somebody edits the cell
            style["quote_prefix"] = True
        sheet.write_string(row, column, text, looks.status(look, **style) if look else looks(text_wrap=True, **style))


def _let_choose(sheet: Worksheet, picture: PlanPicture, last: int) -> None:
    """The plan's statuses to choose from; another one can be typed after a question."""
    if not picture.statuses or not last:
        return
    first = _counts_head(picture)
    source = f"=Counts!{xl_range_abs(first, 1, first, len(picture.statuses))}"
    column = COLUMNS.index("Status")
    sheet.data_validation(
        1,
        column,
        last,
        column,
        {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": "Not in the scale",
            "error_message": "This plan has no such status yet. When the file is brought in, it is added to the plan's statuses.",
        },
    )


def _counts_head(picture: PlanPicture) -> int:
    """Row of the header of the table of counts, from 0."""
    return 6 if picture.narrowed_to else 5


def _write_counts(sheet: Worksheet, picture: PlanPicture, looks: Looks) -> None:
    """Title, day and sentence, then a row for each goal area and one for all. The sums are numbers, worked out here."""
    every = list(picture.all_steps())
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, len(picture.statuses) + 3, 16)
    above = [
        (picture.title, looks(bold=True, font_size=16)),
        (f"{picture.district_name}, as of {us_date(picture.as_of)}", looks(font_color=MUTED)),
        (words.headline(every, picture), looks(font_size=12)),
        *([(f"Only part of the plan: {picture.narrowed_to}", looks(bold=True))] if picture.narrowed_to else []),
        (
            "The sheet Steps can be changed and brought in again; its columns folded away on the right are needed for that.",
            looks(font_color=MUTED),
        ),
    ]
    for row, (text, look) in enumerate(above):
        sheet.write_string(row, 0, text, look)
    row = _counts_head(picture)
    columns: list[StatusWord | None] = [*picture.statuses, None]
    sheet.set_row(row, 32)
    sheet.write_string(row, 0, picture.levels["goal_area"], looks.header())
    for column, status in enumerate(columns, 1):
        name = status.name if status else "No status yet"
        sheet.write_string(row, column, name, looks.status(status.look if status else "st0", bold=True, align="right"))
    sheet.write_string(row, len(columns) + 1, "All", looks.header(align="right"))
    sheet.write_string(row, len(columns) + 2, f"Confirmed since {us_date(picture.cycle_start)}", looks.header(align="right"))
    for area in picture.areas:
        row += 1
        _write_line(sheet, row, f"{area.code} {area.title}".strip(), list(area.all_steps()), columns, looks)
    _write_line(sheet, row + 1, "All", every, columns, looks, bold=True, top=1, top_color=MUTED)
    sheet.freeze_panes(_counts_head(picture) + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)


def _write_line(
    sheet: Worksheet, row: int, name: str, steps: list[StepPicture], columns: list[StatusWord | None], looks: Looks, **style: Any
) -> None:
    sheet.write_string(row, 0, name[:PIECE], looks(text_wrap=True, **style))
    counts = [sum(step.status == status for step in steps) for status in columns]
    for column, count in enumerate([*counts, len(steps), sum(step.is_confirmed for step in steps)], 1):
        sheet.write_number(row, column, count, looks(align="right", **style))
