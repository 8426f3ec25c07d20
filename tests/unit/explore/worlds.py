"""In: how many steps each task of an imagined program has; out: that program under a policy, without any process."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.explore.scheduler import Scheduler
from grader.explore.tokens import parse
from grader.trace import Policy, Step


@dataclass
class World:
    """Tasks that each have so many steps, and may all move at any time; `moved` is the order in which they did.

    `calls`: each step is the entry of a call.
    """

    steps: list[int]
    calls: bool = False
    moved: list[int] = field(default_factory=list)

    @property
    def events(self) -> int:
        """Each step is an event."""
        return len(self.moved)

    def step(self, order: int) -> Step:
        """Nothing else is known of it."""
        return Step(order, f"P{order}", "entry", "read") if self.calls else Step(order, f"P{order}", "user")

    def run(self, policy: Policy) -> list[int]:
        """Let all of them come to their end."""
        left = list(self.steps)
        while movable := [order for order, count in enumerate(left) if count]:
            order = policy.pick(movable, 0, self)
            assert order in movable
            left[order] -= 1
            self.moved.append(order)
        return self.moved


def played(token: str, *steps: int) -> tuple[list[int], Scheduler]:
    """The order in which a schedule lets an imagined program move, and the policy afterwards."""
    policy = Scheduler(parse(token))
    return World(list(steps)).run(policy), policy
