"""Reads a document in a process of its own, with limits: a file that crashes a parser, or wants all memory and time, takes nothing else along.

`python -m actions.reading.child` reads a request from standard input and writes the answer to standard output, both as JSON after one line.
"""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.reading.draft import Draft, DraftStatus, NotAPlan
from actions.reading.stored import from_json, to_json
from planner.lib.processes import bare_environment

MEMORY = 512 * 2**20
"""Bytes of address space."""
SECONDS = 60
"""Of the clock; of the processor too."""
ROOT = Path(__file__).resolve().parent.parent.parent


class ReaderDied(Exception):
    """The child ended without an answer. `sentence` is for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_in_child(data: bytes, name: str, *, known_statuses: Sequence[DraftStatus] = (), part: int | None = None) -> Draft:
    """What `actions.reading.files.read` makes of the file. Raises NotAPlan with its sentence, ReaderDied where the child ended otherwise."""
    request = {"name": name, "part": part, "known_statuses": [asdict(s) for s in known_statuses], "memory": MEMORY, "seconds": SECONDS}
    command = [sys.executable, "-m", "actions.reading.child"]
    asked = json.dumps(request).encode() + b"\n" + data
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=SECONDS, cwd=ROOT, env=bare_environment(), check=False)
    except subprocess.TimeoutExpired as error:
        raise ReaderDied(_too_long(name)) from error
    if done.returncode:
        raise ReaderDied(_why(done.returncode, done.stderr, name))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise NotAPlan(answer["refused"])
    return from_json(answer["draft"])


def _too_long(name: str) -> str:
    return f"Reading “{name}” took longer than {SECONDS} seconds, so it was stopped. Bring it in smaller parts."


def _why(code: int, said: bytes, name: str) -> str:
    if b"MemoryError" in said:
        return f"“{name}” would take more memory than a document may ({MEMORY // 2**20} MB), so reading was stopped. Bring it in smaller parts."
    if code == -signal.SIGXCPU:
        return _too_long(name)
    if code < 0:
        return f"“{name}” made the program that reads documents end (signal {-code})."
    return f"“{name}” could not be read: something in the program went wrong."


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    # One more before the end that cannot be caught: the first one names the reason.
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from actions.reading.files import read

    known = [DraftStatus(**status) for status in request["known_statuses"]]
    try:
        answer: dict[str, Any] = {
            "draft": to_json(read(sys.stdin.buffer.read(), request["name"], known_statuses=known, part=request["part"]))
        }
    except NotAPlan as error:
        answer = {"refused": str(error)}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
