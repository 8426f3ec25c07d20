"""In: a program told as a story (`story.fork("P0", "P1")`); out: the events and the evidence that such a run would leave.

A story keeps the kernel's state as it goes: it knows which object a descriptor is, names pipes in order and proves the
deadlock it claims, so a test cannot tell of something that the kernel model does not see.
"""

from __future__ import annotations

from pathlib import Path

from grader.evidence import Evidence, EvidenceWriter, load
from grader.kernel import State, Wait, deadlocked, initial, object_of, step, wait_of
from grader.model import Arg, Args, End, Event, Header, Plan, Residue

STANDARD = {"0": "stdin", "1": "stdout", "2": "stderr"}


class Story:
    """The events of one run, told call by call. Every method appends one event and returns it."""

    def __init__(self, *argv: str, stdin_open: bool = False) -> None:
        """The root P0 starts with descriptors 0, 1 and 2 on the three pipes of the run."""
        self.argv = argv or ("./program",)
        self.events: list[Event] = []
        self.state: State = initial()
        self.pipes = 0
        self.add("P0", "start", {"fds": STANDARD, "argv": self.argv, "pid": 2, "stdin_open": stdin_open})
        self.add("P0", "begin", {})

    def start(self, task: str, name: str, peer: str = "", stdin: bytes = b"") -> Event:
        """A further program of the plan starts and begins; `peer` is its file if it is the exercise's."""
        fds = {"0": f"stdin of {task}", "1": "stdout", "2": "stderr"}
        args: dict[str, Arg] = {"fds": fds, "argv": (f"./{name}",), "root": name, "input": len(stdin)}
        self.add(task, "start", args | ({"peer": peer} if peer else {}))
        return self.add(task, "begin", {})

    def add(
        self,
        task: str,
        kind: str,
        args: Args,
        call: str = "",
        *,
        result: int | None = None,
        error: str = "",
        data: bytes | None = None,
    ) -> Event:
        """Any event at all; `function` among the args is the event's own."""
        plain = {name: value for name, value in args.items() if name != "function"}
        function = str(args.get("function", ""))
        event = Event(len(self.events) + 1, task, kind, call, plain, result, error, data, function=function)
        self.events.append(event)
        self.state = step(self.state, event)
        return event

    def call(self, task: str, name: str, /, result: int | None = 0, error: str = "", **args: Arg) -> Event:
        """A call that returned; on a descriptor, its object is filled in."""
        fd = args.get("fd")
        if isinstance(fd, int) and "object" not in args:
            args["object"] = object_of(self.state, task, fd)
        return self.add(task, "call", args, name, result=None if error else result, error=error)

    # Pipes and bytes

    def pipe(self, task: str, read: int = 3, write: int = 4, *flags: str) -> str:
        """A new pipe; returns its name."""
        name = f"pipe {chr(ord('A') + self.pipes)}"
        self.pipes += 1
        self.call(task, "pipe2" if flags else "pipe", object=name, read=read, write=write, flags=flags)
        return name

    def close(self, task: str, *fds: int) -> Event:
        """Close one descriptor after the other."""
        return [self.call(task, "close", fd=fd) for fd in fds][-1]

    def dup2(self, task: str, fd: int, to: int) -> Event:
        """Make `to` another name of `fd`."""
        return self.call(task, "dup2", fd=fd, to=to, result=to)

    def write(self, task: str, fd: int, data: bytes = b"hello\n", error: str = "") -> Event:
        """A write that took all of `data`, or failed."""
        return self._moved(task, "write", fd, data, error)

    def read(self, task: str, fd: int, data: bytes = b"hello\n", error: str = "") -> Event:
        """A read that gave `data`, or failed."""
        return self._moved(task, "read", fd, data, error)

    def eof(self, task: str, fd: int) -> Event:
        """A read that saw end-of-file."""
        return self.read(task, fd, b"")

    def poll(self, task: str, *fds: int, ready: str = "") -> Event:
        """A poll for input on some descriptors; `ready` is what it reports of the first."""
        listed = tuple(
            {
                "fd": fd,
                "object": object_of(self.state, task, fd),
                "events": ("POLLIN",),
                "revents": (ready,) if ready and index == 0 else (),
            }
            for index, fd in enumerate(fds)
        )
        return self.call(task, "poll", fds=listed, timeout=None, result=1 if ready else 0)

    def open(self, task: str, path: str, fd: int, flag: str, obj: str = "") -> Event:
        """Open a file or FIFO."""
        return self.call(task, "openat", path=path, flags=(flag,), object=obj or f"file {path}", result=fd)

    def _moved(self, task: str, name: str, fd: int, data: bytes, error: str) -> Event:
        obj = object_of(self.state, task, fd)
        if error:
            return self.add(task, "call", {"fd": fd, "object": obj, "count": len(data)}, name, error=error)
        count = len(data) if name == "write" else 4096
        args: Args = {"fd": fd, "object": obj, "count": count}
        return self.add(task, "call", args, name, result=len(data), data=data)

    # Processes

    def fork(self, task: str, child: str, call: str = "fork") -> Event:
        """A new process."""
        return self.call(task, call, result=None, child=child, thread=False, shares=(), pid=None)

    def execute(self, task: str, *argv: str, error: str = "") -> Event:
        """The process runs another program."""
        return self.call(task, "execve", path=argv[0], argv=argv, error=error)

    def exit(self, task: str, code: int = 0) -> Event:
        """The process ends by itself."""
        self.call(task, "exit_group", result=None, code=code)
        return self.add(task, "exit", {"code": code})

    def killed(self, task: str, signal: str, origin: str = "outside") -> Event:
        """A signal kills the process."""
        self.add(task, "signal", {"signal": signal, "action": "default", "origin": origin})
        return self.add(task, "exit", {"signal": signal})

    def wait(self, task: str, child: str, status: str = "exited 0") -> Event:
        """The process reaps a child."""
        return self.call(task, "wait4", pid="any", options=(), child=child, status=status, result=1)

    def handle(self, task: str, signal: str, action: str = "handler", *flags: str) -> Event:
        """The process says what a signal does to it."""
        return self.call(task, "rt_sigaction", signal=signal, action=action, flags=flags, mask=())

    # Sleeping

    def blocks_reading(self, task: str, fd: int) -> Event:
        """It sleeps in read."""
        return self.blocks(task, "read", fd=fd, object=object_of(self.state, task, fd), count=4096)

    def blocks_writing(self, task: str, fd: int) -> Event:
        """It sleeps in write: the pipe is full."""
        return self.blocks(task, "write", fd=fd, object=object_of(self.state, task, fd), count=4096)

    def blocks_waiting(self, task: str) -> Event:
        """It sleeps in wait4 for any child."""
        return self.blocks(task, "wait4", pid="any", options=())

    def blocks(self, task: str, call: str, /, **args: Arg) -> Event:
        """It sleeps in any call."""
        return self.add(task, "block", args, call)

    def deadlock(self) -> Event:
        """The proof, as the kernel model gives it. Raises AssertionError when the model does not prove it."""
        proof = deadlocked(self.state)
        assert len(proof) == len(self.state.tasks), f"no deadlock: {[wait_of(self.state, t) for t in self.state.tasks]}"
        return self.add("outside", "deadlock", {"waits": tuple(map(_told, proof))})

    def left(self, type_: str, name: str) -> Event:
        """An object outlives the run."""
        return self.add("outside", "left", {"type": type_, "name": name})

    # The evidence

    def evidence(self, outcome: str = "", *, complete: bool = True, language: str = "any") -> Evidence:
        """The evidence of the run; the outcome is what the root's last event says unless another is named."""
        left = tuple(Residue(e.text("type"), e.text("name")) for e in self.events if e.kind == "left")
        end = next((e for e in self.events if e.kind == "exit" and e.task == "P0"), None)
        proved = any(e.kind == "deadlock" for e in self.events)
        natural = "deadlock" if proved and end is None else "blocked" if end is None else "exited"
        signal = end.text("signal") if end else ""
        status = end.number("code") if end and not signal else None
        lost = () if complete else ("a task was not traced",)
        outcome = outcome or ("signalled" if signal else natural)
        last = End(outcome, status, signal, complete=complete, lost=lost, residue=left, events=len(self.events))
        return Evidence(Header(self.argv, language, Plan("default"), "A"), tuple(self.events), last)

    def stored(self, path: Path) -> Evidence:
        """The evidence after a way through a file."""
        told = self.evidence()
        with EvidenceWriter(path, told.header) as writer:
            for event in told.events:
                writer.add(event)
            writer.finish(told.end)
        return load(path)


def _told(wait: Wait) -> Args:
    """One wait as a deadlock event tells it."""
    providers = tuple(sorted(wait.providers))
    return {"task": wait.task, "call": wait.call, "object": ", ".join(wait.objects), "providers": providers}
