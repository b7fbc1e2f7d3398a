"""From a survey's export file to its results in a real browser, with a real worker; and what a machine can see of the pages."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from accounts import jobs
from accounts.audit import Press
from accounts.models import Job
from surveys.models import OpenAnswer, Survey
from surveys.results import results_of
from surveys.services.importing import import_file
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.support.looking import findings_everywhere
from tests.surveys import exports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = exports.few(90)
AT = "/manage/meadow/surveys/"


@pytest.fixture(autouse=True)
def broker_is_there(monkeypatch):
    monkeypatch.setattr(jobs, "_broker_away_until", 0.0)


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def cookie(client, live_server, meadow):
    client.force_login(MembershipFactory(organization=meadow, role="editor").person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": live_server.url}


@pytest.fixture
def signed_in(page, cookie):
    page.context.add_cookies([cookie])
    return page


def odd_rows():
    """An export with something of everything: a doubt, a row that does not fit, a column that is never stored."""
    rows = exports.google(PEOPLE)
    rows[5][3] = "bus"
    rows[7] = [*rows[7], "one cell too many"]
    return rows


def test_upload_watch_correct_accept(signed_in, celery_worker_process, tmp_path):
    page = signed_in
    file = exports.write(tmp_path / "spring.csv", odd_rows())
    page.goto(AT)
    page.get_by_role("link", name="Bring a file in").click()
    page.get_by_label("The file").set_input_files(file)
    page.get_by_label("Title").fill("Spring survey")
    page.get_by_role("button", name="Upload and read").click()
    # No click and no reload by hand: the page asks by itself and turns into the preview.
    page.get_by_role("heading", name="Look at the import").wait_for(timeout=90_000)
    assert page.get_by_text("89 respondents and 5 questions were understood.").is_visible()
    page.get_by_role("button", name="Take the other reading").first.click()
    page.get_by_role("link", name=f"Correct “{exports.COMING}”").wait_for(timeout=90_000)
    page.get_by_role("link", name=f"Correct “{exports.SAY}”").click()
    page.get_by_label("What it is").select_option(label="Leave out: it is never stored")
    page.get_by_role("button", name="Save and read again").click()
    page.get_by_role("heading", name="Look at the import").wait_for(timeout=90_000)
    page.get_by_role("button", name="Accept all 89 respondents").dblclick()
    page.get_by_text("89 respondents were added.").wait_for(timeout=90_000)
    results = results_of(Survey.objects.get())
    assert results.respondents == 89
    coming = next(q for q in results.questions if q.text == exports.COMING)
    bus = next(a.count for a in coming.tables[-1].answers if a.label == "Bus")
    left = [r for n, r in enumerate(PEOPLE) if n != 6]
    assert bus == sum(r.way == "Bus" for r in left) + (PEOPLE[4].way != "Bus")
    assert not OpenAnswer.objects.exists()


def test_the_way_without_a_script(chromium, live_server, cookie, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{AT}imports/new/")
    page.get_by_label("The file").set_input_files(exports.write(tmp_path / "spring.csv", exports.google(PEOPLE)))
    page.get_by_role("button", name="Upload and read").click()
    assert page.get_by_text("Waiting for a worker.").is_visible()
    jobs.run(Job.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("Read it as something else").click()
    page.get_by_label("Rows of headings").fill("2")
    page.get_by_role("button", name="Read it again").click()
    jobs.run(Job.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_text("89 respondents and").is_visible()
    page.get_by_role("button", name="Take the last correction back").click()
    jobs.run(Job.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Accept all 90 respondents").click()
    jobs.run(Job.objects.latest("pk").pk)
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_text("90 respondents were added.").is_visible()
    context.close()


def test_pages_are_accessible_and_narrow(signed_in, client, meadow, monkeypatch, tmp_path):
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    press = Press("command")
    rows = odd_rows()
    first = import_file(exports.write(tmp_path / "one.csv", exports.google(PEOPLE)[:61]), organization=meadow, slug="spring", press=press)
    sent = {"press": str(press.id), "survey": "spring", "asks_minors": "on"}
    with exports.write(tmp_path / "two.csv", rows).open("rb") as file:
        client.post(f"{AT}imports/new/", sent | {"file": file})
    job = Job.objects.get()
    addresses = [f"{AT}imports/{job.pk}/"]
    said = findings_everywhere(signed_in, addresses[0])
    signed_in.goto(AT)  # away from the page that asks by itself and would load itself again
    jobs.run(job.pk)
    job.refresh_from_db()
    columns = {q["text"]: q["columns"][0] for q in job.result["summary"]["questions"]}
    pasted = {"way": "pasted", "press": str(press.id), "source": "Board", "title": "Printed", "text": exports_text()}
    client.post(f"{AT}imports/figures/", pasted)
    jobs.run(Job.objects.latest("pk").pk)
    broken = client.post(f"{AT}imports/new/", sent | {"file": io_of(b"%PDF-1.4")})
    assert broken.status_code == 302
    jobs.run(Job.objects.latest("pk").pk)
    addresses += [
        AT, f"{AT}imports/new/", f"{AT}imports/figures/", f"{AT}imports/{job.pk}/columns/{columns[exports.CHOOSE]}/",
        f"{AT}imports/{job.pk + 1}/", f"{AT}imports/{job.pk + 2}/", f"{AT}spring/settings/", f"{AT}spring/imports/{first.source.pk}/delete/",
    ]  # fmt: skip
    for address in addresses:
        said += findings_everywhere(signed_in, address)
    if folder := os.environ.get("LOOK"):
        look(signed_in, addresses, Path(folder))
    assert said == []


def exports_text() -> str:
    return (
        "Group\tRespondents\nParents\t200\nPupils\t100\n\nPriorities by group - Parents\nPriority\tCount\tPercent\n"
        "Safe schools\t120\t60%\nReading\t50\t24%\n\nTop 5\n1. Safe schools\n2. Reading\n"
    )


def io_of(content: bytes):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("broken.csv", content)


def look(page, addresses: list[str], folder: Path) -> None:
    """Pictures for people: LOOK=folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for n, address in enumerate(addresses):
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 768), ("light", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            page.screenshot(path=folder / f"{n}-{scheme}-{width}.png", full_page=True)
