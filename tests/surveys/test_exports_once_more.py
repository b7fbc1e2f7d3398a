"""Parts of exports that were read amiss once: fields for files, typed answers in columns of their own, codes of groups, what was not finished."""

import random
from collections import Counter

import pytest

from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.reading.issues import NotASurvey
from surveys.reading.persons import private_by_heading
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


@pytest.mark.parametrize(
    "heading",
    [
        "Student's first and last name", "Best phone number to reach you", "Initials", "Student ID #", "What is your child's name?", "Nombre del estudiante",
        "Teléfono de contacto", "Name des Kindes", "Nom de l'enfant", "Signature", "Emergency contact", "Who fills this in (name)?", "Please print your name",
    ],
)  # fmt: skip
def test_more_headings_of_persons(heading):
    assert private_by_heading(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "School name",
        "Name one thing that you like",
        "Adults at school know my name",
        "Best way to contact you",
        "Which principal?",
        "Room number",
    ],
)
def test_more_headings_of_no_persons(heading):
    assert not private_by_heading(heading)


def test_a_question_with_several_choices_may_speak_of_mail_and_telephones(tmp_path):
    heading = "How shall we write to you? (mail, phone, e-mail)"
    ways = ["Mail", "Phone", "E-mail", "Letter", "Not at all"]
    cells = [", ".join(way for n, way in enumerate(ways) if number >> n & 1) for number in range(1, 32)]
    draft = table(tmp_path, [[heading, "Safe?"], *cycled(cells, ["Yes", "No"], rows=93)])
    assert set(by_text(draft)[heading].counts) == set(ways)


def test_names_with_titles_that_are_chosen_are_a_doubt(tmp_path):
    draft = table(tmp_path, [["Teacher", "Safe?"], *cycled(["Ms. Hale", "Mr. Dunn", "Dr. Frost"], ["Yes", "No"])])
    assert (kinds(draft)["Teacher"], doubts(draft)) == ("single", {"persons"})


@pytest.mark.parametrize(
    ("second", "is_heading"),
    [
        (["", "(years)", "(1 to 5)", ""], True),
        (["Choice", "Number", "Scale", "Open"], True),
        (["Q1", "Q2", "Q3", "Q4"], True),
        (["Parent", "N/A", "n/a", "nothing"], False),
        (["Parent", "40", "5", "nothing"], False),
    ],
)
def test_a_second_row_that_says_more_of_the_headings(tmp_path, second, is_heading):
    rows = cycled(["Parent", "Student"], ["11", "12", "40"], ["1", "2", "5"], ["", "more books", "less noise"])
    draft = table(tmp_path, [["Which group?", "Age", "How safe?", "Why?"], second, *rows])
    assert (draft.header_rows, draft.rows) == ((2, 30) if is_heading else (1, 31))


def test_marks_below_headings_that_are_choices(tmp_path):
    heads, marks = ["Who?", "Bus", "Bike", "Walk", "q3a", "q3b", "q3c", "Why?"], [["x", ""], ["", "X", "x"], ["✓", "", ""]]
    draft = table(tmp_path, [heads, *cycled(["Parent", "Student"], *marks, ["Yes", ""], ["", "Yes"], ["Yes", "", ""], "")])
    assert by_text(draft)["Choices from “Bus” to “Walk”"].counts == {"Bus": 15, "Bike": 20, "Walk": 10}
    assert by_text(draft)["q3"].counts == {"q3a": 15, "q3b": 15, "q3c": 10}
    found = summary(draft)
    mapping = {}
    for n, issue in enumerate(found["issues"]):
        mapping = import_review.swapped(mapping, found, n) or mapping if issue["code"] == "columns_as_choices" else mapping
    again = understood(tmp_path / "export.csv", mapping=mapping)
    assert (doubts(again), kinds(again)["Bus"], kinds(again)["q3a"]) == ({"look_alike"}, "single", "single")


@pytest.mark.parametrize(
    ("heading", "values", "stored"),
    [
        ("Respondent", 1, False),
        ("Q0", 100, False),
        ("How many years?", 1, True),
        ("Date", ["2024-03-01", "2024-03-02"], False),
        ("Which date suits you?", ["2024-03-01", "2024-03-02"], True),
    ],
)
def test_numbers_of_rows_and_days_of_answering(tmp_path, heading, values, stored):
    assert (heading in kinds(table(tmp_path, [["Safe?", heading], *cycled(["Yes", "No"], values)]))) == stored


def test_weights_are_a_doubt(tmp_path):
    assert doubts(table(tmp_path, [["Safe?", "weight"], *cycled(["Yes", "No"], ["0.81", "1.34", "1.02"])])) == {"weights"}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Rate this year from 1 to 10", "scale"),
        ("How many years from 1 to 10?", "number"),
        ("How easy was the last hour?", "scale"),
        ("Years here", "number"),
    ],
)
def test_a_rating_that_speaks_of_a_year_is_a_scale(tmp_path, heading, kind):
    assert kinds(table(tmp_path, [[heading, "Safe?"], *cycled(["1", "3", "7", "2"], ["Yes", "No"])]))[heading] == kind


def test_fields_called_first_and_second_are_no_names(tmp_path):
    own = ["Response ID", "Time Started", "SessionID", "First:Name two hopes", "Second:Name two hopes"]
    said = [[f"more books for room {n}", f"less noise in room {n}"] for n in range(30)]
    draft = table(tmp_path, [own, *([n, MOMENT, "s", *row] for n, row in enumerate(said))])
    assert set(kinds(draft).values()) == {"text"}


def test_a_field_whose_heading_goes_on_after_that_of_its_question(tmp_path):
    heads = ["Which dish?", "Which dish? - Other (please specify)"]
    assert kinds(table(tmp_path, [heads, *cycled(["Fish", "Rice", "Other"], ["", "", "soup"])]))[heads[1]] == "text"


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Number", [str(40_000 + 13 * n) for n in range(30)]),
        ("Time", [f"8:{n} AM" for n in range(10, 40)]),
        ("Données personnalisées 1", ""),
    ],
)
def test_what_numbers_or_dates_a_row_is_no_question(tmp_path, heading, values):
    assert set(kinds(table(tmp_path, [["Safe?", heading], *cycled(["Yes", "No"], values)]))) == {"Safe?"}


def test_several_lines_below_the_answers(tmp_path):
    rows = [["No.", "Which group?", "Meals", "Why?"], *cycled(1, ["Parent", "Student"], ["1", "2", "5"], "")]
    below = [["", "Mean", "3.1"], ["", "Std. Dev.", "1.1"], ["", "n", "30"], ["Source: an office"], ["* one class was away"]]
    draft = table(tmp_path, [*rows, *below])
    assert (draft.rows, sum(draft.left_out.values()), doubts(draft)) == (30, 5, set())


@pytest.mark.parametrize(
    ("heading", "values", "kind"),
    [
        ("Do teachers know your name?", ["All of them", "Some of them", "None of them"], "single"),
        ("Please describe your relation to the schools", ["Parent", "Student"], "group"),
        ("Please explain how it went", ["Good", "Bad"], "single"),
        ("Have you a desk?", ["Y", "Y", "Y", "Y", "Y", "Y", "Y", "Y", "Y", "N"], "single"),
    ],
)
def test_what_only_looks_like_a_field(tmp_path, heading, values, kind):
    draft = table(tmp_path, [[heading, "Meals", "Rooms"], *cycled(values, ["1", "2"], ["3", "2", "1"])])
    assert (kinds(draft)[heading], draft.rows) == (kind, 30)


def test_the_last_respondent_may_be_the_only_one_to_say_no(tmp_path):
    rows = [["Have you a desk?", "Meals", "Rooms"], *cycled("Y", ["1", "2"], ["3", "2", "1"]), ["N", "2", "3"]]
    assert table(tmp_path, rows).rows == 31


def test_few_answers_below_a_blank_row_are_answers(tmp_path):
    rows = [["Meals", "Rooms", "Yard", "Why?"], *cycled(["1", ""], ["", "3"], ["2", "", "4"], ["", "", "more books"]), [], ["1"], ["", "3"]]
    assert (table(tmp_path, rows).rows, table(tmp_path, rows).left_out) == (32, {})


def test_a_time_that_many_chose_is_an_answer(tmp_path):
    assert kinds(table(tmp_path, [["Safe?", "Time"], *cycled(["Yes", "No"], ["17:00", "18:30"])]))["Time"] == "single"


def test_codes_of_qualtrics_without_its_rows_of_questions(tmp_path):
    heads = [
        "StartDate",
        "Progress",
        "Finished",
        "ResponseId",
        "UserLanguage",
        "Q1",
        "Q2",
        "Q2_3_TEXT",
        "Q4_First Click",
        "Rate_1",
        "Rate_2",
    ]
    own = [MOMENT, "100", ["TRUE", "FALSE"], [f"R_{n}" for n in range(30)], "EN"]
    draft = table(tmp_path, [heads, *cycled(*own, ["Yes", "No"], ["Bus", "Bus,Bike", "Bike"], ["", "boat"], "3.1", AGREE, AGREE[1:])])
    assert (draft.format, draft.header_rows, draft.key) == ("qualtrics", 1, 3)
    assert kinds(draft) == {"Q1": "single", "Q2": "multi", "Q2_3_TEXT": "text", "Rate_1": "scale", "Rate_2": "scale"}


def test_answers_in_rows_of_their_own_under_other_names(tmp_path):
    rows = [["Responder", "Question", "OriginalResponse"], *([n % 10, n // 10, f"as we said in year {n}"] for n in range(30))]
    assert "turned" in doubts(table(tmp_path, rows))


def test_fields_of_surveymonkey_without_a_question_above_them(tmp_path):
    above = ["Respondent ID", "", "", "", "Which district?"]
    below = ["", "Name", "Email", "Social media accounts", "Response"]
    rows = [["", "Ada", "a@meadow.example", "@ada", "North"], ["", "Bo", "", "@bo", "South"]] * 9
    assert kinds(table(tmp_path, [above, below, *rows])) == {"Which district?": "single"}
