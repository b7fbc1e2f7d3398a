"""Mails one after another over one connection. The last byte of each waits until the sender says that it may go."""

import re
import smtplib
import socket
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
"""Addresses that go as they are; all others are looked at by Django, which takes longer than a mail server for a whole mail."""
SMTP = "django.core.mail.backends.smtp.EmailBackend"
DOT = b".\r\n"


class Holding:
    """smtplib's conversation, but for the dot with which a mail ends: a server has no mail before that (RFC 5321, 4.1.1.4)."""

    before_dot: Callable[[], None]

    def connect(self, *where: Any, **more: Any) -> Any:
        said = super().connect(*where, **more)  # type: ignore[misc]
        # Else the dot waits until the server's machine has said that it got the bytes before.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[attr-defined]
        return said

    def data(self: Any, msg: Any) -> tuple[int, bytes]:
        """As smtplib's. What `before_dot` raises ends the connection, and the server throws away what it has."""
        code, said = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        try:
            self.send((b"\n" + msg).replace(b"\n.", b"\n..")[1:])
            self.before_dot()
        except BaseException:
            self.close()
            raise
        self.send(DOT if msg.endswith(b"\r\n") else b"\r\n" + DOT)
        return self.getreply()


class Open(Holding, smtplib.SMTP):
    """Without TLS, or with STARTTLS."""


class Closed(Holding, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


class Post(EmailBackend):
    """Django's connection to the mail server of EMAIL_URL, for mails to one recipient each."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return Closed if self.use_ssl else Open

    def send(self, mail: EmailMessage, before_dot: Callable[[], None]) -> None:
        """Raises what smtplib's `sendmail` raises, and ValueError for what is no address."""
        sender, to, message = _sender(mail.from_email), _recipient(mail.to[0]), cast(Any, mail.message())
        server = cast(Any, self.connection)
        server.before_dot = before_dot
        server.sendmail(sender, [to], message.as_bytes(linesep="\r\n"))


class Elsewhere:
    """Any other of Django's backends: a folder, the console, the memory of a test."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.open, self.close = self.connection.open, self.connection.close

    def send(self, mail: EmailMessage, before_dot: Callable[[], None]) -> None:
        before_dot()
        self.connection.send_messages([mail])


def post() -> Post | Elsewhere:
    """By which mails go, as EMAIL_URL says."""
    return Post() if settings.EMAIL_BACKEND == SMTP else Elsewhere()


@lru_cache(maxsize=64)
def _sender(address: str) -> str:
    return smtplib._addr_only(sanitize_address(address, "utf-8"))  # type: ignore[attr-defined]


def _recipient(address: str) -> str:
    return address if PLAIN.fullmatch(address) else sanitize_address(address, "utf-8")
