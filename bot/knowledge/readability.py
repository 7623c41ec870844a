"""A text in, its reading grade out; it is reported to staff and changes nothing."""

import re

# English only: the formula was fitted on English texts
_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"[^laeiouy]e$|[aeiouy]le$|[^tdaeiouy]ed$|[^szxcgaeiouy]es$")


def grade(text: str) -> float | None:
    """Return the school grade (US) that reads *text* with ease, to one decimal; None where it has no word.

    Kincaid, Fishburne, Rogers and Chissom 1975, Derivation of new readability formulas, Navy Research Branch Report
    8-75: 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables are counted by groups of vowels.
    """
    sentences = [found for part in _SENTENCE.split(text) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    syllables = sum(map(_syllables, words))
    return round(0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59, 1)


def _syllables(word: str) -> int:
    """Count a word's groups of vowels without a silent e; now and then one too many or too few."""
    plain = word.lower().replace("’", "").replace("'", "")
    return max(1, len(_VOWELS.findall(plain)) - bool(_SILENT.search(plain)))
