"""The file of counts: numbers per day and item in, numbers per day and item out, in SQLite.

The file says which version of its tables it holds. An older one is brought up to date; one of a newer program, or of
another one, is left as it is.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import JournalError
from bot.journal.counting import Item

# a file that another program holds is waited for this long; the next attempt comes anyway
LOCKED_SECONDS = 2.0
READ, WRITE = "ro", "rwc"
# what brings a file from the version of its place in the list to the next one; steps are added, never changed
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE counts (
            day TEXT NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (day, what, name)
        ) WITHOUT ROWID""",
    ),
)

COUNTS = Table(
    "counts",
    MetaData(),
    Column("day", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("number", Integer, nullable=False),
)

Numbers = Mapping[tuple[date, Item], int]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often *item* was counted on *day* (UTC)."""

    day: date
    item: Item
    number: int


class CountsFile:
    """The counts in one SQLite file; nothing is opened before it is used, or kept open afterwards."""

    def __init__(self, path: Path, *, steps: Sequence[Sequence[str]] = STEPS) -> None:
        self.path = path
        self._steps = steps

    def add(self, numbers: Numbers) -> None:
        """Add *numbers* to what the file holds, all or nothing; none makes the file ready and adds nothing.

        Raises:
            JournalError: if the file is not one that this version may write.
            OSError: if it cannot be written just now.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open(WRITE) as connection:
            self._update(connection)
            for (day, item), number in sorted(numbers.items()):
                row = insert(COUNTS).values(day=day.isoformat(), what=item.what, name=item.name, number=number)
                added = {"number": COUNTS.c.number + row.excluded.number}
                connection.execute(row.on_conflict_do_update(index_elements=COUNTS.primary_key, set_=added))

    def read(self) -> tuple[DayCount, ...]:
        """Return every count by day, kind of item and name; none where there is no file yet.

        Raises:
            JournalError: if the file is not one that this version can read.
            OSError: if it cannot be read just now.
        """
        if not self.path.exists():
            return ()
        with self._open(READ) as connection:
            if self._version(connection) == 0:
                return ()
            columns = (COUNTS.c.day, COUNTS.c.what, COUNTS.c.name, COUNTS.c.number)
            rows = connection.execute(select(*columns).order_by(*columns[:3])).all()
        return tuple(DayCount(date.fromisoformat(day), Item(what, name), number) for day, what, name, number in rows)

    @contextmanager
    def _open(self, mode: str) -> Iterator[Connection]:
        """Give a connection in one transaction; what SQLite finds wrong is one kind of error with one line of text."""
        engine = _engine(self.path, mode)
        try:
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or type(error).__name__)
            raise OSError(f"{self.path}: {reason}") from None
        finally:
            engine.dispose()

    def _update(self, connection: Connection) -> None:
        version = self._version(connection)
        for step in self._steps[version:]:
            for statement in step:
                connection.exec_driver_sql(statement)
        if version < len(self._steps):
            connection.exec_driver_sql(f"PRAGMA user_version = {len(self._steps):d}")

    def _version(self, connection: Connection) -> int:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version > len(self._steps):
            raise JournalError(
                f"{self.path} was written by a newer Verbatim (version {version} of the file; this one knows "
                f"{len(self._steps)}). It is left as it is. Use the newer Verbatim, or move the file away."
            )
        tables = int(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one())
        if version == 0 and tables:
            raise JournalError(f"{self.path} belongs to another program. It is left as it is. Move the file away.")
        return version


def _engine(path: Path, mode: str) -> Engine:
    # as an address, so that a file is made only by the one who writes; it quotes what a path may hold, such as ? and #
    address = f"{path.absolute().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        # by itself Python's sqlite3 begins no transaction before a CREATE, so a step could be left half done
        return sqlite3.connect(address, timeout=LOCKED_SECONDS, uri=True, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == WRITE else "BEGIN")

    return engine
