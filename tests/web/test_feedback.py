"""Counting in the server: each reply by its ids, feedback for what was given out; the reply never depends on it."""

import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from bot.journal import CountsFile, Item, Writer
from bot.model import Reply
from bot.web.feedback import KEPT_SECONDS, Receipts, parse_feedback
from bot.web.settings import Settings
from tests.web.book import BookBot, serving
from tests.web.test_api import assert_refused
from tests.web.test_gate import message, send

ALPHA = "What is alpha?"
REPLY = (Item("kind", "answer"), Item("level", "none"), Item("entry", "alpha"))


class Counts:
    """Keeps what is added, by day and item."""

    def __init__(self) -> None:
        self.added: list[Item] = []
        self.days: set[date] = set()

    def add(self, day: date, items: Iterable[Item]) -> None:
        self.days.add(day)
        self.added += items


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def counted(counts: Counts) -> Iterator[httpx.Client]:
    with serving(BookBot(), add=counts.add) as address, httpx.Client(base_url=address, timeout=10) as client:
        yield client


def say(client: httpx.Client, receipt: object, helpful: object) -> httpx.Response:
    return client.post("/api/feedback", json={"receipt": receipt, "helpful": helpful})


def test_a_reply_is_counted_wherever_it_is_given(counted: httpx.Client, counts: Counts) -> None:
    before = datetime.now(UTC).date()
    counted.post("/api/ask", json={"question": ALPHA})
    assert tuple(counts.added) == REPLY
    send(counted, message(event_data={"question": ALPHA, "turn": 1}))
    assert tuple(counts.added) == 2 * REPLY
    counted.post("/faq", data={"question": ALPHA})
    assert tuple(counts.added) == 3 * REPLY
    assert counts.days <= {before, datetime.now(UTC).date()}


def test_levels_and_rules_are_counted_by_id(counted: httpx.Client, counts: Counts) -> None:
    counted.post("/api/ask", json={"question": "hurt"})
    assert counts.added == [Item("kind", "notice"), Item("level", "crisis"), Item("rule", "r")]


def test_no_reply_is_no_count(counted: httpx.Client, counts: Counts) -> None:
    counted.post("/api/ask", json={"question": "fail"})
    counted.post("/api/ask", content=b"{")
    counted.post("/faq", data={"question": "fail"})
    counted.get("/faq")
    counted.get("/")
    assert counts.added == []


@pytest.mark.parametrize("item", [Item("helpful", "alpha"), Item("not-helpful", "alpha")])
def test_feedback_counts_the_entries_of_the_reply(counted: httpx.Client, counts: Counts, item: Item) -> None:
    receipt = counted.post("/api/ask", json={"question": ALPHA}).json()["receipt"]
    counts.added.clear()
    response = say(counted, receipt, item.what == "helpful")
    assert (response.status_code, response.content) == (204, b"")
    assert counts.added == [item]


def test_feedback_counts_once_for_each_time_that_a_reply_was_given(counted: httpx.Client, counts: Counts) -> None:
    for _ in range(2):
        receipt = counted.post("/api/ask", json={"question": ALPHA}).json()["receipt"]
    counts.added.clear()
    assert [say(counted, receipt, helpful=True).status_code for _ in range(5)] == [204] * 5
    assert counts.added == [Item("helpful", "alpha")] * 2


def test_feedback_on_what_was_not_given_out_is_not_counted(counted: httpx.Client, counts: Counts) -> None:
    assert say(counted, "receipt", helpful=True).status_code == 204
    counted.post("/api/ask", json={"question": "choose"})
    counts.added.clear()
    assert say(counted, "receipt", helpful=True).status_code == 204
    assert say(counted, "x" * 60_000, helpful=True).status_code == 204
    assert counts.added == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"receipt": "r"}',
        b'{"helpful": true}',
        b'{"receipt": 1, "helpful": true}',
        b'{"receipt": null, "helpful": true}',
        b'{"receipt": "r", "helpful": 1}',
        b'{"receipt": "r", "helpful": "yes"}',
        b'{"receipt": "r", "helpful": null}',
        b'{"receipt": "\xff", "helpful": true}',
        b"[" * 30_000,
    ],
)
def test_malformed_feedback_is_400(counted: httpx.Client, counts: Counts, body: bytes) -> None:
    assert_refused(counted.post("/api/feedback", content=body), 400, "bad_request")
    assert counts.added == []


def test_feedback_has_the_limits_of_the_api(counted: httpx.Client) -> None:
    large = json.dumps({"receipt": "x" * 65_536, "helpful": True}).encode()
    assert_refused(counted.post("/api/feedback", content=large), 413, "too_large")
    assert_refused(counted.get("/api/feedback"), 404, "not_found")
    with serving(BookBot(), Settings(port=0, rate_burst=1, rate_per_minute=1)) as address:
        answers = [httpx.post(f"{address}/api/feedback", json={"receipt": "r", "helpful": True}) for _ in range(2)]
    assert answers[0].status_code == 204
    assert_refused(answers[1], 429, "too_many")


def test_a_request_may_say_more_than_is_read() -> None:
    assert parse_feedback(b'{"receipt": "r", "helpful": false, "text": "secret"}') == ("r", False)


# what the server remembers


def given(receipt: str) -> Reply:
    return replace(BookBot().ask(ALPHA), receipt=receipt)


def test_a_receipt_is_known_for_an_hour() -> None:
    receipts = Receipts()
    receipts.give(given("a"), 0.0)
    receipts.give(given("b"), 0.0)
    assert receipts.take("a", KEPT_SECONDS) == ("alpha",)
    assert receipts.take("b", KEPT_SECONDS + 0.1) == ()
    receipts.give(given("c"), KEPT_SECONDS + 0.1)
    assert len(receipts) == 1


def test_allowances_of_an_earlier_hour_are_gone() -> None:
    receipts = Receipts()
    receipts.give(given("a"), 0.0)
    receipts.give(given("a"), KEPT_SECONDS + 1)
    assert [receipts.take("a", KEPT_SECONDS + 1) for _ in range(2)] == [("alpha",), ()]


def test_the_memory_is_bounded_and_the_least_recent_are_forgotten() -> None:
    receipts = Receipts(most=3)
    for now, receipt in enumerate("abcade"):
        receipts.give(given(receipt), float(now))
    assert len(receipts) == 3
    known = [receipt for receipt in "abcde" if receipts.take(receipt, 6.0)]
    assert known == ["a", "d", "e"]


def test_a_reply_without_passages_is_not_remembered() -> None:
    receipts = Receipts()
    receipts.give(BookBot().ask("choose"), 0.0)
    assert len(receipts) == 0


# a journal out of order


def raise_always(_day: date, _items: Iterable[Item]) -> None:
    raise RuntimeError("a journal out of order")


def test_a_journal_that_raises_breaks_no_reply(caplog: pytest.LogCaptureFixture) -> None:
    bot = BookBot()
    with serving(bot, add=raise_always) as address:
        assert httpx.post(f"{address}/api/ask", json={"question": ALPHA}).json() == bot.ask(ALPHA).to_dict()
        assert httpx.post(f"{address}/faq", data={"question": ALPHA}).status_code == 200
        assert httpx.post(f"{address}/api/feedback", json={"receipt": "receipt", "helpful": True}).status_code == 204
        with httpx.Client(base_url=address) as client:
            painted = send(client, message(event_data={"question": ALPHA, "turn": 1}))
        assert 'data-kind="answer"' in painted.json()["data"][1]["html"]
    assert "out of order" not in caplog.text


@pytest.mark.parametrize("damage", ["broken", "locked", "unwritable"])
def test_a_file_out_of_order_breaks_no_reply(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    path = tmp_path / "data" / "counts.sqlite"
    holder = sqlite3.connect(tmp_path / "free.sqlite", isolation_level=None)
    if damage == "unwritable":
        # nobody, not even root, can make a folder inside of a file
        path.parent.touch()
    else:
        path.parent.mkdir()
        holder.close()
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN EXCLUSIVE")
    if damage == "broken":
        path.write_bytes(b"no database " * 1000)
    bot = BookBot()
    with Writer(CountsFile(path)) as writer, serving(bot, add=writer.add) as address:
        for _ in range(3):
            assert httpx.post(f"{address}/api/ask", json={"question": ALPHA}).json() == bot.ask(ALPHA).to_dict()
        assert httpx.post(f"{address}/api/feedback", json={"receipt": "receipt", "helpful": True}).status_code == 204
    holder.close()
    assert sum("Replies go on." in record.message for record in caplog.records) == 1


def test_the_server_writes_what_it_counts_into_the_data_folder(tmp_path: Path) -> None:
    path = tmp_path / "data" / "counts.sqlite"
    with Writer(CountsFile(path)) as writer, serving(BookBot(), add=writer.add) as address:
        for question in (ALPHA, ALPHA, "choose"):
            httpx.post(f"{address}/api/ask", json={"question": question})
        httpx.post(f"{address}/api/feedback", json={"receipt": "receipt", "helpful": True})
    numbers = Counter({(count.item.what, count.item.name): count.number for count in CountsFile(path).read()})
    assert numbers == {
        ("kind", "answer"): 2,
        ("kind", "choose"): 1,
        ("level", "none"): 3,
        ("entry", "alpha"): 2,
        ("helpful", "alpha"): 1,
    }
