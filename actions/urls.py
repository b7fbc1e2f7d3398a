"""Addresses of those who work on a plan. Imports come before plans: no plan may be called “imports”."""

from django.urls import path

from actions.views import imports

app_name = "actions"

urlpatterns = [
    path("manage/<slug:district>/imports/", imports.import_list, name="import-list"),
    path("manage/<slug:district>/imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("manage/<slug:district>/imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("manage/<slug:district>/imports/<int:pk>/accept/", imports.import_accept, name="import-accept"),
    path("manage/<slug:district>/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("manage/<slug:district>/imports/<int:pk>/retry/", imports.import_retry, name="import-retry"),
]
