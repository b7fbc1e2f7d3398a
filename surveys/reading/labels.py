"""When two wordings are the same answer, and when they only look so."""

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
QUOTES = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("“"): '"', ord("”"): '"'}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
ALIKE = {**DASHES, **QUOTES, **INVISIBLE}


def tidy(text: str) -> str:
    """A label as it is shown: white space at its ends and runs of it inside do not count. Every other character stays."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """The form in which labels that differ only by case, white space, composition (NFC), quotation marks or dashes are equal."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(ALIKE)
    return re.sub(r"\s*([-/])\s*", r"\1", " ".join(text.split())).casefold()


def look_alikes(counts: Mapping[str, int]) -> list[list[str]]:
    """Groups of labels that `plain` cannot tell apart, each with the commonest first."""
    same = defaultdict(list)
    for label in counts:
        same[plain(label)].append(label)
    return [sorted(labels, key=lambda x: (-counts[x], x)) for labels in same.values() if len(labels) > 1]


def stems(text: str) -> frozenset[str]:
    """Words of a name without plural endings and small words: “Parents/Guardians” and “Parent/Guardian” have the same."""
    words = re.findall(r"[a-z0-9]+", plain(text))
    return frozenset(_singular(word) for word in words if word not in SMALL_WORDS)


SMALL_WORDS = frozenset(["a", "also", "an", "and", "are", "at", "for", "in", "is", "of", "or", "our", "the", "their", "to", "who", "with"])


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def first_with(labels: Iterable[str], wanted: str) -> str | None:
    """The label whose plain form is, begins or is begun by that of `wanted`."""
    asked = plain(wanted)
    forms = [(plain(label), label) for label in labels]
    for form, label in forms:
        if form == asked:
            return label
    begun = [label for form, label in forms if min(len(form), len(asked)) >= 8 and (form.startswith(asked) or asked.startswith(form))]
    return begun[0] if len(begun) == 1 else None


def without_markup(text: str) -> str:
    """A wording as people see it, where a tool wrote the HTML of its editor into a heading."""
    if "&" in text:
        text = html.unescape(text)
    return tidy(re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)) if "<" in text else tidy(text)
