"""A fault of a plan is what this kernel does when it is driven to it: same events, same output, same descriptors after it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from grader.evidence import Evidence
from grader.model import Args, Event, Fault, Plan
from tests.support.schedules import Workshop

REAL = Path(__file__).parents[2] / "programs" / "faults" / "real"


def run(workshop: Workshop, program: str, *argv: str, faults: tuple[Fault, ...] = (), **plan: object) -> Evidence:
    """One run of a program of tests/programs/faults/real."""
    name = "-".join((program, *argv)).replace("/", "_").replace(" ", "_")
    asked = Plan(name, argv=argv, faults=faults, **plan)  # type: ignore[arg-type]
    return workshop.lab.run(workshop.artifact(REAL / f"{program}.c"), asked)


def missed(evidence: Evidence) -> list[Event]:
    """The faults that never came."""
    return [event for event in evidence.events if event.kind == "missed"]


def struck(evidence: Evidence) -> list[Event]:
    """The calls that a fault was done to."""
    return [event for event in evidence.events if event.kind == "call" and event.args.get("fault")]


def seen(evidence: Evidence, task: str = "", *, without: tuple[str, ...] = ()) -> list[object]:
    """What happened to the program, or to one of its tasks: all but the mark of a fault, and who sent a signal."""
    kept = [event for event in evidence.events if event.kind in {"call", "signal", "exit"}]
    return [
        (event.task, event.kind, event.call, _plain(event.args), event.result, event.error, event.data)
        for event in kept
        if task in {"", event.task} and event.call not in without and event.text("path") != "/absent/argv"
    ]


def _plain(args: Args) -> dict[str, object]:
    """The arguments but for what says where a fault came from, and the one that told the program its part."""
    other = {"fault", "origin", "argv"}
    return {name: value for name, value in args.items() if name not in other}


DESCRIPTORS = (
    "open absent creat shm queue pipe socket socketpair dup fcntl accept eventfd epoll signalfd timerfd memfd".split()
)
CALL = {
    "open": "openat", "absent": "openat", "creat": "openat", "shm": "openat", "queue": "mq_open", "pipe": "pipe2",
    "eventfd": "eventfd2", "epoll": "epoll_create1", "signalfd": "signalfd4", "timerfd": "timerfd_create",
    "memfd": "memfd_create",
}  # fmt: skip
OBJECT = {"open": "/etc/passwd", "absent": "/absent", "creat": "new", "shm": "/dev/shm/new"}
SOCKETS_BEFORE = 2

pytestmark = pytest.mark.long


@pytest.mark.parametrize("operation", DESCRIPTORS)
def test_no_descriptor_left_is_what_rlimit_nofile_does(workshop: Workshop, operation: str) -> None:
    """EMFILE: nothing was opened, made or accepted; the same call succeeds when there is room again."""
    nth = SOCKETS_BEFORE + 1 if operation == "socket" else 1
    fault = Fault("EMFILE", call=CALL.get(operation, operation), object=OBJECT.get(operation, ""), nth=nth)
    real = run(workshop, "descriptors", operation, "real")
    planned = run(workshop, "descriptors", operation, "planned", faults=(fault,))

    assert b"EMFILE" in real.stdout
    assert planned.stdout == real.stdout
    assert seen(planned) == seen(real)
    assert len(struck(planned)) == 1


@pytest.mark.parametrize("operation", [name for name in DESCRIPTORS if name not in {"dup", "fcntl", "queue"}])
def test_no_file_left_is_told_where_no_descriptor_left_is(workshop: Workshop, operation: str) -> None:
    """ENFILE is EMFILE under another name: nothing is made.

    The machine's table of files cannot be filled here without harm to everybody on it (fs.file-max, proc(5)). open(2), socket(2),
    pipe(2), accept(2) and their kin give both errors alike, so a run with ENFILE is held to be the run with EMFILE, which is driven
    to for real above.
    """
    nth = SOCKETS_BEFORE + 1 if operation == "socket" else 1
    process, system = (
        Fault(kind, call=CALL.get(operation, operation), object=OBJECT.get(operation, ""), nth=nth)
        for kind in ("EMFILE", "ENFILE")
    )
    known = run(workshop, "descriptors", operation, "planned", faults=(process,))
    asked = run(workshop, "descriptors", operation, "planned", faults=(system,))

    assert b"ENFILE" in asked.stdout
    assert asked.stdout.replace(b"ENFILE", b"EMFILE") == known.stdout
    assert [_as_emfile(each) for each in seen(asked, without=("write",))] == seen(known, without=("write",))
    assert [event.error for event in struck(asked)] == ["ENFILE"]


def _as_emfile(told: object) -> object:
    """A call with the other name of its error."""
    assert isinstance(told, tuple)
    return tuple("EMFILE" if each == "ENFILE" else each for each in told)


@pytest.mark.parametrize(("operation", "call"), [("fork", "clone"), ("vfork", "vfork"), ("thread", "clone")])
def test_no_task_left_is_what_rlimit_nproc_does(workshop: Workshop, operation: str, call: str) -> None:
    """EAGAIN of fork, vfork and pthread_create: there is no child, and nothing to wait for."""
    real = run(workshop, "tasks", operation, "real")
    planned = run(workshop, "tasks", operation, "planned", faults=(Fault("EAGAIN", call=call),))

    assert b"EAGAIN; children: none" in real.stdout
    assert planned.stdout == real.stdout
    assert seen(planned) == seen(real)


@pytest.mark.parametrize("operation", ["anonymous", "shared memory"])
def test_no_memory_left_is_what_rlimit_as_does(workshop: Workshop, operation: str) -> None:
    """ENOMEM of a shared mapping: it is not there, and comes into being when there is room again."""
    real = run(workshop, "memory", operation, "real")
    planned = run(workshop, "memory", operation, "planned", faults=(Fault("ENOMEM"),))

    assert real.stdout == b"mapped\nENOMEM\nmapped\n"
    assert planned.stdout == real.stdout
    assert seen(planned) == seen(real)


@pytest.mark.parametrize("operation", ["closed", "nothing"])
def test_what_the_kernel_says_before_it_looks_for_memory_is_still_said(workshop: Workshop, operation: str) -> None:
    """EBADF and EINVAL come first: the fault is not done, and its absence is told."""
    real = run(workshop, "memory", operation, "real")
    planned = run(workshop, "memory", operation, "planned", faults=(Fault("ENOMEM"),))

    assert b"ENOMEM" not in real.stdout
    assert planned.stdout == real.stdout
    assert [event.text("why").endswith("which the kernel says first") for event in missed(planned)] == [True]


SPACE = {"write": "write", "behind": "write", "append": "write", "pwrite": "pwrite64", "fallocate": "fallocate"}


@pytest.mark.parametrize("operation", SPACE)
def test_no_space_left_is_what_a_full_tmpfs_does(workshop: Workshop, operation: str) -> None:
    """ENOSPC of shared memory: what fits into the pages it has is written, and nothing more."""
    nth = 2 if operation in {"behind", "append"} else 1
    fault = Fault("ENOSPC", call=SPACE[operation], object="shm /new", nth=nth, times=2)
    real = run(workshop, "space", operation, "real")
    planned = run(workshop, "space", operation, "planned", faults=(fault,))

    assert b"ENOSPC" in real.stdout
    assert planned.stdout == real.stdout
    assert after_now(planned) == after_now(real)


@pytest.mark.parametrize(("operation", "call", "nth"), [("inside", "write", 2), ("ftruncate", "write", 1)])
def test_a_full_tmpfs_still_takes_what_needs_no_new_page(
    workshop: Workshop, operation: str, call: str, nth: int
) -> None:
    """Bytes into pages that the file has, and ftruncate, succeed on a full tmpfs: no fault is done to them."""
    fault = Fault("ENOSPC", call=call, object="shm /new", nth=nth)
    real = run(workshop, "space", operation, "real")
    planned = run(workshop, "space", operation, "planned", faults=(fault,))

    assert f"{operation} -1".encode() not in real.stdout
    assert planned.stdout.split(b"again")[0] == real.stdout.split(b"again")[0]
    assert len(missed(planned)) == 1


@pytest.mark.parametrize(("operation", "call"), [("creat", "openat"), ("mkfifo", "mknodat")])
def test_no_inode_left_is_what_a_full_tmpfs_does(workshop: Workshop, operation: str, call: str) -> None:
    """ENOSPC of what makes a name: run outside any box on a tmpfs that holds its own folder only, and there is no name after it."""
    program = Path(workshop.artifact(REAL / "space.c").folder) / "program"
    folder = workshop.folder / "full"
    folder.mkdir(exist_ok=True)
    mounted = 'mount -t tmpfs -o nr_inodes=1 none "$1" && exec "$2" "$3" real "$1"'
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounted, "-", str(folder), str(program)]
    real = subprocess.run([*words, operation], capture_output=True, check=True)
    planned = run(workshop, "space", operation, "planned", faults=(Fault("ENOSPC", call=call),))

    assert real.stdout == f"{operation} -1 ENOSPC\naccess -1 ENOENT\n".encode()
    assert planned.stdout == real.stdout


SLEEPS = {
    "read": "read", "write": "write", "atomic": "write", "recv": "recvfrom", "poll": "poll", "timed poll": "poll",
    "epoll": "epoll_wait", "accept": "accept", "open": "openat", "wait": "wait4", "pause": "pause",
    "sigsuspend": "rt_sigsuspend", "nanosleep": "clock_nanosleep", "semaphore": "futex", "semop": "semtimedop",
    "msgrcv": "msgrcv", "queue": "mq_timedreceive",
}  # fmt: skip


@pytest.mark.parametrize("operation", SLEEPS)
def test_an_interruption_is_what_a_signal_of_another_process_does(workshop: Workshop, operation: str) -> None:
    """EINTR comes with a handler that ran; a write that has moved something tells how much."""
    fault = Fault("EINTR", process="P0", call=SLEEPS[operation], signal="SIGUSR1")
    real = run(workshop, "interrupted", operation, "real")
    planned = run(workshop, "interrupted", operation, "planned", faults=(fault,))

    assert b"handled 1" in real.stdout
    assert planned.stdout == real.stdout
    assert after_now(planned, "P0") == after_now(real, "P0")
    assert len(struck(planned)) == 1


def test_a_thread_is_interrupted_where_the_first_one_blocks_the_signal(workshop: Workshop) -> None:
    """A signal of a process goes to its first thread, or, if that blocks it, to one that does not (signal(7))."""
    real = run(workshop, "thread", "blocks", "real")
    planned = run(workshop, "thread", "blocks", "planned", faults=(Fault("EINTR", call="read", signal="SIGUSR1"),))
    spared = run(workshop, "thread", "open", "planned", faults=(Fault("EINTR", call="read", signal="SIGUSR1"),))

    assert real.stdout == b"now\nread -1 EINTR handled by the second\n"
    assert planned.stdout == real.stdout
    assert after_now(planned, "P0.2") == after_now(real, "P0.2")
    assert (len(struck(planned)), struck(spared)) == (1, [])
    assert ["first thread" in event.text("why") for event in missed(spared)] == [True]


@pytest.mark.parametrize("operation", ["pause", "poll", "nanosleep", "semop", "msgrcv", "epoll", "sigsuspend"])
def test_sa_restart_saves_no_call_that_the_kernel_never_restarts(workshop: Workshop, operation: str) -> None:
    """These end with EINTR whatever the handler's flags are (signal(7))."""
    fault = Fault("EINTR", process="P0", call=SLEEPS[operation], signal="SIGUSR1")
    real = run(workshop, "interrupted", operation, "real", "restart")
    planned = run(workshop, "interrupted", operation, "planned", "restart", faults=(fault,))

    assert b"EINTR" in real.stdout
    assert after_now(planned, "P0") == after_now(real, "P0")


@pytest.mark.parametrize("operation", ["read", "recv", "accept", "open", "wait", "semaphore", "queue", "atomic"])
def test_what_sa_restart_saves_is_not_interrupted(workshop: Workshop, operation: str) -> None:
    """The kernel goes on with these, so no fault is done to them, and its absence is told."""
    fault = Fault("EINTR", process="P0", call=SLEEPS[operation], signal="SIGUSR1")
    real = run(workshop, "interrupted", operation, "real", "restart")
    planned = run(workshop, "interrupted", operation, "planned", "restart", faults=(fault,))

    assert b"EINTR" not in real.stdout
    assert struck(planned) == []
    assert ["SA_RESTART" in event.text("why") for event in missed(planned)] == [True]


@pytest.mark.parametrize("kind", ["pipe", "socket"])
@pytest.mark.parametrize("way", ["real", "handled"])
def test_a_short_write_is_what_a_stop_or_a_handler_does(workshop: Workshop, kind: str, way: str) -> None:
    """A write that sleeps with a part moved returns that part, also where SA_RESTART is set."""
    real = run(workshop, "short_write", kind, way)
    planned = run(workshop, "short_write", kind, "planned", faults=(Fault("short write", process="P0"),))

    assert 0 < int(real.stdout.split()[1]) < 400_000
    assert planned.stdout == real.stdout
    assert calls_of(planned) == calls_of(real)


def test_a_small_pipe_of_a_plan_is_what_f_setpipe_sz_does(workshop: Workshop) -> None:
    """A non-blocking write of more than fits takes one page, the next one says EAGAIN."""
    real = run(workshop, "small_pipe", "real")
    planned = run(workshop, "small_pipe", "planned", pipe_capacity=4096)

    assert real.stdout == b"now\n4096 -1 EAGAIN; size 4096\n"
    assert planned.stdout == real.stdout
    assert after_now(planned) == after_now(real)


def test_a_short_read_is_what_comes_between_two_writes(workshop: Workshop) -> None:
    """The reader takes one write's bytes; the next read takes the rest."""
    real = run(workshop, "short_read", "real")
    planned = run(workshop, "short_read", "planned", faults=(Fault("short read", object="pipe A"),))

    assert real.stdout == b"2 ab\n3 cde\n"
    assert planned.stdout == real.stdout
    assert reads(planned) == reads(real)
    assert len(struck(planned)) == 1


def test_the_bytes_of_one_write_are_never_parted(workshop: Workshop) -> None:
    """Five bytes that were written at once are read at once: the fault is not done."""
    planned = run(workshop, "short_read", "whole", faults=(Fault("short read", object="pipe A", times=9),))

    assert planned.stdout == b"5 abcde\n"
    assert (len(struck(planned)), len(missed(planned))) == (0, 1)


def test_the_reader_that_is_killed_is_what_a_killed_reader_is(workshop: Workshop) -> None:
    """Its writer is told by EPIPE, and its parent by its status."""
    real = run(workshop, "killed", "real")
    planned = run(workshop, "killed", "planned", faults=(Fault("SIGKILL", process="P1", object="pipe A", nth=3),))

    assert b"Broken pipe\nsignal 9\n" in real.stdout
    assert planned.stdout == real.stdout
    assert seen(planned, "P0") == seen(real, "P0")


def calls_of(evidence: Evidence) -> list[object]:
    """The calls of P0 after its line `now`: not the signals, which it is stopped by or handles, nor what a handler returns to."""
    return [
        call for call in after_now(evidence, "P0", without=("rt_sigreturn",)) if isinstance(call, tuple) and call[2]
    ]


def reads(evidence: Evidence) -> list[object]:
    """What P1 read from its pipe."""
    return [(event.result, event.error, event.data) for event in evidence.reads(by="P1", on="pipe A")]


def after_now(evidence: Evidence, task: str = "", *, without: tuple[str, ...] = ()) -> list[object]:
    """What happened after the line `now`, to the program or to one of its tasks."""
    marker = next(event.n for event in evidence.events if (event.data or b"").startswith(b"now"))
    return seen(Evidence(evidence.header, evidence.events[marker:], evidence.end), task, without=without)
