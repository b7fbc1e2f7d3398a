"""A mail that is filled into a sheet has the bytes that Django's own way gives, and nothing of another person's."""

import re
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMultiAlternatives

from actions.services.sheets import HOLES, Sheet

TOKENS = {"update": "u" * 65, "unsubscribe": "x" * 65}


def sheet(more=""):
    link = f"https://plans.example/u/{HOLES['update']}/"
    plain, html = f"Zeile ü{more}\n{link}\n.dot\n", f"<p>ü {more}<a href='{link}'>Open</a></p>"
    return Sheet("Großkreis Meadow: are your 4 action steps still true?", plain, html)


def filled(made, to="anna@people.example", number=1, tokens=TOKENS):
    return made.mail(
        to=to,
        message_id=f"<update.{number}.2.20260202.1@localhost>",
        sender="Großkreis Meadow <planner@localhost>",
        reply_to="Ada Admin <ada@meadow.example>",
        unsubscribe=f"https://plans.example/u/{HOLES['unsubscribe']}/unsubscribe/",
        tokens=tokens,
    )


def plain(raw):
    """Without the boundary, which is drawn anew for each message."""
    boundary = re.search(rb'boundary="([^"]+)"', raw)[1]
    return raw.replace(boundary, b"boundary").replace(b"\r\n", b"\n")


@pytest.mark.parametrize("to", ["anna@people.example", "änna@people.example"])
def test_the_bytes_are_those_of_django(to):
    made = sheet()
    filled(made, "other@people.example", 9, {"update": "o" * 65, "unsubscribe": "p" * 65})  # the sheet is there already
    mail = filled(made, to)
    raw = mail.message().as_bytes(linesep="\r\n")
    assert plain(raw) == plain(EmailMultiAlternatives.message(mail).as_bytes(linesep="\r\n"))
    assert b"other@" not in raw
    assert b"o" * 65 not in raw
    assert mail.message()["Subject"] == EmailMultiAlternatives.message(mail)["Subject"]
    assert TOKENS["update"] in mail.body


@pytest.mark.parametrize("length", [0, 900, 996, 1010, 1070, 5000])
def test_links_are_filled_in_whatever_the_lines_are_like(length):
    """From 998 characters in a line on, Python breaks lines anywhere, and a hole in two is none."""
    made = sheet("x" * length)
    filled(made, "other@people.example", 9, {"update": "o" * 65, "unsubscribe": "p" * 65})
    mail = filled(made)
    read = message_from_bytes(mail.message().as_bytes(linesep="\r\n"), policy=policy.SMTP)
    for kind in ("plain", "html"):
        assert f"/u/{TOKENS['update']}/" in read.get_body((kind,)).get_content()
    assert read["To"] == "anna@people.example"
    assert read["List-Unsubscribe"].strip() == f"<https://plans.example/u/{TOKENS['unsubscribe']}/unsubscribe/>"


def test_what_would_be_a_second_header_is_refused():
    with pytest.raises(ValueError, match="newlines"):
        filled(sheet(), "anna@people.example\r\nBcc: all@people.example")
