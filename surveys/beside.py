"""The earlier survey beside which a publication is shown, where the cabinet chose one.

What is compared are two publications and nothing else, so that a comparison tells nothing that the two do not tell already. It is kept as the pairs and
the fingerprint of the earlier publication, never as figures: where that one was replaced or withdrawn, its figures are not shown here either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max

from surveys.comparing import Pairs, Sides, decided
from surveys.models import Comparison, Survey, SurveyPublication
from surveys.showing.figures import read

KEY = "beside"
"""Under it stands in a published tree what it is compared with: {"survey", "fingerprint", "pairs"}."""
NOBODY_SAID = (
    "Say first which questions, choices and groups of the two surveys are the same. What nobody has looked at is not compared in public."
)
NOT_PUBLIC = "Nothing of the earlier survey is public, so this one cannot be compared with it in public."
NOTHING_SAME = "Of what would be public, nothing is said to be the same in both surveys. Choose other tables, say what is the same, or leave the comparison out."


@dataclass(frozen=True, slots=True)
class Beside:
    """What a publication is compared with, and the comparison."""

    earlier: SurveyPublication
    sides: Sides


def may_stand_beside(survey: Survey) -> list[tuple[SurveyPublication, bool]]:
    """What is public of other surveys of the district, newest first; whether a person has said what is the same."""
    standing = SurveyPublication.objects.standing().filter(survey__organization=survey.organization_id).exclude(survey=survey.pk)
    newest = standing.values("survey").annotate(newest=Max("pk")).values("newest")
    said = set(Comparison.objects.filter(survey=survey).values_list("earlier", flat=True))
    rows = SurveyPublication.objects.filter(pk__in=newest).select_related("survey").order_by("-pk")
    return [(row, row.survey_id in said) for row in rows]


def beside_tree(tree: Mapping[str, Any], *, survey: Survey, slug: str) -> dict[str, str | dict]:
    """What is kept in the tree that is to be published. Raises ValidationError."""
    found = next(((row, is_said) for row, is_said in may_stand_beside(survey) if row.survey.slug == slug), None)
    if found is None:
        raise ValidationError(NOT_PUBLIC)
    earlier, is_said = found
    if not is_said:
        raise ValidationError(NOBODY_SAID)
    now, then = read(dict(tree)), read(earlier.tree)
    pairs = decided(now, then, Comparison.objects.get(survey=survey, earlier=earlier.survey_id).matches)
    if not Sides(now, then, pairs).everything():
        raise ValidationError(NOTHING_SAME)
    return {"survey": slug, "fingerprint": earlier.fingerprint, "pairs": pairs.as_json()}


def beside_of(publication: SurveyPublication) -> Beside | None:
    """None where nothing was chosen, or where it is not what is public of the earlier survey now."""
    said = publication.tree.get(KEY)
    if not said:
        return None
    standing = SurveyPublication.objects.standing().select_related("survey__organization")
    newest = standing.filter(survey__organization=publication.survey.organization_id, survey__slug=said["survey"]).order_by("pk").last()
    if newest is None or newest.fingerprint != said["fingerprint"]:
        return None
    return Beside(newest, Sides(read(publication.tree), read(newest.tree), Pairs(**said["pairs"])))


__all__ = ["KEY", "Beside", "beside_of", "beside_tree", "may_stand_beside"]
