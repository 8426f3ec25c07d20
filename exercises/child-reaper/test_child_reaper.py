"""In: the evidence of each plan's run; out: whether each child that ended was collected and told at once, and none twice.

All checks judge what the processes did, never how the program is written. A run is cut into moments: each begins when the
outside does something, and ends when nothing in the program moves any more. What has happened in a moment, and what was
printed in it, does not depend on who ran first. The words, the number of the first child, the signal by which a child is
ended, and what an answer counts are parameters of the variant.
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
    at_once,
    counted,
    doing,
    fate,
    gettext,
    moments,
    own_processes,
    printed_lines,
    require,
    require_all_reaped,
    require_no_asking,
    require_no_timed_wait,
    sends,
)

LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
NUMBERS = {"SIGHUP": 1, "SIGKILL": 9, "SIGUSR1": 10, "SIGUSR2": 12, "SIGTERM": 15}
KILLS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo")
SENDING = (*KILLS, "pidfd_send_signal")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Nothing happens; one thing at a time; commands in pieces; and many things at once."""
    stay = str(parameters["stay"])
    end = [f"end {place + int(parameters['first'])}\n" for place in range(8)]
    resting = (stay, stay)
    visit = acts(
        "?\n", sends(P1="SIGKILL"), "?\n", sends(P3="SIGSTOP"), "?\n", sends(P3="SIGCONT"), "?\n",
        sends(P3="SIGUSR2"), "?\n", end[3], "?\n", "",
    )  # fmt: skip
    pieces = acts("?", "\n", f"?\n?\n{end[1]}?\n", end[0][:2], f"{end[0][2:]}?\n", "")
    rush = acts(
        end[0],
        f"{end[2]}?\n{end[2]}?\n?\n",
        at_once(f"{end[4]}?\n", sends(P5="SIGKILL", P6="SIGUSR2")),
        at_once(end[6], sends(P7="SIGKILL")),
        f"{end[7]}?\n?\n",
        f"{end[2]}?\n{end[4]}?\n",
        "",
    )
    every = (
        Plan("resting", argv=resting, stdin_open=True, limits=LIMITS),
        Plan("visit", argv=(stay, "7", stay, stay), stimuli=visit, limits=LIMITS),
        Plan("pieces", argv=(stay, stay, stay), stimuli=pieces, limits=LIMITS),
        Plan("rush", argv=(stay, "3", stay, "0", *(stay,) * 5), stimuli=rush, limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


# At rest


@pytest.mark.check(points=1, plans=("resting",))
def test_makes_its_children(run: Evidence) -> None:
    """one child for each argument, and then the line `ready K`"""
    made, wanted = own_processes(run)[1:], len(run.header.plan.argv)
    require(
        len(made) == wanted and all(child.parent == run.root for child in made),
        seen=f"for {counted(wanted, 'argument')} there were {counted(len(made), 'process', 'processes')} besides P0: "
        + (
            ", ".join(f"{child.name} (made by {child.parent.name if child.parent else '?'})" for child in made)
            or "none"
        ),
        why="the parent makes all children, one for each argument, and no child makes another",
        next="call fork once for each argument, in the parent, and let a child never come to that line again",
        events=tuple(child.born for child in made) or (run.last,),
    )
    executed = run.calls("execve", "execveat", ok=True)
    require(
        not executed,
        seen="".join(f"{event.process} executed {event.text('path')}" for event in executed[:1]),
        why="a child runs your own code",
        next="do in the child itself what the other program does",
        events=executed[:1],
    )
    found = printed_lines(run)
    require(
        [str(line) for line in found] == [f"ready {wanted}"] and found[0].ended,
        seen=f"all children live, and {printed(found)} was printed; {run.root.name} {doing(run)}",
        why=f"`ready {wanted}` says that all children have been made, and nothing else has happened yet",
        next="print the line when the last child has been made, and push it out of the buffer",
        events=(*(line.writes[0] for line in found[:2] if line.writes), run.last),
    )
    early = [child for child in made if found[0].writes and child.born.n > found[0].writes[0].n]
    require(
        not early,
        seen=f"{early[0].name if early else ''} was made when `ready {wanted}` was out",
        why=f"`ready {wanted}` says that all children have been made",
        next="make all children first",
        events=(*(child.born for child in early[:1]), found[0].writes[0] if found[0].writes else run.last),
    )


@pytest.mark.check(points=1, needs=("makes_its_children",), plans=("resting",))
def test_waits_asleep(run: Evidence) -> None:
    """nobody does anything while nothing happens"""
    require_no_timed_wait(
        run.root, "find the call that sleeps until there is a command or a child has ended, without a time limit"
    )
    calls = [event for event in run.events[-20:] if event.kind == "call"]
    names = " and ".join(dict.fromkeys(gettext(f"{event.process} calls {event.call}") for event in calls))
    asks = gettext(f"{names or 'it goes on'} again and again")
    does = gettext("a process computes without end") if run.end.limit == "cpu" else asks
    require(
        run.outcome != "limit",
        seen=f"there is no command and no child ends, and yet {does}",
        why="to wait is to sleep inside the kernel; a loop that asks, or wakes to look, wastes the machine",
        next="find the call that sleeps until there is a command or a child has ended",
        events=(*calls[-1:], run.last),
    )
    require(
        run.root.exit is None,
        seen=f"{run.root.name} {fate(run, run.root)}, with its input open",
        why="the program goes on until its input ends",
        next="wait for the next command, or the next child",
        events=(run.root.exit or run.last,),
    )


# One thing at a time


@pytest.mark.check(points=1, needs=("waits_asleep",), plans=("visit",))
def test_tells_each_end(run: Evidence, parameters: Parameters) -> None:
    """each child that ends is collected and told at once, one after the other"""
    for moment in moments(run)[:-1]:
        require_told(run, moment, parameters)


@pytest.mark.check(points=1, needs=("waits_asleep",), plans=("visit",))
def test_answers_meanwhile(run: Evidence, parameters: Parameters) -> None:
    """each `?` is answered at once, whatever happens to the children"""
    require_answers(run, parameters)


@pytest.mark.check(points=1, needs=("answers_meanwhile",), plans=("pieces",))
def test_reads_whole_lines(run: Evidence, parameters: Parameters) -> None:
    """a command is a line, in however many reads it comes"""
    require_answers(run, parameters)
    for moment in moments(run)[1:-1]:
        require_obeyed(run, moment)


# Many things at once


@pytest.mark.check(points=1, needs=("tells_each_end",), plans=("rush",), schedules="every")
def test_keeps_early_ends(run: Evidence, parameters: Parameters) -> None:
    """a child that ends at its very beginning is told as any other"""
    lines = [str(line) for line in printed_lines(run)]
    for child in ended_in(run, moments(run)[0]):
        text = line_for(run, child, parameters)
        require(
            lines.count(text) == 1,
            seen=f"{child.name} {fate(run, child)} at event {child.exit.n if child.exit else 0}, when {run.root.name} had just "
            f"made it at event {child.born.n}; {text!r} was printed {counted(lines.count(text), 'time')} in the whole run",
            why="a child may end before the parent has gone on from fork, and is a child like any other",
            next="follow what the parent has noted of this child, step by step, and when it was collected",
            events=(child.born, child.exit or run.last, *((child.reaped,) if child.reaped else ())),
        )


@pytest.mark.check(
    points=1, needs=("tells_each_end", "reads_whole_lines", "keeps_early_ends"), plans=("rush",), schedules="every"
)
def test_misses_no_end(run: Evidence, parameters: Parameters) -> None:
    """however many children end at once, and whenever, all are told"""
    for moment in moments(run)[:-1]:
        require_told(run, moment, parameters)


@pytest.mark.check(points=1, needs=("reads_whole_lines",), plans=("rush",), schedules="every")
def test_counts_what_is_told(run: Evidence, parameters: Parameters) -> None:
    """each answer fits the lines before it"""
    require_answers(run, parameters)


@pytest.mark.check(points=1, needs=("reads_whole_lines", "keeps_early_ends"), plans=("rush",), schedules="every")
def test_signals_the_living(run: Evidence, parameters: Parameters) -> None:
    """`end I` signals this child, and nobody who has been collected is signalled"""
    for event in run.calls(*KILLS):
        target = event.text("target")
        known = [child for child in own_processes(run)[1:] if child.name == target.partition(".")[0]]
        require(
            event.text("signal") == "none" or (known and event.error != "ESRCH") or target.startswith(run.root.name),
            seen=f"{event.process} sent {event.text('signal')} to {target}"
            + (f", which was collected at event {known[0].reaped.n}" if known and known[0].reaped else ""),
            why="a process id belongs to a child until its status is collected; then the kernel may give it to anybody",
            next="look whether this child has been collected, and see to it that it cannot be between the look and the signal",
            events=(*(child.reaped for child in known if child.reaped), event),
        )
    for moment in moments(run)[1:-1]:
        require_ended(run, moment, parameters)


@pytest.mark.check(points=1, needs=("misses_no_end",), plans=("rush",), schedules="every")
def test_ends_with_its_input(run: Evidence, parameters: Parameters) -> None:
    """at the end of the input the others are ended, collected and told, then comes `reaped K`"""
    closed = [event for event in run.events if event.kind == "stimulus" and event.text("action") == "close"]
    require(
        closed,
        seen=f"the input did not end, and {run.root.name} {doing(run)}",
        why="the program goes on until its input ends, whether children are left or not",
        next="find out what your program took for the end of its input",
        events=(run.root.exit or run.last,),
    )
    last = moments(run)[-1]
    require_told(run, last, parameters)
    for child in ended_in(run, last):
        require(
            child.killed_by == parameters["signal"],
            seen=f"after the end of the input {child.name} {fate(run, child)}",
            why=f"who is left at the end of the input is ended by {parameters['signal']}",
            next=f"send {parameters['signal']} to each child that has not been collected",
            events=(closed[0], child.exit or run.last),
        )
    require_no_asking(run.root, "let a call sleep until the next child has ended")
    require_no_timed_wait(run.root, "let a call sleep until the next child has ended")
    require_all_reaped(run)
    wanted, final = f"reaped {len(run.header.plan.argv)}", printed_lines(run)[-1:]
    require(
        [str(line) for line in printed_lines(run)].count(wanted) == 1 and final[0].ended and str(final[0]) == wanted,
        seen=f"the output ends with {printed(final)}; {run.root.name} {doing(run)}",
        why=f"`{wanted}` is the last line: it says that all children have been collected and told",
        next="count what has been told, print this line when nothing is missing, and print nothing after it",
        events=(*(line.writes[0] for line in final if line.writes), run.root.exit or run.last),
    )
    require(
        run.root.exit_status == 0,
        seen=f"{run.root.name} {fate(run, run.root)}",
        why="how the children end is no success or failure of the parent: it has done its work, and ends with status 0",
        next="look for the way on which the parent ends, and let it end with status 0",
        events=(run.root.exit or run.last,),
    )


# What the checks ask of a run


def ended_in(run: Evidence, moment: Moment) -> tuple[ProcessView, ...]:
    """The children that ended in this moment."""
    return tuple(child for child in run.root.children if child.exit in moment)


def number_of(run: Evidence, child: ProcessView, parameters: Parameters) -> int:
    """The number of a child: its place, counted from the first child's number."""
    return run.root.children.index(child) + int(parameters["first"])


def line_for(run: Evidence, child: ProcessView, parameters: Parameters) -> str:
    """What must be told of a child that has ended."""
    how = f"signal {NUMBERS.get(child.killed_by, 0)}" if child.killed_by else f"exit {child.exit_status}"
    return f"{parameters['word']} {number_of(run, child, parameters)} {how}"


def require_told(run: Evidence, moment: Moment, parameters: Parameters) -> None:
    """Of each child that ended in this moment one line was printed in it, after its status was collected; of no other any."""
    due = {line_for(run, child, parameters): child for child in ended_in(run, moment)}
    told = [str(line) for line in moment.lines]
    for line in moment.lines:
        text = str(line)
        require(
            not text.startswith(f"{parameters['word']} ") or (text in due and told.count(text) == 1 and line.ended),
            seen=f"{text!r} was printed"
            + (f" {counted(told.count(text), 'time')}" if text in due else "")
            + f" {moment.began}; "
            + (", ".join(f"{child.name} {fate(run, child)}" for child in due.values()) or "no child ended then"),
            why="of each child that ends one line is printed, and it tells what the parent's wait returned for it",
            next="follow this line: from which call does the parent know the child and the number?",
            events=(*line.writes[:1], *(child.exit for child in due.values() if child.exit)),
        )
        child = due.get(text)
        require(
            child is None or (child.reaped and child.reaped.n < line.writes[0].n),
            seen=f"{text!r} was printed at event {line.writes[0].n}, and {child.name if child else ''} was collected "
            + (f"at event {child.reaped.n}" if child and child.reaped else "never"),
            why="only a wait that has returned this child's status says how it ended",
            next="collect the status first, and print then",
            events=(line.writes[0], *((child.reaped,) if child and child.reaped else ())),
        )
    for text, child in due.items():
        require(
            told.count(text) == 1,
            seen=f"{child.name} {fate(run, child)} at event {child.exit.n if child.exit else 0}, and {text!r} was not printed "
            f"before the program came to rest; {run.root.name} {doing(run, at=moment.last)}",
            why="a child that ends is collected and told at once, without any command",
            next=f"what does your program do when several children have ended, and is it told of {child.name} at all?",
            events=(*moment.came[:1], child.exit or run.last, run.event(moment.last)),
        )


def require_answers(run: Evidence, parameters: Parameters) -> None:
    """Each `?` of the run's input is answered in its moment, by a number that fits the lines before; nothing else is printed."""
    answer, word = str(parameters["answer"]), str(parameters["word"])
    count, told = len(run.header.plan.argv), 0
    for moment in moments(run):
        asked = commands(run, moment).count("?")
        for line in moment.lines:
            told += str(line).startswith(f"{word} ")
            wanted = f"{answer} {told if answer == 'gone' else count - told}"
            require(
                str(line) in (wanted, f"ready {count}") or str(line).startswith((f"{word} ", "reaped ")),
                seen=f"{str(line)!r} was printed {moment.began}, when {counted(told, 'line')} of {count} had told of a child",
                why=f"an answer fits the lines before it: here it had to be {wanted!r}",
                next="where does your number come from, and what may happen between counting and printing?",
                events=(*moment.came[:1], *line.writes[:1]),
            )
            asked -= str(line) == wanted
        require(
            not asked,
            seen=f"{counted(abs(asked), 'answer')} too {'few' if asked > 0 else 'many'} {moment.began}; "
            f"{run.root.name} {doing(run, at=moment.last)}",
            why=f"each `?` is answered by one line `{answer} N`, whatever happens to the children",
            next="where is your program when this command comes, and what does it wait for there?",
            events=(*moment.came[:1], run.event(moment.last)),
        )
    require(
        sum(len(moment.came) for moment in moments(run)) == len(run.header.plan.stimuli),
        seen=f"{run.root.name} {doing(run)} before its input had ended",
        why="the program takes commands until its input ends",
        next="find out what your program took for the end of its input",
        events=(run.root.exit or run.last,),
    )


def require_obeyed(run: Evidence, moment: Moment) -> None:
    """Each `end I` that was complete in this moment has had a signal sent in it, to whomever."""
    wanted = [text for text in commands(run, moment) if text.startswith("end ")]
    sent = [event for event in run.calls(*SENDING, ok=True) if event in moment and event.text("signal") != "none"]
    require(
        len(sent) >= len(wanted),
        seen=f"the command {', '.join(map(repr, wanted))} was complete {moment.began}, and "
        f"{counted(len(sent), 'signal was', 'signals were')} sent",
        why="a command is a line, whether it comes in one piece, in two, or together with others",
        next="how much of its input has your program read at this moment, and what has it made of it?",
        events=(*moment.came[:1], run.event(moment.last)),
    )


def require_ended(run: Evidence, moment: Moment, parameters: Parameters) -> None:
    """The children that ended in a moment of commands are those that these name and that were alive, by the right signal."""
    if not moment.came or moment.came[0].text("action") != "write":
        return
    first, name = int(parameters["first"]), str(parameters["signal"])
    named = [int(text[text.rindex(" ") + 1 :]) for text in commands(run, moment) if " " in text]
    ended = ended_in(run, moment)
    killers = {event.text("target"): event.text("signal") for event in moment.came}
    for number in named:
        child = run.root.children[number - first]
        require(
            child.exit
            and child.exit.n <= moment.last
            and (child not in ended or child.killed_by in (name, killers.get(child.name))),
            seen=f"`end {number}` came, and {child.name} {fate(run, child)}",
            why=f"`end {number}` sends {name} to {child.name}, which ends by it",
            next=f"find the line that sends the signal: which signal, and to whom? And does {child.name} hold it off?",
            events=(*moment.came[:1], child.exit or run.event(moment.last)),
        )
    for child in ended:
        require(
            number_of(run, child, parameters) in named or child.name in killers,
            seen=f"{child.name} {fate(run, child)}, and the command was {', '.join(commands(run, moment))!r}",
            why="`end I` ends the child with this number, and no other",
            next="find the line that sends the signal: which child of your table does it take?",
            events=(*moment.came[:1], child.exit or run.last),
        )


def commands(run: Evidence, moment: Moment) -> tuple[str, ...]:
    """The commands whose last piece came in this moment."""
    before = "".join(earlier.input for earlier in moments(run) if earlier.last < moment.first)
    return tuple((before.rpartition("\n")[2] + moment.input).split("\n")[:-1])


def printed(lines: tuple[Line, ...]) -> str:
    """Some lines in words."""
    ends = {True: "", False: gettext(" (without a newline)")}
    return ", ".join(f"{str(line)!r}{ends[line.ended]}" for line in lines[:3]) or gettext("nothing")
