"""In: a started tree, a plan, a next-step policy; out: raw events and how the run ended: one schedule at a time."""

from grader.trace.filter import traced_calls
from grader.trace.opening import Opening, lead, opening_key
from grader.trace.points import Point
from grader.trace.policy import TIME, Fair, Policy, Scene, Step
from grader.trace.run import ticking
from grader.trace.sites import Files, Sites
from grader.trace.tracer import trace

__all__ = [
    "TIME",
    "Fair",
    "Files",
    "Opening",
    "Point",
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
