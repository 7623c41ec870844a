"""A knowledge in, its ranker out: fitted anew after an edit, else taken from what an earlier time has kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.cache import ArrayCache
from bot.model import Entry, Gap, Knowledge
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.languages import Rankers
from bot.retrieval.ngrams import KINDS, Counts
from bot.retrieval.packing import texts_array, texts_of
from bot.retrieval.ranker import Ranker, wordings_of, yielding
from bot.retrieval.topics import TopicModel, Wording, fingerprint
from bot.text import speaking, words

RANKER, COUNTS, TEXTS, WORDS, ANSWERED = "ranker", "counts", "texts", "words", "answered"
MOST_VECTORS = 20_000

_Arrays = Mapping[str, NDArray[Any]]


def fit_ranker(knowledge: Knowledge, embedder: Embedder | None, cache: ArrayCache) -> Rankers:
    """Return the ranker of *knowledge*, one of each language inside, fitted anew unless *cache* holds it."""
    own = knowledge.clinic.language
    found = dict.fromkeys((own, *(entry.language or own for entry in knowledge.entries)))
    return Rankers({language: _fit_language(knowledge, language, embedder, cache) for language in found})


def _fit_language(knowledge: Knowledge, language: str, embedder: Embedder | None, cache: ArrayCache) -> Ranker:
    own = knowledge.clinic.language
    entries = [entry for entry in knowledge.entries if (entry.language or own) == language]
    # known gaps and small talk are worded in the clinic's language
    gaps, talk = (_within(knowledge.gaps, entries), knowledge.small_talk) if language == own else ((), ())
    with speaking(language):
        stored = wordings_of(entries, gaps, talk)
        key = fingerprint(stored, embedder)
        arrays = cache.load(RANKER, key)
        words_of = _words_of(stored, arrays)
        marked = _yielded(gaps, entries, words_of, arrays)
        wordings = stored if marked == gaps else wordings_of(entries, marked, talk)
        if arrays:
            topics = TopicModel.restore(wordings, embedder, arrays)
        else:
            texts = [wording.text for wording in wordings]
            vectors, counts = _vectors(texts, embedder, cache), _counts(texts, language, cache)
            topics = TopicModel.fit(wordings, embedder, vectors, counts)
            told = {WORDS: [" ".join(words_of[w.text]) for w in stored], ANSWERED: [gap.answered_by for gap in marked]}
            cache.save(RANKER, key, {**topics.arrays(), **{name: texts_array(texts) for name, texts in told.items()}})
        return Ranker(entries, wordings, topics, language, words_of)


def _within(gaps: Sequence[Gap], entries: Sequence[Entry]) -> tuple[Gap, ...]:
    """Return *gaps*, none of them yielding to an entry that is not among *entries*."""
    ids = {entry.id for entry in entries}
    return tuple(gap if gap.answered_by in ids else replace(gap, answered_by="") for gap in gaps)


def _words_of(stored: Sequence[Wording], arrays: _Arrays | None) -> dict[str, Sequence[str]]:
    """Return the words of each stored wording."""
    if arrays is None:
        return {wording.text: words(wording.text) for wording in stored}
    return {w.text: told.split() for w, told in zip(stored, texts_of(arrays[WORDS]), strict=True)}


def _yielded(
    gaps: tuple[Gap, ...], entries: Sequence[Entry], words_of: Mapping[str, Sequence[str]], arrays: _Arrays | None
) -> tuple[Gap, ...]:
    """Return the known gaps, those marked that an entry answers after all."""
    if arrays is None:
        return yielding(gaps, entries, words_of)
    answered = texts_of(arrays[ANSWERED])
    return tuple(replace(gap, answered_by=by) if by else gap for gap, by in zip(gaps, answered, strict=True))


def _counts(texts: Sequence[str], language: str, cache: ArrayCache) -> dict[str, Counts]:
    """Return how often each n-gram stands in each text; only texts that the last time has not kept are counted."""
    kept = cache.newest(f"{COUNTS}-{language}") or {}
    known = {kind: Counts.restore(texts_of(kept[TEXTS]), kept, kind) for kind in KINDS} if kept else {}
    counts = {kind: Counts.of(texts, kind, known.get(kind)) for kind in KINDS}
    arrays = {TEXTS: texts_array(texts), **{n: a for kind in KINDS for n, a in counts[kind].arrays(kind).items()}}
    cache.save(f"{COUNTS}-{language}", _digest(texts), arrays, kept=1)
    return counts


def _vectors(texts: Sequence[str], embedder: Embedder | None, cache: ArrayCache) -> Vectors:
    """Return the vector of each text; only those that no earlier time has kept are computed."""
    if embedder is None:
        return np.zeros((len(texts), 0), dtype=np.float32)
    kind = f"vectors-{embedder.name}"
    kept = cache.newest(kind) or {}
    known = dict(zip(texts_of(kept[TEXTS]), kept["vectors"], strict=True)) if kept else {}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known.update(zip(missing, embedder.embed(missing), strict=True))
        newest = [*texts, *sorted(known.keys() - set(texts))][:MOST_VECTORS]
        arrays = {TEXTS: texts_array(newest), "vectors": np.array([known[text] for text in newest])}
        cache.save(kind, _digest(newest), arrays, kept=1)
    return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.width)


def _digest(texts: Sequence[str]) -> str:
    return fingerprint([Wording(text, "") for text in texts], None)
