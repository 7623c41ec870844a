"""What others do with the same knowledge: a knowledge in, systems out that show the best passage whatever its score.

None of them has any of our wordings of gaps, and only the embedding has our wordings of entries.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np
from rank_bm25 import BM25Okapi
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.measuring import Outcome, System
from bot.model import Knowledge, Passage
from bot.retrieval.embedding import Embedder

Scores = Callable[[str], Sequence[float]]


def plain_bm25(knowledge: Knowledge) -> System:
    """Return rank_bm25's BM25Okapi over the passages, in lower-cased words."""
    passages = _passages(knowledge)
    bm25 = BM25Okapi([_words(passage.text) for passage in passages])
    return _best(passages, lambda question: bm25.get_scores(_words(question)).tolist())


def tfidf(knowledge: Knowledge) -> System:
    """Return scikit-learn's TfidfVectorizer as it comes, by the cosine with each passage."""
    passages = _passages(knowledge)
    vectorizer = TfidfVectorizer()
    rows = vectorizer.fit_transform([passage.text for passage in passages])
    return _best(passages, lambda question: (rows @ vectorizer.transform([question]).T).toarray().ravel().tolist())


def bm25s(knowledge: Knowledge) -> System | None:
    """Return bm25s over the passages as it comes: Lucene's BM25, English stop words left out. None without it."""
    try:
        import bm25s as package  # noqa: PLC0415 - the benchmarks run without it
    except ImportError:
        return None
    passages = _passages(knowledge)
    index = package.BM25()
    index.index(package.tokenize([p.text for p in passages], show_progress=False), show_progress=False)

    def scores(question: str) -> Sequence[float]:
        [terms] = package.tokenize([question], return_ids=False, show_progress=False)
        found: list[float] = index.get_scores(terms).tolist() if terms else [0.0] * len(passages)
        return found

    return _best(passages, scores)


def embedding(knowledge: Knowledge, embedder: Embedder) -> System:
    """Return the nearest of titles, aliases and passages by sentence vectors alone.

    A title or an alias of an entry shows the nearest of that entry's passages.
    """
    passages = _passages(knowledge)
    told = [(text, entry.passages) for entry in knowledge.entries for text in (entry.question, *entry.aliases)]
    told += [(text, (passage,)) for passage in passages for text in (passage.text, *passage.aliases)]
    vectors = embedder.embed([text for text, _ in told])
    own = dict(zip((p.id for p in passages), embedder.embed([p.text for p in passages]), strict=True))

    def ask(question: str) -> Outcome:
        vector = embedder.embed([question])[0]
        cosines = vectors @ vector
        best = int(np.argmax(cosines))
        nearest = max(told[best][1], key=lambda passage: float(own[passage.id] @ vector))
        return Outcome((nearest,), score=float(cosines[best]))

    return ask


def _best(passages: Sequence[Passage], scores_of: Scores) -> System:
    def ask(question: str) -> Outcome:
        scores = scores_of(question)
        best = max(scores)
        return Outcome((passages[scores.index(best)],), score=best)

    return ask


def _passages(knowledge: Knowledge) -> list[Passage]:
    return [passage for entry in knowledge.entries for passage in entry.passages]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
