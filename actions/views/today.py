"""The cabinet's morning page: sentences first, then lists, each with the one press that helps."""

import uuid
from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.audit import Press
from accounts.models import AuditEntry
from accounts.perms import NOT_HERE, get_organization_or_404
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from accounts.shell import staff_shell
from actions import asking
from actions.desk_rows import short
from actions.models import ActionStep
from actions.mornings import LISTS, morning, people_of
from actions.services import cycles
from actions.services.assigning import give, take_back
from actions.services.nudges import Nudged, note_look, nudge
from actions.views.answers import is_part
from goals.models import ACTION_STEP, Lead
from planner.lib.dates import us_date
from planner.lib.keys import key_of

ABILITY = "update_any_step"


@never_cache
@require_safe
def today(request: StaffRequest, district: str) -> HttpResponse:
    """What changed, what is not confirmed and by whom, late, stalled, blocked, what ends soon; nudge, assign, review, report."""
    organization = get_organization_or_404(request.user, district, ABILITY)
    asked = request.GET.get("all", "")
    context = {
        "shell": staff_shell(request.user, organization, "today"),
        "organization": organization,
        "day": organization.today(),
        "morning": morning(organization, request.user, asked if asked in LISTS else ""),
        "may_manage_people": may(request.user.role_in(organization), "manage_people"),
        "press": uuid.uuid4(),
    }
    return render(request, "actions/today.html", context)


@never_cache
@require_POST
def today_seen(request: StaffRequest, district: str) -> HttpResponse:
    """What stands under “changed” was seen: the next look begins there."""
    organization = get_organization_or_404(request.user, district, ABILITY)
    press_of(request)
    try:
        at = datetime.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise BadRequest("The form is not complete. Load the page again.") from error
    if at.tzinfo is None:
        raise BadRequest("The form is not complete. Load the page again.")
    note_look(person=request.user, organization=organization, at=min(at, timezone.now()))
    messages.success(request, "Noted. Next time this page begins with what changes from now on.")
    return redirect("actions:today", district)


@never_cache
@require_POST
def today_nudge(request: StaffRequest, district: str) -> HttpResponse:
    """Write to a person or a department of what they have not confirmed."""
    organization = get_organization_or_404(request.user, district, ABILITY)
    who, on = request.POST.get("who", ""), organization.today()
    press = press_of(request)
    press = Press(press.channel, press.by, uuid.uuid5(press.id, who))  # the page has one press for all of its buttons
    kind, _, key = who.partition(":")
    if kind not in ("person", "department") or not key.isdecimal() or len(key) > 18:
        raise BadRequest("The form is not complete. Load the page again.")
    people = people_of(asking.staff_of(organization), kind, int(key))
    try:
        done = nudge(organization=organization, people=people, on=on, press=press)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    else:
        messages.success(request, _nudged_words(done, on, cycles.breaks_of(organization).working_day(on)))
    return redirect("actions:today", district)


@never_cache
@require_POST
def today_give(request: StaffRequest, district: str) -> HttpResponse:
    """A step is given to whoever is proposed for it: one press, and one that takes it back."""
    organization = get_organization_or_404(request.user, district, ABILITY)
    key, _, who = request.POST.get("give", "").partition(" ")
    kind, _, whose = who.partition(":")
    if kind not in ("person", "department") or not (key_of(whose) and key_of(key)):
        raise BadRequest("The form is not complete. Load the page again.")
    step = ActionStep.objects.select_related("plan").filter(pk=key_of(key), plan__organization=organization, is_present=True).first()
    if step is None:
        raise Http404(NOT_HERE)
    press = press_of(request)
    try:
        press = Press(press.channel, press.by, uuid.uuid5(press.id, f"{key} {who}"))  # the page has one press for all of its buttons
        lead = give(step=step, to=(kind, int(whose)), press=press)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    else:
        undo = reverse("actions:today-take-back", args=[district, lead.pk])
        messages.success(request, f"{lead.person or lead.department} leads {_step_words(step)} from today on.", extra_tags=undo)
    return redirect("actions:today", district)


@never_cache
@require_POST
def today_take_back(request: StaffRequest, district: str, lead: int) -> HttpResponse:
    """Undo of `today_give`, by whoever gave it."""
    organization = get_organization_or_404(request.user, district, ABILITY)
    given = Lead.objects.filter(pk=lead, by=request.user, node__plan__organization=organization, node__kind=ACTION_STEP).first()
    if given is None:
        raise Http404(NOT_HERE)
    step = ActionStep.objects.get(pk=given.node_id)
    try:
        take_back(lead=given, press=Press(AuditEntry.WEB, request.user, uuid.uuid5(given.press, "undo")))
        messages.success(request, f"Taken back: who leads {_step_words(step)} is as it was.")
    except ValidationError as error:
        messages.error(request, f"Not taken back. {' '.join(error.messages)}")
    return HttpResponseClientRefresh() if is_part(request) else redirect("actions:today", district)


def _step_words(step: ActionStep) -> str:
    return step.code or f"“{short(step.title)}”"


def _nudged_words(done: Nudged, on: date, goes_on: date) -> str:
    count = len(done.mails)
    if not count and done.waiting:
        return "A mail is on its way to them already."
    if not count:
        return "Nobody was written to: they had two mails in this cycle already. Better speak with them."
    when = "within minutes" if goes_on == on else f"on {us_date(goes_on)}, the next working day"
    rest = f" {done.twice} had two mails in this cycle already and {'gets' if done.twice == 1 else 'get'} no third." if done.twice else ""
    return f"{count} mail{'' if count == 1 else 's'} will go out {when}.{rest}"
