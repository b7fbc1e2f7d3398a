"""The people of an organization: list, invite, change, remove. For its administrators."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import Press
from accounts.forms import InviteForm, RoleForm
from accounts.links import send_invitation
from accounts.models import AddressChange, AuditEntry, Department, Membership, Organization
from accounts.perms import get_organization_or_404
from accounts.reach import refused_in
from accounts.requests import StaffRequest
from accounts.services import add_member, create_department, create_person, deactivate_person, set_role
from accounts.shell import staff_shell


def press_of(request: StaffRequest) -> Press:
    return Press(AuditEntry.WEB, by=request.user)


@require_safe
def manage(request: StaffRequest) -> HttpResponse:
    """To the plans of the district where the person works; a choice where there are several, the own steps where there is none."""
    person = request.user
    own = Organization.objects.filter(parent=None) if person.is_operator else Organization.objects.filter(memberships__person=person)
    found = list(own.select_related("parent").order_by("name", "pk"))
    if len(found) > 1:
        return render(request, "accounts/manage.html", {"organizations": found, "shell": staff_shell(person, None)})
    return redirect("actions:manage-home", found[0].slug) if found else redirect("/my/")


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: StaffRequest, district: str) -> HttpResponse:
    """All who work here, and the form that invites another one."""
    organization = get_organization_or_404(request.user, district, "manage_people")
    form = InviteForm(request.POST or None, organization=organization)
    status = 200
    if request.method == "POST":
        if form.is_valid() and invite(request, organization, form):
            return redirect("accounts:people", district)
        status = 422
    members = colleagues(organization)
    said = {
        "organization": organization,
        "members": members,
        "unreached": [one for one in members if one.refused or one.change],
        "form": form,
        "shell": staff_shell(request.user, organization, "people"),
    }
    return render(request, "accounts/people.html", said, status=status)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who works here, and whether mails arrive."""

    membership: Membership
    refused: str
    """What the mail server said, where it refused the last mail."""
    change: AddressChange | None
    """The correction of the address that is not confirmed yet."""


def colleagues(organization: Organization) -> list[Colleague]:
    """All who work here, by name."""
    members = list(organization.memberships.select_related("person", "department").order_by("person__name", "person__email"))
    people = [member.person_id for member in members]
    changes = {change.person_id: change for change in AddressChange.objects.open().filter(person__in=people)}
    refused = refused_in(organization)
    return [Colleague(one, refused.get(one.person_id, ""), changes.get(one.person_id)) for one in members]


def invite(request: StaffRequest, organization: Organization, form: InviteForm) -> bool:
    """Whether the person works here now. What is wrong stands in the form."""
    said, press = form.cleaned_data, press_of(request)
    try:
        with transaction.atomic():
            person, _ = create_person(email=said["email"], name=said["name"], press=press)
            department = chosen_department(organization, said, press)
            _, joins = add_member(
                person=person,
                organization=organization,
                role=said["role"],
                department=department,
                leads_department=said["leads_department"],
                press=press,
            )
            if not joins:
                raise ValidationError("This person works here already: change the role in the list.")
    except ValidationError as error:
        put_errors(form, error, "email")
        return False
    try:
        send_invitation(person=person, organization=organization, site=f"{request.scheme}://{request.get_host()}")
    except OSError:
        messages.warning(
            request,
            f"{person.email} was added, but the mail could not be sent. Ask them to use “Forgot your password?” on the sign-in page.",
        )
    else:
        messages.success(request, f"{person.email} was added and gets a mail with a link to sign in.")
    return True


def put_errors(form: Form, error: ValidationError, field: str) -> None:
    """What a service refused, beside the field that it names, else beside this one."""
    named = error.message_dict if hasattr(error, "error_dict") else {}
    for name, sentences in ({name: found for name, found in named.items() if name in form.fields} or {field: error.messages}).items():
        form.add_error(name, sentences)


def chosen_department(organization: Organization, said: dict[str, Any], press: Press) -> Department | None:
    """The one from the list, or the new one that was typed."""
    if said["new_department"]:
        slug = slugify(said["new_department"])[:64].strip("-_").replace("_", "-")
        return create_department(organization=organization, slug=slug, name=said["new_department"], press=press)
    return said["department"]


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: StaffRequest, district: str, membership: int) -> HttpResponse:
    """Another role or department for one of them."""
    organization = get_organization_or_404(request.user, district, "manage_people")
    member = get_object_or_404(organization.memberships.select_related("person", "department"), pk=membership)
    form = RoleForm(request.POST or None, organization=organization, membership=member)
    status = 200
    if request.method == "POST":
        if form.is_valid() and change(request, organization, member, form):
            messages.success(request, f"{member.person} was changed.")
            return redirect("accounts:people", district)
        status = 422
    said = {"organization": organization, "member": member, "form": form, "shell": staff_shell(request.user, organization, "people")}
    return render(request, "accounts/person.html", said, status=status)


def change(request: StaffRequest, organization: Organization, member, form: RoleForm) -> bool:
    """Whether it was written. What is wrong stands in the form."""
    press = press_of(request)
    try:
        with transaction.atomic():
            said = form.cleaned_data
            department = chosen_department(organization, said, press)
            leads = said["leads_department"]
            set_role(membership=member, role=said["role"], department=department, leads_department=leads, press=press)
    except ValidationError as error:
        put_errors(form, error, "role")
        return False
    return True


@require_POST
def person_remove(request: StaffRequest, district: str, membership: int) -> HttpResponse:
    """The person no longer works here; asked on the person's own page."""
    organization = get_organization_or_404(request.user, district, "manage_people")
    member = get_object_or_404(organization.memberships.select_related("person"), pk=membership)
    try:
        gone = deactivate_person(membership=member, press=press_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("accounts:person", district, membership)
    messages.success(
        request, f"{gone} no longer works for {organization.name}" + ("." if gone.is_active else " and cannot sign in any more.")
    )
    return redirect("accounts:people", district) if gone.pk != request.user.pk else redirect("/my/")
