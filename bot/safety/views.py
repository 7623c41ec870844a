"""A raw message in, plain readings of it out: what was hidden in it, by accident or on purpose, is written out.

Each reading is lower case, without accents and punctuation, one sentence a line, contractions written out. The rules
look at every one of them, so a reading that is wrong can only add a find, never lose one.
"""

import re
import unicodedata
from collections.abc import Iterator

from bot.spelling import Speller

# Cyrillic, Greek and other letters that look like Latin ones (Unicode TR 39, the common ones)
_LOOK_ALIKE = str.maketrans(
    "аеорсухкіјѕԁԛԝνοραιτυχβεκмнвтɑɡıɩʟѵոսօƖ|",
    "aeopcyxkijsdqwvopaituxbekmhbtagiilvnuoll",
)
_LEET = str.maketrans("013457@$!€+", "oieastasiet")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032\u00b4`", "'"))

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u2800\u3164\ud800-\udfff\x00-\x08\x0e-\x1f\x7f\U000e0000-\U000e01ef]"
)
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|\n\s*\n|[()\[\]]")
_APART = re.compile(r"[^\w\s']+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
# a digit or sign inside a word, as in "su1c1de"; not a dose ("20mg") and not a number
_LEET_WORD = re.compile(r"(?<!\w)(?=[a-z0-9@$!€+]*[a-z])(?=[a-z0-9@$!€+]*[013457@$!€+][a-z])[a-z0-9@$!€+]{3,}(?!\w)")
_DOSE = re.compile(r"\d+(?:mg|mcg|ml|g|kg|lb|lbs|pm|am|th|st|nd|rd|yo|yr|yrs|x|k|h|hr|hrs|s)?")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.,_*~/\\+-]{1,3}){3,}[^\W\d_](?![^\W_])")
_WITHIN = re.compile(r"(?<=[^\W\d_])(?:[^\w\s']|_)+(?=[^\W\d_])")
_RUN = re.compile(r"([^\W\d_])\1{2,}")

_WRITTEN_OUT = {
    "i'm": "i am", "im": "i am", "iam": "i am", "i've": "i have", "ive": "i have", "i'll": "i will", "i'd": "i would",
    "ima": "i am going to", "imma": "i am going to", "dont": "do not", "don't": "do not", "doesnt": "does not",
    "doesn't": "does not", "didnt": "did not", "didn't": "did not", "cant": "can not", "can't": "can not",
    "cannot": "can not", "couldnt": "could not", "couldn't": "could not", "wont": "will not", "won't": "will not",
    "isnt": "is not", "isn't": "is not", "arent": "are not", "aren't": "are not", "wasnt": "was not",
    "wasn't": "was not", "havent": "have not", "haven't": "have not", "hasnt": "has not", "hasn't": "has not",
    "aint": "am not", "ain't": "am not", "wanna": "want to", "wana": "want to", "gonna": "going to",
    "gunna": "going to", "gona": "going to", "gotta": "have to", "tryna": "trying to", "hes": "he is",
    "he's": "he is", "shes": "she is", "she's": "she is", "theyre": "they are", "they're": "they are",
    "he'll": "he will", "she'll": "she will", "they'll": "they will", "it's": "it is", "its": "it is",
    "that's": "that is", "thats": "that is", "there's": "there is", "u": "you", "ur": "your", "r": "are",
    "rn": "right now", "bf": "boyfriend", "gf": "girlfriend", "hubby": "husband", "mum": "mom", "mam": "mom",
    "mummy": "mom", "tn": "tonight", "2nite": "tonight", "2night": "tonight", "tonite": "tonight", "4ever": "forever",
    "anymore": "any more", "kil": "kill", "meself": "myself", "slef": "self", "od'd": "overdosed",
    "od'ed": "overdosed", "oded": "overdosed", "masel": "myself", "mysel": "myself", "sucidal": "suicidal",
    "mum's": "mom s", "n": "and", "wud": "would", "cud": "could", "b": "be", "myslef": "myself",
}  # fmt: skip


def readings(message: str, speller: Speller | None = None) -> tuple[str, ...]:
    """Return the readings of the whole of *message*, the plainest first, each once; () where it holds no letter."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", message)).casefold().translate(_APOSTROPHES)
    found = [_plain(text) for text in _variants(folded)]
    if speller:
        found += [_plain(speller.mend(text)) for text in found[:2]]
    return tuple(dict.fromkeys(text for text in found if text))


def squeezed(message: str) -> str:
    """Return the letters of *message* without anything between them where it is spaced out on purpose, else ""."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", message)).casefold().translate(_LOOK_ALIKE)
    runs = [match[0] for match in _SPACED.finditer(folded)]
    return " ".join("".join(_WORD.findall(run)) for run in runs)


def _variants(folded: str) -> Iterator[str]:
    yield folded
    latin = folded.translate(_LOOK_ALIKE)
    unleet = _LEET_WORD.sub(lambda match: match[0] if _DOSE.fullmatch(match[0]) else match[0].translate(_LEET), latin)
    yield unleet
    if _RUN.search(unleet):
        yield _RUN.sub(r"\1\1", unleet)
        yield _RUN.sub(r"\1", unleet)
    if _WITHIN.search(unleet):
        yield _WITHIN.sub("", unleet)
    if _SPACED.search(unleet):
        yield _SPACED.sub(lambda match: "".join(_WORD.findall(match[0])), unleet)


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    lines = (_line(part) for part in _SENTENCE_END.split(bare))
    return "\n".join(line for line in lines if line)


def _line(sentence: str) -> str:
    words = _WORD.findall(_APART.sub(" ", sentence))
    return " ".join(_WRITTEN_OUT.get(word, word).replace("'", "") for word in words)
