"""The pages of the sign-in library that we use. Its others - changing the address, confirming it, codes - do not exist here: people are
invited by an administrator, and an address is changed by one."""

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods

page = require_http_methods(["GET", "HEAD", "POST"])
"""The library's views take a PUT for a POST."""

urlpatterns = [
    path("login/", page(views.login), name="account_login"),
    path("logout/", page(views.logout), name="account_logout"),
    path("inactive/", page(views.account_inactive), name="account_inactive"),
    path("signup/", page(views.signup), name="account_signup"),  # says that it is closed; the library's pages need the name
    path("password/change/", page(views.password_change), name="account_change_password"),
    path("password/reset/", page(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", page(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        page(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", page(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
]
