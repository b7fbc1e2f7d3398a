"""The simulated year at its smallest: real services, mails in memory, figures as JSON; and no step into a database that holds something real."""

import contextlib
import json
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import Organization, Person
from actions.models import Cycle, Reminder, ReminderLine, StatusUpdate
from actions.services import reminders
from actions.simulating.people import BOUNCE, Habits
from actions.simulating.post import Mailbox, mailbox
from actions.simulating.world import NotEmpty, refuse_real_data
from actions.simulating.year import Simulation
from tests.factories.people import OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db

START = date(2026, 2, 2)
DAYS = 45
EVERYBODY = Habits(prompt=1, second=0, bounce=0, reliability=1, leave=0)


def played(**said):
    simulation = Simulation(**{"plans": 1, "days": DAYS, "seed": 3, "start": START} | said)
    return simulation, simulation.run()


def test_people_who_all_answer_confirm_everything_by_link_alone():
    simulation, figures = played(habits=EVERYBODY, days=30)
    closed = Cycle.objects.exclude(closed_at=None)
    assert closed.exists(), "a monthly cycle has ended"
    assert figures["confirmed_percent"] == figures["cycles"]["lowest"] == figures["cycles"]["with_90_percent"] == 100
    assert figures["not_confirmed"] == {}
    assert set(StatusUpdate.objects.filter(as_of__gte=START).values_list("channel", flat=True)) == {"link"}
    assert figures["mails"] == {"sent": figures["mails"]["sent"]}
    assert not ReminderLine.objects.filter(kind="update", rung__in=[3, 4, 6]).exists()
    assert Organization.objects.filter(is_sample=False).count() == 0
    assert simulation.world.steps == 16


SILENT = Habits(prompt=0, second=0, bounce=0, leave=0, lead_ignores=0, lead_helps=0, planner_says=0)


def test_leads_say_by_their_list_what_others_never_answer():
    _, figures = played(habits=replace(SILENT, lead_helps=1), days=30)
    assert figures["confirmed_percent"] == 100
    assert StatusUpdate.objects.exclude(said_for=None).count() == figures["happened"]["confirmed for others by leads"] == 16


def test_people_who_never_answer_confirm_nothing():
    _, figures = played(habits=SILENT, days=30)
    assert figures["confirmed_percent"] == figures["cycles"]["with_90_percent"] == 0
    assert sum(figures["not_confirmed"].values()) == 16
    assert all(why.startswith("they never answer; ") for why in figures["not_confirmed"])
    assert "link" not in figures["updates_by_channel"]
    assert set(ReminderLine.objects.filter(kind="update").values_list("rung", flat=True)) == {1, 2, 3, 4, 6}
    assert figures["districts_and_months"]["number"] == 1
    assert figures["ledger"]["expected_and_missing"] == 0


def test_a_planner_says_in_the_last_week_what_nobody_said():
    _, figures = played(habits=replace(SILENT, planner_says=1, planner_ignores=0, wait=1), days=30)
    assert figures["confirmed_percent"] == figures["districts_and_months"]["lowest"] == 100
    assert StatusUpdate.objects.exclude(said_for=None).count() == figures["happened"]["confirmed for others by planners"] == 16


def test_a_cycle_that_ends_with_something_missing_that_no_planner_heard_of_is_seen(monkeypatch):
    real = reminders.people_at
    monkeypatch.setattr(reminders, "people_at", lambda rung, *said, **more: set() if rung == 6 else real(rung, *said, **more))
    _, figures = played(habits=SILENT, days=30)
    assert figures["ledger"]["expected_and_missing"] == 1


def test_bounces_and_leavers_are_met_as_in_life():
    simulation, figures = played(
        habits=Habits(prompt=0.4, second=0, bounce=0.6, reliability=1, leave=1, lead_ignores=0, lead_helps=1, planner_assigns=1)
    )
    assert BOUNCE in figures["habits"]
    assert figures["mails"]["refused"] >= 1
    assert Reminder.objects.filter(state="refused").first().error.startswith("550")
    assert figures["happened"]["left"] == len(simulation.world.kinds)
    assert figures["happened"]["steps given to somebody else"] > 0
    assert figures["ledger"]["expected"] > figures["ledger"]["expected_and_missing"] == 0


def test_the_command_prints_json_alone_and_the_same_seed_gives_the_same_year():
    out = StringIO()
    call_command("simulate_year", "--plans=1", "--days=12", f"--start={START}", "--seed=5", "--json", stdout=out, stderr=StringIO())
    figures = json.loads(out.getvalue())
    assert figures["plans"] == 1
    assert figures["what"].startswith("A simulation.")
    first, second = (Simulation(plans=1, days=9, seed=5, start=START) for _ in range(2))
    assert [first.dice.random() for _ in range(9)] == [second.dice.random() for _ in range(9)]
    with pytest.raises(CommandError, match="was run in this database already"):
        call_command("simulate_year", "--plans=1", "--days=1", stderr=StringIO())


@pytest.mark.parametrize("what", ["organization", "operator"])
def test_it_refuses_a_database_with_something_real(what):
    if what == "organization":
        OrganizationFactory(slug="real", is_sample=False)
    else:
        PersonFactory(is_operator=True)
    with pytest.raises(NotEmpty, match="DATABASE_URL"):
        refuse_real_data()
    before = Organization.objects.count(), Person.objects.count()
    with pytest.raises(CommandError):
        call_command("simulate_year", "--plans=1", "--days=1", stderr=StringIO())
    assert (Organization.objects.count(), Person.objects.count()) == before


def test_samples_may_be_there():
    OrganizationFactory(slug="sample", is_sample=True)
    refuse_real_data()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"plans": 0}, "needs a plan and a day"),
        ({"days": 0}, "needs a plan and a day"),
        ({"start": date.today() - timedelta(days=2)}, "would end after yesterday"),  # noqa: DTZ011
    ],
)
def test_what_cannot_be_played_is_told(said, wrong):
    with pytest.raises(ValidationError, match=wrong):
        Simulation(**{"plans": 1, "days": 5} | said)


def test_no_mail_leaves_and_the_way_of_mails_comes_back():
    before = settings.EMAIL_BACKEND
    with contextlib.suppress(ZeroDivisionError), mailbox() as box:
        assert settings.EMAIL_BACKEND.endswith("Mailbox")
        assert box is Mailbox
        raise ZeroDivisionError
    assert before == settings.EMAIL_BACKEND


def test_a_share_of_people_is_a_share():
    with pytest.raises(ValidationError, match="from 0 to 1"):
        Habits(prompt=1.5)


def test_a_mail_that_the_ledger_left_out_would_be_seen(monkeypatch):
    """The watch counts by its own simple ways: it finds what the planning forgets."""
    real = reminders.people_at
    monkeypatch.setattr(reminders, "people_at", lambda *said, **more: set(sorted(real(*said, **more))[1:]))
    _, figures = played(habits=EVERYBODY, days=3)
    assert figures["ledger"]["expected_and_missing"] == 1
