"""A report as PDF/UA-1, made from its JSON alone: the same JSON gives the same bytes, on every machine and in every year."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fontpkg_atkinson_hyperlegible  # type: ignore[import-untyped]
import manimgx_fonts  # type: ignore[import-untyped]
import manimgx_fonts_cjk  # type: ignore[import-untyped]

from actions import charts, notices, words
from actions.picture import AreaPicture, ObjectivePicture, PlanPicture, StepPicture
from actions.stored_reports import picture_of
from actions.writing.as_json import fingerprint
from planner.lib.dates import moment_words

SOURCE = Path(__file__).with_name("report.typ")
TYPESETTER = Path(__file__).with_name("typesetting.py")
FONTS = (Path(fontpkg_atkinson_hyperlegible.ROOT) / "files", *(Path(one.__file__).parent for one in (manimgx_fonts, manimgx_fonts_cjk)))
FAMILIES = ("Atkinson Hyperlegible", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "DejaVu Sans Mono", "New Computer Modern")
"""In this order; what none of them has comes out of any other file in FONTS: Hebrew, Devanagari, Khmer, Thai, emoji and more."""
PAPERS = ("us-letter", "a4")
SECONDS = 25
"""Less than the 30 that a web server's worker has. 46 pages take 0.2."""
MEMORY = 1 << 30
"""Bytes of address space; 46 pages take a tenth of it."""
ACCENT = "#27447f"
MOST_ON_ONE_PAGE = 900
"""Characters of a step that is kept together on one page."""
MARKED = "A □ stands for a character that no font of this paper has: {which}. The page and the data show it."
"""Said at the end where it is so; `typesetting.marked` puts their names in."""


class PdfFailed(Exception):
    """No PDF came out. The message is a sentence for people; what the typesetter said is the cause or in `detail`."""

    def __init__(self, message: str, detail: str = ""):
        super().__init__(message)
        self.detail = detail


def render_pdf(tree: dict[str, Any], *, paper: str = "us-letter") -> bytes:
    """The PDF of what `as_json.report_tree` gives, with or without its fingerprint. `paper` is one of PAPERS. Raises PdfFailed."""
    if paper not in PAPERS:
        raise ValueError(f"{paper} is no paper; it is one of {', '.join(PAPERS)}.")
    return typeset(contents(tree, paper=paper), source=SOURCE, instead="Narrow the plan with the filters, or take the spreadsheet.")


def typeset(data: dict[str, Any], *, source: Path, instead: str) -> bytes:
    """Compiles in a process of its own, since a process that has compiled once and then forks leaves children that hang. Raises PdfFailed.

    `instead`: what a reader can do where it takes too long.
    """
    job = json.dumps(
        {"source": str(source), "fonts": [str(folder) for folder in FONTS], "families": FAMILIES, "memory": MEMORY, "data": data}
    )
    environment = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(TYPESETTER)], input=job.encode(), capture_output=True, timeout=SECONDS, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise PdfFailed(f"The PDF was not ready after {SECONDS} seconds, so it was given up. {instead}") from error
    except OSError as error:
        raise PdfFailed("The PDF could not be made, because no further process could be started. Try again in a minute.") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        detail = done.stderr.decode(errors="replace").strip()[-4000:]
        raise PdfFailed("The PDF could not be made. Take the spreadsheet or the data instead, and tell those who run this site.", detail)
    return done.stdout


def contents(tree: dict[str, Any], *, paper: str = "us-letter") -> dict[str, Any]:
    """All that report.typ draws, every sentence ready: the template decides how it looks, and nothing else."""
    mark = tree.get("fingerprint") or fingerprint(tree)
    tree = clean(tree)
    picture = picture_of(
        tree,
        district_name=tree.get("district_name") or tree["district"],
        accent=tree.get("accent") or ACCENT,
        is_sample=bool(tree.get("is_sample")),
    )
    return Contents(tree, picture, paper, mark).whole()


@dataclass(frozen=True, slots=True)
class Contents:
    """A report's JSON and its picture, turned into what stands on paper."""

    tree: dict[str, Any]
    picture: PlanPicture
    paper: str
    fingerprint: str

    def whole(self) -> dict[str, Any]:
        picture, steps = self.picture, list(self.picture.all_steps())
        fresh, rest, _ = words.freshness(steps, picture)
        return {
            "paper": self.paper,
            "accent": picture.accent if re.fullmatch("#[0-9a-fA-F]{6}", picture.accent) else ACCENT,
            "document": self.document(len(steps)),
            "district": picture.district_name,
            "plan": self.plan,
            "day": self.day,
            "running": f"{_short(picture.district_name, 44)} · {_short(self.plan, 64)}",
            "fingerprint": self.fingerprint,
            "short": " ".join(self.fingerprint[n : n + 4] for n in range(0, 16, 4)),
            "notices": self.notices(),
            "headline": words.headline(steps, picture) if steps or not picture.areas else self.holds(),
            # of steps that were chosen by their status nobody may be called furthest behind
            "behind": "" if self.is_narrowed or not steps else notices.behind_sentence(picture),
            "bar": self.bar(steps, f"All {words.counted(len(steps), picture)}"),
            "fresh": fresh,
            "rest": rest,
            "difference": self.difference(steps),
            "holds": "" if steps or not picture.areas else words.headline(steps, picture),
            "goals": self.goals(),
            "reading": self.reading(bool(steps)),
            "small": [],
            "marked": MARKED,
            "has_codes": any(one.code for one in steps),
            "has_leads": any(one.lead for one in steps),
            "longest_codes": self.longest_codes(),
            "heads": {
                "code": picture.levels["action_step"],
                "title": "What was promised",
                "status": "Status",
                "when": "Last confirmed",
                "lead": "Led by",
            },
            "no_steps": f"No {words.steps(picture, 0)} yet.",
            "no_wording": "Without a wording",
            "areas": [self.area(area, n) for n, area in enumerate(picture.areas, 1)],
        }

    @property
    def plan(self) -> str:
        return self.picture.title.strip() or "Plan without a title"

    @property
    def published_on(self) -> date | None:
        return date.fromisoformat(self.tree["published_on"]) if self.tree.get("published_on") else None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.picture.narrowed_to)

    @property
    def day(self) -> str:
        return f"{'Progress through' if self.published_on else 'As of'} {words.day(self.picture.as_of)}"

    def document(self, count: int) -> dict[str, Any]:
        """What readers of PDF show as its properties. Its date is that of publication, else the day that it is true for."""
        picture = self.picture
        on = self.published_on or picture.as_of
        areas = _some(len(picture.areas), picture.levels["goal_area"])
        said = f"How far {words.counted(count, picture)} in {areas} are, {self.day[0].lower()}{self.day[1:]}."
        return {
            "title": f"{self.plan}: {self.day[0].lower()}{self.day[1:]}",
            "description": said if count else f"{areas[0].upper()}{areas[1:]}, {self.day[0].lower()}{self.day[1:]}.",
            "keywords": ["strategic plan", "progress report" if self.published_on else "export"],
            "date": {"year": on.year, "month": on.month, "day": on.day},
        }

    def notices(self) -> list[dict[str, str]]:
        """What a reader must know first."""
        picture, found = self.picture, []
        if picture.stage in notices.STAGES:
            found.append((notices.STAGES[picture.stage], notices.STAGE_SAYS[picture.stage]))
        if self.is_narrowed:
            found.append(("This is not the whole plan", f"It holds only these: {picture.narrowed_to.strip().rstrip('.')}."))
        if picture.is_sample:
            found.append(("Sample data", notices.SAMPLE))
        return [{"title": title, "text": text} for title, text in found]

    def parts(self, steps: Sequence[StepPicture]) -> list[dict[str, Any]]:
        """Counts in the order of the scale, with their whole percents."""
        parts = charts.tally_parts(steps, self.picture.statuses)
        return [asdict(part) | {"percent": words.percent(part.count, len(steps))} for part in parts]

    def bar(self, steps: Sequence[StepPicture], subject: str) -> dict[str, Any]:
        """Its parts, and what it says to those who do not see it. Without steps there is none."""
        alt = charts.in_words(charts.tally_parts(steps, self.picture.statuses), subject)
        return {"parts": self.parts(steps) if steps else [], "alt": f"{alt}."}

    def difference(self, steps: Sequence[StepPicture]) -> str:
        """ "Since the report of June 15, 2021: Fully Implemented rose from 4 to 5, Planning in Progress stayed at 22 and Not Started fell from 32 to 29." """
        previous = self.tree.get("previous")
        if not previous or self.is_narrowed or not steps:
            return ""
        before: dict[str, int] = previous["counts"]
        now = {status.name: 0 for status in self.picture.statuses} | dict.fromkeys(before, 0) | {"": 0}
        for one in steps:
            now[one.status.name if one.status else ""] += 1
        since = words.day(date.fromisoformat(previous["as_of"]))
        moved = [name for name in now if now[name] != before.get(name, 0)]
        if not moved:
            return f"Since the report of {since} none of these counts has changed."
        said = [
            f"{name or charts.NO_STATUS} {_went(before.get(name, 0), count)}" for name, count in now.items() if count or before.get(name, 0)
        ]
        total, then = len(steps), sum(before.values())
        grown = f" The plan had {words.counted(then, self.picture)} then; now it has {total}." if total != then else ""
        return f"Since the report of {since}: {words.joined(said)}.{grown}"

    def holds(self) -> str:
        """What there is where there are no steps: "This plan has 6 goals and 14 performance objectives." """
        picture = self.picture
        objectives = sum(len(area.objectives) for area in picture.areas)
        strategies = sum(1 for _ in picture.all_strategies())
        said = [_some(len(picture.areas), picture.levels["goal_area"])]
        for count, level in ((objectives, "performance_objective"), (strategies, "strategy")):
            if count:
                said.append(_some(count, picture.levels[level]))
        return f"This plan has {words.joined(said)}."

    def goals(self) -> dict[str, Any]:
        """The table of goal areas: bars on one scale, so that a longer bar is more steps."""
        picture = self.picture
        of = [list(area.all_steps()) for area in picture.areas]
        everything = [one for steps in of for one in steps]
        word = picture.levels["goal_area"]
        columns = self.parts(everything) if everything else []
        is_compared = len(picture.areas) > 1 and not self.is_narrowed
        behind = {area.node for area in words.furthest_behind(picture).areas} if is_compared else set()
        rows = []
        for n, (area, steps) in enumerate(zip(picture.areas, of, strict=True), 1):
            parts = self.parts(steps)
            count = {part["name"]: part["count"] for part in parts}
            rows.append(
                {
                    "n": n,
                    "code": area.code,
                    "title": self.title(area.title, area.code, word),
                    "parts": parts,
                    "counts": [count.get(part["name"], 0) for part in columns],
                    "total": len(steps),
                    "behind": "Furthest behind" if area.node in behind else "",
                }
            )
        says = f"Percents are of {'these' if self.is_narrowed else 'all'} steps, {_ROUNDED} A longer bar means more steps."
        if behind:
            says += f" Furthest behind is the {word.lower()} with the largest share of steps not started."
        return {
            "title": f"How far each {word.lower()} is" if everything else words.many(word),
            "word": word,
            "bar_head": "By status",
            "has_codes": any(area.code for area in picture.areas),
            "looks": [{"look": part["look"], "name": part["name"], "lines": _lines(part["name"])} for part in columns],
            "rows": rows,
            "scale": max((len(steps) for steps in of), default=1) or 1,
            "sums": [part["count"] for part in columns],
            "sum_head": "All of these" if self.is_narrowed else "The plan",
            "total": len(everything),
            "says": says if everything else "",
        }

    def reading(self, has_steps: bool) -> list[dict[str, str]]:
        day = words.day(self.picture.as_of)
        true = f"Every status is the one that held on {day}." if has_steps else f"This is the plan as it was on {day}."
        same = {"title": "Same figures everywhere", "text": "The public page, this paper and the data carry one fingerprint. "}
        if self.published_on:
            known = (
                f", holds what was recorded until {_moment(self.tree['known_at'], self.picture.time_zone)}"
                if self.tree.get("known_at")
                else ""
            )
            true += f" The report was published on {words.day(self.published_on)}{known}, and will read the same for ever."
            return [
                {"title": "True for one day", "text": true},
                same | {"text": same["text"] + "It changes with every figure and every word."},
            ]
        made = "This is an export, not a published report: what is recorded later for that day is not in it."
        own = "Two papers with the same fingerprint say the same; it changes with every figure and every word."
        return [{"title": "True for one day", "text": f"{true} {made}"}, {"title": "One fingerprint", "text": own}]

    def longest_codes(self) -> list[dict[str, Any]]:
        """Of each depth the longest one: the column is as wide as they need."""
        longest: dict[int, str] = {}
        for one, depth in self.walk(step for home in self.homes() for step in home):
            if len(one.code) > len(longest.get(depth, "")):
                longest[depth] = one.code
        return [{"code": code, "depth": depth} for depth, code in sorted(longest.items())]

    def homes(self) -> Iterator[Sequence[StepPicture]]:
        """All lists of steps that hang under something else than a step."""
        for area in self.picture.areas:
            yield area.steps
            yield from (objective.steps for objective in area.objectives)
            yield from (strategy.steps for strategy in area.all_strategies())

    def walk(self, steps: Iterable[StepPicture], depth: int = 0) -> Iterator[tuple[StepPicture, int]]:
        """Parents before what is nested in them, with their depth."""
        for one in steps:
            yield one, depth
            yield from self.walk(one.steps, depth + 1)

    def title(self, title: str, code: str, word: str) -> str:
        return title.strip() or (f"{word} {code}" if code else f"{word} without a title")

    def area(self, area: AreaPicture, n: int) -> dict[str, Any]:
        picture, steps = self.picture, list(area.all_steps())
        word = picture.levels["goal_area"]
        name = f"{word} {area.code}".strip()
        fresh, rest, _ = words.freshness(steps, picture)
        total = len(picture.areas)
        return {
            "n": n,
            "starts_page": n == 1 or self.has_more_than_areas(),
            "word": name,
            "place": f"{n} of {total}" if total > 1 else "",
            "title": self.title(area.title, area.code, word),
            "description": area.description,
            "lead": f"Led by {area.lead}" if area.lead and not all(one.lead == area.lead for one in steps) else "",
            "headline": words.headline(steps, picture) if steps or self.has_steps() else "",
            "bar": self.bar(steps, name),
            "fresh": fresh,
            "rest": rest,
            "blocks": list(self.blocks(area)),
        }

    def has_steps(self) -> bool:
        return any(True for _ in self.picture.all_steps())

    def has_more_than_areas(self) -> bool:
        """A plan of nothing but goal areas is a list, and fills no page with one title."""
        return any(area.objectives or area.strategies or area.steps for area in self.picture.areas)

    def blocks(self, area: AreaPicture) -> Iterator[dict[str, Any]]:
        """What stands under one heading: of each objective, then what hangs right under the area."""
        word = self.picture.levels["performance_objective"]
        for objective in area.objectives:
            groups = self.groups(objective)
            yield {
                "code": objective.code,
                "title": self.title(objective.title, objective.code, word),
                "description": objective.description,
                "says": "" if groups else (f"Led by {objective.lead}" if objective.lead else ""),
                "groups": groups,
            }
        if groups := self.groups(area):
            yield {"code": "", "title": "", "description": "", "says": "", "groups": groups}

    def groups(self, home: AreaPicture | ObjectivePicture) -> list[dict[str, Any]]:
        """Each strategy with its steps, then the steps without one."""
        word = self.picture.levels["strategy"]
        found = [
            {
                "code": strategy.code,
                "title": self.title(strategy.title, strategy.code, word),
                "description": strategy.description,
                "rows": self.rows(strategy.steps),
            }
            for strategy in home.strategies
        ]
        if home.steps:
            own = f"{words.many(self.picture.levels['action_step'])} without a {word.lower()}" if found else ""
            found.append({"code": "", "title": own, "description": "", "rows": self.rows(home.steps)})
        return found

    def rows(self, steps: Sequence[StepPicture]) -> list[dict[str, Any]]:
        return [self.row(one, depth) for one, depth in self.walk(steps)]

    def row(self, one: StepPicture, depth: int) -> dict[str, Any]:
        marks = [notices.use_of_code(one, self.picture)]
        marks.append(f"Reworded {words.day(one.reworded_on)}" if one.reworded_on else "")
        marks.append(f"Due {words.day(one.due)}" if one.due else "")
        if one.steps:
            count = len(one.steps)
            marks.append(f"Its {words.counted(count, self.picture) if count > 1 else words.step(self.picture)} follow{'s' * (count == 1)}")
        return {
            "code": one.code,
            "depth": depth,
            "title": one.title,
            "description": one.description,
            "note": one.public_note,
            "marks": [mark for mark in marks if mark],
            "look": one.status.look if one.status else "st0",
            "status": one.status.name if one.status else charts.NO_STATUS,
            "when": words.short_day(one.as_of) if one.as_of else "",
            "is_short": len(one.title) + len(one.description) + len(one.public_note) < MOST_ON_ONE_PAGE,
            "is_confirmed": one.is_confirmed and one.as_of is not None,
            "silent": f"Not confirmed since {words.short_day(one.as_of)}" if one.as_of else "Nobody has said anything yet",
            "lead": one.lead,
        }


_ROUNDED = "rounded half up, not forced to add up to 100. No step weighs more than another."


def _went(before: int, now: int) -> str:
    return f"stayed at {now}" if before == now else f"{'rose' if now > before else 'fell'} from {before} to {now}"


def _some(count: int, word: str) -> str:
    return f"{count} {word.lower() if count == 1 else words.many(word.lower())}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _lines(name: str) -> list[str]:
    """A status's name on two lines as even as they can be, for the head of a narrow column."""
    parts = name.split()
    splits = [(" ".join(parts[:n]), " ".join(parts[n:])) for n in range(1, len(parts))]
    return list(min(splits, key=lambda lines: max(map(len, lines)))) if splits else [name]


def _moment(known_at: str, zone: str) -> str:
    """`August 4, 2021, 10:00 AM PDT (America/Los_Angeles)`. In UTC where the JSON does not say where the district is, as the first ones did not."""
    at = datetime.fromisoformat(known_at)
    if not zone:
        return f"{moment_words(at, 'UTC')} UTC"
    short = at.astimezone(ZoneInfo(zone)).tzname() or ""
    return f"{moment_words(at, zone)} {short if short.isalpha() else f'UTC{short}'} ({zone})"


def clean(value: Any) -> Any:
    """Nothing but what a font can show: lines end with one sign, control characters and halves of characters are gone, spaces are single."""
    if isinstance(value, dict):
        return {clean(key): clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    if not isinstance(value, str):
        return value
    text = re.sub("\r\n?|[\u2028\u2029\v\f\x85]", "\n", value).replace("\t", " ")
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    return re.sub(" *\n *", "\n", re.sub("  +", " ", text)).strip()
