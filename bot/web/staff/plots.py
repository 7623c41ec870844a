"""Numbers in, the geometry of horizontal bars out, their axis from 0; the template `plots.html` paints them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# so near to an end of the axis, in per cent, a text in the middle of its place would not fit
LEFT, RIGHT = 12.0, 88.0
# ends of an axis that read well
STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on the axis that a bar is compared with, such as a threshold."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, its name, and what it is compared with; `text` is the value as it is written.

    `within` are the ends of the interval in which the truth may lie, where one is drawn.
    """

    label: str
    value: float
    text: str
    marks: tuple[Mark, ...] = ()
    within: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars on one axis from `least`, which is 0 or below, to `most`; `caption` says what is seen."""

    caption: str
    bars: tuple[Bar, ...]
    least: float
    most: float

    def place(self, value: float) -> str:
        """Return where *value* stands on the axis, in per cent of its length."""
        return f"{self._place(value):.2f}%"

    def start(self, bar: Bar) -> str:
        """Return where the painted bar begins: at 0, or at a value below 0."""
        return self.place(min(0.0, bar.value))

    def length(self, bar: Bar) -> str:
        """Return how long the painted bar is, in per cent of the axis."""
        return f"{abs(self._place(bar.value) - self._place(0.0)):.2f}%"

    def anchor(self, value: float) -> str:
        """Return how a text at *value* is set so that it stays within the axis."""
        place = self._place(value)
        return "start" if place < LEFT else "end" if place > RIGHT else "middle"

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return the values that are written below the axis, with their texts: 0, and each end that is not too near."""
        ends = (end for end in (self.least, self.most) if abs(self._place(end) - self._place(0.0)) > LEFT)
        return tuple((value, f"{value:g}") for value in sorted({0.0, *ends}))

    def _place(self, value: float) -> float:
        within = min(self.most, max(self.least, value))
        return 100.0 * (within - self.least) / (self.most - self.least)


def plot(caption: str, bars: Sequence[Bar], *, most: float | None = None) -> Plot:
    """Return *bars* on an axis from 0, or from a round value below the least, to *most* or a round value above all."""
    values = [bar.value for bar in bars]
    greatest, smallest = max(values, default=0.0), min(values, default=0.0)
    return Plot(caption, tuple(bars), -round_up(-smallest) if smallest < 0 else 0.0, most or round_up(greatest) or 1.0)


def signed(value: float) -> str:
    """Return *value* with its sign and three decimals; one that rounds to nothing has no sign."""
    return f"{value:+.3f}" if round(value, 3) else "0.000"


def round_up(value: float) -> float:
    """Return the least of `STEPS` times a power of ten that is not below *value*; 0 for 0 or less."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 12) for step in STEPS if step * power >= value * (1 - 1e-9))
