"""In: the evidence of each plan's run; out: whether a token went to and fro through two pipes, and each line on receipt.

All checks judge what the processes did, never how the program is written. Which process starts, the words, the size of
the token and the number of rounds without an argument are parameters of the variant.
"""

from __future__ import annotations

import pytest

from grader import (
    Event,
    Evidence,
    Line,
    Parameters,
    PipeView,
    Plan,
    ProcessView,
    counted,
    fail,
    fate,
    gettext,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_end_closed,
    require_one_child,
    require_one_way,
    uses,
)

MANY = 200
DIGITS = 10  # more than any process id has


def plans(parameters: Parameters) -> dict[str, Plan]:
    """No argument, a few rounds, and many."""
    few = str(default_rounds(parameters) + 2)
    every = (Plan("default"), Plan("few", argv=(few,)), Plan("many", argv=(str(MANY),)))
    return {plan.name: plan for plan in every}


# What is printed (in the fair run: what goes wrong in others is told by the checks of when a line is printed)


@pytest.mark.check(points=1, plans=("default",))
def test_plays_without_argument(run: Evidence, parameters: Parameters) -> None:
    """the lines without an argument, each with its writer's number"""
    require_text(run, parameters)
    require_own_numbers(run, parameters)


@pytest.mark.check(points=1, needs=("plays_without_argument",), plans=("few", "many"))
def test_plays_every_round(run: Evidence, parameters: Parameters) -> None:
    """the lines of as many rounds as the argument says"""
    require_text(run, parameters)
    require_own_numbers(run, parameters)


# Which way the token goes


@pytest.mark.check(points=1, plans=("default", "few"), schedules="every")
def test_one_child_two_pipes(run: Evidence) -> None:
    """one child and two pipes, each used in one direction"""
    require_one_child(run)
    links(run)


@pytest.mark.check(points=1, needs=("one_child_two_pipes",), schedules="every")
def test_one_token_at_a_time(run: Evidence, parameters: Parameters) -> None:
    """one token each way a round, sent only by who has it"""
    starter, answerer = players(run, parameters)
    size = token(parameters)
    total = rounds(run, parameters) * size
    for giver, taker in ((starter, answerer), (answerer, starter)):
        written, read = moved(giver.sends), moved(taker.receives)
        require(
            written == total and read == total,
            seen=f"{giver.name} put {counted(written, 'byte')} into {giver.out.name}, and {taker.name} took {read} out of it"
            + "".join(f"; {wait}" for wait in run.deadlock),
            why=f"{counted(rounds(run, parameters), 'round')} with a token of {counted(size, 'byte')} make {total} each way",
            next=f"send exactly {counted(size, 'byte')} each time, nothing before and nothing after, and read as much",
            events=(*giver.sends[-1:], *taker.receives[-1:]) or (run.last,),
        )
    for player in (starter, answerer):
        require_turns(player, size)


# When the lines are printed


@pytest.mark.check(points=1, needs=("plays_without_argument", "one_child_two_pipes"), schedules="every")
def test_prints_on_receipt(run: Evidence, parameters: Parameters) -> None:
    """each line is printed after its token has been read"""
    starter, answerer = players(run, parameters)
    for player, size in ((starter, unit(run, parameters, answerer)), (answerer, unit(run, parameters, starter))):
        for number, line in enumerate(lines_of(run, player), start=1):
            first = line.writes[0]
            receipt = reached(player.receives, number * size)
            came = (
                gettext(f"the token came at event {receipt.n}")
                if receipt
                else gettext(f"token {number} was never read")
            )
            require(
                receipt and receipt.n < first.n,
                seen=f"{player.name} printed its line {number}, {str(line)!r}, at event {first.n}; {came}",
                why="the line says that the token has come: before the read has returned nobody knows that",
                next=f"read the token in {player.name}, and print after that",
                events=(first, receipt or run.last),
            )


@pytest.mark.check(points=1, needs=("plays_without_argument", "one_child_two_pipes"), schedules="every")
def test_prints_before_passing_on(run: Evidence, parameters: Parameters) -> None:
    """each line is out before the token is passed on"""
    for player in players(run, parameters):
        size = unit(run, parameters, player)
        for number, line in enumerate(lines_of(run, player), start=1):
            last = line.writes[-1]
            passed = reached(player.sends, (player.lead + number - 1) * size + 1)
            require(
                passed is None or last.n < passed.n,
                seen=f"{player.name} passed the token on at event {passed.n if passed else 0}, "
                f"and its line {number}, {str(line)!r}, was written only at event {last.n}",
                why="who has the token may print: once it is passed on, the other may print first",
                next=f"print in {player.name} before the write that sends the token, and leave nothing in a buffer",
                events=(last, passed or run.last),
            )


# Which ends are kept


@pytest.mark.check(points=1, needs=("one_child_two_pipes",), plans=("default",), schedules="every")
def test_child_closes_unused_ends(run: Evidence) -> None:
    """the child closes its two unused ends before it plays"""
    down, up = links(run)
    require_unused_closed(run, run.root.children[0], reads=down, writes=up)


@pytest.mark.check(points=1, needs=("one_child_two_pipes",), plans=("default",), schedules="every")
def test_parent_closes_unused_ends(run: Evidence) -> None:
    """the parent closes its two unused ends before it plays"""
    down, up = links(run)
    require_unused_closed(run, run.root, reads=up, writes=down)


# How it ends


@pytest.mark.check(points=1, needs=("plays_without_argument", "one_child_two_pipes"), schedules="every")
def test_child_is_reaped(run: Evidence, parameters: Parameters) -> None:
    """the parent collects the child's status before it ends"""
    if fault_in_text(run, parameters) is None:  # else: the matter of the check of that output
        require_all_reaped(run)


@pytest.mark.check(points=1, needs=("plays_without_argument",), schedules="every")
def test_exits_zero(run: Evidence, parameters: Parameters) -> None:
    """both processes end, with status 0"""
    if fault_in_text(run, parameters) is None:  # else: the matter of the check of that output
        require_all_exit_zero(run)


# What the checks ask of a run


class Player:
    """One of the two processes, with what it did to the pipe that it reads and the pipe that it writes.

    `lead` is 1 for the one that starts: it has sent one token before it receives its first.
    """

    def __init__(self, process: ProcessView, word: str, lead: int, source: PipeView, out: PipeView) -> None:
        self.name = gettext(f"{process.name} ({'child' if process.parent else 'parent'})")
        self.word = word
        self.lead = lead
        self.out = out
        self.receives = tuple(event for event in source.reads if event.process == process.name)
        self.sends = tuple(event for event in out.writes if event.process == process.name)


def default_rounds(parameters: Parameters) -> int:
    """How many rounds are played without an argument."""
    return int(str(parameters["rounds"]))


def token(parameters: Parameters) -> int:
    """The size of the token in bytes."""
    return int(str(parameters["token"]))


def words(parameters: Parameters) -> tuple[str, str]:
    """What the one who answers prints, and what the one who starts prints."""
    answered, _, returned = str(parameters["words"]).partition("-")
    return answered, returned


def rounds(run: Evidence, parameters: Parameters) -> int:
    """How many rounds this run had to play."""
    argv = run.header.plan.argv
    return int(argv[0]) if argv else default_rounds(parameters)


def moved(events: tuple[Event, ...]) -> int:
    """How many bytes these calls moved."""
    return sum(event.result or 0 for event in events)


def reached(events: tuple[Event, ...], place: int) -> Event | None:
    """The call that moved the byte at this place, counted from 1, or None if none of them came so far."""
    total = 0
    for event in events:
        total += event.result or 0
        if total >= place:
            return event
    return None


def unit(run: Evidence, parameters: Parameters, giver: Player) -> int:
    """How many bytes this one sends as a token: what was asked, or, if it sends another number each round, that one."""
    each, rest = divmod(moved(giver.sends), rounds(run, parameters))
    return each if each and not rest else token(parameters)


def links(run: Evidence) -> tuple[PipeView, PipeView]:
    """The pipe from the parent to the child and the one back.

    A pipe that only one process uses (to wake itself up) or that carries nothing (to tell of an end) is none of them.
    Fails the check where a pipe is used in both directions, or two in the same, or none in one.
    """
    parent, child = run.root, run.root.children[0]
    carrying: dict[str, list[PipeView]] = {parent.name: [], child.name: []}
    silent: dict[str, list[PipeView]] = {parent.name: [], child.name: []}
    for pipe in run.pipes:
        writes, reads = uses(run, None, pipe, "write"), uses(run, None, pipe, "read")
        if writes and reads and len({event.process for event in (*writes, *reads)}) == 1:
            continue
        require_one_way(run, pipe)
        if pipe.created and pipe.created.n < child.born.n and (writes or reads):
            giver = writes[0].process if writes else {parent.name, child.name}.difference({reads[0].process}).pop()
            (carrying if writes else silent)[giver].append(pipe)
    for giver, pipes in carrying.items():
        require(
            len(pipes) < 2,
            seen=f"{giver} wrote to {' and '.join(pipe.name for pipe in pipes)}",
            why="the token, and nothing else, travels: one pipe each way is enough",
            next=f"let {giver} write to one pipe only",
            events=tuple(event for pipe in pipes for event in uses(run, None, pipe, "write")[:1]),
        )
    for giver, taker in ((parent.name, child.name), (child.name, parent.name)):
        require(
            carrying[giver] or silent[giver],
            seen=f"no pipe was used from {giver} to {taker}",
            why="the token travels by two pipes, both made before the child: one to the child, one back",
            next=f"make two pipes, then fork; let {giver} write to one of them and {taker} read from it",
            events=(child.born, run.last),
        )
    return (carrying[parent.name] or silent[parent.name])[0], (carrying[child.name] or silent[child.name])[0]


def players(run: Evidence, parameters: Parameters) -> tuple[Player, Player]:
    """The one who starts and the one who answers."""
    require_one_child(run)
    down, up = links(run)
    ping, pong = words(parameters)
    parent, child = run.root, run.root.children[0]
    if parameters["starter"] == "parent":
        return Player(parent, pong, 1, up, down), Player(child, ping, 0, down, up)
    return Player(child, pong, 1, down, up), Player(parent, ping, 0, up, down)


def lines_of(run: Evidence, player: Player) -> tuple[Line, ...]:
    """The lines that say what this one has received, and that can be traced to the calls that wrote them."""
    mark = f": received {player.word}".encode()
    return tuple(line for line in printed_lines(run) if line.text.endswith(mark) and line.writes)


def require_turns(player: Player, size: int) -> None:
    """A token is sent only after the one before it has come back."""
    sent = moved(player.sends) // size
    for number in range(1, sent + 1 - player.lead):
        receipt = reached(player.receives, number * size)
        send = reached(player.sends, (number - 1 + player.lead) * size + 1)
        require(
            receipt and send and receipt.n < send.n,
            seen=f"{player.name} began to send its token {number + player.lead} at event {send.n if send else 0}, "
            + (f"and received token {number} only at event {receipt.n}" if receipt else "and had not received one"),
            why="there is one token: who has passed it on cannot pass it on again before it has come back",
            next=f"let {player.name} read before each write" + (", but for the first" if player.lead else ""),
            events=tuple(event for event in (send, receipt) if event),
        )


def require_unused_closed(run: Evidence, process: ProcessView, reads: PipeView, writes: PipeView) -> None:
    """When the process first uses one of the two pipes, it holds only the end that it reads and the one that it writes."""
    used = sorted((*uses(run, process, reads), *uses(run, process, writes)), key=lambda event: event.n)
    if used:
        require_end_closed(process, reads, "write", used[0])
        require_end_closed(process, writes, "read", used[0])


# What must be on standard output


def fault_in_text(run: Evidence, parameters: Parameters) -> tuple[str, str, Event] | None:
    """What is wrong with the lines, process numbers aside: seen, next, and the event that shows it; or None."""
    lines = printed_lines(run)
    wanted = 2 * rounds(run, parameters)
    for place, line in enumerate(lines[:wanted]):
        word = words(parameters)[place % 2]
        number, _, rest = line.text.partition(b": ")
        if not (number.isdigit() and len(number) <= DIGITS and rest == f"received {word}".encode()):
            advice = gettext("print each line exactly as in the example")
            if line.text.endswith(b": received " + words(parameters)[1 - place % 2].encode()):
                advice = gettext(
                    "print a line after the token has come and before it is passed on, and leave none in a buffer"
                )
            seen = gettext(f"line {place + 1} is {str(line)[:60]!r}, expected was '<pid>: received {word}'")
            return seen, advice, (line.writes or (run.last,))[0]
        if not line.ended:
            return (
                gettext(f"line {place + 1} has no newline at its end"),
                gettext("end each line with a newline"),
                run.last,
            )
    if len(lines) < wanted:
        seen = gettext(f"standard output ends after {len(lines)} of {wanted} lines; the program {fate(run, run.root)}")
        return (
            seen,
            gettext("follow the token: who should have received it next, and what did that process do?"),
            run.last,
        )
    if len(lines) > wanted:
        extra = lines[wanted]
        by = " and ".join(extra.processes)
        seen = gettext(f"line {wanted + 1}, written by {by}, is {str(extra)[:60]!r}; only {wanted} lines were expected")
        advice = gettext(
            f"follow {by} to this line: each process prints once a round, and a child that has played ends"
        )
        return seen, advice, (extra.writes or (run.last,))[0]
    return None


def require_text(run: Evidence, parameters: Parameters) -> None:
    """Standard output holds the two lines of each round in turn, and nothing else."""
    fault = fault_in_text(run, parameters)
    if fault:
        seen, advice, event = fault
        ping, pong = words(parameters)
        fail(
            seen=seen,
            why=f"a game of {counted(rounds(run, parameters), 'round')} has two lines a round: in turn {ping} and {pong}",
            next=advice,
            events=(event,),
        )


def require_own_numbers(run: Evidence, parameters: Parameters) -> None:
    """Each line was written by the process whose turn it is, and names the process id of this process."""
    child_word = words(parameters)[0 if parameters["starter"] == "parent" else 1]
    numbers: dict[str, tuple[int, Event]] = {}
    for line in printed_lines(run):
        if not line.writes:
            continue
        own = str(line).endswith(f" {child_word}")
        writer = run.process(line.processes[0])
        require(
            len(line.processes) == 1 and (writer != run.root) == own,
            seen=f"the line {str(line)!r} was written by {' and '.join(line.processes)}",
            why=f"{'the child' if own else 'the parent'} receives this token, and prints it itself",
            next=f"print this line in {'the child' if own else 'the parent'}, after its read",
            events=line.writes[:2],
        )
        require_number(writer, int(line.text.partition(b":")[0]), line.writes[0], numbers)


def require_number(writer: ProcessView, number: int, event: Event, numbers: dict[str, tuple[int, Event]]) -> None:
    """The number is the writer's process id: as recorded, else the same in all its lines, and in no other's."""
    recorded = writer.born.number("pid", 0)
    numbers.setdefault(writer.name, (number, event))
    same, first = numbers[writer.name]
    others = [each for name, (value, each) in numbers.items() if name != writer.name and value == number]
    require(
        number == (recorded or same) and not others,
        seen=f"{writer.name} calls itself {number}"
        + (
            f", but its process id is {recorded}"
            if recorded
            else ", and another time otherwise, or another does so too"
        ),
        why="each line begins with the process id of the process that prints it",
        next="ask for the process id in the process that prints: what was asked before the fork is the parent's",
        events=(event, *others, *((first,) if first != event else ())),
    )
