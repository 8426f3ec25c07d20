"""In: programs in a box; out: they start held, with exactly what was promised to them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from grader.box import ALWAYS, HOME, NUMBERS, Box, ptrace, tracing
from grader.errors import UsageError
from tests.support.boxes import Watch, lines, program, python, run, status_fields


def test_a_started_program_is_held_before_its_first_instruction(box: Box, tmp_path: Path) -> None:
    """After `start` the program is the one asked for, stopped for its tracer, and has printed nothing."""
    tree = box.start(program("/bin/echo", "hello", folder=tmp_path))

    state = status_fields(Path(f"/proc/{tree.root}/status").read_text(), ("Name", "State", "TracerPid"))
    watch = Watch(tree)
    watch.drain()
    held = bytes(watch.out)
    watch.go()
    watch.until_all_end()
    tree.destroy()

    assert state == {"Name": "echo", "State": "t (tracing stop)", "TracerPid": str(os.getpid())}
    assert (held, bytes(watch.out), watch.status) == (b"", b"hello\n", 0)


def test_a_program_has_three_pipes_and_nothing_else_open(box: Box, tmp_path: Path) -> None:
    """Descriptors 0, 1 and 2 are pipes; nothing of ours is inherited."""
    source = 'say({fd: os.readlink("/proc/self/fd/" + fd)[:5] for fd in os.listdir("/proc/self/fd")[:3]})\n'
    inherited = os.dup(2)
    os.set_inheritable(inherited, True)

    tree = box.start(program("/bin/true", folder=tmp_path))
    open_at_start = {path.name for path in Path(f"/proc/{tree.root}/fd").iterdir()}
    tree.destroy()
    os.close(inherited)

    assert open_at_start == {"0", "1", "2"}
    assert run(box, python(source, tmp_path)).said == {"0": "pipe:", "1": "pipe:", "2": "pipe:"}


def test_a_program_inherits_no_ignored_and_no_blocked_signal(box: Box, tmp_path: Path) -> None:
    """Python ignores SIGPIPE and we may block signals; the program starts with the kernel's defaults."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        ended = run(box, program("/bin/cat", "/proc/self/status", folder=tmp_path))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    fields = status_fields(ended.out, ("SigBlk", "SigIgn", "SigCgt"))
    assert set(fields.values()) == {"0" * 16}


def test_the_environment_is_the_box_s_own(namespaces: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of our environment reaches the program."""
    monkeypatch.setenv("GRADER_SECRET", "hunter2")

    ended = run(namespaces, program("/usr/bin/env", folder=tmp_path, environment={"EXTRA": "1"}))

    assert dict(line.split("=", 1) for line in ended.out.splitlines()) == {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": HOME,
        "PWD": HOME,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "EXTRA": "1",
    }


def test_a_program_is_process_2_and_leads_its_own_session(namespaces: Box, tmp_path: Path) -> None:
    """Not process 1 (which ignores its own signals); a signal to its group reaches only its own processes."""
    tree = namespaces.start(program("/bin/true", folder=tmp_path))
    inside = tree.pid_in_box(tree.root)
    tree.destroy()
    ended = run(namespaces, python(lines({"ids": "[os.getpid(), os.getppid(), os.getsid(0), os.getpgrp()]"}), tmp_path))

    assert inside == 2
    assert ended.said == {"ids": [2, 1, 2, 2]}


def test_the_program_folder_is_read_only_and_the_home_is_writable(namespaces: Box, tmp_path: Path) -> None:
    """Only the home, /tmp and shared memory can be written."""
    items = {
        path: f'tried(lambda: open("{path}/new", "w").close())'
        for path in ("/box", "/", "/usr", "/etc", "/dev", "/dev/shm", "/tmp", HOME)
    }

    said = run(namespaces, python(lines(items), tmp_path)).said

    refused = dict.fromkeys(("/box", "/", "/usr", "/etc", "/dev"), "EROFS")
    assert said == {**refused, "/dev/shm": None, "/tmp": None, HOME: None}


def test_two_starts_have_the_same_addresses(namespaces: Box, tmp_path: Path) -> None:
    """Address space randomisation is off."""
    command = program("/bin/sh", "-c", "cat /proc/self/maps", folder=tmp_path)

    assert run(namespaces, command).out == run(namespaces, command).out


def test_the_trace_filter_holds_from_the_first_instruction(box: Box, tmp_path: Path) -> None:
    """The first call that the program makes (brk, in its loader) stops for the tracer."""
    tree = box.start(program("/bin/true", folder=tmp_path, trace_filter=tracing({"brk": ALWAYS})))
    ptrace.resume(tree.root)
    status = ptrace.wait(tree.root)
    number = ptrace.entry(tree.root).number
    tree.destroy()

    assert status is not None
    assert (status >> 16, number) == (ptrace.EVENT_SECCOMP, NUMBERS["brk"])


def test_a_program_that_does_not_exist_is_explained(box: Box, tmp_path: Path) -> None:
    """The message names the program as it was asked for and the kernel's reason."""
    with pytest.raises(UsageError, match=r"^/box/missing: .*No such file or directory"):
        box.start(program("/box/missing", folder=tmp_path))


def test_a_file_that_is_no_program_is_explained(box: Box, tmp_path: Path) -> None:
    """A file without the right to execute it is refused as the kernel refuses it."""
    (tmp_path / "notes").write_text("no program")

    with pytest.raises(UsageError, match=r"^/box/notes: .*Permission denied"):
        box.start(program("/box/notes", folder=tmp_path))


def test_a_folder_that_only_its_owner_may_enter_can_be_run_from(box: Box, tmp_path: Path) -> None:
    """A submission in a private folder runs, also when root's box runs as a spare user."""
    command = python('say("ran")\n', tmp_path / "private")
    (tmp_path / "private").chmod(0o700)
    (tmp_path / "private" / "program.py").chmod(0o600)

    assert run(box, command).said == "ran"


def test_a_mount_that_would_hide_the_box_is_refused(namespaces: Box, tmp_path: Path) -> None:
    """A further folder may not cover what the box itself is made of."""
    with pytest.raises(UsageError, match=r"^/proc: would hide"):
        namespaces.start(program("/bin/true", folder=tmp_path, mounts=("/proc",)))


def test_the_input_pipe_has_the_capacity_that_was_asked_for(box: Box, tmp_path: Path) -> None:
    """A plan may set the size of stdin's pipe."""
    source = lines({"size": "__import__('fcntl').fcntl(0, 1032)"})

    assert run(box, python(source, tmp_path, stdin_capacity=8192)).said == {"size": 8192}
