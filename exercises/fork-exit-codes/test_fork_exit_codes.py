"""In: the evidence of each plan's run; out: whether a parent made its children at once, and told what the kernel told it.

All checks judge what the processes did, never how the program is written, and none depends on who runs first: that all
children live at once is read from a run in which the first one never ends. The words, the number of the first child, what the
last line tells and the argument of a child that stays are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Evidence,
    Limits,
    Parameters,
    Plan,
    Stimulus,
    When,
    counted,
    fate,
    gettext,
    own_processes,
    printed_lines,
    require,
    require_all_reaped,
    require_lines,
)

LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
NUMBERS = {"SIGKILL": 9, "SIGTERM": 15}
ENDING = ("few", "none", "wide")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Numbers, numbers that are not kept whole, children that are killed in either order, and one that stays for ever."""
    stays = str(parameters["stay"])
    every = (
        Plan("few", argv=("3", "0", "42"), limits=LIMITS),
        Plan("none", limits=LIMITS),
        Plan("wide", argv=("255", "256", "-1", "300"), limits=LIMITS),
        Plan("killed", argv=("4", stays, stays), stimuli=(kill("P2", "SIGTERM"), kill("P3", "SIGKILL")), limits=LIMITS),
        # The last one a second time: a program that waits too early has not made it when the first signal comes.
        Plan(
            "late",
            argv=(stays, "7", stays),
            stimuli=(kill("P3", "SIGKILL"), kill("P1", "SIGTERM"), kill("P3", "SIGKILL")),
            limits=LIMITS,
        ),
        Plan("staying", argv=(stays, "5", "6"), limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


def kill(process: str, name: str) -> Stimulus:
    """A signal from outside, when nothing in the program moves any more."""
    return Stimulus(When("quiet"), "signal", signal=name, process=process)


# What is printed


@pytest.mark.check(points=1, plans=("few", "none"), schedules="every")
def test_reports_each_child(run: Evidence, parameters: Parameters) -> None:
    """the lines for children that end by themselves"""
    require_lines(
        run,
        report(run, parameters),
        why=f"{counted(len(run.header.plan.argv), 'argument')}: so many children, a line for each, one before and one after",
        wrong="follow this line: which process prints it, and from which call does it know the number?",
    )


@pytest.mark.check(points=1, needs=("reports_each_child",), plans=("wide",), schedules="every")
def test_keeps_low_eight_bits(run: Evidence, parameters: Parameters) -> None:
    """the lines for numbers below 0 and above 255"""
    require_lines(
        run,
        report(run, parameters),
        why="of a child's number the kernel keeps the low eight bits; the line tells what came back, not what was sent out",
        wrong="print the exit status that the parent's wait returned for this child",
    )


@pytest.mark.check(
    points=1, needs=("reports_each_child", "one_child_per_argument"), plans=("killed",), schedules="every"
)
def test_reports_signals(run: Evidence, parameters: Parameters) -> None:
    """the lines for children that a signal kills"""
    require_lines(
        run,
        report(run, parameters),
        why="who was killed has no exit status: what the parent's wait returned says which signal it was",
        wrong="ask first how the child ended, and only then for the number that belongs to this way of ending",
    )


@pytest.mark.check(points=1, needs=("reports_signals", "only_the_parent_prints"), plans=("late",), schedules="every")
def test_keeps_the_order(run: Evidence, parameters: Parameters) -> None:
    """the lines stand in the order of the arguments, whoever ends first"""
    require_lines(
        run,
        report(run, parameters),
        why="children end in any order; the lines stand in the order of the arguments",
        wrong="find out for which child your wait returned, and keep what it says until the line of this child is due",
    )


@pytest.mark.check(points=1, needs=("reports_each_child",), schedules="every")
def test_says_start_first(run: Evidence) -> None:
    """`start K` is out before the first child is made"""
    children = own_processes(run)[1:]
    lines = [line for line in printed_lines(run) if line.text.startswith(b"start ")]
    out = lines[0].writes[-1] if lines and lines[0].writes else run.last
    require(
        not children or out.n < children[0].born.n,
        seen=f"{children[0].name if children else ''} was made at event {children[0].born.n if children else 0}, and "
        + (f"the line {str(lines[0])!r} was written only at event {out.n}" if lines else "no `start` was written"),
        why="what lies in a buffer at fork lies in the child's copy of the buffer as well, and nobody sees it yet",
        next="push the line out of the buffer before the first fork",
        events=(*(child.born for child in children[:1]), out),
    )


@pytest.mark.check(points=1, schedules="every")
def test_only_the_parent_prints(run: Evidence) -> None:
    """no child writes to standard output"""
    for process in run.pipe("stdout").writers():
        written = [event for event in run.pipe("stdout").writes if event.process == process.name and event.result]
        require(
            process == run.root or not written,
            seen=f"{process.name} wrote {(written[0].data or b'')[:60]!r} to standard output" if written else "",
            why="a child tells its parent one number, by the way it ends, and the parent prints",
            next="print in the parent, and see to it that a child has nothing in its buffers that it could write when it ends",
            events=(process.born, *written[:1]),
        )


# Which processes there are


@pytest.mark.check(points=1, plans=ENDING, schedules="every")
def test_one_child_per_argument(run: Evidence) -> None:
    """one child for each argument, which ends with its number"""
    made, orders = own_processes(run)[1:], run.header.plan.argv
    names = ", ".join(gettext(f"{child.name} (made by {child.parent.name if child.parent else '?'})") for child in made)
    require(
        len(made) == len(orders) and all(child.parent == run.root for child in made),
        seen=f"for {counted(len(orders), 'argument')} there were {counted(len(made), 'process', 'processes')} "
        f"besides P0: {names or 'none'}",
        why="the parent makes all children, one for each argument, and no child makes another",
        next="call fork once for each argument, in the parent, and let a child end before it comes to that line again",
        events=tuple(child.born for child in made) or (run.last,),
    )
    executed = run.calls("execve", "execveat", ok=True)
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed[:1]),
        why="a child runs your own code, and says with it how it ends",
        next="do in the child itself what the other program does",
        events=executed[:1],
    )
    for child, order in zip(made, orders, strict=True):
        require(
            child.exit_status == int(order) % 256,
            seen=f"{child.name}, the child of the argument {order}, {fate(run, child)}",
            why=f"what a child has to tell is its exit status: {order}, of which the kernel keeps {int(order) % 256}",
            next="let the child end with the number of its argument",
            events=(child.born, child.exit or run.last),
        )


@pytest.mark.check(points=1, plans=("staying",), schedules="every")
def test_children_live_at_once(run: Evidence) -> None:
    """all children are there while the first one stays"""
    made, wanted = run.root.children, len(run.header.plan.argv)
    asleep = [event for event in run.blocked if event.process == run.root.name]
    does = gettext(f"sleeps in {asleep[0].call} since event {asleep[0].n}") if asleep else fate(run, run.root)
    require(
        len(made) >= wanted,
        seen=f"the first child stays, and the parent has made {len(made)} of {wanted} children; {run.root.name} {does}",
        why="children that are made one after the other has ended run one at a time, as if there were only one process",
        next="make all children before you wait for any of them",
        events=(*(child.born for child in made), *(asleep or (run.last,))),
    )


# How the parent waits


@pytest.mark.check(points=1, plans=("staying",), schedules="every")
def test_waits_asleep(run: Evidence) -> None:
    """nobody asks again and again while the first child stays"""
    calls = [event for event in run.events[-20:] if event.kind == "call"]
    names = " and ".join(dict.fromkeys(gettext(f"{event.process} calls {event.call}") for event in calls))
    asks = gettext(f"{names or 'it goes on'} again and again")
    does = gettext("a process computes without end") if run.end.limit == "cpu" else asks
    require(
        run.outcome != "limit",
        seen=f"no child ends any more, and yet {does}",
        why="to wait is to sleep inside the kernel until a child ends; a loop that asks, or wakes to look, wastes the machine",
        next="find the call that sleeps until a child ends, without a time limit",
        events=(*calls[-1:], run.last),
    )


@pytest.mark.check(points=1, plans=(*ENDING, "late", "staying"), schedules="every")
def test_parent_ends_last(run: Evidence) -> None:
    """the parent has every child's status before it ends, with status 0"""
    if run.header.plan.name != "staying" or run.root.exit is not None:  # else: it waits, as it should
        require_all_reaped(run)
        require(
            run.root.exit_status == 0,
            seen=f"{run.root.name} {fate(run, run.root)}",
            why="the parent has told all it had to tell by its lines: it ends, with status 0",
            next="look for the way on which the parent ends, and let it end with status 0",
            events=(run.root.exit or run.last,),
        )


# What must be on standard output


def report(run: Evidence, parameters: Parameters) -> tuple[str, ...]:
    """The lines of this run's arguments: a child that stays is killed by the last signal that the plan sends it."""
    orders, word = run.header.plan.argv, parameters["word"]
    killers = {stimulus.process: stimulus.signal for stimulus in run.header.plan.stimuli}
    codes, lines = [], []
    for place, order in enumerate(orders):
        child = f"{word} {place + int(parameters['first'])}"
        if order == parameters["stay"]:
            lines.append(f"{child} signal {NUMBERS[killers[f'P{place + 1}']]}")
        else:
            codes.append(int(order) % 256)
            lines.append(f"{child} exit {codes[-1]}")
    totals = {"sum": sum(codes), "largest": max(codes, default=0), "zeros": codes.count(0)}
    return (f"start {len(orders)}", *lines, f"{parameters['total']} {totals[str(parameters['total'])]}")
