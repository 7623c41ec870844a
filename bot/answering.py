"""One question in, one `Reply` out: safety, then ranking, then deciding. No file, no clock, no randomness.

Every text in a reply is a passage or a notice of the knowledge; before a reply leaves, each passage is compared with
the clinic's source once more.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.errors import SourceMismatchError
from bot.model import (
    SCHEMA,
    Disclaimer,
    Entry,
    Kind,
    Knowledge,
    Notice,
    Part,
    Passage,
    Reply,
    Safety,
    Shown,
    Suggestion,
)
from bot.retrieval import Hit, Ranking
from bot.safety import FAILED, danger_notice, detect

LONGEST_QUESTION = 4000
LONGEST_HISTORY = 20
MOST_GROUPS = 3
# a passage far below the best one in its entry is about something else, and reading it costs the patient
LEAST_SHARE_OF_BEST = 0.5
LEAST_SHARE_TO_OFFER = 0.05
MOST_SUGGESTIONS = 3
DIGEST_SHOWN = 12

_HAS_WORD = re.compile(r"[^\W_]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a question: the kind of reply, its passages or suggestions, and the confidence."""

    kind: Kind
    passages: tuple[Shown, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    notice: str = ""
    confidence: float | None = None


class Ranks(Protocol):
    """What the policy needs of a ranker."""

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*."""


class Answering:
    """The policy over one knowledge and its ranker; holds no state between questions."""

    def __init__(
        self, knowledge: Knowledge, ranker: Ranks, version: str, check: Callable[[str], Safety] = detect
    ) -> None:
        """Take the parts; *check* finds danger in a message."""
        self.knowledge = knowledge
        self.ranker = ranker
        self.version = version
        self.check = check
        self._talk_notices = {talk.id: talk.notice for talk in knowledge.small_talk}
        self._notice_texts = {**knowledge.notices, **{f"gap:{gap.id}": gap.notice for gap in knowledge.gaps}}

    def reply(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Return the reply to *question*; *history* holds the earlier questions, oldest first.

        Any text gets a reply: one that is empty, over 4,000 characters or not valid Unicode is `refused`, after the
        whole of it was checked for danger.

        Raises:
            SourceMismatchError: if a passage is not the clinic's text; that cannot happen with a loaded knowledge.
        """
        safety = self._safety(question)
        refusal = _refusal(question)
        finding = Finding("refused") if refusal else self._find(question)
        if safety.level in ("crisis", "emergency"):
            finding = self._after_danger(finding)
        for shown in finding.passages:
            verify(shown.passage, self.knowledge)
        return self._assembled(question, history, safety, finding, refusal)

    def _safety(self, question: str) -> Safety:
        try:
            return self.check(question)
        except Exception:  # noqa: BLE001 - if the check itself fails in any way, help must be shown
            return Safety("crisis", (FAILED,))

    def _find(self, question: str) -> Finding:
        ranking = self.ranker.rank(question)
        point = self.knowledge.operating_point
        if ranking.entries and ranking.confidence >= point.answer:
            shown = self._shown(self.knowledge.entry(ranking.entries[0].id), ranking)
            return Finding("answer", passages=shown, confidence=ranking.confidence)
        referral = self._referral(ranking)
        if referral:
            return replace(referral, confidence=ranking.confidence)
        if ranking.confidence >= point.choose:
            near = [hit for hit in ranking.entries if hit.score >= LEAST_SHARE_TO_OFFER][:MOST_SUGGESTIONS]
            near = near if len(near) > 1 else list(ranking.entries[:2])
            if len(near) > 1:
                suggestions = tuple(_suggestion(self.knowledge.entry(hit.id)) for hit in near)
                return Finding("choose", suggestions=suggestions, confidence=ranking.confidence)
        confidence = ranking.confidence if ranking.entries else None
        return Finding("no_answer", notice="no-answer", confidence=confidence)

    def _referral(self, ranking: Ranking) -> Finding | None:
        """Return the notice of the known gap or small talk that the question is about, where one is strong enough."""
        least = max(self.knowledge.operating_point.gap, ranking.entries[0].score if ranking.entries else 0.0)
        gap, talk = ranking.gap, ranking.talk
        if talk and talk.score >= max(least, gap.score if gap else 0.0):
            notice = self._talk_notices[talk.id]
            return Finding("no_answer" if notice == "no-answer" else "notice", notice=notice)
        if gap and gap.score >= least:
            return Finding("gap", notice=f"gap:{gap.id}")
        return None

    def _shown(self, entry: Entry, ranking: Ranking) -> tuple[Shown, ...]:
        """Return the passages of *entry* that answer best, whole chains, the best chain first.

        Where nothing tells its passages apart (a title was asked), the entry is shown from its start.
        """
        places = {passage.id: place for place, passage in enumerate(entry.passages)}
        ranked = [hit for hit in ranking.passages if hit.id in places]
        ranked = ranked or [Hit(passage.id, ranking.entries[0].score) for passage in entry.passages]
        shown: list[Shown] = []
        used: set[str] = set()
        group = 0
        for hit in ranked:
            if group == MOST_GROUPS or hit.score < LEAST_SHARE_OF_BEST * ranked[0].score:
                break
            if hit.id in used:
                continue
            chain = entry.chain(places[hit.id])
            used |= {passage.id for passage in chain}
            shown.extend(Shown(p, entry.question, entry.question_origin, group, hit.score) for p in chain)
            group += 1
        return tuple(shown)

    def _after_danger(self, finding: Finding) -> Finding:
        """Keep a confident answer below a danger notice, but nothing that praises, excludes or says 'no answer'."""
        kept = tuple(s for s in finding.passages if self.knowledge.entry(s.entry_id).after_crisis == "show")
        if kept:
            return Finding("answer", passages=kept, confidence=finding.confidence)
        return Finding("refused" if finding.kind == "refused" else "notice", confidence=finding.confidence)

    def _assembled(
        self, question: str, history: Sequence[str], safety: Safety, finding: Finding, refusal: str
    ) -> Reply:
        told = _SURROGATE.sub("\ufffd", question)
        notices = self._notices(safety, finding, refusal)
        return Reply(
            version=self.version,
            knowledge=self.knowledge.digest,
            receipt=_receipt(self.knowledge.digest, told, history, finding, notices),
            language=self.knowledge.clinic.language,
            question=told,
            kind=finding.kind,
            disclaimer=Disclaimer(self.knowledge.notices["disclaimer"]),
            safety=safety,
            notices=notices,
            passages=finding.passages,
            suggestions=finding.suggestions,
            parts=(Part(0, len(told), finding.kind),),
            confidence=finding.confidence,
        )

    def _notices(self, safety: Safety, finding: Finding, refusal: str) -> tuple[Notice, ...]:
        ids = []
        if safety.level in ("crisis", "emergency"):
            ids.append(danger_notice(safety))
        if refusal:
            ids.append(refusal)
        elif finding.notice:
            ids.append(finding.notice)
        return tuple(Notice(id_, "before", self._notice_texts[id_]) for id_ in ids)


def verify(passage: Passage, knowledge: Knowledge) -> None:
    """Compare a passage with the clinic's source text, character by character and by its sha256.

    Raises:
        SourceMismatchError: if they differ in anything.
    """
    source = passage.source
    written = knowledge.sources.get(source.file, "")[source.start : source.end]
    if written != passage.text or hashlib.sha256(written.encode()).hexdigest() != source.sha256:
        raise SourceMismatchError(
            f"The passage {passage.id} is not the text of {source.file} {source.start}:{source.end}."
        )


def _refusal(question: str) -> str:
    """Return the id of the notice that refuses *question*, or "" where it can be answered."""
    if len(question) > LONGEST_QUESTION:
        return "too-long"
    if _SURROGATE.search(question) or not _HAS_WORD.search(question):
        return "empty"
    return ""


def _suggestion(entry: Entry) -> Suggestion:
    return Suggestion(entry.id, entry.question)


def _receipt(digest: str, question: str, history: Sequence[str], finding: Finding, notices: Sequence[Notice]) -> str:
    """Return the id of a reply: the start of the knowledge's digest, and of a sha256 over all that the reply shows."""
    proof = {
        "schema": SCHEMA,
        "knowledge": digest,
        "question": question,
        "history": [_SURROGATE.sub("\ufffd", earlier) for earlier in history],
        "kind": finding.kind,
        "passages": [[s.source.file, s.source.start, s.source.end, s.source.sha256] for s in finding.passages],
        "suggestions": [s.entry_id for s in finding.suggestions],
        "notices": [notice.id for notice in notices],
    }
    canonical = json.dumps(proof, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"{digest[:DIGEST_SHOWN]}-{hashlib.sha256(canonical.encode()).hexdigest()[:16]}"
