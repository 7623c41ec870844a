"""TF-IDF over short strings and passages: a second engine behind the same seam, and the baseline of the benchmarks."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.base import Hit, best_first
from bot.text import content_stems


class TfidfRetriever:
    """Cosine of TF-IDF vectors (Salton and Buckley 1988) over strings that each belong to an id.

    A score is at most 1; an id's score is that of its best string. A word that no string holds counts in the query's
    length with the weight of a word that one string holds, so it lowers every score.
    """

    def __init__(self, strings: Sequence[tuple[str, str]]) -> None:
        """Index (id, text) pairs. A text without terms is left out."""
        held = [(id_, text) for id_, text in strings if content_stems(text)]
        self._ids = [id_ for id_, _ in held]
        self._vectorizer = TfidfVectorizer(analyzer=content_stems, sublinear_tf=True)
        self._rows = self._vectorizer.fit_transform([text for _, text in held]) if held else None

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """Return at most *k* hits, best first; see `Retriever.search`."""
        scores: dict[str, float] = {}
        if self._rows is not None:
            known = self._vectorizer.transform([query])
            cosines = (self._rows @ known.T).toarray().ravel() * self._known_share(query)
            for place in np.flatnonzero(cosines).tolist():
                id_ = self._ids[place]
                scores[id_] = max(scores.get(id_, 0.0), float(cosines[place]))
        return best_first(scores, k)

    def _known_share(self, query: str) -> float:
        """Return how much of the query's length is left when its unknown words count in it, from 0 to 1."""
        counts = Counter(content_stems(query))
        idf = dict(zip(self._vectorizer.get_feature_names_out(), self._vectorizer.idf_, strict=True))
        rarest = max(idf.values())
        weights = {term: (1 + math.log(count)) * idf.get(term, rarest) for term, count in counts.items()}
        known = math.fsum(weight**2 for term, weight in weights.items() if term in idf)
        return math.sqrt(known / (math.fsum(weight**2 for weight in weights.values()) or 1.0))
