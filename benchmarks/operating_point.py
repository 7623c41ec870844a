"""Measure the operating point on our own questions and write it down: python -m benchmarks.operating_point.

Of all thresholds that keep within the bars below on each of our sets, those that answer most questions rightly are
taken. The sets were written by people who had seen neither the wordings nor any other set.
"""

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks.sets import OWN, QuestionSet, joined, read_set
from bot import Bot
from bot.answering import Answering
from bot.model import OperatingPoint, Reply
from bot.retrieval import Ranking

ANSWERS = tuple(step / 100 for step in range(20, 90, 5))
CHOICES = tuple(step / 100 for step in (5, 10, 15, 20, 25, 30, 40))
GAPS = (0.2, 0.3, 0.4, 0.5)
# with the semantic layer, and without it
MOST = {
    True: {"near": 0.06, "far": 0.02, "wrong": 0.035, "offered": 0.2},
    False: {"near": 0.06, "far": 0.02, "wrong": 0.03, "offered": 0.4},
}

HEAD = """\
# When the bot answers, offers a choice, or says that the FAQ does not answer. Each number is from 0 to 1.
# `answer`, `choose`: least confidence. `gap`: least share of a known gap at which its notice is shown.
# The second three hold where the semantic layer is not installed.
# Written by `python -m benchmarks.operating_point`; `knowledge` is the digest of what it was measured on.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one point gives: shares of the answerable questions, then of the near and of the far ones."""

    point: OperatingPoint
    right: float
    reachable: float
    wrong: float
    near: float
    offered: float
    far: float

    def is_allowed(self, *, semantic: bool) -> bool:
        """Tell whether every bar holds."""
        return all(getattr(self, name) <= most for name, most in MOST[semantic].items())

    def __str__(self) -> str:
        point = self.point
        return (
            f"answer {point.answer:.2f} choose {point.choose:.2f} gap {point.gap:.2f}: right {self.right:.1%},"
            f" reachable {self.reachable:.1%}, wrong {self.wrong:.1%}, near answered {self.near:.1%}"
            f" (offered {self.offered:.1%}), far answered {self.far:.1%}"
        )


class Remembered:
    """A ranker that ranks each question once."""

    def __init__(self, bot: Bot) -> None:
        """Keep the rankings of *bot*."""
        self._bot = bot
        self._rankings: dict[str, Ranking] = {}

    def rank(self, question: str) -> Ranking:
        """Return what was found before."""
        if question not in self._rankings:
            self._rankings[question] = self._bot.rank(question)
        return self._rankings[question]


def main() -> None:
    """Measure, print the curve, write the point."""
    parser = argparse.ArgumentParser(description="Measure the operating point and write it into the knowledge.")
    parser.add_argument("--knowledge", default="knowledge")
    folder = Path(parser.parse_args().knowledge)
    questions = joined(read_set(own) for own in OWN)
    print(questions)
    numbers = ""
    for semantic, suffix in ((True, ""), (False, "_without_vectors")):
        bot = Bot.load(folder, semantic=semantic)
        if bot.semantic != semantic:
            raise SystemExit("the semantic layer is not installed: its operating point cannot be measured")
        point = _best(bot, questions)
        numbers += "".join(f"{key}{suffix}: {getattr(point, key)}\n" for key in ("answer", "choose", "gap"))
    text = f"{HEAD}{numbers}knowledge: '{bot.knowledge.digest}'\n"
    (folder / "operating-point.yaml").write_text(text, encoding="utf-8")


def _best(bot: Bot, questions: QuestionSet) -> OperatingPoint:
    print(f"\n{'with' if bot.semantic else 'without'} the semantic layer")
    measured = list(_curve(bot, questions))
    allowed = [one for one in measured if one.is_allowed(semantic=bot.semantic)]
    best = max(allowed, key=lambda one: (one.right + one.reachable, -one.wrong))
    for one in measured:
        if (one.point.choose, one.point.gap) == (best.point.choose, best.point.gap):
            print(one)
    print(f"taken: {best}")
    return best.point


def _curve(bot: Bot, questions: QuestionSet) -> Iterator[Measured]:
    ranker, checked = Remembered(bot), cache(bot.check)
    for answer, choose, gap in itertools.product(ANSWERS, CHOICES, GAPS):
        if choose < answer:
            point = OperatingPoint(answer, choose, gap)
            knowledge = replace(bot.knowledge, operating_point=point)
            yield _measured(Answering(knowledge, ranker, "", checked), questions, point)


def _measured(answering: Answering, questions: QuestionSet, point: OperatingPoint) -> Measured:
    near, far = ([answering.reply(question.text) for question in part] for part in (questions.near, questions.far))
    asked = ((answering.reply(question.text), set(question.entries)) for question in questions.answerable)
    shown = [(_shown(reply), reply, entries) for reply, entries in asked]
    return Measured(
        point,
        right=_share(bool(ids) and ids[0] in entries for ids, _, entries in shown),
        reachable=_share(
            bool(entries & {*ids, *(s.entry_id for s in reply.suggestions)}) for ids, reply, entries in shown
        ),
        wrong=_share(bool(ids) and not entries & set(ids) for ids, _, entries in shown),
        near=_share(reply.kind == "answer" for reply in near),
        offered=_share(reply.kind == "choose" for reply in near),
        far=_share(reply.kind == "answer" for reply in far),
    )


def _shown(reply: Reply) -> list[str]:
    return [shown.entry_id for shown in reply.passages]


def _share(found: Iterator[bool]) -> float:
    values = list(found)
    return sum(values) / len(values)


if __name__ == "__main__":
    main()
