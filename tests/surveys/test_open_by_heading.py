"""A column whose heading asks for people's own words is open text, also where a small file has the same few phrases again and again."""

from collections import Counter

import pytest

from surveys.import_review import swapped
from surveys.reading.draft import SINGLE, TEXT
from surveys.reading.kinds import closed_or_open
from surveys.reading.reading import read
from surveys.services.importing import summary

PHRASES = Counter({"Buses that come on time": 9, "More art lessons please": 8, "none": 5, "I like my school": 7})
SHORT = Counter({"Buses": 9, "Art lessons": 8, "Lunch": 5, "Sports": 7})
CHOICES = Counter({"A parent of a student": 9, "A teacher at a school": 8, "Somebody who lives here": 12})


@pytest.mark.parametrize(
    "heading", ["Anything else?", "Comments", "Why?", "Do you have other suggestions for us?", "Otros comentarios", "Tell us more"]
)
def test_phrases_under_such_a_heading_are_text(heading):
    assert closed_or_open(heading, PHRASES, PHRASES.total(), overflowed=False)[0] == TEXT


@pytest.mark.parametrize(
    ("heading", "answers"),
    [
        ("What else matters to you?", SHORT),
        ("Do you have any comments?", Counter({"Yes": 20, "No": 9})),
        ("Which best describes you?", CHOICES),
        ("What matters most?", PHRASES),
    ],
)
def test_choices_stay_choices(heading, answers):
    assert closed_or_open(heading, answers, answers.total(), overflowed=False)[0] == SINGLE


def test_it_is_a_doubt_and_one_press_takes_the_other_reading(tmp_path):
    file = tmp_path / "answers.csv"
    rows = [f"2024-02-01 10:00:{n:02d},{said}" for n, said in enumerate(PHRASES.elements())]
    file.write_text("\n".join(["Timestamp,Anything else?", *rows]), "utf-8")
    with read(file) as (draft, _):
        found = summary(draft)
    at, issue = next((n, one) for n, one in enumerate(found["issues"]) if one["code"] == "open_by_heading")
    assert (issue["severity"], issue["taken"]) == ("doubt", "open text")
    with read(file, mapping=swapped(found["mapping"], found, at)) as (draft, _):
        again = summary(draft)
    assert next(q for q in again["questions"] if q["text"] == "Anything else?")["choices"]["none"] == PHRASES["none"]
    assert not [one for one in again["issues"] if one["code"] == "open_by_heading"]
