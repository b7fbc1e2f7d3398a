"""Celery's broker in folders, for an installation without a Redis: kombu's transport, whose messages appear whole.

kombu 5.7 writes a message where the worker looks for it, so that a worker may take one that is empty still, and dies of it
(https://github.com/celery/kombu/issues/1551).
"""

from pathlib import Path
from time import monotonic_ns
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

NAME = "wholefiles"
"""Of the address, in planner.env."""


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict, **kwargs) -> None:  # type: ignore[override]  # its two bases have different names for it
        """Write a message beside the queue, then give it the name by which it is found. Raises ChannelError where there is no room."""
        folder, name = Path(self.data_folder_out), f"{monotonic_ns() // 1_000_000}_{uuid4()}"
        coming = folder / f"{name}.coming"
        try:
            coming.write_text(dumps(payload), "utf-8")
            coming.rename(folder / f"{name}.{queue}.msg")
        except OSError as error:
            coming.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add a message to {folder}") from error


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """From here on Celery knows addresses that begin with `wholefiles://`."""
    TRANSPORT_ALIASES[NAME] = f"{__name__}:Transport"
