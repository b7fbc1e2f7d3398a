"""What a column is, which encoding and delimiter a file has, what is never stored, and files that mean harm."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from surveys.reading import source as sources
from surveys.reading.issues import NotASurvey
from surveys.reading.kept_rows import KeptRows
from surveys.reading.reading import read
from tests.surveys import exports


def understood(path, **more):
    with read(path, **more) as (draft, _):
        return draft


def table(tmp_path, rows, name="x.csv", **more):
    return understood(exports.write(tmp_path / name, rows, **more))


def column(header, values, **more):
    """A survey of which this is the last column."""
    groups = ["Parent", "Student", "Teacher"]
    return [["Which group are you?", header], *[[groups[n % 3], value] for n, value in enumerate(values)]]


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("Do you agree?", ["Agree", "Disagree", "Strongly agree", "Not sure"] * 5, "scale"),
        ("How likely are you to recommend us?", ["0", "10", "7", "3"] * 5, "scale"),
        ("How many children do you have?", ["1", "2", "3", "0"] * 5, "number"),
        ("Miles to school", ["1.5", "12", "0.25", "3"] * 5, "number"),
        ("Favorite subject", ["Math", "None", "Art", "NA"] * 5, "single"),
        ("Anything else?", [f"I would like thing {n}, please" for n in range(20)], "text"),
        ("E-mail", ["a@example.org"] * 20, "metadata"),
        ("How can we reach you?", [f"person{n}@example.org" for n in range(20)], "metadata"),
        ("Your name (optional)", ["Ann", "Bo", "", "Cy"] * 5, "metadata"),
        ("Home address", [f"{n} Elm Street" for n in range(20)], "metadata"),
        ("Phone number", ["555-010-0000"] * 20, "metadata"),
        ("Where were you?", [f"33.9{n:02d}1, -84.1{n:02d}2" for n in range(20)], "metadata"),
        ("When did it happen?", [f"2024-03-01 10:{n:02d}" for n in range(20)], "metadata"),
        ("Student ID", [str(1000 + n) for n in range(20)], "metadata"),
        ("Name of your school", ["Elm", "Oak"] * 10, "single"),
        ("How would you address bullying?", [f"Talk to person {n}" for n in range(20)], "text"),
        ("Should we have a quiet room?", ["1", "0"] * 10, "single"),
    ],
)
def test_kind_of_a_column(tmp_path, header, values, kind):
    draft = table(tmp_path, column(header, values))
    assert draft.questions[-1].kind == kind, draft.questions[-1].why


def test_none_na_zero_and_true_are_answers(tmp_path):
    draft = table(tmp_path, column("Favorite", ["None", "NA", "0", "TRUE", ""] * 6))
    assert draft.questions[-1].counts == {"None": 6, "NA": 6, "0": 6, "TRUE": 6}
    assert draft.questions[-1].answered == 24


def test_labels_that_look_alike_are_counted_apart_and_proposed(tmp_path):
    values = ["Pre-K care"] * 9 + ["pre\u2013k  care"] * 4 + ["Café"] * 5 + ["Cafe\u0301"] * 2 + ["Other"] * 3
    draft = table(tmp_path, column("Favorite", values))
    said = [issue.message for issue in draft.issues if issue.code == "look_alike"]
    assert len(said) == 2
    assert "“Pre-K care” (9)" in said[0]
    assert "(4)" in said[0]
    assert "(5)" in said[1]
    assert draft.questions[-1].counts["Pre-K care"] == 9


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_encodings(tmp_path, encoding, ending):
    draft = table(tmp_path, column("¿Qué prefiere?", ["Enseñanza", "Música", "Niños", "Café"] * 5), f"x.{ending}", encoding=encoding)
    assert draft.questions[-1].counts == {"Enseñanza": 5, "Música": 5, "Niños": 5, "Café": 5}
    assert draft.delimiter == ("," if ending == "csv" else "\t")
    told = [issue for issue in draft.issues if issue.code == "encoding"]
    assert bool(told) == (encoding in ("cp1252", "mac_roman")), "what was guessed is said"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_although_cells_hold_others(tmp_path, delimiter):
    rows = column("Which, if any; tell us", ["Art, music; dance", "Safety; quiet, calm"] * 10)
    path = tmp_path / "x.csv"
    path.write_bytes(exports.as_csv(rows, delimiter=delimiter))
    draft = understood(path)
    assert (draft.delimiter, draft.rows, draft.width) == (delimiter, 20, 2)


def test_line_breaks_in_cells_and_headings(tmp_path):
    rows = column("What shall\nwe begin?", [f"First {n}\nand second" for n in range(20)])
    draft = table(tmp_path, rows)
    assert draft.rows == 20
    assert draft.questions[-1].text == "What shall we begin?"


def test_short_and_long_rows(tmp_path):
    rows = [*column("Say", ["a"] * 20), ["Parent"], ["Parent", "a", "", ""], ["Parent", "a", "surplus"], [], ["", ""]]
    draft = table(tmp_path, rows)
    assert draft.rows == 22
    assert draft.left_out == {"more cells than headings": 1}
    assert any("Row 24" in issue.message and "left out" in issue.message for issue in draft.issues)


def test_matrix_rows_are_questions_of_their_own(tmp_path):
    rows = [["Timestamp", "I am a", "How safe is it? [In class]", "How safe is it? [On the bus]", "Say"]]
    rows += [
        [f"2024-03-01 10:{n:02d}:00", ["Parent", "Student"][n % 2], ["Safe", "Unsafe"][n % 2], ["Very safe", ""][n % 2], f"text {n}"]
        for n in range(20)
    ]
    draft = table(tmp_path, rows)
    matrix = [q for q in draft.questions if q.kind == "matrix"]
    assert [q.text for q in matrix] == ["How safe is it? [In class]", "How safe is it? [On the bus]"]
    assert matrix[0].choices == ["Unsafe", "Safe"], "from low to high"
    assert matrix[1].counts == {"Very safe": 10}


def test_choices_with_an_other_that_is_typed(tmp_path):
    rows = exports.surveymonkey(exports.few())
    at = rows[0].index(exports.CHOOSE) + len(exports.CHOICES)
    for n, row in enumerate(rows):
        row.insert(at, ["", "Other (please specify)"][n] if n < 2 else (f"Thing {n}" if n % 4 == 0 else ""))
    draft = table(tmp_path, rows)
    multi = next(q for q in draft.questions if q.kind == "multi")
    assert multi.counts["Other (please specify)"] == sum(bool(row[at]) for row in rows[2:])
    assert any(q.kind == "text" and "Other" in q.text for q in draft.questions), "what was typed is kept too"


# Files that mean harm (S03, S04)


def test_formulas_stay_text(tmp_path):
    payloads = ["=1+1", '=HYPERLINK("http://example.org")', "+1", "@SUM(A1)", "-2+3", "\t=1", "＝1+1"]
    rows = column("=cmd|' /C calc'!A0", payloads * 6)
    for name in ("x.csv", "x.xlsx"):
        draft = table(tmp_path, rows, name)
        assert draft.questions[-1].header == "=cmd|' /C calc'!A0"
        assert draft.questions[-1].counts["=1+1"] == 6


def refused(tmp_path, data, match, name="x.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(NotASurvey, match=match) as error, read(path):
        pass
    assert str(tmp_path) not in str(error.value)
    assert "\n" not in str(error.value)


def test_files_that_are_no_tables(tmp_path):
    refused(tmp_path, b"", "is empty")
    refused(tmp_path, b"%PDF-1.7", "a PDF")
    refused(tmp_path, b"\xd0\xcf\x11\xe0" + b"x" * 100, "old Excel")
    refused(tmp_path, b"<!DOCTYPE html><p>x", "web page")
    refused(tmp_path, b"\x00\x01\x02\x03" * 50, "not text")
    refused(tmp_path, b"PK\x03\x04" + b"x" * 100, "damaged")
    refused(tmp_path, b"only,headings\n", "1 rows that are not blank")
    refused(tmp_path, b'a,b\n"never closed,' + b"x" * (sources.LONGEST_CELL + 10), "breaks off in line 2")


def test_a_folder_that_is_packed_is_no_spreadsheet(tmp_path):
    for inside, says in (("word/document.xml", "Word document"), ("a.txt", "packed folder")):
        with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as book:
            book.writestr(inside, "x")
        with pytest.raises(NotASurvey, match=says), read(tmp_path / "x.xlsx"):
            pass


def test_bombs_are_refused_before_they_are_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(450):
                sheet.write(b"0" * 2**20)
    with pytest.raises(NotASurvey, match="unpacked"), read(tmp_path / "x.xlsx"):
        pass


def hostile_book(path, sheet):
    with xlsxwriter.Workbook(tmp := path.with_name("good.xlsx")) as book:
        book.add_worksheet().write(0, 0, "x")
    with zipfile.ZipFile(tmp) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.infolist():
            bad.writestr(part, sheet if part.filename == "xl/worksheets/sheet1.xml" else good.read(part.filename))


def test_entities_open_no_file_and_do_not_multiply(tmp_path):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    secret = tmp_path / "secret.txt"
    secret.write_text("planted-secret")
    laughs = "".join(
        f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{("&l" + str(n - 1) + ";") * 9 if n else ""}">' for n in range(12)
    )
    row = '<row r="1"><c t="inlineStr"><is><t>{0}</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
    for doctype, said in ((laughs, "&l11;"), (f'<!ENTITY f SYSTEM "file://{secret}">', "&f;")):
        sheet = f'<?xml version="1.0"?><!DOCTYPE x [{doctype}]><worksheet xmlns="{main}"><sheetData>{row.format(said)}{row.format("c")}</sheetData></worksheet>'
        hostile_book(tmp_path / "x.xlsx", sheet)
        try:
            with read(tmp_path / "x.xlsx") as (draft, _):
                found = str(draft.headers) + str(draft.questions)
        except NotASurvey as error:
            found = str(error)
        assert "planted-secret" not in found


def test_a_sheet_that_says_it_has_a_million_columns_is_read_as_it_is(tmp_path):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a{n % 2}</t></is></c><c r="B{n}"><v>{n % 3}</v></c></row>' for n in range(1, 21)
    )
    sheet = f'<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData></worksheet>'
    hostile_book(tmp_path / "x.xlsx", sheet)
    draft = understood(tmp_path / "x.xlsx")
    assert (draft.rows, draft.width) == (19, 2)


@given(st.data())
def test_rows_come_back_as_they_were_put_in(data):
    """Also those whose cells hold the very signs that part cells and rows."""
    width = data.draw(st.integers(1, 4))
    cells = st.text(alphabet='ab ,"\n\x1e\x1fé', max_size=4)
    headers = data.draw(st.lists(st.text(alphabet="abc", max_size=2), min_size=width, max_size=width))
    put = data.draw(st.lists(st.lists(st.tuples(*[cells] * width), min_size=1, max_size=4), max_size=4))
    kept = KeptRows(headers, BytesIO())
    for rows in put:
        kept.put(list(zip(*rows, strict=True)))
    for _ in range(2):
        back = list(kept.batches())
        assert [list(zip(*batch.columns, strict=True)) for batch in back] == put
        order = sorted(range(width), key=lambda n: headers[n])
        assert [list(batch.lines) for batch in back] == [["\x1f".join(row[n] for n in order).encode() for row in rows] for rows in put]
