"""Reads the folder into which a demo's mails go (EMAIL_URL=filemail://...), for a page that shows them. Django writes the files."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

BETWEEN = b"\n" + b"-" * 79 + b"\n"
"""What django.core.mail.backends.filebased writes after each mail."""
MOST_FILES = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in the folder."""

    file: str
    """Its file, without the ending."""
    n: int
    """Which one of that file, from 1."""
    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def letters(folder: Path) -> list[Letter]:
    """All mails of the newest files, newest first. A file that is being written shows what is whole of it."""
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime, path.name), reverse=True)[:MOST_FILES]
    return [letter for path in files for letter in reversed(_letters_of(path))]


def find(folder: Path, file: str, n: int) -> Letter | None:
    """One mail. The name is looked for in the folder's own list, so that no other file can be meant."""
    path = next((path for path in folder.glob("*.log") if path.stem == file), None) if folder.is_dir() else None
    return next((one for one in _letters_of(path) if one.n == n), None) if path else None


def _letters_of(path: Path) -> list[Letter]:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    whole = path.read_bytes().split(BETWEEN)[:-1]
    return [_letter(email.message_from_bytes(raw, policy=email.policy.default), path.stem, n, at) for n, raw in enumerate(whole, 1)]


SHOWN = ("From", "To", "Reply-To", "Subject", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")


def _letter(message: EmailMessage, file: str, n: int, at: datetime) -> Letter:
    def part(kind: str) -> str:
        found = message.get_body((kind,))
        return found.get_content() if found else ""

    headers = tuple((name, str(message[name])) for name in SHOWN if message[name])
    said = {key: str(message[name] or "") for key, name in (("to", "To"), ("sender", "From"), ("subject", "Subject"))}
    return Letter(file=file, n=n, at=at, text=part("plain"), html=part("html"), headers=headers, **said)
