"""Three times a million rows are brought in while people read: how long the public page takes then, against before and after.

The web server, the worker, its broker and the upload are those of an installation. Someone asks for the dashboard five times a second; every other time
with a search that nobody made before, so that no cache has the page. Only the reading and storing by the worker counts as meanwhile.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from django.db import connection
from django.test import override_settings

from accounts import uploads
from accounts.audit import Press
from accounts.models import Job
from surveys.models import Survey
from surveys.results import results_of
from surveys.services import importing
from tests.bench.filling import Filler, district
from tests.bench.g5 import ROWS, big_export, organization
from tests.bench.measuring import MS, say
from tests.support import services
from tests.support.fixtures import ROOT

EVERY = 0.2
"""Seconds between two requests."""
ALONE = 20
"""Seconds before and after."""
IMPORTS = 3
"""One after the other: of fifty answers during a single one the third slowest would be the whole figure."""
PATH, SLUG = "/meadow/read-meanwhile/", "meanwhile"


class Reader(threading.Thread):
    """Asks for the page in an even pace; what is late because the one before was slow is asked for at once, and its waiting counts."""

    def __init__(self, port: int):
        super().__init__(daemon=True)
        self.port, self.done = port, threading.Event()
        self.seen: list[tuple[float, float]] = []
        """(when it was due, seconds until the last byte)."""
        self.wrong: list[str] = []

    def run(self) -> None:
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        due, n = time.perf_counter(), 0
        while not self.done.is_set():
            time.sleep(max(0, due - time.perf_counter()))
            server.request("GET", f"{PATH}?q=area+{n}" if n % 2 else PATH)
            answer = server.getresponse()
            body = answer.read()
            self.seen.append((due, time.perf_counter() - due))
            if answer.status != 200 or b"</html>" not in body:
                self.wrong.append(f"{answer.status}, {len(body)} bytes")
            due, n = due + EVERY, n + 1
        server.close()

    def p95(self, *spans: tuple[float, float]) -> float:
        found = [took for due, took in self.seen if any(begin <= due < end for begin, end in spans)]
        return statistics.quantiles(found, n=20)[-1]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def says(log: Path, words: str) -> bool:
    return words in log.read_text(errors="replace")


def start(port: int, folder: Path) -> list[subprocess.Popen]:
    """The web server and the worker, as docker-compose.yml has them."""
    bind = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    commands = {
        "web": ["gunicorn", "planner.wsgi", *bind, "--log-level", "info"],
        "worker": ["celery", "-A", "planner", "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO"],
    }
    started = []
    for name, said in commands.items():
        log = folder / f"{name}.log"
        with log.open("w") as out:
            program = subprocess.Popen(
                [sys.executable, "-m", *said], cwd=ROOT, env=os.environ | {"LOG_LEVEL": "INFO"}, stdout=out, stderr=out,
                preexec_fn=services.end_with_parent, start_new_session=True,
            )  # fmt: skip
        started.append(program)
        words = " ready." if name == "worker" else "Booting worker"
        services.wait_until(partial(says, log, words), program, log)
    return started


def end_of(job: Job) -> Job:
    while job.is_open:
        time.sleep(0.25)
        job.refresh_from_db()
    assert job.state == Job.DONE, job.message
    return job


def bring(path: Path, slug: str) -> None:
    """By the worker: read, accepted, stored."""
    press = Press("web")
    with path.open("rb") as file, override_settings(MAX_UPLOAD_MB=1000):
        kept = uploads.keep(iter(lambda: file.read(2**20), b""), folder=str(organization().pk))
    reading = importing.start_reading(organization=organization(), kept=kept, name=path.name, slug=slug, press=press)[0]
    end_of(importing.accept(job=end_of(reading), press=press)[0])


def measure() -> None:
    filler = Filler(district(), seed=5)
    filler.plan("read-meanwhile", areas=8, strategies=4, steps=5, updates=12)
    filler.write()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "answers.csv"
        big_export(path, ROWS)
        port = free_port()
        started = start(port, Path(name))
        reader = Reader(port)
        try:
            reader.start()
            time.sleep(3)  # until both of its processes are warm
            begun = time.perf_counter()
            time.sleep(ALONE)
            first = time.perf_counter()
            for n in range(IMPORTS):
                bring(path, f"{SLUG}-{n}")
            last = time.perf_counter()
            time.sleep(ALONE)
            ended = time.perf_counter()
        finally:
            reader.done.set()
            reader.join(60)
            for program in started:
                services.stop(program)
    assert not reader.wrong, reader.wrong[:3]
    for n in range(IMPORTS):
        assert results_of(Survey.objects.get(organization=organization(), slug=f"{SLUG}-{n}")).respondents == ROWS
    alone, meanwhile = reader.p95((begun, first), (last, ended)), reader.p95((first, last))
    what = f"p95 of the public page, {1 / EVERY:.0f} requests a second, while {IMPORTS} x 1 M rows come in ({last - first:.0f} s)"
    line = {"row": "G5", "what": what, "database": connection.vendor, "time": f"{meanwhile * MS:.1f} ms"}
    line |= {"against": f"alone ({alone * MS:.1f} ms)", "ratio": f"{meanwhile / alone:.3g}", "goal": "<= 1.5"}
    say(line | {"held": "holds" if meanwhile <= 1.5 * alone else "MISSED"})
