"""A plan to take along, on the day and with the filters of the page that links here."""

import logging
from dataclasses import replace
from io import BytesIO

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from actions.writing.pdf import PdfFailed, render_pdf
from dashboards import filters
from dashboards.pages import asked_words
from dashboards.reports import gone_page
from dashboards.views import LIVE, day_of, page, report_gone, report_or_404, see

logger = logging.getLogger(__name__)


@login_not_required  # what a live plan's page shows may be taken along
@require_safe
def export(request: HttpRequest, organization: str, plan: str, kind: str) -> HttpResponse:
    """A file of one of `actions.writing.formats`. A CSV begins with a byte order mark, without which Excel misreads it; `?bom=0` leaves it out."""
    from actions.writing.formats import FORMATS

    day, _ = day_of(request, "as_of")
    picture = see(request, organization, plan, day)
    asked = filters.read(request.GET, picture)
    shown = replace(filters.narrowed(picture, asked), narrowed_to=asked_words(asked, picture))
    form = FORMATS[kind]
    out = BytesIO()
    try:
        form.write(shown, out, bom=request.GET.get("bom") != "0")
    except PdfFailed as error:
        return _failed(error)
    name = f"{picture.slug}-{picture.as_of.isoformat()}-{form.file_name}"
    return _file(out.getvalue(), form.content_type, name, private=picture.visibility != LIVE)


@login_not_required  # reports are published for everybody
@require_safe
def report_pdf(request: HttpRequest, organization: str, plan: str, address: str) -> HttpResponse:
    """A published report as PDF, from its stored JSON: the same bytes every time. Of one that no longer holds, first a page that says so."""
    found = report_or_404(organization, plan, address)
    if gone := report_gone(request, found, "report.pdf"):
        response = page("dashboards/report_gone.html", gone_page(found, gone))
        response.status_code = 410
        return response
    mark = "" if found.is_standing else "-no-longer-holds"
    name = f"{found.plan.slug}-report-{found.address.replace('~', '-')}{mark}.pdf"
    try:
        return _file(render_pdf({**found.tree, "fingerprint": found.fingerprint}), "application/pdf", name, private=False)
    except PdfFailed as error:
        return _failed(error)


def _file(content: bytes, content_type: str, name: str, *, private: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store" if private else "no-cache"
    return response


def _failed(error: PdfFailed) -> HttpResponse:
    """The sentence for whoever asked; what the typesetter said for those who run the site."""
    logger.error("%s %s", error, error.detail)
    return HttpResponse(f"{error}\n", status=503, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
