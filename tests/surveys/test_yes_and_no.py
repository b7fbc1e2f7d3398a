"""“Yes” and “No” in the columns of one question: choices, or rows of a matrix; where a tool does not say which, a doubt with its other reading."""

import pytest

from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.services.importing import summary
from tests.surveys.test_exports_as_written import MOMENT, cycled, kinds
from tests.surveys.test_odd_exports import GROUPS, by_text, doubts, table, understood

OWN = ["Response ID", "Date submitted", "Last page", "Start language"]


def lime(tmp_path, heads, *columns):
    return table(tmp_path, [[*OWN, *heads], *cycled(1, MOMENT, "3", "en", *columns)])


def heads(*choices, question="Which have you?"):
    return [f"{question} [{choice}]" for choice in choices]


@pytest.mark.parametrize(
    ("names", "columns", "kind", "told"),
    [
        (heads("Desk", "Lamp"), (["Yes", "No", ""], ["No", "Yes"]), "matrix", set()),
        (heads("SQ001", "SQ002", question="q1"), ("YN", "NNY"), "matrix", set()),
        (heads("SQ001", "SQ002", question="q1"), ("YNU", "NUY"), "matrix", set()),
        (heads("Desk", "Lamp"), (["Sim", "Não", ""], ["Não", "Sim"]), "matrix", set()),
        (heads("SQ001", "SQ002", question="q1"), (["Y", ""], ["", "", "Y"]), "multi", set()),
        (heads("Desk", "Lamp"), (["Yes", "No", "N/A"], ["No", "Yes", "N/A"]), "multi", set()),
        (heads("Desk", "Lamp", "Other"), (["Yes", "No"], ["No", "Yes", "No"], ["", "bed"]), "multi", set()),
        (heads("Desk", "Lamp", "Other"), (["Yes", "No"], ["No", "Yes", "No"], ""), "multi", set()),
        (heads("Desk", "Lamp", question="Choose all that apply:"), (["Yes", "No"], ["No", "Yes", "No"]), "multi", set()),
        (heads("Desk", "Lamp"), (["Yes", "No"], ["No", "Yes", "No"]), "multi", {"yes_no_rows"}),
        (heads("Desk", "Lamp"), (["Tak", "Nie"], ["Nie", "Tak", "Nie"]), "multi", {"yes_no_rows"}),
    ],
)
def test_limesurvey(tmp_path, names, columns, kind, told):
    draft = lime(tmp_path, names, *columns)
    assert (set(kinds(draft).values()) - {"text"}, doubts(draft)) == ({kind}, told)
    again = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert [(q.text, q.kind, q.counts) for q in again.questions] == [(q.text, q.kind, q.counts) for q in draft.questions]


def test_the_other_reading_is_one_press(tmp_path):
    draft = lime(tmp_path, heads("Desk", "Lamp"), ["Yes", "No"], ["No", "Yes", "No"])
    found = summary(draft)
    n = next(n for n, issue in enumerate(found["issues"]) if issue["code"] == "yes_no_rows")
    again = understood(tmp_path / "export.csv", mapping=import_review.swapped({}, found, n))
    assert (by_text(again)["Which have you? [Desk]"].counts, doubts(again)) == ({"Yes": 15, "No": 15}, set())


def test_codes_in_front_of_the_wording_do_not_part_a_question(tmp_path):
    names = ["q1[SQ001]. Which? [Desk]", "q1[SQ002]. Which? [Lamp]", "q2. Which group?", "q2[other]. Which group? [Other]"]
    draft = lime(tmp_path, names, ["Yes", "N/A"], ["No", "N/A"], [*GROUPS, "Other"], ["", "", "", "Coach"])
    assert by_text(draft)["Which?"].counts == {"Desk": 15, "Lamp": 0}
    assert kinds(draft)["Which group?"] == "group"
