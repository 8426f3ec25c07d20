"""In: programs that share descriptors, pipes and children in every way; out: the kernel model agrees with /proc throughout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader import Plan
from grader.evidence.codec import to_json
from grader.model import Artifact
from tests.system.trace.runner import Runner

ROOT = Path(__file__).parents[3]


def compared(artifact: Artifact, *argv: str, without: str = "", wrong: str = "", **plan: object) -> dict[str, object]:
    """One run, compared with /proc at its quiet points."""
    request = {
        "artifact": to_json(artifact),
        "plan": to_json(Plan("oracle", argv=argv, **plan)),  # type: ignore[arg-type]
        "without": without,
        "wrong": wrong,
    }
    command = [sys.executable, "-m", "tests.system.trace.oracle"]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(answer, dict)
    return answer


def agreed(answer: dict[str, object], outcome: str, *aspects: str) -> None:
    """Nothing differed, and what the program is here to show was really compared."""
    assert answer["differences"] == []
    assert answer["outcome"] == outcome
    seen = answer["seen"]
    assert isinstance(seen, dict)
    assert {"tasks", "table of P0", "P0 is held"} <= seen.keys()
    assert [aspect for aspect in aspects if not seen.get(aspect)] == []


PROGRAMS = [
    ("fork_wait", "exited", ("with children", "table of P1")),
    ("dup_closes", "exited", ("write ends of pipe A", "fill of pipe A", "asleep")),
    ("descriptors", "exited", ("O_NONBLOCK of P0", "table of P3")),
    ("bytes_wait", "exited", ("filled", "fill of pipe B", "asleep")),
    ("adopted", "exited", ("children of P0", "with children")),
    ("pass_fd", "exited", ("table of P1", "read ends of socket A")),
    ("socket_pair", "exited", ("identity of socket A", "descriptor P0 sleeps on")),
    ("fifo", "exited", ("call of P0", "write ends of fifo A")),
    ("threads", "exited", ("call of P0", "P0.2 is held")),
    ("exec_chain", "exited", ("table of P0",)),
    ("exec_thread", "exited", ("table of P0",)),
    ("vfork_exec", "exited", ("P0 sleeps", "table of P1")),
    ("zombie", "exited", ("with children",)),
    ("orphan", "exited", ("table of P1",)),
    ("leader_first", "exited", ("P0 is held",)),
    ("poll_child", "exited", ("call of P1",)),
    ("epoll_child", "exited", ("call of P0",)),
    ("queue", "exited", ("table of P0",)),
    ("semaphore", "exited", ("call of P0",)),
    ("timerfd", "exited", ("table of P0",)),
    ("file_lock", "exited", ("descriptor P1 sleeps on",)),
    ("stop_continue", "exited", ("with children",)),
    ("signal_wait", "exited", ("call of P0",)),
    ("wait_id", "exited", ("with children",)),
    ("mutex_deadlock", "deadlock", ("call of P0.2",)),
    ("starved_reader", "deadlock", ("descriptor P0 sleeps on",)),
]


@pytest.mark.parametrize(("name", "outcome", "aspects"), PROGRAMS, ids=[name for name, _, _ in PROGRAMS])
def test_the_model_agrees_with_proc_in_a_c_program(
    runner: Runner, name: str, outcome: str, aspects: tuple[str, ...]
) -> None:
    """At every quiet point: tables, ends, fill levels, children, and who sleeps where."""
    agreed(compared(runner.artifact(name)), outcome, *aspects)


SCRIPTS = ["mp_fork", "mp_queue", "mp_spawn", "sub", "threads", "selecting"]


@pytest.mark.long
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_model_agrees_with_proc_in_a_python_program(runner: Runner, name: str) -> None:
    """The same from the script's first line on, through all that the library does by itself."""
    agreed(compared(runner.script(name)), "exited", "asleep")


PIPELINES = {
    "pipeline": "seq 5 | cat | wc -l",
    "redirections": "{ echo one; echo two >&2; } 2>&1 | sort >sorted; cat <sorted; exec 7>&1; echo seven >&7",
    "substitution": "mkfifo way; echo through >way & x=$(cat way); wait; echo $x",
    "broken": "yes | head -n 1",
}


@pytest.mark.parametrize("name", PIPELINES)
def test_the_model_agrees_with_proc_in_a_shell_pipeline(runner: Runner, name: str) -> None:
    """A shell's descriptors above 10, its subshells, and programs that it executes."""
    artifact = Artifact(("/bin/sh", "-c", PIPELINES[name]), str(runner.folder), "any")
    agreed(compared(artifact), "exited", "with children", "asleep")


@pytest.mark.parametrize("without", ["dup2", "close", "fcntl", "wait4", "write"])
def test_a_model_that_missed_one_call_is_caught_by_proc(runner: Runner, without: str) -> None:
    """The comparison can fail: a model to which a call means nothing differs at once."""
    answer = compared(runner.artifact("descriptors" if without != "write" else "bytes_wait"), without=without)
    assert answer["differences"]


HINTED = ["dup_closes", "fifo", "socket_pair", "threads", "semaphore", "wait_id", "signal_wait", "mutex_deadlock"]


@pytest.mark.parametrize("name", HINTED)
def test_a_call_that_sleeps_although_the_model_said_it_would_not_is_still_seen_asleep(
    runner: Runner, name: str
) -> None:
    """With a model that foresees of every call that it returns at once, the same tasks sleep in the same calls."""
    true, planted = compared(runner.artifact(name)), compared(runner.artifact(name), wrong="looks_prompt")
    assert true["sleeps"]
    assert planted == true


@pytest.mark.parametrize("name", HINTED)
def test_a_task_that_is_woken_although_the_model_said_nothing_woke_it_goes_on(runner: Runner, name: str) -> None:
    """With a model that says of every event that it woke nobody, the run ends as it would."""
    true, planted = compared(runner.artifact(name)), compared(runner.artifact(name), wrong="may_wake")
    assert (planted["outcome"], planted["status"]) == (true["outcome"], true["status"])
