"""In: the evidence of one run, what was found in it, and a person's words; out: the run told step by step, forward and back.

Nothing is run here: each look is computed from the events by the kernel model. The words are those of gdb and less.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from grader.cli.output import say
from grader.evidence import Evidence, describe
from grader.report import Halt, Lines, holdings, standing, step_lines, stops, visible

__all__ = ["Stepper", "converse"]

AROUND = 5
"""Lines shown before and after the current one."""
HELP = """\
next [N | P1]   n, s, Enter   the next step, N of them, or the next step of P1
back [N | P1]   b, p          the same backwards
continue        c             forward to the next finding, or to the end
reverse         rc            back to the finding before, or to the beginning
finding         f             to the finding; again: to the next one
goto N          g N, N        to event N
first, last     <, >          to the beginning, to the end
where           w             where each process stands in its source
info            i             descriptors, signals, and how full each pipe is
list            l             the source around the current line
/TEXT, ?TEXT                  to the next, or the last, step whose line has TEXT
help            h             these lines
quit            q             leave"""
NAMES = {
    "n": "next", "s": "next", "step": "next", "b": "back", "p": "back", "prev": "back", "rn": "back", "rs": "back",
    "c": "continue", "rc": "reverse", "reverse-continue": "reverse", "reverse-step": "back", "reverse-next": "back",
    "f": "finding", "g": "goto", "<": "first", ">": "last", "w": "where", "bt": "where", "i": "info", "l": "list",
    "h": "help", "?": "help", "q": "quit", "exit": "quit",
}  # fmt: skip


class Stepper:
    """Stands at one step of a run. Every word gives the lines to show."""

    def __init__(self, evidence: Evidence, halts: Sequence[Halt], lines: Lines) -> None:
        """Begin before the first step. `lines` holds the program's source, as far as it is at hand."""
        self._evidence = evidence
        self._halts = sorted(halts, key=lambda halt: halt.n)
        self._lines = lines
        self._stops = stops(evidence)
        self._at = 0
        self._again = "next"
        self.over = False
        self._words: dict[str, Callable[[str], Iterable[str]]] = {
            "next": lambda text: self._move(text, 1), "back": lambda text: self._move(text, -1),
            "continue": self._continue, "reverse": self._reverse, "finding": self._finding, "goto": self._goto,
            "first": lambda _: self._stand(0), "last": lambda _: self._stand(len(self._stops) - 1),
            "where": lambda _: self._standing(), "info": lambda _: holdings(self._evidence, self.n),
            "list": lambda _: self._listed(), "help": lambda _: HELP.splitlines(), "quit": self._quit,
        }  # fmt: skip

    @property
    def n(self) -> int:
        """The event after which we stand; 0: before the first."""
        return self._stops[self._at]

    @property
    def prompt(self) -> str:
        """`(57 of 120) `."""
        return f"({self.n} of {len(self._evidence.events)}) "

    def greeting(self) -> Iterator[str]:
        """What there is, and how to go on."""
        halts = ", ".join(dict.fromkeys(f"event {halt.n}" for halt in self._halts))
        yield f"{len(self._evidence.events)} events; {f'found at {halts}' if halts else 'nothing was found'}; h for help"

    def obey(self, line: str) -> Iterator[str]:
        """Do what a line says; an empty one does again what the last one did."""
        line = line.strip() or self._again
        word, _, rest = line.partition(" ")
        word = NAMES.get(word, word)
        if line[0] in "/?" and len(line) > 1:
            yield from self._search(line[1:].strip(), 1 if line[0] == "/" else -1)
        elif line.isdecimal():
            yield from self._goto(line)
        elif word in self._words:
            yield from self._words[word](rest.strip())
        else:
            yield f"{word}: not a command; h shows all"
            return
        self._again = line

    def _stand(self, at: int) -> Iterator[str]:
        """Go there, and tell it."""
        if not 0 <= at < len(self._stops):
            yield "this is the end of the run" if at > 0 else "this is the beginning of the run"
            if self._at == (len(self._stops) - 1 if at > 0 else 0):
                return
        self._at = min(max(at, 0), len(self._stops) - 1)
        if self._at:
            yield from step_lines(self._evidence, self._stops[self._at - 1], self.n)
        else:
            yield "  nothing has happened yet"
        yield from self._standing()
        yield from (word for halt in self._halts if self._index(halt.n) == self._at for word in halt.words)

    def _standing(self) -> Iterator[str]:
        return (f"  | {line}" for line in standing(self._evidence, self.n, self._lines))

    def _move(self, text: str, way: int) -> Iterator[str]:
        """By one step, by some, or to the next one of a process; a finding in between stops it."""
        if not text or text.isdecimal():
            aim = self._at + way * int(text or "1")
            between = [at for at in map(self._index, self._found()) if min(self._at, aim) < at < max(self._at, aim)]
            return self._stand((min if way > 0 else max)(between, default=aim))
        wanted = (self._evidence.event(self._stops[at]) for at in self._ahead(way))
        found = next((event.n for event in wanted if text in {event.task, event.process}), None)
        return iter([f"{text} makes no step in that direction"]) if found is None else self._stand(self._index(found))

    def _ahead(self, way: int) -> range:
        """The stops before or behind us, the nearest first; without the beginning, which is no step."""
        return range(self._at + 1, len(self._stops)) if way > 0 else range(self._at - 1, 0, -1)

    def _found(self) -> list[int]:
        return [self._stops[self._index(halt.n)] for halt in self._halts]

    def _index(self, n: int) -> int:
        """The stop at event `n`, or the first one after it."""
        return min(bisect_left(self._stops, n), len(self._stops) - 1)

    def _continue(self, _text: str) -> Iterator[str]:
        found = self._found()
        after = bisect_right(found, self.n)
        if after == len(found) and self._at == len(self._stops) - 1:
            return iter(["this is the end of the run"])
        return self._stand(self._index(found[after]) if after < len(found) else len(self._stops) - 1)

    def _reverse(self, _text: str) -> Iterator[str]:
        found = self._found()
        before = bisect_left(found, self.n) - 1
        return self._stand(self._index(found[before]) if before >= 0 else 0)

    def _finding(self, _text: str) -> Iterator[str]:
        found = self._found()
        if not found:
            return iter(["nothing was found in this run"])
        after = bisect_right(found, self.n)
        return self._stand(self._index(found[after % len(found)]))

    def _goto(self, text: str) -> Iterator[str]:
        if not text.isdecimal() or int(text) > len(self._evidence.events):
            return iter([f"goto {text}: give the number of an event, 0 to {len(self._evidence.events)}"])
        return self._stand(self._index(int(text)))

    def _search(self, text: str, way: int) -> Iterator[str]:
        for at in self._ahead(way):
            if text in describe(self._evidence.event(self._stops[at])):
                return self._stand(at)
        return iter([f"{text}: in no step in that direction"])

    def _listed(self) -> Iterator[str]:
        """The source around the line of the step at which we stand."""
        source = self._evidence.event(self.n).source if self.n else ()
        text = self._lines.get(source[0].file, ()) if source else ()
        if not text:
            yield "the source line of this step is not known" if not source else f"{source[0].file} is not at hand"
            return
        line = source[0].line
        yield f"{source[0].file}:"
        for number in range(max(1, line - AROUND), min(len(text), line + AROUND) + 1):
            yield f"{'>' if number == line else ' '}{number:5}  {text[number - 1]}"

    def _quit(self, _text: str) -> Iterator[str]:
        self.over = True
        return iter(())


def converse(stepper: Stepper, commands: Iterable[str] | None = None) -> None:
    """Obey the lines of a script, or those that a person types, until they end or say quit."""
    _show(stepper.greeting())
    for line in commands if commands is not None else _typed(stepper):
        if commands is not None:
            say(f"{stepper.prompt}{visible(line.rstrip())}\n")
        _show(stepper.obey(line))
        if stepper.over:
            return


def _typed(stepper: Stepper) -> Iterator[str]:
    try:
        import readline  # noqa: F401 - lines can be edited and called back as soon as it is there
    except ImportError:
        pass
    while True:
        try:
            yield input(stepper.prompt)
        except EOFError:
            say("\n", sys.stdout)
            return


def _show(lines: Iterable[str]) -> None:
    say("".join(f"{visible(line)}\n" for line in lines), sys.stdout)
