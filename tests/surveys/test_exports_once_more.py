"""Parts of exports that were read amiss once: fields for files, typed answers in columns of their own, codes of groups, what was not finished."""

import pytest

from surveys import import_review
from surveys.services.importing import summary
from tests.surveys.test_exports_as_written import MOMENT, cycled, kinds, left_out, qualtrics
from tests.surveys.test_odd_exports import by_text, doubts, table, understood

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
