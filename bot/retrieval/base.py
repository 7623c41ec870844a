"""The seam for engines: a query in, ids with scores out. No engine sees or returns a text that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """What an engine found: an id and its score in (0, 1], rounded to 6 decimals before anything is decided."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found for a question.

    `entries` and `passages` are best first. `gap` and `talk` are the strongest topic of their kind, with its share and
    that of its neighbours, None where there is none. `confidence` is the calibrated probability that the first entry
    answers. `is_general` tells that the question is about the first entry as a whole rather than about one passage.
    """

    entries: tuple[Hit, ...] = ()
    passages: tuple[Hit, ...] = ()
    gap: Hit | None = None
    talk: Hit | None = None
    confidence: float = 0.0
    is_general: bool = False


class Retriever(Protocol):
    """An engine over a fixed set of ids. `tests/test_retriever_contract.py` runs over each."""

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* hits that share evidence with *query*, best first, scores in (0, 1].

        Each id is in the hits at most once. A query with no known word gives (). Equal scores are ordered by id.

        Raises:
            ValueError: if k < 1.
        """


def best_first(scores: dict[str, float], k: int) -> tuple[Hit, ...]:
    """Return the *k* best of *scores* as hits, rounded; those that round to 0 are no hits.

    Raises:
        ValueError: if k < 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}; ask for at least 1 hit")
    hits = (Hit(id_, round(min(score, 1.0), DECIMALS)) for id_, score in scores.items())
    return tuple(sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id))[:k])
