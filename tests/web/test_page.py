"""The page in a real browser: typed, read, called, started over, on any screen and without a line."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.model import Problem
from tests.web.book import CLINIC, NOTICES, WORDS, BookBot, Visit, make_knowledge, serving, wait_until

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


@pytest.fixture
def held(book: BookBot) -> Iterator[Event]:
    """Hold every reply back until the event is set."""
    release = Event()
    book.before_reply = lambda: release.wait(10)
    yield release
    release.set()
    book.before_reply = lambda: None


def text_of(page: Page, selector: str) -> list[str]:
    return [text or "" for text in page.locator(selector).evaluate_all("nodes => nodes.map(n => n.textContent)")]


def test_a_patient_types_and_reads_the_clinics_sentence(visit: Open, real_site: str) -> None:
    page = visit(real_site)
    page.ask("can I do this if I'm pregnant?")
    sentence = "Pregnant women and nursing mothers are not eligible for ketamine treatment."
    assert sentence in text_of(page.page, ".vb-card > .vb-quote .vb-passage")
    assert page.page.locator(".vb-mine").text_content() == "can I do this if I'm pregnant?"
    assert page.page.locator(".vb-disclaimer").count() == 1
    assert (page.complaints, page.elsewhere) == ([], [])
    assert not any("pregnant" in url for url in page.requests)


def test_every_passage_is_painted_with_the_characters_of_its_source(visit: Open, real_bot: Bot, real_site: str) -> None:
    """Each is reached as a patient reaches it: by asking its entry's question and opening the full answer."""
    opened = visit(real_site)
    seen: dict[str | None, str | None] = {}
    for number, entry in enumerate(real_bot.knowledge.entries):
        opened.ask(entry.question)
        card = opened.page.locator(".vb-reply").nth(number).locator(f'.vb-card[data-entry="{entry.id}"]').first
        if card.locator("summary").count():
            card.locator("summary").click()
        for node in card.locator(".vb-passage").all():
            text = node.text_content()
            assert node.inner_text() == text
            assert seen.setdefault(node.get_attribute("data-passage"), text) == text
    passages = [passage for entry in real_bot.knowledge.entries for passage in entry.passages]
    sources = real_bot.knowledge.sources
    assert seen == {p.id: sources[p.source.file][p.source.start : p.source.end] for p in passages}
    assert opened.complaints == []


def test_title_and_language_are_those_of_the_text(visit: Open, site: str) -> None:
    opened = visit(site, locale="fr-FR")
    opened.ask("What is alpha?")
    assert opened.page.title() == CLINIC.name
    assert opened.page.evaluate("document.documentElement.lang") == "en"


def test_nothing_is_stored_in_the_browser_or_asked_from_elsewhere(visit: Open, site: str) -> None:
    opened = visit(f"{site}/?view=api&deep_link=x&q=secret")
    opened.address = site
    opened.ask("What is alpha?")
    stored = opened.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert stored == [0, 0, ""]
    assert opened.page.evaluate("indexedDB.databases()") == []
    assert opened.page.url == f"{site}/"
    assert (opened.complaints, opened.elsewhere) == ([], [])


def test_a_starter_asks_its_question_and_keeps_what_was_typed(visit: Open, site: str) -> None:
    page = visit(site).page
    page.get_by_role("textbox").fill("half a thought")
    page.get_by_role("button", name="What is beta?").click()
    expect(page.locator(".vb-card h2")).to_have_text("What is beta?")
    expect(page.get_by_role("textbox")).to_have_value("half a thought")


def test_an_offered_question_asks_itself(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("choose")
    reply = opened.page.locator(".vb-reply")
    assert reply.get_attribute("data-kind") == "choose"
    reply.get_by_role("button", name="What is alpha?").click()
    expect(opened.page.locator(".vb-card h2")).to_have_text("What is alpha?")


def test_the_full_answer_marks_what_was_shown(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("What is alpha?")
    expect(opened.page.locator(".vb-full blockquote")).to_be_hidden()
    opened.page.get_by_text(WORDS["full_answer"]).click()
    expect(opened.page.locator(".vb-full blockquote")).to_be_visible()
    assert text_of(opened.page, ".vb-full mark") == ["Alpha is first."]
    assert text_of(opened.page, ".vb-full .vb-passage")[1] == "It has  two spaces, “curly” quotes\n-and a list."


def test_numbers_in_a_notice_can_be_called(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("hurt")
    notice = opened.page.locator('[data-notice="crisis"]')
    assert "".join(text_of(opened.page, '[data-notice="crisis"] .vb-fixed')) == NOTICES["crisis"]
    links = notice.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links == ["tel:988", "sms:988", "tel:911", "sms:988", "tel:988", "tel:911"]
    assert notice.get_attribute("role") == "alert"


def test_shift_enter_starts_a_line_and_enter_sends(visit: Open, site: str, book: BookBot) -> None:
    page = visit(site).page
    box = page.get_by_role("textbox")
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    expect(box).to_have_value("one\ntwo")
    box.press("Enter")
    page.locator(".vb-reply").wait_for()
    assert book.asked[-1][0] == "one\ntwo"
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_a_double_click_asks_once(visit: Open, site: str, book: BookBot, held: Event) -> None:
    page = visit(site).page
    before = len(book.asked)
    page.get_by_role("textbox").fill("What is alpha?")
    page.get_by_role("button", name=WORDS["send"]).dblclick()
    page.get_by_role("textbox").fill("typed while waiting")
    page.keyboard.press("Enter")
    held.set()
    page.locator(".vb-reply").wait_for()
    assert (len(book.asked) - before, page.locator(".vb-mine").count()) == (1, 1)
    expect(page.get_by_role("textbox")).to_have_value("typed while waiting")


def test_sending_nothing_does_nothing(visit: Open, site: str, book: BookBot) -> None:
    page = visit(site).page
    before = len(book.asked)
    for text in ("", "   ", "\n\n"):
        page.get_by_role("textbox").fill(text)
        page.keyboard.press("Enter")
        page.get_by_role("button", name=WORDS["send"]).click()
    expect(page.locator(".vb-mine")).to_have_count(0)
    assert len(book.asked) == before


def test_too_long_a_message_comes_back_to_be_shortened(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("x" * 5000)
    assert opened.page.locator(".vb-reply").get_attribute("data-kind") == "refused"
    expect(opened.page.get_by_role("textbox")).to_have_value("x" * 5000)


def test_what_was_typed_outlives_a_lost_line(visit: Open, site: str) -> None:
    opened = visit(site, offline=False)
    page = opened.page
    page.context.set_offline(True)
    opened.ask("What is alpha?")
    assert WORDS["failed"] in (page.locator('[data-kind="failed"]').text_content() or "")
    # what Gradio itself would say
    expect(page.get_by_text("Error", exact=True).locator("visible=true")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_value("What is alpha?")
    expect(page.locator('[data-kind="failed"] a[href="tel:988"]')).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator(".vb-card h2")).to_have_text("What is alpha?")


def test_what_was_typed_outlives_a_refusal(visit: Open, site: str) -> None:
    opened = visit(site)
    statuses = [400, 413, 429, 500, 503]
    opened.page.route("**/gradio_api/run/**", lambda route: route.fulfill(status=statuses.pop(0), body="{}"))
    for number, status in enumerate(tuple(statuses)):
        opened.ask(f"question {status}")
        words = NOTICES["busy"] if status == 429 else WORDS["failed"]
        assert words in (opened.page.locator('[data-kind="failed"]').nth(number).text_content() or "")
        expect(opened.page.get_by_role("textbox")).to_have_value(f"question {status}")


def test_a_failing_bot_leaves_help_and_the_question(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("fail")
    assert NOTICES["error"] in (opened.page.locator('[data-kind="failed"]').text_content() or "")
    expect(opened.page.get_by_role("textbox")).to_have_value("fail")


def test_start_over_forgets_the_conversation(visit: Open, site: str, book: BookBot) -> None:
    opened = visit(site)
    opened.ask("What is alpha?")
    opened.ask("What is beta?")
    assert list(book.asked[-1][1]) == ["What is alpha?"]
    with opened.page.expect_response("**/gradio_api/run/**"):
        opened.page.get_by_role("button", name=WORDS["start_over"]).click()
    expect(opened.page.locator(".vb-reply, .vb-turn")).to_have_count(0)
    expect(opened.page.locator(".vb-greeting")).to_be_visible()
    expect(opened.page.get_by_role("textbox")).to_be_focused()
    opened.ask("What is alpha?")
    assert list(book.asked[-1][1]) == []


def test_a_reply_that_comes_after_start_over_is_not_shown(visit: Open, site: str, held: Event) -> None:
    opened = visit(site)
    page = opened.page
    page.get_by_role("textbox").fill("What is alpha?")
    page.keyboard.press("Enter")
    page.locator(".vb-waiting").wait_for()
    page.get_by_role("button", name=WORDS["start_over"]).click()
    with page.expect_response("**/gradio_api/run/**"):
        held.set()
    opened.ask("What is beta?")
    assert text_of(page, ".vb-card h2") == ["What is beta?"]


def test_help_is_there_in_every_state(visit: Open, site: str) -> None:
    opened = visit(site, viewport={"width": 360, "height": 640})
    bar = opened.page.get_by_role("navigation", name=WORDS["help_label"])
    for question in ("What is alpha?", "choose", "none", "hurt", "fail", "x" * 5000):
        opened.ask(question)
        for number in ("2025550142", "988", "911"):
            expect(bar.locator(f'a[href="tel:{number}"]')).to_be_in_viewport(ratio=1)


def test_no_screen_needs_sideways_scrolling(visit: Open, real_site: str) -> None:
    opened = visit(real_site, viewport={"width": 1280, "height": 800})
    page = opened.page
    for question in ("Can I do this if I'm pregnant?", "W" * 200, "I want to kill myself"):
        opened.ask(question)
    page.locator("summary").first.click()
    for width, height in ((1280, 800), (360, 640), (320, 256), (640, 360)):
        page.set_viewport_size({"width": width, "height": height})
        widths = page.evaluate(
            "[document.scrollingElement, document.querySelector('.vb-log')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert widths == [0, 0], (width, height)
        page.locator(".vb-disclaimer").last.scroll_into_view_if_needed()
        if height >= 320:
            assert page.evaluate("[document.scrollingElement.scrollTop, document.body.scrollTop]") == [0, 0]
        expect(page.get_by_role("textbox")).to_be_in_viewport(ratio=1)


def test_the_beginning_of_a_reply_is_in_view(visit: Open, real_site: str) -> None:
    opened = visit(real_site, viewport={"width": 360, "height": 640})
    for number, question in enumerate(("Can I do this if I'm pregnant?", "What are the risks and side effects?")):
        opened.ask(question)
        expect(opened.page.locator(".vb-mine").nth(number)).to_be_in_viewport(ratio=1)
        expect(opened.page.locator(".vb-card h2").nth(number)).to_be_in_viewport(ratio=1)


def test_the_keyboard_is_enough(visit: Open, site: str) -> None:
    page = visit(site).page
    expect(page.get_by_role("textbox")).to_be_focused()
    names = []
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if page.evaluate("document.activeElement.matches('a, button')"):
            assert outline == "solid", names[-1]
        if "What is alpha?" in names:
            break
    page.keyboard.press("Enter")
    page.locator(".vb-reply").wait_for()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".vb-full blockquote")).to_be_visible()


def test_everything_has_a_name_for_a_screen_reader(visit: Open, site: str) -> None:
    opened = visit(site)
    page = opened.page
    opened.ask("What is alpha?")
    expect(page.get_by_role("textbox", name=WORDS["question_label"])).to_be_visible()
    expect(page.get_by_role("log", name=WORDS["conversation"])).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("heading", name=CLINIC.name, level=1)).to_be_visible()
    expect(page.get_by_role("article", name=WORDS["reply_label"])).to_be_visible()
    for button in page.get_by_role("button").all():
        assert (button.text_content() or "").strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(visit: Open, site: str, scheme: str) -> None:
    opened = visit(site, color_scheme=scheme)
    opened.ask("What is alpha?")
    opened.ask("hurt")
    opened.page.get_by_text(WORDS["full_answer"]).click()
    low = opened.page.evaluate(CONTRASTS)
    assert low == []
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(247, 243, 236)", "dark": "rgb(25, 23, 21)"}[scheme]


def test_help_and_contact_are_there_without_javascript(visit: Open, site: str) -> None:
    page = visit(site, java_script_enabled=False).page
    expect(page.get_by_text(WORDS["no_script"])).to_be_visible()
    for number in ("2025550142", "988", "911"):
        expect(page.locator(f'.vb-help a[href="tel:{number}"]')).to_be_visible()
    assert page.title() == CLINIC.name


def test_a_clinic_that_is_not_ready_says_so(visit: Open) -> None:
    problem = Problem("clinic.yaml", 3, "not ready for patients", "Set the clinic's phone in clinic.yaml:3.")
    clinic = replace(CLINIC, name="", phone="")
    knowledge = replace(make_knowledge(clinic=clinic), missing=(problem,))
    with serving(BookBot(knowledge)) as address:
        opened = visit(address)
        opened.ask("What is alpha?")
        expect(opened.page.locator(".vb-missing")).to_contain_text(problem.fix)
        assert opened.page.title() == WORDS["page_title"]
        wait_until(lambda: opened.complaints == [])


# every visible text against the nearest painted ground, as WCAG 2.2 measures it
CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (colours) => {
    canvas.fillStyle = "#fff";
    canvas.fillRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const low = [];
  for (const node of document.querySelectorAll(".vb-top *, .vb-chat *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const grounds = [];
    for (let up = node; up; up = up.parentElement) grounds.unshift(getComputedStyle(up).backgroundColor);
    const [a, b] = [light(pixel(grounds)), light(pixel([...grounds, getComputedStyle(node).color]))].sort();
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${node.className || node.tagName} ${node.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return low;
}"""
