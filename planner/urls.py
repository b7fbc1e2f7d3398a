"""The front doors. The district's addresses come last, since a district may be called almost anything."""

from django.urls import include, path

from planner import health

urlpatterns = [
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("", include("surveys.urls")),
    path("", include("actions.urls")),
    path("", include("dashboards.urls")),
]

handler429 = "planner.errors.too_many_tries"  # asked for by the sign-in library
