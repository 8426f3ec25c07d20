"""In: the evidence of each plan's run; out: whether the bytes went one way through one pipe until end-of-file.

All checks judge what the processes did, never how the program is written. Which process reads the pipe, and what it
does to the bytes, are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Event,
    Evidence,
    Limits,
    Parameters,
    PipeView,
    Plan,
    ProcessView,
    Stimulus,
    When,
    fail,
    fate,
    first_difference,
    gettext,
    require,
    require_all_reaped,
    require_one_child,
    uses,
)

SMALL = b"abcdefghijklmnopqrstuvwxyz"
TABLES = {
    "upper": bytes.maketrans(SMALL, SMALL.upper()),
    "lower": bytes.maketrans(SMALL.upper(), SMALL),
    "swap-case": bytes.maketrans(SMALL + SMALL.upper(), SMALL.upper() + SMALL),
    "rot13": bytes.maketrans(SMALL + SMALL.upper(), SMALL[13:] + SMALL[:13] + SMALL[13:].upper() + SMALL[:13].upper()),
    "hide-digits": bytes.maketrans(b"0123456789", b"##########"),
}

TEXT = b"Ahoy, Zoe: @[`{ /09:\nmany Zn, Nm and 3 bytes of anything;\nthe last line has no newline"
EVERY_VALUE = bytes(range(256)) + bytes(reversed(range(256)))
LARGE = bytes(b"\n"[0] if place % 61 == 60 else 32 + (place * 7 + place // 95) % 95 for place in range(9_001))
PIECES = (b"A", b" piece, 2\nand ", b"z")
LIMITS = Limits(idle=1_000)  # a reader that asks again after the end is not watched for long
ENDLESS = 50  # reads of end-of-file after which a reader counts as one that does not stop


def plans(parameters: Parameters) -> dict[str, Plan]:
    """A short text, nothing, all byte values, more than a pipe holds, and pieces that come when everybody waits."""
    del parameters
    quiet = When("quiet")
    pieces = tuple(Stimulus(quiet, "write", data=piece) for piece in PIECES)
    every = (
        Plan("text", stdin=TEXT, limits=LIMITS),
        Plan("empty", limits=LIMITS),
        Plan("values", stdin=EVERY_VALUE, limits=LIMITS),
        Plan("large", stdin=LARGE, limits=LIMITS, pipe_capacity=4_096),
        Plan("late", stdin_open=True, stimuli=(*pieces, Stimulus(quiet, "close")), limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


# What comes out


@pytest.mark.check(points=1, plans=("text", "empty"), schedules="every")
def test_copies_text(run: Evidence, parameters: Parameters) -> None:
    """a short text comes out changed as asked, an empty one as nothing"""
    require_output(
        run, parameters, "every byte of a text must come out, changed as the statement asks, and nothing else"
    )


@pytest.mark.check(points=1, needs=("copies_text",), plans=("values",), schedules="every")
def test_keeps_every_byte_value(run: Evidence, parameters: Parameters) -> None:
    """all 256 byte values pass"""
    require_output(run, parameters, "a pipe carries bytes, not text: any of the 256 values may come, 0 and 255 as well")


@pytest.mark.check(points=1, needs=("copies_text",), plans=("large",), schedules="every")
def test_copies_large_input(run: Evidence, parameters: Parameters) -> None:
    """9,001 bytes pass, more than the pipe holds"""
    require_output(
        run, parameters, "a pipe holds at most 65,536 bytes (here 4,096): the reader must read while the writer writes"
    )


@pytest.mark.check(points=1, needs=("copies_text",), plans=("late",), schedules="every")
def test_waits_for_late_input(run: Evidence, parameters: Parameters) -> None:
    """input that comes in pieces passes whole"""
    require_output(run, parameters, "a read that brings little is not the end of the input; only the result 0 is")


# Which way it goes


@pytest.mark.check(points=1, plans=("text",), schedules="every")
def test_one_pipe_one_child(run: Evidence, parameters: Parameters) -> None:
    """every byte goes from the writer through one pipe to the reader"""
    require_one_child(run)
    writer, reader = sides(run, parameters)
    pipe = require_one_pipe(run, writer, reader)
    require_users(run, "stdin", run.pipe("stdin").readers(), writer, "reads standard input")
    require_users(run, "stdout", run.pipe("stdout").writers(), reader, "writes to standard output")
    require(
        pipe.read == TEXT,
        seen=f"what {reader.name} has read from {pipe.name} is not standard input: {difference(TEXT, pipe.read)}",
        why="the pipe carries the bytes of standard input, unchanged, and nothing else: no count and no mark",
        next="let the writer copy, and let the reader do the changing; the end is told by closing",
        events=(*pipe.writes[:1], pipe.reads[-1]),
    )


@pytest.mark.check(points=1, needs=("one_pipe_one_child",), plans=("text", "empty"), schedules="every")
def test_reader_closes_write_end(run: Evidence, parameters: Parameters) -> None:
    """the reader closes its write end before its first read"""
    _, reader = sides(run, parameters)
    pipe = link(run, reader)
    require_closed(reader, pipe, "write", uses(run, reader, pipe))


@pytest.mark.check(points=1, needs=("one_pipe_one_child",), plans=("text",), schedules="every")
def test_writer_closes_read_end(run: Evidence, parameters: Parameters) -> None:
    """the writer closes its read end before its first write"""
    writer, reader = sides(run, parameters)
    pipe = link(run, reader)
    require_closed(writer, pipe, "read", uses(run, writer, pipe))


# How it ends


@pytest.mark.check(points=1, needs=("one_pipe_one_child",), plans=("text", "empty"), schedules="every")
def test_reader_sees_end_of_file(run: Evidence, parameters: Parameters) -> None:
    """the reader reads until end-of-file, and then stops"""
    _, reader = sides(run, parameters)
    pipe = link(run, reader)
    ends = ends_seen(reader, pipe)
    if not ends:
        explain_no_end(run, parameters, pipe)
    require(
        len(ends) < ENDLESS,
        seen=f"{called(reader)} was told the end of {pipe.name} at event {ends[0].n}, and asked {len(ends) - 1} times more",
        why="the result 0 means end-of-file: no further read can bring anything",
        next="leave the loop as soon as read returns 0",
        events=ends[:2],
    )


@pytest.mark.check(
    points=1, needs=("reader_sees_end_of_file",), plans=("text", "empty", "values", "large", "late"), schedules="every"
)
def test_child_is_reaped(run: Evidence) -> None:
    """the parent collects the child's status before it ends"""
    if run.root.exit:  # else it never ended: the check of the exit status says so
        require_all_reaped(run)


@pytest.mark.check(
    points=1, needs=("reader_sees_end_of_file",), plans=("text", "empty", "values", "large", "late"), schedules="every"
)
def test_exits_zero(run: Evidence, parameters: Parameters) -> None:
    """both processes end, with status 0"""
    if run.stdout != changed(given(run), parameters):
        return  # a run without its whole output is the matter of the check of that output
    for process in run.processes:
        require(
            process.exit_status == 0 and (process is not run.root or run.outcome == "exited"),
            seen=f"{called(process)} {fate(run, process)}",
            why="a status other than 0 tells whoever started the program that it has failed",
            next=f"look for the way on which {process.name} ends, and let it end with status 0",
            events=(process.exit or run.last,),
        )


# What the checks ask of a run


def given(run: Evidence) -> bytes:
    """All that the plan puts into standard input."""
    plan = run.header.plan
    return plan.stdin + b"".join(stimulus.data for stimulus in plan.stimuli)


def changed(data: bytes, parameters: Parameters) -> bytes:
    """What must come out of a correct program."""
    return data.translate(TABLES[str(parameters["transform"])])


def difference(expected: bytes, found: bytes) -> str:
    """In words where two byte strings differ first."""
    place = first_difference(expected, found)
    if place < min(len(expected), len(found)):
        return gettext(f"byte {place + 1} is {found[place]:#04x} where {expected[place]:#04x} was expected")
    return gettext(f"{len(found)} bytes where {len(expected)} were expected")


def sides(run: Evidence, parameters: Parameters) -> tuple[ProcessView, ProcessView]:
    """The process that has to write the pipe, and the one that has to read it. The run has a child."""
    parent, child = run.root, run.root.children[0]
    return (parent, child) if parameters["reader"] == "child" else (child, parent)


def link(run: Evidence, reader: ProcessView) -> PipeView:
    """The pipe between the two: the one that bytes crossed, else the first that the reader tried to read."""
    inherited = [pipe for pipe in run.pipes if pipe.created and pipe.created.n < run.root.children[0].born.n]
    crossed = [pipe for pipe in inherited if pipe.read and crossing(pipe)]
    tried = [pipe for pipe in inherited if uses(run, reader, pipe)]
    return (crossed or tried or inherited)[0]


def crossing(pipe: PipeView) -> bool:
    """Whether one process put something in and another took something out."""
    takers = {event.process for event in pipe.reads if event.result}
    return any(taker != event.process for taker in takers for event in pipe.writes)


def ends_seen(reader: ProcessView, pipe: PipeView) -> tuple[Event, ...]:
    """The reads that told the reader that the pipe is at its end: their result is 0."""
    return tuple(
        event for event in pipe.reads if event.process == reader.name and event.result == 0 and event.number("count", 1)
    )


def called(process: ProcessView) -> str:
    """The process by name and by role: `P1 (child)`."""
    return gettext(f"{process.name} ({'child' if process.parent else 'parent'})")


def require_output(run: Evidence, parameters: Parameters, why: str) -> None:
    """Standard output is exactly what it must be; otherwise the first byte that is not is shown."""
    expected, found = changed(given(run), parameters), run.stdout
    if found == expected:
        return
    place = first_difference(expected, found)
    seen = gettext(f"standard output is wrong: {difference(expected, found)}")
    if place < len(found) and place < len(expected):
        advice = gettext(f"follow the byte {given(run)[place]:#04x} on its way through both processes")
    elif len(found) > len(expected):
        advice = gettext("write only what was read: the result of read says how many bytes are valid")
    else:
        seen += gettext(f"; {run.root.name} {fate(run, run.root)}")
        advice = gettext("follow the first byte that is missing: who has read it, and who should have written it?")
    fail(seen=seen, why=why, next=advice, events=(writing(run, place),))


def writing(run: Evidence, place: int) -> Event:
    """The write that put the byte at this place of standard output; the last event if there is none."""
    total = 0
    for event in run.pipe("stdout").writes:
        total += event.result or 0
        if total > place:
            return event
    return run.last


def require_one_pipe(run: Evidence, writer: ProcessView, reader: ProcessView) -> PipeView:
    """Bytes crossed by one pipe, made before the child, from the writer to the reader."""
    crossed = [pipe for pipe in run.pipes if crossing(pipe)]
    require(
        len(crossed) == 1,
        seen=f"bytes crossed between {writer.name} and {reader.name} by "
        + (" and ".join(pipe.name for pipe in crossed) or "no pipe"),
        why=f"every byte goes from {writer.name} to {reader.name} through one pipe, made before the child",
        next="make the pipe, then fork; write to it in the writer, and read from it in the reader",
        events=tuple(pipe.writes[0] for pipe in crossed) or (reader.born if reader.parent else writer.born, run.last),
    )
    pipe = crossed[0]
    require_users(run, pipe.name, pipe.writers(), writer, gettext(f"writes to {pipe.name}"))
    require_users(
        run, pipe.name, tuple(p for p in pipe.readers() if p != writer), reader, gettext(f"reads from {pipe.name}")
    )
    return pipe


def require_users(run: Evidence, name: str, users: tuple[ProcessView, ...], only: ProcessView, does: str) -> None:
    """No process but one does this to an object."""
    others = [user for user in users if user != only]
    if not others:
        return
    first = next(e for e in (*run.pipe(name).reads, *run.pipe(name).writes) if e.process == others[0].name)
    fail(
        seen=f"{others[0].name} {does}, event {first.n}",
        why=f"only {only.name} {does}: every byte goes from the writer through the pipe to the reader",
        next=f"let {only.name} do this, and nobody else",
        events=(first,),
    )


def require_closed(process: ProcessView, pipe: PipeView, mode: str, used: tuple[Event, ...]) -> None:
    """At its first use of a pipe the process does not hold the end that it does not use."""
    if not used:
        return  # it never came to use it: that is the matter of another check
    kept = [holder for holder in pipe.holders(mode, at=used[0].n - 1) if holder.process == process.name]
    why = {
        "write": gettext("as long as any process holds the write end, the pipe has a writer and read cannot return 0"),
        "read": gettext("a writer that holds the read end itself is never told that its reader is gone"),
    }[mode]
    require(
        not kept,
        seen=f"{called(process)} still holds the {mode} end, fd {kept[0].fd if kept else 0}, at event {used[0].n}, "
        f"its first {'read' if mode == 'write' else 'write'}",
        why=why,
        next=f"close the {mode} end in {process.name} right after the fork",
        events=(*(holder.since for holder in kept[:1]), used[0]),
    )


def explain_no_end(run: Evidence, parameters: Parameters, pipe: PipeView) -> None:
    """The reader never saw end-of-file: because it stopped before, or because a writer was left."""
    writer, reader = sides(run, parameters)
    used = uses(run, reader, pipe)
    last = used[-1] if used else run.last
    if last.kind != "block":
        result = (
            gettext(f"its last read from {pipe.name} returned {last.result}")
            if used
            else gettext(f"it never read from {pipe.name}")
        )
        fail(
            seen=f"{called(reader)} {'has ended' if reader.exit else 'has stopped reading'}: {result}, not 0",
            why="only a read that returns 0 says that nothing more will come",
            next="read in a loop that ends when read returns 0, and at nothing else",
            events=(last, *((reader.exit,) if reader.exit else ())),
        )
    left = pipe.holders("write", at=last.n)
    own = [holder for holder in left if holder.process == reader.name]
    holder = (own or list(left))[0]
    advice = (
        gettext(f"close the write end in {reader.name} before its first read")
        if own
        else gettext(
            f"close the write end in {writer.name} when standard input is at its end, and wait only after that"
        )
    )
    fail(
        seen=f"{called(reader)} is blocked in {last.call} on {pipe.name}, event {last.n}",
        why=f"{holder.process} still holds the write end, fd {holder.fd} (opened event {holder.opened}), "
        "so the pipe has a writer and read cannot return 0",
        next=advice,
        events=(holder.since, last),
    )
