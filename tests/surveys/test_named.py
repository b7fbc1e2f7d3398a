"""Names, addresses and numbers of persons under headings that do not say so are not stored; what cannot be decided is a doubt."""

import pytest

from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.services.importing import summary
from tests.surveys.test_exports_as_written import cycled, left_out
from tests.surveys.test_odd_exports import by_text, doubts, table, understood

FIRST = ["Ada", "Bo", "Carla", "Dmitri", "Elena", "Farid", "Gita", "Hugo", "Ines", "Jorge", "Karim"]
LAST = ["Almond", "Brook", "Castle", "Dunn", "Evers", "Frost", "Hale"]
NAMES = [f"{FIRST[n % 11]} {LAST[n % 7]}" for n in range(40)]


def of(words):
    return [words.replace("#", str(100 + n * 7)) for n in range(40)]


def asked(tmp_path, heading, values):
    return table(tmp_path, [[heading, "Safe?"], *cycled(values, ["Yes", "No"], rows=40)])


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Your answer", [f"{n} a{n}@meadow.example"[2:] if n % 5 else "no thanks" for n in range(10, 50)]),
        ("Contact", [[f"a{n}@meadow.example", f"(404) 555-01{n}", "call Ada"][n % 3] for n in range(10, 50)]),
        ("Q6", [["404-555-01##", "404.555.01##", "+1 404 555 01##", "40455501##"][n % 4].replace("##", str(n)) for n in range(10, 50)]),
        ("Q6", [f"+49 171 12345{n}" for n in range(10, 50)]),
        ("Q6", [f"06 12 34 56 {n}" for n in range(10, 50)]),
        ("Q5", of("# Meadow Street, Decatur")),
        ("Q5", of("Wiesenstraße #")),
        ("Q5", of("Calle Mayor #")),
        ("Q4", of("700#")),
        ("Q4", of("S-#")),
        ("Q4", of("a9c8b7d6e5f4#")),
    ],
)
def test_what_is_of_one_person_each(tmp_path, heading, values):
    draft = asked(tmp_path, heading, values)
    assert (left_out(draft), doubts(draft)) == ({heading}, set())


@pytest.mark.parametrize(
    ("heading", "values", "kind"),
    [
        ("Your answer", NAMES, "metadata"),
        ("Q3", [name.upper() for name in NAMES], "metadata"),
        ("Column 3", [f"{1970 + n}-0{1 + n % 9}-1{n % 9}" for n in range(40)], "metadata"),
        ("Name of the teacher who helped you most", [f"Mrs. {name}" for name in LAST], "metadata"),
        ("Who should be thanked?", NAMES, "text"),
        ("Anything else", [", ".join(reversed(name.split())) for name in NAMES], "text"),
        ("Who helped you most?", [f"Mr {name}" for name in LAST] * 2 + ["Dr Hale", "Dr Dunn"], "single"),
        ("May we write to you?", [f"yes, a{n}@meadow.example" if n % 2 else f"no, {n}" for n in range(40)], "text"),
    ],
)
def test_what_may_be_a_name_is_a_doubt_with_its_other_reading(tmp_path, heading, values, kind):
    draft = asked(tmp_path, heading, values)
    assert (by_text(draft)[heading].kind, doubts(draft)) == (kind, {"persons"})
    found = summary(draft)
    n = next(n for n, issue in enumerate(found["issues"]) if issue["code"] == "persons")
    again = understood(tmp_path / "export.csv", mapping=import_review.swapped({}, found, n))
    assert (by_text(again)[heading].kind == "metadata", doubts(again)) == (kind != "metadata", set())
    same = understood(tmp_path / "export.csv", mapping=mappings.as_json(draft))
    assert by_text(same)[heading].kind == kind


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Which school?", [f"{name} {kind}" for name in LAST for kind in ("Elementary", "Middle", "High")]),
        ("A book that you like", [f"The {last} of {first}" for first in FIRST for last in LAST]),
        ("What shall change?", [f"{how} {what} {name}" for how in ("More", "Less") for what in ("Music", "Meals") for name in FIRST]),
        ("City", ["New York", "San Diego", "Stone Mountain", "Salt Lake City"]),
        ("ZIP", of("30#")),
        ("Household income", of("50#0")),
        ("How far?", [f"{n} minutes each way" for n in range(40)]),
        ("School years", [f"{n}-{n + 1}" for n in range(1990, 2030)]),
    ],
)
def test_what_only_looks_like_it(tmp_path, heading, values):
    draft = asked(tmp_path, heading, values)
    assert (left_out(draft), doubts(draft)) == (set(), set())


def test_ways_to_reach_somebody_within_open_answers_are_told_by_number(tmp_path):
    draft = asked(
        tmp_path, "What else?", [f"Call 404-555-01{n} about {n}" if n % 8 == 0 else f"nothing since 2019, {n}" for n in range(10, 50)]
    )
    assert by_text(draft)["What else?"].kind == "text"
    assert "5 open answers hold" in next(issue.message for issue in draft.issues if issue.code == "reachable")
