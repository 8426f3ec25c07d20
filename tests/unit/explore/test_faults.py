"""Which faults a program may meet follows from what it did in its fair run."""

from __future__ import annotations

from grader.explore import fault_plans
from grader.model import Fault, Plan
from tests.support.events import Story

PLAN = Plan("plain", argv=("a",))


def faults(story: Story) -> list[Fault]:
    """The one fault of each plan."""
    return [plan.faults[0] for plan in fault_plans(PLAN, story.evidence())]


def told() -> Story:
    """A pipe, a child that reads two writes at once, a handler, and a sleep."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.add("P0", "call", {"fd": 4, "object": "pipe A", "count": 2}, "write", result=2, data=b"ab")
    story.add("P0", "call", {"fd": 4, "object": "pipe A", "count": 1}, "write", result=1, data=b"c")
    story.add("P1", "call", {"fd": 3, "object": "pipe A", "count": 9}, "read", result=3, data=b"abc")
    story.call("P0", "rt_sigaction", signal="SIGUSR1", action="handler", flags=(), mask=())
    story.call("P0", "rt_sigaction", signal="SIGUSR2", action="handler", flags=("SA_RESTART",), mask=())
    story.add("P0", "block", {"pid": "any", "options": ()}, "wait4")
    return story


def test_each_call_that_may_fail_has_its_fault() -> None:
    """By kind, process, call and object; a handler with SA_RESTART lets no wait be interrupted."""
    found = set(faults(told()))

    assert Fault("EMFILE", process="P0", call="pipe2") in found or Fault("EMFILE", process="P0", call="pipe") in found
    assert any(fault.kind == "EAGAIN" and fault.process == "P0" for fault in found)
    assert Fault("short read", process="P1", call="read", object="pipe A") in found
    assert {fault for fault in found if fault.kind == "EINTR"} == {
        Fault("EINTR", process="P0", call="wait4", signal="SIGUSR1")
    }


def test_every_step_of_every_process_may_be_its_last() -> None:
    """SIGKILL comes before each call of each process."""
    story = told()
    calls = [event.process for event in story.events if event.kind == "call"]
    killed = [fault for fault in faults(story) if fault.kind == "SIGKILL"]

    assert {(fault.process, fault.nth) for fault in killed} == {
        (name, nth) for name in ("P0", "P1") for nth in range(1, calls.count(name) + 1)
    }


def test_the_first_plans_are_of_different_kinds() -> None:
    """So that a few of them tell much; each is the plan that was given but for its name and its fault."""
    plans = list(fault_plans(PLAN, told().evidence()))
    kinds = [plan.faults[0].kind for plan in plans]

    assert len(set(kinds[:5])) == 5
    assert {plan.argv for plan in plans} == {("a",)}
    assert len({plan.name for plan in plans}) == len(plans) == len({plan.faults for plan in plans})


def test_what_comes_before_the_programs_own_code_has_no_fault() -> None:
    """Neither an interpreter's start-up nor the libraries of a program."""
    story = Story()
    story.events.pop()  # it has not begun
    story.call("P0", "openat", 3, path="/etc/early", flags=("O_RDONLY",), object="file /etc/early")
    story.add("P0", "begin", {})
    story.call("P0", "openat", 4, path="/lib/x86_64-linux-gnu/libc.so.6", flags=("O_RDONLY",), object="file /lib/libc")

    assert faults(story) == []
