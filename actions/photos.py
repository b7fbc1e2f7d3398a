"""What a picture is, by its own first bytes and never by its name: JPEG, PNG or WebP, with its size in pixels. Pure; nothing is decoded."""

from dataclasses import dataclass

MOST_PIXELS = 100_000_000
"""Larger than any phone makes; a browser that opens a larger one may run out of memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    content_type: str
    width: int
    height: int


class NoPicture(ValueError):
    """The text is for people."""


REFUSED = "This file is no photo that can be taken. Choose a JPEG, PNG or WebP picture."


def picture_of(data: bytes) -> Picture:
    """Raises NoPicture for everything else, for one that is cut short, and for one that is too large to be shown."""
    found = _jpeg(data) or _png(data) or _webp(data)
    if found is None or not found.width or not found.height:
        raise NoPicture(REFUSED)
    if found.width * found.height > MOST_PIXELS:
        raise NoPicture(f"This photo has {found.width} × {found.height} pixels, which is too large to be shown. Choose a smaller one.")
    return found


def _jpeg(data: bytes) -> Picture | None:
    """Walks the segments (ITU T.81) up to the frame header; the end-of-image marker must be there."""
    if not data.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in data[-4096:]:
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1  # fill bytes before a marker
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return Picture("image/jpeg", int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
        length = int.from_bytes(data[at + 2 : at + 4])
        if marker in (0xD9, 0xDA) or length < 2:
            return None
        at += 2 + length
    return None


def _png(data: bytes) -> Picture | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") or b"IEND" not in data[-64:]:
        return None
    return Picture("image/png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _webp(data: bytes) -> Picture | None:
    """The three kinds of RFC 9649: lossy, lossless and extended."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        return None
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return Picture("image/webp", int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF)
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return Picture("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        return Picture("image/webp", int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    return None
