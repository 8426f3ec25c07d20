"""In: how each check went, one plan at a time; out: `CheckResult`s and the verdict over them, purely.

The verdict: a check counts when it is a `must` or carries points. A submission is `failed` as soon as a check that
counts has failed, with its proof; else `not graded` if any check ended in error; else `passed`, and then its score is
the full score. A failed `should` or `style` check without points is advice and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from shlex import quote

from grader.checks.declaration import counts
from grader.frozen import dataclass
from grader.model import CheckResult, CheckSpec, Finding
from grader.texts import gettext, ngettext

__all__ = ["Ledger", "score", "verdict", "waiting_note"]

FAIR = "f1"


@dataclass(slots=True)
class _Entry:
    """One check while it is being decided: `open` counts the plans it has still to pass."""

    spec: CheckSpec
    open: int
    outcome: str = ""
    finding: Finding | None = None
    note: str = ""


@dataclass(slots=True)
class Ledger:
    """The checks of one grading in the order they run in."""

    entries: dict[str, _Entry] = field(default_factory=dict)

    def expect(self, spec: CheckSpec, plans: int) -> None:
        """A check is to come, with so many executions, each of which it must pass."""
        self.entries[spec.id] = _Entry(spec, plans)

    def decided(self, name: str) -> bool:
        """Whether an outcome is fixed: then its further plans change nothing."""
        return bool(self.entries[name].outcome)

    def waits_for(self, name: str) -> tuple[str, ...]:
        """Titles of the needed checks that did not pass."""
        needed = (self.entries[need] for need in self.entries[name].spec.needs)
        return tuple(entry.spec.title for entry in needed if entry.outcome != "pass")

    def passed(self, name: str) -> None:
        """One plan of the check went well; after the last one the check has passed."""
        entry = self.entries[name]
        entry.open -= 1
        if entry.open == 0 and not entry.outcome:
            entry.outcome = "pass"

    def decide(self, name: str, outcome: str, note: str = "", finding: Finding | None = None) -> None:
        """Fix an outcome. A pass stands until another run contradicts it; an error replaces anything, for it casts doubt."""
        entry = self.entries[name]
        if entry.outcome in ("", "pass") or outcome == "error":
            entry.outcome, entry.note, entry.finding = outcome, note, finding

    def decide_rest(self, outcome: str, note: str) -> None:
        """Give every check without an outcome this one."""
        for name, entry in self.entries.items():
            if not entry.outcome:
                self.decide(name, outcome, note)

    def passing(self, name: str) -> bool:
        """Whether the check has passed so far."""
        return self.entries[name].outcome == "pass"

    @property
    def lost(self) -> bool:
        """Whether a check that counts has failed: the verdict stands."""
        entries = self.entries.values()
        return any(entry.outcome == "fail" and counts(entry.spec.level, entry.spec.points) for entry in entries)

    def skip_waiting(self) -> None:
        """Nothing is said of a check any more when one that it needs has failed since."""
        for name, entry in self.entries.items():
            if entry.outcome and (waits := self.waits_for(name)):
                entry.outcome, entry.note, entry.finding = "skipped", waiting_note(waits), None

    def results(self, replay: str, steps: str = "") -> tuple[CheckResult, ...]:
        """All checks, each failed one with a command: `replay` for a fair run, `steps` for one under another schedule."""
        return tuple(_result(entry, replay, steps) for entry in self.entries.values())


def waiting_note(titles: Sequence[str]) -> str:
    """Why a check was skipped."""
    return gettext("waits for: {checks}", checks=gettext(", ").join(titles))


def _again(entry: _Entry, replay: str, steps: str) -> str:
    """The command that shows a failed check again."""
    finding = entry.finding
    if finding is None or finding.schedule in ("", FAIR) or not steps:
        return f"{replay} --only {entry.spec.id}"
    return f"{steps} --check {entry.spec.id} --run {quote(finding.run)} --schedule {finding.schedule}"


def _result(entry: _Entry, replay: str, steps: str) -> CheckResult:
    spec = entry.spec
    return CheckResult(
        id=spec.id,
        title=spec.title,
        level=spec.level,
        outcome=entry.outcome,
        score=spec.points if entry.outcome == "pass" else 0,
        max_score=spec.points,
        needs=spec.needs,
        finding=entry.finding,
        note=entry.note,
        replay=_again(entry, replay, steps) if entry.outcome == "fail" else "",
    )


def score(results: Sequence[CheckResult]) -> tuple[int, int]:
    """Points reached and points there are."""
    return sum(result.score for result in results), sum(result.max_score for result in results)


def verdict(results: Sequence[CheckResult]) -> tuple[str, str | None]:
    """The verdict over all checks and, where it needs one, its reason."""
    errors = [result for result in results if result.outcome == "error"]
    failed = any(counts(result.level, result.max_score) and result.outcome == "fail" for result in results)
    if failed:
        return "failed", _too_low(len(errors)) if errors else None
    if errors:
        titles = gettext("; ").join(result.title for result in errors)
        return "not graded", ngettext(
            "{number} check could not be decided: {checks}",
            "{number} checks could not be decided: {checks}",
            len(errors),
            checks=titles,
        )
    if not results:
        return "not graded", gettext("the exercise has no checks")
    return "passed", None


def _too_low(number: int) -> str:
    return ngettext(
        "{number} check could not be decided, so the score may be too low",
        "{number} checks could not be decided, so the score may be too low",
        number,
    )
