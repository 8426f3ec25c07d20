"""In: Python programs with threads, workers, subprocesses and event loops; out: what they print in virtual time."""

from __future__ import annotations

import pytest

from tests.system.trace.runner import Runner, calls, kinds

PRINTED = {
    "async_io": b"[0, 1, 2]\nlate True\n",
    "computing_threads": b"['a', 'b']\n",
    "handled": b"handler\nb'x'\n",
    "mp_fork": b"[0, 1, 4, 9, 16]\n",
    "mp_queue": b"[0, 1, 2, 3, 4]\n",
    "mp_spawn": b"answer\n",
    "selecting": b"[]\n['pipe', 'socket']\n",
    "sleeps": b"30 30\n",
    "threads": b"200\n",
    "waiting_thread": b"False 2.5 True 3.5\n",
}


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_a_python_program_prints_what_it_prints_alone(runner: Runner, name: str) -> None:
    """Every timed wait is exact, and nothing is lost."""
    evidence = runner.python(name)
    assert (evidence.outcome, evidence.exit_status, evidence.stdout) == ("exited", 0, PRINTED[name])
    assert (evidence.stderr, evidence.end.complete) == (b"", True)


def test_a_subprocess_with_a_limit_is_killed_when_it_is_over(runner: Runner) -> None:
    """run(timeout=3) kills the sleeping child after three virtual seconds, not after a hundred."""
    evidence = runner.python("sub")
    assert evidence.stdout.startswith(b"hello\nlate ")
    (killed,) = [event for event in kinds(evidence, "exit") if event.text("signal") == "SIGKILL"]
    assert killed.time // 10**9 == 3


def test_the_program_begins_after_the_interpreters_start(runner: Runner) -> None:
    """Hundreds of calls come before, the program's own after the begin event."""
    evidence = runner.python("sleeps")
    (begin,) = kinds(evidence, "begin")
    assert begin.n > 100
    assert calls(evidence, "P0", "clock_nanosleep")[0].n > begin.n
