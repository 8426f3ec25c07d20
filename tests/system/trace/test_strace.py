"""In: programs whose tasks make the same calls under every schedule; out: the tracer and strace tell the same of each task."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from grader import Plan, Stimulus, When
from grader.box import BLINDING
from grader.evidence import load
from grader.evidence.codec import to_json
from grader.exercise import draw, find_course, read_reference
from grader.model import Artifact, Event
from grader.trace.calls import SPECS
from tests.support.beside_strace import Terms, compared, facts_of_strace
from tests.support.strace import Told, parse
from tests.support.strace_args import CLOCKS, READERS
from tests.system.trace.beside import EVIDENCE, OUTPUT, STRACE
from tests.system.trace.runner import Runner

ROOT = Path(__file__).parents[3]
COURSE = find_course(str(ROOT))


@dataclass(frozen=True)
class Both:
    """What the tracer recorded of one run of a program, and what strace told of another."""

    events: tuple[Event, ...]
    told: Told


@dataclass(frozen=True)
class Case:
    """How a program is run, and on what terms its two runs are compared."""

    argv: tuple[str, ...] = ()
    terms: Terms = Terms()
    plan: dict[str, object] = field(default_factory=dict)


Compare = Callable[[Artifact, Case], Both]


@pytest.fixture(scope="session")
def beside(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Compare:
    """Runs a program once under the tracer and once under strace, in a process of its own."""
    assert shutil.which(STRACE), f"{STRACE} is missing: `make setup` installs the package strace"

    def run(artifact: Artifact, case: Case) -> Both:
        folder = runner.folder / tmp_path_factory.mktemp("beside").name
        folder.mkdir(mode=0o755)
        plan = Plan("beside", argv=case.argv, **case.plan)  # type: ignore[arg-type]
        request = {"artifact": to_json(artifact), "plan": to_json(plan), "folder": str(folder)}
        command = [sys.executable, "-m", "tests.system.trace.beside"]
        done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, cwd=ROOT, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return Both(load(folder / EVIDENCE).events, parse((folder / "strace" / OUTPUT).read_text(encoding="ascii")))

    return run


def agreed(both: Both, terms: Terms) -> None:
    """Nothing differs, and there was something to compare."""
    assert compared(both.events, both.told, terms) == []
    facts = facts_of_strace(both.told, terms)
    assert all(facts.values())
    assert sum(map(len, facts.values())) >= 8


# Who finds a futex's word changed, and who must sleep, is the schedule's choice.
NO_FUTEX = Terms(without=frozenset({"futex"}))

QUIET, USR2 = When("quiet"), "SIGUSR2"
C_PROGRAMS: dict[str, Case] = {
    "descriptors": Case(),
    "dup_closes": Case(),
    "exec_chain": Case(),
    "exec_fails": Case(),
    "exec_thread": Case(),
    "fifo": Case(),
    "file_lock": Case(),
    "fork_wait": Case(),
    "helpers": Case(),
    "inherited": Case(),
    "keyed": Case(),
    "limits_and_words": Case(),
    "mapped": Case(),
    "moved": Case(),
    # signalfd hands out process ids.
    "own_signals": Case(terms=Terms(payloads=False, children=True)),
    "pass_fd": Case(),
    "poll_ready": Case(),
    "queue": Case(),
    "restarts": Case(
        plan={
            "stdin_open": True,
            "stimuli": (
                Stimulus(When("quiet", printed="1 -1 1 -1 1\n"), "signal", signal=USR2),
                Stimulus(When("quiet", printed="1 -1 1 -1 1\n-1 1\n"), "signal", signal=USR2),
                Stimulus(When("quiet", printed="1 -1 1 -1 1\n-1 1\n-1 1\n"), "signal", signal="SIGWINCH"),
                Stimulus(QUIET, "write", data=b"x"),
            ),
        }
    ),
    "semaphore": Case(terms=NO_FUTEX),
    "signal_wait": Case(),
    "socket_pair": Case(),
    "sockets": Case(),
    "spawn": Case(),
    "stop_continue": Case(),
    "system_v": Case(),
    "threads": Case(terms=NO_FUTEX),
    "timerfd": Case(),
    "vfork_exec": Case(),
    "wait_id": Case(),
    "waiting_sets": Case(),
}


@pytest.mark.parametrize("name", C_PROGRAMS)
def test_a_c_program_makes_the_calls_that_strace_shows(runner: Runner, beside: Compare, name: str) -> None:
    """Task by task: the same calls, on the same descriptors, with the same results, and the same end."""
    case = C_PROGRAMS[name]
    agreed(beside(runner.artifact(name), case), case.terms)


SCRIPTS: dict[str, Case] = {
    "captured": Case(),
    "mp_pipe": Case(),
    # The key of a process and of what it spawns is drawn by chance.
    "mp_spawn": Case(terms=Terms(payloads=False, poured=True)),
    "selecting": Case(),
    "threads": Case(terms=NO_FUTEX),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_python_program_makes_the_calls_that_strace_shows(runner: Runner, beside: Compare, name: str) -> None:
    """The same for all that the interpreter does by itself, from its first instruction on."""
    agreed(beside(runner.script(name), SCRIPTS[name]), SCRIPTS[name].terms)


# A shell handles SIGCHLD: when it comes, and how often, depends on when its children end. How many bytes a read
# of a pipe brings depends on how far its writer has come.
SHELL = Terms(without=frozenset({"rt_sigreturn"}), poured=True)
PIPELINES = {
    "pipeline": "seq 5 | cat | wc -l",
    "redirections": "{ echo one; echo two >&2; } 2>&1 | sort >sorted; cat <sorted; exec 7>&1; echo seven >&7",
    "pipeline with a status": "! printf 'a\\nb\\n' | grep -c b",
    "here document": "cat <<END\nline\nEND\n(exit 3); echo $?; kill -9 $$",
}


@pytest.mark.parametrize("name", PIPELINES)
def test_a_shell_pipeline_makes_the_calls_that_strace_shows(runner: Runner, beside: Compare, name: str) -> None:
    """Its subshells, and the programs that it executes."""
    home = runner.folder / "empty"
    home.mkdir(mode=0o755, exist_ok=True)
    both = beside(Artifact(("/bin/sh", "-c", PIPELINES[name]), str(home), "any"), Case())
    agreed(both, SHELL)


def _interrupts(*printed: str) -> dict[str, object]:
    return {"stimuli": tuple(Stimulus(When("quiet", printed=text), "signal", signal="SIGINT") for text in printed)}


REFERENCES: dict[str, Case] = {
    "pipe-one-way": Case(plan={"stdin": b"Some text,\nand a last line"}, terms=Terms()),
    # Each line holds its writer's process id.
    "pipe-ping-pong": Case(("5",), Terms(numbered=True)),
    "shm-producer-consumer": Case(("a1", "12", "3"), NO_FUTEX),
    "sigint-cleanup": Case(("job",), plan=_interrupts("ready\n", "caught 1\n", "caught 2\n")),
}


@pytest.mark.parametrize("language", ["c", "py"])
@pytest.mark.parametrize("exercise", REFERENCES)
def test_a_reference_solution_makes_the_calls_that_strace_shows(
    runner: Runner, beside: Compare, exercise: str, language: str
) -> None:
    """What students are graded by is told as it was."""
    case = REFERENCES[exercise]
    path = Path(COURSE.reference, exercise, f"solution.{language}.j2")
    artifact = runner.lab.build(read_reference(draw(COURSE.exercise(exercise), None), path))
    agreed(beside(artifact, case), case.terms)


# The comparison can fail.


@pytest.fixture(scope="session")
def specimen(runner: Runner, beside: Compare) -> Both:
    """A run with a child, pipes, a signal and its handler, a wait, and a payload."""
    return beside(runner.artifact("interrupted"), Case(("restart",)))
