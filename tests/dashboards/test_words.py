"""Sentences: counted by hand."""

import copy

import pytest

from actions.difference import compare
from actions.picture import StepPicture
from dashboards import words
from tests.factories.pictures import FULL, NOT_STARTED, PLANNING, district_plan, earlier_district_plan, odd_plan


def steps(*statuses):
    return [StepPicture(n, n, str(n), str(n), f"Step {n}", status=status) for n, status in enumerate(statuses)]


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "There are no action steps here."),
        ([PLANNING], "The only action step is planning in progress."),
        ([None], "The only action step has no status yet."),
        ([None, None], "None of the 2 action steps has a status yet."),
        ([FULL, FULL], "All 2 action steps are fully implemented."),
        ([FULL, PLANNING, NOT_STARTED], "1 of 3 action steps is fully implemented, 1 is under way and 1 has not started."),
        ([PLANNING, NOT_STARTED, NOT_STARTED], "None of the 3 action steps is fully implemented, 1 is under way and 2 have not started."),
        ([FULL, None, None], "1 of 3 action steps is fully implemented and 2 have no status yet."),
    ],
)
def test_headline(statuses, said):
    assert words.headline(steps(*statuses), district_plan()) == said


def test_the_district_in_one_sentence():
    plan = district_plan()
    assert words.headline(list(plan.all_steps()), plan) == (
        "5 of 80 action steps are fully implemented, 46 are under way and 29 have not started."
    )


def test_off_the_ladder_and_unsaid_are_named_with_their_counts():
    plan = odd_plan()
    assert words.headline(list(plan.all_steps()), plan) == "1 of 4 tasks is done, 1 is to do, 1 is on hold and 1 has no status yet."


def test_furthest_behind_is_the_largest_share_and_ties_are_all_named():
    plan = district_plan()
    behind = words.furthest_behind(plan)
    assert [area.code for area in behind.areas] == ["4"]
    assert behind.rest == ": 11 of its 20 action steps have not started."
    twin = copy.deepcopy(plan.areas[3])
    twin.code = "8"
    plan.areas.append(twin)
    behind = words.furthest_behind(plan)
    assert [area.code for area in behind.areas] == ["4", "8"]
    assert "55%" in behind.rest


def test_none_not_started_is_said():
    plan = district_plan()
    for step in plan.all_steps():
        step.status = FULL
    behind = words.furthest_behind(plan)
    assert not behind.areas
    assert behind.sentence == "No goal is furthest behind: no action step is waiting to be started."


def test_freshness_names_the_oldest():
    plan = district_plan()
    first, rest, silent = words.freshness(list(plan.all_steps()), plan)
    assert (first, silent) == ("71 of 80 action steps were confirmed since June 16, 2021.", 9)
    assert rest == "The 9 others are hatched; the oldest, action step 7.2.1, was last confirmed on January 12, 2021."


def test_difference_in_one_sentence_with_links():
    before, after = earlier_district_plan(), district_plan()
    pieces = words.difference(compare(before, after), after, "/x/")
    assert "".join(piece.words for piece in pieces) == "8 action steps moved up, 1 moved back and 2 were reworded."
    assert [piece.href for piece in pieces if piece.href] == ["/x/#up", "/x/#back", "/x/#reworded"]
    assert words.difference(compare(after, after), after, "/x/")[0].words == "nothing changed."


@pytest.mark.parametrize(("count", "total", "said"), [(1, 8, 13), (5, 80, 6), (22, 80, 28), (1, 200, 1), (0, 0, 0), (3, 3, 100)])
def test_percents_are_rounded_half_up(count, total, said):
    assert words.percent(count, total) == said


@pytest.mark.parametrize(("one", "more"), [("goal", "goals"), ("strategy", "strategies"), ("pathway", "pathways"), ("focus", "focuses")])
def test_plurals_of_levels(one, more):
    assert words.many(one) == more
