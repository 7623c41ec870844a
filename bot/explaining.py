"""A question in, why it gets its reply out: ranking, words, gaps, safety rules, thresholds; decides nothing itself.

For staff, on the command line and on their pages. What is told is what the ranking and the safety check say of the
whole message by itself, without a conversation before it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.model import Knowledge, OperatingPoint, Safety
from bot.retrieval import Hit, Ranking
from bot.safety import RULES, detect
from bot.text import words

MOST_ENTRIES = 10
MOST_GAPS = 5
LEAST_GAP = 0.01
# each further word costs a ranking of its own
MOST_WORDS = 24
LONGEST_EXPLAINED = 4000
DECIMALS = 6

_WORD = re.compile("[^\\W_]+(?:['\u2019\u02bc][^\\W_]+)*")


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry as it was ranked for a question."""

    entry_id: str
    question: str
    score: float


@dataclass(frozen=True, slots=True)
class RankedGap:
    """A known gap as it was ranked for a question: its own share of all topics, from 0 to 1."""

    gap_id: str
    topic: str
    score: float


@dataclass(frozen=True, slots=True)
class WordShare:
    """What a word of the question does, as it was typed: how far the scores fall when it is left out.

    `entry` is the fall of the first entry's score, `gap` that of the strongest known gap's, each from -1 to 1; a
    negative one says that the word speaks against it.
    """

    word: str
    entry: float
    gap: float


@dataclass(frozen=True, slots=True)
class Mended:
    """A misspelt word and what it was taken for."""

    typed: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A safety rule that fired, with a message that it is there to find; "" for what is no single wording."""

    rule_id: str
    finds: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question got its reply.

    `entries` and `gaps` are best first, ten and five at most. `gap` is the strongest known gap and its `gap_score`,
    which is compared with the operating point and which its neighbours add to; "" where there is none. `matched` and
    `unknown` are the question's words, normalised, that the knowledge has ever used or not; `words` are at most the
    first 24.
    """

    entries: tuple[RankedEntry, ...]
    gap: str
    confidence: float
    matched: tuple[str, ...]
    unknown: tuple[str, ...]
    operating_point: OperatingPoint
    gaps: tuple[RankedGap, ...]
    gap_score: float
    words: tuple[WordShare, ...]
    mended: tuple[Mended, ...]
    safety: Safety
    rules: tuple[FiredRule, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists for JSON."""
        point = self.operating_point
        return {
            "entries": [{"entry_id": e.entry_id, "question": e.question, "score": e.score} for e in self.entries],
            "gap": self.gap,
            "confidence": self.confidence,
            "matched": list(self.matched),
            "unknown": list(self.unknown),
            "operating_point": {"answer": point.answer, "choose": point.choose, "gap": point.gap},
            "gaps": [{"gap_id": g.gap_id, "topic": g.topic, "score": g.score} for g in self.gaps],
            "words": [{"word": w.word, "entry": w.entry, "gap": w.gap} for w in self.words],
            "mended": [{"typed": m.typed, "taken_for": m.taken_for} for m in self.mended],
            "safety": {"level": self.safety.level, "rules": list(self.safety.rules)},
        }


class Ranks(Protocol):
    """What explaining needs of a ranker."""

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*."""

    def gaps(self, question: str) -> Sequence[Hit]:
        """Return every known gap by its own share, best first."""

    def mend(self, question: str) -> str:
        """Return *question* as it is matched, its misspellings mended."""

    def knows(self, word: str) -> bool:
        """Tell whether a normalised word stands in any wording or passage."""


def explain(question: str, knowledge: Knowledge, ranker: Ranks, check: Callable[[str], Safety] = detect) -> Explanation:
    """Return what the ranking and the safety check say of *question*, its first 4,000 characters for the ranking."""
    safety = check(question)
    asked = question[:LONGEST_EXPLAINED]
    ranking = ranker.rank(asked)
    topics = {gap.id: gap.topic for gap in knowledge.gaps}
    ranked = [(knowledge.entry(hit.id), hit.score) for hit in ranking.entries[:MOST_ENTRIES]]
    scored = [hit for hit in ranker.gaps(asked) if hit.score >= LEAST_GAP][:MOST_GAPS]
    plain = tuple(dict.fromkeys(words(asked)))
    known = tuple(word for word in plain if ranker.knows(word))
    return Explanation(
        entries=tuple(RankedEntry(entry.id, entry.question, score) for entry, score in ranked),
        gap=f"{ranking.gap.id} ({ranking.gap.score:.3f})" if ranking.gap else "",
        confidence=ranking.confidence,
        matched=known,
        unknown=tuple(word for word in plain if word not in known),
        operating_point=knowledge.operating_point,
        gaps=tuple(RankedGap(hit.id, topics[hit.id], hit.score) for hit in scored),
        gap_score=ranking.gap.score if ranking.gap else 0.0,
        words=_word_shares(asked, ranking, ranker),
        mended=_mended(asked, ranker),
        safety=safety,
        rules=_fired(safety),
    )


def _typed_words(question: str) -> list[str]:
    """Return the words of *question* as they were typed, each once in whatever case."""
    typed: dict[str, str] = {}
    for match in _WORD.finditer(question):
        typed.setdefault(match[0].casefold(), match[0])
    return list(typed.values())


def _word_shares(question: str, ranking: Ranking, ranker: Ranks) -> tuple[WordShare, ...]:
    if not ranking.entries:
        return ()
    first, gap = ranking.entries[0], ranking.gap
    shares = []
    for word in _typed_words(question)[:MOST_WORDS]:
        other = ranker.rank(_without(word, question))
        entry_score = next((hit.score for hit in other.entries if hit.id == first.id), 0.0)
        gap_score = other.gap.score if other.gap and gap and other.gap.id == gap.id else 0.0
        falls = (first.score - entry_score, (gap.score if gap else 0.0) - gap_score)
        shares.append(WordShare(word, *(round(fall, DECIMALS) for fall in falls)))
    return tuple(shares)


def _without(word: str, question: str) -> str:
    """Return *question* with every place of *word* left empty."""
    return _WORD.sub(lambda match: "" if match[0].casefold() == word.casefold() else match[0], question)


def _mended(question: str, ranker: Ranks) -> tuple[Mended, ...]:
    pairs = ((word, ranker.mend(word)) for word in _typed_words(question))
    return tuple(Mended(typed, taken_for) for typed, taken_for in pairs if typed != taken_for)


def _fired(safety: Safety) -> tuple[FiredRule, ...]:
    finds = {rule.id: rule.finds for rule in RULES}
    return tuple(FiredRule(rule_id, finds.get(rule_id, "")) for rule_id in safety.rules)
