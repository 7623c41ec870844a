"""What the whole suite shares: where things are outside the project, and how Hypothesis runs."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# A loaded machine must not fail a property for being slow; Hypothesis itself makes CI runs repeatable.
settings.register_profile("verbatim", settings(), deadline=None)
settings.load_profile("verbatim")


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
