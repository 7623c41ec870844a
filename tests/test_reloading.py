"""A watched folder: what is good is taken once and whole, what is not is told, and looking costs nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.model import Knowledge
from bot.reloading import Reloader
from tests.knowledge.made_up import make_small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_small(tmp_path)


def digest_of(knowledge: Knowledge) -> str:
    return knowledge.digest


class Made(list[Knowledge]):
    """Collects what is made."""

    def make(self, knowledge: Knowledge) -> str:
        self.append(knowledge)
        return "made"


def settled(reloader: Reloader[str]) -> str | None:
    """Look until a change would have been taken: once to see it, once to see that it is over."""
    first = reloader.look()
    assert first is None
    return reloader.look()


def write(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_there_is_taken_once(folder: Path) -> None:
    reloader = Reloader(folder, digest_of)
    assert settled(reloader) == load_knowledge(folder).digest
    assert [reloader.look(), reloader.look()] == [None, None]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("visits.yaml", "When are you open?", "When do you open?"),
        ("operating-point.yaml", "answer: 0.5", "answer: 0.6"),
        ("clinic.yaml", "name: ''", "name: Harbor"),
    ],
)
def test_a_change_is_taken_when_it_is_over(folder: Path, name: str, old: str, new: str) -> None:
    if name == "visits.yaml":
        write(
            folder / name,
            "question_origin: source\n    question_source: {file: sources/visits.txt, start: 3, end: 21}",
            "",
        )
    made = Made()
    reloader = Reloader(folder, made.make)
    settled(reloader)
    write(folder / name, old, new)
    assert settled(reloader) == "made"
    assert made[-1] == load_knowledge(folder)
    assert made[-1] != made[0]


def test_files_of_editors_and_a_touch_change_nothing(folder: Path) -> None:
    made = Made()
    reloader = Reloader(folder, made.make)
    settled(reloader)
    (folder / ".visits.yaml.swp").write_text("x", encoding="utf-8")
    (folder / "visits.yaml").touch()
    assert settled(reloader) is None
    assert len(made) == 1


def test_what_is_broken_is_told_and_a_mended_one_is_the_one_before(folder: Path) -> None:
    reloader = Reloader(folder, digest_of)
    settled(reloader)
    good = (folder / "visits.yaml").read_bytes()
    (folder / "visits.yaml").write_bytes(good[:200])
    assert settled(reloader) is None
    (problem,) = reloader.problems
    assert problem.startswith(f"{folder.as_posix()}/visits.yaml:")
    (folder / "visits.yaml").write_bytes(good)
    assert settled(reloader) is None
    assert reloader.problems == ()


def test_what_changes_while_it_is_read_is_read_again(folder: Path) -> None:
    def slow(knowledge: Knowledge) -> str:
        if knowledge.clinic.name == "":
            write(folder / "clinic.yaml", "name: ''", "name: Harbor")
        return knowledge.clinic.name

    reloader = Reloader(folder, slow)
    assert settled(reloader) is None
    assert settled(reloader) == "Harbor"


def fail(error: Exception) -> Callable[[Knowledge], str]:
    def make(_: Knowledge) -> str:
        raise error

    return make


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("no space left"), ":1: the knowledge cannot be read (no space left). Look at the folder."),
        (
            RuntimeError("x"),
            ":1: the knowledge cannot be prepared (RuntimeError). Undo the last change, and report this.",
        ),
    ],
)
def test_whatever_fails_is_told_once_and_tried_again_after_a_change(folder: Path, error: Exception, told: str) -> None:
    reloader = Reloader(folder, fail(error))
    assert settled(reloader) is None
    assert reloader.problems == (f"{folder.as_posix()}{told}",)


def test_a_folder_that_goes_is_told(folder: Path) -> None:
    reloader = Reloader(folder, digest_of)
    settled(reloader)
    folder.rename(folder.with_name("elsewhere"))
    assert settled(reloader) is None
    assert "there is no such knowledge folder" in reloader.problems[0]
    folder.with_name("elsewhere").rename(folder)
    assert settled(reloader) is None
    assert reloader.problems == ()
