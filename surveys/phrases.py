"""Suggestions for themes that anybody can check by hand: phrases that stand in many answers, and answers whose words are those of a theme. Pure.

A phrase is one to three words that follow each other and neither begin nor end with a small word. It counts once for each answer. A shorter phrase is
left out where a longer one stands in nearly as many answers, and of those that stand in nearly the same answers the longest is shown. Nearness is the cosine of two lists of words, where a word that stands in few answers
weighs more (its weight is the logarithm of how many times more answers there are than hold it).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.folding import words_of

LEAST = 3
"""Answers in which a phrase has to stand."""
NEARLY = 0.8
_SMALL = """
a about after all also am an and any are as at be because been being but by can cant could do does dont for from get got had has have he
her here him his how i if im in into is isnt it its just like me more most much my need needs no not of on one only or other our out over
really she should so some such than that the their them then there these they this those to too up us very want was we well were what when
where which who why will with would you your yes please think make sure every many lot way know see even still na none nothing al algo
como con cual de del donde el ella ellos en era es esa ese eso esta estan este esto fue ha han hay la las le les lo los mas me mi mis muy
nada ni no nos nuestra nuestro o para pero por porque que se ser si sin sobre son su sus tambien te tiene tienen todo todos tu un una uno
unos y ya yo
"""
SMALL_WORDS = frozenset(_SMALL.split())


@dataclass(frozen=True, slots=True)
class Phrase:
    words: str
    answers: int


@dataclass(frozen=True, slots=True)
class Near:
    """An answer that is like those of a theme, and the words that say so, the weightiest first."""

    pk: int
    likeness: float
    because: tuple[str, ...]


def frequent(texts: Sequence[str], *, most: int = 40, known: Iterable[str] = ()) -> list[Phrase]:
    """Phrases of folded texts that stand in most answers. `known` are folded titles of themes that there are already."""
    counts: Counter[str] = Counter()
    for text in texts:
        words = words_of(text)
        seen = set()
        for length in (1, 2, 3):
            for n in range(len(words) - length + 1):
                first, last = words[n], words[n + length - 1]
                if first in SMALL_WORDS or last in SMALL_WORDS or (length == 1 and (len(first) < 3 or first.isdecimal())):
                    continue
                seen.add(" ".join(words[n : n + length]))
        counts.update(seen)
    passed = {said.strip() for said in known}
    common = {phrase: n for phrase, n in counts.items() if n >= LEAST}
    longest = sorted(common, key=lambda phrase: (-phrase.count(" "), -common[phrase], phrase))
    covered: set[str] = set()
    for phrase in longest:
        words = phrase.split()
        parts = {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, len(words) + 1)} - {phrase}
        covered |= {part for part in parts if part in common and common[phrase] >= NEARLY * common[part]}
    kept = [Phrase(phrase, n) for phrase, n in common.items() if phrase not in covered and phrase not in passed]
    kept.sort(key=lambda one: (-one.answers, -len(one.words), one.words))
    return _apart(kept[: 3 * most], texts)[:most]


def _apart(phrases: Sequence[Phrase], texts: Sequence[str]) -> list[Phrase]:
    """Without those whose answers are nearly the ones of a phrase before: pieces of a sentence that many wrote alike."""
    found: list[tuple[Phrase, set[int]]] = []
    for phrase in phrases:
        answers = {n for n, text in enumerate(texts) if f" {phrase.words} " in text}
        if all(len(answers & others) < NEARLY * len(answers | others) for _, others in found):
            found.append((phrase, answers))
    return [phrase for phrase, _ in found]


def nearest(inside: Sequence[tuple[int, str]], outside: Sequence[tuple[int, str]], *, most: int = 50, least: float = 0.1) -> list[Near]:
    """Answers (number, folded text) outside a theme that are most like those inside it taken together."""
    lists = {pk: _content(text) for pk, text in (*inside, *outside)}
    holding: Counter[str] = Counter(word for words in lists.values() for word in words)
    total = len(lists)
    weight = {word: math.log(total / n) for word, n in holding.items()}
    middle: defaultdict[str, float] = defaultdict(float)
    for pk, _ in inside:
        length = _length(lists[pk], weight)
        for word in lists[pk]:
            middle[word] += weight[word] / length if length else 0
    size = math.sqrt(sum(value * value for value in middle.values()))
    found = []
    for pk, _ in outside:
        shared = [word for word in lists[pk] if word in middle]
        length = _length(lists[pk], weight)
        if not shared or not size or not length:
            continue
        parts = {word: weight[word] * middle[word] for word in shared}
        likeness = sum(parts.values()) / (size * length)
        if likeness >= least:
            because = tuple(sorted(parts, key=lambda word: (-parts[word], word))[:4])
            found.append(Near(pk, likeness, because))
    return sorted(found, key=lambda one: (-one.likeness, one.pk))[:most]


def _content(text: str) -> set[str]:
    return {word for word in words_of(text) if word not in SMALL_WORDS and len(word) > 2}


def _length(words: Iterable[str], weight: dict[str, float]) -> float:
    return math.sqrt(sum(weight[word] ** 2 for word in words))
