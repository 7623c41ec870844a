"""A bot and questions in, each question's reply and the ranking behind it out; nothing is ranked twice."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.answering import Answering
from bot.bot import Bot
from bot.errors import VerbatimError
from bot.model import Reply
from bot.retrieval import Ranking
from bot.safety import FAILED

# more than the messages that are asked at once have sentences: what is remembered serves them, and little else
REMEMBERED = 128
# so many are asked ahead of the one whose reply is wanted
AHEAD = 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the reply that a patient would get, and the ranking of the whole question behind it."""

    question: str
    reply: Reply
    ranking: Ranking

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the entries that are shown, best group first, each once."""
        return tuple(dict.fromkeys(shown.entry_id for shown in self.reply.passages))

    @property
    def passages(self) -> tuple[str, ...]:
        """The ids of the passages that are shown."""
        return tuple(shown.passage.id for shown in self.reply.passages)

    @property
    def offered(self) -> tuple[str, ...]:
        """The ids of the entries that are offered to choose from."""
        return tuple(suggestion.entry_id for suggestion in self.reply.suggestions)

    @property
    def notices(self) -> tuple[str, ...]:
        """The ids of the notices, in the order in which they are shown."""
        return tuple(notice.id for notice in self.reply.notices)

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids of the entries in the ranking, best first."""
        return tuple(hit.id for hit in self.ranking.entries)


class Asker:
    """Asks one bot; its replies are those of `Bot.ask`, but for the version they name."""

    def __init__(self, bot: Bot) -> None:
        """Take the bot."""
        self.rank = lru_cache(maxsize=REMEMBERED)(bot.rank)
        self._answering = Answering(bot.knowledge, self, "")

    def ask(self, question: str) -> Asked:
        """Return what *question* gets, asked first.

        Raises:
            VerbatimError: if the safety check failed, for the bot then holds back what it would have shown.
        """
        reply = self._answering.reply(question)
        if FAILED in reply.safety.rules:
            raise VerbatimError(f"The safety check failed on {question!r}: nothing that is measured means anything.")
        return Asked(question, reply, self.rank(question))

    def ask_all(
        self, questions: Sequence[str], progress: Progress | None = None, *, threads: int = 1
    ) -> Iterator[Asked]:
        """Yield what each question gets, in order; *progress* is told how many of how many are done.

        *threads* are asked at once: most of the time goes into libraries that leave Python free meanwhile.
        """
        waiting: deque[Future[Asked]] = deque()
        coming = iter(questions)
        with ThreadPoolExecutor(threads) as pool:
            for done in range(1, len(questions) + 1):
                waiting.extend(pool.submit(self.ask, question) for question in islice(coming, 1 + AHEAD - len(waiting)))
                yield waiting.popleft().result()
                if progress:
                    progress(done, len(questions))
