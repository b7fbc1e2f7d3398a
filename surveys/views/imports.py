"""Bringing a file of answers or published figures into a survey: upload, progress, preview, corrections, yes or no."""

import csv
import json
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
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
from planner.lib.apostrophes import guarded
from surveys import file_matching, import_review
from surveys.forms import BringForm, FileForm, FileMatchForm, PastedForm, QuestionForm, SurveyFields, TypedForm
from surveys.import_review import Question
from surveys.models import Choice, SurveyImport
from surveys.perms import get_import_or_404
from surveys.reading.issues import NotASurvey
from surveys.services import previewing, reviewing, typed
from surveys.services.importing import survey_of

PUBLISHED = {"format": "published"}


@never_cache
@require_http_methods(["GET", "POST"])
def import_new(request: StaffRequest, district: str) -> HttpResponse:
    """The form for a file."""
    organization = get_organization_or_404(request.user, district, "import_survey")
    if request.method == "GET":
        return _new_page(request, organization, BringForm(organization=organization, initial=request.GET.dict()))
    form = BringForm(request.POST, request.FILES, organization=organization)
    if not form.is_valid():
        return _new_page(request, organization, form, status=413 if form.has_error("file", "too_large") else 422)
    file = form.cleaned_data["file"]
    try:
        return _start(request, organization, form, file.chunks(), name=file.name)
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _new_page(request, organization, form, status=error.status)


@never_cache
@require_http_methods(["GET", "POST"])
def import_figures(request: StaffRequest, district: str) -> HttpResponse:
    """Published figures: the table of one group typed in, or a text pasted. Both become a file and go the way of files."""
    organization = get_organization_or_404(request.user, district, "import_survey")
    is_typed = request.method == "POST" and request.POST.get("way") == "typed"
    is_pasted = request.method == "POST" and not is_typed
    typing = TypedForm(request.POST if is_typed else None, organization=organization, auto_id="typed_%s")
    pasting = PastedForm(request.POST if is_pasted else None, organization=organization, auto_id="pasted_%s")
    form = typing if is_typed else pasting
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if is_pasted:
                return _start(request, organization, pasting, [said["text"].encode()], name=f"{said['source']}.txt", mapping=PUBLISHED)
            survey = survey_of(organization, said["slug"])
            if typed.may_be_typed(survey):
                content = typed.as_file(survey, **{key: said[key] for key in ("group", "respondents", "question", "rows")})
                return _start(request, organization, typing, [content], name=f"{said['source']}.csv", mapping=PUBLISHED)
            typing.add_error("survey", typed.WITH_THEMES)
        except UploadRefused as error:
            form.add_error(None, str(error))
    context = {
        "shell": staff_shell(request.user, organization, "surveys"),
        "organization": organization,
        "typing": typing,
        "pasting": pasting,
        "crumbs": [("Surveys", reverse("surveys:survey-list", args=[district])), ("Published figures", "")],
        "press": uuid.uuid4(),
    }
    return render(request, "surveys/import_figures.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def import_detail(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """One import: how far it is, the preview, or what came of it."""
    organization, job = get_import_or_404(request.user, district, pk)
    writing = reviewing.writing_of(job)
    if job.state == Job.DONE and not reviewing.is_taken(writing):
        return _review_page(request, organization, job, failed=writing.message if writing and writing.state == Job.FAILED else "")
    current = writing if writing and job.state == Job.DONE else job
    return render(request, "surveys/import_detail.html", _context(request, organization, job) | _progress(job, current))


@never_cache
@require_GET
def import_progress(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """The part that asks every second: nothing new is 204, the end is the page loaded again."""
    organization, job = get_import_or_404(request.user, district, pk)
    current = (reviewing.writing_of(job) if job.state == Job.DONE else None) or job
    if not current.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"organization": organization, "job": job} | _progress(job, current)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "surveys/_import_progress.html", context)


@never_cache
@require_POST
def import_accept(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """Yes to the whole: what counts already is added to or replaced, in words that the page gives."""
    organization, job = get_import_or_404(request.user, district, pk)
    if objection := _objection(request, organization, job):
        return _review_or_back(request, organization, job, objection)
    try:
        reviewing.accept(job=job, press=press_of(request, AuditEntry.IMPORT), replace=request.POST.get("how") == "replace")
    except Refused as error:
        return _review_or_back(request, organization, job, str(error))
    return redirect("surveys:import-detail", district, pk)


@never_cache
@require_POST
def import_discard(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    _, job = get_import_or_404(request.user, district, pk)
    if reviewing.give_up(job=job, press=press_of(request, AuditEntry.IMPORT)):
        messages.success(request, "The import was discarded. Nothing of it is in the survey.")
    return redirect("surveys:survey-list", district)


@never_cache
@require_POST
def import_retry(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """Try once more what failed: storing goes on where it stopped."""
    _, job = get_import_or_404(request.user, district, pk)
    failed = (reviewing.writing_of(job) if job.state == Job.DONE else None) or job
    jobs.retry(job=failed, press=press_of(request, AuditEntry.IMPORT))
    return redirect("surveys:import-detail", district, pk)


@never_cache
@require_POST
def import_correct(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """A correction of the file as a whole: another format, the other reading of a doubt, or the last correction taken back."""
    organization, job = get_import_or_404(request.user, district, pk)
    mapping, said = job.settings.get("mapping", {}), request.POST
    if "back" in said:
        return _read_again(request, organization, job, job.settings.get("before", {}))
    if "again" in said:
        return _read_again(request, organization, job, mapping)
    if job.result is None:
        return _review_or_back(request, organization, job, "The file was not read yet. Wait until that has ended.")
    if "swap" in said:
        n = int(said["swap"]) if said["swap"].isdecimal() and len(said["swap"]) < 6 else -1
        summary = previewing.in_order(job.result)
        new = import_review.swapped(mapping, summary, n) if 0 <= n < len(summary["issues"]) else None
        if new is None:
            return _review_or_back(request, organization, job, "There is no other reading of this any more. Look at the preview again.")
        return _read_again(request, organization, job, new)
    form = FileForm(said, sheets=job.result.get("sheets", []))
    if not form.is_valid():
        return _review_or_back(request, organization, job, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return _read_again(request, organization, job, form.corrected(mapping))


@never_cache
@require_http_methods(["GET", "POST"])
def import_question(request: StaffRequest, district: str, pk: int, column: int) -> HttpResponse:
    """One question of the file, with everything about it that can be corrected."""
    organization, job = get_import_or_404(request.user, district, pk)
    if job.result is None or job.state != Job.DONE or reviewing.is_taken(reviewing.writing_of(job)):
        messages.error(request, "This import is not waiting for corrections. What became of it stands here.")
        return redirect("surveys:import-detail", district, pk)
    mapping, summary = job.settings.get("mapping", {}), previewing.in_order(job.result)
    question = next((q for q in import_review.questions(summary, mapping) if column in q.columns), None)
    if question is None:
        raise Http404("The file has no such column.")
    form = QuestionForm(request.POST if request.method == "POST" else None, question=question)
    if request.method == "POST":
        if "reset" in request.POST:
            return _read_again(request, organization, job, import_review.without_entry(mapping, question))
        if form.is_valid():
            return _read_again(request, organization, job, form.corrected(mapping, summary))
    return _question_page(request, organization, job, question, form)


@never_cache
@require_http_methods(["GET", "POST"])
def import_matching(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """A further file of a survey, in another language or from another form, beside the questions that the survey has."""
    organization, job = get_import_or_404(request.user, district, pk)
    survey = survey_of(organization, job.settings["survey"])
    known = reviewing.known_questions(survey) if survey else []
    is_waiting = job.state == Job.DONE and not reviewing.is_taken(reviewing.writing_of(job))
    if not known or not is_waiting or job.result is None or job.result["summary"]["format"] == "published":
        messages.error(request, "There is nothing to match: the survey has no questions yet, or this import does not wait for corrections.")
        return redirect("surveys:import-detail", district, pk)
    mapping, summary = job.settings.get("mapping", {}), previewing.in_order(job.result)
    pairs = file_matching.pairs(summary, mapping, known)
    form = FileMatchForm(request.POST if request.method == "POST" else None, pairs=pairs)
    if request.method == "POST" and form.is_valid():
        return _read_again(request, organization, job, file_matching.corrected(mapping, summary, pairs, form.said()))
    context = _context(request, organization, job)
    context["crumbs"][-1] = (context["crumbs"][-1][0], reverse("surveys:import-detail", args=[organization.slug, job.pk]))
    context["crumbs"].append(("Match it with the survey", ""))
    context |= {"form": form, "by_place": any(pair.by_place for pair in pairs)}
    return render(request, "surveys/import_matching.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def import_mapping(request: StaffRequest, district: str, pk: int) -> HttpResponse:
    """How the columns were understood, as the file that import_survey takes with --mapping."""
    _, job = get_import_or_404(request.user, district, pk)
    if job.result is None:
        raise Http404("The file was not read yet.")
    body = json.dumps(job.result["summary"]["mapping"], ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="mapping.json"'}
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


@never_cache
@require_GET
def import_left_out(request: StaffRequest, district: str, pk: int) -> HttpResponseBase:
    """The rows that are left out, each with its number and its reason. What names persons is masked."""
    _, job = get_import_or_404(request.user, district, pk)
    if job.result is None:
        raise Http404("The file was not read yet.")
    columns = sorted(job.result["summary"]["mapping"].get("columns", []), key=lambda entry: entry["column"])
    rows = [["Row", "Why it is left out", *(entry["header"] for entry in columns)]]
    rows += [[str(row["row"]), row["why"], *row["cells"]] for row in job.result.get("left_out", [])]
    lines = csv.writer(_Echo())
    body = (lines.writerow([guarded(cell) for cell in row]) for row in rows)
    headers = {"Content-Disposition": 'attachment; filename="left-out-rows.csv"'}
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _start(request: StaffRequest, organization: Organization, form: SurveyFields, chunks, *, name: str, mapping=None) -> HttpResponse:
    kept = uploads.keep(chunks, folder=str(organization.pk))
    job, is_new = reviewing.bring(
        organization=organization,
        kept=kept,
        name=name,
        slug=form.cleaned_data["slug"],
        press=press_of(request, AuditEntry.IMPORT),
        about=form.about(),
        mapping=mapping,
    )
    if not is_new:
        messages.info(request, "This file is here already and waits for a yes, so it was not read a second time.")
    return redirect("surveys:import-detail", organization.slug, job.pk)


def _read_again(request: StaffRequest, organization: Organization, job: Job, mapping: dict) -> HttpResponse:
    try:
        reviewing.read_again(job=job, mapping=mapping, press=press_of(request, AuditEntry.IMPORT))
    except (Refused, NotASurvey) as error:
        return _review_or_back(request, organization, job, str(error))
    return redirect("surveys:import-detail", organization.slug, job.pk)


def _objection(request: StaffRequest, organization: Organization, job: Job) -> str:
    """What has to be said before the import can be accepted; empty where nothing has to."""
    survey = survey_of(organization, job.settings["survey"])
    if _needs_notice(survey, job) and request.POST.get("notice") != "yes":
        return "Say first that parents were told, or need not be: tick the box beside the button, or give the day in the survey's settings."
    is_raw = job.result is not None and job.result["summary"]["format"] != "published"
    if is_raw and reviewing.stands(survey, job)["respondents"] and request.POST.get("how") not in ("add", "replace"):
        return "Say first whether these answers are added to those that count now, or take their place: choose one beside the button."
    return ""


def _needs_notice(survey, job: Job) -> bool:
    about = job.settings.get("about", {})
    asked = survey.asks_minors if survey else False
    day = survey.consent_on if survey else None
    return (asked or about.get("asks_minors", False)) and not (day or about.get("consent_on"))


def _progress(job: Job, current: Job) -> dict:
    return {"current": current, "seen": f"{current.pk}-{current.state}-{current.position}-{current.tries}-{job.tries}"}


def _context(request: StaffRequest, organization: Organization, job: Job) -> dict:
    slug = job.settings["survey"]
    survey = survey_of(organization, slug)
    about = job.settings.get("about", {})
    writing = reviewing.writing_of(job)
    return {
        "shell": staff_shell(request.user, organization, "surveys"),
        "organization": organization,
        "job": job,
        "about": about,
        "survey": survey,
        "survey_name": survey.title if survey else about.get("title") or f"a new survey, “{slug}”",
        "source": SurveyImport.objects.filter(pk=(writing.result or {}).get("import", 0)).first() if writing else None,
        "crumbs": [("Surveys", reverse("surveys:survey-list", args=[organization.slug])), (job.file.name if job.file else "", "")],
        "press": uuid.uuid4(),
    }


def _new_page(request: StaffRequest, organization: Organization, form: BringForm, *, status: int = 200) -> HttpResponse:
    context = {
        "shell": staff_shell(request.user, organization, "surveys"),
        "organization": organization,
        "form": form,
        "crumbs": [("Surveys", reverse("surveys:survey-list", args=[organization.slug])), ("Bring a file in", "")],
        "press": uuid.uuid4(),
    }
    return render(request, "surveys/import_new.html", context, status=status)


def _review_page(request: StaffRequest, organization: Organization, job: Job, *, failed: str = "", status: int = 200) -> HttpResponse:
    context = _context(request, organization, job)
    result, mapping = job.result or {}, job.settings.get("mapping", {})
    summary = previewing.in_order(result)
    asked = import_review.questions(summary, mapping)
    heads, rows = import_review.sample(summary, result.get("rows", []), asked)
    compared = result.get("stands")
    stands, needs_notice = reviewing.stands(context["survey"], job), _needs_notice(context["survey"], job)
    known = reviewing.known_questions(context["survey"]) if context["survey"] and summary["format"] != "published" else []
    initial = {**mapping, "header_rows": mapping.get("header_rows")}
    context |= {
        "summary": summary,
        "is_published": summary["format"] == "published",
        "headline": import_review.headline(summary),
        "facts": import_review.facts(summary),
        "doubts": import_review.worth_a_look(summary),
        "questions": [question for question in asked if question.kind != "metadata"],
        "never": import_review.never_stored(asked),
        "heads": heads,
        "rows": rows,
        "left_out": import_review.left_out(summary),
        "left_out_shown": len(result.get("left_out", [])),
        "figures": result.get("figures", []),
        "stands": stands,
        "compared": compared,
        "is_old": bool(compared and context["survey"] and compared["generation"] != context["survey"].generation),
        "elsewhere": reviewing.elsewhere(job),
        "needs_notice": needs_notice,
        "needs_word": needs_notice or stands["respondents"],
        "file_form": FileForm(initial=initial, sheets=result.get("sheets", [])),
        "can_go_back": "before" in job.settings,
        "failed": failed,
        "known": len(known),
        "unmatched": file_matching.unmatched(file_matching.pairs(summary, mapping, known)) if known else 0,
    }
    return render(request, "surveys/import_review.html", context, status=status)


def _question_page(request: StaffRequest, organization: Organization, job: Job, question: Question, form: QuestionForm) -> HttpResponse:
    survey = survey_of(organization, job.settings["survey"])
    context = _context(request, organization, job)
    context["crumbs"][-1] = (context["crumbs"][-1][0], reverse("surveys:import-detail", args=[organization.slug, job.pk]))
    context["crumbs"].append((question.place, ""))
    known = Choice.objects.filter(question__survey=survey, question__text=question.text).values_list("label", flat=True) if survey else []
    context |= {
        "question": question,
        "form": form,
        "wordings": list(survey.questions.values_list("text", flat=True)) if survey else [],
        "known_labels": list(dict.fromkeys([*known, *(count.label for count in question.counts)])),
    }
    return render(request, "surveys/import_question.html", context, status=422 if form.errors else 200)


def _review_or_back(request: StaffRequest, organization: Organization, job: Job, reason: str) -> HttpResponse:
    """The preview again with the reason, or the page of an import that is no longer to be looked at."""
    if job.state == Job.DONE and not reviewing.is_taken(reviewing.writing_of(job)):
        return _review_page(request, organization, job, failed=reason, status=422)
    messages.error(request, reason)
    return redirect("surveys:import-detail", organization.slug, job.pk)
