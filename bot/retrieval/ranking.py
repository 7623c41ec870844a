"""Entries and passages in, rankings out: first which entry a question is about, then which passage inside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import Entry
from bot.retrieval.base import DECIMALS, Hit, best_first
from bot.retrieval.bm25 import Bm25Retriever
from bot.text import content_stems, is_stop_word, stem, stems

PASSAGE_WEIGHT = 0.5


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
    def over(cls, entries: Sequence[Entry], words_of: Mapping[str, Sequence[str]] | None = None) -> "EntryRetriever":
        """Index every wording and passage of *entries*, each wording a short string of its own.

        *words_of* holds the words of texts that are known already.
        """
        known = words_of or {}

        def analyse(text: str) -> tuple[str, ...]:
            return tuple(map(stem, known[text])) if text in known else stems(text)

        return cls(
            Bm25Retriever([(e.id, p.text) for e in entries for p in e.passages], content_stems),
            Bm25Retriever([(e.id, wording) for e in entries for wording in e.wordings], analyse, both_ways=True, b=0.0),
        )

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* entries, best first; see `Retriever.search`."""
        return best_first(self.scores(query), k)

    def scores(self, query: str) -> dict[str, float]:
        """Return the score of every entry that shares evidence with *query*, at most 1."""
        return _fused(self.wordings.scores(query), self.passages.scores(query))

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
