"""Knowledge folders to read and to break: a copy of the real one, and a small made-up one."""

import shutil
from pathlib import Path

import pytest

from bot.knowledge import import_text
from tests.conftest import ROOT
from tests.knowledge.made_up import MADE_UP, make_small

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


@pytest.fixture(scope="session")
def small_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def small(small_master: Path, tmp_path: Path) -> Path:
    """The same invented clinic with wordings, and with a handful of gaps in place of the ready-made hundreds."""
    return Path(shutil.copytree(small_master, tmp_path / "knowledge"))
