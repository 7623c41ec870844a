"""The bot in service and a knowledge that is not saved yet in, what would change for patients out, ready to be shown.

The rankings of the other knowledge are fitted, so it takes a while: one person compares at a time.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from bot.bot import Bot
from bot.coverage import Difference, Effect, Outcome, Sample, differences, sample
from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge.coverage_tests import read_bank, read_coverage
from bot.model import Knowledge, Reply
from bot.web.staff.naming import KINDS
from bot.web.staff.plots import Bar, Plot, plot

MOST_SHOWN = 60
# what is worst first
EFFECTS: Mapping[Effect, str] = {
    "lost": "No longer answered",
    "silenced": "Only told now that the FAQ does not answer",
    "moved": "Another reply",
    "gained": "Answered now",
    "reworded": "The same reply in new words",
}
WHENCE = {"test": "Coverage tests", "bank": "Bank", "wording": "Stored wordings"}

_COMPARING = Lock()


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that would get another reply: from where it is, what it gets, and the texts that it would get."""

    question: str
    whence: str
    expected: str
    effect: str
    before: str
    after: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change. `counts` holds a row for each effect, its numbers in the order of `WHENCE`.

    `left_off` changes are counted but not shown one by one. `problem` is why the clinic's tests were not asked.
    """

    asked: Sample
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    shown: tuple[Changed, ...]
    left_off: int
    picture: Plot
    problem: str

    @property
    def total(self) -> int:
        """How many questions would get another reply."""
        return len(self.shown) + self.left_off


def compare(bot: Bot, other: Knowledge, folder: Path) -> Comparison:
    """Return what *other* would change for what *bot* is asked: the tests in *folder*, the bank, stored wordings.

    Raises:
        VerbatimError: if somebody else compares just now.
    """
    with _alone():
        expected, problem = _expected(folder, bot.knowledge)
        bank = [question for topic in read_bank() for question in topic.questions]
        asked = sample(bot.knowledge, other, expected, bank)
        after = bot.with_knowledge(other)
        found = differences(bot.ask, after.ask, asked.questions)
        ordered = sorted(found, key=lambda one: [*EFFECTS].index(one.effect))
        shown = tuple(
            Changed(
                one.question,
                WHENCE[asked.kind(one.question)],
                expected.get(one.question, ""),
                EFFECTS[one.effect],
                told(one.before, bot.knowledge),
                told(one.after, other),
                texts(after.ask(one.question)),
            )
            for one in ordered[:MOST_SHOWN]
        )
    counts = tuple((text, _numbers(effect, found, asked)) for effect, text in EFFECTS.items())
    bars = [Bar(text, sum(numbers), str(sum(numbers))) for text, numbers in counts]
    caption = f"Of {len(asked.questions)} questions that were asked, those that would get another reply"
    return Comparison(asked, counts, shown, len(found) - len(shown), plot(caption, bars), problem)


def told(outcome: Outcome, knowledge: Knowledge, *, places: bool = True) -> str:
    """Return what a patient gets, in a few words for staff; with *places*, which passages of an entry."""
    titles = {entry.id: entry.question for entry in knowledge.entries}
    topics = {f"gap:{gap.id}": gap.topic for gap in knowledge.gaps}
    numbers = [passage.partition("#")[2] for passage in outcome.passages if places]
    named = [titles.get(id_, id_) for id_ in outcome.entries or outcome.suggestions]
    named = named or [topics.get(id_, id_) for id_ in outcome.notices if id_ in topics]
    of = f" ({', '.join(f'#{number}' for number in numbers)})" if numbers else ""
    return f"{KINDS[outcome.kind]}: {'; '.join(named)}{of}" if named else KINDS[outcome.kind]


def already(bot: Bot, wordings: Sequence[str]) -> tuple[str, int]:
    """Return the answer, or the notice of a known gap, that most of *wordings* get from *bot*, and how many get it."""
    outcomes = [Outcome.of(bot.ask(wording)) for wording in wordings]
    found = Counter(told(one, bot.knowledge, places=False) for one in outcomes if one.kind in {"answer", "gap"})
    return max(found.items(), key=lambda item: item[1], default=("", 0))


def texts(reply: Reply) -> tuple[str, ...]:
    """Return what a patient would read, in order, without what stands in every reply."""
    before, after = (tuple(n.text for n in reply.notices if n.place == place) for place in ("before", "after"))
    offered = tuple(suggestion.question for suggestion in reply.suggestions)
    return (*before, *(shown.text for shown in reply.passages), *offered, *after)


@contextmanager
def _alone() -> Iterator[None]:
    if not _COMPARING.acquire(blocking=False):
        raise VerbatimError(
            "Another comparison is still running, perhaps an earlier one of your own. Try again in a minute; "
            "what you typed is still here."
        )
    try:
        yield
    finally:
        _COMPARING.release()


def _expected(folder: Path, knowledge: Knowledge) -> tuple[dict[str, str], str]:
    """Return what each of the clinic's tests should get; none, and why, where they cannot be read."""
    try:
        return {test.question: str(test.expected) for test in read_coverage(folder, knowledge)}, ""
    except KnowledgeError as error:
        return {}, str(error)


def _numbers(effect: Effect, found: Sequence[Difference], asked: Sample) -> tuple[int, ...]:
    whence = Counter(asked.kind(one.question) for one in found if one.effect == effect)
    return tuple(whence[kind] for kind in WHENCE)
