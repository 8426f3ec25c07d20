"""In: a call about to be made; out: whether it would blind the tracer, and so is refused with EPERM and kept on record."""

from __future__ import annotations

from grader.box.filters import BLINDING
from grader.trace.context import Context


def refuses(context: Context) -> bool:
    """Whether the tracer must not let this call happen; the list and its reasons stand in `grader.box.filters`."""
    condition = BLINDING.get(context.name)
    return condition is not None and condition.holds(context.raw)
