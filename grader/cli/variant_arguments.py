"""In: the parser of a command; out: its options that say whose variant is meant, prove variants, or hand them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

__all__ = ["lint_variants", "student_options", "variants"]


def student_options(command: ArgumentParser) -> None:
    """The options that say whose variant is meant."""
    command.add_argument(
        "--student", default="", metavar="S", help="the variant of the student with this id (with --secret-file)"
    )
    _secret(command)


def lint_variants(command: ArgumentParser) -> None:
    """How many variants lint looks at."""
    command.add_argument(
        "--variants",
        type=int,
        default=0,
        metavar="N",
        help="prove the variants of N seeds and those at the limits of the parameters, as strictly as the default one",
    )


def variants(command: ArgumentParser) -> None:
    """The options of `grader variants`."""
    command.add_argument("id", metavar="ID", help="which exercise")
    command.add_argument(
        "--roster", required=True, metavar="CSV", help="the students, as a platform exports them: id, name, e-mail"
    )
    command.add_argument(
        "--id-column", default="", metavar="NAME", help="the column of the ids, if another than is found by its name"
    )
    _secret(command, required=True)
    command.add_argument("--out", required=True, metavar="DIR", help="a new folder: one workspace a student, index.csv")
    command.add_argument("--lang", default="", metavar="LANGUAGE", help="python or c (default: the first it names)")
    command.add_argument(
        "--verify",
        action="store_true",
        help="first grade the reference programs in each variant, and refuse one in which a wrong program would pass",
    )
    command.add_argument(
        "--proofs", default="", metavar="FILE", help="note here what --verify has proved, and do not prove it again"
    )
    command.add_argument(
        "--course", metavar="DIR", help="a folder with exercises/ (default: as for the other commands)"
    )


def _secret(command: ArgumentParser, *, required: bool = False) -> None:
    command.add_argument(
        "--secret-file",
        default="",
        required=required,
        metavar="F",
        help="the file with the secret of the course: at least 16 bytes, yours alone (- is standard input)",
    )
