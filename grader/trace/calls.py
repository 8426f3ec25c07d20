"""In: nothing; out: which system calls are traced, under which condition, and how each is decoded."""

from __future__ import annotations

from grader.trace import calls_files, calls_ipc, calls_tasks, calls_time, calls_waits, socket_limits
from grader.trace.context import Spec
from grader.trace.limits import SLEEPS

SPECS: dict[str, Spec] = (
    calls_files.SPECS | calls_tasks.SPECS | calls_ipc.SPECS | calls_time.SPECS | calls_waits.SPECS | socket_limits.SPECS
)

FORKS = frozenset({"fork", "vfork", "clone"})
EXECS = frozenset({"execve", "execveat"})
RESULTLESS = frozenset({"rt_sigreturn"})  # what it returns is a register of the code that was interrupted
# These return an address, or a number of this machine's that the args have a name for.
NAMELESS = frozenset({"mmap", "shmat", "shmget", "semget", "msgget"})
EXITS = frozenset({"exit", "exit_group"})
WAITS = frozenset({"wait4", "waitid"})

# A call that returned without bytes from one of these has not brought the program on, although the model noted that it slept.
FRUITLESS = SLEEPS | frozenset(
    {"poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2", "futex", "rt_sigtimedwait"}
)

# These change an object whose value the model does not hold, so success is progress although the model stays as it was.
FRUITFUL = frozenset({"semop", "semtimedop", "msgsnd", "mq_timedsend", "mq_timedreceive"})
