"""In: what went wrong and what to do about it; out: the exceptions that a person may see, each with its exit status.

Every error carries three things: where (a file, a line, a name), the fault, and the next action. Nothing below
`grader.cli` prints; the command line turns an error into one message and the exit status.
"""

from __future__ import annotations

__all__ = [
    "BuildFailed",
    "CannotDecide",
    "DivergedReplay",
    "EvidenceInvalid",
    "GraderError",
    "TracerLost",
    "UsageError",
]


class GraderError(Exception):
    """Any fault that grader itself explains; never a student's failure.

    `fault` says what is wrong, `where` names the file, line or option, `action` says what to do next.
    `status` is the exit status of the command (design: 2 wrong usage or unreadable input, 3 could not decide).
    """

    status = 3

    def __init__(self, fault: str, *, where: str = "", action: str = "") -> None:
        """Keep the three parts of the message apart, so that each output can lay them out in its own way."""
        super().__init__(fault)
        self.fault = fault
        self.where = where
        self.action = action

    def __str__(self) -> str:
        """One line: `where: fault; action`."""
        text = f"{self.where}: {self.fault}" if self.where else self.fault
        return f"{text}; {self.action}" if self.action else text


class UsageError(GraderError):
    """The person asked for something that does not exist or cannot be read (exit status 2)."""

    status = 2


class EvidenceInvalid(UsageError):
    """An evidence file is damaged, or of a version that this grader does not read (exit status 2)."""


class CannotDecide(GraderError):
    """Neither pass nor fail can be proved here: a missing kernel feature, a missing compiler (exit status 3)."""


class BuildFailed(GraderError):
    """The submission does not build; `fault` holds the compiler's words. A verdict, not a fault of grader."""

    status = 1


class TracerLost(CannotDecide):
    """The tracer lost its process or its tracees; what was seen so far is incomplete."""


class DivergedReplay(CannotDecide):
    """A schedule was to be replayed, and the run went another way; `fault` names the first decision that differs."""
