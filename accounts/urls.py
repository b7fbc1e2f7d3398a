"""People of an organization, for its administrators."""

from django.urls import path

from accounts import address_views, views

app_name = "accounts"
urlpatterns = [
    path("manage/", views.manage, name="manage"),
    path("manage/<slug:district>/people/", views.people, name="people"),
    path("manage/<slug:district>/people/<int:membership>/", views.person, name="person"),
    path("manage/<slug:district>/people/<int:membership>/remove/", views.person_remove, name="person-remove"),
    path("manage/<slug:district>/people/<int:membership>/address/", address_views.person_address, name="person-address"),
    path("accounts/address/<str:token>/", address_views.address_confirm, name="address-confirm"),
]
