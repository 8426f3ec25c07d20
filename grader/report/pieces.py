"""In: a `Report`; out: `Piece`s: what a person is told of it, in order, before it is known how wide a line may be.

Two forms are made of them: plain lines (`plain`) and those of a terminal (`terminal`), and both say the same.
Every text in a piece is visible already: whatever a student's program printed, a terminal shows it and does not obey.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from grader.frozen import dataclass
from grader.model import CheckResult, Finding, Report
from grader.report.located import located
from grader.report.visible import clip, visible
from grader.texts import gettext, ngettext

__all__ = ["INDENT", "LABEL", "Command", "Heading", "Part", "Piece", "Words", "finding_pieces", "report_pieces"]

LABEL = 9
INDENT = 2
"""Where texts begin: those with a label, and those without."""
SIGNS = {"pass": "✓", "fail": "✗", "skipped": "-", "error": "!"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above what is said of one check; tone is an outcome."""

    sign: str
    title: str
    points: str
    tone: str


@dataclass(frozen=True, slots=True)
class Part:
    """A text of at most `most` lines in the plain form, beside its label; an empty label indents it, None does not."""

    label: str | None
    text: str
    most: int

    @property
    def start(self) -> int:
        """The column in which the text begins."""
        return 0 if self.label is None else LABEL if self.label else INDENT


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be copied, so it stays on one line however long it is."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line as it stands; tone is an outcome, `faint` or empty."""

    text: str
    tone: str = ""


Piece: TypeAlias = Heading | Part | Command | Words


def report_pieces(report: Report, see: str) -> Iterator[Piece]:
    """The whole report. `see` names the file that holds in full what is cut here."""
    yield Words(_head(report), "faint")
    if report.build_output:
        yield Words(f"✗ {gettext('the submission does not build')}", "fail")
        yield from (Words("    " + line) for line in _build_output(report.build_output, see))
    for check in report.checks:
        yield from _check(_without_common_note(check, report))
    yield from _verdict(report)


def _head(report: Report) -> str:
    """Which exercise, in which language and variant, in which box, at what cost."""
    parts = [
        report.exercise,
        report.language,
        gettext("seed {seed}", seed=report.seed) if report.seed else "",
        gettext("rung {rung}", rung=report.rung) if report.rung else "",
        ngettext("{number} run", "{number} runs", report.runs),
        gettext("{seconds} s", seconds=f"{report.seconds:.1f}"),
    ]
    return " · ".join(visible(part) for part in parts if part)


def _without_common_note(check: CheckResult, report: Report) -> CheckResult:
    """What holds for the whole report is said once, at its end."""
    undecided = gettext("not decided: {reason}", reason=report.reason)
    common = check.note == undecided or (bool(report.build_output) and check.outcome == "skipped")
    return replace(check, note="") if common else check


def _check(check: CheckResult) -> Iterator[Piece]:
    """The block of one check."""
    advice = check.outcome == "fail" and not check.max_score and check.level != "must"
    sign, tone = ("~", "skipped") if advice else (SIGNS[check.outcome], check.outcome)
    yield Heading(sign, visible(check.title), _points(check), tone)
    if check.finding is not None:
        yield from finding_pieces(check.finding, check.replay)
    elif check.note:
        ours = check.outcome == "error"
        yield Part(gettext("ours") if ours else "", visible(check.note), 4 if ours else 2)


def _points(check: CheckResult) -> str:
    """Points reached and possible; nothing is reached or lost in a check that could not be decided."""
    if not check.max_score:
        return {"should": gettext("risk"), "style": gettext("advice")}.get(check.level, "")
    return f"{'?' if check.outcome == 'error' else check.score}/{check.max_score}"


def finding_pieces(finding: Finding, replay: str) -> Iterator[Piece]:
    """The three parts of a finding, and the command that shows it again."""
    seen, why = located(finding)
    yield Part(gettext("seen"), visible(seen), 3)
    yield Part(gettext("why"), visible(why), 4)
    yield Part(gettext("next"), visible(finding.next), 3)
    if replay:
        yield Command(gettext("again"), visible(replay))


def _build_output(words: str, see: str) -> Iterator[str]:
    """What the compiler said, its first lines."""
    lines = words.replace("\t", "    ").rstrip("\n").split("\n")
    for number, line in enumerate(lines):
        if number == 8:
            left = len("\n".join(lines[number:]).encode("utf-8", "backslashreplace"))
            yield gettext("… ({number} more bytes, see {file})", number=left, file=see)
            return
        yield from clip(visible(line), 116, 2, see)


def _verdict(report: Report) -> Iterator[Piece]:
    """The last lines: the verdict in words, and what it means for the points."""
    if report.verdict == "not graded":
        yield Words(gettext("not graded"), "error")
        yield Part(gettext("reason"), visible(report.reason or ""), 4)
        decided = sum(check.outcome in {"pass", "fail"} for check in report.checks)
        told = gettext(
            "{number} of {all} checks are decided; this costs no points and is no zero",
            number=decided,
            all=len(report.checks),
        )
        yield Part("", told, most=2)
        return
    passed = report.verdict == "passed"
    points = gettext("{verdict}: {score} of {max_score} points", verdict=gettext("passed") if passed else gettext("failed"),
                     score=report.score, max_score=report.max_score)  # fmt: skip
    yield Words(points, "pass" if passed else "fail")
    if report.reason:
        yield Part(gettext("reason"), visible(report.reason), 2)
