"""Wordings in, TF-IDF rows over their n-grams out, and the cosine of a question with each wording.

Taking texts apart costs more than all the rest of a fit, so how often which n-gram stands in which text is kept, and
only texts that are new are taken apart.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from bot.retrieval.packing import texts_array, texts_of
from bot.text import normalise

Arrays = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float32]
Places = NDArray[np.intp]

CHARACTERS, WORDS = "characters", "words"
KINDS = (CHARACTERS, WORDS)
SHORTEST, LONGEST = 2, 5
# with few wordings nothing is common, and nothing can be spared
FEW = 200
# n-grams of characters that stand in one wording only double the size, those in every twentieth the time; neither
# changes anything
LEAST_TEXTS = 2
MOST_SHARE = 0.05
MOST_WORDS = 20_000
_WORD = re.compile(r"[^\W_]+")
# in how many wordings a term must stand for its sum over them to be kept
SEVERAL = 16


def words_of(text: str) -> list[str]:
    """Return the single words of *text*, normalised, one after another."""
    return _WORD.findall(normalise(text))


def word_ngrams(text: str) -> list[str]:
    """Return the words of *text* and each two that stand side by side."""
    found = words_of(text)
    return [*found, *map(" ".join, pairwise(found))]


def character_ngrams(word: str) -> list[str]:
    """Return the runs of 2 to 5 characters of *word*, a space before and after it being part of it."""
    edged = f" {word} "
    sizes = range(SHORTEST, min(LONGEST, len(edged)) + 1)
    return [edged[start : start + size] for size in sizes for start in range(len(edged) - size + 1)]


def character_ngrams_of(text: str) -> list[str]:
    """Return the runs of characters of each word of *text*, words being what white space parts."""
    return [ngram for word in normalise(text).split() for ngram in character_ngrams(word)]


ANALYSERS: Mapping[str, Callable[[str], Sequence[str]]] = {CHARACTERS: character_ngrams_of, WORDS: word_ngrams}


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each of the sorted *terms* stands in each of the *texts*: *rows*, shape (texts, terms)."""

    texts: Sequence[str]
    terms: Sequence[str]
    rows: sparse.csr_matrix

    @classmethod
    def of(cls, texts: Sequence[str], kind: str, known: "Counts | None" = None) -> "Counts":
        """Return the counts of *texts*, the same whether or not *known* ones are at hand."""
        known = known or cls((), (), sparse.csr_matrix((0, 0), dtype=np.float32))
        row_of = {text: row for row, text in enumerate(known.texts)}
        new = [text for text in dict.fromkeys(texts) if text not in row_of]
        place_of = {term: place for place, term in enumerate(known.terms)}
        data: list[int] = []
        indices: list[int] = []
        indptr = [0]
        for text in new:
            row_of[text] = len(known.texts) + len(indptr) - 1
            counts = Counter(ANALYSERS[kind](text))
            indices.extend(place_of.setdefault(term, len(place_of)) for term in counts)
            data.extend(counts.values())
            indptr.append(len(indices))
        fresh = sparse.csr_matrix((np.array(data, dtype=np.float32), indices, indptr), (len(new), len(place_of)))
        old = sparse.csr_matrix(
            (known.rows.data, known.rows.indices, known.rows.indptr), (len(known.texts), len(place_of))
        )
        rows = sparse.vstack([old, fresh], format="csr")[[row_of[text] for text in texts]]
        # in one order, whatever was known before: sums of floats depend on it
        used = np.flatnonzero(rows.getnnz(axis=0))
        terms = [*place_of]
        order = sorted(used.tolist(), key=terms.__getitem__)
        ordered = rows[:, order]
        ordered.sort_indices()
        indices, indptr = (array.astype(np.int32, copy=False) for array in (ordered.indices, ordered.indptr))
        counted = sparse.csr_matrix((ordered.data, indices, indptr), ordered.shape)
        return cls(tuple(texts), [terms[place] for place in order], counted)

    @classmethod
    def restore(cls, texts: Sequence[str], arrays: Arrays, name: str) -> "Counts":
        """Return the counts that `arrays` described under *name*."""
        return cls(texts, texts_of(arrays[f"{name}.terms"]), _restored(arrays, name))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return what `restore` needs besides the texts, under names that begin with *name*."""
        return {f"{name}.terms": texts_array(self.terms), **_arrays(self.rows, name)}


class Ngrams:
    """TF-IDF rows of the wordings over one kind of n-grams, and of a question over the same."""

    def __init__(self, kind: str, terms: Sequence[str], idf: NDArray[np.float64], rows: sparse.csr_matrix) -> None:
        """Take what was fitted: terms in order, their weights, and a row for each wording."""
        self._kind = kind
        self._terms = terms
        self._idf = idf
        self.rows = rows
        # turned once: a question's few n-grams then pick their rows, instead of turning the whole at each question
        self._columns = rows.T.tocsr()
        self._place_of = {term: place for place, term in enumerate(terms)}
        # questions are made of the same words again and again
        self._places_in = lru_cache(maxsize=MOST_WORDS)(self._places_in_word)
        self._frequent = np.flatnonzero(np.diff(self._columns.indptr) > SEVERAL)
        self._sum_of = np.full(len(terms), -1, dtype=np.intp)
        self._sum_of[self._frequent] = np.arange(len(self._frequent))

    @classmethod
    def fit(cls, kind: str, counts: Counts) -> "Ngrams":
        """Fit over all texts of *counts*, which are of the same *kind*."""
        size = len(counts.texts)
        terms, rows = counts.terms, counts.rows
        if kind == CHARACTERS and size > FEW:
            texts_with = np.bincount(rows.indices, minlength=len(terms))
            kept = np.flatnonzero((texts_with >= LEAST_TEXTS) & (texts_with <= MOST_SHARE * size))
            terms, rows = [terms[place] for place in kept.tolist()], rows[:, kept]
        transformer = TfidfTransformer(sublinear_tf=True)
        fitted = transformer.fit_transform(rows.astype(np.float64)).astype(np.float32)
        return cls(kind, terms, transformer.idf_, fitted)

    @classmethod
    def restore(cls, kind: str, arrays: Arrays) -> "Ngrams":
        """Return what `arrays` described under the name of *kind*."""
        return cls(kind, texts_of(arrays[f"{kind}.terms"]), arrays[f"{kind}.idf"], _restored(arrays, kind))

    def arrays(self, kind: str) -> dict[str, NDArray[Any]]:
        """Return what `restore` needs, under names that begin with *kind*."""
        return {f"{kind}.terms": texts_array(self._terms), f"{kind}.idf": self._idf, **_arrays(self.rows, kind)}

    def found(self, question: str) -> tuple[Places, NDArray[np.float64]]:
        """Return the places of the terms that *question* holds and their TF-IDF, with 1 + log(tf) and length 1."""
        # scikit-learn's own transform checks its input for a millisecond, four times as long as this takes
        counts = Counter(self._places(question))
        places = np.fromiter(counts, dtype=np.intp, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * self._idf[places]
        return places, weights / (np.linalg.norm(weights) or 1.0)

    def _places(self, question: str) -> Iterable[int]:
        if self._kind == CHARACTERS:
            return chain.from_iterable(map(self._places_in, normalise(question).split()))
        return (self._place_of[term] for term in word_ngrams(question) if term in self._place_of)

    def _places_in_word(self, word: str) -> tuple[int, ...]:
        return tuple(self._place_of[term] for term in character_ngrams(word) if term in self._place_of)

    def cosines(self, places: Places, weights: NDArray[np.float64]) -> Floats:
        """Return the cosine with each wording of a question of which `found` returned *places* and *weights*."""
        wordings, parts = self._parts(places, weights)
        cosines: Floats = np.bincount(wordings, parts, minlength=self.rows.shape[0]).astype(np.float32)
        return cosines

    def sums(self, weights: Floats) -> Floats:
        """Return, for each term in several wordings, the sum over these of its TF-IDF times *weights*.

        *weights* have shape (wordings, width); the sums have shape (such terms, width).
        """
        sums: Floats = self._columns[self._frequent] @ weights
        return sums

    def products(self, places: Places, weights: NDArray[np.float64], of_wordings: Floats, sums: Floats) -> Floats:
        """Return `cosines(places, weights) @ of_wordings`, the same to rounding, from the *sums* of *of_wordings*."""
        rows = self._sum_of[places]
        is_frequent = rows >= 0
        wordings, parts = self._parts(places[~is_frequent], weights[~is_frequent])
        products: Floats = weights[is_frequent].astype(np.float32) @ sums[rows[is_frequent]]
        products += parts.astype(np.float32) @ of_wordings[wordings]
        return products

    def _parts(self, places: Places, weights: NDArray[np.float64]) -> tuple[Places, NDArray[np.float64]]:
        """Return the wordings that hold each of the terms, one term's after another's, and what it adds to each."""
        starts = self._columns.indptr[places]
        lengths = self._columns.indptr[places + 1] - starts
        ends = np.cumsum(lengths)
        # one run of positions for all terms: 0, 1, 2, ... from each start on
        positions = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        return self._columns.indices[positions], self._columns.data[positions] * np.repeat(weights, lengths)


def _arrays(rows: sparse.csr_matrix, name: str) -> dict[str, NDArray[Any]]:
    return {f"{name}.data": rows.data, f"{name}.indices": rows.indices, f"{name}.indptr": rows.indptr}


def _restored(arrays: Arrays, name: str) -> sparse.csr_matrix:
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    terms = len(texts_of(arrays[f"{name}.terms"]))
    return sparse.csr_matrix(parts, shape=(len(parts[2]) - 1, terms))
