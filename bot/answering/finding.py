"""One question and a ranking in, a finding out: answer, choice, known gap, small talk, or honestly none."""

from dataclasses import dataclass, replace
from typing import Protocol

from bot.answering.remembering import Remembered
from bot.model import Entry, Kind, Knowledge, Shown, Suggestion
from bot.retrieval import Hit, Ranking

MOST_GROUPS = 3
MOST_SUGGESTIONS = 3
# a passage far below the best one in its entry is about something else, and reading it costs the patient
LEAST_SHARE_OF_BEST = 0.35
# a message that only looks a little like a thank-you is none
LEAST_TALK = 0.4
NO_ANSWER = "no-answer"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: the kind of reply with what it holds; `target` is what it is about."""

    kind: Kind
    passages: tuple[Shown, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    notice: str = ""
    confidence: float | None = None
    target: str = ""
    strength: float = 0.0


class Ranks(Protocol):
    """What the policy needs of a ranker."""

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*."""


class Remembering:
    """A ranker that need not rank again what it ranked a moment ago."""

    def __init__(self, ranker: Ranks) -> None:
        """Rank as *ranker* does."""
        self._remembered = Remembered(ranker.rank)

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*."""
        return self._remembered(question)


class Finder:
    """Decides by the operating point what a ranking is worth."""

    def __init__(self, knowledge: Knowledge, ranker: Ranks) -> None:
        """Take the knowledge and its ranker."""
        self.point = knowledge.operating_point
        self.ranker = ranker
        self._entries = {entry.id: entry for entry in knowledge.entries}
        self._talk_notices = {talk.id: talk.notice for talk in knowledge.small_talk}

    def find(self, question: str) -> Finding:
        """Return what *question*, taken by itself, gets."""
        return self.decide(self.ranker.rank(question))

    def decide(self, ranking: Ranking) -> Finding:
        """Return what a ranking is worth: an answer first, then a referral, then a choice, then none."""
        if ranking.entries and ranking.confidence >= self.point.answer:
            return self.answer(ranking)
        confidence = ranking.confidence if ranking.entries else None
        referral = self._referral(ranking)
        if referral:
            return replace(referral, confidence=confidence)
        if ranking.confidence >= self.point.choose and len(ranking.entries) > 1:
            return self.choice([hit.id for hit in ranking.entries], ranking.confidence)
        return Finding("no_answer", notice=NO_ANSWER, confidence=confidence)

    def answer(self, ranking: Ranking) -> Finding:
        """Return the passages of the first entry."""
        entry = self._entries[ranking.entries[0].id]
        shown = self._shown(entry, ranking)
        confidence = ranking.confidence
        return Finding("answer", passages=shown, confidence=confidence, target=entry.id, strength=confidence)

    def chosen(self, question: str, before: str) -> Finding | None:
        """Return the answer to a title that was chosen after *before*, with the passages first that *before* asks for.

        None where *question* is no title, or *before* was answered.
        """
        entry = next((one for one in self._entries.values() if one.question == question.strip()), None)
        earlier = self.ranker.rank(before)
        if entry is None or self.decide(earlier).kind == "answer":
            return None
        ranking = self.ranker.rank(question)
        is_told_apart = any(hit.id.startswith(f"{entry.id}#") for hit in earlier.passages)
        if not is_told_apart or not ranking.entries or ranking.entries[0].id != entry.id:
            return None
        return self.answer(replace(ranking, passages=earlier.passages, is_general=False))

    def choice(self, entry_ids: list[str], confidence: float) -> Finding:
        """Return the first three of *entry_ids* as suggestions."""
        offered = tuple(self.suggestion(entry_id) for entry_id in entry_ids[:MOST_SUGGESTIONS])
        return Finding("choose", suggestions=offered, confidence=confidence)

    def suggestion(self, entry_id: str) -> Suggestion:
        """Return the entry's title as something to choose."""
        return Suggestion(entry_id, self._entries[entry_id].question)

    def _referral(self, ranking: Ranking) -> Finding | None:
        """Return the notice of the known gap or small talk that the question is about, where one is strong enough."""
        least = max(self.point.gap, ranking.entries[0].score if ranking.entries else 0.0)
        gap, talk = ranking.gap, ranking.talk
        if talk and talk.score >= max(least, LEAST_TALK, gap.score if gap else 0.0):
            notice = self._talk_notices[talk.id]
            return Finding("no_answer" if notice == NO_ANSWER else "notice", notice=notice)
        if gap and gap.score >= least:
            return Finding("gap", notice=f"gap:{gap.id}", target=f"gap:{gap.id}", strength=gap.score)
        return None

    def _shown(self, entry: Entry, ranking: Ranking) -> tuple[Shown, ...]:
        """Return the passages of *entry* that answer best, whole chains, the best first.

        A question about the entry as a whole gets as much of it as a reply can hold. Where nothing tells its passages
        apart, it is shown from its start.
        """
        places = {passage.id: place for place, passage in enumerate(entry.passages)}
        ranked = [hit for hit in ranking.passages if hit.id in places]
        if ranking.is_general or not ranked:
            lowest = ranked[-1].score if ranked else ranking.entries[0].score
            ranked += [Hit(passage.id, lowest) for passage in entry.passages]
        least = 0.0 if ranking.is_general else LEAST_SHARE_OF_BEST * ranked[0].score
        shown: list[Shown] = []
        used: set[str] = set()
        group = 0
        for hit in ranked:
            if group == MOST_GROUPS or hit.score < least:
                break
            if hit.id in used:
                continue
            chain = entry.chain(places[hit.id])
            used |= {passage.id for passage in chain}
            shown.extend(Shown(p, entry.question, entry.question_origin, group, hit.score) for p in chain)
            group += 1
        return tuple(shown)
