"""Plain text in the layout of labeled outlines, with the defects that real ones have. The documents here are our own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.reading.blocks import HEADING, ROW, RULE, TEXT, blocks_of_text
from actions.reading.days import day_in, day_said
from actions.reading.draft import DraftStatus, NotAPlan
from actions.reading.from_text import read
from planner.lib.encodings import NotText, decode

PLAN = """\

# Library Plan 2024-2029

**How far we are**

### About this page

This page says how far the library is. Colors mean the following:

Done\tUnder Way\tPlanned\tNot Started
----\t---------\t-------\t-----------

### Goal 1: A library for everybody

We believe that a library is open to all.

Strategy 1.1: Open when people have time\tProgress through 3-6-24
Action Step 1.1.1: Open on Saturdays\tDone
<b>Action Step 1.1.2:</b> Ask students when they would come\tUnder Way

Action Step 1.1.2: Open in the summer, at least\tPlanned
in the mornings.\t

## Goal 2: Books that people want

Readers decide with us.

Strategy 2.1: Buy together\tProgress through 3-6-24
**Action Step 2.1.1:** Let classes choose ten books a year.\tNot Started
Action Step 2.1.4: Share the list with\tNot Started

neighboring schools.\t
"""


def plan(text=PLAN, name="library.txt", **more):
    return read(text.encode(), name, **more)


def test_a_plan_is_read_whole():
    draft = plan()
    assert draft.counts() == {"goal_areas": 2, "objectives": 0, "strategies": 2, "action_steps": 5}
    assert (draft.title, draft.as_of) == ("Library Plan 2024-2029", date(2024, 3, 6))
    assert draft.levels == {"goal_area": "Goal", "strategy": "Strategy", "action_step": "Action Step"}
    assert [(s.code, s.title, s.status) for s in draft.all_steps()] == [
        ("1.1.1", "Open on Saturdays", "Done"),
        ("1.1.2", "Ask students when they would come", "Under Way"),
        ("1.1.2", "Open in the summer, at least in the mornings.", "Planned"),
        ("2.1.1", "Let classes choose ten books a year.", "Not Started"),
        ("2.1.4", "Share the list with neighboring schools.", "Not Started"),
    ]
    assert [a.description for a in draft.areas] == ["We believe that a library is open to all.", "Readers decide with us."]
    assert [(s.name, s.rank) for s in draft.statuses] == [("Not Started", 1), ("Planned", 2), ("Under Way", 3), ("Done", 4)]
    assert draft.description.startswith("This page says how far")


def test_every_line_is_accounted_for_and_what_is_odd_has_its_line():
    draft = plan()
    lines = draft.lines()
    assert lines["total"] == sum(bool(line.strip()) for line in PLAN.splitlines()) == lines["used"] + lines["known"]
    found = {issue.code: issue.line for issue in draft.issues}
    numbers = {text: n for n, text in enumerate(PLAN.splitlines(), 1)}
    assert found["duplicate-code"] == numbers["Action Step 1.1.2: Open in the summer, at least\tPlanned"]
    assert found["gap-in-codes"] == numbers["Action Step 2.1.4: Share the list with\tNot Started"]
    assert [i.line for i in draft.issues if i.code == "continued-row"] == [numbers["in the mornings.\t"], numbers["neighboring schools.\t"]]
    assert draft.source[found["gap-in-codes"] - 1].startswith("Action Step 2.1.4")
    gap = next(i for i in draft.issues if i.code == "gap-in-codes")
    assert "2.1.2 and 2.1.3" in gap.message


def test_a_legend_may_be_a_table_at_the_end_and_run_either_way():
    text = PLAN.replace("Done\tUnder Way\tPlanned\tNot Started\n----\t---------\t-------\t-----------\n", "")
    text += (
        "\n| Status | Meaning |\n| --- | --- |\n| Not Started | nothing yet |\n| Planned | soon |\n| Under Way | now |\n| Done | all |\n"
    )
    draft = plan(text)
    assert [(s.name, s.rank) for s in draft.statuses] == [("Not Started", 1), ("Planned", 2), ("Under Way", 3), ("Done", 4)]
    assert draft.lines()["unexplained"] == 0
    assert draft.counts()["action_steps"] == 5


def test_without_a_legend_the_plans_own_scale_is_taken_or_one_is_made_of_the_words():
    text = PLAN.replace("Done\tUnder Way\tPlanned\tNot Started\n----\t---------\t-------\t-----------\n", "")
    known = [
        DraftStatus("Not Started", 1),
        DraftStatus("Planned", 2),
        DraftStatus("Under Way", 3),
        DraftStatus("Done", 4),
        DraftStatus("Gone"),
    ]
    assert plan(text, known_statuses=known).statuses == known
    made = plan(text).statuses
    assert [s.name for s in sorted(made, key=lambda s: s.rank)] == ["Not Started", "Planned", "Under Way", "Done"]


def test_a_status_that_the_legend_lacks_is_taken_and_named():
    draft = plan(PLAN.replace("Saturdays\tDone", "Saturdays\tOn Hold"))
    assert next(draft.all_steps()).status == "On Hold"
    assert [i.line for i in draft.issues if i.code == "unknown-status"] == [18]


def test_a_strategy_of_an_earlier_day_dates_its_steps():
    draft = plan(PLAN.replace("together\tProgress through 3-6-24", "together\tProgress through 12-5-23"))
    assert draft.as_of == date(2024, 3, 6)
    assert [s.as_of for s in draft.all_steps()] == [None, None, None, date(2023, 12, 5), date(2023, 12, 5)]


def test_levels_have_the_documents_own_words_and_may_be_missing():
    draft = plan(
        "Priority 1: Read more\nObjective 1A: Each child reads daily\nInitiative 1A.1: Buddies\n\nPriority 2: Write more\nTask 2.1: Send letters\nTask 2.2: Keep diaries\n"
    )
    assert draft.levels == {"goal_area": "Priority", "performance_objective": "Objective", "strategy": "Initiative", "action_step": "Task"}
    first, second = draft.areas
    assert [(o.code, [s.code for s in o.strategies]) for o in first.objectives] == [("1A", ["1A.1"])]
    assert [s.code for s in second.steps] == ["2.1", "2.2"]
    assert all(s.status is None for s in draft.all_steps())


def test_a_plan_without_goals_has_one_called_as_the_plan():
    draft = plan("# Reading Plan\n\nStrategy 1: Read\nAction 1.1: Buy books\n")
    assert [(a.code, a.title) for a in draft.areas] == [("", "Reading Plan")]


def test_steps_nest_by_their_codes():
    draft = plan("Goal 1: Read\nStep 1.1: Buy\nStep 1.1.a: Ask\nStep 1.1.b: Order\nStep 1.2: Lend\n")
    assert [(s.code, [b.code for b in s.steps]) for s in draft.areas[0].steps] == [("1.1", ["1.1.a", "1.1.b"]), ("1.2", [])]


def test_what_is_not_understood_is_said_and_left_out():
    draft = plan(PLAN + "\nThe board thanks all who helped.\n")
    line = len(PLAN.splitlines()) + 2
    assert draft.fates[line] == "unexplained"
    assert [i.line for i in draft.issues if i.code == "unexplained"] == [line]


def test_running_heads_and_page_numbers_carry_nothing():
    text = PLAN.replace("Strategy", "Meadow School Library\nPage 3 of 9\nStrategy") + "Meadow School Library\n"
    draft = plan(text)
    assert draft.lines()["unexplained"] == 0
    assert [a.description for a in draft.areas] == ["We believe that a library is open to all.", "Readers decide with us."]


@pytest.mark.parametrize(
    "text",
    [
        "Dear families,\n\nthe buses leave later on Monday.\n",
        "import os\n\n\ndef main():\n    print(os.environ)\n",
        "Goal 1: one goal alone in a long letter\n" + "Some words that no plan has, each line with others: {}.\n" * 3,
        "\n",
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(text):
    with pytest.raises(NotAPlan) as refused:
        plan(text, "letter.txt")
    assert 10 < len(str(refused.value)) < 400
    assert "letter.txt" in str(refused.value)


def test_days():
    assert day_said("Progress through 8-3-21") == date(2021, 8, 3)
    assert day_said("Status as of March 2, 2021") == date(2021, 3, 2)
    assert day_said("updated on 6/15/2021") == date(2021, 6, 15)
    assert day_said("as of 2021-05-04.") == date(2021, 5, 4)
    assert day_said("from 2022/23 through 2023/24") is None
    assert day_said("Progress through 13-45-21") is None
    assert day_in("The day is 4 May 2021") == date(2021, 5, 4)


def test_blocks_have_kinds_and_no_markup():
    kinds = [(b.kind, b.text, b.level) for b in blocks_of_text("# One\n\n**Two** three\na\tb\n--\t---\n| c | d |\n|---|---|\n")]
    assert kinds == [(HEADING, "One", 1), (TEXT, "Two three", 0), (ROW, "a", 0), (RULE, "", 0), (ROW, "c", 0), (RULE, "", 0)]


def test_encodings_are_told_apart():
    text = "Niños y “niñas” – café"
    assert decode(text.encode()) == (text, "utf-8")
    assert decode(text.encode("utf-8-sig")) == (text, "utf-8-sig")
    assert decode(text.encode("utf-16")) == (text, "utf-16")
    assert decode(text.encode("cp1252")) == (text, "cp1252")
    assert decode(text.encode("mac_roman")) == (text, "mac_roman")
    with pytest.raises(NotText):
        decode(b"a\0b")


LINES = st.sampled_from(
    [*PLAN.splitlines(), "", "Goal 1:", "Strategy 1.1.\t\t", "Action Step a: \tDone", "| a |", "|", "---", "\t\t", "Step 1.1.1.1: x"]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=40))
def test_any_text_is_read_or_refused_and_no_line_is_lost(lines):
    text = "\n".join(lines)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    try:
        draft = read(data, "any.txt")
    except NotAPlan:
        return
    kept = [n for n, line in enumerate(decode(data)[0].split("\n"), 1) if line.strip()]
    assert sorted(draft.fates) == kept
    assert set(draft.fates.values()) <= {"used", "known", "unexplained"}
    assert all(item.title for area in draft.areas for item in (area, *area.all_strategies(), *area.all_steps()))
