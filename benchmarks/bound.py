"""In: how many of n independent trials failed; out: the 95 % upper bound on the rate of failure.

The bound is exact and one-sided: the largest p at which k failures or fewer in n trials still have a chance of 5 %
(Clopper and Pearson, Biometrika 26 (1934) 404-413). For k = 0 it is 1 - 0.05^(1/n), close to 3/n, the rule of three
(Hanley and Lippman-Hand, JAMA 249 (1983) 1743-1745).
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

__all__ = ["upper_bound"]

HALVINGS = 60  # of the interval 0 to 1: finer than a float tells apart


def upper_bound(failures: int, trials: int, risk: float = 0.05) -> float:
    """The rate of failure that is exceeded only if something less likely than `risk` has happened. 1.0 without trials."""
    if failures >= trials:
        return 1.0
    if failures == 0:
        return 1.0 - exp(log(risk) / trials)
    low, high = failures / trials, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(failures, trials, middle) > risk else (low, middle)
    return high


def _at_most(failures: int, trials: int, rate: float) -> float:
    """The chance of at most so many failures: the lower tail of the binomial distribution."""
    if rate >= 1.0:
        return 0.0
    return sum(exp(_log_choices(trials, k) + k * log(rate) + (trials - k) * log1p(-rate)) for k in range(failures + 1))


def _log_choices(trials: int, k: int) -> float:
    return lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1)
