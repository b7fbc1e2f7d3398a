"""S01: scripts and markup in every field of every form and in every address are text in the answer. Imports and the browser: test_markup_browser."""

import pytest

from tests.security.markup import PAYLOADS, SHORT, living
from tests.security.presses import PRESSES, TAKES_POST, Said, own, plain_data, undone

pytestmark = pytest.mark.django_db


def texts_of(said: dict) -> list[str]:
    """The fields of a form into which people type."""
    return [key for key, value in said.items() if isinstance(value, str) and key not in ("press", "version", "back", "way", "seen")]


def test_markup_in_every_field_is_text_in_the_answer(ready, db):
    """All fields at once, which most forms refuse and show again; then each by itself, which many take, with the page that follows."""
    client, odd, tried = ready.client, [], 0
    for name in TAKES_POST:
        said = PRESSES.get(name)
        if not isinstance(said, Said):
            continue
        url, data = own(name, ready, said.args), plain_data(name)
        fields = texts_of(data)
        for chosen in [fields, *([field] for field in fields)] if fields else ():
            for payload in (PAYLOADS[tried % len(PAYLOADS)], SHORT):
                with undone(ready):
                    answer = client.post(url, data | dict.fromkeys(chosen, payload), follow=True)
                    tried += 1
                    odd += [f"{name} {chosen}: {one}" for one in living(answer.content.decode())]
    assert tried > 80
    assert odd == []


def test_markup_in_an_address_is_text_in_the_answer(ready, db):
    """What is asked for: filters, days, places to go back to, and paths that do not exist."""
    odd = []
    for n, path in enumerate(
        ["/", "/meadow/", "/meadow/devices/", "/meadow/devices/changes/", "/meadow/devices/steps/1.1.1/", "/manage/meadow/devices/",
         "/my/", "/accounts/login/", "/manage/meadow/surveys/", "/manage/meadow/surveys/imports/new/", "/manage/meadow/devices/publish/report/"]
    ):  # fmt: skip
        for payload in (PAYLOADS[n], PAYLOADS[(n + 1) % len(PAYLOADS)], PAYLOADS[5], SHORT):
            names = (
                "q",
                "status",
                "department",
                "goal",
                "freshness",
                "as_of",
                "since",
                "next",
                "back",
                "through",
                "title",
                "picked",
                "before",
            )
            for asked in (dict.fromkeys(names, payload), {payload: "x"}):
                answer = ready.client.get(path, asked)
                odd += [f"{path}: {one}" for one in living(answer.content.decode())]
        answer = ready.client.get(f"{path}{PAYLOADS[n].replace(chr(0), '')}/")
        odd += [f"{path} + path: {one}" for one in living(answer.content.decode())]
    assert odd == []


def test_living_sees_what_lives():
    for payload in PAYLOADS[:5]:
        assert living(f"<p>{payload}</p>") != []
    assert living(f'<input value="{PAYLOADS[5]}">') != []
    assert living("<p>&lt;script data-pwned&gt;</p><a href='/x/'>x</a>") == []
