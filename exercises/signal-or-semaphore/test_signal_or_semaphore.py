"""In: the evidence of each plan's run; out: whether the parent has taken from each of three links what that had remembered.

All checks judge what the processes did, never how the program is written. A round is one child: from its birth to the birth
of the next. Which two signals are sent, and what comes first in the input and in the output, are parameters of the variant.
What a semaphore holds is memory, and no event; so each plan has several rounds, and only the child reads how many posts
there are: the parent cannot know the number but from the semaphore, and what it has not taken is there in the next round.
"""

from __future__ import annotations

import pytest

from grader import (
    Event,
    Evidence,
    Limits,
    Line,
    Parameters,
    Plan,
    ProcessView,
    counted,
    doing,
    fail,
    fate,
    gettext,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_names_begin,
    require_no_asking,
    require_no_timed_wait,
    require_nothing_left,
    require_removed_by,
)

LIMITS = Limits(events=60_000, idle=2_000, cpu=0.5)  # a process that asks again and again is not watched for long
SENDING = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")
RECORD = 128  # struct signalfd_siginfo; its first four bytes are the number
NUMBERS = {"SIGHUP": 1, "SIGUSR1": 10, "SIGUSR2": 12, "SIGTERM": 15}
SIGRTMIN = 34  # as the C library counts, which keeps two for itself
SILENT = ("stdout", "stderr", "device ", "eventfd ", "semaphore ", "shm ", "memfd ")  # what a child may write to
ROUNDS = {"several": ((3, 4, 2), (0, 2, 3), (2, 0, 1), (1, 5, 0)), "one": ((5, 7, 6),)}
"""For each plan its rounds: how many standard signals, real-time signals and posts."""


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Four rounds, in which each number is 0 once or is less than before; and a single one."""
    names = {"several": "c4a1", "one": "c4a2"}
    return {
        name: Plan(name, argv=(names[name], str(len(rounds))), stdin=orders(rounds, parameters), limits=LIMITS)
        for name, rounds in ROUNDS.items()
    }


def orders(rounds: tuple[tuple[int, int, int], ...], parameters: Parameters) -> bytes:
    """The lines that the children read."""
    begins = 2 if parameters["first"] == "semaphore" else 0
    lines = (" ".join(str(numbers[(begins + place) % 3]) for place in range(3)) for numbers in rounds)
    return "".join(f"{line}\n" for line in lines).encode()


# The children


@pytest.mark.check(points=1, schedules="every")
def test_one_child_a_round(run: Evidence) -> None:
    """one child of the parent for each round; all are waited for"""
    made, wanted = own_processes(run)[1:], len(rounds_of(run))
    tree = ", ".join(f"{child.name} (made by {child.parent.name if child.parent else '?'})" for child in made)
    require(
        len(made) <= wanted and all(child.parent == run.root for child in made),
        seen=f"for {counted(wanted, 'round')} there were {counted(len(made), 'process', 'processes')} besides P0: {tree}",
        why="the parent makes one child for each round, and no child makes another",
        next="call fork once for each round, in the parent, and let a child never come to that line again",
        events=tuple(child.born for child in made),
    )
    require(
        made and (len(made) == wanted or run.root.exit_status != 0),
        seen=f"for {counted(wanted, 'round')} the program made "
        + (counted(len(made), "child", "children") if made else "no child")
        + f"; {run.root.name} {fate(run, run.root)}",
        why="what is sent comes from another process: the parent makes one child for each round",
        next="call fork once for each round, and let the child send what belongs to this round",
        events=(*(child.born for child in made), run.root.exit or run.last),
    )
    executed = [event for child in made for event in run.calls("execve", "execveat", by=child.name, ok=True)][:1]
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed),
        why="a child runs your own code",
        next="do in the child itself what the other program does",
        events=executed,
    )
    if run.root.exit is not None and not run.root.killed_by:
        require_all_reaped(run)


@pytest.mark.check(points=1, needs=("one_child_a_round",), schedules="every")
def test_blocks_before_fork(run: Evidence, parameters: Parameters) -> None:
    """both signals are blocked in the parent when a child is made"""
    for child in run.root.children:
        tasks = [task for task in run.state(child.born.n).tasks.values() if task.process == run.root.name]
        for name in signals_of(parameters):
            open_in = [task.name for task in tasks if name not in task.mask]
            require(
                not open_in,
                seen=f"{name} was not blocked in {' and '.join(open_in)} when {child.name} was made at event {child.born.n}",
                why="the child may send at once, before the parent has come any further: a signal that is not blocked "
                "does then whatever it does, and nothing remembers it",
                next=f"block {name} before the first fork, in every thread that there is",
                events=(child.born,),
            )


@pytest.mark.check(points=1, needs=("blocks_before_fork",), schedules="every")
def test_sends_each_one(run: Evidence, parameters: Parameters) -> None:
    """each child sends the parent as many signals of each kind as its line says, and nobody else sends any"""
    for event in run.calls(*SENDING):
        target, name = event.text("target"), event.text("signal")
        require(
            name == "none"
            or (event.process != run.root.name and is_parent(run, target) and name in signals_of(parameters)),
            seen=f"{event.process} sent {name} to {reach(target)} at event {event.n}",
            why=f"only the children send signals, {' and '.join(signals_of(parameters))}, and only to their parent",
            next="which process id is given to the call that sends, and which signal?",
            events=(event,),
        )
    for child, wanted in zip(run.root.children, rounds_of(run), strict=False):
        for name, due in zip(signals_of(parameters), wanted, strict=False):
            sent = sends(run, child, name)
            require(
                len(sent) == due or (child.exit is None and len(sent) < due and run.root.exit is None),
                seen=f"{child.name} sent {name} {counted(len(sent), 'time')}, and its line says {due}; "
                f"{child.name} {fate(run, child)}",
                why="what a link remembers can be seen only if it is told how much: the child sends as often as its line says",
                next=f"has {child.name} read its own line, the whole of it and no more, and does it send once for each?",
                events=(child.born, *sent[-1:], child.exit or run.last),
            )


# What comes out


@pytest.mark.check(points=1, needs=("blocks_before_fork",), schedules="every")
def test_prints_its_lines(run: Evidence, parameters: Parameters) -> None:
    """three lines for each round, in their order, printed by the parent"""
    due = words(parameters) * len(rounds_of(run))
    lines = printed_lines(run)
    for place, line in enumerate(lines):
        word = due[place] if place < len(due) else ""
        require(
            word and line.ended and number_in(line, word) is not None and line.processes == (run.root.name,),
            seen=f"line {place + 1} of the output is {str(line)[:60]!r}"
            + ("" if line.ended else ", without a newline")
            + f", printed by {' and '.join(line.processes)}",
            why=f"for each round the parent prints {', '.join(words(parameters))}, each with a number, and nothing else comes out",
            next="follow this line: who has printed it, and from which buffer did it come?"
            + (f" Here the line {word!r} was due" if word else ""),
            events=line.writes or (run.last,),
        )
    require(
        len(lines) == len(due),
        seen=f"the output has {counted(len(lines), 'line')} of {len(due)}; {run.root.name} {doing(run)}",
        why="after each round the parent prints three lines",
        next=f"find out what {run.root.name} does instead of printing the next line: does it wait for what will never come?",
        events=(run.root.exit or run.last,),
    )


@pytest.mark.check(points=1, needs=("one_child_a_round",), schedules="every")
def test_waits_for_the_child(run: Evidence, parameters: Parameters) -> None:
    """nothing is taken before the child has sent all, and no time goes by"""
    for child in run.root.children:
        sent = sorted((e for name in signals_of(parameters) for e in sends(run, child, name)), key=lambda e: e.n)
        last = sent[-1].n if sent else 0
        early = [event for event in looks(run, parameters) if child.born.n < event.n < last][:1]
        require(
            not early,
            seen="".join(f"{event.process} {looked(event)} at event {event.n}" for event in early)
            + f", and {child.name} was made at event {child.born.n} and sent its last signal at event {last}",
            why="what has been taken cannot come together any more, and what has not been sent cannot be taken: how "
            "much there is would depend on who was faster",
            next=f"let a call sleep until {child.name} has ended, and take only then",
            events=(child.born, *early, *sent[-1:]),
        )
    for process in own_processes(run):
        require_no_timed_wait(
            process, "let a call sleep until the child has ended; then ask, without any time limit but 0"
        )
        require_no_asking(process, "let a call sleep until the child has ended; to ask again and again is not to wait")
    require(
        run.outcome != "limit",
        seen=f"the program goes on without end ({run.end.limit})",
        why="to wait is to sleep inside the kernel until another process has done its part",
        next="find the loop that never sleeps, and never ends",
        events=(run.last,),
    )


# What was remembered


@pytest.mark.check(points=1, needs=("prints_its_lines", "waits_for_the_child"), schedules="every")
def test_standard_remembers_one(run: Evidence, parameters: Parameters) -> None:
    """of a standard signal there is one, if it was sent at all"""
    name = signals_of(parameters)[0]
    for place, child in enumerate(run.root.children):
        sent = sends(run, child, name)
        require_number(line_at(run, parameters, place, "standard"), min(len(sent), 1), sent,
            seen=f"{child.name} sent {name} {counted(len(sent), 'time')}",
            why="the kernel remembers of a blocked standard signal whether it was sent, and not how often",
        )  # fmt: skip


@pytest.mark.check(points=1, needs=("prints_its_lines", "waits_for_the_child"), schedules="every")
def test_real_time_remembers_each(run: Evidence, parameters: Parameters) -> None:
    """of a real-time signal there are as many as were sent"""
    name = signals_of(parameters)[1]
    for place, child in enumerate(run.root.children):
        sent = sends(run, child, name)
        require_number(line_at(run, parameters, place, "real-time"), len(sent), sent,
            seen=f"{child.name} sent {name} {counted(len(sent), 'time')}",
            why="the kernel keeps a queue of real-time signals, with an entry for each",
        )  # fmt: skip


@pytest.mark.check(points=1, needs=("prints_its_lines", "waits_for_the_child"), schedules="every")
def test_semaphore_remembers_each(run: Evidence, parameters: Parameters) -> None:
    """in the semaphore there are as many as were posted in this round"""
    for place, (child, wanted) in enumerate(zip(run.root.children, rounds_of(run), strict=False)):
        require_number(line_at(run, parameters, place, "semaphore"), wanted[2], (),
            seen=f"the line of {child.name} asked for {counted(wanted[2], 'post')}",
            why="a semaphore counts: each post adds one, and stays until it is taken",
        )  # fmt: skip


@pytest.mark.check(points=1, needs=("prints_its_lines", "waits_for_the_child"), schedules="every")
def test_knows_by_taking(run: Evidence, parameters: Parameters) -> None:
    """all signals of a round are taken in it, and nothing else tells the parent how many there were"""
    for event in (*run.reads(by=run.root.name, on="stdin"), *told_otherwise(run)):
        fail(
            seen=f"{event.process} read from {event.text('object')} at event {event.n}",
            why="the parent is to learn the three numbers by taking, and from nobody else: only the children read the "
            "input, and they tell nothing",
            next="let the child read its own line after it was made, and let the parent count what it takes",
            events=(event,),
        )
    for place, child in enumerate(run.root.children):
        for name, most in zip(signals_of(parameters), (1, None), strict=True):
            sent, taken = sends(run, child, name), taken_in(run, parameters, place, name)
            due = len(sent) if most is None else min(len(sent), most)
            require(
                taken == due,
                seen=f"in the round of {child.name} the parent took {name} {counted(taken, 'time')}, "
                f"and it was there {counted(due, 'time')}",
                why="to look at what is pending is not to take it: what is not taken stays, and belongs to no round",
                next="take each signal by a call that removes it, until nothing is left, before the next child is made",
                events=(child.born, *sent[-1:], run.event(round_end(run, place))),
            )


@pytest.mark.check(points=1, needs=("blocks_before_fork",), schedules="every")
def test_ends_clean(run: Evidence) -> None:
    """all processes end with status 0, and no name is left"""
    own = run.header.plan.argv[0]
    require_names_begin(run, own)
    require_removed_by(run, run.root, own)
    require_all_exit_zero(run)
    require_nothing_left(run)


# What the plan asked for


def rounds_of(run: Evidence) -> tuple[tuple[int, int, int], ...]:
    """The rounds of this run: standard signals, real-time signals, posts."""
    return ROUNDS[run.header.plan.name]


def signals_of(parameters: Parameters) -> tuple[str, str]:
    """The standard signal and the real-time signal, as events name them."""
    return str(parameters["signal"]), f"SIGRTMIN+{parameters['offset']}"


def words(parameters: Parameters) -> tuple[str, str, str]:
    """The first words of the three lines of a round."""
    if parameters["first"] == "semaphore":
        return "semaphore", "standard", "real-time"
    return "standard", "real-time", "semaphore"


# What was sent, taken and printed


def sends(run: Evidence, child: ProcessView, name: str) -> tuple[Event, ...]:
    """The calls by which the child sent this signal to the parent, be it as one of many."""
    calls = [event for event in run.calls(*SENDING, by=child.name, ok=True) if event.text("signal") == name]
    return tuple(e for e in calls if is_parent(run, e.text("target")) or e.text("target") in ("group", "all"))


def is_parent(run: Evidence, target: str) -> bool:
    """Whether a signal to this target is one to the parent: to the process, or to a thread of it."""
    return target.partition(".")[0] == run.root.name


def reach(target: str) -> str:
    """To whom a signal was sent, in words."""
    many = {"group": gettext("its whole process group"), "all": gettext("every process that it may signal")}
    return many.get(target, target)


def looks(run: Evidence, parameters: Parameters) -> tuple[Event, ...]:
    """What the parent did to take one of the two signals, or to see whether it was there, in order."""
    names = set(signals_of(parameters))
    return tuple(
        event
        for event in run.events_of(run.root.name)
        if (event.call == "rt_sigtimedwait" and event.kind in ("call", "block") and names & set(event.texts("set")))
        or (event.kind == "call" and event.call == "read" and event.text("object").startswith("signalfd "))
        or (event.kind == "signal" and event.text("signal") in names)
    )


def looked(event: Event) -> str:
    """One of these in words that follow the process."""
    if event.kind == "signal":
        return gettext(f"had {event.text('signal')} delivered")
    return gettext(f"looked for signals by {event.call}")


def taken_in(run: Evidence, parameters: Parameters, place: int, name: str) -> int:
    """How often the parent took this signal between the birth of this round's child and that of the next one."""
    start, end = run.root.children[place].born.n, round_end(run, place)
    inside = (event for event in looks(run, parameters) if start < event.n <= end)
    return sum(times(event, name) for event in inside)


def round_end(run: Evidence, place: int) -> int:
    """The number of the last event of a round."""
    children = run.root.children
    return children[place + 1].born.n if place + 1 < len(children) else len(run.events)


def times(event: Event, name: str) -> int:
    """How often one of `looks` took this signal."""
    if event.kind == "block" or event.failed:
        return 0
    if event.call == "read" and event.kind == "call":
        data = event.data or b""
        number = SIGRTMIN + int(name[9:]) if name.startswith("SIGRTMIN+") else NUMBERS[name]
        return sum(data[at : at + 4] == number.to_bytes(4, "little") for at in range(0, len(data), RECORD))
    return int(event.text("signal") == name)


def told_otherwise(run: Evidence) -> tuple[Event, ...]:
    """The first read by which the parent got bytes that a child had written, if there is one."""
    given = {
        event.text("object")
        for child in run.root.children
        for event in run.writes(by=child.name, ok=True)
        if event.result and not event.text("object").startswith(SILENT)
    }
    return tuple(e for e in run.reads(by=run.root.name, ok=True) if e.result and e.text("object") in given)[:1]


def number_in(line: Line, word: str) -> int | None:
    """The number of a line that begins with this word, or None."""
    head, _, tail = str(line).partition(" ")
    return int(tail) if head == word and tail.isdecimal() and tail.isascii() else None


def line_at(run: Evidence, parameters: Parameters, place: int, word: str) -> Line:
    """The line of a round that begins with this word; the check that it is there has passed."""
    return printed_lines(run)[3 * place + words(parameters).index(word)]


def require_number(line: Line, due: int, sent: tuple[Event, ...], *, seen: str, why: str) -> None:
    """The line has this number."""
    require(
        int(str(line).rpartition(" ")[2]) == due,
        seen=seen + f", and the parent printed {str(line)!r}",
        why=why,
        next="which calls have brought this number, how often did they run, and where did the number begin in this round?",
        events=(*sent[-1:], *line.writes),
    )
