"""A clinic's plain text in, a knowledge folder out: entries in YAML, the text itself kept byte for byte.

Import never overwrites what staff wrote. Imported again, the same text changes nothing and says so.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ImportTextError
from bot.knowledge import sources
from bot.knowledge.cutting import Cut, CutEntry, cut
from bot.knowledge.folder import RESERVED, TEMPLATES
from bot.knowledge.loading import load_entries
from bot.knowledge.writing import EntryDraft, PassageDraft, entries_yaml
from bot.model import Span
from bot.text import STOP_WORDS, words

TITLE_WORDS = 8
ID_WORDS = 6
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `remainders` are `line: text (why)` of what could not be placed; `untitled` are entry ids."""

    entries: int
    passages: int
    written: tuple[str, ...]
    untitled: tuple[str, ...]
    remainders: tuple[str, ...]
    uncovered: tuple[str, ...] = ()


def import_text(path: Path, folder: Path) -> ImportReport:
    """Import the text file *path* into the knowledge *folder*, made where it does not exist.

    Raises:
        ImportTextError: if the file cannot be read as text, holds no answer, or would overwrite another text.
        KnowledgeError: if the folder already has a broken knowledge.
    """
    data, text = _read(path)
    name = f"{sources.FOLDER}/{_file_stem(path)}.txt"
    result = cut(text)
    if not result.entries:
        raise ImportTextError(f"{path}: no answer was found in this text. Write 'Q: ...' and 'A: ...' lines.")
    existing = folder / name
    if existing.exists():
        if existing.read_bytes() != data:
            raise ImportTextError(
                f"{path}: {existing} holds another text, and answers point into it. "
                f"Give the new file another name, such as {path.stem}-2.txt."
            )
        if (folder / f"{_file_stem(path)}.yaml").exists():
            return _again(folder, name, text, result)
    return _first(folder, name, data, text, result)


def entry_drafts(
    text: str, source: str, entries: Iterable[CutEntry], taken: Iterable[str] = ()
) -> Iterator[EntryDraft]:
    """Yield each cut entry as import writes it: titles of the text kept, lost ones proposed from the answer's start."""
    used = set(taken)
    for entry in entries:
        span = entry.question
        title = text[slice(*span)] if span else _proposed_title(text, entry)
        entry_id = _unused(_slug(title), used)
        used.add(entry_id)
        passages = tuple(
            PassageDraft(text[p.start : p.end], Span(source, p.start, p.end), p.keep_with) for p in entry.passages
        )
        yield EntryDraft(entry_id, title, Span(source, *span) if span else None, passages)


def _read(path: Path) -> tuple[bytes, str]:
    data, text, problem = sources.read_text(path, str(path))
    if problem:
        raise ImportTextError(str(problem))
    return data, text


def _first(folder: Path, name: str, data: bytes, text: str, result: Cut) -> ImportReport:
    locked: dict[str, sources.Accepted] = {}
    taken: list[str] = []
    if (folder / sources.LOCK).exists():
        existing, items = load_entries(folder)
        locked, taken = existing.locked, [item.entry.id for item in items]
    drafts = tuple(entry_drafts(text, name, result.entries, taken))
    file = folder / f"{Path(name).stem}.yaml"
    if file.exists():
        raise ImportTextError(
            f"{file} already exists. Rename the text file, so that its answers get a file of their own."
        )
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    sources.write_lock(folder, {**locked, name: sources.accepted(data)})
    sources.write_whole(file, entries_yaml(drafts))
    written = (name, file.name, *_copy_templates(folder))
    return _report(text, result, drafts, written)


def _again(folder: Path, name: str, text: str, result: Cut) -> ImportReport:
    """Report on a text that was imported before, without changing anything."""
    _, items = load_entries(folder)
    pointers = (span for item in items for p in item.items for span in (p.span, p.replaces) if span)
    kept = [span for span in pointers if span.file == name]
    drafts = tuple(entry_drafts(text, name, result.entries))
    report = _report(text, result, drafts, ())
    return replace(report, untitled=(), uncovered=tuple(_uncovered(text, result, kept)))


def _uncovered(text: str, result: Cut, kept: Sequence[Span]) -> Iterator[str]:
    for piece in result.pieces:
        covered = any(span.start < piece.end and piece.start < span.end for span in kept)
        if piece.kind == "passage" and not covered:
            yield f"{piece.line}: {_short(text[piece.start : piece.end])} (in no passage of the knowledge)"


def _report(text: str, result: Cut, drafts: Sequence[EntryDraft], written: Sequence[str]) -> ImportReport:
    remainders = (f"{p.line}: {_short(text[p.start : p.end])} ({p.why})" for p in result.remainders)
    return ImportReport(
        entries=len(drafts),
        passages=sum(len(draft.passages) for draft in drafts),
        written=tuple(written),
        untitled=tuple(draft.id for draft in drafts if draft.question_span is None),
        remainders=tuple(remainders),
    )


def _copy_templates(folder: Path) -> Iterator[str]:
    for template in sorted(TEMPLATES.rglob("*.yaml")):
        name = template.relative_to(TEMPLATES)
        if not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(template, folder / name)
            yield name.as_posix()


def _file_stem(path: Path) -> str:
    stem = "-".join(words(path.stem)) or "faq"
    return f"{stem}-faq" if f"{stem}.yaml" in RESERVED or stem == "clinic" else stem


def _proposed_title(text: str, entry: CutEntry) -> str:
    """Return the first words of the answer: the clinic's own, so that an untitled answer is never misnamed."""
    first = entry.passages[0]
    passage = text[first.start : first.end].split()
    return " ".join(passage[:TITLE_WORDS]) + ("\u2026" if len(passage) > TITLE_WORDS else "")


def _slug(title: str) -> str:
    plain = [word for word in words(title) if word.isascii()]
    telling = [word for word in plain if word not in STOP_WORDS] or plain
    return re.sub(r"[^a-z0-9]+", "-", "-".join(telling[:ID_WORDS])).strip("-") or "entry"


def _unused(slug: str, used: set[str]) -> str:
    number, candidate = 1, slug
    while candidate in used:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "\u2026")
