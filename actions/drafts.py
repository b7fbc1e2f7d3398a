"""What somebody typed is kept when the form comes back too late: the session ended meanwhile, or somebody signed in in another tab.

The text waits in the session of this very browser, which signing in carries over and signing out empties, and only for the person who typed
it: the form names that person, signed. Views that are marked `keeps_text` say where to come back to; planner.closed and planner.errors ask.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Person
from actions import desks

KEY = "typed"
MOST = 5
"""Drafts of one browser; older ones are let go."""
SECONDS = 12 * 3600
FIELDS = ("status", "as_of", "public_note", "note", "evidence_url", "version", "title", "description", "seen")
LONGEST = 20_000
"""Characters of one field; a form would refuse a longer one anyway."""

signer = Signer(salt="actions.drafts")


def typed_by(person: Person) -> str:
    """The hidden field that says whose form it is."""
    return signer.sign(str(person.pk))


def keep(request: HttpRequest) -> str:
    """Keep what was typed, and give its token; "" where the form is not one that a known person was given."""
    try:
        who = signer.unsign(request.POST.get("typed_by", ""))
    except BadSignature:
        return ""
    if request.user.is_authenticated and str(request.user.pk) != who:
        return ""
    token = secrets.token_urlsafe(12)
    kept = [draft for draft in request.session.get(KEY, []) if _is_fresh(draft)]
    said = {name: request.POST[name][:LONGEST] for name in FIELDS if name in request.POST}
    kept.append({"token": token, "who": who, "at": time.time(), "path": request.path, "said": said})
    request.session[KEY] = kept[-MOST:]
    return token


def read(request: HttpRequest) -> dict[str, str] | None:
    """What was typed into this form before, where the address names it and the same person asks."""
    token = request.GET.get("draft", "")
    for draft in request.session.get(KEY, []) if token else ():
        if draft["token"] == token and draft["who"] == str(request.user.pk) and draft["path"] == request.path and _is_fresh(draft):
            return draft["said"]
    return None


def forget(request: HttpRequest) -> None:
    """It was saved: the drafts of this form are not needed any more."""
    kept = request.session.get(KEY)
    if kept and any(draft["path"] == request.path for draft in kept):
        request.session[KEY] = [draft for draft in kept if draft["path"] != request.path]


def _is_fresh(draft: dict[str, Any]) -> bool:
    return time.time() - draft["at"] < SECONDS


def keeps_text(view: Callable) -> Callable:
    """A view whose form is not lost when it comes too late."""
    view.too_late = too_late  # type: ignore[attr-defined]
    return view


def too_late(request: HttpRequest) -> tuple[str, bool]:
    """Where somebody goes on whose form came too late - the same form with the text, or the page where the button was -, and whether a text waits."""
    back = desks.safe_back(request.POST.get("back") or request.GET.get("back") or "")
    match = request.resolver_match
    assert match is not None
    if match.url_name in ("step-update", "update-correct", "part-wording"):
        token = keep(request)
        return f"{request.path}?{urlencode({'back': back} | ({'draft': token} if token else {}))}", bool(token)
    if match.url_name == "step-confirm":
        return reverse("actions:step", kwargs=match.kwargs), False
    picked = [("picked", value.partition(":")[0]) for value in request.POST.getlist("step")[:200]]
    return (f"{back}{'&' if '?' in back else '?'}{urlencode(picked)}" if picked else back), False
