"""In: the evidence of each plan's run; out: whether items crossed by one bounded ring, and whether all of it was cleared away.

All checks judge what the processes did, never how the program is written. In a fair run each process goes on until it must
sleep, so the rounds of filling and emptying can be counted by its sleeps. Which numbers are the items, the word before
them, the width of a slot and the signal that stops the program are parameters of the variant.
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
    Stimulus,
    When,
    counted,
    fail,
    fate,
    mappings,
    overslept,
    own_processes,
    printed_lines,
    require,
    require_all_exit_zero,
    require_all_reaped,
    require_lines,
    require_names_begin,
    require_no_timed_wait,
    require_not_joined,
    require_nothing_left,
    require_one_of_its_name,
    require_removed_by,
    size_before,
    sizings,
    sleeps,
    spells,
)

PAGE = 4096
LIMITS = Limits(idle=2_000)  # a process that asks again and again is not watched for long
NUMBERS = {"SIGHUP": 1, "SIGINT": 2, "SIGTERM": 15}
WHOLE = ("main", "single", "roomy")
STOPPED = ("stopped", "stopped_late")


def plans(parameters: Parameters) -> dict[str, Plan]:
    """A ring that fills again and again, a ring of one slot, a ring with room for all, and a signal in the middle and late."""

    def stop(after: int, total: int) -> tuple[Stimulus, ...]:
        line = f"{parameters['word']} {value(parameters, after, total)}\n"
        return (Stimulus(When("printed", call=line), "signal", signal=str(parameters["signal"])),)

    every = (
        Plan("main", argv=("f3a1", "30", "3"), limits=LIMITS),
        Plan("single", argv=("f3a2", "12", "1"), limits=LIMITS),
        Plan("roomy", argv=("f3a3", "4", "9"), limits=LIMITS),
        Plan("stopped", argv=("f3a4", "30", "3"), stimuli=stop(5, 30), limits=LIMITS),
        Plan("stopped_late", argv=("f3a5", "4", "9"), stimuli=stop(2, 4), limits=LIMITS),
    )
    return {plan.name: plan for plan in every}


# What comes out, and from whom


@pytest.mark.check(points=1, plans=WHOLE, schedules="every")
def test_prints_every_item(run: Evidence, parameters: Parameters) -> None:
    """every item is printed once, in order, and then done"""
    require_lines(
        run,
        (*items(run, parameters), f"done {total(run)}"),
        why=f"{total(run)} items go through a ring of {counted(capacity(run), 'slot')}: each comes out once, in order, "
        "and then the parent says done",
        wrong="follow this item: who wrote it into which slot, who read that slot, and who may overwrite it meanwhile?",
    )


@pytest.mark.check(points=1, plans=WHOLE)
def test_two_children_at_once(run: Evidence, parameters: Parameters) -> None:
    """the parent makes two children, which live at the same time, and only the consumer prints items"""
    made = own_processes(run)[1:]
    names = ", ".join(process.name for process in made)
    waiting = [event for event in run.blocked if event.task == "P0" and event.call.startswith("wait")]
    require(
        len(made) != 1 or not waiting,
        seen=f"P0 has made only {names}, and waits for it" + "".join(f" (event {event.n})" for event in waiting),
        why="with more items than slots the producer cannot end before the consumer takes something",
        next="make both children before the parent waits for either of them",
        events=(*(process.born for process in made), *waiting),
    )
    require(
        len(made) == 2 and all(process.parent == run.root for process in made),
        seen=f"the program made {counted(len(made), 'process', 'processes')}: {names}"
        if made
        else "the program made no child",
        why="the statement asks for two children of the parent, a producer and a consumer, and no other process",
        next="call fork twice, in the parent, and let each child end before it reaches another fork",
        events=tuple(process.born for process in made) or (run.last,),
    )
    first, second = made
    require(
        first.exit is None or second.born.n < first.exit.n,
        seen=f"{second.name} was made at event {second.born.n}, after {first.name} had ended"
        f" at event {first.exit.n if first.exit else 0}",
        why="a ring is for processes that live at the same time; with more items than slots nobody would empty it",
        next="make both children before the parent waits for either of them",
        events=(*((first.exit,) if first.exit else ()), second.born),
    )
    for line in item_lines(run, parameters):
        printer = item_lines(run, parameters)[0].processes
        require(
            line.processes == printer and printer[0] != run.root.name,
            seen=f"the line {str(line)!r} was printed by {' and '.join(line.processes)}"
            + (f", the first one by {' and '.join(printer)}" if line.processes != printer else ", the parent"),
            why="one child is the consumer, and it prints every item itself",
            next="print the items in the consumer's process, and flush nothing twice: empty all buffers before fork",
            events=(*item_lines(run, parameters)[0].writes[:1], *line.writes),
        )


# What is shared


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=WHOLE, schedules="every")
def test_one_shared_segment(run: Evidence, parameters: Parameters) -> None:
    """both children have the segment /NS mapped as shared memory, and nothing else carries items"""
    known = roles(run, parameters)
    if known is None:
        return  # who is who is not known: the check of the output says so
    producer, consumer = known
    require_one_of_its_name(run, segment(run))
    for process, verb in ((producer, "write"), (consumer, "read")):
        have = [e for e in mappings(run, process, segment(run)) if verb == "read" or e.args.get("write")]
        opened = run.first("open", "openat", on=segment(run), ok=True)
        require(
            have,
            seen=f"{process.name} has no shared mapping of {segment(run)} that it could {verb}",
            why="what one process writes is seen by another only if both have the same segment mapped with MAP_SHARED",
            next="map the segment before fork, or map it in each child by its name, with MAP_SHARED",
            events=(*((opened,) if opened else ()), process.born, run.last),
        )
    require_not_joined(run, producer, (run.root, consumer))
    require_not_joined(run, consumer, (producer,))


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=WHOLE, schedules="every")
def test_segment_has_its_size(run: Evidence, parameters: Parameters) -> None:
    """the segment has its size before it is mapped, with room for all slots"""
    needed = capacity(run) * int(parameters["width"])
    for event in run.calls("mmap", on=segment(run), ok=True):
        size = size_before(run, segment(run), event)
        if size is None:
            return  # it got its size by being written to: how large it is stands nowhere
        length = event.number("length", 0)
        require(
            size >= needed and length <= -(-size // PAGE) * PAGE,
            seen=f"{event.process} mapped {counted(length, 'byte')} of {segment(run)} at event {event.n}, "
            f"when the segment had {counted(size, 'byte')}",
            why=f"a new segment has 0 bytes, and memory beyond its end is a bus error (SIGBUS); "
            f"{counted(capacity(run), 'slot')} of {parameters['width']} bytes need {needed}",
            next="give the segment its whole size with ftruncate, after opening it and before mapping it",
            events=(*sizings(run, segment(run), event)[-1:], event),
        )


# Who waits for whom


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=("main", "single"))
def test_producer_waits_for_room(run: Evidence, parameters: Parameters) -> None:
    """the producer sleeps while all slots are taken"""
    known = roles(run, parameters)
    if known is None:
        return
    producer, consumer = known
    if late_line(run, parameters, consumer) is None:
        require_bounded(run, parameters, producer, consumer)
    require_real_sleep(run, producer, rounds(run) // 2, "a slot is free")
    taken, many = [line.writes[-1] for line in item_lines(run, parameters)], capacity(run)
    threads = len({event.task for event in consumer.events}) > 1  # then a line may come long after its slot is free
    slept = (
        () if threads or many < 3 else overslept(run, producer, taken, many - 1)
    )  # one more may be taken, not printed
    require(
        not slept,
        seen=f"{producer.name} slept with all {counted(many, 'slot')} taken until {many - 1} were free",
        why="a slot that is free may be filled at once: who waits until the ring is empty makes the other side wait too",
        next="announce each free slot on its own, when its item has been read",
        events=slept,
    )


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=("main", "single"))
def test_consumer_waits_for_items(run: Evidence, parameters: Parameters) -> None:
    """the consumer sleeps while there is nothing to take, with all its lines printed"""
    known = roles(run, parameters)
    if known is None:
        return
    producer, consumer = known
    late = late_line(run, parameters, consumer)
    if late is not None:
        asleep = sleeps(run, consumer)
        fail(
            seen=f"{consumer.name} slept at event {asleep[-1].n}, and its line {str(late)!r} came out only at event "
            f"{late.writes[-1].n}",
            why="an item that has been taken is to be seen: before the consumer sleeps, its lines must have left the buffer",
            next="flush standard output after each line, or write the line with one system call",
            events=(asleep[-1], late.writes[-1]),
        )
    partly = (
        min(len(sleeps(run, producer)), rounds(run)) // 2
    )  # a producer that does not wait leaves little to wait for
    require_real_sleep(run, consumer, max(1, partly), "an item is there")


# How it ends


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=WHOLE, schedules="every")
def test_children_are_reaped(run: Evidence) -> None:
    """the parent collects both children before it says done, and all end with status 0"""
    done = next((line for line in printed_lines(run) if line.text.startswith(b"done")), None)
    if done is None:
        return  # it never came so far: the check of the output says so
    require_all_reaped(run, before=done.writes[0])
    require_all_exit_zero(run)


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=WHOLE, schedules="every")
def test_leaves_nothing(run: Evidence) -> None:
    """every name belongs to this run, the parent removes them all, and nothing is left"""
    own = run.header.plan.argv[0]
    require_names_begin(run, own)
    require_removed_by(run, run.root, own)
    require_nothing_left(run)


# A signal in the middle


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=STOPPED)
def test_signal_ends_children(run: Evidence, parameters: Parameters) -> None:
    """after the signal the parent ends and collects both children, and then ends itself"""
    sent = stimulus(run)
    if sent is None:
        return  # the program never came so far, or was over before
    end, name = run.root.exit, str(parameters["signal"])
    for child in own_processes(run)[1:]:
        reaped = child.reaped
        require(
            reaped and (end is None or reaped.n < end.n),
            seen=f"{name} came at event {sent.n}: {run.root.name} {fate(run, run.root)}, "
            f"{child.name} {fate(run, child)}" + ("" if reaped else " and was not collected"),
            why="who is told to stop stops its children first: else they go on without anybody who waits for them",
            next=f"when {name} comes, end in the parent each child that still lives, wait for both, then end",
            events=(sent, reaped or child.exit or run.last, *((end,) if end else ())),
        )
    lines = item_lines(run, parameters)
    after = [line for line in lines if line.writes[-1].n > sent.n]
    if len(lines) == total(run) and len(after) <= 4 * capacity(run) and run.root.exit_status == 0:
        return  # all was over when the parent came to look: nothing was there to be stopped
    done = [line for line in printed_lines(run) if line.text.startswith(b"done")]
    require(
        len(lines) < total(run) or len(after) <= 4 * capacity(run),
        seen=f"{name} came at event {sent.n}, and {len(after)} more lines were printed after it, to the last item",
        why="the program was told to stop, and the parent had every opportunity to end its children",
        next="send each child a signal that ends it; handlers and blocked signals are inherited from the parent",
        events=(sent, *(line.writes[-1] for line in after[-1:])),
    )
    require(
        not done and (run.root.exit_status == 128 + NUMBERS[name] or run.root.killed_by == name),
        seen=f"{name} came at event {sent.n}, and {run.root.name} {fate(run, run.root)}"
        + "".join(f", after it had printed {str(line)!r}" for line in done),
        why=f"whoever sent the signal is told what it did: by the status {128 + NUMBERS[name]} or a death of {name} itself, and "
        "done would say that all items have come",
        next=f"end the parent with status {128 + NUMBERS[name]} once everything is cleared away, and without that line",
        events=(sent, end or run.last),
    )


@pytest.mark.check(points=1, needs=("two_children_at_once",), plans=STOPPED, schedules="every")
def test_signal_leaves_nothing(run: Evidence) -> None:
    """after the signal nothing is left either"""
    if stimulus(run) is not None:
        require_nothing_left(run)


# What the plan asked for


def total(run: Evidence) -> int:
    """N: how many items there are."""
    return int(run.header.plan.argv[1])


def capacity(run: Evidence) -> int:
    """CAP: how many slots there are."""
    return int(run.header.plan.argv[2])


def segment(run: Evidence) -> str:
    """The name that the segment has in evidence."""
    return f"shm /{run.header.plan.argv[0]}"


def value(parameters: Parameters, number: int, count: int) -> int:
    """The item with this number (from 1) of `count`."""
    kinds = {"counting": number, "squares": number * number, "odd": 2 * number - 1, "countdown": count + 1 - number}
    return kinds[str(parameters["items"])]


def items(run: Evidence, parameters: Parameters) -> list[str]:
    """The lines that the consumer has to print."""
    count = total(run)
    return [f"{parameters['word']} {value(parameters, number, count)}" for number in range(1, count + 1)]


def rounds(run: Evidence) -> int:
    """How often the ring must have been full, and then empty, before the last item."""
    return (total(run) - 1) // capacity(run)


# Who did what


def item_lines(run: Evidence, parameters: Parameters) -> list[Line]:
    """The lines that look like items."""
    word = f"{parameters['word']} ".encode()
    return [line for line in printed_lines(run) if line.text.startswith(word) and line.writes]


def roles(run: Evidence, parameters: Parameters) -> tuple[ProcessView, ProcessView] | None:
    """(producer, consumer): the consumer is the child that printed the items. None if no item was printed."""
    for line in item_lines(run, parameters):
        consumer = run.process(line.processes[0])
        return next(process for process in own_processes(run)[1:] if process != consumer), consumer
    return None


def late_line(run: Evidence, parameters: Parameters, consumer: ProcessView) -> Line | None:
    """The first line that came out after the consumer had slept through half of all rounds since the line before."""
    asleep = [event.n for event in sleeps(run, consumer)]
    before = 0
    for line in item_lines(run, parameters):
        out = line.writes[-1].n
        if sum(before < n < out for n in asleep) > max(3, rounds(run) // 2):
            return line
        before = out
    return None


def stimulus(run: Evidence) -> Event | None:
    """The signal from outside, if it came while the parent lived."""
    sent = next((event for event in run.events if event.kind == "stimulus"), None)
    return None if sent is None or (run.root.exit and run.root.exit.n < sent.n) else sent


# Waiting


def require_bounded(run: Evidence, parameters: Parameters, producer: ProcessView, consumer: ProcessView) -> None:
    """Never have more items been there at once than there are slots."""
    if not run.end.steady:
        return  # the producer may have run without any call: what was there at once is not known
    for spell in spells(run, consumer, producer):
        numbers = {event.n for event in spell}
        lines = [line for line in item_lines(run, parameters) if line.writes[-1].n in numbers]
        if len(lines) > capacity(run):
            fail(
                seen=f"{consumer.name} printed {len(lines)} lines, from {str(lines[0])!r} on, without sleeping in between, "
                f"and {producer.name} did not run in the meantime",
                why=f"so more items were there at once than the ring has slots, which is {capacity(run)}",
                next=f"let {producer.name} wait for a free slot before it writes: how many are free at the beginning?",
                events=(lines[0].writes[0], lines[-1].writes[-1]),
            )


def require_real_sleep(run: Evidence, process: ProcessView, least: int, until: str) -> None:
    """The process sleeps in calls that the other one ends, at least so often, and never for a time."""
    require_no_timed_wait(process, f"wait in a semaphore until {until}")
    if process.exit_status != 0:
        return  # it never came to its end: another check says why
    asleep = [event for event in sleeps(run, process) if not event.args.get("timeout")]
    end = process.exit or run.last
    require(
        len(asleep) >= least,
        seen=f"{process.name} went through {counted(total(run), 'item')} and slept "
        + (f"only {counted(len(asleep), 'time')}" if asleep else "not once")
        + f" without a time limit (it ended at event {end.n})",
        why=f"with {counted(capacity(run), 'slot')} the ring was full and empty {counted(rounds(run), 'time')}: each time "
        "one of the two has nothing to do, and a process with nothing to do must sleep, not go on and not keep asking",
        next=f"wait in a semaphore until {until}: the call returns at once if that is so, and sleeps if not",
        events=(*asleep[-1:], end),
    )
