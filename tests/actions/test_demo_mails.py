"""A demo's mails on a page: only where that was said, locked in, and brought by the services that bring all mails."""

from datetime import timedelta

import pytest
from django.core.mail import get_connection

from accounts.models import AuditEntry, Organization
from actions import mailbox
from actions.models import Cycle, Reminder
from actions.services import demo, reminders, sending
from tests.factories.reviews import MONDAY, make_district, press
from tests.support.looking import findings_everywhere

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shown(settings, tmp_path):
    """Mails go to a folder, and everybody may read them."""
    settings.SHOW_MAILS, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return tmp_path


@pytest.fixture
def district():
    found = make_district()
    Organization.objects.filter(pk=found.organization.pk).update(is_sample=True, calendar_on=MONDAY)
    found.organization.refresh_from_db()
    return found


def mails_of(district, on=MONDAY):
    reminders.run_organization(organization=district.organization, on=on, press=press())
    sending.send_due(on=on)


PATHS = ("/demo/mails/", "/demo/mails/a/1/", "/demo/mails/a/1/html/")


@pytest.mark.parametrize(("show", "path"), [(False, "/tmp"), (True, "")])
def test_nothing_is_there_unless_it_was_said(client, settings, district, show, path):
    settings.SHOW_MAILS, settings.EMAIL_FILE_PATH = show, path
    assert {client.get(address).status_code for address in PATHS} == {404}
    assert client.post("/demo/calendar/", {"organization": "meadow"}).status_code == 404
    district.organization.refresh_from_db()
    assert district.organization.calendar_on == MONDAY


def test_mails_are_listed_and_read(client, shown, district):
    mails_of(district)
    found = mailbox.letters(shown)
    assert len(found) == Reminder.objects.filter(state="sent").count() >= 3
    page = client.get("/demo/mails/")
    assert f"{len(found)} mails" in page.text
    own = next(one for one in found if one.to == district.people["owner"].email)
    assert f"/demo/mails/{own.file}/{own.n}/" in page.text
    one = client.get(f"/demo/mails/{own.file}/{own.n}/")
    assert own.subject in one.text
    assert "List-Unsubscribe-Post" in one.text
    assert "frame-src 'self'" in one.headers["Content-Security-Policy"]
    link = next(word for word in own.text.split() if "/u/" in word)
    assert f'href="{link}"' in one.text, "the links of the plain text work"
    assert client.get(link.partition("8000")[2]).status_code == 200


def test_the_html_is_locked_in(client, shown, district):
    mails_of(district)
    own = next(one for one in mailbox.letters(shown) if "/u/" in one.html)
    answer = client.get(f"/demo/mails/{own.file}/{own.n}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "form-action 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.text
    assert own.html.partition("<head>")[2] in answer.text


@pytest.mark.parametrize("file", ["..", "../secret_key", "no-such", "%2e%2e%2fsecret_key", "*"])
def test_no_other_file_is_given(client, shown, district, file):
    mails_of(district)
    (shown.parent / "secret_key").write_text("sesame")
    assert client.get(f"/demo/mails/{file}/1/").status_code == 404


def test_a_mail_that_is_being_written_is_left_out(shown):
    with get_connection() as mails:
        from django.core.mail import EmailMessage

        EmailMessage("Dünn", "Text\n" + "-" * 79 + "\nmore", "a@example.org", ["b@example.org"], connection=mails).send()
    (path,) = shown.glob("*.log")
    with path.open("ab") as out:
        out.write(b"Subject: half")
    found = mailbox.letters(shown)
    assert found[-1].subject == "Dünn"


def test_the_button_goes_on_to_the_next_day_with_mails(client, shown, district, settings):
    mails_of(district)
    count = len(mailbox.letters(shown))
    settings.CELERY_TASK_ALWAYS_EAGER = True
    answer = client.post("/demo/calendar/", {"organization": "meadow"})
    second = MONDAY + 7 * DAY
    assert answer.url.endswith(f"?moved={second}")
    district.organization.refresh_from_db()
    assert district.organization.calendar_on == second
    assert AuditEntry.objects.filter(verb="move calendar").count() == 1
    sending.send_due()
    assert len(mailbox.letters(shown)) > count
    assert client.post("/demo/calendar/", {"organization": "no-such"}).status_code == 404
    assert client.get("/demo/calendar/").status_code == 405


def test_cycles_close_and_open_on_the_way(district):
    mails_of(district)
    days = [demo.move_calendar(organization=district.organization, press=press()) for _ in range(5)]
    assert days == sorted(set(days))
    assert days[-1] > Cycle.objects.order_by("starts_on").first().ends_on
    assert Cycle.objects.exclude(closed_at=None).count() >= 1
    with pytest.raises(ValueError, match="only a sample"):
        demo.move_calendar(organization=make_district("real").organization, press=press())


def test_where_no_mail_is_due_the_calendar_stays(district):
    from actions.services.cycles import set_rhythm

    set_rhythm(plan=district.plan, press=press(), is_on=False, on=MONDAY)
    before = Cycle.objects.count(), Reminder.objects.count()
    assert demo.move_calendar(organization=district.organization, press=press()) is None
    district.organization.refresh_from_db()
    assert district.organization.calendar_on == MONDAY
    assert (Cycle.objects.count(), Reminder.objects.count()) == before


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_a_browser_a_link_in_the_locked_mail_opens_the_steps(page, live_server, shown, district, settings):
    settings.SITE_ADDRESS = live_server.url
    mails_of(district)
    own = next(one for one in mailbox.letters(shown) if one.to == district.people["owner"].email)
    address = f"{live_server.url}/demo/mails/{own.file}/{own.n}/"
    assert [*findings_everywhere(page, f"{live_server.url}/demo/mails/"), *findings_everywhere(page, address)] == []
    page.frame_locator("iframe").get_by_role("link", name="Open it").click()
    page.get_by_role("heading", name="Task number 1").wait_for()
    assert page.url.startswith(f"{live_server.url}/u/"), "in the whole window"
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Done. Thank you.").wait_for()
