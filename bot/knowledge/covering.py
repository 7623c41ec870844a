"""A knowledge folder in, the sentences of the clinic's text that stand in no passage, or in two, out.

The lines that entries and passages stand in come with it, so that a finding can say where to mend it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.knowledge import sources
from bot.knowledge.cutting import Piece, cut
from bot.knowledge.entries import EntryItem
from bot.knowledge.loading import load_entries
from bot.knowledge.strict_yaml import line_of
from bot.model import Problem, Span
from bot.text import words

LONGEST_QUOTE = 60

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True, slots=True)
class Covering:
    """Where each entry stands (`file`, `line`), the line of each passage, and the sentences with the wrong count.

    `uncovered` stand in no passage (nor were replaced by another text), `twice` in more than one.
    """

    entries: Mapping[str, tuple[str, int]]
    passages: Mapping[str, int]
    uncovered: tuple[Problem, ...]
    twice: tuple[Problem, ...]


def covering(path: Path) -> Covering:
    """Return how the passages in the folder *path* cover its imported sources.

    The clinic's own file of accepted texts is left out: it keeps what was replaced.

    Raises:
        KnowledgeError: if the entries have problems.
    """
    folder, items = load_entries(path)
    uncovered: list[Problem] = []
    twice: list[Problem] = []
    for name, text in folder.texts.items():
        if name == sources.CLINIC_FILE:
            continue
        counts = _counts(name, text, items)
        titles = {item.entry.question for item in items}
        for piece in cut(text).pieces:
            for start, end in _told(piece, text, titles):
                covered = [counts[place] for place in range(start, end) if text[place].isalnum()]
                where = folder.name_of(name), text.count("\n", 0, start) + 1
                if min(covered) == 0:
                    what = f"{_short(text[start:end])} stands in no passage"
                    uncovered.append(Problem(*where, what, "Add it to an entry, or let an entry's passage replace it."))
                elif max(covered) > 1:
                    what = f"{_short(text[start:end])} stands in two passages"
                    twice.append(Problem(*where, what, "Take it out of one of the two."))
    passages = {p.passage.id: line_of(p.node) for item in items for p in item.items if p.passage}
    entries = {item.entry.id: (folder.name_of(item.file), item.line) for item in items}
    return Covering(MappingProxyType(entries), MappingProxyType(passages), tuple(uncovered), tuple(twice))


def _counts(name: str, text: str, items: tuple[EntryItem, ...]) -> list[int]:
    """Return in how many passages each character stands; one that was replaced counts once."""
    counts = [0] * len(text)
    passages = [p for item in items for p in item.items]
    for span in (p.span for p in passages if p.passage):
        for place in _places(span, name, text):
            counts[place] += 1
    for span in (p.replaces for p in passages):
        for place in _places(span, name, text):
            counts[place] = max(1, counts[place])
    return counts


def _places(span: Span | None, name: str, text: str) -> range:
    return range(span.start, min(span.end, len(text))) if span and span.file == name else range(0)


def _told(piece: Piece, text: str, titles: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a piece that patients should find: not those of structure, nor titles of entries."""
    if piece.kind == "structure" or text[piece.start : piece.end] in titles:
        return
    for match in _SENTENCE.finditer(text, piece.start, piece.end):
        if words(match[0]):
            yield match.start(), match.end()


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "\u2026")
