"""What counts as the same word: normalisation, tokens, stems and the short stop list. Knows nothing of passages.

Stems and stop list are those of one language: of English, or within `speaking` of another.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
# by the same rule: no, sin, antes, después, cuánto, cuándo, cómo, quién, puedo stay
_SPANISH_STOP = (
    "el la los las un una unos unas lo al del de a en por para con que y e o u pero si se es son era fue ser estar "
    "está este esto estos estas estoy están ese esa eso su sus mi mis tu tus me te le les nos yo tú usted ustedes ella "
    "él ellos ellas nosotros he ha han había hay también qué cuál cuáles"
)
_STOP_WORDS = {"en": STOP_WORDS, "es": frozenset(_SPANISH_STOP.split())}
# what else is said in nearly every sentence of a language, and tells it from another
_SAID = {
    "en": "how when where who why can not without before after long much many take any there get go way about",
    "es": "cómo cuándo cuando dónde donde quién quien cuánto cuanto cuánta cuanta cuántos cuantos cuántas cuantas "
    "puedo puede pueden debo debe como más muy ya no sin antes después despues tengo tiene sobre hasta "
    "desde porque esta estan mas tambien",
}
_FUNCTION_WORDS = {language: _STOP_WORDS[language].union(said.split()) for language, said in _SAID.items()}
_STEMMERS = {"en": "english", "es": "spanish"}
ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)

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


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Take the words of every text within as those of *language*, a code such as "es"; as English where it is unknown.

    It holds for the thread, or the asynchronous task, that it is entered in.
    """
    before = _spoken.set(language if language in _STEMMERS else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def is_function_word(word: str, language: str) -> bool:
    """Tell whether a normalised word is one that nearly every text of *language* holds."""
    return word in _FUNCTION_WORDS.get(language, ())


def is_stop_word(word: str) -> bool:
    """Tell whether a normalised word is on the stop list."""
    return word in _STOP_WORDS[_spoken.get()]


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
    """Return the Snowball stem (in English, Porter 2) of each word of *text*, function words included."""
    return tuple(stem(word) for word in words(text))


def content_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of *text* that are not on the stop list."""
    return stems_that_tell(words(text))


def stems_that_tell(of_words: Iterable[str]) -> tuple[str, ...]:
    """Return the stems of those of *of_words*, normalised, that are not on the stop list."""
    stop_words = _STOP_WORDS[_spoken.get()]
    return tuple(stem(word) for word in of_words if word not in stop_words)


def stem(word: str) -> str:
    """Return the Snowball stem of one normalised word."""
    return _stem(word, _spoken.get())


@lru_cache(maxsize=65536)
def _stem(word: str, language: str) -> str:
    # a stemmer keeps state while it works, so each call has its own: threads cannot mix up their words
    return str(snowballstemmer.stemmer(_STEMMERS[language]).stemWord(word))


def _written_out(match: re.Match[str]) -> str:
    return _NEGATED_WHOLE.get(match[0]) or f"{match[1]} not"
