"""A knowledge folder in, one validated `Knowledge` out, or a `KnowledgeError` with every problem in it.

Every text that is shown is looked up here in the clinic's source file: a passage's YAML text says what staff want,
its span says what was accepted, and only the accepted text is served. Knows nothing of searching or scoring.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import cast

import yaml

from bot.errors import KnowledgeError
from bot.knowledge import sources
from bot.knowledge.fields import Fields, Problems, did_you_mean, mapping_items, scalar_text
from bot.knowledge.strict_yaml import line_of, parse
from bot.model import AfterCrisis, Clinic, Entry, KeepWith, Knowledge, OperatingPoint, Origin, Passage, Problem, Review, Span
from bot.text import words

TEMPLATES = Path(__file__).parent.parent / "templates"
CLINIC = "clinic.yaml"
NOTICES = "notices.yaml"
ALIASES = "aliases.yaml"
OPERATING_POINT = "operating-point.yaml"
RESERVED = frozenset({CLINIC, NOTICES, ALIASES, OPERATING_POINT})

ENTRY_FIELDS = (
    "id", "question", "question_origin", "question_source", "aliases", "tags", "review", "after_crisis", "passages",
)  # fmt: skip
PASSAGE_FIELDS = ("name", "source", "text", "keep_with", "replaces")
ENTRY_ALIASES = "entry"
FACTS = ("name", "phone", "hours", "address", "web", "emergency", "crisis_line")
CLINIC_FIELDS = (*FACTS, "country", "language", "accent", "starters")
NEEDED_FACTS = ("name", "phone")
MOST_STARTERS = 6

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class PassageItem:
    """A passage as it stands in the YAML: the accepted one, None if there is none yet, and what staff wrote."""

    node: yaml.Node
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


@dataclass(slots=True)
class Loaded:
    """What was read of a folder so far; `files` are the bytes that the digest is over."""

    folder: Path
    shown: str
    files: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    entries: list[EntryItem] = field(default_factory=list)
    locked: dict[str, sources.Accepted] = field(default_factory=dict)
    aliases: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)


def load_knowledge(folder: Path) -> Knowledge:
    """Return the knowledge kept in *folder*.

    Raises:
        KnowledgeError: with every problem found, each with its file, its line and how to fix it.
    """
    loaded, clinic, notices, interface, point = _read(folder)
    _check_wordings(loaded)
    missing = tuple(_missing_facts(loaded, clinic))
    if loaded.problems:
        raise KnowledgeError(sorted(set(loaded.problems), key=lambda p: (p.file, p.line, p.what)))
    digest = digest_of(loaded.files)
    if point.knowledge != digest:
        loaded.warnings.append(_stale(loaded, point))
    return Knowledge(
        digest=digest,
        clinic=clinic[0],
        entries=tuple(item.entry for item in loaded.entries if item.entry.passages),
        notices=MappingProxyType(notices),
        words=MappingProxyType(interface),
        sources=MappingProxyType(loaded.texts),
        operating_point=point,
        warnings=tuple(loaded.warnings),
        missing=missing,
    )


def read_entries(folder: Path) -> Loaded:
    """Return the sources and entry files of *folder* alone, for verbs that edit them.

    Raises:
        KnowledgeError: if any of them has a problem.
    """
    loaded = _start(folder)
    _read_sources(loaded)
    _read_entry_files(loaded)
    if loaded.problems:
        raise KnowledgeError(loaded.problems)
    return loaded


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a knowledge: the sha256 (hex) over each file's name and sha256, in order of names."""
    lines = (f"{name}\0{sources.sha256_hex(data)}\n" for name, data in sorted(files.items()))
    return sources.sha256_hex("".join(lines).encode())


def _start(folder: Path) -> Loaded:
    loaded = Loaded(folder, folder.as_posix())
    if not folder.is_dir():
        fix = "Name a folder with --knowledge, or make one: verbatim import FAQ.txt -o DIR."
        raise KnowledgeError([Problem(loaded.shown, 1, "there is no such knowledge folder", fix)])
    return loaded


def _read(
    folder: Path,
) -> tuple[Loaded, tuple[Clinic, Fields], dict[str, str], dict[str, str], OperatingPoint]:
    loaded = _start(folder)
    _read_sources(loaded)
    _read_entry_files(loaded)
    clinic = _read_clinic(loaded)
    notices = _read_notices(loaded, clinic[0])
    interface = _read_words(loaded, clinic[0].language)
    return loaded, clinic, notices, interface, _read_operating_point(loaded)


# --- files ---------------------------------------------------------------------------------------------------------


def _read_root(loaded: Loaded, name: str, *, counts: bool = True) -> tuple[yaml.Node | None, Problems]:
    """Return the root node of a YAML file, and a collector under its shown name; a file that `counts` is digested."""
    shown = f"{loaded.shown}/{name}"
    data, problem = sources.read_bytes(loaded.folder / name, shown)
    if problem and name in (CLINIC, NOTICES, OPERATING_POINT):
        problem = Problem(shown, 1, problem.what, f"Copy it from the program's templates/{name}, or import again.")
    text = ""
    if not problem:
        text, problem = sources.decode(data, shown)
    if problem:
        loaded.problems.append(problem)
        return None, Problems(shown)
    if counts:
        loaded.files[name] = data
    root, problems = parse(text, shown)
    loaded.problems.extend(problems)
    return root, Problems(shown)


def _read_sources(loaded: Loaded) -> None:
    locked, problems = sources.read_lock(loaded.folder, loaded.shown)
    loaded.problems.extend(problems)
    for name, (accepted, line) in locked.items():
        shown = f"{loaded.shown}/{name}"
        if not sources.is_source_name(name):
            fix = "Name a .txt file below sources/."
            loaded.problems.append(Problem(f"{loaded.shown}/{sources.LOCK}", line, f"{name!r} is no source file", fix))
            continue
        data, problem = sources.read_bytes(loaded.folder / name, shown)
        if not problem and sources.changed_under_lock(data, accepted):
            fix = "Restore the file as it was imported; to change an answer, edit its YAML and run verbatim accept."
            problem = Problem(shown, 1, "the source file was changed after it was accepted", fix)
        text = ""
        if not problem:
            text, problem = sources.decode(data[: accepted.size], shown)
        if problem:
            loaded.problems.append(problem)
            continue
        loaded.files[name], loaded.texts[name], loaded.locked[name] = data[: accepted.size], text, accepted


def _read_entry_files(loaded: Loaded) -> None:
    alias_nodes = _read_aliases(loaded)
    names = sorted(path.name for path in loaded.folder.glob("*.yaml") if path.name not in RESERVED)
    if not names:
        fix = "Import the clinic's text: verbatim import FAQ.txt -o DIR."
        loaded.problems.append(Problem(loaded.shown, 1, "there is no file with entries", fix))
    seen: dict[str, str] = {}
    for name in names:
        root, problems = _read_root(loaded, name)
        if root is not None:
            loaded.entries.extend(_entries(loaded, name, root, problems, seen))
        loaded.problems.extend(problems.found)
    _check_alias_owners(loaded, alias_nodes)


def _read_aliases(loaded: Loaded) -> list[tuple[str, str, int]]:
    """Read the wordings that staff keep apart from the answers; return (entry, passage, line) of each list."""
    if not (loaded.folder / ALIASES).exists():
        return []
    root, problems = _read_root(loaded, ALIASES)
    places: list[tuple[str, str, int]] = []
    for entry, node in mapping_items(root, "the file", problems) if root is not None else ():
        for key, value in mapping_items(node, f"the wordings of {entry.value!r}", problems):
            fields = Fields(node, [k.value for k, _ in node.value], problems, f"the wordings of {entry.value!r}")
            loaded.aliases.setdefault(entry.value, {})[key.value] = fields.texts(key.value)
            places.append((entry.value, key.value, line_of(key)))
    loaded.problems.extend(problems.found)
    return places


def _check_alias_owners(loaded: Loaded, places: list[tuple[str, str, int]]) -> None:
    names = {item.entry.id: [ENTRY_ALIASES, *(p.name for p in item.items if p.name)] for item in loaded.entries}
    for entry, key, line in places:
        if entry not in names:
            what, fix = f"there is no entry {entry!r}", did_you_mean(entry, names)
        elif key not in names[entry]:
            what, fix = f"the entry {entry!r} has no passage named {key!r}", did_you_mean(key, names[entry])
        else:
            continue
        fix = f"{fix}Use the id of an entry, then 'entry' or the name of one of its passages."
        loaded.problems.append(Problem(f"{loaded.shown}/{ALIASES}", line, what, fix))


# --- entries -------------------------------------------------------------------------------------------------------


def _entries(
    loaded: Loaded, name: str, root: yaml.Node, problems: Problems, seen: dict[str, str]
) -> Iterator[EntryItem]:
    if isinstance(root, yaml.MappingNode) and "entries" not in {key.value for key, _ in root.value}:
        fix = f"{did_you_mean(name, RESERVED)}A file of answers starts with 'entries:'."
        problems.add(root, "the file holds no entries", fix)
        return
    fields = Fields(root, ("entries",), problems, "the file")
    for node in fields.items("entries"):
        item = _entry(loaded, name, node, problems)
        if item is None:
            continue
        where = f"{name}:{item.line}"
        if item.entry.id in seen:
            what = f"the id {item.entry.id!r} is already used at {loaded.shown}/{seen[item.entry.id]}"
            problems.add(item.line, what, "Give each entry its own id.")
        else:
            seen[item.entry.id] = where
            yield item


def _entry(loaded: Loaded, name: str, node: yaml.Node, problems: Problems) -> EntryItem | None:
    fields = Fields(node, ENTRY_FIELDS, problems, "the entry")
    entry_id = fields.filled_text("id")
    if entry_id:
        fields.what = f"the entry {entry_id!r}"
    if entry_id and not _ID.fullmatch(entry_id):
        problems.add(fields.line("id"), f"the id {entry_id!r} is not plain", "Use small letters, digits and hyphens.")
    question = fields.filled_text("question")
    origin = cast("Origin", fields.choice("question_origin", ("editorial", "source")))
    _check_question(loaded, fields, question, origin)
    items = tuple(_passage_items(loaded, fields, entry_id, problems))
    if not entry_id:
        return None
    entry = Entry(
        id=entry_id,
        question=question,
        question_origin=origin,
        passages=tuple(item.passage for item in items if item.passage),
        aliases=(*fields.texts("aliases"), *loaded.aliases.get(entry_id, {}).get(ENTRY_ALIASES, ())),
        tags=fields.texts("tags"),
        review=_review(fields, problems),
        after_crisis=cast("AfterCrisis", fields.choice("after_crisis", ("show", "hide"))),
    )
    return EntryItem(name, fields.line("id"), entry, items)


def _check_question(loaded: Loaded, fields: Fields, question: str, origin: Origin) -> None:
    span = fields.span("question_source")
    if origin == "source":
        fields.require("question_source")
        if span and _slice(loaded, span, fields, "question_source") not in (None, question):
            what = f"the question {question!r} is not what the source says there"
            fix = "Write it as in the source, or remove question_source and write 'question_origin: editorial'."
            fields.problems.add(fields.line("question"), what, fix)
    elif span:
        fix = "Write 'question_origin: source', or remove question_source."
        fields.problems.add(fields.line("question_source"), "an editorial question has no source", fix)


def _review(fields: Fields, problems: Problems) -> Review:
    node = fields.values.get("review")
    if node is None:
        return Review()
    review = Fields(node, ("by", "on", "due"), problems, f"'review' of {fields.what}")
    return Review(review.text("by"), review.iso_date("on"), review.iso_date("due"))


def _passage_items(loaded: Loaded, fields: Fields, entry_id: str, problems: Problems) -> Iterator[PassageItem]:
    fields.require("passages")
    nodes = fields.items("passages")
    if not nodes and "passages" in fields.values:
        problems.add(fields.line("passages"), f"{fields.what} has no passages", "Write at least one '- text: ...'.")
    position = 0
    named: set[str] = set()
    for place, node in enumerate(nodes):
        item = _passage_item(loaded, node, entry_id, position, problems)
        joins = item.passage.keep_with if item.passage else ""
        if (joins == "previous" and place == 0) or (joins == "next" and place == len(nodes) - 1):
            fix = "Remove keep_with here."
            problems.add(node, f"there is no passage to keep this one with ({joins!r})", fix)
        if item.name in named:
            problems.add(node, f"the passage name {item.name!r} is used twice in {entry_id!r}", "Give it another name.")
        named |= {item.name} - {""}
        _warn_unaccepted(loaded, item, entry_id, problems)
        position += item.passage is not None
        yield item


def _passage_item(loaded: Loaded, node: yaml.Node, entry_id: str, position: int, problems: Problems) -> PassageItem:
    fields = Fields(node, PASSAGE_FIELDS, problems, f"a passage of {entry_id!r}")
    written = fields.filled_text("text")
    keep_with = cast("KeepWith", fields.choice("keep_with", ("", "previous", "next")))
    name = fields.text("name")
    if name and (not _ID.fullmatch(name) or name == ENTRY_ALIASES):
        problems.add(fields.line("name"), f"the name {name!r} is not plain", "Use small letters, digits and hyphens.")
    replaces = fields.span("replaces")
    span = fields.span("source")
    text = _slice(loaded, span, fields, "source") if span else None
    passage = None
    if span and text:
        source = sources.sourced(span, text)
        aliases = loaded.aliases.get(entry_id, {}).get(name, ()) if name else ()
        passage = Passage(f"{entry_id}#{name or position}", entry_id, text, source, keep_with, aliases)
    return PassageItem(node, name, written, span, replaces, passage)


def _slice(loaded: Loaded, span: Span, fields: Fields, key: str) -> str | None:
    """Return the characters of a span, or None and a problem where it does not fit its file."""
    text = loaded.texts.get(span.file)
    line = fields.line(key)
    if text is None:
        fix = f"{did_you_mean(span.file, loaded.texts)}Import the file, or mend its name."
        if not (loaded.folder / span.file).is_file() or span.file not in loaded.locked:
            fields.problems.add(line, f"{span.file!r} is no accepted source file", fix)
        return None
    if not span.start < span.end <= len(text):
        what = f"the span {span.start}:{span.end} does not fit {span.file} ({len(text)} characters)"
        fields.problems.add(line, what, "Restore the numbers as they were imported, or remove 'source' and accept.")
        return None
    return text[span.start : span.end]


def _warn_unaccepted(loaded: Loaded, item: PassageItem, entry_id: str, problems: Problems) -> None:
    if item.is_accepted or not item.written:
        return
    served = "the last accepted text is served" if item.passage else "it is not served yet"
    state = "was edited" if item.passage else "is new"
    fix = f'Run: verbatim accept {entry_id} --by "Your Name".'
    loaded.warnings.append(Problem(problems.file, line_of(item.node), f"a passage {state}; {served}", fix))


def _check_wordings(loaded: Loaded) -> None:
    """One wording cannot stand for two entries, and a wording without a word stands for none."""
    owner: dict[tuple[str, ...], tuple[str, str]] = {}
    for item in loaded.entries:
        file = f"{loaded.shown}/{item.file}"
        for wording in _wordings(item.entry):
            key = words(wording)
            if not key:
                problem = Problem(file, item.line, f"the wording {wording!r} has no word", "Write it in words.")
                loaded.problems.append(problem)
                continue
            entry_id, where = owner.setdefault(key, (item.entry.id, f"{file}:{item.line}"))
            if entry_id != item.entry.id:
                what = f"the wording {wording!r} of {item.entry.id!r} already stands for {entry_id!r} ({where})"
                loaded.problems.append(Problem(file, item.line, what, "Keep it in one of the two."))


def _wordings(entry: Entry) -> Iterator[str]:
    yield entry.question
    yield from entry.aliases
    for passage in entry.passages:
        yield from passage.aliases


# --- the clinic, its notices, the interface, the operating point ------------------------------------------------------


def _read_clinic(loaded: Loaded) -> tuple[Clinic, Fields]:
    root, problems = _read_root(loaded, CLINIC)
    if root is None:
        root = yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark("", 0, 0, 0, None, None))
        problems = Problems(f"{loaded.shown}/{CLINIC}")
        fields = Fields(root, CLINIC_FIELDS, problems, "the clinic")
        return Clinic("", "", "", "", "", "", "en", "", "", ""), fields
    fields = Fields(root, CLINIC_FIELDS, problems, "the clinic")
    facts = {key: fields.text(key) for key in FACTS}
    for key in ("emergency", "crisis_line"):
        facts[key] = fields.filled_text(key)
    clinic = Clinic(
        **facts,
        country=fields.text("country"),
        language=fields.text("language") or "en",
        accent=fields.text("accent"),
        starters=fields.texts("starters"),
    )
    _check_clinic(loaded, clinic, fields)
    loaded.problems.extend(problems.found)
    return clinic, fields


def _check_clinic(loaded: Loaded, clinic: Clinic, fields: Fields) -> None:
    add = fields.problems.add
    if clinic.accent and not _ACCENT.fullmatch(clinic.accent):
        add(fields.line("accent"), f"the accent {clinic.accent!r} is no colour", "Write it as '#2f6f73'.")
    if clinic.web and not clinic.web.startswith(("https://", "http://")):
        add(fields.line("web"), f"the web address {clinic.web!r} is incomplete", "Begin it with https://.")
    for key in FACTS:
        if any(character in getattr(clinic, key) for character in "{}\n\r"):
            add(fields.line(key), f"{key!r} holds a line break or a brace", "Write it on one line, without braces.")
    known = [item.entry.id for item in loaded.entries]
    for starter in clinic.starters:
        if starter not in known:
            add(fields.line("starters"), f"the starter {starter!r} is no entry", f"{did_you_mean(starter, known)}Use an id.")
    if len(clinic.starters) > MOST_STARTERS:
        add(fields.line("starters"), f"{len(clinic.starters)} starters", f"Keep {MOST_STARTERS} at most.")


def _missing_facts(loaded: Loaded, clinic: tuple[Clinic, Fields]) -> Iterator[Problem]:
    facts, fields = clinic
    for key in NEEDED_FACTS:
        if not getattr(facts, key):
            file, line = f"{loaded.shown}/{CLINIC}", fields.line(key)
            yield Problem(file, line, "not ready for patients", f"Set the clinic's {key} in {file}:{line}.")


def _read_notices(loaded: Loaded, clinic: Clinic) -> dict[str, str]:
    texts, problems = _read_texts(loaded, NOTICES, "notice")
    filled = {}
    for key, (node, text) in texts.items():
        for name in _PLACEHOLDER.findall(text):
            if name not in FACTS:
                fix = f"{did_you_mean(name, FACTS)}Use one of {', '.join(FACTS)}."
                problems.add(node, f"the notice {key!r} asks for an unknown fact {{{name}}}", fix)
        filled[key] = _filled(text, clinic)
        if not filled[key] and text and clinic.emergency:
            fix = "Add a sentence on a line of its own that needs no fact."
            problems.add(node, f"every line of the notice {key!r} needs a fact that the clinic has not stated", fix)
    loaded.problems.extend(problems.found)
    return filled


def _filled(text: str, clinic: Clinic) -> str:
    """Return *text* with the clinic's facts in it; a line that needs an unknown fact is left out."""
    lines = (_filled_line(line, clinic) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None).strip()


def _filled_line(line: str, clinic: Clinic) -> str | None:
    facts = {name: str(getattr(clinic, name, "")) for name in _PLACEHOLDER.findall(line)}
    if not all(facts.values()):
        return None
    return _PLACEHOLDER.sub(lambda match: facts[match[1]], line)


def _read_words(loaded: Loaded, language: str) -> dict[str, str]:
    name = f"ui/{language}.yaml"
    if not (TEMPLATES / name).is_file():
        file = f"{loaded.shown}/{CLINIC}"
        known = sorted(path.stem for path in (TEMPLATES / "ui").glob("*.yaml"))
        fix = f"Write one of {', '.join(known)}."
        loaded.problems.append(Problem(file, 1, f"there are no interface words for the language {language!r}", fix))
        return {}
    texts, problems = _read_texts(loaded, name, "interface word")
    loaded.problems.extend(problems.found)
    return {key: text for key, (_, text) in texts.items()}


def _read_texts(loaded: Loaded, name: str, what: str) -> tuple[dict[str, tuple[yaml.Node, str]], Problems]:
    """Return the texts of a file of `id: text`, which has exactly the ids of the template of that name."""
    root, problems = _read_root(loaded, name)
    if root is None:
        return {}, problems
    known = _template_keys(name)
    texts: dict[str, tuple[yaml.Node, str]] = {}
    for key, node in mapping_items(root, "the file", problems):
        if key.value not in known:
            problems.add(key, f"there is no {what} {key.value!r}", f"{did_you_mean(key.value, known)}Remove it.")
            continue
        before = len(problems.found)
        texts[key.value] = (node, scalar_text(node, f"the {what} {key.value!r}", problems))
        if not texts[key.value][1] and len(problems.found) == before:
            problems.add(node, f"the {what} {key.value!r} is empty", "Write its text.")
    for key in known:
        if isinstance(root, yaml.MappingNode) and key not in texts:
            problems.add(root, f"the {what} {key!r} is missing", f"Copy it from the program's templates/{name}.")
    return texts, problems


def _template_keys(name: str) -> tuple[str, ...]:
    root, _ = parse((TEMPLATES / name).read_text(encoding="utf-8"), name)
    return tuple(key.value for key, _ in root.value) if isinstance(root, yaml.MappingNode) else ()


def _read_operating_point(loaded: Loaded) -> OperatingPoint:
    root, problems = _read_root(loaded, OPERATING_POINT, counts=False)
    if root is None:
        return OperatingPoint(1.0, 1.0, 1.0)
    fields = Fields(root, ("answer", "choose", "margin", "knowledge", "measured"), problems, "the operating point")
    point = OperatingPoint(fields.share("answer"), fields.share("choose"), fields.share("margin"), fields.text("knowledge"))
    if point.choose > point.answer:
        fix = "Set 'choose' to at most 'answer'."
        problems.add(fields.line("choose"), f"'choose' {point.choose} is above 'answer' {point.answer}", fix)
    loaded.problems.extend(problems.found)
    return point


def _stale(loaded: Loaded, point: OperatingPoint) -> Problem:
    of = f"the knowledge {point.knowledge[:12]}" if point.knowledge else "no knowledge yet"
    what = f"the operating point is stale: it was measured on {of}"
    return Problem(f"{loaded.shown}/{OPERATING_POINT}", 1, what, "Measure it again: python -m benchmarks.operating_point.")

