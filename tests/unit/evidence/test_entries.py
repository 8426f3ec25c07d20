"""Which process had which descriptor open, number by number."""

from __future__ import annotations

from tests.support.events import Story

Told = tuple[str, int, str, str, int, int, int | None]


def told(story: Story) -> list[Told]:
    """The entries above 2: process, number, object, mode, made, since, closed."""
    entries = (entry for entry in story.evidence().entries if entry.fd > 2)
    return [
        (e.process, e.fd, e.object, e.mode, e.made, e.since.n, None if e.closed is None else e.closed.n)
        for e in entries
    ]


def test_an_entry_lasts_from_the_call_that_made_it_to_the_call_that_took_it() -> None:
    """Each end of a pipe is an entry of its own."""
    story = Story()
    story.pipe("P0")
    story.close("P0", 3)

    assert told(story) == [("P0", 3, "pipe A", "r", 3, 3, 4), ("P0", 4, "pipe A", "w", 3, 3, None)]


def test_fork_copies_entries_and_remembers_who_made_them() -> None:
    """The child's entry begins at the fork, was made by the pipe, and ends with the child."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    last = story.exit("P1")
    copies = [entry for entry in story.evidence().entries if entry.process == "P1" and entry.fd == 4]

    assert [(e.made, e.since.n, e.inherited, e.kept) for e in copies] == [(3, 4, True, True)]
    assert copies[0].closed == last


def test_dup2_over_an_open_number_ends_one_entry_and_begins_another() -> None:
    """Though the number stays open all the time."""
    story = Story()
    story.pipe("P0")
    story.dup2("P0", 3, 4)

    assert told(story) == [
        ("P0", 3, "pipe A", "r", 3, 3, None),
        ("P0", 4, "pipe A", "w", 3, 3, 4),
        ("P0", 4, "pipe A", "r", 4, 4, None),
    ]


def test_a_changed_flag_leaves_an_entry_what_it_is() -> None:
    """Close-on-exec is a property of the entry; only execve makes it count."""
    story = Story()
    story.open("P0", "/box/log", 3, "O_WRONLY")
    story.call("P0", "fcntl", fd=3, command="F_SETFD", flags=("FD_CLOEXEC",))
    story.execute("P0", "/bin/true")

    assert told(story) == [("P0", 3, "file /box/log", "w", 3, 3, 5)]


def test_an_entry_covers_the_events_after_which_it_is_open() -> None:
    """It is open after the event that made it, and no more after the one that took it."""
    story = Story()
    story.open("P0", "/box/log", 3, "O_WRONLY")
    story.write("P0", 3)
    story.close("P0", 3)
    entry = next(entry for entry in story.evidence().entries if entry.fd == 3)

    assert [entry.covers(n) for n in (2, 3, 4, 5)] == [False, True, True, False]
    assert not entry.kept
