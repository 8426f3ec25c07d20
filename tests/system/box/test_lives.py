"""In: programs that fork, stay, or leave things behind; out: nobody holds a pipe for them, nothing of them survives."""

from __future__ import annotations

import os
import select
from dataclasses import replace
from pathlib import Path

import pytest

from grader.box import HOME, Box, Tree, reap
from grader.box.machine import Machine
from grader.errors import UsageError
from grader.model import Limits, Residue
from tests.support.boxes import Watch, program, python, run

_LATE = """
if os.fork() == 0:
    sys.stdin.read()
    say("late")
    os._exit(0)
"""
_DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say("up")
        signal.pause()
    os._exit(0)
os.wait()
"""


def test_output_ends_when_the_program_s_last_process_ends(box: Box, tmp_path: Path) -> None:
    """No process of the box's own holds a pipe, so the end of the output is seen at once."""
    tree = box.start(program("/bin/true", folder=tmp_path))
    watch = Watch(tree)
    watch.go()
    watch.until_all_end()
    read = os.read(tree.stdout, 1)
    tree.destroy()

    assert read == b""


def test_input_ends_when_we_close_it(box: Box, tmp_path: Path) -> None:
    """A program that reads to the end sees it, because nobody else holds the write end."""
    assert run(box, program("/bin/cat", folder=tmp_path), b"all of it").out == "all of it"


def test_a_child_outlives_the_root(box: Box, tmp_path: Path) -> None:
    """The end of the root ends nobody else: the child still reads its input and answers."""
    tree = box.start(python(_LATE, tmp_path))
    watch = Watch(tree)
    watch.go()
    watch.until_root_ends()
    before = bytes(watch.out)
    tree.close_stdin()
    watch.until_all_end()
    tree.destroy()

    assert (before, bytes(watch.out)) == (b"", b'"late"\n')


def test_orphans_that_have_ended_do_not_count_as_tasks(namespaces: Box, tmp_path: Path) -> None:
    """Process 1 reaps: many short orphans one after the other stay far below the limit of tasks."""
    source = """
for _ in range(60):
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.waitpid(child, 0)
say("done")
"""
    assert run(namespaces, python(source, tmp_path, limits=Limits(tasks=4))).said == "done"


def test_destroying_a_tree_ends_a_daemon(box: Box, tmp_path: Path) -> None:
    """A process that left the session and ignores SIGTERM is gone after `destroy`, and so is everything else."""
    tree = box.start(python(_DAEMON, tmp_path))
    watch = Watch(tree)
    watch.go()
    while b"up" not in watch.out:
        watch.attend() if watch.status < 0 else _wait_for_output(watch)
    daemons = watch.live - {tree.root}
    watched = [os.pidfd_open(tid) for tid in daemons]
    tree.destroy()
    tree.destroy()
    gone = select.select(watched, [], [], 0)[0]
    for fd in watched:
        os.close(fd)

    assert daemons
    assert gone == watched


def _wait_for_output(watch: Watch) -> None:
    select.select([watch.tree.stdout], [], [])
    watch.drain()


def test_two_hundred_trees_leave_no_descriptor_and_no_child(box: Box, tmp_path: Path) -> None:
    """Starting and destroying changes nothing of ours."""
    command = program("/bin/true", folder=tmp_path)
    box.start(command).destroy()
    before = _ours()

    for _ in range(200):
        box.start(command).destroy()

    assert _ours() == before


def test_a_failed_start_leaves_no_descriptor_and_no_child(box: Box, tmp_path: Path) -> None:
    """Nor does a program that cannot be started."""
    before = _ours()

    for _ in range(5):
        with pytest.raises(UsageError):
            box.start(program("/box/missing", folder=tmp_path))

    assert _ours() == before


def _ours() -> tuple[set[str], list[int]]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}, list(reap.below(os.getpid()))


def test_two_trees_live_side_by_side(namespaces: Box, tmp_path: Path) -> None:
    """Destroying one tree leaves the other alone."""
    first = namespaces.start(program("/bin/cat", folder=tmp_path))
    second = namespaces.start(program("/bin/cat", folder=tmp_path))
    first.destroy()
    os.write(second.stdin, b"still here")
    second.close_stdin()
    watch = Watch(second)
    watch.go()
    watch.until_all_end()
    second.destroy()

    assert bytes(watch.out) == b"still here"


_LEAVE = """
import mmap
open("/dev/shm/table", "w").close()
open("/dev/shm/sem.gate", "w").close()
libc.syscall(ctypes.c_long(240), b"jobs", 0o102, 0o600, None)
os.mkfifo("lane")
os.mkdir("deep")
os.mkfifo("deep/lane")
os.symlink("/etc", "link")
socket.socket(socket.AF_UNIX).bind("door")
open("notes", "w").close()
"""


_MADE = frozenset({"/dev/shm/table", "/dev/shm/sem.gate", "/dev/mqueue/jobs"})


def _left(box: Box, folder: Path) -> tuple[tuple[Residue, ...], Tree]:
    tree = box.start(python(_LEAVE, folder))
    watch = Watch(tree)
    watch.go()
    watch.until_all_end()
    watch.drain()
    assert bytes(watch.err) == b""
    return tree.residue(_MADE), tree


def test_what_a_program_leaves_is_listed(box: Box, tmp_path: Path) -> None:
    """Shared memory, semaphores, queues, FIFOs, sockets and files, by the names that the program gave them."""
    left, tree = _left(box, tmp_path)
    tree.destroy()
    no_queues = any("queues are closed" in note for note in box.notes)

    assert {*left, *([Residue("queue", "/jobs")] if no_queues else [])} == {
        Residue("shm", "/table"),
        Residue("semaphore", "/gate"),
        Residue("queue", "/jobs"),
        Residue("fifo", f"{HOME}/lane"),
        Residue("fifo", f"{HOME}/deep/lane"),
        Residue("socket", f"{HOME}/door"),
        Residue("file", f"{HOME}/notes"),
    }


def test_nothing_that_a_program_leaves_outlives_its_tree(box: Box, tmp_path: Path) -> None:
    """The next program finds none of it, and neither does the machine."""
    _left(box, tmp_path)[1].destroy()
    looked = run(box, python('say([os.listdir("."), call(240, b"jobs", 0, 0, None)])\n', tmp_path)).said

    assert looked in ([[], "ENOENT"], [[], "ENOSYS"])
    assert not Path("/dev/shm/table").exists()


def test_a_system_v_object_does_not_outlive_its_tree(box: Box, tmp_path: Path) -> None:
    """It is removed by its number; it is not listed, because its number differs from run to run."""
    tree = box.start(python("say(libc.shmget(0x6772616, 4096, 0o1600))\n", tmp_path))
    watch = Watch(tree)
    watch.go()
    watch.until_all_end()
    watch.drain()
    number = int(watch.out)
    left = tree.residue({f"sysv-shm {number}"})
    tree.destroy()
    again = run(box, python("say(tried(libc.shmget, 0x6772616, 4096, 0))\n", tmp_path)).said

    assert (left, again) == ((), -1)


def test_of_the_machine_s_objects_only_those_that_were_seen_made_are_touched(tmp_path: Path) -> None:
    """At rung C other programs of the same user make objects at the same time: theirs are neither listed nor removed."""
    machine = Machine(None, "")
    ours, other = (Path("/dev/shm", f"{name}-{tmp_path.name}-{os.getpid()}") for name in ("ours", "other"))
    for path in (ours, other):
        path.touch()
    left = machine.left({str(ours)})
    machine.clean()
    found = (ours.exists(), other.exists())
    other.unlink()

    assert left == (Residue("shm", f"/{ours.name}"),)
    assert found == (False, True)


def test_a_task_that_the_tracer_does_not_see_is_a_stray(box: Box, tmp_path: Path) -> None:
    """CLONE_UNTRACED hides a child from ptrace, not from the box (the tracer refuses the call; here nobody does)."""
    source = 'if call(56, 0x800000 | 17, 0, 0, 0, 0) == 0:\n    say("hidden")\nsignal.pause()\n'
    tree = box.start(python(source, tmp_path))
    watch = Watch(tree)
    watch.go()
    _wait_for_output(watch)
    while b"hidden" not in watch.out:
        _wait_for_output(watch)
    strays = tree.strays(watch.live)
    alone = tree.strays((*watch.live, *strays))
    tree.destroy()

    assert len(strays) == 1
    assert alone == ()


def test_destroy_ends_a_stray_too(namespaces: Box, tmp_path: Path) -> None:
    """Whom the tracer does not see, the end of process 1 ends."""
    source = 'if call(56, 0x800000 | 17, 0, 0, 0, 0) == 0:\n    say("hidden")\nsignal.pause()\n'
    tree = namespaces.start(python(source, tmp_path))
    watch = Watch(tree)
    watch.go()
    while b"hidden" not in watch.out:
        _wait_for_output(watch)
    hidden = os.pidfd_open(tree.strays()[0])
    tree.destroy()
    gone = select.select([hidden], [], [], 0)[0]
    os.close(hidden)

    assert gone == [hidden]


def test_the_limit_of_tasks_stops_a_fork_bomb(namespaces: Box, tmp_path: Path) -> None:
    """fork fails with EAGAIN a little above the limit that the tracer judges."""
    source = """
made = 0
try:
    while made < 500:
        if os.fork() == 0:
            signal.pause()
        made += 1
except OSError as refused:
    say([errno.errorcode[refused.errno], made])
os.kill(-1, signal.SIGKILL)
"""
    ended = run(namespaces, python(source, tmp_path, limits=Limits(tasks=20)))

    assert ended.said == ["EAGAIN", 34]


def test_limits_of_files_and_descriptors_hold(box: Box, tmp_path: Path) -> None:
    """256 descriptors, files of 32 MiB, and no way to raise a limit again."""
    source = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def fill():
    while True:
        os.dup(0)
fd = os.open("big", os.O_CREAT | os.O_RDWR)
size = tried(os.ftruncate, fd, 1 << 40)
count = tried(fill), len(os.listdir("/proc/self/fd")) if False else resource.getrlimit(resource.RLIMIT_NOFILE)[1]
def raised():
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40))
    except ValueError:
        return "refused"
say([size, count, raised()])
"""
    assert run(box, python(source, tmp_path)).said == ["EFBIG", ["EMFILE", 256], "refused"]


def test_memory_of_all_processes_together_is_limited(namespaces: Box, tmp_path: Path) -> None:
    """Where a control group can be made (rung A), a memory bomb is killed by the kernel, and we know why."""
    source = 'blocks = []\nwhile True:\n    blocks.append(os.write(os.memfd_create("x"), b"a" * (8 << 20)) and b"a" * (8 << 20))\n'
    command = python(source, tmp_path, limits=replace(Limits(), memory=96 << 20))
    tree = namespaces.start(command)
    watch = Watch(tree)
    before = tree.memory_hit()
    watch.go()
    watch.until_all_end()
    hit = tree.memory_hit()
    tree.destroy()

    limited = namespaces.rung == "A"
    assert (before, hit) == (False, limited)
    assert not limited or os.WTERMSIG(watch.status) == 9
