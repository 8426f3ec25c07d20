"""In: plans and a submission; out: evidence of the runs: the only stage that turns a plan into evidence.

All is loaded when it is asked for: the supervisor, and whoever starts one ahead, has no use for a laboratory.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

_HOMES = {
    "BUDGETS": "budget", "Exhaustive": "exhaustive", "FAIR": "tokens", "JUDGED": "budget", "Lab": "lab",
    "RunNotes": "lab", "Runner": "search", "Search": "search", "Tried": "search", "at_every_step": "moments",
    "fault_plans": "faults", "hurried": "hurrying", "mixed": "budget", "pairs": "moments", "parse": "tokens",
    "share": "budget", "shrink": "shrinking", "sleeps": "hurrying", "steps_of": "moments",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Load what is asked for."""
    if name in _HOMES:
        return getattr(import_module(f"grader.explore.{_HOMES[name]}"), name)
    message = f"module 'grader.explore' has no attribute {name!r}"
    raise AttributeError(message)
