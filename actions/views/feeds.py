"""The dates of a person: as a list, and as a calendar with a private address that needs no signing in."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.links import site_address
from accounts.requests import StaffRequest, press_of
from accounts.shell import home_of, staff_shell
from actions.calendars import by_month, person_events, to_icalendar
from actions.services.feeds import end_feed, feed_of, make_feed, path_of, person_of_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_dates(request: StaffRequest) -> HttpResponse:
    """What is due, to be confirmed and to be reviewed; and the address by which a calendar shows the same."""
    if request.method == "POST":
        return _change_feed(request)
    person = request.user
    events, feed = person_events(person), feed_of(person)
    context = {
        "shell": staff_shell(person, home_of(person), "dates"),
        "past": [event for event in events if event.is_past],
        "months": by_month(event for event in events if not event.is_past),
        "address": f"{site_address()}{path_of(feed)}" if feed else "",
        "subscribe": f"webcal://{site_address().partition('://')[2]}{path_of(feed)}" if feed else "",
        "feed": feed,
        "press": uuid.uuid4(),
    }
    return render(request, "actions/feed_dates.html", context)


def _change_feed(request: StaffRequest) -> HttpResponse:
    press = press_of(request)
    if request.POST.get("do") == "end":
        end_feed(person=request.user, press=press)
        messages.success(request, "The address has ended. Calendars that had it show nothing new any more.")
    else:
        make_feed(person=request.user, press=press)
        messages.success(request, "There is a new address. One that was there before has ended.")
    return redirect("actions:my-dates")


@login_not_required  # calendars cannot sign in: the address is the key, signed, revocable, of one person
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A person's dates as iCalendar. Nothing is changed by looking."""
    person = person_of_token(token)
    today = max(m.organization.today() for m in person.all_memberships())
    response = HttpResponse(
        to_icalendar(person_events(person), name="My plan dates", today=today), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="my-dates.ics"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=3600)
    return response
