"""From the file to the plan in a real browser, with a real worker."""

import pytest
from django.conf import settings

from actions.models import ActionStep
from goals.models import Edition
from tests.factories.people import MembershipFactory, OrganizationFactory
from tests.support.looking import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN = """\
Goal 1: Every pupil reads

Strategy 1.1: Books within reach\tProgress through 8-3-21
Action Step 1.1.1: Open the library before lessons\tDone
Action Step 1.1.2: Lend over the summer\tNot Started

| Status | Meaning |
| --- | --- |
| Done | All of it |
| Not Started | None of it |
"""


@pytest.fixture
def signed_in(page, client, live_server):
    editor = MembershipFactory(organization=OrganizationFactory(slug="meadow"), role="editor").person
    client.force_login(editor)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return page


def test_upload_watch_review_accept(signed_in, celery_worker_process, tmp_path):
    page = signed_in
    file = tmp_path / "reading.txt"
    file.write_text(PLAN)
    page.goto("/manage/meadow/imports/")
    page.get_by_label("The plan as a file").set_input_files(file)
    page.get_by_label("Title").fill("Reading first")
    page.get_by_role("button", name="Upload and read").click()
    # No click and no reload by hand: the page asks by itself and turns into the review.
    page.get_by_role("heading", name="Review the import").wait_for(timeout=90_000)
    assert page.get_by_text("2 action steps were understood").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Accept all 2 steps").dblclick()
    page.wait_for_url("**/manage/meadow/reading-first/")
    assert ActionStep.objects.count() == 2
    assert Edition.objects.count() == 1


def test_progress_can_be_seen_without_a_script(chromium, client, live_server, monkeypatch, tmp_path):
    from accounts import jobs
    from accounts.models import Job

    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    client.force_login(MembershipFactory(organization=OrganizationFactory(slug="meadow"), role="editor").person)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    file = tmp_path / "reading.txt"
    file.write_text(PLAN)
    page.goto("/manage/meadow/imports/")
    page.get_by_label("The plan as a file").set_input_files(file)
    page.get_by_role("button", name="Upload and read").click()
    assert page.get_by_text("Waiting for a worker.").is_visible()
    jobs.run(Job.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Accept all 2 steps").click()
    assert ActionStep.objects.count() == 2
    context.close()
