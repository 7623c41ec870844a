"""The page for everybody: no violation that axe-core finds, in any state, and what no checker can see."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.model import Logo, Problem
from tests.web.book import CLINIC, NOTICES, WORDS, BookBot, Visit, make_knowledge, serving, wait_until
from tests.web.conftest import new_context
from tests.web.test_page import CONTRASTS

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
DARK: dict[str, Any] = {**PHONE, "color_scheme": "dark"}
# a desktop of 1280 x 1024 at 400 %
ZOOMED: dict[str, Any] = {"viewport": {"width": 320, "height": 256}}
SCREENS = {"desktop": DESKTOP, "phone": PHONE, "dark": DARK, "zoomed": ZOOMED}
STATES = {
    "empty": (),
    "answer": ("What is alpha?",),
    "choose": ("choose",),
    "no answer": ("other",),
    "gap": ("price",),
    "crisis": ("hurt",),
    "error": ("fail",),
    "refused": ("long " * 1000,),
    "everything": ("What is alpha?", "choose", "other", "hurt", "fail"),
}
LOGO = Logo("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><circle r='9'/></svg>")
MISSING = Problem("clinic.yaml", 3, "not ready for patients", "Set the clinic's phone in clinic.yaml:3.")
# a frame of another origin tells the page what was found in it only where both allow it
LOAD_AXE = f"""if (!window.axe) {{
  {Axe().axe_script};
  axe.configure({{ allowedOrigins: ['<unsafe_all_origins>'] }});
}}"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A clinic with a logo, so that it stands in every state."""
    with serving(BookBot(make_knowledge(clinic=replace(CLINIC, logo=LOGO)))) as address:
        yield address


@pytest.fixture(scope="module")
def everything(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Pages on which everything was asked and unfolded, one a screen; a test leaves them as they were."""
    opened: dict[str, Page] = {}

    def page_on(screen: str) -> Page:
        if screen not in opened:
            page = new_context(browser, **SCREENS[screen]).new_page()
            page.goto(site)
            visit = Visit(page, site)
            for question in STATES["everything"]:
                visit.ask(question)
            unfold(page)
            opened[screen] = page
        return opened[screen]

    yield page_on
    for page in opened.values():
        page.context.close()


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return the rule and the elements of all that axe-core finds, best practices and the page's frames included."""
    for frame in page.frames:
        frame.evaluate(LOAD_AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def open_state(visit: Open, site: str, screen: str, state: str) -> Page:
    opened = visit(site, **SCREENS[screen])
    for question in STATES[state]:
        opened.ask(question)
    unfold(opened.page)
    return opened.page


def unfold(page: Page) -> None:
    """Open all that is folded up."""
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_any_state(visit: Open, site: str, screen: str) -> None:
    opened = visit(site, **SCREENS[screen])
    found = {}
    for state, questions in STATES.items():
        for question in questions:
            opened.ask(question)
        unfold(opened.page)
        found[state] = violations(opened.page)
        opened.page.get_by_role("button", name=WORDS["start_over"]).click()
        expect(opened.page.locator(".vb-reply")).to_have_count(0)
    assert {state: faults for state, faults in found.items() if faults} == {}


def test_axe_finds_nothing_once_buttons_were_pressed(visit: Open, site: str) -> None:
    page = open_state(visit, site, "phone", "answer")
    page.route("**/api/feedback", lambda route: route.fulfill(status=204))
    for word in ("copy", "helpful_no", "talk_to_person", "what_is_this"):
        page.get_by_role("button", name=WORDS[word], exact=True).click()
    expect(page.locator(".vb-said")).to_have_count(2)
    assert violations(page) == []
    assert page.evaluate(CONTRASTS) == []


@pytest.mark.parametrize("screen", ["desktop", "dark"])
def test_axe_finds_nothing_where_facts_are_missing(visit: Open, screen: str) -> None:
    knowledge = replace(make_knowledge(clinic=replace(CLINIC, name="", phone="")), missing=(MISSING,) * 9)
    with serving(BookBot(knowledge)) as address:
        assert violations(open_state(visit, address, screen, "answer")) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_the_plain_page(visit: Open, site: str, screen: str) -> None:
    page = visit(f"{site}/faq", **SCREENS[screen]).page
    found = {}
    for question in ("", "What is alpha?", "choose", "hurt"):
        if question:
            page.get_by_role("textbox").fill(question)
            page.get_by_role("button", name=WORDS["send"]).click()
            page.locator(".vb-answered").filter(has_text=question).wait_for()
        unfold(page)
        found[question] = violations(page)
    assert {question: faults for question, faults in found.items() if faults} == {}
    assert len(found) == 4


def test_axe_finds_nothing_where_a_form_was_refused(visit: Open, site: str) -> None:
    page = visit(f"{site}/faq").page
    page.get_by_role("textbox").evaluate("box => { box.name = 'other'; }")
    page.get_by_role("button", name=WORDS["send"]).click()
    page.locator('[data-kind="failed"]').wait_for()
    assert violations(page) == []


def test_axe_would_find_something(visit: Open, site: str) -> None:
    page = visit(site).page
    page.evaluate("document.querySelector('.vb-log').append(document.createElement('button'))")
    assert [rule for rule, _ in violations(page)] == ["button-name"]


# --- announced once --------------------------------------------------------------------------------------------------


def live(page: Page) -> list[list[str]]:
    """Return every live region: its class, and how it speaks."""
    regions: list[list[str]] = page.evaluate("""() =>
      [...document.querySelectorAll("[aria-live], [role=alert], [role=status], [role=log], output")]
        .filter((node) => node.checkVisibility())
        .map((node) => [node.className, node.getAttribute("role") ?? "", node.getAttribute("aria-live") ?? ""])""")
    return regions


LOG = ["vb-log", "log", "polite"]


def test_a_reply_is_announced_by_the_log_alone(visit: Open, site: str) -> None:
    opened = visit(site)
    for question in ("What is alpha?", "choose", "other", "price", "fail"):
        opened.ask(question)
        assert live(opened.page) == [LOG], question


def test_a_crisis_notice_is_the_one_alert(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("hurt")
    assert live(opened.page) == [LOG, ["vb-notice vb-urgent", "alert", ""]]
    expect(opened.page.get_by_role("alert")).to_contain_text(NOTICES["crisis"].split("\n")[0])


def test_what_a_button_says_once_it_is_done_is_added_to_the_log(visit: Open, site: str) -> None:
    opened = visit(site)
    opened.ask("What is alpha?")
    added = """() => { window.added = []; new MutationObserver((all) => window.added.push(
      ...all.flatMap((one) => [...one.addedNodes].map((node) => node.textContent))
    )).observe(document.querySelector(".vb-log"), { childList: true, subtree: true }); }"""
    opened.page.evaluate(added)
    opened.page.route("**/api/feedback", lambda route: route.fulfill(status=204))
    opened.page.get_by_role("button", name=WORDS["helpful_yes"]).click()
    expect(opened.page.locator(".vb-said")).to_be_visible()
    wait_until(lambda: opened.page.evaluate("window.added") == [WORDS["helpful_thanks"]])


# --- reached, seen, pressed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", SCREENS)
def test_every_target_is_large_enough(everything: Callable[[str], Page], screen: str) -> None:
    """WCAG 2.2, 2.5.8: at least 24 by 24 pixels; a link within a sentence may be smaller."""
    small = everything(screen).evaluate("""() => [...document.querySelectorAll("a, button, summary, textarea")]
      .filter((node) => node.checkVisibility() && getComputedStyle(node).display !== "inline")
      .map((node) => [node.className, node.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([name, box]) => `${name} ${box.width}x${box.height}`)""")
    assert small == []


@pytest.mark.parametrize("screen", SCREENS)
def test_the_keyboard_reaches_every_control_and_the_focus_is_seen(
    everything: Callable[[str], Page], screen: str
) -> None:
    page = everything(screen)
    page.evaluate("""() => {
      document.activeElement.blur();
      for (const node of document.querySelectorAll("a, button, summary, textarea"))
        if (node.checkVisibility()) node.dataset.unreached = "";
    }""")
    for _ in range(100):
        page.keyboard.press("Tab")
        seen = page.evaluate("""() => {
          const node = document.activeElement, box = node.getBoundingClientRect();
          if (!("unreached" in node.dataset)) return null;
          delete node.dataset.unreached;
          const ring = node.matches("textarea") ? getComputedStyle(node.parentElement).boxShadow !== "none"
            : getComputedStyle(node).outlineStyle === "solid" && parseFloat(getComputedStyle(node).outlineWidth) >= 2;
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return [node.className || node.tagName, ring, node.contains(top) || box.height > innerHeight];
        }""")
        if seen:
            assert seen[1:] == [True, True], seen
        if not page.locator("[data-unreached]").count():
            break
    assert page.locator("[data-unreached]").evaluate_all("nodes => nodes.map(node => node.outerHTML)") == []


def test_every_control_has_a_name_that_begins_with_what_is_seen(everything: Callable[[str], Page]) -> None:
    page = everything("phone")
    for control in page.locator("a:visible, button:visible, summary:visible").all():
        seen = " ".join((control.inner_text() or control.text_content() or "").split())
        name = control.get_attribute("aria-label") or " ".join((control.text_content() or "").split())
        assert name.startswith(seen), control
        assert name


# --- set by the reader -----------------------------------------------------------------------------------------------

CUT_OFF = """() => [...document.querySelectorAll(".vb-top *, .vb-chat *")]
  .filter((node) => node.checkVisibility() && !node.closest(".vb-sr, svg, .vb-send span"))
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible"
    || node.getBoundingClientRect().right > innerWidth + 1 || node.getBoundingClientRect().left < -1)
  .map((node) => `${node.className || node.tagName} ${node.textContent.slice(0, 30)}`)"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_cut_off_or_needs_sideways_scrolling(everything: Callable[[str], Page], screen: str) -> None:
    """WCAG 2.2, 1.4.10 (reflow at 320 pixels, 400 %) and 1.4.12 (text spacing)."""
    page = everything(screen)
    sideways = "[document.scrollingElement, document.querySelector('.vb-log')].map(e => e.scrollWidth - e.clientWidth)"
    for style in ("/* as set */", SPACED):
        added = page.add_style_tag(content=style)
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(sideways) == [0, 0]
        for button in page.locator(".vb-actions button, .vb-send").all():
            expect(button).to_be_in_viewport(ratio=1)
        added.evaluate("style => style.remove()")


def test_at_400_percent_half_of_the_screen_is_the_conversation(visit: Open, site: str) -> None:
    opened = visit(site, **ZOOMED)
    opened.ask("What is alpha?")
    form = opened.page.locator(".vb-form").bounding_box()
    assert form is not None
    assert form["y"] >= 128
    expect(opened.page.locator(".vb-mine")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_text_borders_and_states(visit: Open, site: str, scheme: str) -> None:
    opened = visit(site, forced_colors="active", color_scheme=scheme)
    page = opened.page
    for question in STATES["everything"]:
        opened.ask(question)
    page.locator("summary").click()
    page.route("**/api/feedback", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name=WORDS["helpful_yes"]).click()
    assert page.evaluate(CONTRASTS) == []
    edged = ".vb-mine, .vb-card, .vb-notice, .vb-chip, .vb-send, .vb-tap, .vb-quiet, .vb-help a, .vb-ask"
    styles = page.locator(edged).evaluate_all(
        "nodes => nodes.filter(n => getComputedStyle(n).borderTopStyle === 'none').map(n => n.className)"
    )
    assert styles == []
    pressed, other = page.locator(".vb-helpful button").evaluate_all(
        "nodes => nodes.map(node => getComputedStyle(node).outlineStyle)"
    )
    assert (pressed, other) == ("solid", "none")


def test_nothing_moves_where_no_motion_is_wanted(visit: Open, site: str) -> None:
    page = visit(site, reduced_motion="reduce").page
    moving = "document.getAnimations().filter(a => a.playState === 'running').length"
    page.get_by_role("textbox").fill("What is alpha?")
    page.keyboard.press("Enter")
    assert page.evaluate(moving) == 0
