"""In: three pipes whose far ends the test holds; out: what the outside writes, closes and keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.box import Tree
from grader.trace.streams import Streams


@dataclass
class Far:
    """The program's ends of the three pipes, and the tree that holds the outside's."""

    tree: Tree
    stdin: int
    stdout: int
    stderr: int


@pytest.fixture
def far() -> Iterator[Far]:
    """Three pipes, non-blocking on the outside's side."""
    stdin, stdout, stderr = os.pipe(), os.pipe(), os.pipe()
    tree = Tree(0, None, stdin[1], stdout[0], stderr[0], "A")
    for fd in (stdin[0], stdin[1], stdout[0], stderr[0]):
        os.set_blocking(fd, False)
    yield Far(tree, stdin[0], stdout[1], stderr[1])
    for fd in (stdin[0], stdout[1], stderr[1], stdout[0], stderr[0]):
        os.close(fd)
    tree.close_stdin()


def test_input_that_fits_is_written_and_closed_at_once(far: Far) -> None:
    """feed says that it closed."""
    streams = Streams(far.tree, b"hello", keep_open=False, limit=10)
    assert streams.feed() is True
    assert streams.stdin_open is False
    assert (os.read(far.stdin, 99), os.read(far.stdin, 99)) == (b"hello", b"")


def test_input_that_does_not_fit_waits_for_room(far: Far) -> None:
    """The end is closed after the last byte, whole and in order."""
    data = os.urandom(200_000)
    streams = Streams(far.tree, data, keep_open=False, limit=10)
    got, closed = b"", [streams.feed()]
    while len(got) < len(data):
        got += os.read(far.stdin, 30_000)
        closed.append(streams.feed())
    assert got == data
    assert closed.count(True) == 1


def test_input_that_is_kept_open_closes_only_when_told(far: Far) -> None:
    """More may come by a stimulus."""
    streams = Streams(far.tree, b"a", keep_open=True, limit=10)
    assert (streams.feed(), streams.stdin_open) == (False, True)
    streams.write(b"b")
    assert streams.feed() is False
    streams.finish()
    assert streams.feed() is True
    assert os.read(far.stdin, 99) == b"ab"


def test_input_that_nobody_reads_is_dropped(far: Far) -> None:
    """A program that closed its stdin ends the feeding, it does not end us."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, far.stdin)
    os.close(null)
    streams = Streams(far.tree, b"x" * 100_000, keep_open=False, limit=10)
    assert streams.feed() is True


def test_output_is_kept_up_to_the_limit_of_both_streams_together(far: Far) -> None:
    """What is above is emptied from the pipe but not kept, and said."""
    streams = Streams(far.tree, b"", keep_open=False, limit=5)
    assert streams.drain() is False
    os.write(far.stdout, b"abc")
    os.write(far.stderr, b"de")
    assert streams.drain() is True
    assert (streams.output("stdout"), streams.output("stderr"), streams.overflow) == (b"abc", b"de", False)
    os.write(far.stdout, b"f")
    assert streams.drain() is True
    assert (streams.output("stdout"), streams.overflow) == (b"abc", True)
