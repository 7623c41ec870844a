"""The whole of Verbatim behind one class: a knowledge folder in, replies out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import __version__
from bot.answering import LONGEST_HISTORY, Answering
from bot.knowledge import load_knowledge
from bot.model import Knowledge, OperatingPoint, Reply
from bot.retrieval import EntryRetriever, PassageRetriever
from bot.text import words

EXPLAINED = 10


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry as it was ranked for a question."""

    entry_id: str
    question: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question got its reply: the ranked entries, the words that the knowledge knows and those it does not."""

    entries: tuple[RankedEntry, ...]
    matched: tuple[str, ...]
    unknown: tuple[str, ...]
    operating_point: OperatingPoint

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists for JSON."""
        point = self.operating_point
        return {
            "entries": [{"entry_id": e.entry_id, "question": e.question, "score": e.score} for e in self.entries],
            "matched": list(self.matched),
            "unknown": list(self.unknown),
            "operating_point": {"answer": point.answer, "choose": point.choose, "margin": point.margin},
        }


class Bot:
    """An FAQ that can be asked in one's own words and answers with its own passages only.

    Immutable once loaded and safe to share between threads.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        """Index a knowledge that is already loaded."""
        self.knowledge = knowledge
        self._entries = EntryRetriever.over(knowledge.entries)
        self._passages = PassageRetriever.over(knowledge.entries)
        self._answering = Answering(knowledge, self._entries, self._passages, __version__)

    @classmethod
    def load(cls, folder: str | Path = "knowledge") -> "Bot":
        """Load and index the knowledge in *folder*.

        Raises:
            KnowledgeError: with every problem found, each with its file, line and how to fix it.
        """
        return cls(load_knowledge(Path(folder)))

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Return the reply to *question*.

        *history* holds the earlier questions of the same patient, oldest first; the last 20 count. Any text gets a
        reply: what is empty, over 4,000 characters or not valid Unicode gets one of kind `refused`.

        Raises:
            TypeError: if the question, or one in the history, is not a str.
        """
        _require_texts(question, *history)
        if isinstance(history, str):
            raise TypeError("history is one str; it must be a sequence of them")
        return self._answering.reply(question, tuple(history)[-LONGEST_HISTORY:])

    def explain(self, question: str) -> Explanation:
        """Return the ranking behind the reply to *question*, for staff; it decides nothing.

        Raises:
            TypeError: if the question is not a str.
        """
        _require_texts(question)
        ranked = [(self.knowledge.entry(hit.id), hit.score) for hit in self._entries.search(question, EXPLAINED)]
        asked = dict.fromkeys(words(question))
        known = tuple(word for word in asked if self._entries.knows(word))
        return Explanation(
            entries=tuple(RankedEntry(entry.id, entry.question, score) for entry, score in ranked),
            matched=known,
            unknown=tuple(word for word in asked if word not in known),
            operating_point=self.knowledge.operating_point,
        )


def _require_texts(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a question must be a str, not {type(text).__name__}")
