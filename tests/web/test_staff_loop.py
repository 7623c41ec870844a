"""A staff member's whole round in a real browser: a gap, a wording, what would change, saved, and the chat says it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bot import Bot
from bot.knowledge import load_knowledge
from bot.reloading import Reloader
from bot.web.live import Live, Version, watching
from tests.knowledge.made_up import make_small
from tests.web.book import serving, wait_until
from tests.web.conftest import new_context
from tests.web.desk import EDITOR, accounts_in, settings_in
from tests.web.test_accessibility import DESKTOP
from tests.web.test_staff_browser import SCREENS, Sitting, check

pytestmark = pytest.mark.browser

# a knowledge is fitted and two bots are asked between a click and the page, however busy the machine is
PATIENT = 90_000
PETS = "may I bring my parrot along"
TEST = "until when is somebody there in the evening"
LATE = "until when is somebody there in the evenings"


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic that is served and that takes changes over."""

    folder: Path
    site: str

    def ask(self, question: str) -> dict[str, Any]:
        response = httpx.post(f"{self.site}/api/ask", json={"question": question}, timeout=60)
        assert response.status_code == 200
        return dict(response.json())

    def serves(self) -> bool:
        health = httpx.get(f"{self.site}/healthz", timeout=60).json()
        return bool(health["knowledge"] == load_knowledge(self.folder).digest)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    data = tmp_path_factory.mktemp("clinic")
    folder = make_small(data)
    (folder / "coverage").mkdir()
    (folder / "coverage" / "tests.yaml").write_text(
        f"tests:\n  - question: {TEST}\n    expected: when-open\n", encoding="utf-8"
    )
    accounts_in(data)
    live = Live(Bot.load(folder, semantic=False, cache=None))
    reloader = Reloader(folder, lambda knowledge: Version.of(live.bot.with_knowledge(knowledge)))
    settings = replace(settings_in(data), knowledge=folder)
    with watching(live, reloader, every=0.05), serving(live, settings) as site:
        yield Clinic(folder, site)


@pytest.fixture
def sit(browser: Browser, clinic: Clinic) -> Iterator[Callable[..., Sitting]]:
    contexts = []

    def open_browser(**options: Any) -> Sitting:
        context = new_context(browser, **options)
        context.set_default_timeout(PATIENT)
        contexts.append(context)
        return Sitting(context.new_page(), clinic.site)

    yield open_browser
    for context in contexts:
        context.close()


def go(page: Page, link: str) -> None:
    page.get_by_role("link", name=link, exact=True).first.click()


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()


def saved(page: Page, clinic: Clinic) -> None:
    """Press Save, and wait until the list says that the chat answers from it."""
    press(page, "Save")
    expect(page.get_by_role("heading", name="Saved")).to_be_visible(timeout=PATIENT)
    wait_until(clinic.serves, 90)
    page.reload()
    expect(page.get_by_text("The chat answers from the knowledge as it is now.")).to_be_visible()


def test_the_whole_round_in_the_browser_alone(sit: Callable[..., Sitting], clinic: Clinic) -> None:
    assert clinic.ask(PETS)["kind"] != "gap"
    assert clinic.ask(LATE)["kind"] != "answer"
    sitting = sit(java_script_enabled=False, **DESKTOP)
    page = sitting.page
    sitting.sign_in()

    # a known gap
    go(page, "Edit")
    go(page, "Add a known gap")
    page.get_by_label("Topic").fill("Pets")
    page.get_by_label("Notice").fill("The FAQ says nothing of pets.\nPlease ask the clinic.")
    page.get_by_label("Other wordings").fill("can I bring my dog\nmay I bring my parrot\nis my cat welcome")
    press(page, "Save")
    # most of them get the answer about friends as yet, so the page asks back
    expect(page.get_by_role("status")).to_contain_text("already (an answer: Can I bring a friend?)", timeout=PATIENT)
    saved(page, clinic)
    asked = clinic.ask(PETS)
    assert (asked["kind"], asked["notices"][0]["id"]) == ("gap", "gap:pets")
    assert asked["notices"][0]["text"] == "The FAQ says nothing of pets.\nPlease ask the clinic."

    # a wording, looked at before it is saved
    go(page, "When are you open?")
    wordings = page.get_by_label("Other wordings")
    wordings.fill(f"{wordings.input_value()}\nuntil when is somebody there\nevening hours")
    press(page, "What would change?")
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=PATIENT)
    changed = page.locator(".vs-changed li").filter(has_text=TEST)
    page.get_by_text(re.compile("^Answered now: ")).click()
    expect(changed).to_be_visible()
    expect(changed).to_contain_text("Coverage tests: should get when-open")
    changed.get_by_text("The new reply").click()
    expect(changed.get_by_text("We are open on weekdays from 9 to 5.")).to_be_visible()
    expect(wordings).to_have_value(re.compile("evening hours$"))
    assert clinic.ask(LATE)["kind"] != "answer"
    saved(page, clinic)
    asked = clinic.ask(LATE)
    assert [shown["entry_id"] for shown in asked["passages"]][:1] == ["when-open"]

    # who changed what, and who reviewed what
    made = page.get_by_role("region", name="Changes").get_by_role("row")
    expect(made).to_have_count(3)
    told = [row.get_by_role("cell").all_inner_texts() for row in made.all()[1:]]
    assert told == [[EDITOR, "the wordings of when-open"], [EDITOR, "the new gap pets"]]
    go(page, "Review")
    page.get_by_role("button", name="I reviewed this today: When are you open?").click()
    row = page.get_by_role("row").filter(has_text="When are you open?")
    today = datetime.now(UTC).date().isoformat()
    assert row.get_by_role("cell").all_inner_texts()[1:4] == ["Reviewed", EDITOR, today]


@pytest.mark.parametrize("screen", ["light", "dark", "zoomed"])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    sit: Callable[..., Sitting], clinic: Clinic, screen: str
) -> None:
    sitting = sit(**SCREENS[screen])
    page = sitting.page
    sitting.sign_in()
    page.goto(f"{clinic.site}/staff/edit/entry?id=can-bring-friend")
    other = sitting.page.context.new_page()
    other.goto(page.url)
    passage = "Passage can-bring-friend#0"
    page.get_by_label(passage).fill("Mine.")
    other.get_by_label(passage).fill(f"Theirs, {screen}.")
    press(other, "Save")
    expect(other.get_by_role("heading", name="Saved")).to_be_visible(timeout=PATIENT)
    check(other)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text(f"Theirs, {screen}.")).to_be_visible()
    check(page)
    page.get_by_label("Other wordings").first.fill("with my husband beside me")
    press(page, "What would change?")
    expect(page.get_by_role("heading", name="What would change")).to_be_visible(timeout=PATIENT)
    for summary in page.locator(".vs-card > details > summary").all():
        summary.click()
    page.get_by_text("The new reply").first.click()
    check(page)
    go(page, "Review")
    check(page)
