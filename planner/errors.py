"""What people see when a request cannot be answered. The pages say what happened and what to do, and need neither session nor database."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django_htmx.http import HttpResponseClientRedirect


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old, mostly after signing in or out in another tab. Nothing is written, but what was typed is kept."""
    view = request.resolver_match.func if request.resolver_match else None
    if too_late := getattr(view, "too_late", None):
        address, is_kept = too_late(request)
        if is_kept and not request.user.is_authenticated:
            return redirect_to_login(address, resolve_url(settings.LOGIN_URL))
        if is_kept:
            return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
        if request.headers.get("HX-Request"):  # into the toasts of base_staff.html, since a part has no page to show
            answer = render(request, "actions/_too_late.html", {"address": address}, status=409)
            answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#toasts", "innerHTML"
            return answer
    return render(request, "403_csrf.html", status=403)


def too_many_tries(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rate limit of signing in was reached. `Retry-After` is in seconds."""
    answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = "300"
    return answer
