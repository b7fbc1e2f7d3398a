import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import charts
from actions.charts import Part, bar, cells, finding, over_time

PARTS = [
    Part("st4", "Fully Implemented", 5),
    Part("st3", "Implementation in Progress", 24, 1),
    Part("st2", "Planning in Progress", 22, 2),
    Part("st1", "Not Started", 29, 6),
]


def test_a_bar_says_its_counts_in_words():
    assert bar(PARTS, subject="All 80 steps").label == (
        "All 80 steps: 5 Fully Implemented, 24 Implementation in Progress, 22 Planning in Progress, 29 Not Started; 9 not confirmed in this cycle"
    )


def test_segments_lie_side_by_side_in_the_order_given():
    segments = bar(PARTS, subject="All").segments
    assert [(s.look, s.x, s.width) for s in segments] == [
        ("st4", "0", "6.25"),
        ("st3", "6.25", "30"),
        ("st2", "36.25", "27.5"),
        ("st1", "63.75", "36.25"),
    ]


def test_the_unconfirmed_end_of_a_segment_is_hatched():
    hatched = {s.look: (s.hatch, s.hatch_x, s.hatch_width) for s in bar(PARTS, subject="All").segments}
    assert hatched["st4"] == ("", "", "")
    assert hatched["st1"] == ("hatch-edge", "79.31", "20.69")


def test_bars_of_one_scale_have_lengths_in_proportion():
    assert [s.width for s in bar([Part("st1", "Not Started", 5)], subject="Goal", scale=20).segments] == ["25"]


def test_a_number_that_has_no_room_is_left_out():
    many = bar([Part("st4", "Done", 1), Part("st1", "To do", 199)], subject="All").segments
    assert [s.has_text for s in many] == [False, True]


def test_no_steps_draw_nothing_and_say_so():
    empty = bar([Part("st1", "Not Started", 0)], subject="Goal 9")
    assert empty.segments == ()
    assert empty.label == "Goal 9: no steps"


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.data())
def test_a_bar_is_filled_exactly_once(counts, data):
    parts = [Part("st1", "x", count, data.draw(st.integers(0, count))) for count in counts]
    segments = bar(parts, subject="All").segments
    assert sum(s.count for s in segments) == sum(counts)
    if segments:
        assert sum(float(s.width) for s in segments) == pytest.approx(100, abs=0.1)
    for before, after in itertools.pairwise(segments):
        assert float(before.x) + float(before.width) == pytest.approx(float(after.x), abs=0.02)


def test_one_box_for_each_step_and_the_last_of_a_status_hatched():
    drawn = cells([Part("st3", "Going on", 1), Part("st1", "Not Started", 2, 1)])
    assert [(b.look, bool(b.hatch)) for b in drawn.boxes] == [("st3", False), ("st1", False), ("st1", True)]


def test_many_boxes_break_into_rows():
    drawn = cells([Part("st1", "Not Started", 13)])
    assert (drawn.width, drawn.height) == (180, 30)
    assert {b.y for b in drawn.boxes} == {"0.5", "16.5"}


def test_too_many_steps_are_not_drawn_one_by_one():
    assert cells([Part("st1", "Not Started", 49)]).boxes == ()


def test_every_look_has_a_hatch():
    assert set(charts.HATCHES) == {"st0", "st1", "st1a", "st2", "st2a", "st3", "st3a", "st4", "stx"}


DAYS = [date(2021, 1, 12), date(2021, 3, 2), date(2021, 8, 3)]
STATUSES = [("st4", "Done"), ("st1", "To do")]


def test_areas_step_and_never_slope():
    drawn = over_time(DAYS, [[0, 10], [5, 5], [10, 0]], STATUSES)
    for area in drawn.areas:
        points = [tuple(map(float, point.split(","))) for point in area.points.split()]
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2


def test_areas_fill_the_height_where_the_number_of_steps_is_the_same():
    drawn = over_time(DAYS, [[0, 10], [5, 5], [10, 0]], STATUSES)
    ys = {float(point.split(",")[1]) for area in drawn.areas for point in area.points.split()}
    assert min(ys) == 0
    assert max(ys) == drawn.height


def test_labels_are_those_of_the_last_report_and_do_not_cover_each_other():
    drawn = over_time(DAYS, [[1, 1, 1, 77]] * 3, [("st4", "a"), ("st3", "b"), ("st2", "c"), ("st1", "d")])
    ys = [float(label.y) for label in drawn.labels]
    assert [label.count for label in drawn.labels] == [77, 1, 1, 1]
    assert all(after - before >= charts.LABEL_GAP - 0.01 for before, after in itertools.pairwise(ys))
    assert ys[0] >= 0
    assert ys[-1] <= drawn.height


@pytest.mark.parametrize("days", [[], [DAYS[0]], [DAYS[0], DAYS[0]]])
def test_one_report_is_no_chart(days):
    assert over_time(days, [[1, 2]] * len(days), STATUSES) is None


def test_the_title_is_the_finding():
    words = {"lowest": "Not Started", "highest": "Fully Implemented", "since": "January 12, 2021"}
    assert finding({"Not Started": 53}, {"Not Started": 29}, **words) == "Not started fell from 53 steps to 29 since January 12, 2021"
    assert finding({"Not Started": 1}, {"Not Started": 2}, **words) == "Not started rose from 1 step to 2 since January 12, 2021"
    assert (
        finding({"Fully Implemented": 1}, {"Fully Implemented": 4}, **words)
        == "Fully implemented rose from 1 step to 4 since January 12, 2021"
    )
    assert (
        finding({"Fully Implemented": 1}, {"Fully Implemented": 1}, **words) == "As many steps are fully implemented as on January 12, 2021"
    )
