"""In: a plan with further programs; out: the same with processes for their names, once these can be told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from grader.errors import UsageError
from grader.model.plan import Plan, Stimulus, When

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_TAKEN = frozenset({"all", "any", "group", "init", "kernel", "outside", "timer", "unknown"})
_FORM = 'write Root("client", argv=("client", "./box"))'


def resolved(plan: Plan) -> Plan:
    """The plan with `P2` wherever it names its second further root as a process. Raises UsageError for names that are none."""
    if not plan.roots:
        return plan
    _check(plan)
    names = {root.name: f"P{index}" for index, root in enumerate(plan.roots, 1)}
    return replace(
        plan,
        stimuli=tuple(_renamed(each, names) for each in plan.stimuli),
        anytime=tuple(_renamed(each, names) for each in plan.anytime),
        faults=tuple(replace(each, process=names.get(each.process, each.process)) for each in plan.faults),
        roots=tuple(root if root.when is None else replace(root, when=_seen(root.when, names)) for root in plan.roots),
    )


def _renamed(stimulus: Stimulus, names: Mapping[str, str]) -> Stimulus:
    process = names.get(stimulus.process, stimulus.process)
    return replace(stimulus, when=_seen(stimulus.when, names), process=process)


def _seen(when: When, names: Mapping[str, str]) -> When:
    return replace(when, process=names.get(when.process, when.process))


def _check(plan: Plan) -> None:
    names = [root.name for root in plan.roots]
    for name in names:
        if not _NAME.fullmatch(name) or name in _TAKEN or names.count(name) > 1:
            fault = "stands for two programs" if names.count(name) > 1 else "is no name for a further program"
            raise UsageError(f"{name!r} {fault}", where=f"plan {plan.name}", action=_FORM)
    for root in plan.roots:
        if "/" in root.peer:
            raise UsageError(
                f"{root.peer!r} is no file's name", where=f"plan {plan.name}", action="name a file in peers/"
            )
