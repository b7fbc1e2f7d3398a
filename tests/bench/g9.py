"""G9: a million respondents as CSV and as XLSX, each written by a process of its own, whose memory is seen."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.db import connection

ROWS = 1_000_000


def process(what: str, slug: str, path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "tests.bench.g9", what, slug, str(path)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def copy_to(table: str, path: Path) -> float:
    """The same rows as the database writes them: COPY TO, or on SQLite a cursor and csv.writer."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with path.open("wb") as out, cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
                for data in copy:
                    out.write(data)
        else:
            write_rows(cursor.execute(f"SELECT * FROM {table}"), path)
    return time.perf_counter() - begun


def write_rows(rows: Any, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def by_writer(source: Path, path: Path) -> float:
    """csv.writer alone, of rows that are there already, a thousand at a time."""
    took = 0.0
    with source.open(newline="", encoding="utf-8-sig") as file, path.open("w", newline="", encoding="utf-8") as out:
        rows, writer, batch = csv.reader(file), csv.writer(out), []
        for row in rows:
            batch.append(row)
            if len(batch) == 8192:
                begun = time.perf_counter()
                writer.writerows(batch)
                took += time.perf_counter() - begun
                batch.clear()
        writer.writerows(batch)
    return took


def measure(rounds: int) -> None:
    from tests.bench.g5 import copy_into
    from tests.bench.g6 import survey_of
    from tests.bench.measuring import Rounds

    survey_of_few, seen, few = survey_of(10_001), Rounds(), min(rounds, 3)
    survey = survey_of(ROWS + 1)
    with tempfile.TemporaryDirectory() as name:
        path, other = Path(name) / "answers.csv", Path(name) / "other.csv"
        process("csv", survey.slug, path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            width = len(next(csv.reader(file)))
            assert sum(1 for _ in csv.reader(file)) == ROWS + 1
        columns = ", ".join(f"c{n} text" for n in range(width))
        copy_into("bench_wide", path, columns)
        small = {what: process(what, survey_of_few.slug, other)["peak"] for what in ("csv", "xlsx")}
        peak = {"csv": 0.0, "xlsx": 0.0}
        for _ in range(few):
            seen.add("COPY TO", copy_to("bench_wide", other))
            seen.add("csv.writer", by_writer(path, other))
            for what in ("csv", "xlsx"):
                said = process(what, survey.slug, other)
                seen.add(what, said["seconds"])
                peak[what] = max(peak[what], said["peak"])
        for what, floor, goal in (("csv", "COPY TO", 2), ("xlsx", "csv.writer", 3)):
            size = f"1 M respondents in {width} columns as {what.upper()}, peak {peak[what]:.0f} MB (10,000: {small[what]:.0f} MB)"
            seen.line("G9", what, floor, goal=goal, what=size)


def main(what: str, slug: str, path: str) -> dict[str, float]:
    django.setup()
    from surveys.answer_rows import csv_pieces, xlsx_file
    from surveys.models import Survey
    from tests.bench.measuring import peak_memory

    survey = Survey.objects.get(organization__slug="bench-surveys", slug=slug)
    begun = time.perf_counter()
    with Path(path).open("wb") as out:
        if what == "csv":
            for piece in csv_pieces(survey):
                out.write(piece)
        else:
            with xlsx_file(survey) as made:
                while data := made.read(2**20):
                    out.write(data)
    return {"seconds": time.perf_counter() - begun, "peak": peak_memory()}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
