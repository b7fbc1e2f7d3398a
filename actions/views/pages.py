"""The lists of steps as whole pages: my steps, my department, and a plan's tree. Shown when asked for, and again where a press could not be carried out."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from accounts.requests import StaffRequest
from accounts.roles import may
from accounts.shell import home_of, staff_shell
from actions import plan_desks
from actions.desk_rows import Desk
from actions.perms import departments_led_by
from actions.services import asks, notes
from actions.views import answers
from actions.views.staff import plan_context
from actions.words import joined
from goals.models import Plan

MOST_PLANS = 50
"""Of the plans offered to somebody who leads nothing."""


def my_page(request: StaffRequest, desk: Desk, *, status: int = 200, **more: Any) -> HttpResponse:
    waits = len(asks.awaiting(request.user)) + notes.unseen(request.user).count()
    context = {"desk": desk, "shell": staff_shell(request.user, home_of(request.user), "my"), "waits": waits} | more
    if not desk.rows:
        plans = Plan.objects.of(request.user).exclude(stage=Plan.CLOSED).select_related("organization__parent__parent")[:MOST_PLANS]
        context["plans"] = [(plan, may(request.user.role_in(plan.organization), "update_any_step")) for plan in plans]
    return answers.part(request, "actions/my_steps.html", context, status)


def department_page(request: StaffRequest, desk: Desk, *, status: int = 200, **more: Any) -> HttpResponse:
    names = sorted({member.department.name for member in departments_led_by(request.user) if member.department})
    context = {
        "desk": desk,
        "departments": joined(names) if names else "",
        "shell": staff_shell(request.user, home_of(request.user), "department"),
    }
    return answers.part(request, "actions/my_department.html", context | more, status)


def plan_page(request: StaffRequest, found: Plan, desk: Desk, *, status: int = 200, **more: Any) -> HttpResponse:
    assert desk.picture is not None
    context = plan_context(request, found, "steps") | {
        "desk": desk,
        "public": f"/{found.organization.slug}/{found.slug}/" if found.is_public else "",
        "imports": reverse("actions:import-list", args=[found.organization.slug])
        if may(request.user.role_in(found.organization), "import_plan")
        else "",
        "narrow": plan_desks.narrowed(QueryDict(desk.back.partition("?")[2]), desk.picture),
        "statuses": desk.picture.statuses,
        "goals": [(area.address, f"{area.code} {area.title}".strip()) for area in desk.picture.areas],
        "shown": sum(1 for _ in desk.shown()),
        "pickable": sum(row.may_update for row in desk.shown()),
        "total": len(desk.rows),
        "has_own": 0 < sum(row.may_update for row in desk.rows.values()) < len(desk.rows),
    }
    return answers.part(request, "actions/plan.html", context | more, status)
