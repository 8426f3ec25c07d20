"""What a program did to names in its folder, as the calls tell."""

from dataclasses import replace

import pytest

from grader import creations, left_behind, removal
from grader.model import Arg, Residue
from tests.support.events import Story


@pytest.mark.parametrize(
    ("call", "kind", "args"),
    [
        ("openat", "file", {"path": "/home/student/a.lock", "flags": ("O_WRONLY", "O_CREAT")}),
        ("open", "file", {"path": "./a.lock", "flags": ("O_CREAT",)}),
        ("creat", "file", {"path": "a.lock"}),
        ("mknodat", "fifo", {"path": "b/../a.lock", "type": "fifo"}),
        ("mknod", "file", {"path": "a.lock", "type": "file"}),
        ("rename", "", {"path": "b", "to": "a.lock"}),
        ("linkat", "", {"path": "b", "to": "/home/student/a.lock"}),
    ],
)
def test_whatever_gives_something_a_name_makes_it(call: str, kind: str, args: dict[str, Arg]) -> None:
    """However the path is spelled; what a moved thing is, the call does not tell."""
    story = Story()
    made = story.call("P0", call, **args)

    assert list(creations(story.evidence(), "a.lock")) == [(made, kind)]


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("openat", {"path": "/home/student/a.lock", "flags": ("O_RDONLY",)}),
        ("openat", {"path": "/tmp/a.lock", "flags": ("O_CREAT",)}),
        ("rename", {"path": "a.lock", "to": "b"}),
        ("unlink", {"path": "a.lock"}),
    ],
)
def test_using_a_name_does_not_make_it(call: str, args: dict[str, Arg]) -> None:
    """Nor does making the same name in another folder."""
    story = Story()
    story.call("P0", call, **args)

    assert list(creations(story.evidence(), "a.lock")) == []


def test_a_call_that_failed_made_and_removed_nothing() -> None:
    """The name was there before, or is not there at all."""
    story = Story()
    story.call("P0", "openat", path="a.lock", flags=("O_CREAT", "O_EXCL"), error="EEXIST")
    story.call("P0", "unlink", path="a.lock", error="ENOENT")

    assert list(creations(story.evidence(), "a.lock")) == []
    assert removal(story.evidence(), "a.lock") is None


@pytest.mark.parametrize("call", ["unlink", "unlinkat", "rename"])
def test_a_name_is_removed_by_whoever_takes_it_away(call: str) -> None:
    """The first such call counts, of whichever process; a name beside it is not meant."""
    story = Story()
    story.fork("P0", "P1")
    story.call("P0", "unlink", path="a")
    gone = story.call("P1", call, path="/home/student/a.lock", to="b")
    story.call("P0", "unlink", path="a.lock")

    assert removal(story.evidence(), "a.lock") == gone


def test_what_is_left_behind_has_a_type() -> None:
    """As the box found it after the run; empty for a name that is gone."""
    run = Story().evidence()
    left = replace(run, end=replace(run.end, residue=(Residue("fifo", "/home/student/a.lock"),)))

    assert left_behind(left, "./a.lock") == "fifo"
    assert left_behind(left, "b.lock") == ""
