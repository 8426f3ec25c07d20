"""In: machines that allow more or less; out: the rung that is chosen, with its reasons in words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.box import Box
from grader.errors import CannotDecide
from tests.support.boxes import program

# The filter of the box itself denies new namespaces with EPERM, as a container without privileges does.
_DENIED = """
from grader.box import Box, containment, linux
linux.forgo_privileges()
linux.load_filter(containment())
with Box.open() as box:
    print(box.rung, *box.notes, sep="\\n")
"""


def _open(source: str, **environment: str) -> list[str]:
    """The rung and the notes that a process of its own finds."""
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[3]), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_where_namespaces_are_denied_the_fallback_is_chosen() -> None:
    """The box cannot be made: rung C, and the notes carry the reason."""
    rung, reason, *_ = _open(_DENIED)

    assert rung == "C"
    assert re.match(r"rung C: (bwrap: the box cannot be made|/run/grader: root may not mount anything here): ", reason)


def test_without_bwrap_the_fallback_is_chosen(tmp_path: Path) -> None:
    """The note says what to install."""
    source = "from grader.box import Box\nwith Box.open() as box:\n    print(box.rung, *box.notes, sep='\\n')\n"

    rung, reason, *_ = _open(source, PATH=str(tmp_path))

    assert rung == "C"
    assert reason == "rung C: bwrap: bubblewrap is not installed; install the package bubblewrap"


def test_the_fallback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the argument, or by the variable that the tests of other stages use."""
    with Box.open("C") as asked:
        assert asked.rung == "C"
    monkeypatch.setenv("GRADER_DENY_NAMESPACES", "1")
    with Box.open() as denied:
        assert denied.rung == "C"


def test_a_box_whose_wall_does_not_stand_is_not_used(namespaces: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walls are tried, not trusted: with one down the box of namespaces is not chosen, and the note names it."""
    assert namespaces.rung != "C"
    monkeypatch.setattr("grader.box.namespaces.containment", lambda: b"\x06\x00\x00\x00\x00\x00\xff\x7f")
    with Box.open() as box:
        assert (box.rung, box.notes[0]) == (
            "C",
            "rung C: box: the filter is not in force; see what `grader doctor` says",
        )


def test_where_nothing_contains_a_program_it_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither namespaces nor Landlock: a clear refusal, never an open run."""
    monkeypatch.setattr("grader.box.linux.landlock_version", lambda: 0)

    with pytest.raises(CannotDecide, match="no program can be contained"):
        Box.open("C")


def test_another_processor_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what was found and the ways that work."""
    monkeypatch.setattr("os.uname", lambda: os.uname_result(("Linux", "here", "6.1", "#1", "aarch64")))

    with pytest.raises(CannotDecide, match="Linux x86-64 only, not Linux aarch64; use WSL2"):
        Box.open()


def test_an_old_landlock_makes_the_rung_a_minus(namespaces: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without scopes the box of namespaces still holds, one rung lower, and says why."""
    assert namespaces.rung != "C"
    monkeypatch.setattr("grader.box.linux.landlock_version", lambda: 5)
    with Box.open() as box:
        assert box.rung == "A-"
        assert "process 1 of the box is open to the program: Landlock is older than version 6" in box.notes


def test_without_control_groups_the_rung_is_a_minus(namespaces: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is then bounded for each process only, and the note says so."""
    assert namespaces.rung != "C"
    monkeypatch.setattr("grader.box.cgroup.find", lambda: None)
    with Box.open() as box:
        assert box.rung == "A-"
        assert box.notes == ("memory is limited for each process only: no memory control group can be made here",)


def test_at_rung_c_one_tree_lives_at_a_time(bare: Box, tmp_path: Path) -> None:
    """Without namespaces orphans of two programs could not be told apart."""
    tree = bare.start(program("/bin/true", folder=tmp_path))
    with pytest.raises(RuntimeError, match="destroyed first"):
        bare.start(program("/bin/true", folder=tmp_path))
    tree.destroy()
    bare.start(program("/bin/true", folder=tmp_path)).destroy()
