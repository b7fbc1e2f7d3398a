"""The pages of the sign-in library that we use. Its others - changing the address, confirming it, codes - do not exist here: people are
invited by an administrator, and an address is changed by one."""

from functools import wraps

from allauth.account import views
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect


def whole_window(view):
    """A part of a page that asks after the session ended is redirected here by its browser: the window goes on to the page, not the part."""

    @wraps(view)
    def page_or_window(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method == "GET" and request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(request.get_full_path())
        return view(request, *args, **kwargs)

    return page_or_window


page = require_http_methods(["GET", "HEAD", "POST"])
"""The library's views take a PUT for a POST."""

urlpatterns = [
    path("login/", page(whole_window(views.login)), name="account_login"),
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
