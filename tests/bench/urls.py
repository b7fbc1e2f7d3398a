"""The site's addresses, and two of the bench's own behind the same middleware: the floor and the naive way."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from planner.urls import urlpatterns as ours
from tests.bench.naive import dashboard


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello), path("naive/<slug:plan>/", dashboard), *ours]
