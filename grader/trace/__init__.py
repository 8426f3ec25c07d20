"""In: a started tree, a plan, a next-step policy; out: raw events and how the run ended: one schedule at a time.

A name is loaded when it is first asked for: who only speaks of schedules has no use for the tracer.
"""

from typing import TYPE_CHECKING

from grader.late import late

if TYPE_CHECKING:
    from grader.trace.filter import traced_calls
    from grader.trace.opening import Opening, lead, opening_key
    from grader.trace.policy import TIME, Fair, Policy, Scene, Step
    from grader.trace.run import ticking
    from grader.trace.sites import Files, Sites
    from grader.trace.tracer import trace

__all__ = [
    "TIME",
    "Fair",
    "Files",
    "Opening",
    "Policy",
    "Scene",
    "Sites",
    "Step",
    "lead",
    "opening_key",
    "ticking",
    "trace",
    "traced_calls",
]

__getattr__ = late(
    __name__,
    {
        "grader.trace.filter": ("traced_calls",),
        "grader.trace.opening": ("Opening", "lead", "opening_key"),
        "grader.trace.policy": ("TIME", "Fair", "Policy", "Scene", "Step"),
        "grader.trace.run": ("ticking",),
        "grader.trace.sites": ("Files", "Sites"),
        "grader.trace.tracer": ("trace",),
    },
)
