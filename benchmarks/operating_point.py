"""Measure the operating point on our own questions and write it down: python -m benchmarks.operating_point.

The questions in `benchmarks/questions/` were written by people who had seen neither the aliases nor any other set.
Of all thresholds that keep within the bars below, the ones that answer most questions rightly are taken.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot import Bot

QUESTIONS = Path(__file__).parent / "questions"
MOST_FALSE_ANSWERS = 0.05
MOST_WRONG_ANSWERS = 0.03
MOST_CHOICES = 0.15
MARGINS = (0.0, 0.02, 0.05, 0.1, 0.15)
STEP = 0.01

Sets = tuple[Sequence["Ranked"], Sequence["Ranked"], Sequence["Ranked"]]

HEAD = """\
# When the bot answers, offers a choice, or says that the FAQ does not answer. Each number is a confidence from 0 to 1.
# Written by `python -m benchmarks.operating_point`; `knowledge` is the digest of what it was measured on.
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question as it was ranked: best score, its lead over the next, the second score, and if the best is right."""

    score: float
    lead: float
    second: float
    right: bool


@dataclass(frozen=True, slots=True)
class Point:
    """Thresholds and what they measured, each figure a share of its questions."""

    answer: float
    choose: float
    margin: float
    right: float
    wrong: float
    false_near: float
    choice_near: float
    false_far: float


def main() -> None:
    """Measure, print the curve, write the point."""
    parser = argparse.ArgumentParser(description="Measure the operating point and write it into the knowledge.")
    parser.add_argument("--knowledge", default="knowledge")
    folder = Path(parser.parse_args().knowledge)
    bot = Bot.load(folder)
    answerable, near, far = (_ranked(bot, name) for name in ("answerable", "near", "far"))
    print(f"n: {len(answerable)} answerable, {len(near)} near, {len(far)} far")
    points = list(_points((answerable, near, far)))
    allowed = [p for p in points if _is_allowed(p)]
    best = max(allowed, key=lambda p: (p.right, -p.wrong, p.answer))
    for point in sorted({p.answer: p for p in points if p.margin == best.margin}.values(), key=lambda p: p.answer)[::5]:
        print(_line(point))
    print("taken:", _line(best))
    text = f"{HEAD}answer: {best.answer}\nchoose: {best.choose}\nmargin: {best.margin}\n"
    (folder / "operating-point.yaml").write_text(f"{text}knowledge: '{bot.knowledge.digest}'\n", encoding="utf-8")


def _ranked(bot: Bot, name: str) -> list[Ranked]:
    lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_rank(bot, json.loads(line)) for line in lines]


def _rank(bot: Bot, row: dict[str, object]) -> Ranked:
    entries = bot.explain(str(row["question"])).entries
    gold = row.get("entries", [])
    scores = [*(entry.score for entry in entries), 0.0, 0.0]
    right = bool(entries) and isinstance(gold, list) and entries[0].entry_id in gold
    return Ranked(scores[0], scores[0] - scores[1], scores[1], right)


def _points(sets: Sets) -> Iterator[Point]:
    steps = [round(step * STEP, 2) for step in range(20, 100)]
    for margin in MARGINS:
        for answer in steps:
            # the least threshold for choices that keeps within its bar, at this threshold for answers
            for choose, following in pairwise([0.0, *[s for s in steps if s <= answer]][::-1]):
                point = _measured(answer, choose, margin, sets)
                lower = _measured(answer, following, margin, sets)
                if lower.choice_near > MOST_CHOICES:
                    yield point
                    break


def _measured(answer: float, choose: float, margin: float, sets: Sets) -> Point:
    answerable, near, far = sets

    def answered(ranked: Ranked) -> bool:
        return ranked.score >= answer and ranked.lead >= margin

    def offered(ranked: Ranked) -> bool:
        return not answered(ranked) and ranked.second >= choose

    return Point(
        answer,
        choose,
        margin,
        right=_share(answered(q) and q.right for q in answerable),
        wrong=_share(answered(q) and not q.right for q in answerable),
        false_near=_share(answered(q) for q in near),
        choice_near=_share(offered(q) for q in near),
        false_far=_share(answered(q) for q in far),
    )


def _share(found: Iterator[bool]) -> float:
    values = list(found)
    return round(sum(values) / len(values), 4)


def _is_allowed(point: Point) -> bool:
    return (
        point.false_near <= MOST_FALSE_ANSWERS
        and point.wrong <= MOST_WRONG_ANSWERS
        and point.false_far <= MOST_FALSE_ANSWERS
    )


def _line(point: Point) -> str:
    return (
        f"answer {point.answer:.2f} choose {point.choose:.2f} margin {point.margin:.2f}:"
        f" right {point.right:.1%}, wrong {point.wrong:.1%}, near answered {point.false_near:.1%}"
        f" (offered {point.choice_near:.1%}), far answered {point.false_far:.1%}"
    )


if __name__ == "__main__":
    main()
