"""In: this process's own memory, read as a tracee's; out: the C values that lie there."""

from __future__ import annotations

import array
import ctypes
import os
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.trace import memory

ME = os.getpid()


def place(data: bytes) -> tuple[int, object]:
    """Bytes at an address of this process, and what keeps them there."""
    buffer = ctypes.create_string_buffer(data, len(data))
    return ctypes.addressof(buffer), buffer


@given(st.integers(-(2**31), 2**31 - 1))
def test_a_register_is_the_signed_number_that_c_sees(value: int) -> None:
    """Whatever stands in the upper half, an int is its lower half."""
    assert memory.signed(value & 0xFFFFFFFF) == value
    assert memory.signed((value & 0xFFFFFFFF) | 0xDEAD << 32) == value


def test_a_string_ends_at_its_nul() -> None:
    """Also where it is not text."""
    address, kept = place(b"a\xffb\0c")
    assert os.fsencode(memory.text(ME, address)) == b"a\xffb"
    del kept


def test_nothing_is_read_where_nothing_lies() -> None:
    """A null or wild pointer gives a harmless default."""
    assert memory.text(ME, 0) == ""
    assert memory.text(ME, 8) == ""
    assert memory.number(ME, 8, "<i", default=7) == 7
    assert memory.numbers(ME, 8, "<ii", 3) == []
    assert memory.strings(ME, 0) == ()


@pytest.mark.parametrize(
    ("pair", "unit", "strict", "expected"),
    [
        ((1, 5), 1, True, 1_000_000_005),
        ((1, 5), 1000, True, 1_000_005_000),
        ((0, 10**9), 1, True, -1),
        ((0, 10**6), 1000, True, -1),
        ((0, 3 * 10**6), 1000, False, 3 * 10**9),
        ((-1, 0), 1, True, -1),
        ((0, -1), 1, True, -1),
    ],
)
def test_a_duration_is_nanoseconds_or_invalid(pair: tuple[int, int], unit: int, strict: bool, expected: int) -> None:
    """A timespec or timeval; only select takes a second's worth of microseconds."""
    address, kept = place(struct.pack("<qq", *pair))
    assert memory.duration(ME, address, unit, strict=strict) == expected
    del kept


def test_no_duration_is_for_ever_and_an_unreadable_one_invalid() -> None:
    """A null pointer means no limit."""
    assert memory.duration(ME, 0) is None
    assert memory.duration(ME, 8) == -1


def test_an_iovec_is_gathered_up_to_what_was_moved() -> None:
    """Three pieces, of which the last was reached half."""
    pieces = [place(data) for data in (b"abc", b"", b"defg")]
    table, kept = place(b"".join(struct.pack("<QQ", at, size) for (at, _), size in zip(pieces, (3, 0, 4), strict=True)))
    assert memory.gather(ME, table, 3, 5) == b"abcde"
    assert memory.gather(ME, table, 3, 7) == b"abcdefg"
    del kept, pieces


def test_an_argument_vector_ends_at_null() -> None:
    """As execve takes it."""
    words = [place(b"one\0"), place(b"two\0")]
    table, kept = place(struct.pack("<QQQ", words[0][0], words[1][0], 0))
    assert memory.strings(ME, table) == ("one", "two")
    del kept, words


def test_the_bits_of_a_set_are_descriptors() -> None:
    """Up to the count that select was given."""
    address, kept = place(bytes([0b00000101, 0b10000000]))
    assert memory.bits(ME, address, 16) == (0, 2, 15)
    assert memory.bits(ME, address, 15) == (0, 2)
    assert memory.bits(ME, 0, 15) == ()
    del kept


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (struct.pack("<H", socket.AF_UNIX) + b"/tmp/s\0rest", "/tmp/s"),
        (struct.pack("<H", socket.AF_UNIX) + b"\0name", "@name"),
        (struct.pack("<H", socket.AF_INET) + struct.pack(">H4B8x", 80, 127, 0, 0, 1), "127.0.0.1:80"),
        (struct.pack("<H", socket.AF_INET6) + struct.pack(">HI", 80, 0) + bytes(15) + b"\1" + bytes(4), "[::1]:80"),
        (struct.pack("<H", 16) + bytes(10), "family 16"),
        (b"\1", ""),
    ],
)
def test_a_socket_address_is_said_in_words(raw: bytes, words: str) -> None:
    """A path, an abstract name, an internet address."""
    address, kept = place(raw)
    assert memory.socket_address(ME, address, len(raw)) == words
    del kept


def test_descriptors_in_a_message_are_found() -> None:
    """SCM_RIGHTS among other control data, truncated data ignored."""
    rights = struct.pack("<Qii", 16 + 8, socket.SOL_SOCKET, socket.SCM_RIGHTS) + array.array("i", [5, 9]).tobytes()
    other = struct.pack("<Qii", 20, socket.SOL_SOCKET, 2) + bytes(8)
    data = other + rights + struct.pack("<Qii", 3, 0, 0)
    control, kept = place(data)
    header, also = place(struct.pack("<QIxxxxQQQQ", 0, 0, 0, 0, control, len(data)))
    assert memory.passed_descriptors(ME, header) == (5, 9)
    assert memory.passed_descriptors(ME, 8) == ()
    del kept, also
