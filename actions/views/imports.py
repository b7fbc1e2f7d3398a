"""Bringing a document into a plan: upload, progress, review, yes or no."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import jobs, uploads
from accounts.jobs import Refused
from accounts.models import AuditEntry, Job, Organization
from accounts.perms import get_organization_or_404
from accounts.requests import StaffRequest, press_of
from accounts.shell import staff_shell
from accounts.uploads import UploadRefused
from actions import import_review
from actions.import_forms import ImportForm
from actions.services import reviewing
from actions.services.importing import known_statuses, sentences_of
from goals.models import Plan

SHOWN = 50
"""Imports in the list."""


@never_cache
@require_http_methods(["GET", "POST"])
def import_list(request: StaffRequest, district: str) -> HttpResponse:
    """The imports of a district, and the form for another one."""
    organization = get_organization_or_404(request.user, district, "import_plan")
    if request.method == "GET":
        return _list_page(request, organization, ImportForm(organization=organization))
    form = ImportForm(request.POST, request.FILES, organization=organization)
    if not form.is_valid():
        return _list_page(request, organization, form, status=413 if form.has_error("file", "too_large") else 422)
    file, said = form.cleaned_data["file"], form.cleaned_data
    try:
        kept = uploads.keep(file.chunks(), folder=str(organization.pk))
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _list_page(request, organization, form, status=error.status)
    job, is_new = reviewing.start_reading(
        organization=organization,
        kept=kept,
        name=file.name,
        slug=said["slug"],
        title=said["title"],
        as_of=said["as_of"],
        press=press_of(request, AuditEntry.IMPORT),
    )
    if not is_new:
        messages.info(request, "This file is here already and waits for a yes, so it was not read a second time.")
    return redirect("actions:import-detail", district, job.pk)


@never_cache
@require_GET
def import_detail(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """One import: how far it is, or what it would change."""
    organization, job = _import_or_404(request, district, pk)
    current = _current(job)
    if job.state == Job.DONE and "accepted" not in job.settings and not current.is_open:
        return _review_page(request, organization, job, failed=current.message if current.state == Job.FAILED else "")
    context = _context(request, organization, job) | {"current": current, "seen": _seen(current)}
    return render(request, "actions/import_detail.html", context)


@never_cache
@require_GET
def import_progress(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """The part that asks every second: nothing new is 204, the end is the page loaded again."""
    organization, job = _import_or_404(request, district, pk)
    current = _current(job)
    if not current.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == _seen(current):
        return HttpResponse(status=204)
    context = _context(request, organization, job) | {"current": current, "seen": _seen(current)}
    return render(request, "actions/_import_progress.html", context)


@never_cache
@require_POST
def import_accept(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """Yes to the whole. Unexplained lines need their own yes."""
    organization, job = _import_or_404(request, district, pk)
    if job.state != Job.DONE:
        return _review_or_back(
            request, organization, job, "This import is not waiting for a yes any more. Upload the file again if it shall go in."
        )
    draft = reviewing.draft_of(job)
    if draft.lines()["unexplained"] and request.POST.get("leave") != "yes":
        return _review_or_back(
            request, organization, job, "Say first that the unexplained lines shall be left out: tick the box beside the button."
        )
    if draft.counts()["action_steps"] >= reviewing.AT_ONCE:
        reviewing.start_writing(job=job, press=press_of(request, AuditEntry.IMPORT))
        return redirect("actions:import-detail", district, pk)
    try:
        imported = reviewing.accept(job=job, press=press_of(request, AuditEntry.IMPORT))
    except (Refused, ValidationError, ValueError) as error:
        return _review_or_back(request, organization, job, str(error) if isinstance(error, Refused) else sentences_of(error))
    if imported:
        messages.success(request, _accepted_words(imported.weighed.counts()))
    return redirect(_plan_address(organization, job))


@never_cache
@require_POST
def import_discard(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    _, job = _import_or_404(request, district, pk)
    if jobs.cancel(job=job, press=press_of(request, AuditEntry.IMPORT)):
        messages.success(request, "The import was discarded. Nothing was changed.")
    return redirect("actions:import-list", district)


@never_cache
@require_POST
def import_retry(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    _, job = _import_or_404(request, district, pk)
    jobs.retry(job=job, press=press_of(request, AuditEntry.IMPORT))
    return redirect("actions:import-detail", district, pk)


def _import_or_404(request: StaffRequest, district: str, pk: int) -> tuple[Organization, Job]:
    organization = get_organization_or_404(request.user, district, "import_plan")
    job = Job.objects.select_related("file", "organization", "by").filter(organization=organization, kind=reviewing.READ, pk=pk).first()
    if job is None:
        raise Http404("There is no such import.")
    return organization, job


def _current(job: Job) -> Job:
    """The job that is at work for this import: the one that reads, or later the one that writes."""
    return (reviewing.writing_of(job) if job.state == Job.DONE else None) or job


def _seen(job: Job) -> str:
    return f"{job.pk}-{job.state}-{job.position}-{job.tries}"


def _context(request: StaffRequest, organization: Organization, job: Job) -> dict:
    slug = job.settings["slug"]
    plan = Plan.objects.filter(organization=organization, slug=slug).first()
    return {
        "shell": staff_shell(request.user, organization, "imports"),
        "organization": organization,
        "job": job,
        "plan": plan,
        "plan_name": plan.title if plan else job.settings["title"] or f"a new plan, “{slug}”",
        "plan_address": _plan_address(organization, job),
        "crumbs": [("Imports", reverse("actions:import-list", args=[organization.slug])), (job.file.name if job.file else "", "")],
        "press": uuid.uuid4(),
    }


def _list_page(request: StaffRequest, organization: Organization, form: ImportForm, *, status: int = 200) -> HttpResponse:
    found = Job.objects.filter(organization=organization, kind=reviewing.READ).select_related("file", "by").defer("result")
    context = {
        "shell": staff_shell(request.user, organization, "imports"),
        "organization": organization,
        "form": form,
        "imports": found.order_by("-pk")[:SHOWN],
        "press": uuid.uuid4(),
    }
    return render(request, "actions/import_list.html", context, status=status)


def _review_page(request: StaffRequest, organization: Organization, job: Job, *, failed: str = "", status: int = 200) -> HttpResponse:
    weighed = reviewing.preview(job).weighed
    draft, statuses = weighed.draft, known_statuses(organization, job.settings["slug"])
    lines, rows = import_review.lines(draft), import_review.rows(draft, statuses)
    most = max(len(lines), len(rows), 1) if "all" in request.GET else import_review.MOST
    context = _context(request, organization, job) | {
        "draft": draft,
        "weighed": weighed,
        "counts": draft.counts(),
        "account": draft.lines(),
        "headline": import_review.headline(draft, weighed.issues),
        "tally": import_review.tally(draft, statuses),
        "doubts": import_review.doubts(weighed.issues, draft.fates),
        "changes": import_review.changes(weighed),
        "lines": lines[:most],
        "rows": rows[:most],
        "hidden": max(len(lines), len(rows)) > most,
        "failed": failed,
    }
    return render(request, "actions/import_review.html", context, status=status)


def _review_or_back(request: StaffRequest, organization: Organization, job: Job, reason: str) -> HttpResponse:
    """The review again with the reason, or the page of an import that is no longer to be reviewed."""
    if job.state == Job.DONE and "accepted" not in job.settings:
        return _review_page(request, organization, job, failed=reason, status=422)
    messages.error(request, reason)
    return redirect("actions:import-detail", organization.slug, job.pk)


def _accepted_words(counts: dict[str, int]) -> str:
    words = {"added": "new", "changed": "changed", "moved": "moved", "removed": "gone"}
    told = [f"{count:,} {words[what]}" for what, count in counts.items() if count]
    return (
        f"The document is in the plan. Action steps: {', '.join(told)}." if told else "The document is in the plan. No action step changed."
    )


def _plan_address(organization: Organization, job: Job) -> str:
    return f"/manage/{organization.slug}/{job.settings['slug']}/"
