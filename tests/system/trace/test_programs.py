"""In: plans with several programs; out: one run under one schedule, in which each is told apart."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader import Plan, Root, Stimulus, When
from grader.errors import UsageError
from grader.evidence import Evidence
from grader.explore import Lab
from grader.model import Artifact, Submission
from tests.system.trace.runner import Runner

PROGRAMS = Path(__file__).parents[2] / "programs" / "roots"
RUDE = (Root("rude", ("slow", "fifo:./req"), "adversary.py", b"ab", When("exists", call="req")),)
TALK = (Root("client", ("client",), stdin=b"abc", when=When("exists", call="req")),)


@pytest.fixture(scope="module")
def pair(runner: Runner) -> Artifact:
    """The program of several roles, in C."""
    home = runner.folder / "pair"
    home.mkdir(mode=0o755)
    subprocess.run(["gcc", "-O1", "-w", "-o", str(home / "program"), str(PROGRAMS / "pair.c")], check=True)
    return Artifact(("/box/program",), str(home), "c")


@contextmanager
def laboratory(folder: Path, force: str) -> Iterator[Lab]:
    """A laboratory of this kind of box."""
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    with Lab.open(folder / "evidence", force) as lab:
        yield lab


def run(runner: Runner, artifact: Artifact, name: str, *argv: str, **plan: object) -> Evidence:
    """One run of the first program with these arguments."""
    return runner.lab.run(artifact, Plan(name, argv=argv, **plan))  # type: ignore[arg-type]


def test_two_programs_talk_over_a_fifo(runner: Runner, pair: Artifact) -> None:
    """Each has its own input, both print into one stdout, and the record tells who printed what and how each ended."""
    found = run(runner, pair, "talk", "server", roots=TALK)

    assert (found.outcome, found.exit_status, found.complete) == ("exited", 0, True)
    assert found.stdout == b"client has abc\ngot client\n"
    assert found.printed("client") == b"client has abc\n"
    assert found.printed("P0") == b"got client\n"
    assert {name: program.exit_status for name, program in found.programs.items()} == {"P0": 0, "client": 0}


def test_the_same_in_python(runner: Runner) -> None:
    """Also from the copy of an interpreter that has been led to its script."""
    source = (PROGRAMS / "pair.py").read_bytes()
    artifact = runner.lab.build(Submission("pair.py", "python", {"pair.py": source}, "pair.py", ""))
    plan = Plan("talk-python", argv=("server",), roots=TALK)
    runner.lab.begin(artifact, plan, durable=False)
    found = runner.lab.run(artifact, plan)

    assert (found.outcome, found.printed("client"), found.printed("P0")) == (
        "exited",
        b"client has abc\n",
        b"got client\n",
    )


def test_a_copy_and_a_box_made_anew_tell_the_same(
    runner: Runner, pair: Artifact, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """How a program came into the box changes no event, a peer's neither."""
    plans = (Plan("kinds", argv=("server",), roots=TALK), Plan("kinds-peer", argv=("server",), roots=RUDE))
    with laboratory(tmp_path_factory.mktemp("anew"), "anew") as anew:
        for plan in plans:
            copied, made = runner.lab.run(pair, plan), anew.run(pair, plan)

            assert (made.outcome, made.end.digest) == ("exited", copied.end.digest)


def test_the_weakest_rung_runs_several_programs(pair: Artifact, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without namespaces they meet in the same home."""
    with laboratory(tmp_path_factory.mktemp("weak"), "C") as weak:
        found = weak.run(pair, Plan("weak", argv=("server",), roots=TALK))
        rude = weak.run(pair, Plan("weak-peer", argv=("server",), roots=RUDE))

        assert (weak.rung, found.outcome, found.stdout) == ("C", "exited", b"client has abc\ngot client\n")
        assert {each.name for each in found.end.residue} == set()
        assert (rude.outcome, rude.stdout, rude.programs["rude"].exit_status) == ("exited", b"got a\ngot b\n", 0)
        assert rude.programs["rude"].argv[0] == "/peers/adversary.py"


def test_a_further_program_is_nobody_s_child(runner: Runner, pair: Artifact) -> None:
    """A program that waits for children has none, whatever runs beside it."""
    found = run(runner, pair, "wait", "waits", roots=(Root("other", ("says", "x")),))

    assert found.printed("P0") == f"{errno.ECHILD}\n".encode()


def test_programs_start_in_the_order_of_the_plan_and_the_schedule_says_who_goes_on(
    runner: Runner, pair: Artifact
) -> None:
    """All stand at their own first step before one takes it; then any order is possible."""
    roots = (Root("b", ("says", "b")), Root("c", ("says", "c")))
    fair = run(runner, pair, "order", "says", "a", roots=roots)
    seeds = [run(runner, pair, f"order-{n}", "says", "a", roots=roots, schedule=f"r1:{n}") for n in range(1, 13)]

    assert fair.stdout == b"abc"
    assert [event.task for event in fair.events if event.kind == "begin"] == ["P0", "P1", "P2"]
    assert len({each.stdout for each in seeds}) >= 4


def test_a_replayed_schedule_of_several_programs_is_the_same_run(runner: Runner, pair: Artifact) -> None:
    """A token names the same run, its digest in it."""
    roots = (Root("b", ("says", "b")), Root("c", ("says", "c")))
    plan = Plan("one", argv=("says", "a"), roots=roots, schedule="r1:7")
    first = runner.lab.run(pair, plan)
    token = runner.lab.notes_of(pair, plan).replay
    again = run(runner, pair, "two", "says", "a", roots=roots, schedule=token)

    assert (again.end.digest, again.stdout) == (first.end.digest, first.stdout)


@pytest.mark.parametrize("address", ["./box.sock", "@abstract"])
def test_a_program_starts_when_a_socket_listens(runner: Runner, pair: Artifact, address: str) -> None:
    """Then a connection is never refused, and abstract names lead from one program to another."""
    roots = (Root("client", ("connects", address), when=When("listening", call=address)),)
    found = run(runner, pair, f"socket-{address[0]}", "listens", address, roots=roots)

    assert (found.outcome, found.stdout, found.stderr) == ("exited", b"got hello\n", b"")


def test_a_program_whose_state_never_comes_is_told(runner: Runner, pair: Artifact) -> None:
    """It is on record, and no program of that name is in the run."""
    roots = (Root("late", ("says", "x"), when=When("exists", call="nothing")),)
    found = run(runner, pair, "never", "says", "a", roots=roots)

    assert [(e.kind, e.text("root")) for e in found.events if e.kind == "unstarted"] == [("unstarted", "late")]
    assert (found.outcome, list(found.programs)) == ("exited", ["P0"])


def test_a_signal_can_be_sent_to_a_further_program_by_its_name(runner: Runner, pair: Artifact) -> None:
    """Also a state can be its."""
    kill = Stimulus(When("blocked", "rests", "pause"), "signal", signal="SIGTERM", process="rests")
    found = run(runner, pair, "signal", "says", "a", roots=(Root("rests", ("rests",)),), stimuli=(kill,))

    assert (found.outcome, found.programs["rests"].killed_by) == ("exited", "SIGTERM")


def test_a_run_is_not_over_while_a_program_of_the_submission_waits(runner: Runner, pair: Artifact) -> None:
    """The first one's end is not the end of all."""
    found = run(runner, pair, "open", "says", "a", roots=(Root("rests", ("rests",)),))

    assert (found.outcome, found.exit_status, found.programs["rests"].exit) == ("deadlock", 1, None)


def test_one_program_may_not_signal_another(runner: Runner, pair: Artifact) -> None:
    """To each other they are as processes of different users."""
    roots = (Root("kills", ("kills", "2"), when=When("blocked", "P0", "pause")),)
    stop = Stimulus(When("exited", "kills"), "signal", signal="SIGTERM")
    found = run(runner, pair, "kill", "rests", roots=roots, stimuli=(stop,))

    assert (found.printed("kills"), found.root.killed_by) == (f"{errno.EPERM}\n".encode(), "SIGTERM")


def test_the_children_of_a_further_program_belong_to_it(runner: Runner, pair: Artifact) -> None:
    """The names of children do not hang on when a program starts: they come after those of all programs."""
    found = run(runner, pair, "family", "forks", roots=(Root("other", ("forks",)),))

    assert sorted(process.name for process in found.processes) == ["P0", "P1", "P2", "P3"]
    assert [process.name for process in found.of("P0")] == ["P0", "P2"]
    assert [process.name for process in found.of("other")] == ["P1", "P3"]


@pytest.mark.parametrize(
    ("roots", "fault"),
    [
        ((Root("P1"),), "'P1' is no name for a further program"),
        ((Root("outside"),), "'outside' is no name"),
        ((Root("one"), Root("one")), "'one' stands for two programs"),
        ((Root("one", peer="../peer.py"),), "is no file's name"),
        ((Root("one", stdin=bytes((1 << 20) + 1)),), "cannot be given 1048577 bytes"),
    ],
)
def test_a_plan_with_impossible_programs_is_refused(
    runner: Runner, pair: Artifact, roots: tuple[Root, ...], fault: str
) -> None:
    """The fault is the author's, and says what to write."""
    with pytest.raises(UsageError, match=fault):
        run(runner, pair, "refused", "says", "a", roots=roots)
