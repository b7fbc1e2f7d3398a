"""Sentences about several groups say nothing of groups that have no first place, and hide no equal ones."""

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
