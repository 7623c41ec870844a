"""A clinic's plain text in, a knowledge folder out: entries in YAML, the text itself kept byte for byte.

Import never overwrites what staff wrote. Imported again, the same text changes nothing and says so.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import ImportTextError
from bot.knowledge import sources
from bot.knowledge.countries import DEFAULT, Country, read_country
from bot.knowledge.cutting import Cut, CutEntry, cut
from bot.knowledge.entries import EntryItem
from bot.knowledge.fields import did_you_mean
from bot.knowledge.folder import CLINIC, ENGLISH, NOTICES, RESERVED, languages, ready_made
from bot.knowledge.loading import load_entries
from bot.knowledge.writing import EntryDraft, PassageDraft, entries_yaml
from bot.model import Span
from bot.text import STOP_WORDS, words

TITLE_WORDS = 8
ID_WORDS = 6
LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `remainders` are `line: text (why)` of what could not be placed; `untitled` are entry ids.

    `kept` are the files of a named country that were there already and so are not of that country's pack.
    """

    entries: int
    passages: int
    written: tuple[str, ...]
    untitled: tuple[str, ...]
    remainders: tuple[str, ...]
    uncovered: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def import_text(path: Path, folder: Path, *, country: str = "", language: str = "") -> ImportReport:
    """Import the text file *path* into the knowledge *folder*, made where it does not exist.

    New files get the numbers and notices of *country*, a code; of the United States where it is empty. They are in
    *language*, English where it is empty.

    Raises:
        ImportTextError: if the file cannot be read as text, holds no answer, or would overwrite another text, or if
            there is no pack for the country, or none in the language.
        KnowledgeError: if the folder already has a broken knowledge.
    """
    pack = read_country(country or DEFAULT)
    _check_language(language or ENGLISH, pack)
    there = tuple(file for file in (CLINIC, NOTICES) if (country or language) and (folder / file).exists())
    return replace(_imported(path, folder, pack, language or ENGLISH), kept=there)


def _check_language(language: str, pack: Country) -> None:
    known = languages()
    if language not in known:
        raise ImportTextError(
            f"There are no notices in the language {language!r}. "
            f"{did_you_mean(language, known)}Use one of {', '.join(known)}."
        )
    # a pack replaces lines of the English notices: in others the numbers of the United States would remain
    if language != ENGLISH and pack.code != DEFAULT:
        raise ImportTextError(
            f"The notices in {language!r} are ready for {DEFAULT} only. Leave out --country {pack.code}, then change "
            "the numbers and services in clinic.yaml and notices.yaml."
        )


def _imported(path: Path, folder: Path, pack: Country, language: str) -> ImportReport:
    text = _read(path)
    result = cut(text)
    if not result.entries:
        raise ImportTextError(f"{path}: no answer was found in this text. Write 'Q: ...' and 'A: ...' lines.")
    name = f"{sources.FOLDER}/{_file_stem(path)}.txt"
    existing = folder / name
    if existing.exists() and existing.read_bytes() != text.encode():
        raise ImportTextError(
            f"{path}: {existing} holds another text, and answers point into it. "
            f"Give the new file another name, such as {path.stem}-2.txt."
        )
    locked, items = _known(folder)
    pointers = (span for item in items for p in item.items for span in (p.span, p.replaces) if span)
    kept = [span for span in pointers if span.file == name]
    if kept:
        return _again(name, text, result, kept)
    ids, wordings = [item.entry.id for item in items], [w for item in items for w in item.entry.wordings]
    drafts = tuple(entry_drafts(text, name, result.entries, ids=ids, wordings=wordings))
    written = _write(folder, name, text, drafts, locked)
    return _report(text, result, drafts, (*written, *_copy_templates(folder, pack, language)))


def entry_drafts(
    text: str, source: str, entries: Iterable[CutEntry], *, ids: Collection[str] = (), wordings: Collection[str] = ()
) -> Iterator[EntryDraft]:
    """Yield each cut entry as import writes it; *ids* and *wordings* are taken by other entries.

    Titles of the text are kept, lost ones proposed from the answer's start. One that already stands for another
    entry, or has no word, gets a number, and so is no longer the text's own.
    """
    unused_id, unused_title = _Unused("{}-{}", {words(i) for i in ids}), _Unused("{} ({})", set(map(words, wordings)))
    for entry in entries:
        span = entry.question
        asked = text[slice(*span)] if span else _proposed_title(text, entry)
        title = unused_title(asked)
        question_span = Span(source, *span) if span and title == asked else None
        passages = tuple(
            PassageDraft(text[p.start : p.end], Span(source, p.start, p.end), p.keep_with) for p in entry.passages
        )
        yield EntryDraft(unused_id(slug(title)), title, question_span, passages)


@dataclass(slots=True)
class _Unused:
    """Hands out each name once; one whose words are used, or that has none, is numbered by *pattern* from 2."""

    pattern: str
    used: set[tuple[str, ...]]
    last: dict[str, int] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        unused = name
        while not words(unused) or words(unused) in self.used:
            self.last[name] = self.last.get(name, 1) + 1
            unused = self.pattern.format(name, self.last[name])
        self.used.add(words(unused))
        return unused


def _read(path: Path) -> str:
    if not path.exists() or path.is_dir():
        raise ImportTextError(f"{path}: there is no such file. Name a text file.")
    _, text, problem = sources.read_text(path, str(path))
    if problem:
        raise ImportTextError(str(problem))
    return text


def _known(folder: Path) -> tuple[dict[str, sources.Accepted], tuple[EntryItem, ...]]:
    """Return what was accepted in *folder* and its entries; nothing where it has no knowledge yet."""
    if not (folder / sources.LOCK).exists():
        return {}, ()
    known, items = load_entries(folder)
    return known.locked, items


def _write(
    folder: Path, name: str, text: str, drafts: Sequence[EntryDraft], locked: Mapping[str, sources.Accepted]
) -> tuple[str, str]:
    """Write the text, its place in the lock and its entries; return the names of the two files that are new."""
    file = folder / f"{Path(name).stem}.yaml"
    if file.exists():
        raise ImportTextError(
            f"{file} already exists. Rename the text file, so that its answers get a file of their own."
        )
    entries = entries_yaml(drafts)
    if len(entries.encode()) > sources.MAX_BYTES:
        raise ImportTextError(
            f"{file} would be over {sources.MAX_BYTES:,} bytes. Split the text into smaller files and import each."
        )
    sources.write_whole(folder / name, text)
    sources.write_lock(folder, {**locked, name: sources.accepted(text.encode())})
    sources.write_whole(file, entries)
    return name, file.name


def _again(name: str, text: str, result: Cut, kept: Sequence[Span]) -> ImportReport:
    """Report on a text that was imported before, without changing anything; *kept* spans of it are in the knowledge."""
    report = _report(text, result, tuple(entry_drafts(text, name, result.entries)), ())
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


def _copy_templates(folder: Path, pack: Country, language: str) -> Iterator[str]:
    for name in ready_made(language):
        if not (folder / name).exists():
            sources.write_whole(folder / name, pack.written(name, language))
            yield name


def _file_stem(path: Path) -> str:
    stem = "-".join(words(path.stem)) or "faq"
    return f"{stem}-faq" if f"{stem}.yaml" in RESERVED or stem == "clinic" else stem


def _proposed_title(text: str, entry: CutEntry) -> str:
    """Return the first words of the answer: the clinic's own, so that an untitled answer is never misnamed."""
    first = entry.passages[0]
    passage = text[first.start : first.end].split()
    return " ".join(passage[:TITLE_WORDS]) + ("\u2026" if len(passage) > TITLE_WORDS else "")


def slug(title: str) -> str:
    """Return an id made of the telling words of *title*, in small letters, digits and hyphens; `entry` of none."""
    plain = [word for word in words(title) if word.isascii()]
    telling = [word for word in plain if word not in STOP_WORDS] or plain
    return re.sub(r"[^a-z0-9]+", "-", "-".join(telling[:ID_WORDS])).strip("-") or "entry"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "\u2026")
