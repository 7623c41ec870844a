"""What stands around an answer: where it is from, copying, printing, rating, a way to a person, help, the logo."""

import json
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from bot.bot import Bot
from bot.model import Knowledge, Logo, Review
from bot.web.painting import logo_path, paint_reply, source_name, text_with_phones
from tests.web.book import CLINIC, NOTICES, SPANISH_WORDS, WORDS, BookBot, Visit, make_knowledge, serving, wait_until

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
LOGO = Logo("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><circle r='9'/></svg>")
PASSAGES = ("Alpha is first.", "It has  two spaces, “curly” quotes\n-and a list.")


@pytest.fixture
def ratings() -> list[Any]:
    return []


@pytest.fixture
def rated(visit: Open, site: str, ratings: list[Any]) -> Visit:
    """A visit to a site whose server takes ratings."""

    def take(route: Route) -> None:
        ratings.append(json.loads(route.request.post_data or ""))
        route.fulfill(status=204)

    opened = visit(site)
    opened.page.route("**/api/feedback", take)
    return opened


def reviewed(review: Review) -> Knowledge:
    knowledge = make_knowledge()
    return replace(knowledge, entries=tuple(replace(entry, review=review) for entry in knowledge.entries))


def painted_answer(knowledge: Knowledge) -> str:
    return paint_reply(BookBot(knowledge).ask("What is alpha?"), knowledge)


# --- where it is from ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("sources/ketamine-faq.txt", "From the clinic's FAQ: ketamine"),
        ("sources/faq.txt", "From the clinic's FAQ"),
        ("sources/clinic.txt", "From the clinic's FAQ"),
        ("sources/sub/after_care FAQ 2.txt", "From the clinic's FAQ: after care 2"),
    ],
)
def test_a_source_is_named_in_plain_words(file: str, name: str) -> None:
    assert source_name(file, WORDS) == name


def test_an_answer_says_when_it_was_reviewed_and_by_whom() -> None:
    painted = painted_answer(reviewed(Review("Dr. A. <Example>", "2026-03-01", "")))
    assert "<span>Reviewed on March 1, 2026 by Dr. A. &lt;Example&gt;</span>" in painted


@pytest.mark.parametrize("review", [Review(), Review(by="Dr. A."), Review(on="2026-03-01"), Review(due="2026-03-01")])
def test_an_answer_that_nobody_reviewed_on_a_day_does_not_say_so(review: Review) -> None:
    assert "Reviewed" not in painted_answer(reviewed(review))


def test_a_date_is_told_in_the_language_of_the_page() -> None:
    knowledge = replace(reviewed(Review("Ana", "2026-12-09", "")), words=SPANISH_WORDS)
    assert "Revisado el 9 de diciembre de 2026 por Ana" in painted_answer(knowledge)
    broken = replace(knowledge, words={**SPANISH_WORDS, "months": "enero, febrero"})
    assert "Revisado el 2026-12-09 por Ana" in painted_answer(broken)


# --- copying and printing --------------------------------------------------------------------------------------------


NO_CLIPBOARD = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"


@pytest.fixture
def clipboard(visit: Open, site: str) -> Visit:
    opened = visit(site, permissions=["clipboard-read", "clipboard-write"])
    opened.ask("What is alpha?")
    return opened


def copied(page: Page) -> str:
    page.get_by_role("button", name=WORDS["copy"]).click()
    expect(page.locator(".vb-tools .vb-said")).to_have_text(WORDS["copied"])
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_copying_takes_the_passages_characters_and_nothing_else(clipboard: Visit) -> None:
    assert copied(clipboard.page) == PASSAGES[0]
    clipboard.page.locator("summary").click()
    assert copied(clipboard.page) == "\n\n".join(PASSAGES)
    assert clipboard.complaints == []


def test_copying_works_without_the_clipboard_api(clipboard: Visit) -> None:
    page = clipboard.page
    page.evaluate(NO_CLIPBOARD)
    page.locator("summary").click()
    assert copied(page) == "\n\n".join(PASSAGES)
    assert page.evaluate("getSelection().toString()") == ""


def test_where_nothing_can_be_copied_the_text_is_marked_and_that_is_said(clipboard: Visit) -> None:
    page = clipboard.page
    page.evaluate(NO_CLIPBOARD)
    page.evaluate("() => { document.execCommand = () => false; }")
    page.get_by_role("button", name=WORDS["copy"]).click()
    expect(page.locator(".vb-tools .vb-said")).to_have_text(WORDS["copy_failed"])
    assert page.evaluate("getSelection().toString()") == PASSAGES[0]


def test_every_passage_is_copied_and_printed_with_the_characters_of_its_source(
    visit: Open, real_bot: Bot, real_site: str
) -> None:
    opened = visit(real_site, permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    for number, entry in enumerate(real_bot.knowledge.entries):
        opened.ask(entry.question)
        card = page.locator(".vb-reply").nth(number).locator(f'.vb-card[data-entry="{entry.id}"]').first
        if card.locator("summary").count():
            card.locator("summary").click()
        card.get_by_role("button", name=WORDS["copy"]).click()
        expect(card.locator(".vb-said")).to_be_visible()
        page.emulate_media(media="print")
        shown = card.locator(".vb-passage").locator("visible=true")
        ids = shown.evaluate_all("nodes => nodes.map(node => node.dataset.passage)")
        printed = shown.evaluate_all("nodes => nodes.map(node => node.innerText)")
        page.emulate_media(media="screen")
        sources = real_bot.knowledge.sources
        texts = {p.id: sources[p.source.file][p.source.start : p.source.end] for p in entry.passages}
        assert dict(zip(ids, printed, strict=True)) == texts
        assert page.evaluate("navigator.clipboard.readText()") == "\n\n".join(texts[id_] for id_ in ids)


def test_printing_prints_a_reply_with_its_question_or_the_conversation_and_nothing_to_press(
    visit: Open, site: str
) -> None:
    opened = visit(site, color_scheme="dark")
    page = opened.page
    opened.ask("What is alpha?")
    opened.ask("choose")
    opened.ask("hurt")
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    page.get_by_role("button", name=WORDS["print"]).first.click()
    wait_until(lambda: page.evaluate("window.printed") == 1)
    page.emulate_media(media="print")
    expect(page.get_by_text("What is alpha?").locator("visible=true").first).to_be_visible()
    expect(page.get_by_text("hurt", exact=True).locator("visible=true")).to_have_count(0)
    expect(page.locator(".vb-disclaimer").locator("visible=true")).to_have_count(1)
    # the browser's own menu prints all of it
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    for text in ("What is alpha?", PASSAGES[0], "From the clinic's FAQ: alpha", "What is beta?", "988"):
        expect(page.get_by_text(text).locator("visible=true").first).to_be_visible()
    expect(page.locator(".vb-disclaimer").locator("visible=true")).to_have_count(3)
    for hidden in ("textarea", ".vb-form", ".vb-tools", ".vb-helpful", ".vb-taps", ".vb-intro"):
        expect(page.locator(hidden).locator("visible=true")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.vb-passage')).color") == "rgb(0, 0, 0)"
    log = page.locator(".vb-log").evaluate(
        "log => [log.scrollHeight - log.clientHeight, getComputedStyle(log).overflowY]"
    )
    assert log == [0, "visible"]


# --- was it helpful --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "helpful"), [("helpful_yes", True), ("helpful_no", False)])
def test_a_rating_sends_the_receipt_once_and_says_thank_you(
    rated: Visit, ratings: list[Any], word: str, *, helpful: bool
) -> None:
    page = rated.page
    rated.ask("What is alpha?")
    button = page.get_by_role("group", name=WORDS["helpful"]).get_by_role("button", name=WORDS[word])
    with page.expect_response("**/api/feedback"):
        button.click()
    expect(page.locator(".vb-helpful .vb-said")).to_have_text(WORDS["helpful_thanks"])
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    for one in page.locator(".vb-helpful button").all():
        one.click(force=True)
    assert ratings == [{"receipt": "receipt", "helpful": helpful}]
    expect(page.locator('[aria-pressed="true"]')).to_have_count(1)


@pytest.mark.parametrize("status", [404, 429, 500, None])
def test_where_nobody_counts_ratings_the_page_goes_on(visit: Open, site: str, status: int | None) -> None:
    opened = visit(site)
    page = opened.page
    page.route("**/api/feedback", lambda route: route.fulfill(status=status) if status else route.abort())
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened.ask("What is alpha?")
    page.get_by_role("button", name=WORDS["helpful_yes"]).click()
    expect(page.locator(".vb-helpful .vb-said")).to_have_text(WORDS["helpful_thanks"])
    opened.ask("What is beta?")
    expect(page.locator(".vb-card h2").last).to_have_text("What is beta?")
    assert errors == []


def test_only_an_answer_is_rated_and_never_in_danger() -> None:
    bot = BookBot()
    asked = {
        question: paint_reply(bot.ask(question), bot.knowledge) for question in ("choose", "other", "hurt", "price")
    }
    assert [question for question, painted in asked.items() if "vb-helpful" in painted] == []
    answer = bot.ask("What is alpha?")
    assert "vb-helpful" in paint_reply(answer, bot.knowledge)
    danger = replace(answer, safety=replace(answer.safety, level="crisis"))
    assert "vb-helpful" not in paint_reply(danger, bot.knowledge)


# --- a person --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "button"), [("other", "talk_to_person"), ("price", "talk_to_person"), ("choose", "none_of_these")]
)
def test_a_reply_without_an_answer_leads_to_a_person_also_without_a_line(
    visit: Open, site: str, book: BookBot, question: str, button: str
) -> None:
    notice = {"talk_to_person": "person", "none_of_these": "no-answer"}[button]
    opened = visit(site, offline=False)
    page = opened.page
    opened.ask(question)
    asked, requests = len(book.asked), len(opened.requests)
    page.context.set_offline(True)
    page.locator(".vb-reply").get_by_role("button", name=WORDS[button]).click()
    shown = page.locator(".vb-log").locator(f'[data-notice="{notice}"]')
    expect(shown).to_have_text(NOTICES[notice])
    expect(page.locator(".vb-mine").last).to_have_text(WORDS[button])
    expect(page.locator(".vb-reply").last.locator(".vb-disclaimer")).to_have_text(NOTICES["disclaimer"])
    expect(shown.locator('a[href="tel:2025550142"]')).to_be_visible()
    page.context.set_offline(False)
    assert (len(book.asked), len(opened.requests)) == (asked, requests)


@pytest.mark.parametrize(("button", "notice"), [("talk_to_person", "person"), ("what_is_this", "about")])
def test_a_footer_action_shows_its_fixed_text(visit: Open, site: str, button: str, notice: str) -> None:
    page = visit(site).page
    page.get_by_role("textbox").fill("half a thought")
    page.get_by_role("button", name=WORDS[button]).click()
    expect(page.locator(".vb-log").locator(f'[data-notice="{notice}"]')).to_have_text(NOTICES[notice])
    expect(page.get_by_role("textbox")).to_have_value("half a thought")
    page.get_by_role("button", name=WORDS["start_over"]).click()
    expect(page.locator(".vb-reply, .vb-turn")).to_have_count(0)


def test_a_reply_stands_below_its_own_question_whatever_was_shown_meanwhile(
    visit: Open, site: str, book: BookBot
) -> None:
    release = Event()
    book.before_reply = lambda: release.wait(10)
    page = visit(site).page
    page.get_by_role("textbox").fill("What is alpha?")
    page.keyboard.press("Enter")
    page.locator(".vb-waiting").wait_for()
    page.get_by_role("button", name=WORDS["what_is_this"]).click()
    release.set()
    page.locator(".vb-card").wait_for()
    book.before_reply = lambda: None
    kinds = page.locator(".vb-log > *").evaluate_all("nodes => nodes.map(n => n.dataset.kind ?? n.className)")
    assert kinds == ["vb-intro", "vb-turn", "answer", "vb-turn", "notice"]


# --- numbers to tap --------------------------------------------------------------------------------------------------


def test_a_danger_notice_has_the_national_numbers_to_tap_near_its_top(visit: Open, site: str) -> None:
    opened = visit(site, viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)
    opened.ask("hurt")
    taps = opened.page.locator(".vb-tap")
    assert taps.evaluate_all("links => links.map(a => [a.textContent, a.getAttribute('href')])") == [
        ["Call 988", "tel:988"],
        ["Text 988", "sms:988"],
        ["Call 911", "tel:911"],
    ]
    for tap in taps.all():
        expect(tap).to_be_in_viewport(ratio=1)
        box = tap.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_a_number_is_offered_for_a_text_only_where_the_notice_says_so() -> None:
    clinic = replace(CLINIC, crisis_line="116 123", emergency="999")
    notices = {**NOTICES, "crisis": f"Reach out.\nCall 116 123 or text SHOUT to 85258. Call {CLINIC.phone}. Call 999."}
    knowledge = make_knowledge(clinic=clinic, notices=notices)
    painted = paint_reply(BookBot(knowledge).ask("hurt"), knowledge)
    assert "sms:" not in painted
    assert painted.count('class="vb-tap"') == 2


def test_the_spanish_words_for_a_text_make_a_link() -> None:
    text = "También puede enviar la palabra AYUDA en un mensaje de texto al 988."
    painted = text_with_phones(text, CLINIC)
    assert 'href="sms:988" aria-label="mensaje de texto 988">mensaje de texto</a> al <a' in painted


# --- the clinic's picture and language -------------------------------------------------------------------------------


def with_clinic(**facts: Any) -> BookBot:
    return BookBot(make_knowledge(clinic=replace(CLINIC, **facts)))


def test_the_logo_is_shown_from_our_own_server_as_a_picture_only(visit: Open) -> None:
    with serving(with_clinic(logo=LOGO)) as address:
        opened = visit(address)
        picture = opened.page.locator(".vb-logo")
        assert picture.evaluate("picture => [picture.complete, picture.naturalWidth, picture.alt]") == [True, 40, ""]
        response = httpx.get(address + logo_path(LOGO))
        assert (opened.complaints, opened.elsewhere) == ([], [])
    assert response.content == LOGO.content
    headers = response.headers
    assert headers["content-type"] == "image/svg+xml"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "sandbox" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "immutable" in headers["cache-control"]


def test_a_picture_opened_as_a_page_runs_nothing(visit: Open) -> None:
    hostile = Logo("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>window.pwned = 1</script></svg>")
    with serving(with_clinic(logo=hostile)) as address:
        page = visit(address).page
        page.goto(address + logo_path(hostile))
        assert page.evaluate("window.pwned") is None


def test_a_clinic_without_a_logo_has_no_picture(client: httpx.Client, visit: Open, site: str) -> None:
    expect(visit(site).page.locator("img")).to_have_count(0)
    assert client.get(logo_path(LOGO)).status_code == 404


def test_a_spanish_page_is_spanish_to_a_screen_reader_too(visit: Open) -> None:
    knowledge = replace(make_knowledge(clinic=replace(CLINIC, language="es")), words=SPANISH_WORDS)
    with serving(BookBot(knowledge)) as address:
        opened = visit(address, locale="en-US")
        page = opened.page
        assert page.evaluate("document.documentElement.lang") == "es"
        opened.ask("What is alpha?")
        expect(page.get_by_role("button", name=SPANISH_WORDS["copy"])).to_be_visible()
        expect(page.get_by_role("textbox", name=SPANISH_WORDS["question_label"])).to_be_visible()
        page.get_by_role("button", name=SPANISH_WORDS["talk_to_person"]).click()
        expect(page.locator(".vb-mine").last).to_have_text(SPANISH_WORDS["talk_to_person"])
        english = [word for key, word in WORDS.items() if word != SPANISH_WORDS[key] and "{" not in word]
        text = page.locator(".vb-top, .vb-chat").all_inner_texts()
        assert [word for word in english if any(f"\n{word}\n" in part for part in text)] == []
