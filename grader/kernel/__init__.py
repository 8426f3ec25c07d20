"""In: a state and an event; out: the next state, purely, and what it says: who holds what, who waits for whom."""

from grader.kernel.deadlock import deadlocked
from grader.kernel.dispatch import step
from grader.kernel.forecast import looks_prompt
from grader.kernel.hints import may_block, may_wake
from grader.kernel.objects import SYSTEM_V
from grader.kernel.queries import (
    Holder,
    alive,
    children,
    descriptor,
    everyone,
    held_outside,
    holders,
    object_of,
)
from grader.kernel.signal_sets import IGNORED_BY_DEFAULT
from grader.kernel.state import (
    Descriptor,
    Disposition,
    Named,
    Past,
    Pipe,
    Process,
    State,
    Task,
    Thing,
    Timer,
    initial,
)
from grader.kernel.waits import Wait, wait_of

__all__ = [
    "IGNORED_BY_DEFAULT",
    "SYSTEM_V",
    "Descriptor",
    "Disposition",
    "Holder",
    "Named",
    "Past",
    "Pipe",
    "Process",
    "State",
    "Task",
    "Thing",
    "Timer",
    "Wait",
    "alive",
    "children",
    "deadlocked",
    "descriptor",
    "everyone",
    "held_outside",
    "holders",
    "initial",
    "looks_prompt",
    "may_block",
    "may_wake",
    "object_of",
    "step",
    "wait_of",
]
