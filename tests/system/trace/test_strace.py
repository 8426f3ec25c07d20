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
from tests.support.beside_strace import compared
from tests.support.facts import Terms
from tests.support.facts_of_strace import facts_of_strace
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
    terms: Terms = field(default_factory=Terms)
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
    found = compared(both.events, both.told, terms)
    assert not found, "\n".join(found)
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
    # Which of its threads writes first is the schedule's choice, too.
    "threads": Case(terms=Terms(without=frozenset({"futex"}), payloads=False)),
    "vfork_exec": Case(),
    "wait_id": Case(),
    "waiting_sets": Case(),
}


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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
    "pipe-one-way": Case(plan={"stdin": b"Some text,\nand a last line"}),
    # Each line holds its writer's process id.
    "pipe-ping-pong": Case(("5",), Terms(numbered=True)),
    # How often the parent looks for its children depends on when they end, and sem_open(3) draws again by chance.
    "shm-producer-consumer": Case(
        ("a1", "12", "3"), Terms(without=frozenset({"futex", "rt_sigtimedwait", "wait4", "getrandom"}))
    ),
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
    """A run with a pipe, a child that writes into it, and a parent that waits for it."""
    return beside(runner.artifact("pass_fd"), Case())


def _place(events: tuple[Event, ...], task: str, call: str) -> int:
    return next(at for at, event in enumerate(events) if (event.task, event.call, event.kind) == (task, call, "call"))


def _wrongs(both: Both, wrong: Callable[[Event], tuple[Event, ...]], task: str, call: str) -> tuple[str, str]:
    """What is found when one event of this call was replaced, and the place of that event."""
    events = both.events
    at = _place(events, task, call)
    found = compared((*events[:at], *wrong(events[at]), *events[at + 1 :]), both.told, Terms())
    assert len(found) == 1
    return found[0], f"event {events[at].n}"


CALLS = [("P0", "pipe2"), ("P0", "wait4"), ("P1", "write"), ("P1", "exit_group")]


def test_the_specimen_itself_agrees(specimen: Both) -> None:
    """What the next tests find, they find because of what they change."""
    agreed(specimen, Terms())


@pytest.mark.parametrize(("task", "call"), CALLS)
def test_a_missing_event_is_found(specimen: Both, task: str, call: str) -> None:
    """The report names the task, the call, and the line of strace's that has no event."""
    found, _ = _wrongs(specimen, lambda _: (), task, call)
    descent = {"P0": "task 0:", "P1": "task 0.1:"}[task]
    assert found.startswith(f"{descent} grader says nothing after event ")
    assert f"strace says line {_line(specimen, descent[5:-1], call)}: {call}(" in found


def _line(both: Both, task: str, call: str) -> int:
    return next(entry.line for entry in both.told.tasks[task] if entry.name == call)


@pytest.mark.parametrize(("task", "call"), CALLS)
def test_an_additional_event_is_found(specimen: Both, task: str, call: str) -> None:
    """The report names the event that strace knows nothing of."""
    found, place = _wrongs(specimen, lambda event: (event, event), task, call)
    assert f"grader says {place}: {call}(" in found
    assert "strace says nothing after line " in found


@pytest.mark.parametrize(
    "wrong",
    [
        lambda event: replace(event, result=2),
        lambda event: replace(event, result=None, error="EPIPE"),
        lambda event: replace(event, result=None),
        lambda event: replace(event, args={**event.args, "fd": 9}),
        lambda event: replace(event, args={**event.args, "count": 77}),
        lambda event: replace(event, data=b"other"),
        lambda event: replace(event, call="read"),
        lambda event: replace(event, error="ERESTART"),
    ],
    ids=["result", "errno", "never returned", "descriptor", "count", "bytes", "call", "restart"],
)
def test_a_wrong_event_is_found(specimen: Both, wrong: Callable[[Event], Event]) -> None:
    """Whatever is told of a call: another result, errno, descriptor, count, payload or name."""
    found, place = _wrongs(specimen, lambda event: (wrong(event),), "P1", "write")
    assert found.startswith("task 0.1: grader says ")
    assert "strace says line " in found
    assert place in found or "nothing after event" in found


def test_an_event_of_the_wrong_task_is_found(specimen: Both) -> None:
    """It is missing in one task and additional in the other."""
    at = _place(specimen.events, "P1", "write")
    moved = replace(specimen.events[at], task="P0")
    found = compared((*specimen.events[:at], moved, *specimen.events[at + 1 :]), specimen.told, Terms())
    assert [line.partition(":")[0] for line in found] == ["task 0", "task 0.1"]


def test_a_task_that_was_not_seen_is_found(specimen: Both) -> None:
    """Its birth is missing in its parent, and it itself."""
    fewer = tuple(event for event in specimen.events if event.task != "P1" and event.args.get("child") != "P1")
    assert "task 0.1: only strace saw it" in compared(fewer, specimen.told, Terms())


def test_another_end_is_found(specimen: Both) -> None:
    """A code, or the signal that killed."""
    at = next(at for at, event in enumerate(specimen.events) if (event.kind, event.task) == ("exit", "P1"))
    killed = replace(specimen.events[at], args={"signal": "SIGKILL"})
    (found,) = compared((*specimen.events[:at], killed, *specimen.events[at + 1 :]), specimen.told, Terms())
    assert found.startswith(f"task 0.1: grader says event {killed.n}: end() = SIGKILL")


def test_every_call_that_is_traced_is_compared() -> None:
    """But for clocks, the tracer's own business, and calls that it refuses because they would blind it."""
    refused = BLINDING.keys() - SPECS.keys()
    # A call that was restarted is told under its own name.
    assert SPECS.keys() - READERS.keys() - CLOCKS == {"restart_syscall"}
    assert READERS.keys() <= SPECS.keys()
    assert not refused & READERS.keys()
