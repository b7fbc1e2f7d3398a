"""Two answers for whoever watches the machines: `live` means that the process answers, `ready` that it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from planner import triggers
from planner.lib.db import ClockIn

SILENCE = 120
"""Seconds after which worker and scheduler, who report every 30, count as away."""


@login_not_required  # asked by machines; says nothing of anybody
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"live": True})


@login_not_required  # asked by machines; says nothing of anybody
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not triggers.are_there():
            return JsonResponse({"ready": False, "why": "The database lacks triggers: run manage.py migrate."}, status=503)
        return JsonResponse({"ready": True, **workers()})
    except Error:
        return JsonResponse({"ready": False, "why": "The database does not answer."}, status=503)


def workers() -> dict[str, object]:
    """Whether worker and scheduler were seen lately. Without them the web goes on and jobs wait, so it is said and fails nothing."""
    from accounts.models import Heartbeat

    seen = Heartbeat.objects.filter(name="worker and scheduler").first()
    lately = Heartbeat.objects.filter(name="worker and scheduler", at__gt=ClockIn(-SILENCE)).exists()
    return {"workers": lately, "workers_seen_at": seen.at.isoformat() if seen else None}
