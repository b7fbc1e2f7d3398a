"""Export files of every tool that we read, made from respondents of our own, so that their tallies are known beforehand.

`python -m tests.surveys.exports FOLDER` writes the survey of 8,399 people in four formats and a small one in each format.
"""

import csv
import io
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

GROUP = "Which group describes you best?"
CHOOSE = "Which of these matter most?"
COMING = "How does a child of yours come to school?"
AGREE = "I feel welcome at school."
SAY = "What should we begin?"
CARE = "Care for mind, mood and friendships"
SAFE = "Safe schools"
READY = "Ready for high school, leaving it, and what follows"
COURSES = "More courses, workshops, and harder lessons (college-level, world programs, early credit)"
EARLY = "Early years; first words"
CHOICES = [CARE, SAFE, READY, COURSES, EARLY]
WAYS = ["None", "NA", "Bus", "TRUE", "0"]
"""Answers that careless readers take for gaps."""
LADDER = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]


@dataclass(frozen=True, slots=True)
class Respondent:
    number: int
    group: str
    chosen: tuple[str, ...]
    way: str = ""
    agree: str = ""
    says: str = ""


# The survey of the deck: sizes and counts are its facts, the wording is ours.
SIZES = {
    "Parent": 3685,
    "Student": 802,
    "Neighbor": 257,
    "Staff and parent": 359,
    "Teacher": 2022,
    "School staff": 814,
    "Office staff": 460,
}
DECK_CHOICES = [
    CARE, SAFE, READY, "Age and upkeep of buildings", "Fairness for all", COURSES, "Finding and keeping staff", "Catching up", "Training for staff", "Technology",
    EARLY, "Reading by grade three",
]  # fmt: skip
DECK = {
    "School staff": [563, 416, 269, 383, 359, 0, 513, 299, 280, 0, 194, 160],
    "Parent": [2122, 1900, 1740, 1637, 1519, 1460, 1438, 1383, 1176, 1085, 0, 0],
    "Staff and parent": [228, 161, 146, 152, 165, 104, 222, 102, 120, 0, 88, 0],
    "Student": [493, 505, 451, 246, 327, 479, 0, 252, 193, 232, 174, 0],
    "Neighbor": [162, 86, 97, 103, 133, 103, 89, 66, 71, 83, 0, 0],
}


def deck_tallies() -> dict[str, dict[str, int]]:
    return {group: {c: n for c, n in zip(DECK_CHOICES, counts, strict=True) if n} for group, counts in DECK.items()}


def respondents(sizes: dict[str, int], tallies: dict[str, dict[str, int]], choices: list[str], *, seed: int = 7) -> list[Respondent]:
    """As many of each group as `sizes` says, of whom exactly as many chose each choice as `tallies` says; who, is drawn."""
    draw = random.Random(seed)
    found: list[Respondent] = []
    for group, size in sizes.items():
        chosen: list[list[str]] = [[] for _ in range(size)]
        for choice in choices:
            for n in draw.sample(range(size), tallies.get(group, {}).get(choice, 0)):
                chosen[n].append(choice)
        for n, mine in enumerate(chosen):
            says = f"Please begin project {len(found)}, as we said last year" if n % 3 == 0 else ""
            found.append(Respondent(0, group, tuple(mine), WAYS[n % 5], LADDER[(n * n) % 5] if n % 4 else "", says))
    draw.shuffle(found)
    return [Respondent(n, r.group, r.chosen, r.way, r.agree, r.says) for n, r in enumerate(found, 1)]


def deck_respondents() -> list[Respondent]:
    return respondents(SIZES, deck_tallies(), DECK_CHOICES)


def few(size: int = 60) -> list[Respondent]:
    """A small survey for each format."""
    sizes = {"Parent": size // 2, "Student": size // 3, "Teacher": size - size // 2 - size // 3}
    return respondents(sizes, {g: {c: (n * (k + 2)) // 8 for k, c in enumerate(CHOICES)} for g, n in sizes.items()}, CHOICES)


def expected(people: list[Respondent]) -> dict[str, Counter]:
    """Question -> how often each answer was given."""
    return {
        GROUP: Counter(r.group for r in people),
        CHOOSE: Counter(c for r in people for c in r.chosen),
        COMING: Counter(r.way for r in people if r.way),
        AGREE: Counter(r.agree for r in people if r.agree),
    }


def labels(people: list[Respondent]) -> list[str]:
    return [c for c in DECK_CHOICES if any(c in r.chosen for r in people)]


def moment(r: Respondent) -> str:
    return f"2024-03-{1 + r.number % 28:02d} {8 + r.number % 9:02d}:{r.number % 60:02d}:00"


def google(people: list[Respondent]) -> list[list[str]]:
    head = ["Timestamp", GROUP, CHOOSE, COMING, AGREE, SAY]
    return [head, *([moment(r), r.group, ", ".join(r.chosen), r.way, r.agree, r.says] for r in people)]


def microsoft(people: list[Respondent]) -> list[list[str]]:
    head = ["ID", "Start time", "Completion time", "Email", "Name", GROUP, CHOOSE, COMING, AGREE, SAY]
    rows = []
    for r in people:
        # It does not keep a semicolon of a choice apart from its own: only what stands together tells.
        chosen = "".join(f"{c};" for c in r.chosen)
        rows.append([str(r.number), moment(r), moment(r), "anonymous", "", r.group, chosen, r.way, r.agree, r.says])
    return [head, *rows]


def surveymonkey(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    own = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name"]
    first = [*own, GROUP, CHOOSE, *[""] * (len(offered) - 1), COMING, AGREE, SAY]
    second = [*[""] * len(own), "Response", *offered, "Response", "Response", "Open-Ended Response"]
    rows = []
    for r in people:
        ticks = [c if c in r.chosen else "" for c in offered]
        rows.append(
            [str(10_000 + r.number), "4711", moment(r), moment(r), "203.0.113.7", "", "", "", r.group, *ticks, r.way, r.agree, r.says]
        )
    return [first, second, *rows]


def qualtrics(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    own = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished", "ResponseId", "LocationLatitude"]
    codes = [*own, "Q1", *[f"Q2_{n}" for n in range(1, len(offered) + 1)], "Q3", "Q4", "Q5"]
    texts = [*["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Finished", "Response ID", "Location Latitude"], GROUP]
    texts += [f"{CHOOSE} - Selected Choice - {c}" for c in offered] + [COMING, AGREE, SAY]
    ids = [f'{{"ImportId":"{code}"}}' for code in codes]
    rows = []
    for r in people:
        ticks = [c if c in r.chosen else "" for c in offered]
        own_cells = [moment(r), moment(r), "IP Address", "203.0.113.7", "100", "True", f"R_{r.number:06d}", "35.99"]
        rows.append([*own_cells, r.group, *ticks, r.way, r.agree, r.says])
    preview = [moment(people[0]), moment(people[0]), "Survey Preview", "", "100", "True", "R_preview", "", people[0].group]
    rows.append(preview + [""] * (len(codes) - len(preview)))
    return [codes, texts, ids, *rows]


def limesurvey(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    head = [
        "Response ID",
        "Date submitted",
        "Last page",
        "Start language",
        "Seed",
        GROUP,
        *[f"{CHOOSE} [{c}]" for c in offered],
        COMING,
        AGREE,
        SAY,
    ]
    rows = [
        [str(r.number), moment(r), "3", "en", "99", r.group, *["Yes" if c in r.chosen else "" for c in offered], r.way, r.agree, r.says]
        for r in people
    ]
    return [head, *rows]


def kobo(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    code = {c: f"choice_{n}" for n, c in enumerate(offered)}
    head = [
        "start",
        "end",
        GROUP,
        CHOOSE,
        *[f"{CHOOSE}/{c.replace('/', ' ')}" for c in offered],
        COMING,
        AGREE,
        SAY,
        "_id",
        "_uuid",
        "_submission_time",
        "_index",
    ]
    rows = []
    for r in people:
        ticks = ["1" if c in r.chosen else "0" for c in offered] if r.chosen else [""] * len(offered)
        own = [str(r.number), f"0000{r.number:04d}-1111-2222-3333-444444444444", moment(r), str(r.number)]
        rows.append([moment(r), moment(r), r.group, " ".join(code[c] for c in r.chosen), *ticks, r.way, r.agree, r.says, *own])
    return [head, *rows]


def redcap(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    head = [
        "Record ID",
        "Survey Identifier",
        "Survey Timestamp",
        GROUP,
        *[f"{CHOOSE} (choice={c})" for c in offered],
        COMING,
        AGREE,
        SAY,
        "Complete?",
    ]
    rows = [
        [
            str(r.number),
            "",
            moment(r),
            r.group,
            *["Checked" if c in r.chosen else "Unchecked" for c in offered],
            r.way,
            r.agree,
            r.says,
            "Complete",
        ]
        for r in people
    ]
    return [head, *rows]


def alchemer(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    own = [
        "Response ID",
        "Time Started",
        "Date Submitted",
        "Status",
        "Contact ID",
        "SessionID",
        "User Agent",
        "IP Address",
        "Longitude",
        "Latitude",
    ]
    head = [*own, GROUP, *[f"{c}:{CHOOSE}" for c in offered], COMING, AGREE, SAY]
    rows = []
    for r in people:
        cells = [str(r.number), moment(r), moment(r), "Complete", "", f"s{r.number}", "Browser", "203.0.113.7", "-84.1", "33.9"]
        rows.append([*cells, r.group, *[c if c in r.chosen else "" for c in offered], r.way, r.agree, r.says])
    gone = ["9999", moment(people[0]), moment(people[0]), "Disqualified", "", "", "", "", "", "", people[0].group]
    rows.append(gone + [""] * (len(head) - len(gone)))
    return [head, *rows]


def typeform(people: list[Respondent]) -> list[list[str]]:
    offered = labels(people)
    head = ["#", GROUP, *offered, COMING, AGREE, SAY, "Start Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags"]
    rows = [
        [
            f"{r.number:032x}",
            r.group,
            *[c if c in r.chosen else "" for c in offered],
            r.way,
            r.agree,
            r.says,
            moment(r),
            moment(r),
            f"{r.number:010x}",
            "",
        ]
        for r in people
    ]
    return [head, *rows]


def jotform(people: list[Respondent]) -> list[list[str]]:
    head = ["Submission Date", GROUP, CHOOSE, COMING, AGREE, SAY, "Submission IP", "Submission ID"]
    rows = [[moment(r), r.group, "\n".join(r.chosen), r.way, r.agree, r.says, "203.0.113.7", str(5_000_000 + r.number)] for r in people]
    return [head, *rows]


def plain(people: list[Respondent]) -> list[list[str]]:
    head = [GROUP, CHOOSE, COMING, AGREE, SAY]
    return [head, *([r.group, " | ".join(r.chosen), r.way, r.agree, r.says] for r in people)]


FORMATS = {
    "google-forms": google,
    "microsoft-forms": microsoft,
    "surveymonkey": surveymonkey,
    "qualtrics": qualtrics,
    "limesurvey": limesurvey,
    "kobotoolbox": kobo,
    "redcap": redcap,
    "alchemer": alchemer,
    "typeform": typeform,
    "jotform": jotform,
    "plain": plain,
}


def as_csv(rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def write(path: Path, rows: list[list[str]], **more) -> Path:
    """By the ending of the name: .csv, .tsv or .xlsx."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
            sheet = book.add_worksheet("Answers")
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    else:
        path.write_bytes(as_csv(rows, delimiter="\t" if path.suffix == ".tsv" else ",", **more))
    return path


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    people = deck_respondents()
    write(folder / "8399-google-forms.csv", google(people))
    write(folder / "8399-microsoft-forms.xlsx", microsoft(people))
    write(folder / "8399-surveymonkey.csv", surveymonkey(people))
    write(folder / "8399-qualtrics.tsv", qualtrics(people), encoding="utf-16")
    for name, make in FORMATS.items():
        write(folder / f"small-{name}.csv", make(few()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
