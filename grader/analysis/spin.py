"""In: a run; out: findings for tasks that ask again and again where they could sleep.

Counted is the same question with the same answer, asked by a task that does not sleep and gets nothing done, while every
other task either sleeps or has itself only asked in vain for a whole turn. It is a finding only when the task would have
gone on like that: another answer came, a signal came, or a limit ended it. Whoever gives up, or goes over to waiting,
after some tries (spin-then-block) is spared, and so is all asking with sleeps between. So is whoever has given up this question
by itself elsewhere in the run, as an event loop does that asks between steps of its own work: that work is no event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from grader.analysis.questions import Question, advice_for, in_vain, question_of
from grader.analysis.words import found, who
from grader.evidence import Evidence
from grader.frozen import dataclass
from grader.kernel import State, Task, initial, step
from grader.kernel.signal_sets import IGNORED_BY_DEFAULT
from grader.model import Event, RuleFinding

__all__ = ["spin"]

RULE = "spin"
OFTEN = 50
"""A question asked more often than this, always with the same answer, is asked too often."""
TURN = 16
"""Calls in vain after which a task is known to get no further by itself for now: it has had its turn."""
NEUTRAL = frozenset({"rt_sigprocmask", "nanosleep", "clock_nanosleep"})
"""Calls that change what the model knows of a task, and yet get nothing done."""


@dataclass(slots=True)
class Streak:
    """One question, asked by one task again and again with one answer."""

    task: str
    question: Question
    answer: str
    first: Event
    last: Event
    count: int = 0


def spin(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process that spins: its longest streak. Level: should."""
    if not run.complete:
        return ()
    longest: dict[str, Streak] = {}
    watch = _Watch()
    for streak in list(_streaks(run, watch)):
        if (streak.task, streak.question) in watch.given_up:
            continue
        known = longest.get(streak.last.process)
        if known is None or streak.count > known.count:
            longest[streak.last.process] = streak
    return tuple(_finding(run, streak) for streak in longest.values())


def _streaks(run: Evidence, watch: _Watch) -> Iterator[Streak]:
    """The streaks that were long enough, and were ended by something else than the task itself."""
    state = initial()
    for event in run.events:
        before, state = state, step(state, event)
        if event.kind == "call":
            yield from watch.called(event, state, moved=state is not before)
        elif event.kind == "limit" or (event.kind == "signal" and not _unnoticed(event)):
            yield from watch.ended(event)
        elif event.kind in {"block", "exit"}:
            watch.forget(event.task)


def _unnoticed(signal: Event) -> bool:
    """Whether the program does not learn of this signal, so that it ends nothing: which thread the kernel gives it to is chance."""
    action = signal.text("action")
    return action == "ignore" or (action == "default" and signal.text("signal") in IGNORED_BY_DEFAULT)


@dataclass(slots=True)
class _Watch:
    """What each task asks, `asked` since it last got on itself, and its calls in `vain` since anybody did.

    `given_up`: the questions that a task has asked for a turn, and has then left by itself.
    """

    asked: dict[str, dict[Question, Streak]] = field(default_factory=dict)
    vain: dict[str, int] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    awake: tuple[str, ...] = ()
    given_up: set[tuple[str, Question]] = field(default_factory=set)

    def called(self, event: Event, state: State, *, moved: bool) -> Iterator[Streak]:
        """A call returned: one more of a streak, the end of one, or progress, which ends all of its task."""
        question = question_of(event)
        answer = in_vain(event) if question else ""
        mine = self.asked.setdefault(event.task, {})
        streak = mine.get(question) if question else None
        if streak is not None and streak.answer != answer:
            del mine[question]  # type: ignore[arg-type]  # there is a streak, so there is a question
            if streak.count > OFTEN:
                yield streak
        if (moved or event.data) and not answer and event.call not in NEUTRAL:
            self._leaves(mine)
            self.vain.clear()
            return
        self.vain[event.task] = self.vain.get(event.task, 0) + 1
        if question and answer and self._alone(event.task, state):
            streak = mine.setdefault(question, Streak(event.task, question, answer, event, event))
            streak.last, streak.count = event, streak.count + 1

    def ended(self, event: Event) -> Iterator[Streak]:
        """A signal reached a task, or a limit ended the run."""
        tasks = [event.task] if event.kind == "signal" else list(self.asked)
        for task in tasks:
            yield from (streak for streak in self.asked.pop(task, {}).values() if streak.count > OFTEN)

    def forget(self, task: str) -> None:
        """A task sleeps, or is gone."""
        self._leaves(self.asked.pop(task, {}))
        self.vain.pop(task, None)

    def _leaves(self, mine: dict[Question, Streak]) -> None:
        """A task does something else than to ask."""
        self.given_up |= {(streak.task, streak.question) for streak in mine.values() if streak.count >= TURN}
        mine.clear()

    def _alone(self, task: str, state: State) -> bool:
        """Whether every other task sleeps, or has asked in vain for a turn."""
        if state.tasks is not self.tasks:
            self.tasks = state.tasks
            self.awake = tuple(each.name for each in state.tasks.values() if not (each.blocked or each.stopped))
        return all(name == task or self.vain.get(name, 0) >= TURN for name in self.awake)


def _finding(run: Evidence, streak: Streak) -> RuleFinding:
    last = streak.last
    subject = last.text("object") or last.text("path") or last.text("pid") or last.text("target") or last.text("id")
    target = f" for {subject}" if subject else ""
    seen = (
        f"{who(run, last.process)} asks {streak.count} times in a row with {last.call}{target}, events {streak.first.n}"
        f" to {last.n}, and the answer is always the same ({_told(streak)}); nothing else could go on meanwhile"
    )
    why = (
        "asking again and again takes a whole processor, and the answer changes only when somebody else acts:"
        " the kernel can wake the task at that very instant"
    )
    return found(run, RULE, "should", last.process, (seen, why, advice_for(last)), [streak.first, last])


def _told(streak: Streak) -> str:
    return "something is ready, and nobody takes it" if streak.answer.startswith("ready: ") else streak.answer
