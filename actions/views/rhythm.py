"""How often a plan is gone through, how much of it was confirmed, and the mails that ask for it. Editors see to it; what visitors see, cabinet members decide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from actions import rhythms
from actions.models import ReviewRhythm, SchoolBreak
from actions.rhythm_forms import BreakForm, RhythmForm
from actions.services.cycles import add_break, remove_break, set_rhythm
from actions.views.staff import accepted, plan_context
from goals.models import Plan
from goals.perms import get_plan_or_404
from planner.lib.dates import us_date
from planner.lib.keys import key_of

ABILITY = "update_any_step"


@never_cache
@require_safe
def rhythm(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """Cycles, their freshness, what comes next, breaks, and whether reminders go out."""
    found = get_plan_or_404(request.user, district, plan, ABILITY)
    today = found.organization.today()
    standing = ReviewRhythm.objects.select_related("contact").filter(pk=found.pk).first()
    context = plan_context(request, found, "rhythm") | {
        "rhythm": standing,
        "is_running": bool(standing and standing.is_on and found.stage == Plan.ADOPTED),
        "is_adopted": found.stage == Plan.ADOPTED,
        "freshness": rhythms.freshness(found, today),
        "coming": rhythms.coming(standing, today) if standing else [],
        "ladder": rhythms.ladder_words(standing) if standing else "",
        "breaks": rhythms.breaks_around(found.organization, today),
        "pulse": rhythms.pulse(found.organization),
        "troubled": rhythms.troubled_count(found),
        "mails_says": rhythms.mails(found).says,
    }
    return render(request, "actions/rhythm.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rhythm_set(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """How often a plan is gone through, and who hears when."""
    found = get_plan_or_404(request.user, district, plan, ABILITY)
    may_publish = may(request.user.role_in(found.organization), "publish")
    form = RhythmForm(request.POST or None, plan=found, may_publish=may_publish)
    if form.is_valid() and accepted(form, set_rhythm, plan=found, press=press_of(request), **form.changes()):
        messages.success(request, "Saved. What was sent and closed before stays as it is.")
        return redirect("actions:rhythm", district, plan)
    context = plan_context(request, found, "rhythm", "Set the rhythm") | {"form": form, "may_publish": may_publish}
    return render(request, "actions/rhythm_set.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def rhythm_mails(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """The ledger: what was planned, sent, refused; newest first, a page at a time."""
    found = get_plan_or_404(request.user, district, plan, ABILITY)
    ledger = rhythms.mails(found, request.GET.get("state", ""), key_of(request.GET.get("before")))
    context = plan_context(request, found, "rhythm", "Mails") | {"mails": ledger, "pulse": rhythms.pulse(found.organization)}
    return render(request, "actions/rhythm_mails.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def break_add(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """Days on which nobody of the organization is written to."""
    found = get_plan_or_404(request.user, district, plan, ABILITY)
    form = BreakForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        add_break(organization=found.organization, press=press_of(request), **said)
        messages.success(request, f"Saved: {said['name']}. What is due in it goes out on the next working day.")
        return redirect("actions:rhythm", district, plan)
    context = plan_context(request, found, "rhythm", "A break") | {"form": form}
    return render(request, "actions/rhythm_break.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def break_remove(request: StaffRequest, district: str, plan: str, school_break: int) -> HttpResponse:
    """Take a break of this organization out again."""
    found = get_plan_or_404(request.user, district, plan, ABILITY)
    row = SchoolBreak.objects.filter(organization=found.organization, pk=school_break).first()
    if row is None:
        raise Http404(NOT_HERE)
    remove_break(school_break=row, press=press_of(request))
    messages.success(
        request, f"Removed: {row.name}, {us_date(row.starts_on)} to {us_date(row.ends_on)}. Add it again if that was a mistake."
    )
    return redirect("actions:rhythm", district, plan)
