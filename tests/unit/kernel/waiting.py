"""A world goes in, the wait of one of its tasks comes out."""

from grader.kernel import Wait, wait_of
from tests.unit.kernel.world import World


def wait(world: World, task: str = "P0") -> Wait:
    """The wait of a task that must have one."""
    found = wait_of(world.state, task)
    assert found is not None
    return found


def family(*children: str) -> World:
    """A root with a pipe and children that inherited it."""
    world = World()
    world.pipe()
    for child in children:
        world.fork("P0", child)
    return world
