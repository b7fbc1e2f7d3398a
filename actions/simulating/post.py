"""The mail server of a simulation: takes mails in memory, and refuses those to addresses that bounce, as a real one does."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Mailbox(BaseEmailBackend):
    """Kept on the class, since the backend is made anew for each run of the sender."""

    taken: list[EmailMessage] = []
    bouncing: set[str] = set()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            if set(mail.to) & self.bouncing:
                raise smtplib.SMTPRecipientsRefused({mail.to[0]: (550, b"5.1.1 no such user")})
            self.taken.append(mail)
        return len(email_messages)

    def open(self) -> None:
        """Nothing has to be opened."""


@contextmanager
def mailbox() -> Iterator[type[Mailbox]]:
    """All mails go there meanwhile."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{Mailbox.__module__}.{Mailbox.__qualname__}"
    Mailbox.taken, Mailbox.bouncing = [], set()
    try:
        yield Mailbox
    finally:
        settings.EMAIL_BACKEND = before
        Mailbox.taken, Mailbox.bouncing = [], set()
