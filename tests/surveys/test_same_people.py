"""Two forms that both count from 1: their numbers are not silently taken for the same people's."""

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from surveys import import_review
from surveys.reading import mapping as mappings
from surveys.services.importing import import_file, summary
from surveys.services.same_people import DOUBT_OF_NUMBERS
from tests.surveys import exports
from tests.surveys.test_exports_as_written import MOMENT, cycled

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OWN = ["ID", "Start time", "Completion time"]


@pytest.fixture
def bring(tmp_path):
    district = Organization.objects.create(slug="meadow", name="Meadow")

    def brought(name, heads, rows, **more):
        path = exports.write(tmp_path / name, [[str(cell) for cell in row] for row in [heads, *rows]])
        return import_file(path, organization=district, slug="spring", press=Press(AuditEntry.COMMAND), **more)

    return brought


def told(made):
    return [issue for issue in made.draft.issues if issue.code == DOUBT_OF_NUMBERS]


def test_another_form_that_counts_from_1(bring):
    assert not told(bring("one.csv", [*OWN, "Which group?"], cycled(1, MOMENT, MOMENT, ["Parent", "Teacher"])))
    rows = cycled(1, MOMENT, MOMENT, ["Student", "Coach"], ["Yes", "No"])
    second = bring("two.csv", [*OWN, "Which group?", "Safe?"], rows)
    (issue,) = told(second)
    assert ((second.source.respondents, issue.severity), "30 of the first 30 rows" in issue.message) == ((0, "doubt"), True)
    found = summary(second.draft)
    swapped = import_review.swapped({}, found, found["issues"].index(issue.as_json()))
    third = bring("three.csv", [*OWN, "Which group?", "Safe?"], [*rows, [31, MOMENT, MOMENT, "Coach", "No"]], mapping=swapped)
    assert (third.source.respondents, told(third)) == (31, [])
    assert mappings.as_json(third.draft)["columns"][0]["key"] is False


def test_a_later_export_of_the_same_form_and_numbers_that_are_nowhere_else(bring):
    rows = cycled(1, MOMENT, MOMENT, ["Parent", "Teacher"])
    bring("one.csv", [*OWN, "Which group?"], rows)
    later = bring("two.csv", [*OWN, "Which group?"], [*rows, [31, MOMENT, MOMENT, "Teacher"]])
    assert (later.source.respondents, told(later)) == (1, [])


def test_the_same_headings_and_other_answers(bring):
    bring("one.csv", [*OWN, "Which group?"], cycled(1, MOMENT, MOMENT, ["Parent", "Teacher"]))
    assert told(bring("two.csv", [*OWN, "Which group?"], cycled(1, MOMENT, MOMENT, ["Student", "Coach"])))


def test_a_file_in_the_place_of_the_one_before_has_no_such_doubt(bring):
    bring("one.csv", [*OWN, "Which group?"], cycled(1, MOMENT, MOMENT, ["Parent", "Teacher"]))
    other = bring("two.csv", [*OWN, "Which group?"], cycled(1, MOMENT, MOMENT, ["Student", "Coach"]), replace=True)
    assert (other.source.respondents, told(other)) == (30, [])
