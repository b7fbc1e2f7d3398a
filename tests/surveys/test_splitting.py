"""How several choices in one cell fall apart: by what the column shows, with doubts named."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from surveys.reading.reading import read
from surveys.reading.splitting import Splitter, learn, looks_joined, pieces_of
from tests.surveys import exports

HARD = [
    "Art",
    "Music, dance, and theater",
    "Reading, writing, and numbers",
    "More courses, workshops, and harder lessons (college-level, world programs, early credit)",
    "Safety",
    "Buses: early, late (and on Saturdays)",
    "Lunch / breakfast",
]


def cells(choices, sign, *, rows, seed=1, least=0.3):
    draw = random.Random(seed)
    return [[c for c in choices if draw.random() < least] for _ in range(rows)]


@pytest.mark.parametrize("rows", [40, 400, 4000])
@pytest.mark.parametrize("sign", [", ", ",", ";", "; ", "\n", " | "])
def test_choices_with_commas_brackets_and_ands_are_found_again(sign, rows):
    people = cells(HARD, sign, rows=rows)
    joined = Counter(sign.join(mine) for mine in people if mine)
    _, counts = learn(joined, sign.strip(" ") or sign)
    assert counts == Counter(c for mine in people for c in mine)
    assert looks_joined(joined, counts)


def test_capitals_alone_are_told_from_choices_by_chance():
    """“Fairness, Access, Belonging” is one choice whose parts never stand apart in 60 of 400 rows."""
    choices = ["Fairness, Access, Belonging", "Safety", "Reading", "Buildings"]
    people = cells(choices, ", ", rows=400)
    splitter, counts = learn(Counter(", ".join(mine) for mine in people if mine), ",")
    assert set(counts) == set(choices)
    assert [pair.joined for pair in splitter.pairs] == [True, True]


def test_too_few_rows_leave_two_choices_and_a_doubt():
    splitter, counts = learn(Counter(["Art, Music", "Art, Music", "Safety", "Safety, Reading", "Reading"]), ",")
    assert counts == {"Art": 2, "Music": 2, "Safety": 2, "Reading": 2}
    assert [(p.first, p.second, p.joined) for p in splitter.pairs] == [("Art", "Music", False)]


def test_the_doubt_names_column_and_both_readings(tmp_path):
    rows = [
        ["Which group?", "Choose"],
        *[[g, c] for g, c in zip("ABAB" * 5, ["Art, Music", "Safety", "Safety, Reading", "Reading"] * 5, strict=True)],
    ]
    rows += [["A", "Art, Music, Reading"]]
    path = exports.write(tmp_path / "x.csv", rows)
    with read(path) as (draft, _):
        doubts = [issue for issue in draft.issues if issue.code == "split"]
    assert len(doubts) == 1
    assert doubts[0].column == "Choose"
    assert {"Art, Music" in doubts[0].taken, "Art, Music" in doubts[0].other} == {True, False}
    assert doubts[0].severity == "doubt"


@pytest.mark.parametrize(
    "labels",
    [
        ["Yes, always", "Yes, sometimes", "No, never"],
        ["Agree, strongly", "Disagree, strongly", "Neither, really"],
        ["Grades K, 1, and 2", "Grades 3, 4, and 5"],
    ],
)
def test_a_single_choice_with_commas_stays_single(labels):
    draw = random.Random(2)
    column = Counter(draw.choice(labels) for _ in range(200))
    _, counts = learn(column, ",")
    assert not looks_joined(column, counts)


def test_sentences_are_no_choices():
    draw = random.Random(3)
    words = ["please", "more", "less", "teachers", "buses", "lunch", "time", "books", "help", "rooms"]
    column = Counter(f"{draw.choice(words)} {n}, and {draw.choice(words)} {draw.random()}, thanks" for n in range(300))
    _, counts = learn(column, ",")
    assert not looks_joined(column, counts)


def test_numbers_with_thousands_are_not_taken_apart():
    column = Counter(["Below $1,000, Rent", "Rent", "Above $2,000, Rent", "Above $2,000", "Below $1,000"] * 5)
    _, counts = learn(column, ",")
    assert counts == {"Below $1,000": 10, "Rent": 15, "Above $2,000": 10}


def test_brackets_hold_together_and_one_that_never_closes_does_not():
    assert pieces_of("A (b, c), D", ", ") == ["A (b, c)", "D"]
    assert pieces_of("A (b, c, D", ", ") == ["A (b", "c", "D"]
    assert pieces_of(":), A", ", ") == [":)", "A"]


def test_given_choices_are_taken_as_given():
    splitter = Splitter(", ", choices=["Art, Music", "Art", "Music, and more"])
    assert splitter.split("Art, Music, Art") == ["Art, Music", "Art"]
    assert splitter.split("Music, and more, Something else") == ["Music, and more", "Something else"]


@hypothesis_settings(max_examples=60)
@given(st.lists(st.text(st.sampled_from("aB(),; [)-"), max_size=20), max_size=12))
def test_nothing_is_lost_and_nothing_is_invented(column):
    """Whatever the cells are: every letter of a cell is in its choices, in order."""
    splitter, _ = learn(Counter(column), ",")
    for cell in column:
        kept = [c for c in cell if c.isalpha()]
        found = [c for choice in dict.fromkeys(splitter.split(cell)) for c in choice if c.isalpha()]
        assert len(found) <= len(kept)
        assert set(found) == set(kept)


def test_time_grows_with_the_rows_and_not_faster():
    """Work is counted, not time: how often pieces are looked at."""
    import surveys.reading.splitting as module

    looked = []
    whole = module.pieces_of
    try:
        module.pieces_of = lambda cell, sign: looked.append(1) or whole(cell, sign)
        for rows in (500, 1000):
            people = cells([f"Choice {n}, and more" for n in range(12)], ", ", rows=rows)
            looked.clear()
            learn(Counter(", ".join(mine) for mine in people if mine), ",")
            assert len(looked) <= rows
    finally:
        module.pieces_of = whole
