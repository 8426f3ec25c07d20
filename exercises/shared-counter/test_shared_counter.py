"""In: the evidence of each plan's run; out: whether every number was drawn once and in order, and all was cleared away.

All checks judge what the processes did, never how the program is written. The lines tell who has drawn what, and between the
drawing and the line lies a call at which anybody may be held up: that shows whether others were kept out. The words,
the numbers and the width of the counter are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    Fault,
    Limits,
    Line,
    Parameters,
    Plan,
    counted,
    fate,
    mappings,
    own_processes,
    printed_lines,
    require,
    require_all_reaped,
    require_children,
    require_lines,
    require_made_first,
    require_names_begin,
    require_no_asking,
    require_no_timed_wait,
    require_not_joined,
    require_nothing_left,
    require_one_of_its_name,
    require_removed_by,
    size_before,
    sizings,
)

PAGE = 4096
LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
WHOLE = ("main", "pair")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Three children, two that draw more often, one alone, and a fork that fails when some children are there."""
    del parameters
    every = (
        Plan("main", argv=("c7a1", "3", "3"), limits=LIMITS),
        Plan("pair", argv=("c7a2", "2", "5"), limits=LIMITS),
        Plan("alone", argv=("c7a3", "1", "4"), limits=LIMITS),
        Plan("no_child", argv=("c7a4", "4", "2"), limits=LIMITS, faults=(Fault("EAGAIN", process="P0", nth=3),)),
    )
    return {plan.name: plan for plan in every}


# The numbers


@pytest.mark.check(points=1, plans=("alone", "main"))
def test_prints_numbers_and_total(run: Evidence, parameters: Parameters) -> None:
    """all numbers come out, and then the total"""
    lines = printed_lines(run)
    require_lines(
        run,
        [
            *(
                f"{str(line).partition(':')[0] if number_of(line) == value else str(parameters['word']) + ' I'}: {value}"
                for line, value in zip((*lines, *(None,) * many(run)), values(run, parameters), strict=False)
            ),
            f"total {values(run, parameters)[-1]}",
        ],
        why=f"{counted(many(run), 'number is', 'numbers are')} drawn, each {parameters['step']} more than the one before, "
        "and the total is what the counter holds then",
        wrong="follow this line: who has read the counter, who has written it, and is it the same memory for all?",
    )


@pytest.mark.check(points=1, needs=("prints_numbers_and_total",), plans=WHOLE, schedules="every")
def test_no_number_twice(run: Evidence, parameters: Parameters) -> None:
    """every number is drawn once, whoever is held up where"""
    seen: dict[int, Line] = {}
    for line in draws(run, parameters):
        number = number_of(line)
        before = seen.setdefault(number, line)
        require(
            before is line,
            seen=f"{number} was drawn twice: {str(before)!r} came from {' and '.join(before.processes)}, "
            f"and {str(line)!r} from {' and '.join(line.processes)}",
            why="between the look at the counter and the putting back somebody else has looked as well: one addition is lost",
            next="let one child at a time draw: all ask for the same lock, before the look, and keep it until the line is out",
            events=(*before.writes[:1], *line.writes[:1]),
        )
    wrong = [line for number, line in seen.items() if number not in values(run, parameters)]
    require(
        not wrong,
        seen="".join(f"{str(line)!r} was printed" for line in wrong[:1]),
        why=f"the numbers go from {values(run, parameters)[0]} to {values(run, parameters)[-1]}",
        next="follow this number: what did the counter hold, and who has added to it?",
        events=wrong[0].writes[:1] if wrong else (),
    )


@pytest.mark.check(points=1, needs=("no_number_twice",), plans=WHOLE, schedules="every")
def test_lines_in_order(run: Evidence, parameters: Parameters) -> None:
    """the lines come out in the order of their numbers, whoever is held up where"""
    lines = draws(run, parameters)
    for before, line in zip(lines, lines[1:], strict=False):  # noqa: RUF007 - imports of an exercise's tests are few
        require(
            number_of(before) < number_of(line),
            seen=f"{str(line)!r} came after {str(before)!r}",
            why="who has drawn a number has not said it yet when the next one is drawn and said",
            next="keep the others out until the line has left the program, and leave nothing in a buffer",
            events=(*before.writes[:1], *line.writes[:1]),
        )
        require(
            line.writes[0] not in before.writes,
            seen=f"{str(before)!r} and {str(line)!r} came out by one call, event {line.writes[0].n}",
            why="the first of them waited in a buffer when the lock was given back, and others may draw and print meanwhile",
            next="push each line out of the buffer before you give the lock back",
            events=line.writes[:1],
        )


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_waits_asleep(run: Evidence) -> None:
    """nobody asks again and again, and nobody waits for a time"""
    advice = "find the call that takes the lock, and sleeps until it can"
    for process in own_processes(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)


# The processes


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_children_at_once(run: Evidence, parameters: Parameters) -> None:
    """all children are made before the parent waits, and each draws its own numbers"""
    require_made_first(run, children(run))
    require_children(run, children(run))
    for place, child in enumerate(own_processes(run)[1:]):
        name = f"{parameters['word']} {int(parameters['first']) + place}: "
        for line in printed_lines(run):
            ours, named = child.name in line.processes, str(line).startswith(name)
            require(
                ours == named and (not ours or len(line.processes) == 1),
                seen=f"{' and '.join(line.processes)} printed {str(line)!r}",
                why=f"{child.name} has the number {int(parameters['first']) + place}, and prints its own lines, and no other does",
                next="let each child print what it has drawn, with its own number, and leave nothing in a buffer before fork",
                events=line.writes,
            )
        own = [line for line in draws(run, parameters) if line.processes == (child.name,)]
        require(
            child.exit_status != 0 or len(own) == each(run),
            seen=f"{child.name} printed {counted(len(own), 'line')}",
            why=f"each child draws {counted(each(run), 'number')}",
            next="look at the loop of the child: how often does it draw?",
            events=(child.exit or run.last,),
        )


@pytest.mark.check(points=1, needs=("children_at_once",), plans=WHOLE, schedules="every")
def test_one_shared_segment(run: Evidence) -> None:
    """all children have the segment /NS mapped as shared memory, and nothing else carries numbers"""
    name = segment(run)
    require_one_of_its_name(run, name)
    opened = run.first("open", "openat", on=name, ok=True)
    made = own_processes(run)[1:]
    for child in made:
        require(
            any(event.args.get("write") for event in mappings(run, child, name)),
            seen=f"{child.name} has no shared mapping of {name} that it could write",
            why="what one process writes is seen by another only if both have the same segment mapped with MAP_SHARED",
            next="map the segment before fork, or map it in each child by its name, with MAP_SHARED",
            events=(*((opened,) if opened else ()), child.born, run.last),
        )
    for process in own_processes(run):
        require_not_joined(run, process, [other for other in own_processes(run) if other != process])


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_segment_has_its_size(run: Evidence, parameters: Parameters) -> None:
    """the segment has its size before it is mapped"""
    for event in run.calls("mmap", on=segment(run), ok=True):
        size = size_before(run, segment(run), event)
        if size is None:
            return  # it got its size by being written to: how large it is stands nowhere
        length = event.number("length", 0)
        require(
            size >= int(parameters["width"]) and length <= -(-size // PAGE) * PAGE,
            seen=f"{event.process} mapped {counted(length, 'byte')} of {segment(run)} at event {event.n}, "
            f"when the segment had {counted(size, 'byte')}",
            why=f"a new segment has 0 bytes, and what lies beyond its end is a bus error; the counter has {parameters['width']}",
            next="give the segment its whole size with ftruncate, after opening it and before mapping it",
            events=(*sizings(run, segment(run), event)[-1:], event),
        )


@pytest.mark.check(points=1, needs=("children_at_once",), plans=WHOLE, schedules="every")
def test_all_come_to_their_end(run: Evidence) -> None:
    """every process ends with status 0, and the children are collected before the total"""
    for process in (*own_processes(run)[1:], run.root):
        require(
            process.exit_status == 0,
            seen=f"{process.name} {fate(run, process)}",
            why="whoever has drawn all its numbers ends with status 0, and so does the parent after all the others",
            next=f"find out what {process.name} waits for, and who has to give it back"
            if process.exit is None
            else f"look for the way on which {process.name} ends, and let it end with status 0",
            events=(process.exit or run.last,),
        )
    totals = [line for line in printed_lines(run) if line.text.startswith(b"total ")]
    require_all_reaped(run, before=totals[0].writes[0] if totals else None)


# What is left


@pytest.mark.check(points=1, needs=("children_at_once",), plans=WHOLE, schedules="every")
def test_leaves_nothing(run: Evidence) -> None:
    """every name belongs to this run, the parent removes them all, and nothing is left"""
    own = run.header.plan.argv[0]
    require_names_begin(run, own)
    require_removed_by(run, run.root, own)
    if run.root.exit:
        require_all_gone(run)


@pytest.mark.check(points=1, needs=("children_at_once",), plans=("no_child",), schedules="every")
def test_failed_fork_leaves_nothing(run: Evidence) -> None:
    """a fork fails: the parent says so and ends with status 1, and nobody and nothing is left"""
    if not run.struck or run.struck[0].args.get("thread"):
        return  # it made no third process, or a thread: of that the statement says nothing
    made = own_processes(run)[1:]
    for process in (*made, run.root):
        require(
            process.exit is not None,
            seen=f"fork failed at event {run.struck[0].n}; {process.name} {fate(run, process)}",
            why="a child that could not be made does nothing, and nobody may wait for it",
            next=f"find out what {process.name} waits for",
            events=(run.struck[0], run.last),
        )
    totals = [line for line in printed_lines(run) if line.text.startswith(b"total")]
    require(
        run.root.exit_status == 1 and not totals and run.stderr,
        seen=f"fork failed at event {run.struck[0].n}; {run.root.name} {fate(run, run.root)}"
        + "".join(f" after it had printed {str(line)!r}" for line in totals[:1])
        + ("" if run.stderr else ", without a word on standard error"),
        why="whoever started the program must be told that it has not done what it was asked to",
        next="look at what fork returns, say so on standard error, and end with status 1 when all is cleared away",
        events=(run.struck[0], run.root.exit or run.last),
    )
    require_all_reaped(run)
    require_all_gone(run)


# What the plan asked for


def children(run: Evidence) -> int:
    """K: how many children there are."""
    return int(run.header.plan.argv[1])


def each(run: Evidence) -> int:
    """N: how many numbers each of them draws."""
    return int(run.header.plan.argv[2])


def many(run: Evidence) -> int:
    """How many numbers are drawn by all."""
    return children(run) * each(run)


def values(run: Evidence, parameters: Parameters) -> list[int]:
    """The numbers, in order."""
    return [int(parameters["start"]) + place * int(parameters["step"]) for place in range(1, many(run) + 1)]


def segment(run: Evidence) -> str:
    """The name that the segment has in evidence."""
    return f"shm /{run.header.plan.argv[0]}"


# What came out


def draws(run: Evidence, parameters: Parameters) -> list[Line]:
    """The lines that tell of a number."""
    return [
        line for line in printed_lines(run) if str(line).startswith(f"{parameters['word']} ") and number_of(line) >= 0
    ]


def number_of(line: Line | None) -> int:
    """The number that a line tells, or -1."""
    text = str(line).rpartition(": ")[2] if line else ""
    return int(text) if text.isdigit() else -1


def require_all_gone(run: Evidence) -> None:
    """Nothing that has a name outlives the run: no object, and no file."""
    require_nothing_left(run)
    for left in run.end.residue:
        require(
            left.type != "file",
            seen=f"the file {left.name} is still there when the program has ended",
            why="a second run finds what the first has left, and takes it for its own",
            next="remove its name in the parent, on every way out",
            events=(run.root.exit or run.last,),
        )
