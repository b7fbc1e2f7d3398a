"""Rows by the thousand in one statement: what all of them have alike goes once, and comes back as it was given."""

from datetime import date

import pytest

from accounts.models import Membership
from actions.models import SchoolBreak
from planner.lib.db import insert_many
from tests.factories.people import OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [["Fall", "Spring"], ["Same", "Same"], ["Only one"]])
def test_what_is_alike_and_what_is_not_is_written(names):
    place = OrganizationFactory()
    said = {"organization": place.pk, "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)}
    keys = insert_many(SchoolBreak, [said | {"name": name} for name in names], returning=("id",))
    rows = SchoolBreak.objects.filter(pk__in=[pk for (pk,) in keys])
    assert sorted(row.name for row in rows) == names
    assert {(row.organization, row.starts_on, row.ends_on) for row in rows} == {(place, date(2026, 3, 2), date(2026, 3, 6))}


def test_nothing_for_all_and_no_for_all_are_written():
    place, people = OrganizationFactory(), [PersonFactory(), PersonFactory()]
    said = {"organization": place.pk, "role": "viewer", "department": None, "leads_department": False}
    insert_many(Membership, [said | {"person": person.pk} for person in people])
    rows = Membership.objects.filter(organization=place, role="viewer", department=None, leads_department=False)
    assert {row.person for row in rows} == set(people)
