"""A question and the ones before it in, a finding out where it can only be understood from them.

"And how long does that last?" says nothing alone. It is read together with the questions before it; the reply says
which earlier topic it was taken to be about, and unless all is clear it offers a choice instead of an answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.finding import Finder, Finding
from bot.model import Suggestion
from bot.retrieval import Ranking

# measured on our own conversations (benchmarks/calibration/conversations.jsonl)
CLEAR_ALONE = 0.9
CLEAR_IN_CONTEXT = 0.98
SURE_ALONE = 0.7
LEAST_SHARE_ALONE = 0.15
CLEAR_GAP = 0.5
LEAST_ALONE = 0.35
LEAST_TO_OFFER = 0.3
LEAST_OTHER_TOPIC = 0.1
LOOKED_BACK = 2
SHORT = 4
LONGEST_WITH_PRONOUN = 14

_OPENS = re.compile(
    r"(?:and|but|so|or|also|then|ok|okay|what if|what about|how about|why|even|which|for how|how come|really"
    r"|(?:is|does|would) (?:that|this|it)|can (?:that|it|they))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:that|it|this|those|these|them|they|ones?|there|him|her|s?he|both|either|else|more|so)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class InContext:
    """A finding and the earlier topic that the question was taken to be about."""

    finding: Finding
    topic: Suggestion


def leans_on_history(question: str) -> bool:
    """Tell whether *question* may be a follow-up: very short, opening like one, or pointing back."""
    words = len(question.split())
    points = words <= LONGEST_WITH_PRONOUN and _POINTS_BACK.search(question)
    return words <= SHORT or bool(_OPENS.match(question.strip())) or bool(points)


def understand(question: str, history: Sequence[str], finder: Finder) -> InContext | None:
    """Return what *question* gets as a follow-up of *history*, or None where it stands by itself."""
    if not history or not leans_on_history(question):
        return None
    alone = finder.ranker.rank(question)
    if alone.confidence >= CLEAR_ALONE or not alone.entries or _stands_by_itself(alone, finder.decide(alone)):
        return None
    rankings = [finder.ranker.rank(" ".join([*history[-back:], question])) for back in _backs(history)]
    together = max(rankings, key=lambda ranking: ranking.confidence)
    earlier = finder.ranker.rank(history[-1])
    if not together.entries or not earlier.entries:
        return None
    return _decided(alone, together, earlier, finder)


def _stands_by_itself(alone: Ranking, by_itself: Finding) -> bool:
    """Tell whether nothing that the earlier questions could add would change what the question gets by itself."""
    if by_itself.kind == "gap":
        return alone.gap is not None and alone.gap.score >= CLEAR_GAP
    return by_itself.kind == "notice"


def _decided(alone: Ranking, together: Ranking, earlier: Ranking, finder: Finder) -> InContext | None:
    first = together.entries[0].id
    by_itself = finder.decide(alone)
    if by_itself.kind == "gap" and not _rather_follows(alone, together):
        return None
    vague = _is_vague(alone)
    stays = first == earlier.entries[0].id and together.confidence >= CLEAR_IN_CONTEXT
    answers_alone = by_itself.kind == "answer" and not (vague and (stays or alone.confidence < SURE_ALONE))
    elsewhere = _asks_something_else(alone)
    topic = finder.suggestion(earlier.entries[0].id)
    if answers_alone and (elsewhere or alone.entries[0].id == first):
        return None
    is_clear = together.confidence >= CLEAR_IN_CONTEXT and LEAST_ALONE <= alone.confidence < SURE_ALONE
    if is_clear and not elsewhere:
        return InContext(finder.answer(together), topic)
    # where it answers by itself and, as surely, something else in context, the patient is asked which is meant
    if together.confidence < (CLEAR_ALONE if answers_alone else LEAST_TO_OFFER):
        return None
    by_themselves = [alone.entries[0].id] if by_itself.kind == "answer" else []
    others = (hit.id for ranking in (together, alone) for hit in ranking.entries)
    offered = dict.fromkeys([first, *by_themselves, earlier.entries[0].id, *others])
    if len(offered) <= 1 or by_themselves == [first] == [earlier.entries[0].id]:
        return None
    return InContext(finder.choice(list(offered), together.confidence), topic)


def _rather_follows(alone: Ranking, together: Ranking) -> bool:
    """Tell whether a question that only looks like a known gap by itself is clear together with the ones before."""
    weak = alone.gap is not None and alone.gap.score < CLEAR_GAP
    return weak and together.confidence >= CLEAR_IN_CONTEXT


def _is_vague(alone: Ranking) -> bool:
    """Tell whether a question that may be a follow-up is answered by itself, but hardly by one entry more than all."""
    return alone.confidence < CLEAR_ALONE and alone.entries[0].score < LEAST_SHARE_ALONE


def _backs(history: Sequence[str]) -> range:
    return range(1, min(LOOKED_BACK, len(history)) + 1)


def _asks_something_else(alone: Ranking) -> bool:
    """Tell whether the question by itself is rather about a known gap than about any entry."""
    gap = alone.gap
    return gap is not None and gap.score >= LEAST_OTHER_TOPIC and gap.score > alone.entries[0].score
