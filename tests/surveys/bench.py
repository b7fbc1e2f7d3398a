"""G5, G5b, G6: import of survey rows against COPY of the same file, top ten against a raw scan. Ratios inside one run; nothing asserts a time.

`measure(folder, rows)` runs in a process whose Django has an empty database, and checks what it timed against counts made in Python.
"""

import csv
import resource
import time
from collections import Counter
from pathlib import Path

from django.db import connection

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from surveys.models import Survey
from surveys.results import as_json, results_of
from surveys.services.importing import import_file
from tests.surveys import exports


def big_export(path: Path, rows: int) -> Counter:
    """A Google export of so many rows, written without holding them; how often each choice stands in it."""
    people = exports.google(exports.deck_respondents())
    counts: Counter = Counter()
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(people[0])
        for n in range(rows):
            row = list(people[1 + n % (len(people) - 1)])
            row[0] = f"2024-{1 + n // 2_500_000 % 12:02d}-{1 + n // 86_400 % 28:02d} {n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}"
            writer.writerow(row)
            counts[row[2]] += 1
    found: Counter = Counter()
    for chosen, times in counts.items():
        for label in exports.DECK_CHOICES:
            found[label] += times if label in chosen else 0
    return found


def copy_floor(path: Path) -> float:
    """Seconds that the database takes for the same file as it is."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE floor (a text, b text, c text, d text, e text, f text)")
        begun = time.perf_counter()
        if connection.vendor == "postgresql":
            with cursor.copy("COPY floor FROM STDIN (FORMAT csv, HEADER)") as copy, path.open("rb") as file:
                while chunk := file.read(2**18):
                    copy.write(chunk)
        else:
            with path.open(encoding="utf-8", newline="") as file:
                cursor.executemany("INSERT INTO floor VALUES (%s, %s, %s, %s, %s, %s)", csv.reader(file))
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        cursor.execute("SELECT count(*) FROM floor WHERE b = 'Parent' AND c LIKE '%%Safe schools%%'")
        cursor.fetchone()
        scan = time.perf_counter() - begun
        cursor.execute("DROP TABLE floor")
    return took, scan


def measure(folder: Path, rows: int, *, rounds: int = 1) -> dict[str, float]:
    path = folder / f"{rows}.csv"
    wanted = big_export(path, rows)
    district = Organization.objects.create(slug=f"bench-{rows}", name="Bench")
    took = {"copy": [], "import": [], "import, this process's work": [], "scan": [], "results": []}
    for n in range(rounds):
        floor, scan = copy_floor(path)
        begun, worked = time.perf_counter(), time.process_time()
        import_file(path, organization=district, slug=f"s{n}", press=Press(AuditEntry.COMMAND))
        took["import"].append(time.perf_counter() - begun)
        took["import, this process's work"].append(time.process_time() - worked)
        survey = Survey.objects.get(organization=district, slug=f"s{n}")
        begun = time.perf_counter()
        found = as_json(results_of(survey), address="x")
        took["results"].append(time.perf_counter() - begun)
        took["copy"].append(floor)
        took["scan"].append(scan)
        assert found["respondents"] == rows
        table = next(t for q in found["questions"] if q["kind"] == "multi" for t in q["groups"] if t["name"] == "All respondents")
        assert {c["label"]: c["count"] for c in table["choices"]} == {label: wanted[label] for label in wanted if wanted[label]}
    middle = {key: sorted(values)[len(values) // 2] for key, values in took.items()}
    return middle | {
        "import / copy": middle["import"] / middle["copy"],
        "results / scan": middle["results"] / middle["scan"],
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
