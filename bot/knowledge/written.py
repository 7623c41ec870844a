"""A knowledge folder in, its texts out as staff wrote them: what a form for changing them is filled with.

A patient may be shown another text: one that is not accepted yet is here too, and a notice has its facts in braces.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.clinic import FACTS, OWN_FACTS
from bot.knowledge.entries import EntryItem
from bot.knowledge.fields import Fields
from bot.knowledge.folder import GAPS, Folder, read_root
from bot.knowledge.gaps import GAP_FIELDS
from bot.knowledge.importing import slug
from bot.knowledge.loading import load_entries, load_knowledge
from bot.text import words


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """A passage. `id` is empty where no text of it was ever accepted; `name` and `wordings` may be."""

    id: str
    name: str
    text: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry, a withheld one too; `wordings` are those of the entry itself, not of its passages."""

    id: str
    question: str
    wordings: tuple[str, ...]
    passages: tuple[WrittenPassage, ...]
    withheld: bool

    @property
    def number_of_wordings(self) -> int:
        """How many wordings lead to it, its title not counted."""
        return len(self.wordings) + sum(len(passage.wordings) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class WrittenGap:
    """A known gap, with the facts in its notice still as names in braces."""

    id: str
    topic: str
    notice: str
    wordings: tuple[str, ...]
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The texts of a knowledge folder, and its digest from before they were read: a change meanwhile is noticed.

    `facts` are the names that a notice may hold in braces, `stated` the clinic's own facts with their names.
    """

    digest: str
    entries: tuple[WrittenEntry, ...]
    gaps: tuple[WrittenGap, ...]
    facts: tuple[str, ...] = FACTS
    stated: tuple[tuple[str, str], ...] = ()

    def entry(self, entry_id: str) -> WrittenEntry | None:
        """Return the entry of that id, if there is one."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def gap(self, gap_id: str) -> WrittenGap | None:
        """Return the known gap of that id, if there is one."""
        return next((gap for gap in self.gaps if gap.id == gap_id), None)

    def gaps_like(self, wanted: str) -> tuple[WrittenGap, ...]:
        """Return the known gaps in whose topic, or else in a wording of which, each word of *wanted* begins a word."""
        starts = words(wanted)

        def holds(text: str) -> bool:
            said = words(text)
            return all(any(word.startswith(start) for word in said) for start in starts)

        by_topic = [gap for gap in self.gaps if starts and holds(gap.topic)]
        by_wording = [gap for gap in self.gaps if starts and gap not in by_topic and any(map(holds, gap.wordings))]
        return (*by_topic, *by_wording)


def written(path: Path) -> Written:
    """Return the texts in the folder *path*.

    Raises:
        KnowledgeError: with every problem found.
    """
    knowledge = load_knowledge(path)
    folder, items = load_entries(path)
    stated = tuple((name, getattr(knowledge.clinic, name)) for name in OWN_FACTS)
    return Written(knowledge.digest, tuple(map(_entry, items)), tuple(_gaps(folder)), stated=stated)


def unused_gap_id(topic: str, taken: Collection[str]) -> str:
    """Return an id for a gap about *topic* that is not one of *taken*."""
    stem = slug(topic)
    numbered = (f"{stem}-{number}" for number in count(2))
    return stem if stem not in taken else next(id_ for id_ in numbered if id_ not in taken)


def _entry(item: EntryItem) -> WrittenEntry:
    passages = tuple(
        WrittenPassage(
            one.passage.id if one.passage else "",
            one.name,
            one.written,
            one.passage.aliases if one.passage else (),
        )
        for one in item.items
    )
    entry = item.entry
    return WrittenEntry(entry.id, entry.question, entry.aliases, passages, entry.withheld)


def _gaps(folder: Folder) -> Iterator[WrittenGap]:
    if not (folder.path / GAPS).exists():
        return
    root, problems = read_root(folder, GAPS)
    if root is None:
        raise KnowledgeError(folder.problems)
    for node in Fields(root, ("gaps",), problems, "the file").items("gaps"):
        fields = Fields(node, GAP_FIELDS, problems, "the gap")
        id_, topic, notice, entry_id = (fields.text(name) for name in ("id", "topic", "notice", "answered_by"))
        yield WrittenGap(id_, topic, notice, fields.texts("wordings"), entry_id)
