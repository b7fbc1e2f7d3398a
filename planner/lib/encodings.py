"""Bytes that people bring as text: never guessed silently."""

import codecs
import unicodedata

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class NotText(ValueError):
    """The bytes are no text. The text of the error is one sentence for people."""


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: a mark at the beginning decides, else strict UTF-8, else Windows or Mac, whichever gives letters.

    Line ends become "\\n". Raises NotText for what holds zero bytes, or is marked as an encoding that it is not in.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            try:
                return _lines(data.decode(name)), name
            except UnicodeDecodeError as error:
                raise NotText(
                    f"The file says that it is {name}, but its byte {error.start + 1} is not: save it again as UTF-8 text."
                ) from error
    if b"\0" in data:
        raise NotText("The file is not text: it holds zero bytes. Save it as plain text (UTF-8), then bring that file.")
    try:
        return _lines(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _lines(max((_as("cp1252", data), _as("mac_roman", data)), key=_letters)[0]), _better(data)


def _as(name: str, data: bytes) -> tuple[str, str]:
    return data.decode(name, errors="replace"), name


def _better(data: bytes) -> str:
    return max((_as("cp1252", data), _as("mac_roman", data)), key=_letters)[1]


def _letters(found: tuple[str, str]) -> int:
    """How much the characters beyond ASCII look like those of a text: letters and quotation marks count, most where such a mark belongs, odd signs count against."""
    score, text = 0, f" {found[0]} "
    for at, character in enumerate(text):
        if ord(character) < 128:
            continue
        kind = unicodedata.category(character)
        before, behind = text[at - 1], text[at + 1]
        if is_in_place(character, before, behind):
            score += 3
        elif kind == "Ll":
            score += 2 if before.isalpha() or behind.isalpha() else -2
        elif kind == "Lu" or character in "‘’“”–—…•":
            score += 1
        else:
            score -= 2
    return score


def is_in_place(character: str, before: str, behind: str) -> bool:
    """Whether a mark stands where such marks do: “it’s”, a quotation around words, a dash between spaces. What Windows writes for them are letters to a Mac."""
    if character == "’":
        return before.isalpha() and behind in "stdmrvl"
    if character in "“‘":
        return before in " \n\t,;(\"'" and behind.isalnum()
    if character == "”":
        return (before.isalnum() or before in ".,!?") and behind in " \n\t\r,;.:!?)\"'"
    return character in "–—" and before == behind == " "


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
