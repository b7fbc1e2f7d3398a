"""T04: a form takes the fields that it shows; what else is sent with it changes nothing."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from django.apps import apps
from django.core.cache import cache

from tests.security.changes import Changed, snapshot
from tests.security.presses import PRESSES, TAKES_POST, Ready, Said, own, send, undone

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXTRA = {
    "is_staff": "on", "is_superuser": "on", "is_operator": "on", "is_active": "", "password": "x", "owner": "1", "by": "1", "by_id": "1",
    "channel": "command", "state": "done", "generation": "999", "recorded_at": "2001-01-01", "created_at": "2001-01-01", "id": "1", "pk": "1",
    "is_retired": "on", "is_present": "", "published": "1", "salt": "x", "fingerprint": "x", "canonical": "{}", "stage_id": "1",
    "is_sample": "on", "calendar_on": "2001-01-01", "kind_id": "1", "rank": "9", "reviewed_on": "2001-01-01", "corrects": "1",
}  # fmt: skip
BY_CHANCE = ("password", "key")
"""Columns that differ between two presses: a hash with its salt, and keys that are made of it."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+\d\d:\d\d")
"""The same within JSON."""
SCOPES = ("organization", "organization_id", "district", "plan_id", "step_id", "node_id", "survey_id", "person_id", "membership")


def said_by(changed: Changed) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is different in each changed row, without what differs between any two presses: keys of new rows, moments, ids of presses."""
    fields = {
        model._meta.label: {f.attname: f for f in model._meta.concrete_fields} for model in apps.get_models(include_auto_created=True)
    }
    found = []
    for (label, _), old, new in changed.rows():
        columns = []
        for name, value in sorted(new.items()):
            column = fields[label][name]
            is_new = column.is_relation and (column.related_model._meta.label, value) not in changed.old
            is_chance = column.primary_key or isinstance(value, datetime | UUID | bytes) or name in BY_CHANCE
            if value != old.get(name) and not is_new and not is_chance:
                columns.append((name, MOMENT.sub("then", repr(value))))
        found.append((label, columns))
    return sorted(found, key=str)


def press(ready: Ready, name: str, said: Said, more: dict[str, str]) -> list:
    cache.clear()  # each press twice: the second one is no guessing
    with undone(ready):
        before = snapshot()
        extra = {key: value for key, value in more.items() if key not in said.data}
        answer = send(ready, own(name, ready, said.args), Said({**extra, **said.data}, said.args, said.who))
        assert answer.status_code == 302, name
        return said_by(Changed(before, snapshot()))


def test_fields_that_a_form_does_not_have_change_nothing(ready, world, db):
    foreign = world.foreign.memberships.first()
    plan = world.foreign.plans.first()
    scopes = dict.fromkeys(SCOPES, str(world.foreign.pk)) | {"person_id": str(foreign.person_id), "membership": str(foreign.pk)}
    scopes |= {"plan_id": str(plan.pk), "organization": world.foreign.slug, "district": world.foreign.slug}
    odd, tried = [], 0
    for name in TAKES_POST:
        said = PRESSES.get(name)
        if isinstance(said, Said):
            without, with_more = press(ready, name, said, {}), press(ready, name, said, EXTRA | scopes)
            tried += 1
            assert without, name
            if without != with_more:
                odd.append(f"{name}: {[one for one in with_more if one not in without]}")
    assert tried > 12
    assert odd == []
