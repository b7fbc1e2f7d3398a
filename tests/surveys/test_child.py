"""The process that reads files: it says what a reading in this process says, has limits and no secrets, and its end harms nobody (F10, S04)."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from surveys.reading import child
from surveys.reading.child import Answer, ReaderDied, read_in_child
from surveys.reading.issues import NotASurvey
from surveys.reading.reading import read
from tests.surveys import exports

FIGURES = (
    "Group,Respondents,Question,Choice,Count,Percent\nParent,40,What matters?,Quiet streets,20,50\nParent,40,What matters?,Light,10,25\n"
)


@pytest.fixture(autouse=True)
def no_child_is_left():
    yield
    if child._waiting:
        child._end(child._waiting)
        child._waiting = None


@pytest.fixture
def export(tmp_path):
    return exports.write(tmp_path / "export.csv", exports.google(exports.few(600)))


def all_of(found):
    draft, gathered = found
    rows = [(list(batch.lines), [list(column) for column in batch.columns]) for batch in gathered.answers()] if gathered.kept else []
    return draft, gathered.sheets, gathered.left_out, rows


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx", "figures.csv"])
def test_a_child_says_what_a_reading_here_says(tmp_path, name):
    rows = exports.google(exports.few(600))
    rows[3] += ["", "surplus"]
    path = tmp_path / name
    path.write_text(FIGURES) if name == "figures.csv" else exports.write(path, rows)
    told = []
    with read_in_child(path, told=lambda *said: told.append(said)) as found, read(path) as wanted:
        assert all_of(found) == all_of(wanted)
        if name == "export.csv":
            assert [number for number, *_ in found[1].left_out] == [4]
            assert told[-1] == (599, 1)


def test_what_is_no_survey_is_said_in_the_same_sentence(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.7")
    with pytest.raises(NotASurvey, match="is a PDF"), read_in_child(tmp_path / "x.csv"):
        pass


def test_too_much_memory_ends_it_with_a_sentence(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(child, "MEMORY", 64 * 2**20)
    (tmp_path / "x.csv").write_text("a,b\n" + ",".join(["x" * 2000] * 4999 + ["\n"]) * 3)
    with pytest.raises(ReaderDied, match="took more memory than a file of answers may"), read_in_child(tmp_path / "x.csv"):
        pass
    assert "in count" in caplog.text or "in understand" in caplog.text, "those who run the site see where it was"
    assert "xxx" not in caplog.text


def test_too_much_time_ends_it_with_a_sentence(export, monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 0)
    with pytest.raises(ReaderDied, match="took longer than 0 seconds"), read_in_child(export):
        pass


def test_the_limit_of_processor_time_ends_it_too(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(child, "SECONDS", 1)
    monkeypatch.setattr(child.threading, "Timer", lambda *_: SimpleNamespace(start=list, cancel=list))  # the clock alone ends nothing
    (tmp_path / "x.csv").write_text("Group,Safe?,Number,Way\n" + "Parent,Yes,1,Bus\nStudent,No,2,Bike\n" * 2_000_000)
    with pytest.raises(ReaderDied, match="took longer than 1 seconds"), read_in_child(tmp_path / "x.csv"):
        pass
    assert f"ended with -{signal.SIGXCPU}" in caplog.text


def test_a_crash_ends_it_with_a_sentence(export, monkeypatch):
    crashes(monkeypatch)
    with pytest.raises(ReaderDied, match=r"made the program that reads files end \(signal 11\)") as error, read_in_child(export):
        pass
    assert "export.csv" in error.value.sentence


def crashes(monkeypatch):
    """Children end of SIGSEGV as soon as they are asked, as with a file that breaks a library written in C."""
    program = "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 11)"
    pipe = subprocess.PIPE
    monkeypatch.setattr(child, "_waiting", None)
    monkeypatch.setattr(child, "_start", lambda: subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, stderr=pipe))


def test_nothing_of_a_file_is_left_on_the_disk_while_it_is_stored(export, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with read_in_child(export) as (_, gathered):
        assert sum(map(len, gathered.answers())) == 600
        assert list(tmp_path.rglob("*")) == [export]


def test_an_answer_is_data_and_calls_nothing():
    for wrong in (os.system, subprocess.Popen, Path("/")):
        with pytest.raises(pickle.UnpicklingError, match="no part of a draft"):
            Answer(BytesIO(pickle.dumps(wrong))).load()


def test_one_that_waits_knows_no_secrets_is_used_once_and_may_have_died(export, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://planted-secret")
    child.prepare()
    waiting = child._waiting
    child.prepare()
    assert child._waiting is waiting, "one is enough"
    environment = Path(f"/proc/{waiting.pid}/environ")
    if environment.exists():
        assert b"planted-secret" not in environment.read_bytes()
    with read_in_child(export) as (draft, _):
        assert draft.rows == 600
    assert child._waiting is None
    assert waiting.returncode is not None, "its answer was taken, then it was ended"
    child.prepare()
    child._waiting.kill()
    child._waiting.wait()
    with read_in_child(export) as (draft, _):
        assert draft.rows == 600


def test_one_that_waits_ends_when_nobody_can_ask_any_more():
    child.prepare()
    child._waiting.stdin.close()
    assert child._waiting.wait(20) == 0
