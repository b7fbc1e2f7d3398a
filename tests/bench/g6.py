"""G6: the top ten of a group over a million answers; G6b: two questions against each other with a filter. Both against a raw scan of the same rows."""

import tempfile
from pathlib import Path

from django.db import connection

from accounts.audit import Press
from surveys.crossing import closed_questions, cross
from surveys.models import Survey, SurveyPublication
from surveys.results import as_json, results_of
from surveys.services.publications import offered, publish_tables
from surveys.showing.figures import read
from surveys.showing.tables import ranked
from tests.bench.g5 import ROWS, big_export, bring, copy_into, organization
from tests.bench.measuring import Rounds, quiet, timed
from tests.surveys import exports

FEW = 10_000


def survey_of(rows: int) -> Survey:
    """A survey of so many respondents, with the same rows in a table of their own beside it."""
    slug, table = f"scan-{rows}", f"bench_scan_{rows}"
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "answers.csv"
        big_export(path, rows)
        copy_into(table, path)
        bring(path, slug)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Survey.objects.get(organization=organization(), slug=slug)


def scanned(condition: str, rows: int = ROWS) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM bench_scan_{rows} WHERE {condition}")
        return cursor.fetchone()[0]


def publish(survey: Survey) -> None:
    tree = offered(survey)
    publish_tables(survey=survey, chosen=[t["key"] for q in tree["questions"] for t in q["groups"]], press=Press("command"))


def public_top_ten(survey: Survey) -> dict[str, int]:
    """What the parents chose most, as everybody reads it: out of the publication."""
    publication = SurveyPublication.objects.standing().filter(survey=survey).last()
    question = next(q for q in read(publication.tree).questions if q.text == exports.CHOOSE)
    lines = ranked(question, question.table_of("Parent")).lines[:10]
    return {line.label: int(line.count.replace(",", "")) for line in lines}


def top_ten(survey: Survey) -> dict[str, int]:
    """The same as staff read it, before anything is public: all figures of the survey out of its tallies, with small groups hidden."""
    tree = as_json(results_of(survey), address="x")
    table = next(t for q in tree["questions"] if q["text"] == exports.CHOOSE for t in q["groups"] if t["name"] == "Parent")
    return {c["label"]: c["count"] for c in sorted(table["choices"], key=lambda c: -c["count"])[:10]}


def crossed(survey: Survey) -> dict[tuple[str, str], int]:
    """How parents and students who named safety come to school, by what they agree to."""
    questions = {q.text: q for q in closed_questions(survey).values()}
    group, chosen = questions[exports.GROUP], questions[exports.CHOOSE]
    only = {
        group.pk: [pk for pk, label in group.choices.items() if label in ("Parent", "Student")],
        chosen.pk: [pk for pk, label in chosen.choices.items() if label == exports.SAFE],
    }
    found = cross(survey, questions[exports.COMING], questions[exports.AGREE], only)
    return {(t.name, a.label): a.count or 0 for t in found.results.questions[0].tables for a in t.answers}


def measure(rounds: int) -> None:
    few, many, seen = survey_of(FEW), survey_of(ROWS), Rounds()
    condition = f"b = 'Parent' AND c LIKE '%%{exports.SAFE}%%'".replace("%%", "%")
    filtered = f"b IN ('Parent', 'Student') AND c LIKE '%{exports.SAFE}%' AND d = 'Bus' AND e = 'Disagree'"
    assert top_ten(many)[exports.SAFE] == scanned(condition)
    assert top_ten(few)[exports.SAFE] == scanned(condition, FEW)
    assert crossed(many)["Disagree", "Bus"] == scanned(filtered)
    for survey in (few, many):
        publish(survey)
        assert public_top_ten(survey) == top_ten(survey)
    quiet()
    for _ in range(rounds):
        seen.add("raw scan", timed(lambda: scanned(condition)))
        seen.add("top ten of 1 M", timed(lambda: public_top_ten(many)))
        seen.add("top ten of 10,000", timed(lambda: public_top_ten(few)))
        seen.add("for staff", timed(lambda: top_ten(many)))
        seen.add("for staff, 10,000", timed(lambda: top_ten(few)))
        seen.add("raw scan with the filter", timed(lambda: scanned(filtered)))
        seen.add("cross-tabulation", timed(lambda: crossed(many)))
    seen.line("G6", "top ten of 1 M", "raw scan", goal=0.05, what="top ten of a group over 1 M answers")
    seen.line("G6", "top ten of 1 M", "top ten of 10,000", goal=5, what="the same")
    seen.line("G6", "for staff", "raw scan", what="the same before it is public: all figures of the survey, counted and guarded")
    seen.line("G6", "for staff", "for staff, 10,000", goal=5, what="the same")
    seen.line(
        "G6b", "cross-tabulation", "raw scan with the filter", goal=0.5, what="two questions, two filters, over 1 M answers: all cells"
    )
