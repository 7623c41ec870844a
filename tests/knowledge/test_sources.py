"""Files of a knowledge: written whole or not at all, and named so that none outside the folder can be read."""

from pathlib import Path

import pytest

from bot.knowledge.sources import is_source_name, write_whole


def test_a_file_is_written_with_its_line_ends_as_given(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.yaml", "one\r\ntwo\n")
    assert (tmp_path / "new" / "a.yaml").read_bytes() == b"one\r\ntwo\n"


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_whole(path, "new")
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(OSError, match=r"a\.yaml"):
        write_whole(tmp_path / "a.yaml", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("name", ["sources/faq.txt", "sources/deep/down/faq.txt", "sources/our faq, 2024.txt"])
def test_a_text_below_sources_is_a_source(name: str) -> None:
    assert is_source_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "sources",
        "sources/",
        "faq.txt",
        "sources/lock.yaml",
        "sources/../clinic.txt",
        "../sources/faq.txt",
        "/sources/faq.txt",
        "sources\\..\\..\\faq.txt",
        "sources/faq\x00.txt",
    ],
)
def test_anything_else_is_not(name: str) -> None:
    assert not is_source_name(name)
