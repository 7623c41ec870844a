"""Edits of a knowledge folder as frozen data; each is made in the folder that it is given, and nowhere else.

`bot.knowledge.editing` makes them in a copy first. What an edit says of itself is for staff, never for patients.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import yaml

from bot.errors import ChangedError, VerbatimError
from bot.knowledge import sources
from bot.knowledge.accepting import accept, entry_item
from bot.knowledge.clinic import OWN_FACTS, THRESHOLDS, WITHOUT_VECTORS
from bot.knowledge.entries import ENTRY_ALIASES, EntryItem
from bot.knowledge.fields import did_you_mean
from bot.knowledge.folder import ALIASES, CLINIC, GAPS, OPERATING_POINT
from bot.knowledge.loading import load_entries
from bot.knowledge.patching import Patch, fields_of, mapping_in
from bot.knowledge.writing import block, quoted, scalar
from bot.model import Review
from bot.text import words

_ALIASES_HEAD = "# Other wordings of the questions; they only help to find an answer.\n"
_GAPS_HEAD = "# Known gaps: what patients ask and the FAQ does not answer.\n\n"


class Edit(Protocol):
    """One change to a knowledge folder."""

    @property
    def what(self) -> str:
        """What it changes, in a few words for staff."""

    def make(self, folder: Path, *, by: str, on: date) -> None:
        """Change the files of *folder*; *by* and *on* are who makes it and when.

        Raises:
            VerbatimError: if there is nothing of the kind to change.
        """


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """Give an entry another title; it is then editorial, whatever the clinic's text says."""

    entry_id: str
    question: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the question of {self.entry_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write the title, and the end of its link to the source."""
        item = find_entry(folder, self.entry_id)
        question = " ".join(self.question.split())
        if question == item.entry.question:
            return
        node = _entry_node(_patch(folder, item.file), self.entry_id)
        _change_entry(folder, item, {"question": quoted(question) if node.flow_style else scalar(question)})
        if item.entry.question_origin == "source":
            _change_entry(folder, item, {"question_origin": "editorial", "question_source": None})


@dataclass(frozen=True, slots=True)
class SetPassage:
    """Give a passage another text, and accept it as the clinic's own."""

    passage_id: str
    text: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the text of {self.passage_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:
        """Write the text into the YAML and accept it, and no other passage of the entry."""
        entry_id = self.passage_id.partition("#")[0]
        item = find_entry(folder, entry_id)
        ids = [passage.passage.id if passage.passage else "" for passage in item.items]
        if self.passage_id not in ids:
            near = did_you_mean(self.passage_id, [id_ for id_ in ids if id_])
            raise VerbatimError(f"There is no passage {self.passage_id!r}. {near}".rstrip())
        place = ids.index(self.passage_id)
        text = self.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if text == item.items[place].written and item.items[place].is_accepted:
            return
        patch = _patch(folder, item.file)
        node = item.items[place].node
        indent = 2 + node.value[0][0].start_mark.column
        patch.set_field(node, "text", quoted(text) if node.flow_style else block(text, indent).removesuffix("\n"))
        _write(folder, item.file, patch)
        accept(folder, entry_id, by=by, on=on, only={place})


@dataclass(frozen=True, slots=True)
class AddAliases:
    """Add wordings of an entry, or of one of its named passages; one that is there already is not added again."""

    entry_id: str
    texts: tuple[str, ...]
    passage: str = ""

    @property
    def what(self) -> str:
        """What it changes."""
        return f"{len(self.texts)} new wordings of {_named(self.entry_id, self.passage)}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write them below the last one in `aliases.yaml`."""
        stored = _aliases(find_entry(folder, self.entry_id), self.passage)
        added = _new(self.texts, stored)
        if added:
            _set_aliases(folder, self.entry_id, self.passage, [*stored, *added])


@dataclass(frozen=True, slots=True)
class SetAliases:
    """Make these the wordings of an entry, or of one of its named passages: others are removed, missing ones added."""

    entry_id: str
    texts: tuple[str, ...]
    passage: str = ""

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the wordings of {_named(self.entry_id, self.passage)}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write them; those that stand in the entry itself stay there."""
        item = find_entry(folder, self.entry_id)
        _aliases(item, self.passage)
        wanted = _new(self.texts, ())
        if not self.passage:
            patch = _patch(folder, item.file)
            node = _entry_node(patch, self.entry_id)
            listed = fields_of(node)["aliases"][1] if "aliases" in fields_of(node) else None
            inline = [one.value.strip() for one in listed.value] if isinstance(listed, yaml.SequenceNode) else []
            kept = [text for text in inline if text in wanted]
            if kept != inline:
                patch.set_texts(node, "aliases", kept)
                _write(folder, item.file, patch)
            wanted = [text for text in wanted if text not in kept]
        _set_aliases(folder, self.entry_id, self.passage, wanted)


@dataclass(frozen=True, slots=True)
class AddGap:
    """Add a known gap; its `notice` may name facts of the clinic in braces."""

    gap_id: str
    topic: str
    notice: str
    wordings: tuple[str, ...]

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the new gap {self.gap_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write it below the last one of `gaps.yaml`."""
        if not (folder / GAPS).exists():
            sources.write_whole(folder / GAPS, f"{_GAPS_HEAD}gaps: []\n")
        patch = _patch(folder, GAPS)
        gaps = fields_of(patch.root).get("gaps", (None, None))[1]
        column = gaps.start_mark.column if isinstance(gaps, yaml.SequenceNode) and gaps.value else 2
        lines = [f"{' ' * column}{line}" if line else "" for line in self._lines()]
        if isinstance(gaps, yaml.SequenceNode) and gaps.value and not gaps.flow_style:
            patch.add_lines(gaps, ["", *lines])
        else:
            patch.set_field(patch.root, "gaps", "\n" + "\n".join(lines))
        _write(folder, GAPS, patch)

    def _lines(self) -> list[str]:
        """Return the item's lines, the dash at the margin."""
        notice = block(self.notice.replace("\r\n", "\n").strip(), 4).removesuffix("\n")
        return [
            f"- id: {scalar(self.gap_id)}",
            f"  topic: {scalar(' '.join(self.topic.split()))}",
            *f"  notice: {notice}".split("\n"),
            "  wordings:" if self.wordings else "  wordings: []",
            *(f"    - {scalar(text)}" for text in _new(self.wordings, ())),
        ]


@dataclass(frozen=True, slots=True)
class AddGapWordings:
    """Add wordings of a known gap; one that is there already, in the same words, is not added again."""

    gap_id: str
    texts: tuple[str, ...]

    @property
    def what(self) -> str:
        """What it changes."""
        return f"{len(self.texts)} new wordings of the gap {self.gap_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write them below its last one."""
        patch, node, stored = _gap(folder, self.gap_id)
        patch.set_texts(node, "wordings", [*stored, *_new(self.texts, stored)])
        _write(folder, GAPS, patch)


@dataclass(frozen=True, slots=True)
class SetGapWordings:
    """Make these the wordings of a known gap: others are removed, missing ones added."""

    gap_id: str
    texts: tuple[str, ...]

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the wordings of the gap {self.gap_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write them."""
        patch, node, _ = _gap(folder, self.gap_id)
        patch.set_texts(node, "wordings", _new(self.texts, ()))
        _write(folder, GAPS, patch)


@dataclass(frozen=True, slots=True)
class SetGapNotice:
    """Give a known gap another notice, which may name facts of the clinic in braces."""

    gap_id: str
    notice: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the notice of the gap {self.gap_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write it."""
        patch, node, _ = _gap(folder, self.gap_id)
        text = self.notice.replace("\r\n", "\n").replace("\r", "\n").strip()
        indent = 2 + node.value[0][0].start_mark.column
        patch.set_field(node, "notice", quoted(text) if node.flow_style else block(text, indent).removesuffix("\n"))
        _write(folder, GAPS, patch)


@dataclass(frozen=True, slots=True)
class SetGapTopic:
    """Give a known gap another name, which staff see and patients do not."""

    gap_id: str
    topic: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the topic of the gap {self.gap_id}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write it."""
        patch, node, _ = _gap(folder, self.gap_id)
        topic = " ".join(self.topic.split())
        patch.set_field(node, "topic", quoted(topic) if node.flow_style else scalar(topic))
        _write(folder, GAPS, patch)


@dataclass(frozen=True, slots=True)
class SetGapAnsweredBy:
    """Say which entry answers a known gap after all, so that its wordings lead there; "" for none."""

    gap_id: str
    entry_id: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the gap {self.gap_id} {f'answered by {self.entry_id}' if self.entry_id else 'no longer answered'}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write or remove the field."""
        patch, node, _ = _gap(folder, self.gap_id)
        if self.entry_id:
            patch.set_field(node, "answered_by", scalar(self.entry_id), before="wordings")
        else:
            patch.remove_field(node, "answered_by")
        _write(folder, GAPS, patch)


@dataclass(frozen=True, slots=True)
class SetReview:
    """Say who reviewed an entry, when, and when it is due again; it is then served, and no longer marked overdue."""

    entry_id: str
    review: Review

    @property
    def what(self) -> str:
        """What it changes."""
        return f"{self.entry_id} reviewed"

    def make(self, folder: Path, *, by: str, on: date) -> None:
        """Write the review, and take away `withheld` and the tag for overdue entries."""
        item = find_entry(folder, self.entry_id)
        told = {key: quoted(getattr(self.review, key)) for key in ("by", "on", "due")}
        patch = _patch(folder, item.file)
        node = _entry_node(patch, self.entry_id)
        written = fields_of(node)["review"][1] if "review" in fields_of(node) else None
        if isinstance(written, yaml.MappingNode) and written.value:
            for key, value in told.items():
                patch.set_field(written, key, value)
        else:
            inside = ", ".join(f"{key}: {value}" for key, value in told.items())
            patch.set_field(node, "review", f"{{{inside}}}", before="passages")
        _write(folder, item.file, patch)
        SetWithheld(self.entry_id, withheld=False).make(folder, by=by, on=on)
        SetOverdue(self.entry_id, overdue=False).make(folder, by=by, on=on)


@dataclass(frozen=True, slots=True)
class SetWithheld:
    """Keep an entry from being served, or serve it again."""

    entry_id: str
    withheld: bool

    @property
    def what(self) -> str:
        """What it changes."""
        return f"{self.entry_id} {'withheld' if self.withheld else 'served again'}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write or remove the field."""
        item = find_entry(folder, self.entry_id)
        if item.entry.withheld != self.withheld:
            _change_entry(folder, item, {"withheld": "true" if self.withheld else None})


@dataclass(frozen=True, slots=True)
class SetFact:
    """State a fact of the clinic itself, such as its phone; "" where it is not known."""

    name: str
    value: str

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the clinic's {self.name}"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write it.

        Raises:
            VerbatimError: if it is none of the clinic's own facts.
        """
        if self.name not in OWN_FACTS:
            raise VerbatimError(f"{self.name!r} is no fact that the clinic states. Use one of {', '.join(OWN_FACTS)}.")
        patch = _patch(folder, CLINIC)
        patch.set_field(patch.root, self.name, quoted(" ".join(self.value.split())))
        _write(folder, CLINIC, patch)


OVERDUE = "review-overdue"


@dataclass(frozen=True, slots=True)
class SetOverdue:
    """Mark an entry's review as overdue by the tag `review-overdue`, or take that mark away."""

    entry_id: str
    overdue: bool

    @property
    def what(self) -> str:
        """What it changes."""
        return f"{self.entry_id} {'marked as' if self.overdue else 'no longer'} overdue"

    def make(self, folder: Path, *, by: str, on: date) -> None:  # noqa: ARG002 - see Edit
        """Write the entry's tags."""
        item = find_entry(folder, self.entry_id)
        tags = [tag for tag in item.entry.tags if tag != OVERDUE] + [OVERDUE] * self.overdue
        if tuple(tags) != item.entry.tags:
            _change_entry(folder, item, {"tags": f"[{', '.join(map(_tag, tags))}]"})


@dataclass(frozen=True, slots=True)
class SetAnswerThreshold:
    """Set the least confidence at which passages are shown, from *was* to *answer*, with who chose it and when.

    `knowledge` is the digest of what it was read off. With `semantic`, it is that of the ranking with sentence
    vectors. A choice is never offered above it: `choose` follows where it would be.
    """

    answer: float
    was: float
    knowledge: str
    semantic: bool

    @property
    def what(self) -> str:
        """What it changes."""
        return f"the operating point: answer {self.answer} instead of {self.was}"

    def make(self, folder: Path, *, by: str, on: date) -> None:
        """Write the numbers, the digest, the name and the day.

        Raises:
            ChangedError: if the threshold is no longer *was*.
        """
        patch = _patch(folder, OPERATING_POINT)
        fields = {key: node.value for key, (_, node) in fields_of(patch.root).items()}
        own = not self.semantic and WITHOUT_VECTORS[0] in fields
        answer, choose, _ = WITHOUT_VECTORS if own else THRESHOLDS
        if float(fields[answer]) != self.was:
            raise ChangedError(
                f"The operating point was changed meanwhile: {answer!r} is {fields[answer]}, not {self.was}. "
                "Nothing was saved. Look at it again, then choose."
            )
        patch.set_field(patch.root, answer, repr(self.answer))
        if float(fields[choose]) > self.answer:
            patch.set_field(patch.root, choose, repr(self.answer))
        for key, value in (("knowledge", self.knowledge), ("by", by), ("on", on.isoformat())):
            if key in fields:
                patch.set_field(patch.root, key, quoted(value))
            else:
                patch.add_lines(patch.root, [f"{key}: {quoted(value)}"])
        _write(folder, OPERATING_POINT, patch)


def find_entry(folder: Path, entry_id: str) -> EntryItem:
    """Return the entry with that id as it stands in its file.

    Raises:
        VerbatimError: if there is none.
    """
    read, items = load_entries(folder)
    return entry_item(read, items, entry_id)


def _change_entry(folder: Path, item: EntryItem, fields: dict[str, str | None]) -> None:
    """Write fields of an entry as YAML; None removes one."""
    for key, value in fields.items():
        # one at a time: a removed field and a new one may touch each other
        patch = _patch(folder, item.file)
        node = _entry_node(patch, item.entry.id)
        if value is None:
            patch.remove_field(node, key)
        else:
            patch.set_field(node, key, value, before="passages")
        _write(folder, item.file, patch)


def _entry_node(patch: Patch, entry_id: str) -> yaml.MappingNode:
    node = mapping_in(fields_of(patch.root)["entries"][1].value, "id", entry_id)
    if node is None:
        raise VerbatimError(f"The entry {entry_id!r} has gone meanwhile.")
    return node


def _set_aliases(folder: Path, entry_id: str, passage: str, texts: list[str]) -> None:
    """Write the list of `aliases.yaml`; what of *texts* stands in the entry itself is left out."""
    item = find_entry(folder, entry_id)
    key = passage or ENTRY_ALIASES
    node = _entry_node(_patch(folder, item.file), entry_id)
    listed = fields_of(node)["aliases"][1] if "aliases" in fields_of(node) and not passage else None
    inline = {one.value.strip() for one in listed.value} if isinstance(listed, yaml.SequenceNode) else set()
    wanted = [text for text in texts if text not in inline]
    if not (folder / ALIASES).exists():
        if wanted:
            lines = "".join(f"    - {scalar(text)}\n" for text in wanted)
            sources.write_whole(folder / ALIASES, f"{_ALIASES_HEAD}\n{entry_id}:\n  {key}:\n{lines}")
        return
    patch = _patch(folder, ALIASES)
    root = patch.root
    owner = fields_of(root)[entry_id][1] if entry_id in fields_of(root) else None
    if isinstance(owner, yaml.MappingNode):
        if wanted or key in fields_of(owner):
            patch.set_texts(owner, key, wanted)
    elif wanted:
        patch.add_lines(root, ["", f"{entry_id}:", f"  {key}:", *(f"    - {scalar(text)}" for text in wanted)])
    _write(folder, ALIASES, patch)


def _aliases(item: EntryItem, passage: str) -> tuple[str, ...]:
    """Return the stored wordings of an entry or of its passage of that name."""
    if not passage:
        return item.entry.aliases
    for one in item.items:
        if one.name == passage:
            return one.passage.aliases if one.passage else ()
    near = did_you_mean(passage, [one.name for one in item.items if one.name])
    raise VerbatimError(f"The entry {item.entry.id!r} has no passage named {passage!r}. {near}".rstrip())


def _gap(folder: Path, gap_id: str) -> tuple[Patch, yaml.MappingNode, list[str]]:
    if not (folder / GAPS).exists():
        raise VerbatimError(f"There is no gap {gap_id!r}: this knowledge has no {GAPS}.")
    patch = _patch(folder, GAPS)
    gaps = fields_of(patch.root).get("gaps", (None, None))[1]
    nodes = gaps.value if isinstance(gaps, yaml.SequenceNode) else []
    node = mapping_in(nodes, "id", gap_id)
    if node is None:
        ids = [fields_of(one)["id"][1].value for one in nodes if isinstance(one, yaml.MappingNode)]
        raise VerbatimError(f"There is no gap {gap_id!r}. {did_you_mean(gap_id, ids)}".rstrip())
    wordings = fields_of(node)["wordings"][1] if "wordings" in fields_of(node) else None
    stored = [one.value.strip() for one in wordings.value] if isinstance(wordings, yaml.SequenceNode) else []
    return patch, node, stored


def _new(texts: Collection[str], stored: Collection[str]) -> list[str]:
    """Return *texts* on one line each, without those that are empty or say what came before in the same words."""
    seen = {words(text) for text in stored}
    added = []
    for text in (" ".join(text.split()) for text in texts):
        if text and words(text) not in seen:
            seen.add(words(text))
            added.append(text)
    return added


def _patch(folder: Path, name: str) -> Patch:
    # newlines stay as they are: read_text would turn them
    return Patch((folder / name).read_bytes().decode("utf-8"), (folder / name).as_posix())


def _write(folder: Path, name: str, patch: Patch) -> None:
    sources.write_whole(folder / name, patch.patched())


def _named(entry_id: str, passage: str) -> str:
    return f"{entry_id}#{passage}" if passage else entry_id


def _tag(tag: str) -> str:
    return tag if tag.replace("-", "").isalnum() and tag.isascii() and not tag.isdigit() else quoted(tag)
