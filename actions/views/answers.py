"""How a press of staff is answered: with the changed row where HTMX asked, else with the page that it came from.

Both are made from the desk read anew (actions.desks). What was pressed twice gets the same answer twice: the ids of the next presses follow
from the one that is answered.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from accounts.audit import Press
from accounts.models import AuditEntry
from accounts.requests import StaffRequest, form_press
from accounts.shell import staff_shell
from actions import desk_rows, desks, drafts
from actions.desk_rows import Row
from actions.forms import StatusForm
from actions.models import ActionStep, StatusUpdate
from actions.picture import StatusWord
from actions.services.updates import CHANNEL_WORDS, Said
from actions.talk import by_words
from goals.models import Plan
from planner.lib.dates import moment_words, us_date


@dataclass(frozen=True, slots=True)
class Toast:
    """What happened, in words, and where it can be undone."""

    strong: str
    text: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What stands now, where somebody else was quicker."""

    status: StatusWord | None
    as_of: date | None
    note: str
    by: str
    at: str


@dataclass(slots=True)
class Edit:
    """An open form: of the status of a step, or of one update that is to be corrected."""

    form: StatusForm
    action: str
    version: int
    press: str
    typed_by: str
    cancel: str
    legend: str
    theirs: Theirs | None = None
    is_kept: bool = False
    """The text was typed before, and waited while its person signed in."""
    late: str = ""
    """Why it cannot be saved any more; the text stands there still."""


def form_version(request: StaffRequest) -> int:
    """The hidden field `version`: what the form was made from."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("The form is not complete. Load the page again.")
    return int(text)


def press_of(request: StaffRequest, *said: object) -> Press:
    """The form's press together with what was said. The same form sent again with other words - the back button - is another press, which
    then meets the check of the version; the same words sent again are one change."""
    words = "\x1f".join(str(one) for one in said)
    return Press(AuditEntry.WEB, request.user, uuid.uuid5(form_press(request), words))


def next_press(request: StaffRequest) -> uuid.UUID:
    """For the rows of an answer: the same for the same press."""
    return uuid.uuid5(form_press(request), "next") if request.POST.get("press") else uuid.uuid4()


def back_of(request: StaffRequest) -> str:
    """Where the form was opened from."""
    return desks.safe_back(request.POST.get("back") or request.GET.get("back") or "")


def undo_address(press: uuid.UUID, back: str) -> str:
    return f"{reverse('actions:press-undo', args=[press])}?back={quote(back, safe='/')}"


def part(request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(request, template, context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def is_part(request: StaffRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def edit_answer(request: StaffRequest, step: ActionStep, edit: Edit, *, status: int = 200) -> HttpResponse:
    """The row with its open form: alone, or on a page of its own."""
    desk = desks.desk_at(request.user, back_of(request), step, uuid.UUID(edit.press))
    context = {"desk": desk, "row": desk.rows[step.pk], "edit": edit, "plan": step.plan, "shell": shell_of(request, step.plan)}
    if is_part(request):
        return part(request, "actions/_row.html", context, status)
    title = f"Change step {step.code}" if step.code else "Change a step"
    context |= {
        "title": ("Two changes: " if edit.theirs else "Not saved: " if edit.late else "Error: " if status == 422 else "") + title,
        "crumbs": crumbs_of(step, "Change"),
    }
    return part(request, "actions/step_update.html", context, status)


def changed_answer(request: StaffRequest, step: ActionStep, toast: Toast) -> HttpResponse:
    """The row as it stands after a press in it."""
    if not is_part(request):
        return back_with(request, toast, back_of(request), f"#step-{step.pk}")
    step.refresh_from_db(fields=["status", "status_as_of", "status_update", "version"])  # it was read before the press
    desk = desks.desk_at(request.user, back_of(request), step, next_press(request))
    row = desk.rows[step.pk]
    return part(request, "actions/_changed.html", {"desk": desk, "row": row, "lines": [], "toast": toast})


def lines_answer(
    request: StaffRequest, steps: Sequence[int], toast: Toast, plan: Plan | None, template: str = "actions/_changed.html"
) -> HttpResponse:
    """The lines of many rows; an open form below one of them stays as it is, with its text."""
    back = back_of(request)
    if not is_part(request):
        return back_with(request, toast, back, f"#step-{steps[0]}" if len(steps) == 1 else "")
    if desks.is_step(back):  # its history changed too
        back_with(request, toast, back)
        return HttpResponseClientRefresh()
    desk = desks.desk_of_many(request.user, back, next_press(request), plan)
    lines: list[Row] = [desk.rows[key] for key in steps if key in desk.rows]
    if not lines:
        return HttpResponseClientRefresh()
    return part(request, template, {"desk": desk, "row": None, "lines": lines, "toast": toast})


def back_with(request: StaffRequest, toast: Toast, back: str, anchor: str = "") -> HttpResponse:
    """Without a script: the page again, with the same words in its toast."""
    messages.success(request, f"{toast.strong} {toast.text}".strip(), extra_tags=toast.undo)
    return redirect(back + anchor)


def crumbs_of(step: ActionStep, here: str) -> list[tuple[str, str]]:
    plan, district = step.plan, step.plan.organization
    base = reverse("actions:plan", args=[district.slug, plan.slug])
    own = f"Step {step.code}" if step.code else desk_rows.short(step.title, 40)
    crumbs = [("Plans", f"/manage/{district.slug}/"), (plan.title, base), (own, f"{base}steps/{step.node.address}/")]
    return [*crumbs, (here, "")] if here else crumbs


def shell_of(request: StaffRequest, plan: Plan):
    return staff_shell(request.user, plan.organization, "my" if back_of(request) == reverse("actions:my-steps") else "plans")


def theirs_of(step: ActionStep, known: Sequence[StatusWord]) -> Theirs:
    """What stands, for the box that shows both."""
    update = step.status_update
    if update is None:
        return Theirs(None, None, "", "", "")
    status = next((word for word in known if word.id == update.status_id), None)
    by = by_words(update.by, update.channel, update.said_for) or CHANNEL_WORDS[update.channel]
    return Theirs(status, update.as_of, update.public_note, by, moment_words(update.recorded_at, step.plan.organization.time_zone))


def toast_of(said: Said, step: ActionStep, back: str) -> Toast:
    """Words for one update. They follow from what is written, so that a press that was sent twice reads the same twice."""
    update, name = said.update, step.code or f"“{desk_rows.short(step.title, 40)}”"
    if update.is_withdrawal:
        now = (
            f"{name} is {said.step.status.name} again, as of {us_date(said.step.status_as_of)}."
            if said.step.status and said.step.status_as_of
            else f"{name} has no status again."
        )
        return Toast("Taken back.", now)
    undo = undo_address(update.press, back)
    assert update.status is not None
    if said.step.status_update_id != update.pk:
        stands = f" Today it stays {said.step.status.name}, since something was said for a later day." if said.step.status else ""
        return Toast(f"{name}: {update.status.name} is saved for {us_date(update.as_of)}.", stands.strip(), undo)
    before = _before(update)
    live = " The public page shows it now." if step.plan.visibility == Plan.LIVE else ""
    if update.corrects_id:
        return Toast(f"{name} is corrected:", f"{update.status.name}, as of {us_date(update.as_of)}.{live}", undo)
    if before and before.status_id == update.status_id:
        return Toast(f"{name} confirmed", f"as of {us_date(update.as_of)}: {update.status.name}.{live}", undo)
    was = f" It was {before.status.name}." if before and before.status else ""
    return Toast(f"{name} is now {update.status.name}.", f"{was}{live}".strip(), undo)


def _before(update: StatusUpdate) -> StatusUpdate | None:
    """What counted when this was said."""
    counted = StatusUpdate.objects.filter(step=update.step_id, pk__lt=update.pk, status__isnull=False, as_of__lte=update.as_of)
    return (
        counted.filter(corrected_by=None)
        .exclude(pk=update.corrects_id or 0)
        .select_related("status")
        .order_by("-as_of", "-recorded_at", "-pk")
        .first()
    )


def edit_of(request: StaffRequest, step: ActionStep, form: StatusForm, **more: Any) -> Edit:
    """The open form of a step's status; `more` are fields of Edit that differ from those of a form just opened."""
    address = reverse("actions:step-update", args=[step.plan.organization.slug, step.plan.slug, step.node.address])
    usual: dict[str, Any] = {
        "form": form,
        "action": address,
        "version": step.version,
        "press": str(uuid.uuid4()),
        "typed_by": drafts.typed_by(request.user),
        "cancel": back_of(request),
        "legend": f"Status of {step.code}" if step.code else "Status",
    }
    return Edit(**(usual | more))
