"""In: nothing; out: one report of each kind, for the tests of every form a report takes."""

from __future__ import annotations

from dataclasses import replace

from grader.model import CheckResult, Finding, Report, RuleFinding, Source, TraceReport

BYTES = CheckResult("every-byte-arrives", "every byte arrives, in order", "must", "pass", 4, 4)
EOF = CheckResult(
    "reader-sees-eof",
    "the reader sees end-of-file",
    "must",
    "fail",
    0,
    3,
    finding=Finding(
        seen="P1 (child) is blocked in read(3), event 57",
        why="P1 itself still holds the write end, fd 4 (opened event 12, never closed), so the pipe always has a writer "
        "and read() cannot return 0",
        next="close the end that this process does not use, before its first read",
        events=(12, 57),
        run="small",
        source=(Source("pipe_one_way.c", 31, 57),),
        evidence="small-3af2c9.jsonl",
        schedule="f1",
    ),
    replay="grader check pipe_one_way.c --exercise pipe-one-way --only reader-sees-eof",
)
REAPS = CheckResult("parent-reaps", "the parent collects the child's status", "must", "skipped", 0, 2,
                    needs=("reader-sees-eof",), note="waits for: the reader sees end-of-file")  # fmt: skip
UNUSED = CheckResult(
    "closes-unused-ends", "each process closes the ends that it does not use", "should", "fail", 0, 0,
    finding=Finding("P0 keeps the read end, fd 3, to its end, event 80", "a reader that never reads hides SIGPIPE from "
                    "the writer", "close fd 3 after the fork", (80,), "small", schedule="f1"),
    replay="grader check pipe_one_way.c --only closes-unused-ends",
)  # fmt: skip
LOST = CheckResult("no-leftovers", "nothing is left behind", "must", "error", 0, 1,
                   note="small: the record of this run is incomplete: the buffer ran over; this is no fault of the "
                   "submission; grade again and tell who runs the grader")  # fmt: skip

PASSED = Report(
    exercise="pipe-one-way",
    exercise_version=1,
    language="c",
    seed="",
    parameters={"mark": "EOT", "block": 4096, "reversed": False},
    submission_sha256="ab" * 32,
    verdict="passed",
    reason=None,
    score=4,
    max_score=4,
    rung="A",
    runs=2,
    schedules=2,
    seconds=0.42,
    checks=(BYTES,),
)
FAILED = replace(PASSED, verdict="failed", max_score=9, seed="2026-ada", checks=(BYTES, EOF, REAPS, UNUSED))
HALF = replace(
    FAILED,
    checks=(*FAILED.checks, LOST),
    max_score=10,
    reason="1 check could not be decided, so the score may be too low",
)
INCOMPLETE = replace(
    PASSED,
    verdict="not graded",
    reason="1 check could not be decided: nothing is left behind",
    max_score=5,
    checks=(BYTES, LOST),
)
INTERRUPTED = replace(
    PASSED,
    verdict="not graded",
    reason="interrupted",
    max_score=9,
    checks=(
        BYTES,
        replace(EOF, outcome="error", finding=None, replay="", note="not decided: interrupted"),
        replace(REAPS, outcome="error", note="not decided: interrupted"),
    ),
)
DOES_NOT_BUILD = replace(
    PASSED,
    verdict="failed",
    reason="does not build",
    score=0,
    max_score=9,
    runs=0,
    schedules=0,
    checks=tuple(
        replace(check, outcome="skipped", score=0, finding=None, replay="", note="the submission does not build")
        for check in (BYTES, EOF, REAPS)
    ),
    build_output="pipe_one_way.c: In function 'main':\npipe_one_way.c:9:5: error: expected ';' before 'return'\n"
    "    9 |\treturn 0;\n      |\t^~~~~~\n",
)
HOSTILE = replace(
    FAILED,
    checks=(
        replace(
            EOF,
            finding=Finding(
                seen="stdout was \x1b[2J\x1b[1;1H✓ passed\r\n10/10\x07 \u202etxt.exe \u2066x\u2069 \udcff\x00"
                + "A" * 900,
                why="the contract asks for " + "exactly  two spaces " * 40,
                next="print\twhat the statement asks for",
                events=(3,),
                run="small",
            ),
            replay="grader check 'a b.c' --only reader-sees-eof",
        ),
    ),
    max_score=3,
    score=0,
)
REPORTS = {
    "passed": PASSED,
    "failed": FAILED,
    "failed-with-error": HALF,
    "incomplete": INCOMPLETE,
    "interrupted": INTERRUPTED,
    "does-not-build": DOES_NOT_BUILD,
    "hostile": HOSTILE,
}

QUIET = TraceReport(
    program=("sh", "-c", "a | b"),
    outcome="exited",
    exit_status=0,
    signal="",
    schedules=1,
    digest="cd" * 32,
    complete=True,
    lost=(),
    rung="A",
    seconds=0.21,
    processes=(
        {"name": "P0", "pid": 2, "parent": None, "program": "sh -c 'a | b'", "end": "exited 0"},
        {"name": "P1", "pid": 3, "parent": "P0", "program": "a", "end": "exited 0"},
    ),
    findings=(),
)
DEADLOCK = replace(
    QUIET,
    outcome="deadlock",
    exit_status=None,
    findings=(
        RuleFinding(
            "deadlock", "must", "P1", "P1 waits in read(3) for pipe A, event 57", "only P1 itself holds the write end",
            "close the write end before the first read", (12, 57), (Source("prog.c", 31, 57),), "f1",
        ),
    ),
)  # fmt: skip
PARTIAL = replace(
    QUIET, outcome="signalled", exit_status=None, signal="SIGKILL", complete=False, lost=("a task got away",)
)
MANY = replace(
    QUIET,
    program=("./meet", "two words"),
    schedules=162,
    distinct=131,
    coverage="162 schedules, all up to 2 preemptions",
    outcomes=(
        {"outcome": "exited", "exit_status": 0, "signal": None, "schedules": 134, "schedule": "x1:"},
        {"outcome": "deadlock", "exit_status": None, "signal": None, "schedules": 27, "schedule": "x1:8.2"},
        {"outcome": "signalled", "exit_status": None, "signal": "SIGUSR1", "schedules": 1, "schedule": "x1:3.1-4.0"},
    ),
    findings=(replace(DEADLOCK.findings[0], schedule="x1:8.2.7e-1.0.ei:bf43cf"),),
)
TRACES = {"quiet": QUIET, "deadlock": DEADLOCK, "partial": PARTIAL, "many": MANY}
