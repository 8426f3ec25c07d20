"""In: a state and a call or event; out: cheap hints for a scheduler: may it block, may it wake another.

Each hint is True when the model is unsure.
"""

from __future__ import annotations

from grader.kernel.queries import object_of
from grader.kernel.state import State
from grader.kernel.waits import READS, WRITES
from grader.model import Args, Event

INERT = ("file", "dir", "memfd")
INERT_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
NEVER_BLOCKS = frozenset(
    (
        "alarm bind clock_gettime close_range dup dup2 dup3 epoll_create epoll_create1 epoll_ctl eventfd eventfd2"
        " fallocate fstat ftruncate getcwd getegid geteuid getgid getpgid getpgrp getpid getppid getsid getsockname"
        " getsockopt gettid"
        " gettimeofday getuid inotify_init inotify_init1 kill link linkat listen lseek lstat memfd_create mknod"
        " mknodat mmap mprotect mq_getsetattr mq_notify mq_unlink msgctl msgget munmap pidfd_open pidfd_send_signal pipe pipe2"
        " prctl rename renameat renameat2 rmdir rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo"
        " rt_sigreturn rt_tgsigqueueinfo sched_yield semctl semget setitimer setpgid setsid setsockopt shmat shmctl"
        " shmdt shmget shutdown signalfd signalfd4 socket socketpair stat symlink symlinkat tgkill time"
        " timer_create timer_delete timer_settime timerfd_create timerfd_settime tkill truncate uname unlink unlinkat"
    ).split()
)
NEVER_WAKES = frozenset(
    (
        "alarm bind clock_gettime clock_nanosleep epoll_create epoll_create1 eventfd eventfd2 fallocate fstat"
        " ftruncate getpid getppid"
        " gettimeofday inotify_init inotify_init1 memfd_create mknod mknodat mmap mprotect mq_getsetattr msgget munmap nanosleep"
        " pause pidfd_open pipe pipe2 poll ppoll prctl pselect6 rt_sigaction rt_sigpending rt_sigprocmask"
        " rt_sigreturn rt_sigsuspend rt_sigtimedwait select semget setitimer setsid shmat shmdt shmget signalfd"
        " signalfd4 socket socketpair symlink symlinkat time timer_create timerfd_create truncate"
    ).split()
)
CONSUMES = frozenset((*READS, *WRITES))


def may_block(state: State, task: str, call: str, args: Args) -> bool:
    """Whether this call could sleep; False only where it surely cannot."""
    if call in NEVER_BLOCKS or args.get("nonblock") is True:
        return False
    if call in {"wait4", "waitid"}:
        options = args.get("options")
        return not (isinstance(options, tuple) and "WNOHANG" in options)
    if call in {"poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait"}:
        return args.get("timeout") != 0
    if call == "futex":
        op = args.get("op")
        return not (isinstance(op, str) and op.startswith("wake"))
    if call == "fcntl":
        command = args.get("command")
        return not isinstance(command, str) or command.endswith("W") or not command.startswith("F_")
    if call == "ioctl":
        return args.get("request") not in {"FIONBIO", "FIOCLEX", "FIONCLEX", "FIONREAD"}
    if call == "close":
        return _kind(state, task, args) in {"", "socket"}
    if call in CONSUMES and "to" not in args:
        return not _inert(state, task, args)
    return True


def _object(state: State, task: str, args: Args) -> str:
    obj, fd = args.get("object"), args.get("fd")
    if isinstance(obj, str):
        return obj
    return object_of(state, task, fd) if isinstance(fd, int) else ""


def _kind(state: State, task: str, args: Args) -> str:
    return _object(state, task, args).partition(" ")[0]


def _inert(state: State, task: str, args: Args) -> bool:
    """Whether I/O on this descriptor neither sleeps nor wakes: regular files, and devices that are always ready."""
    kind, _, rest = _object(state, task, args).partition(" ")
    return kind in INERT or (kind == "device" and rest in INERT_DEVICES)


def may_wake(event: Event) -> bool:
    """Whether this event could have let another task go on; False only where it surely did not."""
    if event.kind in {"block", "begin", "left", "limit", "deadlock", "missed"}:
        return False
    if event.kind != "call":
        return True
    if event.error:
        return event.call == "close" or event.error in {"EPIPE", "EINTR", "ERESTART"}
    if event.call in NEVER_WAKES:
        return False
    if event.call in CONSUMES and "to" not in event.args:
        kind = event.text("object").partition(" ")[0]
        return kind not in INERT
    return True
