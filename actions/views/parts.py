"""A goal area, objective or strategy for those who work on the plan; and of any part, steps too, its wording and who leads it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import Press
from accounts.perms import NOT_HERE
from accounts.requests import StaffRequest, press_of
from accounts.roles import may
from actions import drafts
from actions.drafts import keeps_text
from actions.manage_forms import LeadForm, WordingForm
from actions.models import ActionStep, Review
from actions.picture import SEGMENTS
from actions.services.notes import hand_over, hand_over_part, leads_of
from actions.services.reviews import look_again
from actions.views import answers
from actions.views.staff import accepted, plan_context, put_errors
from actions.wording_history import wordings_of
from goals.models import ACTION_STEP, Level, Plan, PlanNode, Wording
from goals.perms import get_plan_or_404
from goals.services import rows_of, set_lead
from goals.wording_services import Reworded, reword, standing_wording
from planner.lib.dates import moment_words
from planner.lib.keys import key_of

KINDS = {segment: kind for kind, segment in SEGMENTS.items()}
WRITE = "update_any_step"


@never_cache
@require_safe
def part(request: StaffRequest, district: str, plan: str, kind: str, address: str) -> HttpResponse:
    """What a goal area, an objective or a strategy says, how its wording changed, and who led it, with the notes of each hand-over."""
    found = get_plan_or_404(request.user, district, plan)
    row = _part_or_404(found, kind, address)
    if row.kind == ACTION_STEP:
        return redirect(part_page(row.node))
    zone = found.organization.time_zone
    context = plan_context(request, found, "steps", _called(found, row)) | {
        "row": row,
        "kind": kind,
        "address": address,
        "name": _called(found, row),
        "wordings": wordings_of(row.pk, zone, with_names=True),
        "leads": [(lead, moment_words(lead.recorded_at, zone)) for lead in leads_of(row.pk)],
        "may_edit": may(request.user.role_in(found.organization), WRITE),
        "steps": ActionStep.objects.present().filter(plan=found, **{row.kind.replace("performance_", ""): row.pk}).count(),
        "goal": row.goal_area.node.address if hasattr(row, "goal_area") else address,
        "seen_by_all": f"/{district}/{plan}/{kind}/{address}/" if found.visibility == Plan.LIVE else "",
    }
    return render(request, "actions/part.html", context)


def part_page(node: PlanNode) -> str:
    """The staff page of a part; `node.plan.organization` must be there."""
    base = f"/manage/{node.plan.organization.slug}/{node.plan.slug}/"
    return f"{base}{'' if node.kind == ACTION_STEP else 'parts/'}{SEGMENTS[node.kind]}/{node.address}/"


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def part_wording(request: StaffRequest, district: str, plan: str, kind: str, address: str) -> HttpResponse:
    """Another wording of a part, from a day on."""
    found = get_plan_or_404(request.user, district, plan, WRITE)
    row = _part_or_404(found, kind, address)
    stands, today, kept = standing_wording(row.pk), found.organization.today(), drafts.read(request)
    form, theirs = WordingForm(request.POST or None, wording=stands, today=today, kept=kept), None
    if form.is_valid():
        try:
            version = _reword(request, row, form.cleaned_data)
        except Reworded as conflict:
            theirs = conflict.standing
            form = WordingForm({**request.POST.dict(), "seen": theirs.pk}, wording=stands, today=today)
        except ValidationError as error:
            put_errors(form, error)
        else:
            drafts.forget(request)
            messages.success(request, f"Saved: {_name(found, row)} has another wording." if version else "The wording is as it was.")
            return redirect(part_page(row.node))
    context = plan_context(request, found, "steps", "Wording") | {"form": form, "row": row, "name": _name(found, row), "theirs": theirs}
    context |= {"back": part_page(row.node), "typed_by": drafts.typed_by(request.user), "is_kept": kept is not None and not form.is_bound}
    return render(request, "actions/part_wording.html", context, status=409 if theirs else 422 if form.is_bound else 200)


def _reword(request: StaffRequest, row: Level, said: dict[str, Any]) -> Wording | None:
    press = answers.press_of(request, said["title"], said["description"], said["as_of"])
    return reword(row=row, press=press, **said)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage_lead(request: StaffRequest, district: str, plan: str, kind: str, address: str) -> HttpResponse:
    """Who leads a goal area, an objective, a strategy or a step, from a day on."""
    found = get_plan_or_404(request.user, district, plan, WRITE)
    row = _part_or_404(found, kind, address)
    organization = found.organization
    form = LeadForm(request.POST or None, row=row, organization=organization, today=organization.today())
    review = _open_review(found, request.GET.get("review"))
    back = f"/manage/{district}/{plan}/reviews/{review.pk}/#section-role" if review else part_page(row.node)
    back = reverse("actions:today", args=[district]) if request.GET.get("from") == "today" else back
    if form.is_valid() and accepted(form, _lead, row=row, press=press_of(request), **form.cleaned_data):
        messages.success(request, f"Saved: who leads {_name(found, row)}.")
        if review and not accepted(form, look_again, review=review, node=row.pk):
            messages.info(request, "The review was closed meanwhile, so it does not show the change.")
        return redirect(back)
    context = plan_context(request, found, "steps", "Who leads") | {"form": form, "row": row, "name": _name(found, row), "back": back}
    return render(request, "actions/manage_lead.html", context, status=422 if form.is_bound else 200)


def _lead(*, row: Level, press: Press, text: str = "", **said: Any) -> None:
    """Another lead from a day on, with a note for them where one was written."""
    if not text.strip():
        set_lead(row=row, press=press, **said)
    elif isinstance(row, ActionStep):
        hand_over(step=row, press=press, text=text, **said)
    else:
        hand_over_part(row=row, press=press, text=text, **said)


def _open_review(plan: Plan, key: str | None) -> Review | None:
    """The review out of which somebody came, as long as it is open."""
    pk = key_of(key)
    return Review.objects.open().filter(plan=plan, pk=pk).first() if pk else None


def _part_or_404(plan: Plan, kind: str, address: str) -> Level:
    node = PlanNode.objects.filter(plan=plan, kind=KINDS.get(kind, ""), address=address).first()
    row = rows_of([node.pk]).get(node.pk) if node else None
    if row is None or not row.is_present:
        raise Http404(NOT_HERE)
    row.plan = row.node.plan = plan
    return row


def _called(plan: Plan, row: Level) -> str:
    """ "Goal 4"; the level's word alone where there is no code."""
    return f"{plan.word(row.kind)} {row.code}".strip()


def _name(plan: Plan, row: Level) -> str:
    """ "action step 4.1.2" """
    word = plan.word(row.kind).lower()
    return f"{word} {row.code}" if row.code else f"the {word} “{row.title}”"
