"""The bot with one thing changed: a knowledge and a variant in, a ranker out whose confidence may be fitted anew."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
import yaml

from bot.model import Entry, Knowledge
from bot.retrieval import ranker as ranking
from bot.retrieval import topics
from bot.retrieval.confidence import Confidence
from bot.retrieval.embedding import Embedder, Vectors
from bot.retrieval.ngrams import CHARACTERS, WORDS
from bot.retrieval.ranker import Ranker, wordings_of, yielding
from bot.retrieval.topics import TopicModel, Wording
from bot.spelling import Speller
from bot.text import words

FEW = 3
VOCABULARY = ("unknown", "met", "other_met")
# what follows it is matched by words only; it stands in no text
FOR_WORDS = " \u241e "

Constant = tuple[ModuleType, str, float | dict[str, float]]


class Synonyms:
    """Groups of words that mean the same; a group is a sequence of words or short phrases, lower-cased."""

    def __init__(self, groups: Iterable[Sequence[str]] = (), *, before: str = " ") -> None:
        """Take the groups, and what stands before the words that are appended."""
        self._groups = [(group, _any_of(group)) for group in groups]
        self._before = before

    @classmethod
    def read(cls, path: Path, least: float, before: str = " ") -> "Synonyms":
        """Return the groups of a file, `synonyms: [{words: [...], weight: 1.0}]`, that weigh at least *least*."""
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["synonyms"]
        groups = ([str(word).lower() for word in row["words"]] for row in rows if row.get("weight", 1.0) >= least)
        return cls(groups, before=before)

    def expanded(self, text: str) -> str:
        """Return *text* with the other words of each group that it holds a word of."""
        plain = text.lower()
        found = (word for group, pattern in self._groups if pattern.search(plain) for word in group)
        added = [word for word in dict.fromkeys(found) if not _any_of([word]).search(plain)]
        return f"{text}{self._before}{' '.join(added)}" if added else text


class Expanding(Speller):
    """Mends a question, then appends the synonyms."""

    def __init__(self, texts: Iterable[Sequence[str]], language: str, synonyms: Synonyms) -> None:
        """Take what a speller takes, and the synonyms."""
        super().__init__(texts, language)
        self._synonyms = synonyms

    def mend(self, text: str) -> str:
        """Return *text* mended and expanded."""
        return self._synonyms.expanded(super().mend(text))


class Kept:
    """An embedder that embeds each text once, and of a text only what is not for words alone."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the vectors of *embedder*."""
        self.name, self.width = embedder.name, embedder.width
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text; see `Embedder.embed`."""
        seen = [text.partition(FOR_WORDS)[0] for text in texts]
        missing = [text for text in dict.fromkeys(seen) if text not in self._vectors]
        if missing:
            self._vectors.update(zip(missing, self._embedder.embed(missing), strict=True))
        return np.array([self._vectors[text] for text in seen], dtype=np.float32).reshape(len(seen), self.width)


class Refitted(Ranker):
    """A ranker whose confidence may be fitted anew."""

    @classmethod
    def of(cls, knowledge: Knowledge, embedder: Embedder | None, variant: "Variant") -> "Refitted":
        """Return the ranker of *knowledge* as *variant* wants it; nothing is read from a cache or kept in it."""
        wordings = wordings_of(knowledge.entries, yielding(knowledge.gaps, knowledge.entries), knowledge.small_talk)
        texts = [wording.text for wording in wordings]
        vectors = embedder.embed(texts) if embedder else np.zeros((len(texts), 0), dtype=np.float32)
        model = TopicModel.fit(wordings, embedder, vectors)
        # a speller without a language mends nothing
        language = knowledge.clinic.language if variant.spelling else ""
        made = cls(knowledge.entries, wordings, model, language, {text: words(text) for text in texts})
        made.expand(wordings, language, variant.synonyms)
        return made

    def trust(self, confidence: Confidence) -> None:
        """Take another confidence from now on."""
        self._confidence = confidence

    def expand(self, wordings: Sequence[Wording], language: str, synonyms: Synonyms) -> None:
        """Match each question by its *synonyms* as well from now on."""
        self._speller = Expanding((words(wording.text) for wording in wordings), language, synonyms)


@dataclass(frozen=True, slots=True)
class Variant:
    """The bot with one thing changed; `dropped` are the features that its confidence does without."""

    knowledge: Callable[[Knowledge], Knowledge] = lambda knowledge: knowledge
    constants: tuple[Constant, ...] = ()
    dropped: tuple[str, ...] = ()
    semantic: bool = True
    spelling: bool = True
    synonyms: Synonyms = field(default_factory=Synonyms)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Set the constants, for fitting and for asking."""
        with ExitStack() as stack:
            for module, name, value in self.constants:
                stack.enter_context(patch.object(module, name, value))
            yield


def with_few_wordings(knowledge: Knowledge) -> Knowledge:
    """Return *knowledge* with the first three wordings of each entry and of each passage."""
    return replace(knowledge, entries=tuple(_with_few(entry) for entry in knowledge.entries))


def _with_few(entry: Entry) -> Entry:
    passages = tuple(replace(passage, aliases=passage.aliases[:FEW]) for passage in entry.passages)
    return replace(entry, aliases=entry.aliases[:FEW], passages=passages)


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """Return what finds one of *phrases* as whole words; its own ends need be no letters, as in `w/`."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(phrase) for phrase in phrases)})(?!\w)")


ALL = "all"
VARIANTS = {
    ALL: Variant(),
    "without spelling": Variant(spelling=False),
    "without word vectors": Variant(semantic=False),
    "without character n-grams": Variant(constants=((topics, "SHARE_OF", {**topics.SHARE_OF, CHARACTERS: 0.0}),)),
    "without word n-grams": Variant(
        constants=((topics, "SHARE_OF", {**topics.SHARE_OF, WORDS: 0.0}),), dropped=("words", "other_words")
    ),
    "without vocabulary": Variant(dropped=VOCABULARY),
    "without bm25": Variant(constants=((ranking, "TOPIC_SHARE", 1.0),), dropped=("bm25",)),
    "without the last two": Variant(constants=((ranking, "TOPIC_SHARE", 1.0),), dropped=("bm25", *VOCABULARY)),
    "without known gaps": Variant(knowledge=lambda knowledge: replace(knowledge, gaps=())),
    "without small talk": Variant(knowledge=lambda knowledge: replace(knowledge, small_talk=())),
    "3 wordings per passage": Variant(knowledge=with_few_wordings),
}
