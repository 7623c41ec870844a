"""The knowledge changes under a running server: every reply is of one good version, and what is broken is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.bot import Bot
from bot.knowledge import Editor, SetPassage, load_knowledge, save
from bot.reloading import Reloader
from bot.web.live import Live, Version, look, watching
from tests.knowledge.made_up import make_small
from tests.web.book import serving, wait_until

CLIENTS = 20
QUESTION = "When are you open?"
EDITOR = Editor("Ann", datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_small(tmp_path)


@pytest.fixture
def live(folder: Path) -> Live:
    return Live(Bot.load(folder, semantic=False, cache=None))


def reloader_of(folder: Path, live: Live) -> Reloader[Version]:
    return Reloader(folder, lambda knowledge: Version.of(live.bot.with_knowledge(knowledge)))


def settle(live: Live, reloader: Reloader[Version]) -> None:
    look(live, reloader)
    look(live, reloader)


def open_until(folder: Path, hour: int) -> tuple[str, str]:
    """Give the first answer another text, as staff do; return the knowledge's digest and the text."""
    text = f"We are open until {hour} o'clock."
    base = load_knowledge(folder).digest
    change = save(folder, [SetPassage("when-open#0", text)], EDITOR, base=base, history=folder.parent / "history")
    assert change is not None
    return change.after, text


def put(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def cut(name: str, size: int) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:size])


def change(name: str, old: bytes, new: bytes) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        content = (folder / name).read_bytes()
        assert old in content
        (folder / name).write_bytes(content.replace(old, new, 1))

    return apply


# ten kinds of broken knowledge, each with the file that is told
BREAKS: tuple[tuple[Callable[[Path], object], str], ...] = (
    (cut("visits.yaml", 700), "visits.yaml:"),
    (put("gaps.yaml", b""), "gaps.yaml:1: the file is empty"),
    (put("notices.yaml", b"thanks: caf\xe9\n"), "notices.yaml:1: byte 11 is not UTF-8"),
    (change("visits.yaml", b"    tags:", b"\ttags:"), "visits.yaml:"),
    (change("visits.yaml", b"can-bring-friend", b"when-open"), "visits.yaml:"),
    (change("clinic.yaml", b"phone:", b"fone:"), "clinic.yaml:3: the clinic has an unknown field 'fone'"),
    (lambda folder: (folder / "ui" / "en.yaml").unlink(), "ui/en.yaml:1: the file is missing"),
    (change("sources/visits.txt", b"9 to 5", b"9 to 9"), "sources/visits.txt:1: the source file was changed"),
    (change("aliases.yaml", b"may my sister come along", b"opening hours"), "visits.yaml:"),
    (change("operating-point.yaml", b"answer: 0.5", b"answer: much"), "operating-point.yaml:2: 'answer'"),
)


def _has_more(got: list[Any], than: int) -> bool:
    return len(got) > than


@contextmanager
def clients(address: str) -> Iterator[list[Any]]:
    """Ask from 20 threads until the block is left; give what they got: API replies, pages, and whatever went wrong."""
    got: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not over.is_set():
                got.append(client.post("/api/ask", json={"question": QUESTION}))
                got.append(client.post("/faq", data={"question": QUESTION}))

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_every_reply_is_wholly_of_one_good_version_whatever_is_dropped_in(folder: Path, live: Live) -> None:
    reloader = reloader_of(folder, live)
    texts = dict([open_until(folder, 1)])
    settle(live, reloader)
    with serving(live) as address, clients(address) as got:
        for hour, (spoil, told) in enumerate(BREAKS, 2):
            good = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
            spoil(folder)
            settle(live, reloader)
            health = httpx.get(f"{address}/healthz").json()
            assert (health["status"], health["knowledge"]) == ("degraded", [*texts][-1])
            assert any(problem.startswith(f"{folder.as_posix()}/{told}") for problem in health["problems"])
            for path, content in good.items():
                path.write_bytes(content)
            digest, text = open_until(folder, hour)
            texts[digest] = text
            so_far = len(got)
            settle(live, reloader)
            assert httpx.get(f"{address}/healthz").json()["knowledge"] == digest
            wait_until(partial(_has_more, got, so_far + 2 * CLIENTS), 60)
    replies = [response.json() for response in got if response.url.path == "/api/ask"]
    pages = [response.text for response in got if response.url.path == "/faq"]
    assert {response.status_code for response in got} == {200}
    assert {(reply["knowledge"], reply["passages"][0]["text"]) for reply in replies} == set(texts.items())
    shown = [{text for text in texts.values() if text.replace("'", "&#x27;") in page} for page in pages]
    assert {len(found) for found in shown} == {1}


def test_the_page_follows_the_knowledge_and_an_open_one_keeps_its_files(folder: Path, live: Live) -> None:
    reloader = reloader_of(folder, live)
    with serving(live) as address, httpx.Client(base_url=address) as client:
        before = client.get("/faq").text
        style = before.split('href="/ui/faq.')[1].split('"')[0]
        change("clinic.yaml", b"name: ''", b"name: Harbor <Light> Clinic")(folder)
        change("clinic.yaml", b"#2f6f73", b"#703030")(folder)
        settle(live, reloader)
        page, plain = client.get("/").text, client.get("/faq").text
        assert "Harbor &lt;Light&gt; Clinic" in page
        assert "verbatim:chat" not in page
        assert "Harbor &lt;Light&gt; Clinic" in plain
        assert plain.split('href="/ui/faq.')[1].split('"')[0] != style
        assert client.get(f"/ui/faq.{style}").status_code == 200
        assert client.get(f"/ui/faq.{'0' * 16}.css").status_code == 404


def test_the_server_looks_by_itself(folder: Path, live: Live) -> None:
    with watching(live, reloader_of(folder, live), every=0.01):
        digest, _ = open_until(folder, 8)
        wait_until(lambda: live.bot.knowledge.digest == digest, 30)
