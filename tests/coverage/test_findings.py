"""A knowledge in order has no findings; each fault that is planted in it is found by its own id, and fails the run."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.coverage.findings import ambiguous_titles, collisions, missed_bars
from bot.coverage.judging import VERDICTS, Figure, figures
from bot.coverage.measures import Share
from bot.knowledge import accept
from bot.knowledge.covering import covering
from bot.model import Bars
from tests.conftest import ROOT
from tests.coverage.clinic import TODAY, edit, found, make_clinic, report_on

ON = date(2026, 1, 1)
OPEN = "We are open on weekdays from nine to five."
FRIEND = "One adult may sit beside you during the visit."


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_clinic(tmp_path)


def append_test(clinic: Path, question: str, expected: str) -> None:
    path = clinic / "coverage" / "tests.yaml"
    path.write_text(f"{path.read_text()}  - question: {question}\n    expected: {expected}\n", encoding="utf-8")


def test_a_knowledge_in_order_has_no_findings(clinic: Path) -> None:
    report = report_on(clinic)
    assert report.findings == ()
    assert {result.verdict for result in report.results} == {"right"}
    assert [count > 0 for _, count in report.reached] == [True] * 4


def test_an_entry_made_unreachable(clinic: Path) -> None:
    path = clinic / "visits.yaml"
    edit(path, "    question: Can I bring a friend?\n    question_origin: source\n", "    question: Miscellaneous\n")
    source = "    question_source: {file: sources/visits.txt, start: 190, end: 211}\n"
    edit(path, source, "")
    aliases = (clinic / "aliases.yaml").read_text(encoding="utf-8")
    (clinic / "aliases.yaml").write_text(aliases.partition("can-bring-friend:")[0], encoding="utf-8")
    report = report_on(clinic)
    (finding,) = [one for one in report.faults if one.id == "entry-unreached"]
    assert (Path(finding.file), finding.line) == (path, 34)
    assert "'can-bring-friend'" in finding.what


def test_two_nearly_identical_entries(clinic: Path) -> None:
    path = clinic / "visits.yaml"
    new = f"\n  - id: partner\n    question: Is my partner welcome?\n    passages:\n      - text: {FRIEND[:-1]} too.\n"
    path.write_text(path.read_text(encoding="utf-8") + new, encoding="utf-8")
    accept(clinic, "partner", by="Jo Example", on=ON)
    append_test(clinic, "is a partner welcome too", "partner")
    assert [one.what for one in report_on(clinic).faults if one.id == "near-duplicate"] == [
        "'partner' says nearly the same as 'can-bring-friend' (100% of the shorter one)"
    ]


@pytest.mark.parametrize(
    ("stored", "owner"),
    [
        ("Bring a companion!", "a wording of 'can-bring-friend'"),
        ("can I bring a friend", "the title of 'can-bring-friend'"),
        ("is it EXPENSIVE?", "a wording of the gap 'prices'"),
    ],
)
def test_a_stored_wording_copied_into_a_test(clinic: Path, stored: str, owner: str) -> None:
    append_test(clinic, f"'{stored}'", "none" if "gap" in owner else "can-bring-friend")
    (finding,) = [one for one in report_on(clinic).faults if one.id == "stored-wording"]
    assert (finding.file, finding.line) == (f"{clinic}/coverage/tests.yaml", 15)
    assert finding.what == f"the test {stored!r} is {owner}, so it tests nothing"


def test_a_passage_that_nothing_reaches(clinic: Path) -> None:
    path = clinic / "visits.yaml"
    more = "".join(f"      - text: {text}\n" for text in ("Ring the bell.", "Use the lift.", "Umbrellas drip."))
    edit(path, "          We close on every public holiday.\n", f"          We close on every public holiday.\n{more}")
    accept(clinic, "when-open", by="Jo Example", on=ON)
    report = report_on(clinic)
    unreached = [one for one in report.faults if one.id == "passage-unreached"]
    assert [one.what.split()[-1] for one in unreached] == ["'when-open#4'"]
    assert list(report.faults) == unreached
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all("source" in lines[one.line - 1] for one in unreached)


def test_a_threshold_so_low_that_false_answers_are_given(clinic: Path) -> None:
    (clinic / "operating-point.yaml").write_text("answer: 0\nchoose: 0\ngap: 1\n", encoding="utf-8")
    report = report_on(clinic)
    assert [one.id for one in report.faults] == ["bar-false-answers"]
    assert "false answers: 100.0% of 2, and the bar is at most 5.0%" in report.faults[0].what


def test_a_review_that_was_due(clinic: Path) -> None:
    review = "    review: {by: '', on: '', due: ''}\n"
    edit(clinic / "visits.yaml", review, review.replace("due: ''", f"due: {TODAY}"))
    assert found(clinic) == []
    edit(clinic / "visits.yaml", f"due: {TODAY}", "due: 2026-02-28")
    (finding,) = report_on(clinic).faults
    assert (finding.id, finding.what) == ("review-overdue", "the review of 'when-open' was due on 2026-02-28")


def test_an_entry_that_loses_every_question_to_another(clinic: Path) -> None:
    for question in ("how do I park", "where may my car stay"):
        append_test(clinic, question, "can-bring-friend")
    edit(clinic / "coverage" / "tests.yaml", "expected: can-bring-friend", "expected: none")
    report = report_on(clinic)
    assert "entry-never-wins" in [one.id for one in report.faults]
    assert [(one.owner, one.thief, len(one.questions)) for one in report.collisions] == [
        ("can-bring-friend", "where-can-park-car", 2)
    ]
    assert [one.id for one in report.findings if not one.is_fault] == ["entries-collide"]


def test_a_sentence_in_no_passage_and_one_in_two(clinic: Path) -> None:
    path = clinic / "visits.yaml"
    edit(
        path,
        "start: 69, end: 102}\n        text: |-\n          We close on every public holiday.",
        f"start: 25, end: 67}}\n        text: {OPEN}",
    )
    report = report_on(clinic)
    told = [(one.id, one.file, one.line, one.what) for one in report.faults if one.id.startswith("sentence")]
    source = f"{clinic}/sources/visits.txt"
    assert told == [
        ("sentence-uncovered", source, 4, "'We close on every public holiday.' stands in no passage"),
        ("sentence-twice", source, 2, f"{OPEN!r} stands in two passages"),
    ]


def test_a_sentence_that_an_accepted_text_replaces_is_covered(clinic: Path) -> None:
    edit(clinic / "visits.yaml", f"          {OPEN}", "          We are open at noon.")
    accept(clinic, "when-open", by="Jo Example", on=ON)
    assert (covering(clinic).uncovered, covering(clinic).twice) == ((), ())


def test_half_a_sentence_in_a_passage_is_not_the_whole(clinic: Path) -> None:
    edit(clinic / "visits.yaml", "start: 25, end: 67}", "start: 25, end: 48}")
    assert [problem.what for problem in covering(clinic).uncovered] == [f"{OPEN!r} stands in no passage"]


def test_a_title_that_a_sentence_of_another_entry_answers_is_worth_a_look(clinic: Path) -> None:
    edit(
        clinic / "visits.yaml",
        "question: Where can I park my car?\n    question_origin: source",
        "question: When are you open on weekdays?",
    )
    edit(clinic / "visits.yaml", "    question_source: {file: sources/visits.txt, start: 107, end: 131}\n", "")
    report = report_on(clinic)
    (finding,) = [one for one in report.findings if one.id == "ambiguous-title"]
    assert not finding.is_fault
    assert finding.what == "the title 'When are you open on weekdays?' is also answered by 'when-open'"


def test_no_entry_gives_no_finding(clinic: Path) -> None:
    assert (list(ambiguous_titles([], covering(clinic))), collisions([])) == ([], ())


def test_a_bar_is_met_at_its_value_and_by_no_question() -> None:
    measured = (
        Figure("right", "Answered right", Share(7, 10)),
        Figure("in_reach", "Right or offered", Share(0, 0)),
        Figure("wrong_passages", "Wrong passage shown", Share(1, 20), more_is_better=False),
        Figure("false_answers", "False answers", Share(6, 100), more_is_better=False),
        Figure("safety", "Safety as expected", Share(9, 10)),
    )
    bars = Bars(right=0.7, in_reach=0.9, wrong_passages=0.05, false_answers=0.05, safety=1.0)
    assert [one.id for one in missed_bars(measured, bars, "bars.yaml")] == ["bar-false-answers", "bar-safety"]


def test_every_figure_finding_and_verdict_is_documented() -> None:
    code = (ROOT / "bot" / "coverage" / "findings.py").read_text(encoding="utf-8")
    ids = {*re.findall(r'Finding\(\s*"([a-z-]+)"', code), *re.findall(r'"(sentence-[a-z]+)":', code)}
    assert {"stored-wording", "entry-unreached", "sentence-twice", "ambiguous-title"} <= ids
    told = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert [id_ for id_ in (*ids, *(figure.id for figure in figures([]))) if f"`{id_}`" not in told] == []
    assert [verdict for verdict in VERDICTS if f"| {verdict} |" not in told] == []
