"""Geometry of the pictures on a page, in per cent and pixels, for SVG. Pure: counts in, shapes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.safestring import SafeString, mark_safe

from actions.picture import StatusWord, StepPicture

HATCHES = {
    "st0": "hatch-edge", "st1": "hatch-edge", "st1a": "hatch-mid", "st2": "hatch-mid", "st2a": "hatch-deep",
    "st3": "hatch-page", "st3a": "hatch-page", "st4": "hatch-page", "stx": "hatch-edge",
}  # fmt: skip
"""Look -> pattern of the sprite that has 3:1 on its fill."""

NO_STATUS = "No status yet"


@dataclass(frozen=True, slots=True)
class Part:
    """How many steps have a status, and how many of them nobody confirmed in the cycle."""

    look: str
    name: str
    count: int
    unconfirmed: int = 0


def tally_parts(steps: Iterable[StepPicture], statuses: Sequence[StatusWord]) -> list[Part]:
    """Counts in the order of the scale, those without a status last and only where there are any."""
    counts: dict[str, list[int]] = {status.name: [0, 0] for status in statuses}
    counts[""] = [0, 0]
    for step in steps:
        count = counts[step.status.name if step.status else ""]
        count[0] += 1
        count[1] += not step.is_confirmed
    parts = [Part(status.look, status.name, *counts[status.name]) for status in statuses]
    return parts + [Part("st0", NO_STATUS, *counts[""])] if counts[""][0] else parts


@dataclass(frozen=True, slots=True)
class Segment:
    """Strings ready for attributes; x, width and the hatch in per cent of what holds them."""

    look: str
    x: str
    width: str
    count: int
    text_x: str
    text_y: str
    has_text: bool
    is_narrow: bool
    hatch: str = ""
    hatch_x: str = ""
    hatch_width: str = ""

    def svg(self, height: int) -> str:
        hatch = text = ""
        if self.hatch_width:
            hatch = f'<svg x="{self.hatch_x}%" width="{self.hatch_width}%" height="{height}"><rect class="seg-hatch" fill="url(#{self.hatch})"/></svg>'
        if self.has_text:
            middle = ' class="mid"' * self.is_narrow
            text = f'<text{middle} x="{self.text_x}" y="{self.text_y}" dy=".36em">{self.count}</text>'
        return f'<svg class="{self.look}" x="{self.x}%" width="{self.width}%" height="{height}"><rect class="seg"/>{hatch}{text}</svg>'


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    height: int
    is_large: bool
    segments: tuple[Segment, ...]

    @property
    def svg(self) -> SafeString:
        """What components/bar.html shows. From strings, since a template takes ten times as long, and a page has a bar for every goal area."""
        if not self.segments:
            return SafeString()
        large = " bar--l" * self.is_large
        drawn = "".join([segment.svg(self.height) for segment in self.segments])
        return mark_safe(  # noqa: S308 - the label is escaped, all else is numbers and names of ours
            f'<svg class="bar{large}" height="{self.height}" role="img" aria-label="{escape(self.label)}">{drawn}</svg>'
        )


def number(value: float) -> str:
    """At most two decimals, none where they are zero: 6.25, 30, 45.83."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def in_words(parts: Sequence[Part], subject: str) -> str:
    """ "Goal 4: 4 Implementation in Progress, 11 Not Started; 4 not confirmed in this cycle": what a bar says to those who do not see it."""
    said = ", ".join(f"{part.count} {part.name}" for part in parts if part.count) or "no steps"
    silent = sum(part.unconfirmed for part in parts)
    return f"{subject}: {said}" + (f"; {silent} not confirmed in this cycle" if silent else "")


def bar(parts: Sequence[Part], *, subject: str, scale: int | None = None, large: bool = False) -> Bar:
    """Counts side by side. `scale` is the number of steps that the whole width stands for (default: all of these)."""
    whole = scale or sum(part.count for part in parts) or 1
    height, inset = (44, 10) if large else (28, 7)
    segments, x = [], 0.0
    for part in parts:
        if not part.count:
            continue
        width = 100 * part.count / whole
        digits = len(str(part.count))
        hatch = 100 * part.unconfirmed / part.count
        narrow = width < 3 + 2.5 * digits
        segments.append(
            Segment(
                part.look,
                number(x),
                number(width),
                part.count,
                "50%" if narrow else str(inset),
                str(height // 2),
                width >= 1.2 + 1.6 * digits,
                narrow,
                HATCHES[part.look] if hatch else "",
                number(100 - hatch) if hatch else "",
                number(hatch) if hatch else "",
            )
        )
        x += width
    return Bar(in_words(parts, subject), height, large, tuple(segments))


@dataclass(frozen=True, slots=True)
class Box:
    look: str
    x: str
    y: str
    hatch: str = ""
    hatch_x: str = ""
    hatch_y: str = ""

    def svg(self) -> str:
        box = f'<rect class="cell {self.look}" x="{self.x}" y="{self.y}" width="12" height="13"/>'
        return (
            box + f'<rect x="{self.hatch_x}" y="{self.hatch_y}" width="11" height="12" fill="url(#{self.hatch})"/>' if self.hatch else box
        )


@dataclass(frozen=True, slots=True)
class Cells:
    label: str
    width: int
    height: int
    boxes: tuple[Box, ...]

    @property
    def svg(self) -> SafeString:
        """What components/cells.html shows; from strings, as a bar."""
        if not self.boxes:
            return SafeString()
        drawn = "".join([box.svg() for box in self.boxes])
        return mark_safe(  # noqa: S308 - the label is escaped, all else is numbers and names of ours
            f'<svg class="cells" width="{self.width}" height="{self.height}" role="img" aria-label="{escape(self.label)}">{drawn}</svg>'
        )


CELLS_IN_ROW = 12
MOST_CELLS = 48


def cells(parts: Sequence[Part], *, subject: str = "") -> Cells:
    """One box a step, in the order of the scale, unconfirmed ones hatched. None beyond 48: then the words stand alone."""
    total = sum(part.count for part in parts)
    label = in_words(parts, subject) if subject else in_words(parts, "").removeprefix(": ")
    if not 0 < total <= MOST_CELLS:
        return Cells(label, 0, 0, ())
    boxes: list[Box] = []
    for part in parts:
        for n in range(part.count):
            row, column = divmod(len(boxes), CELLS_IN_ROW)
            x, y = 15 * column + 0.5, 16 * row + 0.5
            silent = n >= part.count - part.unconfirmed
            boxes.append(
                Box(
                    part.look,
                    number(x),
                    number(y),
                    HATCHES[part.look] if silent else "",
                    number(x + 0.5) if silent else "",
                    number(y + 0.5) if silent else "",
                )
            )
    return Cells(label, 15 * min(total, CELLS_IN_ROW), 16 * ((total - 1) // CELLS_IN_ROW) + 14, tuple(boxes))


@dataclass(frozen=True, slots=True)
class Area:
    look: str
    points: str


@dataclass(frozen=True, slots=True)
class Label:
    look: str
    name: str
    count: int
    y: str


@dataclass(frozen=True, slots=True)
class OverTime:
    """Stepped areas: between two reports nothing is known, so nothing slopes."""

    width: int
    height: int
    areas: tuple[Area, ...]
    labels: tuple[Label, ...]
    first: date
    last: date


WIDTH, HEIGHT, TAIL, LABEL_GAP = 224, 132, 21, 19


def over_time(days: Sequence[date], rows: Sequence[Sequence[int]], statuses: Sequence[tuple[str, str]]) -> OverTime | None:
    """Counts at each report. `rows[i][j]` is how many steps had `statuses[j]` (look, name) on `days[i]`; the first status lies lowest. None under two days."""
    if len(days) < 2 or days[0] >= days[-1]:
        return None
    top = max(sum(row) for row in rows)
    if not top:
        return None
    span = (days[-1] - days[0]).days
    xs = [(WIDTH - TAIL) * (day - days[0]).days / span for day in days] + [float(WIDTH)]
    below = [0] * len(days)
    areas, middles = [], []
    for j, (look, name) in enumerate(statuses):
        above = [low + row[j] for low, row in zip(below, rows, strict=True)]
        if any(row[j] for row in rows):
            areas.append(Area(look, _stepped(xs, above, below, top)))
        if rows[-1][j]:
            middles.append((HEIGHT - HEIGHT * (above[-1] + below[-1]) / 2 / top, look, name, rows[-1][j]))
        below = above
    return OverTime(WIDTH, HEIGHT, tuple(areas), tuple(_spread(middles)), days[0], days[-1])


def _stepped(xs: Sequence[float], above: Sequence[int], below: Sequence[int], top: int) -> str:
    points = []
    for n, value in enumerate(above):
        points += [(xs[n], value), (xs[n + 1], value)]
    for n in reversed(range(len(below))):
        points += [(xs[n + 1], below[n]), (xs[n], below[n])]
    return " ".join(f"{number(x)},{number(HEIGHT - HEIGHT * value / top)}" for x, value in points)


def _spread(middles: list[tuple[float, str, str, int]]) -> list[Label]:
    """Labels at the middle of their band, pushed apart until none covers another."""
    middles = sorted(middles)
    ys = [max(LABEL_GAP / 2, min(HEIGHT - LABEL_GAP / 2, y)) for y, *_ in middles]
    for n in range(1, len(ys)):
        ys[n] = max(ys[n], ys[n - 1] + LABEL_GAP)
    if ys and ys[-1] > HEIGHT - LABEL_GAP / 2:
        ys[-1] = HEIGHT - LABEL_GAP / 2
        for n in reversed(range(len(ys) - 1)):
            ys[n] = min(ys[n], ys[n + 1] - LABEL_GAP)
    return [Label(look, name, count, number(y)) for y, (_, look, name, count) in zip(ys, middles, strict=True)]


def finding(first: Mapping[str, int], last: Mapping[str, int], *, lowest: str, highest: str, since: str) -> str:
    """The chart's title says what it shows: "Not started fell from 53 steps to 29 since January 12, 2021"."""
    for name in (lowest, highest):
        before, after = first.get(name, 0), last.get(name, 0)
        if name and before != after:
            return f"{name.capitalize()} {'fell' if after < before else 'rose'} from {before} {'step' if before == 1 else 'steps'} to {after} since {since}"
    return f"As many steps are {highest.lower()} as on {since}" if highest else f"Since {since}"
