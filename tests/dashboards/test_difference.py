import copy

from actions.difference import KINDS, compare
from tests.factories.pictures import MOVED_BACK, MOVED_UP, ON_HOLD, REWORDED, district_plan, earlier_district_plan, odd_plan, step_of


def test_what_moved_and_what_was_reworded_since_june():
    found = compare(earlier_district_plan(), district_plan())
    assert {change.entry.code for change in found.of("up")} == set(MOVED_UP)
    assert {change.entry.code for change in found.of("back")} == set(MOVED_BACK)
    assert {change.entry.code for change in found.of("reworded")} == set(REWORDED)
    assert [found.count(kind) for kind in KINDS] == [8, 1, 0, 2, 0, 0, 0]


def test_the_same_picture_twice_has_no_difference():
    assert not compare(district_plan(), district_plan())


def test_added_and_removed_are_the_same_seen_from_both_sides():
    before, after = district_plan(), district_plan()
    del after.areas[0].strategies[0].steps[0]
    assert [change.before.code for change in compare(before, after).of("removed")] == ["1.1.1"]
    assert [change.after.code for change in compare(after, before).of("added")] == ["1.1.1"]


def test_a_code_is_not_identity():
    before, after = district_plan(), district_plan()
    step = step_of(after, "4.1.5~2")
    step.code = "4.1.6"
    found = compare(before, after)
    assert [(c.before.code, c.after.code) for c in found.of("placed")] == [("4.1.5", "4.1.6")]
    assert not found.of("added")
    assert not found.of("removed")


def test_a_step_carried_to_another_strategy_is_placed_elsewhere():
    before, after = district_plan(), district_plan()
    strategies = after.areas[0].strategies
    strategies[1].steps.append(strategies[0].steps.pop())
    assert [change.entry.code for change in compare(before, after).of("placed")] == ["1.1.2"]


def test_off_the_ladder_is_neither_up_nor_back():
    before, after = odd_plan(), odd_plan()
    step_of(after, "-4").status = ON_HOLD
    step_of(after, "-3").status = ON_HOLD
    found = compare(before, after)
    assert [change.entry.address for change in found.of("other")] == ["-3", "-4"]
    assert found.count("up") == found.count("back") == 0


def test_a_confirmation_is_no_change():
    before, after = district_plan(), district_plan()
    step = step_of(after, "7.2.1")
    step.as_of, step.is_confirmed = after.as_of, True
    assert not compare(before, after)


def test_what_hangs_above_steps_is_listed_apart():
    before, after = district_plan(), copy.deepcopy(district_plan())
    after.areas[0].strategies[0].title = "Other words"
    found = compare(before, after)
    assert found.count("reworded") == 0
    assert [change.entry.code for change in found.of("reworded", steps=False)] == ["1.1"]
