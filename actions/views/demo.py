"""A demo's mails on a page, and a button that moves its calendar on. With SHOW_MAILS alone, which production refuses; else there is nothing here."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import Press
from accounts.models import AuditEntry, Organization
from accounts.perms import NOT_HERE
from actions import mailbox
from actions.models import Reminder
from actions.services import reminders
from actions.services.demo import move_calendar
from actions.tasks import send_reminders
from planner.lib.dates import us_date
from planner.lib.shell import Shell

PAGE = 50


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Nothing is here where mails do not go to a folder, or nobody said that everybody may read them."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, **more: Any) -> HttpResponseBase:
        if not settings.SHOW_MAILS or not getattr(settings, "EMAIL_FILE_PATH", ""):
            raise Http404(NOT_HERE)
        return view(request, **more)

    return answer


def folder() -> Path:
    return Path(getattr(settings, "EMAIL_FILE_PATH", ""))


def _letter_or_404(file: str, n: int) -> mailbox.Letter:
    found = mailbox.find(folder(), file, n)
    if found is None:
        raise Http404(NOT_HERE)
    return found


@require_safe
@demo_only
def demo_mails(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; the samples with the day on which their calendar stands."""
    samples = [one for one in reminders.asked_organizations() if one.is_sample and one.calendar_on]
    waiting = Reminder.objects.waiting().filter(organization__in=samples).count()
    context = {
        "shell": Shell("District Planner", home=reverse("dashboards:home")),
        "samples": [(one, us_date(one.today())) for one in samples],
        "waiting": waiting,
        "page": Paginator(mailbox.letters(folder()), PAGE).get_page(request.GET.get("page")),
        "moved": request.GET.get("moved", ""),
    }
    answer = render(request, "actions/demo/mails.html", context)
    if waiting:  # the worker writes them at this moment
        answer.headers["Refresh"] = "2"
    return answer


@require_safe
@demo_only
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # the library types views without arguments
def demo_mail(request: HttpRequest, file: str, n: int) -> HttpResponse:
    """One mail: its headers, its text, and its HTML in a frame."""
    context = {"shell": Shell("District Planner", home=reverse("dashboards:home")), "mail": _letter_or_404(file, n)}
    return render(request, "actions/demo/mail.html", context)


@require_safe
@demo_only
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]
    {
        **dict.fromkeys(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]),  # none of ours holds for it
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "sandbox": ["allow-top-navigation-by-user-activation"],
    }
)
def demo_mail_html(request: HttpRequest, file: str, n: int) -> HttpResponse:
    """The HTML of a mail as it was sent, locked in: no script, no form, nothing loaded; its links open in the whole window."""
    html = _letter_or_404(file, n).html
    if not html:
        raise Http404(NOT_HERE)
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))


@require_POST
@demo_only
def demo_calendar(request: HttpRequest) -> HttpResponse:
    """Move a sample's calendar to the next day on which mails are due; the worker sends them."""
    organization = get_object_or_404(
        Organization.objects.exclude(calendar_on=None), slug=request.POST.get("organization", ""), is_sample=True
    )
    day = move_calendar(organization=organization, press=Press(AuditEntry.COMMAND))
    if day is None:
        return redirect(reverse("actions:demo-mails") + "?moved=none")
    send_reminders.delay()
    return redirect(reverse("actions:demo-mails") + f"?moved={day.isoformat()}")
