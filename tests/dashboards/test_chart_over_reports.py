"""Published reports compared: a status that was renamed stays one line, and a report that was withdrawn is missed aloud."""

import csv
import html
import io
import re
from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.pictures import read_plan_picture
from actions.services.publishing import publish_report, withdraw_report
from actions.services.updates import record_status
from goals import scale_services as scale
from tests.factories.plans import small_plan

pytestmark = pytest.mark.django_db

DAYS = [date(2021, 3, 1), date(2021, 6, 15), date(2021, 8, 1)]


def press():
    return Press(AuditEntry.COMMAND)


def rename(plan, name, new):
    status = plan.scale.statuses.get(name=name)
    scale.change_status(status=status, name=new, meaning=status.meaning, press=press())


@pytest.fixture
def plan():
    """In the first report one step is Complete and one In progress; then the two words change places by way of a third, and one is renamed again."""
    plan, steps = small_plan()
    record_status(step=steps[0], status=plan.scale.statuses.get(name="Complete"), as_of=DAYS[0], press=press())
    publish_report(plan=plan, through=DAYS[0], press=press())
    for name, new in (("Complete", "X"), ("In progress", "Complete"), ("X", "Finished")):
        rename(plan, name, new)
    record_status(step=steps[1], status=plan.scale.statuses.get(name="Complete"), as_of=DAYS[1], press=press())
    publish_report(plan=plan, through=DAYS[1], press=press())
    rename(plan, "Finished", "All done")
    return plan


def test_a_renamed_status_stays_one_line_by_its_name_of_today(client, plan):
    marks = read_plan_picture("meadow", "devices").reports
    named = [{name: n for name, n in mark.counts.items() if n} for mark in marks]
    assert [one.get("All done") for one in named] == [1, 1]
    assert [one.get("Complete") for one in named] == [None, 1], "the word was another status's then"
    assert not {"Finished", "X", "In progress"} & {name for mark in marks for name in mark.counts}
    head, first, second = csv.reader(io.StringIO(client.get("/meadow/devices/reports.csv").content.decode()))
    assert [row[head.index("All done")] for row in (first, second)] == ["1", "1"]
    assert [row[head.index("Complete")] for row in (first, second)] == ["0", "1"]
    # what was published keeps the word that it was published with
    assert "Complete" in client.get(f"/meadow/devices/reports/{DAYS[0]}/").content.decode()
    assert "All done" not in client.get(f"/meadow/devices/reports/{DAYS[0]}/").content.decode()


def test_a_withdrawn_report_is_missed_aloud(client, plan):
    publish_report(plan=plan, through=DAYS[2], press=press())

    def said():
        return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", client.get("/meadow/devices/").content.decode()).split()))

    assert "at each of 3 reports" in said()
    assert "withdrawn" not in said()
    withdraw_report(report=plan.reports.get(through=DAYS[1]), reason="Wrong.", press=press())
    assert "at each of 2 reports; one more was withdrawn" in said()
