"""In: one run without input; out: whether it printed one line and ended by itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader import Evidence, Limits, Plan, require


def plans(parameters: Mapping[str, object]) -> dict[str, Plan]:
    """One run, with little patience for a program that does not get on."""
    del parameters
    return {"plain": Plan("plain", limits=Limits(cpu=0.5, idle=2_000, births=300))}


@pytest.mark.check(points=1)
def test_prints_the_line(run: Evidence) -> None:
    """the line "done" is printed"""
    require(
        run.stdout == b"done\n",
        seen=f"standard output holds {len(run.stdout)} bytes: {run.stdout[:20]!r}",
        why="exactly the line done is asked for",
        next="print it, and nothing else",
        events=(run.last,),
    )


@pytest.mark.check(points=1)
def test_ends_by_itself(run: Evidence) -> None:
    """the program ends by itself, with status 0"""
    how = {"exited": f"with status {run.exit_status}", "signalled": run.end.signal, "limit": run.end.limit}
    require(
        run.outcome == "exited" and run.exit_status == 0,
        seen=" ".join(["the program:", run.outcome, how.get(run.outcome, "")]).strip(),
        why="a program that has done its work ends, and says so by its status",
        next="look for the way on which it ends, or for what it waits for",
        events=(run.last,),
    )
