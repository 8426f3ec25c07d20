"""In: the evidence of one run; out: whether a child handed `hello` to its parent, which printed it, and nothing is left.

The kind of IPC is free, so the checks ask where bytes went, not by which call. What is written into shared memory is not on
record: memory that the child can write and the parent can see counts as a way on which `hello` may have come.
"""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    Parameters,
    PipeView,
    Plan,
    ProcessView,
    fail,
    fate,
    mappings,
    own_processes,
    printed_lines,
    require,
    require_all_reaped,
    require_lines,
    require_nothing_left,
    uses,
)

WORD = b"hello"
NOT_IPC = ("stdin", "stdout", "stderr", "file ", "device ", "shm ")
GIVES = "write writev pwritev pwritev2 sendto sendmsg mq_timedsend vmsplice msgsnd splice tee sendfile".split()
TAKES = "read readv preadv preadv2 recvfrom recvmsg mq_timedreceive msgrcv splice tee".split()


def plans(parameters: Parameters) -> dict[str, Plan]:
    """One run: the program reads nothing and takes no arguments."""
    del parameters
    return {"plain": Plan("plain")}


@pytest.mark.check(points=2, schedules="hurried")
def test_ends_by_itself(run: Evidence) -> None:
    """the program comes to its end, with status 0"""
    if run.deadlock:
        fail(
            seen=f"deadlock: {'; '.join(run.deadlock)}",
            why="each process waits for what only one of them could give, so none goes on, ever",
            next="look at the last call of each: which end of which pipe, still open, does it wait for?",
            events=(*run.blocked, run.last),
        )
    require(
        run.outcome == "exited" and run.exit_status == 0,
        seen=f"{run.root.name} {fate(run, run.root)}",
        why="another status than 0, or none, tells whoever started the program that it has failed",
        next="look for the way on which it ends, or for what it waits for",
        events=(run.root.exit or run.last,),
    )


@pytest.mark.check(points=1, needs=("ends_by_itself",), schedules="hurried")
def test_nothing_is_left_behind(run: Evidence) -> None:
    """nothing is left behind"""
    require_nothing_left(run)


@pytest.mark.check(points=1, needs=("ends_by_itself",), schedules="hurried")
def test_nobody_outlives_the_parent(run: Evidence) -> None:
    """every child has ended before the parent ends"""
    end = run.root.exit or run.last
    for child in own_processes(run)[1:]:
        require(
            child.exit and child.exit.n < end.n,
            seen=f"{run.root.name} ended at event {end.n}, and {child.name}, made at event {child.born.n}, was still alive",
            why="a process without its parent runs on where nobody looks for it, and holds what it has open",
            next=f"see to it that {child.name} ends, and wait for it",
            events=(child.born, end),
        )


@pytest.mark.check(points=1, needs=("nobody_outlives_the_parent",), schedules="hurried")
def test_child_is_reaped(run: Evidence) -> None:
    """the parent collects the status of its child"""
    require_all_reaped(run)


@pytest.mark.check(points=3, needs=("ends_by_itself",), schedules="hurried")
def test_hello_crosses(run: Evidence) -> None:
    """hello goes from the child to the parent"""
    children = own_processes(run)[1:]
    seen_by_parent = shared(run, run.root)
    if crossed(run) or any(shared(run, child, writes=True) & seen_by_parent for child in children):
        return
    others = ", ".join(child.name for child in children)
    wrote = run.writes(by=run.root.name, on="stdout")
    fail(
        seen=f"no byte of hello ever crossed a process border: {run.root.name} has read none from "
        + (f"{others}, and shares no memory with {'it' if len(children) == 1 else 'them'}" if others else "anybody")
        + ("" if others else ", for it made no child"),
        why="the parent can print only a word that it had all along: nothing was handed over",
        next="write hello in the child to something that the parent reads, and print what was read",
        events=(*(child.born for child in children), *wrote[:1], run.last),
    )


@pytest.mark.check(points=1, needs=("ends_by_itself",), schedules="hurried")
def test_closes_unused_pipe_ends(run: Evidence) -> None:
    """each process closes the pipe ends that it does not use"""
    for pipe in run.pipes:
        for process in own_processes(run) if pipe.read else ():
            for mode in ("write", "read"):
                require_not_kept(run, process, pipe, mode)


@pytest.mark.check(points=1, needs=("ends_by_itself",), schedules="hurried")
def test_prints_hello(run: Evidence) -> None:
    """the parent prints hello, and nothing else comes out"""
    require_lines(
        run,
        (WORD.decode(),),
        why="the line hello is all that the program has to say",
        wrong="print the five bytes that came from the child, and a newline",
    )
    line = printed_lines(run)[0]
    require(
        line.processes == (run.root.name,),
        seen=f"the line was printed by {' and '.join(line.processes)}",
        why="the parent is the one that prints",
        next="let the child hand the word over, and nothing more",
        events=line.writes,
    )


# What the checks ask of a run


def crossed(run: Evidence) -> bool:
    """Whether the parent took `hello` out of something into which other processes had put it."""
    taken = run.calls(*TAKES, by=run.root.name, ok=True)
    for name in dict.fromkeys(channel(event.text("object") or event.text("id")) for event in taken):
        if name and may_hold(run, name, GIVES, own=False) and may_hold(run, name, TAKES, own=True):
            return True
    return False


def channel(name: str) -> str:
    """The object, or `sockets` for every socket: the two ends of a connection have two names. Empty if it is no IPC."""
    if name.startswith("socket"):
        return "sockets"
    return "" if name.startswith(NOT_IPC) else name


def may_hold(run: Evidence, name: str, calls: list[str], *, own: bool) -> bool:
    """Whether what the parent (`own`) or the others moved by these calls has `hello` in it.

    Calls whose bytes are not on record (splice, System V messages) may have moved it.
    """
    moved = b""
    for event in run.calls(*calls, ok=True):
        what = event.text("object") or event.text("id")
        if calls is GIVES:
            what = event.text("to_object") or what
        if channel(what) != name or (event.process == run.root.name) is not own:
            continue
        if event.data is None and (event.result or event.call == "msgsnd"):
            return True
        moved += event.data or b""
    return WORD in moved


def shared(run: Evidence, process: ProcessView, *, writes: bool = False) -> set[str]:
    """The shared memory that the process had, its own and inherited, by name; with `writes`, what it may write to."""
    found = {
        event.text("object") or f"the memory of event {event.n}"
        for event in mappings(run, process, "")
        if event.args.get("write") or not writes
    }
    for event in run.calls("shmat", ok=True):
        own = event.process == process.name
        inherited = process.parent and event.process == process.parent.name and event.n < process.born.n
        if own or inherited:
            found.add(event.text("id"))
    return found


def require_not_kept(run: Evidence, process: ProcessView, pipe: PipeView, mode: str) -> None:
    """The process used this end, never had it, or closed it before its own end."""
    opened = process.opened(pipe.name, mode)
    if opened is None or process.killed_by or uses(run, process, pipe, mode) or process.closed(pipe.name, mode):
        return
    fail(
        seen=f"{process.name} never used the {mode} end of {pipe.name} (its own since event {opened.n}), and never closed it",
        why={
            "write": "as long as anybody holds the write end, no reader is told that the pipe is at its end",
            "read": "as long as anybody holds the read end, no writer is told that nobody listens any more",
        }[mode],
        next=f"close the {mode} end in {process.name} right after the fork",
        events=(opened, process.exit or run.last),
    )
