"""In: numbers of this machine; out: the symbolic names that evidence holds."""

from __future__ import annotations

import os

import pytest

from grader.trace import names


@pytest.mark.parametrize(("code", "name"), [(11, "EAGAIN"), (512, "ERESTART"), (516, "ERESTART"), (9999, "E9999")])
def test_an_error_has_its_name_of_errno_h(code: int, name: str) -> None:
    """The kernel's private restart codes are one name; an unknown number stays a number."""
    assert names.errno_name(code) == name


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "none"),
        (2, "SIGINT"),
        (9, "SIGKILL"),
        (32, "SIG32"),
        (34, "SIGRTMIN"),
        (35, "SIGRTMIN+1"),
        (64, "SIGRTMIN+30"),
    ],
)
def test_a_signal_has_its_name_of_signal_7(number: int, name: str) -> None:
    """Real-time signals count from SIGRTMIN; those of the C library's own have numbers."""
    assert names.signal_name(number) == name


def test_a_signal_set_begins_at_signal_one() -> None:
    """Bit 0 is SIGHUP."""
    assert names.signal_set(0b11) == ("SIGHUP", "SIGINT")
    assert names.signal_set(1 << 63) == ("SIGRTMIN+30",)
    assert len(names.signal_set(2**64 - 1)) == 64


def test_open_flags_begin_with_the_access_mode() -> None:
    """O_RDONLY is no bit, and is said all the same."""
    assert names.open_flags(0) == ("O_RDONLY",)
    assert names.open_flags(os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC) == ("O_WRONLY", "O_CREAT", "O_CLOEXEC")
    assert names.open_flags(os.O_RDWR) == ("O_RDWR",)


def test_letters_go_on_after_z() -> None:
    """The 27th object is A1."""
    assert [names.letters(index) for index in (0, 25, 26, 51, 52)] == ["A", "Z", "A1", "Z1", "A2"]


def test_objects_of_a_kind_are_named_in_order_of_appearance() -> None:
    """One identity keeps its name, kinds count apart, a bound name is found again."""
    objects = names.Objects()
    assert [objects.known("pipe", 1), objects.known("pipe", 2), objects.known("fifo", 3)] == [
        "pipe A",
        "pipe B",
        "fifo A",
    ]
    assert objects.known("pipe", 1) == "pipe A"
    assert objects.fresh("pipe") == "pipe C"
    objects.bind(7, "stdin")
    assert objects.known("pipe", 7) == "stdin"


def test_what_a_descriptor_is_called_depends_on_where_it_lies() -> None:
    """Shared memory, semaphores and queues have their own kinds; anonymous things are named after what they are."""
    me, objects = os.getpid(), names.Objects()
    read, write = os.pipe()
    folder = os.open("/", os.O_RDONLY)
    null = os.open("/dev/null", os.O_RDONLY)
    try:
        assert objects.identify(me, read, "pipe") == objects.identify(me, write, "pipe") == "pipe A"
        assert objects.opened(me, folder) == "dir /"
        assert objects.opened(me, null) == "device /dev/null"
        assert objects.opened(me, read) == "pipe A"
    finally:
        for fd in (read, write, folder, null):
            os.close(fd)
