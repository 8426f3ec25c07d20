"""The universal rules on real programs: each wrong one has exactly its findings, and no right one has any.

The programs of `tests/programs/rules` are built, run in the box and judged for real. Half of them were written to attack
rules that were finished; `docs/rules.md` says what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.analysis import LEVELS, rules
from grader.evidence import Evidence
from grader.exercise import read_submission
from grader.explore import Lab
from grader.model import Exercise, Limits, Plan

PROGRAMS = Path(__file__).parents[1] / "programs" / "rules"
ANYTHING = Exercise("program", "any program", 1, (), 1, ("python", "c"), "")
RIGHT = sorted(path.name for path in (PROGRAMS / "right").iterdir() if path.is_file())
WRONG: dict[str, set[tuple[str, str]]] = {
    "child_closes_what_its_parent_closed.c": {("bad-descriptor", "P1")},
    "closed_by_a_file_object.py": {("bad-descriptor", "P0")},
    "closed_by_another_thread.c": {("bad-descriptor", "P0")},
    "closed_in_handler_too.c": {("bad-descriptor", "P0")},
    "closes_twice.c": {("bad-descriptor", "P0")},
    "closes_under_a_stream.c": {("bad-descriptor", "P0")},
    "dies_of_sigpipe.c": {("broken-pipe", "P1")},
    "exits_in_handler.c": {("orphan", "P1"), ("unsafe-handler", "P0")},
    "idle_end.py": {("unused-pipe-end", "P0")},
    "leaks_connections.c": {("descriptor-leak", "P0")},
    "leaks_descriptor_in_handler.c": {("descriptor-leak", "P0")},
    "leaks_fifo_opens.c": {("descriptor-leak", "P1")},
    "leaks_folders.c": {("descriptor-leak", "P0")},
    "leaks_from_blocked_server.py": {("descriptor-leak", "P0")},
    "leaks_into_exec.c": {("descriptor-leak", "P1")},
    "leaks_into_many.c": {("unused-pipe-end", "P2"), ("unused-pipe-end", "P3")},
    "leaks_into_system.c": {("descriptor-leak", "P1")},
    "leaks_pidfds.py": {("descriptor-leak", "P0")},
    "leaks_read_ends.c": {("descriptor-leak", "P0")},
    "leaks_saved_output.py": {("descriptor-leak", "P0")},
    "leaks_socket_pairs.c": {("descriptor-leak", "P0")},
    "leaves_fifo.c": {("residue", "P0")},
    "locks_in_handler.c": {("deadlock", "P0"), ("unsafe-handler", "P0")},
    "mutual_wait.py": {("deadlock", "P0")},
    "orphan.py": {("orphan", "P1")},
    "prints_in_handler.c": {("unsafe-handler", "P0")},
    "reader_keeps_write_end.c": {("deadlock", "P0"), ("unused-pipe-end", "P1")},
    "sends_after_close.py": {("bad-descriptor", "P0")},
    "sigpipe_on_fifo.c": {("broken-pipe", "P0")},
    "sigpipe_on_socket.c": {("broken-pipe", "P0")},
    "spin_accept.py": {("spin", "P0")},
    "spin_dont_wait.c": {("spin", "P0")},
    "spin_epoll.c": {("spin", "P0")},
    "spin_fifo_eof.c": {("spin", "P0")},
    "spin_hangup.c": {("spin", "P0")},
    "spin_kill.c": {("spin", "P0")},
    "spin_poll.py": {("spin", "P0")},
    "spin_read.c": {("spin", "P0")},
    "spin_record_lock.c": {("spin", "P1")},
    "spin_select.py": {("spin", "P0")},
    "spin_signal.c": {("spin", "P0")},
    "spin_stdin.py": {("spin", "P0")},
    "spin_system_v.c": {("spin", "P0")},
    "spin_together.c": {("spin", "P1"), ("spin", "P2")},
    "spin_trylock.py": {("spin", "P1")},
    "spin_waitpid.c": {("spin", "P0")},
    "waits_in_handler.c": {("deadlock", "P0"), ("unsafe-handler", "P0")},
    "write_after_close.c": {("bad-descriptor", "P0")},
    "zombie.c": {("unreaped-child", "P0")},
}
FEW = Limits(idle=8_000)
"""Fewer calls in vain than are allowed by default: they prove as much, and take less of the tests' time."""
ENDLESS = {"spin_hangup.c", "spin_stdin.py", "leaks_from_blocked_server.py"}
"""Wrong programs that a limit, or the end of all that could happen, has to stop."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One laboratory for all programs."""
    with Lab.open(tmp_path_factory.mktemp("evidence")) as opened:
        yield opened


def run_of(lab: Lab, program: Path) -> Evidence:
    """The program's one run, with an empty input and no argument."""
    return lab.run(lab.build(read_submission(program, ANYTHING)), Plan("alone", limits=FEW))


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_is_accused_of_nothing(name: str, lab: Lab) -> None:
    """It ends well, all of it was seen, and no rule speaks."""
    run = run_of(lab, PROGRAMS / "right" / name)

    assert (run.outcome, run.exit_status, run.complete, run.stderr) == ("exited", 0, True, b"")
    assert [(finding.rule, finding.process, finding.seen) for finding in rules(run)] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_has_exactly_its_findings(name: str, lab: Lab) -> None:
    """Rule and process, no more and no fewer, each standing on events of the run."""
    run = run_of(lab, PROGRAMS / "wrong" / name)
    findings = rules(run)

    assert run.complete
    assert {(finding.rule, finding.process) for finding in findings} == WRONG[name]
    assert len(findings) == len(WRONG[name])
    assert all(1 <= n <= len(run.events) for finding in findings for n in finding.events)
    assert (run.outcome in {"limit", "blocked"}) == (name in ENDLESS)


def test_every_program_is_judged_and_every_rule_is_broken() -> None:
    """No program lies about unused, and each rule has a real program that breaks it."""
    assert set(WRONG) == {path.name for path in (PROGRAMS / "wrong").iterdir() if path.is_file()}
    assert {rule for findings in WRONG.values() for rule, _ in findings} == set(LEVELS)
