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
