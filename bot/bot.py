"""The whole of Verbatim behind one class: a knowledge folder in, replies out."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path

from bot import __version__
from bot.answering import LONGEST_HISTORY, Answering
from bot.cache import ArrayCache
from bot.explaining import Explanation, explain
from bot.fitting import fit_ranker
from bot.knowledge import load_knowledge
from bot.model import Knowledge, Reply, Safety
from bot.retrieval import Ranking
from bot.retrieval.confidence import Features
from bot.retrieval.embedding import Embedder, default_embedder
from bot.safety import detect

CACHE = Path(".verbatim") / "cache"


class Bot:
    """An FAQ that can be asked in one's own words and answers with its own passages only.

    Immutable once loaded and safe to share between threads.
    """

    def __init__(self, knowledge: Knowledge, *, embedder: Embedder | None = None, cache: Path | None = None) -> None:
        """Fit the rankings of a knowledge that is already loaded, with what *cache* kept of an earlier time."""
        self.semantic = embedder is not None
        self._embedder = embedder
        self._cache = cache
        self._ranker = fit_ranker(knowledge, embedder, ArrayCache(cache))
        self._serve(knowledge)

    @classmethod
    def load(
        cls, folder: str | Path = "knowledge", *, semantic: bool = True, cache: str | Path | None = CACHE
    ) -> "Bot":
        """Load and fit the knowledge in *folder*.

        With *semantic*, sentence vectors are one more evidence, where the model is installed. What was fitted is kept
        in *cache* (None keeps nothing), so that the next load of the same knowledge takes less than a second.

        Raises:
            KnowledgeError: with every problem found, each with its file, line and how to fix it.
        """
        with _without_collecting(), ThreadPoolExecutor(1) as beside:
            # the model is read by a library that leaves Python free to read the knowledge meanwhile
            coming = beside.submit(default_embedder) if semantic else None
            knowledge = load_knowledge(Path(folder))
            embedder = coming.result() if coming else None
            return cls(knowledge, embedder=embedder, cache=Path(cache) if cache is not None else None)

    def with_knowledge(self, knowledge: Knowledge) -> "Bot":
        """Return the bot of another knowledge, with the same sentence vectors and cache; this one stays as it is.

        Where all that is ranked is the same, as after a change of a threshold or a notice, nothing is fitted.
        """
        if _ranked_of(knowledge) != _ranked_of(self.knowledge):
            return Bot(knowledge, embedder=self._embedder, cache=self._cache)
        bot = copy(self)
        bot._serve(knowledge)  # noqa: SLF001 - its own class
        return bot

    def _serve(self, knowledge: Knowledge) -> None:
        point = knowledge.operating_point.in_force(semantic=self.semantic)
        self.knowledge = replace(knowledge, operating_point=point)
        self._answering = Answering(self.knowledge, self._ranker, __version__, self.check)

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

    def check(self, message: str) -> Safety:
        """Return the danger that is found in *message*, by which rules, before anything is ranked."""
        return detect(message, self._embedder.embed if self._embedder else None)

    def rank(self, question: str) -> Ranking:
        """Return all that ranking says of *question*, before anything is decided."""
        return self._ranker.rank(question)

    def features(self, question: str) -> tuple[str, Features] | None:
        """Return the first entry and what speaks for and against it, for calibration; None where nothing is ranked."""
        return self._ranker.features(question)

    def explain(self, question: str) -> Explanation:
        """Return why *question*, asked by itself, gets its reply, for staff; it decides nothing.

        Raises:
            TypeError: if the question is not a str.
        """
        _require_texts(question)
        return explain(question, self.knowledge, self._ranker, self.check)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking again and again through what is being loaded, nearly half of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _require_texts(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a question must be a str, not {type(text).__name__}")


def _ranked_of(knowledge: Knowledge) -> tuple[object, ...]:
    return knowledge.entries, knowledge.gaps, knowledge.small_talk, knowledge.clinic.language
