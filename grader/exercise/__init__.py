"""In: a course folder, a seed, a student's file; out: `Exercise`, `Variant`, rendered workspace, `Submission`."""

from grader.exercise.course import Course, find_course, load_course
from grader.exercise.definition import LANGUAGES, load_exercise
from grader.exercise.document import load_document
from grader.exercise.expected import Expected, load_expected
from grader.exercise.rendering import program_name, read_reference, render, templates_used
from grader.exercise.scaffold import write_skeleton
from grader.exercise.secret import Secret, read_secret
from grader.exercise.student import student_id
from grader.exercise.submission import EXTENSIONS, read_submission
from grader.exercise.variant import draw, seed_of
from grader.exercise.workspace import Workspace, load_workspace, write_workspace

__all__ = [
    "EXTENSIONS",
    "LANGUAGES",
    "Course",
    "Expected",
    "Secret",
    "Workspace",
    "draw",
    "find_course",
    "load_course",
    "load_document",
    "load_exercise",
    "load_expected",
    "load_workspace",
    "program_name",
    "read_reference",
    "read_secret",
    "read_submission",
    "render",
    "seed_of",
    "student_id",
    "templates_used",
    "write_skeleton",
    "write_workspace",
]
