"""In: the evidence of one run, or of many; out: what the universal rules find in it, each finding with its event numbers.

Rules need no exercise. None accuses on evidence that is incomplete: each of them concludes something from what is absent.
"""

from grader.analysis.across import ACROSS, LEVELS_ACROSS, across, look
from grader.analysis.looks import Look
from grader.analysis.registry import LEVELS, rules
from grader.analysis.runtime import is_helper

__all__ = ["ACROSS", "LEVELS", "LEVELS_ACROSS", "Look", "across", "is_helper", "look", "rules"]
