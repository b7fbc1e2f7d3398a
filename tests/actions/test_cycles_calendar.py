"""Days of rhythms, breaks and rungs, over all starts and days that hypothesis can think of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.reminding import ladder
from actions.reminding.calendar import DAYS, MONTHS, Breaks, Rhythm, Span, plus_months
from actions.reminding.lines import message_id, named_address, one_line

days = st.dates(date(1990, 1, 1), date(2080, 12, 31))
rhythms = st.one_of(st.builds(Rhythm, st.sampled_from(sorted(MONTHS)), days), st.builds(Rhythm, st.just(DAYS), days, st.integers(1, 400)))


@given(rhythms, st.integers(0, 60))
def test_cycles_follow_each_other_without_gap_or_overlap(rhythm, number):
    one, next_one = rhythm.cycle(number), rhythm.cycle(number + 1)
    assert one.starts_on <= one.ends_on
    assert next_one.starts_on - one.ends_on == timedelta(days=1)


@given(rhythms, days)
def test_every_day_from_the_first_on_is_in_the_cycle_that_says_so(rhythm, day):
    found = rhythm.cycle_of(day)
    if day < rhythm.begins_on:
        assert found is None
        assert rhythm.last_start(day) is None
    else:
        assert day in found
        assert rhythm.last_start(day) == found.starts_on


@given(rhythms, days)
def test_the_next_start_is_the_first_one_that_is_not_over(rhythm, day):
    start = rhythm.next_start(day)
    assert start >= max(day, rhythm.begins_on)
    assert rhythm.cycle_of(start).starts_on == start
    if start > rhythm.begins_on:
        assert rhythm.last_start(start - timedelta(days=1)) < day or day <= rhythm.begins_on


@given(days, st.integers(-300, 300))
def test_months_keep_the_day_or_take_the_last_one(day, months):
    if not 1 <= day.year + months // 12 <= 9000:
        return
    found = plus_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_february_29_is_february_28_in_common_years_and_comes_back():
    yearly = Rhythm("yearly", date(2024, 2, 29))
    assert [yearly.start(n) for n in range(5)] == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]
    assert ladder.review_dates(date(2024, 2, 29), date(2028, 2, 29)) == [date(2028, 2, 29), date(2029, 2, 28)]
    assert ladder.review_dates(date(2024, 2, 29), date(2027, 2, 28)) == [date(2027, 2, 28), date(2028, 2, 29)]


def test_the_last_of_january_does_not_drift():
    monthly = Rhythm("monthly", date(2026, 1, 31))
    assert [monthly.start(n) for n in range(4)] == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.parametrize("said", [("days", 0), ("weekly", 0)])
def test_what_is_no_rhythm_is_refused(said):
    with pytest.raises(ValueError, match="no rhythm"):
        Rhythm(said[0], date(2026, 1, 1), said[1])


spans = st.lists(st.builds(lambda start, length: Span(start, start + timedelta(days=length)), days, st.integers(0, 30)), max_size=5)


@given(spans, days)
def test_a_day_off_moves_to_the_next_working_day_and_no_further(spans, day):
    breaks = Breaks(spans)
    found = breaks.working_day(day)
    assert breaks.is_working(found)
    assert not any(breaks.is_working(day + timedelta(days=n)) for n in range((found - day).days))


def test_a_break_that_ends_on_friday_moves_a_day_to_monday():
    winter = Breaks([Span(date(2026, 12, 21), date(2027, 1, 1))])
    assert winter.working_day(date(2026, 12, 21)) == date(2027, 1, 4)
    assert winter.working_day(date(2026, 12, 18)) == date(2026, 12, 18)


@given(days, st.integers(0, 400), st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), spans)
def test_rungs_are_due_on_working_days_of_the_cycle_in_their_order(opened, length, second, lead, cabinet, spans):
    steps = ladder.Steps(second, second + lead, second + lead + cabinet)
    breaks, end = Breaks(spans), opened + timedelta(days=length)
    found = list(ladder.update_rungs(opened_on=opened, ends_on=end, steps=steps, breaks=breaks))
    assert all(breaks.is_working(due.on) and opened <= due.on <= end for due in found)
    climbed = [due.on for due in found if due.kind == ladder.UPDATE and due.rung not in (ladder.UNOWNED, ladder.PLANNER)]
    assert climbed == sorted(climbed)
    assert len({(due.kind, due.rung) for due in found}) == len(found)
    before = max(
        (due.on for due in found if due.rung in (ladder.FIRST, ladder.SECOND, ladder.LEAD) and due.kind == ladder.UPDATE), default=None
    )
    lists = [due.on for due in found if due.rung == ladder.LEAD]
    for due in found:
        if (due.kind, due.rung) == (ladder.AGAIN, ladder.LEAD):
            assert due.on >= before + timedelta(days=ladder.APART)
        if due.rung == ladder.PLANNER:
            assert due.on >= max(lists) + timedelta(days=ladder.APART)
            left = sum(breaks.is_working(due.on + timedelta(days=n)) for n in range((end - due.on).days + 1))
            assert 1 <= left <= 5


@pytest.mark.parametrize(
    ("opened", "ends", "breaks", "leads", "planners"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), [], date(2026, 3, 20), date(2026, 3, 25)),
        (date(2026, 2, 2), date(2026, 3, 1), [], date(2026, 2, 19), date(2026, 2, 23)),
        (date(2026, 12, 1), date(2026, 12, 31), [Span(date(2026, 12, 21), date(2027, 1, 1))], None, date(2026, 12, 18)),
        (date(2026, 3, 2), date(2026, 3, 22), [], None, date(2026, 3, 19)),
        (date(2026, 3, 2), date(2026, 3, 15), [], None, None),
    ],
    ids=["a month", "four weeks", "a break at the end", "three weeks", "two weeks"],
)
def test_the_last_lists_leave_working_days(opened, ends, breaks, leads, planners):
    said = {"opened_on": opened, "ends_on": ends, "breaks": Breaks(breaks)}
    days = {(due.kind, due.rung): due.on for due in ladder.update_rungs(steps=ladder.Steps(), **said)}
    assert (days.get((ladder.AGAIN, ladder.LEAD)), days.get((ladder.UPDATE, ladder.PLANNER))) == (leads, planners)
    without = ladder.update_rungs(steps=ladder.Steps(planners=False), **said)
    assert ladder.PLANNER not in {due.rung for due in without}


def test_a_review_is_announced_named_and_asked_after_and_then_let_be():
    said = {"review_on": date(2026, 6, 15), "steps": ladder.Steps(), "breaks": Breaks()}

    def rungs(on):
        return [due.rung for due in ladder.review_rungs(on=on, **said)]

    assert rungs(date(2026, 5, 22)) == []
    assert rungs(date(2026, 5, 25)) == [ladder.BEFORE]
    assert rungs(date(2026, 6, 15)) == [ladder.BEFORE, ladder.ON_THE_DAY]
    assert rungs(date(2026, 6, 22)) == [ladder.BEFORE, ladder.ON_THE_DAY, ladder.AFTER]
    assert rungs(date(2026, 7, 7)) == []


@given(st.text(max_size=300))
def test_no_name_brings_a_line_end_or_turns_the_reading_around(text):
    found = one_line(text)
    assert len(found) <= 200
    assert found == " ".join(found.split())
    assert not set(found) & set("\r\n\t\v\f\0\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def test_addresses_and_message_ids_hold_one_thing_each():
    assert named_address("Evil\r\nBcc: x@example.org", "a@example.org") == '"Evil Bcc: x@example.org" <a@example.org>'
    said = {"kind": "update", "person": 3, "organization": 2, "due_on": date(2026, 2, 3), "rung": 1}
    assert message_id(**said, sender="Planner <plan@example.org>") == "<update.3.2.20260203.1@example.org>"
    assert message_id(**said, sender="nonsense") == "<update.3.2.20260203.1@localhost>"
