"""The clinic, its server and the browser that the tests of the web share."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext

from bot.bot import Bot
from tests.web.book import PATIENCE, BookBot, Visit, clinic_knowledge, serving


@pytest.fixture(scope="session")
def real_bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return Bot.load(clinic_knowledge(tmp_path_factory.mktemp("clinic")))


@pytest.fixture(scope="session")
def real_site(real_bot: Bot) -> Iterator[str]:
    with serving(real_bot) as address:
        yield address


@pytest.fixture(scope="module")
def book() -> BookBot:
    return BookBot()


@pytest.fixture(scope="module")
def site(book: BookBot) -> Iterator[str]:
    with serving(book) as address:
        yield address


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=10) as client:
        yield client


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    context = browser.new_context(**{"reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """A profile that a module's visits share unless they wish for another: Gradio's files are fetched once."""
    with new_context(browser) as context:
        yield context


@pytest.fixture
def visit(browser: Browser, shared: BrowserContext) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def open_page(address: str, **options: Any) -> Visit:
        context = new_context(browser, **options) if options else shared
        contexts.append(context)
        visit = Visit(context.new_page(), address)
        visit.page.on("console", lambda m: visit.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.goto(address)
        if options.get("java_script_enabled", True):
            visit.page.get_by_role("textbox").wait_for()
        return visit

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.close()
        if context is not shared:
            context.close()
