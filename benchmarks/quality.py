"""Our replies beside those of others on the same questions: python -m benchmarks.quality [--sets DIR ...].

Of several folders, each later one is also compared with the first. "Without vectors" is our bot where the semantic
layer is not installed. A baseline that always shows something also stands there "silent": it shows nothing below the
score that silences most near questions, chosen on the very questions that are asked, which favours it.
"""

import argparse
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from benchmarks import baselines
from benchmarks.measuring import Figures, System, measured, outcome_of, print_differences, print_table, silenced
from benchmarks.sets import HELD_OUT, QuestionSet, read_set
from bot import Bot
from bot.model import Knowledge
from bot.retrieval.embedding import default_embedder

NEAR_SILENCED = 0.9
ALSO_SILENT = ("rank_bm25", "embedding alone")


def main() -> None:
    """Print a table for each set, then the differences."""
    parser = argparse.ArgumentParser(description="Quality beside plain engines.")
    parser.add_argument("--knowledge", default="knowledge")
    parser.add_argument("--sets", type=Path, nargs="+", default=HELD_OUT, help="folders of questions (held-out)")
    options = parser.parse_args()
    bot, lexical = Bot.load(options.knowledge), Bot.load(options.knowledge, semantic=False)
    systems = {"verbatim": replies(bot), "without vectors": replies(lexical), **others(bot.knowledge)}
    sets = [read_set(folder) for folder in options.sets]
    tables = [table(systems, questions, bot.knowledge) for questions in sets]
    for questions, rows in zip(sets, tables, strict=True):
        print(f"\n{questions}")
        print_table(rows)
    for questions, rows in zip(sets[1:], tables[1:], strict=True):
        print(f"\n{questions.name} less {sets[0].name}")
        print_differences(tables[0], rows)


def replies(bot: Bot) -> System:
    """Return *bot* as a system."""
    return lambda question: outcome_of(bot.ask(question))


def others(knowledge: Knowledge) -> dict[str, System]:
    """Return every baseline that is installed, under its name."""
    embedder = default_embedder()
    found = {
        "rank_bm25": baselines.plain_bm25(knowledge),
        "TF-IDF": baselines.tfidf(knowledge),
        "bm25s": baselines.bm25s(knowledge),
        "embedding alone": baselines.embedding(knowledge, embedder) if embedder else None,
    }
    return {name: cache(system) for name, system in found.items() if system}


def table(systems: Mapping[str, System], questions: QuestionSet, knowledge: Knowledge) -> dict[str, Figures]:
    """Return the figures of each system, and of the silent ones."""
    silent = {
        f"{name}, silent": silenced(systems[name], questions.near, NEAR_SILENCED)
        for name in ALSO_SILENT
        if name in systems
    }
    return {name: measured(system, questions, knowledge) for name, system in {**systems, **silent}.items()}


if __name__ == "__main__":
    main()
