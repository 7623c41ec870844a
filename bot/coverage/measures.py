"""Counts and rankings in, measures out, and how far each may lie from the truth by chance alone.

A ranking is a sequence of distinct ids, best first; what is relevant is relevant alike (gain 1).
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

Z = 1.959964  # the normal quantile of 97.5 %: 95 % lie within


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; or the sum of values from 0 to 1, and how many they are."""

    count: float
    of: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        return in_percent(self.value, *wilson(self))


def wilson(share: Share) -> tuple[float, float]:
    """Return the ends of the 95 % score interval, from 0 to 1 (Wilson 1927, JASA 22); of nothing it is all.

    For the mean of values between 0 and 1 it is, if anything, too wide: their variance is at most that of a share.
    """
    if not share.of:
        return 0.0, 1.0
    spread = Z**2 / share.of
    middle = (share.value + spread / 2) / (1 + spread)
    half = math.sqrt(share.value * (1 - share.value) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(first: Share, second: Share) -> tuple[float, float, float]:
    """Return *second* less *first* with the ends of its 95 % interval, made from both Wilson's.

    For shares of different questions (Newcombe 1998, Statistics in Medicine 17, method 10).
    """
    (low, high), (other_low, other_high) = wilson(first), wilson(second)
    value = second.value - first.value
    below = math.hypot(second.value - other_low, high - first.value)
    above = math.hypot(other_high - second.value, first.value - low)
    return value, value - below, value + above


def in_percent(value: float, low: float, high: float) -> str:
    """Return the three as a cell of a table."""
    return f"{100 * value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def mean(values: Iterable[float]) -> Share:
    """Return the mean of *values*, each from 0 to 1, as a share."""
    told = list(values)
    return Share(math.fsum(told), len(told))


def hit_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return 1.0 where one of the first *k* is relevant, else 0.0 (success@k of TREC)."""
    return float(any(id_ in relevant for id_ in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return 1 / the rank, from 1, of the first relevant one; 0.0 where there is none (Voorhees 1999, TREC-8)."""
    return next((1 / rank for rank, id_ in enumerate(ranking, 1) if id_ in relevant), 0.0)


def ndcg_at(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the discounted cumulated gain of the first *k*, divided by that of the best ranking possible.

    A relevant id at rank r adds 1 / log2(r + 1) (Järvelin and Kekäläinen 2002, ACM TOIS 20). 0.0 where nothing is
    relevant.
    """
    best = sum(_discount(rank) for rank in range(1, min(k, len(set(relevant))) + 1))
    gained = sum(_discount(rank) for rank, id_ in enumerate(ranking[:k], 1) if id_ in relevant)
    return gained / best if best else 0.0


def _discount(rank: int) -> float:
    return 1 / math.log2(rank + 1)
