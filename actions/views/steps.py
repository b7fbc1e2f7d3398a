"""Pages of steps for those who work on them: my steps, a plan's tree, one step with its whole history."""

import uuid
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AuditEntry, Person
from accounts.requests import StaffRequest
from accounts.roles import may
from accounts.shell import staff_shell
from actions import desk_rows, desks, talk
from actions.desk_rows import Desk
from actions.drafts import keeps_text
from actions.models import ActionStep, StatusUpdate
from actions.perms import get_step_or_404, speaks_from_above
from actions.picture import StatusWord
from actions.services.asks import awaiting
from actions.services.notes import leads_of
from actions.services.updates import CHANNEL_WORDS, history_of
from actions.views import answers, pages, updates
from actions.wording_history import wordings_of
from goals.models import Plan
from goals.perms import get_plan_or_404
from planner.lib.dates import moment_words
from planner.lib.keys import keys_of


def picked_of(request: StaffRequest, desk: Desk) -> frozenset[int]:
    """Which boxes are ticked: those of an address, or all that are shown."""
    if "all" in request.GET.getlist("picked"):
        return frozenset(row.id for row in desk.shown() if row.may_update)
    return frozenset(keys_of(request.GET.getlist("picked")))


def many_plans(
    request: StaffRequest, make: Callable[[Person, uuid.UUID], Desk], show: Callable[[StaffRequest, Desk], HttpResponse]
) -> HttpResponse:
    """A desk whose steps are of any plan, or what is said of its ticked ones."""
    if request.method == "POST":
        return updates.say_of_many(request, None)
    desk = make(request.user, uuid.uuid4())
    desk.picked = picked_of(request, desk)
    return show(request, desk)


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def my_steps(request: StaffRequest) -> HttpResponse:
    """What the person leads, in all organizations; a POST is for the ticked ones."""
    return many_plans(request, desks.my_desk, pages.my_page)


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def my_department(request: StaffRequest) -> HttpResponse:
    """Who of the departments that the person leads is behind; a POST says it for them, of the ticked steps."""
    return many_plans(request, desks.department_desk, pages.department_page)


@never_cache
@require_safe
def plan(request: StaffRequest, district: str, plan: str) -> HttpResponse:
    """A plan as a tree for its staff, private plans too."""
    found = get_plan_or_404(request.user, district, plan)
    desk = desks.plan_desk(request.user, found, uuid.uuid4(), request.GET)
    desk.picked = picked_of(request, desk)
    return pages.plan_page(request, found, desk)


@dataclass(frozen=True, slots=True)
class Entry:
    """One update in the history, for staff: with the internal note and the person's name."""

    id: int
    status: StatusWord | None
    as_of: date
    says: str
    recorded: str
    by: str
    public_note: str
    note: str
    evidence: tuple[str, ...]
    mark: str
    mark_id: int | None
    counts: bool
    may_take_back: bool


def history(step: ActionStep, known: Sequence[StatusWord], *, may_update: bool, only_by: int | None = None) -> list[Entry]:
    """Newest day first; corrections and withdrawals name what they took back."""
    found = list(history_of(step))
    gone = {update.corrects_id for update in found if update.is_withdrawal}
    gone |= {update.corrects_id for update in found if update.corrects_id and update.pk not in gone}
    mine = [may_update and only_by in (None, update.by_id) for update in found]
    return [_entry(update, step, known, found[n + 1 :], gone, may_update=mine[n]) for n, update in enumerate(found)]


def _entry(
    update: StatusUpdate,
    step: ActionStep,
    known: Sequence[StatusWord],
    older: Sequence[StatusUpdate],
    gone: Set[int | None],
    *,
    may_update: bool,
) -> Entry:
    """`gone` are those that no longer count: taken back, or replaced by a correction that was not taken back itself."""
    correction = getattr(update, "corrected_by", None)
    mark, mark_id = "", None
    if correction is not None:
        mark, mark_id = ("Taken back" if correction.is_withdrawal else "Corrected"), correction.pk
    elif update.corrects_id:
        mark, mark_id = ("Takes an entry back" if update.is_withdrawal else "Correction"), update.corrects_id
    before = next((one for one in older if one.status_id and one.pk not in gone), None)
    says = "What was said before counts again"
    if update.status is not None:
        is_same = before is not None and before.status_id == update.status_id and not update.corrects_id
        says = f"{update.status.name}, confirmed" if is_same else update.status.name
    source = f", from {update.edition.name}" if update.edition else ""
    is_by_link = update.by and update.channel == AuditEntry.LINK  # said beside the name: "by link of ..."
    channel = "" if is_by_link else f", {CHANNEL_WORDS[update.channel]}"
    return Entry(
        id=update.pk,
        status=next((word for word in known if word.id == update.status_id), None),
        as_of=update.as_of,
        says=says,
        recorded=f"Recorded {moment_words(update.recorded_at, step.plan.organization.time_zone)}{channel}{source}",
        by=talk.by_words(update.by, update.channel, update.said_for),
        public_note=update.public_note,
        note=update.note,
        evidence=tuple(one.url for one in update.evidence.all()),
        mark=mark,
        mark_id=mark_id,
        counts=update.pk not in gone,
        may_take_back=may_update and correction is None and not update.is_withdrawal and step.is_present,
    )


def answerable(request: StaffRequest, entries: Sequence[talk.TalkEntry], role: str | None) -> frozenset[int]:
    """Those of a step's open asks that the reader may answer. Nothing is asked of the database where none is open."""
    waiting = {entry.ask for entry in entries if entry.ask and entry.is_for_lead}
    if not waiting or may(role, "update_any_step"):
        return frozenset(waiting)
    return frozenset(waiting & {ask.pk for ask in awaiting(request.user)})


def led_words(step: ActionStep) -> str:
    """ "Led by Network Services, as strategy 4.1 is." """
    part = ActionStep.objects.with_above().get(pk=step.pk).led_at()
    if part is None:
        return "Nobody leads it."
    who = part.lead_person or part.lead_department or part.lead_words
    name = f"{step.plan.word(part.kind).lower()} {part.code or f'“{desk_rows.short(part.title, 40)}”'}"
    return f"Led by {who}." if part.pk == step.pk else f"Led by {who}, as {name} is."


@never_cache
@require_safe
def step(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """One step with all that was ever said of it, internal notes too."""
    found = get_step_or_404(request.user, district, plan, address)
    if found.node.address != address:
        return redirect("actions:step", district, plan, found.node.address)
    desk = desks.step_desk(request.user, found, uuid.uuid4())
    row = desk.rows[found.pk]
    role, entries = request.user.role_in(found.plan.organization), talk.talk_of(found, request.user)
    from_above = row.may_update and speaks_from_above(request.user, found)
    context = {
        "desk": desk,
        "row": row,
        "step": found,
        "plan": found.plan,
        "history": history(found, desk.statuses[found.plan_id], may_update=row.may_update, only_by=request.user.pk if from_above else None),
        "from_above": from_above,
        "may_lead": may(role, "update_any_step"),
        "led_by": led_words(found),
        "leads": [(lead, moment_words(lead.recorded_at, found.plan.organization.time_zone)) for lead in leads_of(found.pk)],
        "wordings": wordings_of(found.pk, found.plan.organization.time_zone, with_names=True),
        "talk": entries,
        "may_note": may(role, "update_own_steps"),
        "may_hand_over": may(role, "update_any_step"),
        "answerable": answerable(request, entries, role),
        "public": f"/{district}/{plan}/steps/{address}/" if found.plan.visibility == Plan.LIVE and found.is_present else "",
        "crumbs": answers.crumbs_of(found, ""),
        "shell": staff_shell(request.user, found.plan.organization, "plans"),
        "press": uuid.uuid4(),
    }
    return render(request, "actions/step.html", context)


@never_cache
@require_safe
def step_row(request: StaffRequest, district: str, plan: str, address: str) -> HttpResponse:
    """A row closed again; without a script, the step's page."""
    found = get_step_or_404(request.user, district, plan, address)
    if not answers.is_part(request):
        return redirect("actions:step", district, plan, found.node.address)
    desk = desks.desk_at(request.user, answers.back_of(request), found, uuid.uuid4())
    return answers.part(request, "actions/_row.html", {"desk": desk, "row": desk.rows[found.pk], "focus": True})
