"""In: a tracee at a stop where a task is born, replaced or ends; out: the run with that birth, exec or death recorded."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence

from grader.box import ptrace
from grader.model import Arg
from grader.trace.calls import EXECS
from grader.trace.clock import hide_vdso
from grader.trace.names import signal_name
from grader.trace.recorder import LimitReached
from grader.trace.run import Run
from grader.trace.task import Mode, Tracee


def await_status(run: Run, tracee: Tracee) -> int:
    """Wait for the tracee's next stop or end, which is sure to come; only the wall limit is looked at meanwhile."""
    while (status := ptrace.wait(tracee.tid)) is None:
        run.check_wall()
    return status


def adopt(run: Run, tid: int, name: str) -> Tracee:
    """Take a new task into the run."""
    tracee = Tracee(tid, name, name.partition(".")[0], len(run.tracees))
    run.tracees.append(tracee)
    return tracee


def adopt_root(run: Run) -> int | None:
    """Take the first task into the run, and fill its input; the process id that it sees, if that is the same in every run."""
    tid = run.tree.root
    adopt(run, tid, "P0")
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            status = os.stat(f"/proc/{tid}/fd/{fd}")
            run.objects.bind((status.st_dev, status.st_ino), name)
        except OSError as error:
            run.lost.append(f"descriptor {fd} of the first task could not be identified: {error.strerror}")
    run.streams.feed()
    return register(run, tid, "P0")


def begin_root(run: Run, argv: tuple[str, ...]) -> None:
    """Record the first task, which is held at the end of its first execve."""
    inside = adopt_root(run)
    hide_vdso(run.tree.root)
    args: dict[str, Arg] = {
        "fds": {"0": "stdin", "1": "stdout", "2": "stderr"},
        "argv": argv,
        "pid": inside,
        "stdin_open": run.streams.stdin_open,
    }
    run.recorder.emit("P0", "start", args=args)
    expect_begin(run, "P0", argv)


def register(run: Run, tid: int, name: str) -> int | None:
    """Learn the process id that the program itself sees; returned only where it is the same in every run."""
    inside = run.tree.pid_in_box(tid)
    run.world.pids[tid if inside is None else inside] = name
    return inside


INTERRUPT = "SIGINT"
"""Stands for the script of an interpreter that has none: no path."""


def script_of(argv: Sequence[str]) -> str:
    """The script that an interpreter of Python is given; INTERRUPT: none (`-c`, `-m`); empty: this is no such interpreter."""
    if not argv or not posixpath.basename(argv[0]).startswith("python"):
        return ""
    for word in argv[1:]:
        if word in ("-c", "-m"):
            break
        if not word.startswith("-"):
            return word
    return INTERRUPT


def expect_begin(run: Run, process: str, argv: tuple[str, ...]) -> None:
    """Note when the program's own code begins: at once, or for Python when its script is opened.

    Without a script (`-c`, `-m`) it is when the interpreter has set its own SIGINT handler, the last signal it cares for.
    """
    script = script_of(argv)
    if script:
        run.begins[process] = script
    else:
        run.begins.pop(process, None)
        run.recorder.emit(process, "begin")


def _begins(run: Run, tracee: Tracee) -> None:
    del run.begins[tracee.process]
    run.recorder.emit(tracee.name, "begin")


def opened(run: Run, tracee: Tracee, path: str) -> None:
    """See whether this open is the interpreter reaching the program."""
    if run.begins and is_script(path, run.begins.get(tracee.process, "")):
        _begins(run, tracee)


def is_script(path: str, script: str) -> bool:
    """Whether this path names the script: Python 3.9 and later make it absolute before they open it."""
    return bool(script) and (path == script or (not script.startswith("/") and path.endswith("/" + script)))


def handled(run: Run, tracee: Tracee, signal: str) -> None:
    """See whether this handler is the last step of an interpreter that runs no script."""
    if run.begins and signal == INTERRUPT == run.begins.get(tracee.process):
        _begins(run, tracee)


def born(run: Run, parent: Tracee, event: int) -> None:
    """At a fork event: record the child, which the kernel holds before its first instruction."""
    context = parent.context
    tid = ptrace.event_message(parent.tid)
    if context is None:
        run.lost.append(f"{parent.name} made a task outside any traced call")
        return
    thread = context.args.get("thread") is True
    name = _child_name(run, parent, thread=thread)
    child = adopt(run, tid, name)
    await_status(run, child)
    inside = register(run, tid, name)
    context.args |= {"child": name, "pid": inside}
    parent.vfork = event == ptrace.EVENT_VFORK
    run.recorder.emit(parent.name, "call", context.name, context.args)
    if parent.process in run.begins and not thread:
        run.begins[name] = run.begins[parent.process]
    parent.mode = Mode.CALL
    if sum(1 for _ in run.live()) > run.plan.limits.tasks:
        raise LimitReached("tasks", run.plan.limits.tasks)
    if len(run.tracees) > run.plan.limits.births:
        raise LimitReached("births", run.plan.limits.births)


def _child_name(run: Run, parent: Tracee, *, thread: bool) -> str:
    if thread:
        number = run.threads.get(parent.process, 1) + 1
        run.threads[parent.process] = number
        return f"{parent.process}.{number}"
    run.processes += 1
    return f"P{run.processes - 1}"


def replaced(run: Run, tracee: Tracee) -> None:
    """At an exec event: the new program is in place. Go on to the call's end, where its stack can be prepared."""
    tracee.vfork = False
    run.timers.replaced(tracee.process)
    ptrace.resume(tracee.tid, ptrace.SYSCALL)
    status = await_status(run, tracee)
    if os.WIFSTOPPED(status) and status >> 8 == ptrace.SYSCALL_STOP:
        hide_vdso(tracee.tid)
    context = tracee.context
    args = dict(context.args) if context and context.name in EXECS else {}
    run.recorder.emit(tracee.name, "call", context.name if context else "execve", args, result=0)
    tracee.name = tracee.process
    if run.sites is not None:
        run.sites.replaced(tracee.process)
    argv = args.get("argv")
    expect_begin(run, tracee.process, tuple(str(word) for word in argv) if isinstance(argv, tuple) else ())
    tracee.mode = Mode.USER
    tracee.context = None


def await_exec(run: Run, tracee: Tracee) -> int:
    """Wait until an execve has failed, or replaced the program: the status. All other threads end, in a fixed order."""
    others = sorted(run.siblings(tracee), key=lambda task: (task.leader, task.order))
    while others:
        os.sched_yield()
        run.check_wall()
        status = _status(tracee)
        if status is not None:
            return status
        for other in others:
            status = _status(other)
            if status is not None and status >> 16 == ptrace.EVENT_EXEC:
                return _take_over(tracee, other, status)
            if status is not None:
                return _clear(run, tracee, others, {other.tid: status})
    return await_status(run, tracee)


def _status(tracee: Tracee) -> int | None:
    try:
        return tracee.stop_pending()
    except ChildProcessError:
        return None  # the id is about to be taken over by the thread that replaces the program


def _clear(run: Run, tracee: Tracee, others: list[Tracee], seen: dict[int, int]) -> int:
    """The other threads were killed for an execve: bring each to its last moment, then let them go one by one."""
    for other in others:
        if other.mode is not Mode.ZOMBIE:
            _last_moment(run, other, seen.get(other.tid))
    leader = None
    for other in others:
        if other.mode is Mode.GONE:
            continue
        if other.mode is not Mode.ZOMBIE:
            ptrace.resume(other.tid)
        if other.leader:
            leader = other
        else:
            died(run, other, await_status(run, other))
    return await_status(run, tracee) if leader is None else _take_over(tracee, leader, await_status(run, leader))


def _take_over(tracee: Tracee, leader: Tracee, status: int) -> int:
    """A thread that replaces the program takes its leader's id; the leader is no more (execve(2))."""
    tracee.forget()
    leader.forget()
    leader.mode, tracee.tid = Mode.GONE, leader.tid
    return status


def let_die(run: Run, tracee: Tracee) -> None:
    """A task is in its last moment: let it go, and with it, in a fixed order, all that die of the same cause."""
    others = run.siblings(tracee)
    if tracee.ends_alone and others:
        ptrace.resume(tracee.tid)
        if tracee.leader:
            tracee.mode = Mode.ZOMBIE
            return
        died(run, tracee, await_status(run, tracee))
        return
    group = sorted([tracee, *others], key=lambda task: (task.leader, task.order))
    for task in group:
        if task.mode not in (Mode.DYING, Mode.ZOMBIE):
            _last_moment(run, task)
    for task in group:
        if task.mode is not Mode.GONE:
            if task.mode is not Mode.ZOMBIE:
                ptrace.resume(task.tid)
            died(run, task, await_status(run, task))


def _last_moment(run: Run, task: Tracee, status: int | None = None) -> bool:
    """A task that was killed reaches its last stop, if `status` is not that already; True when it was gone at once."""
    while True:
        if status is None:
            status = await_status(run, task)
        if not os.WIFSTOPPED(status):
            died(run, task, status)
            return True
        if status >> 16 == ptrace.EVENT_EXIT:
            task.mode = Mode.DYING
            return False
        ptrace.resume(task.tid)
        status = None


def died(run: Run, tracee: Tracee, status: int) -> None:
    """Record the end of a task, as wait(2) tells it."""
    if os.WIFSTOPPED(status):
        # A stop that overtook the death: let it pass, the death follows.
        ptrace.resume(tracee.tid)
        died(run, tracee, await_status(run, tracee))
        return
    tracee.mode = Mode.GONE
    tracee.forget()
    if not run.siblings(tracee):
        run.timers.ended(tracee.process)
    args: dict[str, Arg] = (
        {"code": os.WEXITSTATUS(status)} if os.WIFEXITED(status) else {"signal": signal_name(os.WTERMSIG(status))}
    )
    run.recorder.emit(tracee.name, "exit", args=args)


def sweep_killed(run: Run, sender: Tracee | None = None) -> None:
    """After a SIGKILL was sent (from outside: by nobody): a held task that was hit has left its stop. End its process now."""
    for task in list(run.live()):
        if task is sender or task.mode in (Mode.GONE, Mode.BLOCKED, Mode.ZOMBIE, Mode.DYING):
            continue
        held = task.state() in "tT"
        status = task.stop_pending()
        if held and status is None:
            continue
        if not _last_moment(run, task, status):
            let_die(run, task)
