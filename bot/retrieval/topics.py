"""Wordings with their topics in, a classifier of questions out: which passage, entry, known gap or small talk is it.

Kernel ridge regression (Saunders et al. 1998) of each topic's membership on three similarities of a question to every
stored wording: character n-grams, words, and sentence vectors where there is an embedder. It is fitted in closed form,
so an edit costs about a second, and the same wordings always give the same model.
"""

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import ThreadpoolController

from bot.retrieval.embedding import Embedder, Vectors
from bot.text import normalise

Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float32]
Places = NDArray[np.intp]

CHARACTER_WEIGHT = 1.0
WORD_WEIGHT = 1.0
VECTOR_WEIGHT = 2.0
RIDGE = 1.0
# from memberships, which lie near 0 and 1, to a distribution over topics
SHARPNESS = 15.0
DECIMALS = 4
RECIPE = 5
ROWS_AT_ONCE = 512
# how many wordings of others are fitted together with one of how many equal shares of the entries' own
MOST_OTHERS = 2500
SHARES = 2
# without sentence vectors most similarities are next to nothing: the greatest ones tell as much, at a third of the time
MOST_SIMILAR = 2000
# the kinds of topics that the FAQ answers
WHOLE = ("entry:", "passage:")
FEW = 200


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


class Ngrams:
    """TF-IDF rows of the wordings over one kind of n-grams, and of a question over the same."""

    def __init__(self, vectorizer: TfidfVectorizer, terms: Sequence[str], idf: Floats, rows: sparse.csr_matrix) -> None:
        """Take what was fitted: terms in order, their weights, and a row for each wording."""
        self._analyse = vectorizer.build_analyzer()
        self._terms = terms
        self._idf = idf
        self._rows = rows
        # turned once: a question's few n-grams then pick their rows, instead of turning the whole at each question
        self._columns = rows.T.tocsr()
        self._places = {term: place for place, term in enumerate(terms)}

    @classmethod
    def fit(cls, vectorizer: TfidfVectorizer, texts: Sequence[str]) -> "Ngrams":
        """Fit over *texts*."""
        rows = vectorizer.fit_transform(texts).astype(np.float32)
        return cls(vectorizer, vectorizer.get_feature_names_out().tolist(), vectorizer.idf_, rows)

    @classmethod
    def restore(cls, vectorizer: TfidfVectorizer, arrays: Arrays, name: str) -> "Ngrams":
        """Return what `arrays` described under *name*."""
        terms = arrays[f"{name}.terms"].tolist()
        parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
        rows = sparse.csr_matrix(parts, shape=(len(parts[2]) - 1, len(terms)))
        return cls(vectorizer, terms, arrays[f"{name}.idf"], rows)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return what `restore` needs, under names that begin with *name*."""
        return {
            f"{name}.terms": np.array(self._terms, dtype=str),
            f"{name}.idf": self._idf,
            f"{name}.data": self._rows.data,
            f"{name}.indices": self._rows.indices,
            f"{name}.indptr": self._rows.indptr,
        }

    def similarities(self, question: str) -> Floats:
        """Return the cosine of *question* with each wording: TF-IDF as in `TfidfVectorizer`, with 1 + log(tf)."""
        # scikit-learn's own transform checks its input for a millisecond, four times as long as this takes
        counts = Counter(term for term in self._analyse(question) if term in self._places)
        size = self._rows.shape[0]
        if not counts:
            return np.zeros(size, dtype=np.float32)
        places = [self._places[term] for term in counts]
        weights = (1 + np.log(list(counts.values()))) * self._idf[places]
        weights /= np.linalg.norm(weights)
        starts, ends = self._columns.indptr[places], self._columns.indptr[[place + 1 for place in places]]
        spans = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        wordings = np.concatenate([self._columns.indices[span] for span in spans])
        parts = np.concatenate([self._columns.data[span] for span in spans]) * np.repeat(weights, ends - starts)
        cosines: Floats = np.bincount(wordings, parts, minlength=size).astype(np.float32)
        return cosines

    def among(self, wordings: Places) -> Callable[[int, int], Floats]:
        """Return a function that gives the cosines of the rows `start:end` of *wordings* with all from `start` on."""
        rows = self._rows[wordings]
        columns = rows.T.tocsr()
        return lambda start, end: (rows[start:end] @ columns[:, start:]).toarray()


class TopicModel:
    """The fitted classifier. `fit` makes one; `restore` makes one again from what `arrays` returned."""

    def __init__(
        self,
        wordings: Sequence[Wording],
        embedder: Embedder | None,
        vectors: Vectors,
        ngrams: Sequence[Ngrams],
        weights: Floats,
    ) -> None:
        """Take wordings in order of their topics, their vectors, shape (n, width), and weights, shape (n, topics)."""
        self.vectors = vectors
        self._embedder = embedder
        self._characters, self._words = ngrams
        self._weights = weights
        # turned, so that a question's product with it reads the memory in one go: a third of the time
        self._turned = np.ascontiguousarray(weights.T)
        self._topics = topics_of(wordings)
        self._threads = ThreadpoolController()
        topics = [wording.topic for wording in wordings]
        self._starts = [topics.index(topic) for topic in self._topics]

    @classmethod
    def fit(cls, wordings: Sequence[Wording], embedder: Embedder | None, vectors: Vectors) -> "TopicModel":
        """Fit the weights; *vectors* are the embedder's of the wordings, or of width 0 without one."""
        texts = [wording.text for wording in wordings]
        characters, words = (Ngrams.fit(vectorizer, texts) for vectorizer in _vectorizers(len(texts)))
        places = {topic: place for place, topic in enumerate(topics_of(wordings))}
        members = np.zeros((len(wordings), len(places)), dtype=np.float32)
        members[range(len(wordings)), [places[wording.topic] for wording in wordings]] = 1.0
        weights = np.zeros_like(members)
        parts = _parts(wordings)
        for part in parts:
            kernel = _kernel_of(part, characters, words, vectors)
            kernel[np.diag_indices_from(kernel)] += RIDGE
            factor = linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
            weights[part] += linalg.cho_solve(factor, members[part], check_finite=False)
        weights /= len(parts)
        return cls(wordings, embedder, vectors, (characters, words), weights)

    @classmethod
    def restore(cls, wordings: Sequence[Wording], embedder: Embedder | None, arrays: Arrays) -> "TopicModel":
        """Return the model that `arrays` described; the wordings and the embedder must be the same."""
        names = ("characters", "words")
        ngrams = [Ngrams.restore(v, arrays, name) for v, name in zip(_vectorizers(len(wordings)), names, strict=True)]
        return cls(wordings, embedder, arrays["vectors"], ngrams, arrays["weights"])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all that was fitted, for a cache."""
        fitted = {"vectors": self.vectors, "weights": self._weights}
        return {**fitted, **self._characters.arrays("characters"), **self._words.arrays("words")}

    def topics(self, question: str) -> TopicScores:
        """Return the scores of all topics, in order of their names."""
        characters, words = self._characters.similarities(question), self._words.similarities(question)
        vector = self._embedder.embed([question])[0] if self._embedder else np.zeros(0, dtype=np.float32)
        # for one question a second thread only waits: it made this ten times slower
        with self._threads.limit(limits=1, user_api="blas"):
            nearest = self.vectors @ vector if self._embedder else characters.copy()
            memberships = self._memberships(_kernel(characters, words, nearest if self._embedder else None))
        powers = np.exp(SHARPNESS * (memberships - memberships.max()).astype(np.float64))
        columns = (
            powers / powers.sum(),
            memberships,
            np.maximum.reduceat(nearest, self._starts),
            np.maximum.reduceat(words, self._starts),
        )
        return TopicScores(self._topics, *(np.round(column.astype(np.float64), DECIMALS) for column in columns))

    def _memberships(self, similarities: Floats) -> Floats:
        weights = self._turned
        if not self._embedder and len(similarities) > MOST_SIMILAR:
            greatest = np.sort(np.argpartition(-similarities, MOST_SIMILAR)[:MOST_SIMILAR])
            similarities, weights = similarities[greatest], self._weights[greatest].T
        memberships: Floats = weights @ similarities
        return memberships


def _parts(wordings: Sequence[Wording]) -> list[Places]:
    """Return which wordings are fitted together: an equal share of those of entries, and one of the others.

    Solving takes the cube of their number, so a few parts whose weights are averaged cost a fraction of the whole and
    do as well (Zhang, Duchi and Wainwright 2015, JMLR 16).
    """
    own = [place for place, wording in enumerate(wordings) if wording.topic.startswith(WHOLE)]
    others = [place for place, wording in enumerate(wordings) if not wording.topic.startswith(WHOLE)]
    if len(others) <= MOST_OTHERS:
        return [np.arange(len(wordings), dtype=np.intp)]
    count = SHARES * math.ceil(len(others) / MOST_OTHERS / SHARES)
    return [
        np.array(sorted([*own[start % SHARES :: SHARES], *others[start::count]]), dtype=np.intp)
        for start in range(count)
    ]


def _kernel_of(part: Places, characters: Ngrams, words: Ngrams, vectors: Vectors) -> Floats:
    """Return the similarity of each wording of *part* with each, in the order of columns that LAPACK wants."""
    size = len(part)
    own, among_characters, among_words = vectors[part], characters.among(part), words.among(part)
    kernel = np.empty((size, size), dtype=np.float32, order="F")

    def fill(start: int) -> None:
        # the matrix is its own mirror image: only the part from the diagonal on is computed
        end = min(size, start + ROWS_AT_ONCE)
        cosines = own[start:end] @ own[start:].T if own.shape[1] else None
        block = _kernel(among_characters(start, end), among_words(start, end), cosines)
        kernel[start:end, start:], kernel[start:, start:end] = block, block.T

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, range(0, size, ROWS_AT_ONCE)))
    return kernel


def _kernel(characters: Floats, words: Floats, cosines: Floats | None) -> Floats:
    """Return the weighted sum of the three; *characters* is used up, for the matrices are large."""
    characters *= CHARACTER_WEIGHT
    characters += WORD_WEIGHT * words
    if cosines is not None:
        # squared, a cosine of .3, which any two sentences about one subject have, says next to nothing
        characters += VECTOR_WEIGHT * cosines * np.abs(cosines)
    return characters


def ordered(wordings: Iterable[Wording]) -> tuple[Wording, ...]:
    """Return *wordings* as the model wants them: in order of topic and text, each text once, the first topic kept."""
    first = {wording.text: wording for wording in reversed(tuple(wordings))}
    return tuple(sorted(first.values(), key=lambda wording: (wording.topic, wording.text)))


def topics_of(wordings: Sequence[Wording]) -> tuple[str, ...]:
    """Return the topics of *wordings*, sorted."""
    return tuple(sorted({wording.topic for wording in wordings}))


def fingerprint(wordings: Sequence[Wording], embedder: Embedder | None) -> str:
    """Return what a fitted model depends on, as a sha256 (hex): the wordings, the recipe and the embedder."""
    recipe = [RECIPE, CHARACTER_WEIGHT, WORD_WEIGHT, VECTOR_WEIGHT, RIDGE]
    told = [recipe, embedder.name if embedder else None, [[w.text, w.topic] for w in wordings]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _vectorizers(size: int) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    # n-grams that stand in one wording only double the size, those in every twentieth the time; both change nothing
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        min_df=2 if size > FEW else 1,
        max_df=0.05 if size > FEW else 1.0,
        preprocessor=normalise,
    )
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, preprocessor=normalise, token_pattern=r"[^\W_]+")  # noqa: S106 - a pattern
    return characters, words
