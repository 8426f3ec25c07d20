"""In: a program's source file; out: searches over its schedules, in one resident laboratory."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.evidence import Evidence
from grader.explore import Lab, Search
from grader.model import Artifact, Plan, Submission

Ending = tuple[str, int | None, str, bytes]
"""How a run ended, as far as the program's own contract goes: outcome, exit status, signal, standard output."""


def ending(evidence: Evidence) -> Ending:
    """The ending of a run."""
    return evidence.outcome, evidence.exit_status, evidence.end.signal, evidence.stdout


@dataclass
class Workshop:
    """Builds each program once."""

    lab: Lab
    folder: Path
    _built: dict[Path, Artifact] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Workshop]:
        """A laboratory that keeps its files in `folder`, which everyone must be able to enter."""
        with Lab.open(folder / "evidence") as lab:
            yield cls(lab, folder)

    @property
    def supervisor(self) -> int:
        """The process id under which everything runs."""
        return self.lab._process.pid  # noqa: SLF001 - only a test looks for its laboratory's processes

    def artifact(self, source: Path) -> Artifact:
        """The program, built."""
        if source not in self._built:
            self._built[source] = self._python(source) if source.suffix == ".py" else self._c(source)
        return self._built[source]

    def _python(self, source: Path) -> Artifact:
        return self.lab.build(Submission(source.name, "python", {source.name: source.read_bytes()}, source.name, ""))

    def _c(self, source: Path) -> Artifact:
        home = self.folder / f"built-{len(self._built)}"
        home.mkdir(mode=0o755)
        subprocess.run(["gcc", "-O1", "-w", "-o", str(home / "program"), str(source), "-pthread"], check=True)
        return Artifact(("/box/program",), str(home), "c")

    def search(self, source: Path, *argv: str) -> Search:
        """A new search over the schedules of a program."""
        return self.search_of(source, Plan(source.stem, argv=argv))

    def search_of(self, source: Path, plan: Plan) -> Search:
        """The same for a plan that says more than arguments."""
        return Search(self.lab, self.artifact(source), plan)

    def outside(self, source: Path, *argv: str) -> tuple[int, bytes]:
        """The same program run by the kernel alone: exit status and output."""
        program = Path(self.artifact(source).folder) / "program"
        done = subprocess.run([str(program), *argv], capture_output=True, check=False)
        return done.returncode, done.stdout
