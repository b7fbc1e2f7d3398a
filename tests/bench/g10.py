"""G10: reminder mails with their ledger against the same bytes by bare SMTP over one connection; and their planning against a task for each person.

The mail server is a process of its own. `sent, no ledger` is between the two: every mail is written and sent, and nothing noted.
"""

import smtplib
import subprocess
import sys
import time

from celery import shared_task
from django.conf import settings
from django.db import connection

from actions.models import Reminder, ReminderLine, UpdateLink
from actions.services import reminders, sending
from planner import triggers
from planner.celery import app
from tests.bench.measuring import Rounds, quiet, timed
from tests.factories.reviews import MONDAY, crowd
from tests.support import services
from tests.support.fixtures import ROOT

MAILS = 1_000


@shared_task(ignore_result=True)
def remind_person(person: int) -> None:
    """What is not done here: one task for each person. Nobody works on it; only its sending is timed."""


def one_task_each(people: list[int]) -> None:
    for person in people:
        remind_person.delay(person)


def plan_anew(district) -> float:
    """Seconds that it takes to write all mails into the ledger, which is emptied before."""
    with triggers.lifted(connection):
        UpdateLink.objects.all().delete()
        ReminderLine.objects.all().delete()
        Reminder.objects.all().delete()
    return timed(lambda: reminders.plan_due(organization=district.organization, on=MONDAY))


def write_all() -> list[bytes]:
    desk, rows = sending.Desk(), list(Reminder.objects.order_by("pk"))
    return [
        mail.message().as_bytes(linesep="\r\n")
        for n in range(0, len(rows), sending.MOST)
        for mail in desk.write(rows[n : n + sending.MOST]).values()
    ]


def send_bare(port: int, mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as bare:
        for n, data in enumerate(mails):
            bare.sendmail("planner@localhost", [f"p{n}@people.example"], data)


def measure(rounds: int) -> None:
    district = crowd(MAILS)
    people = list(Reminder.objects.values_list("person", flat=True))
    assert len(people) == MAILS
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.smtp"], cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=services.end_with_parent
    )
    assert server.stdout
    port = int(server.stdout.readline())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 20
    seen = Rounds()
    quiet()
    try:
        for warm_up in (True, *[False] * 7):
            found = {"planned": plan_anew(district), "a task each": timed(lambda: one_task_each(people))}
            begun = time.perf_counter()
            mails = write_all()
            found["bare SMTP"] = timed(lambda mails=mails: send_bare(port, mails))
            found["sent, no ledger"] = time.perf_counter() - begun
            with triggers.lifted(connection):
                UpdateLink.objects.all().delete()
            begun = time.perf_counter()
            assert sending.send_due(on=MONDAY).sent == MAILS
            found["sent"] = time.perf_counter() - begun
            assert Reminder.objects.filter(state=Reminder.SENT).count() == MAILS
            assert len({bytes(data) for data in mails}) == MAILS, "two people got the same mail"
            for name, seconds in found.items() if not warm_up else ():
                seen.add(name, seconds)
            with app.connection_for_write() as broker:
                broker.default_channel.queue_purge(app.conf.task_default_queue)
    finally:
        server.terminate()
        server.wait()
        connection.close()
    each = f"{len(mails[0]):,} bytes each"
    seen.line("G10", "sent", "bare SMTP", goal=1.8, what=f"{MAILS:,} mails, {each}: written, sent, noted one by one")
    seen.line("G10", "sent, no ledger", "bare SMTP", what="the same without noting: written and sent")
    seen.line("G10", "planned", "a task each", goal=0.1, what=f"{MAILS:,} mails planned, one in the ledger for each person")
