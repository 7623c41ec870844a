"""What patients do, on the real FAQ and through the browser alone: each task succeeds and nothing typed is lost.

Printing, sending twice at once, starting over, losing the line, zooming, the keyboard alone, names for a screen reader,
the dark page, the page without JavaScript and closing the widget are tasks of the neighbouring files.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from bot.bot import Bot
from tests.web.book import CLINIC, WORDS, Visit

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIDE_EFFECTS = "What are the risks and side effects?"


@pytest.fixture
def page(visit: Open, real_site: str) -> Visit:
    return visit(real_site)


def titles(page: Page) -> list[str]:
    """Return the questions of the last reply's cards."""
    return page.locator(".vb-reply").last.locator(".vb-card h2").all_text_contents()


def test_asking_with_typos(page: Visit) -> None:
    page.ask("what r the side efects")
    assert titles(page.page)[:1] == [SIDE_EFFECTS]
    expect(page.page.locator(".vb-mine")).to_have_text("what r the side efects")


def test_asking_a_follow_up(page: Visit) -> None:
    page.ask(SIDE_EFFECTS)
    page.ask("and how long do they last?")
    reply = page.page.locator(".vb-reply").last
    expect(reply.locator(".vb-about q")).to_have_text(SIDE_EFFECTS)
    expect(reply.locator(".vb-card h2, .vb-chip[data-entry]").filter(has_text=SIDE_EFFECTS)).to_have_count(1)


def test_choosing_what_was_meant(page: Visit) -> None:
    page.ask("My doctor says we've run out of options.")
    offered = page.page.locator(".vb-reply .vb-chip[data-entry]")
    chosen = offered.first.text_content() or ""
    offered.first.click()
    expect(page.page.locator(".vb-reply")).to_have_count(2)
    assert titles(page.page)[:1] == [chosen]


def test_reading_the_full_answer(page: Visit, real_bot: Bot) -> None:
    page.ask("can I do this if I'm pregnant?")
    card = page.page.locator(".vb-card").first
    card.get_by_text(WORDS["full_answer"]).click()
    entry = real_bot.knowledge.entry(card.get_attribute("data-entry") or "")
    assert card.locator(".vb-full .vb-passage").all_inner_texts() == [passage.text for passage in entry.passages]
    expect(card.locator(".vb-full mark").first).to_have_text(card.locator("> .vb-quote .vb-passage").first.inner_text())


def test_calling_the_clinic(visit: Open, real_site: str) -> None:
    opened = visit(real_site, **PHONE)
    opened.ask("how much does it cost")
    opened.page.locator(".vb-reply").get_by_role("button", name=WORDS["talk_to_person"]).click()
    number = opened.page.locator(".vb-reply").last.get_by_role("link", name=CLINIC.phone)
    expect(number).to_have_attribute("href", "tel:2025550142")
    expect(number).to_be_in_viewport(ratio=1)


def test_asking_in_spanish(page: Visit) -> None:
    """The FAQ is in English: the page says so in Spanish too, and where a person is who speaks it."""
    page.ask("¿Puedo hacerlo si estoy embarazada?")
    reply = page.page.locator('.vb-reply [data-notice="language"]')
    expect(reply).to_contain_text("Este chat solo responde en inglés.")
    expect(reply.locator('a[href="tel:988"]').last).to_be_visible()
    expect(page.page.locator(".vb-card")).to_have_count(0)


def test_writing_in_a_crisis(visit: Open, real_site: str) -> None:
    opened = visit(real_site, **PHONE)
    opened.ask("I want to kill myself")
    first = opened.page.locator(".vb-reply > *").first
    expect(first).to_have_attribute("data-notice", "crisis")
    for href in ("tel:988", "sms:988", "tel:911"):
        expect(first.locator(f'.vb-tap[href="{href}"]')).to_be_in_viewport(ratio=1)


def test_turning_the_phone_with_a_sentence_begun(visit: Open, real_site: str) -> None:
    opened = visit(real_site, **PHONE)
    opened.ask(SIDE_EFFECTS)
    opened.page.get_by_role("textbox").fill("and what about")
    opened.page.set_viewport_size({"width": 740, "height": 360})
    expect(opened.page.get_by_role("textbox")).to_have_value("and what about")
    expect(opened.page.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    assert titles(opened.page)[:1] == [SIDE_EFFECTS]


def test_pasting_five_thousand_characters(visit: Open, real_site: str) -> None:
    opened = visit(real_site, permissions=["clipboard-read", "clipboard-write"])
    page, pasted = opened.page, "my story " * 556
    page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    page.get_by_role("textbox").press("ControlOrMeta+V")
    expect(page.get_by_role("textbox")).to_have_value(pasted)
    page.keyboard.press("Enter")
    expect(page.locator('.vb-reply [data-notice="too-long"]')).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value(pasted)


def test_pressing_back_with_a_sentence_begun(visit: Open, real_site: str) -> None:
    """The browser asks first; who stays has lost nothing."""
    page = visit(f"{real_site}/faq").page
    page.get_by_role("link", name=WORDS["to_chat"]).click()
    page.get_by_role("log").wait_for()
    page.get_by_role("textbox").press_sequentially("I wanted to ask")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.evaluate("history.back()")
    expect(page.get_by_role("textbox")).to_have_value("I wanted to ask")
    assert (asked, page.url) == (["beforeunload"], f"{real_site}/")


def test_pressing_back_with_nothing_begun(visit: Open, real_site: str) -> None:
    page = visit(f"{real_site}/faq").page
    page.get_by_role("link", name=WORDS["to_chat"]).click()
    page.get_by_role("log").wait_for()
    page.get_by_role("textbox").fill(SIDE_EFFECTS)
    page.keyboard.press("Enter")
    page.locator(".vb-card").first.wait_for()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.type))
    page.go_back()
    expect(page.locator(".vb-entry").first).to_be_visible()
    assert dialogs == []
