"""In: a finding with the source lines of its events; out: its words with those lines where they speak of the events.

Checks and rules write `event 57` and know nothing of lines; a person looks for the line first.
"""

from __future__ import annotations

import re

from grader.model import Finding
from grader.texts import gettext

__all__ = ["located"]

EVENT = re.compile(r"(?P<lead>, | at |\(|（|，|在)?(?P<word>\bevent|事件) (?P<number>\d+)(?!\d)")
"""An event as findings name it, in English and in Chinese."""


def located(finding: Finding) -> tuple[str, str]:
    """`seen` and `why`, each event at its first mention with its line; the first line of all stands in `seen` at least."""
    lines = {place.event: f"{place.file}:{place.line}" for place in reversed(finding.source)}
    told: set[str] = set()

    def add(match: re.Match[str]) -> str:
        line = lines.pop(int(match["number"]), "")
        told.add(line)
        lead, event = match["lead"] or "", f"{match['word']} {match['number']}"
        if not line:
            return match[0]
        if match["word"] == "事件":
            return f"{lead}{line}，{event}" if lead in {"（", "，"} else f"{lead and '在 '}{line} 处的{event}"
        if lead == "(":
            return f"({line}, {event}"
        return f" at {line}, {event}" if lead else f"{event} at {line}"

    seen = EVENT.sub(add, finding.seen)
    if finding.source and not told - {""}:
        first = finding.source[0]
        seen = gettext("{seen}, at {place}", seen=seen, place=f"{first.file}:{first.line}")
        lines.pop(first.event, None)
    return seen, EVENT.sub(add, finding.why)
