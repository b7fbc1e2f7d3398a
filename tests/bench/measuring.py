"""Times in interleaved rounds, and lines of the table from the medians of paired ratios."""

import contextlib
import gc
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

MS = 1000


def timed(work: Callable[[], Any], times: int = 1) -> float:
    """Seconds of one call, the mean of `times`."""
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times


@dataclass
class Rounds:
    """Seconds by name, one of each per round: what stands in one round was measured within the same second or so."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, floor: str) -> float:
        return statistics.median(a / b for a, b in zip(self.seconds[name], self.seconds[floor], strict=True))

    def line(self, row: str, name: str, floor: str = "", *, goal: float | None = None, what: str = "", notes: str = "") -> None:
        """One line of the table. `goal` is the greatest ratio that holds."""
        said: dict[str, Any] = {
            "row": row,
            "what": what or name,
            "database": connection.vendor,
            "time": words(self.median(name)),
            "notes": notes,
        }
        if floor:
            ratio = self.ratio(name, floor)
            said |= {"against": f"{floor} ({words(self.median(floor))})", "ratio": f"{ratio:.3g}"}
            if goal is not None:
                said |= {"goal": f"<= {goal:.3g}", "held": "holds" if ratio <= goal else "MISSED"}
        say(said)


def words(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * MS:.3g} ms"


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)
    print(f"  {line['row']} {line['what']}: {line['time']} {line.get('ratio', '')}", file=sys.stderr, flush=True)


class Site:
    """The whole site in this process: all of its middleware, no socket."""

    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.requests = RequestFactory(headers={"host": "127.0.0.1"})

    def get(self, path: str) -> HttpResponse:
        response = self.handler.get_response(self.requests.get(path))
        assert isinstance(response, HttpResponse)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response

    def queries(self, path: str) -> tuple[HttpResponse, int]:
        with CaptureQueriesContext(connection) as seen:
            response = self.get(path)
        return response, len(seen)

    def time(self, path: str, times: int = 1) -> float:
        return timed(lambda: self.get(path), times)


def peak_memory(pid: str = "self") -> float:
    """Megabytes that a process held at most. What getrusage says would count the process that started it too."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class PeakOfChildren(threading.Thread):
    """Megabytes that any one child of this process held at most, looked at every twentieth of a second while the block lasts."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done, self.found = threading.Event(), 0.0

    def __enter__(self) -> "PeakOfChildren":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        self.join()

    def run(self) -> None:
        while not self.done.wait(0.05):
            for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                with contextlib.suppress(OSError, StopIteration):  # it has ended meanwhile
                    self.found = max(self.found, peak_memory(pid))


def quiet() -> None:
    """What was made for the measurement is never looked at by the collector again."""
    gc.collect()
    gc.freeze()
