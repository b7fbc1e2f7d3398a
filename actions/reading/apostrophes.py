"""How text of plans stands in a CSV; the rule is the same for all files, see planner.lib.apostrophes."""

from planner.lib.apostrophes import RUNS, guarded, unguarded

__all__ = ["RUNS", "guarded", "unguarded"]
