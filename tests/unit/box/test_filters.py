"""In: filters; out: for every call the action that their tables say, in a shape that the kernel accepts."""

from __future__ import annotations

import errno
from collections.abc import Mapping

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from grader.box.filters import (
    ALWAYS,
    BLINDING,
    Condition,
    among,
    any_bit,
    containment,
    given,
    tracing,
)
from grader.box.numbers import NAMES, NUMBERS
from tests.unit.box.bpf import I386, action

ALLOW, KILL, TRACE = 0x7FFF0000, 0x80000000, 0x7FF00000
EPERM, ENOSYS, EAFNOSUPPORT = (0x50000 | code for code in (errno.EPERM, errno.ENOSYS, errno.EAFNOSUPPORT))

_words = st.one_of(st.integers(0, (1 << 64) - 1), st.integers(0, 8), st.sampled_from([1 << 31, 1 << 32, (1 << 64) - 1]))
_conditions = st.builds(
    Condition,
    st.integers(-1, 5),
    st.one_of(st.just((1 << 32) - 1), st.just((1 << 64) - 1), st.integers(1, (1 << 64) - 1)),
    st.lists(_words, max_size=4).map(tuple),
    st.booleans(),
)


@examples(st.dictionaries(st.sampled_from(sorted(NUMBERS)), _conditions), st.data())
def test_a_filter_stops_exactly_the_calls_of_its_table(table: Mapping[str, Condition], data: st.DataObject) -> None:
    """For any table and any call the filter and `Condition.holds` agree."""
    name = data.draw(st.sampled_from(sorted(table) or sorted(NUMBERS)) | st.sampled_from(sorted(NUMBERS)))
    chosen = sorted({value for condition in table.values() for value in condition.values})
    args = data.draw(st.lists(_words | st.sampled_from(chosen or [0]), min_size=6, max_size=6))

    stopped = action(tracing(table), NUMBERS[name], args) == TRACE

    assert stopped == (name in table and table[name].holds(args))


def test_every_call_can_be_traced_by_one_filter() -> None:
    """A filter of all calls, half of them with a condition, stays within the kernel's 4096 instructions."""
    program = tracing({name: given(1) if number % 2 else ALWAYS for number, name in NAMES.items()})

    assert len(program) // 8 <= 4096
    assert {action(program, number, (0, 1 << 40)) for number in NAMES} == {TRACE}
    assert {action(program, number, (9, 0)) for number in NAMES if number % 2} == {ALLOW}


@pytest.mark.parametrize("program", [containment(), tracing({"read": ALWAYS}), tracing({})])
def test_calls_of_another_abi_kill(program: bytes) -> None:
    """A call by the 32-bit entry or with an x32 number ends the process; a cancelled call (number −1) passes."""
    read = NUMBERS["read"]

    assert action(program, read, arch=I386) == KILL
    assert action(program, read | 0x40000000) == KILL
    assert action(program, -1) == ALLOW


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("mount", (), EPERM),
        ("keyctl", (), EPERM),
        ("clone3", (), ENOSYS),
        ("memfd_secret", (), ENOSYS),
        ("clone", (0x10000000 | 17,), EPERM),
        ("clone", (17,), ALLOW),
        ("unshare", (0x400,), ALLOW),
        ("unshare", (0x80,), EPERM),
        ("socket", (1,), ALLOW),
        ("socket", (16,), ALLOW),
        ("socket", (40,), EAFNOSUPPORT),
        ("socket", (1 << 32 | 1,), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),
        ("ioctl", (0, 1 << 32 | 0x5412), EPERM),
        ("ioctl", (0, 0x541B), ALLOW),
        ("personality", (0xFFFFFFFF,), ALLOW),
        ("personality", (0,), EPERM),
        ("read", (), ALLOW),
        ("execve", (), ALLOW),
    ],
)
def test_containment_refuses_what_it_lists(name: str, args: tuple[int, ...], expected: int) -> None:
    """Each refusal by its errno; the upper half of an int argument counts for nothing, as in the kernel."""
    assert action(containment(), NUMBERS[name], args) == expected


@pytest.mark.parametrize("name", sorted(BLINDING))
def test_what_would_blind_the_tracer_is_left_to_it(name: str) -> None:
    """The kernel lets an errno win over a stop: a call in both filters would be refused without a record."""
    condition = BLINDING[name]
    args = [0] * 6
    if condition.argument >= 0:
        args[condition.argument] = condition.values[0] if condition.among else condition.mask

    assert condition.holds(args)
    assert action(containment(), NUMBERS[name], args) == ALLOW
    assert action(tracing(BLINDING), NUMBERS[name], args) == TRACE


def test_a_name_that_is_no_call_is_refused() -> None:
    """A misspelt name must not become a hole in the evidence."""
    with pytest.raises(KeyError, match="opnat"):
        tracing({"opnat": ALWAYS})


def test_the_words_for_conditions_say_what_they_mean() -> None:
    """`among`, `any_bit` and `given` are the three that are needed."""
    assert [among(0, 3, 5).holds((value, 0)) for value in (3, 4, 5)] == [True, False, True]
    assert [any_bit(1, 6).holds((0, value)) for value in (0, 1, 2, 12)] == [False, False, True, True]
    assert [given(0).holds((value,)) for value in (0, 1, 1 << 32)] == [False, True, True]
