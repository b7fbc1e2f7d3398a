"""Makes docs/images/*.png anew, from a demo of its own: `.venv/bin/python -m scripts.screenshots [NAME ...]`."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.support import browser as browsers

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PLAN = "/mdusd/technology/"
SHOTS = {
    # name: (address, width, height, color scheme, who looks)
    "dashboard": (PLAN, 1120, 860, "light", None),
    "phone": (PLAN, 360, 780, "dark", None),
    "changes": (f"{PLAN}changes/?since=2021-06-15", 1120, 700, "light", None),
    "staff": ("/my/", 1120, 700, "light", "network@mdusd.example"),
    "survey": ("/dekalb/surveys/strategic-plan/", 1120, 860, "light", None),
    "morning": ("/manage/mdusd/today/", 1120, 860, "light", "planner@mdusd.example"),
}
COLORS = 96
"""A page has few; with a palette of them a picture has a third of its bytes."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder: Path, port: int) -> subprocess.Popen:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "DATA_DIR": str(folder / "data")}
    demo = subprocess.Popen(
        [sys.executable, "-m", "planner.demo", "--port", str(port)], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout
    for line in demo.stdout:
        if "Stop with Ctrl-C" in line:
            return demo
    sys.exit("The demo did not start: see the lines above.")


def shoot(browser: Browser, base: str, name: str, people: dict[str, str]) -> None:
    address, width, height, scheme, who = SHOTS[name]
    page = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    ).new_page()
    if who:
        page.goto("/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", people[who])
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None
    assert answer.ok, f"{address} answers {answer.status}"
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)
    page.context.close()
    print(f"docs/images/{name}.png: {(IMAGES / f'{name}.png').stat().st_size:,} bytes")


def main() -> None:
    names = sys.argv[1:] or list(SHOTS)
    if unknown := set(names) - set(SHOTS):
        sys.exit(f"There is no {', '.join(unknown)}: say {', '.join(SHOTS)}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        demo = start(Path(folder), port)
        try:
            people = {p["email"]: p["password"] for p in json.loads((Path(folder) / "data" / "sample-sign-ins.json").read_text())}
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browsers.find(), args=browsers.FLAGS)
                for name in names:
                    shoot(browser, f"http://127.0.0.1:{port}", name, people)
                browser.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)


if __name__ == "__main__":
    main()
