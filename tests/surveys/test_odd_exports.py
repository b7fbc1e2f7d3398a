"""What real exports hold beside the plain case: fields for names, a choice called “No”, grids of checkboxes, one heading too many, several sheets."""

import pytest
import xlsxwriter

from surveys.reading import mapping as mappings
from surveys.reading.kinds import LADDER, in_order
from surveys.reading.labels import plain
from surveys.reading.reading import read
from surveys.reading.splitting import are_codes
from tests.surveys import exports

GROUPS = ["Parent", "Student", "Teacher"]
AGREE = ["Strongly agree", "agree", "Disagree", "Strongly disagree"]


def understood(path, **more):
    with read(path, **more) as (draft, _):
        return draft


def table(tmp_path, rows, **more):
    return understood(exports.write(tmp_path / "export.csv", [[str(cell) for cell in row] for row in rows], **more))


def by_text(draft):
    return {question.text: question for question in draft.questions}


def doubts(draft):
    return {issue.code for issue in draft.issues if issue.severity == "doubt"}


def monkey(tmp_path, above, below, answers):
    own = ["Respondent ID", "Collector ID", "Start Date"]
    rows = [[*own, *above], ["", "", "", *below]]
    return table(tmp_path, rows + [[1000 + n, 7, "03/01/2024 10:11:12 AM", *answer] for n, answer in enumerate(answers)])


def test_fields_for_names_and_addresses_are_not_stored(tmp_path):
    names = [["Ada", "a@meadow.example"], ["Bo", ""], ["", "c@meadow.example"], ["Bo", ""]] * 5
    draft = monkey(tmp_path, ["How to reach you", ""], ["Name", "Email Address"], names)
    assert {q.kind for q in draft.questions} == {"metadata"}


def test_rows_of_a_matrix_may_be_called_email(tmp_path):
    often = [["Weekly", "Never"], ["Never", "Monthly"], ["Monthly", "Weekly"]] * 6
    draft = monkey(tmp_path, ["How often do you want news?", ""], ["Email", "Phone"], often)
    assert by_text(draft)["How often do you want news? [Email]"].kind == "matrix"


def test_a_choice_called_no_is_a_choice(tmp_path):
    ticks = [["Here", "", ""], ["", "No", ""], ["", "", "N/A"], ["Here", "", ""]] * 5
    draft = monkey(tmp_path, ["Children in our schools?", "", ""], ["Here", "No", "N/A"], ticks)
    question = by_text(draft)["Children in our schools?"]
    assert question.counts == {"Here": 10, "No": 5, "N/A": 5}
    assert question.choices_of(["", "No", ""]) == ["No"]
    assert question.codes()["No"] == "1"


def test_yes_and_no_in_a_grid_are_two_answers(tmp_path):
    draft = monkey(tmp_path, ["Is there?", ""], ["A library", "A garden"], [["Yes", "No"], ["No", "No"], ["Yes", "Yes"]] * 5)
    assert by_text(draft)["Is there? [A library]"].counts == {"Yes": 10, "No": 5}


def test_who_typed_an_answer_instead_of_choosing_is_told_of(tmp_path):
    answers = [["Parent", ""], ["Student", ""], ["", "Coach"], ["Parent", ""]] * 5
    draft = monkey(tmp_path, ["Which group are you in?", ""], ["Response", "Other (please specify)"], answers)
    issue = next(issue for issue in draft.issues if issue.code == "typed_instead")
    assert "5 respondents typed" in issue.message
    assert issue.other == "counted as a choice “Other (please specify)”"


def test_two_rows_of_headings_with_one_column_of_the_tools_own(tmp_path):
    rows = [["RespondentID", "Have you been there?", "Which?", ""], ["", "Response", "The  garden", "The hall"]]
    rows += [[3000 + n, ["Yes", "No"][n % 2], "The  garden" if n % 3 else "", "The hall" if n % 2 else ""] for n in range(20)]
    draft = table(tmp_path, rows)
    assert (draft.format, draft.header_rows, draft.rows) == ("surveymonkey", 2, 20)
    assert by_text(draft)["Which?"].counts == {"The garden": 13, "The hall": 10}


def test_what_was_typed_beside_other_is_not_a_second_choice(tmp_path):
    heads = [f"What matters? Choose all. - {choice}" for choice in ("Safety", "Other (please specify)", "Other (please specify).1")]
    rows = [["Group", *heads]]
    rows += [[GROUPS[n % 3], "Safety" if n % 2 else "", "Other (please specify)" if n % 4 else "", f"pool {n}"] for n in range(20)]
    assert list(by_text(table(tmp_path, rows))["What matters? Choose all."].counts) == ["Safety", "Other (please specify)"]


def test_a_row_of_a_matrix_about_others_is_no_text(tmp_path):
    rows = [["Timestamp", "How far do you agree? [My mother helps]", "How far do you agree? [Other parents help]"]]
    rows += [[f"3/1/2024 10:11:{n:02d}", AGREE[n % 4], AGREE[n % 3]] for n in range(24)]
    draft = table(tmp_path, rows)
    assert [q.kind for q in draft.questions[1:]] == ["matrix", "matrix"]


def test_a_grid_of_checkboxes_has_several_choices_in_a_cell(tmp_path):
    days = ["Monday;Friday", "Monday", "Friday", "Tuesday;Friday", "Tuesday"]
    rows = [["Timestamp", "Which days? [Morning]", "Which days? [Evening]"]]
    rows += [[f"3/1/2024 10:11:{n:02d}", days[n % 5], days[n % 3]] for n in range(30)]
    draft = table(tmp_path, rows)
    question = by_text(draft)["Which days? [Morning]"]
    assert (question.kind, question.counts) == ("multi", {"Monday": 12, "Friday": 18, "Tuesday": 12})
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert [(q.text, q.kind, q.counts) for q in again.questions] == [(q.text, q.kind, q.counts) for q in draft.questions]


def test_labels_of_kobo_are_not_cut_at_their_spaces(tmp_path):
    rows = [["start", "I feel safe", "Where?", "_Where?_latitude", "_id", "_uuid", "_index"]]
    rows += [["2024-03-01T10:11:12", AGREE[n % 4], "40.1 -75.2 0 0", "40.1", n, f"u{n}", n] for n in range(24)]
    draft = table(tmp_path, rows)
    assert by_text(draft)["I feel safe"].kind == "scale"
    assert by_text(draft)["I feel safe"].choices == ["Strongly disagree", "Disagree", "agree", "Strongly agree"]
    assert by_text(draft)["Where?"].kind == "metadata"


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["safe", "safe music", "music bus", "bus"], True),
        (["Strongly agree", "agree", "Strongly disagree", "disagree", "neither agree nor disagree"], False),
        (["more music please", "thank you"], False),
        (["safe, calm", "safe"], False),
    ],
)
def test_codes_are_chosen_alone_too(cells, wanted):
    assert are_codes(dict.fromkeys(cells, 1)) == wanted


def test_limesurvey_says_not_shown(tmp_path):
    rows = [["Response ID", "Date submitted", "Last page", "Start language", "What matters? [Safety]", "What matters? [Music]"]]
    rows += [[n, "2024-03-01 10:11:12", 3, "en", ["Yes", "No", "N/A"][n % 3], ["No", "N/A", "Yes", "Yes"][n % 4]] for n in range(24)]
    assert by_text(table(tmp_path, rows))["What matters?"].counts == {"Safety": 8, "Music": 12}


def test_limesurvey_with_codes_says_so(tmp_path):
    rows = [["id", "submitdate", "lastpage", "startlanguage", "G1Q1", "G1Q2[SQ001]", "G1Q2[SQ002]"]]
    rows += [[n, "2024-03-01 10:11:12", 3, "en", f"A{1 + n % 3}", "Y" if n % 2 else "", "Y" if n % 3 else ""] for n in range(24)]
    issue = next(issue for issue in table(tmp_path, rows).issues if issue.code == "codes")
    assert "2 questions stand as codes, such as “A1”" in issue.message


def test_an_order_of_preference_is_told_of(tmp_path):
    orders = ["Math;Art;Music;", "Music;Math;Art;", "Art;Music;Math;"]
    rows = [["ID", "Start time", "Completion time", "Order these"]]
    rows += [[n, "3/1/24 10:11:12", "3/1/24 10:12:12", orders[n % 3]] for n in range(15)]
    draft = table(tmp_path, rows)
    assert by_text(draft)["Order these"].counts == {"Math": 15, "Art": 15, "Music": 15}
    assert doubts(draft) == {"ranking"}


def test_time_on_a_page_is_the_tools_own_and_open_answers_have_lines(tmp_path):
    heads = ["StartDate", "ResponseId", "Q3_Page Submit", "Q3_DO_1", "Q4", "Q5"]
    texts = ["Start Date", "Response ID", "Timing - Page Submit", "Q3 - Display Order", "What else?", "What matters? - Selected Choice"]
    rows = [heads, texts, [f'{{"ImportId":"{n}"}}' for n in range(6)]]
    said = ["Safety, calm", "Music,Safety, calm", "Music", "Music,Buses", "Buses"]
    rows += [["2024-03-01 10:11:12", f"R_{n}", 3.5 + n, 2, f"Point {n % 4}\nThank you", said[n % 5]] for n in range(30)]
    draft = table(tmp_path, rows)
    found = by_text(draft)
    assert found["What else?"].kind != "multi"
    assert found["Timing - Page Submit"].kind == found["Q3 - Display Order"].kind == "metadata"
    counts = {"Safety, calm": 12, "Music": 18, "Buses": 12}
    assert found["What matters?"].counts == counts
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert by_text(again)["What matters?"].counts == counts, "a mapping that is given back changes nothing"


def test_codes_with_questions_below_and_no_third_row_of_headings(tmp_path):
    heads = ["Time", "Q1", "Q2_Part_1", "Q2_Part_2", "Q3"]
    asked = "Which tools do you use? - Selected Choice - "
    texts = ["Duration (in seconds)", "What is your role at school?", f"{asked}Maps", f"{asked}Films", "How old are you today?"]
    rows = [heads, texts]
    rows += [[100 + n, GROUPS[n % 3], "Maps" if n % 2 else "", "Films" if n % 3 else "", ["11-13", "14-18"][n % 2]] for n in range(30)]
    draft = table(tmp_path, rows)
    assert (draft.format, draft.header_rows, draft.rows) == ("qualtrics", 2, 30)
    assert by_text(draft)["Which tools do you use?"].counts == {"Maps": 15, "Films": 20}
    answers = [["Q1", "Q2", "Q3"]] + [["I like it here", "Not at all so", "It is far away"]] * 20
    assert table(tmp_path, answers).header_rows == 1, "what is given again is an answer"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_mapping_that_is_given_back_changes_nothing(tmp_path, encoding):
    rows = [["Gruppe", "Größe der Klasse"], *([GROUPS[n % 3], ["groß", "klein"][n % 2]] for n in range(60))]
    path = exports.write(tmp_path / "export.csv", rows, encoding=encoding)
    draft = understood(path)
    again = understood(path, mapping=mappings.as_json(draft))
    assert draft.headers == again.headers == rows[0]
    assert [(q.kind, q.counts) for q in again.questions] == [(q.kind, q.counts) for q in draft.questions]


def test_a_title_above_the_headings_is_passed_over(tmp_path):
    rows = [["Spring survey"], ["Group", "What matters?", "Safe?"]]
    rows += [[GROUPS[n % 3], ["Music", "Art"][n % 2], ["Yes", "No"][n % 2]] for n in range(12)]
    draft = table(tmp_path, rows)
    assert (draft.header_rows, draft.rows, draft.headers) == (2, 12, ["Group", "What matters?", "Safe?"])
    assert "title" in {issue.code for issue in draft.issues}


def test_three_answers_are_enough_for_several_choices(tmp_path):
    rows = [["Role", "What matters?", "Why?"], ["Parent", "Safety, Music", "Late"], ["Student", "Music", "x"], ["Parent", "Safety", "y"]]
    draft = table(tmp_path, rows)
    assert by_text(draft)["What matters?"].counts == {"Safety": 2, "Music": 2}
    assert by_text(draft)["Why?"].kind == "text"


def test_of_several_sheets_the_one_with_the_answers_is_read_and_the_other_named(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (
            ("Summary", [["Question", "Yes"], ["Safe?", 6]]),
            ("Answers", [["Group", "Safe?", "Why?"], *([GROUPS[n % 3], "Yes", f"Because {n}"] for n in range(12))]),
            ("Empty", []),
        ):
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    draft = understood(path)
    assert draft.rows == 12
    issue = next(issue for issue in draft.issues if issue.code == "sheet")
    assert (issue.taken, issue.other) == ("Answers", "Summary")
    chosen = understood(path, mapping={"sheet": "Summary"})
    assert (chosen.rows, doubts(chosen)) == (1, set())


def plain_column(tmp_path, header, values):
    draft = table(tmp_path, [["Group", header], *([GROUPS[n % 3], values[n % len(values)]] for n in range(40))])
    return draft, draft.questions[-1]


def test_places_with_their_state_are_one_answer(tmp_path):
    draft, question = plain_column(tmp_path, "Where do you live?", ["Decatur, GA", "Tucker, GA", "Hoover, AL"])
    assert question.kind == "single"
    assert "Decatur, GA" in question.counts
    assert doubts(draft) == {"split"}
    _, chosen = plain_column(tmp_path, "Choose exactly two", ["Music, Art", "Music, Safety", "Art, Safety"])
    assert (chosen.kind, set(chosen.counts)) == ("multi", {"Music", "Art", "Safety"})


def test_numbers_with_a_comma_before_their_tenths(tmp_path):
    _, question = plain_column(tmp_path, "Hours a week", ["3,5", "10", "4,25", "12,0"])
    assert (question.kind, question.choices) == ("number", ["3,5", "4,25", "10", "12,0"])


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["1 - Strongly disagree", "2", "3", "4", "5 - Strongly agree"], "scale"),
        (["1 (low)", "2", "3 (high)", "N/A"], "scale"),
        (["1-5 years", "6-10 years", "11 years or more"], "single"),
        (["1 child", "2 children", "3 children"], "single"),
    ],
)
def test_steps_with_their_numbers(tmp_path, labels, kind):
    _, question = plain_column(tmp_path, "How is it?", labels)
    assert question.kind == kind
    assert kind == "single" or question.choices == labels


def test_a_question_for_groups_with_several_answers_is_told_of(tmp_path):
    rows = [["Which groups are you in?", "Safe?"]]
    rows += [[["Parent", "Parent, Teacher", "Student", "Teacher"][n % 4], ["Yes", "No"][n % 2]] for n in range(40)]
    draft = table(tmp_path, rows)
    assert draft.group is None
    assert doubts(draft) == {"several_groups"}
    mapping = mappings.as_json(draft)
    mapping["columns"][0]["kind"] = "group"
    again = understood(tmp_path / "export.csv", mapping=mapping)
    assert again.group.counts == {"Parent": 10, "Parent, Teacher": 10, "Student": 10, "Teacher": 10}


@pytest.mark.parametrize(
    "scale",
    [
        ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
        ["Extremely unlikely", "Somewhat unlikely", "Neither likely nor unlikely", "Somewhat likely", "Extremely likely"],
        ["Not at all important", "Slightly important", "Somewhat important", "Very important", "Extremely important"],
        ["Very unsafe", "Unsafe", "Neutral", "Safe", "Very safe"],
        ["Poor", "Fair", "Good", "Very good", "Excellent"],
        ["Nunca", "A veces", "A menudo", "Siempre"],
        ["Muy en desacuerdo", "En desacuerdo", "Neutral", "De acuerdo", "Muy de acuerdo"],
    ],
)
def test_scales_stand_from_low_to_high(scale):
    assert in_order(dict.fromkeys([*scale[2:], *scale[:2], "N/A"], 1), "scale") == [*scale, "N/A"]


def test_the_words_of_a_scale_are_in_the_form_in_which_labels_are_compared():
    assert [word for word in LADDER if plain(word) != word] == []
