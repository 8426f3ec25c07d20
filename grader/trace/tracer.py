"""In: a started, stopped tree, a plan, a policy; out: the events of one run (to a sink) and how it ended.

All tasks are held; the policy picks one; it moves to its next scheduling point. Before each choice every task that the last step
woke is taken to where it stops by itself, so that a choice is always made at rest. When nothing can move, virtual time
goes on to the earliest sleeper; when nobody sleeps either, the run is over: ended, deadlocked, or waiting for the outside.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.box import Tree, ptrace
from grader.kernel import SYSTEM_V, deadlocked, wait_of
from grader.model import Arg, End, Event, Plan, Residue
from grader.trace import lives, steps, stimuli
from grader.trace.clock import Clock
from grader.trace.policy import Policy
from grader.trace.recorder import LimitReached, Recorder
from grader.trace.run import Run
from grader.trace.streams import Streams
from grader.trace.task import MOVABLE, Mode, Tracee

_WATCHED = (Mode.BLOCKED, Mode.STOPPED, Mode.ZOMBIE)


def trace(tree: Tree, argv: tuple[str, ...], plan: Plan, policy: Policy, sink: Callable[[Event], None]) -> End:
    """Run one schedule to its end. The tree is destroyed afterwards, whatever happened.

    `sink` gets each event once, in order. Raises OSError when the kernel refuses the tracer's own calls.
    """
    clock = Clock()
    streams = Streams(
        tree, plan.stdin,
        keep_open=plan.stdin_open or any(stimulus.action in ("write", "close") for stimulus in plan.stimuli),
        limit=plan.limits.output,
    )  # fmt: skip
    run = Run(tree, plan, Recorder(sink, clock, plan.limits), clock, streams)
    limit = ""
    try:
        try:
            lives.begin_root(run, argv)
            _loop(run, policy)
        except LimitReached as reached:
            limit = reached.name
            run.recorder.emit("outside", "limit", args={"limit": limit, "value": round(reached.value)})
        streams.drain()
        return _end(run, policy, limit)
    finally:
        tree.destroy()
        for tracee in run.tracees:
            tracee.forget()


def _loop(run: Run, policy: Policy) -> None:
    while True:
        if run.recorder.stirred:
            settle(run)
        if stimuli.act(run, quiet=False):
            run.recorder.stirred = True
            continue
        movable = [tracee.order for tracee in run.tracees if tracee.mode in MOVABLE]
        if movable:
            steps.step(run, run.tracees[policy.pick(movable, run.recorder.idle)])
        elif not _let_time_pass(run) and not stimuli.act(run, quiet=True):
            return


def settle(run: Run) -> None:
    """Take every task that was woken to its next stop, in order of creation, until all the others sleep."""
    again = True
    while again:
        run.recorder.stirred = False
        again = False
        for tracee in run.tracees:
            if tracee.mode in _WATCHED:
                again |= _look(run, tracee)
            elif tracee.mode is Mode.SLEEPING and _signal_pending(tracee):
                tracee.mode, tracee.real, again = Mode.ENTRY, True, True


def _look(run: Run, tracee: Tracee) -> bool:
    """Whether a sleeping task went on."""
    status = tracee.stop_pending()
    if status is not None:
        tracee.untraced = False
        steps.stopped(run, tracee, status)
        return True
    if tracee.mode is not Mode.BLOCKED or tracee.asleep():
        return False
    if tracee.untraced:
        tracee.untraced, tracee.mode = False, Mode.USER
        steps.await_user(run, tracee)
    else:
        steps.settle_call(run, tracee)
    return tracee.mode is not Mode.BLOCKED


def _signal_pending(tracee: Tracee) -> bool:
    """Whether an unblocked signal waits for a task that is held before its sleep (proc(5): SigPnd, ShdPnd, SigBlk)."""
    fields = {}
    try:
        with open(f"/proc/{tracee.tid}/status", "rb") as status:
            for line in status:
                name, _, value = line.partition(b":")
                if name in (b"SigPnd", b"ShdPnd", b"SigBlk"):
                    fields[name] = int(value, 16)
    except OSError:
        return False
    return bool((fields.get(b"SigPnd", 0) | fields.get(b"ShdPnd", 0)) & ~fields.get(b"SigBlk", 0))


def _let_time_pass(run: Run) -> bool:
    """Nothing can move: go on to the next instant at which something happens by itself. False: nothing ever will."""
    sleepers = [tracee for tracee in run.tracees if tracee.mode is Mode.SLEEPING]
    timed = any(_waits_for_real_time(run, tracee) for tracee in run.tracees if tracee.mode is Mode.BLOCKED)
    if not sleepers and not timed:
        return False
    if not timed:
        first = min(sleepers, key=lambda tracee: (tracee.wake, tracee.order))
        steps.wake_sleeper(run, first)
        return True
    for tracee in sleepers:
        tracee.mode, tracee.real = Mode.ENTRY, True
    if not sleepers:
        while not ptrace.something_happened():
            run.check_wall()
        run.recorder.stirred = True
    return True


def _waits_for_real_time(run: Run, tracee: Tracee) -> bool:
    wait = wait_of(run.recorder.state, tracee.name)
    return wait is not None and wait.timer


def _end(run: Run, policy: Policy, limit: str) -> End:
    """Judge how the run ended, and name what it leaves behind."""
    root = run.tracees[0]
    outcome = "limit" if limit else "blocked"
    if not limit:
        proof = deadlocked(run.recorder.state)
        if proof:
            waits: tuple[Arg, ...] = tuple(
                {"task": wait.task, "call": wait.call, "event": wait.event, "objects": wait.objects,
                 "providers": tuple(sorted(wait.providers)), "what": wait.what}
                for wait in proof
            )  # fmt: skip
            run.recorder.emit("outside", "deadlock", args={"waits": waits})
            if any(wait.task == root.name for wait in proof):
                outcome = "deadlock"
    status, signal = _root_status(run)
    if root.mode is Mode.GONE and not limit:
        outcome = "signalled" if signal else "exited"
    residue = _residue(run)
    for stray in run.tree.strays({tracee.tid for tracee in run.live()}):
        run.lost.append(f"a task ran untraced in the box (pid {stray})")
    return End(
        outcome=outcome, status=status, signal=signal, limit=limit, complete=not run.lost, lost=tuple(run.lost),
        steady=run.steady, schedule=policy.token, stdout=run.streams.output("stdout"),
        stderr=run.streams.output("stderr"), residue=residue,
    )  # fmt: skip


def _root_status(run: Run) -> tuple[int | None, str]:
    process = run.recorder.state.processes.get("P0")
    if process is None or process.exit is None:
        return None, ""
    code = process.exit.args.get("code")
    return (code if isinstance(code, int) else None), process.exit.text("signal")


def _residue(run: Run) -> tuple[Residue, ...]:
    sysv = (Residue(item.type, item.name) for item in run.recorder.state.names.values() if item.type in SYSTEM_V)
    found = (*run.tree.residue(), *sysv)
    for item in found:
        run.recorder.emit("outside", "left", args={"type": item.type, "name": item.name})
    return found
