"""In: programs that try to get out of their box; out: each attempt is refused, and nothing of ours is touched.

Where an attempt could succeed for a reason of its own (a closed port, a missing file), the same attempt is first made
outside, where it must work: else the test would prove nothing.
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.box import NUMBERS, Box
from tests.support.boxes import PRELUDE, Watch, lines, python, run

N = NUMBERS


@pytest.fixture
def shared_canary() -> Iterator[str]:
    """A file in the machine's shared memory that everyone may read."""
    with tempfile.NamedTemporaryFile(dir="/dev/shm", prefix="canary-") as file:
        Path(file.name).chmod(0o644)
        yield file.name


def said(box: Box, folder: Path, items: dict[str, str]) -> object:
    """What the program finds for each expression."""
    return run(box, python(lines(items), folder)).said


def test_process_1_keeps_its_environment_memory_and_descriptors(namespaces: Box, tmp_path: Path) -> None:
    """Process 1 of the box is a held copy of the program with nothing open, and Landlock closes it to the program."""
    found = said(
        namespaces,
        tmp_path,
        {
            "environ": 'tried(lambda: open("/proc/1/environ").read())',
            "memory": 'tried(lambda: os.open("/proc/1/mem", os.O_RDWR))',
            "links": '[tried(os.readlink, "/proc/1/" + name) for name in ("exe", "root", "cwd")]',
            "descriptors": 'tried(os.listdir, "/proc/1/fd")',
            "ptrace": f"call({N['ptrace']}, 16, 1, 0, 0)",
            "getfd": f"call({N['pidfd_getfd']}, call({N['pidfd_open']}, 1, 0), 0, 0)",
            "signal": "tried(os.kill, 1, 9)",
        },
    )

    assert found == {
        "environ": "EACCES",
        "memory": "EACCES",
        "links": ["EACCES"] * 3,
        "descriptors": [],
        "ptrace": "EPERM",
        "getfd": "EPERM",
        "signal": "EPERM",
    }


def test_process_1_has_no_environment_but_the_program_s(
    namespaces: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where Landlock is too old to hide it, there is nothing in it."""
    monkeypatch.setenv("GRADER_SECRET", "hunter2")
    tree = namespaces.start(python("", tmp_path))
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in (tree.init, tree.root)]
    tree.destroy()

    assert environments[0] == environments[1]
    assert b"PATH=" in environments[0]
    assert b"hunter2" not in environments[0]


def test_a_box_of_root_s_is_not_root_to_the_kernel(namespaces: Box, tmp_path: Path) -> None:
    """What only real root may write stays closed: the core pattern, the machine's files."""
    tree = namespaces.start(python("", tmp_path))
    owner = Path(f"/proc/{tree.root}").stat().st_uid
    tree.destroy()
    found = said(
        namespaces,
        tmp_path,
        {
            "core": 'tried(os.open, "/proc/sys/kernel/core_pattern", os.O_WRONLY)',
            "shadow": 'tried(os.open, "/etc/shadow", os.O_RDONLY)',
            "capabilities": '[x.split()[1] for x in open("/proc/self/status") if x.startswith("CapEff")]',
        },
    )

    assert owner != 0
    assert found == {"core": "EACCES", "shadow": "ENOENT", "capabilities": ["0" * 16]}


def test_the_network_ends_at_the_box(namespaces: Box, tmp_path: Path) -> None:
    """The box has its own loopback and no other network; ours is not reachable from it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        found = said(
            namespaces,
            tmp_path,
            {
                "outside": 'tried(socket.socket().connect, ("192.0.2.1", 80))',
                "ours": f'tried(socket.socket().connect, ("127.0.0.1", {port}))',
                "families": "[tried(lambda: socket.socket(f, socket.SOCK_RAW).close()) for f in (17, 38, 40)]",
            },
        )

    assert found == {"outside": "ENETUNREACH", "ours": "ECONNREFUSED", "families": ["EAFNOSUPPORT"] * 3}


def test_an_abstract_socket_of_ours_cannot_be_reached(box: Box, tmp_path: Path) -> None:
    """The network namespace (or Landlock's scope) keeps abstract names apart."""
    name = f"\0grader-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as control:
        server.bind(name)
        server.listen()
        control.connect(name)
        found = said(box, tmp_path, {"connect": f"tried(socket.socket(socket.AF_UNIX).connect, {name!r})"})

    assert found == {"connect": "ECONNREFUSED" if box.rung != "C" else "EPERM"}


def test_the_machine_s_shared_memory_is_not_visible(namespaces: Box, tmp_path: Path, shared_canary: str) -> None:
    """/dev/shm is the box's own and empty."""
    assert said(
        namespaces, tmp_path, {"shm": 'os.listdir("/dev/shm")', "canary": f"tried(os.stat, {shared_canary!r})"}
    ) == {
        "shm": [],
        "canary": "ENOENT",
    }


def test_another_submission_cannot_be_read(box: Box, tmp_path: Path) -> None:
    """A folder beside the program's own is not there, or not open."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "solution.py").write_text("secret")
    tmp_path.chmod(0o755)

    found = run(box, python(lines({"other": f"tried(os.listdir, {str(other)!r})"}), tmp_path / "mine")).said

    assert found == {"other": "ENOENT" if box.rung != "C" else "EACCES"}


def test_killing_everyone_reaches_only_the_program_s_own(namespaces: Box, tmp_path: Path) -> None:
    """kill(-1) and kill(0) end the program's processes; process 1, other boxes and we go on."""
    other = namespaces.start(python('sys.stdin.read()\nsay("alive")\n', tmp_path / "other"))
    source = (
        "child = os.fork()\nif not child: signal.pause()\nsay([tried(os.kill, t, 9) for t in (-1, 1)])\nos.kill(0, 9)\n"
    )
    ended = run(namespaces, python(source, tmp_path / "mine"))
    watch = Watch(other)
    other.close_stdin()
    watch.go()
    watch.until_all_end()
    other.destroy()

    assert (ended.out, os.WTERMSIG(ended.status)) == ('[null, "EPERM"]\n', signal.SIGKILL)
    assert bytes(watch.out) == b'"alive"\n'


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (f"call({N['unshare']}, 0x10000000)", "EPERM"),
        (f"call({N['clone']}, 0x10000000 | 17, 0, 0, 0, 0)", "EPERM"),
        (f"call({N['setns']}, 0, 0)", "EPERM"),
        (f"call({N['clone3']}, 0, 0)", "ENOSYS"),
        (f"call({N['mount']}, b't', b'/tmp', b'tmpfs', 0, 0)", "EPERM"),
        (f"call({N['keyctl']}, 0, 0, 0)", "EPERM"),
        (f"call({N['add_key']}, b'user', b'note', b'x', 1, -4)", "EPERM"),
        (f"call({N['bpf']}, 0, 0, 0)", "EPERM"),
        (f"call({N['perf_event_open']}, 0, 0, -1, -1, 0)", "EPERM"),
        (f"call({N['userfaultfd']}, 0)", "EPERM"),
        (f"call({N['memfd_secret']}, 0)", "ENOSYS"),
        (f"call({N['personality']}, 0)", "EPERM"),
        (f"call({N['kcmp']}, 0, 0, 0, 0, 0)", "EPERM"),
        (f"call({N['clock_settime']}, 0, 0)", "EPERM"),
        ("tried(os.mknod, 'disk', 0o60600, 1 << 8)", ("EPERM", "EACCES")),
        ("call(16, 0, 0x5412, b'x')", "EPERM"),
    ],
)
def test_a_call_that_no_exercise_needs_is_refused(box: Box, tmp_path: Path, attempt: str, expected: str) -> None:
    """The refusal is an errno, so that a library can fall back."""
    answer = run(box, python(f"say({attempt})\n", tmp_path)).said

    assert answer in expected if isinstance(expected, tuple) else answer == expected


_OTHER_ABI = """
import mmap
memory = mmap.mmap(-1, 4096, prot=7)
memory.write(bytes.fromhex("{code}"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
say("survived")
"""


@pytest.mark.parametrize(
    "code",
    ["b814000000cd80c3", "b8270000400f05c3"],
    ids=["32-bit calls", "x32 calls"],
)
def test_calls_of_another_abi_end_the_program(box: Box, tmp_path: Path, code: str) -> None:
    """A tracer for x86-64 would misread them: getpid by int 0x80 or with an x32 number is SIGSYS."""
    ended = run(box, python(_OTHER_ABI.replace("{code}", code), tmp_path))

    assert (ended.out, os.WTERMSIG(ended.status)) == ("", signal.SIGSYS)


def test_without_namespaces_the_supervisor_is_out_of_reach(bare: Box, tmp_path: Path) -> None:
    """At rung C we are the same user's process with a number that the program can see; Landlock keeps it off us."""
    us = os.getpid()
    found = said(
        bare,
        tmp_path,
        {
            "signal": f"tried(os.kill, {us}, 0)",
            "environment": f'tried(lambda: open("/proc/{us}/environ").read())',
            "memory": f'tried(lambda: os.open("/proc/{us}/mem", os.O_RDWR))',
            "ptrace": f"call({N['ptrace']}, 16, {us}, 0, 0)",
        },
    )

    assert found == {"signal": "EPERM", "environment": "EACCES", "memory": "EACCES", "ptrace": "EPERM"}


def test_without_namespaces_files_and_the_network_are_closed(bare: Box, tmp_path: Path) -> None:
    """At rung C a program reads the system's and its own files, writes only its home, and opens no connection."""
    with tempfile.NamedTemporaryFile(prefix="canary-") as canary, socket.create_server(("127.0.0.1", 0)) as server:
        Path(canary.name).chmod(0o644)
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        found = said(
            bare,
            tmp_path,
            {
                "read": f"tried(os.open, {canary.name!r}, os.O_RDONLY)",
                "write": f"tried(os.open, {str(tmp_path / 'new')!r}, os.O_WRONLY | os.O_CREAT)",
                "tmp": 'tried(os.open, "/tmp/new", os.O_WRONLY | os.O_CREAT)',
                "home": 'tried(lambda: open("new", "w").close())',
                "connect": f'tried(socket.socket().connect, ("127.0.0.1", {port}))',
            },
        )

    assert found == {"read": "EACCES", "write": "EACCES", "tmp": "EACCES", "home": None, "connect": "EACCES"}


def test_the_prelude_works_outside(capsys: pytest.CaptureFixture[str]) -> None:
    """The control of all these tests: outside, the helper that reports a refusal reports success."""
    exec(PRELUDE + lines({"open": 'tried(lambda: open("/etc/passwd").close())', "pid": f"call({N['getpid']})"}), {})  # noqa: S102 - our own text

    assert capsys.readouterr().out == f'{{"open": null, "pid": {os.getpid()}}}\n'
