"""The first page of a district's staff, and who leads a part of a plan."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import Press
from accounts.perms import NOT_HERE, get_organization_or_404
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from accounts.shell import staff_shell
from actions import overview
from actions.manage_forms import LeadForm
from actions.models import ActionStep, Review
from actions.picture import SEGMENTS
from actions.services.notes import hand_over
from actions.services.reviews import look_again
from actions.views.staff import accepted, plan_context
from goals.models import Level, Plan, PlanNode
from goals.perms import get_plan_or_404
from goals.services import rows_of, set_lead
from planner.lib.keys import key_of

KINDS = {segment: kind for kind, segment in SEGMENTS.items()}


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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage_lead(request: StaffRequest, district: str, plan: str, kind: str, address: str) -> HttpResponse:
    """Who leads a goal area, an objective, a strategy or a step, from a day on."""
    found = get_plan_or_404(request.user, district, plan, "update_any_step")
    row = _part_or_404(found, kind, address)
    organization = found.organization
    form = LeadForm(request.POST or None, row=row, organization=organization, today=organization.today())
    review = _open_review(found, request.GET.get("review"))
    back = f"/manage/{district}/{plan}/" + (f"reviews/{review.pk}/#section-role" if review else "")
    back = reverse("actions:today", args=[district]) if request.GET.get("from") == "today" else back
    if form.is_valid() and accepted(form, _lead, row=row, press=press_of(request), **form.cleaned_data):
        messages.success(request, f"Saved: who leads {_name(found, row)}.")
        if review and not accepted(form, look_again, review=review, node=row.pk):
            messages.info(request, "The review was closed meanwhile, so it does not show the change.")
        return redirect(back)
    context = plan_context(request, found, "steps", "Who leads") | {"form": form, "row": row, "name": _name(found, row), "back": back}
    return render(request, "actions/manage_lead.html", context, status=422 if form.is_bound else 200)


def _lead(*, row: Level, press: Press, text: str = "", **said: Any) -> None:
    """Another lead from a day on; of a step with a note for them, where one was written."""
    if text.strip() and isinstance(row, ActionStep):
        hand_over(step=row, press=press, text=text, **said)
    else:
        set_lead(row=row, press=press, **said)


def _open_review(plan: Plan, key: str | None) -> Review | None:
    """The review out of which somebody came, as long as it is open."""
    pk = key_of(key)
    return Review.objects.open().filter(plan=plan, pk=pk).first() if pk else None


def _part_or_404(plan: Plan, kind: str, address: str) -> Level:
    node = PlanNode.objects.filter(plan=plan, kind=KINDS.get(kind, ""), address=address).first()
    row = rows_of([node.pk]).get(node.pk) if node else None
    if row is None or not row.is_present:
        raise Http404(NOT_HERE)
    row.plan = plan
    return row


def _name(plan: Plan, row: Level) -> str:
    """ "action step 4.1.2" """
    word = plan.word(row.kind).lower()
    return f"{word} {row.code}" if row.code else f"the {word} “{row.title}”"
