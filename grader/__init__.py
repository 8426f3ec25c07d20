"""The public face of grader: what an exercise's tests may import, and nothing else.

The version stands here and the build reads it from here: asking importlib.metadata for it costs more at every
start of the command than the rest of the command line together. For the same reason a name is loaded when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.checks import (
        Line,
        Violation,
        asked_in_vain,
        counted,
        creations,
        fail,
        fate,
        first_difference,
        left_behind,
        mappings,
        overslept,
        own_processes,
        printed_lines,
        removal,
        require,
        require_all_exit_zero,
        require_all_reaped,
        require_before,
        require_carried,
        require_clean_after_signals,
        require_contained,
        require_end_closed,
        require_exec_clean,
        require_lines,
        require_names_begin,
        require_no_asking,
        require_no_timed_wait,
        require_not_joined,
        require_nothing_left,
        require_one_child,
        require_one_of_its_name,
        require_one_way,
        require_removed_by,
        sent_signals,
        size_before,
        sizings,
        sleeps,
        spells,
        timed_waits,
        unguarded,
        uses,
        would_kill,
    )
    from grader.evidence import Evidence, PipeView, ProcessView, describe
    from grader.model import Event, Fault, Finding, Limits, Parameters, Plan, Source, Stimulus, Variant, When

__version__ = "0.1.0"

__all__ = [
    "Event",
    "Evidence",
    "Fault",
    "Finding",
    "Limits",
    "Line",
    "Parameters",
    "PipeView",
    "Plan",
    "ProcessView",
    "Source",
    "Stimulus",
    "Variant",
    "Violation",
    "When",
    "__version__",
    "asked_in_vain",
    "counted",
    "creations",
    "describe",
    "fail",
    "fate",
    "first_difference",
    "left_behind",
    "mappings",
    "overslept",
    "own_processes",
    "printed_lines",
    "removal",
    "require",
    "require_all_exit_zero",
    "require_all_reaped",
    "require_before",
    "require_carried",
    "require_clean_after_signals",
    "require_contained",
    "require_end_closed",
    "require_exec_clean",
    "require_lines",
    "require_names_begin",
    "require_no_asking",
    "require_no_timed_wait",
    "require_not_joined",
    "require_nothing_left",
    "require_one_child",
    "require_one_of_its_name",
    "require_one_way",
    "require_removed_by",
    "sent_signals",
    "size_before",
    "sizings",
    "sleeps",
    "spells",
    "timed_waits",
    "unguarded",
    "uses",
    "would_kill",
]

_STAGES = {
    "grader.checks": (
        "Line",
        "Violation",
        "asked_in_vain",
        "counted",
        "creations",
        "fail",
        "fate",
        "first_difference",
        "left_behind",
        "mappings",
        "own_processes",
        "overslept",
        "printed_lines",
        "removal",
        "require",
        "require_all_exit_zero",
        "require_all_reaped",
        "require_clean_after_signals",
        "require_before",
        "require_carried",
        "require_contained",
        "require_exec_clean",
        "require_end_closed",
        "require_lines",
        "require_names_begin",
        "require_no_asking",
        "require_no_timed_wait",
        "require_not_joined",
        "require_nothing_left",
        "require_one_child",
        "require_one_of_its_name",
        "require_one_way",
        "require_removed_by",
        "sent_signals",
        "size_before",
        "sizings",
        "sleeps",
        "spells",
        "timed_waits",
        "unguarded",
        "uses",
        "would_kill",
    ),
    "grader.evidence": ("Evidence", "PipeView", "ProcessView", "describe"),
    "grader.model": (
        "Event",
        "Fault",
        "Finding",
        "Limits",
        "Parameters",
        "Plan",
        "Source",
        "Stimulus",
        "Variant",
        "When",
    ),
}


def __getattr__(name: str) -> object:
    """Load a public name from its stage when it is first asked for."""
    for stage, names in _STAGES.items():
        if name in names:
            value: object = getattr(import_module(stage), name)
            globals()[name] = value
            return value
    message = f"module 'grader' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)
