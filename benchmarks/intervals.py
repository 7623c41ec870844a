"""Counts in, shares with their 95 % intervals out: how far a figure may lie from the truth by chance alone."""

import math
from dataclasses import dataclass

Z = 1.959964  # the normal quantile of 97.5 %: 95 % lie within


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        return in_percent(self.value, *wilson(self))


def wilson(share: Share) -> tuple[float, float]:
    """Return the ends of the 95 % score interval, from 0 to 1 (Wilson 1927, JASA 22); of nothing it is all."""
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
