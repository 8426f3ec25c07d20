"""In: the evidence of one run; out: what the universal rules find in it, each finding with its event numbers.

Rules need no exercise. None accuses on evidence that is incomplete: each of them concludes something from what is absent.
"""

from grader.analysis.registry import LEVELS, rules
from grader.analysis.runtime import is_helper

__all__ = ["LEVELS", "is_helper", "rules"]
