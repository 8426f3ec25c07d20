"""In: an exercise's tests, evidence, a submission; out: outcomes of checks and one `Report`; also a pytest plugin.

pytest itself is imported only when something is graded, so that the command line starts without it.
"""

from grader.checks.grading import grade
from grader.checks.helpers import Violation, fail, require
from grader.checks.options import BUDGETS, RUNGS, Options

__all__ = ["BUDGETS", "RUNGS", "Options", "Violation", "fail", "grade", "require"]
