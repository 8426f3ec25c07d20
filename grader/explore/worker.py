"""In: requests as JSON lines on stdin; out: answers as JSON lines on stdout, from box, tracer and evidence.

It is started once a grading (`python -m grader.explore.worker RUNG [REQUESTS ANSWERS]`), is pinned with all its tracees to one
processor (five times faster than two), and dies with the grader that started it; the kernel then kills its tracees. Given two
descriptors, it forks a second supervisor for the next processor, which serves them and dies with the first.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from grader.box import PEERS, PROGRAM, Box, Command, Lead
from grader.build import build, interpreter
from grader.errors import BuildFailed, DivergedReplay, GraderError
from grader.evidence import EvidenceWriter, block_of
from grader.evidence.codec import Json, from_json, to_json
from grader.exercise.peers import FOLDER
from grader.explore.fingerprint import Fingerprint
from grader.explore.scheduler import Scheduler
from grader.explore.tokens import parse
from grader.frozen import dataclass
from grader.model import Artifact, Event, Header, Plan, Root, Submission, resolved
from grader.trace import Fair, Files, Opening, Policy, Sites, lead, opening_key, ticking, trace, traced_calls

_PR_SET_PDEATHSIG = 1
_PEER = """import _socket, os, select, signal, sys, time
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
with open(sys.argv[0]) as file:
    code = compile(file.read(), sys.argv[0], "exec")
os.kill(os.getpid(), signal.SIGTRAP)
exec(code, {"__name__": "__main__", "__file__": sys.argv[0]})
"""
"""What a peer's interpreter does: all that costs time, then a sign to the tracer, then the peer itself."""


class Ended(BaseException):
    """Whoever started us wants no answer any more: leave what is being done, and clean up."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What all runs that begin from one opening have in common: `block` are the lines of its events."""

    opening: Opening
    block: bytes
    fingerprint: Fingerprint


class Worker:
    """Answers requests one after the other."""

    def __init__(self, force: str, processors: Collection[int] = ()) -> None:
        """`force` is the rung to take, empty for the best there is. The box is opened at the first request.

        A compiler may use these `processors`, where others than our own.
        """
        self._force = force
        self._processors = processors or os.sched_getaffinity(0)
        self._opened: Box | None = None
        self._filter = traced_calls()
        self._files = Files()
        self._last: Begun | None = None
        self._built: Artifact | None = None

    @property
    def _box(self) -> Box:
        """Opened once; its rung holds for every run. Raises CannotDecide."""
        if self._opened is None:
            self._opened = Box.open(self._force)
        return self._opened

    def close(self) -> None:
        """Undo what opening the box has made."""
        if self._opened is not None:
            self._opened.close()

    def hello(self, _request: Mapping[str, object]) -> Json:
        """What this machine can do."""
        return {"rung": self._box.rung, "notes": list(self._box.notes)}

    def build(self, request: Mapping[str, object]) -> Json:
        """Build a submission in a folder of its own."""
        submission = from_json(Submission, request["submission"])
        folder, ours = Path(str(request["folder"])), os.sched_getaffinity(0)
        os.sched_setaffinity(0, self._processors)
        try:
            self._built = build(submission, self._box, folder, self._files.read_library)
        finally:
            os.sched_setaffinity(0, ours)
        return {"artifact": to_json(self._built)}

    def awaited(self, _request: Mapping[str, object]) -> Json:
        """Whoever asked for a program waits for it, and for its first run: that one makes itself ready."""
        self._built = None
        return None

    def make_ready(self) -> None:
        """While nobody waits: what the first run of a program takes longer than the others for. Nothing of it runs."""
        artifact, self._built = self._built, None
        if artifact is None:
            return
        plan = Plan("ahead")
        with suppress(GraderError, OSError):  # whoever asks for a run will hear of it
            tree = self._box.start(self._command(artifact, plan), _lead(artifact.argv, plan))
            try:
                self._files.read_ahead(artifact.folder, PROGRAM, artifact.mounts, tree.root)
            finally:
                tree.destroy()

    def run(self, request: Mapping[str, object]) -> Json:
        """Run one plan and write its evidence to `path`."""
        artifact, plan = from_json(Artifact, request["artifact"]), from_json(Plan, request["plan"])
        command = self._command(artifact, plan)
        argv, durable = command.argv, request.get("durable") is not False
        whole = _whole(artifact, plan)
        header = Header(argv, artifact.language, plan, self._box.rung, str(request.get("sha256", "")))
        sites = Sites(artifact.folder, PROGRAM, artifact.mounts, self._files) if request.get("lines") else None
        policy = policy_of(plan.schedule, keeps_trail=request.get("trail") is True)
        fingerprint = Fingerprint()
        with EvidenceWriter(Path(str(request["path"])), header, durable=durable) as writer:

            def both(event: Event) -> None:
                writer.add(event)
                fingerprint.add(event)

            tree = self._box.start(command, _lead(argv, whole))
            if isinstance(tree.lead, Opening):
                begun = self._begun(tree.lead)
                writer.go_on(begun.block, len(tree.lead.events))
                fingerprint = begun.fingerprint.copy()
            sink = both if isinstance(policy, Scheduler) else writer.add
            end = trace(tree, argv, whole, policy, sink, sites=sites)
            replay = policy.finished(fingerprint.text).token if isinstance(policy, Scheduler) else ""
            writer.finish(end)
        return {"outcome": end.outcome} | (_told(policy, replay) if isinstance(policy, Scheduler) else {})

    def _command(self, artifact: Artifact, plan: Plan) -> Command:
        argv = (*artifact.argv, *plan.argv)
        peers = (artifact.peers or FOLDER) if any(root.peer for root in plan.roots) else ""
        return Command(
            argv,
            artifact.folder,
            plan.limits,
            mounts=tuple(dict.fromkeys((*artifact.mounts, *(interpreter()[1] if peers else ())))),
            trace_filter=self._filter,
            further=bool(plan.roots),
            peers=peers,
        )

    def _begun(self, opening: Opening) -> Begun:
        """What its events come to, worked out once: a search begins many runs from one opening."""
        if self._last is None or self._last.opening is not opening:
            fingerprint = Fingerprint()
            for event in opening.events:
                fingerprint.add(event)
            self._last = Begun(opening, block_of(opening.events), fingerprint)
        return self._last

    def answer(self, request: Mapping[str, object]) -> Json:
        """Do one request; every fault becomes an answer."""
        handlers: dict[str, Callable[[Mapping[str, object]], Json]] = {
            "hello": self.hello, "build": self.build, "awaited": self.awaited, "run": self.run,
        }  # fmt: skip
        try:
            return {"ok": handlers[str(request["do"])](request)}
        except BuildFailed as failed:
            return {"build failed": failed.fault}
        except GraderError as error:
            said: dict[str, Json] = {"error": error.fault, "where": error.where, "action": error.action}
            return said | {"status": error.status, "diverged": isinstance(error, DivergedReplay)}
        except OSError as error:
            return {
                "error": f"the tracer could not go on: {error}",
                "where": "",
                "action": "run `grader doctor`",
                "status": 3,
                "diverged": False,
            }


def _lead(argv: tuple[str, ...], plan: Plan) -> Lead | None:
    """How a program of this plan is led to where its own code begins, if there is a way to it."""
    key = opening_key(argv, plan)
    return None if key is None else Lead(key, lambda tree: lead(tree, argv, plan))


def _program(artifact: Artifact, root: Root) -> tuple[str, ...]:
    """The command line of a further program: the submission's own, or a peer, which starts without what only packages need."""
    if root.peer:
        return (interpreter()[0], "-s", "-S", "-c", _PEER, f"{PEERS}/{root.peer}", *root.argv)
    return (*artifact.argv, *root.argv)


def _whole(artifact: Artifact, plan: Plan) -> Plan:
    """The plan with the signals that its schedule names, and whole command lines for its further programs. Raises UsageError."""
    plan, shots = resolved(plan), parse(plan.schedule).shots
    stimuli = (*plan.stimuli, *(shot.stimulus for shot in shots))
    roots = tuple(replace(root, argv=_program(artifact, root)) for root in plan.roots)
    return replace(plan, stimuli=stimuli, roots=roots) if shots or roots else plan


def _told(policy: Scheduler, replay: str) -> dict[str, Json]:
    trail: list[Json] = [to_json(pick) for pick in policy.trail]
    points: list[Json] = [to_json(point) for point in policy.points or ()]
    found: dict[str, Json] = {"replay": replay, "trial": policy.trial.token, "decisions": policy.decisions}
    return found | {"trail": trail, "points": points}


def policy_of(token: str, *, keeps_trail: bool = False) -> Policy:
    """The policy of a plan's schedule. Raises UsageError."""
    schedule = parse(token)
    fair = schedule.kind == "f" and not schedule.digest and not schedule.hurries and not schedule.shots
    return Fair() if fair and not keeps_trail else Scheduler(schedule, keeps_trail=keeps_trail)


def pin(number: int | None = None) -> None:
    """Stay on one processor, chosen by our own id, or by this number, so that gradings side by side spread out."""
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[(os.getpid() if number is None else number) % len(allowed)]})


def main() -> int:
    """Serve until stdin ends."""
    if not _bound(os.getppid()):
        return 3
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What a run allocates holds no cycles to speak of; the interpreter and all modules stay anyhow, and need not be walked again.
    gc.freeze()
    gc.set_threshold(50_000)
    force, *streams = sys.argv[1:]
    first = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until it ends both of us
    beside = _doubled(*map(int, streams)) if streams else 0
    if beside is None:
        return 3
    processors = os.sched_getaffinity(0)
    pin(first + (os.getpid() != first))
    return _serve(Worker(force, processors), beside)


def _bound(parent: int) -> bool:
    """Die with the process that started us; False: it was gone before."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return os.getppid() == parent


def _doubled(requests: int, answers: int) -> int | None:
    """Make the second supervisor while there is nothing yet that both could not have: its id, in itself 0 (None: too late)."""
    parent = os.getpid()
    child = os.fork()
    if not child:
        os.dup2(requests, 0)
        os.dup2(answers, 1)
    os.close(requests)
    os.close(answers)
    return child if child or _bound(parent) else None


def _serve(worker: Worker, beside: int) -> int:
    """Answer until stdin ends, or we are told to end; then the one beside us ends too."""
    signal.signal(signal.SIGTERM, _end)
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    ticking()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        for line in sys.stdin:
            answers.write(json.dumps(worker.answer(json.loads(line))) + "\n")
            answers.flush()
            if not select.select([0], [], [], 0)[0]:
                worker.make_ready()
    except Ended:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ticking(on=False)  # the interpreter gives the signal back its deadly default when it ends
        if beside:
            os.kill(beside, signal.SIGTERM)
        worker.close()
        if beside:
            os.waitpid(beside, 0)
    return 0


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Ended


if __name__ == "__main__":
    # All is written and closed; taking the interpreter apart would keep whoever waits for our end waiting.
    os._exit(main())
