"""Parts of exports that were read amiss once: fields for files, typed answers in columns of their own, codes of groups, what was not finished."""

import random
from collections import Counter

import pytest

from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.reading.issues import NotASurvey
from surveys.reading.splitting import learn
from surveys.services.importing import summary
from tests.surveys.test_exports_as_written import MOMENT, cycled, kinds, left_out, qualtrics
from tests.surveys.test_odd_exports import AGREE, by_text, doubts, table, understood

KOBO = ["_id", "_uuid", "_submission_time"]


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Hello, what's your *first name*?", ["Ada", "Bo"]),
        ("¿Cómo te llamas?", ["Ada", "Bo"]),
        ("Before we begin, tell us your name", ["Ada", "Bo"]),
        ("Upload a picture", [f'[{{"name":"{n}.png","link":"https://meadow.example/{n}"}}]' for n in range(9)]),
        ("Signature", ["[document]"]),
        ("Pictures", ["https://meadow.example/1, https://meadow.example/2", "https://meadow.example/3"]),
    ],
)
def test_names_and_files_are_not_stored(tmp_path, heading, values):
    assert left_out(table(tmp_path, [[heading, "Safe?"], *cycled(values, ["Yes", "No"])])) == {heading}


def test_a_question_that_speaks_of_a_name_is_one(tmp_path):
    heading = "Would you sign this with your name?"
    assert kinds(table(tmp_path, [[heading, "Safe?"], *cycled(["Yes", "No"], ["No", "Yes", "Yes"])]))[heading] == "single"


@pytest.mark.parametrize(
    ("heads", "typed"),
    [
        (["role", "role_other"], "role_other"),
        (["role", "role_otro"], "role_otro"),
        (["Which role?", "Please specify"], "Please specify"),
        (["Which role?", "If other, which?"], "If other, which?"),
        (["Which role?", "Other (please describe)"], "Other (please describe)"),
    ],
)
def test_what_few_typed_is_open_text(tmp_path, heads, typed):
    draft = table(tmp_path, [[*KOBO, *heads], *cycled(1, "u", MOMENT, ["parent", "other", "teacher"], ["", "coach", ""])])
    assert kinds(draft)[typed] == "text"


def test_fields_that_qualtrics_adds(tmp_path):
    codes = ["Q1_NPS_GROUP", "Q2_Id", "Q2_Name", "Q2_Size", "Q2_Type", "Q3 - Topics", "SC0", "Q4"]
    texts = ["How likely? - Group", "A file - Id", "A file - Name", "A file - Size", "A file - Type", "Why? - Topics", "Score", "Safe?"]
    draft = qualtrics(tmp_path, codes, texts, codes, cycled("123", ["F_a1b2c3", ""], "x.png", 2000, "image/png", "", 1, ["Yes", "No"]))
    assert kinds(draft) == {"Safe?": "single"}


def test_limesurvey_counts_files_and_seconds(tmp_path):
    heads = ["id", "submitdate", "lastpage", "startlanguage", "Q1[filecount]", "Q2", "interviewtime", "groupTime7", "Q2Time"]
    draft = table(tmp_path, [heads, *cycled(1, MOMENT, "3", "en", "1", ["Yes", "No"], "90.1", "7.5", ["5.5", "6.5"])])
    assert kinds(draft) == {"Q2": "single"}


def test_a_group_in_numbers_is_a_doubt(tmp_path):
    rows = [["record_id", "role", "how_safe", "visit_complete"], *cycled(1, ["1", "2", "99"], ["1", "2"], "2")]
    draft = table(tmp_path, rows)
    assert doubts(draft) == {"coded_group"}
    found = summary(draft)
    n = next(n for n, issue in enumerate(found["issues"]) if issue["code"] == "coded_group")
    again = understood(tmp_path / "export.csv", mapping=import_review.swapped({}, found, n))
    assert (again.group.counts, doubts(again)) == ({"1": 10, "2": 10, "99": 10}, set())


@pytest.mark.parametrize(
    ("heads", "own"),
    [
        (["id", "submitdate", "lastpage", "startlanguage"], [1, [MOMENT, "", MOMENT], "3", "en"]),
        (["record_id", "redcap_event_name", "survey timestamp", "Complete?"], [1, "first", MOMENT, ["Complete", "Incomplete", "Complete"]]),
        (["Response ID", "Time Started", "SessionID", "Status"], [1, MOMENT, "s", ["Complete", "Partial", "Complete"]]),
    ],
)
def test_who_did_not_finish_is_told_of(tmp_path, heads, own):
    draft = table(tmp_path, [[*heads, "Safe?"], *cycled(*own, ["Yes", "No"])])
    assert (draft.rows, by_text(draft)["Safe?"].counts) == (30, {"Yes": 15, "No": 15})
    assert "10 of 30 did not finish" in next(issue.message for issue in draft.issues if issue.code == "unfinished")


@pytest.mark.parametrize("typed", ["a pool", "more books, and tables", "I do not know, maybe # rooms"])
def test_what_one_typed_behind_a_choice_is_no_part_of_it(typed):
    draw = random.Random(5)
    cells: Counter = Counter()
    wanted: Counter = Counter()
    for n in range(200):
        chosen = [choice for choice in ("Safety", "Arts, music, and dance", "Buses (early, late)", "Lunch") if draw.random() < 0.4]
        wanted.update(chosen)
        cells[", ".join([*chosen, *([typed.replace("#", str(n))] if n % 12 == 0 else [])])] += 1
    del cells[""]
    _, counts = learn(cells, ",")
    assert {choice: counts[choice] for choice in wanted} == wanted


def test_headings_that_begin_with_the_same_word(tmp_path):
    heads = ["Sports: Chess", "Sports: Rowing", "Hours - Monday", "Hours - Friday", "Q1: Safe?", "Q1: Why?", "About: Age", "About: Role"]
    columns = ["1", ""], ["", "", "1"], ["1", "2", "3"], ["3", "2"], ["Yes", "No"], "because", ["11", "12"], ["Parent", "Teacher"]
    draft = table(tmp_path, [heads, *cycled(*columns)])
    assert by_text(draft)["Sports"].counts == {"Chess": 15, "Rowing": 10}
    assert by_text(draft)["Hours [Monday]"].kind == "matrix"
    assert {"Q1: Safe?", "Q1: Why?", "About: Age", "About: Role"} <= set(by_text(draft))


def test_merged_cells_in_both_rows_of_headings(tmp_path):
    rows = [["Who are you?", "How far do you agree?", "", "", "What else?"], ["", "It is safe", "It is clean", "It is fun", ""]]
    draft = table(tmp_path, [*rows, *cycled(["Parent", "Student"], AGREE, AGREE[1:], AGREE[2:], ["more", "", "less"])])
    assert draft.header_rows == 2
    assert kinds(draft)["How far do you agree? [It is fun]"] == "matrix"


@pytest.mark.parametrize(
    ("heads", "columns", "told"),
    [
        (["Respondent", *[f"Respondent {n}" for n in range(1, 9)]], [["Group", "Safe?"], *[["Parent", "Yes"]] * 8], "turned"),
        (["Response ID", "Question", "Answer"], [["1", "1", "2", "2"], ["Group", "Safe?"], ["Parent", "Yes", "Student", "No"]], "turned"),
        (["Safe?", "Fun?"], [["1", "2", "-99", "4"], ["1", "2", "3"]], "missing_code"),
        (["Safe?", "Fun?"], [["Yes", "No", "#REF!"], ["Yes", "No"]], "formula_error"),
        (["Who?", "Safe?", "Safe?"], [["Parent", "Student"], ["Yes", ""], ["", "No"]], "branches"),
        (["Who?", "Safe?", "Safe?2"], [["Parent", "Student"], ["Yes", ""], ["", "No"]], "branches"),
        (["Who?", "Comments", "Comments.1"], [["Parent", "Student"], ["more", "", ""], ["less", "", "", ""]], ""),
        (["Who?", "Safe?", "Older than 11"], [["Parent", "Student"], ["1", "2", "3"], ["4", "5", "11"]], ""),
    ],
)
def test_other_shapes_and_codes_are_a_doubt(tmp_path, heads, columns, told):
    assert doubts(table(tmp_path, [heads, *cycled(*columns)])) - {"which_group"} == ({told} if told else set())


def test_a_summary_of_answers_is_refused(tmp_path):
    rows = [["Safe?"], ["Answer Choices", "Responses", ""], ["Yes", "60.00%", "60"], ["No", "40.00%", "40"], ["", "Answered", "100"]]
    with pytest.raises(NotASurvey, match="a summary with counts"):
        table(tmp_path, rows)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["Bus / Bike", "Bus", "Bike", "Walk / Bus", "Walk"], {"combined"}),
        (["Bus + Bike", "Bus", "Bike", "Walk + Bus", "Walk"], {"combined"}),
        (["['Bus', 'Bike']", "['Bus']", "['Bike']", "['Walk', 'Bus']", "['Walk']"], set()),
        (['["Bus", "Bike"]', '["Bus"]', '["Bike"]', '["Walk", "Bus"]', '["Walk"]'], set()),
    ],
)
def test_choices_that_people_and_programs_join(tmp_path, cells, told):
    draft = table(tmp_path, [["Which group?", "Ways"], *cycled(["Parent", "Student"], cells)])
    assert (by_text(draft)["Ways"].counts, doubts(draft)) == ({"Bus": 18, "Bike": 12, "Walk": 12}, told)
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert (by_text(again)["Ways"].counts, doubts(again)) == (by_text(draft)["Ways"].counts, set())


def test_labels_with_spaces_that_kobo_joins_by_spaces(tmp_path):
    cells = ["By bus On foot", "By bus", "On foot", "By bike By bus", "By bike"]
    draft = table(tmp_path, [[*KOBO, "How do you come?"], *cycled(1, "u", MOMENT, cells)])
    assert by_text(draft)["How do you come?"].counts == {"By bus": 18, "On foot": 12, "By bike": 12}
    found = summary(draft)
    n = next(n for n, issue in enumerate(found["issues"]) if issue["code"] == "combined")
    again = understood(tmp_path / "export.csv", mapping=import_review.swapped({}, found, n))
    assert len(by_text(again)["How do you come?"].counts) == 5


@pytest.mark.parametrize(
    "labels", [["Yes", "No", "N/A"], ["Parent/Guardian", "Student", "Teacher/Staff"], ["Mother", "Father", "Mother and Father"]]
)
def test_labels_with_a_slash_stay_whole(tmp_path, labels):
    assert set(by_text(table(tmp_path, [["Answer?", "Why?"], *cycled(labels, "because")]))["Answer?"].counts) == set(labels)


def test_a_second_row_of_headings_that_says_the_same(tmp_path):
    heads = ["ResponseID", "IPAddress", "StartDate", "Q1", "Q2_1", "Q2_2"]
    texts = ["ResponseID", "IPAddress", "StartDate", "How is it?", "Which?-Maps", "Which?-Films"]
    draft = table(tmp_path, [heads, texts, *cycled("R_1", "203.0.113.7", MOMENT, ["Good", "Bad"], ["1", ""], ["", "", "1"])])
    assert (draft.format, draft.header_rows, draft.rows) == ("qualtrics", 2, 30)


def test_columns_of_a_tool_in_another_language_above_two_rows_of_headings(tmp_path):
    above = [
        "ID del encuestado",
        "ID del recopilador",
        "Fecha de inicio",
        "Dirección IP",
        "¿Quién es usted?",
        "¿Qué importa?",
        "",
        "¿Algo más?",
    ]
    below = ["", "", "", "", "Respuesta", "Seguridad", "Música", "Respuesta abierta"]
    own = [1100, "42", MOMENT, "203.0.113.7"]
    draft = table(
        tmp_path, [above, below, *cycled(*own, ["Padre", "Estudiante"], ["Seguridad", ""], ["", "", "Música"], ["", "más libros"])]
    )
    assert (draft.header_rows, draft.rows, draft.group.counts) == (2, 30, {"Padre": 15, "Estudiante": 15})
    assert by_text(draft)["¿Qué importa?"].counts == {"Seguridad": 15, "Música": 10}
    assert left_out(draft) == set(above[:4])
