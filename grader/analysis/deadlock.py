"""In: a run; out: the finding that its tasks wait for each other and nothing else could help.

The tracer has stopped the run because it was proved; this rule tells the proof and the step that would break it. A wait
that a signal, a timer or the outside could end makes the outcome `blocked`: that is no finding. Where other tasks still could act,
the proof holds only as long as they send no signal: it says so, and claims less.
"""

from __future__ import annotations

from grader.analysis.missing import missing
from grader.analysis.words import at, enumerated, found
from grader.evidence import Evidence
from grader.kernel import State, Wait, deadlocked, holders
from grader.model import Event, RuleFinding

__all__ = ["deadlock"]

RULE = "deadlock"


def deadlock(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for a run that ended in a proved deadlock. Level: must; should where tasks outside of it still live."""
    proof = next((event for event in run.events if event.kind == "deadlock"), None)
    if proof is None or not run.complete:
        return ()
    waits = deadlocked(run.state(proof.n))
    if not waits:
        return (_bare(run, proof),)
    seen = enumerated([f"{_waiting(wait)} (since event {wait.event})" for wait in waits], "; ")
    alone = "nothing else could wake it" if len(waits) == 1 else "only they could wake each other"
    why = f"{alone}: {enumerated([f'for {wait.task}, {wait.why}' for wait in waits], '; ')}"
    cited = [proof, *(run.event(wait.event) for wait in waits)]
    process = waits[0].task.partition(".")[0]
    free = sorted(run.state(proof.n).tasks.keys() - {wait.task for wait in waits})
    if free:
        why += f"; this holds unless {enumerated(free)}, which still could act, ends them by a signal"
    level = "should" if free else "must"
    return (found(run, RULE, level, process, (seen, why, _advice(run, proof, waits)), cited),)


def _bare(run: Evidence, proof: Event) -> RuleFinding:
    """The recorded proof in its own words, where the model of this version does not prove it again."""
    seen = enumerated(list(run.deadlock)) or f"all tasks sleep for ever, {at(proof)}"
    why = "each of them waits for something that only another of them could do, and none can move first"
    return found(run, RULE, "must", "P0", (seen, why, "let one of them go on without the others"), [proof])


def _waiting(wait: Wait) -> str:
    return wait.what.replace(" waits in ", " is blocked in ", 1)


def _advice(run: Evidence, proof: Event, waits: tuple[Wait, ...]) -> str:
    """The one step that most likely breaks the circle, by what the tasks wait in."""
    for choose in (_order_advice, _close_advice, _full_advice, _wait_advice):
        if advice := choose(run, proof, waits):
            return advice
    needs = [f"{wait.task} needs {missing(run, proof.n, wait)}" for wait in waits]
    if len(needs) == 1:
        return f"let somebody else do this before {waits[0].task} waits for it, or do not wait: {needs[0]}"
    return f"let one of these come first, or give all of them the same order: {enumerated(needs, '; ')}"


def _readers(waits: tuple[Wait, ...]) -> list[Wait]:
    return [wait for wait in waits if wait.call in {"read", "readv"} and any(map(_is_pipe, wait.objects))]


def _is_pipe(name: str) -> bool:
    return name.startswith(("pipe ", "fifo "))


def _close_advice(run: Evidence, proof: Event, waits: tuple[Wait, ...]) -> str:
    """A reader whose own process holds the write end, or whose writer now waits for children, waits for a close."""
    waiting = {wait.task.partition(".")[0] for wait in waits if wait.call in {"wait4", "waitid"}}
    for wait in _readers(waits):
        name = wait.objects[0]
        if _both_ends(run.state(proof.n), wait):
            continue
        held = holders(run.state(proof.n), name, "write")
        own = [holder for holder in held if holder.process == wait.task.partition(".")[0]]
        done = [holder for holder in held if holder.process in waiting and _has_served(run, name)]
        for keeper in (own or done)[:1]:
            wrote = bool(run.writes(by=keeper.process, on=name))
            when = (
                "before its first read"
                if own
                else "as soon as it has written everything"
                if wrote
                else "before it waits"
            )
            return f"close fd {keeper.fd}, the write end of {name}, in {keeper.process} {when}"
    return ""


def _both_ends(state: State, wait: Wait) -> bool:
    """Whether its one descriptor of a FIFO is for reading and writing: that cannot be closed."""
    return any(
        holder.process == wait.task.partition(".")[0] and holder.fd in _fds(state, wait.objects[0], "read")
        for holder in holders(state, wait.objects[0], "write")
    )


def _fds(state: State, name: str, mode: str) -> set[int]:
    return {holder.fd for holder in holders(state, name, mode)}


def _has_served(run: Evidence, name: str) -> bool:
    """Whether somebody wrote to the pipe, or had its write end and is through with it."""
    given_up = any(hold.object == name and hold.mode == "write" and hold.closed for hold in run.holds)
    return given_up or bool(run.pipe(name).writes)


def _order_advice(run: Evidence, proof: Event, waits: tuple[Wait, ...]) -> str:
    """Several wait for a first message: somebody has to speak first."""
    del proof
    reading = [wait for wait in _readers(waits) if not run.pipe(wait.objects[0]).writes]
    if len(reading) < 2:
        return ""
    return f"let one of {enumerated([wait.task for wait in reading])} write before it reads"


def _full_advice(run: Evidence, proof: Event, waits: tuple[Wait, ...]) -> str:
    """A writer of a full pipe needs a reader that does not wait for the writer."""
    full = [wait for wait in waits if wait.call in {"write", "writev"} and any(map(_is_pipe, wait.objects))]
    if not full:
        return ""
    name, task = full[0].objects[0], full[0].task
    readers = {holder.process for holder in holders(run.state(proof.n), name, "read")}
    if readers == {task.partition(".")[0]}:
        return f"let another process read {name}, and close the read end in {task}, which writes to it"
    return f"read {name} while {task} still writes (a pipe holds only so much), and wait for {task} afterwards"


def _wait_advice(run: Evidence, proof: Event, waits: tuple[Wait, ...]) -> str:
    """A parent that waits for a child which waits for the parent."""
    waiting = [wait for wait in waits if wait.call in {"wait4", "waitid"}]
    others = [wait for wait in waits if wait not in waiting]
    if not waiting or not others:
        return ""
    needed = missing(run, proof.n, others[0])
    return f"give {others[0].task} what it waits for before {waiting[0].task} waits for its end: {needed}"
