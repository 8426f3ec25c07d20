"""In: what the runs of a program showed, and a number; out: the same with what its rules say of runs with one fault each.

What a fault may be blamed for follows from what a right program owes whoever lets it fail; nobody has said what this one owes. So:

- A signal comes only if it does nothing by default (SIGCHLD, SIGWINCH, SIGURG, SIGCONT): who handles such a one must expect it at
  any time. Of any other a program may take that time is up, or that it is to end, and be right.
- Whatever failed, nobody may wait for ever (`deadlock`). Orphans, zombies and objects left behind count only where the program ends
  as it does without the fault: one that gives up and says so has its children taken over by init, as ever.
- Who is killed cannot help anyone any more, and the others may be lost without it. But the kernel closes its descriptors, so nobody
  may wait for an end-of-file that is kept back by an end which its holder never uses, in no run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from grader.analysis import rules
from grader.cli.schedules import Key, Survey, key_of
from grader.evidence import Evidence
from grader.explore import FAIR, Runner, Search, fault_plans, share, shrink
from grader.kernel import IGNORED_BY_DEFAULT
from grader.model import Artifact, Fault, Plan, RuleFinding

__all__ = ["with_faults"]

ALWAYS = ("deadlock",)
SUCCEEDED = ("deadlock", "orphan", "residue", "unreaped-child")
"""What is asked of a run, and of one that ended as the plain one did."""
SHRINKING = 60
"""Runs at most to shorten the schedule of one finding."""
_WEAKER = {"must": "should"}


@dataclass
class _Found:
    """What the runs so far have shown; `known` was shown without any fault."""

    known: set[Key]
    findings: list[tuple[RuleFinding, Plan]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    tried: int = 0
    missed: int = 0

    def add(self, plan: Plan, run: Evidence, plain: Evidence) -> None:
        """Judge one run beside the one without its fault."""
        self.tried += 1
        self.missed += bool(run.missed)
        if not run.complete:
            self.lost += run.end.lost
            return
        self.take(judged(run, plain), plan)

    def take(self, findings: Iterable[RuleFinding], plan: Plan) -> None:
        """Keep those that are new, with the plan of their run."""
        for finding in findings:
            if key_of(finding) not in self.known:
                self.known.add(key_of(finding))
                self.findings.append((finding, plan))


def with_faults(
    laboratory: Runner,
    artifact: Artifact,
    plan: Plan,
    seen: Survey,
    most: int,
    tokens: tuple[str, ...],
    progress: Callable[[str], None],
) -> Survey:
    """Run the program with at most `most` faults, one a run, in equal parts under the plan's schedule and these others.

    Raises CannotDecide, TracerLost.
    """
    found, offset = _Found({key_of(finding) for finding in seen.findings}), 0
    schedules = (plan.schedule, *tokens)[:most]
    for token, size in zip(schedules, share(most, len(schedules)), strict=True):
        base = replace(plan, schedule=token)
        plain = seen.first if token == plan.schedule else laboratory.run(artifact, base)
        found.take(rules(plain), base)
        able = [each for each in fault_plans(base, plain) if bearable(each.faults[-1], plain)]
        plans = [*able[offset % max(1, len(able)) :], *able][: min(size, len(able))]
        offset += len(plans)
        for each, run in _runs(laboratory, artifact, plans):
            progress(f"fault {found.tried + 1} of {most}")
            found.add(each, run, plain)
    findings = [_shortest(laboratory, artifact, each, finding) for finding, each in found.findings]
    return replace(
        seen,
        findings=(*seen.findings, *findings),
        lost=(*seen.lost, *found.lost),
        complete=seen.complete and not found.lost,
        faults=found.tried,
        missed=found.missed,
    )


def bearable(fault: Fault, plain: Evidence) -> bool:
    """Whether anything may be asked of a program that meets this fault.

    Of whoever outlives a root that was killed nothing is; a signal must be one that does nothing by default, and SIGCHLD one that
    comes also when a child only stops (sigaction(2), SA_NOCLDSTOP).
    """
    if fault.kind == "SIGKILL":
        return fault.process != "P0"
    if fault.kind != "EINTR":
        return True
    handled = plain.process(fault.process).last.dispositions.get("SIGCHLD")
    stops = fault.signal != "SIGCHLD" or (handled is not None and "SA_NOCLDSTOP" not in handled.flags)
    return fault.signal in IGNORED_BY_DEFAULT and stops


def judged(run: Evidence, plain: Evidence) -> Iterator[RuleFinding]:
    """What the rules say of a run with a fault, as far as the fault may be blamed for it, at most a should."""
    (fault,) = run.header.plan.faults[-1:]
    if run.missed:
        return
    if fault.kind == "SIGKILL":
        kept = (finding for finding in rules(run, ("unused-pipe-end",)) if finding.level == "must")
        yield from (_marked(finding, fault, "style") for finding in kept if not _uses(plain, run, finding))
        return
    same = _end(run) == _end(plain)
    for finding in rules(run, SUCCEEDED if same else ALWAYS):
        yield _marked(finding, fault, _WEAKER.get(finding.level, finding.level))


def _marked(finding: RuleFinding, fault: Fault, level: str) -> RuleFinding:
    return replace(finding, level=level, fault=str(fault))


def _end(run: Evidence) -> tuple[str, int | None, str]:
    return run.outcome, run.exit_status, run.end.signal


def _uses(plain: Evidence, run: Evidence, finding: RuleFinding) -> bool:
    """Whether the process works on that pipe where nobody is killed: then it was only waiting to do so."""
    cited = {run.event(n).text("object") for n in finding.events} - {""}
    works = [event for event in plain.calls(by=finding.process) if event.call not in {"close", "pipe", "pipe2"}]
    return any(event.text("object") in cited for event in works)


def _shortest(laboratory: Runner, artifact: Artifact, plan: Plan, finding: RuleFinding) -> RuleFinding:
    """The finding under the shortest schedule that still shows it with its fault."""
    if plan.schedule == FAIR:
        return replace(finding, schedule="")
    search = Search(laboratory, artifact, plan)
    key = key_of(finding)

    def fails(run: Evidence) -> bool:
        return not run.missed and any(key_of(each) == key for each in rules(run, (finding.rule,)))

    short = shrink(search, search.once(plan.schedule), fails, SHRINKING)
    again = next(each for each in rules(short.evidence, (finding.rule,)) if key_of(each) == key)
    return replace(again, level=finding.level, fault=finding.fault, schedule=short.token)


def _runs(laboratory: Runner, artifact: Artifact, plans: list[Plan]) -> Iterator[tuple[Plan, Evidence]]:
    """Each plan with its run, the next one already being made."""
    for plan, following in zip_longest(plans, plans[1:]):
        laboratory.begin(artifact, plan, durable=False)
        if following is not None:
            laboratory.begin(artifact, following, durable=False)
        yield plan, laboratory.run(artifact, plan)
        laboratory.drop(artifact, plan)
