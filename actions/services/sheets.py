"""Mails that many get alike: put together once by Python's email package, then filled in for each.

The package takes longer for a mail than a mail server does. So a `Sheet` is a whole mail with holes where a person's address, links, day and
Message-ID go, as the bytes that go over the wire; to fill them is some microseconds. What is filled in has no line ends and needs no encoding, which
`mail` checks, so that a header stays one line.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from django.core.mail import EmailMultiAlternatives

from actions.models import UpdateLink

LINE = "\r\n"


def _hole(name: str, length: int = 65) -> str:
    return f"{name}-{uuid.uuid4().hex}".ljust(length, "x")


HOLES = {purpose: _hole(purpose) for purpose, _ in UpdateLink.PURPOSES}
"""Where a person's links go. As long as a token, so that lines break where they would."""
TO, DATE, MESSAGE_ID = f"{_hole('to', 48)}@hole.example", _hole("date", 31), f"<{_hole('id', 48)}@hole.example>"
ANY_HOLE = re.compile("|".join(map(re.escape, (*HOLES.values(), TO, DATE, MESSAGE_ID))).join("()").encode())


class ReadyMail(EmailMultiAlternatives):
    """A mail whose bytes are there already. To everything that reads it otherwise it is the mail that Django would make."""

    raw: bytes = b""

    def message(self, *, policy: Any = None) -> Any:
        return _Message(self.raw, super().message)


class _Message:
    """What a mail backend asks for: bytes at once, all else from the message that is put together then."""

    def __init__(self, raw: bytes, make):
        self._raw, self._make = raw, make

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        return self._raw if linesep == LINE else self._raw.replace(LINE.encode(), linesep.encode())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)

    def __getitem__(self, name: str) -> Any:
        return self._make()[name]

    def __contains__(self, name: str) -> bool:
        return name in self._make()

    def __str__(self) -> str:
        return str(self._make())


def _bytes_of(mail: ReadyMail) -> bytes:
    """As Django puts it together, with its own `as_bytes`."""
    message: Any = EmailMultiAlternatives.message(mail)
    return message.as_bytes(linesep=LINE)


@dataclass(slots=True)
class Sheet:
    """What all who are to read the same get, with HOLES in its texts."""

    subject: str
    plain: str
    html: str
    _pieces: dict[tuple[str, ...], list[bytes]] = field(default_factory=dict)
    """(sender, who gets the answers, address that ends the mails) -> the whole mail, cut at its holes; nothing where a hole is not whole."""

    def mail(self, *, to: str, message_id: str, sender: str, reply_to: str, unsubscribe: str, tokens: Mapping[str, str]) -> ReadyMail:
        """One person's mail. `unsubscribe` has a hole as well. Raises ValueError for what cannot stand in a header."""
        found = self._made(to, message_id, sender, reply_to, self._filled(unsubscribe, tokens), tokens, formatdate())
        if not (to + message_id).isascii() or any(not one.isprintable() for one in (to, message_id, *tokens.values())):
            found.raw = _bytes_of(found)
            return found
        pieces = self._pieces.get(key := (sender, reply_to, unsubscribe))
        if pieces is None:
            alike = _bytes_of(self._made(TO, MESSAGE_ID, sender, reply_to, unsubscribe, {}, DATE))
            pieces = self._pieces[key] = ANY_HOLE.split(alike) if self._is_whole(alike, unsubscribe) else []
        if not pieces:
            found.raw = _bytes_of(found)
            return found
        words = {TO: to, MESSAGE_ID: message_id, DATE: found.extra_headers["Date"]} | {
            HOLES[purpose]: tokens[purpose] for purpose in tokens
        }
        filled = {hole.encode(): word.encode() for hole, word in words.items()}
        found.raw = b"".join([filled.get(piece, piece) for piece in pieces])
        return found

    def _made(
        self, to: str, message_id: str, sender: str, reply_to: str, unsubscribe: str, tokens: Mapping[str, str], day: str
    ) -> ReadyMail:
        headers = {
            "Message-ID": message_id,
            "Date": day,
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        }
        mail = ReadyMail(
            self.subject, self._filled(self.plain, tokens), sender, [to], headers=headers, reply_to=[reply_to] if reply_to else []
        )
        mail.attach_alternative(self._filled(self.html, tokens), "text/html")
        return mail

    def _is_whole(self, raw: bytes, unsubscribe: str) -> bool:
        """Whether each hole can be found: a text with a line of over 998 characters is sent in lines that break anywhere, in a hole too."""
        said = f"{self.plain}{self.html}{unsubscribe}"
        expected = {hole: said.count(hole) for hole in HOLES.values()} | {TO: 1, DATE: 1, MESSAGE_ID: 1}
        return all(raw.count(hole.encode()) == number for hole, number in expected.items())

    @staticmethod
    def _filled(text: str, tokens: Mapping[str, str]) -> str:
        for purpose, token in tokens.items():
            text = text.replace(HOLES[purpose], token)
        return text
