"""A knowledge folder that staff edit in, what serves it out: made anew after each change, from a good knowledge only.

Looks at names, sizes and times of the files, which costs next to nothing. Half a change is never taken: the folder must
be still for one look before it is read, and be the same after reading. What cannot be used is told, and nothing else
happens.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge import load_knowledge
from bot.model import Knowledge

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int, int], ...]


class Reloader(Generic[T]):
    """Looks at a folder when it is told to. `problems` is why its present state is not served, () where it is."""

    def __init__(self, folder: Path, make: Callable[[Knowledge], T]) -> None:
        """Watch *folder*; *make* turns a good knowledge into what serves it, aside from what serves meanwhile."""
        self.problems: tuple[str, ...] = ()
        self._folder = folder
        self._make = make
        self._seen: Stamp | None = None
        self._tried: Stamp | None = None
        self._made: Knowledge | None = None

    def look(self) -> T | None:
        """Look once; return what serves the folder's knowledge if that changed and is good, else None.

        The first good knowledge counts as changed, since nobody knows what was served before.
        """
        stamp = _stamp(self._folder)
        is_still, self._seen = stamp == self._seen, stamp
        if not is_still or stamp == self._tried:
            return None
        made, problems = self._tried_to_make()
        if _stamp(self._folder) != stamp:
            return None
        self._tried, self.problems = stamp, problems
        if made is None:
            return None
        self._made, served = made
        return served

    def _tried_to_make(self) -> tuple[tuple[Knowledge, T] | None, tuple[str, ...]]:
        try:
            knowledge = load_knowledge(self._folder)
            made = (knowledge, self._make(knowledge)) if knowledge != self._made else None
        except KnowledgeError as error:
            return None, tuple(str(problem) for problem in error.problems)
        except (VerbatimError, OSError) as error:
            return None, (f"{self._folder.as_posix()}:1: the knowledge cannot be read ({error}). Look at the folder.",)
        except Exception as error:  # noqa: BLE001 - whatever failed, the last good knowledge must go on serving
            what = f"the knowledge cannot be prepared ({type(error).__name__})"
            return None, (f"{self._folder.as_posix()}:1: {what}. Undo the last change, and report this.",)
        return made, ()


def _stamp(folder: Path) -> Stamp:
    """Return name, size, time and number of each file; one that comes or goes meanwhile makes the next look differ."""
    found = []
    try:
        for path in folder.rglob("*"):
            if any(part.startswith(".") for part in path.relative_to(folder).parts):
                continue
            told = path.stat()
            found.append((path.as_posix(), told.st_size, told.st_mtime_ns, told.st_ino))
    except OSError:
        found.append(("", 0, 0, 0))
    return tuple(sorted(found))
