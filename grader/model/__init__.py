"""In: nothing; out: the frozen values that cross a border between two stages."""

from grader.model.event import Arg, Args, Event, Source
from grader.model.exercise import CheckSpec, Constraint, Exercise, Parameter, Parameters, Submission, Variant
from grader.model.fault import Fault
from grader.model.plan import Limits, Plan, Root, Stimulus, When
from grader.model.result import CheckResult, Finding, Report, RuleFinding, TraceReport
from grader.model.roots import resolved
from grader.model.run import Artifact, End, Header, Point, Residue

__all__ = [
    "Arg",
    "Args",
    "Artifact",
    "CheckResult",
    "CheckSpec",
    "Constraint",
    "End",
    "Event",
    "Exercise",
    "Fault",
    "Finding",
    "Header",
    "Limits",
    "Parameter",
    "Parameters",
    "Plan",
    "Point",
    "Report",
    "Residue",
    "Root",
    "RuleFinding",
    "Source",
    "Stimulus",
    "Submission",
    "TraceReport",
    "Variant",
    "When",
    "resolved",
]
