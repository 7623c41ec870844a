"""The clinic's text files in, their characters and proof of their bytes out. Knows nothing of entries.

`sources/lock.yaml` records how many bytes of each file were accepted, and their sha256. Text that changed under a
span would otherwise be served as the clinic's own; so a file that does not begin with its accepted bytes is an error.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from bot.knowledge.fields import Fields, Problems, mapping_items
from bot.knowledge.strict_yaml import parse
from bot.model import Problem, Source, Span

FOLDER = "sources"
LOCK = "sources/lock.yaml"
CLINIC_FILE = "sources/clinic.txt"
MAX_BYTES = 1_000_000

_LOCK_HEAD = (
    "# Written by `verbatim import` and `verbatim accept`: how much of each source file was accepted. Do not edit.\n"
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The number of bytes of a source file that were accepted, and their sha256 (hex)."""

    size: int
    sha256: str


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 (FIPS 180-4) of *data* in hex."""
    return hashlib.sha256(data).hexdigest()


def accepted(data: bytes) -> Accepted:
    """Return what the lock records of a file with these bytes."""
    return Accepted(len(data), sha256_hex(data))


def sourced(span: Span, text: str) -> Source:
    """Return the source of *text*, the slice of the span."""
    return Source(span.file, span.start, span.end, sha256_hex(text.encode()))


def read_bytes(path: Path, name: str) -> tuple[bytes, Problem | None]:
    """Return the bytes of a file and None, or b"" and why it cannot be used, reported under *name*."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return b"", Problem(name, 1, f"the file is over {MAX_BYTES:,} bytes", "Split it into smaller files.")
        return path.read_bytes(), None
    except FileNotFoundError:
        return b"", Problem(name, 1, "the file is missing", "Put it back from a backup.")
    except OSError as error:
        return b"", Problem(name, 1, f"the file cannot be read ({error.strerror})", "Check its permissions.")


def decode(data: bytes, name: str) -> tuple[str, Problem | None]:
    """Return the characters of UTF-8 *data*, line ends as they are, or "" and a problem with its line."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {error.start} is not UTF-8 text"
        return "", Problem(name, line, what, "Save the file as UTF-8 (in most editors: 'Save with encoding').")


def read_text(path: Path, name: str) -> tuple[bytes, str, Problem | None]:
    """Return the bytes and the characters of a UTF-8 file and None, or empty ones and why it cannot be used."""
    data, problem = read_bytes(path, name)
    if problem:
        return b"", "", problem
    text, problem = decode(data, name)
    return data, text, problem


def is_source_name(name: str) -> bool:
    """Tell whether *name* is a plain text file below the sources folder, reached without `..` or an absolute path."""
    path = PurePosixPath(name)
    return (
        path.parts[:1] == (FOLDER,)
        and len(path.parts) > 1
        and ".." not in path.parts
        and "\\" not in name
        and name.isprintable()
        and path.suffix == ".txt"
    )


def read_lock(folder: Path, shown: str) -> tuple[dict[str, tuple[Accepted, int]], tuple[Problem, ...]]:
    """Return what was accepted of each source file, with its line in the lock, and the problems of the lock."""
    name = f"{shown}/{LOCK}"
    _, text, problem = read_text(folder / LOCK, name)
    if problem:
        return {}, (problem,)
    root, found = parse(text, name)
    if root is None:
        return {}, found
    problems = Problems(name)
    files = mapping_items(root, "the lock", problems)
    locked = {name: (_accepted(node, problems), line) for name, line, node in files}
    return {} if problems.found else locked, tuple(problems.found)


def write_lock(folder: Path, locked: Mapping[str, Accepted]) -> None:
    """Write the lock, files in order of their names."""
    lines = [f"{_quoted(name)}: {{bytes: {a.size}, sha256: '{a.sha256}'}}\n" for name, a in sorted(locked.items())]
    write_whole(folder / LOCK, _LOCK_HEAD + "".join(lines))


def changed_under_lock(data: bytes, locked: Accepted) -> bool:
    """Tell whether a file no longer begins with the bytes that were accepted."""
    return accepted(data[: locked.size]) != locked


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old text or the new one, never a half; line ends stay as given."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole: what it held before, or all of *data*, whenever anybody looks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _accepted(node: yaml.Node, problems: Problems) -> Accepted:
    fields = Fields(node, ("bytes", "sha256"), problems, "a file in the lock")
    return Accepted(fields.whole("bytes"), fields.filled_text("sha256"))


def _quoted(name: str) -> str:
    return yaml.dump(name, default_style='"', width=10_000, allow_unicode=True).strip()
