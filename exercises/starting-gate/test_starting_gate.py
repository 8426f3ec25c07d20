"""In: the evidence of each plan's run; out: whether all children waited at one pipe, and one close let them run.

All checks judge what the processes did, never how the program is written. Each asks for an order within one process, or for
what a call has brought: together they leave no other order of the lines, whoever runs first. The words, the number of the
first child, how a child reports and how many children there are without an argument are parameters of the variant.
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
    ProcessView,
    counted,
    fate,
    gettext,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_end_closed,
    require_no_asking,
    require_no_timed_wait,
    uses,
)

LIMITS = Limits(events=60_000, idle=2_000, cpu=0.5)  # a process that asks again and again is not watched for long


def plans(_parameters: Parameters) -> dict[str, Plan]:
    """No argument, one child, and eight."""
    every = (
        Plan("team", limits=LIMITS),
        *(Plan(name, argv=(k,), limits=LIMITS) for name, k in (("one", "1"), ("eight", "8"))),
    )
    return {plan.name: plan for plan in every}


# What is printed, and by whom


@pytest.mark.check(points=1, schedules="every")
def test_prints_its_lines(run: Evidence, parameters: Parameters) -> None:
    """each line comes out whole and once"""
    wanted = [*(f"{word(parameters, at)} {number}" for at in (0, 2) for number in numbers(run, parameters)),
              word(parameters, 1), word(parameters, 3)]  # fmt: skip
    due = dict.fromkeys(wanted, 1)
    for line in printed_lines(run):
        due[str(line)] = due.get(str(line), 0) - 1
        require(
            due[str(line)] >= 0 and line.ended,
            seen=f"the line {str(line)[:60]!r} was written by {' and '.join(line.processes)}"
            + ("" if line.ended else ", without a newline" if str(line) in wanted else ""),
            why=f"these lines come, each once: {', '.join(wanted)}",
            next="follow the process to this line: which part of the program is it in, and what was in its buffers?",
            events=line.writes or (run.last,),
        )
    missing = [text for text in wanted if due[text] > 0]
    fates = "; ".join(f"{process.name} {fate(run, process)}" for process in own_processes(run))
    require(
        not missing,
        seen=f"the line {missing[0]!r} is missing: {fates}" if missing else "",
        why="each child is ready once and runs once, and the parent speaks twice",
        next="find out who should have printed this line, and what that process waits for",
        events=(run.last,),
    )


@pytest.mark.check(points=1, needs=("prints_its_lines",), schedules="every")
def test_one_child_each(run: Evidence, parameters: Parameters) -> None:
    """K children of the parent, and each line printed by whom it belongs to"""
    made, wanted = own_processes(run)[1:], len(numbers(run, parameters))
    require(
        len(made) == wanted and all(child.parent == run.root for child in made),
        seen=f"{counted(wanted, 'child', 'children')} were asked for, and there were "
        + (
            ", ".join(f"{child.name} (made by {child.parent.name if child.parent else '?'})" for child in made)
            or "none"
        ),
        why="the parent makes all children itself, and no child makes another",
        next="call fork once for each child, in the parent, and let a child end before it comes to that line again",
        events=tuple(child.born for child in made) or (run.last,),
    )
    executed = run.calls("execve", "execveat", ok=True)
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed[:1]),
        why="all processes run your own code, and share what they inherit",
        next="do in the child itself what the other program does",
        events=executed[:1],
    )
    speakers: dict[str, Line] = {}
    for number in numbers(run, parameters):
        before, behind = (line_of(run, f"{word(parameters, at)} {number}") for at in (0, 2))
        known = speakers.setdefault(before.processes[0], before)
        require(
            before.processes == behind.processes and before.processes[0] != run.root.name and known == before,
            seen=f"{' and '.join(before.processes)} printed {str(before)!r}, {' and '.join(behind.processes)} {str(behind)!r}"
            + ("" if known == before else f", and {known.processes[0]} {str(known)!r} as well"),
            why="each child has a number of its own, and prints both of its lines itself",
            next="print in each child its own two lines, one before the gate and one behind it",
            events=(before.writes[0], behind.writes[0]),
        )
    for text in (word(parameters, 1), word(parameters, 3)):
        require(
            line_of(run, text).processes == (run.root.name,),
            seen=f"{' and '.join(line_of(run, text).processes)} printed {text!r}",
            why="the parent opens the gate and waits for all: these two lines are the parent's",
            next="print this line in the parent",
            events=line_of(run, text).writes,
        )


# Who holds which end


@pytest.mark.check(points=1, schedules="every")
def test_readers_close_write_ends(run: Evidence) -> None:
    """nobody reads from a pipe while it holds a write end of it"""
    for pipe in shared_pipes(run):
        for process in own_processes(run):
            reads = uses(run, process, pipe, "read")
            if reads:
                require_end_closed(process, pipe, "write", reads[0])


# Before the gate


@pytest.mark.check(points=1, needs=("one_child_each",), schedules="every")
def test_go_waits_for_all(run: Evidence, parameters: Parameters) -> None:
    """the parent has all reports before it says go"""
    report, go = report_pipe(run), line_of(run, word(parameters, 1))
    for number in numbers(run, parameters):
        child = run.process(line_of(run, f"{word(parameters, 0)} {number}").processes[0])
        told = told_by(parameters, child, report)
        heard = heard_of(run, parameters, child, report)
        how = gettext(f"reported at event {told.n}") if told else gettext("never reported")
        require(
            told and heard and heard.n < go.writes[0].n,
            seen=f"{go} was written at event {go.writes[0].n}; {child.name} {how}, and {run.root.name} "
            + (f"read this at event {heard.n}" if heard else "never read it"),
            why="only a read that has brought its report says that a child is ready: who is late would be left behind",
            next="let the parent read from the report pipe until it knows of every child, and then print",
            events=(*((told,) if told else ()), *((heard,) if heard else ()), go.writes[0]),
        )


@pytest.mark.check(points=1, needs=("go_waits_for_all",), schedules="every")
def test_ready_before_report(run: Evidence, parameters: Parameters) -> None:
    """each child is ready before it reports"""
    report = report_pipe(run)
    for number in numbers(run, parameters):
        line = line_of(run, f"{word(parameters, 0)} {number}")
        child = run.process(line.processes[0])
        told = told_by(parameters, child, report)
        require(
            told and line.writes[-1].n < told.n,
            seen=f"{child.name} reported at event {told.n if told else 0}, and its line {str(line)!r} was written only "
            f"at event {line.writes[-1].n}",
            why="the report says that the child is ready, and the parent may go on from that very moment",
            next=f"let {str(line)!r} be out of all buffers before {child.name} reports",
            events=(*((told,) if told else ()), line.writes[-1]),
        )


# The gate


@pytest.mark.check(points=1, needs=("one_child_each",), schedules="every")
def test_gate_opens_by_close(run: Evidence, parameters: Parameters) -> None:
    """one close after go opens the one gate"""
    gate, go = gate_pipe(run), line_of(run, word(parameters, 1))
    written = uses(run, None, gate, "write")
    require(
        not written,
        seen="".join(f"{event.process} wrote to {gate.name}, the gate, at event {event.n}" for event in written[:1]),
        why="a byte is for one reader, and nobody knows for whom; the end of the pipe is for all of them",
        next="write nothing into the gate: close its write end",
        events=written[:1],
    )
    opened = run.root.closed(gate.name, "write")
    require(
        opened and opened.n > go.writes[-1].n,
        seen=f"{run.root.name} "
        + (
            f"gave up its write end of {gate.name} at event {opened.n}"
            if opened
            else f"never closed its write end of {gate.name}"
        )
        + f", and {go} was written at event {go.writes[-1].n}",
        why="whoever waits at the gate may run from the very moment in which its last write end is closed",
        next=f"keep the write end until {go} is out of all buffers, then close it",
        events=(*((opened,) if opened else ()), go.writes[-1]),
    )


@pytest.mark.check(points=1, needs=("gate_opens_by_close",), schedules="every")
def test_runs_when_gate_opens(run: Evidence, parameters: Parameters) -> None:
    """each child runs when its read from the gate has returned"""
    gate = gate_pipe(run)
    for number in numbers(run, parameters):
        line = line_of(run, f"{word(parameters, 2)} {number}")
        seen = next((event for event in gate.reads if event.process == line.processes[0] and event.result == 0), None)
        require(
            seen and seen.n < line.writes[0].n,
            seen=f"{line.processes[0]} wrote {str(line)!r} at event {line.writes[0].n}, and its read from {gate.name}, the gate, "
            + (f"returned 0 only at event {seen.n}" if seen else "never returned 0"),
            why="before its read has returned a child cannot know that the gate is open",
            next="read from the gate until the read returns 0, and print after that",
            events=(*((seen,) if seen else ()), line.writes[0]),
        )


# How it ends


@pytest.mark.check(points=1, needs=("prints_its_lines",), schedules="every")
def test_done_comes_last(run: Evidence, parameters: Parameters) -> None:
    """the parent has every child's status before it says done"""
    require_all_reaped(run, before=line_of(run, word(parameters, 3)).writes[0])


@pytest.mark.check(points=1, schedules="every")
def test_uses_no_clock(run: Evidence) -> None:
    """nobody lets time pass, nobody asks again and again"""
    for process in own_processes(run):
        require_no_timed_wait(
            process, "find the read, or the wait, that returns when the other process has done its part"
        )
        require_no_asking(process, "let a read from a pipe sleep until something has happened")
    require(
        run.outcome != "limit",
        seen=f"the program goes on without end ({run.end.limit})",
        why="to wait is to sleep inside the kernel until another process has done its part",
        next="find the loop that never sleeps",
        events=(run.last,),
    )


@pytest.mark.check(points=1, needs=("prints_its_lines",), schedules="every")
def test_exits_zero(run: Evidence) -> None:
    """all processes end, with status 0"""
    require_all_exit_zero(run)


# What the checks ask of a run


def word(parameters: Parameters, place: int) -> str:
    """The words before the gate (0), at it (1), behind it (2) and at the end (3)."""
    return str(parameters["words"]).split("-")[place]


def numbers(run: Evidence, parameters: Parameters) -> range:
    """The numbers of this run's children."""
    argv, first = run.header.plan.argv, int(parameters["first"])
    return range(first, first + (int(argv[0]) if argv else int(parameters["team"])))


def line_of(run: Evidence, text: str) -> Line:
    """The line with this text; the checks that ask for it need the one that says that each line is there."""
    return next(line for line in printed_lines(run) if str(line) == text)


def shared_pipes(run: Evidence) -> tuple[PipeView, ...]:
    """The pipes that were used, without those by which a single process wakes itself up."""

    def lonely(pipe: PipeView) -> bool:
        givers, takers = (uses(run, None, pipe, mode) for mode in ("write", "read"))
        return bool(givers) and len({event.process for event in (*givers, *takers)}) == 1

    return tuple(pipe for pipe in run.pipes if not lonely(pipe))


def read_by(run: Evidence, readers: tuple[ProcessView, ...], name: str, advice: str) -> PipeView:
    """The one pipe that some of these processes read from (or sleep in a read of), made before the first child."""
    found = {
        pipe.name: (pipe, event)
        for pipe in shared_pipes(run)
        for reader in readers
        for event in uses(run, reader, pipe, "read")
    }
    first = own_processes(run)[1]
    require(
        len(found) == 1,
        seen=f"{'the children' if run.root not in readers else run.root.name} read from {' and '.join(found) or 'no pipe'}",
        why=f"there is one pipe, {name}, for all children",
        next=advice,
        events=tuple(event for _, event in found.values()) or (first.born, run.last),
    )
    pipe = next(iter(found.values()))[0]
    require(
        pipe.created and pipe.created.n < first.born.n,
        seen=f"{pipe.name}, {name}, was made after {first.name}",
        why="a pipe is shared only by those who inherit it",
        next="make both pipes before the first child",
        events=(first.born, *((pipe.created,) if pipe.created else ())),
    )
    return pipe


def gate_pipe(run: Evidence) -> PipeView:
    """The pipe that the children read from. Fails the check where it is not one."""
    return read_by(
        run,
        own_processes(run)[1:],
        gettext("the gate"),
        gettext("let every child read from the same pipe, which the parent closes"),
    )


def report_pipe(run: Evidence) -> PipeView:
    """The pipe that the parent reads from. Fails the check where it is not one."""
    return read_by(
        run,
        (run.root,),
        gettext("the report"),
        gettext("let every child report through the same pipe, and the parent read from it"),
    )


def told_by(parameters: Parameters, child: ProcessView, report: PipeView) -> Event | None:
    """The call by which the child reported: its first byte, or the close of its write end."""
    if parameters["report"] == "byte":
        return next((event for event in report.writes if event.process == child.name and event.result), None)
    return child.closed(report.name, "write")


def heard_of(run: Evidence, parameters: Parameters, child: ProcessView, report: PipeView) -> Event | None:
    """The parent's read that brought this child's report: its first byte in the order of the pipe, or the end of all."""
    reads = [event for event in report.reads if event.process == run.root.name]
    if parameters["report"] == "close":
        return next((event for event in reads if event.result == 0), None)
    place = 0
    for event in report.writes:
        if event.process == child.name and event.result:
            break
        place += event.result or 0
    have = 0
    for event in reads:
        have += event.result or 0
        if have > place:
            return event
    return None
