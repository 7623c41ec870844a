"""Entries and passages in, rankings out: first which entry a question is about, then which passage inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Entry
from bot.retrieval.base import DECIMALS, Hit, best_first
from bot.retrieval.bm25 import Bm25Retriever
from bot.text import content_stems, is_stop_word, stem, stems

PASSAGE_WEIGHT = 0.5
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class PassageRetriever:
    """Passages by BM25 over their own text."""

    texts: Bm25Retriever

    @classmethod
    def over(cls, entries: Sequence[Entry]) -> "PassageRetriever":
        """Index every passage of *entries*."""
        return cls(Bm25Retriever([(p.id, p.text) for entry in entries for p in entry.passages], content_stems))

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* passages, best first; see `Retriever.search`."""
        return self.texts.search(query, k)


@dataclass(frozen=True, slots=True)
class EntryRetriever:
    """Entries by their best wording (title, aliases, their passages' aliases) and their best passage."""

    passages: Bm25Retriever
    wordings: Bm25Retriever

    @classmethod
    def over(cls, entries: Sequence[Entry]) -> "EntryRetriever":
        """Index every wording and passage of *entries*, each wording a short string of its own."""
        return cls(
            Bm25Retriever([(e.id, p.text) for e in entries for p in e.passages], content_stems),
            Bm25Retriever([(e.id, wording) for e in entries for wording in e.wordings], stems, both_ways=True, b=0.0),
        )

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* entries, best first; see `Retriever.search`."""
        passages = {hit.id: hit.score for hit in self.passages.search(query, ALL)}
        wordings = {hit.id: hit.score for hit in self.wordings.search(query, ALL)}
        return best_first(_fused(wordings, passages), k)

    def knows(self, word: str) -> bool:
        """Tell whether a normalised word stands in any wording, or, unless it is a stop word, in any passage."""
        return self.wordings.knows(stem(word)) or (not is_stop_word(word) and self.passages.knows(stem(word)))


def _fused(wordings: dict[str, float], passages: dict[str, float]) -> dict[str, float]:
    """Return 1 - (1 - w)(1 - c p) for each id: two pieces of evidence that each can only add (a noisy or).

    A passage counts for less (c) than a wording: it holds many words that a question only happens to share.
    """
    ids = sorted(wordings.keys() | passages.keys())
    return {
        i: round(1 - (1 - wordings.get(i, 0.0)) * (1 - PASSAGE_WEIGHT * passages.get(i, 0.0)), DECIMALS) for i in ids
    }
