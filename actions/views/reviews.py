"""Reviews of a plan for those who work on it: everybody of the organization reads them, editors open, write and hold them."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from actions.models import ActionStep, Review, ReviewItem, ReviewRhythm, ReviewTask
from actions.perms import departments_of
from actions.review_forms import ROLES, ItemForm, PartForm, ReviewForm, TaskForm, took_rows
from actions.review_pages import Page, Row, line_of, parts_of, review_page
from actions.services import review_tasks
from actions.services import reviews as services
from actions.services.reviews import MovedOn
from actions.views.staff import accepted, plan_context, put_errors
from actions.writing.minutes import render_minutes
from actions.writing.pdf import PdfFailed
from goals.models import Plan
from goals.perms import get_plan_or_404
from goals.wording_services import Reworded, standing_wording
from planner.lib.dates import us_date
from planner.lib.keys import key_of

WRITE = "update_any_step"


def _plan(request: StaffRequest, district: str, plan: str, ability: str = WRITE) -> Plan:
    return get_plan_or_404(request.user, district, plan, ability)


def _review(plan: Plan, pk: int) -> Review:
    found = Review.objects.select_related("opened_by", "held_by", "cycle").filter(plan=plan, pk=pk).first()
    if found is None:
        raise Http404(NOT_HERE)
    found.plan = plan
    return found


def _open_or_back(request: StaffRequest, review: Review) -> HttpResponse | None:
    """Sends those on who come too late."""
    if not review.is_held:
        return None
    messages.info(request, "This review is over, so nothing of it can be changed any more.")
    return _to(review)


def _to(review: Review, anchor: str = "") -> HttpResponse:
    response = redirect("actions:review-detail", review.plan.organization.slug, review.plan.slug, review.pk)
    response["Location"] += anchor
    return response


def _context(request: StaffRequest, review: Review, here: str = "") -> dict[str, Any]:
    context = plan_context(request, review.plan, "reviews", here or f"{review.get_kind_display()}, {us_date(review.on)}")
    if here:
        crumb = (f"{review.get_kind_display()}, {us_date(review.on)}", f"{context['base']}reviews/{review.pk}/")
        context["crumbs"] = [*context["crumbs"][:-1], crumb, context["crumbs"][-1]]
    return context | {"review": review}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_list(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """The reviews of a plan, the newest first. A press opens one of a cycle or the yearly one."""
    found = _plan(request, district, plan, "see_plan" if request.method != "POST" else WRITE)
    if request.method == "POST":
        kind = Review.YEARLY if request.POST.get("kind") == Review.YEARLY else Review.REGULAR
        day = max(services.announced_day(found) or date.min, found.organization.today()) if kind == Review.YEARLY else None
        return _to(services.open_review(plan=found, kind=kind, press=press_of(request), on=day))
    rows = list(Review.objects.filter(plan=found).prefetch_related("participants", "items", "tasks"))
    there = {row.kind for row in rows if not row.is_held}
    context = plan_context(request, found, "reviews") | {
        "reviews": [line_of(row) for row in rows],
        "kinds": [(kind, words) for kind, words in Review.KINDS if kind not in there],
        "may_write": may(request.user.role_in(found.organization), WRITE),
        "rhythm": ReviewRhythm.objects.filter(pk=found.pk).first(),
        "today": found.organization.today(),
        "announced": services.announced_day(found) if Review.YEARLY not in there else None,
    }
    return render(request, "actions/review_list.html", context)


@never_cache
@require_safe
def review_detail(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """A review as it stands: agenda, findings, decisions, tasks, who took part."""
    found = _review(_plan(request, district, plan, "see_plan"), review)
    role = request.user.role_in(found.plan.organization)
    page = review_page(found)
    may_write = may(role, WRITE)
    mine = departments_of(request.user)
    may_own = may(role, "update_own_steps")
    tasks = [(task, may_write or (may_own and (task.person_id == request.user.pk or task.department_id in mine))) for task in page.tasks]
    context = _context(request, found) | {"page": page, "tasks": tasks, "may_write": may_write and not found.is_held}
    if context["may_write"]:
        context["part_form"] = PartForm(parts=parts_of(found.plan))
    return render(request, "actions/review_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_edit(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """Its day, what came of it as a whole, who took part."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, initial={"on": found.on, "summary": found.summary, "note": found.note})
    rows = took_rows(data, found)
    if data is not None and form.is_valid() & rows.is_valid():
        said = {"participants": rows.took(), **form.cleaned_data}
        if accepted(form, services.write_review, review=found, press=press_of(request), **said):
            messages.success(request, "Saved.")
            if "more" in request.POST:
                return redirect("actions:review-edit", district, plan, found.pk)
            return _to(found)
    context = _context(request, found, "Day and people") | {"form": form, "rows": rows, "roles": ROLES}
    return render(request, "actions/review_edit.html", context, status=422 if data is not None else 200)


@never_cache
@require_POST
def review_refresh(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """Look at the data anew; what somebody said stays."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    services.refresh_agenda(review=found, press=press_of(request))
    messages.success(request, "The agenda is up to date. What was found and decided stays.")
    return _to(found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_item(request: StaffRequest, district: str, plan: str, review: int, item: int) -> HttpResponse:
    """One item: what the data say, what was found, what was decided; then the next one."""
    found = _review(_plan(request, district, plan), review)
    page = review_page(found)
    row = page.find(item)
    if row is None:
        raise Http404(NOT_HERE)
    if back := _open_or_back(request, found):
        return back
    if "quick" in request.POST:
        return _quick(request, row.item)
    form, theirs = _item_form(request, row.item), None
    if request.method == "POST" and form.is_valid():
        try:
            due, words, version = form.new_due(), form.new_words(), form.cleaned_data["version"]
            services.decide_and_change(
                item=row.item, press=press_of(request), due=due, words=words, expected_version=version, **form.said()
            )
        except (MovedOn, Reworded) as conflict:
            theirs = conflict
            form = _item_form(request, row.item, version=getattr(conflict, "item", row.item).version)
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _after(request, page, row, found)
    status = 409 if theirs else 422 if form.is_bound else 200
    place = page.rows.index(row) + 1
    context = _context(request, found, row.name[:60]) | {"form": form, "row": row, "page": page, "place": place}
    context |= {"theirs": getattr(theirs, "item", None), "reworded": getattr(theirs, "standing", None)}
    context["is_worded"] = row.item.section == ReviewItem.WORDING or form.is_bound
    return render(request, "actions/review_item.html", context, status=status)


def _item_form(request: StaffRequest, item: ReviewItem, version: int | None = None) -> ItemForm:
    """The form of an item. With `version` as it comes back after somebody was quicker: saving it again is the choice for what was typed."""
    due = ActionStep.objects.filter(pk=item.node_id).values_list("due", flat=True).first()
    wording = standing_wording(item.node_id)
    if version is None:
        return ItemForm(request.POST or None, item=item, due=due, wording=wording)
    return ItemForm({**request.POST.dict(), "version": version, "seen": wording.pk}, item=item, due=due, wording=wording)


@never_cache
@require_POST
def review_put_on(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """A part of the plan that the data do not bring up; then its item."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    form = PartForm(request.POST, parts=parts_of(found.plan))
    if not form.is_valid():
        messages.error(request, "Choose a part of the plan first.")
        return _to(found, "#put-on")
    item = services.put_on(review=found, node=form.cleaned_data["part"], press=press_of(request))
    return redirect("actions:review-item", district, plan, found.pk, item.pk)


def _quick(request: StaffRequest, item: ReviewItem) -> HttpResponse:
    """A decision by one press in the list. What was written stays."""
    decision = request.POST["quick"]
    if decision in dict(ReviewItem.DECISIONS):
        services.decide(item=item, press=press_of(request), decision=decision)
    return _to(item.review, f"#item-{item.pk}")


def _after(request: StaffRequest, page: Page, row: Row, review: Review) -> HttpResponse:
    messages.success(request, "Saved.")
    following = page.after(row)
    if "next" in request.POST and following:
        return redirect("actions:review-item", review.plan.organization.slug, review.plan.slug, review.pk, following.item.pk)
    return _to(review, f"#item-{row.item.pk}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """Something that somebody is to do; with ?item= out of an item."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    key = key_of(request.GET.get("item"))
    item = found.items.filter(pk=key).first() if key else None
    form = TaskForm(request.POST or None, organization=found.plan.organization)
    if form.is_valid() and accepted(form, review_tasks.add_task, review=found, press=press_of(request), item=item, **form.said()):
        messages.success(request, "Saved: the task stands below, and in the dates of whoever does it.")
        return _to(found, "#tasks")
    context = _context(request, found, "A task") | {"form": form, "item": item}
    return render(request, "actions/review_task.html", context, status=422 if form.is_bound else 200)


def _task(review: Review, pk: int) -> ReviewTask:
    task = ReviewTask.objects.filter(review=review, pk=pk).first()
    if task is None:
        raise Http404(NOT_HERE)
    task.review = review
    return task


@never_cache
@require_POST
def task_done(request: StaffRequest, district: str, plan: str, review: int, task: int) -> HttpResponse:
    """Done, or not after all: by editors and by whoever is to do it, also when the review is over."""
    found = _review(_plan(request, district, plan, "update_own_steps"), review)
    row = _task(found, task)
    is_mine = row.person_id == request.user.pk or row.department_id in departments_of(request.user)
    if not is_mine and not may(request.user.role_in(found.plan.organization), WRITE):
        raise PermissionDenied("Whoever is to do it says that it is done, or an editor.")
    is_done = request.POST.get("done") != "no"
    review_tasks.finish_task(task=row, press=press_of(request), is_done=is_done)
    messages.success(request, "Done." if is_done else "The task is open again.")
    return _to(found, "#tasks")


@never_cache
@require_POST
def task_remove(request: StaffRequest, district: str, plan: str, review: int, task: int) -> HttpResponse:
    found = _review(_plan(request, district, plan), review)
    row = _task(found, task)
    if back := _open_or_back(request, found):
        return back
    review_tasks.remove_task(task=row, press=press_of(request))
    messages.success(request, f"Removed: {row.text}")
    return _to(found, "#tasks")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_hold(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """Close it for good, after a question."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    short = services.missing_for(found)
    if request.method == "POST" and not short:
        services.hold_review(review=found, press=press_of(request))
        messages.success(request, "The review is held. It reads the same for ever.")
        return _to(found)
    shown = ReviewRhythm.objects.filter(pk=found.plan_id, reviews_are_public=True).exists() and found.plan.visibility == Plan.LIVE
    context = _context(request, found, "Close it for good") | {"short": short, "page": review_page(found), "is_shown": shown}
    return render(request, "actions/review_hold.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_discard(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """Take an open review away, after a question."""
    found = _review(_plan(request, district, plan), review)
    if back := _open_or_back(request, found):
        return back
    if request.method == "POST":
        services.discard_review(review=found, press=press_of(request))
        messages.success(request, "The review was taken away.")
        return redirect("actions:review-list", district, plan)
    return render(request, "actions/review_discard.html", _context(request, found, "Take it away") | {"press": uuid.uuid4()})


@never_cache
@require_safe
def review_minutes(request: StaffRequest, district: str, plan: str, review: int) -> HttpResponse:
    """The minutes as PDF; of an open review as they stand, marked so."""
    found = _review(_plan(request, district, plan, "see_plan"), review)
    try:
        made = render_minutes(review_page(found))
    except PdfFailed as error:
        return HttpResponse(f"{error}\n", status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{plan}-minutes-{found.on.isoformat()}.pdf"'
    return response
