"""Edits and a knowledge folder in, the folder with them out: all of them or none, and never on top of another's.

Everything is done in a copy and validated there as a whole; only then are the changed files replaced, each at once.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import ChangedError, KnowledgeError, VerbatimError
from bot.knowledge import sources
from bot.knowledge.edits import Edit
from bot.knowledge.history import Change, changes, record, since
from bot.knowledge.loading import load_knowledge
from bot.model import Knowledge, Problem

LOCK = "lock"
LOCK_SECONDS = 60
MOST_CHANGES_TOLD = 5

_EDITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Editor:
    """Who edits, and when: a name on one line and a time with its zone."""

    name: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what is no name.

        Raises:
            VerbatimError: if the name is empty or not printable.
        """
        object.__setattr__(self, "name", " ".join(self.name.split()))
        if not self.name or not self.name.isprintable():
            raise VerbatimError('Say who makes the change: --by "Your Name".')


def proposed(path: Path, edits: Sequence[Edit], editor: Editor) -> Knowledge:
    """Return what the knowledge in *path* would be with *edits*; nothing in *path* is written.

    Raises:
        KnowledgeError: with every problem that the edits would bring, or that is there already.
        VerbatimError: if there is nothing to edit under one of the ids.
    """
    with _copy(path) as copy:
        load_knowledge(copy)
        knowledge = _edited(copy, edits, editor)
        warnings, missing = (
            tuple(_renamed(problem, copy, path) for problem in problems)
            for problems in (knowledge.warnings, knowledge.missing)
        )
        return replace(knowledge, warnings=warnings, missing=missing)


def save(path: Path, edits: Sequence[Edit], editor: Editor, *, base: str, history: Path) -> Change | None:
    """Make *edits* in the knowledge folder *path*, and return the record of it; None where they change nothing.

    *base* is the digest of the knowledge that the editor looked at. What the changed files were before is kept in the
    folder *history*, with name and time.

    Raises:
        ChangedError: if the knowledge is no longer that of *base*; says who changed what.
        KnowledgeError: with every problem that the edits would bring, or that is there already.
        VerbatimError: if there is nothing to edit under one of the ids.
    """
    history.mkdir(parents=True, exist_ok=True)
    with _alone(history), _copy(path) as copy:
        before = load_knowledge(copy).digest
        if before != base:
            raise ChangedError(_told(path, base, history))
        former = _files(copy)
        after = _edited(copy, edits, editor).digest
        new = {name: data for name, data in _files(copy).items() if former.get(name) != data}
        if not new:
            return None
        _require_same(path, former)
        change = Change(
            by=editor.name,
            at=editor.at.astimezone(UTC).isoformat(),
            what=tuple(edit.what for edit in edits),
            before=before,
            after=after,
            files=tuple(new),
            folder=history,
        )
        kept = record(history, change, {name: former[name] for name in new if name in former})
        for name in sorted(new, key=_first_the_sources):
            sources.write_bytes(path / name, new[name])
        return kept


@contextmanager
def _alone(history: Path) -> Iterator[None]:
    """Keep the threads of this program apart, and programs that keep the same history."""
    with _EDITING:
        lock = FileLock(history / LOCK, timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise VerbatimError("Somebody else is saving just now. Try again in a minute.") from None
        try:
            yield
        finally:
            lock.release()


def _edited(copy: Path, edits: Sequence[Edit], editor: Editor) -> Knowledge:
    for edit in edits:
        edit.make(copy, by=editor.name, on=editor.at.astimezone(UTC).date())
    return load_knowledge(copy)


@contextmanager
def _copy(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="verbatim-") as temporary:
        copy = Path(temporary) / "knowledge"
        if path.is_dir():
            shutil.copytree(path, copy, ignore=shutil.ignore_patterns(".*"))
        try:
            # of a folder that is not there, loading says so
            yield copy
        except KnowledgeError as error:
            raise KnowledgeError([_renamed(problem, copy, path) for problem in error.problems]) from None
        except VerbatimError as error:
            raise type(error)(str(error).replace(copy.as_posix(), path.as_posix())) from None


def _renamed(problem: Problem, copy: Path, path: Path) -> Problem:
    texts = (problem.file, problem.what, problem.fix)
    file, what, fix = (text.replace(copy.as_posix(), path.as_posix()) for text in texts)
    return Problem(file, problem.line, what, fix)


def _files(path: Path) -> dict[str, bytes]:
    found = (file for file in path.rglob("*") if file.is_file())
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in sorted(found)}


def _require_same(path: Path, former: Mapping[str, bytes]) -> None:
    """Compare the folder with its copy once more, just before it is written."""
    for name, data in former.items():
        file = path / name
        if not file.is_file() or file.read_bytes() != data:
            raise ChangedError(f"{path.as_posix()}/{name} was changed just now by somebody else. Nothing was saved.")


def _told(path: Path, base: str, history: Path) -> str:
    """Return who changed what since *base*, as far as it is known."""
    made = since(changes(history), base)[-MOST_CHANGES_TOLD:]
    if made:
        told = "\n".join(f"  {change}" for change in made)
    else:
        files = [file for file in path.rglob("*") if file.is_file() and not file.name.startswith(".")]
        newest = max(files, key=lambda file: (file.stat().st_mtime_ns, file.as_posix()))
        at = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
        told = f"  {at:%Y-%m-%d %H:%M} UTC by hand: {path.as_posix()}/{newest.relative_to(path).as_posix()}"
    return f"The knowledge was changed while you edited it:\n{told}\nNothing was saved. Look at it again, then edit."


def _first_the_sources(name: str) -> tuple[int, str]:
    """Order files so that each state on the way can be served: texts, then their lock, then what points into them."""
    return (0 if name.endswith(".txt") else 1 if name == sources.LOCK else 2, name)
