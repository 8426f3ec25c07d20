"""In: the evidence of each plan's run; out: whether the numbers went through a chain of processes, and that came down by itself.

All checks judge what the processes did, never how the program is written, and each asks for an order within one process, for
what a call has brought, or for what is left at the end: none depends on who ran first. What a line is called, where the
numbers begin, and how far they go without an argument are parameters of the variant.
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
    require_no_asking,
    require_no_timed_wait,
    uses,
)

LIMITS = Limits(events=60_000, idle=2_000, cpu=0.5)  # a process that asks again and again is not watched for long


def plans(parameters: Parameters) -> dict[str, Plan]:
    """No argument, one number, two, and many."""
    first = int(parameters["first"])
    every = (
        Plan("usual", limits=LIMITS),
        *(
            Plan(name, argv=(str(most),), limits=LIMITS)
            for name, most in (("one", first), ("two", first + 1), ("many", first + 68))
        ),
    )
    return {plan.name: plan for plan in every}


@pytest.mark.check(points=1, schedules="every")
def test_prints_the_numbers(run: Evidence, parameters: Parameters) -> None:
    """each number that no earlier one divides, in order"""
    wanted, found = [f"{parameters['word']} {number}" for number in kept(run, parameters)], printed_lines(run)
    texts = [str(line) + ("" if line.ended else gettext(" (without a newline)")) for line in found]
    at = next((at for at, text in enumerate(wanted) if texts[at : at + 1] != [text]), len(wanted))
    fates = "; ".join(f"{process.name} {fate(run, process)}" for process in own_processes(run)[:4])
    require(
        texts == wanted,
        seen=f"line {at + 1} is {texts[at]!r}"
        + (f", and {wanted[at]!r} was due" if at < len(wanted) else ", and no more were due")
        if at < len(texts)
        else f"the output ends after {counted(len(texts), 'line')}: {fates}",
        why="each process of the chain prints the first number that comes to it, and no other",
        next="follow this number from the beginning of the chain: in which process is it, and what does that wait for?",
        events=(found[at].writes[:1] if at < len(found) else ()) or (run.last,),
    )


@pytest.mark.check(points=1, needs=("prints_the_numbers",), schedules="every")
def test_one_process_each(run: Evidence) -> None:
    """one process for each line, made by its left neighbour, and printing it"""
    made, lines = own_processes(run)[1:], printed_lines(run)
    names = ", ".join(
        gettext(f"{child.name} (made by {child.parent.name if child.parent else '?'})") for child in made[:6]
    )
    require(
        len(made) == len(lines),
        seen=f"there were {counted(len(lines), 'line')} and {counted(len(made), 'process', 'processes')} besides P0: {names}",
        why="a process is made for each number that is printed, and for nothing else",
        next="when does a process know that it needs a right neighbour? Make it then, and not before",
        events=tuple(child.born for child in made[-2:]) or (run.last,),
    )
    left = run.root
    for child, line in zip(chain(run), lines, strict=False):
        require(
            line.processes == (child.name,),
            seen=f"{str(line)!r} was printed by {' and '.join(line.processes)}, and the next process in the chain is {child.name}",
            why="each process prints its own number, and makes its right neighbour itself: a chain",
            next=f"draw who made whom; {left.name} is to make one process, and this one the next",
            events=(child.born, *line.writes[:1]),
        )
        left = child
    require(
        len(chain(run)) == len(lines),
        seen=f"the chain of processes that made each other is {len(chain(run))} long: {names}",
        why="each process makes its right neighbour itself, and no other",
        next="draw who made whom",
        events=tuple(child.born for child in made) or (run.last,),
    )
    executed = run.calls("execve", "execveat", ok=True)
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed[:1]),
        why="all processes run your own code",
        next="do in the child itself what the other program does",
        events=executed[:1],
    )


@pytest.mark.check(points=1, needs=("one_process_each",), schedules="every")
def test_one_pipe_between_two(run: Evidence) -> None:
    """the numbers go from neighbour to neighbour, through a pipe for each two"""
    left = run.root
    for right in chain(run):
        pipe = carrier(run, right)
        users = {event.process: event for event in (*uses(run, None, pipe, "write"), *uses(run, None, pipe, "read"))}
        strangers = [name for name in users if name not in (left.name, right.name)]
        givers = {event.process for event in uses(run, None, pipe, "write")}
        require(
            not strangers and givers == {left.name},
            seen=f"{pipe.name}, from which {right.name} reads, was used by {' and '.join(sorted(users))}",
            why="a pipe has no addresses: each two neighbours have one of their own, in one direction",
            next="make a new pipe for each right neighbour, before it is made",
            events=tuple(users.values()),
        )
        left = right


@pytest.mark.check(points=1, needs=("one_pipe_between_two",), schedules="every")
def test_prints_before_it_passes(run: Evidence) -> None:
    """a line is out before anything goes to the right"""
    for line, process, right in pairs(run):
        passed = uses(run, process, carrier(run, right), "write")[0]
        require(
            line.writes[-1].n < passed.n,
            seen=f"{process.name} passed something on at event {passed.n}, and its line {str(line)!r} was out at event "
            f"{line.writes[-1].n}",
            why="what has been passed on may be printed by the right neighbour at once: the lines would change places",
            next="print the line, and push it out of the buffer, before you pass anything on",
            events=(passed, line.writes[-1]),
        )


@pytest.mark.check(points=1, needs=("one_pipe_between_two",), schedules="every")
def test_makes_it_when_needed(run: Evidence) -> None:
    """a right neighbour is made when there is a number for it, and before the input ends"""
    for _, process, right in pairs(run):
        reads = [event for event in carrier(run, process).reads if event.process == process.name]
        begun, ended = reads[0], next((event for event in reads if event.result == 0), run.last)
        require(
            begun.n < right.born.n < ended.n,
            seen=f"{process.name} made {right.name} at event {right.born.n}, "
            + (
                f"before its first read, event {begun.n}"
                if right.born.n < begun.n
                else f"when its input had ended, event {ended.n}"
            ),
            why="all processes of the chain are to work side by side: whoever first collects all the numbers works alone",
            next="make the right neighbour when the first number comes that is not divisible, and pass each on as it comes",
            events=(begun, right.born, ended),
        )


@pytest.mark.check(points=1, needs=("one_pipe_between_two",), schedules="every")
def test_keeps_two_ends(run: Evidence) -> None:
    """nobody holds ends of pipes that it does not use"""
    links = {right.name: carrier(run, right) for right in chain(run)}
    for process in (run.root, *chain(run)):
        source = links.get(process.name)
        reads = uses(run, process, source, "read") if source else ()
        for pipe in links.values():
            writes = uses(run, process, pipe, "write")
            if pipe != source and not writes and reads:
                require_free(process, pipe, ("read", "write"), reads[0])
            elif pipe == source:
                require_free(process, pipe, ("write",), reads[0])
            elif writes:
                require_free(process, pipe, ("read",), writes[0])


@pytest.mark.check(points=1, needs=("one_pipe_between_two",), schedules="every")
def test_ends_by_end_of_file(run: Evidence) -> None:
    """each process reads until its input ends"""
    for process in chain(run):
        pipe = carrier(run, process)
        last = [event for event in pipe.reads if event.process == process.name][-1]
        require(
            last.result == 0,
            seen=f"the last read of {process.name} from {pipe.name} returned {last.result}; {process.name} {fate(run, process)}",
            why="only end-of-file says that no number will come any more; a number that means the end cannot be sent itself",
            next="read until read returns 0, and let the left neighbour close its end when it has passed on all",
            events=(last, process.exit or run.last),
        )


@pytest.mark.check(points=1, needs=("prints_the_numbers",), schedules="every")
def test_waits_for_its_neighbour(run: Evidence) -> None:
    """each process has its right neighbour's status before it ends, so the first one ends last"""
    require_all_reaped(run)


@pytest.mark.check(points=1, needs=("prints_the_numbers",), schedules="every")
def test_uses_no_clock(run: Evidence) -> None:
    """nobody lets time pass, nobody asks again and again"""
    for process in own_processes(run):
        require_no_timed_wait(
            process, "wait by a read, or by a wait, that returns when the other process has done its part"
        )
        require_no_asking(process, "let a read from a pipe sleep until something has come")


@pytest.mark.check(points=1, needs=("prints_the_numbers",), schedules="every")
def test_exits_zero(run: Evidence) -> None:
    """all processes end, with status 0"""
    require_all_exit_zero(run)


# What the checks ask of a run


def kept(run: Evidence, parameters: Parameters) -> list[int]:
    """The numbers that no earlier one of them divides, up to the run's argument."""
    argv, found = run.header.plan.argv, list[int]()
    for number in range(int(parameters["first"]), int(argv[0] if argv else parameters["most"]) + 1):
        if all(number % earlier for earlier in found):
            found.append(number)
    return found


def chain(run: Evidence) -> tuple[ProcessView, ...]:
    """The child of the root, its first child, and so on: the helpers of a library aside."""
    known, found, left = own_processes(run), list[ProcessView](), run.root
    while children := [child for child in known if child.parent == left]:
        left = children[0]
        found.append(left)
    return tuple(found)


def pairs(run: Evidence) -> tuple[tuple[Line, ProcessView, ProcessView], ...]:
    """Each line with the process that printed it and its right neighbour, but for the last."""
    members = chain(run)
    return tuple(zip(printed_lines(run), members, members[1:], strict=False))


def carrier(run: Evidence, right: ProcessView) -> PipeView:
    """The pipe through which its numbers come to a process. Fails the check where it is not one."""
    found = {pipe.name: (pipe, uses(run, right, pipe, "read")) for pipe in run.pipes if pipe.written}
    found = {name: known for name, known in found.items() if known[1]}
    require(
        len(found) == 1,
        seen=f"{right.name} reads from {' and '.join(found) or 'no pipe in which anything was written'}",
        why="the numbers come through one pipe, from the left neighbour",
        next="let the left neighbour make a pipe before it makes this process, and write the numbers into it",
        events=tuple(reads[0] for _, reads in found.values()) or (right.born, run.last),
    )
    return next(iter(found.values()))[0]


def require_free(process: ProcessView, pipe: PipeView, modes: tuple[str, ...], first: Event) -> None:
    """Just before the event `first` the process holds none of these ends of the pipe."""
    for mode in modes:
        kept_ends = [holder for holder in pipe.holders(mode, at=first.n - 1) if holder.process == process.name]
        require(
            not kept_ends,
            seen=f"{process.name} still holds the {mode} end of {pipe.name} at event {first.n}, its first {first.call} on "
            f"{first.text('object')}",
            why="an end that is kept open keeps the chain from coming down; and every process would hand it on to all that follow",
            next=f"close it in {process.name} right after the fork",
            events=(*(holder.since for holder in kept_ends[:1]), first),
        )
