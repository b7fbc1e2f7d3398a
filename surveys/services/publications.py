"""The only doors by which something of a survey becomes public, and by which a part of a plan is said to answer it. All raise ValidationError."""

import hashlib
from collections.abc import Collection
from typing import Any

import rfc8785
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.audit import Press
from goals.models import PlanNode
from planner.lib.db import Clock
from surveys.beside import KEY, beside_tree
from surveys.models import Choice, Comparison, PriorityLink, Survey, SurveyImport, SurveyPublication
from surveys.publication_audit import SamePeople, objections
from surveys.results import Results, as_json, figures_of, results_of
from surveys.services.surveys import raise_generation

Tree = dict[str, Any]


def key_of_table(question: str, table: Tree) -> str:
    """Names a table in a form. It stays the same while question, group and printed name do."""
    said = "\0".join([question, table["group"] or "", table["name"]])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def key_of_themes(listed: Tree) -> str:
    return hashlib.sha256("\0".join(["themes", listed["question"], listed["name"]]).encode()).hexdigest()[:16]


def offered(survey: Survey, results: Results | None = None) -> Tree:
    """All that could be public of a survey, with small groups hidden; each table and list of themes with its `key`."""
    tree = as_json(results or results_of(survey), address=f"{survey.organization.slug}/{survey.slug}")
    for question in tree["questions"]:
        for table in question["groups"]:
            table["key"] = key_of_table(question["text"], table)
    for listed in tree["themes"]:
        listed["key"] = key_of_themes(listed)
    return tree


def chosen_of(tree: Tree, chosen: Collection[str]) -> Tree:
    """The published tree: of what is offered the tables and themes that were chosen. What does not add up is for editors and stays out."""
    questions = []
    for question in tree["questions"]:
        if tables := [table for table in question["groups"] if table["key"] in chosen]:
            questions.append({**question, "groups": tables})
    themes = [listed for listed in tree["themes"] if listed["key"] in chosen]
    return {key: value for key, value in tree.items() if key != "issues"} | {"questions": questions, "themes": themes}


@transaction.atomic
def publish_tables(*, survey: Survey, chosen: Collection[str], press: Press, beside: str = "") -> SurveyPublication:
    """Make the chosen tables public as they are now, in the place of what was public before. `beside`: slug of an earlier survey to compare with.

    Refused where they and all that was published before, withdrawn or not, would together tell of a group that is too small.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("organization").get(pk=survey.pk)
    results = results_of(survey)
    tree = chosen_of(offered(survey, results), chosen)
    if not tree["questions"] and not tree["themes"]:
        raise ValidationError("Choose at least one table: nothing was chosen, so nothing was published.")
    if beside:
        tree[KEY] = beside_tree(tree, survey=survey, slug=beside)
    earlier = list(survey.publications.values_list("tree", flat=True))
    others = [_published_of(other) for other in _same_people(survey)]
    texts = [question.text for question in results.questions]
    if against := objections(tree, earlier, figures_of(results), texts=texts, minimum=survey.minimum_group, others=others):
        raise ValidationError(against)
    mark = hashlib.sha256(rfc8785.dumps(tree)).hexdigest()
    newest = survey.publications.standing().last()
    if newest and newest.fingerprint == mark:
        return newest
    day = survey.organization.today()
    made = SurveyPublication.objects.create(survey=survey, tree=tree, fingerprint=mark, published_on=day, by=press.by)
    raise_generation(survey)
    new = {
        "survey": survey.slug,
        "fingerprint": mark,
        "minimum_group": survey.minimum_group,
        "tables": [[question["text"][:200], table["name"]] for question in tree["questions"] for table in question["groups"]],
        "themes": [listed["name"] for listed in tree["themes"]],
        "beside": beside,
    }
    audit.record(press=press, verb="publish survey tables", what=made, organization=survey.organization_id, new=new)
    return made


def _same_people(survey: Survey) -> QuerySet[Survey]:
    """Other surveys of the district that hold a file of this one and have published something, withdrawn or not."""
    files = SurveyImport.objects.filter(survey=survey).values("fingerprint")
    same = SurveyImport.objects.filter(survey__organization=survey.organization_id, fingerprint__in=files)
    return Survey.objects.filter(pk__in=same.values("survey"), publications__isnull=False).exclude(pk=survey.pk).distinct()


def _published_of(survey: Survey) -> SamePeople:
    results = results_of(survey)
    trees = list(survey.publications.values_list("tree", flat=True))
    return SamePeople(trees, figures_of(results), [question.text for question in results.questions], survey.minimum_group)


@transaction.atomic
def withdraw_publications(*, survey: Survey, reason: str, press: Press) -> int:
    """Take everything of a survey out of public view; how many publications that were. They stay in the audit of later ones."""
    if not reason.strip():
        raise ValidationError({"reason": "Say in a sentence why it is withdrawn; it is kept with the publication."})
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    standing = list(survey.publications.standing())
    for one in standing:
        SurveyPublication.objects.filter(pk=one.pk).update(withdrawn_at=Clock(), withdrawn_because=reason.strip())
        audit.record(
            press=press, verb="withdraw survey tables", what=one, organization=survey.organization_id, new={"reason": reason.strip()}
        )
    if standing:
        raise_generation(survey)
    return len(standing)


@transaction.atomic
def link_priority(*, choice: Choice, node: PlanNode, press: Press) -> PriorityLink:
    """Say that a part of a plan of the same organization answers what people chose. Nothing happens where it is said already."""
    survey = choice.question.survey
    if node.plan.organization_id != survey.organization_id:
        raise ValidationError("This part belongs to a plan of another organization. Choose one of your own plans.")
    link, is_new = PriorityLink.objects.get_or_create(choice=choice, node=node, defaults={"by": press.by})
    if is_new:
        raise_generation(survey)
        new = {"choice": choice.label[:200], "node": node.pk, "plan": node.plan.slug}
        audit.record(press=press, verb="link priority", what=link, organization=survey.organization_id, new=new)
    return link


@transaction.atomic
def unlink_priority(*, link: PriorityLink, press: Press) -> None:
    """Take that back."""
    survey = link.choice.question.survey
    old = {"choice": link.choice.label[:200], "node": link.node_id}
    audit.record(press=press, verb="unlink priority", what=link, organization=survey.organization_id, old=old)
    link.delete()
    raise_generation(survey)


@transaction.atomic
def match_surveys(*, survey: Survey, earlier: Survey, matches: Tree, press: Press) -> Comparison:
    """Say which wordings of two surveys of one organization mean the same. Nothing happens where it is said so already."""
    if survey.organization_id != earlier.organization_id or survey.pk == earlier.pk:
        raise ValidationError("Choose another survey of the same district to compare this one with.")
    Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    there = Comparison.objects.filter(survey=survey, earlier=earlier).first()
    if there and there.matches == matches:
        return there
    old = there.matches if there else {}
    made, _ = Comparison.objects.update_or_create(survey=survey, earlier=earlier, defaults={"matches": matches, "by": press.by})
    new = {"earlier": earlier.slug, "matches": matches}
    audit.record(press=press, verb="match surveys", what=made, organization=survey.organization_id, old=old, new=new)
    return made
