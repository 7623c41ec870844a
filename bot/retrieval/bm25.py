"""BM25 over short strings and passages: the only file that imports rank_bm25.

Scores of BM25 have no upper end, so each is divided by the most that any string could have got for the same query.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from bot.retrieval.base import Hit, best_first

BETA = 0.7

Analyser = Callable[[str], Sequence[str]]


def smoothed_idf(size: int, containing: int) -> float:
    """Return log(1 + (N - n + .5) / (n + .5)), above 0 for every n from 0 to N.

    The idf of Lucene's BM25Similarity. Robertson and Spärck Jones's own, which rank_bm25 uses, is 0 for a term in
    half of the strings and negative beyond; with few strings that turns a ranking upside down.
    """
    return math.log(1 + (size - containing + 0.5) / (containing + 0.5))


class _SmoothedBM25(BM25Okapi):  # type: ignore[misc]  # rank_bm25 ships no types
    """BM25Okapi with the smoothed idf. `idf` and `corpus_size` are rank_bm25's own names."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {term: smoothed_idf(self.corpus_size, containing) for term, containing in nd.items()}


class Bm25Retriever:
    """BM25 over strings that each belong to an id; an id's score is that of its best string.

    Score: the string's BM25 (Robertson and Zaragoza 2009, section 3.4) for the query's distinct terms, divided by
    the sum of the best contribution that any string gets from each term; a term that no string holds counts with the
    idf of a term that is in none. So a score is at most 1 and falls with each part of the question that is not met.

    With *both_ways* the score is van Rijsbergen's F-measure (1979, chapter 7) of that and of the share of the string's
    own weight that the query meets, the latter counting more (beta 0.7): a short alias found whole in a long question
    says more than half of a long alias. 1 exactly where string and query hold the same terms. For titles and aliases.
    """

    def __init__(
        self,
        strings: Sequence[tuple[str, str]],
        analyse: Analyser,
        *,
        both_ways: bool = False,
        k1: float = 1.2,
        b: float = 0.75,
    ) -> None:
        """Index (id, text) pairs; *analyse* turns a text into its terms. A text without terms is left out."""
        analysed = [(id_, list(analyse(text))) for id_, text in strings]
        held = [(id_, terms) for id_, terms in analysed if terms]
        self._analyse = analyse
        self._both_ways = both_ways
        self._size = len(held)
        self._names = sorted({id_ for id_, _ in held})
        codes = {id_: code for code, id_ in enumerate(self._names)}
        self._owners = np.array([codes[id_] for id_, _ in held], dtype=np.intp)
        # an empty corpus makes rank_bm25 divide by zero
        self._bm25 = _SmoothedBM25([terms for _, terms in held], k1=k1, b=b) if held else None
        if self._bm25:
            # get_batch_scores makes an array of this at each call, which from a list takes longer than all the rest
            self._bm25.doc_len = np.asarray(self._bm25.doc_len)
        postings: dict[str, list[int]] = defaultdict(list)
        for place, (_, terms) in enumerate(held):
            for term in sorted(set(terms)):
                postings[term].append(place)
        self._postings = {term: np.array(places) for term, places in postings.items()}
        self._known_gains: dict[str, NDArray[np.float64]] = {}
        self._whole = self._weights() if both_ways else None

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* hits, best first; see `Retriever.search`."""
        return best_first(self.scores(query), k)

    def scores(self, query: str) -> dict[str, float]:
        """Return the score of every id that shares a term with *query*, at most 1."""
        met = np.zeros(self._size)
        most = 0.0
        for term in sorted(set(self._analyse(query))):
            if term in self._postings:
                gains = self._gains(term)
                met[self._postings[term]] += gains
                most += gains.max()
            else:
                most += self._unknown_gain()
        found = np.flatnonzero(met)
        best = np.zeros(len(self._names))
        np.maximum.at(best, self._owners[found], self._scores(met[found], found, most))
        return {self._names[place]: min(float(best[place]), 1.0) for place in np.flatnonzero(best).tolist()}

    def knows(self, term: str) -> bool:
        """Tell whether any string holds *term*."""
        return term in self._postings

    def _scores(self, met: NDArray[np.float64], places: NDArray[np.intp], most: float) -> NDArray[np.float64]:
        shares = met / (most or 1.0)
        if self._whole is None:
            return shares
        own = np.minimum(met / self._whole[places], 1.0)
        both: NDArray[np.float64] = (1 + BETA**2) * shares * own / (BETA**2 * own + shares)
        return both

    def _gains(self, term: str) -> NDArray[np.float64]:
        """Return what *term* adds to each string that holds it; computed once for a term."""
        if term not in self._known_gains and self._bm25 is not None:
            self._known_gains[term] = np.array(self._bm25.get_batch_scores([term], self._postings[term].tolist()))
        return self._known_gains[term]

    def _unknown_gain(self) -> float:
        return smoothed_idf(self._size, 0)

    def _weights(self) -> NDArray[np.float64]:
        """Return what each string would get from a query of all its own terms."""
        whole = np.zeros(self._size)
        for term in sorted(self._postings):
            whole[self._postings[term]] += self._gains(term)
        return whole
