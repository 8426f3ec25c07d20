"""In: a started tree, a plan, a next-step policy; out: raw events and how the run ended: one schedule at a time."""

from grader.trace.filter import traced_calls
from grader.trace.policy import Fair, Policy
from grader.trace.run import ticking
from grader.trace.sites import Files, Sites
from grader.trace.tracer import trace

__all__ = ["Fair", "Files", "Policy", "Sites", "ticking", "trace", "traced_calls"]
