"""What is said of steps in the browser: a status, “still true”, many at once, a correction, and taking it back."""

import uuid
from functools import wraps

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import Press
from accounts.models import AuditEntry
from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, form_press
from actions import desk_rows, desks, drafts
from actions.drafts import keeps_text
from actions.forms import StatusForm, opened
from actions.models import ActionStep, StatusUpdate
from actions.perms import SaidMeanwhile, get_step_to_update, require_own_words, require_update
from actions.picture import StatusWord
from actions.services.updates import Conflict, Said, confirm_status, record_many, record_status, undo_many, undo_update
from actions.views import answers, pages
from actions.views.answers import Edit, Toast
from goals.models import Plan, Status
from goals.perms import get_plan_or_404
from planner.lib.keys import key_of


def choices_of(step: ActionStep) -> list[StatusWord]:
    """Statuses that may be said of a step: those in use, and its own where that was retired."""
    return [word for word in desk_rows.words_of([step.plan_id])[step.plan_id] if not word.is_retired or word.id == step.status_id]


def quicker(view):
    """A view of one step in which whoever leads above it may come too late: told in a toast, beside the row as it stands; above the form where
    something was typed."""

    @wraps(view)
    def answer(request: StaffRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SaidMeanwhile as late:
            if any(request.POST.get(name, "").strip() for name in TYPED):
                return _typed_too_late(request, late)
            return answers.changed_answer(request, late.step, Toast("Nothing was changed.", str(late)))

    return answer


TYPED = ("public_note", "note", "evidence_url")


def _typed_too_late(request: StaffRequest, late: SaidMeanwhile) -> HttpResponse:
    """The form with all that was typed, and nothing that could be pressed in it but the way back."""
    form = StatusForm(request.POST, step=late.step, words=choices_of(late.step))
    edit = answers.edit_of(request, late.step, form, press=str(form_press(request)), late=str(late))
    return answers.edit_answer(request, late.step, edit, status=409)


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
@quicker
def step_update(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """The open form of a step, and what it says."""
    step = get_step_to_update(request.user, district, plan, address)
    known = choices_of(step)
    if request.method != "POST":
        kept = drafts.read(request)
        return answers.edit_answer(request, step, _opened(request, step, known, kept))
    form, version = StatusForm(request.POST, step=step, words=known), answers.form_version(request)
    if not form.is_valid():
        return _again(request, step, form, version)
    try:
        said = _record(request, step, form, version)
    except Conflict as conflict:
        return _conflict(request, conflict, form, known)
    except ValidationError as error:
        form.add_error(None, error)
        return _again(request, step, form, version)
    drafts.forget(request)
    return answers.changed_answer(request, step, answers.toast_of(said, step, answers.back_of(request)))


def _opened(request: StaffRequest, step: ActionStep, known: list[StatusWord], kept: dict[str, str] | None) -> Edit:
    """A form just opened. One with kept text has the version that its text was typed for: if the step moved on since, saving says so."""
    form = opened(step, known, kept)
    if kept is None:
        return answers.edit_of(request, step, form)
    version = kept.get("version", "")
    return answers.edit_of(request, step, form, is_kept=True, version=int(version) if version.isdigit() else step.version)


def _record(request: StaffRequest, step: ActionStep, form: StatusForm, version: int, **more) -> Said:
    said = form.cleaned_data
    status = Status.objects.select_related("scale").get(pk=said["status"])
    words = (step.pk, version, said["status"], said["as_of"], said["public_note"], said["note"], said.get("evidence_url", ""))
    done = record_status(
        step=step,
        status=status,
        press=answers.press_of(request, *words),
        as_of=said["as_of"],
        expected_version=version,
        public_note=said["public_note"],
        note=said["note"],
        evidence_url=said.get("evidence_url", ""),
        **more,
    )
    return _still_counts(done)


def _still_counts(done: Said) -> Said:
    """A press that was written before and taken back since is no repeat: the old form meets what stands now."""
    if not done.is_new and StatusUpdate.objects.filter(corrects=done.update).exists():
        raise Conflict(ActionStep.objects.select_related("status", "status_update__by", "plan__organization").get(pk=done.step.pk))
    return done


def _again(request: StaffRequest, step: ActionStep, form: StatusForm, version: int, **more) -> HttpResponse:
    """The same form with its errors and all that was typed."""
    edit = answers.edit_of(request, step, form, version=version, press=str(form_press(request)), **more)
    return answers.edit_answer(request, step, edit, status=422)


def _conflict(request: StaffRequest, conflict: Conflict, form: StatusForm, known: list[StatusWord], **more) -> HttpResponse:
    """Both values side by side, above the form with all that was typed; saving it again is the choice for one's own."""
    step = ActionStep.objects.select_related("node", "status", "status_update__by", "plan__organization__parent__parent").get(
        pk=conflict.step.pk
    )
    theirs = answers.theirs_of(step, desk_rows.words_of([step.plan_id])[step.plan_id])
    edit = answers.edit_of(request, step, form, theirs=theirs, press=str(answers.next_press(request)), **more)
    return answers.edit_answer(request, step, edit, status=409)


@never_cache
@keeps_text
@require_POST
@quicker
def step_confirm(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """ "Still true": one press."""
    step = get_step_to_update(request.user, district, plan, address)
    version = answers.form_version(request)
    try:
        press = answers.press_of(request, "confirm", step.pk, version)
        said = _still_counts(confirm_status(step=step, press=press, expected_version=version))
    except (Conflict, ValidationError) as error:
        return _not_confirmed(request, step, error)
    return answers.changed_answer(request, step, answers.toast_of(said, step, answers.back_of(request)))


def _not_confirmed(request: StaffRequest, step: ActionStep, error: Conflict | ValidationError) -> HttpResponse:
    """The form opens: with what was meant and what stands, or with the reason."""
    known = choices_of(step)
    meant = {
        "status": request.POST.get("status", ""),
        "as_of": str(step.plan.organization.today()),
        "public_note": "",
        "note": "",
        "evidence_url": "",
    }
    form = StatusForm(meant, step=step, words=known)
    if isinstance(error, Conflict):
        form.full_clean()
        return _conflict(request, error, form, known)
    form.add_error(None, error)
    return _again(request, step, form, step.version)


# --- many at once -----------------------------------------------------------------------------------------------------


@never_cache
@keeps_text
@require_POST
def steps_many(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """One status for the ticked steps of a plan, or “still true” for each: all or none."""
    return say_of_many(request, get_plan_or_404(request.user, district, plan, "update_own_steps"))


def say_of_many(request: StaffRequest, plan: Plan | None) -> HttpResponse:
    """For the ticked steps of a plan; None: of all that the person, or the person's department, leads."""
    versions = _ticked(request)
    status = None
    steps = list(
        ActionStep.objects.select_related("plan__organization__parent__parent", "status").filter(pk__in=versions).order_by("plan", "pk")
    )
    try:
        if len(steps) != len(versions) or (plan and any(step.plan_id != plan.pk for step in steps)):
            raise Http404(NOT_HERE)
        require_update(request.user, steps)
        if not steps:
            raise ValidationError("Select at least one step first, with the box in front of it.")
        status = _status_for_many(request, steps)
        press = answers.press_of(request, "many", request.POST.get("do"), request.POST.get("to"), *sorted(versions.items()))
        said = record_many_plans(steps, status, press, versions)
    except Conflict as conflict:
        return _many_again(request, plan, versions, 409, _conflict_words(conflict))
    except SaidMeanwhile as late:
        return _many_again(request, plan, versions, 409, f"Nothing was changed. {late}")
    except ValidationError as error:
        return _many_again(request, plan, versions, 422, " ".join(error.messages))
    toast = _many_toast(said, status, press, answers.back_of(request))
    return answers.lines_answer(request, [one.step.pk for one in said], toast, plan, "actions/_changed_many.html")


def record_many_plans(steps: list[ActionStep], status: Status | None, press: Press, versions: dict[int, int]) -> list[Said]:
    """All or none, over several plans too. Plans come in one order for everybody, so that two such presses never wait for each other."""
    said: list[Said] = []
    with transaction.atomic():
        for plan in sorted({step.plan_id for step in steps}):
            own = [step for step in steps if step.plan_id == plan]
            said += record_many(steps=own, status=status, press=press, expected_versions=versions)
    return said


def _ticked(request: StaffRequest) -> dict[int, int]:
    """Step -> version that the page showed."""
    found = {}
    for value in request.POST.getlist("step"):
        key, _, version = value.partition(":")
        step, shown = key_of(key), key_of(version)
        if step is None or shown is None:
            raise BadRequest("The form is not complete. Load the page again.")
        found[step] = shown
    return found


def _status_for_many(request: StaffRequest, steps: list[ActionStep]) -> Status | None:
    do, to = request.POST.get("do", ""), request.POST.get("to", "")
    if do == "confirm":
        return None
    if do != "set":
        raise BadRequest("The form is not complete. Load the page again.")
    key = key_of(to)
    found = Status.objects.select_related("scale__plan").filter(pk=key).first() if key else None
    if found is None or found.scale.plan_id is None:
        raise ValidationError("Choose the status that the selected steps shall have.")
    other = next((step for step in steps if step.plan_id != found.scale.plan_id), None)
    if other:
        raise ValidationError(
            f"“{found.name}” is a status of {found.scale.plan}, but {other.code or desk_rows.short(other.title)} is a step of {other.plan}."
            " Select steps of one plan."
        )
    return found


def _conflict_words(conflict: Conflict) -> str:
    step, now = conflict.step, "has no status"
    if step.status_update and step.status:
        who = str(step.status_update.by) if step.status_update.by else "somebody"
        now = f"was set to {step.status.name} by {who}"
    return f"Nothing was changed: {step.code or desk_rows.short(step.title)} {now} after this page was loaded. Look at it, then press again or leave it out."


def _many_toast(said: list[Said], status: Status | None, press: Press, back: str) -> Toast:
    count = f"{len(said)} step{'s' if len(said) > 1 else ''}"
    return Toast(f"{count} confirmed." if status is None else f"{count} set to {status.name}.", "", answers.undo_address(press.id, back))


def _many_again(request: StaffRequest, plan: Plan | None, versions: dict[int, int], status: int, reason: str) -> HttpResponse:
    """The page with the reason beside the buttons, the same boxes ticked, and the rows as they stand now."""
    desk = desks.desk_of_many(request.user, answers.back_of(request), answers.next_press(request), plan)
    desk.picked = frozenset(versions)
    more = {"many_error": reason, "many_to": request.POST.get("to", "")}
    if answers.is_part(request):
        lines = [desk.rows[key] for key in versions if key in desk.rows] if status == 409 else []
        return answers.part(
            request, "actions/_changed_many.html", {"desk": desk, "lines": lines, "toast": None, "plan": plan} | more, status
        )
    if plan:
        return pages.plan_page(request, plan, desk, status=status, **more)
    page = pages.department_page if desk.kind == desk_rows.DEPARTMENT else pages.my_page
    return page(request, desk, status=status, **more)


# --- taking back, correcting ------------------------------------------------------------------------------------------


@never_cache
@keeps_text
@require_POST
def press_undo(request: StaffRequest, press: uuid.UUID) -> HttpResponse:
    """Take back all that one press of the person said."""
    mine = StatusUpdate.objects.filter(press=press, by=request.user, channel=AuditEntry.WEB, status__isnull=False)
    updates = list(mine.select_related("step__plan__organization__parent__parent").order_by("step"))
    if not updates:
        raise Http404(NOT_HERE)
    require_update(request.user, [update.step for update in updates])
    plans = {update.step.plan_id: update.step.plan for update in updates}
    back = answers.back_of(request)
    try:
        said = undo_many(updates=updates, press=Press(AuditEntry.WEB, request.user, uuid.uuid5(press, "undo")))
    except ValidationError as error:
        return _not_undone(request, " ".join(error.messages), back)
    toast = (
        answers.toast_of(said[0], updates[0].step, back) if len(said) == 1 else Toast(f"Taken back: {len(said)} steps are as they were.")
    )
    plan = None if desks.is_of_many_plans(back) else next(iter(plans.values()))
    return answers.lines_answer(request, [one.step.pk for one in said], toast, plan)


def _not_undone(request: StaffRequest, reason: str, back: str) -> HttpResponse:
    if answers.is_part(request):
        return answers.part(request, "actions/_toast.html", {"toast": Toast("Not taken back.", reason)}, 422)
    messages.error(request, f"Not taken back. {reason}")
    return redirect(back)


def _update_or_404(step: ActionStep, update: int) -> StatusUpdate:
    found = step.updates.select_related("status").filter(pk=update).first()
    if found is None:
        raise Http404(NOT_HERE)
    return found


@never_cache
@keeps_text
@require_POST
def update_undo(request: StaffRequest, district: str, plan: str, address: str, update: int) -> HttpResponse:
    """Take back one entry of the history."""
    step = get_step_to_update(request.user, district, plan, address)
    found = _update_or_404(step, update)
    require_own_words(request.user, step, found)
    here = f"{desks.step_desk(request.user, step, uuid.uuid4()).back}#entry-{found.pk}"
    try:
        said = undo_update(update=found, press=answers.press_of(request, "undo", found.pk))
    except ValidationError as error:
        return _not_undone(request, " ".join(error.messages), here)
    return answers.back_with(request, answers.toast_of(said, step, here), here)


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def update_correct(request: StaffRequest, district: str, plan: str, address: str, update: int) -> HttpResponse:
    """Say what an earlier entry should have said. Both stay in the history, the correction beside what it corrects."""
    step = get_step_to_update(request.user, district, plan, address)
    wrong = _update_or_404(step, update)
    require_own_words(request.user, step, wrong)
    if wrong.is_withdrawal or StatusUpdate.objects.filter(corrects=wrong, status=None).exists():
        messages.error(request, "That entry was taken back, so there is nothing to correct in it.")
        return redirect("actions:step", district, plan, step.node.address)
    known = [
        word
        for word in desk_rows.words_of([step.plan_id])[step.plan_id]
        if not word.is_retired or word.id in (step.status_id, wrong.status_id)
    ]
    if request.method != "POST":
        form, kept = _correcting(step, known, wrong, drafts.read(request))
        return _correct_page(request, step, wrong, answers.edit_of(request, step, form, is_kept=kept))
    form, version = StatusForm(request.POST, step=step, words=known, with_evidence=False), answers.form_version(request)
    if not form.is_valid():
        return _correct_again(request, step, wrong, form, version, 422)
    try:
        said = _record(request, step, form, version, corrects=wrong)
    except Conflict as conflict:
        theirs = answers.theirs_of(conflict.step, desk_rows.words_of([step.plan_id])[step.plan_id])
        return _correct_again(request, step, wrong, form, conflict.step.version, 409, theirs=theirs)
    except ValidationError as error:
        form.add_error(None, error)
        return _correct_again(request, step, wrong, form, version, 422)
    drafts.forget(request)
    here = desks.step_desk(request.user, step, uuid.uuid4()).back
    return answers.back_with(request, answers.toast_of(said, step, here), here, f"#entry-{said.update.pk}")


def _correcting(step: ActionStep, known: list[StatusWord], wrong: StatusUpdate, kept: dict[str, str] | None) -> tuple[StatusForm, bool]:
    """The form with what the entry says, or with what was typed before."""
    now = {"status": wrong.status_id, "as_of": wrong.as_of, "public_note": wrong.public_note, "note": wrong.note}
    return StatusForm(step=step, words=known, initial=now | (kept or {}), with_evidence=False), kept is not None


def _correct_again(request: StaffRequest, step, wrong, form: StatusForm, version: int, status: int, **more) -> HttpResponse:
    edit = answers.edit_of(request, step, form, version=version, press=str(form_press(request)), **more)
    return _correct_page(request, step, wrong, edit, status)


def _correct_page(request: StaffRequest, step: ActionStep, wrong: StatusUpdate, edit: Edit, status: int = 200) -> HttpResponse:
    desk = desks.step_desk(request.user, step, uuid.UUID(edit.press))
    edit.action, edit.cancel = request.path, desk.back
    title = f"Correct an entry of step {step.code}" if step.code else "Correct an entry"
    context = {
        "desk": desk,
        "row": desk.rows[step.pk],
        "step": step,
        "plan": step.plan,
        "edit": edit,
        "wrong": wrong,
        "title": ("Two changes: " if edit.theirs else "Error: " if status == 422 else "") + title,
        "shell": answers.shell_of(request, step.plan),
        "crumbs": answers.crumbs_of(step, "Correct"),
    }
    return answers.part(request, "actions/update_correct.html", context, status)
