"""In: a started, stopped tree, a plan, a policy; out: the events of one run (to a sink) and how it ended.

All tasks are held; the policy picks one; it moves to its next scheduling point. Before each choice every task that the last step
woke is taken to where it stops by itself, so that a choice is always made at rest. When nothing can move, virtual time
goes on to the earliest sleeper; when nobody sleeps either, the run is over: ended, deadlocked, or waiting for the outside.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.box import Tree
from grader.kernel import SYSTEM_V, deadlocked
from grader.model import Arg, End, Event, Plan, Residue
from grader.trace import lives, overtaken, roots, steps, stimuli
from grader.trace.clock import Clock
from grader.trace.faults import Faults
from grader.trace.instants import due, pass_time, sleep_is_next
from grader.trace.opening import Opening, go_on
from grader.trace.policy import PATIENCE, TIME, Policy
from grader.trace.recorder import LimitReached, Recorder
from grader.trace.run import Run
from grader.trace.scene import Held
from grader.trace.sites import Sites
from grader.trace.streams import Streams, keeps_open
from grader.trace.task import MOVABLE, Mode, Tracee

_WATCHED = (Mode.BLOCKED, Mode.STOPPED, Mode.ZOMBIE)


def trace(
    tree: Tree,
    argv: tuple[str, ...],
    plan: Plan,
    policy: Policy,
    sink: Callable[[Event], None],
    at_rest: Callable[[Run], None] | None = None,
    sites: Sites | None = None,
) -> End:
    """Run one schedule to its end. The tree is destroyed afterwards, whatever happened.

    `sink` gets each event once, in order. `at_rest`, for tests only, may look at the run before each choice, when every task is
    held or asleep; it must change nothing. `sites` finds the source lines of events (None: they have none). Where the tree's lead
    was to an `Opening`, the sink is not told of the events in it. The plan's further roots have whole command lines here.
    Raises OSError when the kernel refuses the tracer's own calls.
    """
    clock = Clock()
    streams = Streams(tree, plan.stdin, keep_open=keeps_open(plan), limit=plan.limits.output)
    faults = Faults(plan.faults, len(plan.stdin)) if plan.faults else None
    recorder = Recorder(sink if faults is None else faults.noting(sink), clock, plan.limits)
    run = Run(tree, plan, recorder, clock, streams, sites, faults=faults)
    run.signals_first = policy.signals_first or any(stimulus.when.state == "step" for stimulus in plan.stimuli)
    run.points.seen = policy.points
    limit = ""
    try:
        try:
            if isinstance(tree.lead, Opening):
                go_on(run, tree.lead, policy)
            else:
                lives.begin_root(run, argv)
            _loop(run, policy, at_rest)
        except LimitReached as reached:
            limit = reached.name
            run.recorder.emit("outside", "limit", args={"limit": limit, "value": round(reached.value)})
        streams.drain()
        # Whoever outlives the root may ask and ask for ever: the root's own end stands.
        idle = limit == "idle" and run.over
        return _end(run, policy, "" if idle else limit)
    finally:
        tree.destroy()
        for tracee in run.tracees:
            tracee.forget()


def _loop(run: Run, policy: Policy, at_rest: Callable[[Run], None] | None) -> None:
    looked = -1
    scene = Held(run)
    while True:
        if run.recorder.stirred:
            settle(run)
        if at_rest is not None:
            at_rest(run)
        if roots.act(run, quiet=False) or stimuli.act(run, quiet=False):
            run.recorder.stirred = True
            continue
        movable = _movable(run)
        if alone := roots.starting(run):
            _advance(run, alone[0])
        elif movable:
            if not _time_has_come(run):
                if policy.hurries and sleep_is_next(run):
                    movable.insert(0, TIME)
                _advance(run, policy.pick(movable, run.recorder.idle, scene))
        elif looked != run.recorder.count:
            # What a last step set free may reach a sleeper only when that step's task went on (a file closed by dup2).
            looked, run.recorder.stirred = run.recorder.count, True
        elif not _outside_or_time(run):
            return


def _movable(run: Run) -> list[int]:
    """The tasks that can be picked, by order of creation.

    When a task is in its last moment because its whole process ends, the others of that process have been killed in their stops:
    they are taken to their end together with it (`lives.let_die`), and make no step of their own before.
    """
    able = [tracee for tracee in run.tracees if tracee.mode in MOVABLE]
    ending = {tracee.process for tracee in able if tracee.mode is Mode.DYING and not tracee.ends_alone}
    if ending:
        able = [tracee for tracee in able if tracee.mode is Mode.DYING or tracee.process not in ending]
    return [tracee.order for tracee in able]


def _advance(run: Run, order: int) -> None:
    """Let the chosen task move, unless it has computed for longer than the plan allows."""
    if order == TIME:
        pass_time(run)
        return
    tracee = run.tracees[order]
    if tracee.spun > run.plan.limits.cpu * 1e9:
        if not pass_time(run):
            raise LimitReached("cpu", run.plan.limits.cpu)
        tracee.spun = 0
    else:
        begun = tracee.process not in run.begins
        steps.step(run, tracee)
        if begun:
            run.points.reached(tracee, run.recorder.count)


def _time_has_come(run: Run) -> bool:
    """Let time pass although tasks can move: an instant is already past, or for long they have only asked and asked."""
    recorder, patience = run.recorder, run.plan.limits.idle // 10
    if due(run):
        return pass_time(run)
    run.idled = min(run.idled, recorder.idle)
    if recorder.idle - run.idled < patience or not pass_time(run):
        return False
    # Whoever polls for something that time will bring may do so for much longer than one who polls in vain.
    recorder.idle = max(0, recorder.idle - patience * 9 // 10)
    run.idled = recorder.idle
    return True


def _outside_or_time(run: Run) -> bool:
    """Nothing can move: the outside acts, or time passes. While tasks wake and achieve nothing, the tree counts as quiet."""
    if run.over and run.recorder.idle >= run.plan.limits.idle // 10:
        return False  # whoever outlives the root may wake and sleep for ever
    if run.recorder.idle >= PATIENCE and _outside(run):
        return True
    return pass_time(run) or _outside(run)


def _outside(run: Run) -> bool:
    """Start a further program, or do the next stimulus, for which all must be quiet; whether there was one."""
    acted = roots.act(run, quiet=True) or stimuli.act(run, quiet=True)
    run.recorder.stirred |= acted
    return acted


def settle(run: Run) -> None:
    """Take every task that was woken to its next stop, in order of creation, until all the others sleep."""
    again = True
    while again:
        run.recorder.stirred = False
        again = False
        for tracee in run.tracees:
            if tracee.mode in _WATCHED:
                again |= _look(run, tracee)
        again = again or _release(run)


def _release(run: Run) -> bool:
    """Whether a call's end was kept, and nothing else explains it: then it is what it is."""
    return any(tracee.kept is not None and _end_of_kept(run, tracee) for tracee in run.tracees)


def _end_of_kept(run: Run, tracee: Tracee) -> bool:
    """Record it: the task went on."""
    assert tracee.kept is not None
    status, tracee.kept = tracee.kept, None
    steps.stopped(run, tracee, status)
    _went_on(run, tracee)
    return True


def _look(run: Run, tracee: Tracee) -> bool:
    """Whether a sleeping task went on."""
    if tracee.kept is not None:
        return not overtaken.waits_for_a_read(run, tracee, tracee.kept) and _end_of_kept(run, tracee)
    # SIGCONT has made a stopped task runnable at once; its next stop comes as soon as it runs (ptrace(2), PTRACE_LISTEN).
    going = tracee.mode is Mode.STOPPED and tracee.state() not in "tT"
    status = lives.await_status(run, tracee) if going else tracee.stop_pending()
    if status is not None and overtaken.waits_for_a_read(run, tracee, status):
        tracee.kept = status
        return False
    if status is not None:
        tracee.untraced = False
        steps.stopped(run, tracee, status)
        _went_on(run, tracee)
        return True
    if tracee.mode is not Mode.BLOCKED or tracee.asleep():
        return False
    if tracee.untraced:
        tracee.untraced, tracee.mode = False, Mode.USER
        steps.await_user(run, tracee)
    else:
        steps.settle_call(run, tracee)
    return _went_on(run, tracee)


def _went_on(run: Run, tracee: Tracee) -> bool:
    """Whether a task that slept stands elsewhere now; that is a point of its own: woken, and nothing done yet."""
    woken = tracee.mode is not Mode.BLOCKED
    if woken and tracee.process not in run.begins:
        run.points.reached(tracee, run.recorder.count)
    return woken


def _end(run: Run, policy: Policy, limit: str) -> End:
    """Judge how the run ended, and name what it leaves behind."""
    outcome = "limit" if limit else "blocked"
    if not limit:
        proof = deadlocked(run.recorder.state)
        if proof:
            waits: tuple[Arg, ...] = tuple(
                {"task": wait.task, "call": wait.call, "event": wait.event, "objects": wait.objects,
                 "providers": tuple(sorted(wait.providers)), "what": wait.what, "why": wait.why}
                for wait in proof
            )  # fmt: skip
            run.recorder.emit("outside", "deadlock", args={"waits": waits})
            if any(wait.task in run.programs for wait in proof):
                outcome = "deadlock"
    status, signal = _root_status(run)
    if run.over and not limit:
        outcome = "signalled" if signal else "exited"
    if run.faults is not None:
        run.faults.tell(run)
    roots.unstarted(run)
    residue = _residue(run)
    for stray in run.tree.strays({tracee.tid for tracee in run.tracees}):
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
    made = run.recorder.state.names.keys()
    found = (*run.tree.residue(made | run.objects.numbers(made)), *sysv)
    for item in found:
        run.recorder.emit("outside", "left", args={"type": item.type, "name": item.name})
    return found
