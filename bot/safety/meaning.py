"""A second opinion where the classifier is in doubt: what a message means, beside the words that it holds.

A small network over sentence vectors: one layer of rectified linear units and a softmax, as scikit-learn's
`MLPClassifier`. Its weights stand in `meaning.json`; `python -m benchmarks.safety_model` rebuilds them from the same
statements. Where there are no sentence vectors, the classifier decides alone.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.safety.classifier import DANGER

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

WEIGHTS = Path(__file__).parent / "meaning.json"
DECIMALS = 3
# how much its log odds count beside the classifier's, and how far they go either way
SHARE, FARTHEST = 0.5, 6.0
_NEARLY = 1e-6


class Meaning:
    """The fitted network: sentence vectors, shape (n, width), in; log odds of danger out."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Take what `benchmarks.safety_model` wrote: classes, threshold, and the layers' weights and intercepts."""
        self.crisis: float = told["crisis"]
        self._layers = [np.array(layer, dtype=np.float64) for layer in told["layers"]]
        self._intercepts = [np.array(layer, dtype=np.float64) for layer in told["intercepts"]]
        self._danger = [told["classes"].index(name) for name in DANGER]

    def log_odds(self, vector: NDArray[np.float32]) -> float:
        """Return the log odds of danger in a text with this sentence vector, within `FARTHEST` either way."""
        hidden = np.maximum(vector.astype(np.float64) @ self._layers[0] + self._intercepts[0], 0.0)
        logits = hidden @ self._layers[1] + self._intercepts[1]
        powers = np.exp(logits - logits.max())
        odds = log_odds_of(float(powers[self._danger].sum() / powers.sum()))
        return min(max(odds, -FARTHEST), FARTHEST)

    def is_danger(self, danger: float, text: str, embed: Embed) -> bool:
        """Tell whether *text*, in which the classifier sees *danger* (0 to 1), is danger, both opinions taken together.

        The vector is only computed where it can decide.
        """
        by_words = log_odds_of(danger)
        if abs(by_words - self.crisis) > SHARE * FARTHEST:
            return by_words > self.crisis
        return by_words + SHARE * self.log_odds(embed([text])[0]) >= self.crisis


def log_odds_of(probability: float) -> float:
    """Return log(p / (1 - p)) of a probability, kept within about 14 either way."""
    kept = min(max(probability, _NEARLY), 1 - _NEARLY)
    return math.log(kept / (1 - kept))


@cache
def shipped_meaning() -> Meaning:
    """Return the network whose weights come with the program."""
    return Meaning(json.loads(WEIGHTS.read_text(encoding="utf-8")))
