"""`make bench`, or `python -m tests.bench [G2 G4 G5 G6 G7 G8 G9 G10] [--database sqlite] [--rounds 7]`: the table of docs/performance.md, measured now.

Starts its own PostgreSQL (which here writes to the disk as an installation's does) and Valkey, measures in one process per database, and stops
both. Exit 1 where something that was timed did something wrong; a goal that is missed is only said.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import psycopg

from tests.support import services

ROOT = Path(__file__).resolve().parents[2]
ROWS = ("G2", "G4", "G5", "G6", "G7", "G8", "G9", "G10")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "128MB"}
HEAD = ("row", "what", "database", "time", "against", "ratio", "goal", "")


def environment(folder: Path, database: str, url: str) -> dict[str, str]:
    """As in production, but for this machine: cached templates, collected static files. No setting of the one who measures counts."""
    data = folder / f"data-{database}"
    data.mkdir()
    ours = {
        "PLANNER_ENV": "demo",
        "DATA_DIR": str(data),
        "DATABASE_URL": url or f"sqlite:///{data / 'db.sqlite3'}",
        "CELERY_BROKER_URL": f"redis+socket://{folder / 'valkey.sock'}",
        "REDIS_URL": f"unix://{folder / 'valkey.sock'}?db=1",
        "EMAIL_URL": f"filemail://{data / 'mail'}",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "planner.settings",
    }
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | ours


def measure(folder: Path, database: str, url: str, asked: list[str], rounds: int) -> list[dict]:
    """Lines of the table. Raises CalledProcessError where what was timed did something wrong."""
    command = [sys.executable, "-m", "tests.bench.run", *asked, "--rounds", str(rounds)]
    done = subprocess.run(command, cwd=ROOT, env=environment(folder, database, url), stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def table(lines: list[dict]) -> str:
    cells = [[str(line.get(key, "")) for key in ("row", "what", "database", "time", "against", "ratio", "goal", "held")] for line in lines]
    wide = [max(len(row[n]) for row in [HEAD, *cells]) for n in range(len(HEAD))]
    rule = ["-" * n for n in wide]
    return "\n".join("| " + " | ".join(cell.ljust(n) for cell, n in zip(row, wide, strict=True)) + " |" for row in [HEAD, rule, *cells])


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    load = os.getloadavg()
    return f"{date.today().isoformat()}, {os.cpu_count()} x {cpu}, Python {platform.python_version()}, load {load[0]:.1f} before"  # noqa: DTZ011


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Prints the performance table.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {' '.join(ROWS)}; all where none is named")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], action="append", help="only this one")
    parser.add_argument("--rounds", type=int, default=11, help="interleaved rounds, 7 or more (default 11)")
    asked = parser.parse_args()
    rows = [name.upper() for name in asked.rows] or list(ROWS)
    if unknown := set(rows) - set(ROWS):
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(ROWS)}.")
    if asked.rounds < 7:
        parser.error("A median of fewer than 7 rounds says nothing.")
    databases = asked.database or ["postgresql", "sqlite"]
    print(f"Measured {machine()}.\n", flush=True)
    folder, started, lines = services.new_folder(), [], []
    try:
        valkey = services.Valkey(folder)
        started.append(valkey)
        valkey.start()
        for database in databases:
            url = ""
            if database == "postgresql":
                postgres = services.Postgres(folder)
                started.append(postgres)
                url = postgres.start(DURABLE)
                with psycopg.connect(url.replace("/planner?", "/postgres?"), autocommit=True) as connection:
                    connection.execute("CREATE DATABASE planner")
            wanted = rows if database == databases[0] else [row for row in rows if row != "G8"]  # a PDF knows no database
            lines += measure(folder, database, url, wanted, asked.rounds)
    except subprocess.CalledProcessError:
        return 1
    finally:
        for one in reversed(started):
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
