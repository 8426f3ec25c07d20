"""In: a few words on how a program was judged; out: `Graded`, made by hand."""

from __future__ import annotations

from grader.batch import Graded, Job, RunEnd
from grader.model import CheckResult, Finding, Report

__all__ = ["CHECKS", "graded", "job"]

CHECKS = ("prints-the-word", "word-crosses-a-pipe", "child-is-reaped")


def job(role: str, path: str, seed: str = "") -> Job:
    """A program of the small exercise."""
    language = "c" if ".c" in path or not path else "python"
    return Job("/course", "one-word", role, path, language, seed)


def graded(
    each: Job, *failed: str, build_output: str = "", runs: tuple[RunEnd, ...] = (), error: str = "", verdict: str = ""
) -> Graded:
    """The program was graded, and these checks failed; `error` names one that could not be decided."""
    results = tuple(_result(name, failed, error) for name in CHECKS)
    said = verdict or ("failed" if failed or build_output else "passed")
    reached = 0 if failed else 10
    report = Report(
        "one-word",
        1,
        each.language,
        each.seed,
        {},
        "0" * 64,
        said,
        None,
        reached,
        10,
        "A",
        1,
        1,
        0.1,
        results,
        build_output,
    )
    return Graded(each, report, runs)


def _result(name: str, failed: tuple[str, ...], error: str) -> CheckResult:
    finding = Finding("P0 said nothing", "it must", "say it", (3,), "plain")
    if name in failed:
        return CheckResult(name, name, "must", "fail", 0, 3, finding=finding)
    if name == error:
        return CheckResult(name, name, "must", "error", 0, 3, note="the record is incomplete")
    return CheckResult(name, name, "must", "pass", 3, 3)
