"""Two people and one step, doubled presses, answers that were lost: C01, C03, C04, C05, C09 at the smallest N that can still fail.

`make faults` runs those that are marked so at a tenth of their N, `make faults N=full` at N.
"""

import os
import threading
import uuid

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from accounts.models import AuditEntry
from actions.models import StatusUpdate
from actions.services import updates
from tests.factories.plans import small_plan
from tests.factories.updating import element, form, path, said, staff, status

pytestmark = pytest.mark.django_db(transaction=True)
PART = 1 if os.environ.get("N") == "full" else 10
HX = {"HX-Request": "true"}


@pytest.fixture
def step(db):
    return small_plan()[0].actionstep_set.get(code="1.1.1")


@pytest.fixture
def people(step):
    return [staff(step.plan, "editor", name=name) for name in ("First Person", "Second Person")]


def at_once(*tasks):
    """Run at the same moment, each with a connection of its own; their answers in the same order."""
    barrier, found = threading.Barrier(len(tasks)), [None] * len(tasks)

    def run(n, task):
        try:
            barrier.wait(timeout=30)
            found[n] = task()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    [thread.start() for thread in threads]
    [thread.join(timeout=60) for thread in threads]
    return found


def browsers(people):
    found = []
    for person in people:
        client = Client()
        client.force_login(person)
        found.append(client)
    return found


def rounds_of_two(step, people, rounds):
    """C01: each round both open the same form and save another status. Gives the rounds in which not one won and one was asked."""
    desks, odd = browsers(people), []
    names = ["Complete", "On hold"]
    before = AuditEntry.objects.filter(kind="actions.ActionStep").count()
    for number in range(rounds):
        values = [form(step, name, public_note=f"Round {number} says {name}") for name in names]
        answers = at_once(*[lambda d=d, v=v: d.post(path(step, "update"), v, headers=HX) for d, v in zip(desks, values, strict=True)])
        codes = sorted(answer.status_code for answer in answers)
        winner = next((n for n, answer in enumerate(answers) if answer.status_code == 200), 0)
        text = answers[1 - winner].content.decode()
        step.refresh_from_db()
        shows_both = all(f"Round {number} says {name}" in text for name in names)
        if codes != [200, 409] or step.status.name != names[winner] or not shows_both:
            odd.append((number, codes, step.status.name))
    written = AuditEntry.objects.filter(kind="actions.ActionStep").count() - before
    return odd, written


def test_c01_two_people_change_the_same_step(step, people):
    assert rounds_of_two(step, people, 4) == ([], 4)
    assert StatusUpdate.objects.count() == 4


@pytest.mark.faults
def test_c01_many_rounds(step, people):
    rounds = max(1000 // PART, 1)
    assert rounds_of_two(step, people, rounds) == ([], rounds)
    assert StatusUpdate.objects.count() == rounds


def test_c09_without_the_check_of_the_version_the_race_is_seen(step, people, monkeypatch):
    """The same rounds with the check switched off must fail, else the test above proves nothing."""
    monkeypatch.setattr(updates, "_check_version", lambda step, expected: None)
    odd, written = rounds_of_two(step, people, 2)
    assert odd
    assert written > 2


def test_c09_without_the_press_a_doubled_one_is_seen(step, people, monkeypatch):
    monkeypatch.setattr("actions.views.answers.press_of", lambda request, *said: updates.Press("web", request.user))
    monkeypatch.setattr(updates, "_check_version", lambda step, expected: None)
    assert doubled(step, people[0], 2) != []


def in_turn(*tasks):
    """One after the other: each begins when the one before it has its answer."""
    return [task() for task in tasks]


def doubled(step, person, times, rounds=1, run=at_once):
    """C03: the same form 2 or 3 times at once. Gives the rounds that were not one change with the same answer, which shows it."""
    desk, odd = Client(), []
    desk.force_login(person)
    cookies = desk.cookies
    for number in range(rounds):
        name = ["Complete", "On hold"][number % 2]
        values = form(step, name, public_note=f"Round {number}")
        before = StatusUpdate.objects.count(), AuditEntry.objects.count()

        def press(values=values):
            client = Client()
            client.cookies = cookies
            return client.post(path(step, "update"), values, headers=HX)

        answers = run(*[press] * times)
        after = StatusUpdate.objects.count(), AuditEntry.objects.count()
        rows = {element(answer.content.decode(), f"step-{step.pk}") for answer in answers}
        toasts = {
            answer.content.decode().partition('hx-swap-oob="innerHTML:#toasts"')[2].partition("csrfmiddlewaretoken")[0]
            for answer in answers
        }
        written = [b - a for a, b in zip(before, after, strict=True)]
        if written != [1, 1] or len(rows) != 1 or len(toasts) != 1 or f"</svg>{name}<" not in min(rows):
            odd.append(
                (number, [answer.status_code for answer in answers], written, *(sorted(one) for one in (rows, toasts) if len(one) > 1))
            )
    return odd


@pytest.mark.parametrize(("times", "run"), [(2, at_once), (3, at_once), (2, in_turn)])
def test_c03_double_and_triple_click(step, people, times, run):
    assert doubled(step, people[0], times, rounds=2, run=run) == []


@pytest.mark.faults
def test_c03_many_times(step, people):
    assert doubled(step, people[0], 3, rounds=max(500 // PART, 1)) == []


def lost(step, person, rounds):
    """C04: written, and the answer is lost on its way; the client sends the same again."""
    desk = Client()
    desk.force_login(person)
    for number in range(rounds):
        values = form(step, ["Complete", "On hold"][number % 2])
        desk.post(path(step, "update"), values, headers=HX)  # nobody reads this answer
        again = desk.post(path(step, "update"), values, headers=HX)
        assert again.status_code == 200
        assert "is now" in again.content.decode()
    return StatusUpdate.objects.count(), AuditEntry.objects.filter(kind="actions.ActionStep").count()


def test_c04_the_answer_was_lost(step, people):
    assert lost(step, people[0], 2) == (2, 2)


@pytest.mark.faults
def test_c04_many_times(step, people):
    rounds = max(500 // PART, 1)
    assert lost(step, people[0], rounds) == (rounds, rounds)


def test_c04_repeated_after_somebody_else_went_on(step, people):
    """The repeat is no second change, and does not take back what came after it."""
    first, second = browsers(people)
    values = form(step, "Complete")
    first.post(path(step, "update"), values, headers=HX)
    second.post(path(step, "update"), form(step, "On hold"), headers=HX)
    again = first.post(path(step, "update"), values, headers=HX)
    assert again.status_code == 200
    assert "On hold" in again.content.decode()
    step.refresh_from_db()
    assert step.status.name == "On hold"
    assert StatusUpdate.objects.count() == 2


def test_still_true_twice_at_once_is_one(step, people):
    said(step, "Complete")
    desk = browsers(people[:1])[0]
    values = {"press": str(uuid.uuid4()), "version": step.version, "back": "/manage/meadow/devices/"}

    def press():
        client = Client()
        client.cookies = desk.cookies
        return client.post(path(step, "confirm"), values, headers=HX).status_code

    assert at_once(press, press) == [200, 200]
    assert StatusUpdate.objects.count() == 2


def test_undo_and_a_change_at_once_lose_nothing(step, people):
    first, second = browsers(people)
    first.post(path(step, "update"), form(step, "Complete"), headers=HX)
    update = StatusUpdate.objects.get()
    change = form(step, "On hold")
    codes = at_once(
        lambda: first.post(f"/my/undo/{update.press}/?back=/manage/meadow/devices/", headers=HX).status_code,
        lambda: second.post(path(step, "update"), change, headers=HX).status_code,
    )
    assert codes[0] == 200
    assert codes[1] in (200, 409)
    step.refresh_from_db()
    assert (step.status and step.status.name) == ("On hold" if codes[1] == 200 else None)


def test_two_bulk_changes_over_the_same_steps_never_wait_for_each_other(step, people):
    steps = list(step.plan.actionstep_set.order_by("pk"))
    for number in range(3):
        values = [
            {
                "step": [f"{one.pk}:{number}" for one in order],
                "do": "set",
                "to": status(step.plan, name).pk,
                "press": str(uuid.uuid4()),
                "back": "/manage/meadow/devices/",
            }
            for order, name in ((steps, "Complete"), (steps[::-1], "On hold"))
        ]
        answers = at_once(
            *[
                lambda d=d, v=v: d.post("/manage/meadow/devices/many/", v, headers=HX).status_code
                for d, v in zip(browsers(people), values, strict=True)
            ]
        )
        assert sorted(answers) == [200, 409]
        assert StatusUpdate.objects.count() == 2 * (number + 1)


def test_who_waited_for_somebody_else_writes_down_what_stood_then(step, people):
    """The second change of a step, held up by the first one's transaction, is a change of what the first one said."""

    def wait_and_say():
        try:
            updates.record_status(step=step, status=status(step.plan, "On hold"), press=updates.Press("web", people[1]))
        finally:
            connection.close()

    waiting = threading.Thread(target=wait_and_say)
    with transaction.atomic():
        updates.record_status(step=step, status=status(step.plan, "Complete"), press=updates.Press("web", people[0]))
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive(), "nobody had to wait"
    waiting.join(timeout=60)
    told = AuditEntry.objects.filter(kind="actions.ActionStep").order_by("pk")
    assert [(entry.old["status"], entry.new["status"]) for entry in told][-1] == ("Complete", "On hold")


def test_the_helper_would_see_a_task_that_failed(step):
    """A thread that dies gives no answer, and no test above takes None for one."""

    def broken():
        raise OperationalError

    threading.excepthook, kept = (lambda args: None), threading.excepthook
    try:
        assert at_once(broken) == [None]
    finally:
        threading.excepthook = kept
