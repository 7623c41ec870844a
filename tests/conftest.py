"""What the whole suite shares: where things are outside the project, and how Hypothesis runs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]

# A loaded machine must not fail a property for being slow; Hypothesis itself makes CI runs repeatable.
settings.register_profile("verbatim", settings(), deadline=None)
settings.load_profile("verbatim")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files with slow tests come first: one that comes last would have a single core do all that is left."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's folder beside the checkout: seed text, question sets. A checkout alone has none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the team's folder ../shared, which is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that the `browser` tests drive; without it they fail, since skipping would look like passing."""
    path = Path(os.environ.get("VERBATIM_CHROMIUM", "/usr/bin/chromium"))
    if not path.exists():
        pytest.fail(f"no Chromium at {path}. On Debian: apt-get install chromium. Elsewhere: set VERBATIM_CHROMIUM.")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A Chromium that all tests of one process share: its driver allows no second one beside it."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - most tests need neither it nor the web

    from tests.web.book import ARGUMENTS, CHROMIUM, PATIENCE  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
