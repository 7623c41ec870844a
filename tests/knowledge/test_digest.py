"""The digest of a knowledge: it changes with everything that can change a reply, and with nothing else."""

import shutil
from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.loading import digest_of
from bot.knowledge.sources import accepted, write_lock
from tests.knowledge.conftest import COMMITTED

# these two record the digest, or bytes that are in it, and so cannot be part of it
APART = {"operating-point.yaml", "sources/lock.yaml"}
COUNTS = sorted(
    {path.relative_to(COMMITTED).as_posix() for path in COMMITTED.rglob("*.yaml") if path.parent.name != "coverage"}
    - APART
)


def digest(folder: Path) -> str:
    return load_knowledge(folder).digest


@pytest.mark.parametrize("name", COUNTS)
def test_any_byte_of_a_file_that_can_change_a_reply_changes_the_digest(committed: Path, name: str) -> None:
    before = digest(committed)
    path = committed / name
    path.write_bytes(path.read_bytes() + b"#")
    assert digest(committed) != before


def test_any_byte_of_an_accepted_source_changes_the_digest(committed: Path) -> None:
    before = digest(committed)
    path = committed / "sources" / "ketamine-faq.txt"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    write_lock(committed, {"sources/ketamine-faq.txt": accepted(path.read_bytes())})
    assert digest(committed) != before


def test_a_further_entry_file_changes_the_digest(committed: Path) -> None:
    before = digest(committed)
    (committed / "more.yaml").write_text("entries: []\n", encoding="utf-8")
    assert digest(committed) != before


def test_the_operating_point_does_not_change_the_digest(committed: Path) -> None:
    before = digest(committed)
    point = f"answer: 0.9\nchoose: 0.8\ngap: 0.1\nknowledge: '{before}'\n"
    (committed / "operating-point.yaml").write_text(point, encoding="utf-8")
    assert digest(committed) == before


def test_the_look_of_the_lock_does_not_change_the_digest(committed: Path) -> None:
    before = digest(committed)
    lock = committed / "sources" / "lock.yaml"
    lock.write_text("# seen\n" + lock.read_text(encoding="utf-8"), encoding="utf-8")
    assert digest(committed) == before


@pytest.mark.parametrize(
    "name", ["README.md", "notes.txt", "sources/other.txt", ".draft.yaml", "ui/fr.yaml", "coverage/mine.yaml"]
)
def test_a_file_that_is_not_read_does_not_change_the_digest(committed: Path, name: str) -> None:
    before = digest(committed)
    (committed / name).write_text("anything: at all\n", encoding="utf-8")
    assert digest(committed) == before


def test_what_stands_after_the_accepted_bytes_of_a_source_does_not_change_the_digest(committed: Path) -> None:
    before = load_knowledge(committed)
    path = committed / "sources" / "ketamine-faq.txt"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"not accepted\n")
    assert load_knowledge(committed) == before


def test_the_same_knowledge_in_another_place_has_the_same_digest(committed: Path, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(committed, tmp_path / "deep" / "down" / "elsewhere"))
    assert digest(elsewhere) == digest(committed)


def test_the_same_bytes_under_another_name_have_another_digest() -> None:
    assert digest_of({"a.yaml": b"x", "b.yaml": b"y"}) != digest_of({"a.yaml": b"y", "b.yaml": b"x"})


def test_the_order_in_which_files_are_read_does_not_change_the_digest() -> None:
    assert digest_of({"a.yaml": b"x", "b.yaml": b"y"}) == digest_of({"b.yaml": b"y", "a.yaml": b"x"})


def test_the_digest_is_the_sha256_that_anyone_can_compute() -> None:
    # printf 'a.yaml\0%s\n' "$(printf x | sha256sum | cut -c1-64)" | sha256sum
    assert digest_of({"a.yaml": b"x"}) == "ddc8aac37d0fa0d13b3079c7da663d727273a0b9a4e2239cbba67b3730837df7"
