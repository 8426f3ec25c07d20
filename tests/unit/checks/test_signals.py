"""When a signal would end a process, and which signals came from outside."""

import pytest

from grader import Event, sent_signals, unguarded, would_kill
from tests.support.events import Story


def kills(story: Story, signal: str = "SIGTERM") -> bool:
    """Whether the signal would kill the root after the last event."""
    run = story.evidence()
    return would_kill(run, run.root, signal, run.events[len(story.events) - 1])


def action(story: Story, signal: str, what: str, *flags: str) -> Event:
    """sigaction."""
    return story.call("P0", "rt_sigaction", signal=signal, action=what, flags=flags, mask=())


def test_an_unmentioned_signal_kills() -> None:
    """Its action is the default one (signal(7))."""
    assert kills(Story())


@pytest.mark.parametrize("what", ["handler", "ignore"])
def test_a_caught_or_ignored_signal_does_not_kill(what: str) -> None:
    """Until its action is the default one again."""
    story = Story()
    action(story, "SIGTERM", what)
    assert not kills(story)
    assert kills(story, "SIGQUIT")
    action(story, "SIGTERM", "default")
    assert kills(story)


def test_a_blocked_signal_does_not_kill() -> None:
    """It waits; and any thread that does not block it would take it."""
    story = Story()
    story.call("P0", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGTERM",))
    assert not kills(story)
    story.call("P0", "clone", None, child="P0.2", thread=True, shares=("memory", "fd table", "signal handlers"))
    assert not kills(story)
    story.call("P0.2", "rt_sigprocmask", how="SIG_UNBLOCK", set=("SIGTERM",))
    assert kills(story)


def test_the_mask_of_a_sleeping_call_counts_while_it_sleeps() -> None:
    """sigsuspend opens what was blocked (sigsuspend(2))."""
    story = Story()
    story.call("P0", "rt_sigprocmask", how="SIG_BLOCK", set=("SIGTERM", "SIGQUIT"))
    story.add("P0", "block", {"mask": ("SIGQUIT",)}, "rt_sigsuspend")
    assert kills(story)
    assert not kills(story, "SIGQUIT")


def test_nothing_kills_a_process_that_has_ended() -> None:
    """It has no action any more."""
    story = Story()
    story.exit("P0")
    assert not kills(story)


def test_the_first_unguarded_moment_is_found() -> None:
    """A handler that is gone after its first call (SA_RESETHAND) leaves the process open from its second sleep on."""
    story = Story()
    action(story, "SIGINT", "handler", "SA_RESETHAND")
    first = story.call("P0", "creat", path="a.lock")
    story.add("P0", "signal", {"signal": "SIGINT", "action": "handler"})
    back = story.call("P0", "rt_sigreturn", None)
    last = story.call("P0", "unlink", path="a.lock")
    run = story.evidence()

    assert unguarded(run, run.root, ("SIGINT",), first, last) == ("SIGINT", back)
    assert unguarded(run, run.root, ("SIGINT",), first, back) is None


def test_what_comes_after_the_end_does_not_matter() -> None:
    """From the removal on, the default action may be in place again."""
    story = Story()
    action(story, "SIGINT", "handler")
    first = story.call("P0", "creat", path="a.lock")
    last = story.call("P0", "unlink", path="a.lock")
    action(story, "SIGINT", "default")
    run = story.evidence()

    assert unguarded(run, run.root, ("SIGINT",), first, last) is None


def test_only_signals_to_a_living_process_were_sent_to_it() -> None:
    """A plan may go on when the program is gone, and may mean another process."""
    story = Story()
    story.fork("P0", "P1")
    first = story.add("outside", "stimulus", {"action": "signal", "signal": "SIGINT", "target": "P0"})
    other = story.add("outside", "stimulus", {"action": "signal", "signal": "SIGINT", "target": "P1"})
    story.add("outside", "stimulus", {"action": "close", "object": "stdin"})
    story.exit("P0")
    story.add("outside", "stimulus", {"action": "signal", "signal": "SIGTERM", "target": "P0"})
    run = story.evidence()

    assert sent_signals(run) == (first,)
    assert sent_signals(run, "P1") == (other,)
