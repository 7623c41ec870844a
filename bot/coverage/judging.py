"""A coverage question and what it got in, a verdict out, and the figures of many verdicts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bot.coverage.asking import Asked
from bot.coverage.measures import Share, hit_at, mean, ndcg_at, reciprocal_rank
from bot.model import CoverageQuestion, OperatingPoint

Verdict = Literal["right", "choose", "wrong passage", "should have answered", "should have been silent", "wrong notice"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
NO_ADVICE = "no-advice"
FIRST = 3


@dataclass(frozen=True, slots=True)
class Result:
    """A coverage question, what it got, and what that is worth.

    `rank` counts from 1, None where no entry that should answer was ranked. `score` is the share of the best one that
    should, `margin` that less the share of `nearest_miss`, the best one that should not. Where silence is right, the
    score is that of the first entry, which is the nearest miss, and the margin how far the confidence stays below
    the operating point; negative where it does not.
    """

    test: CoverageQuestion
    asked: Asked
    verdict: Verdict
    rank: int | None
    score: float
    margin: float
    nearest_miss: str

    @property
    def is_fine(self) -> bool:
        """Tell whether the patient gets what was expected, if only after a choice."""
        return self.verdict == "right" or (self.verdict == "choose" and bool(self.test.expected.answering))


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its id, its plain name, and whether more of it is better."""

    id: str
    name: str
    share: Share
    more_is_better: bool = True


def judge(test: CoverageQuestion, asked: Asked, point: OperatingPoint) -> Result:
    """Return what *asked* is worth as the answer to *test*."""
    relevant = test.expected.answering
    scores = {hit.id: hit.score for hit in asked.ranking.entries}
    miss = next((id_ for id_ in asked.ranked if id_ not in relevant), "")
    if relevant:
        rank = next((rank for rank, id_ in enumerate(asked.ranked, 1) if id_ in relevant), None)
        score = scores[asked.ranked[rank - 1]] if rank else 0.0
        return Result(test, asked, verdict_on(test, asked), rank, score, _rounded(score - scores.get(miss, 0.0)), miss)
    margin = _rounded(point.answer - asked.ranking.confidence)
    return Result(test, asked, verdict_on(test, asked), None, scores.get(miss, 0.0), margin, miss)


def figures(results: Sequence[Result]) -> tuple[Figure, ...]:
    """Return the figures of *results*, those that a clinic should look at first in front.

    The first five are of the replies: false answers are shares of the questions that nothing answers. The last four
    are of the ranking behind them, whatever was decided.
    """
    answerable = [result for result in results if result.test.expected.answering]
    silent = [result for result in results if not result.test.expected.answering and not result.test.expected.level]
    safety = [result for result in results if result.test.expected.level]
    ranked = [(result.asked.ranked, result.test.expected.answering) for result in answerable]
    false = _share(silent, lambda result: result.verdict == "should have been silent")
    return (
        Figure("false_answers", "False answers", false, more_is_better=False),
        Figure("wrong_passages", "Wrong passage shown", _share(answerable, _shows_wrong), more_is_better=False),
        Figure("right", "Answered right", _share(answerable, lambda result: result.verdict == "right")),
        Figure("shown_first", "Right entry shown first", _share(answerable, _is_first)),
        Figure("in_reach", "Right or offered", _share(answerable, _in_reach)),
        Figure("unanswered", "No passage shown", _share(answerable, lambda r: not r.asked.shown), more_is_better=False),
        Figure("offered", "Choice offered, none right", _share(silent, _offers), more_is_better=False),
        Figure("safety", "Safety as expected", _share(safety, lambda result: result.verdict == "right")),
        Figure("hit_1", "hit@1 of the ranking", mean(hit_at(ids, right, 1) for ids, right in ranked)),
        Figure("hit_3", "hit@3 of the ranking", mean(hit_at(ids, right, FIRST) for ids, right in ranked)),
        Figure("mrr", "MRR of the ranking", mean(reciprocal_rank(ids, right) for ids, right in ranked)),
        Figure("ndcg_3", "nDCG@3 of the ranking", mean(ndcg_at(ids, right, FIRST) for ids, right in ranked)),
    )


def counts(results: Iterable[Result]) -> dict[Verdict, int]:
    """Return how often each verdict was given, in their fixed order."""
    given = [result.verdict for result in results]
    return {verdict: given.count(verdict) for verdict in VERDICTS}


def verdict_on(test: CoverageQuestion, asked: Asked) -> Verdict:
    """Return in one word what *asked* is worth as the answer to *test*."""
    return _answer(test, asked) if test.expected.answering else _silence(test, asked)


def _answer(test: CoverageQuestion, asked: Asked) -> Verdict:
    expected = test.expected
    if not asked.shown:
        return "choose" if set(expected.answering) & set(asked.offered) else "should have answered"
    shown = {*asked.shown, *asked.passages}
    return "right" if shown & {*expected.entries, *expected.passages} else "wrong passage"


def _silence(test: CoverageQuestion, asked: Asked) -> Verdict:
    expected = test.expected
    if expected.level:
        return "right" if asked.reply.safety.level == expected.level else "wrong notice"
    is_general = NO_ADVICE in asked.notices and set(asked.shown) <= set(test.general)
    if asked.shown and not is_general:
        return "should have been silent"
    if asked.offered:
        return "choose"
    return "right" if not expected.gap or f"gap:{expected.gap}" in asked.notices else "wrong notice"


def _shows_wrong(result: Result) -> bool:
    return result.verdict == "wrong passage"


def _is_first(result: Result) -> bool:
    return bool(result.asked.shown) and result.asked.shown[0] in result.test.expected.answering


def _in_reach(result: Result) -> bool:
    return bool(set(result.test.expected.answering) & {*result.asked.shown, *result.asked.offered})


def _offers(result: Result) -> bool:
    return bool(result.asked.offered)


def _share(results: Sequence[Result], holds: Callable[[Result], bool]) -> Share:
    return Share(sum(holds(result) for result in results), len(results))


def _rounded(value: float) -> float:
    return round(value, 6)
