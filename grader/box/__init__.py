"""In: a command and limits; out: a started, contained, stopped process tree and its rung.

How a box of namespaces comes to stand (`namespaces`, rungs A and A-):

1. `launch` forks a child that drops root's identity and becomes bwrap (`bubblewrap`), with an empty environment. bwrap
   makes process 1 of the box, tells us its number, and waits.
2. Process 1 is seized by ptrace and let go. It forks the program, closes what it has open, and is held for good at its
   wait: the box stands until `destroy`, and orphans are reaped by the kernel.
3. The program is stopped at the end of its execve. There its own task is made to take its three pipes from a socket,
   close all else, enter a Landlock domain, and load the trace filter (`arm`). So no process of the box's own ever holds
   a pipe, and no helper program is needed inside.

A program that will be started again and again is started once so, with a few capabilities instead of the denials, and
copied (`zygote`, kept by `nursery`): each copy is in namespaces of its own, makes the calls of step 3 and of the denials
in one go (`script`), and is then like any other.

Without namespaces (`bare`, rung C) the child confines itself with Landlock and the same filter before its execve, and
steps 2 and 3 are the same for a process without a process 1. Which rung holds is found by trying the walls (`probe`).
"""

from grader.box.box import Box
from grader.box.command import HOME, PEERS, PROGRAM, Command, Completed, Lead
from grader.box.filters import ALWAYS, BLINDING, Condition, among, any_bit, containment, given, tracing
from grader.box.numbers import NAMES, NUMBERS
from grader.box.tree import Tree

__all__ = [
    "ALWAYS",
    "BLINDING",
    "HOME",
    "NAMES",
    "NUMBERS",
    "PEERS",
    "PROGRAM",
    "Box",
    "Command",
    "Completed",
    "Condition",
    "Lead",
    "Tree",
    "among",
    "any_bit",
    "containment",
    "given",
    "tracing",
]
