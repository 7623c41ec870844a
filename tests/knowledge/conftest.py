"""Knowledge folders to read and to break: a copy of the real one, and a small made-up one."""

import shutil
from pathlib import Path

import pytest

from bot.knowledge import import_text
from tests.conftest import ROOT
from tests.knowledge.made_up import MADE_UP

COMMITTED = ROOT / "knowledge"


@pytest.fixture(scope="session")
def seed() -> Path:
    """The clinic's text, as the repository keeps it."""
    return COMMITTED / "sources" / "ketamine-faq.txt"


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """A copy of the repository's knowledge."""
    return Path(shutil.copytree(COMMITTED, tmp_path / "knowledge"))


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """A small knowledge of an invented clinic: two entries, both with titles of the text."""
    text = tmp_path / "visits.txt"
    text.write_text(MADE_UP, encoding="utf-8")
    import_text(text, tmp_path / "clinic")
    return tmp_path / "clinic"
