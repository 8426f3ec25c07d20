"""In: the plan's stimuli and where every task stands; out: the actions of the outside world, each at its named state."""

from __future__ import annotations

import contextlib
import os
import posixpath
import signal

from grader.box import HOME
from grader.model import Stimulus, When
from grader.trace import lives
from grader.trace.run import Run
from grader.trace.task import Mode, Tracee


def act(run: Run, *, quiet: bool) -> bool:
    """Do the next stimulus if its state holds now; True when something was done. `quiet`: no task can move."""
    for shot in run.shots:
        if holds(run, shot.when, quiet=quiet):
            run.shots.remove(shot)
            _perform(run, shot)
            return True
    if not run.ordered or not holds(run, run.ordered[0].when, quiet=quiet):
        return False
    _perform(run, run.ordered.pop(0))
    return True


def holds(run: Run, when: When, *, quiet: bool) -> bool:
    """Whether a named state is reached now."""
    if when.printed and not _printed(run, when.printed):
        return False
    if when.state == "quiet":
        return quiet
    if when.state == "printed":
        return _printed(run, when.call)
    if when.state in ("exists", "listening"):
        return _there(run, when)
    tasks = [task for task in run.tracees if task.process == when.process]
    if when.state == "started":
        return bool(tasks) and when.process not in run.begins
    if when.state == "step":
        return bool(tasks) and when.process not in run.begins and run.points.passed.get(when.process, 0) >= when.step
    if when.state == "exited":
        return bool(tasks) and all(task.mode is Mode.GONE for task in tasks)
    return any(_blocked_in(task, when.call) for task in tasks)


def _printed(run: Run, text: str) -> bool:
    run.streams.drain()
    return text.encode() in run.streams.output("stdout")


def _there(run: Run, when: When) -> bool:
    """Whether somebody has made what `when.call` names, or waits there for connections. Paths are as the program spelled them."""
    state, name = run.recorder.state, when.call.lstrip("/")
    if when.state == "listening":
        bound = (each.address for each in state.things.values() if each.listening and each.address)
        return _whole(when.call) in map(_whole, bound)
    keys = {_whole(when.call), *(f"{folder}{name}" for folder in ("/dev/mqueue/", "/dev/shm/", "/dev/shm/sem."))}
    return not keys.isdisjoint(map(_whole, state.names))


def _whole(path: str) -> str:
    """A path from the top, where it began at the folder in which programs start; an abstract name as it is."""
    return path if path.startswith("@") else posixpath.normpath(posixpath.join(HOME, path))


def _blocked_in(task: Tracee, call: str) -> bool:
    asleep = task.mode is Mode.BLOCKED
    return asleep and task.context is not None and call in ("", task.context.name)


def _perform(run: Run, stimulus: Stimulus) -> None:
    args: dict[str, str | int] = {"action": stimulus.action}
    if stimulus.action == "signal":
        args |= {"signal": stimulus.signal, "target": stimulus.process}
    else:
        args["object"] = "stdin"
    if stimulus.action == "write":
        run.recorder.emit("outside", "stimulus", args=args, data=stimulus.data)
        run.streams.write(stimulus.data)
        run.streams.feed()
    elif stimulus.action == "close":
        run.streams.finish()
        if run.streams.feed():
            run.recorder.emit("outside", "stimulus", args=args)
    else:
        run.recorder.emit("outside", "stimulus", args=args)
        target = run.leader(stimulus.process)
        if target is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(target.tid, signal.Signals[stimulus.signal])
            if stimulus.signal == "SIGKILL":
                lives.sweep_killed(run)
