"""The status scale of a plan: which statuses there are, in which order, what they mean, how they look."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import Press
from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, press_of
from actions import charts
from actions.manage_forms import NewStatusForm, StatusForm
from actions.models import ActionStep
from actions.status_rows import StatusRow, status_rows
from actions.views.staff import accepted, plan_context
from goals.models import Plan, Status
from goals.perms import get_plan_or_404
from goals.scale_services import change_status, new_status, place_status, restore_status, retire_status


@never_cache
@require_safe
def statuses(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """The scale as it is, with how it looks. Editors see it; whoever may publish changes it."""
    found = get_plan_or_404(request.user, district, plan, "update_any_step")
    return _page(request, found)


@never_cache
@require_POST
def status_add(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    found = get_plan_or_404(request.user, district, plan, "publish")
    form = NewStatusForm(request.POST, ladder=_ladder(found))
    if form.is_valid() and accepted(form, new_status, plan=found, press=press_of(request), **form.cleaned_data):
        messages.success(request, f"“{form.cleaned_data['name']}” can be chosen from now on.")
        return redirect("actions:statuses", district, plan)
    return _page(request, found, form, code=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status_change(request: StaffRequest, district: str, plan: str, status: int) -> HttpResponse:
    """Another name or meaning."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    row = _status_or_404(found, status)
    form = StatusForm(request.POST or None, initial={"name": row.name, "meaning": row.meaning})
    if form.is_valid() and accepted(form, change_status, status=row, press=press_of(request), **form.cleaned_data):
        messages.success(request, "Saved.")
        return redirect("actions:statuses", district, plan)
    name = Status.objects.values_list("name", flat=True).get(pk=row.pk)
    context = plan_context(request, found, "statuses", name) | {"form": form, "name": name, "status": row}
    return render(request, "actions/statuses_change.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def status_place(request: StaffRequest, district: str, plan: str, status: int) -> HttpResponse:
    """Up, down, on or off the ladder, retired or back in use: `place` says where to, so that the same press twice is one change."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    row = _status_or_404(found, status)
    try:
        said = _placing(request.POST.get("place", ""))(row, press_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _done(said))
    return redirect("actions:statuses", district, plan)


def _placing(said: str) -> Callable[[Status, Press], Status]:
    if said == "retired":
        return lambda status, press: retire_status(status=status, press=press)
    if said == "used":
        return lambda status, press: restore_status(status=status, press=press)
    if said != "off" and not (said.isascii() and said.isdecimal() and len(said) < 4):
        raise BadRequest("The form is not complete. Load the page again.")
    return lambda status, press: place_status(status=status, press=press, place=None if said == "off" else int(said))


def _done(status: Status) -> str:
    status = Status.objects.get(pk=status.pk)
    if status.is_retired:
        return f"“{status.name}” is retired: nobody can choose it any more."
    if status.rank is None:
        return f"“{status.name}” stands off the ladder now."
    return f"“{status.name}” is number {status.rank} of the ladder now, counted from the lowest."


def _status_or_404(plan: Plan, pk: int) -> Status:
    found = Status.objects.filter(scale__plan=plan, pk=pk).first()
    if found is None:
        raise Http404(NOT_HERE)
    return found


def _ladder(plan: Plan) -> list[Status]:
    return list(Status.objects.filter(scale__plan=plan, is_retired=False, rank__isnull=False).order_by("rank"))


def _page(request: StaffRequest, plan: Plan, form: NewStatusForm | None = None, *, code: int = 200) -> HttpResponse:
    counts = ActionStep.objects.present().filter(plan=plan).order_by().values("status").annotate(steps=Count("pk"))
    rows = status_rows(plan, Status.objects.filter(scale__plan=plan), {row["status"]: row["steps"] for row in counts})
    used = [row for row in rows if not row.is_retired]
    context = plan_context(request, plan, "statuses") | {
        "groups": _groups(rows),
        "bar": charts.bar([*map(_part, used), charts.Part("st0", charts.NO_STATUS, 2, 1)], subject="Two of each", large=True),
        "key": used,
        "form": form or NewStatusForm(ladder=_ladder(plan)),
    }
    return render(request, "actions/statuses.html", context, status=code)


def _groups(rows: list[StatusRow]) -> list[tuple[str, str, list[StatusRow]]]:
    """(title, what it means, rows), those without rows left out."""
    groups = [
        ("On the ladder", "From the furthest along to the lowest.", [row for row in rows if not row.is_retired and row.place is not None]),
        (
            "Off the ladder",
            "Neither further along nor behind, such as “On hold”.",
            [row for row in rows if not row.is_retired and row.place is None],
        ),
        ("Retired", "Nobody can choose them. Steps and history keep them.", [row for row in rows if row.is_retired]),
    ]
    return [group for group in groups if group[2]]


def _part(row: StatusRow) -> charts.Part:
    return charts.Part(row.look, row.name, 2, 1)
