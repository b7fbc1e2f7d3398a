"""Files that are large and hold nothing are refused soon (S04)."""

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
