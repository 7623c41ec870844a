"""Two bots and questions in, the questions whose replies differ out; each bot is only a function that asks it."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from bot.model import Knowledge, Reply

# of each kind, so that two bots are asked in seconds whatever a knowledge holds
MOST_TESTS, MOST_BANK, MOST_WORDINGS = 200, 330, 270

Ask = Callable[[str], Reply]
Effect = Literal["gained", "lost", "silenced", "moved", "reworded"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a patient would get: the kind of reply and the ids, in order, of its passages, suggestions and notices.

    `texts` are the sha256 of the passages and of the notices, which differ where one was only written anew.
    """

    kind: str
    passages: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, reply: Reply) -> "Outcome":
        """Return what *reply* holds of it."""
        return cls(
            kind=reply.kind,
            passages=tuple(shown.passage.id for shown in reply.passages),
            suggestions=tuple(suggestion.entry_id for suggestion in reply.suggestions),
            notices=tuple(notice.id for notice in reply.notices),
            texts=(
                *(shown.source.sha256 for shown in reply.passages),
                *(sha256(notice.text.encode()).hexdigest() for notice in reply.notices),
            ),
        )

    @property
    def entries(self) -> tuple[str, ...]:
        """The ids of the entries that are shown, each once."""
        return tuple(dict.fromkeys(passage.partition("#")[0] for passage in self.passages))

    def __str__(self) -> str:
        ids = self.entries or self.suggestions or tuple(id_ for id_ in self.notices if id_.startswith("gap:"))
        return f"{self.kind} ({', '.join(ids)})" if ids else self.kind


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose reply differs.

    `gained`: it is answered now. `lost`: it no longer is. `silenced`: it had a choice, or a notice of its own, and gets
    none now. `moved`: other passages, or another notice. `reworded`: the same in other words.
    """

    question: str
    effect: Effect
    before: Outcome
    after: Outcome

    def __str__(self) -> str:
        return f"{self.effect}: {self.question!r}: {self.before} -> {self.after}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists for JSON."""
        return {
            "question": self.question,
            "effect": self.effect,
            "before": _outcome_dict(self.before),
            "after": _outcome_dict(self.after),
        }


def differences(before: Ask, after: Ask, questions: Iterable[str]) -> tuple[Difference, ...]:
    """Return the questions, each once and in their order, that get another reply from *after* than from *before*."""
    found = []
    with ThreadPoolExecutor(1) as beside:
        for question in dict.fromkeys(questions):
            # most of the time goes into libraries that leave Python free meanwhile
            asked = beside.submit(before, question)
            new, old = Outcome.of(after(question)), Outcome.of(asked.result())
            if old != new:
                found.append(Difference(question, _effect(old, new), old, new))
    return tuple(found)


def stored_wordings(knowledge: Knowledge) -> tuple[str, ...]:
    """Return every wording that staff wrote: of entries and passages, of known gaps and of small talk, each once."""
    entries = (wording for entry in knowledge.entries for wording in entry.wordings)
    gaps = (wording for gap in knowledge.gaps for wording in gap.wordings)
    talk = (wording for one in knowledge.small_talk for wording in one.wordings)
    return tuple(dict.fromkeys((*entries, *gaps, *talk)))


@dataclass(frozen=True, slots=True)
class Sample:
    """Questions to compare two versions by, each once: tests, the bank's, stored wordings.

    `of_tests` and its like are how many there are. Of too many, some are taken at even distances; but of wordings
    those first that only one of the two versions has.
    """

    tests: tuple[str, ...]
    bank: tuple[str, ...]
    wordings: tuple[str, ...]
    of_tests: int
    of_bank: int
    of_wordings: int

    @property
    def questions(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.tests, *self.bank, *self.wordings)

    def kind(self, question: str) -> str:
        """Return where *question* comes from: `test`, `bank` or `wording`."""
        return "test" if question in self.tests else "bank" if question in self.bank else "wording"


def sample(before: Knowledge, after: Knowledge, tests: Iterable[str], bank: Iterable[str]) -> Sample:
    """Return at most 800 questions, the same ones for the same versions, *tests* and *bank*."""
    all_tests = tuple(dict.fromkeys(tests))
    all_bank = tuple(question for question in dict.fromkeys(bank) if question not in all_tests)
    old, new = stored_wordings(before), stored_wordings(after)
    asked = {*all_tests, *all_bank}
    stored = [wording for wording in dict.fromkeys((*old, *new)) if wording not in asked]
    on_one_side = {*old} ^ {*new}
    changed = _spread([wording for wording in stored if wording in on_one_side], MOST_WORDINGS)
    others = _spread([wording for wording in stored if wording not in on_one_side], MOST_WORDINGS - len(changed))
    return Sample(
        _spread(all_tests, MOST_TESTS),
        _spread(all_bank, MOST_BANK),
        (*changed, *others),
        len(all_tests),
        len(all_bank),
        len(stored),
    )


def _spread(questions: Sequence[str], most: int) -> tuple[str, ...]:
    """Return all, or *most* of them at even distances."""
    if len(questions) <= most:
        return tuple(questions)
    return tuple(questions[place * len(questions) // most] for place in range(most))


def _effect(old: Outcome, new: Outcome) -> Effect:
    if (old.kind == "answer") != (new.kind == "answer"):
        return "gained" if new.kind == "answer" else "lost"
    if new.kind == "no_answer" != old.kind:
        return "silenced"
    same = (old.kind, old.passages, old.suggestions, old.notices) == (
        new.kind, new.passages, new.suggestions, new.notices,
    )  # fmt: skip
    return "reworded" if same else "moved"


def _outcome_dict(outcome: Outcome) -> dict[str, Any]:
    return {key: list(getattr(outcome, key)) for key in ("passages", "suggestions", "notices")} | {"kind": outcome.kind}
