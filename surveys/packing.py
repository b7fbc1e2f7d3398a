"""Some thousand respondents as bits: for each choice of each closed question one number whose n-th bit from the left is the n-th respondent.

Counting is then `int.bit_count`, a cross-tabulation is `&`. A block is its own small table of contents in JSON and the numbers behind it, packed by zlib.
"""

import json
import zlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from surveys.reading.draft import QuestionDraft, SurveyDraft
from surveys.reading.kept_rows import Batch

BLOCK = 8192
"""Rows of a file that are stored in one transaction, and respondents of a block at most."""
MARK = 16
"""Bytes of a fingerprint: of the row, or eight of the respondent's key and eight of the row."""


@dataclass(slots=True)
class Block:
    """Bitmaps by (question, choice), each as wide as there are rows; and numbers as they were given, by question."""

    rows: int
    bits: dict[tuple[int, int], int] = field(default_factory=dict)
    values: dict[int, list[str]] = field(default_factory=dict)

    def append(self, other: "Block") -> None:
        """Put the respondents of another block behind these."""
        for key in self.bits.keys() | other.bits.keys():
            self.bits[key] = self.bits.get(key, 0) << other.rows | other.bits.get(key, 0)
        for question, given in other.values.items():
            self.values.setdefault(question, [""] * self.rows).extend(given)
        self.rows += other.rows

    def pack(self) -> bytes:
        width = (self.rows + 7) // 8
        order = sorted(key for key, bits in self.bits.items() if bits)
        head = json.dumps(
            {"rows": self.rows, "bits": order, "values": {str(k): v for k, v in self.values.items()}}, separators=(",", ":")
        ).encode()
        body = b"".join(self.bits[key].to_bytes(width, "big") for key in order)
        return zlib.compress(len(head).to_bytes(4, "big") + head + body, 1)

    @classmethod
    def unpack(cls, packed: bytes, *, wanted: Container[int] | None = None) -> "Block":
        """With `wanted` only the bitmaps of these questions: a cross-tabulation needs few of many."""
        data = zlib.decompress(packed)
        at = 4 + int.from_bytes(data[:4], "big")
        head = json.loads(data[4:at])
        width = (head["rows"] + 7) // 8
        bits = {}
        for question, choice in head["bits"]:
            if wanted is None or question in wanted:
                bits[question, choice] = int.from_bytes(data[at : at + width], "big")
            at += width
        return cls(head["rows"], bits, {int(k): v for k, v in head["values"].items()})


def bitmaps(question: QuestionDraft, codes: dict[str, str], columns: Sequence[Sequence[str]]) -> list[int]:
    """One number for each choice of a closed question, out of its columns over the rows of a block."""
    if question.ticks:
        return [int("".join(map(codes.__getitem__, columns[n])), 2) for n in question.columns]
    joined = "".join(map(codes.__getitem__, question.cells_of(columns)))
    width = len(question.choices)
    return [int(joined[n::width], 2) for n in range(width)]


def fingerprints(draft: SurveyDraft, batch: Batch, salt: bytes) -> list[bytes]:
    """Of each row, the same in every export of it, whatever the order of the columns; worthless without the survey's salt."""
    if draft.key is None:
        return _hashed(batch.lines, MARK, salt)
    half = MARK // 2
    keys = _hashed([cell.strip().encode() for cell in batch.columns[draft.key]], half, salt)
    return [key + line for key, line in zip(keys, _hashed(batch.lines, half, salt), strict=True)]


def _hashed(texts: Iterable[bytes], size: int, salt: bytes) -> list[bytes]:
    empty, found = blake2b(digest_size=size, salt=salt), []
    for text in texts:
        one = empty.copy()  # a new one would read its settings anew: half as slow again
        one.update(text)
        found.append(one.digest())
    return found


def marks(packed: bytes) -> list[bytes]:
    """The fingerprints of a block, one by one."""
    return [packed[n : n + MARK] for n in range(0, len(packed), MARK)]


def places(bits: int, rows: int) -> list[int]:
    """Numbers of the respondents whose bit is set, from 0."""
    return [n for n, bit in enumerate(format(bits, f"0{rows}b")) if bit == "1"]


__all__ = ["BLOCK", "MARK", "Block", "bitmaps", "fingerprints", "marks", "places"]
