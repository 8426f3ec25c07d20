"""In: what a test wants of a run; out: calls and runs that no process stands behind."""

from __future__ import annotations

import os

from grader.box import Tree
from grader.model import Event, Limits, Plan, Stimulus
from grader.trace.clock import Clock
from grader.trace.context import Context, World
from grader.trace.names import Objects
from grader.trace.recorder import Recorder
from grader.trace.run import Run
from grader.trace.streams import Streams


def context(name: str, *raw: int, clock: Clock | None = None) -> Context:
    """A call of this very process, held at its entry."""
    now = clock or Clock()
    world = World(
        Objects(), lambda _task, _fd: "", lambda _task, _fd: False, lambda: now.now, now.reading, lambda _t, _id: 1,
        lambda _process: "", lambda _process: (),
    )  # fmt: skip
    return Context(os.getpid(), "P0", name, (*raw, *[0] * (6 - len(raw))), world)


def run(*stimuli: Stimulus, events: list[Event] | None = None, limits: Limits | None = None) -> Run:
    """A run of no tasks whose outputs are empty."""
    tree = Tree(0, None, -1, -1, -1, "A")
    plan = Plan("fake", stimuli=stimuli, limits=limits or Limits())
    clock = Clock()
    sink = (lambda _event: None) if events is None else events.append
    streams = Streams(tree, b"", keep_open=True, limit=100)
    return Run(tree, plan, Recorder(sink, clock, plan.limits), clock, streams)
