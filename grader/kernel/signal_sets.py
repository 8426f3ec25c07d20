"""In: nothing; out: the sets of signal names that the model tells apart."""

from __future__ import annotations

UNMASKABLE = frozenset({"SIGKILL", "SIGSTOP"})
"""No mask holds them back (signal(7))."""

IGNORED_BY_DEFAULT = frozenset({"SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT"})
"""Their default action ends nothing (signal(7))."""

NOT_FROM_OUTSIDE = frozenset(
    "SIGCHLD SIGPIPE SIGALRM SIGVTALRM SIGPROF SIGSEGV SIGBUS SIGFPE SIGILL SIGTRAP SIGSYS SIGABRT SIG32 SIG33".split()
)
"""Signals that the tree, a timer or a fault sends, not a person; 32 and 33 are the C library's own (nptl(7))."""
