"""Taking a plan along from its page: on the page's day, with the page's filters, and never what the page would not show."""

import csv
import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.services.updates import record_status
from goals.models import Plan
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db

FILES = ["report.pdf", "steps.xlsx", "steps.csv", "plan.json", "plan.md"]


@pytest.fixture
def plan():
    """The first step was begun in March and done in July."""
    plan, steps = small_plan()
    names = {status.name: status for status in plan.scale.statuses.all()}
    for day, name in ((date(2021, 3, 2), "In progress"), (date(2021, 7, 6), "Complete")):
        record_status(step=steps[0], status=names[name], as_of=day, press=Press(AuditEntry.COMMAND))
    return plan


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_there_and_has_a_name_with_its_day(client, plan, name):
    answer = client.get(f"/meadow/devices/{name}")
    assert answer.status_code == 200
    assert len(answer.content) > 200
    assert f'filename="devices-2021-08-03-{name}"' in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer


def test_a_past_day_is_what_was_true_then(client, plan):
    def status(query=""):
        tree = json.loads(client.get(f"/meadow/devices/plan.json{query}").content)
        return tree["as_of"], tree["goal_areas"][0]["strategies"][0]["action_steps"][0]["status"]

    assert status() == ("2021-08-03", "Complete")
    assert status("?as_of=2021-05-04") == ("2021-05-04", "In progress")


def test_filters_of_the_page_hold_and_the_file_says_so(client, plan):
    tree = json.loads(client.get("/meadow/devices/plan.json?status=complete").content)
    assert [s["code"] for s in tree["goal_areas"][0]["strategies"][0]["action_steps"]] == ["1.1.1"]
    assert tree["narrowed_to"] == "Complete"
    assert "narrowed_to" not in json.loads(client.get("/meadow/devices/plan.json").content)


def test_the_table_begins_with_a_mark_for_excel_unless_asked_not_to(client, plan):
    marked = client.get("/meadow/devices/steps.csv").content
    assert marked.startswith(b"\xef\xbb\xbf")
    bare = client.get("/meadow/devices/steps.csv?bom=0").content
    assert marked == b"\xef\xbb\xbf" + bare
    rows = list(csv.reader(io.StringIO(bare.decode())))
    assert any("Task number 1" in cell for row in rows for cell in row)


def test_the_workbook_opens_with_two_sheets_and_real_days(client, plan):
    book = load_workbook(io.BytesIO(client.get("/meadow/devices/steps.xlsx").content))
    assert len(book.sheetnames) >= 2
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(getattr(cell.value, "date", lambda: None)() == date(2021, 7, 6) for cell in cells)


@pytest.mark.parametrize("name", FILES)
def test_a_private_plan_has_no_files_for_strangers(client, plan, name):
    Plan.objects.filter(pk=plan.pk).update(visibility=Plan.PRIVATE)
    assert client.get(f"/meadow/devices/{name}").status_code == 404


def test_where_the_csv_is_offered_it_says_what_excel_does_to_codes(client, plan):
    assert "Excel may turn a code such as 4.10 into 4.1" in client.get("/meadow/devices/").content.decode()
