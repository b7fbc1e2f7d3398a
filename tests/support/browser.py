"""Finds the browser of the suite, and fetches one where there is none.

In this order: CHROME, chromium or chrome on the PATH, Playwright's own download, Debian's package where one is root, and a build out of npm. A shell
without windows comes before a whole browser: the same engine for half the processor time.
`python -m tests.support.browser` does this before the suite starts, so that a missing browser is one sentence and not forty failures.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# No sandbox for root and containers: the browser opens our own pages only. No GPU, and no shared memory that containers keep small.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
KEPT = Path(__file__).resolve().parent.parent.parent / ".venv" / "browser"


def find() -> str:
    """The path of a browser that is there already. Raises RuntimeError with the cure where there is none."""
    if chrome := os.environ.get("CHROME"):
        if not shutil.which(chrome):
            raise RuntimeError(f"CHROME is “{chrome}”, which is no program: name a Chromium or Chrome, or unset CHROME.")
        return chrome
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if found := own_of_playwright():
        return found
    kept = KEPT / "path"
    if kept.exists() and Path(kept.read_text()).exists():
        return kept.read_text()
    raise RuntimeError(
        "The suite needs Chromium, and none was found or could be fetched: install chromium, or name one with CHROME=/path/to/chrome."
    )


def own_of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def run(command: list[str], seconds: int, **options) -> bool:
    try:
        return subprocess.run(command, timeout=seconds, check=False, stdout=sys.stderr, **options).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def fetch() -> None:
    """Tries one way after the other until `find` succeeds."""
    print("No browser is here: fetching one ...", file=sys.stderr)
    if run([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"], 300) and own_of_playwright():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-q"], 300, env=environment)
        for name in (SHELL, "chromium"):
            if run(["apt-get", "install", "-y", "-q", "--no-install-recommends", name], 600, env=environment):
                return
    fetch_from_npm()


def fetch_from_npm() -> None:
    """A build of Chromium that unpacks itself, kept in .venv."""
    from tests.support.node import npm

    KEPT.mkdir(parents=True, exist_ok=True)
    if not run([*npm(), "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(KEPT), "@sparticuz/chromium"], 300):
        return
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
    done = subprocess.run(["node", "-e", script], cwd=KEPT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 0:
        (KEPT / "chromium").write_bytes(Path(done.stdout.strip()).read_bytes())
        (KEPT / "chromium").chmod(0o755)
        (KEPT / "path").write_text(str(KEPT / "chromium"))


def main() -> None:
    try:
        find()
    except RuntimeError:
        if os.environ.get("CHROME"):
            raise
        fetch()
        find()


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(str(error))
