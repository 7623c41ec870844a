"""What counts as the same word: normalisation, tokens, stems and the short stop list. Knows nothing of passages."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

# Only words that say nothing about the topic of a passage. Everything that a patient's question can turn on stays:
# not, without, before, after, off, how, long, much, when, who, can, take, side.
_STOP = (
    "a an the this that these those it its of to in on at by for from with as and or but if so than then there here "
    "is are am was were be been being do does did have has had i me my mine you your yours we us our they them their "
    "he him his she her will would shall should could may might must what which whats im ive id ill"
)
STOP_WORDS = frozenset(_STOP.split())

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032\u00b4`", "'"))
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NEGATED = re.compile(r"\b(?:can't|cannot|won't|shan't|ain't|([a-z]+)n't)\b")
_NEGATED_WHOLE = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "ain't": "is not",
}
_ENDING = re.compile(r"'(?:s|re|ve|ll|d|m)\b")

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")

# A token longer than this is no word that a knowledge could hold; cutting it keeps the stem cache small.
LONGEST_TOKEN = 40


def normalise(text: str) -> str:
    """Return *text* in NFKC, case folded, with one kind of apostrophe and negations written out ("isn't": "is not")."""
    if text.isascii():
        folded = text.lower().replace("`", "'")  # the same, at a third of the time
    else:
        folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    if "'" not in folded and "cannot" not in folded:
        return folded  # nothing to write out: most texts, at half the time
    return _ENDING.sub("", _NEGATED.sub(_written_out, folded))


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text*, normalised, in order. No letter and no digit gives ()."""
    return tuple(token[:LONGEST_TOKEN] for token in _TOKEN.findall(normalise(text)))


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences and list items of *text* that hold a word."""
    return tuple(part.strip() for part in _SENTENCE.split(text) if words(part))


def stems(text: str) -> tuple[str, ...]:
    """Return the Snowball (Porter 2, English) stem of each word of *text*, function words included."""
    return tuple(stem(word) for word in words(text))


def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of *text* that are not on the stop list."""
    return stems_that_tell(words(text))


def stems_that_tell(of_words: Iterable[str]) -> tuple[str, ...]:
    """Return the stems of those of *of_words*, normalised, that are not on the stop list."""
    return tuple(stem(word) for word in of_words if word not in STOP_WORDS)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the Snowball stem of one normalised word."""
    # a stemmer keeps state while it works, so each call has its own: threads cannot mix up their words
    return str(snowballstemmer.stemmer("english").stemWord(word))


def _written_out(match: re.Match[str]) -> str:
    return _NEGATED_WHOLE.get(match[0]) or f"{match[1]} not"
