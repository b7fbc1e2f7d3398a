"""The sample district that ships: what `manage.py load_samples` loads, in the files of fixtures/, so that there is something to look at.

Structure, codes, dates and the last report's statuses are those of a real plan of 2021; its titles are in short words of ours. The four reports before
the last one are made up, and so is what staff confirmed after it, from August to November 2021. Every page says that it shows sample data.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from accounts import audit
from accounts.audit import Press
from accounts.models import AuditEntry, Department, Membership, Organization, Person
from accounts.roles import ADMIN, CABINET, CONTRIBUTOR, EDITOR, VIEWER
from actions.models import ActionStep, Review, ReviewItem
from actions.reading.from_json import read
from actions.reminding.calendar import QUARTERLY
from actions.services.cycles import add_break, set_rhythm
from actions.services.importing import import_plan
from actions.services.publishing import publish_report
from actions.services.reviews import Took, decide, hold_review, open_review, write_review
from actions.services.updates import confirm_status
from goals.models import Plan
from goals.services import change_plan

FOLDER = settings.BASE_DIR / "fixtures"
PLAN = "technology"
TODAY = date(2021, 11, 10)
"""The day on which the sample's calendar stands."""
BEGINS_ON = date(2021, 8, 13)
"""First day of the quarter that TODAY is near the end of: the next cycle opens within the week."""
REVIEW_ON = date(2021, 12, 1)
"""The yearly review is announced three weeks before, which is TODAY."""
BREAKS = (("Thanksgiving", date(2021, 11, 22), date(2021, 11, 26)), ("Winter break", date(2021, 12, 20), date(2021, 12, 31)))
SILENT = ("2.2.1", "3.1.2", "4.1.4", "4.2.1", "4.2.2", "4.4.3", "6.2.2", "7.1.2", "7.2.1")
"""Steps that nobody confirmed after the last report, so that there is something hatched to look at."""


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody who can sign in to the sample. The addresses are of a domain that can never receive mail (RFC 2606)."""

    email: str
    name: str
    role: str
    department: str
    what: str
    leads_department: bool = False


PEOPLE = (
    SamplePerson(
        "planner@mdusd.example", "Sample Planner", ADMIN, "Office of the Superintendent", "administrator: people, imports, publishing"
    ),
    SamplePerson(
        "cabinet@mdusd.example",
        "Sample Cabinet Member",
        CABINET,
        "Office of the Superintendent",
        "cabinet: publishes reports, leads a department",
        leads_department=True,
    ),
    SamplePerson("editor@mdusd.example", "Sample Editor", EDITOR, "Technology and Information Services", "editor: updates every step"),
    SamplePerson(
        "network@mdusd.example", "Sample Contributor", CONTRIBUTOR, "Network Services", "contributor: the steps of Network Services"
    ),
    SamplePerson("viewer@mdusd.example", "Sample Viewer", VIEWER, "", "viewer: reads"),
)


REVIEW_HELD_ON = date(2021, 8, 24)
TOOK_PART = (("Advisory council", 9), ("Principals", 4), ("Technology and Information Services", 5))
DECISIONS = {
    "2.1.1": (ReviewItem.KEEP, "Goes on as it is; families ask for it every month.", "Two schools wait for their devices."),
    "4.1.3": (ReviewItem.CHANGE, "Sites with the oldest wiring come first.", "The order of sites was by name."),
    "6.2.2": (ReviewItem.CHANGE, "Finance takes part in it from the fall on.", ""),
    "7.3.2": (ReviewItem.STOP, "The present name stays.", "Nobody outside of the department asked for another."),
}
"""What the made-up review of the summer decided, by the code of the step: decision, its sentence, what was found."""


@transaction.atomic
def load_samples() -> bool:
    """Make the sample district with its plan, five published reports and people. False: it is there already, and nothing was done."""
    if Organization.objects.filter(slug="mdusd").exists():
        return False
    press = Press(AuditEntry.COMMAND)
    district = Organization.objects.create(
        slug="mdusd",
        name="MDUSD (sample)",
        kind=Organization.DISTRICT,
        time_zone="America/Los_Angeles",
        accent="#1f4e79",
        is_sample=True,
        calendar_on=TODAY,
    )
    audit.record(press=press, verb="create organization", what=district, organization=district, new={"slug": district.slug, "sample": True})
    editions = sorted((FOLDER / "mdusd").glob(f"{PLAN}-*.json"))
    names = sorted({lead for file in editions for lead in _leads(json.loads(file.read_text()))})
    Department.objects.bulk_create(Department(organization=district, name=name, slug=slugify(name)) for name in names)
    make_people(district, PEOPLE)
    for file in editions:
        through = date.fromisoformat(file.stem.removeprefix(f"{PLAN}-"))
        _turn_calendar(district, through + timedelta(days=2))
        import_plan(read(file.read_bytes()), organization=district, slug=PLAN, press=Press(AuditEntry.COMMAND), name=file.name)
        plan = change_plan(plan=Plan.objects.get(organization=district, slug=PLAN), press=press, stage=Plan.ADOPTED)
        publish_report(plan=plan, through=through, press=Press(AuditEntry.COMMAND))
    change_plan(plan=plan, press=press, visibility=Plan.LIVE)
    _turn_calendar(district, REVIEW_HELD_ON)
    _review(plan)
    _turn_calendar(district, TODAY)
    _confirm(plan)
    for name, first, last in BREAKS:
        add_break(organization=district, name=name, starts_on=first, ends_on=last, press=press)
    set_rhythm(plan=plan, press=press, unit=QUARTERLY, begins_on=BEGINS_ON, review_on=REVIEW_ON, reviews_are_public=True)
    return True


def _turn_calendar(district: Organization, day: date) -> None:
    """A report is published two days after the day that it is true for."""
    district.calendar_on = day
    district.save(update_fields=["calendar_on"])


def _review(plan: Plan) -> None:
    """A review that was held after the last report, so that there are decisions to read."""
    cabinet = Person.objects.get(email="cabinet@mdusd.example")
    review = open_review(plan=plan, kind=Review.REGULAR, press=Press(AuditEntry.WEB, cabinet))
    took_part = [Took(role, count) for role, count in TOOK_PART]
    summary = "Most of the plan moves; four steps were talked about."
    write_review(review=review, press=Press(AuditEntry.WEB, cabinet), on=REVIEW_HELD_ON, summary=summary, note="", participants=took_part)
    for item in review.items.select_related("node__actionstep", "review__plan__organization").filter(section=ReviewItem.AGENDA):
        if said := DECISIONS.get(item.node.actionstep.code):
            decision, decided, finding = said
            decide(item=item, press=Press(AuditEntry.WEB, cabinet), decision=decision, decided=decided, finding=finding)
    hold_review(review=review, press=Press(AuditEntry.WEB, cabinet))


def _confirm(plan: Plan) -> None:
    """What the sample's staff said after the last report: still true, step by step, on a day of the autumn each."""
    people = {m.department_id: m.person for m in Membership.objects.filter(organization=plan.organization, role__in=(CONTRIBUTOR, EDITOR))}
    editor = Person.objects.get(email="editor@mdusd.example")
    for n, step in enumerate(ActionStep.objects.present().filter(plan=plan).select_related("status", "strategy").order_by("pk")):
        if step.code not in SILENT:
            by = people.get(step.lead_department_id or (step.strategy and step.strategy.lead_department_id), editor)
            confirm_status(step=step, press=Press(AuditEntry.WEB, by), as_of=TODAY - timedelta(days=1 + 37 * n % 80))


def _leads(tree: dict | list) -> set[str]:
    if isinstance(tree, list):
        return set().union(*map(_leads, tree))
    found = {tree["lead"]} if tree.get("lead") else set()
    return found.union(*(_leads(below) for below in tree.values() if isinstance(below, dict | list)))


def make_people(district: Organization, people: Sequence[SamplePerson]) -> None:
    """Without a password; `sign_ins` gives them one."""
    departments = {d.name: d for d in Department.objects.filter(organization=district)}
    for said in people:
        person = Person(email=said.email, name=said.name)
        person.set_unusable_password()
        person.save()
        Membership.objects.create(
            person=person,
            organization=district,
            role=said.role,
            department=departments.get(said.department),
            leads_department=said.leads_department,
        )


def sign_ins(folder: Path, people: Sequence[SamplePerson]) -> list[dict[str, str]]:
    """[{"email", "password", "what"}] of the samples' people, kept in a file of the folder that only its owner reads.

    The passwords are made at random, once; anew where the file is gone, since nobody can know the old ones then. People of a database that was made
    anew get those of the file.
    """
    file = folder / "sample-sign-ins.json"
    kept = {one["email"]: one["password"] for one in json.loads(file.read_text())} if file.exists() else {}
    known = {person.email: person for person in Person.objects.filter(email__in=[said.email for said in people])}
    made = []
    for said in people:
        if person := known.get(said.email):
            password = kept.get(said.email) or secrets.token_urlsafe(9)
            if said.email not in kept or not person.has_usable_password():
                person.set_password(password)
                person.save(update_fields=["password"])
            made.append({"email": said.email, "password": password, "what": said.what})
    file.touch(mode=0o600)
    file.write_text(json.dumps(made, indent=1))
    return made
