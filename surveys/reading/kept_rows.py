"""The rows of a file between its two readings, the one that understands it and the one that stores it: a child writes them, a worker reads them.

They are kept as lines with one sign between cells, in a file that is gone afterwards: without quotation marks they fall apart into columns three times as
fast as CSV, and a line is what its fingerprint is made of. Rows whose cells hold that sign are kept as they are.
"""

import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import IO

CELL, LINE = "\x1f", "\x1e"
"""The signs that ASCII has for this: between cells, between rows."""


@dataclass(slots=True)
class Batch:
    """Some rows of respondents."""

    lines: Sequence[bytes]
    """Each row's cells in the order of their headings, so that a row is the same in every export of it."""
    columns: Sequence[Sequence[str]]
    """In the order of the file."""

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, wanted: Sequence[bool]) -> "Batch":
        """Of these rows those that are wanted."""
        return Batch(list(compress(self.lines, wanted)), [list(compress(column, wanted)) for column in self.columns])


class KeptRows:
    """Rows are put in batch by batch, and then come back in the same batches as often as they are asked for."""

    def __init__(self, headers: Sequence[str], file: IO[bytes], sizes: Sequence[tuple[int, bool]] = ()):
        self.order = sorted(range(len(headers)), key=lambda n: (headers[n], n))
        self.sizes = list(sizes)
        """Bytes of each batch, and whether it is lines."""
        self.file = file

    def put(self, columns: list[tuple[str, ...]]) -> None:
        """A batch, column by column."""
        rows, width = len(columns[0]), len(columns)
        text = LINE.join(map(CELL.join, zip(*[columns[n] for n in self.order], strict=True)))
        if plain := text.count(CELL) == rows * (width - 1) and text.count(LINE) == rows - 1:
            data = text.encode()
        else:
            data = marshal.dumps(columns)
        self.file.write(data)
        self.sizes.append((len(data), plain))

    def batches(self) -> Iterator[Batch]:
        self.file.seek(0)
        width = len(self.order)
        for size, plain in self.sizes:
            data = self.file.read(size)
            if plain:
                cells = data.decode().replace(LINE, CELL).split(CELL)
                columns: list[Sequence[str]] = [()] * width
                for at, n in enumerate(self.order):
                    columns[n] = cells[at::width]
                yield Batch(data.split(LINE.encode()), columns)
            else:
                columns = marshal.loads(data)  # noqa: S302 - written above
                yield Batch([CELL.join(row).encode() for row in zip(*[columns[n] for n in self.order], strict=True)], columns)


@dataclass(slots=True)
class Gathered:
    """What a reading leaves besides what was understood."""

    sheets: list[str] = field(default_factory=list)
    left_out: list[tuple[int, str, list[str]]] = field(default_factory=list)
    """The first rows that were left out: number, reason, cells."""
    kept: KeptRows | None = None
    """The rows of respondents, where it is a table of answers."""

    def answers(self) -> Iterator[Batch]:
        """The rows of respondents once more."""
        assert self.kept is not None
        return self.kept.batches()
