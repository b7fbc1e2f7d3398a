"""The plan and what it aims at."""

from goals.models.levels import GoalArea, Level, PerformanceObjective, Strategy
from goals.models.nodes import (
    ACTION_STEP,
    GOAL_AREA,
    PERFORMANCE_OBJECTIVE,
    STRATEGY,
    DueDate,
    Lead,
    NodeRedirect,
    Place,
    PlanNode,
    Version,
    Wording,
)
from goals.models.plan import (
    COMPLETE,
    LEVEL_WORDS,
    MEANINGS,
    NOT_STARTED,
    STOPPED,
    UNDER_WAY,
    Edition,
    Plan,
    PlanQuerySet,
    Status,
    StatusScale,
)

__all__ = [
    "ACTION_STEP", "COMPLETE", "GOAL_AREA", "LEVEL_WORDS", "MEANINGS", "NOT_STARTED", "PERFORMANCE_OBJECTIVE", "STOPPED", "STRATEGY", "UNDER_WAY",
    "DueDate", "Edition", "GoalArea", "Lead", "Level", "NodeRedirect", "PerformanceObjective", "Place", "Plan", "PlanNode", "PlanQuerySet", "Status",
    "StatusScale", "Strategy", "Version", "Wording",
]  # fmt: skip
