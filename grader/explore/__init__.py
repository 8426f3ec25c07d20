"""In: plans and a submission; out: evidence of the runs: the only stage that turns a plan into evidence.

`Lab` is loaded when it is asked for: the supervisor, and whoever starts one ahead, has no use for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.explore.lab import Lab

__all__ = ["Lab"]


def __getattr__(name: str) -> object:
    """Load the laboratory."""
    if name == "Lab":
        from grader.explore.lab import Lab

        return Lab
    message = f"module 'grader.explore' has no attribute {name!r}"
    raise AttributeError(message)
