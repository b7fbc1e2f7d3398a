"""Correcting a wrong e-mail address: the administrator's page, and the one behind the mail to the new address."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import addresses
from accounts.forms import AddressForm
from accounts.links import password_path, send_address_mails
from accounts.models import AddressChange, Membership
from accounts.perms import get_organization_or_404
from accounts.requests import StaffRequest, form_press, press_of
from accounts.shell import staff_shell
from accounts.views import put_errors


@require_http_methods(["GET", "HEAD", "POST"])
def person_address(request: StaffRequest, district: str, membership: int) -> HttpResponse:
    """Another address for somebody who works here, or the old one again while the new one is not confirmed."""
    organization = get_organization_or_404(request.user, district, "manage_people")
    member = get_object_or_404(organization.memberships.select_related("person"), pk=membership)
    form, status = AddressForm(request.POST or None), 200
    if request.method == "POST":
        if _taken_back(request, member) if "take_back" in request.POST else form.is_valid() and _corrected(request, member, form):
            return redirect("accounts:people", district)
        status = 422
    said = {
        "organization": organization,
        "member": member,
        "form": form,
        "change": addresses.open_change(member.person),
        "why_not": addresses.why_not(request.user, member.person),
        "before": AddressChange.objects.filter(person=member.person).exclude(ended_at=None).select_related("by").order_by("-pk")[:10],
        "press": uuid.uuid4(),
        "shell": staff_shell(request.user, organization, "people"),
    }
    return render(request, "accounts/address.html", said, status=status)


def _corrected(request: StaffRequest, member: Membership, form: AddressForm) -> bool:
    """Whether it was written and mailed. What is wrong stands in the form."""
    try:
        change, is_new = addresses.correct_address(membership=member, email=form.cleaned_data["email"], press=press_of(request))
    except ValidationError as error:
        put_errors(form, error, "email")
        return False
    if is_new:
        _mail(request, change)
    return True


def _mail(request: StaffRequest, change: AddressChange) -> None:
    try:
        send_address_mails(change=change, site=f"{request.scheme}://{request.get_host()}")
    except OSError:
        messages.warning(request, f"The mail to {change.new_email} could not be sent. Correct the address once more in a while.")
    else:
        messages.success(request, f"{change.new_email} gets a mail, and is to confirm it.")


def _taken_back(request: StaffRequest, member: Membership) -> bool:
    try:
        change = addresses.take_back(person=member.person, press=press_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"{change.old_email} holds again. “Forgot your password?” on the sign-in page brings a new password there."
        )
    return True


@login_not_required  # who has the mail to the new address has no account that works
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """ "This is my address": one press. Looking changes nothing, since mail scanners open links."""
    change = addresses.change_of(token, seconds=settings.PASSWORD_RESET_TIMEOUT)
    said: dict[str, Any] = {"change": change, "press": uuid.uuid4()}
    status = 200 if change else 404
    if change and request.method == "POST" and not change.is_confirmed:
        try:
            said["is_done"] = addresses.confirm_address(change=change, press_id=form_press(request))
            change.person.refresh_from_db()
            said["password"] = password_path(change.person) if said["is_done"] else ""
        except ValidationError:
            said["change"], status = None, 404
    answer = render(request, "accounts/address_confirm.html", said, status=status)
    answer.headers["Referrer-Policy"] = "strict-origin"  # the address with its token goes nowhere, and the form's check holds
    return answer
