"""A knowledge folder in, one validated `Knowledge` out, or a `KnowledgeError` with every problem in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from bot.errors import KnowledgeError
from bot.knowledge import sources
from bot.knowledge.clinic import read_clinic, read_notices, read_operating_point, read_words
from bot.knowledge.entries import EntryItem, read_entries
from bot.knowledge.folder import OPERATING_POINT, Folder, read_sources
from bot.knowledge.gaps import NO_ANSWER, read_gaps, read_small_talk
from bot.model import Knowledge, OperatingPoint, Problem, SmallTalk

DIGEST_SHOWN = 12


def load_knowledge(path: Path) -> Knowledge:
    """Return the knowledge kept in the folder *path*.

    Raises:
        KnowledgeError: with every problem found, each with its file, its line and how to fix it.
    """
    folder = _opened(path)
    items = read_entries(folder)
    whole = folder.unread.isdisjoint(file.name for file in path.glob("*.yaml"))
    entry_ids = [item.entry.id for item in items if whole]
    clinic, missing = read_clinic(folder, entry_ids)
    gaps, small_talk = read_gaps(folder, clinic, entry_ids), read_small_talk(folder)
    notices = read_notices(folder, clinic)
    words = read_words(folder, clinic.language)
    point = read_operating_point(folder)
    _raise_problems(folder)
    digest = digest_of(folder.files)
    if point.knowledge != digest:
        folder.warnings.append(_stale(folder, point))
    entries = tuple(item.entry for item in items if item.entry.passages and not item.entry.withheld)
    served = {entry.id for entry in entries}
    return Knowledge(
        digest=digest,
        clinic=replace(clinic, starters=tuple(starter for starter in clinic.starters if starter in served)),
        entries=entries,
        notices=MappingProxyType(notices),
        words=MappingProxyType(words),
        sources=MappingProxyType(folder.texts),
        operating_point=point,
        # what an entry answers that is not served is a gap again
        gaps=tuple(replace(gap, answered_by=gap.answered_by if gap.answered_by in served else "") for gap in gaps),
        small_talk=(*small_talk, *_silences(items)),
        warnings=tuple(folder.warnings),
        missing=missing,
    )


def load_entries(path: Path) -> tuple[Folder, tuple[EntryItem, ...]]:
    """Return the sources and entries of the folder *path* as they stand in its files, for verbs that look at those.

    Raises:
        KnowledgeError: if any of them has a problem.
    """
    folder = _opened(path)
    items = read_entries(folder)
    _raise_problems(folder)
    return folder, items


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a knowledge: the sha256 (hex) over each file's name and sha256, in order of names."""
    lines = (f"{name}\0{sources.sha256_hex(data)}\n" for name, data in sorted(files.items()))
    return sources.sha256_hex("".join(lines).encode())


def _silences(items: Iterable[EntryItem]) -> Iterator[SmallTalk]:
    """Yield the wordings of withheld entries, so that no other answer is given to a question about them."""
    for item in items:
        if item.entry.withheld:
            yield SmallTalk(f"withheld-{item.entry.id}", NO_ANSWER, item.entry.wordings)


def _opened(path: Path) -> Folder:
    folder = Folder(path, path.as_posix())
    if not path.is_dir():
        fix = "Name a folder with --knowledge, or make one: verbatim import FAQ.txt -o DIR."
        raise KnowledgeError([Problem(folder.shown, 1, "there is no such knowledge folder", fix)])
    read_sources(folder)
    return folder


def _raise_problems(folder: Folder) -> None:
    if folder.problems:
        raise KnowledgeError(sorted(set(folder.problems), key=lambda p: (p.file, p.line, p.what)))


def _stale(folder: Folder, point: OperatingPoint) -> Problem:
    of = f"the knowledge {point.knowledge[:DIGEST_SHOWN]}" if point.knowledge else "no knowledge yet"
    what = f"the operating point is stale: it was measured on {of}"
    return Problem(folder.name_of(OPERATING_POINT), 1, what, "Measure it again: python -m benchmarks.operating_point.")
