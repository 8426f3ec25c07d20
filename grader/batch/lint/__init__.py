"""In: the exercises of a course and their reference programs; out: every fault, as file:line, fault, next action."""

from grader.batch.lint.desk import Desk, sit_down
from grader.batch.lint.fault import Fault
from grader.batch.lint.lint import Linted, graded_in, lint
from grader.batch.lint.proofs import LEAST, alike, apart
from grader.batch.lint.runs import run_faults

__all__ = ["LEAST", "Desk", "Fault", "Linted", "alike", "apart", "graded_in", "lint", "run_faults", "sit_down"]
