"""What `grader doctor` makes of a machine: facts in, lines with a way out, and whether it can grade."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.cli.diagnosis import Facts, able, diagnosis_text, findings
from tests.support.golden import assert_golden

GOOD = Facts(
    system="Linux",
    machine="x86_64",
    kernel="6.8.0-31-generic",
    python=(3, 12, 3),
    packages={"jinja2": "3.1.6", "pytest": "9.1.0"},
    programs={"cc": "/usr/bin/cc", "bwrap": "/usr/bin/bwrap"},
    tracing_filter=True,
    handles=True,
    landlock=6,
    rung="A",
    trials={"any": 11, "c": 11, "python": 340},
)
NOTES = (
    "rung C: the box cannot be made: setting up uid map: Permission denied",
    "TCP is closed, also to the program itself",
)
WEAKER = {
    "weakest box": replace(GOOD, rung="C", notes=NOTES, programs=GOOD.programs),
    "no bubblewrap": replace(
        GOOD,
        rung="C",
        notes=("rung C: bwrap: bubblewrap is not installed; install the package bubblewrap",),
        programs={"cc": "/usr/bin/cc", "bwrap": ""},
    ),
    "no control groups": replace(GOOD, rung="A-", notes=("memory is limited for each process only",), landlock=0),
}
BAD = {
    "another system": Facts("Darwin", "arm64", "24.1.0", (3, 12, 3), GOOD.packages, {"cc": "/usr/bin/cc", "bwrap": ""}, False,
                            False, 0, box_fault="not tried on this system"),
    "old": replace(GOOD, kernel="5.4.0", python=(3, 9, 2)),
    "no packages": replace(GOOD, packages={"jinja2": "", "pytest": ""}),
    "no compiler": replace(GOOD, programs={"cc": "", "bwrap": "/usr/bin/bwrap"},
                           trials={"any": 11, "c": "cc: this machine has no C compiler", "python": 340}),
    "no box": replace(GOOD, rung="", box_fault="neither namespaces nor Landlock are allowed here", trials={}),
    "few user ids": replace(GOOD, rung="", box_fault="the tracer could not go on: [Errno 22] Invalid argument: '/run/grader/1'",
                            trials={}, user_ids=1),
    "no tracing": replace(GOOD, tracing_filter=False, trials=dict.fromkeys(GOOD.trials, "the tracer could not go on")),
    "no handles": replace(GOOD, handles=False),
}  # fmt: skip


def told(facts: Facts) -> str:
    """What the person reads."""
    return diagnosis_text(tuple(findings(facts)))


def test_the_words_of_the_doctor_are_the_approved_ones() -> None:
    """For a machine that is well, for weaker ones, and for those that cannot grade."""
    machines = {"well": GOOD, **WEAKER, **BAD}

    assert_golden("author/doctor.txt", "\n".join(f"# {name}\n{told(facts)}" for name, facts in machines.items()))


@pytest.mark.parametrize("name", BAD)
def test_a_machine_that_cannot_grade_is_told_what_to_do(name: str) -> None:
    """Each line that is bad carries a way out, unless the one above it is its cause."""
    found = tuple(findings(BAD[name]))

    assert not able(found)
    assert any(each.state == "bad" and each.action for each in found)


@pytest.mark.parametrize("facts", [GOOD, *WEAKER.values()], ids=["well", *WEAKER])
def test_a_weaker_machine_grades_all_the_same(facts: Facts) -> None:
    """A lower rung or a missing package of the box is no reason not to grade; the report says the rung."""
    assert able(tuple(findings(facts)))
