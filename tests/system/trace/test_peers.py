"""In: a right server, and peers that are slow, silent, dying; out: what it sees of them, and that nobody is accused."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from grader import Fault, Plan, Root, When
from grader.analysis import rules
from grader.evidence import Evidence
from grader.model import Submission
from tests.system.trace.runner import Runner

PROGRAMS = Path(__file__).parents[2] / "programs" / "roots"
SOCKET = "stream:./echo.sock"
FRAME = b"\0\0\0\5hello"
REPLY = b"\0\0\0\5olleh"
LISTENS = When("listening", call="./echo.sock")


def peer(name: str, *words: str, stdin: bytes = FRAME) -> Root:
    """A peer of this behaviour, which comes when the server listens."""
    return Root(name, (words[0] if words else name, SOCKET, *words[1:]), "adversary.py", stdin, LISTENS)


def served(runner: Runner, language: str, *peers: Root, **plan: object) -> Evidence:
    """One run of the echo server with these clients."""
    name, kind = {"c": ("echo.c", "c"), "python": ("echo.py", "python")}[language]
    artifact = runner._built.get(name)  # noqa: SLF001 - built once for all tests, as the runner's own programs are
    if artifact is None:
        source = (PROGRAMS / name).read_bytes()
        artifact = runner._built[name] = runner.lab.build(  # noqa: SLF001
            Submission(name, kind, {name: source}, name if kind == "python" else "", "")
        )
    title = "-".join([language, *(each.name for each in peers), *plan.keys()])
    return runner.lab.run(artifact, Plan(title, argv=(str(len(peers)),), roots=peers, **plan))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["c", "python"])
def test_a_right_server_serves_three_kinds_of_clients(runner: Runner, language: str) -> None:
    """All at once, by one byte at a time, and with its half closed: each has its whole answer and says so by its status."""
    peers = (
        peer("polite", "polite", "reply=frames:1"),
        peer("slow", "slow", "reply=frames:1"),
        peer("half", "half-closing", "reply=eof"),
    )
    found = served(runner, language, *peers)
    slow = [event.data for event in found.writes(by="P2") if event.text("object").startswith("socket")]

    assert (found.outcome, found.stdout, found.complete) == ("exited", b"child 0\n" * 3, True)
    assert [found.programs[name].exit_status for name in ("polite", "slow", "half")] == [0, 0, 0]
    assert slow == [bytes([byte]) for byte in FRAME]
    assert found.peers == {"P1", "P2", "P3"}
    assert rules(found) == ()


@pytest.mark.parametrize("language", ["c", "python"])
def test_a_server_sees_the_end_of_a_peer_that_dies_mid_way(runner: Runner, language: str) -> None:
    """Killed after six bytes of nine: the server reads these, and then the end."""
    found = served(runner, language, peer("dying", "dying", "at=6"))

    assert (found.outcome, found.stdout) == ("exited", b"child 1\n")
    assert found.programs["dying"].killed_by == "SIGKILL"
    assert rules(found) == ()


def test_a_server_sees_a_reset_from_a_peer_that_does_not_read(runner: Runner) -> None:
    """It closes with the answer unread."""
    found = served(runner, "c", peer("resetting"))

    assert found.stdout == f"child {errno.ECONNRESET}\n".encode()


@pytest.mark.parametrize("behaviour", ["silent", "deaf"])
def test_to_wait_for_a_peer_that_never_moves_is_no_deadlock(runner: Runner, behaviour: str) -> None:
    """A peer is the world outside: whoever waits for it may wait for ever, and is not accused."""
    found = served(runner, "c", peer(behaviour, *(["deaf", "times=2"] if behaviour == "deaf" else [])))

    assert (found.outcome, found.complete, found.deadlock) == ("blocked", True, ())
    assert rules(found) == ()


def test_a_flood_stops_at_a_server_that_answers_and_is_not_read(runner: Runner) -> None:
    """Both directions are full: the peer sleeps in its write, the server's child in its own."""
    found = served(runner, "c", peer("flooding", "flooding", "times=50000", "size=9000", stdin=FRAME * 1000))
    asleep = {event.task for event in found.blocked}

    assert (found.outcome, asleep) == ("blocked", {"P0", "P1", "P2"})
    assert rules(found) == ()


def test_a_submission_can_do_nothing_to_a_peer(runner: Runner) -> None:
    """It may neither end it nor look into it, nor reach the socket that process 1 has kept; its tries are on record."""
    source = (PROGRAMS / "hostile.py").read_bytes()
    artifact = runner.lab.build(Submission("hostile.py", "python", {"hostile.py": source}, "hostile.py", ""))
    silent = peer("silent")
    found = runner.lab.run(artifact, Plan("hostile", roots=(silent,)))
    said = dict(line.split(": ") for line in found.stdout.decode().splitlines())

    assert said == {
        "kill": "EPERM",
        "memory": "EACCES",
        "input": "EACCES",
        "trace": "EPERM",
        "a file beside it": "EROFS",
        "its socket": "EACCES",
        "a descriptor": "EPERM",
    }
    assert found.programs["silent"].exit is None
    assert found.first("kill", by="P0", ok=False) is not None


def test_a_peer_of_an_exercise_finds_the_shared_ones_beside_it(runner: Runner) -> None:
    """Its file comes with the submission, and is no part of it."""
    own = b"import adversary, os\nos._exit(adversary.main('polite', 'stream:./echo.sock', 'reply=frames:1') + 4)\n"
    source = (PROGRAMS / "echo.c").read_bytes()
    submission = Submission("echo.c", "c", {"echo.c": source}, "", "", peers={"own.py": own})
    root = Root("own", peer="own.py", stdin=FRAME, when=LISTENS)
    found = runner.lab.run(runner.lab.build(submission), Plan("own", argv=("1",), roots=(root,)))

    assert (found.outcome, found.programs["own"].exit_status) == ("exited", 4)


WAYS = {
    "dgram": ("dgram:./box", When("exists", call="./box"), ("answer=./back",)),
    "seqpacket": ("seqpacket:./box", When("listening", call="./box"), ()),
    "fifo": ("fifo:./box", When("exists", call="./box"), ("answer=./back",)),
    "queue": ("queue:/box", When("exists", call="/box"), ("answer=/back",)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_shared_peer_knows_each_way_to_a_program(runner: Runner, way: str) -> None:
    """Messages of two bytes, or bytes in pieces of two, one reply, and nothing left behind."""
    source = (PROGRAMS / "reader.c").read_bytes()
    artifact = runner.lab.build(Submission("reader.c", "c", {"reader.c": source}, "", ""))
    address, when, words = WAYS[way]
    root = Root("peer", ("polite", address, "size=2", "reply=2", *words), "adversary.py", b"abcd", when)
    found = runner.lab.run(artifact, Plan(f"way-{way}", argv=(way,), roots=(root,)))
    sizes = [line for line in found.stdout.decode().split() if line != "ready"]

    assert (found.outcome, found.programs["peer"].exit_status, found.stderr) == ("exited", 0, b"")
    assert sizes in (["2", "2"], ["4", "0"])
    assert found.end.residue == ()


def test_a_peer_whose_server_is_gone_says_so_by_its_status(runner: Runner) -> None:
    """Nobody listens: the connection is refused, and nothing is printed."""
    nobody = Root("late", ("polite", SOCKET), "adversary.py", FRAME, When("exited", "client"))
    client = peer("client", "polite", "reply=frames:1")
    source = (PROGRAMS / "echo.c").read_bytes()
    artifact = runner.lab.build(Submission("echo.c", "c", {"echo.c": source}, "", ""))
    found = runner.lab.run(artifact, Plan("gone", argv=("1",), roots=(client, nobody)))

    assert (found.programs["client"].exit_status, found.programs["late"].exit_status) == (0, 1)
    assert (found.outcome, found.stderr) == ("exited", b"")


@pytest.mark.parametrize(("named", "hit"), [("", "P2"), ("large", "P1")])
def test_a_fault_hits_no_peer_unless_it_names_one(runner: Runner, named: str, hit: str) -> None:
    """Both sides sleep in the middle of a frame that no buffer holds; cut short is the write of the program that is judged."""
    size = 300_000
    large = peer("large", "polite", f"reply={size + 4}", stdin=size.to_bytes(4, "big") + bytes(size))
    fault = Fault("short write", process=named, times=99)
    found = served(runner, "c", large, faults=(fault,))

    assert {event.process for event in found.struck} == {hit}
    assert found.programs["large"].exit_status == 0
    assert rules(found) == ()
