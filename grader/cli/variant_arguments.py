"""In: the parser of a command; out: its options that say whose variant is meant, or hand variants out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

__all__ = ["student_options"]


def student_options(command: ArgumentParser) -> None:
    """The options that say whose variant is meant."""
    command.add_argument(
        "--student", default="", metavar="S", help="the variant of the student with this id (with --secret-file)"
    )
    _secret(command)


def _secret(command: ArgumentParser) -> None:
    command.add_argument(
        "--secret-file",
        default="",
        metavar="F",
        help="the file with the secret of the course: at least 16 bytes, yours alone (- is standard input)",
    )
