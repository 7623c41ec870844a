"""Features of a ranking in, a calibrated probability out that its first entry answers the question.

A logistic regression whose weights stand in `confidence.json`, one set with the semantic layer and one without;
`python -m benchmarks.calibrate` rebuilds them from our own questions.
"""

import json
import math
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from pathlib import Path

WEIGHTS = Path(__file__).parent / "confidence.json"
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against the first entry, each number within -1 and 1.

    Shares and memberships are those of `TopicScore`: of the first entry, of the entry after it, of the strongest known
    gap and of the strongest small talk. `nearest` and `words` are similarities to the nearest wording of the first
    entry and of anything that is no entry. `bm25` is the first entry's BM25 score. `unknown`, `met` and `other_met` are
    the shares of the question's words, by weight, that nobody has ever used, that the first entry has, and that the
    strongest topic which is no entry has. The totals are sums of memberships, at most 1 in size: of all topics of the
    first entry, of all entries, of all known gaps, and of all small talk.
    """

    share: float
    next_share: float
    membership: float
    gap_membership: float
    talk_membership: float
    nearest: float
    other_nearest: float
    words: float
    other_words: float
    bm25: float
    unknown: float
    met: float
    other_met: float
    entry_total: float
    entries_total: float
    gaps_total: float
    talk_total: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted logistic regression: its intercept, and a weight for each feature."""

    intercept: float
    weights: Features

    @classmethod
    def shipped(cls, *, semantic: bool) -> "Confidence":
        """Return the weights that come with the program."""
        return _shipped()["semantic" if semantic else "lexical"]

    def of(self, features: Features) -> float:
        """Return the probability, from 0 to 1, rounded to 6 decimals."""
        pairs = zip(_values(self.weights), _values(features), strict=True)
        logit = self.intercept + math.fsum(weight * value for weight, value in pairs)
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), DECIMALS)


def feature_names() -> tuple[str, ...]:
    """Return the names of the features, in order."""
    return tuple(field.name for field in fields(Features))


_values = attrgetter(*feature_names())


@cache
def _shipped() -> dict[str, Confidence]:
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {key: Confidence(one["intercept"], Features(**one["weights"])) for key, one in told.items()}
