"""Any file becomes a draft: by what is in it, never by its name alone. Pure."""

from collections.abc import Sequence

from actions.reading import from_csv, from_json, from_markdown, from_text, from_xlsx
from actions.reading.draft import Draft, DraftStatus, NotAPlan

UNREAD = {
    b"%PDF-": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc or .xls)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a rich text file (RTF)",
}


def read(data: bytes, name: str, *, known_statuses: Sequence[DraftStatus] = (), part: int | None = None) -> Draft:
    """`known_statuses` is the scale that the document may use without a legend. Raises NotAPlan with one sentence.

    `part` asks for one of several plans in a file, from 1.
    """
    draft = _read(data, name, known_statuses)
    if part not in (None, 1) and not any(one["n"] == part for one in draft.parts):
        raise NotAPlan(
            f"“{name}” holds {len(draft.parts) or 1} plan{'s' if len(draft.parts) > 1 else ''}, so there is no part {part} in it."
        )
    return draft


def _read(data: bytes, name: str, known_statuses: Sequence[DraftStatus]) -> Draft:
    if not data.strip():
        raise NotAPlan(f"“{name}” is empty. Look whether it opens on your computer, then bring it again.")
    for mark, what in UNREAD.items():
        if data.startswith(mark):
            raise NotAPlan(f"“{name}” is {what}, which cannot be read yet. Save it as text, Markdown, CSV or XLSX, then bring that file.")
    if data.startswith(b"PK"):
        if b"word/document.xml" in data:
            raise NotAPlan(f"“{name}” is a Word file, which cannot be read yet. Save it as plain text (UTF-8), then bring that file.")
        return from_xlsx.read(data, known_statuses=known_statuses)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return from_json.read(data)
    if from_markdown.looks_like(data):
        return from_markdown.read(data, known_statuses=known_statuses)
    if from_csv.looks_like(data):
        return from_csv.read(data, known_statuses=known_statuses)
    return from_text.read(data, name, known_statuses=known_statuses)
