"""The bound that a soak reports is the exact one, and falls back to the rule of three."""

import pytest

from benchmarks.bound import upper_bound


@pytest.mark.parametrize("trials", [1, 10, 300, 50_000])
def test_no_failure_gives_the_rate_that_would_show_none_in_one_of_twenty(trials: int) -> None:
    """At the bound, n trials without a failure have a chance of exactly 5 %."""
    bound = upper_bound(0, trials)

    assert (1 - bound) ** trials == pytest.approx(0.05)


def test_no_failure_in_many_trials_is_the_rule_of_three() -> None:
    """For large n the bound is 3/n, a little less."""
    assert 2.99 / 10_000 < upper_bound(0, 10_000) < 3 / 10_000


@pytest.mark.parametrize(
    ("failures", "trials", "expected"),
    [(1, 10, 0.39416), (2, 10, 0.50690), (5, 100, 0.10225), (1, 1000, 0.0047353)],
)
def test_some_failures_give_the_bound_of_the_tables(failures: int, trials: int, expected: float) -> None:
    """The one-sided bounds of Clopper and Pearson, as printed in tables: quantiles of the beta distribution."""
    assert upper_bound(failures, trials) == pytest.approx(expected, rel=1e-3)


def test_only_failures_bound_nothing() -> None:
    """Where every trial failed, or there was none, any rate is possible."""
    assert upper_bound(3, 3) == 1.0
    assert upper_bound(0, 0) == 1.0
