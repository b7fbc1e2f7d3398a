"""Names of groups and choices within a sentence. Pure."""

import re
from collections.abc import Sequence

from surveys.showing.figures import Table

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
PLACES = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
VERBS = {"multi": "named", "single": "chose", "themes": "spoke of"}
PLURAL = re.compile(r"\b(\w+s|staff|people|personnel|faculty|alumni|children)$", re.IGNORECASE)


def number(n: int) -> str:
    """ "seven", "8,399": words up to twelve."""
    return NUMBERS[n] if n < len(NUMBERS) else f"{n:,}"


def place(rank: int) -> str:
    return PLACES[rank] if 0 < rank < len(PLACES) else f"number {rank}"


def within(words: str) -> str:
    """Without the capital at its beginning, unless that is a name or an abbreviation: “Parents”, but “DCSD Employee”."""
    first = re.match(r"[^\s/-]+", words)
    if not first or len(first[0]) < 2 or any(letter.isupper() or letter.isdigit() for letter in first[0][1:]):
        return words
    following = words[first.end() :].split()
    if following and all(word[:1].isupper() for word in following if len(word) > 3 and word[:1].isalpha()) and len(following) > 1:
        return words  # Printed As A Heading
    return words[0].lower() + words[1:]


IN_THE_WAY = re.compile(
    r"(?:no|none|nothing|nobody|nowhere|never|not|neither|nor|yes|maybe|all|any|anything|anybody|anyone|every\w*|both|other|others|another|some\w*|same|unsure|undecided|unknown"
    r"|n/?a|i|i'm|i've|my|we|it|it's|don't|do|does|prefer|true|false|\d.*|ning[uú]n\w*|nada|nadie|otr[oa]s?|todo\w*|keine?\w*|nichts|aucun\w*|rien)",
    re.IGNORECASE,
)
"""First words of choices that a sentence would take for its own."""
ALONE = frozenset(["more", "less", "most", "rather", "same", "better", "worse"])
"""Such words where nothing follows."""


def choice(label: str) -> str:
    """A choice within a sentence: in quotation marks where it would read as a part of it, as “Nothing” in “Parents put nothing first”."""
    first = label.replace("’", "'").split(maxsplit=1)[:1]
    if (
        not first
        or IN_THE_WAY.fullmatch(first[0].rstrip(".,;:!?"))
        or label.casefold() in ALONE
        or label.rstrip().endswith((".", "!", "?"))
    ):
        return f"“{label}”"
    return within(label)


def is_plural(name: str) -> bool:
    """Whether a group's name can follow “58% of”. “Staff who are parents” is, “Parent/Guardian” is not."""
    head = re.split(r"\s+(?:who|with|at|in|of|without|from)\b|\s*\(", name)[0]
    return bool(PLURAL.search(head.strip()))


def of_group(percent: str, name: str) -> str:
    """ "58% of parents and guardians", "58% of the group Parent/Guardian"."""
    return f"{percent} of {within(name)}" if is_plural(name) else f"{percent} of the group “{name}”"


def share_of(percent: str, table: Table) -> str:
    """ "58% of all respondents", or of the table's group."""
    return f"{percent} of {table.people}" if table.is_all else of_group(percent, table.name)


def group(name: str) -> str:
    """ "students", "the group “Student”"."""
    return within(name) if is_plural(name) else f"the group “{name}”"


def is_one_group(names: Sequence[str]) -> bool:
    """Whether `groups` of these is a singular."""
    return len(names) == 1 and not is_plural(names[0])


def groups(names: Sequence[str]) -> str:
    """ "students and parents", "the groups “Student” and “Parent”", "students and the group “Parent”"."""
    others = [f"“{name}”" for name in names if not is_plural(name)]
    said = [f"the group{'s' if len(others) > 1 else ''} {joined(others)}"] if others else []
    return joined([*(within(name) for name in names if is_plural(name)), *said])


def joined(words: Sequence[str], most: int = 6) -> str:
    """ "a, b and c"; "a, b, c and 4 more" beyond `most`."""
    shown = list(words)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def verb(kind: str) -> str:
    return VERBS.get(kind, "answered with")
