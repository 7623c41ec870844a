"""How a clinic does that has hardly begun: python -m benchmarks.few_wordings [--sets DIR ...].

Its entries have their first three aliases, their passages none, and of gaps and small talk it knows what comes with
the program. Its operating point is the full knowledge's; "template's point" decides by the one of the program instead.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.measuring import Figures, System, print_differences, print_table
from benchmarks.quality import others, replies, table
from benchmarks.sets import HELD_OUT, read_set
from bot import Bot
from bot.knowledge import load_knowledge
from bot.knowledge.clinic import read_operating_point
from bot.knowledge.folder import TEMPLATES, Folder
from bot.knowledge.gaps import read_gaps, read_small_talk
from bot.model import Entry, Knowledge
from bot.retrieval.embedding import default_embedder

FEW = 3


def main() -> None:
    """Print the table of the full knowledge, that of the small one, and the difference, for each set."""
    parser = argparse.ArgumentParser(description="Quality with three wordings an entry and the general gaps alone.")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--sets", type=Path, nargs="+", default=HELD_OUT[:1], help="folders of questions (held-out-2)")
    options = parser.parse_args()
    full = load_knowledge(options.knowledge)
    few = with_few_wordings(full)
    systems = {"all wordings": (full, systems_of(full)), "few wordings": (few, systems_of(few))}
    for questions in (read_set(folder) for folder in options.sets):
        print(f"\n{questions}")
        tables: list[dict[str, Figures]] = []
        for name, (knowledge, asked) in systems.items():
            tables.append(table(asked, questions, knowledge))
            print(f"\n{name}: {_size(knowledge)}")
            print_table(tables[-1])
        print("\nfew less all")
        print_differences(*tables)


def with_few_wordings(knowledge: Knowledge) -> Knowledge:
    """Return *knowledge* with the first three aliases of each entry, and the program's own gaps and small talk."""
    templates = Folder(TEMPLATES, TEMPLATES.as_posix())
    return replace(
        knowledge,
        entries=tuple(_with_few(entry) for entry in knowledge.entries),
        gaps=read_gaps(templates, knowledge.clinic, [entry.id for entry in knowledge.entries]),
        small_talk=read_small_talk(templates),
    )


def systems_of(knowledge: Knowledge) -> dict[str, System]:
    """Return ours and the others over *knowledge*; nothing of it is kept in a cache."""
    embedder = default_embedder()
    template = read_operating_point(Folder(TEMPLATES, TEMPLATES.as_posix()))
    return {
        "verbatim": replies(Bot(knowledge, embedder=embedder)),
        "template's point": replies(Bot(replace(knowledge, operating_point=template), embedder=embedder)),
        "without vectors": replies(Bot(knowledge)),
        **others(knowledge),
    }


def _with_few(entry: Entry) -> Entry:
    passages = tuple(replace(passage, aliases=()) for passage in entry.passages)
    return replace(entry, aliases=entry.aliases[:FEW], passages=passages)


def _size(knowledge: Knowledge) -> str:
    wordings = sum(len(entry.wordings) for entry in knowledge.entries)
    return f"{wordings} wordings of {len(knowledge.entries)} entries, {len(knowledge.gaps)} gaps"


if __name__ == "__main__":
    main()
