"""The one-time link by which a person sets a password, and the mail that brings it."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Organization, Person


def site_address() -> str:
    """Where people reach us, for what is written outside of a request: SITE_ADDRESS, else the first of ALLOWED_HOSTS."""
    if settings.SITE_ADDRESS:
        return settings.SITE_ADDRESS
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "127.0.0.1")
    port = ":8000" if host in ("127.0.0.1", "localhost") and not settings.HTTPS else ""
    return f"{'https' if settings.HTTPS else 'http'}://{host}{port}"


def password_path(person: Person) -> str:
    """Path of a page on which this person, and who else has the link, can set the password: once, and for PASSWORD_RESET_TIMEOUT seconds."""
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})


def send_invitation(*, person: Person, organization: Organization, site: str) -> None:
    """`site` is scheme and host as people type it. A person who has a password is only told where to sign in."""
    path = reverse("account_login") if person.has_usable_password() else password_path(person)
    said = {"organization": organization, "link": f"{site}{path}", "has_password": person.has_usable_password(), "site": site}
    send_mail(
        " ".join(f"{organization.name}: you can work on the plan now".split()),
        render_to_string("accounts/invitation.txt", said),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
    )
