"""Takes out of a photo what its camera wrote beside the picture: where and when it was taken, with what, small copies of it. Pure; nothing is decoded,
so that the picture keeps every pixel and no decoder ever sees what a stranger sent.

What stays is what is needed to show it: the pixels, the colors' profile, the frames of an animation, and which side is up.
"""

import zlib
from collections.abc import Iterator

from actions.photos import REFUSED, NoPicture

PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs"),
    *(b"acTL", b"fcTL", b"fdAT"),
}
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
EXIF_FLAG, XMP_FLAG = 0x08, 0x04
ORIENTATION = 0x0112


def stripped(data: bytes, content_type: str) -> bytes:
    """The photo without what was written beside it. Raises NoPicture where its parts do not add up. Twice is as once."""
    try:
        if content_type == "image/jpeg":
            return _jpeg(data)
        return _png(data) if content_type == "image/png" else _webp(data)
    except (IndexError, ValueError) as error:
        raise NoPicture(REFUSED) from error


def _jpeg(data: bytes) -> bytes:
    """ITU T.81. Kept are JFIF, the profile and Adobe's mark; what follows the end of the picture (more pictures, a film) is cut off."""
    head, body, turned = [], [], 1
    for marker, part in _segments(data):
        payload = part[4:]
        if marker == 0xE1 and payload.startswith(b"Exif\0\0"):
            turned = _turned(payload[6:])
        is_beside = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if marker == 0xE0 and payload.startswith(b"JFIF\0"):
            head.append(part)
        elif (
            not is_beside or (marker == 0xE2 and payload.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and payload.startswith(b"Adobe"))
        ):
            body.append(part)
    if turned != 1:
        exif = b"Exif\0\0" + _upright(turned)
        head.append(b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif)
    return b"\xff\xd8" + b"".join(head + body) + b"\xff\xd9"


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each part between the start and the end of the picture; to that of a scan belongs its compressed data."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            return
        length = int.from_bytes(data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("a length that cannot be")
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        yield marker, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker is that is not a part of the compressed data (a stuffed zero, a restart)."""
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following != 0xFF and following != 0 and not 0xD0 <= following <= 0xD7:
            return at
        at += 1 if following == 0xFF else 2


def _png(data: bytes) -> bytes:
    """ISO/IEC 15948. Kept are the chunks that are needed to draw it."""
    made, turned, at = [PNG], 1, len(PNG)
    while True:
        length = int.from_bytes(data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if len(kind) < 4 or end > len(data):
            raise ValueError("a length that cannot be")
        if kind == b"eXIf":
            turned = _turned(data[at + 8 : end - 4])
        if kind == b"IEND":
            if turned != 1:
                made.append(_png_chunk(b"eXIf", _upright(turned)))
            return b"".join([*made, data[at:end]])
        if kind in PNG_KEPT:
            made.append(data[at:end])
        at = end


def _png_chunk(kind: bytes, payload: bytes) -> bytes:
    return len(payload).to_bytes(4) + kind + payload + zlib.crc32(kind + payload).to_bytes(4)


def _webp(data: bytes) -> bytes:
    """RFC 9649. Chunks of other kinds than those that draw go, with the flags that speak of them."""
    made, turned, at, size = [], 1, 12, int.from_bytes(data[4:8], "little") + 8
    while at < size:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if len(kind) < 4 or at + 8 + length > len(data):
            raise ValueError("a length that cannot be")
        if kind == b"EXIF":
            turned = _turned(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        if kind in WEBP_KEPT:
            made.append(data[at:end].ljust(end - at, b"\0"))
        at = end
    if made and made[0].startswith(b"VP8X"):
        flags = made[0][8] & ~(EXIF_FLAG | XMP_FLAG) | (EXIF_FLAG if turned != 1 else 0)
        made[0] = made[0][:8] + bytes([flags]) + made[0][9:]
        if turned != 1:
            exif = _upright(turned)
            made.append(b"EXIF" + len(exif).to_bytes(4, "little") + exif)
    body = b"WEBP" + b"".join(made)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _turned(tiff: bytes) -> int:
    """Which side is up, 1 to 8 as TIFF counts; 1 where it does not say, or says nonsense."""
    if tiff[:2] not in (b"II", b"MM"):
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if tiff[:2] == b"II" else "big")

    first = number(4, 4)
    for n in range(number(first, 2)):
        at = first + 2 + 12 * n
        if at + 12 > len(tiff):
            break
        if number(at, 2) == ORIENTATION and number(at + 2, 2) == 3 and 1 <= number(at + 8, 2) <= 8:
            return number(at + 8, 2)
    return 1


def _upright(turned: int) -> bytes:
    """TIFF with nothing but which side is up."""
    return b"MM\0*\0\0\0\x08" + b"\0\x01" + ORIENTATION.to_bytes(2) + b"\0\x03\0\0\0\x01" + turned.to_bytes(2) + b"\0\0" + b"\0\0\0\0"
