"""The whole of Verbatim behind one class: a knowledge folder in, replies out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot import __version__
from bot.answering import LONGEST_HISTORY, Answering
from bot.cache import ArrayCache, texts_array, texts_of
from bot.knowledge import load_knowledge
from bot.model import Entry, Gap, Knowledge, OperatingPoint, Reply
from bot.retrieval import Ranking
from bot.retrieval.confidence import Features
from bot.retrieval.embedding import Embedder, Vectors, default_embedder
from bot.retrieval.languages import Rankers
from bot.retrieval.ranker import Ranker, wordings_of, yielding
from bot.retrieval.topics import TopicModel, Wording, fingerprint
from bot.text import speaking, words

EXPLAINED = 10
CACHE = Path(".verbatim") / "cache"
TOPICS = "topics"
MOST_VECTORS = 20_000


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry as it was ranked for a question."""

    entry_id: str
    question: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question got its reply: ranked entries, strongest known gap, confidence, known and unknown words."""

    entries: tuple[RankedEntry, ...]
    gap: str
    confidence: float
    matched: tuple[str, ...]
    unknown: tuple[str, ...]
    operating_point: OperatingPoint

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists for JSON."""
        point = self.operating_point
        return {
            "entries": [{"entry_id": e.entry_id, "question": e.question, "score": e.score} for e in self.entries],
            "gap": self.gap,
            "confidence": self.confidence,
            "matched": list(self.matched),
            "unknown": list(self.unknown),
            "operating_point": {"answer": point.answer, "choose": point.choose, "gap": point.gap},
        }


class Bot:
    """An FAQ that can be asked in one's own words and answers with its own passages only.

    Immutable once loaded and safe to share between threads.
    """

    def __init__(self, knowledge: Knowledge, *, embedder: Embedder | None = None, cache: Path | None = None) -> None:
        """Fit the rankings of a knowledge that is already loaded, with what *cache* kept of an earlier time."""
        self.semantic = embedder is not None
        point = knowledge.operating_point.in_force(semantic=self.semantic)
        self.knowledge = replace(knowledge, operating_point=point)
        self._ranker = fit_ranker(knowledge, embedder, ArrayCache(cache))
        self._answering = Answering(self.knowledge, self._ranker, __version__)

    @classmethod
    def load(
        cls, folder: str | Path = "knowledge", *, semantic: bool = True, cache: str | Path | None = CACHE
    ) -> "Bot":
        """Load and fit the knowledge in *folder*.

        With *semantic*, sentence vectors are one more evidence, where the model is installed. What was fitted is kept
        in *cache* (None keeps nothing), so that the next load of the same knowledge takes less than a second.

        Raises:
            KnowledgeError: with every problem found, each with its file, line and how to fix it.
        """
        with ThreadPoolExecutor(1) as beside:
            # the model is read by a library that leaves Python free to read the knowledge meanwhile
            coming = beside.submit(default_embedder) if semantic else None
            knowledge = load_knowledge(Path(folder))
            embedder = coming.result() if coming else None
        return cls(knowledge, embedder=embedder, cache=Path(cache) if cache is not None else None)

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Return the reply to *question*.

        *history* holds the earlier questions of the same patient, oldest first; the last 20 count. Any text gets a
        reply: what is empty, over 4,000 characters or not valid Unicode gets one of kind `refused`.

        Raises:
            TypeError: if the question, or one in the history, is not a str.
        """
        _require_texts(question, *history)
        if isinstance(history, str):
            raise TypeError("history is one str; it must be a sequence of them")
        return self._answering.reply(question, tuple(history)[-LONGEST_HISTORY:])

    def rank(self, question: str) -> Ranking:
        """Return all that ranking says of *question*, before anything is decided."""
        return self._ranker.rank(question)

    def features(self, question: str) -> tuple[str, Features] | None:
        """Return the first entry and what speaks for and against it, for calibration; None where nothing is ranked."""
        return self._ranker.features(question)

    def explain(self, question: str) -> Explanation:
        """Return the ranking behind the reply to *question*, for staff; it decides nothing.

        Raises:
            TypeError: if the question is not a str.
        """
        _require_texts(question)
        ranking = self._ranker.rank(question)
        ranked = [(self.knowledge.entry(hit.id), hit.score) for hit in ranking.entries[:EXPLAINED]]
        asked = dict.fromkeys(words(question))
        known = tuple(word for word in asked if self._ranker.knows(word))
        return Explanation(
            entries=tuple(RankedEntry(entry.id, entry.question, score) for entry, score in ranked),
            gap=f"{ranking.gap.id} ({ranking.gap.score:.3f})" if ranking.gap else "",
            confidence=ranking.confidence,
            matched=known,
            unknown=tuple(word for word in asked if word not in known),
            operating_point=self.knowledge.operating_point,
        )


def _require_texts(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a question must be a str, not {type(text).__name__}")


def fit_ranker(knowledge: Knowledge, embedder: Embedder | None, cache: ArrayCache) -> Rankers:
    """Return the ranker of *knowledge*, one of each language inside, fitted anew unless *cache* holds it."""
    own = knowledge.clinic.language
    found = dict.fromkeys((own, *(entry.language or own for entry in knowledge.entries)))
    return Rankers({language: _fit_language(knowledge, language, embedder, cache) for language in found})


def _fit_language(knowledge: Knowledge, language: str, embedder: Embedder | None, cache: ArrayCache) -> Ranker:
    own = knowledge.clinic.language
    entries = [entry for entry in knowledge.entries if (entry.language or own) == language]
    # known gaps and small talk are worded in the clinic's language
    known = (knowledge.gaps, knowledge.small_talk) if language == own else ((), ())
    with speaking(language):
        gaps = yielding(_yielding_within(known[0], entries), entries)
        wordings = wordings_of(entries, gaps, known[1])
        key = fingerprint(wordings, embedder)
        arrays = cache.load(TOPICS, key)
        if arrays is not None:
            topics = TopicModel.restore(wordings, embedder, arrays)
        else:
            texts = [wording.text for wording in wordings]
            topics = TopicModel.fit(wordings, embedder, _vectors(texts, embedder, cache))
            cache.save(TOPICS, key, topics.arrays())
        return Ranker(entries, wordings, topics, language, semantic=embedder is not None)


def _yielding_within(gaps: Sequence[Gap], entries: Sequence[Entry]) -> tuple[Gap, ...]:
    """Return *gaps*, none of them yielding to an entry that is not among *entries*."""
    ids = {entry.id for entry in entries}
    return tuple(gap if gap.answered_by in ids else replace(gap, answered_by="") for gap in gaps)


def _vectors(texts: Sequence[str], embedder: Embedder | None, cache: ArrayCache) -> Vectors:
    """Return the vector of each text; only those that no earlier time has kept are computed."""
    if embedder is None:
        return np.zeros((len(texts), 0), dtype=np.float32)
    kind = f"vectors-{embedder.name}"
    kept = cache.newest(kind) or {}
    known = dict(zip(texts_of(kept["texts"]), kept["vectors"], strict=True)) if kept else {}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known.update(zip(missing, embedder.embed(missing), strict=True))
        newest = [*texts, *sorted(known.keys() - set(texts))][:MOST_VECTORS]
        arrays = {"texts": texts_array(newest), "vectors": np.array([known[text] for text in newest])}
        cache.save(kind, fingerprint([Wording(text, "") for text in newest], embedder), arrays, kept=1)
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.width)
