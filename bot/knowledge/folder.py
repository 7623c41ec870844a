"""The files of a knowledge folder in, their bytes, characters and YAML roots out; problems are collected."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.knowledge import sources
from bot.knowledge.fields import Problems
from bot.knowledge.strict_yaml import parse
from bot.model import Problem

TEMPLATES = Path(__file__).parent.parent / "templates"
CLINIC = "clinic.yaml"
NOTICES = "notices.yaml"
ALIASES = "aliases.yaml"
GAPS = "gaps.yaml"
SMALL_TALK = "small-talk.yaml"
OPERATING_POINT = "operating-point.yaml"
COVERAGE = "coverage"
BARS = f"{COVERAGE}/bars.yaml"
BANK = "bank"
WORDS = "ui/{}.yaml"
RESERVED = frozenset({CLINIC, NOTICES, ALIASES, GAPS, SMALL_TALK, OPERATING_POINT})
ENGLISH = "en"
# the ready-made files whose texts are in a language; in another than English they stand as `notices.es.yaml`
WORDED = frozenset({NOTICES, GAPS, SMALL_TALK})


def languages() -> tuple[str, ...]:
    """Return the languages that there are interface words for."""
    return tuple(sorted(path.stem for path in (TEMPLATES / WORDS.format("")).parent.glob("*.yaml")))


def template_path(name: str, language: str) -> Path:
    """Return where the ready-made file *name* of a knowledge in that language stands."""
    own = name.replace(".yaml", f".{language}.yaml") if name in WORDED and language != ENGLISH else name
    return TEMPLATES / own


def ready_made(language: str) -> tuple[str, ...]:
    """Return the names of the files that a new knowledge in that language gets; topics are written in English only."""
    names = (CLINIC, GAPS, NOTICES, OPERATING_POINT, SMALL_TALK, WORDS.format(language))
    return tuple(name for name in names if template_path(name, language).is_file())


@dataclass(slots=True)
class Folder:
    """What was read of a knowledge folder so far.

    `shown` is the folder as messages name it; `files` are the bytes that the digest is over; `texts` are the accepted
    characters of each source file, and `locked` what was accepted of it. `unread` are the files that were reported as
    unusable, so that what points into them is not reported as well.
    """

    path: Path
    shown: str
    files: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    locked: dict[str, sources.Accepted] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def name_of(self, name: str) -> str:
        """Return a file of the folder as messages name it."""
        return f"{self.shown}/{name}"


def read_root(folder: Folder, name: str, *, counts: bool = True) -> tuple[yaml.Node | None, Problems]:
    """Return the root node of a YAML file, and a collector under its shown name; a file that `counts` is digested."""
    shown = folder.name_of(name)
    data, text, problem = sources.read_text(folder.path / name, shown)
    if problem and (TEMPLATES / name).is_file() and not (folder.path / name).exists():
        problem = Problem(shown, 1, problem.what, f"Copy it from the program's bot/templates/{name}.")
    if problem:
        folder.problems.append(problem)
        folder.unread.add(name)
        return None, Problems(shown)
    if counts:
        folder.files[name] = data
    root, problems = parse(text, shown)
    folder.problems.extend(problems)
    if root is None:
        folder.unread.add(name)
    return root, Problems(shown)


def read_sources(folder: Folder) -> None:
    """Read every source file in the lock; one that was changed after it was accepted is a problem."""
    locked, problems = sources.read_lock(folder.path, folder.shown)
    folder.problems.extend(problems)
    if problems:
        folder.unread.add(sources.LOCK)
    for name, (accepted, line) in locked.items():
        shown = folder.name_of(name)
        if not sources.is_source_name(name):
            fix = "Name a .txt file below sources/."
            folder.problems.append(Problem(f"{folder.shown}/{sources.LOCK}", line, f"{name!r} is no source file", fix))
            continue
        data, problem = sources.read_bytes(folder.path / name, shown)
        if not problem and sources.changed_under_lock(data, accepted):
            fix = "Restore the file as it was imported; to change an answer, edit its YAML and run verbatim accept."
            problem = Problem(shown, 1, "the source file was changed after it was accepted", fix)
        text = ""
        if not problem:
            text, problem = sources.decode(data[: accepted.size], shown)
        if problem:
            folder.problems.append(problem)
            folder.unread.add(name)
            continue
        folder.files[name], folder.texts[name], folder.locked[name] = data[: accepted.size], text, accepted
