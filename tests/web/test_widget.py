"""The widget on a website of another origin, under a strict policy: opened, asked, closed, and with the server down."""

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from bot.bot import Bot
from bot.web.widget import WORDS as FILLED
from bot.web.widget import load_widget
from tests.web.book import CLINIC, FAST, NOTICES, ROOT, WORDS, BookBot, make_knowledge, serving, wait_until
from tests.web.conftest import new_context
from tests.web.test_accessibility import DARK, DESKTOP, violations
from tests.web.test_payloads import PAYLOADS

EXAMPLES = ROOT / "docs" / "examples"
ADDRESS = "https://chat.clinic.example"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NUMBERS_IN_PLACE = 3
NUMBERS = ["tel:2025550142", "tel:988", "tel:911"]
STYLE = {"Content-Type": "text/css"}
# what a page did in the order it was done, and how far its own elements moved
WATCH = """
window.seen = [];
for (const name of ["ready", "opened", "closed"]) addEventListener(`verbatim:${name}`, () => window.seen.push(name));
window.shifts = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });
"""
BOXES = """() => JSON.stringify([...document.querySelectorAll("html, body, body *")].map((node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  return [node.localName, x + scrollX, y + scrollY, width, height];
}))"""
STORED = """async () => ({
  cookie: document.cookie,
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
})"""
HOSTILE_STYLE = """
body, body *, verbatim-chat {
  display: none !important; transform: rotate(3deg) !important; font-size: 3px !important; margin: 40px !important;
}
verbatim-chat { position: static !important; opacity: 0 !important; width: 900px !important; filter: blur(3px); }
"""


@dataclass
class Website:
    """A clinic's website: what is at which path, and the chat that its pages name."""

    origin: str
    chat: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def example(self, name: str, *changes: tuple[str, str]) -> str:
        """Lay one of the example pages out, with *changes*; give its address."""
        text = (EXAMPLES / f"{name}.html").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.pages[f"/{name}.html"] = text
        return f"{self.origin}/{name}.html"

    def respond(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        """Return body and headers of what is at *path*, under the policy that the documents promise to be enough."""
        if path.endswith(".css"):
            return self.pages[path].encode(), STYLE
        if path not in self.pages:
            return None
        policy = (
            f"default-src 'none'; script-src {self.chat}; frame-src {self.chat}; style-src 'self'; base-uri 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        page = self.pages[path].replace(ADDRESS, self.chat)
        return page.encode(), {"Content-Type": "text/html", "Content-Security-Policy": policy}


@contextmanager
def website(name: str = "localhost") -> Iterator[Website]:
    """Serve a website on a free port, by another host name than the chat's unless *name* says so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = site.respond(self.path.partition("?")[0])
            self.send_response(200 if answer else 404)
            body, headers = answer or (b"", {})
            for header, value in headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Website(f"http://{name}:{server.server_port}")
        site.pages["/clinic.css"] = (EXAMPLES / "clinic.css").read_text(encoding="utf-8")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join(10)


@pytest.fixture(scope="module")
def clinic_site(book: BookBot) -> Iterator[Website]:
    with website() as site, serving(book, replace(FAST, allowed_origins=(site.origin,))) as chat:
        site.chat = chat
        yield site


@dataclass
class Host:
    """A page of the website in a browser, with the widget on it."""

    page: Page
    site: Website
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=WORDS["page_title"])

    @property
    def panel(self) -> Locator:
        return self.page.locator("verbatim-chat .panel")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("verbatim-chat iframe")

    @property
    def box(self) -> Locator:
        return self.chat.get_by_role("textbox")

    @property
    def seen(self) -> list[str]:
        events: list[str] = self.page.evaluate("window.seen")
        return events

    def open(self) -> None:
        self.launcher.click()
        expect(self.box).to_be_focused()

    def ask(self, question: str) -> None:
        before = self.chat.locator(".vb-reply").count()
        self.box.fill(question)
        self.box.press("Enter")
        self.chat.locator(".vb-reply").nth(before).wait_for()


@pytest.fixture
def visit_host(browser: Browser, clinic_site: Website) -> Iterator[Callable[..., Host]]:
    contexts = []

    def open_page(name: str = "bubble", *changes: tuple[str, str], **options: Any) -> Host:
        script = options.pop("script", "")
        site = options.pop("site", clinic_site)
        context = new_context(browser, **options)
        contexts.append(context)
        context.add_init_script(f"if (window === window.top) {{ {WATCH} {script} }}")
        host = Host(context.new_page(), site)
        host.page.on("console", lambda m: host.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        host.page.on("pageerror", lambda error: host.complaints.append(str(error)))
        host.page.on("request", lambda request: host.requests.append(request.url))
        host.page.goto(site.example(name, *changes))
        host.page.wait_for_function("window.seen.includes('ready')")
        return host

    yield open_page
    for context in contexts:
        context.close()


Open = Callable[..., Host]
browser_test = pytest.mark.browser


@browser_test
def test_a_patient_opens_it_asks_and_reads(visit_host: Open, clinic_site: Website) -> None:
    host = visit_host()
    assert not any(url.rstrip("/") == clinic_site.chat for url in host.requests), "the frame is made too early"
    host.open()
    host.ask("What is alpha?")
    assert host.chat.locator(".vb-passage").first.text_content() == "Alpha is first."
    assert host.seen == ["ready", "opened"]
    assert host.complaints == []
    allowed = (clinic_site.origin, clinic_site.chat)
    assert [url for url in host.requests if not url.startswith((*allowed, "data:"))] == []


@browser_test
def test_it_stores_nothing(visit_host: Open, book: BookBot) -> None:
    """On a website of the same host name, since a browser may refuse a frame of another one any storage at all."""
    with website("127.0.0.1") as site, serving(book, replace(FAST, allowed_origins=(site.origin,))) as chat:
        site.chat = chat
        host = visit_host(site=site)
        host.open()
        host.ask("What is alpha?")
        stored = [frame.evaluate(STORED) for frame in host.page.frames]
        assert stored == [{"cookie": "", "local": 0, "session": 0, "databases": 0}] * 2
        assert host.page.context.cookies() == []


@browser_test
def test_escape_closes_from_inside_and_the_focus_comes_back(visit_host: Open) -> None:
    host = visit_host()
    host.open()
    host.box.press("Escape")
    expect(host.panel).to_be_hidden()
    expect(host.launcher).to_be_focused()
    expect(host.launcher).to_have_attribute("aria-expanded", "false")
    assert host.seen == ["ready", "opened", "closed"]


@browser_test
def test_escape_closes_from_outside_and_leaves_the_focus_there(visit_host: Open) -> None:
    host = visit_host()
    host.open()
    field = host.page.get_by_label("Your name")
    field.fill("A.")
    field.press("Escape")
    expect(host.panel).to_be_hidden()
    expect(field).to_be_focused()
    host.page.keyboard.press("Escape")
    assert host.seen == ["ready", "opened", "closed"]


@browser_test
def test_escape_that_the_website_used_itself_closes_nothing(visit_host: Open) -> None:
    host = visit_host(script="addEventListener('keydown', (event) => event.preventDefault(), true);")
    host.open()
    host.page.get_by_label("Your name").focus()
    host.page.keyboard.press("Escape")
    expect(host.panel).to_be_visible()


@browser_test
def test_the_conversation_outlives_closing(visit_host: Open) -> None:
    host = visit_host()
    host.open()
    host.ask("What is alpha?")
    host.page.get_by_role("button", name=WORDS["widget_close"]).click()
    expect(host.launcher).to_be_focused()
    host.launcher.press("Enter")
    expect(host.box).to_be_focused()
    expect(host.chat.locator(".vb-card h2")).to_have_text("What is alpha?")
    assert host.seen == ["ready", "opened", "closed", "opened"]


@browser_test
def test_a_sentence_begun_outlives_closing(visit_host: Open) -> None:
    host = visit_host(**PHONE)
    host.launcher.click()
    host.box.fill("I also wanted to")
    host.page.get_by_role("button", name=WORDS["widget_close"]).click()
    expect(host.panel).to_be_hidden()
    host.launcher.click()
    expect(host.box).to_have_value("I also wanted to")


@browser_test
def test_what_was_typed_outlives_a_lost_line(visit_host: Open) -> None:
    host = visit_host()
    host.open()
    host.page.context.set_offline(True)
    host.ask("What is alpha?")
    expect(host.chat.locator('[data-kind="failed"] a[href="tel:988"]')).to_be_visible()
    expect(host.box).to_have_value("What is alpha?")
    host.page.context.set_offline(False)
    host.box.press("Enter")
    expect(host.chat.locator(".vb-card h2")).to_have_text("What is alpha?")
    expect(host.box).to_have_value("")


@browser_test
def test_the_website_can_open_close_toggle_and_listen(visit_host: Open) -> None:
    host = visit_host()
    field = host.page.get_by_label("Your name")
    field.focus()
    host.page.evaluate(
        "() => { window.heard = []; window.listen = () => window.heard.push('opened');"
        " verbatim.on('opened', window.listen); verbatim.open(); verbatim.open(); }"
    )
    expect(host.box).to_be_focused()
    host.page.evaluate("verbatim.close()")
    expect(field).to_be_focused()
    host.page.evaluate("verbatim.close()")
    host.page.evaluate("() => { verbatim.off('opened', window.listen); verbatim.toggle(); }")
    expect(host.panel).to_be_visible()
    host.page.evaluate("verbatim.toggle()")
    expect(host.panel).to_be_hidden()
    assert host.seen == ["ready", "opened", "closed", "opened", "closed"]
    assert host.page.evaluate("window.heard") == ["opened"]


@browser_test
def test_a_chat_that_was_closed_while_it_opened_keeps_no_focus(visit_host: Open) -> None:
    host = visit_host()
    host.open()
    host.box.press("Escape")
    host.page.get_by_label("Your name").focus()
    blurred = "new Promise((done) => document.querySelector('textarea').addEventListener('blur', done, { once: true }))"
    host.page.frames[1].evaluate(f"() => {{ window.blurred = {blurred}; }}")
    host.page.evaluate("() => { verbatim.open(); verbatim.close(); }")
    host.page.frames[1].evaluate("() => window.blurred.then(() => true)")
    expect(host.page.get_by_label("Your name")).to_be_focused()


@browser_test
def test_reset_forgets_the_conversation_and_takes_no_focus(visit_host: Open, book: BookBot) -> None:
    host = visit_host()
    host.open()
    host.ask("What is alpha?")
    host.page.get_by_label("Your name").focus()
    with host.page.expect_response("**/gradio_api/run/**"):
        host.page.evaluate("verbatim.reset()")
    expect(host.chat.locator(".vb-reply")).to_have_count(0)
    expect(host.page.get_by_label("Your name")).to_be_focused()
    host.ask("What is beta?")
    assert list(book.asked[-1][1]) == []


@browser_test
def test_it_stands_within_the_page(visit_host: Open) -> None:
    host = visit_host("inline")
    host.ask("What is alpha?")
    assert host.panel.bounding_box() == host.page.locator("#ask").bounding_box()
    assert host.page.evaluate("document.activeElement.localName") == "verbatim-chat"
    host.box.press("Escape")
    host.page.evaluate("verbatim.close()")
    expect(host.box).to_be_visible()
    expect(host.launcher).to_have_count(0)
    assert (host.seen, host.complaints, host.page.evaluate("window.shifts")) == (["ready", "opened"], [], 0)


@browser_test
def test_within_a_page_it_waits_until_it_is_seen_and_takes_no_focus(visit_host: Open) -> None:
    host = visit_host("inline", ("<main>", '<main><svg width="10" height="3000"></svg>'))
    assert (host.seen, len(host.page.frames)) == (["ready"], 1)
    host.page.locator("#ask").scroll_into_view_if_needed()
    host.box.wait_for()
    assert host.page.evaluate("document.activeElement.localName") == "body"
    host.page.evaluate("() => { scrollTo(0, 0); verbatim.open(); }")
    expect(host.box).to_be_focused()
    expect(host.panel).to_be_in_viewport()


@browser_test
def test_a_missing_place_gives_the_bubble(visit_host: Open) -> None:
    host = visit_host("inline", ('data-target="#ask"', 'data-target="#elsewhere"'))
    host.open()
    assert [line for line in host.complaints if "#elsewhere" in line] == host.complaints != []


@browser_test
def test_it_is_the_whole_page(visit_host: Open) -> None:
    host = visit_host("page")
    expect(host.box).to_be_focused()
    assert host.panel.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}
    assert host.chat.locator("body").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 720}
    host.box.press("Escape")
    host.ask("What is alpha?")
    assert (host.seen, host.complaints) == (["ready", "opened"], [])


@browser_test
def test_on_a_phone_it_fills_the_screen_and_gives_it_back(visit_host: Open) -> None:
    host = visit_host(**PHONE)
    host.launcher.click()
    host.box.wait_for()
    assert host.panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    # the keyboard would cover the greeting before it was read
    expect(host.chat.get_by_role("log")).to_be_focused()
    host.ask("What is alpha?")
    close = host.page.get_by_role("button", name=WORDS["widget_close"])
    corner = close.bounding_box()
    assert corner
    assert min(corner["width"], corner["height"]) >= 24
    for link in host.chat.locator(".vb-help a").all():
        box = link.bounding_box()
        assert box
        assert box["y"] >= corner["y"] + corner["height"] - 1, "the button covers a number"
    assert host.page.evaluate("[document.body.inert, getComputedStyle(document.documentElement).overflow]") == [
        True,
        "hidden",
    ]
    close.click()
    expect(host.panel).to_be_hidden()
    expect(host.launcher).to_be_focused()
    freed = "[document.body.inert, document.documentElement.style.overflow]"
    wait_until(lambda: host.page.evaluate(freed) == [False, ""])


@browser_test
def test_turning_the_phone_keeps_the_conversation_and_the_box(visit_host: Open) -> None:
    host = visit_host(**PHONE)
    host.launcher.click()
    host.ask("What is alpha?")
    host.page.set_viewport_size({"width": 740, "height": 360})
    expect(host.box).to_be_in_viewport(ratio=1)
    expect(host.chat.locator(".vb-card h2")).to_have_text("What is alpha?")
    wait_until(lambda: host.panel.bounding_box() == {"x": 0, "y": 0, "width": 740, "height": 360})
    host.page.set_viewport_size({"width": 1280, "height": 800})
    wait_until(lambda: host.page.evaluate("document.body.inert") is False)


@browser_test
def test_the_keyboard_does_not_hide_the_box(visit_host: Open) -> None:
    """A keyboard makes the visible part smaller and moves it; the page's own height stays, as on an iPhone."""
    visible = """
    const view = Object.assign(new EventTarget(), { height: 740, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, "visualViewport", { value: view });
    window.keyboard = (height, offsetTop) => {
      Object.assign(view, { height, offsetTop });
      view.dispatchEvent(new Event("resize"));
    };
    """
    host = visit_host(**PHONE, script=visible)
    host.launcher.click()
    host.box.wait_for()
    host.page.evaluate("keyboard(330, 40)")
    wait_until(lambda: host.panel.bounding_box() == {"x": 0, "y": 40, "width": 360, "height": 330})
    box = host.box.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 370
    host.page.evaluate("keyboard(740, 0)")
    assert host.panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}


@browser_test
@pytest.mark.parametrize("name", ["bubble", "inline"])
def test_nothing_of_the_website_moves(visit_host: Open, browser: Browser, name: str) -> None:
    host = visit_host(name)
    with new_context(browser, java_script_enabled=False) as context:
        bare = context.new_page()
        bare.goto(host.page.url)
        without = json.loads(bare.evaluate(BOXES))
    host.page.evaluate("verbatim.open()")
    expect(host.box).to_be_focused()
    boxes = json.loads(host.page.evaluate(BOXES))
    # within a page the chat replaces the paragraph of numbers that stands in its place without a script
    replaced = 1 + NUMBERS_IN_PLACE if name == "inline" else 0
    assert [box for box in boxes if box[0] != "verbatim-chat"] == without[: len(without) - replaced]
    assert host.page.evaluate("window.shifts") == 0


@browser_test
def test_the_styles_of_the_website_do_not_reach_it(visit_host: Open, clinic_site: Website) -> None:
    clinic_site.pages["/hostile.css"] = HOSTILE_STYLE
    host = visit_host("bubble", ("clinic.css", "hostile.css"), ("<html", '<html dir="rtl"'))
    host.launcher.click()
    expect(host.box).to_be_focused()
    assert host.panel.evaluate("node => getComputedStyle(node).fontSize") == "16px"
    box = host.panel.bounding_box()
    assert box
    assert (box["x"] + box["width"], round(box["width"])) == (1260, 408)


@browser_test
def test_settings_are_read_from_the_tag_and_the_page(visit_host: Open) -> None:
    tag = (
        "data-greeting=",
        'data-position="left" data-title="Fragen?" data-accent="#ffee55" data-locale="de" data-greeting=',
    )
    host = visit_host("bubble", tag, script="window.verbatimSettings = { title: 'Any questions?', crisis: 116123 };")
    launcher = host.page.get_by_role("button", name="Any questions?")
    box = launcher.bounding_box()
    assert box
    assert box["x"] == 20
    colours = launcher.evaluate("node => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]")
    assert colours == ["rgb(255, 238, 85)", "rgb(0, 0, 0)"]
    assert host.page.locator("verbatim-chat").get_attribute("lang") == "en"
    assert host.panel.locator("a").nth(1).get_attribute("href") == "tel:116123"
    assert host.panel.locator(".support").text_content() == ""
    launcher.click()
    expect(host.page.get_by_role("dialog", name="Any questions?")).to_be_visible()


@browser_test
def test_the_greeting_opens_the_chat_or_goes_away(visit_host: Open) -> None:
    host = visit_host()
    greeting = host.page.get_by_role("button", name="Questions about treatment?")
    greeting.click()
    expect(host.box).to_be_focused()
    expect(greeting).to_have_count(0)
    host.page.reload()
    host.page.get_by_role("button", name=WORDS["widget_hide"]).click()
    expect(greeting).to_have_count(0)
    expect(host.panel).to_be_hidden()


@browser_test
def test_a_second_tag_changes_nothing(visit_host: Open) -> None:
    again = f'</title><script defer src="{ADDRESS}/widget.js"></script>'
    host = visit_host("bubble", ("</title>", again))
    expect(host.page.locator("verbatim-chat")).to_have_count(1)


@browser_test
def test_it_is_still_where_motion_is_not_wanted(visit_host: Open) -> None:
    moving = "node => getComputedStyle(node).transitionDuration"
    assert visit_host().panel.evaluate(moving) == "0s"
    assert visit_host(reduced_motion="no-preference").panel.evaluate(moving) == "0.16s, 0.16s, 0s"


@browser_test
def test_with_the_server_down_the_panel_offers_help_and_another_try(visit_host: Open, clinic_site: Website) -> None:
    host = visit_host(script="window.verbatimSettings = { phone: '(202) 555-0199' };")
    host.page.route(f"{clinic_site.chat}/", lambda route: route.abort("connectionrefused"))
    host.launcher.click()
    expect(host.panel.get_by_role("status")).to_have_text(WORDS["widget_down"])
    links = host.panel.get_by_role("link")
    expect(links).to_have_count(3)
    hrefs = [link.get_attribute("href") for link in links.all()]
    assert hrefs == ["tel:2025550199", "tel:988", "tel:911"]
    expect(host.panel.get_by_text(NOTICES["support"])).to_be_visible()
    expect(host.panel).to_be_focused()
    host.page.unroute(f"{clinic_site.chat}/")
    host.panel.get_by_role("button", name=WORDS["widget_retry"]).click()
    expect(host.box).to_be_focused()


@browser_test
@pytest.mark.parametrize("mode", ["bubble", "inline", "page"])
def test_a_server_that_went_away_leaves_the_numbers(visit_host: Open, mode: str) -> None:
    with website() as site:
        with serving(BookBot(), replace(FAST, allowed_origins=(site.origin,))) as chat:
            site.chat = chat
            # within a page, out of sight until the server is gone
            far = [("<main>", '<main><svg width="10" height="3000"></svg>')] if mode == "inline" else []
            late = [("data-mode", "data-x")] if mode == "page" else []
            host = visit_host(mode, *far, *late, site=site)
        host.page.evaluate("verbatim.open()")
        expect(host.panel.get_by_role("status")).to_have_text(WORDS["widget_down"])
        links = host.panel.get_by_role("link")
        assert [link.get_attribute("href") for link in links.all()] == NUMBERS
        for link in links.all():
            expect(link).to_be_in_viewport(ratio=1)


@browser_test
def test_a_website_that_is_not_allowed_hears_nothing_and_offers_help(visit_host: Open, book: BookBot) -> None:
    with website() as site, serving(book) as chat:
        site.chat = chat
        host = visit_host(site=site, script="window.told = []; addEventListener('message', (e) => told.push(e.data));")
        host.launcher.click()
        expect(host.panel.get_by_role("status")).to_have_text(WORDS["widget_down"])
        assert host.page.evaluate("window.told") == []


@browser_test
def test_words_from_anywhere_but_the_chat_are_not_heard(visit_host: Open, clinic_site: Website) -> None:
    """The page's own messages have the wrong source, a stranger's frame the wrong origin as well."""
    host = visit_host()
    host.open()
    for sender in (
        "window",
        "document.querySelector('verbatim-chat').shadowRoot.querySelector('iframe').contentWindow",
    ):
        event = f"{{ data: {{ verbatim: 'escape' }}, origin: '%s', source: {sender} }}"
        origin = clinic_site.chat if sender == "window" else "https://elsewhere.example"
        host.page.evaluate(f"dispatchEvent(new MessageEvent('message', {event % origin}))")
        expect(host.panel).to_be_visible()
    real = f"dispatchEvent(new MessageEvent('message', {event % clinic_site.chat}))"
    host.page.evaluate(real)
    expect(host.panel).to_be_hidden()


@browser_test
def test_the_chat_hears_only_the_page_that_holds_it(visit_host: Open, clinic_site: Website) -> None:
    host = visit_host()
    host.open()
    host.ask("What is alpha?")
    inner = host.page.frames[1]
    for origin, source in (("https://elsewhere.example", "parent"), (clinic_site.origin, "window")):
        event = f"{{ data: {{ verbatim: 'reset' }}, origin: '{origin}', source: {source} }}"
        inner.evaluate(f"dispatchEvent(new MessageEvent('message', {event}))")
        assert host.chat.locator(".vb-reply").count() == 1
    inner.evaluate(f"dispatchEvent(new MessageEvent('message', {event.replace('source: window', 'source: parent')}))")
    expect(host.chat.locator(".vb-reply")).to_have_count(0)


@browser_test
@pytest.mark.parametrize(
    ("name", "screen"),
    [("bubble", DESKTOP), ("bubble", PHONE), ("bubble", DARK), ("inline", DESKTOP), ("page", PHONE)],
    ids=["bubble", "bubble on a phone", "bubble on a dark phone", "inline", "page on a phone"],
)
def test_axe_finds_nothing_closed_opened_or_answered(visit_host: Open, name: str, screen: dict[str, Any]) -> None:
    host = visit_host(name, **screen)
    if name == "page":
        # it opens by itself, over the whole of a phone: what it says is there once it has loaded
        host.box.wait_for()
    if name != "bubble":
        host.chat.locator("main[aria-label]").wait_for()
    found = violations(host.page)
    host.page.evaluate("verbatim.open()")
    host.box.wait_for()
    # its parts are named once its script has run
    host.chat.locator("main[aria-label]").wait_for()
    found += violations(host.page)
    host.ask("What is alpha?")
    host.ask("hurt")
    assert found + violations(host.page) == []


@browser_test
@pytest.mark.parametrize("screen", [DESKTOP, DARK], ids=["desktop", "dark phone"])
def test_axe_finds_nothing_with_the_server_down(visit_host: Open, clinic_site: Website, screen: dict[str, Any]) -> None:
    host = visit_host(**screen)
    host.page.route(f"{clinic_site.chat}/", lambda route: route.abort("connectionrefused"))
    host.launcher.click()
    expect(host.panel.get_by_role("status")).to_have_text(WORDS["widget_down"])
    assert violations(host.page) == []


@browser_test
def test_every_passage_in_it_has_the_characters_of_its_source_also_when_copied(visit_host: Open, real_bot: Bot) -> None:
    with website() as site, serving(real_bot, replace(FAST, allowed_origins=(site.origin,))) as chat:
        site.chat = chat
        host = visit_host(site=site, permissions=["clipboard-read", "clipboard-write"])
        host.open()
        sources = real_bot.knowledge.sources
        every = [passage for entry in real_bot.knowledge.entries for passage in entry.passages]
        texts = {p.id: sources[p.source.file][p.source.start : p.source.end] for p in every}
        seen: dict[str, str] = {}
        for number, entry in enumerate(real_bot.knowledge.entries):
            host.ask(entry.question)
            card = host.chat.locator(".vb-reply").nth(number).locator(f'.vb-card[data-entry="{entry.id}"]').first
            whole = card.locator("summary").count() > 0
            if whole:
                card.locator("summary").click()
            passages = (card.locator(".vb-full") if whole else card).locator(".vb-passage")
            ids = passages.evaluate_all("nodes => nodes.map(node => node.dataset.passage)")
            assert passages.all_inner_texts() == passages.all_text_contents()
            seen |= dict(zip(ids, passages.all_inner_texts(), strict=True))
            card.get_by_role("button", name=WORDS["copy"]).click()
            expect(card.locator(".vb-said")).to_have_text(WORDS["copied"])
            # the frame may write to the clipboard, not read from it
            host.page.get_by_label("Your name").focus()
            assert host.page.evaluate("navigator.clipboard.readText()") == "\n\n".join(texts[id_] for id_ in ids)
        assert seen == texts


@browser_test
def test_the_real_chat_answers_in_the_widget(visit_host: Open, real_bot: Bot) -> None:
    with website() as site, serving(real_bot, replace(FAST, allowed_origins=(site.origin,))) as chat:
        site.chat = chat
        host = visit_host(site=site)
        host.open()
        host.ask("can I do this if I'm pregnant?")
        passages = host.chat.locator(".vb-card > .vb-quote .vb-passage").all_text_contents()
        assert "Pregnant women and nursing mothers are not eligible for ketamine treatment." in passages
        assert host.complaints == []


def facts_in(script: bytes) -> dict[str, Any]:
    """Return the facts that *script* was served with."""
    found = re.search(r"const facts = (\{.*\});\n", script.decode("ascii"))
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_it_is_small_whole_and_compressed(real_bot: Bot, real_site: str) -> None:
    with httpx.Client(base_url=real_site) as client:
        plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
        with client.stream("GET", "/widget.js", headers={"Accept-Encoding": "br, gzip"}) as packed:
            body = b"".join(packed.iter_raw())
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == plain.content == load_widget(real_bot.knowledge).script
    assert len(body) < 6000
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip"])
def test_it_is_compressed_for_those_who_can_read_it(client: httpx.Client, accepted: str) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["Vary"]


def test_it_is_kept_for_a_short_time_and_then_asked_for_by_its_tag(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    tag = first.headers["ETag"]
    for tags in (tag, f'"other", {tag}'):
        again = client.get("/widget.js", headers={"If-None-Match": tags})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=300"
    assert client.get("/widget.js", headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.get("/widget.js").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_its_tag_changes_with_the_facts() -> None:
    other = make_knowledge(clinic=replace(CLINIC, phone="(202) 555-0199"))
    assert load_widget(other).tag != load_widget(make_knowledge()).tag


def test_it_holds_the_facts_of_the_clinic(client: httpx.Client) -> None:
    assert facts_in(client.get("/widget.js").content) == {
        "language": "en",
        "words": {"en": {key: WORDS[key] for key in FILLED}},
        "name": CLINIC.name,
        "phone": CLINIC.phone,
        "crisis": "988",
        "emergency": "911",
        "support": NOTICES["support"],
        "accent": "#2f6f73",
        "accent_dark": facts_in(load_widget(make_knowledge()).script)["accent_dark"],
    }


@pytest.mark.parametrize("payload", [*PAYLOADS, "\u2028\u2029", "${alert(1)}`", "FACTS", '"};alert(1);//', "\\"])
def test_hostile_facts_stay_text(payload: str) -> None:
    knowledge = make_knowledge(clinic=replace(CLINIC, name=payload, phone=payload))
    script = load_widget(knowledge).script
    facts = facts_in(script)
    assert (facts["name"], facts["phone"]) == (payload, payload)
    assert b"<" not in script.partition(b"const facts = ")[2].partition(b"\n")[0]


@browser_test
def test_hostile_facts_are_painted_as_text(visit_host: Open) -> None:
    everything = "\n".join(PAYLOADS)
    knowledge = make_knowledge(
        clinic=replace(CLINIC, name=everything),
        notices={**NOTICES, "support": everything},
    )
    words = {key: f"{word} {everything}" for key, word in knowledge.words.items()}
    bot = BookBot(replace(knowledge, words=words))
    with website() as site, serving(bot, replace(FAST, allowed_origins=(site.origin,))) as chat:
        site.chat = chat
        host = visit_host(site=site)
        assert host.panel.locator(".name").text_content() == everything
        assert host.panel.locator(".support").text_content() == everything
        assert host.page.locator("verbatim-chat .launcher").text_content() == words["page_title"]
        assert host.page.evaluate("window.pwned") is None
        assert host.complaints == []
