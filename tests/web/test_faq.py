"""The plain page: all answers, asked and read without any script; on a phone, on paper and by a search engine."""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.web.faq import parse_form, structured_data
from bot.web.headers import plain_policy
from bot.web.settings import Settings
from tests.web.book import CLINIC, NOTICES, WORDS, BookBot, Visit, make_entry, make_knowledge, serving
from tests.web.test_page import CONTRASTS
from tests.web.test_payloads import EVIL, PAYLOADS, hostile_bot

Open = Callable[..., Visit]
FORM = "application/x-www-form-urlencoded"
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
DANGER = "I want to kill myself"


@pytest.fixture
def plain(visit: Open, site: str) -> Iterator[Page]:
    """Open the plain page of the made-up clinic in a browser that runs no script."""
    opened = visit(f"{site}/faq", java_script_enabled=False)
    opened.address = site
    yield opened.page
    assert (opened.complaints, opened.elsewhere) == ([], [])
    assert opened.page.url.partition("#")[0] == f"{site}/faq"


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name=WORDS["question_label"]).fill(question)
    page.get_by_role("button", name=WORDS["send"]).click()
    page.locator(".vb-mine").wait_for()


def texts(page: Page, selector: str) -> list[str]:
    return [text or "" for text in page.locator(selector).evaluate_all("nodes => nodes.map(n => n.textContent)")]


def post(client: httpx.Client, body: bytes, kind: str = FORM) -> httpx.Response:
    return client.post("/faq", content=body, headers={"Content-Type": kind})


@pytest.mark.browser
def test_every_passage_has_the_characters_of_its_source(visit: Open, real_bot: Bot, real_site: str) -> None:
    page = visit(f"{real_site}/faq", java_script_enabled=False).page
    sources, painted = real_bot.knowledge.sources, page.locator(".vb-entry")
    for number, entry in enumerate(real_bot.knowledge.entries):
        shown = painted.nth(number)
        slices = [sources[p.source.file][p.source.start : p.source.end] for p in entry.passages]
        assert shown.get_attribute("id") == entry.id
        assert shown.locator("h3").inner_text() == entry.question
        assert shown.locator(".vb-passage").all_inner_texts() == slices
        assert shown.locator(".vb-passage").all_text_contents() == slices
    expect(painted).to_have_count(len(real_bot.knowledge.entries))


@pytest.mark.browser
def test_the_contents_lead_to_every_entry_and_back(plain: Page) -> None:
    plain.set_viewport_size({"width": 360, "height": 640})
    contents = plain.get_by_role("navigation", name=WORDS["faq_contents"])
    for entry_id, question in (("alpha", "What is alpha?"), ("beta", "What is beta?")):
        contents.get_by_role("link", name=question).click()
        assert plain.url.endswith(f"/faq#{entry_id}")
        heading = plain.get_by_role("heading", name=question)
        expect(heading).to_be_in_viewport(ratio=1)
        covered = plain.locator(".vb-top").bounding_box()
        box = heading.bounding_box()
        assert covered
        assert box
        assert box["y"] >= covered["y"] + covered["height"]
        plain.locator(f"#{entry_id} .vb-up a").click()
        expect(contents.get_by_role("link").first).to_be_in_viewport(ratio=1)


@pytest.mark.browser
def test_help_and_the_disclaimer_are_on_the_page(plain: Page) -> None:
    bar = plain.get_by_role("navigation", name=WORDS["help_label"])
    for number in ("2025550142", "988", "911"):
        expect(bar.locator(f'a[href="tel:{number}"]')).to_be_in_viewport(ratio=1)
    assert texts(plain, ".vb-disclaimer") == [NOTICES["disclaimer"]]
    assert plain.title() == f"{WORDS['faq_title']} - {CLINIC.name}"
    plain.locator(".vb-entry").last.scroll_into_view_if_needed()
    expect(bar.locator('a[href="tel:988"]')).to_be_in_viewport(ratio=1)


@pytest.mark.browser
def test_a_patient_asks_and_reads_the_clinics_sentence(visit: Open, real_site: str) -> None:
    opened = visit(f"{real_site}/faq", java_script_enabled=False)
    ask(opened.page, "can I do this if I'm pregnant?")
    assert texts(opened.page, ".vb-mine") == ["can I do this if I'm pregnant?"]
    sentence = "Pregnant women and nursing mothers are not eligible for ketamine treatment."
    assert sentence in texts(opened.page, ".vb-answered .vb-card > .vb-quote .vb-passage")
    opened.page.get_by_text(WORDS["full_answer"]).click()
    expect(opened.page.locator(".vb-answered mark").first).to_be_visible()
    expect(opened.page.get_by_role("textbox")).to_have_value("")
    assert opened.page.url == f"{real_site}/faq"
    assert not any("pregnant" in url for url in opened.requests)


@pytest.mark.browser
def test_danger_gets_the_notice_first_with_numbers_to_call(visit: Open, real_site: str) -> None:
    page = visit(f"{real_site}/faq", java_script_enabled=False, viewport={"width": 360, "height": 740}).page
    ask(page, DANGER)
    first = page.locator(".vb-reply > *").first
    assert first.get_attribute("data-notice") == "crisis"
    expect(first.locator('a.vb-phone[href="tel:988"]')).to_be_visible()
    expect(page.locator(".vb-answered").get_by_text("please reach out to a real person")).to_be_in_viewport()


@pytest.mark.browser
def test_a_reply_stands_in_its_order(plain: Page) -> None:
    ask(plain, "What is alpha?")
    order = "nodes => nodes.map(n => n.dataset.notice || n.className)"
    assert plain.locator(".vb-reply > *").evaluate_all(order) == [
        "vb-about",
        "vb-card",
        "support",
        "vb-chips",
        "vb-disclaimer",
    ]


@pytest.mark.browser
@pytest.mark.parametrize(("question", "kind"), [("other", "no_answer"), ("hurt", "notice"), ("choose", "choose")])
def test_each_kind_of_reply_is_the_bots_own(plain: Page, book: BookBot, question: str, kind: str) -> None:
    ask(plain, question)
    reply, painted = book.ask(question), plain.locator(".vb-reply")
    assert painted.get_attribute("data-kind") == kind == reply.kind
    # a notice of danger has its numbers to be tapped in the midst of its lines
    lines = "nodes => nodes.map((one) => [...one.querySelectorAll('.vb-fixed')].map((p) => p.textContent).join(''))"
    assert plain.locator(".vb-reply .vb-notice").evaluate_all(lines) == [notice.text for notice in reply.notices]
    assert texts(plain, ".vb-reply .vb-disclaimer") == [reply.disclaimer.text]


@pytest.mark.browser
def test_an_offered_question_is_a_link_to_its_answer(plain: Page) -> None:
    ask(plain, "choose")
    plain.locator(".vb-reply").get_by_role("link", name="What is beta?").click()
    expect(plain.locator("#beta h3")).to_be_in_viewport(ratio=1)
    assert plain.url.endswith("/faq#beta")


@pytest.mark.browser
@pytest.mark.parametrize(
    "question", ["x" * 5000, "\n two\n\n  lines\n" + "<b>&amp;</b>" * 400, "   "], ids=["long", "lines", "empty"]
)
def test_what_was_refused_comes_back_to_be_changed(plain: Page, question: str) -> None:
    ask(plain, question)
    assert plain.locator(".vb-reply").get_attribute("data-kind") == "refused"
    expect(plain.get_by_role("textbox")).to_have_value(question)


@pytest.mark.browser
def test_a_failing_bot_leaves_help_the_question_and_the_answers(visit: Open, site: str) -> None:
    page = visit(f"{site}/faq", java_script_enabled=False).page
    ask(page, "fail")
    assert NOTICES["error"] in (page.locator('[data-kind="failed"]').text_content() or "")
    expect(page.get_by_role("textbox")).to_have_value("fail")
    expect(page.locator(".vb-entry")).to_have_count(2)


@pytest.mark.browser
def test_the_question_reaches_the_bot_as_it_was_typed(plain: Page, book: BookBot) -> None:
    typed = "one\ntwo & three = 4 % 5 + “six” ü 漢"
    ask(plain, typed)
    assert book.asked[-1] == (typed, ())
    assert texts(plain, ".vb-mine") == [typed]


@pytest.mark.browser
def test_no_screen_needs_sideways_scrolling(visit: Open, real_site: str) -> None:
    page = visit(f"{real_site}/faq", java_script_enabled=False).page
    for question in ("", DANGER, "My doctor says we've run out of options.", "W" * 300):
        if question:
            ask(page, question)
        # 320 by 200 is a page of 1280 by 800 at 400 %
        for width, height in ((1280, 800), (360, 740), (320, 640), (320, 200)):
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
            assert wide == 0, (question[:9], width, height)
        outside = page.locator("main *").evaluate_all(
            "nodes => nodes.filter(n => !n.closest('.vb-sr') && n.getBoundingClientRect().right > innerWidth)"
            ".map(n => n.outerHTML.slice(0, 80))"
        )
        assert outside == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(visit: Open, site: str, scheme: str) -> None:
    page = visit(f"{site}/faq", java_script_enabled=False, color_scheme=scheme).page
    for question in ("hurt", "choose", "What is alpha?"):
        ask(page, question)
        assert page.evaluate(CONTRASTS) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(247, 243, 236)", "dark": "rgb(25, 23, 21)"}[scheme]


@pytest.mark.browser
@pytest.mark.parametrize("question", ["", "What is alpha?"])
def test_paper_shows_all_answers_and_help_and_nothing_to_click(plain: Page, book: BookBot, question: str) -> None:
    if question:
        ask(plain, question)
    plain.emulate_media(media="print", color_scheme="dark")
    entries = book.knowledge.entries
    assert plain.locator(".vb-entry .vb-passage").all_inner_texts() == [p.text for e in entries for p in e.passages]
    shown = [CLINIC.phone, CLINIC.crisis_line, CLINIC.emergency, NOTICES["disclaimer"].split("\n")[0]]
    shown += [entry.question for entry in entries]
    for text in shown:
        assert plain.get_by_text(text).locator("visible=true").count(), text
    for hidden in ("form", ".vb-contents", ".vb-up", "summary", ".vb-chip", ".vb-more"):
        assert plain.locator(hidden).locator("visible=true").count() == 0, hidden
    grounds = "n => [getComputedStyle(n).backgroundColor, getComputedStyle(n).color]"
    assert plain.locator("body").evaluate(grounds) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert plain.locator(".vb-disclaimer").locator("visible=true").count() == 1
    clipped = plain.locator(".vb-log").evaluate("n => [getComputedStyle(n).overflowY, n.scrollHeight > n.clientHeight]")
    assert clipped == ["visible", False]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_chat_leads_to_the_page_and_back(visit: Open, site: str, width: int) -> None:
    page = visit(site, viewport={"width": width, "height": 740}).page
    link = page.locator(".vb-intro").get_by_role("link", name=WORDS["faq_link"])
    expect(link).to_be_in_viewport(ratio=1)
    assert link.evaluate("link => getComputedStyle(link).textDecorationLine") == "underline"
    with page.expect_popup() as opened:
        link.click()
    popup = opened.value
    popup.get_by_role("link", name=WORDS["to_chat"]).click()
    expect(popup.get_by_role("log")).to_be_visible()


@pytest.mark.browser
def test_the_chat_page_without_a_script_leads_to_it(visit: Open, site: str) -> None:
    page = visit(site, java_script_enabled=False).page
    page.get_by_role("link", name=WORDS["faq_link"]).click()
    expect(page.locator(".vb-entry")).to_have_count(2)


@pytest.mark.browser
def test_it_obeys_its_policy_also_where_scripts_run(visit: Open, site: str) -> None:
    """The data block is no script to a browser: the policy allows none, and none is complained of."""
    opened = visit(f"{site}/faq")
    opened.address = site
    opened.page.get_by_role("textbox").fill("What is alpha?")
    opened.page.get_by_role("button", name=WORDS["send"]).click()
    opened.page.locator(".vb-reply").wait_for()
    assert opened.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert (opened.complaints, opened.elsewhere) == ([], [])


@pytest.mark.browser
def test_hostile_text_is_painted_as_text(visit: Open) -> None:
    bot = hostile_bot(*PAYLOADS)
    with serving(bot) as address:
        opened = visit(f"{address}/faq", java_script_enabled=False)
        opened.address = address
        page = opened.page
        # without a script a text box keeps no carriage return, and the page asks for nothing from elsewhere
        for number in (0, 10, 14, 22, 27):
            ask(page, PAYLOADS[number])
            assert texts(page, ".vb-mine") == [PAYLOADS[number]]
        assert texts(page, ".vb-entry h3") == list(PAYLOADS)
        assert texts(page, ".vb-contents li") == list(PAYLOADS)
        assert texts(page, ".vb-entry .vb-passage") == [t for p in PAYLOADS for t in (p, f"{p}.")]
        assert (
            page.locator("iframe, object, embed, main img, main h1, main script, main style, main input").count() == 0
        )
        assert not any(url.startswith(EVIL) for url in opened.requests)
        assert opened.elsewhere == []


class Scripts(HTMLParser):
    """Collects what stands in script elements."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.inside = False
        self.found: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        if self.inside:
            assert attrs == [("type", "application/ld+json")]

    def handle_endtag(self, _tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)


def test_search_engines_read_the_passages(real_bot: Bot, real_site: str) -> None:
    document = httpx.get(f"{real_site}/faq").text
    (block,) = Scripts(document).found
    told = json.loads(block)
    assert (told["@context"], told["@type"]) == ("https://schema.org", "FAQPage")
    answers = {q["name"]: q["acceptedAnswer"]["text"] for q in told["mainEntity"]}
    assert answers == {e.question: "\n\n".join(p.text for p in e.passages) for e in real_bot.knowledge.entries}
    assert {q["@type"] for q in told["mainEntity"]} == {"Question"}
    assert {q["acceptedAnswer"]["@type"] for q in told["mainEntity"]} == {"Answer"}


def test_no_text_ends_the_data_block() -> None:
    entries = tuple(make_entry(f"e-{n}", payload, payload, f"{payload}.") for n, payload in enumerate(PAYLOADS))
    (block,) = Scripts(structured_data(entries)).found
    told = [(q["name"], q["acceptedAnswer"]["text"]) for q in json.loads(block)["mainEntity"]]
    assert told == [(payload, f"{payload}\n\n{payload}.") for payload in PAYLOADS]


def test_only_the_page_as_it_stands_is_for_search_engines(client: httpx.Client) -> None:
    index, answered = client.get("/faq").text, post(client, b"question=What+is+alpha%3F").text
    assert ("noindex" in index, bool(LD.search(index))) == (False, True)
    assert ("noindex" in answered, bool(LD.search(answered))) == (True, False)


def test_a_page_that_is_not_ready_is_for_nobody_to_find() -> None:
    bot = hostile_bot("x")
    with serving(bot) as address:
        document = httpx.get(f"{address}/faq").text
    assert ("noindex" in document, bool(LD.search(document))) == (True, False)


def test_it_has_no_script_and_a_policy_without_any(client: httpx.Client) -> None:
    for response in (client.get("/faq"), client.head("/faq"), post(client, b"question=x"), post(client, b"")):
        assert response.headers["content-security-policy"] == plain_policy(())
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert "set-cookie" not in response.headers
    assert "script" not in plain_policy(())
    assert "unsafe" not in plain_policy(())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b""),
        (FORM, b"text=x"),
        (FORM, b"question=x&question=y"),
        (FORM, b"question=%ff"),
        (FORM, b"question=%ed%a0%80"),
        (FORM, b"\xff"),
        (FORM, b"question=x" + b"&a=b" * 20),
        ("text/plain", b"question=x"),
        ("application/json", b'{"question": "x"}'),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="question"\r\n\r\nx\r\n--b--',
        ),
    ],
)
def test_a_malformed_form_is_refused_as_a_page(client: httpx.Client, kind: str, body: bytes) -> None:
    response = post(client, body, kind)
    assert_refused(response, 400, "error")


def assert_refused(response: httpx.Response, status: int, notice: str) -> None:
    """A refusal of a form is a page with its notice, the numbers, the form and the way to the answers."""
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert int(response.headers["content-length"]) == len(response.content)
    first = NOTICES[notice].split("(")[0].split("\n")[0].rstrip()
    assert first in response.text
    for part in ('href="tel:988"', 'href="tel:911"', 'action="/faq"', 'href="/faq"'):
        assert part in response.text


def test_too_large_a_form_is_refused_as_a_page(client: httpx.Client) -> None:
    body = b"question=" + b"x" * 65_536
    assert_refused(post(client, body), 413, "too-long")
    chunks = iter([body[:9], body[9:]])
    assert_refused(client.post("/faq", content=chunks, headers={"Content-Type": FORM}), 413, "too-long")


def test_too_many_forms_are_refused_as_a_page() -> None:
    with serving(BookBot(), Settings(port=0, rate_burst=2, rate_per_minute=1)) as address:
        assert httpx.get(f"{address}/faq").status_code == 200
        answers = [httpx.post(f"{address}/faq", data={"question": "x"}) for _ in range(2)]
        assert answers[0].status_code == 200
        assert_refused(answers[1], 429, "busy")
        assert 1 <= int(answers[1].headers["retry-after"]) <= 60
        assert_refused(httpx.get(f"{address}/faq"), 429, "busy")


def test_another_method_is_refused_as_a_page(client: httpx.Client) -> None:
    assert_refused(client.put("/faq"), 404, "error")


def test_a_failing_bot_is_503_and_the_log_keeps_the_question_to_itself(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(client, b"question=fail").status_code == 503
    assert "RuntimeError at " in caplog.text
    assert "cannot read fail" not in caplog.text


def test_line_ends_are_those_that_were_typed() -> None:
    assert parse_form(f"{FORM}; charset=UTF-8", b"question=a%0D%0Ab%0Ac%0D&x=1") == "a\nb\nc\r"


def test_what_an_address_says_is_not_read(client: httpx.Client, book: BookBot) -> None:
    before = len(book.asked)
    assert client.get("/faq?question=secret").text == client.get("/faq").text
    assert (len(book.asked), make_knowledge().entries) == (before, book.knowledge.entries)
