"""In: a state and the life of a process (start, fork, exec, exit, wait, stop); out: the state so changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.kernel.descriptors import description_id, remove, sweep, unshare
from grader.kernel.state import (
    INIT,
    OUTSIDE,
    STANDARD,
    Descriptor,
    Disposition,
    Past,
    Pipe,
    Process,
    State,
    Table,
    Task,
    evolve,
    with_process,
    with_task,
)
from grader.model import Event

FORKS = ("fork", "vfork", "clone", "clone3")
ENDED = ("exited", "killed")
PR_SET_CHILD_SUBREAPER = 36


def start(state: State, event: Event) -> State:
    """A program exists that no other has made, with the descriptors in `fds`: the first one, or a further root.

    The outside holds the far ends of the run's three pipes. A further root has an input of its own, which it finds filled.
    """
    name = event.process
    if name in state.processes:
        return state
    fds = event.args.get("fds")
    given = {int(fd): str(obj) for fd, obj in fds.items()} if isinstance(fds, Mapping) else {}
    table = {
        fd: Descriptor(obj, _first_mode(obj), False, event.n, False, description_id(event, index))
        for index, (fd, obj) in enumerate(given.items())
    }
    root = Process(
        name, OUTSIDE, OUTSIDE, event.n, event.n, event.n, event.texts("argv"), peer=bool(event.text("peer"))
    )
    pipes = {obj: Pipe(obj, event.n, event.number("input", 0)) for obj in given.values() if obj not in state.pipes}
    outside = set(state.outside)
    if not state.processes:
        pipes |= {obj: Pipe(obj, event.n) for obj in STANDARD}
        outside = {("stdout", "read"), ("stderr", "read")}
        if event.args.get("stdin_open", True):
            outside.add(("stdin", "write"))
    return evolve(
        state,
        event.n,
        tasks={**state.tasks, event.task: Task(event.task, name)},
        processes={**state.processes, name: root},
        tables={**state.tables, event.n: table},
        pipes={**state.pipes, **pipes},
        outside=frozenset(outside),
    )


def _first_mode(obj: str) -> str:
    return {"stdin": "r", "stdout": "w", "stderr": "w"}.get(obj.partition(" ")[0], "rw")


def fork(state: State, event: Event) -> State:
    """fork, vfork, clone: a thread, or a process with a copy of what it does not share (fork(2), clone(2)).

    After vfork (or clone with `vfork`) the caller sleeps until the child runs another program or ends.
    """
    caller, parent = state.tasks.get(event.task), state.processes.get(event.process)
    child = event.text("child")
    if caller is None or parent is None or not child or child in state.tasks or child in state.processes:
        return state
    # A child made inside a handler will return from that handler too; a thread starts elsewhere.
    tasks = {**state.tasks, child: Task(child, child.partition(".")[0], mask=caller.mask, saved=caller.saved)}
    if event.call == "vfork" or event.args.get("vfork") is True:
        tasks[caller.name] = replace(caller, blocked=event)
    if event.args.get("thread") is True:
        tasks[child] = Task(child, parent.name, mask=caller.mask)
        return evolve(state, event.n, tasks=tasks)
    shares = event.texts("shares")
    born = _child(parent, event, child, shares)
    tables = state.tables
    if born.table != parent.table:
        tables = {**tables, born.table: tables[parent.table]}
    return evolve(state, event.n, tasks=tasks, processes={**state.processes, child: born}, tables=tables)


def _child(parent: Process, event: Event, name: str, shares: tuple[str, ...]) -> Process:
    """Timers and pending signals are not inherited; dispositions are."""
    return Process(
        name,
        parent.parent if "parent" in shares else parent.name,
        parent.name,
        parent.table if "fd table" in shares else event.n,
        parent.memory if "memory" in shares or event.call == "vfork" else event.n,
        event.n,
        parent.argv,
        parent.dispositions,
        began=parent.began,
        peer=parent.peer,
    )


def execve(state: State, event: Event) -> State:
    """A new program: one thread is left, the table is one's own without its close-on-exec entries, handlers are gone.

    Ignored signals stay ignored, the mask and setitimer timers stay, timers of timer_create go (execve(2)).
    """
    process = state.processes.get(event.process)
    if process is None or process.exit is not None:
        return state
    # A thread that calls exec takes its leader's name by then, and the leader may be gone already.
    own = [task for task in state.tasks.values() if task.process == process.name]
    caller = state.tasks.get(event.task, own[0])
    state = unshare(state, event)
    process = state.processes[process.name]
    marked = [fd for fd, entry in state.tables[process.table].items() if entry.cloexec]
    state = remove(state, event, process.table, marked)
    # Whichever thread called, the one that is left has the name of the process.
    tasks = {name: task for name, task in state.tasks.items() if task.process != process.name}
    tasks[process.name] = Task(process.name, process.name, mask=caller.mask, pending=caller.pending)
    kept = {sig: what for sig, what in process.dispositions.items() if what.action == "ignore"}
    timers = {name: timer for name, timer in process.timers.items() if name.startswith("ITIMER_")}
    new = replace(process, argv=event.texts("argv"), dispositions=kept, timers=timers, began=False, memory=event.n)
    return evolve(
        state, event.n, tasks=_released(tasks, process.name), processes={**state.processes, process.name: new}
    )


def _released(tasks: Mapping[str, Task], child: str) -> dict[str, Task]:
    """`tasks` in which nobody sleeps in vfork for this child any more."""
    return {
        name: replace(task, blocked=None)
        if task.blocked is not None and task.blocked.call in FORKS and task.blocked.text("child") == child
        else task
        for name, task in tasks.items()
    }


def begin(state: State, event: Event) -> State:
    """The program's own code begins: the handlers so far are the runtime's."""
    process = state.processes.get(event.process)
    if process is None or process.began:
        return state
    marked = {
        sig: replace(what, runtime=True) if what.action == "handler" else what
        for sig, what in process.dispositions.items()
    }
    return with_process(state, event.n, replace(process, began=True, dispositions=marked))


def stopped(state: State, event: Event) -> State:
    """Job control stopped a task, or let it go on."""
    task = state.tasks.get(event.task)
    value = event.kind == "stopped"
    return state if task is None or task.stopped == value else with_task(state, event.n, replace(task, stopped=value))


def exited(state: State, event: Event) -> State:
    """A task is gone; with its last task the process ends: a zombie, unless nobody needs to wait for it."""
    task = state.tasks.get(event.task)
    if task is None:
        return state
    tasks = {name: each for name, each in state.tasks.items() if name != task.name}
    state = evolve(state, event.n, tasks=tasks)
    if any(each.process == task.process for each in tasks.values()):
        return state
    return _end(state, event, state.processes[task.process])


def _end(state: State, event: Event, process: Process) -> State:
    processes, past = _orphaned(state, event, process)
    ended = replace(process, exit=event, timers={}, pending=frozenset())
    parent = processes.get(process.parent)
    forgiven = parent is not None and _ignores_children(parent)
    if forgiven or process.parent == INIT:
        del processes[process.name]
        past = Past(replace(ended, auto_reaped=forgiven), past)
    else:
        processes[process.name] = ended
    shared = any(other.table == process.table and other.exit is None for other in processes.values())
    table: Table = {} if shared else state.tables[process.table]
    tables = state.tables if shared else {key: each for key, each in state.tables.items() if key != process.table}
    tasks = _released(state.tasks, process.name)
    state = evolve(state, event.n, tasks=tasks, processes=processes, tables=tables, past=past)
    return sweep(state, event.n, table.values())


def _orphaned(state: State, event: Event, dead: Process) -> tuple[dict[str, Process], Past | None]:
    """The children of a dying process get a new parent; init reaps at once those that are zombies already."""
    processes, past = dict(state.processes), state.past
    adopter = _adopter(processes, dead)
    for child in state.processes.values():
        if child.parent != dead.name:
            continue
        orphan = replace(child, parent=adopter, adopted=event.n)
        processes[child.name] = orphan
        if adopter == INIT and orphan.exit is not None:
            del processes[child.name]
            past = Past(orphan, past)
    return processes, past


def _adopter(processes: Mapping[str, Process], dead: Process) -> str:
    """The nearest living ancestor that asked for orphans (prctl(2), PR_SET_CHILD_SUBREAPER), else init."""
    ancestor = processes.get(dead.parent)
    while ancestor is not None:
        if ancestor.subreaper and ancestor.exit is None:
            return ancestor.name
        ancestor = processes.get(ancestor.parent)
    return INIT


def _ignores_children(parent: Process) -> bool:
    """Whether its children vanish by themselves: SIGCHLD ignored, or SA_NOCLDWAIT (sigaction(2))."""
    what = parent.dispositions.get("SIGCHLD", Disposition("default"))
    return what.action == "ignore" or "SA_NOCLDWAIT" in what.flags


def waited(state: State, event: Event) -> State:
    """wait4, waitid: a child that ended is reaped (not one that stopped, and not with WNOWAIT).

    A caller that gives no place for the status gets none: then the child's own end tells.
    """
    child = state.processes.get(event.text("child"))
    status = event.text("status").partition(" ")[0]
    if child is None or child.exit is None:
        return state
    if (status and status not in ENDED) or "WNOWAIT" in event.texts("options"):
        return state
    processes = {name: process for name, process in state.processes.items() if name != child.name}
    gone = replace(child, reaped=event.n)
    return evolve(state, event.n, processes=processes, past=Past(gone, state.past))


def prctl(state: State, event: Event) -> State:
    """prctl: only the wish to adopt orphans changes the model."""
    process = state.processes.get(event.process)
    if process is None or event.args.get("option") not in {"PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER}:
        return state
    value = event.args.get("value", 1) not in (0, False)
    return state if process.subreaper == value else with_process(state, event.n, replace(process, subreaper=value))
