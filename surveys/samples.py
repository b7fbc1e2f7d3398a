"""The sample survey that ships: groups, counts and percents as a district published them in 2024, priorities and themes in short words of ours."""

from django.conf import settings

from accounts.audit import Press
from accounts.models import Organization
from surveys.models import Survey
from surveys.services.importing import import_file
from surveys.services.publications import offered, publish_tables
from surveys.services.surveys import create_survey

FILE = settings.BASE_DIR / "fixtures" / "dekalb" / "survey.txt"
SURVEY = "strategic-plan"
TITLE = "Survey for the strategic plan"
QUESTION = "Which priorities matter most?"


def load_survey(*, organization: Organization, press: Press) -> Survey:
    """The survey of the sample district, all its tables and themes published."""
    create_survey(organization=organization, slug=SURVEY, press=press, title=TITLE)
    import_file(FILE, organization=organization, slug=SURVEY, press=press, name="Slides of April 8, 2024")
    survey = Survey.objects.select_related("organization").get(organization=organization, slug=SURVEY)
    tree = offered(survey)
    chosen = [table["key"] for question in tree["questions"] for table in question["groups"]]
    publish_tables(survey=survey, chosen=chosen + [listed["key"] for listed in tree["themes"]], press=press)
    return survey
