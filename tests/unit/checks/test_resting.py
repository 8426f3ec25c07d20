"""The acts of the outside on a program at rest, and the moments into which they cut its run."""

from __future__ import annotations

from dataclasses import replace

from grader import Evidence, Plan, Stimulus, When, acts, at_once, doing, moments, sends
from tests.support.events import Story

ACTS = acts("go\n", at_once("on\n", sends(P1="SIGKILL", P2="SIGTERM")), "")


def told(story: Story, output: bytes) -> Evidence:
    """The story as a run of the plan above, with this output."""
    run = story.evidence()
    plan = Plan("acts", stimuli=ACTS)
    return replace(run, header=replace(run.header, plan=plan), end=replace(run.end, stdout=output))


def a_run() -> Evidence:
    """The root prints a line at the beginning and one for `go`; then a text and two signals come, of which one kills its child."""
    story = Story(stdin_open=True)
    story.fork("P0", "P1")
    story.write("P0", 1, b"ready\nfirst ")
    story.blocks_reading("P0", 0)
    story.add("outside", "stimulus", {"action": "write", "object": "stdin"}, data=b"go\n")
    story.read("P0", 0, b"go\n")
    story.write("P0", 1, b"half\n")
    story.blocks_reading("P0", 0)
    story.add("outside", "stimulus", {"action": "write", "object": "stdin"}, data=b"on\n")
    story.add("outside", "stimulus", {"action": "signal", "signal": "SIGKILL", "target": "P1"})
    story.add("outside", "stimulus", {"action": "signal", "signal": "SIGTERM", "target": "P2"})
    story.killed("P1", "SIGKILL")
    story.wait("P0", "P1", "killed SIGKILL")
    return told(story, b"ready\nfirst half\n")


def test_each_act_waits_until_the_program_is_at_rest() -> None:
    """Text is written, the empty text ends the input."""
    assert acts("go\n", "") == (
        Stimulus(When("quiet"), "write", data=b"go\n"),
        Stimulus(When("quiet"), "close"),
    )


def test_acts_at_once_wait_for_the_first_alone() -> None:
    """What follows in the same instant waits for nothing that the program could do in between."""
    _, *instant, _ = ACTS

    assert [(each.when.state, each.action, each.process) for each in instant] == [
        ("quiet", "write", "P0"),
        ("started", "signal", "P1"),
        ("started", "signal", "P2"),
    ]


def test_a_moment_reaches_from_one_act_to_the_next() -> None:
    """Every event belongs to exactly one moment; acts of one instant belong to the same."""
    run = a_run()

    assert [(moment.first, moment.last) for moment in moments(run)] == [(1, 5), (6, 9), (10, len(run.events))]
    assert [len(moment.came) for moment in moments(run)] == [0, 1, 3]
    assert [sum(event in moment for moment in moments(run)) for event in run.events] == [1] * len(run.events)


def test_no_event_belongs_to_no_moment() -> None:
    """An end that never came lies in none."""
    assert all(None not in moment for moment in moments(a_run()))


def test_a_line_belongs_to_the_moment_in_which_it_was_completed() -> None:
    """Half a line says nothing yet."""
    assert [[str(line) for line in moment.lines] for moment in moments(a_run())] == [["ready"], ["first half"], []]


def test_a_moment_says_in_words_what_it_began_with() -> None:
    """Text, signals, or the beginning of the program."""
    assert [moment.began for moment in moments(a_run())] == [
        "at the beginning",
        "after the input 'go\\n'",
        "after the input 'on\\n' and SIGKILL to P1 and SIGTERM to P2",
    ]
    assert [moment.input for moment in moments(a_run())] == ["", "go\n", "on\n"]


def test_a_run_that_ends_early_has_fewer_moments() -> None:
    """Acts that never came cut nothing."""
    story = Story()
    story.exit("P0")

    (only,) = moments(told(story, b""))

    assert (only.first, only.last, only.came) == (1, len(story.events), ())


def test_what_a_process_does_is_told_for_any_instant() -> None:
    """Asleep in a call, busy, or at its end."""
    run = a_run()

    assert doing(run, at=5) == "sleeps in read, since event 5"
    assert doing(run, at=7) == "goes on"
    assert doing(run, "P1") == "was killed by SIGKILL"
    assert doing(run, "P1", at=9) == "goes on"
