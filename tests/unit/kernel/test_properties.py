"""Whatever valid run is told, the model agrees with a naive kernel, and what it says of waits holds together."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.kernel import State, children, deadlocked, descriptor, everyone, holders, initial, step, wait_of
from grader.kernel.dispatch import CALLS, FAILED, KINDS
from grader.kernel.waits import CAUSES
from grader.model import Arg, Event
from tests.unit.kernel.toy import Step, Toy
from tests.unit.kernel.world import World, table_of

# The same examples in every run: a failure here is the same failure everywhere.
steady = settings(derandomize=True, database=None, deadline=None, max_examples=150)

small = st.integers(0, 63)
runs = st.lists(st.tuples(small, small, small, small), max_size=60)


def told(numbers: list[Step]) -> Toy:
    """A run to its end."""
    toy = Toy()
    for each in numbers:
        toy.step(each)
    return toy


@steady
@given(runs)
def test_tables_are_those_of_a_naive_kernel(numbers: list[Step]) -> None:
    """Objects, modes and flags of each descriptor of each live process agree after every step."""
    toy = Toy()
    for each in numbers:
        toy.step(each)
        state = toy.world.state
        for name in toy.live():
            rows = {
                fd: (e.file.obj.partition(" ")[0].replace("std", "pipe")[:4], e.file.mode, e.cloexec)
                for fd, e in toy.table(name).items()
            }
            assert {fd: (row[0][:4], *row[1:]) for fd, row in table_of(state, name).items()} == rows
            blocking = {fd: entry.file.nonblock for fd, entry in toy.table(name).items()}
            assert {fd: entry.nonblock for fd, entry in state.tables[state.processes[name].table].items()} == blocking


@steady
@given(runs)
def test_descriptions_are_shared_exactly_by_copies(numbers: list[Step]) -> None:
    """Two descriptors have one description when, and only when, one is a copy of the other by dup or fork."""
    toy = told(numbers)
    pairs = set()
    for name in toy.live():
        for fd, entry in toy.table(name).items():
            found = descriptor(toy.world.state, name, fd)
            assert found is not None
            pairs.add((found.description, id(entry.file)))

    assert len(pairs) == len({left for left, _ in pairs}) == len({right for _, right in pairs})


@steady
@given(runs)
def test_holders_are_the_sum_over_the_tables(numbers: list[Step]) -> None:
    """Each live process's descriptors of an object, once each, and nobody else's."""
    toy = told(numbers)
    for obj in toy.held():
        for mode in ("read", "write"):
            found = [(holder.process, holder.fd) for holder in holders(toy.world.state, obj, mode)]
            there = [
                (name, fd)
                for name in toy.live()
                for fd, entry in toy.table(name).items()
                if entry.file.obj == obj and mode[0] in entry.file.mode
            ]
            assert sorted(found) == sorted(there)


@steady
@given(runs)
def test_pipes_exist_while_held_and_hold_what_was_written(numbers: list[Step]) -> None:
    """The bytes in each pipe agree, none is negative, and a pipe that nobody holds is gone."""
    toy = told(numbers)

    assert {name: pipe.fill for name, pipe in toy.world.state.pipes.items()} == toy.bytes
    assert all(count >= 0 for count in toy.bytes.values())


@steady
@given(runs)
def test_children_are_those_of_a_naive_kernel(numbers: list[Step]) -> None:
    """Live ones and zombies; a reaped child is nobody's child; nobody is forgotten."""
    toy = told(numbers)
    state = toy.world.state
    family = {
        name: (proc.parent, proc.zombie) for name, proc in toy.procs.items() if proc.parent not in {"init", "outside"}
    }
    seen = {child.name: (name, child.exit is not None) for name in toy.procs for child in children(state, name)}

    assert seen == family
    assert set(everyone(state)) == {f"P{number}" for number in range(toy.born + 1)}
    assert set(state.tasks) == set(toy.live())


@steady
@given(runs, runs)
def test_what_forked_diverges(before: list[Step], after: list[Step]) -> None:
    """A child's first table is its parent's, and no step of others changes it afterwards."""
    toy = told(before)
    parent = toy.live()[0]
    toy.world.fork(parent, "P999")
    mine = table_of(toy.world.state, "P999")
    assert mine == table_of(toy.world.state, parent)
    for each in after:
        toy.step(each)

    assert table_of(toy.world.state, "P999") == mine


@steady
@given(runs)
def test_a_step_never_changes_its_input(numbers: list[Step]) -> None:
    """Every state stays what it was, and equal runs give equal states."""
    toy, states = Toy(), []
    for each in numbers:
        states.append((toy.world.state, repr(toy.world.state)))
        toy.step(each)

    assert all(repr(state) == text for state, text in states)
    assert told(numbers).world.state == toy.world.state


WORDS = (
    "pipe A|fifo A|socket A|timerfd A|signalfd A|eventfd A|stdin|P0|P1|P1.1|P2|any|exited 0|SIGTERM|SIGCHLD|"
    "handler|ignore|SIG_BLOCK|F_DUPFD|F_SETFD|F_SETFL|F_SETLKW|FIONBIO|ITIMER_REAL|wait|/f|/dev/shm/a|IPC_RMID|"
    "sysv-sem A||write|close|signal|fifo"
).split("|")
values: st.SearchStrategy[Arg] = st.one_of(
    st.integers(-1, 12),
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.sampled_from(
        [("O_RDWR", "O_CREAT"), ("SIGTERM",), ("CLOSE_RANGE_UNSHARE",), (3, 4), ("fd table",), ("memory",)]
    ),
    st.sampled_from([{"3": "pipe A", "4": "file /a"}, {"0": "stdin"}]),
    st.just(({"fd": 3, "object": "pipe A", "events": ("POLLIN",)}, {"fd": 4, "events": ("POLLOUT",)})),
)
names = (
    "fd object read write flags to to_object path type result child thread shares vfork pid status options target"
    " signal action how set mask which duration interval id command request value fds pair peer accepted family address"
    " option op word shared timeout first last nonblock passed stdin_open origin timer"
).split()
arguments = st.dictionaries(st.sampled_from(names), values, max_size=8)
things_that_happen = st.tuples(
    st.sampled_from(sorted(KINDS) + ["call"] * 9 + ["block"] * 4),
    st.sampled_from(["P0", "P1", "P1.1", "P2", "outside"]),
    st.sampled_from(sorted(CALLS.keys() | FAILED.keys() | CAUSES.keys())),
    arguments,
    st.one_of(st.none(), st.integers(-1, 9)),
    st.sampled_from(["", "", "", "EINTR", "EBADF"]),
)


def odd_run(happenings: list[tuple[str, str, str, Mapping[str, Arg], int | None, str]]) -> list[State]:
    """The states of a run in which anything happens, likely or not."""
    world = World()
    world.pipe()
    world.fork("P0", "P1")
    world.fork("P1", "P1.1", "clone", ("memory", "fd table"))
    states = [initial(), world.state]
    for kind, task, call, args, result, error in happenings:
        states.append(world.add(Event(world.n + 1, task, kind, call, args, result, error, b"x" * 128)))
    return states


@steady
@given(st.lists(things_that_happen, max_size=40))
def test_a_state_holds_together_whatever_is_told(
    happenings: list[tuple[str, str, str, Mapping[str, Arg], int | None, str]],
) -> None:
    """Even of damaged evidence: each task has its process, each live process its table, and no fill is negative."""
    for state in odd_run(happenings):
        living = {process.name: process for process in state.processes.values() if process.exit is None}
        assert {task.process for task in state.tasks.values()} == set(living)
        assert {process.table for process in living.values()} == set(state.tables)
        assert all(pipe.fill >= 0 for pipe in state.pipes.values())


@steady
@given(st.lists(things_that_happen, max_size=40))
def test_a_deadlock_is_the_greatest_set_without_help(
    happenings: list[tuple[str, str, str, Mapping[str, Arg], int | None, str]],
) -> None:
    """Neither time, the outside nor another task could wake a member; of all the others, one of them could."""
    for state in odd_run(happenings):
        proof = deadlocked(state)
        members = {wait.task for wait in proof}
        for wait in proof:
            assert not wait.outside
            assert not wait.timer
            assert wait.providers <= members
            assert wait.what
            assert wait.why
        for name in set(state.tasks) - members:
            wait_or_none = wait_of(state, name)
            assert (
                wait_or_none is None or wait_or_none.outside or wait_or_none.timer or wait_or_none.providers - members
            )


@steady
@given(runs, st.sampled_from(["getpid", "swizzle", "clock_gettime", "lseek", "fstat"]), arguments)
def test_an_unknown_call_leaves_the_state_unchanged(numbers: list[Step], call: str, args: Mapping[str, Arg]) -> None:
    """The very same object comes back."""
    state = told(numbers).world.state

    assert step(state, Event(state.n + 1, "P0", "call", call, args, 0)) is state


@steady
@given(runs, small)
def test_closing_twice_is_closing_once(numbers: list[Step], number: int) -> None:
    """The first close of a descriptor changes the state, a second one of the same number does not."""
    toy = told(numbers)
    who = toy.live()[0]
    fd = toy.pick(who, number)
    if fd is None:
        toy.world.call(who, "openat", fd := 0, path="/a", object="file /a", flags=())
    first = toy.world.close(who, fd)

    assert descriptor(first, who, fd) is None
    assert toy.world.fail(who, "close", "EBADF", fd=fd, object="") is first
    assert toy.world.call(who, "close", 0, fd=fd, object="") is first
