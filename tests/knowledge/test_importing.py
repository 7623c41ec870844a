"""Importing a clinic's text: a folder that loads, the text kept byte for byte, and nothing of staff's overwritten."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings

from bot.errors import ImportTextError, KnowledgeError
from bot.knowledge import ImportReport, import_text, load_knowledge
from bot.knowledge.cutting import cut
from bot.model import Entry, Knowledge
from tests.knowledge.conftest import COMMITTED
from tests.knowledge.faq_texts import texts
from tests.knowledge.made_up import MADE_UP

READY_MADE = (
    "clinic.yaml",
    "gaps.yaml",
    "notices.yaml",
    "operating-point.yaml",
    "small-talk.yaml",
    "ui/en.yaml",
)


def written(folder: Path, text: str, name: str = "faq.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below *folder* with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def answers(knowledge: Knowledge) -> list[tuple[str, list[str]]]:
    return [(entry.question, [p.text for p in entry.passages]) for entry in knowledge.entries]


# --- any text --------------------------------------------------------------------------------------------------------


@given(texts())
@example("Q: Why?\nA: a\nQ: why\nA: b\nQ: Why? (2)\nA: c\n")
@example("Q: ???\nA: !\n\nQ: …\nA: ?\n")
@example("Q: 为什么\nA: a\n\nQ: 什么\nA: b\n")
@example("Q: " + "long " * 50 + "\nA: a\n")
@settings(max_examples=25)
def test_any_text_with_an_answer_becomes_a_knowledge_that_loads(text: str) -> None:
    result = cut(text)
    assume(result.entries)
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), text)
        import_text(path, Path(folder, "knowledge"))
        knowledge = load_knowledge(Path(folder, "knowledge"))
        kept = Path(folder, "knowledge", "sources", "faq.txt").read_bytes()
    assert kept == text.encode()
    assert dict(knowledge.sources) == {"sources/faq.txt": text}
    spans = [(p.start, p.end) for entry in result.entries for p in entry.passages]
    passages = [passage for entry in knowledge.entries for passage in entry.passages]
    assert [(p.source.start, p.source.end) for p in passages] == spans
    assert [p.text for p in passages] == [text[start:end] for start, end in spans]


@given(texts(), texts())
@settings(max_examples=20)
def test_a_second_text_leaves_the_first_as_it_was(first: str, second: str) -> None:
    assume(cut(first).entries and cut(second).entries)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "knowledge")
        import_text(written(Path(temporary), first, "first.txt"), folder)
        before, alone = files(folder), load_knowledge(folder)
        import_text(written(Path(temporary), second, "second.txt"), folder)
        both = load_knowledge(folder)
        after = files(folder)
    del before["sources/lock.yaml"]
    assert {name: after[name] for name in before} == before
    assert both.entries[: len(alone.entries)] == alone.entries
    assert len({entry.id for entry in both.entries}) == len(both.entries)


# --- the clinic's own text -------------------------------------------------------------------------------------------


def spans_of(entry: Entry) -> list[tuple[int, int, str, str]]:
    return [(p.source.start, p.source.end, p.text, p.keep_with) for p in entry.passages]


def test_importing_the_seed_gives_the_committed_passages(tmp_path: Path, seed: Path) -> None:
    import_text(seed, tmp_path / "new")
    imported, committed = load_knowledge(tmp_path / "new"), load_knowledge(COMMITTED)
    ours = {entry.id: entry for entry in committed.entries}
    assert [spans_of(e) for e in imported.entries] == [spans_of(e) for e in ours.values()]


def test_importing_the_seed_gives_the_committed_titles_where_the_text_has_them(tmp_path: Path, seed: Path) -> None:
    import_text(seed, tmp_path / "new")
    titles = [
        [(e.question, e.question_origin) if e.question_origin == "source" else None for e in load_knowledge(f).entries]
        for f in (tmp_path / "new", COMMITTED)
    ]
    assert titles[0] == titles[1]


def test_importing_the_seed_keeps_its_bytes(tmp_path: Path, seed: Path) -> None:
    import_text(seed, tmp_path / "new")
    assert (tmp_path / "new" / "sources" / "ketamine-faq.txt").read_bytes() == seed.read_bytes()


def test_importing_the_seed_tells_what_it_did(tmp_path: Path, seed: Path) -> None:
    assert import_text(seed, tmp_path / "new") == ImportReport(
        entries=10,
        passages=29,
        written=(
            "sources/ketamine-faq.txt",
            "ketamine-faq.yaml",
            *READY_MADE,
        ),
        untitled=(
            "ketamine-become-notable-mental-health-treatment",
            "ketamine-medication-primarily-used-starting",
            "ketamine-works-primarily-antagonize-inhibit-nmda",
            "patients-who-typically-respond-best-ketamine",
            "lower-doses-ketamine-can-facilitate-psycholytic",
            "risks-vary-between-low-high-doses",
            "before-participating-kap-carefully",
        ),
        remainders=(),
    )


def test_importing_the_seed_again_changes_no_byte_and_says_so(committed: Path, seed: Path) -> None:
    before = files(committed)
    report = import_text(seed, committed)
    assert files(committed) == before
    assert report == ImportReport(entries=10, passages=29, written=(), untitled=(), remainders=())


def test_an_entry_that_staff_removed_is_reported_and_not_brought_back(committed: Path, seed: Path) -> None:
    path = committed / "ketamine-faq.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"  - id: how-different\n.*?\n\n", "", text, flags=re.DOTALL), encoding="utf-8")
    (committed / "aliases.yaml").unlink()
    before = files(committed)
    assert import_text(seed, committed).uncovered == (
        "46: 'Research suggests that ketamine works through a different m…' (in no passage of the knowledge)",
    )
    assert files(committed) == before


def test_answers_that_staff_moved_to_another_file_are_not_imported_twice(committed: Path, seed: Path) -> None:
    (committed / "ketamine-faq.yaml").rename(committed / "treatment.yaml")
    before = files(committed)
    assert import_text(seed, committed).written == ()
    assert files(committed) == before


# --- titles and ids --------------------------------------------------------------------------------------------------


def imported(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    """Return id, title and its origin of each entry that import makes of *text*."""
    import_text(written(tmp_path, text), tmp_path / "knowledge")
    return [(e.id, e.question, e.question_origin) for e in load_knowledge(tmp_path / "knowledge").entries]


def test_a_lost_title_is_the_start_of_the_answer(tmp_path: Path) -> None:
    text = "-\nPlease come ten minutes early to your first visit.\n-\nBring a friend.\n"
    assert imported(tmp_path, text) == [
        ("please-come-ten-minutes-early-first", "Please come ten minutes early to your first…", "editorial"),
        ("bring-friend", "Bring a friend.", "editorial"),
    ]


def test_a_question_asked_twice_is_told_apart_and_counts_as_untitled(tmp_path: Path) -> None:
    text = "Q: How long?\nA: An hour.\n\nQ: How long?\nA: A day.\n"
    report = import_text(written(tmp_path, text), tmp_path / "knowledge")
    entries = load_knowledge(tmp_path / "knowledge").entries
    assert [(e.question, e.question_origin) for e in entries] == [
        ("How long?", "source"),
        ("How long? (2)", "editorial"),
    ]
    assert report.untitled == ("how-long-2",)


def test_a_question_that_another_file_has_is_told_apart(made_up: Path, tmp_path: Path) -> None:
    import_text(written(tmp_path, "Q: When are you open?\nA: Always.\n"), made_up)
    titles = [(e.id, e.question) for e in load_knowledge(made_up).entries]
    assert titles[0] == ("when-open-2", "When are you open? (2)")
    assert titles[1] == ("when-open", "When are you open?")


def test_questions_without_a_latin_letter_get_ids_too(tmp_path: Path) -> None:
    text = "Q: 为什么?\nA: a\n\nQ: 怎么?\nA: b\n"
    assert imported(tmp_path, text) == [("entry", "为什么?", "source"), ("entry-2", "怎么?", "source")]


def test_many_questions_of_one_name_are_told_apart_in_no_time(tmp_path: Path) -> None:
    assert len(imported(tmp_path, "Q: Why?\nA: So.\n" * 1500)) == 1500


# --- names of files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "entries"),
    [
        ("faq.txt", "sources/faq.txt", "faq.yaml"),
        ("Our FAQ (2).TXT", "sources/our-faq-2.txt", "our-faq-2.yaml"),
        ("clinic.txt", "sources/clinic-faq.txt", "clinic-faq.yaml"),
        ("Notices.txt", "sources/notices-faq.txt", "notices-faq.yaml"),
        ("aliases.md", "sources/aliases-faq.txt", "aliases-faq.yaml"),
        ("---.txt", "sources/faq.txt", "faq.yaml"),
    ],
)
def test_the_files_are_named_after_the_text(tmp_path: Path, name: str, source: str, entries: str) -> None:
    report = import_text(written(tmp_path, "Q: Why?\nA: So.\n", name), tmp_path / "knowledge")
    assert report.written[:2] == (source, entries)
    assert load_knowledge(tmp_path / "knowledge").entries != ()


def test_files_that_staff_wrote_before_are_kept(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "clinic.yaml").write_text("emergency: '112'\ncrisis_line: '116123'\n", encoding="utf-8")
    report = import_text(written(tmp_path, MADE_UP), tmp_path / "knowledge")
    assert report.written == ("sources/faq.txt", "faq.yaml", *(name for name in READY_MADE if name != "clinic.yaml"))
    assert load_knowledge(tmp_path / "knowledge").clinic.emergency == "112"


# --- what is reported ------------------------------------------------------------------------------------------------


def test_what_could_not_be_placed_is_reported_with_its_line(tmp_path: Path) -> None:
    text = "Q: Why?\nA: So.\n\nQ: And what of a question that goes on and on and on and has no answer?\n"
    report = import_text(written(tmp_path, text), tmp_path / "knowledge")
    assert report.remainders == (
        "4: 'And what of a question that goes on and on and on and has n…' (a question without an answer)",
    )


# --- what is refused -------------------------------------------------------------------------------------------------


def test_another_text_under_the_same_name_is_refused_and_changes_nothing(committed: Path, tmp_path: Path) -> None:
    before = files(committed)
    path = written(tmp_path, "Q: Why?\nA: So.\n", "ketamine-faq.txt")
    with pytest.raises(ImportTextError) as caught:
        import_text(path, committed)
    assert str(caught.value) == (
        f"{path}: {committed / 'sources' / 'ketamine-faq.txt'} holds another text, and answers point into it. "
        "Give the new file another name, such as ketamine-faq-2.txt."
    )
    assert files(committed) == before


def test_a_name_that_an_entry_file_has_is_refused_and_changes_nothing(made_up: Path, tmp_path: Path) -> None:
    (made_up / "visits.yaml").rename(made_up / "other.yaml")
    before = files(made_up)
    with pytest.raises(ImportTextError) as caught:
        import_text(written(tmp_path, "Q: Why?\nA: So.\n", "other.txt"), made_up)
    assert str(caught.value) == (
        f"{made_up / 'other.yaml'} already exists. Rename the text file, so that its answers get a file of their own."
    )
    assert files(made_up) == before


def test_nothing_is_imported_into_a_broken_knowledge(made_up: Path, tmp_path: Path) -> None:
    (made_up / "visits.yaml").write_text("entries: ]\n", encoding="utf-8")
    before = files(made_up)
    with pytest.raises(KnowledgeError, match=r"visits\.yaml:1: this is not valid YAML"):
        import_text(written(tmp_path, "Q: Why?\nA: So.\n"), made_up)
    assert files(made_up) == before


def large(path: Path) -> None:
    path.write_bytes(b"x" * 1_000_001)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(
            lambda path: path.write_bytes(b"Q: Why?\nA: So\xff.\n"),
            "{path}:2: byte 13 is not UTF-8 text. Save the file as UTF-8 (in most editors: 'Save with encoding').",
            id="not UTF-8",
        ),
        pytest.param(
            lambda path: path.write_bytes("Q: Why?\nA: So.\n".encode("utf-16")),
            "{path}:1: byte 0 is not UTF-8 text. Save the file as UTF-8 (in most editors: 'Save with encoding').",
            id="UTF-16",
        ),
        pytest.param(
            lambda path: path.write_bytes(b""),
            "{path}: no answer was found in this text. Write 'Q: ...' and 'A: ...' lines.",
            id="empty",
        ),
        pytest.param(
            lambda path: path.write_bytes(b"Q: Why?\nQ: How?\n"),
            "{path}: no answer was found in this text. Write 'Q: ...' and 'A: ...' lines.",
            id="questions only",
        ),
        pytest.param(
            large, "{path}:1: the file is over 1,000,000 bytes. Split it into smaller files.", id="over a megabyte"
        ),
        pytest.param(lambda path: path.mkdir(), "{path}: there is no such file. Name a text file.", id="a directory"),
        pytest.param(lambda _: None, "{path}: there is no such file. Name a text file.", id="missing"),
    ],
)
def test_a_file_that_is_no_text_gives_one_clear_error(
    tmp_path: Path, make: Callable[[Path], object], expected: str
) -> None:
    path = tmp_path / "faq.txt"
    make(path)
    with pytest.raises(ImportTextError) as caught:
        import_text(path, tmp_path / "knowledge")
    assert str(caught.value) == expected.format(path=path)
    assert not (tmp_path / "knowledge").exists()


def test_a_text_whose_entries_would_be_too_large_to_load_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "Q: Why?\nA: So:\n" + "-a\n" * 80_000)  # YAML indents each line
    with pytest.raises(ImportTextError) as caught:
        import_text(path, tmp_path / "knowledge")
    assert str(caught.value) == (
        f"{tmp_path / 'knowledge' / 'faq.yaml'} would be over 1,000,000 bytes. "
        "Split the text into smaller files and import each."
    )
    assert not (tmp_path / "knowledge").exists()
