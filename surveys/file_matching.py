"""A further file of a survey, in another language or from another form: which of its questions and choices the survey has already. Pure.

A partner is suggested by its words. Where no words are alike, but the file has as many questions as the survey and they are open and closed in the same
order, those at the same place are suggested: a translated form keeps its order. Choices are suggested by their words alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys import import_review
from surveys.comparing import nearest
from surveys.import_review import Question
from surveys.reading.draft import GROUP, METADATA, NUMBER, SINGLE, TEXT

Json = dict[str, Any]


@dataclass(slots=True)
class Known:
    """A question that the survey has."""

    text: str
    kind: str
    labels: list[str] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        return bool(self.labels)


@dataclass(slots=True)
class Pair:
    """A question of the file, what may be its partner, and what is suggested."""

    question: Question
    partners: list[Known]
    partner: Known | None
    by_place: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    """Choice of the file -> that of the partner, empty where none is alike."""

    @property
    def is_same(self) -> bool:
        """Nothing is left to say: the wording is the partner's, and so is every choice."""
        if self.partner is None or any(old != new for old, new in self.labels.items()):
            return False
        return self.question.kind == GROUP or self.question.text == self.partner.text


def pairs(summary: Json, mapping: Json, known: Sequence[Known]) -> list[Pair]:
    """All stored questions of the file in their order, each with its partner."""
    asked = [question for question in import_review.questions(summary, mapping) if question.kind != METADATA]
    group = next((one for one in known if one.kind == GROUP), None)
    has_group = any(question.kind == GROUP for question in asked)
    in_order = same_order(asked, known)
    taken: set[str] = set()
    found = []
    for n, question in enumerate(asked):
        partner: Known | None
        if question.kind == GROUP and group:
            partner, partners, by_place = group, [group], False
        else:
            # where no question of the file was taken for the group, one of single choices may be it
            partners = [
                one for one in known if may_be(question, one) and (one.kind != GROUP or (not has_group and question.kind == SINGLE))
            ]
            text = nearest(question.text, [one.text for one in partners if one.text not in taken])
            partner = next((one for one in partners if one.text == text), None)
            by_place = partner is None and in_order and known[n].text not in taken and known[n] in partners
            partner = known[n] if by_place else partner
        if partner:
            taken.add(partner.text)
        found.append(Pair(question, partners, partner, by_place, suggested_labels(question, partner)))
    return found


def may_be(question: Question, known: Known) -> bool:
    """Open ones are partners of open ones, closed ones of closed ones; numbers of either."""
    return (
        question.kind == known.kind
        if TEXT in (question.kind, known.kind)
        else question.is_closed == known.is_closed or question.kind == NUMBER
    )


def same_order(asked: Sequence[Question], known: Sequence[Known]) -> bool:
    return len(asked) == len(known) and all(
        (a.kind == GROUP) == (k.kind == GROUP) and may_be(a, k) for a, k in zip(asked, known, strict=True)
    )


def suggested_labels(question: Question, partner: Known | None) -> dict[str, str]:
    """Equal ones first; each label of the partner is given once."""
    if partner is None:
        return {}
    labels = [count.label for count in question.counts]
    found = {label: label for label in labels if label in partner.labels}
    for label in labels:
        if label not in found:
            found[label] = nearest(label, [other for other in partner.labels if other not in found.values()])
    return {label: found[label] for label in labels}


def unmatched(found: Sequence[Pair]) -> int:
    """Questions that are new to the survey, or some of whose choices are."""
    return sum(not pair.is_same for pair in found)


def corrected(mapping: Json, summary: Json, found: Sequence[Pair], said: dict[int, tuple[str, dict[str, str]]]) -> Json:
    """The mapping with what a form says: `said` has under the number of each question its partner's wording and, by label, the partner's label."""
    for n, pair in enumerate(found):
        wording, labels = said.get(n, ("", {}))
        is_group = any(one.kind == GROUP for one in pair.partners if one.text == wording)
        kind = GROUP if is_group else pair.question.kind
        cleaned: Json = {"kind": kind, "wording": "" if is_group else wording, "labels": labels}
        mapping = import_review.corrected(mapping, summary, pair.question, cleaned)
    return mapping
