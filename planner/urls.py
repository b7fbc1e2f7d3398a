"""The front doors. The district's addresses come last, since a district may be called almost anything."""

from django.urls import include, path

from planner import health

urlpatterns = [
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("accounts/", include("allauth.account.urls")),
]
