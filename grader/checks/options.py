"""In: what a person asks of one grading; out: `Options`, the same for the command line and for pytest."""

from __future__ import annotations

from grader.checks.choices import RUNGS
from grader.errors import CannotDecide, UsageError
from grader.frozen import dataclass

__all__ = ["Options", "check_rung"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to grade. Empty values mean: as the exercise, the submission or the machine has it.

    `only` are check ids. `rung` forces a box, `require_rung` refuses a weaker one. `evidence` is a folder that keeps
    the evidence files. `budget` says how many schedules are tried. With `schedule`, a token, nothing is searched: the check in
    `only` is judged on the plan `run` under that schedule. `replay` is the command line that grades the same way again; a
    report completes it with `--only CHECK`, and `steps`, which tells a run, with `--check CHECK --run PLAN --schedule TOKEN`.
    """

    language: str = ""
    seed: str = ""
    only: tuple[str, ...] = ()
    rung: str = ""
    require_rung: str = ""
    evidence: str = ""
    budget: str = "default"
    replay: str = ""
    steps: str = ""
    schedule: str = ""
    run: str = ""


def check_rung(rung: str, required: str) -> None:
    """Refuse a box that is weaker than required. Raises CannotDecide."""
    if required not in (*RUNGS, ""):
        raise UsageError(f"there is no rung {required!r}", where="--require-rung", action=f"use {', '.join(RUNGS)}")
    if required and rung not in RUNGS[: RUNGS.index(required) + 1]:
        raise CannotDecide(
            f"this machine's box has rung {rung}, and {required} is required",
            where="--require-rung",
            action="allow what the rung needs here, or require less",
        )
