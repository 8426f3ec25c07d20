"""In: the evidence of each plan's run; out: whether records of several writers crossed one pipe whole, and were counted.

All checks judge what the processes did, never how the program is written. What the parent has read from the pipe, in the order
of its reads, is the stream: it shows which record was parted by which. The words, the number of the first child and the
byte that fills up a record are parameters of the variant.
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
    counted,
    fail,
    fate,
    first_difference,
    gettext,
    own_processes,
    printed_lines,
    require,
    require_all_reaped,
    require_children,
    require_end_closed,
    require_lines,
    require_made_first,
    require_no_asking,
    require_no_timed_wait,
    uses,
)

LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
ATOMIC = 4_096  # PIPE_BUF on Linux
SMALL = 4_096  # bytes that a pipe holds when the system is short of room
SHORT = ("small", "limit")
WHOLE = ("small", "limit", "single", "long")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Short records, records of exactly PIPE_BUF, long ones of one child and of three, and a child that is killed asleep."""
    del parameters
    kill = (Stimulus(When("blocked", process="P1"), "signal", signal="SIGKILL", process="P1"),)
    every = (
        Plan("small", argv=("3", "4", "64"), limits=LIMITS),
        Plan("limit", argv=("2", "3", str(ATOMIC)), limits=LIMITS, pipe_capacity=SMALL),
        Plan("single", argv=("1", "3", "9001"), limits=LIMITS, pipe_capacity=SMALL),
        Plan("long", argv=("3", "2", "9000"), limits=LIMITS, pipe_capacity=SMALL),
        Plan("killed", argv=("3", "7", "1000"), stimuli=kill, limits=LIMITS, pipe_capacity=SMALL),
    )
    return {plan.name: plan for plan in every}


# What comes out


@pytest.mark.check(points=1, plans=("small",), schedules="every")
def test_prints_the_counts(run: Evidence, parameters: Parameters) -> None:
    """the parent prints how many records of each child have come"""
    require_report(
        run,
        parameters,
        [records(run)] * children(run),
        why=f"{counted(children(run), 'child', 'children')} have written {counted(records(run), 'record')} each",
    )


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_children_share_one_pipe(run: Evidence, parameters: Parameters) -> None:
    """all children are made first, and write their own records, and nothing else, into one pipe"""
    require_made_first(run, children(run), [event for pipe in run.pipes for event in uses(run, run.root, pipe, "read")])
    require_children(run, children(run))
    pipe = require_one_pipe(run)
    for place, child in enumerate(own_processes(run)[1:]):
        wanted = own_records(run, parameters, place)
        given = [event for event in pipe.writes if event.process == child.name]
        found = b"".join(event.data or b"" for event in given)
        if child.exit is None or child.killed_by:
            wanted = wanted[: len(found)]  # what stopped it is the matter of other checks
        at = first_difference(wanted, found)
        require(
            found == wanted,
            seen=f"{child.name} (number {int(parameters['first']) + place}) wrote {counted(len(found), 'byte')} into {pipe.name}; "
            f"byte {at + 1} is not as its {counted(records(run), 'record')} of {size(run)} bytes have it",
            why="a child writes its own records from 1 to N, each of exactly L bytes, and nothing else",
            next="look at the call that wrote this byte: which record is it, and whose?",
            events=(*carrying(given, at), child.exit or run.last),
        )


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=("small", "long"), schedules="every")
def test_closes_unused_ends(run: Evidence) -> None:
    """a child closes the read end before its first write, the parent the write end before its first read"""
    pipe = link(run)
    for process, used, unused in (
        (run.root, "read", "write"),
        *((child, "write", "read") for child in own_processes(run)[1:]),
    ):
        found = uses(run, process, pipe, used)
        if found:
            require_end_closed(process, pipe, unused, found[0])


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=WHOLE, schedules="every")
def test_reads_to_the_end(run: Evidence) -> None:
    """the parent reads until read returns 0"""
    pipe = link(run)
    used = uses(run, run.root, pipe, "read")
    if used and used[-1].kind == "block":
        require_no_own_end(run, pipe, used[-1])
        return
    last = gettext(f"it never read from {pipe.name}")
    if used:
        last = gettext(f"its last read from {pipe.name} returned {used[-1].result}")
    require(
        used and used[-1].result == 0,
        seen=f"{run.root.name} {fate(run, run.root)}, and {last}",
        why="only the result 0 says that all writers are gone; one that was killed may have brought less than it was to",
        next="read in a loop that ends when read returns 0, and at nothing else",
        events=(*used[-1:], run.root.exit or run.last),
    )


# Short records


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=SHORT, schedules="every")
def test_one_call_a_record(run: Evidence) -> None:
    """a short record is written by one call of its own"""
    for event in link(run).writes:
        require(
            event.result == size(run),
            seen=f"{event.process} wrote {counted(event.result or 0, 'byte')} by its {event.call} at event {event.n}, "
            f"and a record has {size(run)}",
            why=f"what one call writes stays together, up to {ATOMIC} bytes (PIPE_BUF): "
            + ("between two calls others may write" if (event.result or 0) < size(run) else "more may be parted"),
            next="bring all bytes of a record into one buffer, or use writev, and write each record by one call",
            events=(event,),
        )


@pytest.mark.check(points=1, needs=("prints_the_counts", "one_call_a_record"), plans=("killed",), schedules="every")
def test_outlives_a_killed_child(run: Evidence, parameters: Parameters) -> None:
    """a child is killed in its sleep: the others go on, and the counts and the status say what has come"""
    sent = [event for event in run.events if event.kind == "stimulus"]
    if not own_processes(run)[1:]:
        return
    for process in (*own_processes(run)[1:], run.root):
        require(
            process.exit is not None,
            seen=f"{counted(len(sent), 'child was', 'children were')} killed; {process.name} {fate(run, process)}",
            why="a killed process gives nothing back, and tells nobody: whoever waits for it waits for ever",
            next=f"find out what {process.name} waits for, and why short records need it",
            events=(*sent[:1], process.last.born, run.last),
        )
    whole = [whose(piece, parameters) for piece in pieces(run)]
    counts = [whole.count(place) for place in range(children(run))]
    require_report(
        run, parameters, counts, why="the counts say what has come, not what was asked for", damaged=whole.count(-1)
    )
    complete = counts == [records(run)] * children(run)
    require(
        run.root.exit_status == (0 if complete else 1),
        seen=f"of the records {sum(counts)} of {children(run) * records(run)} have come, and {run.root.name} {fate(run, run.root)}",
        why="status 0 says that all records have come, and status 1 that they have not",
        next="compare the counts with what was asked for, and end with a status that says so",
        events=(*sent[:1], run.root.exit or run.last),
    )
    require_all_reaped(run)


# Long records


@pytest.mark.check(
    points=1, needs=("prints_the_counts", "children_share_one_pipe"), plans=("single",), schedules="every"
)
def test_cuts_the_stream(run: Evidence, parameters: Parameters) -> None:
    """whatever a read brings, the parent finds the records"""
    if run.root.exit is None or sum(event.result or 0 for event in link(run).reads) < records(run) * size(run):
        return  # it has not read the stream to its end: another check says so
    require_report(
        run,
        parameters,
        [records(run)],
        why=f"{counted(records(run), 'record')} of {size(run)} bytes went through a pipe that holds {SMALL}: "
        "a read returns what is there, not a record",
    )


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=("long",), schedules="every")
def test_long_records_stay_whole(run: Evidence, parameters: Parameters) -> None:
    """no record longer than PIPE_BUF is parted by the bytes of another child"""
    reads = [event for event in link(run).reads if event.result]
    for place, piece in enumerate(pieces(run)):
        if whose(piece, parameters) >= 0:
            continue
        if len(piece) < size(run) or not all(child.exit for child in own_processes(run)[1:]):
            unfinished(run)
        writers = writers_of(run, piece, parameters)
        fail(
            seen=f"bytes {place * size(run) + 1} to {place * size(run) + len(piece)} of what {run.root.name} read are no record: "
            + (f"there are bytes of {' and '.join(writers)} among them" if writers else "they belong to several"),
            why=f"the kernel may part a write of more than {ATOMIC} bytes and let others write in between",
            next="let only one child at a time be inside a record: all ask for the same lock, and hold it for a whole record",
            events=carrying(reads, place * size(run))[:1] or (run.last,),
        )
    if len(pieces(run)) < children(run) * records(run):
        unfinished(run)


# How it waits, and how it ends


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=("small", "long"), schedules="every")
def test_waits_asleep(run: Evidence) -> None:
    """nobody asks again and again, and nobody waits for a time"""
    advice = "find the call that takes the lock, and sleeps until it can"
    for process in own_processes(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)


@pytest.mark.check(points=1, needs=("children_share_one_pipe",), plans=WHOLE, schedules="every")
def test_ends_clean(run: Evidence, parameters: Parameters) -> None:
    """every child is collected, the statuses are right, and nothing is left"""
    if run.root.exit is None:
        return  # it never came so far: another check says so
    require_all_reaped(run)
    torn = size(run) > ATOMIC or any(whose(piece, parameters) < 0 for piece in pieces(run))
    for process in own_processes(run):
        require(
            process.exit_status == 0 or (process == run.root and torn),  # then it has reason, or may have
            seen=f"{process.name} {fate(run, process)}",
            why="a child that has written all its records ends with status 0, and so does the parent if all have come",
            next=f"look for the way on which {process.name} ends, and with which status",
            events=(process.exit or run.last,),
        )
    for left in run.end.residue:
        fail(
            seen=f"the {left.type} {left.name} is still there when the program has ended",
            why="a second run finds what the first has left, and takes it for its own",
            next="remove the name as soon as nobody has to open it any more, or use something that has none",
            events=(run.root.exit,),
        )


# What the plan asked for


def children(run: Evidence) -> int:
    """K: how many children there are."""
    return int(run.header.plan.argv[0])


def records(run: Evidence) -> int:
    """N: how many records each child writes."""
    return int(run.header.plan.argv[1])


def size(run: Evidence) -> int:
    """L: how many bytes a record has."""
    return int(run.header.plan.argv[2])


def record(parameters: Parameters, length: int, place: int, number: int) -> bytes:
    """The record with this number of the child with this place (from 0)."""
    head = f"{int(parameters['first']) + place} {number} ".encode()
    return head.ljust(length - 1, str(parameters["mark"]).encode()) + b"\n"


def own_records(run: Evidence, parameters: Parameters, place: int) -> bytes:
    """All that a child has to write."""
    return b"".join(record(parameters, size(run), place, number) for number in range(1, records(run) + 1))


def whose(piece: bytes, parameters: Parameters) -> int:
    """The place (from 0) of the child whose record this is, or -1 if it is no whole record."""
    head = piece[:16].split(b" ")
    if len(head) < 3 or not (head[0].isdigit() and head[1].isdigit()):
        return -1
    place = int(head[0]) - int(parameters["first"])
    return place if piece == record(parameters, len(piece), place, int(head[1])) else -1


# What the checks ask of a run


def require_report(run: Evidence, parameters: Parameters, counts: list[int], *, why: str, damaged: int = 0) -> None:
    """Standard output is the report with these counts, and the parent has printed it."""
    first, word = int(parameters["first"]), parameters["word"]
    wanted = [f"{word} {first + place}: {count}" for place, count in enumerate(counts)]
    require_lines(
        run,
        [*wanted, f"{parameters['damaged']} {damaged}"],
        why=why,
        wrong="follow the records of this child from the read to the count: how is the stream cut, and where does the rest go?",
    )
    for line in printed_lines(run):
        require(
            line.processes == (run.root.name,),
            seen=f"the line {str(line)!r} was printed by {' and '.join(line.processes)}",
            why="only the parent knows what has come, and only it prints",
            next="print in the parent alone, after the end of the pipe",
            events=line.writes,
        )


def require_one_pipe(run: Evidence) -> PipeView:
    """The one pipe by which bytes of children come to the root; nobody else reads it, and the root does not write to it."""
    born = own_processes(run)[1].born
    pipes = [pipe for pipe in run.pipes if brought(run, pipe.name)]
    others = sorted({event.text("object") for event in run.reads(by="P0", ok=True)} - {pipe.name for pipe in pipes})
    elsewhere = [
        name for name in others if name not in ("stdin", "") and not name.startswith("eventfd") and brought(run, name)
    ]
    require(
        len(pipes) == 1 and not elsewhere and pipes[0].created and pipes[0].created.n < born.n,
        seen=f"what the children wrote came to {run.root.name} by "
        + (" and ".join([pipe.name for pipe in pipes] + elsewhere) or "nothing"),
        why="one pipe, made before the children, carries all records, and nothing else comes from a child to the parent",
        next="make one pipe before the first fork; let every child write into it, and read it in the parent",
        events=tuple(pipe.created for pipe in pipes[:3] if pipe.created) or (born, run.last),
    )
    pipe = pipes[0]
    for event in (*(e for e in pipe.reads if e.process != "P0"), *(e for e in pipe.writes if e.process == "P0")):
        fail(
            seen=f"{event.process} {'reads from' if event in pipe.reads else 'writes to'} {pipe.name}, event {event.n}",
            why="only the children write to this pipe, and only the parent reads from it",
            next="use another pipe, or something else, for whatever this is",
            events=(event,),
        )
    return pipe


def brought(run: Evidence, name: str) -> bool:
    """Whether children have written to this object, or sleep in that, and the root has read some of it, or nobody has."""
    given = any(event.process != "P0" for event in run.transfers(name, "write"))
    taken = [event.process for event in run.reads(on=name, ok=True) if event.result]
    return given and (not taken or "P0" in taken)


def link(run: Evidence) -> PipeView:
    """The pipe of the records."""
    return next(pipe for pipe in run.pipes if brought(run, pipe.name))


def pieces(run: Evidence) -> list[bytes]:
    """What the root has read, cut into pieces of the length of a record."""
    stream, step = link(run).read, size(run)
    return [stream[at : at + step] for at in range(0, len(stream), step)]


def writers_of(run: Evidence, piece: bytes, parameters: Parameters) -> list[str]:
    """The children of whose records the piece holds a head."""
    found = []
    for place, child in enumerate(own_processes(run)[1:]):
        heads = [record(parameters, size(run), place, number)[:8] for number in range(1, records(run) + 1)]
        found += [child.name] if any(head in piece for head in heads) else []
    return found


def carrying(events: list[Event], place: int) -> tuple[Event, ...]:
    """The call that moved the byte at this place (from 0), of calls that moved bytes one after the other; the last if none did."""
    total = 0
    for event in events:
        total += event.result or 0
        if total > place:
            return (event,)
    return tuple(events[-1:])


def require_no_own_end(run: Evidence, pipe: PipeView, last: Event) -> None:
    """The root sleeps in its read for ever, and holds no write end itself: then a child does, and that is another matter."""
    own = [holder for holder in pipe.holders("write", at=last.n) if holder.process == run.root.name]
    require(
        not own,
        seen=f"{run.root.name} is blocked in {last.call} on {pipe.name}, event {last.n}, and still holds the write end",
        why="as long as any process holds the write end the pipe has a writer, and read cannot return 0",
        next=f"close the write end in {run.root.name} before its first read",
        events=(*(holder.since for holder in own[:1]), last),
    )


def unfinished(run: Evidence) -> None:
    """Less has come than was asked for: somebody sleeps, or has ended too early."""
    stuck: ProcessView = next((each for each in own_processes(run)[1:] if each.exit_status != 0), run.root)
    fail(
        seen=f"of {children(run) * records(run)} records {len(pieces(run))} have come; {stuck.name} {fate(run, stuck)}",
        why="every child writes all its records, and the parent reads them all",
        next=f"find out where {stuck.name} stopped, and what it waits for",
        events=(stuck.exit or run.last,),
    )
