"""Make a person who works for a district, and say what the person leads."""

import sys

from django.contrib.auth.password_validation import validate_password
from django.core.management.base import CommandError
from django.db import transaction

from accounts.audit import Press
from accounts.links import password_path, send_invitation, site_address
from accounts.models import AuditEntry, Organization, Person
from accounts.roles import LADDER
from accounts.services import add_member, create_person, set_password
from goals.models import ACTION_STEP, GOAL_AREA, PERFORMANCE_OBJECTIVE, STRATEGY, Level, NodeRedirect, Plan, PlanNode
from goals.services import rows_of, set_lead
from planner.lib.commands import PlainCommand

KIND_OF = {"goals": GOAL_AREA, "objectives": PERFORMANCE_OBJECTIVE, "strategies": STRATEGY, "steps": ACTION_STEP}


class Command(PlainCommand):
    help = "Make a person who signs in with this e-mail address. Nothing happens where it exists; a membership or lead that is missing is added."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--district", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=LADDER)
        parser.add_argument("--name", default="")
        parser.add_argument("--plan", metavar="SLUG", help="The plan of --leads.")
        parser.add_argument("--leads", action="append", default=[], metavar="ADDRESS", help="Such as steps/4.1.5~2 or goals/4; many times.")
        parser.add_argument("--operator", action="store_true", help="Runs the installation: may do everything in all organizations.")
        parser.add_argument("--password-stdin", action="store_true", help="The first line of standard input is the password.")
        parser.add_argument("--mail", action="store_true", help="Send the invitation by mail; else the link is only printed.")

    @transaction.atomic
    def run(self, *, email, district, role, name, plan, leads, operator, password_stdin, mail, **options):
        organization = Organization.objects.filter(slug=district).first()
        if organization is None:
            raise CommandError(f"There is no district “{district}”. Make it first: manage.py create_district {district} --name NAME.")
        rows = find_rows(organization, plan, leads)
        press = Press(AuditEntry.COMMAND)
        person, is_new = create_person(email=email, name=name, is_operator=operator, press=press)
        member, joins = add_member(person=person, organization=organization, role=role, press=press)
        for row in rows:
            set_lead(row=row, person=person, as_of=organization.today(), press=press)
        if is_new and password_stdin:
            self.set_password(person, press)
        self.stderr.write(in_words(person, member, is_new=is_new, joins=joins, leads=len(rows)))
        if is_new and not password_stdin:
            self.stderr.write(f"To choose a password, once and within three days: {site_address()}{password_path(person)}")
        if joins and mail:
            transaction.on_commit(lambda: send_invitation(person=person, organization=organization, site=site_address()))

    def set_password(self, person: Person, press: Press) -> None:
        password = sys.stdin.readline().rstrip("\n")
        validate_password(password, person)
        set_password(person=person, password=password, press=press)


def find_rows(organization: Organization, plan_slug: str | None, leads: list[str]) -> list[Level]:
    """The parts of the plan that the addresses name, earlier addresses too. Raises CommandError for one that names nothing."""
    if not leads:
        return []
    if not plan_slug:
        raise CommandError("--leads names parts of a plan: say which one with --plan SLUG.")
    plan = Plan.objects.filter(organization=organization, slug=plan_slug).first()
    if plan is None:
        raise CommandError(f"There is no plan “{organization.slug}/{plan_slug}”. Bring it in first: manage.py import_plan FILE ...")
    return [find_row(plan, lead) for lead in leads]


def find_row(plan: Plan, lead: str) -> Level:
    """The row behind an address such as `steps/4.1.5~2`."""
    word, _, address = lead.strip("/").partition("/")
    kind = KIND_OF.get(word)
    if kind is None or not address:
        raise CommandError(f"“{lead}” is not an address of a part of a plan. Write it as steps/4.1.5 or goals/4 ({', '.join(KIND_OF)}).")
    found = PlanNode.objects.filter(plan=plan, kind=kind, address=address).first()
    if found is None:
        before = NodeRedirect.objects.filter(plan=plan, kind=kind, address=address).select_related("node").first()
        found = before.node if before else None
    row = rows_of([found.pk]).get(found.pk) if found else None
    if row is None or not row.is_present:
        raise CommandError(f"The plan “{plan.organization.slug}/{plan.slug}” has no part at {lead}.")
    return row


def in_words(person: Person, member, *, is_new: bool, joins: bool, leads: int) -> str:
    """What became of it, for the one who runs the command."""
    if is_new:
        said = f"Made {person.email}, {member.role} in {member.organization.slug}."
    elif joins:
        said = f"{person.email} existed already and is now {member.role} in {member.organization.slug}."
    else:
        said = f"{person.email} exists already as {member.role} in {member.organization.slug}; nothing was changed about that."
    return said + (f" Leads {leads} part{'s' if leads > 1 else ''} of the plan." if leads else "")
