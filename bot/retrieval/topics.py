"""Wordings with their topics in, a classifier of questions out: which passage, entry, known gap or small talk is it.

Kernel ridge regression (Saunders et al. 1998) of each topic's membership on three similarities of a question to every
stored wording: character n-grams, words, and sentence vectors where there is an embedder. It is fitted in closed form,
so an edit costs about a second, and the same wordings always give the same model.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
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

CHARACTER_WEIGHT = 1.0
WORD_WEIGHT = 1.0
VECTOR_WEIGHT = 2.0
# squared, a cosine of .3, which any two sentences about one subject have, says next to nothing
VECTOR_POWER = 2
RIDGE = 1.0
# from memberships, which lie near 0 and 1, to a distribution over topics
SHARPNESS = 12.0
DECIMALS = 4
RECIPE = 1
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


class Ngrams:
    """TF-IDF rows of the wordings over one kind of n-grams, and of a question over the same."""

    def __init__(self, vectorizer: TfidfVectorizer, rows: sparse.csr_matrix) -> None:
        """Take a fitted vectorizer and its rows."""
        self._vectorizer = vectorizer
        self._rows = rows
        # turned once: a question's few n-grams then pick their rows, instead of turning the whole at each question
        self._columns = rows.T.tocsr()

    @classmethod
    def fit(cls, vectorizer: TfidfVectorizer, texts: Sequence[str]) -> "Ngrams":
        """Fit over *texts*."""
        return cls(vectorizer, vectorizer.fit_transform(texts).astype(np.float32))

    @classmethod
    def restore(cls, vectorizer: TfidfVectorizer, arrays: Arrays, name: str) -> "Ngrams":
        """Return what `arrays` described under *name*."""
        terms = arrays[f"{name}.terms"].tolist()
        vectorizer.vocabulary_ = {term: place for place, term in enumerate(terms)}
        vectorizer.idf_ = arrays[f"{name}.idf"]
        parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
        return cls(vectorizer, sparse.csr_matrix(parts, shape=(len(parts[2]) - 1, len(terms))))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return what `restore` needs, under names that begin with *name*."""
        return {
            f"{name}.terms": np.array(self._vectorizer.get_feature_names_out(), dtype=str),
            f"{name}.idf": self._vectorizer.idf_,
            f"{name}.data": self._rows.data,
            f"{name}.indices": self._rows.indices,
            f"{name}.indptr": self._rows.indptr,
        }

    def similarities(self, question: str) -> Floats:
        """Return the cosine of *question* with each wording."""
        row: Floats = self._dense(self._vectorizer.transform([question]).astype(np.float32))[0]
        return row

    def among_themselves(self) -> Floats:
        """Return the cosine of each wording with each."""
        return self._dense(self._rows)

    def _dense(self, rows: sparse.csr_matrix) -> Floats:
        return np.asarray((rows @ self._columns).toarray(), dtype=np.float32)


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
        self._topics = topics_of(wordings)
        self._threads = ThreadpoolController()
        topics = [wording.topic for wording in wordings]
        self._starts = [topics.index(topic) for topic in self._topics]

    @classmethod
    def fit(cls, wordings: Sequence[Wording], embedder: Embedder | None, vectors: Vectors) -> "TopicModel":
        """Fit the weights; *vectors* are the embedder's of the wordings, or of width 0 without one."""
        texts = [wording.text for wording in wordings]
        characters, words = (Ngrams.fit(vectorizer, texts) for vectorizer in _vectorizers(len(texts)))
        cosines = vectors @ vectors.T if embedder else None
        kernel = _kernel(characters.among_themselves(), words.among_themselves(), cosines)
        kernel[np.diag_indices_from(kernel)] += RIDGE
        places = {topic: place for place, topic in enumerate(topics_of(wordings))}
        members = np.zeros((len(wordings), len(places)), dtype=np.float32)
        members[range(len(wordings)), [places[wording.topic] for wording in wordings]] = 1.0
        factor = linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
        weights = linalg.cho_solve(factor, members, overwrite_b=True, check_finite=False)
        return cls(wordings, embedder, vectors, (characters, words), weights.astype(np.float32))

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

    def topics(self, question: str) -> dict[str, TopicScore]:
        """Return the score of each topic, in order of the topics' names."""
        characters, words = self._characters.similarities(question), self._words.similarities(question)
        vector = self._embedder.embed([question])[0] if self._embedder else np.zeros(0, dtype=np.float32)
        # for one question a second thread only waits: it made this ten times slower
        with self._threads.limit(limits=1, user_api="blas"):
            nearest = self.vectors @ vector if self._embedder else characters
            memberships = _kernel(characters, words, nearest if self._embedder else None) @ self._weights
        powers = np.exp(SHARPNESS * (memberships - memberships.max()).astype(np.float64))
        columns = (
            powers / powers.sum(),
            memberships,
            np.maximum.reduceat(nearest, self._starts),
            np.maximum.reduceat(words, self._starts),
        )
        rounded = (np.round(column.astype(np.float64), DECIMALS).tolist() for column in columns)
        return {topic: TopicScore(*row) for topic, *row in zip(self._topics, *rounded, strict=True)}


def _kernel(characters: Floats, words: Floats, cosines: Floats | None) -> Floats:
    kernel = CHARACTER_WEIGHT * characters + WORD_WEIGHT * words
    if cosines is not None:
        kernel += VECTOR_WEIGHT * np.sign(cosines) * np.abs(cosines) ** VECTOR_POWER
    return kernel


def ordered(wordings: Iterable[Wording]) -> tuple[Wording, ...]:
    """Return *wordings* as the model wants them: in order of topic and text, each text once, the first topic kept."""
    first = {wording.text: wording for wording in reversed(tuple(wordings))}
    return tuple(sorted(first.values(), key=lambda wording: (wording.topic, wording.text)))


def topics_of(wordings: Sequence[Wording]) -> tuple[str, ...]:
    """Return the topics of *wordings*, sorted."""
    return tuple(sorted({wording.topic for wording in wordings}))


def fingerprint(wordings: Sequence[Wording], embedder: Embedder | None) -> str:
    """Return what a fitted model depends on, as a sha256 (hex): the wordings, the recipe and the embedder."""
    recipe = [RECIPE, CHARACTER_WEIGHT, WORD_WEIGHT, VECTOR_WEIGHT, VECTOR_POWER, RIDGE]
    told = [recipe, embedder.name if embedder else None, [[w.text, w.topic] for w in wordings]]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _vectorizers(size: int) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    # n-grams that stand in one wording only double the size and change nothing, but for a handful of wordings
    characters = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        sublinear_tf=True,
        min_df=2 if size > FEW else 1,
        preprocessor=normalise,
    )
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, preprocessor=normalise, token_pattern=r"[^\W_]+")  # noqa: S106 - a pattern
    return characters, words
