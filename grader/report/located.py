"""In: a finding with the source lines of its events; out: its words with those lines where they speak of the events.

Checks and rules write `event 57` and know nothing of lines; a person looks for the line first.
"""

from __future__ import annotations

import re

from grader.model import Finding

__all__ = ["located"]

EVENT = re.compile(r"(?P<lead>, | at |\()?\bevent (?P<number>\d+)\b")


def located(finding: Finding) -> tuple[str, str]:
    """`seen` and `why`, each event at its first mention with its line; the first line of all stands in `seen` at least."""
    lines = {place.event: f"{place.file}:{place.line}" for place in reversed(finding.source)}
    told: set[str] = set()

    def add(match: re.Match[str]) -> str:
        line = lines.pop(int(match["number"]), "")
        told.add(line)
        lead, event = match["lead"] or "", f"event {match['number']}"
        if not line:
            return match[0]
        if lead == "(":
            return f"({line}, {event}"
        return f" at {line}, {event}" if lead else f"{event} at {line}"

    seen = EVENT.sub(add, finding.seen)
    if finding.source and not told - {""}:
        first = finding.source[0]
        seen = f"{seen}, at {first.file}:{first.line}"
        lines.pop(first.event, None)
    return seen, EVENT.sub(add, finding.why)
