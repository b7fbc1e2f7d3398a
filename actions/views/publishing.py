"""What visitors see of a plan, what it calls things, and its progress reports. Editors look; cabinet members and administrators change."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, press_of
from actions.models import ProgressReport
from actions.publishing_forms import DetailsForm, PublishForm, ThroughForm, VisibilityForm, WithdrawForm
from actions.publishing_words import confirm_words, now_words, stage_choices, visibility_choices
from actions.report_preview import preview
from actions.services.publishing import MovedOn, publish_report, withdraw_report
from actions.views.staff import plan_context, put_errors
from goals.models import LEVEL_WORDS, Plan
from goals.perms import get_plan_or_404
from goals.services import change_plan
from planner.lib.dates import us_date


@never_cache
@require_safe
def publish(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """What visitors see now, in words; the plan's reports; the ways to change it."""
    found = get_plan_or_404(request.user, district, plan, "update_any_step")
    reports = list(found.reports.select_related("notice__replacement").defer("canonical").order_by("-through", "-pk"))
    standing = [report for report in reports if report.is_standing]
    context = plan_context(request, found, "publishing") | {
        "now": now_words(found, standing),
        "reports": reports,
        "levels": [(usual, found.word(level)) for level, usual in LEVEL_WORDS.items()],
    }
    return render(request, "actions/publish.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_visibility(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """Stage and visibility. Another visibility is asked about once more, with what it means, before it is so."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    form = VisibilityForm(request.POST or None, initial={"stage": found.stage, "visibility": found.visibility})
    if request.method != "POST" or not form.is_valid():
        return _visibility_page(request, found, form)
    said, press = form.cleaned_data, press_of(request)
    if said["visibility"] != found.visibility and request.POST.get("confirm") != said["visibility"]:
        context = plan_context(request, found, "publishing", "Stage and visibility") | {
            "said": said,
            "ask": confirm_words(found, said["stage"], said["visibility"], found.reports.standing().count()),
            "press": press.id,
        }
        return render(request, "actions/publish_confirm.html", context)
    change_plan(plan=found, press=press, **said)
    messages.success(
        request, f"{found.title}: {dict(Plan.STAGES)[said['stage']].lower()}, {dict(Plan.VISIBILITIES)[said['visibility']].lower()}."
    )
    return redirect("actions:publish", district, plan)


def _visibility_page(request: StaffRequest, plan: Plan, form: VisibilityForm) -> HttpResponse:
    context = plan_context(request, plan, "publishing", "Stage and visibility") | {
        "form": form,
        "stages": stage_choices(form["stage"].value()),
        "visibilities": visibility_choices(form["visibility"].value()),
    }
    return render(request, "actions/publish_visibility.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_details(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """Title, description, words for levels, review interval, names."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    title = found.title
    form = DetailsForm(request.POST or None, plan=found)
    if request.method == "POST" and form.is_valid():
        change_plan(plan=found, press=press_of(request), **form.changes())
        messages.success(request, "Saved. Everybody sees it at once; published reports keep the words that they have.")
        return redirect("actions:publish", district, plan)
    found.title = title  # a form of a model writes into its row, also what it then refuses
    context = plan_context(request, found, "publishing", "Words and rules") | {"form": form}
    return render(request, "actions/publish_details.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_through(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """A report through a day: looked at first (GET), then published for good (POST)."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    if request.method == "POST":
        return _publish(request, found)
    asked = ThroughForm(request.GET if "through" in request.GET else None, today=found.organization.today())
    return _through_page(request, found, asked)


def _publish(request: StaffRequest, plan: Plan) -> HttpResponse:
    asked = ThroughForm(request.POST, today=plan.organization.today())
    press = press_of(request)
    if not asked.is_valid():
        return _through_page(request, plan, asked, status=422)
    day = asked.cleaned_data["through"]
    if not plan.reports.filter(press=press.id).exists():
        form = PublishForm(request.POST, today=asked.today, replaces=plan.reports.standing().filter(through=day).exists())
        if not form.is_valid():
            return _through_page(request, plan, asked, form=form, status=422)
    before = plan.reports.count()
    try:
        report = publish_report(
            plan=plan, through=day, press=press, reason=request.POST.get("reason", "").strip(), seen=request.POST.get("seen", "")
        )
    except MovedOn:
        return _through_page(request, plan, asked, has_moved=True, status=409)
    except ValidationError as error:
        put_errors(asked, error)
        return _through_page(request, plan, asked, status=422)
    is_new = plan.reports.count() > before
    messages.success(request, f"{'Published' if is_new else 'It was published already'}: progress through {us_date(report.through)}.")
    return redirect("actions:publish", plan.organization.slug, plan.slug)


def _through_page(
    request: StaffRequest, plan: Plan, asked: ThroughForm, *, form: PublishForm | None = None, has_moved: bool = False, status: int = 200
) -> HttpResponse:
    """The day asked for, and below it what the report would say, with the press that publishes it."""
    day = asked.cleaned_data["through"] if asked.is_bound and asked.is_valid() else None if asked.is_bound else asked.today
    seen = None
    try:
        seen = preview(plan, day) if day else None
    except ValidationError as error:
        if asked.is_bound:
            put_errors(asked, error)
        else:
            asked = ThroughForm({"through": day}, today=asked.today)
            asked.is_valid()
            put_errors(asked, error)
    context = plan_context(request, plan, "publishing", "A progress report") | {"asked": asked, "preview": seen, "has_moved": has_moved}
    if seen:
        said = {"through": seen.picture.as_of.isoformat(), "seen": seen.seen, "reason": request.POST.get("reason", "")}
        context["form"] = form or PublishForm(initial=said, today=asked.today, replaces=seen.standing is not None)
        context["changes"] = f"/{plan.organization.slug}/{plan.slug}/changes/?" + urlencode(
            {"since": str(seen.before.through), "as_of": str(seen.picture.as_of)} if seen.before else {}
        )
    return render(request, "actions/publish_through.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_withdraw(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """Say on a report's page that it no longer holds, and why."""
    found = get_plan_or_404(request.user, district, plan, "publish")
    report = ProgressReport.objects.filter(plan=found, address=address).select_related("plan", "notice").first()
    if report is None:
        raise Http404(NOT_HERE)
    if not report.is_standing:
        messages.info(request, f"{report} does not stand any more, so there is nothing to withdraw.")
        return redirect("actions:publish", district, plan)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_report(report=report, press=press_of(request), reason=form.cleaned_data["reason"])
        messages.success(request, f"Withdrawn: progress through {us_date(report.through)}. Its page stays and says why.")
        return redirect("actions:publish", district, plan)
    context = plan_context(request, found, "publishing", "Withdraw a report") | {"report": report, "form": form}
    return render(request, "actions/publish_withdraw.html", context, status=422 if form.is_bound else 200)
