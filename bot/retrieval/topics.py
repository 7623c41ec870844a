"""Wordings with their topics in, a classifier of questions out: which passage, entry, known gap or small talk is it.

Kernel ridge regression (Saunders et al. 1998) of each topic's membership on three similarities of a question to every
stored wording: character n-grams, words, and sentence vectors where there is an embedder. It is fitted in closed form,
so an edit costs about a second, and the same wordings always give the same model.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from threadpoolctl import ThreadpoolController

from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.ngrams import CHARACTERS, KINDS, WORDS, Arrays, Counts, Floats, Ngrams, Places

SHARE_OF = {CHARACTERS: 1.0, WORDS: 1.0}
VECTOR_WEIGHT = 2.0
RIDGE = 1.0
# from memberships, which lie near 0 and 1, to a distribution over topics
SHARPNESS = 15.0
DECIMALS = 4
RECIPE = 11
ROWS_AT_ONCE = 512
# how many wordings of others are fitted together with one of how many equal shares of the entries' own
MOST_OTHERS = 2500
SHARES = 3
# the kinds of topics that the FAQ answers
WHOLE = ("entry:", "passage:")


@dataclass(frozen=True, slots=True)
class Wording:
    """A stored wording and the topic that it stands for."""

    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class TopicScore:
    """How far a question belongs to one topic, each number rounded to 4 decimals.

    `share`: of all topics, summing to 1 over them. `membership`: the regression itself, about 0 to 1. `nearest` and
    `words`: the greatest similarity to one of the topic's wordings, by meaning (by characters where there is no
    embedder) and by words, -1 to 1.
    """

    share: float
    membership: float
    nearest: float
    words: float


@dataclass(frozen=True, slots=True, eq=False)
class TopicScores:
    """The scores of all topics: arrays in the order of `names`, each number rounded to 4 decimals; see `TopicScore`."""

    names: tuple[str, ...]
    shares: NDArray[np.float64]
    memberships: NDArray[np.float64]
    nearest: NDArray[np.float64]
    words: NDArray[np.float64]

    def of(self, topic: str) -> TopicScore:
        """Return the score of one topic.

        Raises:
            ValueError: if there is no such topic.
        """
        place = self.names.index(topic)
        columns = (self.shares, self.memberships, self.nearest, self.words)
        return TopicScore(*(float(column[place]) for column in columns))


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit finds: the wordings' vectors, shape (width, n), their n-grams by kind, and weights.

    *weights* have shape (topics, n) with an embedder: a product with a question's similarities then reads the memory
    in one go, in half of the time. Without one they have shape (n, topics), and *sums* are those of each kind of
    n-grams, shape (frequent terms, topics); see `Ngrams.products`.
    """

    vectors: Vectors
    ngrams: Mapping[str, Ngrams]
    weights: Floats
    sums: Mapping[str, Floats]


class TopicModel:
    """The fitted classifier. `fit` makes one; `restore` makes one again from what `arrays` returned."""

    def __init__(self, wordings: Sequence[Wording], embedder: Embedder | None, fitted: Fitted) -> None:
        """Take wordings in order of their topics, and what was fitted on them."""
        self.semantic = embedder is not None
        self._embedder = embedder
        self._fitted = fitted
        self._topics = topics_of(wordings)
        self._threads = ThreadpoolController()
        first = {wording.topic: place for place, wording in reversed(list(enumerate(wordings)))}
        self._starts = [first[topic] for topic in self._topics]

    @classmethod
    def fit(
        cls,
        wordings: Sequence[Wording],
        embedder: Embedder | None,
        vectors: Vectors,
        counts: Mapping[str, Counts] | None = None,
    ) -> "TopicModel":
        """Fit the weights; *vectors* are the embedder's of the wordings, or of width 0 without one.

        *counts* are those of the wordings' n-grams by kind, where they are at hand.
        """
        texts = [wording.text for wording in wordings]
        ngrams = {kind: Ngrams.fit(kind, counts[kind] if counts else Counts.of(texts, kind)) for kind in KINDS}
        places = {topic: place for place, topic in enumerate(topics_of(wordings))}
        members = np.zeros((len(wordings), len(places)), dtype=np.float32)
        members[range(len(wordings)), [places[wording.topic] for wording in wordings]] = 1.0
        weights = np.zeros_like(members)
        parts = _parts(wordings)
        for part in parts:
            kernel = _kernel_of(part, ngrams, vectors)
            kernel[np.diag_indices_from(kernel)] += RIDGE
            factor = linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
            weights[part] += linalg.cho_solve(factor, members[part], check_finite=False)
        weights /= len(parts)
        if embedder:
            turned = np.ascontiguousarray(vectors.T), ngrams, np.ascontiguousarray(weights.T)
            return cls(wordings, embedder, Fitted(*turned, sums={}))
        return cls(wordings, None, Fitted(vectors.T, ngrams, weights, {k: ngrams[k].sums(weights) for k in KINDS}))

    @classmethod
    def restore(cls, wordings: Sequence[Wording], embedder: Embedder | None, arrays: Arrays) -> "TopicModel":
        """Return the model that `arrays` described; the wordings and the embedder must be the same."""
        ngrams = {kind: Ngrams.restore(kind, arrays) for kind in KINDS}
        sums = {kind: arrays[f"{kind}.sums"] for kind in KINDS if not embedder}
        return cls(wordings, embedder, Fitted(arrays["vectors"], ngrams, arrays["weights"], sums))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that was fitted, for a cache."""
        arrays = {"vectors": self._fitted.vectors, "weights": self._fitted.weights}
        arrays |= {f"{kind}.sums": sums for kind, sums in self._fitted.sums.items()}
        for kind, ngrams in self._fitted.ngrams.items():
            arrays |= ngrams.arrays(kind)
        return arrays

    def topics(self, question: str) -> TopicScores:
        """Return the scores of all topics, in order of their names."""
        fitted = self._fitted
        found = {kind: ngrams.found(question) for kind, ngrams in fitted.ngrams.items()}
        characters, words = (fitted.ngrams[kind].cosines(*found[kind]) for kind in KINDS)
        # for one question a second thread only waits: it made this ten times slower
        with self._threads.limit(limits=1, user_api="blas"):
            if self._embedder:
                nearest = self._embedder.embed([question])[0] @ fitted.vectors
                similarities = SHARE_OF[CHARACTERS] * characters + SHARE_OF[WORDS] * words + _likeness(nearest.copy())
                memberships: Floats = fitted.weights @ similarities
            else:
                nearest = characters
                # without vectors a similarity is a sum over terms: summed over the wordings first, it is the same for
                # a tenth of the time
                memberships = np.zeros(len(self._topics), dtype=np.float32)
                for kind, ngrams in fitted.ngrams.items():
                    products = ngrams.products(*found[kind], fitted.weights, fitted.sums[kind])
                    memberships += SHARE_OF[kind] * products
        powers = np.exp(SHARPNESS * (memberships - memberships.max()).astype(np.float64))
        columns = (
            powers / powers.sum(),
            memberships,
            np.maximum.reduceat(nearest, self._starts),
            np.maximum.reduceat(words, self._starts),
        )
        return TopicScores(self._topics, *(np.round(column.astype(np.float64), DECIMALS) for column in columns))


def _parts(wordings: Sequence[Wording]) -> list[Places]:
    """Return which wordings are fitted together: an equal share of those of entries, and one of the others.

    Solving takes the cube of their number, so a few parts whose weights are averaged cost a fraction of the whole and
    do as well (Zhang, Duchi and Wainwright 2015, JMLR 16). Each part has its share of every topic, and a new wording
    moves none of another topic from one part to another: what has nothing to do with it is answered as before.
    """
    is_own = np.array([wording.topic.startswith(WHOLE) for wording in wordings], dtype=np.bool_)
    others = int((~is_own).sum())
    if others <= MOST_OTHERS:
        return [np.arange(len(wordings), dtype=np.intp)]
    count = SHARES * math.ceil(others / MOST_OTHERS / SHARES)
    turns = np.fromiter(_turns(wordings), dtype=np.intp, count=len(wordings))
    own, other = turns % SHARES, turns % count
    return [np.flatnonzero(np.where(is_own, own == start % SHARES, other == start)) for start in range(count)]


def _turns(wordings: Sequence[Wording]) -> Iterator[int]:
    """Yield for each wording a number: within a topic they follow each other, from one that its name gives."""
    next_of: dict[str, int] = {}
    for wording in wordings:
        turn = next_of.get(wording.topic, crc32(wording.topic.encode()))
        next_of[wording.topic] = turn + 1
        yield turn


def _kernel_of(part: Places, ngrams: Mapping[str, Ngrams], vectors: Vectors) -> Floats:
    """Return the similarity of each wording of *part* with each, in the order of columns that LAPACK wants."""
    size, own = len(part), vectors[part]
    terms = sparse.hstack([math.sqrt(SHARE_OF[kind]) * ngrams[kind].rows[part] for kind in KINDS], format="csr")
    turned = terms.T.tocsr()
    kernel = np.empty((size, size), dtype=np.float32, order="F")

    def fill(start: int) -> None:
        # the matrix is its own mirror image: only the part from the diagonal on is computed
        end = min(size, start + ROWS_AT_ONCE)
        block: Floats = (terms[start:end] @ turned[:, start:]).toarray()
        if own.shape[1]:
            block += _likeness(own[start:end] @ own[start:].T)
        kernel[start:end, start:], kernel[start:, start:end] = block, block.T

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, range(0, size, ROWS_AT_ONCE)))
    return kernel


def _likeness(cosines: Floats) -> Floats:
    """Return what *cosines* of sentence vectors add to a similarity; they are used up, for the matrices are large."""
    # squared, a cosine of .3, which any two sentences about one subject have, says next to nothing
    sizes = np.abs(cosines)
    cosines *= sizes
    cosines *= VECTOR_WEIGHT
    return cosines


def ordered(wordings: Iterable[Wording]) -> tuple[Wording, ...]:
    """Return *wordings* as the model wants them: in order of topic and text, each text once, the first topic kept."""
    first = {wording.text: wording for wording in reversed(tuple(wordings))}
    return tuple(sorted(first.values(), key=lambda wording: (wording.topic, wording.text)))


def topics_of(wordings: Sequence[Wording]) -> tuple[str, ...]:
    """Return the topics of *wordings*, sorted."""
    return tuple(sorted({wording.topic for wording in wordings}))


def fingerprint(wordings: Sequence[Wording], embedder: Embedder | None) -> str:
    """Return what a fitted model depends on, as a sha256 (hex): the wordings, the recipe and the embedder."""
    recipe = [RECIPE, SHARES, MOST_OTHERS, SHARE_OF, VECTOR_WEIGHT, RIDGE]
    told = [recipe, embedder.name if embedder else None, [[w.text, w.topic] for w in wordings]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
