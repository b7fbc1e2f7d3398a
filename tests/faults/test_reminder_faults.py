"""Reminders while schedulers, senders and mail servers misbehave: R01, R02, R03, R04, R07 (faults.md).

The smallest N run with the suite; those marked `faults` run with `make faults`, at N/10 or, with N=full, at N.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connection

from accounts.models import Membership, Person
from actions.models import MailTrouble, Reminder, ReminderLine, UpdateLink
from actions.reminding.ladder import FIRST
from actions.services import cycles, ledger, reminders, sending
from planner.lib import beside
from planner.lib.db import ClockIn
from tests.factories.reviews import MONDAY, crowd, make_district, press
from tests.support import services
from tests.support.fixtures import ROOT, database_url, wait_for
from tests.support.smtp import OK, MailServer

pytestmark = pytest.mark.django_db(transaction=True)
FULL = os.environ.get("N") == "full"
DAY = timedelta(days=1)


def scaled(n: int) -> int:
    return n if FULL else max(1, n // 10)


@pytest.fixture
def district():
    return make_district()


def use(settings, server: MailServer, timeout: float = 5):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, timeout
    settings.EMAIL_USE_TLS = server.broken_tls


def now_due():
    """As if the pauses were over."""
    Reminder.objects.filter(state=Reminder.PLANNED).update(next_try_at=ClockIn(-1))
    Reminder.objects.filter(state=Reminder.CLAIMED).update(claimed_until=ClockIn(-1))
    MailTrouble.objects.update(until=ClockIn(-1))


def states() -> dict[str, int]:
    return dict(Counter(Reminder.objects.values_list("state", flat=True)))


# R01


def beats_and_workers(plans: int, days: int, beats: int, workers: int) -> None:
    """Simulated days of `plans` districts; every day several schedulers plan it and several senders send it, all at once."""
    places = [
        make_district(f"d{n}", unit=("monthly", "days", "quarterly")[n % 3], every_days=10 if n % 3 == 1 else None) for n in range(plans)
    ]
    for place in places:
        cycles.set_rhythm(plan=place.plan, press=press(), on=MONDAY, review_on=MONDAY + 40 * DAY)
    for n in range(days):
        on = MONDAY + n * DAY

        def beat(on=on):
            for place in random.sample(places, len(places)):
                reminders.run_organization(organization=place.organization, on=on, press=press())

        def worker(on=on):
            sending.send_due(on=on)

        together([beat] * beats + [worker] * workers)
        sending.send_due(on=on)
    keys = Reminder.objects.values_list("kind", "person", "organization", "due_on", "rung")
    assert len(keys) == len(set(keys))
    assert not Reminder.objects.waiting().exists()
    said = Counter(m.extra_headers["Message-ID"] for m in mail.outbox)
    assert set(said.values()) == {1}
    assert set(said) == set(Reminder.objects.filter(state=Reminder.SENT).values_list("message_id", flat=True))
    named = ReminderLine.objects.values_list("kind", "person", "plan", "about_on", "rung")
    assert len(named) == len(set(named))
    # None is missing: nobody confirmed anything, so every owner was asked at the opening of every cycle that had a working day.
    for place in places:
        breaks = cycles.breaks_of(place.organization)
        for cycle in place.plan.cycles.all():
            if breaks.working_day(cycle.opened_on) <= min(cycle.ends_on, MONDAY + (days - 1) * DAY):
                asked = ReminderLine.objects.filter(cycle=cycle, rung=FIRST, reminder__state=Reminder.SENT)
                assert set(asked.values_list("person", flat=True)) == {place.people[name].pk for name in ("owner", "member", "lead")}


def together(jobs) -> None:
    errors = []

    def done(job):
        try:
            job()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=done, args=[job]) for job in jobs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors, errors


def test_r01_each_key_once_with_several_beats_and_workers():
    beats_and_workers(plans=2, days=9, beats=3, workers=2)


@pytest.mark.faults
def test_r01_at_n():
    beats_and_workers(plans=scaled(200), days=scaled(400), beats=3, workers=2)


# R02


def sender(server: MailServer) -> subprocess.Popen:
    environment = os.environ | {"DATABASE_URL": database_url(), "EMAIL_URL": server.url, "LOG_LEVEL": "WARNING"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_reminders", "--on", MONDAY.isoformat()],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=services.end_with_parent,
    )  # fmt: skip


def kill_the_sender(count: int, kills: int) -> None:
    """kill -9 at moments that nobody chose, in the middle of a batch, until all is sent."""
    crowd(count)
    deaths = 0
    with MailServer() as server:
        while Reminder.objects.waiting().exists():
            before, process = server.count, sender(server)
            if deaths < kills:
                wait_for(lambda before=before, process=process: server.count > before or process.poll() is not None, 60, every=0.001)
                time.sleep(random.uniform(0, 0.2 * count / (kills * 50)))
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    deaths += 1
            process.wait()
            now_due()
        took = Counter(m.message_id for m in server.mails)
        to = Counter(m.recipients[0] for m in server.mails)
    assert deaths > 0
    assert states() == {Reminder.SENT: count}
    assert set(took) == set(Reminder.objects.values_list("message_id", flat=True))  # none is lost
    doubles = sum(n - 1 for n in took.values())
    assert doubles <= deaths
    assert sorted(took.values()) == sorted(to.values())  # a double has the same Message-ID
    print(f"R02: {count} mails, {deaths} kills, 0 lost, {doubles} doubled")


def test_r02_a_sender_that_is_killed_in_the_middle_of_a_batch():
    kill_the_sender(count=120, kills=2)


@pytest.mark.faults
def test_r02_at_n():
    kill_the_sender(count=scaled(10_000), kills=scaled(100))


def test_r02_the_death_between_the_servers_word_and_our_note_is_one_double_with_the_same_id(settings, monkeypatch):
    crowd(5)
    noting, left = ledger.Batch.begin_end, [2]

    class Killed(BaseException):
        pass

    def dies(*said, **more):
        left[0] -= 1
        if not left[0]:
            raise Killed
        noting(*said, **more)

    with MailServer() as server:
        use(settings, server)
        with monkeypatch.context() as patch:
            patch.setattr(ledger.Batch, "begin_end", dies)
            with pytest.raises(Killed):
                sending.send_due(on=MONDAY)
        assert states() == {Reminder.SENT: 1, Reminder.CLAIMED: 4}
        assert sending.send_due(on=MONDAY).sent == 0  # the claim of the dead one stands
        now_due()
        assert sending.send_due(on=MONDAY).sent == 4
        took = Counter(m.message_id for m in server.mails)
    assert sorted(took.values()) == [1, 1, 1, 1, 2]
    assert len({m.data for m in server.mails if took[m.message_id] == 2}) <= 2
    assert UpdateLink.objects.count() == 10  # the double carries the same links


@pytest.fixture
def idle_database(monkeypatch):
    """One that does not begin to note anything before somebody waits for it."""
    kind = beside.OfPostgres if connection.vendor == "postgresql" else beside.OfSqlite
    asked, start, wait = [], kind._start, kind._wait

    def late(one):
        start(one, asked.pop())
        wait(one)

    monkeypatch.setattr(kind, "_start", lambda one, values: asked.append(values))
    monkeypatch.setattr(kind, "_wait", late)
    return kind


def test_r02_no_server_has_a_whole_mail_before_the_one_before_it_is_noted(settings, idle_database):
    crowd(5)
    noted = []

    def answer(took) -> str:
        noted.append(Reminder.objects.filter(state=Reminder.SENT).count())
        connection.close()
        return OK

    with MailServer(answer_data=answer) as server:
        use(settings, server)
        assert sending.send_due(on=MONDAY).sent == 5
    assert noted == [0, 1, 2, 3, 4]


def test_r02_a_note_that_cannot_be_written_takes_the_next_mail_back(settings, monkeypatch, idle_database):
    crowd(4)
    late, left = idle_database._wait, [3]  # the links, the first note, the second

    def fails(one):
        left[0] -= 1
        if not left[0]:
            raise OperationalError("the disk is full")
        late(one)

    with MailServer() as server:
        use(settings, server)
        with monkeypatch.context() as patch:
            patch.setattr(idle_database, "_wait", fails)
            with pytest.raises(OperationalError, match="full"):
                sending.send_due(on=MONDAY)
        assert len(server.mails) == 2
        assert states() == {Reminder.SENT: 1, Reminder.PLANNED: 3}
        assert sending.send_due(on=MONDAY).sent == 3
        assert sorted(Counter(m.message_id for m in server.mails).values()) == [1, 1, 1, 2]


def test_two_senders_at_once_share_the_work(settings):
    crowd(60)
    with MailServer() as server:
        use(settings, server)
        together([lambda: sending.send_due(on=MONDAY)] * 4)
        assert sorted(Counter(m.message_id for m in server.mails).values()) == [1] * 60
    assert states() == {Reminder.SENT: 60}


def test_a_sender_that_was_away_too_long_stops(settings, monkeypatch):
    """Its claim ran out and another has the rest: it notices before its next mail."""
    crowd(5)
    with MailServer() as server:
        use(settings, server)
        monkeypatch.setattr(ledger, "CLAIM", 0)
        result = sending.send_due(on=MONDAY)
    assert result.sent == 0


# R03


def three_kinds_of_servers(settings, each: int, passes: int = 4) -> None:
    """Of the recipients half are taken, a quarter twice put off and then taken, a quarter refused for good."""
    crowd(4 * each)
    numbers = {
        email: n
        for n, email in enumerate(Person.objects.filter(email__endswith="@people.example").order_by("pk").values_list("email", flat=True))
    }
    tried: Counter[str] = Counter()

    def answer(took) -> str:
        address = took.recipients[-1]
        tried[address] += 1
        kind = numbers[address] % 4
        if kind == 2:
            return OK if tried[address] > 2 else "451 4.7.1 greylisted, come back later"
        return "550 5.1.1 no such person here" if kind == 3 else OK

    begun = time.monotonic()
    with MailServer(answer) as server:
        use(settings, server)
        results = []
        for _ in range(passes):
            results.append(sending.send_due(on=MONDAY))
            now_due()
        took = Counter(m.recipients[0] for m in server.mails)
    assert states() == {Reminder.SENT: 3 * each, Reminder.REFUSED: each}
    assert set(took.values()) == {1}
    assert len(took) == 3 * each
    refused = Reminder.objects.filter(state=Reminder.REFUSED).select_related("person")
    assert all(tried[r.person.email] == 1 and "no such person" in r.error for r in refused)
    assert set(refused) == set(Reminder.objects.troubled())
    assert (results[0].sent, results[0].later, results[0].refused) == (2 * each, each, each)
    assert [r.sent for r in results[1:]] == [0, each, 0]
    print(f"R03: {4 * each} mails in {time.monotonic() - begun:.1f} s")


def test_r03_taken_put_off_and_refused(settings):
    three_kinds_of_servers(settings, each=10)


@pytest.mark.faults
def test_r03_at_n(settings):
    three_kinds_of_servers(settings, each=scaled(2500))


def test_r03_pauses_grow_and_end(settings):
    crowd(1)
    pauses = []
    with MailServer(lambda took: "451 later") as server:
        use(settings, server)
        for _ in range(sending.TRIES):
            sending.send_due(on=MONDAY)
            row = Reminder.objects.get()
            if row.state == Reminder.PLANNED:
                pauses.append((row.next_try_at - row.created_at).total_seconds())
                assert sending.send_due(on=MONDAY).sent == 0
            now_due()
        assert server.mails == []
    assert row.state == Reminder.FAILED
    assert row.tries == sending.TRIES
    assert "451 later" in row.error
    assert [round(p / 10) * 10 for p in pauses[:5]] == list(sending.PAUSES)


@pytest.mark.parametrize("how", ["answer_data", "answer"])
def test_r03_a_refusal_at_any_point_is_one_try(settings, how):
    crowd(3)
    refused = "554 5.7.1 not here"
    with MailServer(**{how: lambda took: refused if took.recipients[-1:] == ["p1@people.example"] else OK}) as server:
        use(settings, server)
        result = sending.send_due(on=MONDAY)
    assert (result.sent, result.refused) == (2, 1)
    assert "554 5.7.1 not here" in Reminder.objects.get(state=Reminder.REFUSED).error


def test_r03_what_is_wrong_with_us_is_no_refusal_of_anybody(settings):
    crowd(3)
    with MailServer(answer_sender=lambda took: "550 we do not know you") as server:
        use(settings, server)
        result = sending.send_due(on=MONDAY)
    assert "do not know you" in result.trouble
    assert states() == {Reminder.PLANNED: 3}
    assert sorted(Reminder.objects.values_list("tries", flat=True)) == [0, 0, 1]


# R04


@pytest.mark.parametrize("harm", [{"hang": "greeting"}, {"hang": "data"}, {"broken_tls": True}, {"gone": True}])
def test_r04_a_server_that_hangs_speaks_nonsense_or_is_gone(settings, harm):
    crowd(3)
    gone = harm.pop("gone", False)
    with MailServer(**harm) as server:
        use(settings, server, timeout=0.5)
        if gone:
            settings.EMAIL_PORT = 1
        sending_slow, sending.SLOW = sending.SLOW, 0.3
        try:
            begun = time.monotonic()
            result = sending.send_due(on=MONDAY)
            assert time.monotonic() - begun < 5
        finally:
            sending.SLOW = sending_slow
        connections = server.connections
        assert result.trouble
        assert "does not answer" in sending.send_due(on=MONDAY).trouble  # nobody tries before the pause is over
        assert server.connections == connections
    assert states() == {Reminder.PLANNED: 3}
    assert MailTrouble.objects.get().failures == 1
    with MailServer() as server:
        use(settings, server)
        now_due()
        assert sending.send_due(on=MONDAY).sent == 3
    assert not MailTrouble.objects.exists()


def test_r04_pauses_grow_and_after_an_hour_there_is_an_alarm(settings, caplog):
    crowd(1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 0.5
    pauses = []
    for _ in range(6):
        sending.send_due(on=MONDAY)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        row = MailTrouble.objects.get()
        MailTrouble.objects.filter(pk=row.pk).update(since=ClockIn(0))
        pauses.append(round((row.until - MailTrouble.objects.get().since).total_seconds() / 10) * 10)
        MailTrouble.objects.update(until=ClockIn(-1))
    assert pauses == [60, 120, 300, 600, 900, 900]
    assert sending.alarm() == ""
    MailTrouble.objects.update(since=ClockIn(-3700))
    assert "1 are waiting" in sending.alarm()
    sending.send_due(on=MONDAY)
    assert "No mail has gone out since" in caplog.text
    assert Reminder.objects.get().tries == 0


def test_r04_a_server_that_drops_one_connection_gets_the_others_over_another(settings):
    crowd(4)
    dropped = []

    def answer(took) -> str:
        if not dropped:
            dropped.append(took.recipients[-1])
            raise ConnectionResetError
        return OK

    with MailServer(answer) as server:
        use(settings, server)
        result = sending.send_due(on=MONDAY)
        assert (result.sent, result.later) == (3, 1)
        assert server.connections == 2


def test_a_batch_goes_over_one_connection(settings):
    crowd(250)
    with MailServer() as server:
        use(settings, server)
        assert sending.send_due(on=MONDAY).sent == 250
        assert server.connections == 1


def test_a_slice_of_time_ends_in_the_middle_and_the_next_one_goes_on(settings):
    crowd(40)
    with MailServer(answer_data=lambda took: time.sleep(0.05) or OK) as server:
        use(settings, server)
        first = sending.send_due(on=MONDAY, seconds=1)
        assert 0 < first.sent < 40
        assert states() == {Reminder.SENT: first.sent, Reminder.PLANNED: 40 - first.sent}
        assert sending.send_due(on=MONDAY).sent == 40 - first.sent


# R07


def leave_between(count: int, settings) -> None:
    crowd(3 * count)
    people = list(Person.objects.filter(email__endswith="@people.example").order_by("pk"))
    away, out, moved = people[:count], people[count : 2 * count], people[2 * count :]
    Person.objects.filter(pk__in=[p.pk for p in away]).update(is_active=False)
    for person in out:
        reminders.set_preference(
            person=person, organization=Membership.objects.filter(person=person).get().organization, is_unsubscribed=True, press=press()
        )
    Membership.objects.filter(person__in=moved).update(department=None)
    with MailServer() as server:
        use(settings, server)
        assert sending.send_due(on=MONDAY).dropped == 3 * count
        assert server.mails == []


def test_r07_who_leaves_between_planning_and_sending_gets_nothing(settings):
    leave_between(5, settings)


@pytest.mark.faults
def test_r07_at_n(settings):
    leave_between(scaled(500), settings)
