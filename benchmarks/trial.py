"""In: a program, a seed, a folder; out: `Trial`, what the whole command `grader check` made of it, and its digests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from benchmarks.corpus import ROOT, Program, fails_in, write_submission

__all__ = ["Trial", "carry_out"]

NET = 900  # seconds after which a command that has not ended is itself a fault


@dataclass(frozen=True, slots=True)
class Trial:
    """One grading. `fault` is empty, or says in words how it differs from what it must be.

    `digests` are those of its runs, by (program, plan, token): the header line of the evidence, hashed, and the token.
    `unsteady` counts runs that were interrupted in their own code, whose digest may differ.
    """

    program: str
    seed: str
    turn: int
    verdict: str
    fault: str
    digests: Mapping[str, str] = field(default_factory=dict)
    unsteady: int = 0


def carry_out(
    program: Program, seed: str, turn: int, folder: Path, started: Callable[[subprocess.Popen[bytes]], None]
) -> Trial:
    """Grade in a process of its own, as a person would; `started` is told it, so that it can be ended."""
    evidence, result = folder / "evidence", folder / "result.json"
    submission = write_submission(program, seed, folder / "submission")
    options = [
        "--course",
        str(ROOT),
        "--exercise",
        program.exercise,
        "--json",
        str(result),
        "--evidence",
        str(evidence),
    ]
    line = [
        sys.executable,
        "-P",
        "-m",
        "grader.cli",
        "check",
        str(submission),
        *options,
        *(["--seed", seed] if seed else []),
    ]
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, start_new_session=True
        )
        started(process)
        try:
            status = process.wait(NET)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Trial(program.name, seed, turn, "none", f"the command had not ended after {NET} s")
    verdict, failed, undecided = _read(result)
    program = replace(program, fails=fails_in(program, seed))
    fault = _fault(program, status, verdict, failed, undecided)
    digests, unsteady = _digests(evidence)
    return Trial(program.name, seed, turn, verdict, fault, digests, unsteady)


def _read(result: Path) -> tuple[str, frozenset[str], frozenset[str]]:
    """The verdict, the checks that failed, and those that could not be decided."""
    if not result.exists():
        return "none", frozenset(), frozenset()
    report = json.loads(result.read_text(encoding="utf-8"))
    outcomes = {check["id"]: check["outcome"] for check in report["checks"]}
    return (
        report["verdict"],
        frozenset(name for name, outcome in outcomes.items() if outcome == "fail"),
        frozenset(name for name, outcome in outcomes.items() if outcome == "error"),
    )


def _fault(program: Program, status: int, verdict: str, failed: frozenset[str], undecided: frozenset[str]) -> str:
    """How a grading differs from what expected.yaml says; empty if it does not."""
    if verdict == "none":
        return f"no result, exit status {status}"
    if verdict == "not graded" or undecided:
        return f"not graded: {', '.join(sorted(undecided))}"
    if program.pending:
        return ""
    expected = "failed" if program.fails else "passed"
    if verdict != expected:
        return f"{verdict}, must be {expected}; failed: {', '.join(sorted(failed))}"
    if status != (1 if program.fails else 0):
        return f"{verdict}, but exit status {status}"
    if failed != program.fails:
        more, less = ", ".join(sorted(failed - program.fails)), ", ".join(sorted(program.fails - failed))
        return f"another set of checks failed: too many: {more or 'none'}; missing: {less or 'none'}"
    return ""


def _digests(folder: Path) -> tuple[dict[str, str], int]:
    """The digest of every run whose evidence is there, and the number of runs that may differ from time to time."""
    digests: dict[str, str] = {}
    unsteady = 0
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_bytes().splitlines()
        end = json.loads(lines[-1])
        if end["steady"]:
            digests[f"{sha256(lines[0]).hexdigest()[:16]} {end['schedule']}"] = end["digest"]
        else:
            unsteady += 1
    return digests, unsteady
