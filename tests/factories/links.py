"""A district whose people got mails with links, and the forms of the pages behind them."""

import re
from datetime import date

from actions.services.updates import record_status
from tests.actions.test_cycles import stand
from tests.actions.test_links import run, token
from tests.factories.reviews import MONDAY, District, leads, make_district, press


def asked_district() -> District:
    """`owner` answers for steps 1 and 4, which have a status, and 3, which has none; the mails of the first day are out."""
    found = make_district()
    for n in (2, 3):
        leads(found.steps[n], lead_person=found.people["owner"], lead_words="")
    for n in (0, 3):
        record_status(step=found.steps[n], status=found.status, press=press(), as_of=date(2026, 1, 5))
    stand(found.organization, MONDAY)
    run(found, MONDAY)
    for step in found.steps:
        step.refresh_from_db()
    return found


def home_of(district: District) -> str:
    """The address in the owner's mail."""
    return f"/u/{token(district)}/"


def fields(answer, action=None):
    """The hidden fields of the page's forms; of one form where an action is given."""
    html = answer.content.decode()
    if action:
        html = html[html.index(f'action="{action}"') :]
        html = html[: html.index("</form>")]
    found: dict = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def say(client, home, what="same", query="", **more):
    return client.post(home, fields(client.get(home + query), home) | {"say": what} | more)
