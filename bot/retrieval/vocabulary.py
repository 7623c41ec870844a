"""Which words of a question an entry, or anything else, has ever used: evidence against an answer, where it has not.

A shared word says little; a weighty word that neither the entry's wordings nor its passages hold says that the question
asks for something else.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.retrieval.bm25 import smoothed_idf
from bot.text import content_stems, stems_that_tell


@dataclass(frozen=True, slots=True)
class Met:
    """Shares, from 0 to 1, of the weight of a question's words: those that nobody knows, the entry's, the other's."""

    unknown: float
    entry: float
    other: float


class Vocabulary:
    """The words of each owner: an entry, or a topic that is no entry's."""

    def __init__(self, texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Take (owner, words of a text) pairs. A word weighs the more the fewer texts hold it."""
        self._owned: dict[str, set[str]] = defaultdict(set)
        told: list[set[str]] = []
        for owner, words in texts:
            stems = set(stems_that_tell(words))
            self._owned[owner] |= stems
            told.append(stems)
        containing, size = Counter(chain.from_iterable(told)), len(told)
        self._weights = {stem: smoothed_idf(size, count) for stem, count in containing.items()}
        self._unknown_weight = smoothed_idf(size, 0)

    def met(self, question: str, entry: str, other: str) -> Met:
        """Return how much of *question* the owners *entry* and *other* have ever used; all of one without words."""
        weights = {s: self._weights.get(s, self._unknown_weight) for s in dict.fromkeys(content_stems(question))}
        total = sum(weights.values())
        if not total:
            return Met(0.0, 1.0, 1.0)
        shares = (
            sum(weight for stem, weight in weights.items() if stem not in self._weights),
            sum(weight for stem, weight in weights.items() if stem in self._owned.get(entry, ())),
            sum(weight for stem, weight in weights.items() if stem in self._owned.get(other, ())),
        )
        unknown, own, others = (share / total for share in shares)
        return Met(unknown, own, others)
