"""In: a state; out: the proof that tasks wait for each other and for nothing else (`deadlocked`)."""

from __future__ import annotations

from grader.kernel.state import State
from grader.kernel.waits import Wait, wait_of


def deadlocked(state: State) -> tuple[Wait, ...]:
    """The waits of the tasks that only each other could wake, in order of task age; empty when there is no proof.

    The greatest fixed point: of all tasks, drop each that may run, that time or the outside could wake, that belongs to a peer,
    or that a dropped task could wake; until none drops. A peer stands for the world outside: whatever it waits for, whoever waits
    for it waits for the outside. What stays is proved as long as the dropped ones send no signal: the
    proof is complete when it covers every live task (`len(deadlocked(state)) == len(state.tasks)`).
    """
    waits = {name: wait_of(state, name) for name in state.tasks}
    peers = {name for name, task in state.tasks.items() if state.processes[task.process].peer}
    stuck = {
        name: wait
        for name, wait in waits.items()
        if wait is not None and not wait.outside and not wait.timer and name not in peers
    }
    while True:
        kept = {name: wait for name, wait in stuck.items() if wait.providers <= stuck.keys()}
        if len(kept) == len(stuck):
            return tuple(kept.values())
        stuck = kept
