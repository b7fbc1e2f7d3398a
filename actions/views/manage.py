"""The first page of a district's staff."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.perms import get_organization_or_404
from accounts.requests import StaffRequest
from accounts.roles import may
from accounts.shell import staff_shell
from actions import overview


@never_cache
@require_safe
def manage_home(request: StaffRequest, district: str) -> HttpResponse:
    """The plans of a district or school in a sentence each, and what waits for somebody."""
    organization = get_organization_or_404(request.user, district)
    role = request.user.role_in(organization)
    may_import = may(role, "import_plan")
    context = {
        "shell": staff_shell(request.user, organization, "plans"),
        "organization": organization,
        "plans": overview.plan_lines(organization),
        "waiting": overview.waiting_imports(organization) if may_import else [],
        "below": overview.below(organization),
        "may_import": may_import,
        "may_edit": may(role, "update_any_step"),
        "may_publish": may(role, "publish"),
        "may_manage_people": may(role, "manage_people"),
    }
    return render(request, "actions/manage_home.html", context)
