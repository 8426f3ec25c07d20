"""In: a `Report`; out: `result.json`, schema grader/result/v1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from json import dumps
from typing import TypeAlias

from grader import __version__
from grader.model import CheckResult, Report, Source

__all__ = ["RESULT_SCHEMA", "as_text", "result_json", "schema_text", "sources"]

RESULT_SCHEMA = "grader/result/v1"

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def result_json(report: Report) -> str:
    """The report as JSON text, ASCII only, ending in a newline. Empty texts are null."""
    fields: Mapping[str, Json] = {
        "schema": RESULT_SCHEMA,
        "grader": __version__,
        "exercise": report.exercise,
        "exercise_version": report.exercise_version,
        "language": report.language,
        "variant": {"seed": report.seed, "parameters": dict(report.parameters)},
        "submission": {"sha256": report.submission_sha256},
        "verdict": report.verdict,
        "reason": report.reason,
        "score": report.score,
        "max_score": report.max_score,
        "rung": report.rung,
        "runs": report.runs,
        "schedules": report.schedules,
        "seconds": report.seconds,
        "build_output": report.build_output or None,
        "checks": [_check(check) for check in report.checks],
    }
    return as_text(fields)


def _check(check: CheckResult) -> Json:
    finding = check.finding
    return {
        "id": check.id,
        "title": check.title,
        "level": check.level,
        "outcome": check.outcome,
        "score": check.score,
        "max_score": check.max_score,
        "needs": list(check.needs),
        "note": check.note or None,
        "seen": finding.seen if finding else None,
        "why": finding.why if finding else None,
        "next": finding.next if finding else None,
        "events": list(finding.events) if finding else [],
        "source": sources(finding.source) if finding else [],
        "run": finding.run if finding else None,
        "schedule": finding.schedule if finding else None,
        "evidence": (finding.evidence or None) if finding else None,
        "replay": check.replay or None,
    }


def sources(places: Sequence[Source]) -> Json:
    """Source lines as JSON, each once."""
    return [{"file": file, "line": line} for file, line in dict.fromkeys((each.file, each.line) for each in places)]


def as_text(fields: Json) -> str:
    """JSON text, ASCII only; lone surrogates (bytes that are no text) become escapes that every reader takes."""
    return dumps(_sound(fields), indent=2, allow_nan=False) + "\n"


def _sound(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, Mapping):
        return {str(_sound(name)): _sound(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_sound(item) for item in value]
    return value


def schema_text(name: str) -> str:
    """The published JSON Schema `result-v1` or `trace-v1`."""
    return files("grader.report").joinpath("schema", f"{name}.json").read_text(encoding="utf-8")
