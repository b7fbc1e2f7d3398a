"""Files that people bring: kept outside the web root, named by their fingerprint, and complete or not there at all."""

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import StoredFile

SPARE = 2**20
"""What a form may carry beside the file, in bytes."""


class UploadRefused(Exception):
    """The file was not taken. The text is for people; `status` is that of the answer: 413 too large, 422 empty, 507 no room."""

    def __init__(self, sentence: str, *, status: int):
        super().__init__(sentence)
        self.status = status


class FileLost(Exception):
    """What was uploaded is not there any more, or is not what was uploaded. The text is for people."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk that no row speaks of yet."""

    path: str
    """Below UPLOAD_DIR."""
    size: int
    sha256: str


def limit() -> int:
    """In bytes."""
    return settings.MAX_UPLOAD_MB * 2**20


def too_large() -> UploadRefused:
    said = f"The file is larger than {settings.MAX_UPLOAD_MB} MB, so it was not taken. Remove pictures from it, or send the plan in parts."
    return UploadRefused(said, status=413)


def keep(chunks: Iterable[bytes], *, folder: str) -> Kept:
    """Write a file below UPLOAD_DIR/folder under its SHA-256. The same content twice is one file.

    Raises UploadRefused where it is too large, empty, or does not fit on the disk; then nothing of it is left.
    """
    there: Path = settings.UPLOAD_DIR / folder
    unfinished = ""
    try:
        there.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=there)
        seen, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit():
                    raise too_large()
                seen.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise UploadRefused("The file is empty. Choose the file again, and look whether it opens on your computer.", status=422)
        os.replace(unfinished, there / seen.hexdigest())
        unfinished = ""
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        said = "There is no room left on the server for this file, so it was not taken. Tell whoever runs the server, and try again later."
        raise UploadRefused(said, status=507) from error
    finally:
        if unfinished:
            with suppress(OSError):
                os.unlink(unfinished)
    return Kept(f"{folder}/{seen.hexdigest()}", size, seen.hexdigest())


def content_of(file: StoredFile) -> bytes:
    """The bytes that were uploaded. Raises FileLost where they are gone or others."""
    try:
        data = (settings.UPLOAD_DIR / file.path).read_bytes()
    except FileNotFoundError as error:
        said = f"The file “{file.name}” is missing on the server: it was removed after the upload. Upload it again, then press “Try again”."
        raise FileLost(said) from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        said = f"The file “{file.name}” was changed on the server after the upload, so it was not read. Upload it again, then press “Try again”."
        raise FileLost(said)
    return data


def remove_orphans(*, older_than: float = 3600) -> int:
    """Take away files that no row speaks of, such as those of an upload that was killed. Returns how many; `older_than` is in seconds."""
    root: Path = settings.UPLOAD_DIR
    if not root.is_dir():
        return 0
    old = [path for path in root.glob("*/*") if path.is_file() and time.time() - path.stat().st_mtime > older_than]
    names = {str(path.relative_to(root)): path for path in old}
    known = set(StoredFile.objects.filter(path__in=names).values_list("path", flat=True))
    orphans = [path for name, path in names.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def refuse_large_bodies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before anything reads the form: what says that it is too large is refused before its first byte is taken."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > limit() + SPARE:
            return render(request, "413.html", {"says": str(too_large())}, status=413)
        return get_response(request)

    return answer
