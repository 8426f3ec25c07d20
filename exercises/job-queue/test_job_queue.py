"""In: the evidence of each plan's run; out: whether jobs went through one bounded queue, the urgent ones first, each to one worker.

All checks judge what the processes did, never how the program is written. Which message is which job is told by the order: the
jobs are sent in the order of their lines, and after them the messages that end the workers. What the queue holds, how long a text
may be, which number is the most urgent, what a line calls a worker and the first worker's number are parameters of the variant.
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
    Root,
    When,
    acts,
    counted,
    doing,
    fail,
    fate,
    gettext,
    moments,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_children,
    require_made_first,
    require_no_asking,
    require_no_timed_wait,
    require_nothing_left,
)

LIMITS = Limits(events=6_000, idle=500, cpu=0.5)  # a process that asks again and again is not watched for long
MOST = 8_192  # bytes of a message: what the system allows (mq_overview(7), msgsize_max)
WHOLE = ("rush", "words")
EARLIER, AGAIN, TAKEN = "earlier", "again", "c5d4"


def plans(parameters: Parameters) -> dict[str, Plan]:
    """More jobs than the queue holds, jobs with odd texts, jobs that come one by one, and a name that is taken."""
    every = (
        Plan("rush", argv=("c5d1", "3"), stdin=written(rush(parameters)), limits=LIMITS),
        Plan("words", argv=("c5d2", "1"), stdin=written(words(parameters)), limits=LIMITS),
        Plan("slowly", argv=("c5d3", "2"), stimuli=acts("5 alpha\n", "2 beta\n", ""), limits=LIMITS),
        Plan(
            "taken",
            argv=("c5d5", "1"),
            roots=(
                Root(EARLIER, argv=(f"/{TAKEN}",), peer="earlier_run.py"),
                Root(AGAIN, argv=(TAKEN, "2"), stdin=b"5 alpha\n", when=When("exists", call=f"/{TAKEN}")),
            ),
            limits=LIMITS,
        ),
    )
    return {plan.name: plan for plan in every}


# The queue


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_makes_the_queue(run: Evidence, parameters: Parameters) -> None:
    """the parent makes one queue, /NS, for as many messages as asked"""
    own, room = run.header.plan.argv[0], int(parameters["room"])
    made = queues(run)
    require(
        len(made) == 1 and made[0].process == run.root.name and made[0].text("path").lstrip("/") == own,
        seen="the program made "
        + (", ".join(f"/{event.text('path').lstrip('/')} ({event.process})" for event in made) or "no queue"),
        why=f"all jobs go through one queue, which the parent makes, and its name is /{own}, from the first argument",
        next="look at the call that makes the queue: who makes it, how many times, and with which name?",
        events=made[:3] or (run.last,),
    )
    asked = made[0].number("maxmsg", 0)
    require(
        asked == room,
        seen=f"the queue was made at event {made[0].n} for "
        + (counted(asked, "message") if asked else "as many messages as the system gives unasked"),
        why=f"the queue is to hold {counted(room, 'message')}: that is how far the parent can be ahead of its workers",
        next="give the number of messages, and the bytes of each, when you make the queue (mq_open(3), attr)",
        events=made,
    )


@pytest.mark.check(points=1, needs=("makes_the_queue",), plans=("taken",))
def test_leaves_a_taken_name_alone(run: Evidence) -> None:
    """if the name is taken already the program says so by status 1, and neither uses nor removes what is there"""
    again = run.programs.get(AGAIN)
    if again is None:
        return
    names = {process.name for process in run.of(AGAIN)}
    for event in (event for event in run.calls("mq_open", "mq_unlink") if event.process in names):
        if event.text("path").lstrip("/") != TAKEN or (event.call == "mq_open" and event.failed):
            continue
        fail(
            seen=f"/{TAKEN} was there before, and {event.process} made its {event.call} with this name at event {event.n}",
            why="it belongs to another run, which may still be at work: who takes its queue takes its jobs",
            next="make the queue in such a way that the call fails if the name is taken, and end if it does (mq_open(3), O_EXCL)",
            events=(event,),
        )
    require(
        again.exit_status == 1 and not run.printed(AGAIN),
        seen=f"/{TAKEN} was there before; {again.name} {fate(run, again)}, and printed {counted(len(run.printed(AGAIN)), 'byte')}",
        why="a program that cannot make its queue can do nothing, and says so: on standard error, and by status 1",
        next="look at the way on which your program ends when the queue cannot be made",
        events=(again.exit or run.last,),
    )


# The jobs


@pytest.mark.check(points=1, needs=("makes_the_queue",), plans=WHOLE, schedules="every")
def test_buffers_hold_a_message(run: Evidence) -> None:
    """whoever receives has room for the longest message that the queue may hold"""
    made = queues(run)[0]
    size = made.number("msgsize", 0)
    for event in run.calls("mq_timedreceive", "mq_timedsend"):
        length, gets = event.number("count", 0), event.call == "mq_timedreceive"
        require(
            length >= size if gets else event.error != "EMSGSIZE",
            seen=f"{event.process} {'asked for a message with a buffer of' if gets else 'tried to send'} "
            f"{counted(length, 'byte')} at event {event.n}; in this queue a message may have {size}",
            why="the kernel does not cut messages: it fails with EMSGSIZE where the longest one that may come would not fit",
            next="reckon how long a message of yours can be; make queue and buffer for it (mq_receive(3), ERRORS)",
            events=(made, event),
        )


@pytest.mark.check(points=1, needs=("buffers_hold_a_message",), plans=WHOLE, schedules="every")
def test_prints_every_job(run: Evidence, parameters: Parameters) -> None:
    """each job is printed once, whole, and nothing else is printed"""
    wanted, found = [text for _, text in jobs(run)], list[str]()
    for line in printed_lines(run):
        text = text_of(run, line, parameters)
        found.append(text or "")
        require(
            line.ended and text is not None and found.count(text) <= wanted.count(text),
            seen=f"the line {str(line)!r} was printed, so far {counted(found.count(text or ''), 'time')}; "
            f"jobs that ask for it: {wanted.count(text or '')}",
            why=f"a worker prints a line `{parameters['word']}I TEXT` for each job that it has taken, with the text as it came in",
            next="follow this text: into which message was it put, how long was that, and how does the worker know its end?",
            events=line.writes[-1:] or (run.last,),
        )
    missing = [text for text in wanted if found.count(text) < wanted.count(text)]
    require(
        not missing,
        seen=f"of {counted(len(wanted), 'job')} {len(found)} were printed, and {missing[0] if missing else ''!r} "
        f"was not; {fates(run)}",
        why="every job that comes in is done by some worker",
        next="find the call that sent this job, and what it returned; then who received it, and what happened to it there",
        events=(*(event for event in run.calls("mq_timedsend") if event.failed), run.last)[-2:],
    )


@pytest.mark.check(points=1, needs=("makes_the_queue",), plans=WHOLE, schedules="every")
def test_workers_share_the_queue(run: Evidence, parameters: Parameters) -> None:
    """the parent sends the jobs, one message each, and a worker prints what it has received itself"""
    require_made_first(run, many(run), [e for e in run.events_of(run.root.name) if e.call == "mq_timedsend"])
    require_children(run, many(run))
    require_sides(run)
    for number, ((_, text), event) in enumerate(zip(jobs(run), sent(run), strict=False), 1):
        require(
            text.encode() in (event.data or b""),
            seen=f"message {number} that {event.process} sent, event {event.n}, has {counted(len(event.data or b''), 'byte')}, "
            f"and the text of job {number}, {shown(text)}, is not among them",
            why="each job is a message of its own, with its whole text, and they are sent in the order of the lines",
            next="look at what is sent for each line, and at what happens to a job that could not be sent",
            events=(event,),
        )
    known = {text for _, text in jobs(run)}  # what is not among them is the matter of another check
    for place, worker in enumerate(own_processes(run)):
        name = f"{parameters['word']}{int(parameters['first']) + place - 1}" if place else gettext("the parent")
        for line, got in paired(run, worker):
            text = text_of(run, line, parameters)
            own = line.text.startswith(f"{name} ".encode()) and got is not None and got.n < line.writes[0].n
            require(
                own and (text not in known or text.encode() in ((got.data if got else None) or b"")),
                seen=f"{worker.name} is {name}, and printed {shown(str(line))}; "
                + (f"the message for it came at event {got.n}" if got else "there is no message for it"),
                why="a worker prints the jobs that it has received from the queue, one after the other, with its own number",
                next="print in the worker what its receive has returned, before it receives again",
                events=(*((got,) if got else ()), *line.writes[:1]),
            )


@pytest.mark.check(points=1, needs=("workers_share_the_queue",), plans=WHOLE, schedules="every")
def test_urgent_jobs_first(run: Evidence, parameters: Parameters) -> None:
    """a more urgent job has a higher priority, and equally urgent ones have the same"""
    best: list[tuple[int, Event, int, str]] = []
    for (number, text), event in zip(jobs(run), sent(run), strict=False):
        urgency = number if parameters["urgent"] == "highest" else 10 - number
        for other, before, said, name in best:
            now, then = event.number("priority"), before.number("priority")
            require(
                (now > then, now == then) == (urgency > other, urgency == other),
                seen=f"`{number} {text}` was sent with priority {now}, event {event.n}, and "
                f"`{said} {name}` with {then}, event {before.n}",
                why="of the messages in a queue the kernel hands out the one with the highest priority first, and equal ones "
                f"in the order in which they came; here {9 if parameters['urgent'] == 'highest' else 1} is the most urgent",
                next="reckon the priority of the message from the number of the line (mq_send(3), msg_prio)",
                events=(before, event),
            )
        best.append((urgency, event, number, text))


# Waiting, and the end


@pytest.mark.check(points=1, needs=("prints_every_job",), plans=("slowly",), schedules="every")
def test_works_as_jobs_come(run: Evidence, parameters: Parameters) -> None:
    """a job is done, and its line is out, while the parent waits for the next line of its input"""
    for moment in moments(run)[1:3]:
        text = moment.input.partition(" ")[2].rstrip("\n")
        require(
            [text_of(run, line, parameters) for line in moment.lines] == [text],
            seen=f"{moment.began} nothing moved any more at event {moment.last}, and "
            + (", ".join(shown(str(line)) for line in moment.lines) if moment.lines else "no line")
            + f" had come out; {run.root.name} {doing(run, at=moment.last)}",
            why="each job is sent as soon as its line is there, and the worker's line is out before it sleeps again",
            next="look where this job is at that moment: in a buffer of the parent, in the queue, or in a buffer of the worker?",
            events=(*moment.came, run.event(moment.last)),
        )


@pytest.mark.check(points=1, needs=("makes_the_queue",), plans=("rush", "slowly"), schedules="every")
def test_waits_asleep(run: Evidence) -> None:
    """whoever finds the queue full or empty sleeps in a call, and asks neither again and again nor after a time"""
    advice = "call the function that sleeps until there is room, or a message: a queue opened without O_NONBLOCK"
    for process in own_processes(run):
        require_no_timed_wait(process, advice)
        require_no_asking(process, advice)


@pytest.mark.check(points=1, needs=("workers_share_the_queue",), plans=WHOLE, schedules="every")
def test_ends_each_worker(run: Evidence) -> None:
    """after the jobs one message for each worker, which overtakes no job, and with which that worker ends"""
    last, total = sent(run)[len(jobs(run)) :], len(jobs(run))
    lowest = min(sent(run)[:total], key=lambda event: event.number("priority"), default=None)
    for event in last:
        require(
            lowest is None or event.number("priority") <= lowest.number("priority"),
            seen=f"the message at event {event.n}, after all jobs, has priority {event.number('priority')}, and the job of "
            f"event {lowest.n if lowest else 0} has {lowest.number('priority') if lowest else 0}",
            why="what ends a worker must come after all jobs that wait in the queue, else nobody is left to do them",
            next="give it a priority that no job has, below all of them",
            events=(*((lowest,) if lowest else ()), event),
        )
    if len(sent(run)) >= total:
        require(
            len(last) == many(run),
            seen=f"after {counted(total, 'job')} {run.root.name} sent {counted(len(last), 'message')} for "
            f"{counted(many(run), 'worker')}; {fates(run)}",
            why="a message goes to one worker, and then it is gone: for each worker there must be one",
            next="send as many of these messages as there are workers",
            events=(*last[:1], run.last),
        )
    for worker in own_processes(run)[1:]:
        got, lines = received(run, worker), [line for line, _ in paired(run, worker)]
        require(
            worker.exit_status != 0 or len(got) == len(lines) + 1,
            seen=f"{worker.name} received {counted(len(got), 'message')}, printed {counted(len(lines), 'line')}, and "
            f"{fate(run, worker)}",
            why="a worker does all jobs that it receives, and ends with the first message that is none",
            next="how does a worker tell the last message from a job? Any text may be that of a job",
            events=(*got[-1:], worker.exit or run.last),
        )


@pytest.mark.check(points=1, needs=("makes_the_queue",), plans=WHOLE, schedules="every")
def test_ends_clean(run: Evidence) -> None:
    """every worker is collected, all end with status 0, and the parent has removed the queue"""
    if run.root.exit is None:
        return  # it never came so far: another check says so
    require_all_reaped(run)
    require_all_exit_zero(run)
    for event in run.calls("mq_unlink"):
        require(
            event.process == run.root.name,
            seen=f"{event.process} removed /{event.text('path').lstrip('/')} at event {event.n}"
            + (f", which failed ({event.error})" if event.failed else ""),
            why="only the parent knows when nobody has to open the queue any more, and it is removed once",
            next=f"remove the name in {run.root.name} alone, and on no way that a worker takes",
            events=(event,),
        )
    require_nothing_left(run)


# What the plan asked for


def rush(parameters: Parameters) -> list[tuple[int, str]]:
    """More jobs than the queue holds, of all urgencies, some equally urgent, two of them the same."""
    some = [(1, "sweep"), (9, "fire"), (5, "tea"), (5, "bread"), (1, "paint"), (7, "leak"), (5, "tea"), (9, "smoke")]
    more = [(level % 9 + 1, f"parcel {level}") for level in range(int(parameters["room"]) - 2)]
    return some + more


def words(parameters: Parameters) -> list[tuple[int, str]]:
    """Long texts before short ones, and texts that a program might have chosen for another purpose."""
    longest = int(parameters["longest"])
    filled = ("the longest text that there may be " * 8)[: longest - 1] + "!"
    plain = "quit stop exit end done poison QUIT STOP EXIT END DONE POISON -1 0 x %s%n".split()
    return [
        (5, filled),
        (5, "a"),
        *((5, text) for text in plain),
        (9, " two  blanks "),
        (1, "grüße"),
        (1, filled[::-1]),
    ]


def written(every: list[tuple[int, str]]) -> bytes:
    """Jobs as lines of the input."""
    return "".join(f"{number} {text}\n" for number, text in every).encode()


def jobs(run: Evidence) -> list[tuple[int, str]]:
    """The jobs of a run, in the order of their lines: the number and the text."""
    lines = run.header.plan.stdin.decode().split("\n")[:-1]
    return [(int(number), text) for number, _, text in (line.partition(" ") for line in lines)]


def many(run: Evidence) -> int:
    """W: how many workers there are."""
    return int(run.header.plan.argv[1])


# Who did what


def queues(run: Evidence) -> tuple[Event, ...]:
    """The calls that made a queue."""
    own, made = {process.name for process in run.of(run.root.name)}, dict[str, Event]()
    for event in run.calls("mq_open", ok=True):
        if event.process in own and "O_CREAT" in event.texts("flags"):
            made.setdefault(event.text("object"), event)
    return tuple(made.values())


def sent(run: Evidence) -> list[Event]:
    """The messages that went into the queue, in order."""
    return list(run.calls("mq_timedsend", on=queues(run)[0].text("object"), ok=True))


def received(run: Evidence, worker: ProcessView) -> tuple[Event, ...]:
    """The messages that this worker got, in order."""
    return run.calls("mq_timedreceive", by=worker.name, on=queues(run)[0].text("object"), ok=True)


def paired(run: Evidence, worker: ProcessView) -> list[tuple[Line, Event | None]]:
    """The lines that this worker printed, each with the message of the same place in what it received."""
    lines = [line for line in printed_lines(run) if worker.name in line.processes]
    got: list[Event | None] = [*received(run, worker)]
    return list(zip(lines, got + [None] * len(lines), strict=False))


def require_sides(run: Evidence) -> None:
    """Only the parent has put messages into the queue, and only workers have taken some."""
    name = queues(run)[0].text("object")
    for call, right in (("mq_timedsend", True), ("mq_timedreceive", False)):
        for event in run.calls(call, on=name, ok=True):
            require(
                (event.process == run.root.name) is right,
                seen=f"{event.process} made {call} at event {event.n}",
                why="the parent puts the messages into the queue, and the workers take them out",
                next=f"find out for what {event.process} needs this call, and do that in another way",
                events=(event,),
            )


def text_of(run: Evidence, line: Line, parameters: Parameters) -> str | None:
    """The text of a line that has a worker's name before it; None of any other line."""
    first = int(parameters["first"])
    for number in range(first, first + many(run)):
        name = f"{parameters['word']}{number} "
        if str(line).startswith(name):
            return str(line).removeprefix(name)
    return None


def fates(run: Evidence) -> str:
    """How each process ended, or why it did not."""
    return "; ".join(f"{process.name} {fate(run, process)}" for process in own_processes(run))


def shown(text: str) -> str:
    """A text in quotes, its middle left out if it is long."""
    return repr(text if len(text) < 30 else f"{text[:12]}…{text[-12:]}")
