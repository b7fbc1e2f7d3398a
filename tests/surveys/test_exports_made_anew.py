"""Exports that a program or a person wrote once more: data frames, tables for statistics, a spreadsheet with sums below."""

import csv
import io

import pytest

from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.services.importing import summary
from tests.surveys import exports
from tests.surveys.test_exports_as_written import MOMENT, cycled, kinds, left_out
from tests.surveys.test_odd_exports import GROUPS, by_text, doubts, table, understood


def test_columns_of_nothing_but_0_and_1_are_one_question(tmp_path):
    heads = ["q5_1", "q5_2", "q6_1", "q6_2"]
    draft = table(tmp_path, [heads, *cycled(["1", "0"], ["0", "0", "1"], ["1", "2", "3"], ["3", "2", "1"])])
    assert by_text(draft)["q5"].counts == {"q5_1": 15, "q5_2": 10}
    assert by_text(draft)["q6_1"].kind == "scale"
    assert doubts(draft) == {"columns_as_choices"}


def test_numbers_of_rows_are_not_stored(tmp_path):
    draft = table(tmp_path, [["", "Unnamed: 0", "Safe?", "Intern_ID"], *cycled(0, 0, ["Yes", "No"], 500)])
    assert kinds(draft) == {"Safe?": "single"}
    blank = table(tmp_path, [["Safe?", "", "Why?"], *cycled(["Yes", "No"], "", "")])
    assert kinds(blank) == {"Safe?": "single", "Why?": "text"}


def test_lines_that_were_quoted_once_more(tmp_path):
    inner = exports.as_csv(
        [["start", "_id", "_uuid", "Safe?"], *cycled([MOMENT], ["1"], ["u"], ["Yes", "No, never"])], delimiter=";"
    ).decode()
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([line] for line in inner.replace("No, never", '"No; never"').splitlines())
    (tmp_path / "twice.csv").write_text(out.getvalue())
    draft = understood(tmp_path / "twice.csv")
    assert (draft.format, draft.rows, draft.encoding) == ("kobotoolbox", 30, "utf-8")
    assert by_text(draft)["Safe?"].counts == {"Yes": 15, "No; never": 15}


def test_rows_of_spaces_and_lines_of_sums_are_no_respondents(tmp_path):
    rows = [
        ["Which group?", "Safe?", "Number"],
        *cycled(GROUPS, ["Yes", "No"], ["1", "2"]),
        [" ", "  ", ""],
        ["Total", "", "45"],
        ["Total", "Yes", "1"],
    ]
    draft = table(tmp_path, rows)
    assert (draft.rows, draft.left_out) == (31, {"a line of sums below the answers": 1})


def test_columns_that_hold_one_label_each_are_choices(tmp_path):
    heads = ["q4_0001", "q4_0002", "q7_0001", "q7_0002"]
    rows = cycled(["Mother", "Not selected"], ["Not selected", "Not selected", "Uncle, aunt"], ["Rarely", "Often"], ["Often", "Never"])
    draft = table(tmp_path, [heads, *rows])
    assert by_text(draft)["q4"].counts == {"Mother": 15, "Uncle, aunt": 10}
    assert by_text(draft)["q7_0001"].kind == "scale"
    assert doubts(draft) == set()
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert [(q.text, q.kind, q.counts) for q in again.questions] == [(q.text, q.kind, q.counts) for q in draft.questions]


def test_a_dash_says_that_a_choice_was_not_taken(tmp_path):
    start = "Reasons for leaving us. "
    heads = ["Institute", f"{start}Other work", f"{start}The way", f"{start}Other (please say)", f"{start}Other (please say)"]
    rows = cycled(
        ["North", "South"], ["-", f"{start}Other work"], ["-", "-", "The way"], ["", "Other (please say)"], ["", "a farm", "", "a ship"]
    )
    assert by_text(table(tmp_path, [heads, *rows]))["Reasons for leaving us"].counts == {
        "Other work": 15,
        "The way": 10,
        "Other (please say)": 15,
    }


def test_blank_headings_have_a_name_in_a_data_frame(tmp_path):
    above = ["Respondent ID", "Collector ID", "Start Date", "What matters?", "Unnamed: 4"]
    rows = [above, ["Unnamed: 0_level_1", "", "", "Safety", "Music"], *cycled(100_000, "7", MOMENT, ["Safety", ""], ["", "", "Music"])]
    draft = table(tmp_path, rows)
    assert (draft.format, draft.header_rows) == ("surveymonkey", 2)
    assert by_text(draft)["What matters?"].counts == {"Safety": 15, "Music": 10}


@pytest.mark.parametrize(
    ("heading", "values", "stored"),
    [
        ("Do you own a mobile phone?", ["Yes", "No"], True),
        ("What kind of phone?", ["Folding", "Flat"], True),
        ("Did you get our e-mail?", ["Yes", "No", "Not sure"], True),
        ("Your e-mail", ["anonymous"], False),
        ("Mobile phone", ["404 555 0100", "404 555 0101"], False),
        ("Please leave your e-mail or phone number if you want an answer", ["", "call me"], False),
        ("Name of your child", ["Ada", "Bo"], False),
        ("By marking this you agree that you provide your name and e-mail address", ["✓", "", "✓"], True),
        ("Nombre (opcional)", ["Ada", "Bo"], False),
        ("Young person's forename(s)", ["Ada", "Bo"], False),
        ("Parent/guardian address", ["1 Meadow Way", "2 Meadow Way"], False),
        ("Which should we address?", ["Noise", "Light"], True),
        ("Address bullying", ["Agree", "Disagree", "Neutral"], True),
        ("Contact information is easy to find", ["Agree", "Disagree", "Neutral"], True),
        ("Address", ["1 Meadow Way", "2 Meadow Way"], False),
        ("name_first", ["Ada", "Bo"], False),
        ("Q17", 699_000_001, False),
        ("Q18", ["IMG_1.jpeg", "IMG_2.jpeg"], False),
        ("Q19", ["ME5 9XX", "ME5 9YY"], False),
        ("Your picture", ["https://pictures.example/1.png", "https://pictures.example/2.png"], False),
    ],
)
def test_headings_that_only_speak_of_telephones(tmp_path, heading, values, stored):
    assert (heading in kinds(table(tmp_path, [[heading, "Safe?"], *cycled(values, ["Yes", "No"])]))) == stored


def test_qualtrics_of_a_data_set_with_parts_and_another_answer(tmp_path):
    asked = "Which tools do you use? - Selected Choice - "
    heads = ["Time from start to end", "Q1", "Q2_Part_1", "Q2_Part_2", "Q2_OTHER"]
    texts = ["Duration (in seconds)", "What is your role at school?", f"{asked}Maps", f"{asked}Films", f"{asked}Other"]
    draft = table(tmp_path, [heads, texts, *cycled(100, GROUPS, ["Maps", ""], ["", "", "Films"], ["", "Other"])])
    assert by_text(draft)["Which tools do you use?"].counts == {"Maps": 15, "Films": 10, "Other": 15}
    assert left_out(draft) == {heads[0]}


@pytest.mark.parametrize(("delimiter", "told"), [(",", {"tenths"}), (";", set())])
def test_numbers_with_a_comma_in_a_table_with_commas(tmp_path, delimiter, told):
    rows = [["Safe?", "Grades"], *cycled(["Yes", "No"], ["9,10", "9", "10", "11,12"])]
    (tmp_path / "export.csv").write_bytes(exports.as_csv(rows, delimiter=delimiter))
    assert doubts(understood(tmp_path / "export.csv")) == told


def test_the_other_reading_of_such_columns_is_one_press(tmp_path):
    rows = [["Grades", "q5_1", "q5_2"], *cycled(["9,10", "9", "10", "10,11", "9,11"], ["0", "1"], ["1", "0", "0"])]
    path = exports.write(tmp_path / "export.csv", rows)
    found, mapping = summary(understood(path)), {}
    for n, issue in enumerate(found["issues"]):
        mapping = import_review.swapped(mapping, found, n) or mapping if issue["severity"] == "doubt" else mapping
    draft = understood(path, mapping=mapping)
    assert (doubts(draft), kinds(draft)) == (set(), {"Grades": "multi", "q5_1": "single", "q5_2": "single"})
    assert by_text(draft)["Grades"].counts["10"] == 18


def test_codes_of_redcap_say_nothing_to_people(tmp_path):
    draft = table(tmp_path, [["record_id", "ways___1", "ways___2", "ways_complete"], *cycled(1, ["1", "0"], ["0", "0", "1"], "2")])
    assert "such as “1”" in next(issue.message for issue in draft.issues if issue.code == "codes")
