"""What staff ask and say beside a step's status: asks and their answers, notes, handing over, photos; and what waits for somebody."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from accounts.perms import NOT_HERE, get_organization_or_404
from accounts.requests import StaffRequest, press_of
from accounts.shell import home_of, staff_shell
from accounts.uploads import FileLost, content_of
from actions.ask_forms import FORMS, AnswerForm, HandOverForm, NoteForm
from actions.models import ActionStep, Ask, LeadNote, ReminderPreference, UpdateLink
from actions.perms import NOT_YOURS, get_step_or_404, get_step_to_update, speaks_from_above
from actions.services import asks, links, notes, reminders
from actions.services.links import ASKS
from actions.views import answers
from actions.views.parts import part_page
from actions.views.staff import accepted
from goals.perms import get_plan_or_404
from goals.services import rows_of
from planner.lib.dates import moment_words
from planner.lib.keys import keys_of


def step_page(step: ActionStep, anchor: str = "") -> str:
    return reverse("actions:step", args=[step.plan.organization.slug, step.plan.slug, step.node.address]) + anchor


def _page(request: StaffRequest, template: str, step: ActionStep, here: str, **more) -> HttpResponse:
    """A page about one step. A form that came back is 422."""
    form = more["form"]
    context = {
        "step": step,
        "plan": step.plan,
        "shell": staff_shell(request.user, step.plan.organization, "plans"),
        "crumbs": answers.crumbs_of(step, here),
        "press": press_of(request).id if form.is_bound else uuid.uuid4(),
        "back": step_page(step),
    }
    return render(request, template, context | more, status=422 if form.is_bound else 200)


# Asks


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_ask(request: StaffRequest, district: str, plan: str, address: str, kind: str) -> HttpResponse:
    """Not mine, blocked, remind me, another due date: what a mail link offers, for somebody who is signed in."""
    step = get_step_to_update(request.user, district, plan, address)
    if kind not in FORMS or (FORMS[kind].kind in links.OWN_ASKS and speaks_from_above(request.user, step)):
        raise Http404(NOT_HERE)
    cycle = asks.cycle_of(step)
    form = FORMS[kind](request.POST or None, step=step, last_day=cycle.ends_on if cycle else None)
    if form.is_valid() and accepted(form, ASKS[form.kind], step=step, press=press_of(request), **form.cleaned_data):
        messages.success(request, f"Saved: {form.title.lower()}.")
        return redirect(step_page(step, "#talk"))
    return _page(request, "actions/ask.html", step, form.title, form=form)


def _ask_or_404(step: ActionStep, key: int) -> Ask:
    found = Ask.objects.filter(pk=key, step=step).select_related("by", "person").first()
    if found is None:
        raise Http404(NOT_HERE)
    found.step = step
    return found


@never_cache
@require_POST
def ask_withdraw(request: StaffRequest, district: str, plan: str, address: str, ask: int) -> HttpResponse:
    """Who asked takes it back."""
    step = get_step_or_404(request.user, district, plan, address)
    found = _ask_or_404(step, ask)
    if found.by_id != request.user.pk:
        raise PermissionDenied("Only who said this can take it back.")
    try:
        asks.withdraw_ask(ask=found, press=Press(AuditEntry.WEB, request.user))
        messages.success(request, "Taken back.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(step_page(step, "#talk"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_answer(request: StaffRequest, district: str, plan: str, address: str, ask: int) -> HttpResponse:
    """What the lead decides: give the step to somebody, leave it, or say that it is not blocked any more."""
    get_plan_or_404(request.user, district, plan, "update_own_steps")
    step = get_step_or_404(request.user, district, plan, address)
    found = _ask_or_404(step, ask)
    if not asks.may_answer(request.user, found):
        raise PermissionDenied(NOT_YOURS)
    if not found.is_for_lead:
        raise Http404(NOT_HERE)
    form = AnswerForm(request.POST or None, ask=found)
    if form.is_valid() and accepted(form, asks.answer_ask, ask=found, press=press_of(request), **form.cleaned_data):
        messages.success(request, "Answered. It stands in the step’s history.")
        return redirect("actions:my-asks")
    return _page(request, "actions/ask_answer.html", step, "Answer", form=form, ask=found)


# Notes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_note(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """A note on a step, from whoever works on plans here."""
    get_plan_or_404(request.user, district, plan, "update_own_steps")
    step = get_step_or_404(request.user, district, plan, address)
    form = NoteForm(request.POST or None, organization=step.plan.organization)
    if form.is_valid():
        to = form.cleaned_data["to"]
        if accepted(form, notes.add_note, step=step, press=press_of(request), text=form.cleaned_data["text"], to=[to] if to else []):
            messages.success(request, "The note is saved. Only staff can read it.")
            return redirect(step_page(step, "#talk"))
    return _page(request, "actions/step_note.html", step, "Note", form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_hand_over(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """Give a step to somebody else, with a note for them."""
    get_plan_or_404(request.user, district, plan, "update_any_step")
    step = get_step_or_404(request.user, district, plan, address)
    form = HandOverForm(request.POST or None, organization=step.plan.organization)
    if form.is_valid() and accepted(form, notes.hand_over, step=step, press=press_of(request), **form.cleaned_data):
        messages.success(request, "Handed over.")
        return redirect(step_page(step, "#talk"))
    return _page(request, "actions/step_hand_over.html", step, "Hand over", form=form)


@never_cache
@require_safe
def step_photo(request: StaffRequest, district: str, plan: str, address: str, photo: int) -> HttpResponseBase:
    """A photo as it was taken, for those who may see the plan's internal notes."""
    step = get_step_or_404(request.user, district, plan, address)
    found = step.photos.select_related("file").filter(pk=photo).first()
    if found is None:
        raise Http404(NOT_HERE)
    try:
        answer = HttpResponse(content_of(found.file), content_type=found.content_type)
    except FileLost as lost:
        raise Http404(str(lost)) from lost
    kind = found.content_type.partition("/")[2]
    answer.headers["Content-Disposition"] = f'inline; filename="photo-{found.pk}.{kind}"'
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


# What waits for somebody


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_asks(request: StaffRequest) -> HttpResponse:
    """Asks that the person is to answer, and notes that speak to the person; a POST marks those notes as seen."""
    if request.method == "POST":
        keys = {name: keys_of(request.POST.getlist(name)) for name in ("mention", "handed")}
        notes.mark_seen(press=Press(AuditEntry.WEB, request.user), mentions=keys["mention"], handed=keys["handed"])
        return redirect("actions:my-asks")
    mentions = list(notes.unseen(request.user)[:100])
    waiting = asks.awaiting(request.user)
    handed = list(notes.handed_to(request.user))
    names = rows_of(note.lead.node_id for note in handed) if handed else {}
    context = {
        "shell": staff_shell(request.user, home_of(request.user), "my"),
        "handed_count": len(handed),
        "asks": [(ask, step_page(ask.step), moment_words(ask.recorded_at, ask.step.plan.organization.time_zone)) for ask in waiting],
        "mentions": [(one, step_page(one.note.step, "#talk"), _when(one.note)) for one in mentions],
        "handed": [(note, names[note.lead.node_id], part_page(note.lead.node), _handed(note)) for note in handed],
    }
    return render(request, "actions/my_asks.html", context)


def _handed(note: LeadNote) -> str:
    return moment_words(note.lead.recorded_at, note.lead.node.plan.organization.time_zone)


def _when(note) -> str:
    return moment_words(note.recorded_at, note.step.plan.organization.time_zone)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_reminders(request: StaffRequest) -> HttpResponse:
    """Whether the person wants mails of each organization, and an end of the links in those that were sent."""
    if request.method == "POST":
        return _set_reminders(request)
    places = Organization.objects.filter(memberships__person=request.user).order_by("name", "pk")
    out = set(ReminderPreference.objects.filter(person=request.user, is_unsubscribed=True).values_list("organization", flat=True))
    context = {
        "shell": staff_shell(request.user, home_of(request.user), "my"),
        "places": [(place, place.pk not in out) for place in places],
        "links": UpdateLink.objects.filter(person=request.user, purpose=UpdateLink.UPDATE, revoked_at=None).count(),
        "press": uuid.uuid4(),
    }
    return render(request, "actions/my_reminders.html", context)


def _set_reminders(request: StaffRequest) -> HttpResponse:
    press = press_of(request)
    if "end" in request.POST:
        count = links.revoke_links(person=request.user, purpose=UpdateLink.UPDATE, press=press)
        messages.success(request, f"{count} link{'s' if count != 1 else ''} ended. The next mail brings a new one.")
        return redirect("actions:my-reminders")
    place = get_organization_or_404(request.user, request.POST.get("organization", ""))
    is_out = request.POST.get("wanted") != "yes"
    reminders.set_preference(person=request.user, organization=place, is_unsubscribed=is_out, press=press)
    messages.success(request, f"{place.name} {'sends you no more reminders' if is_out else 'reminds you again'}.")
    return redirect("actions:my-reminders")
