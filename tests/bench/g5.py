"""G5: files of answers against COPY of the same file, each a process of its own; G5b: 8,399 answers by a worker that is warm. Then a million while people read.

`python -m tests.bench.g5 import FILE SLUG` is such a process; it says how long the import took, and its peak memory.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django
import tablib
from django.db import connection

ROWS = 1_000_000
"""G5 has five times as many for its memory."""
COLUMNS = "a text, b text, c text, d text, e text, f text"


def big_export(path: Path, rows: int) -> Counter:
    from tests.surveys.bench import big_export as write

    return write(path, rows)


def copy_into(table: str, path: Path, columns: str = COLUMNS) -> float:
    """Seconds that the database takes for a file as it is, committed."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} ({columns})")
        begun = time.perf_counter()
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy, path.open("rb") as file:
                while chunk := file.read(2**18):
                    copy.write(chunk)
        else:
            places = ", ".join(["%s"] * (columns.count(",") + 1))
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file)
                next(rows)
                cursor.execute("BEGIN")
                cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
                cursor.execute("COMMIT")
        return time.perf_counter() - begun


def organization():
    from accounts.models import Organization

    return Organization.objects.get_or_create(slug="bench-surveys", defaults={"name": "Bench"})[0]


def bring(path: Path, slug: str):
    from accounts.audit import Press
    from surveys.services.importing import import_file

    return import_file(path, organization=organization(), slug=slug, press=Press("command")).source


def process(*said: str) -> dict[str, float]:
    """What a process of this module prints."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.g5", *said], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def forget(slug: str) -> None:
    from accounts.audit import Press
    from surveys.models import Survey
    from surveys.services.surveys import delete_survey

    for survey in Survey.objects.filter(organization=organization(), slug=slug):
        delete_survey(survey=survey, press=Press("command"))


def check(slug: str, rows: int, wanted: Counter) -> None:
    """The tallies are those that were counted while the file was written."""
    from surveys.models import Survey
    from surveys.results import as_json, results_of

    found = as_json(results_of(Survey.objects.get(organization=organization(), slug=slug)), address="x")
    assert found["respondents"] == rows
    table = next(t for q in found["questions"] if q["kind"] == "multi" for t in q["groups"] if t["name"] == "All respondents")
    assert {c["label"]: c["count"] for c in table["choices"]} == {label: n for label, n in wanted.items() if n}


def measure(rounds: int) -> None:
    from tests.bench import beside
    from tests.bench.measuring import Rounds, say

    organization()
    few, seen, peak = min(rounds, 3), Rounds(), {}
    with tempfile.TemporaryDirectory() as name:
        for rows in (ROWS, 5 * ROWS):
            path = Path(name) / "answers.csv"
            wanted = big_export(path, rows)
            what = f"{rows // 1_000_000} M rows"
            for _ in range(few if rows == ROWS else 1):
                slug = f"big-{rows}"
                forget(slug)
                seen.add(f"COPY of {what}", copy_into("bench_answers", path))
                said = process("import", str(path), slug)
                seen.add(what, said["seconds"])
                peak[rows] = max(said["peak"] + said["reader"], peak.get(rows, 0))
                check(slug, rows, wanted)
            seen.line("G5", what, f"COPY of {what}", goal=2, what=f"import of {what}, peak memory of both processes {peak[rows]:.0f} MB")
            path.unlink()
        forget(f"big-{5 * ROWS}")
        ratio = peak[5 * ROWS] / peak[ROWS]
        line = {"row": "G5", "what": "peak memory of 5 M rows", "database": connection.vendor, "time": f"{peak[5 * ROWS]:.0f} MB"}
        line |= {"against": f"that of 1 M ({peak[ROWS]:.0f} MB)", "ratio": f"{ratio:.3g}", "goal": "<= 1.1"}
        say(line | {"held": "holds" if ratio <= 1.1 else "MISSED"})
        warm(Path(name), rounds)
    beside.measure()


def warm(folder: Path, rounds: int) -> None:
    from surveys.reading import child
    from tests.bench.measuring import Rounds, quiet
    from tests.surveys import exports

    seen, path = Rounds(), folder / "deck.csv"
    people = exports.google(exports.deck_respondents())
    path.write_bytes(exports.as_csv(people))
    bring(path, "warm")
    quiet()
    for _ in range(rounds):
        forget("warm")
        child.prepare()  # as a worker does after each file
        time.sleep(1)
        begun = time.perf_counter()
        bring(path, "warm")
        seen.add("8,399 answers", time.perf_counter() - begun)
        seen.add("COPY of 8,399 rows", copy_into("bench_deck", path))
    seen.line("G5b", "8,399 answers", "COPY of 8,399 rows", goal=5, what="import of 8,399 answers, warm")
    part = people[1:1001]
    seconds = import_export(part) * (len(people) - 1) / len(part)
    for _ in range(rounds):
        seen.add("django-import-export of them", seconds)
    seen.line("G5b", "8,399 answers", "django-import-export of them", goal=1 / 100, what="import of 8,399 answers, warm")


def import_export(rows: list[list[str]]) -> float:
    """Seconds that it takes for the open answers alone, a row of the database for each: far less than a whole survey."""
    from import_export import resources

    from surveys.models import OpenAnswer

    source = bring_source()

    class Answers(resources.ModelResource):
        class Meta:
            model = OpenAnswer
            fields = ("id", "source", "question", "row", "text")

    question = source.survey.questions.get(kind="text")
    data = tablib.Dataset(headers=["id", "source", "question", "row", "text"])
    for n, row in enumerate(rows):
        data.append(["", source.pk, question.pk, 100_000 + n, row[-1] or "nothing"])
    begun = time.perf_counter()
    result = Answers().import_data(data, dry_run=False, raise_errors=True)
    took = time.perf_counter() - begun
    assert result.totals["new"] == len(rows)
    OpenAnswer.objects.filter(source=source, row__gte=100_000).delete()
    return took


def bring_source():
    from surveys.models import SurveyImport

    return SurveyImport.objects.select_related("survey").get(survey__slug="warm", survey__organization=organization())


def main(what: str, path: str, slug: str) -> dict[str, Any]:
    django.setup()
    from tests.bench.measuring import PeakOfChildren, peak_memory

    begun = time.perf_counter()
    with PeakOfChildren() as reader:
        bring(Path(path), slug)
    return {"seconds": time.perf_counter() - begun, "peak": peak_memory(), "reader": reader.found}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
