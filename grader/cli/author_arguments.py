"""In: the parser of a command for authors, students at their desk, or operators; out: its options."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable

from grader.cli.variant_arguments import lint_variants, student_options, variants
from grader.texts import TONGUES, language_named

__all__ = ["COMMANDS", "course", "text_language"]


def course(command: ArgumentParser) -> None:
    """Which course is meant."""
    command.add_argument(
        "--course",
        metavar="DIR",
        help="a folder with exercises/ (default: $GRADER_COURSE, then the "
        "nearest folder that has them, then those that came with grader)",
    )


def text_language(command: ArgumentParser) -> None:
    """In which language the texts are: statement, titles, hints, what a check has found."""
    command.add_argument(
        "--language-of-text",
        type=_language_name,
        default="",
        metavar="LANGUAGE",
        help="en or zh: statement, titles, hints and findings (default: as LANGUAGE, LC_ALL, LC_MESSAGES, LANG say)",
    )


def _language_name(name: str) -> str:
    if name and not language_named(name):
        message = f"there are no texts in {name!r}; use {' or '.join(TONGUES)}"
        raise ArgumentTypeError(message)
    return name


def _new(command: ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="which exercise")
    command.add_argument("folder", nargs="?", metavar="DIR", help="where (default: a new folder called ID)")
    command.add_argument("--lang", default="", metavar="LANGUAGE", help="python or c (default: the first it names)")
    command.add_argument("--seed", default="", metavar="N", help="seed of the variant (default: the default variant)")
    student_options(command)
    command.add_argument("--replace", action="store_true", help="write over files that are there already")
    course(command)
    text_language(command)


def _hint(command: ArgumentParser) -> None:
    command.add_argument(
        "check", nargs="?", metavar="CHECK", help="which check (default: say for which there are hints)"
    )
    command.add_argument(
        "--step", type=int, default=1, metavar="N", help="which step of its ladder (default: the first)"
    )
    command.add_argument("--exercise", default="", metavar="ID", help="which exercise (default: as grader.toml says)")
    course(command)
    text_language(command)


def _recheck(command: ArgumentParser) -> None:
    command.add_argument("folder", metavar="EVIDENCE_DIR", help="what `grader check --evidence DIR` has kept")
    command.add_argument("--json", default="", metavar="FILE", help="write the result as JSON (- is standard output)")
    command.add_argument("--verbose", action="store_true", help="show the tracebacks behind checks without an outcome")
    course(command)
    text_language(command)


def _lint(command: ArgumentParser) -> None:
    command.add_argument("ids", nargs="*", metavar="ID", help="which exercises (default: all of the course)")
    command.add_argument("--fast", action="store_true", help="read only: run no program")
    lint_variants(command)
    course(command)


def _matrix(command: ArgumentParser) -> None:
    command.add_argument("exercise", metavar="ID", help="which exercise")
    command.add_argument("--run", action="store_true", help="grade the programs instead of believing expected.yaml")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--markdown", action="store_true", help="as a Markdown table")
    course(command)


def _variants(command: ArgumentParser) -> None:
    variants(command)
    text_language(command)


def _new_exercise(command: ArgumentParser) -> None:
    command.add_argument("id", metavar="ID", help="what it is called: small letters, words joined by '-'")
    command.add_argument("--course", metavar="DIR", help="whose course (default: the nearest; it is made if missing)")


def _doctor(command: ArgumentParser) -> None:
    del command


VARIANTS_STATUS = "exit status: 0 handed out, 1 a variant was refused, 2 wrong usage, 3 a program could not be graded"
LINT_STATUS = "exit status: 0 no fault, 1 faults, 2 wrong usage, 3 a program could not be graded"
DOCTOR_STATUS = "exit status: 0 this machine can grade, 3 it cannot"

COMMANDS: tuple[tuple[str, str, str, Callable[[ArgumentParser], None]], ...] = (
    ("new", "a workspace: statement, stub, grader.toml", "", _new),
    ("hint", "one step of a check's hints", "", _hint),
    ("recheck", "judge stored evidence again, nothing is run", "", _recheck),
    ("lint", "the author's rules: stubs fail, right programs pass, wrong ones fail as expected, …", LINT_STATUS, _lint),
    ("matrix", "checks × wrong programs", "", _matrix),
    ("variants", "one variant a student: a folder each, and an index", VARIANTS_STATUS, _variants),
    ("new-exercise", "an exercise to start from: small, whole, correct", "", _new_exercise),
    ("doctor", "what this machine can do, and what to install", DOCTOR_STATUS, _doctor),
)
"""Name, help, last line of the help, options."""
