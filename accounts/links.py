"""The one-time link by which a person sets a password, and the mails about an account."""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.addresses import token_of
from accounts.models import AddressChange, Organization, Person

log = logging.getLogger(__name__)


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


def send_address_mails(*, change: AddressChange, site: str) -> None:
    """To the new address a link that confirms it; to the old one, which may be a stranger's, that it is not used any more, and nothing else.

    Raises OSError where the first cannot be sent. That the second cannot is why the address is corrected.
    """
    link = f"{site}{reverse('accounts:address-confirm', args=[token_of(change)])}"
    _send_address_mail(change, change.new_email, "is this your e-mail address?", "accounts/address_new.txt", link)
    try:
        _send_address_mail(change, change.old_email, "your e-mail address is not used any more", "accounts/address_old.txt")
    except OSError as error:
        log.info("An old address could not be told that it is not used any more: %s", type(error).__name__)


def _send_address_mail(change: AddressChange, to: str, subject: str, template: str, link: str = "") -> None:
    said = {"organization": change.organization, "person": change.person, "by": change.by, "link": link}
    subject = " ".join(f"{change.organization.name}: {subject}".split())
    send_mail(subject, render_to_string(template, said), settings.DEFAULT_FROM_EMAIL, [to])
