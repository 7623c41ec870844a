"""A system and a set of questions in, the share of each thing that can go right or wrong out, and tables of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from benchmarks.sets import Question, QuestionSet, gold, holds_evidence
from bot.coverage.measures import Share, difference, in_percent
from bot.model import Knowledge, Passage, Reply
from bot.safety import FAILED

NAME_WIDTH = 26
CELL_WIDTH = 24

System = Callable[[str], "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question got: passages, best first, the ids of entries that were offered, and how sure the system was."""

    shown: tuple[Passage, ...] = ()
    offered: tuple[str, ...] = ()
    score: float = 0.0


def outcome_of(reply: Reply) -> Outcome:
    """Return what *reply* holds of it.

    Raises:
        RuntimeError: if the safety check failed, for the bot then holds back what it would have shown.
    """
    if FAILED in reply.safety.rules:
        raise RuntimeError(f"the safety check failed on {reply.question!r}: nothing that is measured means anything")
    shown = tuple(one.passage for one in reply.passages)
    return Outcome(shown, tuple(one.entry_id for one in reply.suggestions), reply.confidence or 0.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a system does, as shares of the answerable questions, and the last three of the near and the far ones.

    `right_entry_first`: of the entry shown first. `right_in_reach`: that, or one that was offered. `wrong_shown`: none
    of the entries shown is right.
    """

    right_entry_first: Share
    evidence_shown: Share
    right_in_reach: Share
    wrong_shown: Share
    near_answered: Share
    near_offered: Share
    far_answered: Share


def measured(system: System, questions: QuestionSet, knowledge: Knowledge) -> Figures:
    """Ask *system* every question of the set."""
    answerable = [(q, gold(q, knowledge), system(q.text)) for q in questions.answerable]
    near = [system(question.text) for question in questions.near]
    far = [system(question.text) for question in questions.far]
    return Figures(
        right_entry_first=_share([_is_right(outcome, right) for _, right, outcome in answerable]),
        evidence_shown=_share([_has_evidence(outcome, question) for question, _, outcome in answerable]),
        right_in_reach=_share([_is_right(o, right) or bool(right & {*o.offered}) for _, right, o in answerable]),
        wrong_shown=_share([bool(o.shown) and not right & {p.entry_id for p in o.shown} for _, right, o in answerable]),
        near_answered=_share([bool(outcome.shown) for outcome in near]),
        near_offered=_share([bool(outcome.offered) for outcome in near]),
        far_answered=_share([bool(outcome.shown) for outcome in far]),
    )


def silenced(system: System, near: Sequence[Question], share: float) -> System:
    """Return *system*, silent wherever it is no surer than of the surest of that share of the *near* questions."""
    scores = sorted(system(question.text).score for question in near)
    most = scores[math.ceil(share * len(scores)) - 1]

    def ask(question: str) -> Outcome:
        outcome = system(question)
        return outcome if outcome.score > most else Outcome()

    return ask


def print_row(name: str, cells: Sequence[str]) -> None:
    """Print one row of a table."""
    print(f"{name:{NAME_WIDTH}}" + "".join(f"{cell:>{CELL_WIDTH}}" for cell in cells))


def print_table(rows: Mapping[str, Figures]) -> None:
    """Print a row for each name, in percent with the 95 % interval of each share."""
    first = next(iter(rows.values()))
    print_row("%", [field.name.replace("_", " ") for field in fields(Figures)])
    print_row("n", [str(share.of) for share in _shares(first)])
    for name, figures in rows.items():
        print_row(name, [str(share) for share in _shares(figures)])


def print_differences(rows: Mapping[str, Figures], others: Mapping[str, Figures]) -> None:
    """Print the second less the first for each name, in points of percent with the 95 % interval of each difference."""
    print_row("points", [field.name.replace("_", " ") for field in fields(Figures)])
    for name in rows:
        pairs = zip(_shares(rows[name]), _shares(others[name]), strict=True)
        print_row(name, [in_percent(*difference(*pair)) for pair in pairs])


def _shares(figures: Figures) -> list[Share]:
    return [getattr(figures, field.name) for field in fields(figures)]


def _is_right(outcome: Outcome, right: frozenset[str]) -> bool:
    return bool(outcome.shown) and outcome.shown[0].entry_id in right


def _has_evidence(outcome: Outcome, question: Question) -> bool:
    return any(holds_evidence(passage, question) for passage in outcome.shown)


def _share(found: Sequence[bool]) -> Share:
    return Share(sum(found), len(found))
