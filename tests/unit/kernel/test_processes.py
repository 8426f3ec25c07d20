"""Processes are born, run programs, end and are reaped as fork(2), execve(2) and wait(2) say."""

import pytest

from grader.kernel import alive, children, everyone, holders
from grader.kernel.state import INIT
from tests.unit.kernel.world import World, table_of


def test_a_child_has_a_copy_of_the_table() -> None:
    """After fork each closes for itself."""
    world = World()
    world.pipe()
    world.fork("P0", "P1")
    world.close("P0", 3)
    world.close("P1", 4)

    assert set(table_of(world.state, "P0")) == {0, 1, 2, 4}
    assert set(table_of(world.state, "P1")) == {0, 1, 2, 3}


def test_a_thread_belongs_to_its_process() -> None:
    """A thread is a task, not a process, and sees the same descriptors."""
    world = World()
    world.fork("P0", "P0.1", "clone", ("memory", "fd table", "signal handlers"))
    world.pipe("P0.1")

    assert set(world.state.processes) == {"P0"}
    assert world.state.tasks["P0.1"].process == "P0"
    assert {holder.process for holder in holders(world.state, "pipe A", "read")} == {"P0"}


def test_the_process_lives_as_long_as_one_thread() -> None:
    """The first thread may end before the others."""
    world = World()
    world.fork("P0", "P1")
    world.fork("P1", "P1.1", "clone", ("fd table",))
    world.exit("P1")

    assert not world.state.tasks.keys() & {"P1"}
    assert alive(world.state, "P1")
    world.exit("P1.1")
    assert not alive(world.state, "P1")


def test_exec_closes_what_is_marked_and_keeps_the_rest() -> None:
    """Close-on-exec descriptors go when a new program starts."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC")
    world.pipe("P0", 5, 6, "pipe B")
    world.call("P0", "execve", None, path="/bin/cat", argv=("cat",))

    assert set(table_of(world.state, "P0")) == {0, 1, 2, 5, 6}
    assert "pipe A" not in world.state.pipes
    assert world.state.processes["P0"].argv == ("cat",)


def test_a_failed_exec_changes_nothing() -> None:
    """The old program goes on with all it had."""
    world = World()
    before = world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC")

    assert world.fail("P0", "execve", "ENOENT", path="/no", argv=("no",)) is before


def test_exec_gives_a_table_of_its_own() -> None:
    """A process that shared its table with another has a copy after exec."""
    world = World()
    world.pipe("P0", 3, 4, "pipe A", "O_CLOEXEC")
    world.fork("P0", "P1", "clone", ("fd table",))
    world.call("P1", "execve", None, path="/bin/cat", argv=("cat",))

    assert set(table_of(world.state, "P0")) == {0, 1, 2, 3, 4}
    assert set(table_of(world.state, "P1")) == {0, 1, 2}


def test_exec_by_a_thread_whose_leader_is_gone_gives_it_the_name() -> None:
    """The thread is the process's only one afterwards."""
    world = World()
    world.fork("P0", "P0.2", "clone", ("fd table",))
    world.exit("P0")
    world.call("P0", "execve", None, path="/bin/cat", argv=("cat",))

    assert set(world.state.tasks) == {"P0"}


def test_exec_leaves_one_thread_with_the_name_of_the_process() -> None:
    """Whichever thread calls exec, the other threads are gone."""
    world = World()
    world.fork("P0", "P0.1", "clone", ("fd table",))
    world.call("P0.1", "execve", None, path="/bin/cat", argv=("cat",))

    assert set(world.state.tasks) == {"P0"}


def test_exec_resets_handlers_and_keeps_what_is_ignored() -> None:
    """A handler's code is gone with the old program (execve(2))."""
    world = World()
    world.handle("P0", "SIGTERM")
    world.handle("P0", "SIGINT", "ignore")
    world.tell("P0", "begin")
    world.call("P0", "execve", None, path="/bin/cat", argv=("cat",))
    process = world.state.processes["P0"]

    assert {signal: what.action for signal, what in process.dispositions.items()} == {"SIGINT": "ignore"}
    assert not process.began


def test_exec_keeps_the_alarm_and_drops_other_timers() -> None:
    """Timers of timer_create are deleted at exec, that of alarm is not (execve(2))."""
    world = World()
    world.call("P0", "alarm", 0, duration=5)
    world.call("P0", "timer_settime", 0, duration=5, timer=0)
    world.call("P0", "execve", None, path="/bin/cat", argv=("cat",))

    assert set(world.state.processes["P0"].timers) == {"ITIMER_REAL"}


def test_a_vfork_parent_sleeps_until_exec_or_exit() -> None:
    """The parent goes on when the child runs another program, or ends."""
    for ending in ("exec", "exit"):
        world = World()
        world.fork("P0", "P1", "vfork", ("memory",))
        assert world.state.tasks["P0"].blocked is world.last
        if ending == "exec":
            world.call("P1", "execve", None, path="/bin/cat", argv=("cat",))
        else:
            world.exit("P1")
        assert world.state.tasks["P0"].blocked is None


def test_a_zombie_stays_a_child_until_it_is_reaped() -> None:
    """A child that ended holds nothing, and is a child until someone waits for it."""
    world = World()
    world.pipe()
    world.fork("P0", "P1")
    world.exit("P1", 3)
    ended = world.n

    assert [(child.name, child.exit and child.exit.n) for child in children(world.state, "P0")] == [("P1", ended)]
    assert {holder.process for holder in holders(world.state, "pipe A", "read")} == {"P0"}
    world.reap("P0", "P1", "exited 3")
    assert children(world.state, "P0") == ()
    assert everyone(world.state)["P1"].reaped == world.n


@pytest.mark.parametrize(
    "args",
    [
        {"status": "stopped SIGSTOP", "options": ("WUNTRACED",)},
        {"status": "continued", "options": ("WCONTINUED",)},
        {"status": "exited 0", "options": ("WEXITED", "WNOWAIT")},
    ],
)
def test_a_wait_that_only_looks_does_not_reap(args: dict[str, str | tuple[str, ...]]) -> None:
    """Stops, continuations and WNOWAIT leave the child where it is."""
    world = World()
    world.fork("P0", "P1")
    world.exit("P1")
    world.call("P0", "waitid", 1, pid="P1", child="P1", **args)

    assert [child.name for child in children(world.state, "P0")] == ["P1"]


@pytest.mark.parametrize(("call", "status", "result"), [("wait4", "", 1), ("waitid", "killed SIGKILL", 0)])
def test_a_child_is_reaped_however_the_wait_was_asked(call: str, status: str, result: int) -> None:
    """Without a place for the status none is told; waitid returns 0."""
    world = World()
    world.fork("P0", "P1")
    world.exit("P1")
    world.call("P0", call, result, pid="any", child="P1", status=status, options=("WEXITED",))

    assert children(world.state, "P0") == ()


def test_a_wait_that_found_nothing_changes_nothing() -> None:
    """WNOHANG with a living child returns 0."""
    world = World()
    before = world.fork("P0", "P1")

    assert world.call("P0", "wait4", 0, pid="any", child="", status="", options=("WNOHANG",)) is before


@pytest.mark.parametrize(("action", "flags"), [("ignore", ()), ("default", ("SA_NOCLDWAIT",))])
def test_children_of_a_parent_that_does_not_care_vanish(action: str, flags: tuple[str, ...]) -> None:
    """With SIGCHLD ignored, or SA_NOCLDWAIT, no zombie is made: reaped by the kernel, not by a wait."""
    world = World()
    world.handle("P0", "SIGCHLD", action, *flags)
    world.fork("P0", "P1")
    world.exit("P1")
    gone = everyone(world.state)["P1"]

    assert children(world.state, "P0") == ()
    assert (gone.auto_reaped, gone.reaped) == (True, None)


def test_orphans_go_to_init() -> None:
    """When its parent dies, a child gets another, who reaps it when it ends."""
    world = World()
    world.fork("P0", "P1")
    world.fork("P1", "P2")
    world.exit("P1")
    orphan = world.state.processes["P2"]

    assert (orphan.parent, orphan.creator, orphan.adopted) == (INIT, "P1", world.n)
    world.exit("P2")
    assert "P2" not in world.state.processes
    assert everyone(world.state)["P2"].exit is world.last


def test_a_zombie_of_a_dead_parent_was_never_waited_for() -> None:
    """Its exit is older than its adoption: that tells it from an orphan that init reaped in good order."""
    world = World()
    world.fork("P0", "P1")
    world.exit("P1")
    world.exit("P0")
    gone = everyone(world.state)["P1"]

    assert gone.exit is not None
    assert gone.adopted == world.n
    assert gone.exit.n < gone.adopted
    assert (gone.reaped, gone.auto_reaped) == (None, False)


def test_a_subreaper_adopts_its_descendants() -> None:
    """An ancestor may ask for orphans with prctl."""
    world = World()
    world.call("P0", "prctl", 0, option="PR_SET_CHILD_SUBREAPER", value=1)
    world.fork("P0", "P1")
    world.fork("P1", "P2")
    world.exit("P1")

    assert [child.name for child in children(world.state, "P0")] == ["P1", "P2"]


def test_clone_can_make_a_sibling() -> None:
    """With CLONE_PARENT the new process is a child of the caller's parent."""
    world = World()
    world.fork("P0", "P1")
    world.fork("P1", "P2", "clone", ("parent",))

    assert [child.name for child in children(world.state, "P0")] == ["P1", "P2"]
    assert world.state.processes["P2"].creator == "P1"


def test_the_root_stays_known_after_its_end() -> None:
    """Nobody in the tree waits for the root: it has ended, and is still told of."""
    world = World()
    world.exit("P0", 1)

    assert not alive(world.state, "P0")
    assert world.state.processes["P0"].exit is world.last
    assert world.state.tables == {}


def test_a_stopped_task_goes_on_when_continued() -> None:
    """Job control stops a task and lets it go on."""
    world = World()
    world.tell("P0", "stopped", signal="SIGSTOP")

    assert world.state.tasks["P0"].stopped
    world.tell("P0", "continued")
    assert not world.state.tasks["P0"].stopped


def test_unknown_tasks_and_calls_change_nothing() -> None:
    """What the model does not know leaves the same object."""
    world = World()
    before = world.state

    assert world.call("P9", "close", fd=0) is before
    assert world.call("P0", "swizzle", fd=0) is before
    assert world.tell("P0", "left", type="fifo", name="/a") is before
    assert world.tell("P9", "exit", code=0) is before
    assert world.fail("P0", "pipe2", "EMFILE", read=3, write=4, object="pipe A", flags=()) is before


def test_a_state_does_not_grow_with_its_history() -> None:
    """After a thousand children and pipes a state holds what it held after one."""
    world = World()
    sizes = []
    for number in range(1, 1001):
        child = f"P{number}"
        world.pipe("P0", 3, 4, f"pipe {number}")
        world.fork("P0", child)
        world.sleep_in_read(child, 3)
        world.write("P0", 4, 10)
        world.read(child, 3, 10)
        world.exit(child)
        world.reap("P0", child)
        world.close("P0", 3, 4)
        state = world.state
        sizes.append([len(each) for each in (state.tasks, state.processes, state.tables, state.pipes, state.things)])

    assert sizes[0] == sizes[-1] == [1, 1, 1, 3, 0]
    assert len(everyone(world.state)) == 1001
