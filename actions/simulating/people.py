"""What people are assumed to do, written down in one place. Nothing of it is measured; docs/simulation.md says why each number is what it is."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError

PROMPT, SECOND_ONLY, BOUNCE, IGNORE = "prompt", "second", "bounce", "ignore"
HELPS, LOOKS_AWAY = "helps", "looks away"
"""Of a lead or a planner: helps with the list of what is missing, mostly; or never opens it."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares are of all who answer for steps; what is left of 1 ignores every mail."""

    prompt: float = 0.6
    """Answer the first mail of a cycle, else the second."""
    second: float = 0.2
    """Answer the second one alone."""
    bounce: float = 0.03
    """Their address takes no mail."""
    reliability: float = 0.92
    """How often those who answer do it when they are asked."""
    prompt_days: int = 5
    """Within so many days, each as likely."""
    leave: float = 0.12
    """Leave within the time, on a day of it."""
    changes: float = 0.15
    """Answers in which one step has another status; in the others all are still true."""
    lead_ignores: float = 0.15
    """Leads who never open the list of what is missing."""
    lead_helps: float = 0.7
    """How often the others say it for their people when they get the list."""
    planner_ignores: float = 0.15
    """Planners who never look at the list of the last week."""
    planner_says: float = 0.7
    """How often the others find out what is missing and say it, each time the list comes."""
    planner_assigns: float = 0.8
    """How often a planner who hears of steps that nobody can be asked about gives them to somebody else."""
    cabinet_assigns: float = 0.2
    """How often the cabinet, told how many are missing, gives the steps of who said nothing in the last cycle either to somebody else."""
    wait: int = 6
    """Days until a lead, a planner or the cabinet gets to it, at most."""

    def __post_init__(self) -> None:
        if shares := [name for name, value in asdict(self).items() if isinstance(value, float) and not 0 <= value <= 1]:
            raise ValidationError(f"The habit {shares[0]} is a share: give a number from 0 to 1.")

    @property
    def kinds(self) -> tuple[list[str], list[float]]:
        """What somebody who answers for steps is like, and the share of each."""
        rest = max(0.0, 1 - self.prompt - self.second - self.bounce)
        return [PROMPT, SECOND_ONLY, BOUNCE, IGNORE], [self.prompt, self.second, self.bounce, rest]


BASE = Habits()
PESSIMISTIC = Habits(
    prompt=0.45, bounce=0.05, reliability=0.85, leave=0.2, lead_ignores=0.35, lead_helps=0.5, planner_ignores=0.35, planner_says=0.5,
    planner_assigns=0.5, cabinet_assigns=0.1, wait=10,
)  # fmt: skip
SETS = {"base": BASE, "pessimistic": PESSIMISTIC}
