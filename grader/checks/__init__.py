"""In: an exercise's tests, evidence, a submission; out: outcomes of checks and one `Report`; also a pytest plugin.

A name is loaded when it is first asked for: the command line starts without pytest, and without this stage at all.
"""

from typing import TYPE_CHECKING

from grader.late import late

if TYPE_CHECKING:
    from grader.checks.children import require_children, require_made_first
    from grader.checks.choices import BUDGETS, RUNGS
    from grader.checks.cleanup import require_clean_after_signals
    from grader.checks.facts import (
        fate,
        own_processes,
        require_all_exit_zero,
        require_all_reaped,
        require_end_closed,
        require_nothing_left,
        require_one_child,
        require_one_way,
        uses,
    )
    from grader.checks.grading import grade
    from grader.checks.helpers import Violation, counted, fail, first_difference, require
    from grader.checks.lines import Line, printed_lines, require_lines
    from grader.checks.options import Options
    from grader.checks.places import creations, left_behind, removal
    from grader.checks.resting import Moment, acts, at_once, doing, moments, sends
    from grader.checks.sharing import (
        mappings,
        require_names_begin,
        require_not_joined,
        require_one_of_its_name,
        require_removed_by,
        size_before,
        sizings,
    )
    from grader.checks.signals import sent_signals, unguarded, would_kill
    from grader.checks.universal import require_before, require_carried, require_contained, require_exec_clean
    from grader.checks.waiting import (
        asked_in_vain,
        overslept,
        require_no_asking,
        require_no_timed_wait,
        sleeps,
        spells,
        timed_waits,
    )

__all__ = [
    "BUDGETS",
    "RUNGS",
    "Line",
    "Moment",
    "Options",
    "Violation",
    "acts",
    "asked_in_vain",
    "at_once",
    "counted",
    "creations",
    "doing",
    "fail",
    "fate",
    "first_difference",
    "grade",
    "left_behind",
    "mappings",
    "moments",
    "overslept",
    "own_processes",
    "printed_lines",
    "removal",
    "require",
    "require_all_exit_zero",
    "require_all_reaped",
    "require_before",
    "require_carried",
    "require_children",
    "require_clean_after_signals",
    "require_contained",
    "require_end_closed",
    "require_exec_clean",
    "require_lines",
    "require_made_first",
    "require_names_begin",
    "require_no_asking",
    "require_no_timed_wait",
    "require_not_joined",
    "require_nothing_left",
    "require_one_child",
    "require_one_of_its_name",
    "require_one_way",
    "require_removed_by",
    "sends",
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

_HOMES = {
    "grader.checks.children": ("require_children", "require_made_first"),
    "grader.checks.choices": ("BUDGETS", "RUNGS"),
    "grader.checks.cleanup": ("require_clean_after_signals",),
    "grader.checks.facts": (
        "fate",
        "own_processes",
        "require_all_exit_zero",
        "require_all_reaped",
        "require_end_closed",
        "require_nothing_left",
        "require_one_child",
        "require_one_way",
        "uses",
    ),
    "grader.checks.grading": ("grade",),
    "grader.checks.helpers": ("Violation", "counted", "fail", "first_difference", "require"),
    "grader.checks.lines": ("Line", "printed_lines", "require_lines"),
    "grader.checks.resting": ("Moment", "acts", "at_once", "doing", "moments", "sends"),
    "grader.checks.options": ("Options",),
    "grader.checks.places": ("creations", "left_behind", "removal"),
    "grader.checks.sharing": (
        "mappings",
        "require_names_begin",
        "require_not_joined",
        "require_one_of_its_name",
        "require_removed_by",
        "size_before",
        "sizings",
    ),
    "grader.checks.signals": ("sent_signals", "unguarded", "would_kill"),
    "grader.checks.universal": ("require_before", "require_carried", "require_contained", "require_exec_clean"),
    "grader.checks.waiting": (
        "asked_in_vain",
        "overslept",
        "require_no_asking",
        "require_no_timed_wait",
        "sleeps",
        "spells",
        "timed_waits",
    ),
}

__getattr__ = late(__name__, _HOMES)
