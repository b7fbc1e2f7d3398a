"""Several programs as one: started together, watched, and stopped together without leaving any behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR")


def bare_environment() -> dict[str, str]:
    """What a child may know that a file could take over: where programs are and how letters are written, no key, password or address."""
    return {key: os.environ[key] for key in KEPT if key in os.environ}


class Stopped(Exception):
    """Everything shall end. The message, if any, is for people; `code` is the exit code."""

    def __init__(self, message: str = "", *, code: int = 1):
        super().__init__(message)
        self.code = code


@dataclass
class Child:
    """A program of its own process group. Restarted when it dies, up to five times a minute."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_end_with_parent, stdin=subprocess.DEVNULL)

    def kill_group(self, sig: int) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sig)


def _end_with_parent() -> None:
    """When we are killed without a chance to stop our children, the kernel tells them to end (Linux)."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)


def stop_on_signals() -> None:
    """From here on Ctrl-C, a polite kill and the end of the terminal raise `Stopped` with exit code 0."""

    def stop(number, frame):
        raise Stopped(code=0)

    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means to stay
        signals.append(signal.SIGHUP)
    for number in signals:
        signal.signal(number, stop)


def run_until_stopped(children: list[Child], *, started: Callable[[], None], say: Callable[..., None], patience: float = 10) -> None:
    """Runs them all. Raises `Stopped` when told to, or when one dies again and again; all have ended by then."""
    parent = os.getppid()
    try:
        for child in children:
            child.start()
        started()
        while True:
            time.sleep(0.3)
            for child in children:
                if child.process and child.process.poll() is not None:
                    _revive(child, say)
            # Started by make, and make is gone without having told us (it was killed): nobody is left to stop us.
            if "MAKELEVEL" in os.environ and os.getppid() != parent:
                raise Stopped(code=0)
    finally:
        _stop_all(children, patience)


def _revive(child: Child, say: Callable[..., None]) -> None:
    child.kill_group(signal.SIGKILL)
    now = time.monotonic()
    child.deaths = [*(death for death in child.deaths if now - death < 60), now]
    if len(child.deaths) > 5:
        raise Stopped(f"The {child.name} ended again and again, so everything was stopped: see the lines above.")
    say(f"The {child.name} ended unexpectedly and is started again.")
    time.sleep(0.5)
    child.start()


def _stop_all(children: list[Child], patience: float) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.process and child.process.poll() is None:
            child.process.terminate()
    end = time.monotonic() + patience
    for child in children:
        if child.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, end - time.monotonic()))
            child.kill_group(signal.SIGKILL)
            child.process.wait()
