"""Public pages of a plan's reviews and dates. What the plan does not show does not exist for visitors (404)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.perms import NOT_HERE
from actions.calendars import plan_events, to_icalendar
from actions.models import Review
from dashboards import review_pages
from dashboards.views import LIVE, page, see


@login_not_required  # when a live plan was reviewed, by whom by role, what was decided, where the plan says so
@require_safe
def reviews(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """The reviews of a plan and the freshness of its cycles, as far as the plan shows them."""
    picture = see(request, organization, plan)
    shown = review_pages.shown_of(picture.id)
    if not shown:
        raise Http404(NOT_HERE)
    return page("dashboards/reviews.html", review_pages.list_page(picture, shown), private=picture.visibility != LIVE)


@login_not_required  # the decisions of one review, where the plan says so
@require_safe
def review(request: HttpRequest, organization: str, plan: str, address: str) -> HttpResponse:
    picture = see(request, organization, plan)
    found = Review.objects.held().filter(plan=picture.id, address=address).first()
    if found is None or not review_pages.shown_of(picture.id).reviews:
        raise Http404(NOT_HERE)
    return page("dashboards/review.html", review_pages.review_page(picture, found), private=picture.visibility != LIVE)


@login_not_required  # due days of a live plan are public
@require_safe
def dates(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """What is due when; the same as the calendar."""
    picture = see(request, organization, plan)
    context = review_pages.dates_page(picture, review_pages.shown_of(picture.id))
    return page("dashboards/review_dates.html", context, private=picture.visibility != LIVE)


@login_not_required  # the same for calendars, which cannot sign in
@require_safe
def calendar(request: HttpRequest, organization: str, plan: str) -> HttpResponse:
    """A plan's dates as iCalendar."""
    picture = see(request, organization, plan)
    events = plan_events(picture, with_reviews=review_pages.shown_of(picture.id).reviews)
    response = HttpResponse(to_icalendar(events, name=picture.title, today=picture.today), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{picture.slug}.ics"'
    response["Cache-Control"] = "public, max-age=3600" if picture.visibility == LIVE else "private, no-store"
    return response
