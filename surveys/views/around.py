"""What all staff pages of one survey share: where they are, and the way from one to the other."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Person
from accounts.roles import may
from accounts.shell import staff_shell
from surveys.models import Survey

PAGES = (
    ("survey-results", "Results"),
    ("open-answers", "Open answers"),
    ("survey-compare", "Earlier survey"),
    ("survey-links", "You said, we did"),
    ("survey-publish", "Publish"),
    ("survey-settings", "Files and settings"),
)
"""(name of the address, words): the pages of a survey for those who work on it."""


@dataclass(frozen=True, slots=True)
class Tab:
    words: str
    href: str
    is_current: bool


def around(person: Person, survey: Survey, current: str, *, crumb: str = "") -> dict[str, Any]:
    """Context of a page of a survey. `crumb` names a page below one of the tabs."""
    district = survey.organization.slug
    names = [
        name for name, _ in PAGES if name not in ("survey-publish", "survey-links") or may(person.role_in(survey.organization), "publish")
    ]
    words = dict(PAGES)
    hrefs = {name: reverse(f"surveys:{name}", args=[district, survey.slug]) for name in names}
    crumbs = [("Surveys", reverse("surveys:survey-list", args=[district])), (survey.title, hrefs["survey-results"])]
    crumbs += [(words[current], hrefs[current]), (crumb, "")] if crumb else [(words[current], "")]
    return {
        "shell": staff_shell(person, survey.organization, "surveys"),
        "organization": survey.organization,
        "survey": survey,
        "crumbs": crumbs,
        "tabs": [Tab(words[name], hrefs[name], name == current) for name in names],
        "press": uuid.uuid4(),
    }


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to be kept, never by a cache."""
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
