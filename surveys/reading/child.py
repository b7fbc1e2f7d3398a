"""Files are read in a process of their own, with limits and without our secrets: one that crashes a parser, or wants all memory and time, takes nothing else along.

`python -m surveys.reading.child` takes one request from standard input, a line of JSON. It answers with lines of JSON: how far it is, then what the file is,
with what was understood of it behind the last line; rows go into a file of which the request has the name. It imports no Django.
"""

import contextlib
import gc
import io
import json
import logging
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planner.lib.processes import bare_environment
from surveys.reading import draft as drafts
from surveys.reading.draft import QuestionDraft, SurveyDraft
from surveys.reading.issues import Issue, NotASurvey
from surveys.reading.kept_rows import Gathered, KeptRows
from surveys.reading.published import PublishedDraft, PublishedTable, PublishedThemes, Row
from surveys.reading.reading import ROWS, read
from surveys.reading.splitting import Pair, Splitter

log = logging.getLogger(__name__)

MEMORY = 512 * 2**20
"""Bytes of address space."""
SECONDS = 120
"""Of the processor, and twice as many of the clock. A million rows take three."""
WRITTEN = 600 * 2**20
"""Bytes of the file of rows, or twice those of the file that is read where that is more."""
ROOT = Path(__file__).resolve().parent.parent.parent
MADE_OF = (SurveyDraft, QuestionDraft, Splitter, Pair, Issue, PublishedDraft, PublishedTable, PublishedThemes, Row)
"""What an answer may be made of, besides numbers, texts, lists and dictionaries."""
ANOTHER_WAY = "Look whether it is the file that you meant, export it again, or bring it in smaller parts."

_waiting: subprocess.Popen | None = None


class ReaderDied(Exception):
    """The child ended without an answer. `sentence` is for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Answer(pickle.Unpickler):
    """What a child says is data, whatever the file did to it: nothing is called but the classes of a draft."""

    def find_class(self, module: str, name: str) -> type:
        for known in MADE_OF:
            if (known.__module__, known.__name__) == (module, name):
                return known
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a draft")


def prepare() -> None:
    """Start a child before there is a file for it: its start is a fifth of the time of a small import. It ends with us."""
    global _waiting
    _waiting = _taken()


def _taken() -> subprocess.Popen:
    """The one that waits, unless it has died; else a new one."""
    global _waiting
    child, _waiting = _waiting, None
    if child and child.poll() is not None:
        _end(child)
        child = None
    return child or _start()


def _start() -> subprocess.Popen:
    pipe, command = subprocess.PIPE, [sys.executable, "-m", "surveys.reading.child"]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=bare_environment())


@contextmanager
def read_in_child(
    path: Path, *, name: str = "", mapping: dict | None = None, told: Callable[[int, int], None] | None = None
) -> Iterator[tuple[SurveyDraft | PublishedDraft, Gathered]]:
    """What `surveys.reading.reading.read` makes of the file. Raises NotASurvey with its sentence, ReaderDied where the child ended otherwise."""
    with _answered(path, name or path.name, mapping or {}, told) as (draft, gathered, sizes, rows):
        if isinstance(draft, SurveyDraft):
            gathered.kept = KeptRows(draft.headers, rows, sizes)
        yield draft, gathered


@contextmanager
def _answered(path: Path, name: str, mapping: dict, told: Callable[[int, int], None] | None) -> Iterator[tuple]:
    """What a child says, and the file of rows. Nothing of what people wrote is left on the disk, also where we are killed meanwhile."""
    folder = tempfile.TemporaryDirectory(prefix="survey-")
    with (Path(folder.name) / ROWS).open("w+b") as rows:  # the child takes away its name as soon as it has it open too
        with folder:
            request = {"path": str(path.resolve()), "name": name, "mapping": mapping, "folder": folder.name, "batch": drafts.BATCH}
            request |= {"memory": MEMORY, "seconds": SECONDS, "written": max(WRITTEN, 2 * path.stat().st_size)}
            child = _taken()
            too_late = threading.Timer(2 * SECONDS, child.kill)
            too_late.start()
            try:
                answer = _asked(child, request, told)
            finally:
                too_late.cancel()
                _end(child)
        yield *answer, rows


def _asked(child: subprocess.Popen, request: dict[str, Any], told: Callable[[int, int], None] | None) -> Any:
    assert child.stdin
    assert child.stdout
    assert child.stderr
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.close()
    for line in child.stdout:
        said = json.loads(line)
        if isinstance(said, list):
            if told:
                told(*said)
        elif "refused" in said:
            raise NotASurvey(said["refused"])
        elif len(data := child.stdout.read()) == said["bytes"]:
            draft, sheets, left_out, sizes = Answer(io.BytesIO(data)).load()
            return draft, Gathered(sheets, left_out), sizes
    code, last_words = child.wait(), child.stderr.read()
    # Places alone: the message of an error could hold what somebody answered.
    places = [line.strip() for line in last_words.decode(errors="replace").splitlines() if line.startswith("  File ")]
    log.error("The reader of a survey file ended with %s. %s", code, "; ".join(places[-5:]))
    raise ReaderDied(_why(code, last_words, request["name"]))


def _end(child: subprocess.Popen) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()  # type: ignore[union-attr]


def _why(code: int, said: bytes, name: str) -> str:
    if b"MemoryError" in said:
        return f"Reading “{name}” took more memory than a file of answers may ({MEMORY // 2**20} MB), so it was stopped. {ANOTHER_WAY}"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"Reading “{name}” took longer than {SECONDS} seconds, or more memory than there is, so it was stopped. {ANOTHER_WAY}"
    if code < 0:
        return f"“{name}” made the program that reads files end (signal {-code}). {ANOTHER_WAY}"
    return f"“{name}” could not be read: something in the program went wrong. {ANOTHER_WAY}"


def main() -> None:
    line = sys.stdin.buffer.readline()
    if not line:
        return  # it was started before there was a file, and none came
    request = json.loads(line)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    # One more before the end that cannot be caught: the first one names the reason.
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (request["written"], request["written"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()
    drafts.BATCH = request["batch"]
    out = sys.stdout.buffer

    def told(rows: int, left_out: int) -> None:
        out.write(f"[{rows}, {left_out}]\n".encode())
        out.flush()

    folder, path = Path(request["folder"]), Path(request["path"])
    try:
        with read(path, name=request["name"], mapping=request["mapping"], told=told, folder=folder) as (draft, gathered):
            sizes = gathered.kept.sizes if gathered.kept else []
            data = pickle.dumps((draft, gathered.sheets, gathered.left_out, sizes))
            said: dict[str, Any] = {"bytes": len(data)}
    except NotASurvey as error:
        said, data = {"refused": str(error)}, b""
    out.write(json.dumps(said).encode() + b"\n" + data)


if __name__ == "__main__":
    main()
