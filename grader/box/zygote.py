"""In: a program held before its first instruction, in a box; out: copies of it, each in namespaces of its own, ready to run.

To make a box and execute a program anew for each schedule costs more than the run. So the program is started once and kept, as a
zygote: it never goes on. For each run

1. it makes a process 1: a copy of itself in new process, mount, IPC and network namespaces, which mounts a fresh /proc,
   /dev/mqueue, /dev/shm, /tmp and home over those that it has inherited, so that no run ever sees what another one has written;
2. process 1 makes process 2, the program, and is held for good, as it is in a box that is made anew;
3. the program takes its pipes and loses, before its first instruction, all that the zygote still had: the capabilities, which
   reach no further than the box's own user namespace, and the right to make what the filter of `containment` forbids.

When process 1 is killed, the kernel ends the namespaces with all that is in them. Sources: clone(2), pid_namespaces(7),
mount_namespaces(7), capabilities(7).
"""

from __future__ import annotations

import os
import resource
import struct
from collections.abc import Sequence
from pathlib import Path

from grader.box import linux, ptrace
from grader.box.bubblewrap import FRESH
from grader.box.command import HOME
from grader.box.launch import FIRST
from grader.box.script import Call, Page, Table, perform, take_away
from grader.box.stops import until
from grader.box.tree import end_box
from grader.frozen import dataclass

CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETPCAP")
"""What a zygote keeps, within the user namespace of its box: to make namespaces, to mount, to bring up the loopback device."""

_NUMBERS = (21, 12, 8)
ALSO_THERE = 2
"""Tasks of the same user that a copy has beside it, and a program in a box of its own has not: the zygote and its process 1."""

_ALL = (1 << 32) - 1
_NEW = 0x20000000 | 0x00020000 | 0x08000000 | 0x40000000  # CLONE_NEWPID, NEWNS, NEWIPC, NEWNET
_CLONE_PARENT = 0x8000  # the box's own process 1 reaps it, as it does all orphans
_SIGCHLD, _SIG_IGN = 17, 1
_MS_NOEXEC = 8
_FLAGS = linux.MS_NOSUID | linux.MS_NODEV
_PR_CAPBSET_DROP, _PR_GET_TID_ADDRESS = 24, 40
_SET_MODE_FILTER = 1
_SIOCSIFFLAGS, _UP_AND_RUNNING = 0x8914, 0x41
_INET, _DATAGRAM = 2, 2
_CAPABILITY_VERSION = 0x20080522
_MESSAGE = struct.Struct("<QI4xQQQQi4x")  # struct msghdr: name, length, iov, count, control, length, flags
_CONTROL = 32  # CMSG_SPACE of three descriptors
_SYSCALL = 2  # the length of the instruction


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for each program of a box: the limit on tasks (None: no limit), its Landlock domain, the filters in their order.

    `scopes` is the domain (empty: none). `further`: there will be programs beside the first one, and process 1 keeps its socket.
    """

    tasks: int | None
    scopes: bytes
    containment: bytes
    tracing: bytes
    further: bool = False


class Zygote:
    """A program that is held for good and copied. All methods raise OSError when the kernel refuses, ESRCH when it was killed."""

    def __init__(self, tid: int, terms: Terms) -> None:
        """Take over a program whose box was made with CAPABILITIES; the socket is its descriptor FIRST."""
        self.tid = tid
        self._terms = terms
        self._led = False
        self._tables: tuple[Table, Table, Table] | None = None
        self._registers: dict[str, int] = {}
        self._again: dict[str, int] = {}

    @property
    def led(self) -> bool:
        """Whether it has gone on after its execve, under the trace filter, which all its copies then have."""
        return self._led

    @property
    def alive(self) -> bool:
        """Whether it is still held where it was: one that was killed is on its way, or has a stop at its end to report."""
        try:
            line = Path(f"/proc/{self.tid}/stat").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return line.rpartition(b") ")[2][:1] == b"t" and ptrace.wait(self.tid, ptrace.WALL | os.WNOHANG) is None

    def settle(self, *, leads: bool) -> None:
        """Close what the program was started with but its socket, and bar the way to further capabilities.

        `leads`: it is to go on for a while under the trace filter, with the pipes that wait in its socket. The page then stays, as
        none can be mapped from where a call is held at its entry.
        """
        page = Page()
        calls: list[Call] = [("close_range", 3, FIRST - 1, 0), ("close_range", FIRST + 1, _ALL, 0)]
        calls += [("prctl", _PR_CAPBSET_DROP, number, 0, 0, 0) for number in _NUMBERS]
        if leads:
            calls += _taken(page, FIRST - 1)
            calls += filtered(page, self._terms.tracing)
            self._led = True
        table = page.table(calls)
        registers = ptrace.registers(self.tid)
        page.map(self.tid)
        page.write(self.tid)
        perform(self.tid, registers, table)
        ptrace.set_registers(self.tid, registers)
        if not leads:
            take_away(self.tid)

    def freeze(self) -> None:
        """It goes no further: every copy begins where it is now, before the call at whose entry it is, if it was led on."""
        self._registers = ptrace.registers(self.tid)
        self._again = dict(self._registers)
        own: list[Call] = []
        if self._led:
            call = self._registers["orig_rax"]
            self._again |= {"rip": self._registers["rip"] - _SYSCALL, "rax": call, "orig_rax": (1 << 64) - 1}
            own = self._thread_s_own()
        else:
            Page.map(self.tid)
        page = Page()
        zygote = page.table([("clone", _NEW | _CLONE_PARENT | _SIGCHLD, 0, 0, 0, 0)])
        nested = page.table(_first_of_its_own(page, further=self._terms.further))
        filters = [self._terms.containment, *([] if self._led else [self._terms.tracing])]
        program = page.table([*_program(page, self._terms), *own, *confined(page, filters, self._terms.scopes)])
        page.write(self.tid)
        self._tables = (zygote, nested, program)

    def _thread_s_own(self) -> list[Call]:
        """What the C library has told the kernel of the thread, and a copy does not inherit (clone(2), set_robust_list(2))."""
        page = Page()
        at = page.place(bytes(32))
        asked = page.table([("get_robust_list", 0, at, at + 8), ("prctl", _PR_GET_TID_ADDRESS, at + 16, 0, 0)])
        page.write(self.tid)
        perform(self.tid, self._registers, asked)
        robust, size, number = struct.unpack("<3Q", ptrace.read(self.tid, at, 24))
        return [("set_robust_list", robust, size), ("set_tid_address", number)]

    def copy(self) -> tuple[int, int]:
        """(process 1, program) of a new run: the program is held where the zygote is, with the pipes that wait in its socket."""
        assert self._tables is not None
        zygote, nested, program = self._tables
        (init,) = perform(self.tid, self._registers, zygote)
        try:
            until(init, ptrace.EVENT_STOP)
            (tid,) = perform(init, self._registers, nested)
            until(tid, ptrace.EVENT_STOP)
            perform(tid, self._registers, program)
            ptrace.set_registers(tid, self._again)
            take_away(tid)
        except BaseException:
            end_box(0, init)
            raise
        return init, tid


def _taken(page: Page, last: int) -> list[Call]:
    """Receive the three pipes that wait in the socket as 0, 1, 2, and close all others up to `last`."""
    # They get the lowest free numbers; were there fewer than three, one of these calls would fail.
    moved: list[Call] = [("dup2", source, target) for target, source in enumerate((3, 4, 5))]
    return [received(page, FIRST), *moved, ("close_range", 3, last, 0)]


def received(page: Page, fd: int) -> Call:
    """Receive the three pipes that wait in the socket `fd`: they get the lowest free numbers."""
    control, byte = page.place(bytes(_CONTROL)), page.place(b"\0")
    vector = page.place(struct.pack("<QQ", byte, 1))
    header = page.place(_MESSAGE.pack(0, 0, vector, 1, control, _CONTROL, 0))
    return ("recvmsg", fd, header, 0)


def filtered(page: Page, program: bytes) -> list[Call]:
    """Load a seccomp filter, if there is one."""
    if not program:
        return []
    head = struct.pack("<H6xQ", len(program) // 8, page.place(program))
    return [("seccomp", _SET_MODE_FILTER, 0, page.place(head))]


def _first_of_its_own(page: Page, *, further: bool) -> list[Call]:
    """What the new process 1 does: its own view of everything that a run can change, then the program, then nothing any more.

    `further`: it keeps the socket, through which it will be given the pipes of further programs.
    """
    calls: list[Call] = []
    for folder, size in FRESH.items():
        mode = "0755" if folder == HOME else "1777"
        options = page.text(f"mode={mode},size={size}")
        kind = page.text("tmpfs")
        calls.append(("mount", kind, page.text(folder), kind, _FLAGS, options))
    proc, queues = page.text("proc"), page.text("mqueue")
    calls.append(("mount", proc, page.text("/proc"), proc, _FLAGS | _MS_NOEXEC, 0))
    calls.append(("mount", queues, page.text("/dev/mqueue"), queues, 0, 0))
    loopback = page.place(struct.pack("<16sh22x", b"lo", _UP_AND_RUNNING))
    # The socket's number is the lowest free one.
    calls += [("socket", _INET, _DATAGRAM, 0), ("ioctl", 3, _SIOCSIFFLAGS, loopback), ("close", 3)]
    # The folder that it was in lies under the new home.
    calls += [("chdir", page.text(HOME)), ("clone", _SIGCHLD, 0, 0, 0, 0)]
    # Ignored, the kernel itself reaps the orphans it is given.
    ignored = page.place(struct.pack("<QQQQ", _SIG_IGN, 0, 0, 0))
    closed: list[Call] = [("close_range", 0, FIRST - 1, 0), ("close_range", FIRST + 1, _ALL, 0)]
    return [*calls, ("rt_sigaction", _SIGCHLD, ignored, 0, 8), *(closed if further else [("close_range", 0, _ALL, 0)])]


def _program(page: Page, terms: Terms) -> list[Call]:
    """What the program may keep: three pipes, a session of its own, a limit on tasks."""
    calls = [*_taken(page, _ALL), ("setsid",)]
    if terms.tasks is not None:
        bound = page.place(struct.pack("<QQ", terms.tasks, terms.tasks))
        calls.append(("prlimit64", 0, resource.RLIMIT_NPROC, bound, 0))
    return calls


def confined(page: Page, filters: Sequence[bytes], scopes: bytes) -> list[Call]:
    """What binds the program for ever: a Landlock domain (empty: none), no capability, the filters."""
    calls: list[Call] = []
    if scopes:
        # No descriptor but 0, 1, 2 is open.
        calls.append(("landlock_create_ruleset", page.place(scopes), len(scopes), 0))
        calls += [("landlock_restrict_self", 3, 0), ("close", 3)]
    none = page.place(struct.pack("<Ii6I", _CAPABILITY_VERSION, 0, 0, 0, 0, 0, 0, 0))
    calls.append(("capset", none, none + 8))
    for program in filters:
        calls += filtered(page, program)
    return calls
