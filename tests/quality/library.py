"""In: tests/programs/quality; out: its programs: each bug that only some schedules show, and its correct twin.

The contract is the same for all: the program ends with exit status 0. Anything else is the bug showing: another status, a signal,
a deadlock, a wait that never ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.evidence import Evidence

FOLDER = Path(__file__).parents[1] / "programs" / "quality"


@dataclass(frozen=True, slots=True)
class Planted:
    """One bug and its twin. `hurries`: it needs plain sleeps to end early."""

    name: str
    bug: Path
    twin: Path

    @property
    def hurries(self) -> bool:
        """Whether it is looked for with sleeps that end early."""
        return self.name.startswith("sleep_sync")


def library() -> tuple[Planted, ...]:
    """All of them, by name."""
    bugs = sorted(path for path in (FOLDER / "bugs").iterdir() if path.suffix in {".c", ".py"})
    return tuple(Planted(path.name, path, FOLDER / "twins" / path.name) for path in bugs)


def fails(evidence: Evidence) -> bool:
    """Whether the run broke the contract."""
    return (evidence.outcome, evidence.exit_status) != ("exited", 0)
