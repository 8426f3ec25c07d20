"""In: programs in Python under many schedules; out: a run that begins from a kept interpreter is the run of one started for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.evidence import Evidence
from grader.explore import Lab
from grader.model import Plan, Stimulus, Submission, When
from grader.trace import opening_key

TOKENS = ("fair", "f1", "r1:0", "r1s:3", "p1:2.3.1e", "f1~int.0.4")

PROGRAM = b"""
import os, random, signal, sys, threading, time
signal.signal(signal.SIGINT, lambda *_: None)
read, write = os.pipe()
lock = threading.Lock()
if os.fork() == 0:
    os.close(read)
    os.write(write, sys.stdin.buffer.read() + b"%d %d" % (os.getpid(), os.getppid()))
    time.sleep(1)
    sys.exit(3)
os.close(write)
thread = threading.Thread(target=lambda: lock.acquire())
thread.start()
thread.join()
print(os.read(read, 100), os.wait()[1], time.time(), time.monotonic(), random.random(), id(lock), sys.argv, flush=True)
"""


def _told(lab: Lab, plan: Plan) -> list[tuple[str, str, str, bytes]]:
    """Digest, replaying token, ending and output under each schedule, twice: the second time nothing is made for the first time."""
    artifact = lab.build(Submission("p.py", "python", {"p.py": PROGRAM}, "p.py", ""))
    found = []
    for number in range(2):
        for token in TOKENS:
            asked = replace(plan, name=f"{plan.name}{number}", schedule=token)
            lab.begin(artifact, asked, durable=False)
            run = lab.run(artifact, asked)
            found.append((run.end.digest, lab.notes_of(artifact, asked).replay, run.outcome, run.stdout))
    assert found[: len(TOKENS)] == found[len(TOKENS) :]
    return found


@pytest.mark.parametrize(
    "plan",
    [
        Plan("plain", stdin=b"some words\n"),
        pytest.param(Plan("argued", argv=("one", "two"), stdin=b"x" * 100_000), marks=pytest.mark.long),
        Plan(
            "met",
            stdin_open=True,
            stimuli=(Stimulus(When("started"), "write", data=b"late"), Stimulus(When("quiet"), "close")),
        ),
    ],
    ids=lambda plan: plan.name,
)
def test_a_run_from_a_kept_interpreter_has_the_events_of_one_started_for_it(plan: Plan, tmp_path: Path) -> None:
    """Digest, token and output agree under every kind of schedule, with input, arguments, and what comes from outside."""
    with Lab.open(tmp_path / "copied") as copied, Lab.open(tmp_path / "anew", "anew") as anew:
        assert _told(copied, plan) == _told(anew, plan)


def test_source_lines_are_found_in_a_run_from_a_kept_interpreter(tmp_path: Path) -> None:
    """What the interpreter does before the script has no place; what the script does has its own."""
    with Lab.open(tmp_path) as lab:
        artifact = lab.build(Submission("p.py", "python", {"p.py": PROGRAM}, "p.py", ""))
        plans = [Plan("lines", schedule=token) for token in ("fair", "r1:1")]
        for plan in plans:
            lab.begin(artifact, plan, durable=False)
        runs: list[Evidence] = [lab.run(artifact, plan) for plan in plans]

    for run in runs:
        fork = run.first("clone", by="P0")
        assert fork is not None
        assert [place.line for place in fork.source] == [6]
        assert not any(event.source for event in run.events[: next(e.n for e in run.events if e.kind == "begin")])


def test_only_an_interpreter_with_a_script_has_an_opening() -> None:
    """A program of its own begins at once; without a script the last step before it is no open; output may be waited for."""
    python = "/usr/bin/python3"

    assert opening_key((python, "/box/p.py"), Plan("p")) is not None
    assert opening_key((python, "-I", "/box/p.py", "-c"), Plan("p")) is not None
    assert opening_key((python, "-c", "pass"), Plan("p")) is None
    assert opening_key(("/box/program", "p.py"), Plan("p")) is None
    printed = Plan("p", stimuli=(Stimulus(When("printed", call=""), "close"),))
    assert opening_key((python, "/box/p.py"), printed) is None
