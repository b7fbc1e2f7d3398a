"""What we say to a mail server is what Django would say, whatever stands in the addresses and in the mail."""

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from actions.services import posting
from tests.support.smtp import MailServer

LINES = [".", "..", "a\n.b\n..", "", ".\n", "ends with nothing", "é\n.ü"]


def mail(to, body="Hello"):
    headers = {"Message-ID": "<1@localhost>", "Date": "Mon, 2 Feb 2026 08:00:00 -0000"}
    return EmailMessage("Hello", body, "Großkreis Meadow <planner@localhost>", [to], headers=headers)


def both(settings, mails):
    """What a server took from Django's backend, and from ours; instead of a mail that is no mail its error."""
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = posting.SMTP, 5
    found = []
    for kind in (EmailBackend, posting.Post):
        with MailServer() as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            backend, took = kind(), []
            backend.open()
            for one in mails:
                try:
                    backend.send(one, lambda: None) if kind is posting.Post else backend.send_messages([one])
                    took.append((server.mails[-1].sender, server.mails[-1].recipients, server.mails[-1].data))
                except (ValueError, smtplib.SMTPException) as error:
                    took.append(type(error))
            backend.close()
            assert len(server.mails) == sum(isinstance(one, tuple) for one in took)
        found.append(took)
    return found


def test_lines_that_begin_with_a_dot_and_ends_of_any_kind(settings):
    django, ours = both(settings, [mail("anna@people.example", body) for body in LINES])
    assert ours == django


def test_r08_odd_addresses_are_one_recipient_or_none(settings):
    evil = [
        "a@x.example\r\nRCPT TO:<spy@x.example>",
        "a@x.example\n",
        "a@x.example, spy@x.example",
        "spy@x.example>,<a@x.example",
        "a@",
        "a",
    ]
    odd = ["an.na+x_1-2@people.example", "änna@bücher.example", "anna\u202e@x.example", '"a b"@x.example', "A <a@x.example>"]
    django, ours = both(settings, [mail(to) for to in evil + odd])
    assert ours == django
    assert all(len(one[1]) == 1 and "spy" not in one[1][0] for one in ours if isinstance(one, tuple))
    assert len([one for one in ours if isinstance(one, tuple)]) >= 3
