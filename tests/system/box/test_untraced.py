"""In: commands that run untraced, as the compiler does; out: their ends, bounded in every way."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from grader.box import Box, reap
from grader.errors import UsageError
from grader.model import Limits
from tests.support.boxes import program, python


def test_a_command_writes_into_its_folder(box: Box, tmp_path: Path) -> None:
    """It starts in the folder, reads what is there and leaves its result there; stdin and output are passed."""
    (tmp_path / "a.txt").write_text("one")

    done = box.run(
        program("/bin/sh", "-c", "cat a.txt - > b.txt; echo said; echo failed >&2", folder=tmp_path, writable=True),
        b"two",
    )

    assert (done.status, done.output, done.cut) == (0, b"said\nfailed\n", False)
    assert (tmp_path / "b.txt").read_text() == "onetwo"


def test_the_status_of_a_command_is_its_own(box: Box, tmp_path: Path) -> None:
    """An exit status as it is, a signal as 128 and its number."""
    assert box.run(program("/bin/sh", "-c", "exit 3", folder=tmp_path)).status == 3
    assert box.run(program("/bin/sh", "-c", "kill -9 $$", folder=tmp_path)).status == 137


def test_a_flood_of_output_is_cut_and_says_so(box: Box, tmp_path: Path) -> None:
    """The first 256 KiB are kept; the command is not stopped by it."""
    done = box.run(program("/bin/sh", "-c", "yes | head -c 3000000; exit 4", folder=tmp_path))

    assert (done.status, len(done.output), done.cut) == (4, 256 << 10, True)


def test_a_command_that_spins_is_ended_by_its_processor_limit(box: Box, tmp_path: Path) -> None:
    """Seconds of processor time, not of the clock."""
    done = box.run(program("/bin/sh", "-c", "while :; do :; done", folder=tmp_path, limits=Limits(cpu=1)))

    assert done.status == 137


def test_a_command_that_sleeps_is_ended_by_the_last_resort(box: Box, tmp_path: Path) -> None:
    """The wall limit ends what uses no processor time."""
    assert box.run(program("/bin/sleep", "1000", folder=tmp_path, limits=Limits(wall=0.2))).status == 137


def test_a_file_too_large_is_refused(box: Box, tmp_path: Path) -> None:
    """No object file fills the disk."""
    done = box.run(program("/bin/sh", "-c", "head -c 40000000 /dev/zero > big", folder=tmp_path, writable=True))

    assert done.status != 0
    assert (tmp_path / "big").stat().st_size <= 32 << 20


def test_what_a_command_leaves_running_is_ended(box: Box, tmp_path: Path) -> None:
    """A daemon that kept the output open neither delays nor survives the command."""
    source = "if not os.fork():\n    os.setsid()\n    if not os.fork():\n        signal.pause()\n    os._exit(0)\nsay('done')\n"
    command = replace(python(source, tmp_path), writable=True)

    before = list(reap.below(os.getpid()))

    done = box.run(command)

    assert (done.status, done.output) == (0, b'"done"\n')
    assert list(reap.below(os.getpid())) == before


def test_a_command_that_does_not_exist_is_explained(box: Box, tmp_path: Path) -> None:
    """As for a traced program."""
    with pytest.raises(UsageError, match=r"^/box/missing: .*No such file"):
        box.run(program("/box/missing", folder=tmp_path))


def test_a_command_cannot_write_elsewhere(box: Box, tmp_path: Path) -> None:
    """A read-only folder stays as it is."""
    done = box.run(program("/bin/sh", "-c", "touch /box/new", folder=tmp_path))

    assert done.status != 0
    assert not (tmp_path / "new").exists()
