"""S01: scripts and markup through every import stay text, on every page that shows them in a real browser, and in every PDF.

A module of its own: the server of the browser does not see what an open transaction holds."""

import io
import re
import uuid
from datetime import date
from urllib.parse import urlsplit

import pypdf
import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve

from accounts import jobs
from accounts.audit import Press
from accounts.models import Job
from actions.models import ActionStep, ProgressReport
from actions.services.publishing import publish_report, withdraw_report
from actions.services.updates import record_status
from goals.models import GoalArea, Plan
from goals.services import change_plan, set_lead
from surveys.models import Choice, Survey
from surveys.services.publications import link_priority, offered, publish_tables
from tests.factories.people import DepartmentFactory, MembershipFactory, OrganizationFactory
from tests.security.markup import LOOK, MARK, PAYLOADS, SHORT, TYPST, WATCH, living

TEXTS = [*(text for text in PAYLOADS if "\0" not in text), PAYLOADS[-1].replace("\0", ""), TYPST]
FORMATS = {"json": "plan.json", "csv": "steps.csv", "xlsx": "steps.xlsx", "md": "plan.md"}
COMMAND = Press("command")


def plan_text() -> str:
    """A plan as a document whose every wording is a payload; MDUSD's way of writing."""
    steps = [f"Action Step 1.1.{n}: {text}\t{'Done' if n % 2 else 'Not Started'}" for n, text in enumerate(TEXTS, 1)]
    lines = [f"Goal 1: {PAYLOADS[0]}", "", f"Strategy 1.1: {PAYLOADS[1]}\tProgress through 8-3-21", *steps, ""]
    return "\n".join([*lines, "| Status | Meaning |", "| --- | --- |", f"| Done | {SHORT} |", "| Not Started | None of it |", ""])


def answers_rows() -> list[list[str]]:
    """Respondents of two groups; groups, headings, choices and open answers are payloads."""
    heads = [f"Which group describes you best? {SHORT}", f"What matters most? {PAYLOADS[1]}", f"What should we begin? {PAYLOADS[2]}"]
    rows = [[PAYLOADS[n % 2], PAYLOADS[2 + n % 3], f"{TEXTS[n % len(TEXTS)]} {n}"] for n in range(60)]
    return [heads, *rows]


def as_csv(rows) -> bytes:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join(quoted).encode()


def as_xlsx(rows) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet(SHORT.translate(str.maketrans("", "", "[]:*?/\\"))[:31])
        for n, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(n, column, cell)
    return made.getvalue()


def bring(client: Client, address: str, content: bytes, name: str, **said) -> int:
    """Upload, read, and say yes. The file's own name is a payload too."""
    file = SimpleUploadedFile(f"{SHORT.replace('/', '')} {name}", content)
    answer = client.post(address, {"file": file, "press": str(uuid.uuid4()), **said})
    assert answer.status_code == 302, living(answer.content.decode())
    pk = int(answer.url.split("/")[-2])
    jobs.run(pk)
    job = Job.objects.get(pk=pk)
    assert job.state == Job.DONE, job.message
    assert client.post(f"{answer.url}accept/", {"press": str(uuid.uuid4()), "leave": "yes"}).status_code == 302
    for writing in Job.objects.filter(state=Job.WAITING):
        jobs.run(writing.pk)
    return pk


@pytest.fixture
def markup(transactional_db, monkeypatch):
    """A district in which everything that can be named is named with a payload; its administrator's browser."""
    monkeypatch.setattr(jobs, "hint", lambda pk: None)
    meadow = OrganizationFactory(slug="meadow", name=PAYLOADS[1])
    admin = MembershipFactory(organization=meadow, role="admin", person__name=PAYLOADS[0]).person
    department = DepartmentFactory(organization=meadow, slug="tech", name=PAYLOADS[2])
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    bring(client, "/manage/meadow/imports/", plan_text().encode(), "plan.txt", title=PAYLOADS[3], slug="text")
    plan = Plan.objects.get(slug="text")
    finish(plan, admin, department)
    for kind, file in FORMATS.items():
        exported = client.get(f"/meadow/text/{file}")
        body = b"".join(exported.streaming_content) if exported.streaming else exported.content
        bring(client, "/manage/meadow/imports/", body, file, title=f"{kind} {PAYLOADS[4]}", slug=kind, as_of="2021-08-03")
        finish(Plan.objects.get(slug=kind), admin, department)
    bring(client, "/manage/meadow/surveys/imports/new/", as_csv(answers_rows()), "a.csv", title=f"csv {PAYLOADS[5]}", slug="from-csv")
    bring(client, "/manage/meadow/surveys/imports/new/", as_xlsx(answers_rows()), "a.xlsx", title=f"xlsx {PAYLOADS[6]}", slug="from-xlsx")
    for survey in Survey.objects.all():
        tree = offered(survey)
        keys = [table["key"] for question in tree["questions"] for table in question["groups"]]
        assert keys
        publish_tables(survey=survey, chosen=keys, press=COMMAND)
        link_priority(
            choice=Choice.objects.filter(question__survey=survey, question__kind__in=("single", "multi")).first(),
            node=GoalArea.objects.get(plan=plan).node,
            press=COMMAND,
        )
    return client


def finish(plan: Plan, admin, department) -> None:
    """Words, leads, notes and reports of a plan; it is live."""
    change_plan(
        plan=plan, press=COMMAND, visibility=Plan.LIVE, description=f"{PAYLOADS[7]} {TYPST}", names_are_public=True,
        levels=dict.fromkeys(("goal_area", "strategy", "action_step"), SHORT),
    )  # fmt: skip
    first, second = ActionStep.objects.filter(plan=plan).order_by("position")[:2]
    set_lead(row=first, person=admin, as_of=date(2021, 9, 1), press=COMMAND)
    set_lead(row=second, department=department, as_of=date(2021, 9, 1), press=COMMAND)
    set_lead(row=GoalArea.objects.get(plan=plan), words=PAYLOADS[5], as_of=date(2021, 9, 1), press=COMMAND)
    for step, payload in ((first, PAYLOADS[8]), (second, PAYLOADS[9])):
        said = {"public_note": payload, "note": PAYLOADS[0], "evidence_url": "https://example.org/?q=%22%3E<b>\"'"}
        record_status(step=step, status=step.status, as_of=date(2021, 9, 2), press=Press("web", admin), **said)
    withdraw_report(report=publish_report(plan=plan, through=date(2021, 9, 3), press=COMMAND), reason=PAYLOADS[6], press=COMMAND)
    publish_report(plan=plan, through=date(2021, 9, 4), press=Press("command"))  # another press, or it would be the same report


MOST = 3
"""Pages of one kind; of one plan one of them, since each import brings the same payloads."""
FILES = re.compile(r"\.(pdf|csv|xlsx|json|md|ics|atom|txt)$")


def crawl(page, starts: list[str]) -> tuple[list[str], set[str]]:
    """What was found on all pages that can be reached, and the names of the addresses that were looked at."""
    waiting, seen, counts, found, names = list(starts), set(), {}, [], set()
    while waiting:
        path = waiting.pop(0)
        where = urlsplit(path)
        if where.path in seen or FILES.search(where.path):
            continue
        seen.add(where.path)
        try:
            match = resolve(where.path)
        except Resolver404:
            found.append(f"{path}: a link to nothing")
            continue
        kind = match.view_name, match.kwargs.get("plan"), match.kwargs.get("survey")
        is_enough = kind in counts or counts.get(kind[0], 0) >= MOST
        if match.view_name == "account_logout" or (is_enough and where.path not in starts):
            continue
        counts[kind], counts[kind[0]] = 1, counts.get(kind[0], 0) + 1
        page.goto(path)
        names.add(match.view_name)
        found += [f"{path}: {one}" for one in page.evaluate(LOOK, MARK)]
        waiting += page.evaluate("() => [...document.links].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)")
    return found, names


@pytest.mark.browser
def test_markup_through_every_import_is_text_on_every_page_and_in_every_pdf(markup, page, live_server):
    page.add_init_script(WATCH)
    public, seen = crawl(page, ["/meadow/", *(f"/meadow/{slug}/" for slug in ("text", *FORMATS))])
    assert public == []
    assert {"dashboards:plan", "dashboards:step", "dashboards:report", "dashboards:changes", "dashboards:survey"} <= seen

    session = {"name": settings.SESSION_COOKIE_NAME, "value": markup.cookies[settings.SESSION_COOKIE_NAME].value}
    page.context.add_cookies([session | {"url": live_server.url}])
    imports = [
        f"/manage/meadow/{'surveys/' * job.kind.endswith('survey')}imports/{job.pk}/" for job in Job.objects.filter(kind__startswith="read")
    ]
    staff, seen = crawl(page, ["/my/", "/manage/meadow/", *(f"/manage/meadow/{slug}/" for slug in ("text", *FORMATS)), *imports])
    assert staff == []
    assert {
        "actions:my-steps",
        "actions:plan",
        "actions:step",
        "actions:import-detail",
        "surveys:import-detail",
        "accounts:people",
        "actions:publish",
    } <= seen

    page.goto("/manage/meadow/text/")  # a part that HTMX brings in is as closed as the page
    page.locator("[hx-get*='/update/']").first.click()
    page.locator("textarea[name=public_note]").first.wait_for()
    assert page.evaluate(LOOK, MARK) == []

    pdfs = [f"/meadow/{slug}/report.pdf" for slug in ("text", "md")] + [
        f"/meadow/surveys/{slug}/report.pdf" for slug in ("from-csv", "from-xlsx")
    ]
    report = ProgressReport.objects.standing().latest("pk")
    pdfs.append(f"/meadow/{report.plan.slug}/reports/{report.address}/report.pdf")
    for path in pdfs:
        answer = markup.get(path)
        assert answer.status_code == 200, path
        said = squeezed(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(answer.content)).pages))
        shown = [PAYLOADS[2], PAYLOADS[3]] if "surveys" in path else [PAYLOADS[0], PAYLOADS[4], PAYLOADS[9], TYPST]
        for text in shown:
            assert squeezed(text) in said, f"{path} does not say {text}"


def squeezed(text: str) -> str:
    return "".join(text.split())
