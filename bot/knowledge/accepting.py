"""Staff's edited or new texts in, the same knowledge with them as the clinic's own out: see Sources in the contract.

The text is appended to `sources/clinic.txt`, which only grows, and the passage's span points there. The YAML is
edited in place at exactly those fields, so comments, order and layout stay as staff left them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge import sources
from bot.knowledge.entries import EntryItem, PassageItem
from bot.knowledge.fields import did_you_mean
from bot.knowledge.folder import Folder
from bot.knowledge.loading import load_entries
from bot.knowledge.writing import span_yaml
from bot.model import Span


@dataclass(frozen=True, slots=True)
class _Edit:
    """Replace the characters `start:end` of a file with `text`."""

    start: int
    end: int
    text: str


def accept(path: Path, entry_id: str, *, by: str, on: date) -> int:
    """Make the new and edited passages of an entry the clinic's own text, and return how many there were.

    Raises:
        VerbatimError: if there is no such entry, *by* is not a name, or the clinic's file would grow too large.
        KnowledgeError: if the folder's entries or sources have problems.
    """
    name = " ".join(by.split())
    if not name or not name.isprintable():
        raise VerbatimError('Say who accepts the text: --by "Your Name".')
    folder, entries = load_entries(path)
    item = _entry(folder, entries, entry_id)
    waiting = [passage for passage in item.items if not passage.is_accepted]
    if not waiting:
        return 0
    spans = _append(folder, [p.written for p in waiting], heading=f"accepted {on.isoformat()} by {name}: {entry_id}")
    _point(path / item.file, waiting, spans)
    return len(waiting)


def _entry(folder: Folder, entries: Sequence[EntryItem], entry_id: str) -> EntryItem:
    for item in entries:
        if item.entry.id == entry_id:
            return item
    known = [item.entry.id for item in entries]
    raise VerbatimError(f"There is no entry {entry_id!r} in {folder.shown}. {did_you_mean(entry_id, known)}".rstrip())


def _append(folder: Folder, texts: Sequence[str], *, heading: str) -> list[Span]:
    """Append *texts* to the clinic's file and return where each stands; the lock follows the file."""
    path = folder.path / sources.CLINIC_FILE
    text = _clinic_text(path, folder.name_of(sources.CLINIC_FILE))
    spans = []
    for new in texts:
        text += f"--- {heading} ---\n"
        spans.append(Span(sources.CLINIC_FILE, len(text), len(text) + len(new)))
        text += f"{new}\n\n"
    if len(text.encode()) > sources.MAX_BYTES:
        raise VerbatimError(
            f"{path} would grow over {sources.MAX_BYTES:,} bytes. Import the new text as a file instead."
        )
    sources.write_whole(path, text)
    locked = {**folder.locked, sources.CLINIC_FILE: sources.accepted(text.encode())}
    sources.write_lock(folder.path, locked)
    return spans


def _clinic_text(path: Path, shown: str) -> str:
    """Return all of the clinic's file, also what stands in it after the accepted bytes: it only ever grows."""
    if not path.exists():
        return ""
    _, text, problem = sources.read_text(path, shown)
    if problem:
        raise KnowledgeError([problem])
    return text if not text or text.endswith("\n") else f"{text}\n"


def _point(path: Path, items: Sequence[PassageItem], spans: Sequence[Span]) -> None:
    text = path.read_bytes().decode("utf-8")
    starts = _line_starts(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    edits = [_edit(item, span, starts, newline) for item, span in zip(items, spans, strict=True)]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    sources.write_whole(path, text)


def _edit(item: PassageItem, span: Span, starts: Sequence[int], newline: str) -> _Edit:
    """Return the edit that gives a passage its new `source`, and `replaces` where it had one before."""
    fields = {key.value: (key, value) for key, value in item.node.value}
    new = f"source: {span_yaml(span)}"
    first_key = item.node.value[0][0]
    separator = ", " if item.node.flow_style else newline + " " * first_key.start_mark.column
    if "source" not in fields:
        start = _offset(first_key.start_mark, starts)
        return _Edit(start, start, new + separator)
    key, value = fields["source"]
    if item.span and "replaces" not in fields:
        new += f"{separator}replaces: {span_yaml(item.span)}"
    return _Edit(_offset(key.start_mark, starts), _end(value, starts), new)


def _end(node: yaml.Node, starts: Sequence[int]) -> int:
    """Return where *node* ends: a block mapping's own mark stands after the blank lines and comments below it."""
    while isinstance(node, yaml.MappingNode) and not node.flow_style:
        node = node.value[-1][1]
    return _offset(node.end_mark, starts)


def _offset(mark: yaml.Mark, starts: Sequence[int]) -> int:
    return starts[mark.line] + int(mark.column)


def _line_starts(text: str) -> list[int]:
    r"""Return where each line starts, counting lines as YAML 1.1 does (\r\n, \n, \r, NEL, LS and PS end one)."""
    starts, position = [0], 0
    while position < len(text):
        if text[position] in "\r\n\x85\u2028\u2029":
            position += text[position : position + 2] == "\r\n"
            starts.append(position + 1)
        position += 1
    return starts
