"""In: a submission, an artifact, a plan; out: an artifact, evidence, by way of the resident supervisor."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.errors import BuildFailed, CannotDecide, GraderError, TracerLost, UsageError
from grader.evidence import Evidence, load
from grader.evidence.codec import Json, from_json, to_json
from grader.explore.channel import Channel, Silent
from grader.explore.picks import Pick
from grader.explore.spawn import Started, start
from grader.frozen import dataclass
from grader.model import Artifact, Plan, Point, Submission


@dataclass(frozen=True, slots=True)
class RunNotes:
    """What a run tells beside its evidence.

    `replay` is the token that replays it by its switches, `trial` the same for trying fewer of them; both are empty for a
    plain fair run. `decisions` counts the points at which more than one thing could happen. `trail` holds each step, `points` each
    scheduling point of each process, if asked for.
    """

    replay: str = ""
    trial: str = ""
    decisions: int = 0
    trail: tuple[Pick, ...] = ()
    points: tuple[Point, ...] = ()

    @classmethod
    def read(cls, answer: dict[str, Json]) -> RunNotes:
        """From the supervisor's answer."""
        decisions, trail, points = answer.get("decisions", 0), answer.get("trail", []), answer.get("points", [])
        assert isinstance(decisions, int)
        assert isinstance(trail, list)
        assert isinstance(points, list)
        picks = tuple(from_json(Pick, pick) for pick in trail)
        passed = tuple(from_json(Point, point) for point in points)
        return cls(str(answer.get("replay", "")), str(answer.get("trial", "")), decisions, picks, passed)


class Lab:
    """A supervisor that stays for a whole grading. Use it as a context manager."""

    def __init__(self, started: Started, folder: Path, scratch: tempfile.TemporaryDirectory[str], lines: bool) -> None:
        """Take over a started supervisor; use `Lab.open`."""
        self._started = started
        process = self._process = started.process
        assert process.stdin is not None
        assert process.stdout is not None
        self._first = Channel(process.stdin, process.stdout)
        self._second = Channel(*started.beside) if started.beside else None
        self._ready = False
        self._folder = folder
        self._scratch = scratch
        self._lines = lines
        self._built = 0
        self._runs: dict[str, Evidence] = {}
        self._unwanted: set[str] = set()
        self._outcomes: dict[str, GraderError | RunNotes] = {}
        self._told: set[str] = set()
        self._prepared: Submission | None = None
        self._hello: Json = None

    @classmethod
    def open(cls, folder: Path, force_rung: str = "", *, lines: bool = True) -> Lab:
        """Start a supervisor; evidence files go to `folder` (made if missing). Answers are waited for at first use.

        `lines`: events carry their source lines, which costs time and changes nothing else.
        """
        folder.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix="grader-")
        Path(scratch.name).chmod(0o755)
        lab = cls(start(force_rung), folder, scratch, lines)
        lab._send(lab._first, {"do": "hello"})
        return lab

    def __enter__(self) -> Self:
        """The lab itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the supervisor and with it whatever still runs in its box. Doing it twice does no harm."""
        if self._process.returncode is None:
            self._end()
        for name in self._unwanted:
            (self._folder / name).unlink(missing_ok=True)
        for channel in self._channels:
            channel.hang_up()
        self._scratch.cleanup()

    def _end(self) -> None:
        """Let the supervisor end in good order, at once if it is idle; one that cannot is killed, and all with it."""
        if any(channel.busy for channel in self._channels):
            self._process.terminate()
        self._first.close()
        self._started.gone()

    @property
    def _channels(self) -> tuple[Channel, ...]:
        return (self._first, self._second) if self._second else (self._first,)

    def _greeting(self) -> dict[str, Json]:
        if self._hello is None:
            self._hello = self._receive(self._first)
        return _object(self._hello)

    def widen(self) -> None:
        """A search is to come: have the second supervisor open its box, if there is one and it is not asked yet."""
        if self._second is not None and not self._ready and not self._second.busy:
            self._send(self._second, {"do": "hello"})

    def _widened(self) -> bool:
        """Whether there is a second supervisor with the same box as the first one, open and at work."""
        if self._second is None or self._ready:
            return self._ready
        if self._second.busy and self._second.answers:
            with suppress(CannotDecide):  # then there is one less, and nothing is lost by it
                self._ready = _object(self._receive(self._second))["rung"] == self.rung
            if not self._ready:
                self._second.hang_up()
                self._second = None
        return self._ready

    @property
    def rung(self) -> str:
        """How strong the box is on this machine: A, A- or C."""
        return str(self._greeting()["rung"])

    @property
    def notes(self) -> tuple[str, ...]:
        """Why the rung is not higher, one sentence each."""
        notes = self._greeting()["notes"]
        return tuple(str(note) for note in notes) if isinstance(notes, list) else ()

    def prepare(self, submission: Submission) -> None:
        """Begin to build a submission; `build` asks for it."""
        self._built += 1
        folder = Path(self._scratch.name) / f"build-{self._built}"
        folder.mkdir()
        folder.chmod(0o755)
        self._send(self._first, {"do": "build", "submission": to_json(submission), "folder": str(folder)})
        self._prepared = submission

    def build(self, submission: Submission) -> Artifact:
        """Make a submission startable. Raises BuildFailed (the compiler's words), CannotDecide, UsageError."""
        if self._prepared is not submission:
            self._settle()
            self.prepare(submission)
        self._greeting()
        self._prepared = None
        self._send(self._first, {"do": "awaited"})
        try:
            return from_json(Artifact, _object(self._receive(self._first))["artifact"])
        finally:
            self._receive(self._first)

    def begin(
        self,
        artifact: Artifact,
        plan: Plan,
        submission_sha256: str = "",
        *,
        durable: bool = True,
        trail: bool = False,
        lines: bool = True,
    ) -> None:
        """Begin a run, if it was not made or begun before; `run` asks for it, or nobody does.

        Not `durable`: its file need not outlive a loss of power. `trail`: each step is to be told in its notes. Not `lines`:
        nobody will read the source lines of its events.
        """
        name = _name_of(artifact, plan)
        self._unwanted.discard(name)
        if trail and name not in self._told:
            self._make_again(name)
        if name not in self._outcomes and self._answering(name) is None:
            self._settle(runs=False)
            channel = self._idlest(search=not durable and not trail)
            self._send(
                channel,
                {
                    "do": "run",
                    "artifact": to_json(artifact),
                    "plan": to_json(plan),
                    "path": str(self._folder / name),
                    "sha256": submission_sha256,
                    "durable": durable,
                    "trail": trail,
                    "lines": self._lines and lines,
                },
            )
            channel.begun.append(name)

    def _idlest(self, *, search: bool) -> Channel:
        """Which supervisor makes the next run: the first all but those of a search, and of these its share."""
        second = self._second if search and self._widened() else None
        return second if second and len(second.begun) < len(self._first.begun) else self._first

    def _answering(self, name: str) -> Channel | None:
        """Whoever makes this run now."""
        return next((channel for channel in self._channels if name in channel.begun), None)

    def _make_again(self, name: str) -> None:
        """A run that was made without its steps being told has none to tell: it is made again."""
        self._await(name)
        self._discard(name)
        self._told.add(name)

    def run(self, artifact: Artifact, plan: Plan, submission_sha256: str = "") -> Evidence:
        """The evidence of one run; the same question is answered from memory. Raises CannotDecide, TracerLost."""
        name = _name_of(artifact, plan)
        if name not in self._runs:
            self.begin(artifact, plan, submission_sha256)
            self._await(name)
            fault = self._outcomes[name]
            if isinstance(fault, GraderError):
                raise fault
            self._runs[name] = load(self._folder / name)
        return self._runs[name]

    def _await(self, name: str) -> None:
        """Have this run over, if it was begun. Raises TracerLost."""
        while (channel := self._answering(name)) is not None:
            self._take_outcome(channel)

    def _take_outcome(self, channel: Channel) -> None:
        """Wait for the run that was begun first: answers come in the order of the questions. Raises TracerLost."""
        name = channel.begun.pop(0)
        try:
            self._outcomes[name] = RunNotes.read(_object(self._receive(channel)))
        except TracerLost:
            raise
        except GraderError as fault:
            self._outcomes[name] = fault
        if name in self._unwanted:
            self._discard(name)

    def _settle(self, *, runs: bool = True) -> None:
        """Take the answers that nobody has asked for yet, so that the next one belongs to the next question."""
        self._greeting()
        if self._prepared is not None:
            self._prepared = None
            with suppress(BuildFailed, UsageError, CannotDecide):
                self._receive(self._first)
        for channel in self._channels:
            while runs and channel.begun:
                self._take_outcome(channel)

    def notes_of(self, artifact: Artifact, plan: Plan) -> RunNotes:
        """What the supervisor says of a run that gave evidence."""
        notes = self._outcomes[_name_of(artifact, plan)]
        assert isinstance(notes, RunNotes)
        return notes

    def drop(self, artifact: Artifact, plan: Plan) -> None:
        """Forget one run, its file too; one that was only begun, when it is over."""
        name = _name_of(artifact, plan)
        if self._answering(name):
            self._unwanted.add(name)
        else:
            self._discard(name)

    def _discard(self, name: str) -> None:
        self._unwanted.discard(name)
        self._told.discard(name)
        if self._outcomes.pop(name, None) is not None:
            self._runs.pop(name, None)
            (self._folder / name).unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop the evidence of all runs so far, files too: for whoever grades many programs in one laboratory."""
        self._settle()
        for name in self._outcomes:
            (self._folder / name).unlink(missing_ok=True)
        self._outcomes.clear()
        self._runs.clear()
        self._told.clear()

    def _send(self, channel: Channel, request: dict[str, Json]) -> None:
        try:
            channel.send(request)
        except Silent:
            raise self._lost(channel) from None

    def _receive(self, channel: Channel) -> Json:
        try:
            return channel.receive()
        except Silent:
            raise self._lost(channel) from None

    def _lost(self, channel: Channel) -> TracerLost:
        status = f" (status {self._process.wait()})" if channel is self._first else ""
        return TracerLost(f"the tracer's process ended unexpectedly{status}", action="run `grader doctor`")


def _object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


@lru_cache(maxsize=256)
def _name_of(artifact: Artifact, plan: Plan) -> str:
    """A file name for the evidence of one run: the plan's name, and a digest of all that was asked for."""
    asked = json.dumps([to_json(artifact), to_json(plan)], sort_keys=True)
    return f"{plan.name}-{sha256(asked.encode()).hexdigest()[:12]}.jsonl"
