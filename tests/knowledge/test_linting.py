"""`check`: what is worth a look is told with its place, and a knowledge in order is told nothing about."""

from datetime import date
from pathlib import Path

import pytest

from bot import KnowledgeError
from bot.knowledge import check, import_text
from tests.knowledge.conftest import COMMITTED

TODAY = date(2026, 3, 1)
FACTS = """\
name: Rivertown Clinic
phone: 555-0142
hours: weekdays from 9 to 5
address: 1 River Street
web: https://clinic.example
emergency: '911'
crisis_line: '988'
verified_on: 2026-02-01
"""


def told(folder: Path, *, today: date = TODAY) -> list[str]:
    """Return every warning of `check`, with the folder's name as staff know it."""
    _, warnings = check(folder, today=today)
    return [str(problem).replace(folder.as_posix(), "knowledge") for problem in warnings]


def edit(path: Path, old: str, new: str) -> None:
    """Change the first place of a file that reads *old*."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def measured(folder: Path) -> Path:
    """Record that the operating point of *folder* was measured on its knowledge as it is."""
    knowledge, _ = check(folder, today=TODAY)
    point = f"answer: 0.5\nchoose: 0.4\ngap: 0\nknowledge: {knowledge.digest}\n"
    (folder / "operating-point.yaml").write_text(point, encoding="utf-8")
    return folder


def knowledge_of(tmp_path: Path, text: str) -> Path:
    """Import *text* for a clinic that states all its facts, and measure it."""
    (tmp_path / "faq.txt").write_text(text, encoding="utf-8")
    import_text(tmp_path / "faq.txt", tmp_path / "clinic")
    (tmp_path / "clinic" / "clinic.yaml").write_text(FACTS, encoding="utf-8")
    return measured(tmp_path / "clinic")


@pytest.fixture
def clean(made_up: Path) -> Path:
    """The made-up knowledge with every fact stated and measured: nothing to tell."""
    (made_up / "clinic.yaml").write_text(FACTS, encoding="utf-8")
    return measured(made_up)


def test_a_knowledge_in_order_has_no_warnings(clean: Path) -> None:
    assert told(clean) == []


def test_check_returns_the_knowledge_that_it_read(clean: Path) -> None:
    knowledge, _ = check(clean, today=TODAY)
    assert knowledge.clinic.name == "Rivertown Clinic"


def test_an_error_is_raised_and_not_told_as_a_warning(clean: Path) -> None:
    edit(clean / "clinic.yaml", "'911'", "911")
    with pytest.raises(KnowledgeError, match=r"clinic\.yaml:6: 'emergency' of the clinic is 911, which YAML reads as"):
        check(clean, today=TODAY)


# --- the clinic's facts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fact", "line"), [("name", 1), ("phone", 2)])
def test_a_clinic_without_name_or_phone_is_not_ready_for_patients(clean: Path, fact: str, line: int) -> None:
    old = FACTS.splitlines()[line - 1]
    edit(clean / "clinic.yaml", old, f"{fact}:")
    place = f"knowledge/clinic.yaml:{line}"
    assert told(measured(clean)) == [f"{place}: not ready for patients. Set the clinic's {fact} in {place}."]


def test_one_fact_that_the_clinic_does_not_state_is_told(clean: Path) -> None:
    edit(clean / "clinic.yaml", "address: 1 River Street\n", "")
    assert told(measured(clean)) == [
        (
            "knowledge/clinic.yaml:1: the clinic's address is not stated. "
            "Fill in what patients may know; leave the rest empty."
        )
    ]


def test_facts_that_the_clinic_does_not_state_are_told_together(clean: Path) -> None:
    edit(clean / "clinic.yaml", "hours: weekdays from 9 to 5", "hours: ''")
    edit(clean / "clinic.yaml", "web: https://clinic.example", "web:")
    assert told(measured(clean)) == [
        (
            "knowledge/clinic.yaml:1: the clinic's hours, web are not stated. "
            "Fill in what patients may know; leave the rest empty."
        )
    ]


# --- the operating point ---------------------------------------------------------------------------------------------


def test_an_operating_point_that_was_never_measured_is_stale(clean: Path) -> None:
    (clean / "operating-point.yaml").write_text("answer: 0.5\nchoose: 0.4\ngap: 0\n", encoding="utf-8")
    assert told(clean) == [
        (
            "knowledge/operating-point.yaml:1: the operating point is stale: it was measured on no knowledge yet. "
            "Measure it again: python -m benchmarks.operating_point."
        )
    ]


def test_an_operating_point_of_another_knowledge_is_stale(clean: Path) -> None:
    before, _ = check(clean, today=TODAY)
    edit(clean / "clinic.yaml", "555-0142", "555-0143")
    assert told(clean) == [
        (
            "knowledge/operating-point.yaml:1: the operating point is stale: it was measured on the knowledge "
            f"{before.digest[:12]}. Measure it again: python -m benchmarks.operating_point."
        )
    ]


# --- entries ---------------------------------------------------------------------------------------------------------


def test_a_passage_that_was_edited_is_told(clean: Path) -> None:
    edit(clean / "visits.yaml", "9 to 5.", "9 to 6.")
    assert told(measured(clean)) == [
        (
            "knowledge/visits.yaml:14: a passage was edited; the last accepted text is served. "
            'Run: verbatim accept when-open --by "Your Name".'
        )
    ]


def test_a_review_that_is_due_is_told_from_the_day_after(clean: Path) -> None:
    edit(clean / "visits.yaml", "due: ''", "due: 2026-03-01")
    measured(clean)
    assert told(clean, today=date(2026, 3, 1)) == []
    assert told(clean, today=date(2026, 3, 2)) == [
        (
            "knowledge/visits.yaml:5: the review of 'when-open' was due on 2026-03-01. "
            'Review it, then run: verbatim review when-open --by "Your Name".'
        )
    ]


def test_a_title_that_is_not_the_clinics_is_told(clean: Path) -> None:
    edit(clean / "visits.yaml", "question_origin: source\n", "question_origin: editorial\n")
    edit(clean / "visits.yaml", "    question_source: {file: sources/visits.txt, start: 3, end: 21}\n", "")
    assert told(measured(clean)) == [
        (
            "knowledge/visits.yaml:5: the title 'When are you open?' is editorial: it is not in the clinic's text. "
            "Check that it fits the answer."
        )
    ]


def test_a_title_that_import_proposed_is_told(tmp_path: Path) -> None:
    folder = knowledge_of(tmp_path, "-\nPlease come ten minutes early to your first visit.\n")
    assert told(folder) == [
        (
            "knowledge/faq.yaml:5: the title of 'please-come-ten-minutes-early-first' is only the start of its answer. "
            "Write the question that this answer answers."
        )
    ]


# --- the clinic's text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We decide if you eligible for it.", "'if you eligible' (a verb seems to be missing)"),
        ("It works by antagonize the receptor.", "'by antagonize' (a verb form seems wrong)"),
        ("Untreated hyperthyroidis.", "'hyperthyroidis' (probably 'hyperthyroidism')"),
    ],
)
def test_a_probable_typo_is_told_with_its_line_in_the_source(tmp_path: Path, sentence: str, expected: str) -> None:
    folder = knowledge_of(tmp_path, f"Q: Who can come?\nA: Most people.\n\n{sentence}\n")
    edit(folder / "faq.yaml", "aliases: []", "aliases: [hyperthyroidism]")
    assert told(measured(folder)) == [
        f"knowledge/sources/faq.txt:4: a probable typo in the source: {expected}. It is shown as it stands."
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "We tell you if you are eligible.",
        "We ask that you be comfortable.",
        "It works by antagonizing the receptor.",
        "Treatments help.",
        "A medication.",
        "Two medications.",
        "Hyperthyroidism.",
        "A thyroid.",
    ],
)
def test_a_sentence_in_order_is_not_taken_for_a_typo(tmp_path: Path, sentence: str) -> None:
    folder = knowledge_of(tmp_path, f"Q: Who can come?\nA: {sentence}\n")
    edit(folder / "faq.yaml", "aliases: []", "aliases: [hyperthyroidism, medications, treatment]")
    assert told(measured(folder)) == []


def test_the_seeds_typos_are_told() -> None:
    _, warnings = check(COMMITTED, today=TODAY)
    found = [(p.line, p.what) for p in warnings if p.file.endswith("ketamine-faq.txt")]
    assert found == [
        (6, "a probable typo in the source: 'by antagonize' (a verb form seems wrong)"),
        (31, "a probable typo in the source: 'if you eligible' (a verb seems to be missing)"),
        (36, "a probable typo in the source: 'hyperthyroidis' (probably 'hyperthyroidism')"),
    ]


def test_the_seven_titles_of_ours_are_told() -> None:
    _, warnings = check(COMMITTED, today=TODAY)
    assert len([p for p in warnings if "is editorial" in p.what]) == 7


def test_warnings_stand_in_order_of_file_and_line() -> None:
    _, warnings = check(COMMITTED, today=TODAY)
    places = [(p.file, p.line) for p in warnings]
    assert places == sorted(places)
