"""Closed by default: a view needs a signed-in person unless it says `@login_not_required`."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase


class ClosedByDefault(LoginRequiredMiddleware):
    """Django's own asks who is signed in before it looks whether that matters, which reads the session for every public page."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
