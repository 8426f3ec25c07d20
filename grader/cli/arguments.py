"""In: a command line; out: its parsed arguments, or a UsageError in the form of all others."""

from __future__ import annotations

import argparse
from typing import NoReturn

from grader import __version__
from grader.checks.choices import BUDGETS, RUNGS
from grader.cli.author_arguments import COMMANDS, course, text_language
from grader.cli.variant_arguments import student_options
from grader.errors import UsageError

__all__ = ["parser"]

STATUS = "exit status: 0 all passed, 1 something failed, 2 wrong usage, 3 could not decide (not graded)"
TRACE_STATUS = "exit status: 0 nothing found, 1 findings, 2 wrong usage, 3 could not decide"


class _Parser(argparse.ArgumentParser):
    """argparse with its errors raised, so that every message of the command has one form."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, where=self.prog.removeprefix("grader").strip(), action=f"see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The whole command line; `command` says which command was given."""
    top = _Parser(
        prog="grader",
        description="Grade exercises on Linux inter-process communication by what the kernel saw.",
        epilog=STATUS,
    )
    top.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _list(commands.add_parser("list", help="the exercises: concept, difficulty, points, languages"))
    _check(commands.add_parser("check", help="grade a submission", epilog=STATUS))
    _trace(
        commands.add_parser(
            "trace",
            help="run any program and say who did what to whom",
            epilog=TRACE_STATUS,
            usage="grader trace [options] -- PROGRAM ARG... [::: ARG...]...",
        )
    )
    _replay(
        commands.add_parser(
            "replay",
            help="make one run again and tell it step by step",
            epilog=TRACE_STATUS,
            usage="grader replay [options] (--schedule TOKEN -- PROGRAM ARG... | --check CHECK [SUBMISSION])",
        )
    )
    for name, words, status, options in COMMANDS:
        options(commands.add_parser(name, help=words, epilog=status or STATUS))
    return top


def _list(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="as JSON")
    course(command)
    text_language(command)


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "submission",
        nargs="?",
        metavar="SUBMISSION",
        help="a file or folder (default: this folder, if it has a grader.toml)",
    )
    command.add_argument(
        "--exercise", default="", metavar="ID", help="which exercise (default: as grader.toml or the file's name says)"
    )
    command.add_argument("--lang", default="", metavar="LANGUAGE", help="python or c (default: by the file's name)")
    command.add_argument(
        "--seed", default="", metavar="SEED", help="seed of the variant (default: the default variant)"
    )
    student_options(command)
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CHECK",
        help="only this check and those it needs (may be repeated)",
    )
    course(command)
    command.add_argument(
        "--budget",
        choices=BUDGETS,
        default="default",
        help="how many schedules to try for the checks that must hold in every one: 25, 200 or 2,000",
    )
    command.add_argument(
        "--verbose", action="store_true", help="show the tracebacks behind checks that could not be decided"
    )
    command.add_argument(
        "--junit", default="", metavar="FILE", help="write the result as JUnit XML (- is standard output)"
    )
    _json(command)
    _machine(command)
    text_language(command)


def _trace(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "program",
        nargs="+",
        metavar="PROGRAM",
        help="an executable, a .py file, a .c file (compiled first), or a command such as sh -c 'ls | wc'; "
        "after each ::: come the arguments with which it is started once more, beside the first",
    )
    command.add_argument(
        "--stdin", default="", metavar="FILE", help="what the program reads (default: nothing; - is standard input)"
    )
    command.add_argument(
        "--schedules",
        type=int,
        default=1,
        metavar="N",
        help="run the program under N schedules, the fair one first, and tell what any of them shows (default: 1)",
    )
    command.add_argument(
        "--preemptions",
        type=int,
        metavar="K",
        help="try every schedule that takes the processor away at most K times (with --schedules: N of them at most)",
    )
    command.add_argument(
        "--schedule", default="fair", metavar="TOKEN", help="run it under this one schedule, as a report names it"
    )
    command.add_argument(
        "--faults",
        type=int,
        default=0,
        metavar="N",
        help="after the plain run, run it N times with one fault each that the kernel may deliver: EINTR, no memory, …",
    )
    command.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="run it with this fault, as a report names it"
    )
    _json(command)
    _machine(command)


def _replay(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "program", nargs="*", metavar="PROGRAM", help="as for `grader trace`; with --check the submission"
    )
    command.add_argument("--schedule", default="fair", metavar="TOKEN", help="the schedule, as a report names it")
    command.add_argument("--stdin", default="", metavar="FILE", help="what the program reads (- is standard input)")
    command.add_argument(
        "--check", default="", metavar="CHECK", help="the run in which this check of an exercise failed"
    )
    command.add_argument("--run", default="", metavar="PLAN", help="the run of the check to which the schedule belongs")
    command.add_argument(
        "--fault", action="append", default=[], metavar="FAULT", help="run it with this fault, as a report names it"
    )
    command.add_argument(
        "--commands",
        default="",
        metavar="FILE",
        help="step as these lines say (next, back, goto 57, finding, …) instead of asking a person (- is standard input)",
    )
    command.add_argument("--whole", action="store_true", help="tell the whole run, also on a terminal")
    command.add_argument("--exercise", default="", metavar="ID", help="which exercise")
    command.add_argument("--lang", default="", metavar="LANGUAGE", help="python or c")
    command.add_argument("--seed", default="", metavar="SEED", help="seed of the variant")
    course(command)
    command.set_defaults(budget="default", json="")
    _machine(command)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", default="", metavar="FILE", help="write the result as JSON (- is standard output)")


def _machine(command: argparse.ArgumentParser) -> None:
    """What all ways of running a program take."""
    command.add_argument("--evidence", default="", metavar="DIR", help="keep the evidence files in this folder")
    command.add_argument("--rung", choices=RUNGS, default="", help="force this box")
    command.add_argument("--require-rung", choices=RUNGS, default="", help="do not run in a weaker box than this")
