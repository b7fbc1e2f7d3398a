"""What the pages of those who work on a plan have in common: what stands around a page, and what a service says to a form."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.urls import reverse

from accounts.requests import StaffRequest
from accounts.roles import may
from accounts.shell import staff_shell
from goals.models import Plan


def plan_context(request: StaffRequest, plan: Plan, current: str, here: str = "") -> dict[str, Any]:
    """Context of a page about one plan: bar, crumbs, tabs, and a press for its forms. `current` is the tab; `here` what the crumbs end with."""
    organization = plan.organization
    role = request.user.role_in(organization)
    args = [organization.slug, plan.slug]
    base = f"/manage/{organization.slug}/{plan.slug}/"
    tabs = [("steps", "Steps", base), ("reviews", "Reviews", reverse("actions:review-list", args=args))]
    if may(role, "update_any_step"):
        tabs += [
            ("publishing", "Publishing", reverse("actions:publish", args=args)),
            ("statuses", "Statuses", reverse("actions:statuses", args=args)),
            ("rhythm", "Rhythm", reverse("actions:rhythm", args=args)),
        ]
    places = [("Plans", reverse("actions:manage-home", args=[organization.slug])), (plan.title, base)]
    named = {key: (words, href) for key, words, href in tabs}
    return {
        "shell": staff_shell(request.user, organization, "plans"),
        "organization": organization,
        "plan": plan,
        "base": base,
        "public": f"/{organization.slug}/{plan.slug}/",
        "crumbs": [*places, named[current], (here, "")] if here else [*places, named[current]],
        "tabs": [(words, href, key == current) for key, words, href in tabs],
        "may_publish": may(role, "publish"),
        "press": uuid.uuid4(),
    }


def accepted(form: BaseForm, service: Callable[..., Any], **said: Any) -> bool:
    """Whether the service took it. What it refuses stands at the form."""
    try:
        service(**said)
    except ValidationError as error:
        put_errors(form, error)
        return False
    return True


def put_errors(form: BaseForm, error: ValidationError) -> None:
    """What a service refused, beside its field; beside the whole form where the form has no such field."""
    for name, sentences in (error.message_dict if hasattr(error, "error_dict") else {None: error.messages}).items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
