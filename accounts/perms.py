"""Fetching is the check: outsiders get 404 as for what does not exist, those whose role is too low get 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Organization, Person
from accounts.roles import may

NOT_HERE = "There is nothing here that you may see."


def allow_or_refuse(person: Person, organization: Organization, ability: str) -> None:
    """Raises Http404 for outsiders, PermissionDenied where the role is too low."""
    role = person.role_in(organization)
    if role is None:
        raise Http404(NOT_HERE)
    if not may(role, ability):
        raise PermissionDenied("Your role does not include this. An administrator of your district can change it.")


def get_organization_or_404(person: Person, slug: str, ability: str = "see_plan") -> Organization:
    """An organization that the person belongs to, with its parents."""
    found = Organization.objects.of(person).select_related("parent__parent").filter(slug=slug).first()
    if found is None:
        raise Http404(NOT_HERE)
    allow_or_refuse(person, found, ability)
    return found
