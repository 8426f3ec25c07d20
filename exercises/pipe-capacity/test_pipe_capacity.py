"""In: the evidence of each plan's run; out: whether a pipe was filled until a write was refused, and counted truly.

What fits is not computed here: it is what the writes of the very run returned, on the kernel of the day. How much each read
takes, how often, and what is counted then are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Event,
    Evidence,
    Limits,
    Line,
    Parameters,
    PipeView,
    Plan,
    counted,
    fail,
    fate,
    gettext,
    printed_lines,
    require,
    require_all_exit_zero,
    uses,
)

LIMITS = Limits(idle=1_000)  # a program that asks again after the refusal is not watched for long
FILLS = {
    "page": ("4096",),
    "gaps": ("3000",),
    "large": ("100000",),
    "tiny": ("10", "4096"),
    "partial": ("5000", "8192"),
    "rounded": ("1500", "10000"),
}
WRONG_USE = {"bare": (), "three": ("1", "4096", "1")}


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Blocks of a page, blocks with gaps, one above the capacity; with CAP small blocks, partial ones; and two wrong uses."""
    del parameters
    return {name: Plan(name, argv=argv, limits=LIMITS) for name, argv in {**FILLS, **WRONG_USE}.items()}


# How the pipe is filled


@pytest.mark.check(points=2, plans=tuple(FILLS), schedules="every")
def test_fills_until_refused(run: Evidence) -> None:
    """writes of B bytes, none of which sleeps, until one is refused"""
    pipe = filled_pipe(run)
    size = int(run.header.plan.argv[0])
    for writes in fillings(run, pipe):
        slept = [event for event in writes if event.kind == "block"]
        require(
            not slept,
            seen=f"a write sleeps: {told(slept)}",
            why="a write that sleeps waits for a reader, and here nobody reads: it must be refused instead",
            next="look which end of the pipe has the flag O_NONBLOCK at this moment",
            events=slept[:1],
        )
        other = [event for event in writes if event.number("count") != size]
        require(
            not other,
            seen=told(other),
            why=f"each write asks for exactly B = {size} bytes, also after one that took less",
            next="give the whole block to each write, by one call that nothing buffers",
            events=other[:1],
        )
        require(
            writes[-1].error == "EAGAIN",
            seen=f"the last write of a filling was not refused: {told(writes[-1:])}",
            why="only a write that fails with EAGAIN says that the pipe is full for this size",
            next="write in a loop that ends at this error, and at no result",
            events=writes[-1:],
        )


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_only_write_end_nonblocking(run: Evidence) -> None:
    """O_NONBLOCK is set on the write end and not on the read end"""
    pipe = filled_pipe(run)
    patient = [event for event in touched(run, pipe, "write") if event.args.get("nonblock") is not True]
    require(
        not patient,
        seen=f"the write end was without O_NONBLOCK: {told(patient)}",
        why="without the flag a write to a full pipe sleeps",
        next="set the flag on the write end, before the first write",
        events=patient[:1],
    )
    hasty = [event for event in touched(run, pipe, "read") if event.args.get("nonblock") is True]
    require(
        not hasty,
        seen=f"the read end has O_NONBLOCK as well: {told(hasty)}",
        why="the two ends have flags of their own, and the read end stays as it was made",
        next="make the pipe without flags, then set the flag on one end",
        events=hasty[:1],
    )


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_sets_capacity(run: Evidence) -> None:
    """CAP is asked for before the first write, and only if it is given"""
    pipe = filled_pipe(run)
    first = touched(run, pipe, "write")[0]
    settings = [event for event in run.calls("fcntl", on=pipe.name) if event.text("command") == "F_SETPIPE_SZ"]
    given = run.header.plan.argv[1:]
    if not given:
        require(
            not settings,
            seen=f"there was no CAP, and {told(settings)}",
            why="without CAP the pipe stays as the kernel made it",
            next="set the capacity only if there is a second argument",
            events=settings[:1],
        )
        return
    asked = [event for event in settings if event.n < first.n and not event.failed]
    require(
        asked and asked[-1].number("value") == int(given[0]),
        seen=f"before its first write the program asked {of_capacity(asked)}; CAP is {given[0]}",
        why="the capacity belongs to the pipe from the first byte on; the kernel rounds up by itself",
        next="call fcntl with F_SETPIPE_SZ and CAP right after making the pipe, and look at its result",
        events=(*settings[:1], first),
    )


# What is printed


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_counts_bytes(run: Evidence) -> None:
    """the line capacity says what the writes took"""
    first = fillings(run, filled_pipe(run))[0]
    require_line(
        run, 0, f"capacity {taken(first)}", first, gettext(f"its writes took {counted(taken(first), 'byte')} together")
    )


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_counts_writes(run: Evidence) -> None:
    """the line writes says how many writes took something"""
    first = fillings(run, filled_pipe(run))[0]
    number = len(successes(first))
    require_line(run, 1, f"writes {number}", first, gettext(f"{counted(number, 'write')} took something"))


# How it goes on


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_drains_once(run: Evidence, parameters: Parameters) -> None:
    """one read a round, for as many bytes as the statement says"""
    pipe = filled_pipe(run)
    size, rounds = int(parameters["drain"]), int(parameters["rounds"])
    reads = [event for event in touched(run, pipe, "read") if event.kind == "call"]
    other = [event for event in reads if event.number("count") != size]
    require(
        not other,
        seen=told(other),
        why=f"each round takes what one read for {size} bytes brings, and nothing else is read",
        next=f"call read once a round, with {size}",
        events=other[:1],
    )
    require(
        len(reads) == rounds,
        seen=f"{pipe.name} was read {counted(len(reads), 'time')}; {run.root.name} {fate(run, run.root)}",
        why=f"there are {counted(rounds, 'round')}, each with one read",
        next="follow the rounds: which one has no read, or one too many?",
        events=reads[-1:] or (run.last,),
    )


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_fills_again(run: Evidence, parameters: Parameters) -> None:
    """after each read the pipe is filled again, and the line says what fitted"""
    pipe = filled_pipe(run)
    rounds = int(parameters["rounds"])
    again = fillings(run, pipe)[1:]
    require(
        len(again) == rounds,
        seen=f"after a read the program tried to write {counted(len(again), 'time')}; {run.root.name} {fate(run, run.root)}",
        why=f"there are {counted(rounds, 'round')}: what fits after a read is known only to writes that try",
        next="after each read fill the pipe as the first time",
        events=(touched(run, pipe)[-1],),
    )
    for number, writes in enumerate(again):
        value = len(successes(writes)) if parameters["again"] == "writes" else taken(writes)
        took = gettext(
            f"in round {number + 1} {counted(len(successes(writes)), 'write')} took {counted(taken(writes), 'byte')}"
        )
        require_line(run, 2 + number, f"again {value}", writes, took)
    more = printed_lines(run)[2 + rounds :]
    require(
        not more,
        seen=f"one line more came out: {''.join(map(repr, map(str, more[:1])))}",
        why="standard output holds the lines of the statement and nothing else",
        next="take away what prints it, or print it on standard error",
        events=next((line.writes for line in more), ()) or (run.last,),
    )


# How it ends


@pytest.mark.check(points=1, plans=tuple(FILLS), schedules="every")
def test_exits_zero(run: Evidence) -> None:
    """the program ends, with status 0"""
    require_all_exit_zero(run)


@pytest.mark.check(points=1, plans=tuple(WRONG_USE), schedules="every")
def test_refuses_wrong_use(run: Evidence) -> None:
    """a wrong number of arguments ends with a word and status 2"""
    end = run.root.exit or run.last
    arguments = counted(len(run.header.plan.argv), "argument")
    require(
        run.exit_status == 2,
        seen=f"with {arguments} {run.root.name} {fate(run, run.root)}",
        why="status 2 tells whoever started the program that it was called wrongly",
        next="look at the number of arguments first, and end with status 2",
        events=(end,),
    )
    for stream, said, advice in (
        ("stderr", True, gettext("say there how the program is used")),
        ("stdout", False, gettext("be silent there")),
    ):
        found = bool(printed_lines(run, stream))
        require(
            found is said,
            seen=f"with {arguments} something came out on {stream}" if found else f"nothing came out on {stream}",
            why="words for a person go to standard error; standard output is for results",
            next=advice,
            events=(end,),
        )


# What the checks ask of a run


def filled_pipe(run: Evidence) -> PipeView:
    """The pipe that the program writes to (of several the one that took most)."""
    tried = [pipe for pipe in run.pipes if touched(run, pipe, "write")]
    if not tried:
        fail(
            seen=f"the program made {counted(len(run.pipes), 'pipe')} and wrote to none; {run.root.name} {fate(run, run.root)}",
            why="how much fits is known only to writes that try",
            next="make a pipe, and write to it until a write is refused",
            events=(run.last,),
        )
    return max(tried, key=lambda pipe: taken(touched(run, pipe, "write")))


def touched(run: Evidence, pipe: PipeView, mode: str = "") -> tuple[Event, ...]:
    """What was done to the bytes of a pipe, or tried: also the calls that failed."""
    done = {event.n for event in uses(run, None, pipe, mode)}
    failed = {event.n for event in tries(run, pipe, mode) if event.failed}
    return tuple(run.event(n) for n in sorted(done | failed))


def tries(run: Evidence, pipe: PipeView, mode: str) -> tuple[Event, ...]:
    """The calls that read or write (or both, if mode is empty) a pipe, whatever came of them."""
    reads = run.reads(on=pipe.name) if mode != "write" else ()
    writes = run.writes(on=pipe.name) if mode != "read" else ()
    return (*reads, *writes)


def fillings(run: Evidence, pipe: PipeView) -> list[tuple[Event, ...]]:
    """The writes, tried or done, in groups: a read ends a group. There is at least one."""
    reads = [event.n for event in touched(run, pipe, "read") if event.kind == "call" and not event.failed]
    groups: dict[int, list[Event]] = {}
    for event in touched(run, pipe, "write"):
        groups.setdefault(sum(n < event.n for n in reads), []).append(event)
    return [tuple(group) for group in groups.values()]


def successes(writes: tuple[Event, ...]) -> tuple[Event, ...]:
    """Those writes that took something."""
    return tuple(event for event in writes if event.kind == "call" and not event.failed and event.result)


def taken(writes: tuple[Event, ...]) -> int:
    """How many bytes they took together."""
    return sum(event.result or 0 for event in successes(writes))


def told(events: tuple[Event, ...] | list[Event]) -> str:
    """The first of some events in words, without its bytes; empty if there is none."""
    for event in events:
        asked = gettext(f"{event.call} of {event.number('count', event.number('value'))} bytes at event {event.n}")
        if event.kind == "block":
            return gettext(f"{asked} has not returned")
        return (
            gettext(f"{asked} failed with {event.error}")
            if event.failed
            else gettext(f"{asked} returned {event.result}")
        )
    return ""


def of_capacity(asked: list[Event]) -> str:
    """What a program has asked the kernel for, in words."""
    return gettext(f"for {asked[-1].number('value')} bytes") if asked else gettext("for no capacity")


def require_line(run: Evidence, place: int, wanted: str, writes: tuple[Event, ...], truth: str) -> None:
    """Line number `place` (from 0) of the output is as wanted; `truth` says what the writes of this filling came to."""
    lines = printed_lines(run)
    line: Line | None = lines[place] if place < len(lines) else None
    require(
        line is not None and line.ended and str(line) == wanted,
        seen=f"line {place + 1} is {str(line)!r}; {truth}"
        if line
        else f"there is no line {place + 1}; {run.root.name} {fate(run, run.root)}",
        why=f"what the writes returned is the truth, and the line is {wanted!r}",
        next="add up what each write returned, partial ones too, and count those that took something"
        if line
        else "follow the program to the place where it should print this line",
        events=(writes[-1], *(line.writes[-1:] if line else ())),
    )
