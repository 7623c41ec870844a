"""A misspelt question in, the same with its slips mended out: for matching only, and never a word that anybody knows.

A word that is in no dictionary and nowhere in the knowledge is taken for the nearest word of the knowledge, by optimal
string alignment (Damerau 1964; Boytsov 2011, section 2.1): an insertion, a deletion, a substitution or a swap of
neighbours costs 1. Where nothing is near, it stays as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

SHORTEST = 4
# so short a word with two slips could be nearly anything
SHORTEST_WITH_TWO_SLIPS = 7
SHORTEST_WITH_OTHER_FIRST = 6
SHORTEST_HALF = 4
# a target is spelt right if the dictionary knows it, and if not, if it is written this often
OFTEN = 3
MOST_CANDIDATES = 8
LANGUAGES = frozenset({"en", "es", "fr", "de", "it", "pt", "nl"})

# with its apostrophe: the "couldn" of "couldn't" is no misspelt word
_WORD = re.compile("[^\\W\\d_]+(?:['\u2019\u02bc][^\\W\\d_]+)*")
# negations and the like, typed without their apostrophe
_CONTRACTIONS = frozenset(
    "dont doesnt didnt cant couldnt wouldnt shouldnt isnt arent wasnt werent havent hasnt hadnt wont aint mustnt neednt"
    " mightnt shant whats thats hes shes theyre youre ive theyve youve weve theyll youll itll theres heres wheres whos"
    " hows lets thatll wouldve couldve shouldve wanna gonna gotta".split()
)
_RUN = re.compile(r"(.)\1{2,}")


class Speller:
    """Mends questions by the words of one knowledge; holds no state between questions."""

    def __init__(self, texts: Iterable[Sequence[str]], language: str) -> None:
        """Take the words of every text that is right, and a language; without a dictionary of it nothing is mended."""
        counts = Counter(chain.from_iterable(texts))
        self._counts = Counter({word: count for word, count in counts.items() if word.isalpha()})
        self._dictionary = _dictionary(language)
        self._targets = sorted(word for word, count in self._counts.items() if self._is_sure(word, count))

    def mend(self, text: str) -> str:
        """Return *text* with each unknown word replaced by the word of the knowledge that it is nearest to."""
        return _WORD.sub(lambda match: self.word(match[0]), text) if self._dictionary else text

    def word(self, word: str) -> str:
        """Return *word*, or the one that it is mended to."""
        plain = word.casefold()
        mended = self._mend(plain)
        return word if mended == plain else mended

    def _is_sure(self, word: str, count: int) -> bool:
        if len(word) < SHORTEST or self._dictionary is None:
            return False
        return count >= OFTEN or (count > 1 and word in self._dictionary)

    def _knows(self, word: str) -> bool:
        known = word in self._counts or word in _CONTRACTIONS or not word.isalpha() or len(word) < SHORTEST
        return known or (self._dictionary is not None and word in self._dictionary)

    def _mend(self, word: str) -> str:
        if self._knows(word):
            return word
        shorter = (_RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word))
        for one in shorter:
            if self._knows(one):
                return one
        return self._nearest(shorter[-1]) or self._halves(word) or word

    def _nearest(self, word: str) -> str:
        slips = 2 if len(word) >= SHORTEST_WITH_TWO_SLIPS else 1
        found = process.extract(
            word, self._targets, scorer=OSA.distance, score_cutoff=slips, limit=MOST_CANDIDATES, processor=None
        )
        # equally near: one with the same first letter, which few people get wrong, then the more frequent
        ranked = sorted(
            (distance, target[0] != word[0], -self._counts[target], target) for target, distance, _ in found
        )
        for distance, other_first, _, target in ranked:
            # with another first letter and a slip more it is another word: "texting" is no "beating"
            if not other_first or (len(word) >= SHORTEST_WITH_OTHER_FIRST and distance == 1):
                return target
        return ""

    def _halves(self, word: str) -> str:
        """Return *word* as two words of the knowledge, where only the space between them was forgotten."""
        places = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
        pairs = ((word[:place], word[place:]) for place in places)
        return next((f"{a} {b}" for a, b in pairs if self._counts[a] > 1 and self._counts[b] > 1), "")


def _dictionary(language: str) -> SpellChecker | None:
    base = language.partition("-")[0].lower()
    return _loaded(base) if base in LANGUAGES else None


@lru_cache(maxsize=len(LANGUAGES))
def _loaded(language: str) -> SpellChecker:
    return SpellChecker(language=language)
