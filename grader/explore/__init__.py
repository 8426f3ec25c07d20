"""In: plans and a submission; out: evidence of the runs: the only stage that turns a plan into evidence.

All is loaded when it is asked for: the supervisor, and whoever starts one ahead, has no use for a laboratory.
"""

from typing import TYPE_CHECKING

from grader.late import late

if TYPE_CHECKING:
    from grader.explore.budget import BUDGETS, JUDGED, mixed, share
    from grader.explore.exhaustive import Exhaustive
    from grader.explore.faults import fault_plans
    from grader.explore.hurrying import hurried, sleeps
    from grader.explore.lab import Lab, RunNotes
    from grader.explore.moments import at_every_step, pairs, steps_of
    from grader.explore.search import Runner, Search, Tried
    from grader.explore.shrinking import shrink
    from grader.explore.tokens import FAIR, parse

__all__ = [
    "BUDGETS",
    "FAIR",
    "JUDGED",
    "Exhaustive",
    "Lab",
    "RunNotes",
    "Runner",
    "Search",
    "Tried",
    "at_every_step",
    "fault_plans",
    "hurried",
    "mixed",
    "pairs",
    "parse",
    "share",
    "shrink",
    "sleeps",
    "steps_of",
]

__getattr__ = late(
    __name__,
    {
        "grader.explore.budget": ("BUDGETS", "JUDGED", "mixed", "share"),
        "grader.explore.exhaustive": ("Exhaustive",),
        "grader.explore.faults": ("fault_plans",),
        "grader.explore.hurrying": ("hurried", "sleeps"),
        "grader.explore.lab": ("Lab", "RunNotes"),
        "grader.explore.moments": ("at_every_step", "pairs", "steps_of"),
        "grader.explore.search": ("Runner", "Search", "Tried"),
        "grader.explore.shrinking": ("shrink",),
        "grader.explore.tokens": ("FAIR", "parse"),
    },
)
