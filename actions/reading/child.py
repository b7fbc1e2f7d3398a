"""Reads a document in a process of its own, with limits: a file that crashes a parser, or wants all memory and time, takes nothing else along.

`python -m actions.reading.child` reads a request from standard input and writes the answer to standard output, both as JSON after one line.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.reading.draft import Draft, DraftStatus, NotAPlan
from actions.reading.stored import from_json, to_json

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
    request = {"name": name, "part": part, "known_statuses": [asdict(status) for status in known_statuses]}
    command = [sys.executable, "-m", "actions.reading.child"]
    try:
        done = subprocess.run(
            command, input=json.dumps(request).encode() + b"\n" + data, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderDied(f"Reading “{name}” took longer than {SECONDS} seconds, so it was stopped. Bring it in smaller parts.") from error
    if done.returncode:
        raise ReaderDied(_why(done.returncode, done.stderr, name))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise NotAPlan(answer["refused"])
    return from_json(answer["draft"])


def _why(code: int, said: bytes, name: str) -> str:
    if b"MemoryError" in said:
        return f"“{name}” would take more memory than a document may ({MEMORY // 2**20} MB), so reading was stopped. Bring it in smaller parts."
    if code < 0:
        return f"“{name}” made the program that reads documents end (signal {-code})."
    return f"“{name}” could not be read: something in the program went wrong."


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from actions.reading.files import read

    request = json.loads(sys.stdin.buffer.readline())
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
