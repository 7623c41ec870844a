"""The staff pages in a real browser: signed in by the keyboard alone, for everybody's eyes, without any script."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.clinics import Texts, bot_of
from tests.web.book import serving
from tests.web.conftest import new_context
from tests.web.desk import EDITOR, PASSWORD, accounts_in, settings_in
from tests.web.test_accessibility import DARK, DESKTOP, PHONE, ZOOMED, violations
from tests.web.test_page import CONTRASTS

pytestmark = pytest.mark.browser

SCREENS: dict[str, dict[str, Any]] = {"light": DESKTOP, "dark": DARK, "phone": PHONE, "zoomed": ZOOMED}
ANSWERS: dict[str, Texts] = {
    "How long does it last?": ["The effects last about an hour."],
    "Is it painful, and what can be done about it?": ["Most people feel a small prick."],
}


@dataclass
class Sitting:
    """A staff member's browser and what it complained of."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        self.page.goto(f"{self.site}/staff")
        self.page.get_by_label("Name").fill(EDITOR)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Overview").wait_for()

    def ask(self, question: str) -> None:
        self.page.get_by_role("link", name="Ask").click()
        self.page.get_by_role("textbox").fill(question)
        self.page.get_by_role("button", name="Ask").click()
        self.page.get_by_role("heading", name="What the patient sees").wait_for()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("data")
    accounts_in(folder)
    with serving(bot_of(ANSWERS), settings_in(folder)) as address:
        yield address


@pytest.fixture
def sit(browser: Browser, site: str) -> Iterator[Callable[..., Sitting]]:
    contexts = []

    def open_browser(**options: Any) -> Sitting:
        # the pages have no script; only axe needs to run one
        context = new_context(browser, **options)
        # the overview checks the whole knowledge, which takes its time on a busy machine
        context.set_default_timeout(30_000)
        contexts.append(context)
        sitting = Sitting(context.new_page(), site)
        sitting.page.on("console", lambda message: sitting.complaints.append(message.text))
        sitting.page.on("request", lambda request: sitting.requests.append(request.url))
        return sitting

    yield open_browser
    for context in contexts:
        context.close()


def test_the_keyboard_alone_signs_in_asks_and_signs_out(sit: Callable[..., Sitting], site: str) -> None:
    sitting = sit(java_script_enabled=False, **DESKTOP)
    page, keyboard = sitting.page, sitting.page.keyboard
    page.goto(f"{site}/staff")
    page.get_by_label("Name").focus()
    keyboard.type(EDITOR)
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    page.get_by_role("heading", name="Overview").wait_for()
    assert page.url == f"{site}/staff"
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(3):
        keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ask")).to_be_focused()
    keyboard.press("Enter")
    page.wait_for_url(f"{site}/staff/ask")
    page.get_by_role("textbox").focus()
    keyboard.type("how long does it last")
    keyboard.press("Tab")
    keyboard.press("Enter")
    page.locator(".vb-passage").wait_for()
    expect(page.locator(".vb-passage")).to_have_text("The effects last about an hour.")
    assert page.url == f"{site}/staff/ask"
    page.get_by_role("button", name="Sign out").focus()
    keyboard.press("Enter")
    page.get_by_role("heading", name="Sign in").wait_for()
    page.goto(f"{site}/staff/ask")
    assert page.url == f"{site}/staff/login"
    assert sitting.complaints == []
    assert [url for url in sitting.requests if not url.startswith((f"{site}/", "data:"))] == []


def test_a_wrong_password_is_announced_and_the_name_stays(sit: Callable[..., Sitting], site: str) -> None:
    page = sit(**DESKTOP).page
    page.goto(f"{site}/staff")
    page.get_by_label("Name").fill("Somebody")
    page.get_by_label("Password").fill("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That name and password do not belong together.")
    expect(page.get_by_label("Name")).to_have_value("Somebody")
    expect(page.get_by_label("Password")).to_have_value("")
    assert violations(page) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(sit: Callable[..., Sitting], screen: str) -> None:
    sitting = sit(**SCREENS[screen])
    page = sitting.page
    page.goto(f"{sitting.site}/staff")
    check(page)
    sitting.sign_in()
    page.locator("summary").click()
    check(page)
    sitting.ask("how long does it last, i want to die zebra")
    check(page)


def check(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate(CONTRASTS.replace(".vb-top *, .vb-chat *", ".vs *")) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    small = page.evaluate("""() => [...document.querySelectorAll("a, button, summary, textarea, input")]
      .filter((node) => node.checkVisibility() && getComputedStyle(node).display !== "inline" && node.type !== "hidden")
      .map((node) => [node.textContent, node.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)""")
    assert small == []


def test_the_page_without_an_account_is_for_everybody(browser: Browser, tmp_path: Path) -> None:
    with serving(bot_of(ANSWERS), settings_in(tmp_path)) as address, new_context(browser, **DARK) as context:
        page = context.new_page()
        page.goto(f"{address}/staff")
        expect(page.get_by_role("heading", name="No account yet")).to_be_visible()
        check(page)


def test_a_patients_page_sees_nothing_of_a_signed_in_browser(sit: Callable[..., Sitting]) -> None:
    sitting = sit(**DESKTOP)
    sitting.sign_in()
    sitting.page.goto(f"{sitting.site}/")
    sitting.page.get_by_role("textbox").wait_for()
    assert sitting.page.evaluate("document.cookie") == ""
    assert {cookie["path"] for cookie in sitting.page.context.cookies()} == {"/staff"}


def test_axe_would_find_something(sit: Callable[..., Sitting]) -> None:
    sitting = sit(**DESKTOP)
    sitting.page.goto(f"{sitting.site}/staff")
    sitting.page.evaluate("document.querySelector('label').remove()")
    found = [one["id"] for one in Axe().run(sitting.page).response["violations"]]
    assert found == ["label"]
