"""Text that goes into headers and lines of a mail. Pure."""

import unicodedata
from email.utils import formataddr, parseaddr
from functools import lru_cache

JOINERS = "\u200c\u200d"
"""Format characters that words of some languages need."""


def _harmless(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if kind in ("Cf", "Cs") and character not in JOINERS else character


def one_line(text: str, limit: int = 200) -> str:
    """A name or title as one harmless line: no line ends, no control characters, no marks that turn the direction of reading."""
    plain = text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))
    kept = " ".join(plain.split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=64)
def named_address(name: str, address: str) -> str:
    return formataddr((one_line(name, 80), address))


@lru_cache(maxsize=64)
def sender(default: str, name: str) -> str:
    """The installation's address under an organization's name."""
    return named_address(name, parseaddr(default)[1] or default)


def message_id(*, kind: str, person: int, organization: int, due_on, rung: int, sender: str) -> str:
    """Made of the ledger's key alone, so that a mail that is sent a second time is the same mail for every server and reader."""
    return f"<{kind}.{person}.{organization}.{due_on:%Y%m%d}.{rung}@{_domain(sender)}>"


@lru_cache(maxsize=8)
def _domain(sender: str) -> str:
    _, at, domain = parseaddr(sender)[1].rpartition("@")
    return domain if at and domain else "localhost"
