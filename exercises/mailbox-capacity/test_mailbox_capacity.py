"""In: the evidence of each plan's run; out: whether a mailbox process between two others has exactly the capacity it was given.

All checks judge what the processes did, never how the program is written. A run is cut into moments: each begins when lines
come to standard input and ends when nothing in the program moves any more. How many messages have been accepted and taken by
then does not depend on who ran first. The words, the number of the first message, the byte that fills up a message and the
number of messages that a line brings are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    Limits,
    Line,
    Moment,
    Parameters,
    Plan,
    ProcessView,
    acts,
    counted,
    doing,
    gettext,
    moments,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_children,
    require_no_asking,
    require_no_timed_wait,
    uses,
)

LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
SMALL = 4_096  # bytes that a pipe holds when the system is short of room
STEPS = ("bounded", "zero", "unbounded")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Each capacity with a consumer that is told when to take, and a consumer that is always ready."""
    take = int(parameters["take"])
    tells = acts("\n", "next\n", "\n\n", "")
    every = (
        Plan("bounded", argv=("3", str(4 * take + 4), "600"), stimuli=tells, limits=LIMITS),
        Plan("zero", argv=("0", str(4 * take + 2), "100"), stimuli=tells, limits=LIMITS),
        Plan(
            "unbounded",
            argv=(str(parameters["endless"]), "10", "1000"),
            stimuli=acts("\n", ""),
            limits=LIMITS,
            pipe_capacity=SMALL,
        ),
        Plan("eager", argv=("1", str(3 * take), "16"), stdin=b"\n" * 5, limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


# Who does what


@pytest.mark.check(points=1, schedules="every")
def test_two_children(run: Evidence, parameters: Parameters) -> None:
    """the parent makes a producer and a consumer, and each prints its own lines"""
    require_children(run, 2)
    producer, consumer = run.root.children
    for event in run.reads(on="stdin"):
        require(
            event.process == consumer.name,
            seen=f"{event.process} reads standard input at event {event.n}",
            why=f"the lines of standard input are for the consumer, and that is {consumer.name}, the second child",
            next="read standard input in the second child, and nowhere else",
            events=(event,),
        )
    for line in printed_lines(run):
        word, _, number = str(line).partition(" ")
        whole = str(line) == "end" or (
            word in (parameters["put"], parameters["got"]) and number.removeprefix("-").isdecimal()
        )
        owner = producer if word == parameters["put"] else consumer
        require(
            whole and line.ended,
            seen=f"the line {str(line)!r} came out",
            why="standard output holds the lines of the statement and nothing else, each in one piece",
            next="look at the call that brought it: which line should it be? Bring each line by one write",
            events=line.writes or (run.last,),
        )
        require(
            line.processes == (owner.name,),
            seen=f"the line {str(line)!r} was printed by {' and '.join(line.processes)}",
            why="the producer prints what was accepted, the consumer what it has taken, and the mailbox nothing",
            next=f"let {owner.name} print this line",
            events=line.writes,
        )


@pytest.mark.check(points=1, needs=("two_children",), schedules="every")
def test_through_the_mailbox(run: Evidence, parameters: Parameters) -> None:
    """every message goes from the producer to the mailbox, and from there to the consumer, by pipes"""
    producer, consumer = run.root.children
    for pipe in run.pipes:
        given, taken = uses(run, producer, pipe, "write"), uses(run, consumer, pipe, "read")
        require(
            not (given and taken),
            seen=f"{producer.name} writes to {pipe.name}, and {consumer.name} reads from it",
            why="communication is indirect: producer and consumer know the mailbox, and not each other",
            next="give producer and consumer pipes of their own, which lead to the mailbox or come from it",
            events=(*given[:1], *taken[:1]),
        )
    for word, sender, receiver in (("put", producer, run.root), ("got", run.root, consumer)):
        lines = of_word(run, parameters, word)
        wanted = len(lines) * length(run)
        last = lines[-1].writes[-1] if lines and lines[-1].writes else run.last
        moved = carried(run, sender, receiver)
        require(
            moved >= wanted,
            seen=f"{counted(len(lines), 'line')} `{parameters[word]}` came out, and {counted(moved, 'byte')} of pipes from "
            f"{sender.name} to {receiver.name} were written",
            why=f"each message has {length(run)} bytes, and all of them go this way",
            next="follow the bytes of one message: which process has written them, and which one has read them?",
            events=(last,),
        )


@pytest.mark.check(points=1, needs=("two_children",), plans=STEPS)
def test_waits_asleep(run: Evidence) -> None:
    """while nothing happens nobody does anything"""
    advice = gettext("let one call sleep until a message or a wish comes, and only for what can be dealt with now")
    for process in own_processes(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)
    calls = [event for event in run.events[-20:] if event.kind == "call"]
    names = gettext(" and ").join(dict.fromkeys(gettext(f"{event.process} calls {event.call}") for event in calls))
    asks = gettext(f"{names or 'it goes on'} again and again")
    does = gettext("a process computes without end") if run.end.limit == "cpu" else asks
    require(
        run.outcome != "limit",
        seen=f"there is nothing to do, and yet {does}",
        why="to wait is to sleep inside the kernel; poll returns at once if something is there that nobody takes",
        next=advice,
        events=(*calls[-1:], run.last),
    )


# The consumer


@pytest.mark.check(points=1, needs=("two_children",), plans=STEPS, schedules="every")
def test_takes_when_told(run: Evidence, parameters: Parameters) -> None:
    """the consumer takes as many messages as the lines say, at once, and none before"""
    for moment in moments(run)[:-1]:
        wanted = min(total(run), told(run, moment, parameters))
        found = until(of_word(run, parameters, "got"), moment)
        require(
            len(found) == wanted,
            seen=f"{moment.began} {counted(len(found), 'message')} had been taken, and the lines so far bring {wanted}; "
            f"{at_rest(run, moment)}",
            why="the consumer takes messages for each line that it reads, and sleeps until the next line comes",
            next="follow one line: what does the consumer ask for, what does it get, and what does it print?",
            events=(*moment.came[:1], run.event(moment.last)),
        )


@pytest.mark.check(points=1, needs=("two_children",), schedules="every")
def test_first_in_first_out(run: Evidence, parameters: Parameters) -> None:
    """the messages come out whole, each once, in the order in which they went in"""
    for word in ("put", "got"):
        for place, line in enumerate(of_word(run, parameters, word)):
            wanted = f"{parameters[word]} {int(parameters['first']) + place}"
            require(
                str(line) == wanted and place < total(run),
                seen=f"the line {str(line)!r} came out where {wanted!r} was due"
                if place < total(run)
                else f"the line {str(line)!r} came out when nothing more was due",
                why="a mailbox is a queue: what went in first goes out first, and nothing is lost or doubled",
                next="follow the two messages around this line: where were they kept, and which was handed over first?",
                events=line.writes or (run.last,),
            )


# The capacity


@pytest.mark.check(points=1, needs=("two_children",), plans=("bounded", "eager"), schedules="every")
def test_stops_when_full(run: Evidence, parameters: Parameters) -> None:
    """never more than CAP messages are accepted and not taken"""
    require_no_more(run, parameters)


@pytest.mark.check(points=1, needs=("two_children",), plans=("bounded",), schedules="every")
def test_uses_all_room(run: Evidence, parameters: Parameters) -> None:
    """CAP messages are accepted without a taker, and one more for each that is taken"""
    require_no_fewer(run, parameters)


@pytest.mark.check(points=1, needs=("two_children",), plans=("zero",), schedules="every")
def test_capacity_zero(run: Evidence, parameters: Parameters) -> None:
    """with capacity 0 a message is accepted when it is taken, not before, and not later"""
    require_no_more(run, parameters)
    require_no_fewer(run, parameters)


@pytest.mark.check(points=1, needs=("two_children",), plans=("unbounded",), schedules="every")
def test_unbounded_never_waits(run: Evidence, parameters: Parameters) -> None:
    """without a limit all messages are accepted before the first is taken"""
    require_no_fewer(run, parameters)


# How it ends


@pytest.mark.check(points=1, needs=("two_children",), schedules="every")
def test_ends_after_the_rest(run: Evidence, parameters: Parameters) -> None:
    """everything is delivered, then comes `end`; both children are collected, and all end with status 0"""
    taken = of_word(run, parameters, "got")
    fates = "; ".join(f"{process.name} {doing(run, process.name)}" for process in own_processes(run))
    require(
        len(taken) >= total(run),
        seen=f"the consumer took {counted(len(taken), 'message')} of {total(run)}: {fates}",
        why="what the mailbox has accepted it keeps until it is taken, also when the producer or the input has ended",
        next="find the message that is missing: who has it, and what does that process wait for?",
        events=(run.root.exit or run.last,),
    )
    ends = [line for line in printed_lines(run) if str(line) == "end"]
    last = [line for line in printed_lines(run) if str(line) == "end" or line in taken][-1:]
    require(
        len(ends) == 1 and last == ends,
        seen=f"the line 'end' came out {counted(len(ends), 'time')}; {fates}",
        why="`end` is the consumer's last line, when it has been told that no message will come any more",
        next="what does the mailbox do when the producer has ended, nothing is left, and the consumer waits?",
        events=(*(line.writes[-1] for line in ends if line.writes), run.root.exit or run.last),
    )
    require_all_reaped(run)
    require_all_exit_zero(run)


# What the plan asked for


def capacity(run: Evidence) -> int:
    """CAP, a number of messages; K, which is never reached, where there is no limit."""
    cap = run.header.plan.argv[0]
    return int(cap) if cap.isdigit() else total(run)


def total(run: Evidence) -> int:
    """K: how many messages there are."""
    return int(run.header.plan.argv[1])


def length(run: Evidence) -> int:
    """L: how many bytes a message has."""
    return int(run.header.plan.argv[2])


def told(run: Evidence, moment: Moment, parameters: Parameters) -> int:
    """How many messages the lines that came until the end of this moment bring."""
    come = sum(each.input.count("\n") for each in moments(run) if each.last <= moment.last)
    return come * int(parameters["take"])


# What the checks ask of a run


def of_word(run: Evidence, parameters: Parameters, word: str) -> list[Line]:
    """The lines that begin with the parameter's word, in order."""
    return [line for line in printed_lines(run) if str(line).startswith(f"{parameters[word]} ")]


def until(lines: list[Line], moment: Moment) -> list[Line]:
    """Those of the lines that were complete at the end of the moment."""
    return [line for line in lines if line.writes and line.writes[-1].n <= moment.last]


def at_rest(run: Evidence, moment: Moment) -> str:
    """What the three processes do at the end of a moment, in words."""
    return "; ".join(f"{each.name} {doing(run, each.name, at=moment.last)}" for each in own_processes(run))


def carried(run: Evidence, sender: ProcessView, receiver: ProcessView) -> int:
    """How many bytes the sender has written to pipes from which the receiver has read."""
    pipes = [pipe for pipe in run.pipes if any(event.process == receiver.name for event in pipe.reads)]
    return sum(event.result or 0 for pipe in pipes for event in pipe.writes if event.process == sender.name)


def require_no_more(run: Evidence, parameters: Parameters) -> None:
    """Whenever a message is accepted, all but CAP of those until then were wished for: the consumer had read so many lines."""
    reads = [event for event in run.reads(on="stdin", ok=True) if event.kind == "call"]
    take = int(parameters["take"])
    for number, line in enumerate(of_word(run, parameters, "put"), start=1):
        when = line.writes[-1]
        before = [event for event in reads if event.n < when.n]
        wished = take * sum((event.data or b"").count(b"\n") for event in before)
        over = any(event.result == 0 for event in before)
        require(
            over or number <= capacity(run) + wished,
            seen=f"{counted(number, 'message')} had been accepted at event {when.n}, and the consumer had read lines for {wished}",
            why=f"while {capacity(run)} messages have been accepted and not taken no other one is accepted"
            if capacity(run)
            else "with capacity 0 no message is accepted before the consumer has asked for it",
            next="where may a message lie that your mailbox does not count: in a pipe, in a variable, with the consumer?",
            events=(*before[-1:], when),
        )


def require_no_fewer(run: Evidence, parameters: Parameters) -> None:
    """At rest, CAP messages more have been accepted than taken, or all."""
    for moment in moments(run)[:-1]:
        taken = len(until(of_word(run, parameters, "got"), moment))
        wanted = min(total(run), capacity(run) + taken)
        found = until(of_word(run, parameters, "put"), moment)
        require(
            len(found) >= wanted,
            seen=f"{moment.began} {counted(len(found), 'message')} had been accepted and {taken} taken; "
            f"{at_rest(run, moment)}",
            why=f"the producer waits only while the mailbox is full; here {wanted} had to be accepted"
            if capacity(run)
            else "with capacity 0 the producer waits until its message is taken, and no longer",
            next="look at what each process sleeps in: who should have woken the producer, and after which step?",
            events=(*moment.came[:1], run.event(moment.last)),
        )
