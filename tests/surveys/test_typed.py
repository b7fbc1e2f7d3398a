"""What was typed instead of choosing: an open answer and a doubt with its number; counted as a choice where somebody says so."""

import pytest

from accounts.audit import Press
from accounts.models import Organization
from surveys import import_review
from surveys.models import Survey
from surveys.reading import mapping as mappings
from surveys.results import as_json, results_of
from surveys.services.importing import import_file, summary
from tests.surveys.test_odd_exports import by_text, doubts, monkey, understood

ROLE, OTHER = "Which group are you in?", "Other (please specify)"
ANSWERS = [["Parent", "", "Yes"], ["Student", "", "No"], ["", "Coach", "Yes"], ["Parent", "and a coach", "No"]] * 15


@pytest.fixture
def path(tmp_path):
    monkey(tmp_path, [ROLE, "", "Safe?"], ["Response", OTHER, "Response"], ANSWERS)
    return tmp_path / "export.csv"


def pressed(path):
    """The mapping after the other reading of the doubt was taken."""
    found = summary(understood(path))
    return import_review.swapped({}, found, next(n for n, issue in enumerate(found["issues"]) if issue["code"] == "typed_instead"))


def test_only_those_who_chose_nothing_typed_instead(path):
    draft = understood(path)
    assert by_text(draft)[ROLE].counts == {"Parent": 30, "Student": 15}
    assert "15 respondents typed" in next(issue.message for issue in draft.issues if issue.code == "typed_instead")


def test_the_other_reading_counts_them(path):
    draft = understood(path, mapping=pressed(path))
    assert by_text(draft)[ROLE].counts == {"Parent": 30, "Student": 15, OTHER: 15}
    assert by_text(draft)[f"{ROLE} [{OTHER}]"].kind == "text"
    assert doubts(draft) == set()
    again = understood(path, mapping=mappings.as_json(draft))
    assert by_text(again)[ROLE].counts == by_text(draft)[ROLE].counts


@pytest.mark.django_db
def test_they_are_a_group_like_any_other(path):
    district = Organization.objects.create(slug="meadow", name="Meadow")
    import_file(path, organization=district, slug="spring", press=Press("command"), mapping=pressed(path))
    found = as_json(results_of(Survey.objects.get()), address="meadow/spring", unsuppressed=True)
    assert {group["name"]: group["respondents"] for group in found["groups"]} == {"Parent": 30, "Student": 15, OTHER: 15}
    safe = next(q for q in found["questions"] if q["text"] == "Safe?")
    assert {t["name"]: {c["label"]: c["count"] for c in t["choices"]} for t in safe["groups"]}[OTHER] == {"Yes": 15, "No": 0}
