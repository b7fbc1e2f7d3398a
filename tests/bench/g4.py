"""G4: a status update with history, audit, counts and generation, against one row committed."""

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.audit import Press
from accounts.models import AuditEntry
from actions.models import ActionStep, StatusUpdate
from actions.services.updates import record_status
from goals.models import Plan
from tests.bench.filling import TODAY, Filler, district
from tests.bench.floors import commit_raw, make_raw_table
from tests.bench.measuring import Rounds, quiet, timed

EACH = 10


def totals(plan: Plan) -> tuple[int, int, int]:
    return (
        StatusUpdate.objects.filter(step__plan=plan).count(),
        AuditEntry.objects.filter(kind="actions.ActionStep").count(),
        Plan.objects.get(pk=plan.pk).generation,
    )


def measure(rounds: int) -> None:
    make_raw_table()
    filler = Filler(district())
    plan = filler.plan("updates", areas=8, strategies=4, steps=5, updates=12)
    filler.write()
    steps = list(ActionStep.objects.filter(plan=plan).select_related("plan__organization", "status").order_by("pk"))
    statuses = list(plan.scale.statuses.select_related("scale").order_by("pk"))
    told = {step.pk: step.status.name if step.status else "" for step in steps}
    seen, before, number = Rounds(), totals(plan), 0

    def update() -> None:
        nonlocal number
        step, status = steps[(37 * number) % len(steps)], statuses[number % len(statuses)]
        said = record_status(step=step, status=status, as_of=TODAY, public_note="Somebody says how far it is", press=Press("web"))
        assert said.is_new
        told[step.pk] = status.name
        number += 1

    quiet()
    for warm_up in (True, *[False] * rounds * 2):
        found = timed(update, EACH), timed(commit_raw, EACH)
        if not warm_up:
            seen.add("status update", found[0])
            seen.add("raw commit", found[1])
    assert [after - was for was, after in zip(before, totals(plan), strict=True)] == [number] * 3, "an update is missing, or written twice"
    shown = dict(ActionStep.objects.filter(plan=plan).values_list("pk", "status__name"))
    assert {pk: name or "" for pk, name in shown.items()} == told, "a step does not show what was said last"
    grouped = dict(ActionStep.objects.filter(plan=plan).values_list("status__name").annotate(n=Count("pk")).order_by())
    assert {name or "": n for name, n in grouped.items()} == {name: list(told.values()).count(name) for name in set(told.values())}
    with CaptureQueriesContext(connection) as captured:
        update()
    what = f"status update: history, copy, audit, generation; {len(captured)} statements"
    seen.line("G4", "status update", "raw commit", goal=5, what=what)
