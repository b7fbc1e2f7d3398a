"""Plans as a person may see them; see accounts.perms."""

from django.http import Http404

from accounts.models import Person
from accounts.perms import NOT_HERE, allow_or_refuse
from goals.models import Plan


def get_plan_or_404(person: Person, organization_slug: str, plan_slug: str, ability: str = "see_plan") -> Plan:
    """A plan of an organization that the person belongs to. 404 for outsiders, PermissionDenied (403) where the role is too low."""
    found = (
        Plan.objects.of(person)
        .select_related("organization__parent__parent")
        .filter(organization__slug=organization_slug, slug=plan_slug)
        .first()
    )
    if found is None:
        raise Http404(NOT_HERE)
    allow_or_refuse(person, found.organization, ability)
    return found
