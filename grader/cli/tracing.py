"""In: the arguments of `grader trace`; out: the story of the program and what the rules find, the exit status."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.checks.laboratory import Eager, Laboratory, open_laboratory
from grader.checks.options import check_rung
from grader.cli.fault_runs import with_faults
from grader.cli.output import Progress, check_writable, say, write_file
from grader.cli.programs import split
from grader.cli.schedules import Survey, single, survey
from grader.errors import BuildFailed, UsageError
from grader.exercise import read_submission
from grader.explore import BUDGETS, FAIR, Runner, Search, mixed, parse
from grader.model import Artifact, Exercise, Fault, Plan, TraceReport
from grader.report import shown, trace_json, trace_pieces, visible
from grader.report.story import story

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener
    from grader.evidence import ProcessView

__all__ = ["read_stdin", "run_program", "trace"]

SOURCES = (".py", ".c")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
"""Folders that every box has."""


def trace(arguments: Namespace, opener: Opener | None) -> int:
    """Run the program, under one schedule or many, and tell. Raises GraderError."""
    check_writable(arguments.json, "--json")
    started = time.monotonic()
    program = tuple(arguments.program)
    stdin, schedule, faults = read_stdin(arguments.stdin), _schedule(arguments), _faults(arguments)
    name, argv, roots = split(program)
    plan = Plan("trace", argv=argv, stdin=stdin, schedule=schedule, faults=faults, roots=roots)
    with ExitStack() as closing:
        folder = arguments.evidence or closing.enter_context(TemporaryDirectory(prefix="grader-"))
        Path(folder).mkdir(parents=True, exist_ok=True)
        seen, rung = run_program(name, plan, folder, arguments, opener or open_laboratory)
        evidence = seen.first
        kept = evidence.path if arguments.evidence else ""
        see = visible(kept or arguments.json.strip("-") or "--evidence DIR")
        told = story(evidence, see)
    report = _report(program, seen, rung, round(time.monotonic() - started, 3))
    stream = sys.stderr if arguments.json == "-" else sys.stdout
    options = ("--stdin", arguments.stdin) if arguments.stdin else ()
    say(shown(trace_pieces(report, told, options), stream, see), stream)
    if arguments.json:
        write_file(arguments.json, trace_json(report))
    if report.findings and (report.complete or report.schedules > 1):
        return 1
    return 3 if not report.complete or seen.limited else 0


def _schedule(arguments: Namespace) -> str:
    """The schedule of the only run, or of the first. Raises UsageError."""
    if arguments.preemptions is not None:
        if arguments.preemptions < 0:
            raise UsageError("is no number of preemptions", where="--preemptions", action="give a number from 0")
        if arguments.schedules == 1:
            arguments.schedules = BUDGETS["large"]
    if arguments.schedules < 1:
        raise UsageError("is no number of schedules", where="--schedules", action="give a number from 1")
    if arguments.schedules > 1 and arguments.schedule != FAIR:
        raise UsageError(
            "is one schedule, and --schedules asks for many", where="--schedule", action="leave one of the two out"
        )
    return FAIR if parse(arguments.schedule) == parse(FAIR) else arguments.schedule


def _faults(arguments: Namespace) -> tuple[Fault, ...]:
    """The faults that are asked for one by one. Raises UsageError."""
    if arguments.faults < 0:
        raise UsageError("is no number of faults", where="--faults", action="give a number from 1")
    if arguments.faults and (arguments.fault or arguments.preemptions is not None):
        raise UsageError(
            "tries faults one a run, under the fair schedule or some others", where="--faults",
            action="leave --fault and --preemptions out; --schedules N gives it others",
        )  # fmt: skip
    if arguments.faults and parse(arguments.schedule).kind not in "frp":
        raise UsageError(
            "is a recorded run, and with a fault it would be another", where="--schedule",
            action="give f1, r1:SEED or p1:SEED.DEPTH.LENGTH, or --schedules N",
        )  # fmt: skip
    return tuple(Fault.read(text) for text in arguments.fault)


def run_program(name: str, plan: Plan, folder: str, arguments: Namespace, opener: Opener) -> tuple[Survey, str]:
    """What the runs showed, and the rung of the box they were made in."""
    progress = Progress(sys.stderr)
    progress(f"running {name}")
    try:
        with TemporaryDirectory(prefix="grader-") as empty, opener(folder, arguments.rung) as laboratory:
            check_rung(laboratory.rung, arguments.require_rung)
            artifact = _artifact(name, empty, laboratory)
            if arguments.schedules == 1 and not getattr(arguments, "faults", 0):
                return single(laboratory.run(artifact, plan)), laboratory.rung
            assert isinstance(laboratory, Runner)
            if isinstance(laboratory, Eager):
                laboratory.widen()
            return _surveyed(laboratory, artifact, plan, arguments, progress), laboratory.rung
    finally:
        progress.clear()


def _surveyed(laboratory: Runner, artifact: Artifact, plan: Plan, arguments: Namespace, progress: Progress) -> Survey:
    """What many schedules show, and then faults under some of them."""
    search = Search(laboratory, artifact, plan)
    if arguments.schedules == 1:
        seen = single(laboratory.run(artifact, plan))
    else:
        seen = survey(search, arguments.schedules, arguments.preemptions, progress)
    if not arguments.faults:
        return seen
    others = tuple(mixed(arguments.schedules - 1, lambda: search.longest))
    return with_faults(laboratory, artifact, plan, seen, arguments.faults, others, progress)


def _artifact(name: str, empty: str, laboratory: Laboratory) -> Artifact:
    """How to start the program that a person names. Raises UsageError."""
    path = Path(name)
    if path.is_dir() or path.suffix in SOURCES:
        anything = Exercise("program", "any program", 1, (), 1, ("python", "c"), "")
        try:
            return laboratory.build(read_submission(name, anything))
        except BuildFailed as fault:
            raise UsageError(f"does not build: {fault.fault}", where=name, action="make it compile first") from None
    found = path if "/" in name else Path(shutil.which(name) or path)
    if not found.is_file() or not os.access(found, os.X_OK):
        raise UsageError(
            "is no program: neither an executable file nor a command on PATH",
            where=name,
            action="write ./NAME for a file of this folder",
        )
    program = found.resolve() if "/" in name else found.absolute()
    if "/" in name and not str(program).startswith(SYSTEM):
        # The file alone: what lies beside it, in a home or in /tmp, is nobody's business and may be huge.
        Path(shutil.copy(program, empty)).chmod(0o755)
        Path(empty).chmod(0o755)
        return Artifact((f"/box/{program.name}",), empty, "any")
    mounts = () if str(program).startswith(SYSTEM) else (str(program.parent),)
    return Artifact((str(program),), empty, "any", mounts=mounts)


def read_stdin(path: str) -> bytes:
    """What the program is to read. Raises UsageError."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes() if path else b""
    except OSError as fault:
        raise UsageError(f"cannot be read: {fault.strerror}", where=path, action="check the path") from None


def _report(program: tuple[str, ...], seen: Survey, rung: str, seconds: float) -> TraceReport:
    """The report; a run that the last resort ended proves nothing, so it is incomplete."""
    end = seen.first.end
    return TraceReport(
        program=program,
        outcome=end.outcome,
        exit_status=end.status,
        signal=end.signal,
        schedules=seen.tried,
        digest=end.digest,
        complete=seen.complete,
        lost=tuple(seen.lost),
        rung=rung,
        seconds=seconds,
        processes=tuple(_process(process) for process in seen.first.processes),
        findings=seen.findings,
        distinct=seen.distinct,
        outcomes=seen.outcomes,
        coverage=seen.coverage,
        faults=seen.faults,
        faults_missed=seen.missed,
    )


def _process(process: ProcessView) -> dict[str, str | int | None]:
    """One process for the report."""
    pid = process.born.args.get("pid")
    status = f"exited {process.exit_status}" if process.exit_status is not None else ""
    return {
        "name": process.name,
        "pid": pid if isinstance(pid, int) else None,
        "parent": process.parent.name if process.parent else None,
        "program": " ".join(process.argv) or None,
        "end": status or process.killed_by or "still there at the end of the run",
    }
