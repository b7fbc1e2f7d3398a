"""People of an organization, for its administrators."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("manage/", views.manage, name="manage"),
    path("manage/<slug:district>/people/", views.people, name="people"),
    path("manage/<slug:district>/people/<int:membership>/", views.person, name="person"),
    path("manage/<slug:district>/people/<int:membership>/remove/", views.person_remove, name="person-remove"),
]
