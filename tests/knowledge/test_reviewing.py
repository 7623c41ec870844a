"""Reviews: who, when, what is due; overdue answers are marked or withheld, and a withheld one leaves honest silence."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.cli import main
from bot.errors import KnowledgeError
from bot.knowledge import (
    Editor,
    SetWithheld,
    check,
    load_knowledge,
    mark_edits,
    review_edit,
    reviews,
    save,
    withhold_edits,
)
from bot.knowledge.readability import grade

TODAY = date(2026, 3, 1)
EDITOR = Editor("Ann", datetime(2026, 3, 1, tzinfo=UTC))


def reviewed(folder: Path, written: str) -> None:
    """Write the review of the first entry by hand."""
    text = (folder / "visits.yaml").read_text(encoding="utf-8")
    (folder / "visits.yaml").write_text(text.replace("{by: '', on: '', due: ''}", written, 1), encoding="utf-8")


def set_clinic(folder: Path, line: str) -> None:
    text = (folder / "clinic.yaml").read_text(encoding="utf-8")
    (folder / "clinic.yaml").write_text(text.replace("review_days: 365", line), encoding="utf-8")


def states(folder: Path) -> list[tuple[str, str, str]]:
    return [(one.entry_id, one.state, one.due) for one in reviews(folder, today=TODAY)]


@pytest.mark.parametrize(
    ("written", "state", "due"),
    [
        ("{by: '', on: '', due: ''}", "never", ""),
        ("{by: Eve, on: 2025-02-28}", "overdue", "2026-02-28"),
        ("{by: Eve, on: 2025-03-01}", "due", "2026-03-01"),
        ("{by: Eve, on: 2025-03-31}", "due", "2026-03-31"),
        ("{by: Eve, on: 2025-04-01}", "reviewed", "2026-04-01"),
        ("{by: Eve, on: 2025-04-01, due: 2026-02-28}", "overdue", "2026-02-28"),
        ("{due: 2030-01-01}", "reviewed", "2030-01-01"),
    ],
)
def test_an_entry_is_due_when_it_says_or_after_the_clinics_interval(
    small: Path, written: str, state: str, due: str
) -> None:
    reviewed(small, written)
    assert sorted(states(small)) == [("can-bring-friend", "never", ""), ("when-open", state, due)]


def test_the_interval_is_the_clinics(small: Path) -> None:
    reviewed(small, "{by: Eve, on: 2026-01-01}")
    set_clinic(small, "review_days: 30")
    assert states(small)[0] == ("when-open", "overdue", "2026-01-31")
    set_clinic(small, "")
    assert load_knowledge(small).clinic.review_days == 30
    (small / "clinic.yaml").write_text(
        (small / "clinic.yaml").read_text(encoding="utf-8").replace("review_days: 30", ""), encoding="utf-8"
    )
    assert load_knowledge(small).clinic.review_days == 365


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("review_days: 0", "'review_days' is 0. Write a number of days from 1 to 3650."),
        ("review_days: yearly", "'review_days' of the clinic is not a whole number. Write digits, such as 120."),
    ],
)
def test_an_interval_that_is_none_is_told(small: Path, line: str, told: str) -> None:
    set_clinic(small, line)
    with pytest.raises(KnowledgeError, match=told):
        load_knowledge(small)


def test_a_review_is_kept_and_due_after_the_interval(small: Path) -> None:
    edit = review_edit(small, "when-open", by=" Dr.  Lee ", today=TODAY)
    save(small, [edit], EDITOR, base=load_knowledge(small).digest, history=small.parent / "history")
    one = next(one for one in reviews(small, today=TODAY) if one.entry_id == "when-open")
    assert (one.by, one.on, one.due, one.state) == ("Dr. Lee", "2026-03-01", "2027-03-01", "reviewed")


def test_what_is_overdue_is_marked_and_withheld_and_comes_back_with_its_review(small: Path) -> None:
    reviewed(small, "{by: Eve, on: 2020-01-01}")
    history = small.parent / "history"
    found = reviews(small, today=TODAY)
    edits = [*mark_edits(found), *withhold_edits(found)]
    save(small, edits, EDITOR, base=load_knowledge(small).digest, history=history)
    assert [entry.id for entry in load_knowledge(small).entries] == ["can-bring-friend"]
    after = reviews(small, today=TODAY)
    assert [(one.entry_id, one.withheld) for one in after] == [("when-open", True), ("can-bring-friend", False)]
    assert withhold_edits(after) == ()
    save(
        small,
        [review_edit(small, "when-open", by="Ann", today=TODAY)],
        EDITOR,
        base=load_knowledge(small).digest,
        history=history,
    )
    assert [(entry.id, entry.tags) for entry in load_knowledge(small).entries] == [
        ("when-open", ()),
        ("can-bring-friend", ()),
    ]


def test_a_withheld_answer_is_told_to_staff_and_its_questions_get_no_other_answer(small: Path) -> None:
    before = Bot.load(small, semantic=False, cache=None)
    assert before.ask("When are you open?").passages[0].entry_id == "when-open"
    edit = SetWithheld("when-open", withheld=True)
    save(small, [edit], EDITOR, base=before.knowledge.digest, history=small.parent / "history")
    knowledge, warnings = check(small, today=TODAY)
    assert [str(problem).partition("visits.yaml:")[2] for problem in warnings if "withheld" in problem.what] == [
        (
            "5: the answer 'when-open' is withheld: patients do not get it. "
            'Review it, then run: verbatim review when-open --by "Your Name".'
        )
    ]
    bot = before.with_knowledge(knowledge)
    assert [bot.ask(question).kind for question in ("When are you open?", "opening hours")] == ["no_answer"] * 2


def test_what_a_withheld_entry_answered_is_a_gap_again(small: Path) -> None:
    text = (small / "gaps.yaml").read_text(encoding="utf-8")
    (small / "gaps.yaml").write_text(text.replace("topic: Price", "topic: Price\n    answered_by: when-open"), "utf-8")
    assert load_knowledge(small).gaps[1].answered_by == "when-open"
    edit = SetWithheld("when-open", withheld=True)
    save(small, [edit], EDITOR, base=load_knowledge(small).digest, history=small.parent / "history")
    bot = Bot.load(small, semantic=False, cache=None)
    assert bot.knowledge.gaps[1].answered_by == ""
    assert bot.ask("what does it cost").kind == "gap"


def test_with_all_answers_withheld_nothing_is_answered(small: Path) -> None:
    edits = [SetWithheld(entry.id, withheld=True) for entry in load_knowledge(small).entries]
    save(small, edits, EDITOR, base=load_knowledge(small).digest, history=small.parent / "history")
    bot = Bot.load(small, semantic=False, cache=None)
    assert [bot.ask(q).kind for q in ("When are you open?", "is there parking", "hello")] == [
        "no_answer",
        "gap",
        "notice",
    ]


def test_withheld_is_true_or_false(small: Path) -> None:
    text = (small / "visits.yaml").read_text(encoding="utf-8")
    (small / "visits.yaml").write_text(text.replace("tags: []", "withheld: perhaps", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'withheld' of the entry 'when-open' is neither true nor false"):
        load_knowledge(small)


# by hand: words, sentences and syllables as the report counts them
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat on the mat.", round(0.39 * 6 / 1 + 11.8 * 6 / 6 - 15.59, 1)),
        ("We are here. Please call us", round(0.39 * 6 / 2 + 11.8 * 6 / 6 - 15.59, 1)),
        ("Medication:\n- a tablet\n- water", round(0.39 * 4 / 3 + 11.8 * 9 / 4 - 15.59, 1)),
        ("1234 - 5", None),
    ],
)
def test_the_reading_grade_is_that_of_the_formula(text: str, expected: float | None) -> None:
    assert grade(text) == expected


# --- the verb --------------------------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> int:
    return main(["review", *arguments, "--knowledge", str(folder)])


def test_the_verb_lists_and_fails_where_something_is_overdue(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    reviewed(small, "{by: Eve, on: 2025-02-28}")
    assert run(small, "--today", "2026-02-28") == 0
    assert run(small, "--today", "2026-03-01") == 1
    out = capfd.readouterr().out.splitlines()
    assert out[-2:] == [
        "overdue   when-open: reviewed 2025-02-28 by Eve, due 2026-02-28, hardest passage: grade 7.6",
        "never     can-bring-friend: by nobody yet, hardest passage: grade -3.0",
    ]
    assert run(small, "--today", "2026-03-01", "--json") == 1
    assert json.loads(capfd.readouterr().out)["entries"][0]["state"] == "overdue"


def test_the_verb_writes_reviews(
    small: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.parent)
    assert run(small, "when-open", "--by", "Ann", "--today", "2020-01-01") == 0
    assert run(small, "--withhold-overdue", "--mark-overdue", "--by", "Bob", "--today", "2026-03-01") == 0
    assert run(small, "--withhold-overdue", "--by", "Bob", "--today", "2026-03-01") == 0
    assert capfd.readouterr().err.splitlines() == [
        "when-open reviewed",
        "when-open withheld",
        "when-open marked as overdue",
        "There was nothing to change.",
    ]
    assert len(list((small.parent / ".verbatim" / "history").glob("*/change.json"))) == 2


@pytest.mark.parametrize("arguments", [["when-open"], ["--by", "Ann"], ["--mark-overdue"], ["--today", "soon"]])
def test_the_verb_wants_a_name_with_what_it_writes(small: Path, arguments: list[str]) -> None:
    assert run(small, *arguments) == 2


def test_compare_tells_what_another_version_would_change(
    small: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.parent)
    base = load_knowledge(small).digest
    other = small.parent / "other"
    other.mkdir()
    for path in small.rglob("*"):
        target = other / path.relative_to(small)
        target.mkdir(exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    save(other, [SetWithheld("when-open", withheld=True)], EDITOR, base=base, history=small.parent / "history")
    (small.parent / "asked.txt").write_text("opening hours\n\nmay my sister come along\n", encoding="utf-8")
    assert main(["compare", str(other), "--questions", "asked.txt", "--knowledge", str(small)]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "lost: 'opening hours': answer (when-open) -> no_answer",
        "1 reply would change.",
    ]
    assert main(["compare", str(other), "--json", "--knowledge", str(small)]) == 0
    told = json.loads(capfd.readouterr().out)["differences"]
    assert {one["question"] for one in told if one["effect"] == "lost"} == {
        "When are you open?",
        "opening hours",
        "what time do you open",
    }
