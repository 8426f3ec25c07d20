"""In: plans and a submission; out: evidence of the runs: the only stage that turns a plan into evidence."""

from grader.explore.lab import Lab

__all__ = ["Lab"]
