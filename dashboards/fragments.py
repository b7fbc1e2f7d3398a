"""Parts of pages kept in the memory of the process, keyed by everything that they show: a part can be absent, never stale.

A key holds what stands in the part, dates written out; nothing in a part depends on the moment at which it is shown.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

MOST_CHARACTERS = 48_000_000
"""Of all parts together; then the older half is let go."""


class Fragments:
    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._parts: dict[tuple[str, Hashable], SafeString] = {}
        self._size = 0
        self._most = most
        self._lock = Lock()

    def html(self, template: str, key: Hashable, context: Callable[[], dict[str, Any]]) -> SafeString:
        """The part, from memory or rendered now. `context` is only called where it must be."""
        return self.kept(template, key, lambda: mark_safe(get_template(template).render(context())))  # noqa: S308 - escaped there

    def kept(self, kind: str, key: Hashable, make: Callable[[], SafeString]) -> SafeString:
        """The same of a part that is made without a template."""
        full = (kind, key)
        found = self._parts.get(full)
        if found is None:
            found = make()
            if not settings.DEBUG:
                self._keep(full, found)
        return found

    def _keep(self, full: tuple[str, Hashable], part: SafeString) -> None:
        with self._lock:
            self._size += len(part)
            if self._size > self._most:
                for old in list(self._parts)[: len(self._parts) // 2 + 1]:
                    self._size -= len(self._parts.pop(old))
            self._parts[full] = part

    def clear(self) -> None:
        with self._lock:
            self._parts.clear()
            self._size = 0


fragments = Fragments()
