"""In: pytest's command line; out: a grading in this session if it has --submission, and nothing if it has not.

Installing grader must not disturb other people's tests: without --submission no option but that one exists, no fixture,
and no test is touched, except that the tests of an exercise say what they need.
"""

from __future__ import annotations

import io
import os
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.checks.choices import BUDGETS, RUNGS
from grader.checks.options import Options
from grader.texts import TONGUES, language_named, language_of, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__: list[str] = []

NET = 900.0
"""Seconds after which pytest-timeout ends a call of a check: the last net, many times what any honest check takes."""

MARKER = (
    "check(points, level='must', needs=(), plans=(), schedules='fair'): a check of an exercise: what it is worth, which "
    "plans it runs, and in which schedules it holds"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Only the option that switches grading on; the others would clash with options of other projects."""
    group = parser.getgroup("grader", "grading of exercises")
    group.addoption(
        "--submission",
        metavar="PATH",
        help="grade this file or folder with the exercise's tests; with it there are --lang LANGUAGE, --seed SEED, "
        "--only CHECK, --rung RUNG, --require-rung RUNG, --evidence DIR, --budget small|default|large and --language-of-text "
        "en|zh, as in `grader check`",
    )


def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]) -> None:
    """The other options, in a session that grades."""
    if not any(arg.split("=", 1)[0] == "--submission" for arg in args):
        return
    del early_config
    group = parser.getgroup("grader")
    group.addoption("--lang", default="", metavar="LANGUAGE", help="language of the submission (default: by its name)")
    group.addoption("--seed", default="", metavar="SEED", help="seed of the variant (default: the default variant)")
    group.addoption("--only", action="append", default=[], metavar="CHECK", help="only this check and what it needs")
    group.addoption("--rung", default="", choices=RUNGS, help="force this box")
    group.addoption("--require-rung", default="", choices=RUNGS, help="do not grade in a weaker box than this")
    group.addoption("--evidence", default="", metavar="DIR", help="keep the evidence of all runs in this folder")
    group.addoption(
        "--language-of-text", default="", metavar="LANGUAGE", help="en or zh (default: as the environment says)"
    )
    group.addoption(
        "--budget",
        default="default",
        choices=BUDGETS,
        help="how many schedules to try for the checks that must hold in every one: 25, 200 or 2,000",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Spread the last net under a session that grades, before pytest-timeout reads its options."""
    if config.getoption("--submission") is not None and hasattr(config.option, "timeout_method"):
        config.option.timeout = config.option.timeout or NET
        config.option.timeout_method = "signal"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; with --submission also the grading and its fixtures. Raises pytest.UsageError."""
    config.addinivalue_line("markers", MARKER)
    submission = config.getoption("--submission")
    if submission is None:
        return
    if getattr(config.option, "numprocesses", None):
        message = "--submission: one grading is one process; leave out -n"
        raise pytest.UsageError(message)
    from grader.checks import fixtures
    from grader.checks.session import GRADING, OPTIONS, After, Grading

    if OPTIONS not in config.stash:  # else whoever started this session has said which language is spoken
        config.add_cleanup(_spoken_as_asked(config).close)
    grading = Grading(submission, config.stash.get(OPTIONS, None) or _options(config, submission))
    config.stash[GRADING] = grading
    config.pluginmanager.register(grading, "grader-grading")
    config.pluginmanager.register(After(grading), "grader-search")
    config.pluginmanager.register(fixtures, "grader-fixtures")
    if config.option.verbose <= 0 and not config.option.collectonly:
        _silence(config)


def _spoken_as_asked(config: pytest.Config) -> ExitStack:
    """Speak the language of the option, else that of the environment, until the stack is closed. Raises pytest.UsageError."""
    asked = str(config.getoption("--language-of-text"))
    language = language_named(asked) if asked else language_of(os.environ)
    if not language:
        message = f"--language-of-text: there are no texts in {asked!r}; use {' or '.join(TONGUES)}"
        raise pytest.UsageError(message)
    stack = ExitStack()
    stack.enter_context(speaking(language))
    return stack


def _silence(config: pytest.Config) -> None:
    """Send pytest's own report nowhere: the student reads ours; -v shows both."""
    if (reporter := config.pluginmanager.get_plugin("terminalreporter")) is not None:
        config.pluginmanager.unregister(reporter)
        config.pluginmanager.register(pytest.TerminalReporter(config, io.StringIO()), "terminalreporter")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a submission the tests of an exercise have nothing to judge, and say so. Raises pytest.UsageError."""
    if config.getoption("--submission") is not None or config.option.collectonly:
        return
    for item in items:
        if item.get_closest_marker("check") and (item.path.parent / "exercise.yaml").is_file():
            message = (
                f"{item.path.parent}: these tests judge a submission; add --submission PATH, or use: grader check PATH"
            )
            raise pytest.UsageError(message)


def _options(config: pytest.Config, submission: str) -> Options:
    """The options of this session, with the command line that repeats it."""
    named = {name: str(config.getoption(f"--{name}")) for name in ("lang", "seed", "rung", "evidence", "budget")}
    again = [f"--{name}={named[name]}" for name in ("lang", "seed", "rung") if named[name]]
    paths = [str(path) for path in config.args]
    folder = next((path for path in map(Path, paths) if path.joinpath("exercise.yaml").is_file()), None)
    exercise = ["--exercise", folder.resolve().name, "--course", str(folder.resolve().parent.parent)] if folder else []
    return Options(
        language=named["lang"],
        seed=named["seed"],
        only=tuple(config.getoption("--only")),
        rung=named["rung"],
        require_rung=config.getoption("--require-rung"),
        evidence=named["evidence"],
        budget=named["budget"],
        replay=shlex.join(["pytest", *paths, "--submission", submission, *again]),
        steps=shlex.join(["grader", "replay", submission, *exercise, *again]),
    )
