"""Layouts that the tools really write and that the plain case of exports.py has not: headings in other languages, two rows of them, and none of the tool's own."""

import pytest
import xlsxwriter

from surveys.reading import mapping as mappings
from surveys.reading.kinds import in_order, is_scale
from surveys.reading.persons import private_by_heading
from surveys.reading.splitting import learn, looks_joined
from tests.surveys.test_odd_exports import AGREE, GROUPS, by_text, doubts, monkey, table, understood

MOMENT = "2024-03-01 10:11:12"


def cycled(*columns, rows=30):
    """Rows in which each column goes round its values; a text stands in every row, a number counts up from there."""
    return [[c + n if isinstance(c, int) else c if isinstance(c, str) else c[n % len(c)] for c in columns] for n in range(rows)]


def kinds(draft):
    return {question.text: question.kind for question in draft.questions if question.kind != "metadata"}


def left_out(draft):
    return {draft.headers[n] for question in draft.questions if question.kind == "metadata" for n in question.columns}


@pytest.mark.parametrize(
    "heading",
    [
        "first_name", "last_name_6c5d9b", "telephone_1", "dob", "Q5. Date of birth", "Q2. What is your first name?", "Nom &amp; Prénom", "Vorname", "CELULAR:",
        "Dirección de correo electrónico", "3 - Email",
    ],
)  # fmt: skip
def test_headings_of_persons(heading):
    assert private_by_heading(heading.replace("&amp;", "&"))


@pytest.mark.parametrize(
    "heading", ["Nom de votre école", "Who named the school?", "Is the phone in class a problem for you?", "Birthplace of our town"]
)
def test_headings_of_no_persons(heading):
    assert not private_by_heading(heading)


@pytest.mark.parametrize(
    "scale",
    [
        ["Never", "Sometimes", "Often", "Very Often", "Always"],
        ["Strongly negative", "negative", "neutral", "positive"],
        ["Very unfavorably", "Neither favorably nor unfavorably (neutral)", "Somewhat favorably"],
        ["stimme gar nicht zu", "stimme eher nicht zu", "stimme eher zu", "stimme vollständig zu"],
        ["gar nicht", "selten", "eher häufig", "sehr häufig"],
        ["nicht wichtig", "kaum wichtig", "mäßig wichtig", "sehr wichtig"],
        ["very_unsafe", "unsafe", "safe", "very_safe"],
        ["1 not binding", "2", "3", "4 fully binding"],
        ["Not at all", "Not much", "Some", "A lot"],
    ],
)
def test_more_scales_are_known_and_in_order(scale):
    assert is_scale(dict.fromkeys(scale, 2))
    assert in_order(dict.fromkeys([*scale[1:], scale[0]], 1), "scale") == scale


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Are you part of a group at school?", "single"),
        ("Which age group are you in?", "single"),
        ("Look up what others of a user group wrote", "single"),
        ("Which group are you in?", "group"),
    ],
)
def test_a_heading_that_speaks_of_groups_asks_for_none(tmp_path, heading, kind):
    values = ["Yes", "No"] if heading.startswith("Are") else ["One", "Two"]
    assert kinds(table(tmp_path, [[heading, "Safe?"], *cycled(values, ["Yes", "No", "No"])]))[heading] == kind


def test_records_of_redcap_may_be_numbered_by_any_field(tmp_path):
    heads = ["participant_id", "redcap_event_name", "ways___bus", "ways___walk", "agreed___1", "family_name", "how_safe", "first_complete"]
    rows = cycled(1, "start", ["1", "0"], ["0", "0", "1"], ["1", "1", "0"], "", ["1", "2", "3"], "2")
    draft = table(tmp_path, [heads, *rows])
    assert (draft.format, draft.key) == ("redcap", 0)
    assert by_text(draft)["ways"].counts == {"bus": 15, "walk": 10}
    assert by_text(draft)["agreed"].kind == "multi"
    assert {"redcap_event_name", "first_complete", "family_name"} <= left_out(draft)


def test_who_stands_in_several_rows_is_told_of(tmp_path):
    heads = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "how_safe", "visit_complete"]
    draft = table(tmp_path, [heads, *([1 + n // 3, "visit", 1 + n % 3, "12"[n % 2], "2"] for n in range(30))])
    assert doubts(draft) == {"several_rows"}
    assert "10 different numbers in 30 rows" in next(issue.message for issue in draft.issues if issue.code == "several_rows")


def microsoft(tmp_path, heads, rows):
    own = ["ID", "Start time", "Completion time", "Email", "Name"]
    return table(
        tmp_path, [[*own, *heads], *([n, "3/1/24 10:11:12", "3/1/24 10:12:12", "anonymous", "", *row] for n, row in enumerate(rows))]
    )


def test_microsoft_ends_each_choice_with_a_semicolon(tmp_path):
    ways = ["By bus;", "on foot;By bus;", "on foot;", "By bus;with others;"]
    draft = microsoft(tmp_path, ["One of several?", "How?"], cycled(["Library;", "Gym;"], ways, rows=40))
    assert by_text(draft)["One of several?"].counts == {"Library": 20, "Gym": 20}
    assert by_text(draft)["How?"].counts == {"By bus": 30, "on foot": 20, "with others": 10}
    together = microsoft(tmp_path, ["Which?"], cycled(["Maps;Films;", "Books;", "Maps;Films;Books;", "Books;"], rows=40))
    assert (by_text(together)["Which?"].counts, doubts(together)) == ({"Books": 30, "Maps": 20, "Films": 20}, set())


def test_rows_of_a_matrix_begin_with_its_question(tmp_path):
    asked = "How do you judge what we do for these: "
    draft = microsoft(
        tmp_path, [f"{asked}. care of buildings", f"{asked}. meals", "How do you come?"], cycled(AGREE, AGREE[1:], ["Bus", "Bike"])
    )
    found = by_text(draft)
    assert found["How do you judge what we do for these: [care of buildings]"].kind == "matrix"
    assert found["How do you come?"].kind == "single"
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert [(q.text, q.kind, q.counts) for q in again.questions] == [(q.text, q.kind, q.counts) for q in draft.questions]


def test_questions_that_begin_alike_stay_questions(tmp_path):
    heads = ["Thinking of last year at school. How old were you?", "Thinking of last year at school. Who helped?"]
    draft = table(tmp_path, [heads, *cycled(["9", "10", "11"], ["Mother", "Teacher"])])
    assert [q.text for q in draft.questions] == heads


def test_what_one_person_typed_with_a_comma_makes_no_question_with_several_choices():
    cells = {"Teaching": 6, "Office": 5, "Kitchen": 3, "Driving; repairing what breaks": 1}
    splitter, counts = learn(cells, ";")
    assert not looks_joined(cells, counts, splitter)


def test_a_sign_at_the_end_of_a_cell_joins_nothing():
    _, counts = learn({"Bus, Bike, ": 2, "Bus": 3, "Bike, Bus": 2}, ",")
    assert counts == {"Bus": 7, "Bike": 4}


def typeform(tmp_path, *, above):
    heads = ["#", "Bus", "Bike", "Other", "Library", "Gym", "Meals", "Lessons", "Where?", "Start Date (UTC)", "Network ID", "Zip/Post Code"]
    rows = cycled(
        7000,
        ["Bus", ""],
        ["", "Bike", "Bike"],
        ["", "", "Boat"],
        ["Library", "", ""],
        ["Gym", ""],
        AGREE,
        AGREE[1:],
        ["North", "South"],
        MOMENT,
        9,
        "1",
    )
    groups = ["", "How do you come?", "", "", "What do you use?", "", "How far do you agree?", "", "Where?", "", "", ""]
    return table(tmp_path, [groups, heads, *rows] if above else [heads, *rows])


def test_typeform_with_its_questions_above(tmp_path):
    draft = typeform(tmp_path, above=True)
    assert (draft.format, draft.header_rows, draft.rows) == ("typeform", 2, 30)
    found = by_text(draft)
    assert found["How do you come?"].counts == {"Bus": 15, "Bike": 20, "Other": 10}
    assert found["What do you use?"].counts == {"Library": 10, "Gym": 15}
    assert found["How far do you agree? [Lessons]"].kind == "matrix"
    assert found["Where?"].kind == "single"


def test_typeform_ends_a_question_with_its_field_for_others(tmp_path):
    draft = typeform(tmp_path, above=False)
    assert [list(q.counts) for q in draft.questions if q.kind == "multi"] == [["Bus", "Bike", "Other"], ["Library", "Gym"]]
    assert "question_unnamed" in {issue.code for issue in draft.issues}


def qualtrics(tmp_path, codes, texts, ids, answers):
    rows = [
        ["startDate", "_recordId", *codes],
        ["Start Date", "Response ID", *texts],
        [f'{{"ImportId":"{i}"}}' for i in ["startDate", "_recordId", *ids]],
    ]
    return table(tmp_path, rows + [[MOMENT, f"R_{n}", *answer] for n, answer in enumerate(answers)])


def test_qualtrics_with_its_numbers_in_front_of_the_wording(tmp_path):
    codes = ["QID6_1", "QID6_2", "QID7", "2_QID8"]
    texts = [
        "D-1_1 - Who are you? - Selected Choice - Parent",
        "D-1_2 - Who are you? - Selected Choice - Coach (sports, music)",
        "D-2 - How often?",
        "L2 - Where?",
    ]
    draft = qualtrics(
        tmp_path, codes, texts, codes, cycled(["Parent", ""], ["", "", "Coach (sports, music)"], ["Weekly", "Daily"], ["North", "South"])
    )
    assert by_text(draft)["Who are you?"].counts == {"Parent": 15, "Coach (sports, music)": 10}
    assert {"How often?", "Where?"} <= set(kinds(draft))


def test_qualtrics_with_numbers_for_choices(tmp_path):
    draft = qualtrics(
        tmp_path, ["Q1", "Q2"], ["Which?", "How many?"], ["QID1", "QID2_TEXT"], cycled(["1,2", "2", "1"], ["3,5", "10", "4,25"])
    )
    assert by_text(draft)["Which?"].counts == {"1": 20, "2": 20}
    assert by_text(draft)["How many?"].kind == "number", "what was typed is not joined"


def test_qualtrics_of_the_old_kind(tmp_path):
    rows = [
        ["V1", "V2", "V3", "Q1", "Q2_1", "Q2_2"],
        ["ResponseID", "IPAddress", "StartDate", "How is it?", "Which do you use?-Maps", "Which do you use?-Films"],
    ]
    draft = table(tmp_path, rows + [[f"R_{n}", "203.0.113.7", MOMENT, 1 + n % 3, n % 2 or "", ""] for n in range(20)])
    assert (draft.format, draft.header_rows, draft.rows) == ("qualtrics", 2, 20)
    assert by_text(draft)["Which do you use?"].counts == {"Maps": 10, "Films": 0}


def test_limesurvey_in_french_with_comments_and_without_a_name(tmp_path):
    heads = [
        "ID de la réponse",
        "Date de soumission",
        "Dernière page",
        "Langue de départ",
        "Tête de série",
        "Adresse IP",
        "Âge []",
        "Âge [moins de 18]",
    ]
    heads += ["Content ? [Oui, très]", "Content ? [Commentaire]", "Content ? [Peu]", "Content ? [Commentaire]", "Accord [A]", "Accord [B]"]
    rows = cycled(
        1,
        MOMENT,
        "3",
        "fr",
        "8",
        "203.0.113.7",
        "Non",
        ["Oui", "Non"],
        ["Oui", "Non"],
        ["", "Trop loin", "Cher"],
        ["Non", "Oui"],
        "",
        ["Bon", "Mauvais"],
        ["Mauvais", "Bon"],
    )
    draft = table(tmp_path, [heads, *rows])
    assert draft.format == "limesurvey"
    assert left_out(draft) == set(heads[:6])
    assert by_text(draft)["Content ?"].counts == {"Oui, très": 15, "Peu": 15}
    assert by_text(draft)["Accord [A]"].kind == "matrix"


@pytest.mark.parametrize(
    "heads",
    [["Antwort ID", "Womit? [Bus]", "Womit? [Rad]", "Womit? [Sonstiges]"], ["Lage", "Reihe [Rank 1]", "Reihe [Rank 2]", "Lob [Schule]"]],
)
def test_limesurvey_without_its_own_columns(tmp_path, heads):
    assert table(tmp_path, [heads, *cycled(1, ["Ja", "Nein"], ["Nein", "Ja", "Ja"], "")]).format == "limesurvey"


def test_what_was_typed_beside_a_choice_is_open_text(tmp_path):
    heads = ["Response ID", "Date submitted", "Last page", "Start language", "Your part:", "Your part: [Other]"]
    draft = table(tmp_path, [heads, *cycled(1, MOMENT, "3", "en", ["Parent", "Other"], ["", "Coach", "", "Cook"])])
    assert by_text(draft)["Your part: [Other]"].kind == "text"


def test_choices_of_kobo_with_slashes_and_without_a_column_that_joins_them(tmp_path):
    own = ["_id", "_uuid", "_submission_time", "_version_"]
    heads = [*own, "Which?", "Which?/Bread/rice", "Which?/Fish", "ways/bus", "ways/bike", "group/who"]
    rows = cycled(1, "u", MOMENT, "v", ["Bread/rice", "Fish"], ["1", "0"], ["0", "1"], ["1", "0", "1"], ["0", "1"], ["parent", "teacher"])
    draft = table(tmp_path, [heads, *rows])
    assert by_text(draft)["Which?"].counts == {"Bread/rice": 15, "Fish": 15}
    assert by_text(draft)["ways"].counts == {"bus": 20, "bike": 15}
    assert "_version_" in left_out(draft)


def test_points_of_a_quiz_and_the_time_in_other_languages(tmp_path):
    heads = ["Sygnatura czasowa", "What is right?", "What is right? [Score]", "What is right? [Feedback]"]
    draft = table(tmp_path, [heads, *cycled("3/1/2024 10:11:12", ["Yes", "No"], ["1.00 / 1", "0.00 / 1"], "")])
    assert (draft.format, kinds(draft)) == ("google-forms", {"What is right?": "single"})


def test_fields_beside_a_name_are_those_of_an_address(tmp_path):
    names = ["Name", "City/Town", "ZIP/Postal Code", "Email Address"]
    draft = monkey(
        tmp_path, ["How to reach you", "", "", ""], names, cycled(["Ada", "Bo"], "Meadow", "10", ["a@meadow.example", "b@meadow.example"])
    )
    assert kinds(draft) == {}


def test_surveymonkey_without_its_second_row(tmp_path):
    draft = table(
        tmp_path, [["Respondent ID", "Collector ID", "Start Date", "Safe?"], *cycled(100_000, "7", "03/01/2024 10:11:12 AM", ["Yes", "No"])]
    )
    assert (draft.format, draft.header_rows, draft.rows) == ("surveymonkey", 1, 30)


def test_jotform_with_nothing_of_its_own_but_the_date(tmp_path):
    draft = table(tmp_path, [["Submission Date", "Which?"], *cycled("Mar 1, 2024", ["Safety\nMusic", "Music", "Safety"])])
    assert (draft.format, by_text(draft)["Which?"].counts) == ("jotform", {"Safety": 20, "Music": 20})


def test_two_rows_of_headings_in_any_table(tmp_path):
    above = ["How do you come?", "", "", "How far do you agree?", "", "Where?"]
    below = ["Bus", "Bike", "Other", "Meals are good", "Lessons are good", "Response"]
    draft = table(
        tmp_path, [above, below, *cycled(["Ja", "Nein"], ["Nein", "Ja", "Ja"], ["", "", "Boot"], AGREE, AGREE[1:], ["North", "South"])]
    )
    assert (draft.format, draft.header_rows, draft.rows) == ("plain", 2, 30)
    assert by_text(draft)["How do you come?"].counts == {"Bus": 15, "Bike": 20, "Other": 10}
    assert by_text(draft)["How far do you agree? [Meals are good]"].kind == "matrix"
    codes = table(
        tmp_path,
        [
            ["age", "safe", "more"],
            ["How old are you?", "Do you feel safe here?", "What else?"],
            *cycled(["11-13", "14-18"], ["Yes", "No"], ""),
        ],
    )
    assert (codes.header_rows, codes.headers) == (2, ["How old are you?", "Do you feel safe here?", "What else?"])


def test_answers_without_headings_are_told_of(tmp_path):
    draft = table(tmp_path, cycled(MOMENT, ["Yes", "No"], ["North", "South"]))
    assert doubts(draft) == {"no_headings"}


def test_markup_in_headings_is_not_shown(tmp_path):
    heads = ["Role", "Which&nbsp;? [<a>A garden</a>]", "Which&nbsp;? [Tea &amp; milk]"]
    draft = table(tmp_path, [heads, *cycled(GROUPS, ["A garden", ""], ["", "", "Tea &amp; milk"])])
    assert by_text(draft)["Which ?"].counts == {"A garden": 15, "Tea & milk": 10}


def test_several_titles_above_the_headings(tmp_path):
    draft = table(
        tmp_path, [["Spring survey"], ["Written on March 1"], ["Group", "Safe?", "Why?"], *cycled(GROUPS, ["Yes", "No"], "because")]
    )
    assert (draft.header_rows, draft.rows, draft.headers) == (3, 30, ["Group", "Safe?", "Why?"])


def test_what_was_repeated_within_an_answer_is_not_the_answers(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        households = [["role", "_id", "_uuid", "_index"], *cycled(["parent", "teacher"], 1, "u", 1, rows=10)]
        children = [["age", "grade", "bus", "lunch", "_index", "_parent_index"], *cycled(["6", "7"], ["1", "2"], ["yes", "no"], "no", 1, 1)]
        for name, rows in (("household", households), ("children", children)):
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    assert understood(path).rows == 10
