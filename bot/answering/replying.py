"""One question in, one `Reply` out: safety, then context, ranking and deciding. No file, no clock, no randomness.

Every text in a reply is a passage or a notice of the knowledge; before a reply leaves, each passage is compared with
the clinic's source once more.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.finding import Finder, Finding, Ranks, Remembering
from bot.answering.followups import understand
from bot.answering.parts import CLEAR_GAP, asked_in, gap_in_story, joined, parts_of, several, told_in_story
from bot.answering.remembering import Remembered
from bot.errors import SourceMismatchError
from bot.model import (
    SCHEMA,
    Disclaimer,
    Help,
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
from bot.safety import FAILED, MAYBE, Matter, danger_notices, detect, matters

LONGEST_QUESTION = 4000
LONGEST_HISTORY = 20
DIGEST_SHOWN = 12
IN_DANGER = ("crisis", "emergency")
# the rule's id where a message brings help only because an earlier one did, and how far back that goes
STILL = "still-in-danger"
REMEMBERED = 4
SURE = 0.9
# the notice for whoever writes in another language, and what the ids of rules for one hold
LANGUAGE, FOREIGN = "language", "spanish"
SHORTENED = ("crisis", "crisis-other")

_ASKS = re.compile(
    r"\?|(?:^|[.,;:!\n-])\W*(?:and |so |but )?"
    r"(?:(?:how|what|when|where|who|why|which|can|could|do|does|is|are|will|would|should|am|may)\b(?!['\u2019]t)"
    # "isn't it ..." asks, "can't go on" does not
    r"|(?:ca|could|do|does|did|is|are|was|wo|would|should)n['\u2019]?t "
    r"(?:an?|he|i|it|she|that|the|there|they|this|we|you)\b)",
    re.IGNORECASE,
)
_HAS_WORD = re.compile(r"[^\W_]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding, and how the message was understood: its parts, further notices around the answer, its context."""

    finding: Finding
    parts: tuple[Part, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    context: Suggestion | None = None
    refusal: str = ""


class Answering:
    """The policy over one knowledge and its ranker; holds no state between questions."""

    def __init__(
        self, knowledge: Knowledge, ranker: Ranks, version: str, check: Callable[[str], Safety] = detect
    ) -> None:
        """Take the parts; *check* finds danger in a message."""
        self.knowledge = knowledge
        self.version = version
        self.check = Remembered(check)
        self._finder = Finder(knowledge, Remembering(ranker))
        self._hidden = {entry.id for entry in knowledge.entries if entry.after_crisis == "hide"}
        clinic = knowledge.clinic
        self._help = Help(clinic.phone, clinic.crisis_line, clinic.emergency)
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
        told = _Told(Finding("refused"), refusal=refusal) if refusal else self._understood(question, history)
        if safety.level in IN_DANGER:
            told = _in_both_languages(self._after_danger(told), told.finding, safety)
        else:
            told = _without_menus(_with_matters(told, _matters(question)), question, safety)
            safety, told = self._remembered(question, safety, told, history)
        for shown in told.finding.passages:
            verify(shown.passage, self.knowledge)
        return self._assembled(question, history, safety, told)

    def _safety(self, question: str) -> Safety:
        try:
            return self.check(question)
        except Exception:  # noqa: BLE001 - if the check itself fails in any way, help must be shown
            return Safety("crisis", (FAILED,))

    def _understood(self, question: str, history: Sequence[str]) -> _Told:
        asked = asked_in(question, self._finder)
        kept = several(asked)
        if kept:
            whole = joined(kept)
            gaps = [sentence.finding.notice for sentence in kept if sentence.finding.kind == "gap"]
            return _Told(whole, parts_of(kept), after=tuple(gap for gap in gaps if gap != whole.notice))
        chosen = self._finder.chosen(question, history[-1]) if history else None
        if chosen and chosen.kind == "answer":
            return _Told(chosen)
        followed = understand(question, history, self._finder)
        if followed:
            return _Told(followed.finding, context=followed.topic)
        finding = self._finder.find(question)
        story = told_in_story(asked) if finding.kind != "answer" else None
        is_weak = finding.kind == "no_answer" or (finding.kind == "gap" and finding.strength < CLEAR_GAP)
        gap = gap_in_story(asked) if is_weak and not story else None
        if gap:
            return _Told(gap, after=tuple({finding.notice} - {gap.notice}) if finding.kind == "gap" else ())
        return _Told(story or finding)

    def _after_danger(self, told: _Told) -> _Told:
        """Keep a confident answer below a danger notice, but nothing that praises, excludes or says 'no answer'."""
        finding = told.finding
        kept = tuple(shown for shown in finding.passages if shown.entry_id not in self._hidden)
        if kept:
            return replace(told, finding=replace(finding, passages=_numbered(kept)), after=())
        kind: Kind = "refused" if finding.kind == "refused" else "notice"
        return _Told(Finding(kind, confidence=finding.confidence), refusal=told.refusal)

    def _assembled(self, question: str, history: Sequence[str], safety: Safety, told: _Told) -> Reply:
        shown = _SURROGATE.sub("\ufffd", question)
        finding, notices = told.finding, self._notices(safety, history, told)
        return Reply(
            version=self.version,
            knowledge=self.knowledge.digest,
            receipt=_receipt(self.knowledge.digest, shown, history, finding, notices),
            language=self.knowledge.clinic.language,
            question=shown,
            kind=finding.kind,
            disclaimer=Disclaimer(self.knowledge.notices["disclaimer"]),
            safety=safety,
            notices=notices,
            passages=finding.passages,
            suggestions=finding.suggestions,
            parts=told.parts or (Part(0, len(shown), finding.kind),),
            context=told.context,
            confidence=finding.confidence,
            help=self._help,
        )

    def _remembered(self, question: str, safety: Safety, told: _Told, history: Sequence[str]) -> tuple[Safety, _Told]:
        """Keep help first where this patient was in danger a moment ago; below it what the FAQ has, and no menu."""
        checked = map(self._safety, history[-REMEMBERED:])
        earlier = [one for one in checked if one.level in IN_DANGER and one.rules != (FAILED,)]
        if not earlier or told.refusal:
            return safety, told
        kept = self._after_danger(told)
        is_sure = kept.finding.kind == "answer" and (kept.finding.confidence or 0.0) >= SURE
        if is_sure and earlier[-1].level != "emergency":
            return Safety("support", (*safety.rules, STILL)), kept
        if told.finding.kind == "gap":
            kept = replace(kept, finding=told.finding)
        # what was asked and is held back, or not found, a person can answer
        is_asked = told.finding.kind == "answer" or _ASKS.search(question)
        after = ("contact",) if kept.finding.kind == "notice" and is_asked else kept.after
        return Safety(earlier[-1].level, (STILL,)), replace(kept, before=(), after=after)

    def _notices(self, safety: Safety, history: Sequence[str], told: _Told) -> tuple[Notice, ...]:
        danger = self._danger(safety, history) if safety.level in IN_DANGER else ()
        before = (*danger, *told.before, *(id_ for id_ in (told.refusal, told.finding.notice) if id_))
        after = (*(["support"] if safety.level == "support" else []), *told.after)
        placed = [Notice(id_, "before", self._notice_texts[id_]) for id_ in dict.fromkeys(before)]
        later = (id_ for id_ in dict.fromkeys(after) if id_ not in before)
        return (*placed, *(Notice(id_, "after", self._notice_texts[id_]) for id_ in later))

    def _danger(self, safety: Safety, history: Sequence[str]) -> tuple[str, ...]:
        """Return the danger notices: in full, or short where this patient has had them in full and it is no worse."""
        earlier = [one for one in map(self._safety, history) if one.level in IN_DANGER]
        last = danger_notices(earlier[-1])[0] if earlier else ""
        if STILL in safety.rules:
            return ("crisis-short" if last in SHORTENED else last,)
        notices = danger_notices(safety)
        if last == "crisis-other" and notices == ("crisis",) and not _is_sure(safety):
            # who told of somebody's danger tells more of it
            notices = (last,)
        shown = {notice for one in earlier for notice in danger_notices(one)}
        surely = {notice for one in earlier if _is_sure(one) for notice in danger_notices(one)}
        worse = _is_sure(safety) and notices[0] not in surely
        short = notices[0] in SHORTENED and notices[0] in shown and not worse
        return ("crisis-short", *notices[1:]) if short else notices


def _in_both_languages(told: _Told, finding: Finding, safety: Safety) -> _Told:
    """Add the notice in the patient's language to the ones for danger, which are in the clinic's."""
    is_foreign = finding.notice == LANGUAGE or any(FOREIGN in rule for rule in safety.rules)
    return replace(told, before=(*told.before, LANGUAGE)) if is_foreign else told


def _without_menus(told: _Told, question: str, safety: Safety) -> _Told:
    """Take a menu or a guess away from a message that tells of symptoms, or of despair without asking anything."""
    finding = told.finding
    # of a known gap the strength is the score, and a stored wording of it has the full score
    sureness = finding.confidence or 0.0 if finding.kind == "answer" else finding.strength
    is_sure = finding.kind in ("answer", "gap") and sureness >= SURE
    despairs = safety.level == "support" and any(rule.startswith(MAYBE) for rule in safety.rules)
    if is_sure or told.refusal or not ("call-clinic" in told.before or (despairs and not _ASKS.search(question))):
        return told
    # what remains says how to reach a person
    before = told.before if "call-clinic" in told.before else ("contact", *told.before)
    bare = Finding("notice", confidence=finding.confidence)
    return replace(told, finding=bare, parts=(), before=tuple(dict.fromkeys(before)), context=None)


def _matters(question: str) -> tuple[Matter, ...]:
    try:
        return matters(question)
    except Exception:  # noqa: BLE001 - a reply without them is still a reply
        return ()


def _is_sure(safety: Safety) -> bool:
    """Tell whether a rule, and not the classifier alone, found the danger."""
    return any(not rule.startswith("model-") for rule in safety.rules)


def _numbered(shown: Sequence[Shown]) -> tuple[Shown, ...]:
    """Return the passages that are left, their groups numbered from 0 again."""
    groups = {group: place for place, group in enumerate(dict.fromkeys(one.group for one in shown))}
    return tuple(replace(one, group=groups[one.group]) for one in shown)


def _with_matters(told: _Told, found: Sequence[Matter]) -> _Told:
    """Return what is told with the fixed texts that the message calls for, in place of a mere 'no answer'."""
    before = tuple(matter.notice for matter in found if matter.place == "before")
    after = tuple(matter.notice for matter in found if matter.place == "after")
    finding = told.finding
    if "contact" in before:
        # whoever books or asks for a record is about to type a name and a birth date
        after = (*after, "privacy")
    if before and finding.kind == "no_answer":
        finding = replace(finding, kind="notice", notice="")
        # the notice in its place says how to reach a person, as 'no answer' would have
        after = after if {"contact", "call-clinic"} & {*before} else ("contact", *after)
    elif "contact" in before:
        # a booking is no question of the FAQ; where it is one after all, what the FAQ has comes first
        before, after = tuple(id_ for id_ in before if id_ != "contact"), ("contact", *after)
    return replace(told, finding=finding, before=before, after=(*told.after, *after))


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
