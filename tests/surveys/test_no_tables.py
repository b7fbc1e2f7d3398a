"""Files that are large and hold nothing, and texts that are no table, are refused soon (S04)."""

import time

import pytest

from surveys.reading.issues import NotASurvey
from surveys.reading.reading import read


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


@pytest.mark.parametrize("heading", ["1" * 19_000, "(choice=" * 2_000, "are you " * 2_000, "a. " * 5_000, "a[" * 9_000])
def test_long_headings_take_no_long_time(tmp_path, heading):
    (tmp_path / "x.csv").write_text(f"{heading}_1,{heading}_2,record_id\n" + "yes,no,1\n" * 30)
    began = time.process_time()
    with read(tmp_path / "x.csv") as (draft, _):
        assert draft.rows == 30
    assert time.process_time() - began < 2
