"""Our replies beside plain rank_bm25 on the same questions and passages: python -m benchmarks.quality [--sets DIR].

Plain rank_bm25: BM25Okapi over the passages, lower-cased words, the best passage shown whatever its score. Without
vectors: our bot where the semantic layer is not installed.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rank_bm25 import BM25Okapi

from bot import Bot
from bot.model import Knowledge, Passage

OWN = Path(__file__).parent / "calibration"
FILES = (
    ("answerable.jsonl", "in_scope.jsonl"),
    ("near.jsonl", "out_of_scope_near.jsonl"),
    ("far.jsonl", "out_of_scope_far.jsonl"),
)

Shown = Sequence[Passage]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description="Quality beside plain rank_bm25.")
    parser.add_argument("--knowledge", default="knowledge")
    parser.add_argument("--sets", type=Path, default=OWN, help="a folder of question sets (our own)")
    options = parser.parse_args()
    bot = Bot.load(options.knowledge)
    answerable, near, far = (_read(options.sets, names) for names in FILES)
    print(f"n: {len(answerable)} answerable, {len(near)} near, {len(far)} far")
    print(f"{'':15}  right entry first  evidence shown  wrong shown  near answered  far answered")
    lexical = Bot.load(options.knowledge, semantic=False)
    systems = {"rank_bm25": _plain(bot.knowledge), "without vectors": _ours(lexical), "verbatim": _ours(bot)}
    for name, ask in systems.items():
        figures = [*_answerable(answerable, ask, bot.knowledge), _answered(near, ask), _answered(far, ask)]
        cells = zip(figures, (17, 14, 11, 13, 12), strict=True)
        print(f"{name:15}" + "".join(f"  {figure:>{width}.1%}" for figure, width in cells))


def _read(folder: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    path = next(folder / name for name in names if (folder / name).exists())
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _ours(bot: Bot) -> Callable[[str], Shown]:
    return lambda question: [shown.passage for shown in bot.ask(question).passages]


def _plain(knowledge: Knowledge) -> Callable[[str], Shown]:
    passages = [passage for entry in knowledge.entries for passage in entry.passages]
    bm25 = BM25Okapi([_words(passage.text) for passage in passages])

    def ask(question: str) -> Shown:
        scores = bm25.get_scores(_words(question)).tolist()
        return [passages[scores.index(max(scores))]]

    return ask


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _answerable(
    rows: Sequence[dict[str, Any]], ask: Callable[[str], Shown], knowledge: Knowledge
) -> tuple[float, float, float]:
    """Return the shares with the right entry first, with the evidence shown, and with a wrong entry alone shown."""
    right = evident = wrong = 0
    for row in rows:
        gold, evidence = _gold(row, knowledge), _evidence(row)
        shown = ask(row["question"])
        entries = [passage.entry_id for passage in shown]
        right += bool(entries) and entries[0] in gold
        wrong += bool(entries) and not gold & set(entries)
        evident += any(sentence in " ".join(passage.text.split()) for passage in shown for sentence in evidence)
    return right / len(rows), evident / len(rows), wrong / len(rows)


def _gold(row: dict[str, Any], knowledge: Knowledge) -> set[str]:
    """Return the entries that answer: those named, where the ids are ours, and else those that hold the evidence."""
    named = set(row["entries"]) & {entry.id for entry in knowledge.entries}
    holding = {
        entry.id
        for entry in knowledge.entries
        for passage in entry.passages
        if any(sentence in " ".join(passage.text.split()) for sentence in _evidence(row))
    }
    return holding | (named if named == set(row["entries"]) else set())


def _evidence(row: dict[str, Any]) -> list[str]:
    return [" ".join(sentence.lstrip("-").split()) for sentence in (row["evidence"], *row.get("evidence_also", []))]


def _answered(rows: Sequence[dict[str, Any]], ask: Callable[[str], Shown]) -> float:
    return sum(bool(ask(row["question"])) for row in rows) / len(rows)


if __name__ == "__main__":
    main()
