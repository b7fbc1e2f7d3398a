"""More parts of exports that were read amiss once: headings of persons, second rows of headings, marks, and what tools write in odd settings."""

import pytest

from surveys import import_review, results
from surveys.models import SurveyImport
from surveys.reading.persons import private_by_heading
from surveys.services.importing import summary
from tests.surveys import exports
from tests.surveys.test_exports_as_written import MOMENT, cycled, kinds
from tests.surveys.test_odd_exports import AGREE, by_text, doubts, monkey, table, understood


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


@pytest.mark.parametrize("heading", ["First and last name", "When were you born?"])
def test_two_more_headings_of_persons(heading):
    assert private_by_heading(heading)


def test_rows_of_a_matrix_that_begin_with_other_letters(tmp_path):
    heads = [f"How much do you agree?.{row}" for row in ("I like it", "I am safe", "Adults listen")]
    draft = table(tmp_path, [["ID", "Start time", "Completion time", *heads], *cycled(1, MOMENT, MOMENT, AGREE, AGREE[1:], AGREE[2:])])
    assert set(kinds(draft).values()) == {"matrix"}
    assert "How much do you agree? [Adults listen]" in kinds(draft)


def test_surveycto_writes_codes_and_a_column_for_each(tmp_path):
    heads = ["SubmissionDate", "simid", "ways", "ways_1", "ways_99", "ways_other", "formdef_version", "KEY"]
    codes = [["1 99", "1", "99"], ["1", "1", "0"], ["1", "0", "1"]]
    draft = table(tmp_path, [heads, *cycled(MOMENT, "", *codes, ["", "", "a boat"], "2403", [f"uuid:{n}" for n in range(30)])])
    assert by_text(draft)["ways_other"].kind == "text"
    assert {q.text: q.counts for q in draft.questions if q.kind == "multi"} == {"ways": {"1": 20, "99": 20}}
    assert set(kinds(draft)) == {"ways", "ways_other"}


def test_a_field_in_a_group_of_kobo(tmp_path):
    heads = ["_id", "_uuid", "_submission_time", "Needs/Which?", "Needs/Please specify"]
    draft = table(tmp_path, [heads, *cycled(1, "u", MOMENT, ["Roof", "Books"], ["", "paint", ""])])
    assert kinds(draft) == {"Which?": "single", "Please specify": "text"}


def test_three_rows_of_headings(tmp_path):
    rows = [["q1", "q2", "q3"], ["Which group are you in?", "How safe is it here?", "How clean is it here?"], ["single", "scale", "scale"]]
    draft = table(tmp_path, [*rows, *cycled(["Parent", "Student"], ["1", "2"], ["3", "2", "1"])])
    assert (draft.header_rows, draft.rows, draft.headers) == (3, 30, rows[1])


def test_choices_that_are_numbered_in_brackets(tmp_path):
    draft = table(tmp_path, [["Use [1]", "Use [2]", "Why?"], *cycled(["Bus", ""], ["", "", "Bike"], "")])
    assert by_text(draft)["Use"].counts == {"Bus": 15, "Bike": 10}


def test_numbers_of_persons_under_a_heading_that_says_nothing(tmp_path):
    draft = table(tmp_path, [["Column2", "Safe?"], *cycled([str(40_100 + 3 * n) for n in range(30)], ["Yes", "No"])])
    assert (kinds(draft), doubts(draft)) == ({"Safe?": "single"}, {"persons"})


@pytest.mark.parametrize(
    "code", ["not_respondents", "last_row", "reachable", "unfinished", "missing_code", "formula_error", "same_numbers"]
)
def test_figures_of_answers_are_told_to_staff_alone(code):
    assert not results.may_tell({"of": SurveyImport.RAW, "code": code}, None)


@pytest.mark.parametrize(("yes", "no", "blank"), [("1.0", "0.0", ""), ("TRUE", "FALSE", "NA"), ("1", "0", "NA"), ("1.0", "0.0", "nan")])
def test_marks_as_programs_for_statistics_write_them(tmp_path, yes, no, blank):
    heads = ["_id", "_uuid", "_submission_time", "ways", "ways/bus", "ways/bike"]
    draft = table(tmp_path, [heads, *cycled(1, "u", MOMENT, ["bus", "bike", blank], [yes, no, blank], [no, yes, blank])])
    assert by_text(draft)["ways"].counts == {"bus": 10, "bike": 10}


def test_gaps_beside_the_labels_of_choices(tmp_path):
    heads = ["Which do you use? - Bus", "Which do you use? - Bike", "How is it? - Food", "How is it? - Rooms"]
    draft = table(tmp_path, [heads, *cycled(["Bus", "NA"], ["NA", "NA", "Bike"], ["Good", "NA"], ["NA", "Bad", "Good"])])
    assert by_text(draft)["Which do you use?"].counts == {"Bus": 15, "Bike": 10}
    assert by_text(draft)["How is it? [Rooms]"].counts == {"NA": 10, "Bad": 10, "Good": 10}


@pytest.mark.parametrize("words", [("What’s best?", "The “quiet” room – outside"), ("It’s fair", "don’t know"), ("Größe", "über allem")])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_quotation_marks_of_windows_are_no_letters_of_a_mac(tmp_path, words, encoding):
    heading, value = words
    path = exports.write(tmp_path / "export.csv", [[heading, "Safe?"], *cycled([value, "no"], ["Yes", "No"])], encoding=encoding)
    assert by_text(understood(path))[heading].counts == {value: 15, "no": 15}


def test_limesurvey_with_codes_below_its_headings(tmp_path):
    heads = ["Response ID", "Date submitted", "Last page", "Start language", "How is it?"]
    codes = ["id", "submitdate", "lastpage", "startlanguage", "Q1"]
    draft = table(tmp_path, [heads, codes, *cycled(1, MOMENT, "2", "en", ["good", "bad"])])
    assert (draft.header_rows, draft.rows, kinds(draft)) == (2, 30, {"How is it?": "single"})


def test_a_contact_of_typeform_and_the_name_of_a_friend(tmp_path):
    heads = ["#", "What is your best friend's name?", "How is it?", "First name", "Last name", "Company", "Submit Date (UTC)", "Network ID"]
    draft = table(tmp_path, [heads, *cycled(7000, ["Ada", "Bo"], ["Good", "Bad"], "Ada", "Hale", "Meadow", MOMENT, "n")])
    assert kinds(draft) == {"How is it?": "single"}


def test_open_answers_of_surveymonkey_may_be_ways_to_reach_somebody(tmp_path):
    draft = monkey(
        tmp_path,
        ["If so, enter your email or phone:", "Why?"],
        ["Open-Ended Response"] * 2,
        cycled([f"a{n}@meadow.example" for n in range(30)], ["more", ""]),
    )
    assert kinds(draft) == {"Why?": "text"}


def test_the_number_of_a_school_is_no_persons(tmp_path):
    assert kinds(table(tmp_path, [["school_id", "Safe?"], *cycled(["oak", "elm"], ["Yes", "No"])]))["school_id"] == "single"
