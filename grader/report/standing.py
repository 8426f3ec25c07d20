"""In: the evidence of one run and an event's number; out: where each process stands after it, what it holds, how full pipes are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.evidence import Evidence, describe
from grader.kernel import Process, State, holders, wait_of
from grader.model import Event, Source
from grader.report.changes import STANDARD, amount, end_of, ranges

__all__ = ["Lines", "holdings", "loads", "standing"]

Lines = Mapping[str, tuple[str, ...]]
"""The lines of the program's own files, by the name that a `Source` gives; empty where they are not at hand."""
MOST = 12
"""Tasks told in one look."""
_LIBRARIES = ("/etc/ld.so", "/lib", "/usr/lib", "file /etc/ld.so", "file /lib", "file /usr/lib")
SHORT = 60
"""Characters of a source line."""


def standing(evidence: Evidence, at: int, lines: Lines, most: int = MOST) -> Iterator[str]:
    """One line for each task that lives after event `at`, and for each zombie: asleep in what, or before which call.

    A task that is not asleep is held before its next call, so that call's line is where it stands.
    """
    state = evidence.state(at)
    told = [*_tasks(evidence, state, at, lines), *_zombies(state)]
    yield from told[:most]
    if len(told) > most:
        yield f"… and {len(told) - most} more"


def holdings(evidence: Evidence, at: int) -> Iterator[str]:
    """For each process its descriptors and its signals, then each pipe: its bytes and who has its ends."""
    state = evidence.state(at)
    for name, process in state.processes.items():
        if process.exit is None:
            yield f"{name}  {' '.join(process.argv)}".rstrip()
            table = state.tables.get(process.table, {})
            yield from (f"    fd {fd}  {end_of(entry)}" for fd, entry in sorted(table.items()))
            yield from (f"    {line}" for line in _signals(state, process))
    for pipe in state.pipes.values():
        if pipe.name not in STANDARD:
            yield f"{pipe.name}  {amount(pipe.fill)} of {pipe.capacity}, {_ends(state, pipe.name)}"


def _tasks(evidence: Evidence, state: State, at: int, lines: Lines) -> Iterator[str]:
    following = _following(evidence, at)
    for name, task in state.tasks.items():
        if task.blocked is not None:
            wait = wait_of(state, name)
            what = wait.what.removeprefix(f"{name} waits in ") if wait is not None else _call(task.blocked)
            how = f"asleep in {what} since #{task.blocked.n}"
            yield f"{name}  {how}{_place(task.blocked.source, lines)}"
        elif task.stopped:
            yield f"{name}  stopped by a signal"
        elif (ahead := following.get(name)) is not None:
            yield f"{name}  before {_call(ahead)}{_place(ahead.source, lines)}"
        else:
            yield f"{name}  goes no further in this run"


def _following(evidence: Evidence, at: int) -> dict[str, Event]:
    """The next event of each task; a signal or an end may come before its next call."""
    found: dict[str, Event] = {}
    living = set(evidence.state(at).tasks)
    for event in evidence.events[at:]:
        if event.task in living and event.task not in found and not loads(event):
            found[event.task] = event
            if len(found) == len(living):
                break
    return found


def loads(event: Event) -> bool:
    """Whether a call is the loader's: the program has no line for it, and it is on a library (ld.so(8))."""
    on_library = (event.text("object") or event.text("path")).startswith(_LIBRARIES)
    return event.kind in {"call", "block"} and not event.source and on_library


def _call(event: Event) -> str:
    """`read(3) on pipe A`: the call without what came of it."""
    if event.kind == "signal":
        return f"signal {event.text('signal')}"
    if event.kind not in {"call", "block"}:
        return {"exit": "its end", "begin": "its own code", "stopped": "a stop"}.get(event.kind, event.kind)
    words = describe(Event(event.n, event.task, "block", event.call, event.args))
    return words.partition(" blocks in ")[2]


def _place(source: tuple[Source, ...], lines: Lines) -> str:
    if not source:
        return ""
    text = lines.get(source[0].file, ())
    number = source[0].line
    shown = text[number - 1].strip() if 0 < number <= len(text) else ""
    cut = shown if len(shown) <= SHORT else shown[: SHORT - 1] + "…"
    return f"  at {source[0].file}:{number}" + (f": {cut}" if cut else "")


def _zombies(state: State) -> Iterator[str]:
    for name, process in state.processes.items():
        if process.exit is not None and process.parent in state.processes:
            signal = process.exit.text("signal")
            how = f"killed by {signal}" if signal else f"exited with status {process.exit.number('code')}"
            yield f"{name}  a zombie: {how} at #{process.exit.n}, {process.parent} has not waited for it"


def _signals(state: State, process: Process) -> Iterator[str]:
    """Handlers, masks and what is pending, each only where there is any."""
    handled = sorted(name for name, how in process.dispositions.items() if how.action == "handler" and not how.runtime)
    ignored = sorted(name for name, how in process.dispositions.items() if how.action == "ignore")
    if handled:
        yield f"handles {', '.join(handled)}"
    if ignored:
        yield f"ignores {', '.join(ignored)}"
    if process.pending:
        yield f"pending: {', '.join(sorted(process.pending))}"
    for task in state.tasks.values():
        if task.process == process.name:
            who = "" if task.name == process.name else f"{task.name} "
            if task.mask:
                yield f"{who}blocks {', '.join(sorted(task.mask))}"
            if task.pending:
                yield f"{who}pending: {', '.join(sorted(task.pending))}"


def _ends(state: State, name: str) -> str:
    return "; ".join(
        f"{words} {_who(state, name, mode)}" for mode, words in (("read", "read end:"), ("write", "write end:"))
    )


def _who(state: State, name: str, mode: str) -> str:
    held: dict[str, list[int]] = {}
    for holder in holders(state, name, mode):
        held.setdefault(holder.process, []).append(holder.fd)
    return ", ".join(f"{process} (fd {ranges(fds)})" for process, fds in held.items()) or "nobody"
