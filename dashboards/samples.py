"""The second sample district: a survey, the plan that answers it, and which part answers what. It stands here because surveys and actions are side rooms.

The survey's figures are those that a district published; the plan has its six goal areas and 18 objectives, with titles in words of ours; its steps,
their progress and the links between the two are made up. Every page says that it shows sample data.
"""

import json
from datetime import date

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from accounts.roles import ADMIN
from actions.picture import SEGMENTS
from actions.reading.from_json import read
from actions.samples import PEOPLE as MDUSD_PEOPLE
from actions.samples import SamplePerson, make_people
from actions.services.importing import import_plan
from goals.models import Plan, PlanNode
from goals.services import change_plan
from surveys.models import Choice
from surveys.samples import QUESTION, load_survey
from surveys.services.publications import link_priority

FOLDER = settings.BASE_DIR / "fixtures" / "dekalb"
SLUG = "dekalb"
PLAN = "plan"
TODAY = date(2024, 11, 12)
"""The day on which the sample's calendar stands."""
PEOPLE = (SamplePerson("planner@dekalb.example", "Sample Planner of DeKalb", ADMIN, "", "administrator of the other district: its survey"),)
EVERYBODY = (*MDUSD_PEOPLE, *PEOPLE)
"""Who can sign in to one of the two samples."""


@transaction.atomic
def load_answered_survey() -> bool:
    """Make the district with its survey and plan. False: it is there already, and nothing was done."""
    if Organization.objects.filter(slug=SLUG).exists():
        return False
    press = Press(AuditEntry.COMMAND)
    district = Organization.objects.create(
        slug=SLUG,
        name="DeKalb (sample)",
        kind=Organization.DISTRICT,
        time_zone="America/New_York",
        accent="#1f6b4d",
        is_sample=True,
        calendar_on=TODAY,
    )
    audit.record(press=press, verb="create organization", what=district, organization=district, new={"slug": SLUG, "sample": True})
    import_plan(
        read((FOLDER / "plan.json").read_bytes()), organization=district, slug=PLAN, press=Press(AuditEntry.COMMAND), name="plan.json"
    )
    make_people(district, PEOPLE)
    plan = Plan.objects.get(organization=district, slug=PLAN)
    change_plan(plan=plan, press=press, stage=Plan.ADOPTED, visibility=Plan.LIVE)
    survey = load_survey(organization=district, press=press)
    nodes = {f"{SEGMENTS[node.kind]}/{node.address}": node for node in PlanNode.objects.filter(plan=plan).select_related("plan")}
    choices = Choice.objects.select_related("question__survey").filter(question__survey=survey, question__text=QUESTION)
    answers = json.loads((FOLDER / "answers.json").read_text())
    for choice in choices:
        for address in answers.get(choice.label, ()):
            link_priority(choice=choice, node=nodes[address], press=press)
    return True
