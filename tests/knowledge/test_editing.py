"""Editing by the program: validated as a whole, nothing else changed, the former kept, and nobody overwritten."""

import difflib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from bot import KnowledgeError, VerbatimError
from bot.errors import ChangedError
from bot.knowledge import (
    AddAliases,
    AddGap,
    AddGapWordings,
    Change,
    Edit,
    Editor,
    SetAliases,
    SetAnswerThreshold,
    SetFact,
    SetGapAnsweredBy,
    SetGapNotice,
    SetGapTopic,
    SetGapWordings,
    SetOverdue,
    SetPassage,
    SetQuestion,
    SetReview,
    SetWithheld,
    WrittenGap,
    changes,
    load_knowledge,
    proposed,
    save,
    unused_gap_id,
    written,
)
from bot.model import Knowledge, Review

AT = datetime(2026, 3, 1, 14, 3, tzinfo=UTC)
ANN = Editor("Ann  Smith", AT)
BOB = Editor("Bob", AT + timedelta(minutes=5))
LATER = "We are open on weekdays from 9 to 6."


def saved(folder: Path, *edits: Edit, editor: Editor = ANN, base: str = "") -> Change | None:
    base = base or load_knowledge(folder).digest
    return save(folder, edits, editor, base=base, history=folder.parent / "history")


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def lines_changed(before: dict[str, bytes], after: dict[str, bytes], name: str) -> list[str]:
    """Return the lines that were taken away or added, each with its sign."""
    old, new = (state.get(name, b"").decode().splitlines() for state in (before, after))
    return [line for line in difflib.unified_diff(old, new, n=0) if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def diff(folder: Path, edits: Sequence[Edit], name: str) -> list[str]:
    """Make the edits, which must change no other YAML file than *name*, and return its changed lines."""
    before = files(folder)
    saved(folder, *edits)
    after = files(folder)
    changed = {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}
    assert {file for file in changed if not file.startswith("sources/")} == {name}
    return lines_changed(before, after, name)


# --- what is written -------------------------------------------------------------------------------------------------


def test_a_title_that_staff_write_is_editorial_and_no_longer_tied_to_the_source(small: Path) -> None:
    assert diff(small, [SetQuestion("when-open", "What are  your hours?")], "visits.yaml") == [
        "-    question: When are you open?",
        "-    question_origin: source",
        "-    question_source: {file: sources/visits.txt, start: 3, end: 21}",
        "+    question: What are your hours?",
        "+    question_origin: editorial",
    ]


def test_a_title_is_quoted_where_yaml_wants_it(small: Path) -> None:
    saved(small, SetQuestion("when-open", "Hours: 'when', #1 or \"2\"?"))
    assert load_knowledge(small).entries[0].question == "Hours: 'when', #1 or \"2\"?"


def test_a_new_text_is_served_at_once_as_accepted_by_the_editor(small: Path) -> None:
    assert diff(small, [SetPassage("when-open#0", f"  {LATER}\r\n- and: more\n")], "visits.yaml") == [
        "-      - source: {file: sources/visits.txt, start: 25, end: 61}",
        "+      - source: {file: sources/clinic.txt, start: 52, end: 100}",
        "+        replaces: {file: sources/visits.txt, start: 25, end: 61}",
        "-          We are open on weekdays from 9 to 5.",
        "+          We are open on weekdays from 9 to 6.",
        "+          - and: more",
    ]
    knowledge = load_knowledge(small)
    assert knowledge.entries[0].passages[0].text == f"{LATER}\n- and: more"
    assert "accepted 2026-03-01 by Ann Smith: when-open" in knowledge.sources["sources/clinic.txt"]


def test_a_passage_that_somebody_else_has_in_hand_is_not_accepted_with_it(small: Path) -> None:
    text = (small / "visits.yaml").read_text(encoding="utf-8")
    (small / "visits.yaml").write_text(text.replace("we close on holidays", "we never close"), encoding="utf-8")
    saved(small, SetPassage("when-open#0", LATER))
    assert [passage.text for passage in load_knowledge(small).entries[0].passages] == [
        LATER,
        "However, we close on holidays.",
    ]


def test_wordings_are_added_below_the_last_and_comments_stay(small: Path) -> None:
    edit = AddAliases("when-open", ("are you  open on Sunday: yes?", "Opening HOURS!", "", "till when"))
    assert diff(small, [edit], "aliases.yaml") == [
        "+    - 'are you open on Sunday: yes?'",
        "+    - till when",
    ]


def test_wordings_are_set_by_the_fewest_changes(small: Path) -> None:
    wanted = ("till when", "opening hours")
    assert diff(small, [SetAliases("when-open", wanted)], "aliases.yaml") == [
        "-    - what time do you open",
        "+    - till when",
    ]


def test_the_last_wording_can_go_and_come_back(small: Path) -> None:
    saved(small, SetAliases("can-bring-friend", ()))
    assert load_knowledge(small).entries[1].aliases == ()
    saved(small, AddAliases("can-bring-friend", ("with my sister",)))
    assert load_knowledge(small).entries[1].aliases == ("with my sister",)


def test_wordings_in_the_entry_itself_are_set_there(small: Path) -> None:
    text = (small / "visits.yaml").read_text(encoding="utf-8")
    (small / "visits.yaml").write_text(text.replace("aliases: []", "aliases: [how late, on Monday]", 1), "utf-8")
    saved(small, SetAliases("when-open", ("how late", "opening hours", "till when")))
    assert load_knowledge(small).entries[0].aliases == ("how late", "opening hours", "till when")
    assert "      - how late\n" in (small / "visits.yaml").read_text(encoding="utf-8")


def test_a_file_of_wordings_is_begun_where_there_is_none(small: Path) -> None:
    (small / "aliases.yaml").unlink()
    saved(small, AddAliases("when-open", ("till when",)))
    assert load_knowledge(small).entries[0].aliases == ("till when",)


def test_an_entry_without_wordings_gets_its_first(small: Path) -> None:
    text = (small / "aliases.yaml").read_text(encoding="utf-8").split("\n# the second entry")[0]
    (small / "aliases.yaml").write_text(text, encoding="utf-8")
    assert diff(small, [AddAliases("can-bring-friend", ("with my sister",))], "aliases.yaml") == [
        "+",
        "+can-bring-friend:",
        "+  entry:",
        "+    - with my sister",
    ]


def test_a_gap_is_added_below_the_last(small: Path) -> None:
    gap = AddGap("pets", "Pets: dogs", "The FAQ says nothing of pets.\nCall {phone}.", ("my dog", "My dog?", "a cat"))
    assert diff(small, [gap], "gaps.yaml") == [
        "+",
        "+  - id: pets",
        "+    topic: 'Pets: dogs'",
        "+    notice: |-",
        "+      The FAQ says nothing of pets.",
        "+      Call {phone}.",
        "+    wordings:",
        "+      - my dog",
        "+      - a cat",
    ]
    assert load_knowledge(small).gaps[-1].notice == "The FAQ says nothing of pets."


@pytest.mark.parametrize("before", [None, "gaps: []\n", "# none yet\ngaps:\n"])
def test_the_first_gap_of_a_knowledge_is_written_too(small: Path, before: str | None) -> None:
    (small / "gaps.yaml").unlink()
    if before:
        (small / "gaps.yaml").write_text(before, encoding="utf-8")
    saved(small, AddGap("pets", "Pets", "The FAQ says nothing of pets.", ("my dog",)))
    (gap,) = load_knowledge(small).gaps
    assert (gap.id, gap.topic, gap.notice, gap.wordings) == (
        "pets",
        "Pets",
        "The FAQ says nothing of pets.",
        ("my dog",),
    )


def test_wordings_of_a_gap_are_added_and_set(small: Path) -> None:
    assert diff(small, [AddGapWordings("parking", ("Is there parking?", "a place for my car"))], "gaps.yaml") == [
        "+      - a place for my car"
    ]
    assert diff(small, [SetGapWordings("parking", ("a place for my car",))], "gaps.yaml") == [
        "-      - where can I park",
        "-      - is there parking",
    ]
    saved(small, AddGapWordings("price", ("the fee",)))
    assert load_knowledge(small).gaps[1].wordings == ("how much is it", "what does it cost", "the fee")


def test_a_fact_of_the_clinic_is_stated_and_its_line_alone_changes(small: Path) -> None:
    assert diff(small, [SetFact("phone", " (202)  555-0142 ")], "clinic.yaml") == [
        "-phone: ''",
        "+phone: '(202) 555-0142'",
    ]
    with pytest.raises(VerbatimError, match="'emergency' is no fact that the clinic states"):
        saved(small, SetFact("emergency", "0"))


def test_a_gap_gets_another_topic_and_an_entry_that_answers_it(small: Path) -> None:
    assert diff(small, [SetGapTopic("parking", " Cars:  where? ")], "gaps.yaml") == [
        "-    topic: Parking",
        "+    topic: 'Cars: where?'",
    ]
    assert diff(small, [SetGapAnsweredBy("parking", "when-open")], "gaps.yaml") == ["+    answered_by: when-open"]
    saved(small, SetGapAnsweredBy("parking", "when-open"))
    assert load_knowledge(small).gaps[0].answered_by == "when-open"
    assert diff(small, [SetGapAnsweredBy("parking", "")], "gaps.yaml") == ["-    answered_by: when-open"]


def test_a_review_is_written_into_its_fields(small: Path) -> None:
    review = SetReview("when-open", Review("Dr. O'Neil", "2026-03-01", "2027-03-01"))
    assert diff(small, [review], "visits.yaml") == [
        "-    review: {by: '', on: '', due: ''}",
        "+    review: {by: \"Dr. O'Neil\", on: '2026-03-01', due: '2027-03-01'}",
    ]
    assert load_knowledge(small).entries[0].review == Review("Dr. O'Neil", "2026-03-01", "2027-03-01")


def test_a_review_on_lines_of_its_own_keeps_its_comments(small: Path) -> None:
    text = (small / "visits.yaml").read_text(encoding="utf-8")
    written = "review:\n      # the head nurse\n      by: Eve  # for now\n      on: 2025-01-01\n"
    (small / "visits.yaml").write_text(text.replace("review: {by: '', on: '', due: ''}\n", written, 1), "utf-8")
    assert diff(small, [SetReview("when-open", Review("Ann", "2026-03-01", "2027-03-01"))], "visits.yaml") == [
        "-      by: Eve  # for now",
        "-      on: 2025-01-01",
        "+      due: '2027-03-01'",
        "+      by: 'Ann'  # for now",
        "+      on: '2026-03-01'",
    ]


def test_an_entry_is_withheld_marked_and_served_again_by_its_review(small: Path) -> None:
    before = (small / "visits.yaml").read_bytes()
    saved(small, SetWithheld("when-open", withheld=True), SetOverdue("when-open", overdue=True))
    text = (small / "visits.yaml").read_text(encoding="utf-8")
    assert "    withheld: true\n    passages:\n" in text
    assert "    tags: [review-overdue]\n" in text
    assert [entry.id for entry in load_knowledge(small).entries] == ["can-bring-friend"]
    saved(small, SetReview("when-open", Review()))
    assert (small / "visits.yaml").read_bytes() == before


def test_a_threshold_is_written_with_name_and_day(small: Path) -> None:
    edit = SetAnswerThreshold(0.1, was=0.5, knowledge="d1", semantic=True)
    assert diff(small, [edit], "operating-point.yaml") == [
        "-answer: 0.5",
        "-choose: 0.15",
        "+answer: 0.1",
        "+choose: 0.1",
        "-knowledge: ''",
        "+knowledge: 'd1'",
        "+by: 'Ann Smith'",
        "+on: '2026-03-01'",
    ]
    point = load_knowledge(small).operating_point
    assert (point.answer, point.choose, point.knowledge, point.by, point.on) == (
        0.1, 0.1, "d1", "Ann Smith", "2026-03-01",
    )  # fmt: skip
    with pytest.raises(ChangedError, match=r"'answer' is 0\.1, not 0\.5"):
        saved(small, edit, editor=BOB)


def test_the_threshold_without_vectors_is_another_one(small: Path) -> None:
    with (small / "operating-point.yaml").open("a", encoding="utf-8") as file:
        file.write("answer_without_vectors: 0.6\nchoose_without_vectors: 0.1\ngap_without_vectors: 0.2\n")
    saved(small, SetAnswerThreshold(0.7, was=0.6, knowledge="", semantic=False))
    point = load_knowledge(small).operating_point
    assert (point.answer, point.without_vectors and point.without_vectors.answer) == (0.5, 0.7)


def test_lines_end_as_they_did(small: Path) -> None:
    for path in small.glob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    gap = AddGap("pets", "Pets", "Nothing of pets.\nCall {phone}.", ("my dog",))
    saved(small, gap, SetPassage("when-open#0", LATER), AddAliases("when-open", ("till when",)))
    knowledge = load_knowledge(small)
    assert (knowledge.gaps[-1].notice, knowledge.entries[0].passages[0].text) == ("Nothing of pets.", LATER)
    assert [path.name for path in small.glob("*.yaml") if b"\n" in path.read_bytes().replace(b"\r\n", b"")] == []


def test_an_entry_in_one_line_can_be_edited_but_gets_no_lines(small: Path) -> None:
    line = "entries:\n  - {id: pets, question: Dogs?, passages: [{text: No dogs.}]}  # short\n"
    (small / "pets.yaml").write_text(line, encoding="utf-8")
    saved(small, SetQuestion("pets", "Dogs, cats: allowed?"), SetReview("pets", Review("Ann", "2026-03-01")))
    assert (small / "pets.yaml").read_text(encoding="utf-8") == (
        "entries:\n  - {id: pets, question: 'Dogs, cats: allowed?', review: {by: 'Ann', on: '2026-03-01', due: ''}, "
        "passages: [{text: No dogs.}]}  # short\n"
    )
    (small / "gaps.yaml").write_text("gaps: [{id: a, topic: A, notice: Call., wordings: [b]}]\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"/knowledge/gaps\.yaml:1: this is written in one line"):
        saved(small, AddGapWordings("a", ("c",)))


def test_who_cannot_save_now_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.editing.LOCK_SECONDS", 0.01)
    (small.parent / "history").mkdir()
    with FileLock(small.parent / "history" / "lock"), pytest.raises(VerbatimError, match="saving just now"):
        saved(small, SetQuestion("when-open", "Hours?"))


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (SetQuestion("when-opn", "?"), "Did you mean 'when-open'"),
        (SetPassage("when-open#9", "x"), "There is no passage 'when-open#9'"),
        (AddAliases("when-open", ("x",), passage="hours"), "no passage named 'hours'"),
        (AddGapWordings("parkin", ("x",)), "There is no gap 'parkin'. Did you mean 'parking'"),
    ],
)
def test_what_is_not_there_cannot_be_edited(small: Path, edit: Edit, told: str) -> None:
    before = files(small)
    with pytest.raises(VerbatimError, match=told):
        saved(small, edit)
    assert files(small) == before


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (SetQuestion("when-open", " "), r"/knowledge/visits\.yaml:6: 'question' of the entry 'when-open' is empty"),
        (SetPassage("when-open#0", "\n"), r"/knowledge/visits\.yaml:15: 'text' of a passage of 'when-open' is empty"),
        (AddAliases("when-open", ("May my sister come along?",)), "already stands for"),
        (AddAliases("when-open", ("?!",)), "has no word"),
        (AddGap("parking", "P", "Call.", ()), "the gap 'parking' is there twice"),
        (AddGap("pets", "P", "Call {fone}.", ()), "asks for an unknown fact {fone}"),
        (SetReview("when-open", Review("Ann", "yesterday")), "is 'yesterday', not a date"),
    ],
)
def test_an_edit_that_would_break_the_knowledge_is_told_with_its_line_and_not_made(
    small: Path, edit: Edit, told: str
) -> None:
    before = files(small)
    with pytest.raises(KnowledgeError, match=told):
        saved(small, edit, SetQuestion("can-bring-friend", "With whom?"))
    with pytest.raises(KnowledgeError, match=told):
        proposed(small, [edit], ANN)
    assert files(small) == before
    assert changes(small.parent / "history") == ()


def test_a_knowledge_that_is_broken_already_is_not_edited(small: Path) -> None:
    (small / "notices.yaml").write_text("thanks: [", encoding="utf-8")
    before = files(small)
    with pytest.raises(KnowledgeError, match=r"/knowledge/notices\.yaml:2: this is not valid YAML"):
        saved(small, SetQuestion("when-open", "Hours?"), base="d")
    assert files(small) == before


def test_a_name_is_needed() -> None:
    with pytest.raises(VerbatimError, match="Say who"):
        Editor(" \n", AT)


# --- what-if, and two people -----------------------------------------------------------------------------------------


def test_what_is_proposed_is_what_would_be_saved_and_nothing_is_written(small: Path) -> None:
    before = files(small)
    edits: list[Edit] = [SetPassage("when-open#0", LATER), AddAliases("when-open", ("till when",))]
    tried: Knowledge = proposed(small, edits, ANN)
    assert files(small) == before
    saved(small, *edits)
    assert load_knowledge(small) == tried


def test_the_former_files_are_kept_with_name_and_time(small: Path) -> None:
    before, digest = files(small), load_knowledge(small).digest
    change = saved(small, AddAliases("when-open", ("till when",)))
    assert change is not None
    assert (change.by, change.at, change.files) == ("Ann Smith", "2026-03-01T14:03:00+00:00", ("aliases.yaml",))
    assert (change.before, change.after) == (digest, load_knowledge(small).digest)
    assert (change.folder / "before" / "aliases.yaml").read_bytes() == before["aliases.yaml"]
    assert changes(small.parent / "history") == (change,)


def test_an_edit_that_changes_nothing_leaves_no_trace(small: Path) -> None:
    edits = (SetQuestion("when-open", "When are you open?"), SetWithheld("when-open", withheld=False))
    assert saved(small, *edits, SetPassage("when-open#0", "We are open on weekdays from 9 to 5.")) is None
    assert changes(small.parent / "history") == ()


def test_the_second_of_two_editors_is_told_who_was_first_and_overwrites_nothing(small: Path) -> None:
    base = load_knowledge(small).digest
    saved(small, SetQuestion("when-open", "Hours?"), base=base)
    before = files(small)
    with pytest.raises(ChangedError) as caught:
        saved(small, SetQuestion("when-open", "Opening?"), editor=BOB, base=base)
    assert "  2026-03-01 14:03 UTC by Ann Smith: the question of when-open\n" in str(caught.value)
    assert files(small) == before


def test_a_change_by_hand_is_told_with_its_file(small: Path) -> None:
    base = load_knowledge(small).digest
    with (small / "gaps.yaml").open("a", encoding="utf-8") as file:
        file.write("      - one more\n".replace("      - one more", "# looked at"))
    with pytest.raises(ChangedError, match=r"UTC by hand: .*/knowledge/gaps\.yaml"):
        saved(small, SetQuestion("when-open", "Opening?"), base=base)


def test_of_many_who_save_at_once_one_is_first(small: Path) -> None:
    base = load_knowledge(small).digest
    told: list[str] = []

    def edit(number: int) -> None:
        try:
            saved(small, AddAliases("when-open", (f"wording {number}",)), base=base)
        except ChangedError:
            return
        told.append(f"wording {number}")

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(load_knowledge(small).entries[0].aliases[2:]) == told
    assert len(told) == 1


def test_a_broken_record_is_none(small: Path) -> None:
    saved(small, SetQuestion("when-open", "Hours?"))
    for name, text in (("1", "{"), ("2", '{"by": "Eve"}')):
        (small.parent / "history" / name).mkdir()
        (small.parent / "history" / name / "change.json").write_text(text, encoding="utf-8")
    assert [change.by for change in changes(small.parent / "history")] == ["Ann Smith"]


def test_a_notice_of_a_gap_is_written_anew_and_nothing_else(small: Path) -> None:
    assert diff(small, [SetGapNotice("parking", "  Ask us:\r\nwhere to park.\n")], "gaps.yaml") == [
        "-      The FAQ does not say where to park.",
        "-      Call {phone}.",
        "+      Ask us:",
        "+      where to park.",
    ]
    assert diff(small, [SetGapNotice("price", "Ask us.")], "gaps.yaml") == [
        "-    notice: The FAQ does not say what it costs.",
        "+    notice: |-",
        "+      Ask us.",
    ]


def test_a_notice_of_a_gap_in_one_line_stays_in_that_line(small: Path) -> None:
    line = "  - {id: pets, topic: Pets, notice: 'None.', wordings: [my dog]}\n"
    with (small / "gaps.yaml").open("a", encoding="utf-8") as gaps:
        gaps.write(line)
    saved(small, SetGapNotice("pets", "Ask: us, {name}\nor not."))
    assert written(small).gaps[-1] == WrittenGap("pets", "Pets", "Ask: us, {name}\nor not.", ("my dog",))


# --- what a form is filled with --------------------------------------------------------------------------------------


def test_texts_are_read_as_staff_wrote_them(small: Path) -> None:
    text = (small / "visits.yaml").read_text(encoding="utf-8").replace("we close on holidays", "we never close")
    (small / "visits.yaml").write_text(text, encoding="utf-8")
    saved(small, SetWithheld("can-bring-friend", withheld=True))
    found = written(small)
    first, second = found.entries
    assert (found.digest, second.withheld) == (load_knowledge(small).digest, True)
    assert (first.question, first.wordings) == ("When are you open?", ("opening hours", "what time do you open"))
    assert [(one.id, one.text) for one in first.passages] == [
        ("when-open#0", "We are open on weekdays from 9 to 5."),
        ("when-open#1", "However, we never close."),
    ]
    assert found.gap("parking") == WrittenGap(
        "parking",
        "Parking",
        "The FAQ does not say where to park.\nCall {phone}.",
        ("where can I park", "is there parking"),
    )
    assert (found.entry("when-open"), found.entry("parking"), found.gap("when-open")) == (first, None, None)


def test_a_knowledge_without_gaps_has_none_to_edit(small: Path) -> None:
    (small / "gaps.yaml").unlink()
    assert written(small).gaps == ()


@pytest.mark.parametrize(
    ("topic", "id_"), [("Dogs & pets", "dogs-pets"), ("Parking", "parking-3"), ("?!", "entry"), ("犬", "entry")]
)
def test_a_new_gap_gets_an_id_of_its_own(topic: str, id_: str) -> None:
    assert unused_gap_id(topic, ["parking", "parking-2"]) == id_
