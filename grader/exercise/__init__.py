"""In: a course folder, a seed, a student's file; out: `Exercise`, `Variant`, rendered workspace, `Submission`.

A name is loaded when it is first asked for: a supervisor wants the folder of the peers, and not what reads an exercise.
"""

from typing import TYPE_CHECKING

from grader.late import late

if TYPE_CHECKING:
    from grader.exercise.combination import MOST, Group, combinations, groups, size
    from grader.exercise.corner import corners, extremes, nearest
    from grader.exercise.course import Course, find_course, in_teaching_order, load_course
    from grader.exercise.definition import LANGUAGES, load_exercise
    from grader.exercise.document import load_document
    from grader.exercise.expected import Condition, Expected, expected_in, load_expected
    from grader.exercise.handout import Handout, assign, refuse_existing, write_handouts
    from grader.exercise.own_peers import known_peers
    from grader.exercise.rendering import program_name, read_reference, render, templates_used
    from grader.exercise.roster import Entry, Roster, read_roster
    from grader.exercise.scaffold import write_skeleton
    from grader.exercise.secret import Secret, read_secret
    from grader.exercise.student import student_id
    from grader.exercise.submission import EXTENSIONS, read_submission
    from grader.exercise.translation import statement_name, translated
    from grader.exercise.variant import draw, seed_of
    from grader.exercise.workspace import Workspace, load_workspace, write_workspace

__all__ = [
    "EXTENSIONS",
    "LANGUAGES",
    "MOST",
    "Condition",
    "Course",
    "Entry",
    "Expected",
    "Group",
    "Handout",
    "Roster",
    "Secret",
    "Workspace",
    "assign",
    "combinations",
    "corners",
    "draw",
    "expected_in",
    "extremes",
    "find_course",
    "groups",
    "in_teaching_order",
    "known_peers",
    "load_course",
    "load_document",
    "load_exercise",
    "load_expected",
    "load_workspace",
    "nearest",
    "program_name",
    "read_reference",
    "read_roster",
    "read_secret",
    "read_submission",
    "refuse_existing",
    "render",
    "seed_of",
    "size",
    "statement_name",
    "student_id",
    "templates_used",
    "translated",
    "write_handouts",
    "write_skeleton",
    "write_workspace",
]

__getattr__ = late(
    __name__,
    {
        "grader.exercise.combination": ("MOST", "Group", "combinations", "groups", "size"),
        "grader.exercise.corner": ("corners", "extremes", "nearest"),
        "grader.exercise.course": ("Course", "find_course", "in_teaching_order", "load_course"),
        "grader.exercise.definition": ("LANGUAGES", "load_exercise"),
        "grader.exercise.document": ("load_document",),
        "grader.exercise.expected": ("Condition", "Expected", "expected_in", "load_expected"),
        "grader.exercise.handout": ("Handout", "assign", "refuse_existing", "write_handouts"),
        "grader.exercise.own_peers": ("known_peers",),
        "grader.exercise.rendering": ("program_name", "read_reference", "render", "templates_used"),
        "grader.exercise.roster": ("Entry", "Roster", "read_roster"),
        "grader.exercise.scaffold": ("write_skeleton",),
        "grader.exercise.secret": ("Secret", "read_secret"),
        "grader.exercise.student": ("student_id",),
        "grader.exercise.submission": ("EXTENSIONS", "read_submission"),
        "grader.exercise.translation": ("statement_name", "translated"),
        "grader.exercise.variant": ("draw", "seed_of"),
        "grader.exercise.workspace": ("Workspace", "load_workspace", "write_workspace"),
    },
)
