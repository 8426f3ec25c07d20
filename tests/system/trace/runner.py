"""In: the name of a C program below tests/programs/trace, or a command; out: the evidence of its runs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from grader import Plan
from grader.evidence import Evidence
from grader.explore import Lab
from grader.model import Artifact, Event, Submission

PROGRAMS = Path(__file__).parents[2] / "programs" / "trace"


@dataclass
class Runner:
    """Compiles each program once and runs it in one resident laboratory."""

    lab: Lab
    folder: Path
    _built: dict[str, Artifact] = field(default_factory=dict)
    _runs: int = 0

    @property
    def supervisor(self) -> int:
        """The process id under which everything runs."""
        return self.lab._process.pid  # noqa: SLF001 - only a test looks for its laboratory's processes

    def artifact(self, name: str) -> Artifact:
        """The compiled program, in a folder of its own that everyone may enter."""
        if name not in self._built:
            home = self.folder / name
            home.mkdir(mode=0o755)
            source = PROGRAMS / f"{name}.c"
            subprocess.run(["gcc", "-O1", "-w", "-o", str(home / "program"), str(source), "-pthread"], check=True)
            self._built[name] = Artifact(("/box/program",), str(home), "c")
        return self._built[name]

    def script(self, name: str) -> Artifact:
        """The Python program of this name, as a submission."""
        if name not in self._built:
            file = f"{name}.py"
            submission = Submission(file, "python", {file: (PROGRAMS / file).read_bytes()}, file, "")
            self._built[name] = self.lab.build(submission)
        return self._built[name]

    def python(self, name: str, **plan: object) -> Evidence:
        """One run of a Python program."""
        return self._run(self.script(name), (), plan)

    def run(self, name: str, *argv: str, **plan: object) -> Evidence:
        """One run of a C program; never answered from memory."""
        return self._run(self.artifact(name), argv, plan)

    def command(self, *argv: str, **plan: object) -> Evidence:
        """One run of any command that the box can see."""
        return self._run(Artifact(argv, str(self.folder), "any"), (), plan)

    def _run(self, artifact: Artifact, argv: tuple[str, ...], plan: dict[str, object]) -> Evidence:
        self._runs += 1
        return self.lab.run(artifact, Plan(f"run-{self._runs}", argv=argv, **plan))  # type: ignore[arg-type]


def calls(evidence: Evidence, task: str, *names: str) -> list[Event]:
    """The call events of one task, of the given calls where any are named."""
    return [
        event
        for event in evidence.events
        if event.kind == "call" and event.task == task and (not names or event.call in names)
    ]


def kinds(evidence: Evidence, kind: str, task: str = "") -> list[Event]:
    """The events of one kind, of one task where it is named."""
    return [event for event in evidence.events if event.kind == kind and task in ("", event.task)]


def ends(evidence: Evidence) -> dict[str, object]:
    """How each task ended: its exit code, or the name of the signal."""
    return {event.task: event.args.get("code", event.args.get("signal")) for event in kinds(evidence, "exit")}
