"""A linear model beside the rules: it has read some thousand statements and finds what nobody wrote a rule for.

Multinomial logistic regression over TF-IDF of characters and words. Its weights stand in `classifier.json`;
`python -m benchmarks.safety_model` rebuilds them from the statements under `benchmarks/safety/statements/`. It can
only raise: what it does not know stays as the rules found it.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "classifier.json"
DANGER = ("self", "other", "emergency", "harm")
# the numbers are whole in the file: it is read at every start
IDF_SCALE, WEIGHT_SCALE = 100, 10
LONGEST_GRAM = 5
SHORTEST_GRAM = 2
# words: a sentence torn out of its message misleads, and in a novel the one that matters is lost
LONGEST_WHOLE = 60
PASSAGE, STEP = 40, 20
MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """The gravest class of danger with its probability, and that of danger or its mention, each from 0 to 1.

    `text` is what it was found in: the whole reading where it is short, else a passage of it.
    """

    kind: str
    danger: float
    concern: float
    text: str = ""


class _Block:
    """The terms of one kind, each with its idf and a weight for each class."""

    def __init__(self, kind: str, told: Mapping[str, Sequence[Any]], classes: int) -> None:
        self._kind = kind
        self._place_of = {term: place for place, term in enumerate(told["terms"])}
        self._idf = np.array(told["idf"], dtype=np.float64) / IDF_SCALE
        self._weights = np.array(told["weights"], dtype=np.float64).reshape(-1, classes) / WEIGHT_SCALE
        # messages are made of the same words again and again
        self._places_in = lru_cache(maxsize=MOST_WORDS)(self._places_in_word)

    def logits(self, text: str) -> _Floats:
        """Return what the terms of *text* add to each class."""
        counts = Counter(self._places(text))
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * self._idf[places]
        length = math.sqrt(float(values @ values))
        added: _Floats = (values / (length or 1.0)) @ self._weights[places]
        return added

    def _places(self, text: str) -> Iterator[int]:
        if self._kind == "characters":
            return chain.from_iterable(map(self._places_in, text.split()))
        return (self._place_of[term] for term in grams(text, self._kind) if term in self._place_of)

    def _places_in_word(self, word: str) -> tuple[int, ...]:
        return tuple(self._place_of[term] for term in grams(word, self._kind) if term in self._place_of)


class Classifier:
    """The fitted model: terms of two kinds, each with a weight for each class."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        """Take what `benchmarks.safety_model` wrote: classes, intercepts, thresholds, and terms with their weights."""
        self.classes: tuple[str, ...] = tuple(told["classes"])
        self.crisis: float = told["crisis"]
        self.support: float = told["support"]
        self._intercepts = np.array(told["intercepts"])
        self._blocks = [_Block(kind, told[kind], len(self.classes)) for kind in ("characters", "words")]
        self._danger = [self.classes.index(name) for name in DANGER]
        self._none = self.classes.index("none")

    def judge(self, reading: str) -> Judgement:
        """Return what is gravest in *reading*: in it as a whole where it is short, else in any passage of it."""
        rows = [(self.probabilities(text), text) for text in passages(reading)]
        gravest, found_in = max(rows, key=lambda row: float(row[0][self._danger].sum()))
        kind = DANGER[int(gravest[self._danger].argmax())]
        concern = max(float(1 - row[self._none]) for row, _ in rows)
        return Judgement(kind, float(gravest[self._danger].sum()), concern, found_in)

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """Return the probability of each class for one plain text."""
        logits = self._intercepts.copy()
        for block in self._blocks:
            logits += block.logits(text)
        powers: NDArray[np.float64] = np.exp(logits - logits.max())
        shares: NDArray[np.float64] = powers / powers.sum()
        return shares


def passages(reading: str) -> list[str]:
    """Return *reading* on one line, or, of a long one, passages of 40 words that overlap by half."""
    words = reading.split()
    if len(words) <= LONGEST_WHOLE:
        return [" ".join(words)]
    return [" ".join(words[start : start + PASSAGE]) for start in range(0, len(words) - STEP, STEP)]


def grams(text: str, kind: str) -> Iterator[str]:
    """Yield the terms of a plain text: runs of one to three words, or the character n-grams of each word."""
    words = text.split()
    if kind == "words":
        yield from words
        yield from (f"{a} {b}" for a, b in pairwise(words))
        yield from (f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False))
        return
    for word in words:
        edged = f" {word} "
        for size in range(SHORTEST_GRAM, min(LONGEST_GRAM, len(edged)) + 1):
            yield from (edged[start : start + size] for start in range(len(edged) - size + 1))


@cache
def shipped() -> Classifier:
    """Return the model that comes with the program."""
    return Classifier(json.loads(WEIGHTS.read_text(encoding="utf-8")))
