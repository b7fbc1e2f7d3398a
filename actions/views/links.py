"""Pages behind the links in mails: no account, one person, one organization, one row of the ledger.

Looking changes nothing, since mail programs and scanners open links. A press is a POST with its CSRF token; only the one press of RFC 8058, which
ends the mails, comes without. The token stands in the address alone: no other site learns it (Referrer-Policy), no cache keeps the page, and
planner.lib.logs keeps it out of what is written down.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import form_press
from accounts.shell import RIBBON
from actions import ask_forms
from actions.link_forms import LinkForm
from actions.link_pages import Button, lines_of, name_of, said_before, toast_of, together, words_of
from actions.models import Ask, StatusUpdate, UpdateLink
from actions.services import links, photos
from actions.services.links import LinkStep, LinkSteps
from actions.services.reminders import is_unsubscribed
from actions.services.updates import Conflict
from actions.views.staff import put_errors
from goals.models import Plan
from planner.lib.keys import key_of
from planner.lib.shell import Shell, accent_of


class SomebodyElse(Exception):
    """Another person is signed in in this browser than the one whose link it is."""


def link_page(purpose: str = UpdateLink.UPDATE) -> Callable:
    """A view of (request, link, token, ...) that anybody may open who has the token, and what all of them have in common."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @never_cache
        @wraps(view)
        def answer(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
            try:
                link = links.get_link_or_404(token, purpose)
                if purpose == UpdateLink.UPDATE and request.user.is_authenticated and request.user.pk != link.person_id:
                    raise SomebodyElse
                found = view(request, link, token, **more)
            except Http404:
                found = render(request, "actions/link/gone.html", {"is_update": purpose == UpdateLink.UPDATE}, status=404)
            except SomebodyElse:
                found = render(request, "actions/link/somebody_else.html", {"who": request.user}, status=403)
            # The bare origin goes with a form, so that its check against forgery holds; the address with the token goes nowhere.
            found.headers["Referrer-Policy"] = "strict-origin"
            found.headers["X-Robots-Tag"] = "noindex, nofollow"
            patch_vary_headers(found, ["Cookie"])
            return found

        return answer

    return decorate


def shell_of(link: UpdateLink) -> Shell:
    organization = link.organization
    return Shell(organization.name, accent=accent_of(organization.accent), ribbon=RIBBON if organization.is_sample else "")


# One step after the other


@require_http_methods(["GET", "HEAD", "POST"])
@link_page()
def link_steps(request: HttpRequest, link: UpdateLink, token: str) -> HttpResponse:
    """The first step that waits for a word, or the one that was asked for; a POST says how it stands."""
    shown = links.steps_for_link(link)
    if request.method == "POST":
        return _say(request, link, token, shown)
    if theirs := shown.said_by_others(key_of(request.GET.get("step"))):
        return _theirs_page(request, link, token, shown, theirs)
    chosen = next((row for row in shown.steps if row.node == key_of(request.GET.get("step"))), None)
    row = chosen or shown.next_after(key_of(request.GET.get("after")))
    if row is None:
        return _done(request, link, token, shown)
    return _step_page(request, link, token, shown, row, LinkForm(row=row, statuses=shown.statuses[row.step.plan_id]))


def _say(request: HttpRequest, link: UpdateLink, token: str, shown: LinkSteps) -> HttpResponse:
    key = key_of(request.POST.get("step"))
    if theirs := shown.said_by_others(key):
        return _theirs_page(request, link, token, shown, theirs, status=409)
    row = shown.find(key or 0)
    form = LinkForm(request.POST, request.FILES, row=row, statuses=shown.statuses[row.step.plan_id])
    if not form.is_valid():
        return _step_page(request, link, token, shown, row, form, status=422)
    said = form.cleaned_data
    try:
        taken = photos.take(said["photo"]) if said["photo"] else None
        done = links.record_by_link(
            link=link,
            node=row.node,
            form=form_press(request),
            status=form.status,
            expected_version=key_of(request.POST.get("version")) or 0,
            public_note=said["public_note"],
            evidence_url=said["evidence_url"],
            taken=taken,
        )
    except ValidationError as error:
        put_errors(form, error)
        return _step_page(request, link, token, shown, row, form, status=422)
    except Conflict as conflict:
        if conflict.theirs and not form.is_open and _says_the_same(link, conflict.theirs, form):
            return redirect(f"{links.path_of(token)}?after={row.node}&said={conflict.theirs.pk}")
        shown = links.steps_for_link(link)
        if theirs := shown.said_by_others(row.node):
            return _theirs_page(request, link, token, shown, theirs, status=409)
        return _step_page(request, link, token, shown, shown.find(row.node), form, theirs=conflict.theirs, status=409)
    return redirect(f"{links.path_of(token)}?after={row.node}&said={done.update.pk}")


TYPED = ("public_note", "evidence_url", "sentence", "who")
"""What is typed in forms of these pages, beside days."""


def _theirs_page(request: HttpRequest, link: UpdateLink, token: str, shown: LinkSteps, row: LinkStep, *, status: int = 200) -> HttpResponse:
    """Somebody was quicker with a step of the list: what they said, and what was typed here meanwhile."""
    context = _around(link, token, shown) | {
        "step": row.step,
        "now": words_of(shown).get(str(row.step.status_id)),
        "typed": [text for name in TYPED if (text := request.POST.get(name, "").strip())],
        "had_photo": bool(request.FILES),
        "is_late": request.method == "POST",
    }
    return render(request, "actions/link/theirs.html", context, status=status)


def _step_page(
    request: HttpRequest,
    link: UpdateLink,
    token: str,
    shown: LinkSteps,
    row: LinkStep,
    form: LinkForm,
    *,
    theirs: StatusUpdate | None = None,
    status: int = 200,
) -> HttpResponse:
    known = words_of(shown)
    say = str(form["say"].value() or "") if form.is_bound else request.GET.get("say", "")
    main = Button(say, known.get(say)) if say in form.statuses and say != str(row.step.status_id) else None
    has_status = row.step.status_id is not None
    others = [Button(key, known.get(key)) for key in form.statuses if key != str(row.step.status_id) and not (main and key == main.say)]
    context = _around(link, token, shown) | {
        "row": row,
        "step": row.step,
        "plan": row.step.plan if len({one.step.plan_id for one in shown.steps}) > 1 else None,
        "now": known.get(str(row.step.status_id)),
        "place": shown.place(row),
        "count": f"Step {shown.place(row)} of {len(shown.steps)}",
        "left": "The last one" if len(shown.steps) - shown.done <= 1 else f"{len(shown.steps) - shown.done} left, 10 seconds each",
        "form": form,
        "main": main,
        "may_confirm": has_status,
        "others": others,
        "press": uuid.uuid4() if theirs or not form.is_bound else form_press(request),
        "theirs": theirs,
        "today": link.organization.today(),
        "toast": toast_of(request.GET, link, shown),
        "still": len(shown.still),
        "has_apart": len(together(shown)) > 1,
        "may_remind": row.cycle.ends_on > link.organization.today(),
    }
    return render(request, "actions/link/step.html", context, status=status)


def _around(link: UpdateLink, token: str, shown: LinkSteps) -> dict[str, Any]:
    """What every page of a link has."""
    return {"shell": shell_of(link), "link": link, "home": links.path_of(token), "token": token, "shown": shown, "total": len(shown.steps)}


def _says_the_same(link: UpdateLink, stands: StatusUpdate, form: LinkForm) -> bool:
    """Whether the person said today, in another browser, just what this press says: then it is done."""
    if stands.by_id != link.person_id or stands.as_of != link.organization.today():
        return False
    meant = form.status.pk if form.status else (before := said_before(stands)) and before.status_id
    return meant == stands.status_id


def _done(request: HttpRequest, link: UpdateLink, token: str, shown: LinkSteps) -> HttpResponse:
    """All of them have their word, or nothing is asked."""
    live = next((row.step.plan for row in shown.steps if row.step.plan.visibility == Plan.LIVE), None)
    context = _around(link, token, shown) | {
        "lines": lines_of(link, shown),
        "press": uuid.uuid4(),
        "public": f"/{live.organization.slug}/{live.slug}/" if live else "",
        "confirmed": sum(row.is_confirmed for row in shown.steps),
        "count": f"{shown.done} of {len(shown.steps)}",
    }
    return render(request, "actions/link/done.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@link_page()
def link_all(request: HttpRequest, link: UpdateLink, token: str) -> HttpResponse:
    """ "All still true": the list of what that means, and one press. The form carries the steps that it listed, with their versions."""
    shown = links.steps_for_link(link)
    if request.method == "POST":
        listed = dict(pair for text in request.POST.getlist("step") if (pair := _pair(text)))
        if not listed:
            raise BadRequest("The form is not complete. Load the page again.")
        if theirs := next((row for row in shown.theirs if row.node in listed), None):
            problem = f"Somebody else said meanwhile how {name_of(theirs.step)} stands, so nothing was saved. These are left."
            return _all_page(request, link, token, shown, problem=problem, status=409)
        try:
            said = links.confirm_all_by_link(link=link, form=form_press(request), expected_versions=listed)
            more = "all/" if len(together(shown)) > 1 else ""
            return redirect(f"{links.path_of(token)}{more}?all={said[0].update.press}")
        except Conflict as conflict:
            problem = f"{name_of(conflict.step)} was changed meanwhile, so nothing was saved. This is how all of them stand now."
        except ValidationError as error:
            problem = " ".join(error.messages)
        return _all_page(request, link, token, links.steps_for_link(link), problem=problem, status=409)
    return _all_page(request, link, token, shown)


def _pair(text: str) -> tuple[int, int] | None:
    step, _, version = text.partition(":")
    numbers = (key_of(step), key_of(version))
    return numbers if None not in numbers else None  # type: ignore[return-value]


def _all_page(
    request: HttpRequest, link: UpdateLink, token: str, shown: LinkSteps, *, problem: str = "", status: int = 200
) -> HttpResponse:
    still = shown.still
    if not still and not problem:
        said = request.GET.get("all")
        return redirect(links.path_of(token) + (f"?{urlencode({'all': said})}" if said else ""))
    context = _around(link, token, shown) | {
        "presses": together(shown),
        "still": len(still),
        "toast": toast_of(request.GET, link, shown),
        "others": sum(not row.is_done for row in shown.steps) - len(still),
        "for_others": sum(row.is_others for row in still),
        "press": uuid.uuid4(),
        "problem": problem,
        "today": link.organization.today(),
    }
    return render(request, "actions/link/all.html", context, status=status)


@require_POST
@link_page()
def link_undo(request: HttpRequest, link: UpdateLink, token: str) -> HttpResponse:
    """Take back what was said or asked through a link: one update, one ask, or all of one press."""
    form = form_press(request)
    try:
        if (update := key_of(request.POST.get("update"))) is not None:
            node = links.undo_by_link(link=link, update=update, form=form).step.pk
        elif (ask := key_of(request.POST.get("ask"))) is not None:
            node = links.withdraw_by_link(link=link, ask=ask, form=form).step_id
        else:
            node = links.undo_all_by_link(link=link, press=_uuid(request.POST.get("all", "")), form=form)[0].step.pk
    except ValidationError as error:
        context = _around(link, token, links.steps_for_link(link)) | {"says": " ".join(error.messages)}
        return render(request, "actions/link/not_undone.html", context, status=409)
    return redirect(f"{links.path_of(token)}?step={node}")


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise BadRequest("The form is not complete. Load the page again.") from error


# Instead of a status


@require_http_methods(["GET", "HEAD", "POST"])
@link_page()
def link_ask(request: HttpRequest, link: UpdateLink, token: str, kind: str, step: int) -> HttpResponse:
    """Not mine, blocked, remind me, another due date."""
    if kind not in ask_forms.FORMS:
        raise Http404
    shown = links.steps_for_link(link)
    if theirs := shown.said_by_others(step):
        return _theirs_page(request, link, token, shown, theirs, status=409 if request.method == "POST" else 200)
    row = shown.find(step)
    form = ask_forms.FORMS[kind](request.POST or None, step=row.step, last_day=row.cycle.ends_on)
    if request.method == "POST" and form.is_valid():
        try:
            asked = links.ask_by_link(link=link, node=step, kind=form.kind, form=form_press(request), **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            then = f"step={step}" if form.kind == Ask.DUE and not row.is_done else f"after={step}"
            return redirect(f"{links.path_of(token)}?{then}&asked={asked.ask.pk}")
    context = _around(link, token, shown) | {
        "row": row,
        "step": row.step,
        "form": form,
        "press": form_press(request) if form.is_bound else uuid.uuid4(),
        "back": f"{links.path_of(token)}?step={step}",
    }
    return render(request, "actions/link/ask.html", context, status=422 if form.is_bound else 200)


# Ending things


@require_http_methods(["GET", "HEAD", "POST"])
@link_page()
def link_end(request: HttpRequest, link: UpdateLink, token: str) -> HttpResponse:
    """ "I am not this person": the link ends with one press."""
    if request.method == "POST":
        links.revoke_links(link=link, press=links.press_of(link, form_press(request)))
        return render(request, "actions/link/ended.html", {"shell": shell_of(link)})
    context = {"shell": shell_of(link), "link": link, "home": links.path_of(token), "press": uuid.uuid4()}
    return render(request, "actions/link/end.html", context)


@csrf_exempt  # the one exemption: the press of RFC 8058 comes from a mail program, which has neither cookie nor token
@require_http_methods(["GET", "HEAD", "POST"])
@link_page(UpdateLink.UNSUBSCRIBE)
def link_unsubscribe(request: HttpRequest, link: UpdateLink, token: str) -> HttpResponse:
    """No more reminders of this organization. A GET shows a button; the press needs nothing but the link, and is answered, never sent on."""
    if request.method == "POST":
        links.unsubscribe_by_link(link=link)
    is_out = request.method == "POST" or is_unsubscribed(link.person, link.organization)
    context = {"shell": shell_of(link), "link": link, "is_out": is_out, "preferences": reverse("actions:my-reminders")}
    return render(request, "actions/link/unsubscribe.html", context)
