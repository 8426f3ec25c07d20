"""In: the evidence of each plan's run; out: whether a server answered whole frames of all its clients, and ended cleanly.

All checks judge what the processes did and what the clients got, never how the program is written: children, threads and one
loop for all are equally good. The clients are peers. What a length says and how, what an answer says, and the line that says
that clients may come are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Event,
    Evidence,
    Fault,
    Limits,
    Parameters,
    Plan,
    ProcessView,
    Root,
    Stimulus,
    When,
    doing,
    fail,
    fate,
    first_difference,
    gettext,
    left_behind,
    own_processes,
    printed_lines,
    removal,
    require,
    require_no_asking,
    require_no_timed_wait,
    sent_signals,
)

LIMITS = Limits(events=30_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
NAME = "night"
PATH = f"{NAME}.sock"
HEAD = 4
LARGE = bytes(range(1, 101)) * 3_000  # more than the buffer of a socket holds (net.core.wmem_default is 212,992)
CLIENTS: dict[str, tuple[bytes, ...]] = {
    "slow": (b"stream",),
    "first": (b"one", b"", b"three"),
    "second": (b"abcd", b"ef"),
    "large": (LARGE,),
    "silent": (),
    "deaf": (LARGE,),
    "dying": (b"cut off",),
    "leaving": (b"no more", b"good-bye"),
    "resetting": (b"never mind",),
    "polite": (b"still there",),
}
"""The clients, and the payloads of the frames that each of them sends."""
TERM = Stimulus(When("quiet"), "signal", signal="SIGTERM")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """Byte by byte; two at once; a large frame; two that stand in the way; three that go; no client, and SIGTERM at any step."""

    def client(name: str, behaviour: str, *words: str, after: When | None = None) -> Root:
        sent = b"".join(frame(payload, parameters) for payload in CLIENTS[name])
        return Root(name, (behaviour, f"stream:./{PATH}", *words), "adversary.py", sent, after or opened(parameters))

    slow = client("slow", "slow", replies("slow"))
    first, second = (client(name, "half-closing", "reply=eof") for name in ("first", "second"))
    silent = client("silent", "silent")
    deaf = client("deaf", "deaf", after=When("blocked", process="silent", call="pause"))
    polite, late = (
        client("polite", "polite", replies("polite"), after=after)
        for after in (When("quiet", printed=str(parameters["word"])), When("exited", process="resetting"))
    )
    dying = client("dying", "dying", "at=7")
    leaving = client("leaving", "flooding", after=When("exited", process="dying"))
    resetting = client("resetting", "resetting", after=When("exited", process="leaving"))
    # while a slow client sleeps between two bytes nothing moves; SIGTERM is to come when it has gone
    gone = Stimulus(When("exited", process="slow"), "close")
    anytime = (Stimulus(opened(parameters), "signal", signal="SIGTERM"),)
    large = client("large", "polite", replies("large"))
    every = (
        Plan("pieces", argv=(NAME,), limits=LIMITS, roots=(slow,), stimuli=(gone, TERM), stdin_open=True),
        Plan("two", argv=(NAME,), limits=LIMITS, roots=(first, second), stimuli=(TERM,)),
        Plan("large", argv=(NAME,), limits=LIMITS, roots=(large,), faults=(Fault("short write", times=99),)),
        Plan("crowd", argv=(NAME,), limits=LIMITS, roots=(silent, deaf, polite), stimuli=(TERM,)),
        Plan("rude", argv=(NAME,), limits=LIMITS, roots=(dying, leaving, resetting, late), stimuli=(TERM,)),
        Plan("stopped", argv=(NAME,), limits=LIMITS, anytime=anytime),
    )
    return {plan.name: plan for plan in every}


def opened(parameters: Parameters) -> When:
    """The line is out that says that clients may come."""
    return When("printed", call=f"{parameters['word']}\n")


def replies(name: str) -> str:
    """The word that tells a peer how many bytes all its answers have."""
    return f"reply={sum(HEAD + len(payload) for payload in CLIENTS[name])}"


def frame(payload: bytes, parameters: Parameters) -> bytes:
    """A payload with its head."""
    length = len(payload) + (HEAD if parameters["counts"] == "frame" else 0)
    return length.to_bytes(HEAD, "little" if parameters["order"] == "little" else "big") + payload


def answer(payload: bytes, parameters: Parameters) -> bytes:
    """The frame that answers a payload."""
    changed = payload[::-1] if parameters["change"] == "reversed" else bytes(255 - byte for byte in payload)
    return frame(changed, parameters)


# Frames


@pytest.mark.check(points=1, plans=("pieces",))
def test_listens(run: Evidence, parameters: Parameters) -> None:
    """the socket can be reached when its line comes out, and nothing else is printed"""
    bound = [event for event in run.calls("bind", ok=True) if event.text("address").rpartition("/")[2] == PATH]
    require(
        bound,
        seen=f"no socket was bound to {PATH}; {run.root.name} {doing(run)}",
        why="clients know the server by the path of its socket, and by nothing else",
        next=f"bind a socket of the family AF_UNIX to {PATH}, in the current folder",
        events=(*run.calls("bind")[-1:], run.last),
    )
    word = str(parameters["word"])
    lines = printed_lines(run)
    require(
        [str(line) for line in lines] == [word] and lines[0].ended,
        seen=(gettext(f"{str(lines[0])!r} came out") if lines else gettext("nothing came out"))
        + f" on standard output, and {word!r} alone was due; {run.root.name} {doing(run)}",
        why=f"the line {word!r} says that clients may come, and the server prints nothing else",
        next=f"print {word!r} with its newline when the socket listens, and push it out of the buffer",
        events=(*(line.writes[0] for line in lines[:2] if line.writes), run.last),
    )
    ready = run.first("listen", on=bound[0].text("object"), ok=True)
    said = lines[0].writes[0] if lines[0].writes else run.last
    require(
        ready and ready.n < said.n,
        seen=f"{word!r} came out at event {said.n}, "
        + (
            gettext(f"and the socket listens since event {ready.n}")
            if ready
            else gettext("and the socket never listens")
        ),
        why="whoever reads the line may connect at once, and nobody is let in before listen",
        next="first bind and listen, then print the line",
        events=(said, *((ready,) if ready else ())),
    )


@pytest.mark.check(points=1, needs=("listens",), plans=("pieces",))
def test_reads_whole_frames(run: Evidence, parameters: Parameters) -> None:
    """a frame that comes byte by byte is answered as a whole one"""
    require_answers(
        run,
        "slow",
        parameters,
        why="a read returns what is there, be it a part of a head or of a payload",
        next="read on until the head is whole, then until the payload is whole; then answer",
    )


@pytest.mark.check(points=1, needs=("listens",), plans=("two",), schedules="every")
def test_parts_frames(run: Evidence, parameters: Parameters) -> None:
    """several frames that come at once are answered one by one, to each client its own"""
    for name in ("first", "second"):
        require_answers(
            run,
            name,
            parameters,
            why="a read may bring several frames, also empty ones, and two clients are served at the same time",
            next="take one frame after the other out of what has come, and share no variable between two clients",
        )


@pytest.mark.check(points=1, needs=("listens",), plans=("large",))
def test_writes_whole_frames(run: Evidence, parameters: Parameters) -> None:
    """a large answer is written to its end, in however many pieces the socket takes it"""
    require_answers(
        run,
        "large",
        parameters,
        why="a write may take a part of what it is given, when the socket is full or a signal comes",
        next="look at what each write has returned, and write the rest",
    )


# Clients


@pytest.mark.check(points=1, needs=("listens",), plans=("crowd",))
def test_serves_others(run: Evidence, parameters: Parameters) -> None:
    """a client that is silent, and one that takes no answer, keep nobody else waiting"""
    require_answers(
        run,
        "polite",
        parameters,
        why="one client sends nothing, another one takes nothing: that is their own affair, and others go on",
        next="find the call in which the server waits for one client only, and who could serve the others meanwhile",
    )


@pytest.mark.check(points=1, needs=("listens",), plans=("rude",))
def test_survives_clients(run: Evidence, parameters: Parameters) -> None:
    """clients that go in the middle of a frame, or without their answers, harm nobody and leave nothing"""
    end = run.root.exit
    require(
        end is None or sent_signals(run),
        seen=f"{run.root.name} {fate(run, run.root)}, and no SIGTERM had come",
        why="clients come and go as they like, and the server goes on",
        next="look at what the server was doing: which calls fail, or send a signal, when a client has gone?",
        events=(*[event for event in run.events_of("P0") if event.kind == "signal"][-1:], end or run.last),
    )
    require_answers(
        run,
        "polite",
        parameters,
        why="some clients have gone in the middle of a frame, or without taking their answers; this one has come after them",
        next="follow the client that has gone: which calls fail, and where does the server go on from there?",
    )
    if sent_signals(run) and all(run.process(name).exit for name in run.peers):
        require_nothing_held(run, sent_signals(run)[0])


@pytest.mark.check(points=1, needs=("listens",), plans=("two",), schedules="every")
def test_clears_up_after_clients(run: Evidence, parameters: Parameters) -> None:
    """of a client that is done no descriptor is left, and no child that has ended"""
    rest = next(iter(sent_signals(run)), None)
    if rest is None:
        return  # it never came to rest, or it has ended too early: other checks say so
    for name in ("first", "second"):
        if received(run, name) == due(name, parameters):
            require_told_its_end(run, name, rest)
    if all(run.process(name).exit for name in run.peers):
        require_nothing_held(run, rest)
    for child in own(run)[1:]:
        if child.exit and child.exit.n < rest.n and not collected(child, rest):
            fail(
                seen=f"{child.name} ended at event {child.exit.n}, and at event {rest.n}, when all rests, is not collected",
                why="a child that has ended stays as a zombie until it is collected, and a server may run for years",
                next="let the end of a child wake the server, and collect all children that have ended",
                events=(child.born, child.exit, rest),
            )


# Waiting, and the end


@pytest.mark.check(points=1, needs=("listens",), plans=("large", "crowd"))
def test_waits_asleep(run: Evidence) -> None:
    """while no client wants anything, nobody does anything"""
    advice = gettext("find the call that sleeps until a client wants something, without a time limit")
    for process in own(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)
    calls = ", ".join(dict.fromkeys(f"{event.process} {event.call}" for event in run.events[-20:] if event.call))
    require(
        run.outcome != "limit",
        seen=f"no client does anything, and yet the server never rests; the last calls: {calls}",
        why="to wait is to sleep inside the kernel; a loop that asks, or wakes to look, wastes the machine",
        next=advice,
        events=(run.last,),
    )


@pytest.mark.check(points=1, needs=("listens",), plans=("pieces", "crowd"))
def test_ends_on_sigterm(run: Evidence) -> None:
    """at SIGTERM the socket's path goes, all children are ended and collected, and the status is 0"""
    sent = sent_signals(run)
    if sent or run.root.exit:
        require_ended(run, sent)


@pytest.mark.check(points=1, needs=("ends_on_sigterm",), plans=("stopped",), schedules="every")
def test_takes_sigterm_any_time(run: Evidence) -> None:
    """a SIGTERM is obeyed, between whichever two steps it comes"""
    if sent := sent_signals(run):  # none has come in the fair run
        require_ended(run, sent)


# What the checks ask of a run


def own(run: Evidence) -> list[ProcessView]:
    """The processes of the server, the first one first."""
    return [process for process in run.of("P0") if process in own_processes(run)]


def due(name: str, parameters: Parameters, many: int | None = None) -> bytes:
    """The answers that this client is to get to all its frames, or to the first `many`."""
    return b"".join(answer(payload, parameters) for payload in CLIENTS[name][:many])


def takings(run: Evidence, name: str) -> list[Event]:
    """The reads of this client from its connection."""
    reads = run.reads(by=run.programs[name].name, ok=True) if name in run.programs else ()
    return [event for event in reads if event.text("object").startswith("socket ")]


def received(run: Evidence, name: str) -> bytes:
    """What this client has got."""
    return b"".join(event.data or b"" for event in takings(run, name))


def require_answers(run: Evidence, name: str, parameters: Parameters, *, why: str, next: str) -> None:  # noqa: A002
    """The client has got all its answers, and nothing else."""
    wanted, found = due(name, parameters), received(run, name)
    if found == wanted:
        return
    place = first_difference(wanted, found)
    ends = [len(due(name, parameters, many)) for many in range(1, len(CLIENTS[name]) + 1)]
    number = 1 + sum(place >= end for end in ends[:-1])
    stands = "; ".join(f"{process.name} {doing(run, process.name)}" for process in own(run)[-3:])
    wrong = (
        gettext(f"byte {place + 1} is {found[place : place + 1]!r}, and {wanted[place : place + 1]!r} was due")
        if place < min(len(found), len(wanted))
        else gettext(f"it got {len(found)} of {len(wanted)} bytes")
    )
    fail(
        seen=f"the client {name} did not get the answer to its frame {number} of {len(ends)}: {wrong}; {stands}",
        why=why,
        next=next,
        events=(*takings(run, name)[-1:], run.last),
    )


def require_told_its_end(run: Evidence, name: str, rest: Event) -> None:
    """The client, which has said that it sends no more, has seen the end of its connection after its answers."""
    client, last = run.programs[name], takings(run, name)[-1]
    holders = " and ".join(f"{process} (fd {fd})" for process, fd, _, _ in held(run, rest))
    require(
        client.exit and client.exit.n < rest.n,
        seen=f"the client {client.name} ({name}) has got all its answers, and still waits for the end of the connection; "
        f"connections are held by {holders or gettext('nobody')}",
        why="a client that reads to the end sees it only when the server has closed the connection, in every process",
        next="close the connection when the client has ended, in each process that has a descriptor of it",
        events=(last, rest),
    )


def held(run: Evidence, at: Event) -> list[tuple[str, int, str, Event]]:
    """Who of the server holds which accepted connection just before this event: process, descriptor, object, since when."""
    made = {event.text("accepted") for event in run.calls("accept", "accept4", ok=True)}
    return [
        (hold.process, hold.fds[-1], hold.object, hold.opened)
        for hold in run.holds
        if hold.object in made and hold.mode == "read" and hold.covers(at.n - 1)
    ]


def require_nothing_held(run: Evidence, rest: Event) -> None:
    """All clients have gone: no process of the server has a descriptor of a connection."""
    for process, fd, name, since in held(run, rest)[:1]:
        fail(
            seen=f"all clients have gone, and at event {rest.n} {process} still holds a connection, {name}: its fd {fd}, "
            f"since event {since.n}",
            why="each client would leave a descriptor behind, until there is none left for the next one",
            next=f"close it in {process}, on every way on which a client can end",
            events=(since, rest),
        )


def collected(child: ProcessView, before: Event) -> bool:
    """Whether somebody has collected an ended child before this event, or the kernel has, as SIGCHLD is ignored."""
    return child.last.auto_reaped or (child.reaped is not None and child.reaped.n < before.n)


def require_ended(run: Evidence, sent: tuple[Event, ...]) -> None:
    """SIGTERM has ended the server, with status 0; its path is gone, and so are its children."""
    root, end = run.root, run.root.exit
    when = gettext(f"after SIGTERM, event {sent[0].n}, ") if sent else gettext("before any SIGTERM ")
    require(
        end and sent and root.exit_status == 0,
        seen=f"{when}{root.name} {fate(run, root) if end else doing(run)}",
        why="the server goes on until SIGTERM asks it to end; then it ends, with status 0, whatever its clients do",
        next="follow SIGTERM from the moment in which it is delivered: is somebody about to look, or about to sleep?",
        events=(*sent[:1], end or run.last),
    )
    require(
        removal(run, PATH) and not left_behind(run, PATH),
        seen=f"{root.name} ended, and {PATH} is still there",
        why="bind fails on a path that exists, so the next server could not start",
        next="remove the path on the way out",
        events=(*sent[:1], end or run.last),
    )
    for child in own(run)[1:]:
        require(
            end and child.exit and child.exit.n < end.n and collected(child, end),
            seen=f"{root.name} ended at event {end.n if end else 0}, and {child.name} "
            + (gettext("was not collected") if child.exit and end and child.exit.n < end.n else gettext("lived on")),
            why="the server takes its children with it: none of them lives on, and none stays a zombie",
            next="end the children that still live, and wait for all of them, before the server itself ends",
            events=(child.born, *sent[:1], end or run.last),
        )
