"""In: a program, a plan and a folder as JSON; out: there, the evidence of one run and what strace wrote of another.

Run as `python -m tests.system.trace.beside`, in a process of its own. Both runs stand in boxes of the same kind, with the
same arguments, environment, current folder and limits; strace is the parent of the program in its own.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from grader.box import Box, Command, Tree, ptrace
from grader.evidence import EvidenceWriter
from grader.evidence.codec import from_json
from grader.model import Artifact, Header, Plan, Stimulus
from grader.trace import Fair, ticking, trace, traced_calls
from grader.trace.streams import Streams
from tests.support.strace import OPTIONS
from tests.support.strace_args import READERS

STRACE = "/usr/bin/strace"
OUTPUT, EVIDENCE = "strace.txt", "evidence.jsonl"
PATIENCE = 10  # milliseconds between two looks whether the program sleeps


@dataclass
class Outside:
    """What is around the program while strace traces it: its input, its output, and the plan's stimuli."""

    tree: Tree
    plan: Plan
    streams: Streams = field(init=False)
    done: int = 0

    def __post_init__(self) -> None:
        """Fill stdin as far as it goes, like the tracer."""
        keep = self.plan.stdin_open or any(each.action in ("write", "close") for each in self.plan.stimuli)
        self.streams = Streams(self.tree, self.plan.stdin, keep_open=keep, limit=self.plan.limits.output)

    def until_end(self) -> None:
        """Attend to the program until strace, the root, has ended."""
        root = os.pidfd_open(self.tree.root)
        poll = select.poll()
        for fd in (root, self.tree.stdout, self.tree.stderr):
            poll.register(fd, select.POLLIN)
        try:
            while root not in (ready := dict(poll.poll(PATIENCE))):
                for fd, what in ready.items():
                    if what & select.POLLHUP:
                        poll.unregister(fd)
                self.streams.drain()
                self.streams.feed()
                self.act()
        finally:
            os.close(root)
        self.streams.drain()

    def act(self) -> None:
        """Do the next stimulus if its state holds."""
        if self.done == len(self.plan.stimuli):
            return
        stimulus = self.plan.stimuli[self.done]
        text = stimulus.when.printed or (stimulus.when.call if stimulus.when.state == "printed" else "")
        if text.encode() not in self.streams.output("stdout"):
            return
        program = _child(self.tree.root)
        if stimulus.when.state == "quiet" and not asleep(program):
            return
        self.done += 1
        self.perform(stimulus, program)

    def perform(self, stimulus: Stimulus, program: int) -> None:
        """A signal to the program, bytes for it, or their end."""
        if stimulus.action == "signal":
            os.kill(program, signal.Signals[stimulus.signal])
        elif stimulus.action == "write":
            self.streams.write(stimulus.data)
            self.streams.feed()
        else:
            self.streams.finish()
            self.streams.feed()


def _child(pid: int) -> int:
    """The newest child of strace: the program."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])


def asleep(pid: int) -> bool:
    """Whether a process sleeps in a call for good: in the same one at two looks, and strace does not hold it."""
    return _sleeps(pid) and _sleeps(pid)


def _sleeps(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        return state == "S" and not Path(f"/proc/{pid}/syscall").read_text().startswith(("running", "-1"))
    except OSError:
        return False


def under_strace(box: Box, artifact: Artifact, plan: Plan, folder: Path) -> None:
    """One run, of which strace writes into `folder`."""
    calls = ",".join(f"?{name}" for name in (*READERS, "restart_syscall", "clone3"))
    words = (STRACE, *OPTIONS, "-e", f"trace={calls}", "-o", f"/box/{OUTPUT}", *artifact.argv, *plan.argv)
    tree = box.start(Command(words, str(folder), plan.limits, mounts=artifact.mounts, writable=True))
    try:
        ptrace.detach(tree.root)
        Outside(tree, plan).until_end()
    finally:
        tree.destroy()


def under_tracer(box: Box, artifact: Artifact, plan: Plan, folder: Path, evidence: Path) -> None:
    """One run, with its evidence."""
    argv = (*artifact.argv, *plan.argv)
    command = Command(
        argv, str(folder), plan.limits, mounts=artifact.mounts, writable=True, trace_filter=traced_calls()
    )
    with EvidenceWriter(evidence, Header(argv, artifact.language, plan, box.rung, "")) as writer:
        writer.finish(trace(box.start(command), argv, plan, Fair(), writer.add))


def both(request: dict[str, object]) -> None:
    """Both runs, each in a fresh copy of the program's folder, below the folder that the answer goes to."""
    artifact, plan = from_json(Artifact, request["artifact"]), from_json(Plan, request["plan"])
    target = Path(str(request["folder"]))
    copies = [Path(shutil.copytree(artifact.folder, target / each)) for each in ("tracer", "strace")]
    with Box.open() as box:
        ticking()
        under_tracer(box, artifact, plan, copies[0], target / EVIDENCE)
        ticking(on=False)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        under_strace(box, artifact, plan, copies[1])


if __name__ == "__main__":
    both(json.loads(sys.stdin.read()))
