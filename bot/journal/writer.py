"""Writes counts from a thread of its own: adding one is a sum in memory, and no trouble with the file reaches a reply.

What could not be written is kept and tried again later, up to a bound; a file that may not be written ends counting.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from bot.errors import DataFileError
from bot.journal.counting import Item
from bot.journal.store import CountsFile

MOST_WAITING = 10_000
PAUSE_SECONDS = 1.0
RETRY_SECONDS = 60.0
CLOSE_SECONDS = 5.0

Add = Callable[[date, Iterable[Item]], None]

logger = logging.getLogger(__name__)


class Writer:
    """Adds items to *file*; used as a context, at whose end what waits is written."""

    def __init__(self, file: CountsFile, *, pause: float = PAUSE_SECONDS, retry: float = RETRY_SECONDS) -> None:
        """Wait *pause* seconds between two writes, and *retry* seconds after one that failed."""
        self._file = file
        self._pause, self._retry = pause, retry
        self._lock = Lock()
        self._waiting: Counter[tuple[date, Item]] = Counter()
        self._wake, self._closing = Event(), Event()
        self._told = False
        self._thread = Thread(target=self._run, name="verbatim-journal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._wake.set()
        self._thread.join(CLOSE_SECONDS)

    def add(self, day: date, items: Iterable[Item]) -> None:
        """Count each of *items* once on *day*, the UTC date; returns before anything is written."""
        with self._lock:
            for item in items:
                if len(self._waiting) < MOST_WAITING or (day, item) in self._waiting:
                    self._waiting[day, item] += 1
        self._wake.set()

    def _run(self) -> None:
        # before the first reply, so that a file that cannot be used is told of at the start
        written = self._write()
        while not self._closing.wait(self._pause if written else self._retry):
            self._wake.wait()
            self._wake.clear()
            written = self._write()
        self._write()

    def _write(self) -> bool:
        """Write what waits; tell whether that went well."""
        with self._lock:
            numbers, self._waiting = self._waiting, Counter()
        try:
            self._file.add(numbers)
        except DataFileError as error:
            self._tell("%s Nothing is counted until then.", error)
            return False
        except OSError as error:
            self._tell("Nothing is counted just now: %s. Let the server write there. Replies go on.", error)
            with self._lock:
                self._waiting.update(numbers)
            return False
        self._told = False
        return True

    def _tell(self, message: str, error: Exception) -> None:
        """Log the first of several failures."""
        if not self._told:
            logger.warning(message, error)
        self._told = True
