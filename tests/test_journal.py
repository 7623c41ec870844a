"""The journal: ids and numbers per day, off the reply path; no trouble with its file is the patient's."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DataFileError
from bot.journal import CountsFile, DayCount, Item, Writer, count_feedback, count_reply
from bot.journal import writer as writing
from bot.journal.store import STEPS
from bot.model import Disclaimer, Passage, Reply, Safety, Shown, Source, Suggestion

MONDAY, TUESDAY = date(2031, 3, 3), date(2031, 3, 4)
TYPED = "what a patient typed"
ANSWER, CHOICE = Item("kind", "answer"), Item("kind", "choose")


def reply_of(*entry_ids: str) -> Reply:
    """Return a reply in which every text is what a patient typed."""
    source = Source("sources/x.txt", 0, 1, "0" * 64)
    shown = [Shown(Passage(f"{e}#{n}", e, TYPED, source), TYPED, "source", n, 0.9) for n, e in enumerate(entry_ids)]
    return Reply(
        version="0",
        knowledge="digest",
        receipt="receipt",
        language="en",
        question=TYPED,
        kind="answer",
        disclaimer=Disclaimer(TYPED),
        safety=Safety("support", ("rule-1", "rule-2", "rule-1")),
        passages=tuple(shown),
        context=Suggestion("earlier", TYPED),
    )


def test_a_reply_counts_its_ids_once_each() -> None:
    assert count_reply(reply_of("alpha", "beta", "alpha")) == (
        Item("kind", "answer"),
        Item("level", "support"),
        Item("rule", "rule-1"),
        Item("rule", "rule-2"),
        Item("entry", "alpha"),
        Item("entry", "beta"),
    )


def test_a_reply_without_passages_counts_no_entry() -> None:
    reply = replace(reply_of(), kind="no_answer", safety=Safety())
    assert count_reply(reply) == (Item("kind", "no_answer"), Item("level", "none"))


def test_feedback_counts_the_entries_once_each() -> None:
    assert count_feedback(["alpha", "beta", "alpha"], helpful=True) == (
        Item("helpful", "alpha"),
        Item("helpful", "beta"),
    )
    assert count_feedback(["alpha"], helpful=False) == (Item("not-helpful", "alpha"),)


def test_what_was_added_is_read_back(tmp_path: Path) -> None:
    file = CountsFile(tmp_path / "new" / "counts.sqlite")
    assert file.read() == ()
    file.add({(TUESDAY, ANSWER): 2, (MONDAY, ANSWER): 1})
    file.add({(TUESDAY, ANSWER): 3, (TUESDAY, CHOICE): 1})
    assert file.read() == (DayCount(MONDAY, ANSWER, 1), DayCount(TUESDAY, ANSWER, 5), DayCount(TUESDAY, CHOICE, 1))


def test_reading_makes_no_file(tmp_path: Path) -> None:
    assert CountsFile(tmp_path / "none.sqlite").read() == ()
    assert list(tmp_path.iterdir()) == []


NUMBERS = st.dictionaries(
    st.tuples(st.dates(), st.builds(Item, st.sampled_from(["kind", "entry"]), st.text("ab-'\"%?;é", max_size=4))),
    st.integers(1, 10**9),
    max_size=4,
)


@given(st.lists(NUMBERS, max_size=3))
def test_any_numbers_round_trip(
    tmp_path_factory: pytest.TempPathFactory, added: list[dict[tuple[date, Item], int]]
) -> None:
    file = CountsFile(tmp_path_factory.mktemp("counts") / "counts?mode=ro#%20.sqlite")
    total: dict[tuple[date, Item], int] = {}
    for numbers in added:
        file.add(numbers)
        total = {key: total.get(key, 0) + numbers.get(key, 0) for key in total | numbers}
    assert {(count.day, count.item): count.number for count in file.read()} == total


def test_nothing_but_days_ids_and_numbers_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    with Writer(CountsFile(path)) as writer:
        writer.add(MONDAY, count_reply(reply_of("alpha")))
        writer.add(MONDAY, count_feedback(["alpha"], helpful=True))
    with rows_of(path) as rows:
        assert rows("SELECT * FROM counts ORDER BY what, name") == [
            ("2031-03-03", "entry", "alpha", 1),
            ("2031-03-03", "helpful", "alpha", 1),
            ("2031-03-03", "kind", "answer", 1),
            ("2031-03-03", "level", "support", 1),
            ("2031-03-03", "rule", "rule-1", 1),
            ("2031-03-03", "rule", "rule-2", 1),
        ]
        assert rows("SELECT name FROM sqlite_master WHERE type = 'table'") == [("counts",)]
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for kept_out in (TYPED, "receipt", "digest", "earlier"):
        assert kept_out.encode() not in stored


@contextmanager
def rows_of(path: Path) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    connection = sqlite3.connect(path)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


def test_two_servers_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    with Writer(CountsFile(path)) as one, Writer(CountsFile(path)) as other:
        for writer in (one, other, other):
            writer.add(MONDAY, [ANSWER])
    assert CountsFile(path).read() == (DayCount(MONDAY, ANSWER, 3),)


# the file's versions


def version_of(path: Path) -> object:
    with rows_of(path) as rows:
        return rows("PRAGMA user_version")[0][0]


def test_a_file_says_its_version(tmp_path: Path) -> None:
    file = CountsFile(tmp_path / "counts.sqlite")
    file.add({})
    assert version_of(file.path) == len(STEPS) == 1


def test_an_older_file_is_brought_up_to_date_and_keeps_its_counts(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    CountsFile(path).add({(MONDAY, ANSWER): 1})
    later = CountsFile(path, steps=(*STEPS, ("ALTER TABLE counts ADD COLUMN more TEXT",)))
    later.add({(MONDAY, ANSWER): 1})
    assert (version_of(path), later.read()) == (2, (DayCount(MONDAY, ANSWER, 2),))


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    CountsFile(path).add({(MONDAY, ANSWER): 1})
    before = path.read_bytes()
    with pytest.raises(OSError, match="syntax error"):
        CountsFile(path, steps=(*STEPS, ("CREATE TABLE other (x)", "nonsense"))).add({})
    assert path.read_bytes() == before


def test_a_newer_file_is_left_alone_with_a_clear_message(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "counts.sqlite"
    CountsFile(path, steps=(*STEPS, ("CREATE TABLE other (x)",))).add({(MONDAY, ANSWER): 1})
    before = path.read_bytes()
    told = r"counts\.sqlite was written by a newer Verbatim \(version 2 .*move the file away\."
    with pytest.raises(DataFileError, match=told):
        CountsFile(path).read()
    with Writer(CountsFile(path)) as writer:
        writer.add(MONDAY, [ANSWER])
    assert path.read_bytes() == before
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "written by a newer Verbatim" in caplog.text


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE counts (theirs)")
    connection.close()
    before = path.read_bytes()
    for use in (CountsFile(path).read, lambda: CountsFile(path).add({(MONDAY, ANSWER): 1})):
        with pytest.raises(DataFileError, match="belongs to another program"):
            use()
    assert path.read_bytes() == before


# a file that cannot be written


def broken(folder: Path) -> Path:
    path = folder / "counts.sqlite"
    path.write_bytes(b"this is no database" * 100)
    return path


def in_a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "counts.sqlite"


def a_folder(folder: Path) -> Path:
    path = folder / "counts.sqlite"
    path.mkdir()
    return path


@pytest.mark.parametrize("place", [broken, in_a_file, a_folder])
def test_a_file_that_cannot_be_used_is_told_of_once_and_raises_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, place: Callable[[Path], Path]
) -> None:
    path = place(tmp_path)
    before = path.read_bytes() if path.is_file() else None
    with Writer(CountsFile(path), pause=0, retry=0) as writer:
        for _ in range(3):
            writer.add(MONDAY, [ANSWER])
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Replies go on." in caplog.text
    assert str(tmp_path) in caplog.text
    assert (path.read_bytes() if path.is_file() else None) == before


class Fragile:
    """A file that is out of order until it is mended, and holds whoever writes to it while it is held."""

    def __init__(self) -> None:
        self.working, self.tried, self.released = False, Event(), Event()
        self.released.set()
        self.numbers: dict[tuple[date, Item], int] = {}

    def add(self, numbers: dict[tuple[date, Item], int]) -> None:
        self.tried.set()
        self.released.wait(10)
        if not self.working:
            raise OSError("out of order")
        for key, number in numbers.items():
            self.numbers[key] = self.numbers.get(key, 0) + number


def writer_on(file: object, **options: float) -> Writer:
    return Writer(file, **options)  # type: ignore[arg-type]  # it adds as a file does


def test_what_could_not_be_written_is_written_later() -> None:
    file = Fragile()
    with writer_on(file, pause=0, retry=0) as writer:
        writer.add(MONDAY, [ANSWER, CHOICE])
        assert file.tried.wait(10)
        file.working = True
        writer.add(MONDAY, [ANSWER])
    assert file.numbers == {(MONDAY, ANSWER): 2, (MONDAY, CHOICE): 1}


def test_adding_never_waits_for_the_file() -> None:
    file = Fragile()
    file.working = True
    file.released.clear()
    with writer_on(file, pause=0) as writer:
        assert file.tried.wait(10)
        begun = monotonic()
        for _ in range(1000):
            writer.add(MONDAY, [ANSWER])
        # the file is held all along: had one of them waited, it would have waited ten seconds
        assert monotonic() - begun < 5
        file.released.set()
    assert file.numbers == {(MONDAY, ANSWER): 1000}


def test_a_locked_file_is_written_once_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    CountsFile(path).add({})
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OSError, match="database is locked"):
        CountsFile(path).add({(MONDAY, ANSWER): 1})
    with Writer(CountsFile(path), pause=0, retry=0) as writer:
        writer.add(MONDAY, [ANSWER])
        holder.execute("ROLLBACK")
        holder.close()
    assert CountsFile(path).read() == (DayCount(MONDAY, ANSWER, 1),)


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 3)
    file = Fragile()
    file.working = True
    writer = writer_on(file)
    for number in range(9):
        writer.add(MONDAY, [Item("entry", str(number)), Item("entry", "0")])
    with writer:
        pass
    assert {item.name: number for (_, item), number in file.numbers.items()} == {"0": 10, "1": 1, "2": 1}


def test_adding_from_many_threads_loses_nothing() -> None:
    file = Fragile()
    file.working = True

    def add(items: Iterable[Item]) -> None:
        for _ in range(200):
            writer.add(MONDAY, items)

    with writer_on(file, pause=0) as writer:
        threads = [Thread(target=add, args=([ANSWER, CHOICE],)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert file.numbers == {(MONDAY, ANSWER): 1600, (MONDAY, CHOICE): 1600}
