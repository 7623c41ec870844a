"""One SQLite file with a version: opened for one piece of work at a time, brought up to date before it is written.

The file says which version of its tables it holds. An older one is brought up to date; one of a newer program, or of
another one, is left as it is. What stands in the tables is somebody else's matter.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import DataFileError

# a file that another program holds is waited for this long
LOCKED_SECONDS = 2.0

Steps = Sequence[Sequence[str]]
_Mode = Literal["ro", "rwc"]


class Database:
    """The tables in one SQLite file; nothing is opened before it is used, or kept open afterwards.

    *steps* bring a file from the version of their place in the list to the next one; steps are added, never changed.
    """

    def __init__(self, path: Path, steps: Steps) -> None:
        self.path = path
        self._steps = steps

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection to the file, made and brought up to date first, in one transaction: all or nothing.

        Raises:
            DataFileError: if the file is not one that this version may write.
            OSError: if it cannot be written just now.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open("rwc") as connection:
            self._update(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Give a connection that can only read, or None where there is no file with tables yet; it makes no file.

        Raises:
            DataFileError: if the file is not one that this version can read.
            OSError: if it cannot be read just now.
        """
        if not self.path.exists():
            yield None
            return
        with self._open("ro") as connection:
            yield connection if self._version(connection) else None

    @contextmanager
    def _open(self, mode: _Mode) -> Iterator[Connection]:
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
            raise DataFileError(
                f"{self.path} was written by a newer Verbatim (version {version} of the file; this one knows "
                f"{len(self._steps)}). It is left as it is. Use the newer Verbatim, or move the file away."
            )
        tables = int(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one())
        if version == 0 and tables:
            raise DataFileError(f"{self.path} belongs to another program. It is left as it is. Move the file away.")
        return version


def _engine(path: Path, mode: _Mode) -> Engine:
    # as an address, so that a file is made only by the one who writes; it quotes what a path may hold, such as ? and #
    address = f"{path.absolute().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        # by itself Python's sqlite3 begins no transaction before a CREATE, so a step could be left half done
        return sqlite3.connect(address, timeout=LOCKED_SECONDS, uri=True, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "rwc" else "BEGIN")

    return engine
