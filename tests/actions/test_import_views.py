"""Bringing a document in from the browser, up to the yes."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import jobs
from accounts.audit import Press
from accounts.models import AuditEntry, Job, StoredFile
from actions.models import ActionStep, StatusUpdate
from actions.services import reviewing
from goals.models import Edition, Plan
from tests.factories.people import MembershipFactory, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db

PLAN = """\
Goal 1: Every family can reach us

Strategy 1.1: Answer on the day it is asked\tProgress through 8-3-21
Action Step 1.1.1: Publish one phone number for all schools\tDone
Action Step 1.1.2: Train two people in each office\tNot Started
Action Step 1.1.3: Write answers to the twenty most asked questions\tPlanning in Progress

| Status | Meaning |
| --- | --- |
| Done | All of it |
| Planning in Progress | Some of it |
| Not Started | None of it |
"""


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """No worker runs here: the test is the worker, with `jobs.run`."""
    told: list[int] = []
    monkeypatch.setattr(jobs, "hint", told.append)
    return told


@pytest.fixture
def meadow():
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def editor(meadow):
    return MembershipFactory(organization=meadow, role="editor").person


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def upload(client, content=PLAN, name="families.txt", follow=False, **said):
    said = {
        "file": SimpleUploadedFile(name, content.encode()),
        "press": str(uuid.uuid4()),
        "title": "Families first",
        "slug": "families",
    } | said
    return client.post("/manage/meadow/imports/", said, follow=follow)


def read(client, **said):
    """An import that was read: its job."""
    assert upload(client, **said).status_code == 302
    job = Job.objects.filter(kind="read_plan").latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def page(client, job, what="", **more):
    return client.get(f"/manage/meadow/imports/{job.pk}/{what}", **more)


def press(client, job, what, **said):
    return client.post(f"/manage/meadow/imports/{job.pk}/{what}/", {"press": str(uuid.uuid4())} | said)


def test_list_shows_the_form_and_says_that_there_is_nothing_yet(desk):
    answer = desk.get("/manage/meadow/imports/")
    assert answer.status_code == 200
    assert b"No document was brought in yet" in answer.content
    assert b'type="file"' in answer.content


def test_upload_makes_a_job_with_its_file_and_writes_nothing(desk, editor):
    answer = upload(desk)
    job = Job.objects.get()
    assert answer.url == f"/manage/meadow/imports/{job.pk}/"
    assert (job.state, job.by, job.file.name) == ("waiting", editor, "families.txt")
    assert job.settings == {"slug": "families", "title": "Families first", "as_of": None}
    assert Plan.objects.count() == 0
    assert AuditEntry.objects.filter(verb="start read plan", by=editor).count() == 1


def test_progress_page_and_part_say_the_same(desk):
    upload(desk)
    job = Job.objects.get()
    whole, part = page(desk, job).content.decode(), page(desk, job, "progress/", headers={"hx-request": "true"}).content.decode()
    assert part.strip() in whole
    assert "Waiting for a worker." in part
    assert 'role="status"' in whole


def test_progress_part_is_empty_while_nothing_changed_and_ends_with_a_reload(desk):
    upload(desk)
    job = Job.objects.get()
    assert page(desk, job, f"progress/?seen={job.pk}-waiting-0-0").status_code == 204
    jobs.run(job.pk)
    assert page(desk, job, "progress/").headers["HX-Refresh"] == "true"


def test_review_shows_what_was_understood(desk):
    job = read(desk)
    assert job.state == "done", job.message
    text = page(desk, job).content.decode()
    assert "3 action steps were understood" in text
    assert "Train two people in each office" in text
    assert "Aug 3, 2021" in text
    assert "Accept all 3 steps" in text
    assert Plan.objects.count() == 0


def test_accept_writes_the_plan_as_a_whole(desk, editor):
    job = read(desk)
    answer = press(desk, job, "accept")
    assert answer.url == "/manage/meadow/families/"
    plan = Plan.objects.get()
    assert (plan.title, plan.visibility) == ("Families first", "private")
    assert ActionStep.objects.filter(plan=plan).count() == StatusUpdate.objects.count() == 3
    edition = Edition.objects.get()
    assert (edition.file, edition.by, edition.channel, edition.name) == (job.file, editor, "import", "families.txt")
    assert AuditEntry.objects.filter(verb="import plan").count() == 1


@pytest.mark.parametrize("same", [True, False], ids=["same press", "another press"])
def test_accept_pressed_twice_is_one_import(desk, same):
    job, once = read(desk), str(uuid.uuid4())
    press(desk, job, "accept", press=once)
    answer = press(desk, job, "accept", press=once if same else str(uuid.uuid4()))
    assert answer.status_code == 302
    assert Edition.objects.count() == 1
    assert StatusUpdate.objects.count() == 3
    assert AuditEntry.objects.filter(verb="import plan").count() == 1


def test_unexplained_lines_need_their_own_yes(desk):
    job = read(desk)
    job.result["draft"]["fates"]["1"] = "unexplained"
    job.save()
    assert "I have read it" in page(desk, job).content.decode()
    answer = press(desk, job, "accept")
    assert answer.status_code == 422
    assert Plan.objects.count() == 0
    assert press(desk, job, "accept", leave="yes").status_code == 302
    assert Plan.objects.count() == 1


def test_discard_changes_nothing_and_cannot_be_accepted_afterwards(desk):
    job = read(desk)
    assert press(desk, job, "discard").url == "/manage/meadow/imports/"
    press(desk, job, "accept")
    assert Plan.objects.count() == 0
    assert b"was discarded" in page(desk, job).content


def test_second_edition_lists_what_would_change_with_old_and_new(desk):
    press(desk, read(desk), "accept")
    later = PLAN.replace("8-3-21", "9-7-21").replace("each office\tNot Started", "each office\tDone")
    later = later.replace("Action Step 1.1.3: Write answers to the twenty most asked questions\tPlanning in Progress\n", "")
    later = later.replace("\n\n| Status", "\nAction Step 1.1.4: Open the desk on Saturdays\tNot Started\n\n| Status")
    job = read(desk, content=later, plan="families", as_of="2021-09-07")
    text = page(desk, job).content.decode()
    assert "New: 1" in text
    assert "Open the desk on Saturdays" in text
    assert "Changed: 1" in text
    assert "<td>Not Started</td><td>Done</td>" in text.replace("\n", "")
    assert "Gone: 1" in text
    assert "Write answers to the twenty" in text


def test_what_staff_said_meanwhile_is_a_conflict_that_is_shown_and_kept(desk, editor):
    """C08: the document is weighed against the plan as it is when the page is opened and again when it is accepted."""
    press(desk, read(desk), "accept")
    job = read(desk, content=PLAN.replace("Action Step 1.1.2: Train two people in each office\tNot Started\n", ""), plan="families")
    from actions.services.updates import record_status

    step = ActionStep.objects.get(code="1.1.2")
    done = step.plan.scale.statuses.get(name="Done")
    record_status(step=step, status=done, press=Press(AuditEntry.WEB, editor))
    assert "Left as it is: 1" in page(desk, job).content.decode()
    press(desk, job, "accept")
    step.refresh_from_db()
    assert step.is_present
    assert step.status == done


def test_same_file_again_while_it_waits_is_the_same_import(desk):
    read(desk)
    answer = upload(desk, follow=True)
    assert Job.objects.count() == StoredFile.objects.count() == 1
    assert b"is here already" in answer.content


def test_a_file_that_is_no_plan_fails_with_a_sentence_and_a_way_on(desk):
    job = read(desk, content="Dear families,\n\nwe thank you for a wonderful year.\n", name="letter.txt")
    assert job.state == "failed"
    text = page(desk, job).content.decode()
    assert "Nothing was changed" in text
    assert "Try again" in text
    assert press(desk, job, "retry").status_code == 302
    job.refresh_from_db()
    assert job.state == "waiting"


def test_a_large_plan_is_written_by_a_worker(desk, monkeypatch):
    monkeypatch.setattr(reviewing, "AT_ONCE", 3)
    job = read(desk)
    press(desk, job, "accept")
    press(desk, job, "accept")
    writing = Job.objects.get(kind="write_plan")
    assert Plan.objects.count() == 0
    assert b"being written" in page(desk, job).content
    jobs.run(writing.pk)
    assert Plan.objects.count() == Edition.objects.count() == 1
    assert b"It was taken as a whole" in page(desk, job).content


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"file": ""}, "Choose the file first."),
        ({"as_of": "2199-01-01"}, "is after today"),
        ({"slug": "imports"}, "address of the product itself"),
        ({"slug": "Not A Slug"}, "lower-case letters"),
        ({"content": ""}, "The file is empty"),
    ],
)
def test_a_form_that_cannot_be_comes_back_with_what_was_typed(desk, said, words):
    answer = upload(desk, **said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Families first" in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_taken_short_name_is_refused(desk):
    press(desk, read(desk), "accept")
    answer = upload(desk, content=PLAN + "\n")
    assert answer.status_code == 422
    assert "There is a plan" in answer.content.decode()


def test_a_file_above_the_limit_is_413(desk, settings):
    settings.MAX_UPLOAD_MB = 1
    answer = upload(desk, content="x" * (2**20 + 1))
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.content.decode()


def test_a_form_without_its_press_is_400(desk):
    job = read(desk)
    assert press(desk, job, "accept", press="x").status_code == 400


PAGES = ["", "{pk}/", "{pk}/progress/"]
PRESSES = ["{pk}/accept/", "{pk}/discard/", "{pk}/retry/"]


def addresses(job):
    return [("get", f"/manage/meadow/imports/{p.format(pk=job.pk)}") for p in PAGES] + [
        ("post", f"/manage/meadow/imports/{p.format(pk=job.pk)}") for p in ["", *PRESSES]
    ]


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("contributor", 403), (None, 404)])
def test_who_may_not(desk, client, meadow, role, status):
    job = read(desk)
    person = PersonFactory()
    if role:
        MembershipFactory(person=person, organization=meadow, role=role)
    else:
        MembershipFactory(person=person, role="admin")
    client.force_login(person)
    for method, address in addresses(job):
        assert getattr(client, method)(address, {"press": str(uuid.uuid4())}).status_code == status, address
    job.refresh_from_db()
    assert job.state == "done"
    assert Job.objects.count() == 1


def test_visitors_are_led_to_sign_in(client, meadow):
    answer = client.get("/manage/meadow/imports/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


def test_an_import_of_another_district_does_not_exist(desk, editor):
    other = OrganizationFactory(slug="hill")
    MembershipFactory(person=editor, organization=other, role="editor")
    job = read(desk)
    assert desk.get(f"/manage/hill/imports/{job.pk}/").status_code == 404
    assert desk.get(f"/manage/hill/imports/{job.pk + 1000}/").status_code == 404


def test_wrong_methods(desk):
    job = read(desk)
    for what in PRESSES:
        assert desk.get(f"/manage/meadow/imports/{what.format(pk=job.pk)}").status_code == 405
    assert desk.post(f"/manage/meadow/imports/{job.pk}/").status_code == 405


def test_queries_of_the_list_do_not_grow_with_its_rows(desk, django_assert_max_num_queries):
    read(desk)
    desk.get("/manage/meadow/imports/")
    with django_assert_max_num_queries(12) as few:
        desk.get("/manage/meadow/imports/")
    for n in range(3):
        read(desk, content=PLAN + "\n" * n, slug=f"families-{n}")
    with django_assert_max_num_queries(12) as many:
        desk.get("/manage/meadow/imports/")
    assert len(many) == len(few)
