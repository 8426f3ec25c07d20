"""An exercise whose plans start a server and clients: the command grades it, over schedules, and judges its evidence again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.system.cli.commands import command, write_course

ROOTS = Path(__file__).parents[2] / "programs" / "roots"
CHECKS = '''\
import pytest
from grader import Plan, Root, When, require

LISTENS = When("listening", call="./echo.sock")

def plans(parameters):
    slow = Root("slow", ("slow", "stream:./echo.sock", "reply=frames:1"), "adversary.py", b"\\0\\0\\0\\2ab", LISTENS)
    own = Root("own", peer="PEER", stdin=b"\\0\\0\\0\\2ab", when=LISTENS)
    return {"two": Plan("two", argv=("2",), roots=(slow, own))}

@pytest.mark.check(points=2, schedules="every")
def test_each_client_is_answered(run):
    """each client gets its whole answer"""
    for name in ("slow", "own"):
        client = run.programs[name]
        require(client.exit_status == 0, seen=f"{client.name} ({name}) {client.exit_status}, event {run.last.n}",
                why="a stream has no messages: what was sent in one piece may come in many",
                next="read until all bytes of a frame are there", events=[run.last])
'''
OWN = "import adversary, os\nos._exit(adversary.main('polite', 'stream:./echo.sock', 'reply=frames:1'))\n"
HASTY = ('data = whole(one, int.from_bytes(head, "big"))', "data = one.recv(1024)")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one exercise, which has a peer of its own."""
    found = write_course(tmp_path)
    exercise = found / "exercises" / "ends"
    exercise.joinpath("test_ends.py").write_text(CHECKS.replace("PEER", "own.py"))
    exercise.joinpath("peers").mkdir()
    exercise.joinpath("peers", "own.py").write_text(OWN)
    shutil.copy(ROOTS / "echo.py", tmp_path / "right.py")
    text = ROOTS.joinpath("echo.py").read_text()
    assert HASTY[0] in text
    tmp_path.joinpath("wrong.py").write_text(text.replace(*HASTY))
    return found


def test_a_server_is_graded_against_peers_and_its_evidence_judged_again(course: Path, tmp_path: Path) -> None:
    """What reads whole frames passes under every schedule; what takes one receive for a message fails, today and later."""
    options = ("--exercise", "ends", "--course", str(course), "--budget", "small")
    right = command(tmp_path, "check", "right.py", *options)
    wrong = command(tmp_path, "check", "wrong.py", *options, "--evidence", "kept")
    again = command(tmp_path, "recheck", "kept", "--course", str(course))

    assert (right.status, wrong.status, again.status) == (0, 1, 1), right.err + wrong.err + again.err
    assert "P1 (slow)" in wrong.out
    assert "P1 (slow)" in again.out


def test_a_plan_that_names_a_peer_which_does_not_exist_is_the_author_s_fault(course: Path, tmp_path: Path) -> None:
    """The message names those that exist."""
    (course / "exercises" / "ends" / "test_ends.py").write_text(CHECKS.replace("PEER", "absent.py"))
    found = command(tmp_path, "check", "right.py", "--exercise", "ends", "--course", str(course))

    assert found.status == 2
    assert "starts the peer 'absent.py', which does not exist" in found.err
    assert "adversary.py, own.py" in found.err


def test_trace_starts_a_program_several_times(tmp_path: Path) -> None:
    """Each group of arguments is one program; a replay command has them too."""
    shutil.copy(ROOTS / "pair.c", tmp_path)
    found = command(tmp_path, "trace", "--", "pair.c", "server", ":::", "client")

    assert found.status == 0, found.err
    assert "P1  a program beside it  /box/program client  exited 0" in found.out
    assert "P1 (program-2) starts: /box/program client" in found.out
