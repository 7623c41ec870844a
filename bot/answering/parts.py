"""A message of several sentences in, what each asks out: two questions get two answers, a story gets its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.finding import MOST_GROUPS, Finder, Finding
from bot.model import Part, Shown

# a sentence torn out of its message must be clearer than a whole message
CLEAR_SENTENCE = 0.8
CLEAR_IN_STORY = 0.9
CLEAR_GAP = 0.5
MOST_SENTENCES = 8
FEWEST_WORDS = 2

_SENTENCE = re.compile(r"[^.?!;\n]+[.?!;]*")
# "does it hurt and how long does it last": two questions in one breath
_AND_ASKS = re.compile(
    r",?\s+(?:and|also|plus|but)\s+(?=(?:also\s+)?(?:how|what|when|where|who|why|which|can|could|do|does|is|are|will"
    r"|would|should|am|may|did|has|have)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The characters `start:end` of a message, and what they get when asked alone."""

    start: int
    end: int
    finding: Finding


def sentences(message: str) -> list[tuple[int, int]]:
    """Return where each question or sentence of two words or more stands; of many, the last eight, which ask."""
    spans = []
    for match in _SENTENCE.finditer(message):
        for start, end in _questions_of(match[0]):
            text = match[0][start:end]
            if len(text.split()) >= FEWEST_WORDS:
                lead, trail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
                spans.append((match.start() + start + lead, match.start() + end - trail))
    return spans[-MOST_SENTENCES:]


def _questions_of(sentence: str) -> list[tuple[int, int]]:
    """Return where the questions of one sentence stand that are joined by "and"; the whole, where they are not."""
    joints = list(_AND_ASKS.finditer(sentence))
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(sentence)]
    return list(zip(starts, ends, strict=True))


def asked_in(message: str, finder: Finder) -> list[Sentence]:
    """Return the sentences of *message* with their findings; [] for a message of one sentence."""
    spans = sentences(message)
    if len(spans) <= 1:
        return []
    return [Sentence(start, end, finder.find(message[start:end])) for start, end in spans]


def several(asked: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences that clearly ask different things; [] where they do not."""
    clear = {s.finding.target: s for s in reversed(asked) if _is_clear(s.finding)}
    kept = sorted(clear.values(), key=lambda sentence: sentence.start)
    return kept if len(kept) > 1 else []


def told_in_story(asked: Sequence[Sentence]) -> Finding | None:
    """Return the finding of the one sentence of a long story that clearly asks something, or None."""
    answers = [s.finding for s in asked if s.finding.kind == "answer" and s.finding.strength >= CLEAR_IN_STORY]
    return max(answers, key=lambda finding: finding.strength, default=None)


def gap_in_story(asked: Sequence[Sentence]) -> Finding | None:
    """Return the known gap that one sentence of a long story clearly asks about, or None."""
    gaps = [s.finding for s in asked if s.finding.kind == "gap" and s.finding.strength >= CLEAR_IN_STORY]
    return max(gaps, key=lambda finding: finding.strength, default=None)


def joined(kept: Sequence[Sentence]) -> Finding:
    """Return one finding for several sentences: the groups of each in turn, best answer first, three at most.

    Where none of them is answered, it is that of the first known gap.
    """
    answers = sorted((s.finding for s in kept if s.finding.kind == "answer"), key=lambda f: -f.strength)
    if not answers:
        return kept[0].finding
    share = max(1, MOST_GROUPS // len(answers))
    passages: list[Shown] = []
    groups = 0
    for finding in answers[:MOST_GROUPS]:
        own = [shown for shown in finding.passages if shown.group < share]
        passages += [Shown(s.passage, s.question, s.question_origin, groups + s.group, s.score) for s in own]
        groups += len({shown.group for shown in own})
    best = answers[0]
    return Finding("answer", tuple(passages), confidence=best.confidence, target=best.target, strength=best.strength)


def parts_of(kept: Sequence[Sentence]) -> tuple[Part, ...]:
    """Return the ranges of the message that ask one thing, each with its kind."""
    return tuple(Part(sentence.start, sentence.end, sentence.finding.kind) for sentence in kept)


def _is_clear(finding: Finding) -> bool:
    least = {"answer": CLEAR_SENTENCE, "gap": CLEAR_GAP}.get(finding.kind)
    return least is not None and finding.strength >= least
