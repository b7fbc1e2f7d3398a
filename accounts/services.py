"""The only doors by which organizations, people and their roles change. Each is one transaction with its audit entries.

All raise ValidationError with a sentence for people. Audit entries hold keys and roles, never a name or an address.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import addresses, audit
from accounts.audit import Press
from accounts.models import Department, Membership, Organization, Person
from accounts.roles import ADMIN, LADDER, may

PARENT_OF = {Organization.STATE: None, Organization.DISTRICT: Organization.STATE, Organization.SCHOOL: Organization.DISTRICT}


@transaction.atomic
def create_organization(
    *, slug: str, name: str, press: Press, kind: str = Organization.DISTRICT, parent: Organization | None = None, **more
) -> Organization:
    """A new organization. `more` are further fields of it, such as time_zone. A district may hang under a state, a school hangs under its district."""
    if kind == Organization.SCHOOL and parent is None:
        raise ValidationError(f"“{slug}” is to be a school, and a school hangs under its district. Say which one it is.")
    if parent is not None and parent.kind != PARENT_OF.get(kind):
        raise ValidationError(f"A {kind} cannot hang under “{parent.slug}”, which is a {parent.kind}.")
    made = Organization(slug=slug, name=name.strip(), kind=kind, parent=parent, **more)
    made.full_clean()
    made.save(force_insert=True)
    new = {"slug": slug, "name": made.name, "kind": kind, "parent": parent and parent.pk}
    audit.record(press=press, verb="create organization", what=made, organization=made, new=new)
    return made


@transaction.atomic
def create_department(*, organization: Organization, slug: str, name: str, press: Press) -> Department:
    """A new department of an organization."""
    made = Department(organization=organization, slug=slug, name=name.strip())
    made.full_clean()
    made.save(force_insert=True)
    audit.record(press=press, verb="create department", what=made, organization=organization, new={"slug": slug, "name": made.name})
    return made


@transaction.atomic
def create_person(*, email: str, press: Press, name: str = "", is_operator: bool = False) -> tuple[Person, bool]:
    """The person with this address and whether it was made now. One who is there already stays as it is, but may work again after a deactivation."""
    email = email.strip()
    person = Person.objects.select_for_update().filter(email__iexact=email).first()
    if person is None:
        person = Person(email=email, name=name.strip(), is_operator=is_operator)
        person.set_unusable_password()
        person.full_clean(exclude=["password"])
        person.save(force_insert=True)
        audit.record(press=press, verb="create person", what=person, organization=None, new={"is_operator": is_operator})
        return person, True
    old = {"is_active": person.is_active, "is_operator": person.is_operator}
    new = {"is_active": True, "is_operator": person.is_operator or is_operator}
    if old != new:
        person.is_active, person.is_operator = new["is_active"], new["is_operator"]
        person.save(update_fields=["is_active", "is_operator"])
        audit.record(press=press, verb="admit person", what=person, organization=None, old=old, new=new)
    return person, False


@transaction.atomic
def set_password(*, person: Person, password: str, press: Press) -> None:
    """A password that was checked before. It ends the person's other sessions; the audit says that it was set, never what it is."""
    old = {"has_password": person.has_usable_password()}
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(press=press, verb="set password", what=person, organization=None, old=old, new={"has_password": True})


@transaction.atomic
def add_member(
    *,
    person: Person,
    organization: Organization,
    role: str,
    press: Press,
    department: Department | None = None,
    leads_department: bool = False,
) -> tuple[Membership, bool]:
    """The person's membership and whether it was made now; one that is there keeps its role (change it with `set_role`)."""
    _refuse_odd(organization, role, department, leads_department)
    there = Membership.objects.filter(person=person, organization=organization).first()
    if there:
        return there, False
    made = Membership.objects.create(
        person=person, organization=organization, role=role, department=department, leads_department=leads_department
    )
    audit.record(press=press, verb="add member", what=made, organization=organization, new=_said(made) | {"person": person.pk})
    addresses.end_open(person=person, press=press)
    return made, True


@transaction.atomic
def set_role(
    *, membership: Membership, role: str, department: Department | None, press: Press, leads_department: bool = False
) -> Membership:
    """Another role or department, and whether the person leads it. Nothing happens where it is so already; the last administrator stays one."""
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    membership = _locked(membership)
    _refuse_odd(organization, role, department, leads_department)
    old = _said(membership)
    membership.role, membership.department, membership.leads_department = role, department, leads_department
    new = _said(membership)
    if old == new:
        return membership
    if old["role"] == ADMIN != role:
        _refuse_without_admin(membership)
    membership.save(update_fields=["role", "department", "leads_department"])
    audit.record(press=press, verb="set role", what=membership, organization=organization, old=old, new=new)
    return membership


@transaction.atomic
def deactivate_person(*, membership: Membership, press: Press) -> Person:
    """The person no longer works for the organization. Without any other one, the account is closed and all its sessions end with the password."""
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    membership = _locked(membership)
    if membership.role == ADMIN:
        _refuse_without_admin(membership)
    audit.record(
        press=press,
        verb="remove member",
        what=membership,
        organization=organization,
        old=_said(membership) | {"person": membership.person_id},
    )
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    membership.delete()
    addresses.end_open(person=person, press=press)
    if not person.is_operator and not person.memberships.exists():
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
        audit.record(
            press=press, verb="deactivate person", what=person, organization=organization, old={"is_active": True}, new={"is_active": False}
        )
    return person


def _locked(membership: Membership) -> Membership:
    locked = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if locked is None:
        raise ValidationError("This person was removed by somebody else in the meantime. Nothing was changed.")
    return locked


def _said(membership: Membership) -> dict:
    return {
        "role": membership.role,
        "department": membership.department_id,
        **({"leads_department": True} if membership.leads_department else {}),
    }


def _refuse_odd(organization: Organization, role: str, department: Department | None, leads_department: bool) -> None:
    if role not in LADDER:
        raise ValidationError(f"“{role}” is not a role. Choose one of {', '.join(LADDER)}.")
    if department is not None and department.organization_id != organization.pk:
        raise ValidationError("That department belongs to another organization.")
    if leads_department and department is None:
        raise ValidationError({"leads_department": "Choose the department that the person leads."})
    if leads_department and not may(role, "update_own_steps"):
        raise ValidationError({"leads_department": "Whoever leads a department says how steps stand. Choose contributor or a higher role."})


def _refuse_without_admin(membership: Membership) -> None:
    others = Membership.objects.filter(organization=membership.organization_id, role=ADMIN, person__is_active=True).exclude(
        pk=membership.pk
    )
    if not others.exists():
        raise ValidationError("This is the last administrator here. Make somebody else an administrator first.")
