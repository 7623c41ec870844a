"""Staff's edited or new texts in, the same knowledge with them as the clinic's own out: see Sources in the contract.

The text is appended to `sources/clinic.txt`, which only grows, and the passage's span points there. The YAML is
edited in place at exactly those fields, so comments, order and layout stay as staff left them.
"""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge import sources
from bot.knowledge.entries import EntryItem, PassageItem
from bot.knowledge.fields import did_you_mean
from bot.knowledge.folder import Folder
from bot.knowledge.loading import load_entries
from bot.knowledge.patching import Patch
from bot.knowledge.writing import span_yaml
from bot.model import Span


def accept(path: Path, entry_id: str, *, by: str, on: date, only: Collection[int] | None = None) -> int:
    """Make the new and edited passages of an entry the clinic's own text, and return how many there were.

    With *only*, those are taken that stand at these places (from 0) among the entry's passages.

    Raises:
        VerbatimError: if there is no such entry, *by* is not a name, or the clinic's file would grow too large.
        KnowledgeError: if the folder's entries or sources have problems.
    """
    name = " ".join(by.split())
    if not name or not name.isprintable():
        raise VerbatimError('Say who accepts the text: --by "Your Name".')
    folder, entries = load_entries(path)
    item = entry_item(folder, entries, entry_id)
    wanted = [passage for place, passage in enumerate(item.items) if only is None or place in only]
    waiting = [passage for passage in wanted if not passage.is_accepted]
    if not waiting:
        return 0
    spans = _append(folder, [p.written for p in waiting], heading=f"accepted {on.isoformat()} by {name}: {entry_id}")
    _point(path / item.file, waiting, spans)
    return len(waiting)


def entry_item(folder: Folder, entries: Sequence[EntryItem], entry_id: str) -> EntryItem:
    """Return the entry with that id.

    Raises:
        VerbatimError: if there is none.
    """
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
    """Give each passage its new `source`, and `replaces` where it had one before."""
    patch = Patch(path.read_bytes().decode("utf-8"), path.as_posix())
    for item, span in zip(items, spans, strict=True):
        first = item.node.value[0][0].value
        patch.set_field(item.node, "source", span_yaml(span), before=first)
        if item.span and not item.replaces:
            patch.add_field(item.node, "replaces", span_yaml(item.span), after="source")
    sources.write_whole(path, patch.patched())
