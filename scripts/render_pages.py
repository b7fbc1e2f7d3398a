"""Renders the pages of the sample district into a folder, for html-validate: what links lead to, for visitors and for staff, some pages of each kind;
forms that were sent with mistakes; and the error pages. Usage: render_pages.py FOLDER, with DATA_DIR and DATABASE_URL of their own."""

import os
import re
import sys
from collections import Counter, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402

from accounts.models import Membership  # noqa: E402
from actions.models import UpdateLink  # noqa: E402
from actions.services.links import path_of, token_of  # noqa: E402

OF_EACH_KIND = 4
"""Pages with and without a query count as two kinds."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ERRORS = ("400.html", "403.html", "403_csrf.html", "404.html", "413.html", "429.html", "500.html")


class Links(HTMLParser):
    """Addresses that a page leads to, and of its forms that are sent with POST."""

    def __init__(self, page: str, text: str):
        super().__init__()
        self.page, self.found = page, []
        self.forms: list[tuple[str, dict[str, str]]] = []
        """Where each is sent to, with its hidden fields."""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.found.append(urldefrag(urljoin(self.page, said["href"])).url)
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self.forms.append((urljoin(self.page, said.get("action") or self.page), {}))
        if tag == "input" and said.get("type") == "hidden" and said.get("name") and self.forms:
            self.forms[-1][1][said["name"]] = said.get("value") or ""


def kind(address: str) -> str:
    parts = urlsplit(address)
    try:
        return resolve(parts.path).view_name + "?" * bool(parts.query)
    except Resolver404:
        return "nowhere"


class Folder:
    def __init__(self, path: Path):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.written = 0

    def keep(self, who: str, address: str, text: str) -> None:
        name = re.sub(r"[^\w.-]+", "_", address).strip("_") or "home"
        (self.path / f"{self.written:03d}-{who}-{name[:80]}.html").write_text(text)
        self.written += 1


def walk(folder: Folder, who: str, client: Client, starts: list[str]) -> list[str]:
    """Follows links from page to page. Returns what went wrong."""
    waiting, seen, counted, odd = deque(starts), set(starts), Counter(), []
    forms: dict[str, tuple[str, dict[str, str]]] = {}
    while waiting:
        address = waiting.popleft()
        name = kind(address)
        if counted[name] >= OF_EACH_KIND or name.startswith("account_logout"):
            continue
        counted[name] += 1
        answer = client.get(address, follow=True)
        if answer.redirect_chain:
            address = answer.redirect_chain[-1][0]
        if answer.status_code != 200:
            odd.append(f"{who}: {address} answers {answer.status_code}")
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        folder.keep(who, address, text)
        links = Links(address, text)
        for further in links.found:
            if not urlsplit(further).netloc and further.startswith("/") and further not in seen:
                seen.add(further)
                waiting.append(further)
        for form, hidden in links.forms:
            forms.setdefault(kind(form), (form, hidden))
    forms.pop("account_logout", None)
    for form, hidden in forms.values():  # at the end, since some of them change something
        refused = client.post(form, {"email": "nobody", "login": "nobody", "name": ""} | hidden)
        if refused.status_code >= 500:
            odd.append(f"{who}: an empty form to {form} answers {refused.status_code}")
        elif refused.content and refused.headers.get("Content-Type", "").startswith("text/html"):
            folder.keep(who, f"{form}-refused", refused.content.decode())
    return odd


def main() -> None:
    folder = Folder(Path(sys.argv[1]))
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_samples")
    setup_test_environment()
    admin = Membership.objects.filter(role="admin").select_related("person", "organization").earliest("pk")
    call_command("send_reminders", on=admin.organization.today())
    mailed = [path_of(token_of(link) or "", link.purpose) for link in UpdateLink.objects.order_by("purpose", "pk")[:200]]
    odd = walk(folder, "mail", Client(raise_request_exception=False), mailed)
    odd += walk(folder, "visitor", Client(raise_request_exception=False), ["/", "/accounts/login/", "/accounts/password/reset/"])
    staff = Client(raise_request_exception=False)
    staff.force_login(admin.person, backend=BACKEND)
    odd += walk(folder, "staff", staff, ["/my/", f"/manage/{admin.organization.slug}/", "/accounts/password/change/"])
    for name in ERRORS:
        folder.keep("error", name, render_to_string(name, request=RequestFactory().get("/")))
    print(f"{folder.written} pages in {folder.path}")
    if odd:
        sys.exit("\n".join(odd))


if __name__ == "__main__":
    main()
