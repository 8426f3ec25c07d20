"""In: nothing; out: the words that options of a grading choose from; it imports nothing."""

__all__ = ["BUDGETS", "RUNGS"]

RUNGS = ("A", "A-", "C")
"""Rungs of the box, the strongest first."""

BUDGETS = ("small", "default", "large")
"""How many schedules: `grader.explore.BUDGETS` has the numbers."""
