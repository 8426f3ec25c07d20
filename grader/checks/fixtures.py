"""In: the grading of this session; out: what an exercise's test function asks for: run, runs, parameters, variant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.checks.laboratory import Runs
from grader.checks.session import GRADING, RUNS
from grader.evidence import Evidence
from grader.model import Variant
from grader.model.exercise import Value

__all__ = ["parameters", "run", "runs", "variant"]


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Evidence:
    """The evidence of one plan; the check is called once for each plan it declares."""
    evidence: Evidence = request.node.stash[RUNS][request.param]
    return evidence


@pytest.fixture
def runs(request: pytest.FixtureRequest) -> Runs:
    """All runs of the check by plan name, each made when it is first looked at."""
    every: Runs = request.node.stash[RUNS]
    return every


@pytest.fixture
def variant(request: pytest.FixtureRequest) -> Variant:
    """The exercise with its parameters drawn."""
    return request.config.stash[GRADING].collected.variant


@pytest.fixture
def parameters(variant: Variant) -> Mapping[str, Value]:
    """The parameters of the variant by name."""
    return variant.parameters
