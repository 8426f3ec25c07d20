"""In: the evidence of each plan's run; out: whether the program waits for its signals asleep, and cleans up after the last.

All checks judge what the program did and what was left of it, never how it is written: handlers, blocked signals,
descriptors and threads are all good. What the lock is, how many SIGINTs are caught and how the program ends are
parameters of the variant.
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
    Stimulus,
    When,
    creations,
    describe,
    fail,
    fate,
    gettext,
    left_behind,
    printed_lines,
    removal,
    require,
    sent_signals,
    unguarded,
)

GUARDED = ("SIGINT", "SIGTERM", "SIGQUIT")
LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a program that polls is not watched for long
AT_ONCE = ("interrupts at once", "terminate at once")
ENDINGS = ("interrupts", "terminate", *AT_ONCE, "interrupt, terminate")
Runs = dict[str, Evidence]


def plans(parameters: Parameters) -> dict[str, Plan]:
    """No signal at all; all of them, each when the program rests; and each at once, when the line before it has come out."""
    lines = ("ready\n", *(f"caught {number}\n" for number in range(1, int(parameters["interrupts"]))))
    resting = tuple(When("quiet", printed=line) for line in lines)
    at_once = tuple(When("printed", call=line) for line in lines)
    stimuli = {
        "waiting": (),
        "waiting again": (signal("SIGINT", resting[0]),),
        "interrupts": tuple(signal("SIGINT", when) for when in resting),
        "interrupts at once": tuple(signal("SIGINT", when) for when in at_once),
        "terminate": (signal("SIGTERM", resting[0]),),
        "terminate at once": (signal("SIGTERM", at_once[0]),),
        "interrupt, terminate": (signal("SIGINT", resting[0]), signal("SIGTERM", resting[1])),
        "quit": (signal("SIGQUIT", resting[0]), signal("SIGTERM", resting[0])),
    }
    stimuli |= {"interrupt any time": stimuli["interrupts"][1:], "terminate any time": ()}
    anytime = {"interrupt any time": stimuli[AT_ONCE[0]][:1], "terminate any time": stimuli[AT_ONCE[1]]}
    return {
        name: Plan(name, argv=(f"{place}-job",), stimuli=each, limits=LIMITS, anytime=anytime.get(name, ()))
        for place, (name, each) in enumerate(stimuli.items(), start=1)
    }


def signal(name: str, when: When) -> Stimulus:
    """One signal to the program."""
    return Stimulus(when, "signal", signal=name)


@pytest.mark.check(points=1, plans=("waiting",))
def test_says_ready(run: Evidence) -> None:
    """`ready` comes out, and nothing else before a signal"""
    given_up = run.root.exit is not None and run.stdout.startswith(b"ready\n")  # that it ends is another check's matter
    require(
        run.stdout == b"ready\n" or given_up,
        seen=f"before any signal {printed(run)}; {run.root.name} {ended(run)}",
        why="whoever waits for the line `ready` must see it, whole and alone, before the first signal is sent",
        next="print `ready` with its newline, and see to it that the line does not stay in a buffer",
        events=(*(event for line in printed_lines(run)[:2] for event in line.writes[:1]), run.last),
    )


@pytest.mark.check(points=1, plans=("waiting",))
def test_creates_the_lock(run: Evidence, parameters: Parameters) -> None:
    """the lock exists when `ready` comes, and as long as nothing else"""
    kind, lock = parameters["object"], lock_of(run)
    made = making(run, parameters)
    if made is None:
        others = [event for event, _ in creations(run, lock)]
        fail(
            seen=f"no {kind} {lock} was made in the current folder"
            + (f", only this: {describe(others[0])}" if others else ""),
            why=f"the lock is a {kind} with the name of the argument and `.lock` behind it, in the current folder",
            next=f"make {lock} before `ready` is printed",
            events=(*others[:1], run.last),
        )
    ready = line_of(run, b"ready")
    require(
        not ready or made.n < ready.writes[0].n,
        seen=f"{lock} was made at event {made.n}, when `ready` was out",
        why="`ready` says that the lock exists: whoever reads it may look at once",
        next="make the lock first, then print `ready`",
        events=(*(ready.writes[:1] if ready else ()), made),
    )
    gone = removal(run, lock)
    require(
        left_behind(run, lock) == kind or run.root.exit,
        seen=f"{lock} was made at event {made.n}, and is no {kind} any more, though no signal has come",
        why="the lock exists as long as the program waits",
        next="remove the lock only when the last signal has come",
        events=(made, gone or run.last),
    )


@pytest.mark.check(points=1, needs=("says_ready",), plans=("waiting", "waiting again"))
def test_waits_without_polling(run: Evidence) -> None:
    """the program sleeps until a signal comes"""
    root = run.root
    require(
        run.outcome != "limit",
        seen=f"{root.name} goes on although no signal comes: {activity(run)}",
        why="to wait is to sleep inside the kernel until the signal comes; a loop that asks, or wakes to look, wastes the machine",
        next="find the call that sleeps until a signal comes, without a time limit",
        events=(run.last,),
    )
    require(
        sent_signals(run) or root.exit is None,
        seen=f"{root.name} {fate(run, root)} although no signal came",
        why="the program waits until a signal comes, however long that takes",
        next="wait for a signal after `ready`; standard input is no help, it is at its end",
        events=(root.exit or run.last,),
    )


@pytest.mark.check(points=1, needs=("creates_the_lock",), plans=("waiting", "interrupts", "quit"))
def test_guards_the_lock(run: Evidence, parameters: Parameters) -> None:
    """no signal can end the program while the lock exists"""
    made = making(run, parameters)
    if made is None:
        return
    found = unguarded(run, run.root, GUARDED, made, guarded_until(run))
    if found:
        name, event = found
        fail(
            seen=f"{lock_of(run)} exists (event {made.n}), and at event {event.n} a {name} would kill {run.root.name}: it is "
            "not caught, not ignored and not blocked",
            why="a signal at this moment would leave the lock behind, and nobody would ever remove it",
            next=f"say what {name} does before the lock is made"
            if event is made
            else f"keep {name} under control until the lock is gone",
            events=sorted({made.n, event.n}),
        )
    require_quit_does_nothing(run)


@pytest.mark.check(points=1, needs=("says_ready",), plans=("interrupts", "interrupts at once"))
def test_counts_each_sigint(runs: Runs, parameters: Parameters) -> None:
    """each SIGINT is answered by its line `caught K`"""
    run = usual(runs, "interrupts")
    sent, lines = sent_signals(run), printed_lines(run)[1:]
    for number in range(1, int(parameters["interrupts"]) + 1):
        line = lines[number - 1] if number <= len(lines) else None
        cited = (*(sent[number - 1 : number]), *(line.writes[:1] if line else (run.last,)))
        require(
            line and line.ended and line.text == b"caught %d" % number,
            seen=(f"the line `{line}` came" if line else "no line came")
            + f" where `caught {number}` was expected; {run.root.name} {ended(run)}",
            why=f"SIGINT number {number} is answered by the line `caught {number}`",
            next="follow this SIGINT from the moment in which it is delivered to the line that you print for it",
            events=cited,
            run=run,
        )
        require(
            line and number <= len(sent) and not (line.writes and line.writes[0].n < sent[number - 1].n),
            seen=f"the line `caught {number}` came when only {min(number - 1, len(sent))} SIGINTs had been sent",
            why="the line says that a SIGINT has come",
            next="print one line for each SIGINT",
            events=cited,
            run=run,
        )


@pytest.mark.check(points=1, needs=("counts_each_sigint",), plans=("interrupts", "interrupts at once"))
def test_ends_after_the_last(runs: Runs, parameters: Parameters) -> None:
    """after the last SIGINT the program says `bye` and ends"""
    run = usual(runs, "interrupts")
    count = int(parameters["interrupts"])
    require_farewell(run, printed_lines(run)[1 + count :], gettext(f"SIGINT number {count}"))


@pytest.mark.check(points=1, needs=("says_ready",), plans=("terminate", "terminate at once", "interrupt, terminate"))
def test_ends_on_sigterm(runs: Runs) -> None:
    """at SIGTERM the program says `bye` and ends"""
    run = usual(runs, "terminate")
    require_farewell(run, printed_lines(run)[1:], "SIGTERM")
    run = runs["interrupt, terminate"]
    sent = sent_signals(run)
    if len(sent) == 2:
        later = (line for line in printed_lines(run) if line.writes and line.writes[0].n > sent[1].n)
        require_farewell(run, tuple(later), "SIGTERM")


@pytest.mark.check(points=1, needs=("creates_the_lock",), plans=ENDINGS)
def test_removes_the_lock(runs: Runs) -> None:
    """the lock goes after the last signal and before `bye`"""
    for run in (usual(runs, "interrupts"), usual(runs, "terminate"), runs["interrupt, terminate"]):
        bye = line_of(run, b"bye")
        if bye or run.root.exit:  # else it does not end: that is the matter of other checks
            require_removed(run, sent_signals(run)[-1:], bye)


@pytest.mark.check(points=1, needs=("ends_after_the_last", "ends_on_sigterm"), plans=ENDINGS)
def test_ends_as_asked(runs: Runs, parameters: Parameters) -> None:
    """the program ends in the way that was asked for"""
    for run in (usual(runs, "interrupts"), usual(runs, "terminate"), runs["interrupt, terminate"]):
        sent, root = sent_signals(run), run.root
        if not sent or root.exit is None:
            continue
        last = sent[-1].text("signal")
        by_signal = parameters["ending"] == "signal"
        require(
            root.killed_by == last if by_signal else root.exit_status == 0,
            seen=f"after {last} {root.name} {fate(run, root)}",
            why=f"whoever started the program must see that {last} has ended it, as if it had not been caught"
            if by_signal
            else "the program was asked to end and did all that it had to do: that is a success, status 0",
            next=f"give {last} its default action again, and send it to yourself"
            if by_signal
            else "end with status 0, on both ways out",
            events=(sent[-1], root.exit),
            run=run,
        )


@pytest.mark.check(points=1, needs=("ends_after_the_last", "ends_on_sigterm"), plans=AT_ONCE)
def test_loses_no_signal(runs: Runs, parameters: Parameters) -> None:
    """a signal that comes directly after a line is not lost"""
    for name in AT_ONCE:
        require_all_answered(runs[name], parameters, " right after a line")


@pytest.mark.check(
    points=1, needs=("waits_without_polling", "ends_after_the_last"), plans=("interrupt any time",), schedules="every"
)
def test_takes_sigint_any_time(run: Evidence, parameters: Parameters) -> None:
    """a SIGINT is answered, between whichever two steps it comes"""
    require_all_answered(run, parameters, "")


@pytest.mark.check(
    points=1, needs=("waits_without_polling", "ends_on_sigterm"), plans=("terminate any time",), schedules="every"
)
def test_takes_sigterm_any_time(run: Evidence, parameters: Parameters) -> None:
    """a SIGTERM is answered, between whichever two steps it comes"""
    require_all_answered(run, parameters, "")


# What the checks ask of a run


def usual(runs: Runs, name: str) -> Evidence:
    """The run in which each signal comes when the program rests; of a program that never rests, the one at once."""
    return runs[name] if runs[name].outcome != "limit" else runs[f"{name} at once"]


def lock_of(run: Evidence) -> str:
    """The name of the lock in this run."""
    return f"{run.header.plan.argv[0]}.lock"


def making(run: Evidence, parameters: Parameters) -> Event | None:
    """The call that gave the lock its name: it made an object of the right kind, or moved something there."""
    made = creations(run, lock_of(run))
    return next((event for event, kind in made if kind in ("", parameters["object"])), None)


def guarded_until(run: Evidence) -> Event:
    """The event up to which the lock had to be guarded: its removal, or the last signal of a program that ended without it."""
    gone, end, sent = removal(run, lock_of(run)), run.root.exit, sent_signals(run)
    return (gone or run.last) if gone or end is None else sent[-1] if sent else end


def line_of(run: Evidence, text: bytes) -> Line | None:
    """The first line with this text, if the calls are known that brought it."""
    return next((line for line in printed_lines(run) if line.text == text and line.writes), None)


def printed(run: Evidence) -> str:
    """What came out, in words."""
    lines = printed_lines(run)
    shown = ", ".join(f"`{line}`" for line in lines[:3])
    return (
        gettext(f"this was printed: {shown}{'' if lines[-1].ended else ' (without a newline)'}")
        if lines
        else gettext("nothing was printed")
    )


def ended(run: Evidence) -> str:
    """How the program ended, or in which call it sleeps."""
    sleep = next((event for event in run.blocked if event.process == run.root.name and run.root.exit is None), None)
    return gettext(f"sleeps in {sleep.call}, since event {sleep.n}") if sleep else fate(run, run.root)


def activity(run: Evidence) -> str:
    """What a program does that does not sleep, in words."""
    if run.end.limit == "cpu":
        return gettext("it computes without end, and makes no call at all")
    calls = [event.call for event in run.calls()[-20:]]
    names = " and ".join(dict.fromkeys(call for call in calls if call not in {"rt_sigreturn", "clock_gettime"}))
    return gettext(f"it calls {names or 'nothing'} again and again")


def require_all_answered(run: Evidence, parameters: Parameters, place: str) -> None:
    """After `ready` come the lines that answer the signals of the run, and its end. `place` is where they came, in words."""
    sent, lines = sent_signals(run), printed_lines(run)
    if not sent and not place:
        return  # the fair run, in which none came
    count = 0 if run.header.plan.name.startswith("terminate") else int(parameters["interrupts"])
    wanted = [b"ready", *(b"caught %d" % number for number in range(1, count + 1)), b"bye"]
    found = [line.text for line in lines]
    at = next((at for at, text in enumerate(wanted) if found[at : at + 1] != [text]), len(wanted))
    come = f"`{lines[at]}`" if at < len(lines) else "nothing"
    awaited = f"`{wanted[at].decode()}`" if at < len(wanted) else gettext("nothing more")
    came = gettext(f"{sent[-1].text('signal')} came{place}, event {sent[-1].n}") if sent else gettext("no signal came")
    require(
        found == wanted and run.root.exit,
        seen=f"{came}; then {come} came where {awaited} was expected, and {run.root.name} {ended(run)}",
        why="from `ready` on a signal may come at any moment, also when the program is not waiting yet",
        next="let no signal slip through between the moment in which you look and the moment in which you sleep",
        events=(*sent[-1:], *(lines[at].writes[:1] if at < len(lines) else ()), run.root.exit or run.last),
        run=run,
    )


def require_removed(run: Evidence, last: tuple[Event, ...], bye: Line | None) -> None:
    """Between the last signal, if one was sent, and `bye` the lock was removed, and in the end nothing is left."""
    gone, root = removal(run, lock_of(run)), run.root
    left = [f"{each.type} {each.name.rpartition('/')[2]}" for each in run.end.residue] if root.exit else []
    require(
        gone and not left,
        seen=f"{root.name} {ended(run)}, and left behind: {', '.join(left) or lock_of(run)}",
        why="a lock that is left behind locks everybody out, for ever",
        next="remove it on every way out" + "".join(f", also on that of {each.text('signal')}" for each in last),
        events=(*last, root.exit or run.last, *(event for event in run.events if event.kind == "left")),
        run=run,
    )
    require(
        gone and (not bye or gone.n < bye.writes[0].n),
        seen=f"`bye` was out when the lock was removed, at event {gone.n if gone else 0}",
        why="`bye` says that the lock is gone: whoever reads it may look at once",
        next="remove the lock first, then print `bye`",
        events=(*(bye.writes[:1] if bye else ()), gone or run.last),
        run=run,
    )
    require(
        gone and not (last and gone.n < last[0].n),
        seen=f"the lock was removed at event {gone.n if gone else 0}, and only after that the last signal was sent",
        why="the lock exists as long as the program waits",
        next="remove the lock only when the last signal has come",
        events=(gone or run.last, *last),
        run=run,
    )


def require_farewell(run: Evidence, found: tuple[Line, ...], last: str) -> None:
    """What comes after the last signal is the line `bye` and the end of the program."""
    sent = sent_signals(run)
    first = found[0] if found else None
    require(
        sent and len(found) == 1 and first and first.text == b"bye" and first.ended and run.root.exit,
        seen=f"{'after' if sent else 'before'} {last} {words(found)}, and {run.root.name} {ended(run)}",
        why=f"after {last} the program removes the lock, prints `bye`, and ends",
        next=f"look at what your program does with {last}: which lines of it run then, and what do they wait for?",
        events=(*sent[-1:], *(event for line in found[:2] for event in line.writes[:1]), run.root.exit or run.last),
        run=run,
    )


def words(lines: tuple[Line, ...]) -> str:
    """Some lines in words."""
    return "came: " + ", ".join(f"`{line}`" for line in lines[:4]) if lines else gettext("no line came")


def require_quit_does_nothing(run: Evidence) -> None:
    """SIGQUIT, where the plan sends it, changes nothing."""
    sent = sent_signals(run)
    quits = [event for event in sent if event.text("signal") == "SIGQUIT"]
    if not quits:
        return
    later = sent[sent.index(quits[0]) + 1 :]
    end = later[0].n if later else run.last.n
    said = tuple(line for line in printed_lines(run) if line.writes and quits[0].n < line.writes[0].n < end)
    left = run.root.exit if run.root.exit and not later else None
    require(
        not said and not left,
        seen=f"after SIGQUIT {words(said)}, and {run.root.name} {ended(run) if left else 'waits on'}",
        why="SIGQUIT is to do nothing at all",
        next="ignore SIGQUIT",
        events=(quits[0], *(line.writes[0] for line in said[:1]), *((left,) if left else ())),
    )
