"""What pages and papers say around a plan: that it is a draft or made up, how its parts are called in a sentence. Pure. The figures are in `actions.words`."""

from actions.picture import AreaPicture, PlanPicture, StepPicture
from actions.words import furthest_behind, joined, step

SAMPLE = "This district shows what the program does. Titles are shortened, and parts of it are made up."
STAGES = {"draft": "This plan is a draft", "review": "This plan is in review", "closed": "This plan is closed"}
STAGE_SAYS = {
    "draft": "The board has not adopted it yet; it may still change.",
    "review": "It is being reviewed; what stands here may still change.",
    "closed": "Work on it has ended; what stands here is how it was left.",
}
ORDINALS = {2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth"}


def area_name(area: AreaPicture, picture: PlanPicture) -> str:
    """ "goal 4, Network and operations" """
    word = picture.levels["goal_area"].lower()
    return f"{word} {area.code}, {area.title}" if area.code else area.title


def behind_sentence(picture: PlanPicture) -> str:
    """ "Furthest behind is goal 4, Network and operations: 11 of its 20 steps have not started." Empty where there is but one goal area."""
    if len(picture.areas) < 2:
        return ""
    behind = furthest_behind(picture)
    if not behind.areas:
        return behind.sentence
    is_one = len(behind.areas) == 1
    return f"Furthest behind {'is' if is_one else 'are'} {joined([area_name(area, picture) for area in behind.areas])}{behind.rest}"


def use_of_code(one: StepPicture, picture: PlanPicture) -> str:
    """ "Second action step with this code"; empty for the first."""
    if one.occurrence < 2:
        return ""
    return f"{ORDINALS.get(one.occurrence, f'No. {one.occurrence}')} {step(picture)} with this code"
