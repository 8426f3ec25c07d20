"""In: a `Report`; out: what a student reads on a terminal, at most 12 lines a check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.model import CheckResult, Finding, Report
from grader.report.paint import Paint, plain
from grader.report.visible import clip, visible

__all__ = ["SEE", "finding_lines", "report_text"]

WIDTH = 76
LABEL = 9
SIGNS = {"pass": "✓", "fail": "✗", "skipped": "-", "error": "!"}
SEE = "--json FILE"
"""Where the whole of a cut text is to be had when no file holds it yet."""


def report_text(report: Report, *, paint: Paint = plain, see: str = SEE) -> str:
    """The whole report as lines. `see` names the file that holds in full what is cut here."""
    lines = [paint(_head(report), "faint")]
    if report.build_output:
        lines.append(paint("✗ the submission does not build", "fail"))
        lines.extend(_build_output(report.build_output, see))
    for check in report.checks:
        lines.extend(_check(_without_common_note(check, report), paint, see))
    lines.extend(_verdict(report, paint, see))
    return "\n".join(lines) + "\n"


def _head(report: Report) -> str:
    """Which exercise, in which language and variant, in which box, at what cost."""
    runs = "1 run" if report.runs == 1 else f"{report.runs} runs"
    parts = [report.exercise, report.language, f"seed {report.seed}" if report.seed else "",
             f"rung {report.rung}" if report.rung else "", runs, f"{report.seconds:.1f} s"]  # fmt: skip
    return " · ".join(visible(part) for part in parts if part)


def _without_common_note(check: CheckResult, report: Report) -> CheckResult:
    """What holds for the whole report is said once, at its end."""
    common = check.note == f"not decided: {report.reason}" or (bool(report.build_output) and check.outcome == "skipped")
    return replace(check, note="") if common else check


def _check(check: CheckResult, paint: Paint, see: str) -> Iterator[str]:
    """The block of one check."""
    title, points = visible(check.title), _points(check)
    advice = check.outcome == "fail" and not check.max_score and check.level != "must"
    sign, tone = ("~", "skipped") if advice else (SIGNS[check.outcome], check.outcome)
    gap = " " * max(2, WIDTH - 2 - len(title) - len(points))
    yield f"{paint(f'{sign} {title}', tone)}{gap}{points}".rstrip()
    if check.finding is not None:
        yield from finding_lines(check.finding, check.replay, see)
    elif check.outcome == "error" and check.note:
        yield from _part("ours", check.note, 4, see)
    elif check.note:
        yield from ("  " + line for line in clip(visible(check.note), WIDTH - 2, 2, see))


def _points(check: CheckResult) -> str:
    """Points reached and possible; nothing is reached or lost in a check that could not be decided."""
    if not check.max_score:
        return {"should": "risk", "style": "advice"}.get(check.level, "")
    return f"{'?' if check.outcome == 'error' else check.score}/{check.max_score}"


def finding_lines(finding: Finding, replay: str, see: str) -> Iterator[str]:
    """The three parts of a finding, and the command that shows it again, unbroken so that it can be copied."""
    yield from _part("seen", finding.seen, 3, see)
    yield from _part("why", finding.why, 4, see)
    yield from _part("next", finding.next, 3, see)
    if replay:
        yield f"  {'again':<{LABEL - 2}}{visible(replay)}"


def _part(label: str, text: str, most: int, see: str) -> Iterator[str]:
    first, *rest = clip(visible(text), WIDTH - LABEL, most, see)
    yield f"  {label:<{LABEL - 2}}{first}"
    yield from (" " * LABEL + line for line in rest)


def _build_output(words: str, see: str) -> Iterator[str]:
    """What the compiler said, its first lines."""
    lines = words.replace("\t", "    ").rstrip("\n").split("\n")
    for number, line in enumerate(lines):
        if number == 8:
            left = len("\n".join(lines[number:]).encode("utf-8", "backslashreplace"))
            yield f"    … ({left} more bytes, see {see})"
            return
        yield from ("    " + part for part in clip(visible(line), 116, 2, see))


def _verdict(report: Report, paint: Paint, see: str) -> Iterator[str]:
    """The last lines: the verdict in words, and what it means for the points."""
    if report.verdict == "not graded":
        yield paint("not graded", "error")
        yield from _part("reason", report.reason or "", 4, see)
        decided = sum(check.outcome in {"pass", "fail"} for check in report.checks)
        yield f"  {decided} of {len(report.checks)} checks are decided; this costs no points and is no zero"
        return
    tone = "pass" if report.verdict == "passed" else "fail"
    yield paint(f"{report.verdict}: {report.score} of {report.max_score} points", tone)
    if report.reason:
        yield from _part("reason", report.reason, 2, see)
