"""What a plan may ask the kernel to fail at, and what is refused when it is written down."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.evidence.codec import from_json, to_json
from grader.model import Fault, Plan
from grader.model.fault import CALLS

REFUSED = [
    ("kind", {"kind": "EIO"}),
    ("kind", {"kind": "EPIPE"}),
    ("call", {"kind": "EAGAIN", "call": "read"}),
    ("call", {"kind": "ENOSPC", "call": "ftruncate"}),
    ("call", {"kind": "EMFILE", "call": "dup2"}),
    ("call", {"kind": "ENFILE", "call": "dup"}),
    ("call", {"kind": "EINTR", "call": "close", "signal": "SIGUSR1"}),
    ("call", {"kind": "ENOMEM", "call": "munmap"}),
    ("call", {"kind": "short read", "call": "pread64"}),
    ("signal", {"kind": "EINTR"}),
    ("signal", {"kind": "EINTR", "signal": "SIGKILL"}),
    ("signal", {"kind": "EINTR", "signal": "SIGNONE"}),
    ("signal", {"kind": "EAGAIN", "signal": "SIGUSR1"}),
    ("nth", {"kind": "EAGAIN", "nth": 0}),
    ("times", {"kind": "EAGAIN", "times": 0}),
    ("size", {"kind": "short read", "size": 0}),
]


@pytest.mark.parametrize(("field", "given"), REFUSED, ids=[f"{given}" for _, given in REFUSED])
def test_what_no_kernel_does_is_refused_by_name(field: str, given: dict[str, object]) -> None:
    """The error names the field of the plan, and says what to write."""
    with pytest.raises(UsageError) as caught:
        Fault(**given)  # type: ignore[arg-type]

    assert caught.value.where == f"Plan.faults: {field}"
    assert caught.value.action


@pytest.mark.parametrize("kind", CALLS)
def test_a_fault_is_read_as_it_was_written(kind: str) -> None:
    """On the command line, and in the first line of an evidence file."""
    signal = "SIGUSR1" if kind == "EINTR" else ""
    call = min(CALLS[kind], default="")
    fault = Fault(kind, "P1", call, "pipe A", nth=3, times=2, signal=signal, size=7)

    assert Fault.read(str(fault)) == fault
    assert from_json(Plan, to_json(Plan("one", faults=(fault,)))).faults == (fault,)


def test_what_is_usual_is_not_written() -> None:
    """A fault that fits any call is one word."""
    assert str(Fault("EAGAIN")) == "EAGAIN"
    assert str(Fault("short read", object="stdin", size=2)) == "short read,object=stdin,size=2"


@pytest.mark.parametrize(
    "text", ["", "EAGAIN,process", "EAGAIN,who=P0", "EAGAIN,nth=x", "EAGAIN,nth=1,nth=2", "EAGAIN,kind=EIO"]
)
def test_a_fault_that_cannot_be_read_is_refused(text: str) -> None:
    """Never with a traceback."""
    with pytest.raises(UsageError):
        Fault.read(text)


def test_a_fault_fits_calls_by_process_call_and_object() -> None:
    """What is empty fits any call that the kind may hit, and no other."""
    anywhere, there = Fault("EMFILE"), Fault("EMFILE", process="P1", call="openat", object="/x")

    assert anywhere.fits("P0", "pipe2", "")
    assert not anywhere.fits("P0", "read", "pipe A")
    assert there.fits("P1", "openat", "/x")
    assert [there.fits(*call) for call in (("P0", "openat", "/x"), ("P1", "open", "/x"), ("P1", "openat", "/y"))] == [
        False
    ] * 3
    assert Fault("SIGKILL").fits("P0", "anything", "")
