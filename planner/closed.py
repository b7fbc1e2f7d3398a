"""Closed by default: a view needs a signed-in person unless it says `@login_not_required`."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url


class ClosedByDefault(LoginRequiredMiddleware):
    """Django's own asks who is signed in before it looks whether that matters, which reads the session for every public page."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponseRedirect:
        """A form that comes after its session ended goes on where its view says, with what was typed; see actions.drafts."""
        too_late = getattr(view_func, "too_late", None)
        if request.method == "POST" and too_late is not None:
            return redirect_to_login(too_late(request)[0], resolve_url(settings.LOGIN_URL))
        return super().handle_no_permission(request, view_func)
