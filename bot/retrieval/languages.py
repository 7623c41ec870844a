"""A ranker of each language in, one ranker out: a question finds entries of its own language."""

from collections.abc import Mapping

from bot.retrieval.base import Hit, Ranking
from bot.retrieval.confidence import Features
from bot.retrieval.ranker import Ranker
from bot.text import is_function_word, speaking, words


class Rankers:
    """Rankers by language, the clinic's own language first; holds no state between questions."""

    def __init__(self, rankers: Mapping[str, Ranker]) -> None:
        """Take at least one ranker, each fitted within `speaking` of its language."""
        self._rankers = dict(rankers)

    def language_of(self, question: str) -> str:
        """Return the language that most words of *question* are of; equally many: the clinic's own, then in order.

        A word is of a language if nearly every text of that language holds it, or if an entry in it does.
        """
        if len(self._rankers) == 1:
            return next(iter(self._rankers))
        asked = frozenset(words(question))
        return max(self._rankers, key=lambda language: self._words_of(language, asked))

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question* among the entries of its language."""
        language = self.language_of(question)
        with speaking(language):
            return self._rankers[language].rank(question)

    def gaps(self, question: str) -> tuple[Hit, ...]:
        """Return the known gaps that *question* may be about, best first."""
        language = self.language_of(question)
        with speaking(language):
            return self._rankers[language].gaps(question)

    def features(self, question: str) -> tuple[str, Features] | None:
        """Return the first entry and its features, for calibration; None where nothing is ranked."""
        language = self.language_of(question)
        with speaking(language):
            return self._rankers[language].features(question)

    def mend(self, question: str) -> str:
        """Return *question* as it is matched, its misspellings mended."""
        return self._rankers[self.language_of(question)].mend(question)

    def knows(self, word: str) -> bool:
        """Tell whether a normalised word stands in any wording or passage of any language."""
        return any(self._knows(language, word) for language in self._rankers)

    def _words_of(self, language: str, asked: frozenset[str]) -> int:
        return sum(is_function_word(word, language) or self._knows(language, word) for word in asked)

    def _knows(self, language: str, word: str) -> bool:
        with speaking(language):
            return self._rankers[language].knows(word)
