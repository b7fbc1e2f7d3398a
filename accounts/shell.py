"""The bar of staff pages: one navigation for everybody who works on a plan, with what the role includes."""

from django.urls import reverse

from accounts.models import Organization, Person
from accounts.roles import may
from planner.lib.shell import NavItem, Shell, accent_of

RIBBON = "Titles here are shortened, and parts of it are made up."


def staff_shell(person: Person, organization: Organization | None, current: str = "") -> Shell:
    """`current` is the place that is marked: my, department, today, dates, plans, surveys, imports, people. Without an organization only the own steps are offered."""
    nav = [NavItem("My steps", "/my/", current == "my")]
    if any(member.leads_department for member in person.all_memberships()):
        nav.append(NavItem("My department", "/my/department/", current == "department"))
    if organization is None:
        return Shell("District Planner", home="/my/", nav=nav)
    role, slug = person.role_in(organization), organization.slug
    if may(role, "update_any_step"):
        nav.append(NavItem("Today", f"/manage/{slug}/today/", current == "today"))
    nav.append(NavItem("Dates", "/my/dates/", current == "dates"))
    nav.append(NavItem("Plans", f"/manage/{slug}/", current == "plans"))
    nav.append(NavItem("Surveys", reverse("surveys:survey-list", args=[slug]), current == "surveys"))
    if may(role, "import_plan"):
        nav.append(NavItem("Imports", reverse("actions:import-list", args=[slug]), current == "imports"))
    if may(role, "manage_people"):
        nav.append(NavItem("People", reverse("accounts:people", args=[slug]), current == "people"))
    nav.append(NavItem("Public page", f"/{slug}/"))
    ribbon = RIBBON if organization.is_sample else ""
    return Shell(organization.name, home=f"/manage/{slug}/", accent=accent_of(organization.accent), nav=nav, ribbon=ribbon)


def home_of(person: Person) -> Organization | None:
    """Where somebody works first of all: what stands around pages of no single organization."""
    own = next((m.organization for m in person.all_memberships()), None)
    return own or Organization.objects.of(person).order_by("pk").first()
