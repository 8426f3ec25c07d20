"""In: the judgement of checks and rules; out: `Finding`, `CheckResult`, `Report`, and the rule findings of `grader trace`."""

from __future__ import annotations

from collections.abc import Mapping

from grader.frozen import dataclass
from grader.model.event import Source
from grader.model.exercise import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """What a failed check says: what was seen, why that breaks the contract, what to do next.

    `events` are event numbers of the run `run` (a plan's name) and never empty: for something absent, cite the last event.
    """

    seen: str
    why: str
    next: str
    events: tuple[int, ...]
    run: str = ""
    source: tuple[Source, ...] = ()
    evidence: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of a report. outcome: pass, fail, skipped (a check it needs did not pass) or error (ours).

    `note` says why a check was skipped or could not be decided. `replay` is the command line that repeats a failed check.
    """

    id: str
    title: str
    level: str
    outcome: str
    score: int
    max_score: int
    needs: tuple[str, ...] = ()
    finding: Finding | None = None
    note: str = ""
    replay: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole judgement of one submission. verdict: passed, failed or not graded (then `reason` says why).

    `score` counts the points of checks that passed. A report that is `not graded` keeps that number as what was proved so
    far, but it belongs in no total. `build_output` holds the compiler's words when the submission does not build.
    """

    exercise: str
    exercise_version: int
    language: str
    seed: str
    parameters: Mapping[str, Value]
    submission_sha256: str
    verdict: str
    reason: str | None
    score: int
    max_score: int
    rung: str
    runs: int
    schedules: int
    seconds: float
    checks: tuple[CheckResult, ...]
    build_output: str = ""


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What a universal rule says of one process in one run (ids and levels: the table of rules in docs/rules.md)."""

    rule: str
    level: str
    process: str
    seen: str
    why: str
    next: str
    events: tuple[int, ...]
    source: tuple[Source, ...] = ()
    schedule: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class TraceReport:
    """What `grader trace` says of any program.

    Outcome, digest and processes are those of the first schedule. `outcomes` counts how the runs of all schedules ended; it is
    empty when there was but one. `coverage` says in words how far an exhaustive search went; empty: there was none.
    `faults` counts the runs with a fault each, `faults_missed` those in which it never came.
    """

    program: tuple[str, ...]
    outcome: str
    exit_status: int | None
    signal: str
    schedules: int
    digest: str
    complete: bool
    lost: tuple[str, ...]
    rung: str
    seconds: float
    processes: tuple[Mapping[str, str | int | None], ...]
    findings: tuple[RuleFinding, ...]
    distinct: int = 1
    outcomes: tuple[Mapping[str, str | int | None], ...] = ()
    coverage: str = ""
    faults: int = 0
    faults_missed: int = 0
