"""In: a program that is started again and again; out: each start is a copy in namespaces of its own, with nothing of another's."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.box import HOME, Box, ptrace
from grader.box.script import SIZE, Page, perform, take_away
from tests.support.boxes import Watch, lines, program, python, run, status_fields

_NAMESPACES = ("pid", "mnt", "ipc", "net")

_LEAVE = f"""
def left():
    shared = libc.shmget(0x1234, 4096, 0o600)
    queue = libc.syscall(ctypes.c_long(240), b"jobs", 2, 0o600, None)
    paths = [path + "/mark" for path in ("/tmp", "/dev/shm", "{HOME}")]
    held = socket.socket(socket.AF_UNIX)
    try:
        held.connect(chr(0) + "door")
        met = True
    except OSError:
        met = False
    processes = sorted(p for p in os.listdir("/proc") if p.isdigit())
    return [shared >= 0, queue >= 0, [os.path.exists(path) for path in paths], met, processes]
before = left()
libc.shmget(0x1234, 4096, 0o1600)
libc.syscall(ctypes.c_long(240), b"jobs", 0o102, 0o600, None)
for path in ("/tmp", "/dev/shm", "{HOME}"):
    open(path + "/mark", "w").close()
door = socket.socket(socket.AF_UNIX)
door.bind(chr(0) + "door")
door.listen()
if os.fork() == 0:
    os.setsid()
    signal.pause()
say([before, left()])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_survives_from_one_start_of_a_program_to_the_next(namespaces: Box, tmp_path: Path) -> None:
    """Shared memory, queues, files, sockets and processes are a run's own; each start finds none, and can make all."""
    command = python(_LEAVE, tmp_path)
    found = []
    for _ in range(3):
        tree = namespaces.start(command)
        watch = Watch(tree)
        watch.go()
        watch.until_root_ends()
        watch.drain()
        tree.destroy()
        found.append(bytes(watch.out))

    assert found[0] == (
        b'[[false, false, [false, false, false], false, ["1", "2"]],'
        b' [true, true, [true, true, true], true, ["1", "2", "3"]]]\n'
    )
    assert found == [found[0]] * 3


def test_a_program_is_the_same_to_itself_in_a_copy_and_in_a_box_made_for_it(namespaces: Box, tmp_path: Path) -> None:
    """Process ids, limits, addresses, environment, folders, signals: what a program can ask for is the same in both."""
    items = {
        "ids": "[os.getpid(), os.getppid(), os.getsid(0), os.getpgrp(), os.getuid(), os.getgid(), os.getgroups()]",
        "maps": 'open("/proc/self/maps").read().splitlines()',
        # The limit on processes counts two more of its user's that are there: what the program can make is the same.
        "limits": '[l for l in open("/proc/self/limits") if not l.startswith("Max processes")]',
        "environment": "dict(os.environ)",
        "folder": "os.getcwd()",
        "folders": '{p: sorted(os.listdir(p)) for p in ("/", "/dev", "/dev/shm", "/tmp", "/etc", os.getcwd())}',
        "file systems": "{p: list(os.statvfs(p))[:3] for p in ('/tmp', '/dev/shm', '.')}",
        "owners": "{p: [os.stat(p).st_mode, os.stat(p).st_uid] for p in ('/tmp', '/dev/shm', '/dev/mqueue', '.', '/proc')}",
        "signals": '[l for l in open("/proc/self/status") if l[:3] in ("Sig", "Shd", "Cap", "NoN", "NSp", "Uma")]',
        "threads": "libc.syscall(186)",
        "network": '[open("/proc/net/dev").read().count("lo:"), socket.create_server(("127.0.0.1", 8000)).getsockname()]',
        "refused": "[call(n, 0, 0, 0, 0, 0) for n in (165, 166, 248, 250, 298, 308, 321, 435)]",
        "name": "[os.uname().nodename, open('/proc/self/comm').read(), os.readlink('/proc/self/exe')]",
    }
    command = python(lines(items), tmp_path)

    with Box.open("anew") as anew:
        assert anew.rung == namespaces.rung
        assert run(namespaces, command).said == run(anew, command).said


def test_each_start_is_in_namespaces_of_its_own(namespaces: Box, tmp_path: Path) -> None:
    """Two starts of one command share neither processes nor mounts, IPC objects or network, with each other or with us."""
    command = program("/bin/cat", folder=tmp_path)
    trees = [namespaces.start(command) for _ in range(2)]
    pids = [os.getpid(), *(tree.root for tree in trees)]
    links = {name: {str(Path(f"/proc/{pid}/ns/{name}").readlink()) for pid in pids} for name in _NAMESPACES}
    for tree in trees:
        tree.destroy()

    assert {name: len(found) for name, found in links.items()} == dict.fromkeys(_NAMESPACES, 3)


def test_a_copy_has_no_capability_and_both_filters(namespaces: Box, tmp_path: Path) -> None:
    """What the way to a copy needs is gone before the program's first instruction, and cannot be had again."""
    names = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
    tree = namespaces.start(program("/bin/cat", folder=tmp_path))
    fields = status_fields(Path(f"/proc/{tree.root}/status").read_text(), names)
    tree.destroy()
    calls = {
        "namespace": "call(272, 0x20000)",
        "user namespace": "call(272, 0x10000000)",
        "mount": 'tried(os.mkdir, "/tmp/x") or call(165, 0, 0, 0, 0, 0)',
        "unmount": "call(166, 0, 0)",
        "clone": "call(56, 0x20000 | 17, 0, 0, 0, 0)",
    }

    assert {fields[name] for name in names[:5]} == {"0" * 16}
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2")
    assert run(namespaces, python(lines(calls), tmp_path)).said == dict.fromkeys(calls, "EPERM")


def test_a_copy_holds_nothing_but_its_pipes_and_maps_nothing_of_ours(namespaces: Box, tmp_path: Path) -> None:
    """The page in which the set-up was done is gone; the stack and the registers are as execve left them."""
    tree = namespaces.start(program("/bin/cat", folder=tmp_path))
    maps = Path(f"/proc/{tree.root}/maps").read_text()
    opened = {path.name for path in Path(f"/proc/{tree.root}/fd").iterdir()}
    tree.destroy()

    assert not [line for line in maps.splitlines() if "rwx" in line or line.startswith("1000000")]
    assert opened == {"0", "1", "2"}


def test_a_zygote_that_was_killed_is_made_anew(namespaces: Box, tmp_path: Path) -> None:
    """Want of memory may end it; the next start is as good as the first."""
    command = program("/bin/echo", "here", folder=tmp_path)
    first = run(namespaces, command)
    held = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _is(path, b"/bin/echo\0here\0")]
    for pid in held:
        os.kill(pid, signal.SIGKILL)

    assert len(held) == 1
    assert run(namespaces, command) == first


def _is(process: Path, line: bytes) -> bool:
    try:
        return (process / "cmdline").read_bytes() == line
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_program_whose_file_has_changed_is_started_as_it_is_now(namespaces: Box, tmp_path: Path) -> None:
    """The same command means the files that are in its folder today."""
    script = tmp_path / "run.sh"
    said = []
    for word in ("one", "two"):
        script.write_text(f"#!/bin/sh\necho {word}\n")
        script.chmod(0o755)
        said.append(run(namespaces, program("/box/run.sh", folder=tmp_path)).out)

    assert said == ["one\n", "two\n"]


def test_calls_that_a_program_is_made_to_make_end_at_the_first_that_fails(namespaces: Box, tmp_path: Path) -> None:
    """The failure names the call and the kernel's reason; what came before it was done, what comes after it was not."""
    tree = namespaces.start(program("/bin/true", folder=tmp_path))
    page = Page()
    moved, missing = page.table([("dup2", 1, 7), ("close", 99), ("dup2", 1, 8)]), page.table([("getpid",)])
    registers = ptrace.registers(tree.root)
    page.map(tree.root)
    page.write(tree.root)
    with pytest.raises(OSError, match="close for the program: Bad file descriptor"):
        perform(tree.root, registers, moved)
    born = perform(tree.root, registers, missing)
    ptrace.set_registers(tree.root, registers)
    take_away(tree.root)
    opened = {path.name for path in Path(f"/proc/{tree.root}/fd").iterdir()}
    after = ptrace.registers(tree.root)
    tree.destroy()

    assert (born, after) == ([], registers)
    assert opened == {"0", "1", "2", "7"}


def test_a_page_that_is_too_full_is_refused() -> None:
    """It is written whole or not at all."""
    with pytest.raises(ValueError, match="bytes do not fit into 65536"):
        Page().place(bytes(SIZE))


def test_what_is_mounted_into_a_fresh_folder_is_seen_each_time(namespaces: Box, tmp_path: Path) -> None:
    """An interpreter's libraries may lie in /tmp, where each start finds nothing else."""
    library = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        library.chmod(0o755)
        (library / "word").write_text("here")
        plain = python(f"say(open('{library}/word').read())", tmp_path)
        command = replace(plain, mounts=(*plain.mounts, str(library)))
        assert [run(namespaces, command).said for _ in range(3)] == ["here"] * 3
    finally:
        shutil.rmtree(library)
