"""TF-IDF over short strings and passages: a second engine behind the same seam, and the baseline of the benchmarks."""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.retrieval.base import Hit, best_first
from bot.text import content_stems


class TfidfRetriever:
    """Cosine of TF-IDF vectors (Salton and Buckley 1988) over strings that each belong to an id.

    A score is at most 1; an id's score is that of its best string.
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
            cosines = (self._rows @ self._vectorizer.transform([query]).T).toarray().ravel()
            for place in np.flatnonzero(cosines).tolist():
                id_ = self._ids[place]
                scores[id_] = max(scores.get(id_, 0.0), float(cosines[place]))
        return best_first(scores, k)
