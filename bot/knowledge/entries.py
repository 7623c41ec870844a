"""Entry files and the file of wordings in, entries with their accepted texts out.

A passage's YAML text says what staff want, its span says what was accepted, and only the accepted text is served.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from bot.knowledge import sources
from bot.knowledge.fields import Fields, Problems, did_you_mean, mapping_items
from bot.knowledge.folder import ALIASES, RESERVED, Folder, languages, read_root
from bot.knowledge.strict_yaml import line_of
from bot.model import AfterCrisis, Entry, KeepWith, Origin, Passage, Problem, Review, Span
from bot.text import words

FILE_FIELDS = ("entries", "language")
ENTRY_FIELDS = (
    "id", "question", "question_origin", "question_source", "aliases", "tags", "review", "after_crisis", "withheld",
    "passages",
)  # fmt: skip
PASSAGE_FIELDS = ("text", "source", "name", "keep_with", "replaces")
ENTRY_ALIASES = "entry"

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLAIN = "Use small letters, digits and hyphens."
# a number is the id of a passage without a name
_PLAIN_NAME = f"{_PLAIN} A number alone and '{ENTRY_ALIASES}' are taken."


@dataclass(frozen=True, slots=True)
class PassageItem:
    """A passage as it stands in the YAML: what staff wrote, and the accepted passage, None if there is none yet."""

    node: yaml.MappingNode
    name: str
    written: str
    span: Span | None
    replaces: Span | None
    passage: Passage | None

    @property
    def is_accepted(self) -> bool:
        """Tell whether the text in the YAML is the text that is served."""
        return self.passage is not None and self.passage.text == self.written


@dataclass(frozen=True, slots=True)
class EntryItem:
    """An entry as it stands in the YAML, with its file (relative to the folder) and its line."""

    file: str
    line: int
    entry: Entry
    items: tuple[PassageItem, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    """The wordings that `aliases.yaml` gives for one entry or one of its passages, and the lines of both names."""

    entry_line: int
    line: int
    texts: tuple[str, ...]


_Wordings = dict[tuple[str, str], _Wording]


def read_entries(folder: Folder) -> tuple[EntryItem, ...]:
    """Return the entries of all entry files of *folder*, files in order of their names; problems are collected."""
    wordings = _read_wordings(folder)
    names = _entry_files(folder)
    if not names:
        fix = "Import the clinic's text: verbatim import FAQ.txt -o DIR."
        folder.problems.append(Problem(folder.shown, 1, "there is no file with entries", fix))
        return ()
    items: list[EntryItem] = []
    for name in names:
        root, problems = read_root(folder, name)
        if root is not None:
            items.extend(_EntryFile(folder, name, problems, wordings).entries(root))
        folder.problems.extend(problems.found)
    _check_ids(folder, items)
    if folder.unread.isdisjoint(names):
        _check_owners(folder, items, wordings)
    _check_wordings(folder, items)
    return tuple(items)


def _entry_files(folder: Folder) -> list[str]:
    """Return the names of the entry files in order; editors and systems keep files of their own behind a dot."""
    seen = sorted(path.name for path in folder.path.iterdir() if not path.name.startswith("."))
    for name in seen:
        if name.endswith(".yml"):
            fix = f"Rename it to {name.removesuffix('.yml')}.yaml."
            folder.problems.append(Problem(folder.name_of(name), 1, "a file that ends in .yml is not read", fix))
    return [name for name in seen if name.endswith(".yaml") and name not in RESERVED]


def _read_wordings(folder: Folder) -> _Wordings:
    if not (folder.path / ALIASES).exists():
        return {}
    root, problems = read_root(folder, ALIASES)
    wordings = {}
    for entry_id, entry_line, node in mapping_items(root, "the file", problems) if root is not None else ():
        what = f"the wordings of {entry_id!r}"
        keys = [(key, line) for key, line, _ in mapping_items(node, what, problems)]
        fields = Fields(node, [key for key, _ in keys], problems, what) if keys else None
        for key, line in keys if fields else ():
            wordings[entry_id, key] = _Wording(entry_line, line, fields.texts(key) if fields else ())
    folder.problems.extend(problems.found)
    return wordings


@dataclass(frozen=True, slots=True)
class _EntryFile:
    """Reads one entry file."""

    folder: Folder
    name: str
    problems: Problems
    wordings: _Wordings

    def entries(self, root: yaml.Node) -> Iterator[EntryItem]:
        if isinstance(root, yaml.MappingNode) and "entries" not in {key.value for key, _ in root.value}:
            # without the ending, which would make any two names look alike
            near = did_you_mean(Path(self.name).stem, [Path(name).stem for name in RESERVED])
            fix = f"{near}A file of answers starts with 'entries:'."
            self.problems.add(root, "the file holds no entries", fix)
            return
        fields = Fields(root, FILE_FIELDS, self.problems, "the file")
        language = fields.choice("language", ("", *languages()))
        for node in fields.items("entries"):
            item = self._entry(node, language)
            if item:
                yield item

    def _entry(self, node: yaml.Node, language: str) -> EntryItem | None:
        fields = Fields(node, ENTRY_FIELDS, self.problems, "the entry")
        entry_id = fields.filled_text("id")
        fields.what = f"the entry {entry_id!r}" if entry_id else "the entry"
        if entry_id and not _ID.fullmatch(entry_id):
            self.problems.add(fields.line("id"), f"the id {entry_id!r} is not plain", _PLAIN)
        before = len(self.problems.found)
        question = fields.filled_text("question")
        origin = cast("Origin", fields.choice("question_origin", ("editorial", "source")))
        if len(self.problems.found) == before:
            self._check_question(fields, question, origin)
        items = tuple(self._passages(fields, entry_id))
        entry = Entry(
            id=entry_id,
            question=question,
            question_origin=origin,
            passages=tuple(item.passage for item in items if item.passage),
            aliases=(*fields.texts("aliases"), *self._wordings_of(entry_id, ENTRY_ALIASES)),
            tags=fields.texts("tags"),
            review=self._review(fields),
            after_crisis=cast("AfterCrisis", fields.choice("after_crisis", ("show", "hide"))),
            withheld=fields.truth("withheld"),
            language=language,
        )
        return EntryItem(self.name, fields.line("id"), entry, items) if entry_id else None

    def _wordings_of(self, entry_id: str, key: str) -> tuple[str, ...]:
        wording = self.wordings.get((entry_id, key))
        return wording.texts if wording else ()

    def _check_question(self, fields: Fields, question: str, origin: Origin) -> None:
        span = fields.span("question_source")
        if origin == "editorial":
            if span:
                fix = "Write 'question_origin: source', or remove question_source."
                self.problems.add(fields.line("question_source"), "an editorial question has no source", fix)
            return
        fields.require("question_source")
        written = self._slice(span, fields, "question_source")
        if written is not None and written != question:
            what = f"the question {question!r} is not what the source says there"
            fix = "Write it as in the source, or remove question_source and write 'question_origin: editorial'."
            self.problems.add(fields.line("question"), what, fix)

    def _review(self, fields: Fields) -> Review:
        node = fields.values.get("review")
        if node is None:
            return Review()
        review = Fields(node, ("by", "on", "due"), self.problems, f"'review' of {fields.what}")
        return Review(review.text("by"), review.iso_date("on"), review.iso_date("due"))

    def _passages(self, fields: Fields, entry_id: str) -> Iterator[PassageItem]:
        fields.require("passages")
        nodes = fields.items("passages")
        if not nodes and "passages" in fields.values:
            self.problems.add(
                fields.line("passages"), f"{fields.what} has no passages", "Write at least one '- text: ...'."
            )
        accepted = 0
        named: set[str] = set()
        for place, node in enumerate(nodes):
            item = self._passage(node, entry_id, accepted, is_first=place == 0, is_last=place == len(nodes) - 1)
            if item is None:
                continue
            if item.name in named:
                self.problems.add(node, f"the passage name {item.name!r} is used twice", "Give it another name.")
            named |= {item.name} - {""}
            accepted += item.passage is not None
            yield item

    def _passage(
        self, node: yaml.Node, entry_id: str, place: int, *, is_first: bool, is_last: bool
    ) -> PassageItem | None:
        fields = Fields(node, PASSAGE_FIELDS, self.problems, f"a passage of {entry_id!r}")
        if not isinstance(node, yaml.MappingNode):
            return None
        name = fields.text("name")
        if name and (not _ID.fullmatch(name) or name == ENTRY_ALIASES or name.isdigit()):
            self.problems.add(fields.line("name"), f"the passage name {name!r} is not plain", _PLAIN_NAME)
        keep_with = cast("KeepWith", fields.choice("keep_with", ("", "previous", "next")))
        if (keep_with == "previous" and is_first) or (keep_with == "next" and is_last):
            what = f"there is no passage to keep this one with ({keep_with!r})"
            self.problems.add(fields.line("keep_with"), what, "Remove keep_with here.")
        written, span = fields.filled_text("text"), fields.span("source")
        text = self._slice(span, fields, "source")
        passage = None
        if span and text:
            aliases = self._wordings_of(entry_id, name) if name else ()
            source = sources.sourced(span, text)
            passage = Passage(f"{entry_id}#{name or place}", entry_id, text, source, keep_with, aliases)
        item = PassageItem(node, name, written, span, fields.span("replaces"), passage)
        self._warn_unaccepted(item, entry_id)
        return item

    def _slice(self, span: Span | None, fields: Fields, key: str) -> str | None:
        """Return the characters of a span, or None, with a problem where it does not fit its file."""
        if span is None:
            return None
        text, line = self.folder.texts.get(span.file), fields.line(key)
        if not self.folder.unread.isdisjoint({span.file, sources.LOCK}):
            return None
        if text is None:
            fix = f"{did_you_mean(span.file, self.folder.texts)}Import the file, or mend its name."
            self.problems.add(line, f"{span.file!r} is no accepted source file", fix)
            return None
        if not span.start < span.end <= len(text):
            what = f"the span {span.start}:{span.end} does not fit {span.file} ({len(text)} characters)"
            self.problems.add(line, what, "Restore the numbers as they were imported, or remove 'source' and accept.")
            return None
        return text[span.start : span.end]

    def _warn_unaccepted(self, item: PassageItem, entry_id: str) -> None:
        if item.is_accepted or not item.written:
            return
        what = "a passage was edited; the last accepted text is served"
        if item.passage is None:
            what = "a passage is new; it is not served yet"
        fix = f'Run: verbatim accept {entry_id} --by "Your Name".'
        self.folder.warnings.append(Problem(self.problems.file, line_of(item.node), what, fix))


def _check_ids(folder: Folder, items: list[EntryItem]) -> None:
    first: dict[str, EntryItem] = {}
    for item in items:
        known = first.setdefault(item.entry.id, item)
        if known is not item:
            where = f"line {known.line}" if known.file == item.file else f"{folder.name_of(known.file)}:{known.line}"
            what = f"the id {item.entry.id!r} is already used at {where}"
            problem = Problem(folder.name_of(item.file), item.line, what, "Give each entry its own id.")
            folder.problems.append(problem)


def _check_owners(folder: Folder, items: list[EntryItem], wordings: _Wordings) -> None:
    """Each list in `aliases.yaml` belongs to an entry or a passage that exists."""
    names: dict[str, set[str]] = {}
    for item in items:
        names.setdefault(item.entry.id, {ENTRY_ALIASES}).update(p.name for p in item.items if p.name)
    for (entry_id, key), wording in wordings.items():
        if entry_id not in names:
            line, near = wording.entry_line, did_you_mean(entry_id, names)
            what = f"there is no entry {entry_id!r}"
        elif key not in names[entry_id]:
            line, near = wording.line, did_you_mean(key, names[entry_id])
            what = f"the entry {entry_id!r} has no passage named {key!r}"
        else:
            continue
        fix = f"{near}Use the id of an entry, then 'entry' or the name of one of its passages."
        folder.problems.append(Problem(folder.name_of(ALIASES), line, what, fix))


def _check_wordings(folder: Folder, items: list[EntryItem]) -> None:
    """One wording cannot stand for two entries of a language, and a wording without a word stands for none."""
    owner: dict[tuple[str, ...], EntryItem] = {}
    for item in items:
        file = folder.name_of(item.file)
        for wording in filter(None, item.entry.wordings):
            told = words(wording)
            known = owner.setdefault((item.entry.language, *told), item)
            if not told:
                what, fix = f"the wording {wording!r} of {item.entry.id!r} has no word", "Write it in words."
            elif known.entry.id != item.entry.id:
                what = f"the wording {wording!r} of {item.entry.id!r} already stands for {known.entry.id!r}"
                fix = f"Keep it in one of the two ({folder.name_of(known.file)}:{known.line}, or {ALIASES})."
            else:
                continue
            folder.problems.append(Problem(file, item.line, what, fix))
