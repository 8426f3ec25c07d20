"""In: a test function as pytest has called it; out: a `Question`: the same function, to be asked of other runs without pytest."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from grader.checks.laboratory import Bench, Runs
from grader.evidence import Evidence
from grader.frozen import dataclass
from grader.model import Plan

__all__ = ["Question", "Varied"]


class Varied:
    """One run in the place of its plan's; of all other plans, the runs that the bench has."""

    def __init__(self, bench: Bench, instead: Evidence) -> None:
        self._bench = bench
        self._instead = instead

    def evidence(self, plan: Plan) -> Evidence:
        """The evidence of a plan. Raises the fault that its run met."""
        return self._instead if plan.name == self._instead.header.plan.name else self._bench.evidence(plan)


@dataclass(frozen=True, slots=True)
class Question:
    """A check's function with the arguments that it was called with. `plans` by name; `needs` are ids of checks."""

    name: str
    function: Callable[..., object]
    arguments: Mapping[str, object]
    plans: Mapping[str, Plan]
    needs: tuple[str, ...]

    def ask(self, runs: Runs, plan: str) -> BaseException | None:
        """What the function says of these runs: None, or what it raised. A check of one `run` is asked for that of `plan`."""
        try:
            asked = {name: self._argument(name, runs, plan) for name in self.arguments}
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                self.function(**asked)
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as fault:  # noqa: BLE001 - an author's code
            return fault
        return None

    def _argument(self, name: str, runs: Runs, plan: str) -> object:
        if name == "run":
            return runs[plan]
        return runs if name == "runs" else self.arguments[name]
