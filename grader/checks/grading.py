"""In: an exercise, a submission, options; out: its `Report`, through the pytest plugin.

pytest runs in this process, on the exercise's test file and nothing else: no configuration of the person or the
course, no conftest.py (one beside the submission would be the student's code), no other plugins, no cache.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.checks.options import Options
from grader.checks.source import checks_file
from grader.errors import CannotDecide
from grader.model import Exercise, Report, Submission

if TYPE_CHECKING:
    import pytest

    from grader.checks.laboratory import Opener

__all__ = ["grade"]

CLEARED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_TIMEOUT")

UNNEEDED = (
    "cacheprovider doctest faulthandler junitxml legacypath logging monkeypatch pastebin recwarn setuponly setupplan "
    "stepwise subtests threadexception unittest unraisableexception warnings"
).split()
"""pytest's own plugins that have no part in a grading; starting and ending them takes half of its time."""


def grade(
    exercise: Exercise,
    submission: Submission,
    options: Options,
    *,
    opener: Opener | None = None,
    progress: Callable[[str], None] | None = None,
    log: Callable[[str], None] | None = None,
) -> Report:
    """Grade a submission. `opener` opens another laboratory, `progress` is told each check, `log` each traceback.

    Ctrl-C is no error: the report then holds what was decided so far and is `not graded`. Raises UsageError for a
    faulty exercise, CannotDecide when the exercise's tests cannot be loaded.
    """
    test = checks_file(exercise.folder)
    with _early_laboratory(
        opener, options, submission
    ) as handed:  # it starts in its own process while pytest is imported here
        import pytest

        from grader.checks import plugin
        from grader.checks.session import GRADING

        carrier = _Carrier(submission, options, handed, progress)
        with _clean_environment(), _fresh_modules(test.parent):
            status = pytest.main(_arguments(test, submission.path), plugins=[plugin, carrier])
    grading = carrier.config.stash.get(GRADING, None) if carrier.config else None
    if grading is None:
        fault = f"pytest ended with status {int(status)} before it began"
        raise CannotDecide(fault, where=str(test), action="this is a fault of grader; please report it")
    if log is not None:
        for text in grading.log:
            log(text)
    if grading.fault is not None:
        raise grading.fault
    if grading.report is None:
        raise CannotDecide("the grading ended without a report", where=str(test), action="please report this fault")
    return grading.report


@contextmanager
def _early_laboratory(opener: Opener | None, options: Options, submission: Submission) -> Iterator[Opener]:
    """A laboratory that is open and at work already, in the form of an opener that hands it over."""
    from grader.checks.laboratory import Eager, make_folder, open_laboratory, uninterrupted

    closing = ExitStack()
    try:
        folder = options.evidence or closing.enter_context(TemporaryDirectory(prefix="grader-"))
        make_folder(folder)
        laboratory = closing.enter_context((opener or open_laboratory)(folder, options.rung))
        if isinstance(laboratory, Eager) and not options.require_rung:  # else the box is looked at first
            laboratory.prepare(submission)
        yield lambda _folder, _rung: nullcontext(laboratory)
    finally:
        with uninterrupted():
            closing.close()


class _Carrier:
    """A pytest plugin that carries values into the session, and its config out of it."""

    def __init__(
        self, submission: Submission, options: Options, opener: Opener, progress: Callable[[str], None] | None
    ) -> None:
        self._submission = submission
        self._options = options
        self._opener = opener
        self._progress = progress
        self.config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over what has no form on a command line; being registered last, this is called first."""
        from grader.checks.session import OPENER, OPTIONS, PROGRESS, SUBMISSION

        self.config = config
        config.stash[OPTIONS] = self._options
        config.stash[SUBMISSION] = self._submission
        config.stash[OPENER] = self._opener
        if self._progress is not None:
            config.stash[PROGRESS] = self._progress


def _arguments(test: Path, submission: str) -> list[str]:
    """The command line of the inner pytest."""
    arguments = [
        str(test),
        f"--rootdir={test.parent}",
        f"--confcutdir={test.parent}",
        "--noconftest",
        f"-c{os.devnull}",
        "--import-mode=importlib",
        "--strict-markers",
        "--capture=sys",
        *(f"-pno:{name}" for name in UNNEEDED),
        f"--submission={submission}",
    ]
    return arguments + (["-ppytest_timeout"] if find_spec("pytest_timeout") else [])


@contextmanager
def _clean_environment() -> Iterator[None]:
    """Without what the person's environment would add to pytest; put back afterwards."""
    kept = {name: os.environ.pop(name) for name in CLEARED if name in os.environ}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(kept)
        if autoload is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = autoload


@contextmanager
def _fresh_modules(folder: Path) -> Iterator[None]:
    """Forget the exercise's test module afterwards: another course may have one of the same name."""
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).parent == folder:
                del sys.modules[name]
