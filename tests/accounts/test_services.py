import pytest
from django.core.exceptions import ValidationError

from accounts.audit import Press
from accounts.models import AuditEntry, Membership
from accounts.services import add_member, deactivate_person, set_role
from tests.factories.people import PASSWORD, DepartmentFactory, MembershipFactory, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def press():
    return Press("web", by=PersonFactory())


def test_a_role_changes_with_one_entry_that_says_old_and_new(press):
    member = MembershipFactory(role="viewer")
    set_role(membership=member, role="editor", department=None, press=press)
    entry = AuditEntry.objects.get()
    assert (entry.old["role"], entry.new["role"], entry.by, entry.press) == ("viewer", "editor", press.by, press.id)
    set_role(membership=member, role="editor", department=None, press=press)
    assert AuditEntry.objects.count() == 1


def test_the_last_administrator_stays_one(press):
    member = MembershipFactory(role="admin")
    with pytest.raises(ValidationError, match="last administrator"):
        set_role(membership=member, role="viewer", department=None, press=press)
    with pytest.raises(ValidationError, match="last administrator"):
        deactivate_person(membership=member, press=press)
    MembershipFactory(role="admin", organization=member.organization)
    assert set_role(membership=member, role="viewer", department=None, press=press).role == "viewer"


def test_a_department_of_another_organization_is_refused(press):
    with pytest.raises(ValidationError, match="another organization"):
        add_member(person=PersonFactory(), organization=OrganizationFactory(), role="viewer", department=DepartmentFactory(), press=press)
    assert not Membership.objects.exists()


def test_who_is_removed_is_refused_on_the_next_request_everywhere(press, client):
    member = MembershipFactory()
    assert client.login(email=member.person.email, password=PASSWORD)
    assert "/accounts/login/" not in client.get("/accounts/password/change/").headers.get("Location", "")
    deactivate_person(membership=member, press=press)
    assert client.get("/accounts/password/change/").headers["Location"].startswith("/accounts/login/")
    assert not client.login(email=member.person.email, password=PASSWORD)
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["deactivate person", "remove member"]


def test_who_works_elsewhere_too_keeps_the_account(press):
    member = MembershipFactory()
    MembershipFactory(person=member.person)
    assert deactivate_person(membership=member, press=press).is_active
    assert Membership.objects.get().organization_id != member.organization_id
