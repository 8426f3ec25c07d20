"""In: an interpreter that has just been started; out: `Opening`: what it does before it opens the script, the same in each run.

Most events of a short run in Python are the interpreter's own start. They hang on nothing that a schedule or a plan could
change: one task, no input, no signal, no choice. So it is led to the entry of the call that opens its script once, and each run
begins from a copy of it (`grader.box.Lead`), with these events already on record.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.box import Tree, ptrace
from grader.frozen import dataclass
from grader.kernel import State
from grader.model import Event, Plan
from grader.trace import lives, steps
from grader.trace.clock import Clock
from grader.trace.policy import Policy
from grader.trace.recorder import LimitReached, Recorder
from grader.trace.run import Run
from grader.trace.streams import Streams, keeps_open
from grader.trace.task import Mode, Tracee

_CAPACITY = 1 << 16  # bytes of a pipe (pipe(7))
_STANDARD = ("stdin", "stdout", "stderr")
_OPENS = frozenset({"open", "openat", "openat2"})


@dataclass(frozen=True, slots=True)
class Opening:
    """How far a program has come when its own code is about to begin.

    `state`, `idle`, `stirred` are the recorder's, `now` and `drawn` the clock's, `counts` and `named` those of `Objects`, all after
    the last of `events`. `moves`: how often the only task was picked.
    """

    events: tuple[Event, ...]
    state: State
    idle: int
    stirred: bool
    now: int
    drawn: int
    counts: tuple[tuple[str, int], ...]
    named: tuple[tuple[object, str], ...]
    script: str
    moves: int


def opening_key(argv: Sequence[str], plan: Plan) -> object:
    """What an opening of this plan hangs on beside its command; None: such a run begins with none.

    There is one for an interpreter with a script, unless something outside the program could meet it on the way there.
    """
    script = lives.script_of(argv)
    met = any(stimulus.when.state == "printed" or stimulus.when.printed for stimulus in plan.stimuli)
    if script in ("", lives.INTERRUPT) or plan.faults or met:
        return None
    # The interpreter reads no input on its way; all that is on record of it is whether more may come.
    return keeps_open(plan) or len(plan.stdin) > _CAPACITY


def lead(tree: Tree, argv: tuple[str, ...], plan: Plan) -> Opening | None:
    """Lead the interpreter on to the entry of the call that opens its script; None where it does not come to it as expected."""
    events: list[Event] = []
    clock = Clock()
    streams = Streams(tree, plan.stdin, keep_open=keeps_open(plan), limit=plan.limits.output)
    run = Run(tree, plan, Recorder(events.append, clock, plan.limits), clock, streams)
    try:
        lives.begin_root(run, argv)
        moves = _to_script(run)
    except (LimitReached, OSError):
        return None
    finally:
        for tracee in run.tracees:
            tracee.forget()
    counts, named = run.objects.kept
    # What is named by number is a pipe of this very start; a futex is named by its process and address.
    own = tuple((key, name) for key, name in named if name not in _STANDARD)
    if not moves or any(not isinstance(key, tuple) or key[0] != "P0" for key, _ in own):
        return None
    recorder = run.recorder
    return Opening(
        tuple(events), recorder.state, recorder.idle, recorder.stirred, clock.now, clock.drawn, counts, own,
        run.begins["P0"], moves,
    )  # fmt: skip


def _to_script(run: Run) -> int:
    """How many steps the only task took to the entry of the call that opens its script; 0: something else came."""
    root, recorder, moves = run.tracees[0], run.recorder, 0
    while len(run.tracees) == 1 and root.mode in (Mode.USER, Mode.ENTRY) and run.steady:
        context = root.context
        opens = root.mode is Mode.ENTRY and context is not None and context.name in _OPENS
        if opens and lives.is_script(_path(root), run.begins.get("P0", "")):
            return moves
        if recorder.idle >= run.plan.limits.idle // 10:
            return 0
        steps.step(run, root)
        moves += 1
    return 0


def go_on(run: Run, opening: Opening, policy: Policy) -> None:
    """Begin a run with its opening behind it: its events are on record, and its only task comes to the entry at which it ended."""
    inside = lives.adopt_root(run)
    run.recorder.go_on(opening.state, len(opening.events), opening.idle, stirred=opening.stirred)
    run.clock.go_on(opening.now, opening.drawn)
    run.objects.go_on(opening.counts, opening.named)
    run.begins["P0"] = opening.script
    policy.skip(opening.moves)
    root = run.tracees[0]
    ptrace.resume(root.tid)
    steps.await_user(run, root)
    begun = opening.events[0].args
    same = (inside, run.streams.stdin_open) == (begun["pid"], begun["stdin_open"])
    if not same or not lives.is_script(_path(root), opening.script):
        run.lost.append("the program did not go on from where its interpreter was led to")


def _path(tracee: Tracee) -> str:
    """The path of the call that a task is at."""
    return str(tracee.context.args.get("path")) if tracee.context is not None else ""
