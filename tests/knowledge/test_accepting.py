"""What staff edit: the last accepted text is served until a person accepts the new one, and nothing else changes."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot import Bot, KnowledgeError, VerbatimError
from bot.knowledge import accept, import_text, load_knowledge
from bot.model import Source
from tests.knowledge.made_up import MADE_UP

OPEN = "We are open on weekdays from 9 to 5."
LATER = "We are open on weekdays from 9 to 6."
LATEST = "We are open on weekdays from 9 to 7."
HEADING = "--- accepted 2026-03-01 by Ann Smith: when-open ---\n"
SPAN = "{file: sources/visits.txt, start: 25, end: 61}"


def entries_of(folder: Path) -> str:
    return (folder / "visits.yaml").read_bytes().decode()


def edit(folder: Path, old: str, new: str) -> None:
    """Change one place of the entry file, as staff do."""
    text = entries_of(folder)
    assert text.count(old) == 1
    (folder / "visits.yaml").write_bytes(text.replace(old, new).encode())


def add_passage(folder: Path, text: str = "Ring the bell.") -> None:
    edit(folder, "          However, we close on holidays.\n", f"          However, we close on holidays.\n{text}\n")


def accepted(folder: Path, by: str = "Ann Smith") -> int:
    return accept(folder, "when-open", by=by, on=date(2026, 3, 1))


def served(folder: Path) -> list[str]:
    return [passage.text for passage in load_knowledge(folder).entries[0].passages]


def warned(folder: Path) -> list[str]:
    found = (str(problem) for problem in load_knowledge(folder).warnings if "visits" in problem.file)
    return [line.replace(folder.as_posix(), "knowledge") for line in found]


def clinic_text(folder: Path) -> str:
    return (folder / "sources" / "clinic.txt").read_bytes().decode()


def files(folder: Path, *, but: Sequence[str] = ()) -> dict[str, bytes]:
    """Return every file of the knowledge with its bytes, *but* some."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name not in but}


# --- before it is accepted -------------------------------------------------------------------------------------------


def test_an_edited_passage_is_told_and_its_last_accepted_text_is_served(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    assert warned(made_up) == [
        (
            "knowledge/visits.yaml:14: a passage was edited; the last accepted text is served. "
            'Run: verbatim accept when-open --by "Your Name".'
        )
    ]
    assert served(made_up) == [OPEN, "However, we close on holidays."]


def test_a_new_passage_is_told_and_not_served(made_up: Path) -> None:
    add_passage(made_up, "      - text: Ring the bell.")
    assert warned(made_up) == [
        (
            "knowledge/visits.yaml:21: a passage is new; it is not served yet. "
            'Run: verbatim accept when-open --by "Your Name".'
        )
    ]
    assert served(made_up) == [OPEN, "However, we close on holidays."]


def test_a_new_entry_is_not_served_before_it_is_accepted(made_up: Path) -> None:
    text = "\n  - id: parking\n    question: Where can I park?\n    passages:\n      - text: Behind the house.\n"
    (made_up / "visits.yaml").write_text(entries_of(made_up) + text, encoding="utf-8")
    clinic = made_up / "clinic.yaml"
    clinic.write_text(clinic.read_text("utf-8").replace("starters: []", "starters: [parking, when-open]"), "utf-8")
    knowledge = load_knowledge(made_up)
    assert [entry.id for entry in knowledge.entries] == ["when-open", "can-bring-friend"]
    assert knowledge.clinic.starters == ("when-open",)
    assert accept(made_up, "parking", by="Ann", on=date(2026, 3, 1)) == 1
    assert [entry.id for entry in load_knowledge(made_up).entries] == ["when-open", "can-bring-friend", "parking"]
    assert load_knowledge(made_up).clinic.starters == ("parking", "when-open")


def test_other_layout_of_the_same_text_is_no_edit(made_up: Path) -> None:
    edit(made_up, f"text: |-\n          {OPEN}", f'text: "{OPEN}"  # shorter')
    assert warned(made_up) == []


# --- accepting -------------------------------------------------------------------------------------------------------


def test_an_accepted_passage_is_served_with_its_new_source(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    assert accepted(made_up) == 1
    passage = load_knowledge(made_up).entries[0].passages[0]
    start = len(HEADING)
    sha256 = hashlib.sha256(LATER.encode()).hexdigest()
    assert passage.text == LATER
    assert passage.source == Source("sources/clinic.txt", start, start + len(LATER), sha256)
    assert clinic_text(made_up)[start : start + len(LATER)] == LATER
    assert warned(made_up) == []


def test_a_bot_loaded_afterwards_answers_with_the_accepted_text(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    shown = Bot.load(made_up).ask("When are you open?").passages
    assert LATER in [passage.text for passage in shown]


def test_the_text_is_kept_with_name_and_date(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up, by="  Ann\tSmith ")
    assert clinic_text(made_up) == f"{HEADING}{LATER}\n\n"


def test_several_passages_are_accepted_at_once(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    add_passage(made_up, "      - text: Ring the bell.\n        name: bell")
    assert accepted(made_up) == 2
    assert served(made_up) == [LATER, "However, we close on holidays.", "Ring the bell."]
    assert clinic_text(made_up) == f"{HEADING}{LATER}\n\n{HEADING}Ring the bell.\n\n"


def test_the_digest_changes_when_a_text_is_accepted(made_up: Path) -> None:
    before = load_knowledge(made_up).digest
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    assert load_knowledge(made_up).digest != before


def test_accepting_again_does_nothing(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    before = files(made_up)
    assert accepted(made_up) == 0
    assert files(made_up) == before


def test_an_entry_that_nobody_edited_is_left_alone(made_up: Path) -> None:
    before = files(made_up)
    assert accepted(made_up) == 0
    assert files(made_up) == before


def test_other_entries_wait_for_their_own_acceptance(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    edit(made_up, "- one friend", "- two friends")
    accepted(made_up)
    assert len(warned(made_up)) == 1
    assert load_knowledge(made_up).entries[1].passages[0].text == "Please bring:\n- one friend\n- a book"


def test_only_the_entry_file_the_clinics_text_and_the_lock_change(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    ours = ("visits.yaml", "sources/clinic.txt", "sources/lock.yaml")
    before = files(made_up, but=ours)
    accepted(made_up)
    assert files(made_up, but=ours) == before


def test_the_clinics_text_only_grows(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    before = clinic_text(made_up)
    edit(made_up, LATER, LATEST)
    accepted(made_up)
    assert clinic_text(made_up) == f"{before}{HEADING}{LATEST}\n\n"


@pytest.mark.parametrize("note", ["A note by hand.\n", "A note without a line end."])
def test_what_somebody_wrote_into_the_clinics_text_is_kept(made_up: Path, note: str) -> None:
    (made_up / "sources" / "clinic.txt").write_text(note, encoding="utf-8")
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    assert clinic_text(made_up) == f"{note.rstrip()}\n{HEADING}{LATER}\n\n"
    assert served(made_up)[0] == LATER


@pytest.mark.parametrize(
    "text",
    [
        "Ring — “twice”.",
        "Bring:\n- this\n\n- that",
        "Ring\r\nthe bell.",
        "One\x85two\u2028three \U0001f642",
        "--- so ---",
        "#1",
    ],
)
def test_any_text_is_accepted_as_it_was_written(made_up: Path, text: str) -> None:
    escaped = "".join(c if " " < c <= "~" and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    add_passage(made_up, f'      - text: "{escaped}"')
    accepted(made_up)
    assert served(made_up)[-1] == text


# --- the entry file --------------------------------------------------------------------------------------------------


def test_the_span_points_to_the_new_text_and_replaces_keeps_the_old_span(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    before = entries_of(made_up)
    accepted(made_up)
    assert entries_of(made_up) == before.replace(
        f"source: {SPAN}", f"source: {{file: sources/clinic.txt, start: 52, end: 88}}\n        replaces: {SPAN}"
    )


def test_a_second_edit_keeps_the_first_replaces(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    edit(made_up, LATER, LATEST)
    before = entries_of(made_up)
    accepted(made_up)
    assert f"replaces: {SPAN}\n" in before
    assert entries_of(made_up) == before.replace("start: 52, end: 88", "start: 142, end: 178")


def test_a_new_passage_gets_a_source_and_replaces_nothing(made_up: Path) -> None:
    add_passage(made_up, "      - text: Ring the bell.")
    before = entries_of(made_up)
    accepted(made_up)
    assert entries_of(made_up) == before.replace(
        "- text: Ring", "- source: {file: sources/clinic.txt, start: 52, end: 66}\n        text: Ring"
    )


NEW = "source: {file: sources/clinic.txt, start: 52, end: 88}"


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        pytest.param(
            f"      - text: {LATER}\n        source: {SPAN}  # as imported\n        name: hours\n",
            f"      - text: {LATER}\n        {NEW}\n        replaces: {SPAN}  # as imported\n        name: hours\n",
            id="text before the source",
        ),
        pytest.param(
            "      # our hours\n"
            "      - source:\n"
            "          file: sources/visits.txt\n"
            "          start: 25\n"
            "          end: 61  # as imported\n"
            "\n"
            "        # what patients read\n"
            f"        text: {LATER}\n",
            "      # our hours\n"
            f"      - {NEW}\n"
            f"        replaces: {SPAN}  # as imported\n"
            "\n"
            "        # what patients read\n"
            f"        text: {LATER}\n",
            id="block source",
        ),
        pytest.param(
            "      - text: >-\n          We are open on weekdays\n          from 9 to 6.\n        source:\n"
            "          end: 61\n          start: 25\n          file: 'sources/visits.txt'\n      # the end\n",
            f"      - text: >-\n          We are open on weekdays\n          from 9 to 6.\n        {NEW}\n"
            f"        replaces: {SPAN}\n      # the end\n",
            id="block source last, its fields in another order",
        ),
        pytest.param(
            f"      - {{source: {SPAN}, text: {LATER}}}  # in one line\n",
            f"      - {{{NEW}, replaces: {SPAN}, text: {LATER}}}  # in one line\n",
            id="passage in braces",
        ),
        pytest.param(
            f'      - {{text: "{LATER}",\n         source: {SPAN}}}\n',
            f'      - {{text: "{LATER}",\n         {NEW}, replaces: {SPAN}}}\n',
            id="passage in braces over two lines",
        ),
        pytest.param(
            f"      -\n        # “quotes” — and \U0001f642 before it\n        source : {SPAN}\n        text: {LATER}\n",
            f"      -\n        # “quotes” — and \U0001f642 before it\n        {NEW}\n        replaces: {SPAN}\n"
            f"        text: {LATER}\n",
            id="other letters before it",
        ),
        pytest.param(
            f"      - {{text: {LATER}}}\n", f"      - {{{NEW}, text: {LATER}}}\n", id="a new passage in braces"
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_comments_order_and_layout_stay(made_up: Path, layout: str, expected: str, newline: str) -> None:
    question = '"When\u2028 are you\x85 open?"'  # YAML counts these two as line ends
    head = f"# hours\nentries:\n  - id: when-open\n    question: {question}\n    passages:\n"
    tail = "\n  # the end\n"
    (made_up / "visits.yaml").write_bytes((head + layout + tail).replace("\n", newline).encode())
    assert accepted(made_up) == 1
    assert entries_of(made_up) == (head + expected + tail).replace("\n", newline)
    assert served(made_up) == [LATER]


def test_a_source_file_with_a_comma_in_its_name_is_kept_in_replaces(made_up: Path) -> None:
    name = "sources/visits, old.txt"
    (made_up / "sources" / "visits.txt").rename(made_up / name)
    for file in ("visits.yaml", "sources/lock.yaml"):
        text = (made_up / file).read_text(encoding="utf-8").replace('"', "")
        (made_up / file).write_text(text.replace("sources/visits.txt", f'"{name}"'), encoding="utf-8")
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    assert f'replaces: {{file: "{name}", start: 25, end: 61}}' in entries_of(made_up)
    assert served(made_up)[0] == LATER


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "by", "expected"),
    [
        ("when-opne", "Ann", "There is no entry 'when-opne' in {folder}. Did you mean 'when-open'?"),
        ("xyz", "Ann", "There is no entry 'xyz' in {folder}."),
        ("when-open", "", 'Say who accepts the text: --by "Your Name".'),
        ("when-open", " \t\n", 'Say who accepts the text: --by "Your Name".'),
        ("when-open", "Ann\x00", 'Say who accepts the text: --by "Your Name".'),
        ("when-open", "Ann\udcff", 'Say who accepts the text: --by "Your Name".'),
    ],
)
def test_an_unknown_entry_and_a_missing_name_are_refused(made_up: Path, entry: str, by: str, expected: str) -> None:
    edit(made_up, OPEN, LATER)
    before = files(made_up)
    with pytest.raises(VerbatimError) as caught:
        accept(made_up, entry, by=by, on=date(2026, 3, 1))
    assert str(caught.value) == expected.format(folder=made_up.as_posix())
    assert files(made_up) == before


def test_nothing_is_accepted_into_a_broken_knowledge(made_up: Path) -> None:
    edit(made_up, OPEN, LATER)
    edit(made_up, "keep_with: previous", "keep_with: next")
    before = files(made_up)
    with pytest.raises(KnowledgeError, match=r"visits\.yaml:18: there is no passage to keep this one with"):
        accepted(made_up)
    assert files(made_up) == before


def test_a_clinics_text_that_is_not_utf8_is_told_and_kept(made_up: Path) -> None:
    (made_up / "sources" / "clinic.txt").write_bytes(b"caf\xe9\n")
    edit(made_up, OPEN, LATER)
    before = files(made_up)
    with pytest.raises(KnowledgeError, match=r"clinic\.txt:1: byte 3 is not UTF-8 text\. Save the file as UTF-8"):
        accepted(made_up)
    assert files(made_up) == before


def test_a_clinics_text_does_not_outgrow_what_can_be_loaded(made_up: Path) -> None:
    (made_up / "sources" / "clinic.txt").write_text("x" * 999_950, encoding="utf-8")
    edit(made_up, OPEN, LATER)
    before = files(made_up)
    with pytest.raises(VerbatimError, match=r"clinic\.txt would grow over 1,000,000 bytes\. Import the new text as"):
        accepted(made_up)
    assert files(made_up) == before


# --- with import -----------------------------------------------------------------------------------------------------


def test_importing_again_knows_what_an_accepted_passage_replaces(made_up: Path, tmp_path: Path) -> None:
    edit(made_up, OPEN, LATER)
    accepted(made_up)
    path = tmp_path / "again" / "visits.txt"
    path.parent.mkdir()
    path.write_text(MADE_UP, encoding="utf-8")
    assert import_text(path, made_up).uncovered == ()
