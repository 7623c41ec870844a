"""A bot and questions with what they should get in, what each threshold would give out; nothing is ranked twice.

A question's reply changes only where the threshold passes the confidence of something that was ranked for it: the
message, or one of its sentences. Between two such confidences it is the same, so a few replies tell of all thresholds.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from bot.answering import Answering
from bot.bot import Bot
from bot.coverage.asking import Asked
from bot.coverage.judging import verdict_on
from bot.model import CoverageQuestion
from bot.retrieval import Ranking

Result = Literal["right", "wrong", "choose", "silent"]
# no confidence is as great
NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions get what at a threshold. `wrong` includes `false_answers`: shown although nothing answers."""

    threshold: float
    right: int
    wrong: int
    choose: int
    silent: int
    false_answers: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that gets something else at another threshold; `expected` are the entries that answer it."""

    question: str
    expected: frozenset[str]
    before: Result
    after: Result


@dataclass(frozen=True, slots=True)
class Steps:
    """What a question gets: `results[i]` above `i` of its confidences, which rise."""

    question: str
    expected: frozenset[str]
    confidences: tuple[float, ...]
    results: tuple[Result, ...]

    def at(self, threshold: float) -> Result:
        """Return what it gets where passages are shown from *threshold* on."""
        return self.results[bisect_left(self.confidences, threshold)]


@dataclass(frozen=True, slots=True)
class Curve:
    """What every threshold of `answer` gives on the questions that it was made of."""

    steps: tuple[Steps, ...]

    def at(self, threshold: float) -> Counts:
        """Return the counts at *threshold*, from 0 to 1."""
        results = [(one, one.at(threshold)) for one in self.steps]
        count = Counter(result for _, result in results)
        false = sum(result == "wrong" and not one.expected for one, result in results)
        return Counts(threshold, count["right"], count["wrong"], count["choose"], count["silent"], false)

    def points(self, count: int = 101) -> tuple[Counts, ...]:
        """Return the counts at *count* thresholds, evenly from 0 to 1."""
        return tuple(self.at(round(place / (count - 1), 6)) for place in range(count))

    def turns(self, before: float, after: float) -> tuple[Turn, ...]:
        """Return the questions that change when the threshold moves from *before* to *after*."""
        moved = ((one, one.at(before), one.at(after)) for one in self.steps)
        return tuple(Turn(one.question, one.expected, old, new) for one, old, new in moved if old != new)


def curve(bot: Bot, questions: Iterable[tuple[str, Collection[str]]]) -> Curve:
    """Return the curve of *questions*, each with the ids of the entries that answer it, none where nothing does."""
    return Curve(tuple(_steps(bot, question, frozenset(expected), _by_entry) for question, expected in questions))


def curve_of_tests(bot: Bot, tests: Iterable[CoverageQuestion]) -> Curve:
    """Return the curve of staff's *tests*, judged as a run judges them; those of a safety level are left out."""

    def steps(test: CoverageQuestion) -> Steps:
        return _steps(bot, test.question, frozenset(test.expected.answering), lambda asked, _: _by_test(test, asked))

    return Curve(tuple(steps(test) for test in tests if not test.expected.level))


Judge = Callable[[Asked, frozenset[str]], Result]


class _Remembered:
    """A ranker that ranks each text once and keeps what it said."""

    def __init__(self, rank: Callable[[str], Ranking]) -> None:
        self._rank = rank
        self.rankings: dict[str, Ranking] = {}

    def rank(self, question: str) -> Ranking:
        if question not in self.rankings:
            self.rankings[question] = self._rank(question)
        return self.rankings[question]


def _steps(bot: Bot, question: str, expected: frozenset[str], judged: Judge) -> Steps:
    ranker, check = _Remembered(bot.rank), cache(bot.check)

    def result_at(threshold: float) -> Result:
        point = bot.knowledge.operating_point
        moved = replace(point, answer=threshold, choose=min(point.choose, threshold))
        answering = Answering(replace(bot.knowledge, operating_point=moved), ranker, "", check)
        return judged(Asked(question, answering.reply(question), ranker.rank(question)), expected)

    # a threshold that nothing reaches makes the policy look at all that it ever looks at
    silent = result_at(NEVER)
    confidences = sorted({ranking.confidence for ranking in ranker.rankings.values()})
    return Steps(question, expected, tuple(confidences), (*map(result_at, confidences), silent))


def _by_entry(asked: Asked, expected: frozenset[str]) -> Result:
    if asked.reply.kind == "answer":
        return "right" if expected & {*asked.shown} else "wrong"
    return "choose" if asked.reply.kind == "choose" else "silent"


def _by_test(test: CoverageQuestion, asked: Asked) -> Result:
    verdict = verdict_on(test, asked)
    if verdict in {"wrong passage", "should have been silent"}:
        return "wrong"
    if verdict == "right" and test.expected.answering:
        return "right"
    return "choose" if asked.reply.kind == "choose" else "silent"
