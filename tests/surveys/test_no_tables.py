"""Files that are large and hold nothing, and texts that are no table, are refused soon (S04)."""

import time

import pytest

from surveys.reading.issues import NotASurvey
from surveys.reading.reading import read
from tests.surveys import exports


@pytest.mark.parametrize(("head", "line"), [("", ",,,\n"), ("Group,Safe?,Why?\n", ",,\n"), ("Group,Safe?,Why?\n", "\n"), ("", " \n")])
def test_twenty_megabytes_of_blank_lines(tmp_path, head, line):
    (tmp_path / "blank.csv").write_text(head + line * (20 * 2**20 // len(line)))
    began = time.process_time()
    with pytest.raises(NotASurvey), read(tmp_path / "blank.csv"):
        pass
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    ['[\n {"a": 1},\n {"a": 2}\n]', '{"answers": [1, 2],\n "more": 3}', "{\\rtf1 hello, you\n}", "\n".join(["one", "a, b", "c, d, e"] * 9)],
)
def test_what_is_no_table_is_refused(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(NotASurvey, match=r"no table|not a table"), read(tmp_path / "x.csv"):
        pass


@pytest.mark.parametrize("heading", ["1" * 10**6, "(choice=" * 10**5, "are you " * 10**5, "a. " * 10**5, "a[" * 5 * 10**5])
def test_headings_without_an_end(tmp_path, heading):
    (tmp_path / "x.csv").write_text(f"{heading}_1,{heading}_2\n" + "yes,no\n" * 30)
    began = time.process_time()
    with pytest.raises(NotASurvey, match="a heading of"), read(tmp_path / "x.csv"):
        pass
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "heading",
    [
        "1" * 19_000,
        "q" + "1" * 19_000 + "!",
        "a - " * 4_000,
        "a: " * 6_000,
        "(choice=" * 2_000,
        "are you " * 2_000,
        "a. " * 5_000,
        "a[" * 9_000,
    ],
)
def test_long_headings_take_no_long_time(tmp_path, heading):
    (tmp_path / "x.csv").write_text(f"{heading}_1,{heading}_2,record_id\n" + "yes,no,1\n" * 30)
    began = time.process_time()
    with read(tmp_path / "x.csv") as (draft, _):
        assert draft.rows == 30
    assert time.process_time() - began < 2


def lines(line: str) -> str:
    return "\n".join(line.replace("#", str(10 + n)) for n in range(40))


@pytest.mark.parametrize(
    "text",
    [
        lines("2024-03-01 10:11:# INFO started # of 90"),
        lines("2024-03-01 10:11:#,0# INFO started # of 90"),
        lines("Mar  1 10:11:# meadow door[#]: opened by a key, port #"),
        lines('203.0.113.# - - [01/Mar/2024:10:11:# +0000] "GET /# HTTP/1.1" 200 9'),
        lines("WARNING: door # is open"),
        lines("2024-03-01 10:11:#,2#"),
        "id,first name,last name\n" + lines("#,Ada #,Almond"),
    ],
)
def test_logs_and_lists_of_persons_are_refused(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(NotASurvey, match=r"log of a program|no headings|nothing that was answered"), read(tmp_path / "x.csv"):
        pass


@pytest.mark.parametrize(
    "text",
    [
        "Fruit\n" + lines("apple #"),
        "What matters most?\n" + "Music\nMeals\n" * 20,
        "key,value\n" + lines("setting #,#7"),
        "time,warmth\n" + lines("2024-03-01 10:11:#,20.#"),
    ],
)
def test_lists_are_a_doubt(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    with read(tmp_path / "x.csv") as (draft, _):
        assert next((issue.code, issue.severity) for issue in draft.issues) == ("no_survey", "doubt")


@pytest.mark.parametrize(
    "text", ["Why?,Since when?\n" + lines("because of #,a year of #"), "Group,Safe?\n" + "Parent,Yes\nTeacher,No\n" * 20]
)
def test_short_surveys_are_no_doubt(tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    with read(tmp_path / "x.csv") as (draft, _):
        assert not [issue for issue in draft.issues if issue.severity == "doubt"]


@pytest.mark.parametrize(
    "cell", ["x" * 100_000, "a@" * 50_000, "1-" * 50_000, "'a', " * 20_000, "2024-03-01 10:11" + "x" * 100_000 + "\n!"]
)
def test_cells_without_an_end_take_no_long_time(tmp_path, cell):
    rows = [["Why?", "Q2", "Safe?"], *([f"{n}{cell}", f"{cell}{n}", "Yes"] for n in range(20))]
    exports.write(tmp_path / "x.csv", [*rows, [], [cell]])
    began = time.process_time()
    with read(tmp_path / "x.csv") as (draft, _):
        assert draft.rows in (20, 21)
    assert time.process_time() - began < 2
