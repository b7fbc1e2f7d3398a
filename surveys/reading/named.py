"""What looks like persons and cannot be decided by a column alone: names, days, ways to reach somebody. Each is a doubt with its other reading."""

import re
from collections import Counter
from collections.abc import Mapping

from surveys.reading.columns import Stats
from surveys.reading.draft import DOUBT_OF_PERSONS, METADATA, MULTI, NUMBER, SINGLE, TEXT, QuestionDraft, SurveyDraft
from surveys.reading.issues import DOUBT, WARNING, Issue
from surveys.reading.labels import plain
from surveys.reading.persons import DAY, REFUSALS, holds, mostly, says_where

SOME = 80
"""Different values of a column that are looked at."""
LONGEST_HEADING = 60
LEAST = 12
NUMBERS = re.compile(r"[1-9]\d{3,}")
NOT_STORED = "not stored"
WAYS = "ways to reach a person"
SAYS_NOTHING = re.compile(
    r"(?:(?:your|my|the) )?(?:answers?|responses?|repl(?:y|ies)|contact|details|info(?:rmation)?|text|fields?|untitled(?: question)?|question|column|item|var|value|input"
    r"|short answer|long answer|free text|unnamed:|who|first|last|person|people|participants?|respondents?|students?|child(?:ren)?|parents?|guardians?|teachers?|staff|employees?|signed|signature)?"
    r"[ _.-]?\d*[ _.-]?(?:\d+|text)?[?:.]?|[a-z]{1,4}[ _.-]?\d+[a-z]?(?:[ _.-](?:\d+[a-z]?|[a-z]|text))*[?:.]?"
)
"""A heading that does not say what was asked."""
TITLE = re.compile(r"(?:mrs?|ms|miss|mx|dr|prof|sr|sra|srta|herr|frau|mme|m|coach|principal|señora?|sister|rev)\.? +", re.I)
PARTICLES = frozenset(["de", "del", "la", "los", "las", "da", "do", "dos", "van", "von", "der", "den", "ten", "bin", "al", "el", "le", "y", "di", "st.", "mc", "jr.", "jr", "sr.", "ii", "iii"])  # fmt: skip
NO_NAMES = frozenset([
    "the", "a", "an", "and", "or", "of", "for", "in", "on", "at", "to", "with", "more", "less", "no", "not", "none", "all", "any", "my",
    "our", "your", "better", "new", "good", "school", "schools", "elementary", "middle", "high", "academy", "college", "university",
    "center", "centre", "street", "road", "avenue", "park", "county", "city", "district", "class", "grade", "team", "club", "day", "year",
    "math", "science", "art", "music", "english", "reading", "history", "food", "lunch", "bus", "safety", "staff", "teachers", "teacher",
    "students", "yes", "maybe", "north", "south", "east", "west", "union", "department", "office", "program", "other", "unknown", "never",
    "always", "often", "strongly", "very", "agree", "disagree"
])  # fmt: skip


def look(draft: SurveyDraft, stats: list[Stats], forced: Mapping[int, str]) -> None:
    """Whether what is stored as answers names persons. Where the heading says nothing a column of names or days is not stored."""
    for question in draft.questions:
        column = question.columns[0]
        if len(question.columns) > 1 or column in forced or question.kind not in (TEXT, SINGLE, MULTI, NUMBER, METADATA):
            continue
        own = stats[column]
        some = [value.strip() for value, _ in zip(own.values, range(SOME), strict=False) if value.strip().casefold() not in REFUSALS]
        if question.kind == METADATA:
            if question.why == "A person's name." and asks_for_others(question.text):
                doubt(question, draft, "The heading asks for the name of somebody else.", is_stored=False)
        elif what := what_they_are(some, own, says_nothing=says_nothing(question.text)):
            take(question, draft, what)
        elif question.kind == TEXT:
            tell_of_ways(question, draft, own)


def says_nothing(text: str) -> bool:
    """Whether a heading does not say what was asked. Long ones do."""
    return len(text) <= LONGEST_HEADING and bool(SAYS_NOTHING.fullmatch(plain(text)))


def asks_for_others(text: str) -> bool:
    """Whether a heading for a name goes on: “Name of the teacher who ...”."""
    return bool(re.search(r"\b(who|whom|that|which|most|best|favou?rite)\b", plain(text)))


def what_they_are(some: list[str], own: Stats, *, says_nothing: bool) -> str:
    """What most of these values are, in words; empty where they are no persons'."""
    if len(some) > 2 and all(TITLE.match(value) and is_name(value) for value in some):
        return "names of persons"
    if len(some) < 8:
        return ""
    if says_nothing and len(some) >= LEAST and len(own.values) == own.filled and all(NUMBERS.fullmatch(value) for value in some):
        return "numbers of persons"
    differ = own.overflowed or len(own.values) >= 0.6 * own.filled
    if mostly(some, lambda value: TITLE.match(value) and is_name(value), 0.8):
        return "names of persons"
    if differ and are_names(some):
        return "names of persons"
    if differ and mostly(some, says_where, 0.3):
        return WAYS
    if says_nothing and differ and mostly(some, DAY.fullmatch, 0.9):
        return "days, as of birth"
    if says_nothing and len(own.values) >= 0.3 * own.filled and all(map(is_one_name, some)):
        return "first names or family names"
    return ""


def are_names(some: list[str]) -> bool:
    """Two to four words with capitals in most, and no word that many begin or end with, as names of schools and titles of books do."""
    if not mostly(some, is_name, 0.8):
        return False
    named = [words_of(value) for value in some if is_name(value)]
    most = 0.25 * len(named) + 1
    return all(Counter(words[end] for words in named).most_common(1)[0][1] <= most for end in (0, -1))


def words_of(value: str) -> list[str]:
    return TITLE.sub("", value.replace(",", " ")).split()


def is_name(value: str) -> bool:
    words = words_of(value)
    least = 1 if TITLE.match(value) else 2
    if len(value) > 45 or not least <= len(words) <= 5 or sum(word.lower() not in PARTICLES for word in words) > 4:
        return False
    return all(is_one_name(word) or word.lower() in PARTICLES or (n and re.fullmatch(r"\w\.?", word)) for n, word in enumerate(words))


def is_one_name(word: str) -> bool:
    """One word with a capital that is not among those that names have not."""
    letters = re.sub(r"[.'’-]", "", word)
    return letters.isalpha() and word[0].isupper() and 1 < len(word) < 20 and word.lower() not in NO_NAMES


def take(question: QuestionDraft, draft: SurveyDraft, what: str) -> None:
    """A column whose heading says nothing is not stored; one that asks something is, and both are a doubt."""
    is_stored = not says_nothing(question.text) or question.kind in (SINGLE, MULTI)
    if not is_stored:
        question.kind, question.why, question.choices, question.counts, question.splitter = (
            METADATA,
            f"Its values look like {what}.",
            [],
            {},
            None,
        )
    why = "Many of its answers say how to reach a person." if what == WAYS else f"Most of its answers look like {what}."
    doubt(question, draft, why, is_stored=is_stored)


def doubt(question: QuestionDraft, draft: SurveyDraft, why: str, *, is_stored: bool) -> None:
    words = "counted" if question.kind in (SINGLE, MULTI) else "kept as open text"
    taken, other = (words, NOT_STORED) if is_stored else (NOT_STORED, "kept as open text")
    said = f"Column “{question.header}”: {why} The answers are {taken}; they could also be {other}."
    draft.issues.append(Issue(DOUBT_OF_PERSONS, said, DOUBT, question.header, taken=taken, other=other))


def tell_of_ways(question: QuestionDraft, draft: SurveyDraft, own: Stats) -> None:
    """How many open answers hold an e-mail address or a telephone number. They stay: staff read them, and nothing of them is published."""
    held = sum(times for value, times in own.values.items() if holds(value))
    if held:
        least = "at least " if own.overflowed else ""
        said = f"Column “{question.header}”: {least}{held} open {'answer holds' if held == 1 else 'answers hold'} an e-mail address or a telephone number. They are stored as they were written, for staff alone."
        draft.issues.append(Issue("reachable", said, WARNING, question.header))
