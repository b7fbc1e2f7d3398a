"""Keys of rows as they come out of addresses and forms, where anything may stand."""

from collections.abc import Iterable


def key_of(text: str | None) -> int | None:
    """The key, or None for what cannot be one. A key of 19 digits would be too large for a database."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def keys_of(texts: Iterable[str]) -> list[int]:
    """Those that can be keys, in their order."""
    return [key for text in texts if (key := key_of(text)) is not None]
