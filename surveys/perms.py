"""Surveys and imports as a person may see and change them; see accounts.perms."""

from django.http import Http404

from accounts.models import Job, Organization, Person
from accounts.perms import NOT_HERE, get_organization_or_404
from surveys.models import Survey
from surveys.services import importing


def get_survey_or_404(person: Person, district: str, slug: str, ability: str) -> Survey:
    """A survey of an organization of the person; 404 for outsiders, 403 where the role is too low."""
    organization = get_organization_or_404(person, district, ability)
    found = Survey.objects.filter(organization=organization, slug=slug).first()
    if found is None:
        raise Http404(NOT_HERE)
    found.organization = organization
    return found


def get_import_or_404(person: Person, district: str, pk: int) -> tuple[Organization, Job]:
    """An import on its way, by the number of the job that reads it."""
    organization = get_organization_or_404(person, district, "import_survey")
    jobs = Job.objects.select_related("file", "organization", "by")
    found = jobs.filter(organization=organization, kind=importing.READ, pk=pk, file__isnull=False).first()
    if found is None:
        raise Http404(NOT_HERE)
    return organization, found
