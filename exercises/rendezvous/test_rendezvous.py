"""In: the evidence of each plan's run; out: whether each send returned only when its message had been taken, and not before.

All checks judge what the processes did, never how the program is written. By which means the processes reach each other is
free, so the order is asked of what all have in common: the calls that brought the lines to standard output. A second message
on its way, or an answer that comes too early, lets the lines change places in some order of steps. The words, the number of
the first message, the longest message and which process sends are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    Limits,
    Line,
    Parameters,
    Plan,
    ProcessView,
    acts,
    counted,
    fate,
    gettext,
    moments,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_no_asking,
    require_no_timed_wait,
    require_nothing_left,
    require_one_child,
)

LIMITS = Limits(events=15_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
TALKS = ("several", "typed")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Several messages that are there at the beginning, two that come one by one and in pieces, and none."""
    longest = "0123456789".ljust(int(parameters["longest"]), "=")
    every = (
        Plan("several", stdin=f"apple\n{longest}\nx\nan old boat\n".encode(), limits=LIMITS),
        Plan("typed", stimuli=acts("pear\n", "two ", "plums\n", ""), limits=LIMITS),
        Plan("none", limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


# What is printed, and by whom


@pytest.mark.check(points=1, schedules="every")
def test_prints_every_message(run: Evidence, parameters: Parameters) -> None:
    """both lines of each message come out, whole and once"""
    wanted = [text for number in range(len(messages(run))) for text in pair(run, parameters, number)]
    due = dict.fromkeys(wanted, 1)
    for line in printed_lines(run):
        due[str(line)] = due.get(str(line), 0) - 1
        require(
            due[str(line)] >= 0 and line.ended,
            seen=f"the line {str(line)[:60]!r} was written by {' and '.join(line.processes)}"
            + ("" if line.ended else ", without a newline" if str(line) in wanted else ""),
            why=f"{counted(len(messages(run)), 'message')} make two lines each, and nothing else comes out",
            next="follow the process to this line: what had it received, and what was in its buffers?",
            events=line.writes or (run.last,),
        )
    missing = [text for text in wanted if due[text] > 0]
    fates = "; ".join(f"{process.name} {fate(run, process)}" for process in own_processes(run))
    require(
        not missing,
        seen=f"the line {missing[0]!r} is missing: {fates}" if missing else "",
        why="each message is printed by the receiver, and then by the sender",
        next="find out who should have printed this line, and what that process waits for",
        events=(run.last,),
    )


@pytest.mark.check(points=1, schedules="every")
def test_one_child(run: Evidence) -> None:
    """one child, and nobody executes another program"""
    require_one_child(run)


@pytest.mark.check(points=1, needs=("one_child",), schedules="every")
def test_each_its_part(run: Evidence, parameters: Parameters) -> None:
    """only the sender reads the input, after the fork, and each prints its own lines"""
    child = own_processes(run)[1]
    sender, receiver = roles(run, parameters)
    for event in run.transfers("stdin", "read"):
        require(
            event.process == sender.name and event.n > child.born.n,
            seen=f"{called(event.process, sender)} read from standard input at event {event.n}"
            + (f", before {child.name} was made at event {child.born.n}" if event.n < child.born.n else ""),
            why="the receiver is to have nothing but what the sender has sent: neither the input nor a copy of what was read",
            next="read standard input in the sender alone, after the fork",
            events=(event, child.born),
        )
    for number in range(len(messages(run))):
        for text, owner in zip(pair(run, parameters, number), (receiver, sender), strict=True):
            line = line_of(run, text)
            require(
                line is None or line.processes == (owner.name,),
                seen=f"the line {text!r} was printed by "
                + " and ".join(called(name, sender) for name in (line.processes if line else ())),
                why="the receiver says what it has taken, and the sender says what it has sent",
                next=f"print this line in {called(owner.name, sender)}",
                events=line.writes if line else (),
            )


# The order of the lines


@pytest.mark.check(points=1, needs=("one_child",), schedules="hurried", plans=TALKS)
def test_receiver_prints_first(run: Evidence, parameters: Parameters) -> None:
    """send returns when the receiver has printed the message"""
    sender, receiver = roles(run, parameters)
    for number in range(len(messages(run))):
        taken, told = (line_of(run, text) for text in pair(run, parameters, number))
        if taken is None or told is None:
            continue  # a missing line is the matter of another check
        require(
            taken.writes[-1].n < told.writes[0].n,
            seen=f"{called(sender.name, sender)} printed {short(told)!r} at event {told.writes[0].n}, and "
            f"{called(receiver.name, sender)} printed {short(taken)!r} only at event {taken.writes[-1].n}",
            why="who returns from send knows that the receiver has taken the message, and is through with it",
            next="let the sender sleep until the receiver tells it, and let the receiver tell it when its line is out",
            events=(told.writes[0], taken.writes[-1]),
        )


@pytest.mark.check(points=1, needs=("one_child",), schedules="hurried", plans=TALKS)
def test_one_message_at_a_time(run: Evidence, parameters: Parameters) -> None:
    """the next message is handed over when the sender has printed the one before"""
    sender, receiver = roles(run, parameters)
    for number in range(len(messages(run)) - 1):
        told, following = (line_of(run, pair(run, parameters, number + ahead)[1 - ahead]) for ahead in (0, 1))
        if told is None or following is None:
            continue
        require(
            told.writes[-1].n < following.writes[0].n,
            seen=f"{called(receiver.name, sender)} printed {short(following)!r} at event {following.writes[0].n}, and "
            f"{called(sender.name, sender)} printed {short(told)!r} only at event {told.writes[-1].n}",
            why="there is never more than one message on its way, and that of the line before was not yet done with",
            next="bring the sender's line out of all buffers before it hands over the next message, or any part of it",
            events=(following.writes[0], told.writes[-1]),
        )


@pytest.mark.check(points=1, needs=("prints_every_message",), schedules="every", plans=("typed",))
def test_passes_each_at_once(run: Evidence, parameters: Parameters) -> None:
    """each message is passed on as soon as its line has come"""
    complete = 0
    given = ""
    for moment in moments(run):
        given += moment.input
        due = [text for number in range(complete, given.count("\n")) for text in pair(run, parameters, number)]
        complete = given.count("\n")
        found = [str(line) for line in moment.lines]
        late = [text for text in due if text not in found]
        require(
            not late,
            seen=f"{moment.began} nothing moved any more at event {moment.last}, and the line {late[0]!r} was not out"
            if late
            else "",
            why="a message is there when its line is: the next line may come much later, or never",
            next="find out what the sender still waits for when it has a whole line, and where each line is after it was printed",
            events=(*moment.came, moment.last),
        )


# How it waits, and how it ends


@pytest.mark.check(points=1, needs=("one_child",), schedules="every", plans=TALKS)
def test_waits_asleep(run: Evidence) -> None:
    """nobody waits for a time, nobody asks again and again"""
    advice = "find the call that sleeps until the other process has done its part"
    for process in own_processes(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)
    require(
        run.end.limit not in ("idle", "cpu"),  # who is busy without end is the matter of what comes out
        seen=f"the program goes on without end ({run.end.limit})",
        why="to wait is to sleep inside the kernel until another process has done its part",
        next="find the loop that never sleeps",
        events=(run.last,),
    )


@pytest.mark.check(points=1, needs=("prints_every_message",), schedules="every")
def test_child_is_reaped(run: Evidence) -> None:
    """the parent has the child's status before it ends"""
    if run.root.exit is not None:  # else: the matter of how the processes end
        require_all_reaped(run)


@pytest.mark.check(points=1, needs=("prints_every_message",), schedules="every")
def test_exits_zero(run: Evidence) -> None:
    """both processes end, with status 0"""
    require_all_exit_zero(run)


@pytest.mark.check(points=1, needs=("one_child",), schedules="every")
def test_nothing_left(run: Evidence) -> None:
    """nothing that has a name is left"""
    if run.root.exit is not None:
        require_nothing_left(run)


# What the checks ask of a run


def messages(run: Evidence) -> list[str]:
    """The messages of this run, in order."""
    plan = run.header.plan
    given = plan.stdin + b"".join(stimulus.data for stimulus in plan.stimuli)
    return given.decode().split("\n")[:-1]


def pair(run: Evidence, parameters: Parameters, number: int) -> tuple[str, str]:
    """The receiver's and the sender's line of the message with this number, counted from 0."""
    taken, _, told = str(parameters["words"]).partition("-")
    what = f"{int(parameters['first']) + number} {messages(run)[number]}"
    return f"{taken} {what}", f"{told} {what}"


def roles(run: Evidence, parameters: Parameters) -> tuple[ProcessView, ProcessView]:
    """The sender and the receiver."""
    child = own_processes(run)[-1]  # the root itself, where there is no child: another check says so
    return (run.root, child) if parameters["sender"] == "parent" else (child, run.root)


def called(name: str, sender: ProcessView) -> str:
    """A process with what it is: `P0 (sender)`."""
    return gettext(f"{name} (sender)") if name == sender.name else gettext(f"{name} (receiver)")


def short(line: Line) -> str:
    """The beginning of a line, long enough to know it by."""
    return str(line)[:24]


def line_of(run: Evidence, text: str) -> Line | None:
    """The first line with this text that can be traced to calls, if there is one."""
    return next((line for line in printed_lines(run) if str(line) == text and line.writes), None)
