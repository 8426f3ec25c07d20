"""In: the evidence of each plan's run; out: whether two commands were connected as a shell does it, and how that ended.

What a command was given is read from its descriptors at the instant at which its program began. The word between the commands,
whose status counts, and where the first command's errors go are parameters of the variant.
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
    counted,
    fail,
    fate,
    gettext,
    own_processes,
    require,
    require_all_reaped,
)

LIMITS = Limits(events=20_000, idle=1_000)  # a program that asks again and again is not watched for long
TEXT = b"pears and\napples\0no newline"
ZEROS = 100_000  # more than a pipe holds
MISSING = "no-such-command"
SLEEPS = frozenset(
    "rt_sigsuspend rt_sigtimedwait pause poll ppoll select pselect6 epoll_wait epoll_pwait nanosleep clock_nanosleep".split()
)

Words = tuple[str, ...]
PAIRS: dict[str, tuple[Words, Words]] = {
    "text": (("cat",), ("tr", "a-z", "A-Z")),
    "words": (
        ("printf", "%s;", "two  words", "*", "", "$HOME"),
        ("sh", "-c", 'cat; printf "%s." "$@"', "sh", "", "'q'"),
    ),
    "large": (("head", "-c", str(ZEROS), "/dev/zero"), ("wc", "-c")),
    "cut-short": (("seq", "50000"), ("head", "-n", "1")),
    "broken": (("true",), ("sh", "-c", "kill -s PIPE $$; exit 3")),
    "both": (("sh", "-c", "exit 3"), ("sh", "-c", "exit 4")),
    "first": (("sh", "-c", "exit 5"), ("cat",)),
    "killed": (("true",), ("sh", "-c", "kill -s TERM $$")),
    "missing-last": (("echo", "hello"), (MISSING, "word")),
    "missing-first": ((MISSING, "word"), ("cat",)),
}
STATUSES = {
    "text": (0, 0),
    "both": (3, 4),
    "first": (5, 0),
    "killed": (0, 143),
    "missing-last": (0, 127),
    "missing-first": (127, 0),
}
"""How the two commands end, as a shell tells it."""

READ_END, WRITE_END, CLOSED = gettext("the read end of "), gettext("the write end of "), "closed"
FOUND = ("text", "broken", "both", "first", "killed")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Two commands each: bytes, words, many bytes, a writer that loses its reader, signals, statuses, commands that are missing."""
    middle = str(parameters["separator"])
    return {
        name: Plan(
            name,
            argv=(*pair(name, parameters)[0], middle, *pair(name, parameters)[1]),
            stdin=given(name),
            limits=LIMITS,
        )
        for name in PAIRS
    }


# What goes through


@pytest.mark.check(points=1, plans=("text", "words"), schedules="every")
def test_passes_bytes(run: Evidence, parameters: Parameters) -> None:
    """what the first command writes comes to the second, and each word as it was given"""
    middle = str(parameters["separator"])
    expected = {
        "text": TEXT.upper(),
        "words": f"two  words;*;;$HOME;.'q'.{middle}.".encode(),
    }[run.header.plan.name]
    require(
        run.stdout == expected,
        seen=f"standard output is {run.stdout[:60]!r}, and {expected!r} was due; {run.root.name} {fate(run, run.root)}",
        why="the second command reads what the first one writes, until its end; each gets the words that were given, and no other",
        next="compare the two, then follow the bytes, or the words, from one process to the next",
        events=(run.last,),
    )


@pytest.mark.check(points=1, plans=FOUND, schedules="every")
def test_two_children(run: Evidence, parameters: Parameters) -> None:
    """the program makes two children, and each executes one command"""
    require_no_others(run)
    for role, words in zip("AB", pair(run.header.plan.name, parameters), strict=True):
        found = [
            event
            for child in run.root.children
            for event in executions(run, child)
            if event.texts("argv") == tuple(words)
        ]
        require(
            found,
            seen=f"no child of {run.root.name} executed the command {role}, {' '.join(words)!r}; " + told(run),
            why="each command is executed by a child of the program itself, with the words that were given",
            next="fork once for each command, and execute it in that child",
            events=tuple(child.born for child in run.root.children) or (run.last,),
        )


# What a command is given


@pytest.mark.check(points=1, needs=("two_children",), plans=("text", "both"), schedules="every")
def test_connects_the_ends(run: Evidence, parameters: Parameters) -> None:
    """descriptors 0, 1 and 2 of both commands as they begin"""
    a, b = beginnings(run, parameters)
    pipe = opened(run, a).get(1, CLOSED).removeprefix(WRITE_END)
    require(
        pipe in {made.name for made in run.pipes},
        seen=f"descriptor 1 of {a.process}, which executes {a.texts('argv')[0]}, is {opened(run, a).get(1, CLOSED)}",
        why="the standard output of the first command is the write end of a pipe that the program has made",
        next="make the write end of the pipe descriptor 1 in the child, before it executes the command",
        events=(a,),
    )
    output = WRITE_END + pipe
    errors = "stderr" if parameters["errors"] == "apart" else output
    for begun, wanted in ((a, ("stdin", output, errors)), (b, (READ_END + pipe, "stdout", "stderr"))):
        for fd, due in enumerate(wanted):
            found = opened(run, begun).get(fd, CLOSED)
            require(
                found == due,
                seen=f"descriptor {fd} of {begun.process}, which executes {begun.texts('argv')[0]}, is {found}, not {due}",
                why="a command reads 0 and writes 1 and 2, whatever they are: what they are is decided before it begins",
                next="write down what dup2 makes of each of the three, in this child",
                events=(begun,),
            )


@pytest.mark.check(points=1, needs=("two_children",), schedules="every")
def test_hands_on_nothing_else(run: Evidence, parameters: Parameters) -> None:
    """no other descriptor is open in a command as it begins"""
    for begun in begun_commands(run, parameters):
        more = {fd: name for fd, name in opened(run, begun).items() if fd > 2}
        require(
            not more,
            seen=f"{begun.process} begins {begun.texts('argv')[0]} with descriptor "
            + " and ".join(f"{fd} open, {name}" for fd, name in more.items()),
            why="a command does not know of it and never closes it; if it is an end of the pipe, it counts as a reader or a writer",
            next=f"close it in {begun.process} before it executes the command, or let exec close it",
            events=(begun,),
        )


@pytest.mark.check(points=1, needs=("runs_at_the_same_time",), plans=("cut-short", "broken"), schedules="every")
def test_sigpipe_is_default(run: Evidence, parameters: Parameters) -> None:
    """SIGPIPE ends a command, the first as well as the second"""
    a, b = beginnings(run, parameters)
    command = run.process(a.process if run.header.plan.name == "cut-short" else b.process)
    end = command.exit or run.last
    left = [
        gettext(f"{holder.process} holds a read end, fd {holder.fd}")
        for pipe in run.pipes
        for holder in pipe.holders("read")
    ]
    held = gettext(f"; {left[0]}") if left and command.exit is None else ""
    require(
        command.killed_by == "SIGPIPE",
        seen=f"{command.name}, which executed {' '.join(command.argv)!r}, {fate(run, command)}{held}",
        why="a writer whose last reader has gone gets SIGPIPE, and by default that ends it",
        next="see to it that no read end is left over, and that SIGPIPE has its default action before exec",
        events=(end,),
    )


# How the program goes on


@pytest.mark.check(points=1, needs=("two_children",), plans=("text", "large", "cut-short"), schedules="every")
def test_runs_at_the_same_time(run: Evidence, parameters: Parameters) -> None:
    """both children are made before the program waits"""
    begun = begun_commands(run, parameters)
    require(
        len(begun) == 2,
        seen=f"{' '.join(run.header.plan.argv)!r}: only {counted(len(begun), 'command')} ever began; {told(run)}",
        why="what does not fit into a pipe passes only if the second command takes it out meanwhile",
        next="make the second child without looking whether the first has ended",
        events=(run.last,),
    )
    last = second_birth(run, parameters)
    early = [event for event in waits(run, last.task) if event.n < last.n]
    require(
        not early,
        seen=f"{last.task} waited at event {early[0].n if early else 0}, and made the second child at event {last.n}",
        why="the first command may need the second to go on: a pipe holds only so much",
        next="make both children, then wait",
        events=(*early[:1], last),
    )


@pytest.mark.check(
    points=1, needs=("connects_the_ends", "runs_at_the_same_time"), plans=("text", "both"), schedules="every"
)
def test_closes_own_ends(run: Evidence, parameters: Parameters) -> None:
    """the program holds no end of the pipe when it waits"""
    last = second_birth(run, parameters)
    for begun in [event for event in waits(run, last.task) if event.n > last.n][:1]:
        for mode, harm in (
            ("write", gettext("the reader never sees the end of its input")),
            ("read", gettext("the writer never learns that nobody reads")),
        ):
            held = [
                holder
                for holder in link(run, parameters).holders(mode, at=begun.n - 1)
                if holder.process == run.root.name
            ]
            require(
                not held,
                seen=f"{run.root.name} still holds the {mode} end, fd {held[0].fd if held else 0}, when it waits, event {begun.n}",
                why=f"as long as the program has it open, {harm}",
                next=f"close the {mode} end in the program itself, after both forks and before the wait",
                events=(*(holder.since for holder in held[:1]), begun),
            )


@pytest.mark.check(points=1, needs=("passes_bytes",), plans=("text", "both", "first", "killed"), schedules="every")
def test_tells_the_status(run: Evidence, parameters: Parameters) -> None:
    """the exit status is made of those of the commands"""
    require_status(run, parameters)


@pytest.mark.check(points=1, needs=("passes_bytes",), plans=("missing-last", "missing-first"), schedules="every")
def test_unknown_command(run: Evidence, parameters: Parameters) -> None:
    """a command that does not exist counts as ended with 127"""
    require_no_others(run)
    require_status(run, parameters)
    last = run.header.plan.name == "missing-last"
    require(
        run.stderr or not (last or parameters["errors"] == "apart"),
        seen="nothing came out on standard error",
        why="who typed the command must be told that it does not exist",
        next="look at what exec has returned or raised, and say it there",
        events=(run.last,),
    )


@pytest.mark.check(
    points=1, needs=("passes_bytes", "two_children"), plans=("text", "both", "first", "killed"), schedules="every"
)
def test_children_are_reaped(run: Evidence) -> None:
    """the program has the status of both children when it ends"""
    if run.root.exit:  # else it never ended: the check of the status says so
        require_all_reaped(run)


# What the checks ask of a run


def given(name: str) -> bytes:
    """What a plan puts into standard input."""
    return TEXT if name == "text" else b""


def pair(name: str, parameters: Parameters) -> tuple[Words, Words]:
    """The two commands of a plan; in one plan the second has the separator among its arguments."""
    a, b = PAIRS[name]
    return a, (*b, str(parameters["separator"])) if name == "words" else b


def executions(run: Evidence, process: ProcessView) -> tuple[Event, ...]:
    """The calls by which a process began another program."""
    return run.calls("execve", "execveat", by=process.name, ok=True)


def begun_commands(run: Evidence, parameters: Parameters) -> list[Event]:
    """The calls by which the commands A and B began, of those that did, each in a child of the program."""
    begun = [event for child in run.root.children for event in executions(run, child)]
    commands = pair(run.header.plan.name, parameters)
    found = (next((event for event in begun if event.texts("argv") == tuple(words)), None) for words in commands)
    return [event for event in found if event]


def beginnings(run: Evidence, parameters: Parameters) -> tuple[Event, Event]:
    """The calls by which the commands A and B began. The run has passed the check `two-children`."""
    a, b = begun_commands(run, parameters)
    return a, b


def opened(run: Evidence, begun: Event) -> dict[int, str]:
    """The descriptors of a process when its program begins, in words: number → object, or end of a pipe; the lowest first."""
    pipes = {pipe.name for pipe in run.pipes}
    entries = (entry for entry in run.entries if entry.process == begun.process and entry.covers(begun.n))
    return {
        entry.fd: (READ_END if entry.mode == "r" else WRITE_END) + entry.object
        if entry.object in pipes
        else entry.object
        for entry in sorted(entries, key=lambda entry: entry.fd)
    }


def link(run: Evidence, parameters: Parameters) -> PipeView:
    """The pipe between the commands. The run has passed the check `connects-the-ends`."""
    return run.pipe(opened(run, beginnings(run, parameters)[0])[1].removeprefix(WRITE_END))


def second_birth(run: Evidence, parameters: Parameters) -> Event:
    """The call that made the later one of the two children."""
    return max((run.process(begun.process).born for begun in beginnings(run, parameters)), key=lambda event: event.n)


def waits(run: Evidence, task: str) -> list[Event]:
    """Where a task waits for a child: wait calls, but for those that may find nobody, and sleeps that a signal or a child ends."""
    return [
        event
        for event in run.events
        if event.task == task
        and (
            (event.kind == "block" and event.call in SLEEPS)
            or (
                event.kind in ("call", "block")
                and event.call in ("wait4", "waitid")
                and "WNOHANG" not in event.texts("options")
            )
        )
    ]


def told(run: Evidence) -> str:
    """How the root has ended, and how many children it made."""
    return gettext(f"it made {counted(len(run.root.children), 'child', 'children')} and {fate(run, run.root)}")


def require_no_others(run: Evidence) -> None:
    """The root has made at most two children, and a child none before it has become a command."""
    for process in own_processes(run)[1:]:
        maker = process.parent or run.root
        begun = [event for event in executions(run, maker) if event.n < process.born.n]
        require(
            maker == run.root or begun,
            seen=f"{maker.name}, which had not executed a command, made the process {process.name}",
            why="both children are the program's own; a child becomes its command, or ends",
            next="see to it that no child goes on in the code of its parent",
            events=(process.born,),
        )
    require(
        len(run.root.children) <= 2,
        seen=f"{run.root.name} made {counted(len(run.root.children), 'child', 'children')}",
        why="there are two commands, and each has one process",
        next="fork once for each command",
        events=tuple(child.born for child in run.root.children) or (run.last,),
    )


def require_status(run: Evidence, parameters: Parameters) -> None:
    """The root has ended with the status that the statement makes of those of the two commands."""
    a, b = STATUSES[run.header.plan.name]
    due = b or (a if parameters["status"] == "pipefail" else 0)
    if run.exit_status != due:
        fail(
            seen=f"{' '.join(run.header.plan.argv)!r}: {run.root.name} {fate(run, run.root)}; {due} was due",
            why=f"by the rules of the statement the first command has the status {a} and the second {b}",
            next="look at what each wait has told, and of which child",
            events=(run.root.exit or run.last,),
        )
