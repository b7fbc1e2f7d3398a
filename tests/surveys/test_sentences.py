"""Sentences about several groups say nothing of groups that have no first place, and hide no equal ones."""

import pytest

from surveys.showing import sentences, tables
from surveys.showing.figures import read


def question(**groups):
    tree = {
        "title": "", "respondents": 400, "minimum_group": 10, "themes": [],
        "groups": [{"name": name, "respondents": 100} for name in groups],
        "questions": [{"text": "What?", "kind": "multi", "groups": [
            {"name": name, "group": name, "base": 100, "top": [],
             "choices": [{"label": label, "count": n, "percent": n} for label, n in counts.items()]}
            for name, counts in groups.items()
        ]}],
    }  # fmt: skip
    return read(tree).questions[0]


def test_what_leads_in_all_groups():
    asked = question(Parents={"Safety": 60, "Music": 20}, Students={"Safety": 50, "Music": 40})
    assert sentences.compared(asked).startswith("Safety is first in both groups.")
    assert "Safety leads in every group." in sentences.agreements(asked)


def test_a_group_that_chose_nothing_is_one_of_all_groups():
    asked = question(Parents={"Safety": 60, "Music": 20}, Students={"Safety": 50, "Music": 40}, Teachers={"Safety": 0, "Music": 0})
    assert "all" not in sentences.compared(asked)
    assert sentences.compared(asked).startswith("Parents and students put safety first.")
    assert sentences.agreements(asked) == []
    assert tables.headline(asked, asked.table_of("Teachers")) == "Nobody in this group chose any of it."


def test_equal_first_places_are_all_named():
    asked = question(Parents={"Safety": 60, "Music": 60, "Art": 1}, Students={"Safety": 50, "Music": 20, "Art": 1})
    assert sentences.compared(asked).startswith("Parents put safety and music first; students put safety first.")
    assert not any("leads" in said for said in sentences.agreements(asked))
    equal = question(Parents=dict.fromkeys("abcd", 5), Students=dict.fromkeys("abcd", 5))
    assert sentences.compared(equal) == "Parents and students put four choices equally first."


def test_where_many_things_come_first_the_headline_stays_one_and_the_list_says_who():
    asked = question(
        Parent={"Safety": 60, "Music": 30, "Art": 20}, Student={"Safety": 50, "Music": 1, "Art": 40},
        Teachers={"Safety": 1, "Music": 80, "Art": 2}, Staff={"Safety": 1, "Music": 2, "Art": 70},
    )  # fmt: skip
    assert sentences.compared(asked) == "Four groups put three different choices first."
    assert sentences.differences(asked)[:3] == [
        "The groups “Parent” and “Student” put safety first.",
        "Teachers put music first.",
        "Staff put art first.",
    ]
    alone = question(Parent={"Safety": 60, "Music": 30, "Art": 40, "Bus": 50}, Students={"Safety": 1, "Music": 40, "Art": 30, "Bus": 2})
    assert sentences.compared(alone).startswith("The group “Parent” puts safety first; students put music first.")


def test_being_among_the_first_of_few_choices_is_no_agreement():
    few = question(Parents={"Safety": 60, "Music": 30, "Art": 20}, Students={"Safety": 50, "Music": 30, "Art": 40})
    assert not any("among" in said for said in sentences.agreements(few))
    six = {"Bus": 20, "Food": 10, "Pool": 5}
    many = question(
        Parents={"Safety": 60, "Music": 30, "Art": 25, **six}, Students={"Safety": 50, "Music": 30, "Art": 40, **six},
        Teachers={"Safety": 20, "Music": 50, "Art": 60, **six},
    )  # fmt: skip
    assert "Safety is among the first three in all three groups, chosen by 20% to 60%." not in sentences.agreements(many)
    assert "Music is among the first three in all three groups, chosen by 30% to 50%." in sentences.agreements(many)


@pytest.mark.parametrize(
    "label", ["Nothing", "None", "No one", "Other", "I don’t know", "All of these", "More", "0", "N/A", "Is it safe?", "Keine Angabe"]
)
def test_a_choice_that_reads_like_a_part_of_the_sentence_is_quoted(label):
    asked = question(Parents={label: 60, "Art": 20, "Bus": 9, "Music": 1}, Students={"Music": 50, "Bus": 40, "Art": 30, label: 2})
    assert sentences.compared(asked).startswith(f"Parents put “{label}” first; students put music first.")
    assert (
        tables.headline(asked, asked.table_of("Parents"))
        == f"60% of parents named “{label}”, more than anything else; art follows with 20%."
    )


@pytest.mark.parametrize("label", ["More music", "Notebooks", "Ally groups", "Nonfiction books", "Anyway club", "Other-worldly art"])
def test_a_choice_that_only_begins_alike_is_not(label):
    asked = question(Parents={label: 60, "Music": 20}, Students={label: 50, "Music": 40})
    assert "“" not in sentences.compared(asked)
