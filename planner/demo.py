"""`make demo`: prepares everything, then runs web server and worker in the foreground until Ctrl-C, and leaves nothing behind.

Run as `python -m planner.demo --port 8000`. It sets its environment before Django reads the settings, so it is no management command.
"""

import argparse
import fcntl
import hashlib
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path

from planner.lib.processes import Child, Stopped, run_until_stopped, stop_on_signals

ROOT = Path(__file__).resolve().parent.parent


def say(*words: str) -> None:
    print(*words, flush=True)


def refuse_taken_port(port: int) -> None:
    if not 0 < port < 65536:
        sys.exit(f"PORT is {port}, which is no port: say a number from 1 to 65535, for instance PORT=8001.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            other = port + 1 if port < 65535 else 8001
            sys.exit(
                f"Port {port} is in use by another program: stop that one, or choose another port, for instance `make demo PORT={other}`."
            )


def environment(port: int) -> None:
    os.environ["PLANNER_ENV"] = "demo"
    os.environ["SITE_ADDRESS"] = f"http://127.0.0.1:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "planner.settings"
    data = Path(os.environ.setdefault("DATA_DIR", str(ROOT / "var"))).expanduser().absolute()
    os.environ.setdefault("EMAIL_URL", f"filemail://{data / 'mail'}")
    os.environ.setdefault("SHOW_MAILS", "true")
    for name in ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "TRUSTED_PROXIES"):
        os.environ.pop(name, None)


def only_one(data_dir: Path):
    """Two demos on the same data would migrate under each other's feet. Returns what must be kept open while this one runs."""
    file = (data_dir / "demo.lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"A demo runs already with the data in {data_dir}: stop that one, or give this one its own with DATA_DIR=/another/folder.")
    return file


def prepare() -> None:
    """Database, samples and static files; what is there already is kept."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    say("Preparing the database ...")
    call_command("migrate", interactive=False, verbosity=0)
    collect_static(Path(settings.DATA_DIR))
    say("Loading the sample district ...")
    call_command("load_samples", stderr=StringIO())


def collect_static(data_dir: Path) -> None:
    """Only where a file changed: compressing them all takes a second or two."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = os.stat(storage.path(name))
            seen.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = data_dir / "static.stamp"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def children(port: int) -> list[Child]:
    python = sys.executable
    web = [
        python,
        "-m",
        "gunicorn",
        "planner.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    worker = [python, "-W", "ignore", "-m", "celery", "--quiet", "-A", "planner", "worker", "-P", "solo", "-B", "-l", "WARNING"]
    return [
        Child("web server", [*web, "--graceful-timeout", "5", "--log-level", "warning"]),
        Child("worker", [*worker, "--without-mingle", "--without-gossip", "--without-heartbeat"]),
    ]


def wait_for_answer(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < end:
        try:
            with opener.open(f"http://127.0.0.1:{port}/health/ready/", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Stopped(f"The web server did not answer within {seconds:.0f} seconds: see the lines above.")


def who_can_sign_in(data_dir: Path) -> list[str]:
    """Lines for people: address, password, and what it is good for."""
    from actions.samples import sign_ins
    from dashboards.samples import EVERYBODY

    people = sign_ins(data_dir, EVERYBODY)
    wide = max((len(person["email"]) for person in people), default=0)
    return [f"  {person['email']:{wide}}   {person['password']}   {person['what']}" for person in people]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    refuse_taken_port(port)
    stop_on_signals()
    environment(port)
    try:
        from planner import settings

        held = only_one(settings.DATA_DIR)
        prepare()

        def started() -> None:
            wait_for_answer(port)
            say(f"\nDistrict Planner is ready: http://127.0.0.1:{port}/")
            if people := who_can_sign_in(settings.DATA_DIR):
                say("\n".join([f"Sign in at http://127.0.0.1:{port}/accounts/login/ as one of these (address, password, role):", *people]))
            if settings.SHOW_MAILS:
                say(f"Mails that it writes, and a button that moves its calendar on: http://127.0.0.1:{port}/demo/mails/")
            say(f"Data are kept in {settings.DATA_DIR}, mails in its folder mail. Stop with Ctrl-C.\n")

        run_until_stopped(children(port), started=started, say=say)
        held.close()
    except Stopped as stopped:
        say(*([str(stopped)] if str(stopped) else []))
        sys.exit(stopped.code)


if __name__ == "__main__":
    main()
