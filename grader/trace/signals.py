"""In: a signal at whose delivery a task is held; out: its event, and what it makes of the call that it interrupted."""

from __future__ import annotations

import errno
import os

from grader.box import ptrace
from grader.kernel import Disposition
from grader.model import Arg
from grader.trace import limits
from grader.trace.names import signal_name
from grader.trace.run import Run
from grader.trace.task import Tracee

_IGNORED = frozenset({"SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT"})  # signal(7): by default nothing happens
_SI_USER, _SI_QUEUE, _SI_TIMER, _SI_TKILL, _SI_KERNEL = 0, -1, -2, -6, 0x80
_SENT = frozenset({_SI_USER, _SI_QUEUE, _SI_TKILL})
_DEFAULT = Disposition("default")


def _disposition(run: Run, tracee: Tracee, number: int) -> Disposition:
    return run.recorder.state.processes[tracee.process].dispositions.get(signal_name(number), _DEFAULT)


def held(status: int | None) -> int:
    """The number of the signal at whose delivery the task stopped; 0: it stopped for another reason."""
    if status is None or not os.WIFSTOPPED(status) or status >> 16 or status >> 8 == ptrace.SYSCALL_STOP:
        return 0
    return status >> 8


def does_nothing(run: Run, tracee: Tracee, number: int) -> bool:
    """Whether the program will not notice this signal at all."""
    action = _disposition(run, tracee, number).action
    return action == "ignore" or (action == "default" and signal_name(number) in _IGNORED)


def final(run: Run, tracee: Tracee, number: int, result: int) -> int:
    """What becomes of an interrupted call when this signal (0: none) is delivered: EINTR, or it is restarted (signal(7))."""
    if not number or result == -errno.EINTR:
        return result
    how = _disposition(run, tracee, number)
    if how.action != "handler" or result == limits.RESTART_ALWAYS:
        return result
    restarted = result == limits.RESTART_IF_ASKED and "SA_RESTART" in how.flags
    return result if restarted else -errno.EINTR


def describe(run: Run, tracee: Tracee, number: int) -> dict[str, Arg]:
    """The args of the event of this signal, taken at its delivery stop."""
    name = signal_name(number)
    return {"signal": name, "action": _disposition(run, tracee, number).action} | _origin(run, tracee, name)


def deliver(run: Run, tracee: Tracee, number: int) -> None:
    """Record a signal that is now handed over; the model knows what the program does with it."""
    args = describe(run, tracee, number)
    if args["action"] == "handler":
        run.locate(tracee)
    run.recorder.emit(tracee.name, "signal", args=args)
    if args["action"] == "handler" and tracee.interrupted is not None:
        limits.write_rest(tracee.tid, tracee.interrupted.rest_at, tracee.interrupted.deadline - run.clock.now)
        tracee.interrupted = None


def _origin(run: Run, tracee: Tracee, name: str) -> dict[str, Arg]:
    """Who sent it: a process, `timer`, `kernel`, `outside`. An alarm is made to look as the kernel sends it."""
    try:
        info = ptrace.signal_info(tracee.tid)
        if name == "SIGALRM" and info.code == _SI_USER and run.timers.rang(tracee.process):
            ptrace.set_signal_code(tracee.tid, _SI_KERNEL)
            return {"origin": "timer"}
    except OSError:
        return {}
    if info.code == _SI_TIMER:
        return {"origin": "timer"}
    if name == "SIGPIPE" and run.world.process(info.sender) == tracee.process:
        return {"origin": "kernel"}
    if info.code in _SENT or name == "SIGCHLD":
        return {"origin": run.world.pids.get(info.sender, "outside")}
    return {"origin": "kernel"}
