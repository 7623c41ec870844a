"""The bank's topics and what their questions got in, a card out: which topics the FAQ covers, with no test written.

Only replies are looked at. Nobody has said which answer would be right, so a topic that is covered is one that gets
answers; whether they are the right ones, the questions and the entries beside them let a person see.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.coverage.asking import Asked
from bot.model import BankTopic

Cover = Literal["covered", "weak", "missing"]
# of the questions of a topic: answered, for it to be covered; answered or offered, one answered at least, to be weak
LEAST_COVERED = 2 / 3
LEAST_WEAK = 1 / 3


@dataclass(frozen=True, slots=True)
class TopicCover:
    """A topic of the bank with what its questions got.

    The numbers add up: `answered`, `offered` (a choice), `referred` (the notice of a known gap, or another fixed text)
    and `silent`. `entries` answered, the most frequent first.
    """

    topic: BankTopic
    cover: Cover
    answered: int
    offered: int
    referred: int
    silent: int
    entries: tuple[str, ...]
    asked: tuple[Asked, ...]

    @property
    def is_known_gap(self) -> bool:
        """Tell whether most of the topic's questions are referred to a person."""
        return self.cover == "missing" and 2 * self.referred > len(self.asked)


def scorecard(topics: Sequence[BankTopic], asked: Mapping[str, Asked]) -> tuple[TopicCover, ...]:
    """Return the card, topics in their order; *asked* holds what each question of them got."""
    return tuple(_cover(topic, tuple(asked[question] for question in topic.questions)) for topic in topics)


def bank_questions(topics: Sequence[BankTopic]) -> Iterator[str]:
    """Yield every question of the bank."""
    for topic in topics:
        yield from topic.questions


def _cover(topic: BankTopic, asked: tuple[Asked, ...]) -> TopicCover:
    kinds = Counter(one.reply.kind for one in asked)
    answered, offered, silent = kinds["answer"], kinds["choose"], kinds["no_answer"] + kinds["refused"]
    size = max(1, len(asked))
    cover: Cover = "missing"
    if answered / size >= LEAST_COVERED:
        cover = "covered"
    elif answered and (answered + offered) / size >= LEAST_WEAK:
        cover = "weak"
    entries = Counter(entry for one in asked for entry in one.shown)
    best_first = tuple(sorted(entries, key=lambda entry: (-entries[entry], entry)))
    referred = len(asked) - answered - offered - silent
    return TopicCover(topic, cover, answered, offered, referred, silent, best_first, asked)
