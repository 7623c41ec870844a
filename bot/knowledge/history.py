"""What was changed through the program: who, when, what, and the files as they were before; outside of the knowledge.

One folder a change, named by its time, with `change.json` and the former files beside it. It is only ever added to.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.knowledge.sources import write_bytes, write_whole

HISTORY = Path(".verbatim") / "history"
RECORD = "change.json"
FILES = "before"
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was saved: by whom, when (ISO, UTC), what, the digests around it and the files that it wrote."""

    by: str
    at: str
    what: tuple[str, ...]
    before: str
    after: str
    files: tuple[str, ...]
    folder: Path

    def __str__(self) -> str:
        at = datetime.fromisoformat(self.at)
        return f"{at:%Y-%m-%d %H:%M} UTC by {self.by}: {'; '.join(self.what)}"


def record(history: Path, change: Change, former: Mapping[str, bytes]) -> Change:
    """Keep *change* and the *former* bytes of its files (none of a new file), and return it with its folder."""
    at = datetime.fromisoformat(change.at).astimezone(UTC)
    name = f"{at:%Y%m%dT%H%M%S%f}-{change.before[:SHOWN]}"
    folder = history / name
    for number in range(2, len(former) + 1_000):
        if not folder.exists():
            break
        folder = history / f"{name}-{number}"
    for file, data in former.items():
        write_bytes(folder / FILES / file, data)
    told = {
        "by": change.by,
        "at": change.at,
        "what": list(change.what),
        "before": change.before,
        "after": change.after,
        "files": list(change.files),
    }
    # written last: a change without it was not made
    write_whole(folder / RECORD, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return Change(change.by, change.at, change.what, change.before, change.after, change.files, folder)


def changes(history: Path) -> tuple[Change, ...]:
    """Return every change that is kept in the folder *history*, the oldest first; a record that is broken is none."""
    found = (_read(path) for path in sorted(history.glob(f"*/{RECORD}")))
    return tuple(sorted((one for one in found if one), key=lambda one: (one.at, one.folder.name)))


def since(made: Sequence[Change], digest: str) -> tuple[Change, ...]:
    """Return what of *made* came after the knowledge had that *digest*; () where none of it is known to."""
    places = [place for place, change in enumerate(made) if change.before == digest]
    return tuple(made[places[-1] :]) if places else ()


def _read(path: Path) -> Change | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        texts = [str(told[key]) for key in ("by", "at", "before", "after")]
        datetime.fromisoformat(texts[1])
        what, files = (tuple(map(str, told[key])) for key in ("what", "files"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    by, at, before, after = texts
    return Change(by, at, what, before, after, files, path.parent)
