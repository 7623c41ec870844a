"""A made-up clinic, a bot that replies by the book, a server on a free port, a visit by a browser."""

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import cast

import uvicorn
import yaml
from playwright.sync_api import Page

from bot.bot import Bot
from bot.journal import Add
from bot.model import (
    Clinic,
    Disclaimer,
    Entry,
    Knowledge,
    Notice,
    OperatingPoint,
    Passage,
    Reply,
    Safety,
    Shown,
    Source,
    Suggestion,
)
from bot.web.live import Live
from bot.web.server import add_nothing, build_app, listen
from bot.web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("VERBATIM_CHROMIUM", "/usr/bin/chromium")
# milliseconds: on a machine that is busy with other tests a page takes its time
PATIENCE = 20_000
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WORDS, SPANISH_WORDS = (
    dict[str, str](yaml.safe_load((ROOT / f"bot/templates/ui/{language}.yaml").read_text(encoding="utf-8")))
    for language in ("en", "es")
)
FAST = Settings(port=0, rate_burst=100_000, rate_per_minute=100_000)
NOTICES = {
    "greeting": "Hello, and welcome.\nIn an emergency, call 911. In a crisis, call or text 988.",
    "disclaimer": "General information.\nPlease consult the clinic.",
    "contact": "Talk with a person: (202) 555-0142.\nIn a crisis, call or text 988, day or night.",
    "support": "If things feel too heavy, you can call or text 988.",
    "crisis": "Please reach out to a real person.\nCall or text 988. If you are in danger now, call 911.",
    "emergency": "Call 911 right away.",
    "person": "This chat is automatic. The clinic's phone is (202) 555-0142. In a crisis, call or text 988.",
    "about": "This chat only quotes the clinic's own words. Nothing is stored. It cannot call for help.",
    "no-answer": "This chat found no answer. The clinic's phone is (202) 555-0142.",
    "too-long": "That message is too long.",
    "busy": "There are too many messages at once. Call (202) 555-0142.",
    "error": "This chat could not answer just now. Call (202) 555-0142.",
}
CLINIC = Clinic(
    name="Harbor Light Clinic",
    phone="(202) 555-0142",
    hours="",
    address="",
    web="",
    country="US",
    language="en",
    accent="#2f6f73",
    emergency="911",
    crisis_line="988",
    starters=("alpha", "beta"),
)


def make_entry(entry_id: str, question: str, *texts: str) -> Entry:
    """Return an entry whose passages stand one after another in a source of its own."""
    passages, start = [], 0
    for place, text in enumerate(texts):
        source = Source(f"sources/{entry_id}.txt", start, start + len(text), hashlib.sha256(text.encode()).hexdigest())
        passages.append(Passage(f"{entry_id}#{place}", entry_id, text, source))
        start += len(text) + 1
    return Entry(entry_id, question, "source", tuple(passages))


def make_knowledge(*entries: Entry, clinic: Clinic = CLINIC, notices: dict[str, str] | None = None) -> Knowledge:
    """Return a knowledge of *entries*, or of two small ones."""
    entries = entries or (
        make_entry("alpha", "What is alpha?", "Alpha is first.", "It has  two spaces, “curly” quotes\n-and a list."),
        make_entry("beta", "What is beta?", "Beta is second."),
    )
    return Knowledge(
        digest="digest",
        clinic=clinic,
        entries=entries,
        notices=notices or NOTICES,
        words=WORDS,
        sources={f"sources/{e.id}.txt": "\n".join(p.text for p in e.passages) for e in entries},
        operating_point=OperatingPoint(0.5, 0.3, 0.1),
    )


@dataclass
class BookBot:
    """Replies by the book: an entry's title gets its first passage, a few words get a reply of each other kind."""

    knowledge: Knowledge = field(default_factory=make_knowledge)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    before_reply: Callable[[], object] = lambda: None

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        self.asked.append((question, tuple(history)))
        self.before_reply()
        reply = Reply(
            version="0",
            knowledge="digest",
            receipt="receipt",
            language="en",
            question=question,
            kind="no_answer",
            disclaimer=Disclaimer(self.knowledge.notices["disclaimer"]),
        )
        if question == "fail":
            raise RuntimeError(f"cannot read {question}")
        if len(question) > 4000 or not question.strip():
            return replace(reply, kind="refused", notices=(self._notice("too-long"),))
        if question == "hurt":
            return replace(reply, kind="notice", safety=Safety("crisis", ("r",)), notices=(self._notice("crisis"),))
        if question == "price":
            return replace(reply, kind="gap", notices=(self._notice("no-answer"),))
        if question == "choose":
            offered = tuple(Suggestion(entry.id, entry.question) for entry in self.knowledge.entries)
            return replace(reply, kind="choose", suggestions=offered)
        for entry in self.knowledge.entries:
            if question.strip() == entry.question.strip():
                return self._answer(reply, entry)
        return replace(reply, notices=(self._notice("no-answer"),))

    def _notice(self, notice_id: str) -> Notice:
        return Notice(notice_id, "before", self.knowledge.notices[notice_id])

    def _answer(self, reply: Reply, entry: Entry) -> Reply:
        shown = Shown(entry.passages[0], entry.question, entry.question_origin, 0, 0.9)
        others = tuple(Suggestion(other.id, other.question) for other in self.knowledge.entries if other is not entry)
        after = Notice("support", "after", self.knowledge.notices["support"])
        context = Suggestion(entry.id, entry.question)
        return replace(
            reply, kind="answer", passages=(shown,), related=others, notices=(after,), context=context, confidence=0.9
        )


def as_bot(bot: Bot | BookBot) -> Bot:
    """Return *bot*, which replies as a bot does, by that type."""
    return cast("Bot", bot)


@contextmanager
def serving(bot: Bot | BookBot | Live, settings: Settings = FAST, add: Add = add_nothing) -> Iterator[str]:
    """Serve *bot* from a thread on a free port; give the address once it answers. What is counted goes to *add*."""
    listening = listen(replace(settings, port=0))
    config = uvicorn.Config(
        build_app(bot if isinstance(bot, Live) else as_bot(bot), settings, add),
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    address = f"http://{settings.host}:{listening.getsockname()[1]}"
    try:
        wait_until(lambda: server.started)
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def wait_until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait until *condition* holds, looking often; fail after *seconds*."""
    pause, deadline = threading.Event(), monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not come about in time"
        pause.wait(0.01)


def clinic_knowledge(folder: Path) -> Path:
    """Copy the project's knowledge to *folder*, with the made-up clinic's facts in it."""
    copy = folder / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    facts = copy / "clinic.yaml"
    text = facts.read_text(encoding="utf-8")
    for key, value in (("name", CLINIC.name), ("phone", CLINIC.phone)):
        text = re.sub(rf"^{key}: ''$", f"{key}: {value!r}", text, flags=re.MULTILINE)
    facts.write_text(text, encoding="utf-8")
    return copy


@dataclass
class Visit:
    """A page of a fresh profile, and all that it should not have done."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type *question*, send it with the Enter key and wait for its reply."""
        before = self.page.locator(".vb-reply").count()
        self.page.get_by_role("textbox").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".vb-reply").nth(before).wait_for()

    @property
    def elsewhere(self) -> list[str]:
        """The requests that went anywhere but to our server."""
        return [url for url in self.requests if not url.startswith((self.address + "/", "data:", "blob:"))]
