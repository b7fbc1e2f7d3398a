"""`make demo` as somebody uses it who has just got the folder: an empty environment, two starts, Ctrl-C, and what can be wrong with the machine."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest

from tests.planner.test_env import free_port
from tests.support import services
from tests.support.fixtures import ROOT, wait_for

SETUP = ROOT / "scripts" / "setup.sh"


def empty(tmp_path, **more: str) -> dict[str, str]:
    """Of somebody with nothing set."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | more


def setup(tmp_path, *arguments: str, **environ: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["/bin/sh", str(SETUP), *arguments], env=empty(tmp_path, **environ), capture_output=True, text=True, timeout=300, check=False
    )


# What can be wrong with the machine: one sentence, before anything is installed


@pytest.fixture
def fake(tmp_path):
    """Makes a folder that is the whole PATH, with a `python3` that behaves as told and the few programs that a shell script needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dirname", "cat", "rm"):
        (folder / name).symlink_to(next(path for path in (f"/usr/bin/{name}", f"/bin/{name}") if os.path.exists(path)))

    def make(script: str) -> str:
        (folder / "python3").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "python3").chmod(0o755)
        return str(folder)

    return make


def test_an_old_python_is_named_with_the_cure(tmp_path, fake):
    path = fake('case "$1" in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    done = setup(tmp_path, PATH=path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed and Python 3.9.2 was found" in done.stderr
    assert "install python3.11" in done.stderr


def test_no_python_at_all(tmp_path, fake):
    done = setup(tmp_path, PATH=os.path.dirname(fake("exit 1")) + "/bin")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path, fake):
    """In a copy of the folder, since here there is a .venv already."""
    copy = tmp_path / "copy"
    (copy / "scripts").mkdir(parents=True)
    (copy / "requirements").mkdir()
    for name in ("scripts/setup.sh", "requirements/setup.lock", "requirements/dev.lock"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    path = fake(f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"')
    done = subprocess.run(
        ["/bin/sh", str(copy / "scripts" / "setup.sh")], env=empty(tmp_path, PATH=path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert re.search(r"has no venv module.*apt install python3\.\d+-venv", done.stderr)
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize(
    ("port", "sentence"), [("abc", "which is no number"), ("0", "which is no port"), ("70000", "which is no port"), ("-1", "no number")]
)
def test_ports_that_are_none(tmp_path, port, sentence):
    done = setup(tmp_path, port)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "PORT=8001" in done.stderr


def test_a_port_in_use_is_said_by_both_doors_with_another_one(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "planner.demo", "--port", str(port)]
        direct = subprocess.run(
            command, cwd=ROOT, env=empty(tmp_path, DATA_DIR=str(tmp_path / "data")), capture_output=True, text=True, check=False
        )
        for done in (setup(tmp_path, str(port)), direct):
            assert done.returncode == 1
            assert re.search(rf"^Port {port} is in use by another program: .*make demo PORT=\d+", done.stderr)
            assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists(), "nothing is made before the port is looked at"


# The demo itself


class Demo:
    def __init__(self, tmp_path, port: int):
        self.port, self.log = port, tmp_path / f"demo-{port}-{time.monotonic_ns()}.log"
        # What a shell may hold must not change the demo.
        environ = empty(
            tmp_path, DATA_DIR=str(tmp_path / "data"), DEBUG="true", ALLOWED_HOSTS="x.example", HTTPS="true", PLANNER_ENV="production"
        )
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "planner.demo", "--port", str(port)], cwd=ROOT, env=environ, stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, preexec_fn=services.end_with_parent, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait(self, seconds: float = 150) -> float:
        """Seconds until it was ready."""
        begun = time.monotonic()
        wait_for(lambda: "is ready" in self.said or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.said
        wait_for(lambda: "Stop with Ctrl-C" in self.said)
        return time.monotonic() - begun

    def people(self) -> list[tuple[str, str]]:
        return re.findall(r"^  (\S+@\S+)\s+(\S+)   \S", self.said, re.MULTILINE)

    def family(self) -> set[int]:
        """It and all that it started, those of their own session too."""
        found, parents = {self.process.pid}, {}
        for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
            try:
                with open(f"/proc/{pid}/stat") as file:
                    parents[pid] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
        while further := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= further
        return found

    def get(self, path: str) -> str:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return answer.read().decode()

    def sign_in(self, email: str, password: str) -> str:
        """The page that comes after signing in."""
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        login = f"http://127.0.0.1:{self.port}/accounts/login/"
        with opener.open(login, timeout=20) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
        sent = urllib.parse.urlencode({"login": email, "password": password, "csrfmiddlewaretoken": token}).encode()
        with opener.open(urllib.request.Request(login, data=sent, headers={"Referer": login}), timeout=20) as answer:
            return answer.url

    def interrupt(self, seconds: float = 20) -> int:
        """Ctrl-C: the terminal tells the group in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(seconds)


def alive(pids: set[int]) -> set[int]:
    """Without those that ended and only wait for somebody to take notice."""
    found = set()
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] != "Z":
                    found.add(pid)
        except OSError:
            continue
    return found


def test_two_starts_with_everything_that_somebody_does(tmp_path):
    demo = Demo(tmp_path, free_port())
    try:
        first = demo.wait()
        assert f"http://127.0.0.1:{demo.port}/" in demo.said
        page = demo.get("/")
        assert "action steps" in page, "the sample's plan opens at /"
        assert "Sample data" in page
        people = demo.people()
        assert len(people) == 6
        for email, password in people:
            assert not demo.sign_in(email, password).endswith("/accounts/login/"), f"{email} cannot sign in with what is printed"
        wait_for(lambda: '"workers": true' in demo.get("/health/ready/"), 60, every=0.5)

        second = Demo(tmp_path, free_port())
        assert second.process.wait(60) == 1
        assert "A demo runs already with the data in" in second.said

        family = demo.family()
        assert len(family) >= 4, "web server with its workers, and a worker"
        assert demo.interrupt() == 0
        wait_for(lambda: not alive(family))
        assert "Traceback" not in demo.said

        again = Demo(tmp_path, demo.port)
        took = again.wait(60)
        assert took < max(first, 15), "the second start is the quick one"
        assert again.people() == people, "data and passwords are kept"
        assert "Sample data" in again.get("/")
        family = again.family()
        again.process.kill()  # without a chance to stop its children
        wait_for(lambda: not alive(family), 30)
    finally:
        for name in ("demo", "again"):
            if name in locals() and locals()[name].process.poll() is None:
                locals()[name].process.terminate()
                locals()[name].process.wait(20)


def test_a_start_can_be_given_up_at_any_moment(tmp_path):
    """While it prepares, too: Ctrl-C ends it at once, and the next start goes on from there."""
    demo = Demo(tmp_path, free_port())
    wait_for(lambda: "Preparing" in demo.said, 60)
    family = demo.family()
    assert demo.interrupt(30) == 0
    wait_for(lambda: not alive(family))
    assert "Traceback" not in demo.said
