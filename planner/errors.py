"""What people see when a request cannot be answered. The pages say what happened and what to do, and need neither session nor database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old, mostly after signing in or out in another tab."""
    return render(request, "403_csrf.html", status=403)


def too_many_tries(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rate limit of signing in was reached. `Retry-After` is in seconds."""
    answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = "300"
    return answer
