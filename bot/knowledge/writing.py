"""Entries in, YAML that a receptionist can read out: one field a line, answers as plain blocks of text."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yaml

from bot.model import Span

HEAD = """\
# The questions and answers of this FAQ. README.md in this folder explains each field.
# A passage is the clinic's own text. To change one, edit its `text`, then run: verbatim accept ENTRY --by "Your Name"
"""

_PLAIN_FILE = re.compile(r"[a-z0-9./-]+")
_BLOCK_BREAKERS = frozenset("\r\x85\u2028\u2029\ufeff")


@dataclass(frozen=True, slots=True)
class PassageDraft:
    """A passage as import writes it."""

    text: str
    span: Span
    keep_with: str = ""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as import writes it; `question_span` is None where the title is not in the text."""

    id: str
    question: str
    question_span: Span | None
    passages: tuple[PassageDraft, ...]


def entries_yaml(entries: Iterable[EntryDraft]) -> str:
    """Return a whole entry file."""
    return HEAD + "\nentries:\n" + "\n".join("".join(_entry(entry)) for entry in entries)


def scalar(text: str) -> str:
    """Return *text* as one YAML scalar on one line, quoted only where it must be; not for use inside braces."""
    return _dumped(text, '"' if "\n" in text or _BLOCK_BREAKERS & set(text) else None)


def quoted(text: str) -> str:
    """Return *text* as one quoted YAML scalar on one line, also for use inside braces."""
    plain = "'" not in text and _printable(text) and not _BLOCK_BREAKERS & set(text) and "\n" not in text
    return f"'{text}'" if plain else _dumped(text, '"')


def block(text: str, indent: int) -> str:
    """Return *text* as a literal block at *indent* spaces, or as a quoted scalar where a block could not hold it."""
    if not text or text[0].isspace() or _BLOCK_BREAKERS & set(text) or not _printable(text):
        return scalar(text) + "\n"
    pad = " " * indent
    return "|-\n" + "".join(f"{pad}{line}\n" if line else "\n" for line in text.split("\n"))


def span_yaml(span: Span) -> str:
    """Return a span as a flow mapping."""
    # inside braces a comma, say, would end a plain scalar
    file = scalar(span.file) if _PLAIN_FILE.fullmatch(span.file) else _dumped(span.file, '"')
    return f"{{file: {file}, start: {span.start}, end: {span.end}}}"


def _entry(entry: EntryDraft) -> Iterator[str]:
    yield f"  - id: {scalar(entry.id)}\n"
    yield f"    question: {scalar(entry.question)}\n"
    if entry.question_span:
        yield f"    question_origin: source\n    question_source: {span_yaml(entry.question_span)}\n"
    else:
        yield "    question_origin: editorial\n"
    yield "    aliases: []\n    tags: []\n    review: {by: '', on: '', due: ''}\n    after_crisis: show\n"
    yield "    passages:\n"
    for passage in entry.passages:
        yield f"      - source: {span_yaml(passage.span)}\n"
        if passage.keep_with:
            yield f"        keep_with: {passage.keep_with}\n"
        yield f"        text: {block(passage.text, 10)}"


def _dumped(text: str, style: str | None) -> str:
    dumped = str(yaml.dump(text, default_style=style, width=sys.maxsize, allow_unicode=True))
    return dumped.removesuffix("\n").removesuffix("\n...")


def _printable(text: str) -> bool:
    """Tell whether every character may stand in a YAML stream unescaped (YAML 1.1, 5.1)."""
    return all(
        c in "\n\t" or " " <= c <= "~" or "\xa0" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        for c in text
    )
