"""In: the command line of a person; out: the exit status, and on a fault one line that says what to do.

This is the only place that turns an exception into a message. Commands are imported when they are asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from argparse import Namespace
    from types import FrameType

    from grader.checks.laboratory import Opener

    Command = Callable[[Namespace, Opener | None], int]

__all__ = ["main", "run"]

COMMANDS = {
    "check": ("check", "check"),
    "doctor": ("doctor", "doctor"),
    "hint": ("hints", "hint"),
    "lint": ("linting", "lint_exercises"),
    "list": ("listing", "list_exercises"),
    "matrix": ("matrix", "matrix"),
    "new": ("workspaces", "new"),
    "new-exercise": ("skeletons", "new_exercise"),
    "recheck": ("recheck", "recheck"),
    "replay": ("replaying", "replay"),
    "trace": ("tracing", "trace"),
    "variants": ("handing", "variants"),
}
"""Where each command is."""

ENGLISH_ONLY = ("lint", "matrix", "replay", "trace")
"""Commands whose words are in no other language yet."""

EARLY = ("check", "replay", "trace")
"""Commands that run a program in any case: their supervisor starts while they are imported."""


def main(argv: Sequence[str] | None = None, *, opener: Opener | None = None) -> int:
    """Run one command; returns the exit status. `opener` opens another laboratory than this machine's."""
    from grader.errors import GraderError

    try:
        with _supervised(argv):
            from grader.cli.arguments import parser
            from grader.texts import speaking

            arguments = parser().parse_args(argv)
            with speaking(_text_language(arguments)):
                return _interruptible(arguments, opener)
    except GraderError as fault:
        return _complain(str(fault), fault.status)
    except KeyboardInterrupt:
        return _complain("interrupted", 3)
    except SystemExit as end:  # --help and --version have said what they have to say
        return end.code if isinstance(end.code, int) else 0
    except BaseException as fault:  # noqa: BLE001 - the person sees a line, never a traceback
        if os.environ.get("GRADER_DEBUG"):
            import traceback

            traceback.print_exc()
        first = (str(fault).splitlines() or [""])[0]
        text = f"{type(fault).__name__}: {first}; this is a fault of grader; rerun with GRADER_DEBUG=1 for details"
        return _complain(text, 3)


@contextmanager
def _supervised(argv: Sequence[str] | None) -> Iterator[None]:
    """A supervisor starts before all that is slow to import; whoever asks for another rung waits for another one."""
    if argv is not None or not {*sys.argv[1:2]} & {*EARLY}:
        yield
        return
    from grader.explore import spawn

    try:
        spawn.warm("")
        yield
    finally:
        spawn.cool()


def _text_language(arguments: Namespace) -> str:
    """The language that is asked for, else that of the environment if standard output can show it."""
    from grader.texts import language_named, language_of

    if arguments.command in ENGLISH_ONLY:
        return "en"
    asked: str = getattr(arguments, "language_of_text", "")
    if asked:
        return language_named(asked)
    try:
        "中文".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return language_of(os.environ)


def run() -> NoReturn:
    """The command: run it, and end this process with its status.

    All is written and closed by then. Taking an interpreter apart that has loaded so much would take a tenth of a second.
    """
    status = main()
    for stream in (sys.stdout, sys.stderr):
        # Its reader may be gone, or it was closed before we were started.
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def _interruptible(arguments: Namespace, opener: Opener | None) -> int:
    """Let a hang-up and a request to end close the box as Ctrl-C does; signals belong to the main thread."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        return _run(arguments, opener)
    former = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        return _run(arguments, opener)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _run(arguments: Namespace, opener: Opener | None) -> int:
    from importlib import import_module

    module, name = COMMANDS[arguments.command]
    command: Command = getattr(import_module(f"grader.cli.{module}"), name)
    return command(arguments, opener)


def _complain(text: str, status: int) -> int:
    """One line on standard error."""
    from grader.cli.output import say
    from grader.report import visible

    say(f"grader: {visible(text)}\n", sys.stderr)
    return status


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    run()
