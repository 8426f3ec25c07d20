"""In: a state and the next event; out: the next state, the same object where nothing changed (`step`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.kernel import descriptors, epoll, objects, processes, signals, transfer
from grader.kernel.state import State, Task, evolve
from grader.model import Event

Change = Callable[[State, Event], State]


def _all(change: Change, *names: str) -> dict[str, Change]:
    return dict.fromkeys(names, change)


CALLS: Mapping[str, Change] = {
    **_all(transfer.read, "read", "readv", "pread64", "preadv", "preadv2", "recvfrom", "mq_timedreceive"),
    **_all(transfer.write, "write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "mq_timedsend"),
    "recvmsg": transfer.receive,
    "sendmsg": transfer.send,
    **_all(transfer.splice, "splice", "sendfile"),
    "tee": transfer.tee,
    "vmsplice": transfer.vmsplice,
    **_all(descriptors.pipe, "pipe", "pipe2"),
    **_all(objects.open_named, "open", "openat", "openat2", "creat"),
    "close": descriptors.close,
    "close_range": descriptors.close_range,
    **_all(descriptors.dup, "dup", "dup2", "dup3"),
    "fcntl": descriptors.fcntl,
    "ioctl": descriptors.ioctl,
    **_all(descriptors.created, "eventfd", "eventfd2", "timerfd_create", "memfd_create", "memfd_secret"),
    **_all(descriptors.created, "inotify_init", "inotify_init1"),
    **_all(epoll.made, "epoll_create", "epoll_create1"),
    "epoll_ctl": epoll.controlled,
    "pidfd_open": descriptors.pidfd,
    "pidfd_getfd": descriptors.created,
    **_all(descriptors.signalfd, "signalfd", "signalfd4"),
    "mq_open": objects.mq_open,
    "mq_getsetattr": descriptors.queue_flags,
    **_all(processes.fork, *processes.FORKS),
    **_all(processes.execve, "execve", "execveat"),
    **_all(processes.waited, "wait4", "waitid"),
    "prctl": processes.prctl,
    "rt_sigaction": signals.sigaction,
    "rt_sigprocmask": signals.sigprocmask,
    "rt_sigreturn": signals.sigreturn,
    "rt_sigtimedwait": signals.sigtimedwait,
    **_all(signals.sent, "kill", "tkill", "tgkill", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    "alarm": signals.alarm,
    "setitimer": signals.setitimer,
    "timer_settime": signals.timer_settime,
    "timer_delete": signals.timer_delete,
    "timerfd_settime": signals.timerfd_settime,
    **_all(objects.mknod, "mknod", "mknodat"),
    **_all(objects.unlink, "unlink", "unlinkat", "rmdir"),
    "mq_unlink": objects.mq_unlink,
    **_all(objects.link, "link", "linkat"),
    **_all(objects.rename, "rename", "renameat", "renameat2"),
    **_all(objects.sysv_get, "shmget", "semget", "msgget"),
    **_all(objects.sysv_control, "shmctl", "semctl", "msgctl"),
    "socket": objects.socket,
    "socketpair": objects.socketpair,
    **_all(objects.accepted, "accept", "accept4"),
    "bind": objects.bind,
    "listen": objects.listen,
    "setsockopt": objects.setsockopt,
}
"""What a call that succeeded changes. A call that is not here changes nothing the model knows."""

FAILED: Mapping[str, Change] = {
    "close": descriptors.close,
    **_all(signals.interrupted, "rt_sigsuspend", "ppoll", "pselect6", "epoll_pwait", "epoll_pwait2"),
}
"""What a call changes although it failed, with the errors below."""

# A thread that calls exec has its leader's name by then, and that leader may be gone.
EXECS = ("execve", "execveat")
INTERRUPTED = ("EINTR", "EIO", "ERESTART")


def step(state: State, event: Event) -> State:
    """The state after `event`. Pure; the same object when nothing changed; an unknown call or task changes nothing."""
    change = KINDS.get(event.kind)
    return state if change is None else change(state, event)


def _call(state: State, event: Event) -> State:
    task = state.tasks.get(event.task)
    if task is None and event.call not in EXECS:
        return state
    if task is not None and task.blocked is not None:
        state = _awake(state, event.n, task)
    if event.error:
        return _failed(state, event)
    change = CALLS.get(event.call)
    return state if change is None else change(state, event)


def _failed(state: State, event: Event) -> State:
    change = FAILED.get(event.call) if event.error in INTERRUPTED else None
    return state if change is None else change(state, event)


def _awake(state: State, n: int, task: Task) -> State:
    awake = Task(task.name, task.process, None, task.mask, task.stopped, task.pending, task.saved, task.temporary)
    return evolve(state, n, tasks={**state.tasks, task.name: awake})


def _block(state: State, event: Event) -> State:
    task = state.tasks.get(event.task)
    if task is None:
        return state
    asleep = Task(task.name, task.process, event, task.mask, task.stopped, task.pending, task.saved, task.temporary)
    return evolve(state, event.n, tasks={**state.tasks, task.name: asleep})


def _signal(state: State, event: Event) -> State:
    task = state.tasks.get(event.task)
    if task is not None and task.blocked is not None:
        state = _awake(state, event.n, task)
        # A sleep with a mask of its own ends in the handler; its call event may come before or after this one.
        if event.text("action") == "handler" and isinstance(task.blocked.args.get("mask"), tuple):
            mask = frozenset(task.blocked.texts("mask"))
            state = evolve(
                state, event.n, tasks={**state.tasks, task.name: replace(state.tasks[task.name], temporary=mask)}
            )
    return signals.delivered(state, event)


def _stimulus(state: State, event: Event) -> State:
    """The plan acted from outside: bytes into a pipe, the outside's end closed, a signal sent."""
    action, obj = event.text("action"), event.text("object", "stdin")
    if action == "signal":
        return signals.sent(state, event)
    if action == "close" and (obj, "write") in state.outside:
        return evolve(state, event.n, outside=state.outside - {(obj, "write")})
    pipe = state.pipes.get(obj)
    if action == "write" and pipe is not None:
        count = len(event.data) if event.data is not None else event.number("count", 0)
        written = replace(pipe, written=pipe.written + max(0, count))
        return state if written == pipe else evolve(state, event.n, pipes={**state.pipes, obj: written})
    return state


KINDS: Mapping[str, Change] = {
    "call": _call,
    "block": _block,
    "signal": _signal,
    "exit": processes.exited,
    "start": processes.start,
    "begin": processes.begin,
    "stopped": processes.stopped,
    "continued": processes.stopped,
    "stimulus": _stimulus,
}
