"""The file of counts: numbers per day and item in, numbers per day and item out, in SQLite."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from bot.database import Database, Steps
from bot.journal.counting import Item

# its name in the data folder
COUNTS_FILE = "counts.sqlite"
STEPS: Steps = (
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

    def __init__(self, path: Path, *, steps: Steps = STEPS) -> None:
        self.path = path
        self._database = Database(path, steps)

    def add(self, numbers: Numbers) -> None:
        """Add *numbers* to what the file holds, all or nothing; none makes the file ready and adds nothing.

        Raises:
            DataFileError: if the file is not one that this version may write.
            OSError: if it cannot be written just now.
        """
        with self._database.writing() as connection:
            for (day, item), number in sorted(numbers.items()):
                row = insert(COUNTS).values(day=day.isoformat(), what=item.what, name=item.name, number=number)
                added = {"number": COUNTS.c.number + row.excluded.number}
                connection.execute(row.on_conflict_do_update(index_elements=COUNTS.primary_key, set_=added))

    def read(self) -> tuple[DayCount, ...]:
        """Return every count by day, kind of item and name; none where there is no file yet.

        Raises:
            DataFileError: if the file is not one that this version can read.
            OSError: if it cannot be read just now.
        """
        with self._database.reading() as connection:
            if connection is None:
                return ()
            columns = (COUNTS.c.day, COUNTS.c.what, COUNTS.c.name, COUNTS.c.number)
            rows = connection.execute(select(*columns).order_by(*columns[:3])).all()
        return tuple(DayCount(date.fromisoformat(day), Item(what, name), number) for day, what, name, number in rows)
