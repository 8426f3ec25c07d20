"""In: lines as strace writes them; out: each task's calls as its program saw them."""

from __future__ import annotations

import pytest

from tests.support.strace import Entry, Told, parse, split, text_of
from tests.support.strace_words import duration, flags, signal_name, signals


def seen(told: Told, task: str = "0") -> list[tuple[str, str, str]]:
    """Name, result and first word of the note of each entry."""
    return [(entry.name, entry.result, entry.note.split(" ")[0]) for entry in told.tasks[task]]


def test_a_call_in_two_pieces_is_one_call() -> None:
    """Another task spoke while it slept; its arguments are in both pieces."""
    told = parse(
        "7     fork() = 8\n7     read(3,  <unfinished ...>\n8     getpid() = 8\n"
        '7     <... read resumed>"\\x61", 9) = 1\n7     +++ exited with 0 +++\n8     +++ exited with 0 +++\n'
    )
    assert told.tasks["0"][1] == Entry("call", "read", ("3", '"\\x61"', "9"), "1", "", 4)
    assert told.names == {7: "0", 8: "0.1"}


def test_a_task_is_named_by_its_descent_although_it_spoke_before_its_birth() -> None:
    """strace may tell of a child's calls before its parent's fork has returned."""
    told = parse(
        "7     fork( <unfinished ...>\n8     fork() = 9\n9     pause( <unfinished ...>\n"
        "7     <... fork resumed>) = 8\n7     vfork() = 10\n10    +++ killed by SIGKILL +++\n"
    )
    assert told.names == {7: "0", 8: "0.1", 9: "0.1.1", 10: "0.2"}


HANDLED = (
    "7     read(3, 0x7f, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n"
    "7     --- SIGUSR1 {si_signo=SIGUSR1} ---\n"
)


def test_a_call_that_a_handler_has_ended_has_failed() -> None:
    """The handler's return says so: EINTR goes into the register of the result."""
    told = parse(
        HANDLED + '7     write(1, "", 0) = 0\n7     rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)\n'
    )
    assert seen(told)[0] == ("read", "-1", "EINTR")


def test_a_call_that_is_made_again_after_a_handler_is_one_call() -> None:
    """The program never saw that it was interrupted."""
    told = parse(HANDLED + '7     rt_sigreturn({mask=[]}) = 0\n7     read(3, "\\x61", 1) = 1\n')
    assert [name for name, _, _ in seen(told)] == ["SIGUSR1", "rt_sigreturn", "read"]


def test_a_call_that_nobody_handles_goes_on_under_its_own_name() -> None:
    """restart_syscall is the rest of the call that was interrupted, with that call's arguments."""
    told = parse(
        "7     nanosleep({tv_sec=9, tv_nsec=0}, NULL) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)\n"
        "7     --- SIGWINCH {si_signo=SIGWINCH} ---\n7     restart_syscall(<... resuming interrupted nanosleep ...>) = 0\n"
    )
    assert told.tasks["0"][1] == Entry("call", "nanosleep", ("{tv_sec=9, tv_nsec=0}", "NULL"), "0", "", 3)


def test_a_call_in_which_the_task_ended_never_returned() -> None:
    """It was killed, or another thread ended the process."""
    told = parse(
        "7     futex(0x1, FUTEX_WAIT, 2, NULL <unfinished ...>\n7     +++ killed by SIGSEGV (core dumped) +++\n"
    )
    assert seen(told) == [("futex", "?", ""), ("SIGSEGV", "", "")]
    assert parse("7     pause( <unfinished ...>) = ?\n").tasks["0"][0].result == "?"


def test_a_thread_that_replaces_the_program_takes_its_leaders_number() -> None:
    """The leader's own call never returns; the thread's execve returns under the leader's number."""
    told = parse(
        '7     clone(flags=CLONE_THREAD) = 8\n7     pause( <unfinished ...>\n8     execve("\\x61", [], [] <unfinished ...>\n'
        "7     <... pause resumed>) = ?\n7     +++ superseded by execve in pid 8 +++\n"
        "7     <... execve resumed>) = 0\n7     +++ exited with 3 +++\n"
    )
    assert [name for name, _, _ in seen(told)] == ["clone", "pause", "execve", "3"]
    assert told.tasks["0.1"] == []


@pytest.mark.parametrize("text", ["", "7     gibberish\n", "7     fork() = 8\n9     getpid() = 9\n"])
def test_what_is_not_understood_is_not_passed_over(text: str) -> None:
    """A line of no known form, a task that nobody made, and nothing at all."""
    with pytest.raises(ValueError, match="strace"):
        parse(text)


def test_words_are_read_as_strace_writes_them() -> None:
    """Signals with and without SIG, real-time signals, sets and all but a set, flags, times, escaped strings."""
    assert [signal_name(word) for word in ("INT", "SIGINT", "RT_2", "SIGRT_3", "0")] == [
        "SIGINT", "SIGINT", "SIGRTMIN", "SIGRTMIN+1", "none",
    ]  # fmt: skip
    assert signals("[INT TERM]") == {"SIGINT", "SIGTERM"}
    assert len(signals("~[INT]")) == 63
    assert flags("O_RDONLY|O_CLOEXEC|0600") == {"O_RDONLY", "O_CLOEXEC"}
    assert [duration("{tv_sec=1, tv_nsec=2}"), duration("NULL"), duration("{tv_sec=0, tv_nsec=4294967295}")] == [
        10**9 + 2,
        None,
        -1,
    ]
    assert text_of('"\\x61\\x00"') == b"a\0"
    assert split("[{a=1, b=2}], (3, 4), 5") == ["[{a=1, b=2}]", "(3, 4)", "5"]
