"""Coverage questions, bars and bank are read strictly, all mistakes at once, and what is written is read again."""

from pathlib import Path

import pytest

from bot.errors import KnowledgeError, VerbatimError
from bot.knowledge import check, load_knowledge
from bot.knowledge.coverage_tests import (
    Known,
    expectation,
    read_bank,
    read_bars,
    read_coverage,
    save_tests,
)
from bot.model import BankTopic, Bars, CoverageQuestion, Expected, Knowledge
from tests.coverage.clinic import TODAY, make_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return make_clinic(tmp_path)


@pytest.fixture
def knowledge(clinic: Path) -> Knowledge:
    return load_knowledge(clinic)


def write(clinic: Path, text: str) -> None:
    (clinic / "coverage" / "tests.yaml").write_text(text, encoding="utf-8")


def mistakes(clinic: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        read_coverage(clinic, load_knowledge(clinic))
    return [str(problem).replace(f"{clinic}/", "") for problem in caught.value.problems]


def test_a_test_is_read_with_its_place(clinic: Path, knowledge: Knowledge) -> None:
    write(
        clinic,
        "tests:\n  - question: are you there at noon\n    expected: when-open | where-can-park-car#0\n"
        "    note: asked in May\n    tags: [hours]\n    general: [when-open]\n",
    )
    expected = Expected(entries=("when-open",), passages=("where-can-park-car#0",))
    file = f"{clinic}/coverage/tests.yaml"
    assert read_coverage(clinic, knowledge) == (
        CoverageQuestion("are you there at noon", expected, "asked in May", ("hours",), ("when-open",), file, 2),
    )
    assert expected.answering == ("when-open", "where-can-park-car")


def test_a_clinic_without_tests_has_none(clinic: Path, knowledge: Knowledge) -> None:
    (clinic / "coverage" / "tests.yaml").unlink()
    assert (read_coverage(clinic, knowledge), read_bars(clinic)) == ((), Bars())


def test_tests_do_not_change_the_digest(clinic: Path, knowledge: Knowledge) -> None:
    write(clinic, "tests: []\n")
    assert load_knowledge(clinic).digest == knowledge.digest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", Expected()),
        ("gap:prices", Expected(gap="prices")),
        ("safety:crisis", Expected(level="crisis")),
        ("when-open|can-bring-friend", Expected(entries=("when-open", "can-bring-friend"))),
        ("when-open#1", Expected(passages=("when-open#1",))),
    ],
)
def test_each_way_to_say_what_is_expected(knowledge: Knowledge, text: str, expected: Expected) -> None:
    assert expectation(text, Known.of(knowledge)) == expected
    assert str(expected) == text


def test_every_mistake_is_told_with_its_line(clinic: Path) -> None:
    write(
        clinic,
        """\
tests:
  - question: one
    expected: when-opn
  - question: two
    expected: gap:price
  - question: three
    expected: safety:danger
  - question: four
    expected: when-open#7
  - question: '???'
    expected: none
  - question: five
    expects: none
  - question: six
    expected: '|'
  - question: Seven!
    expected: none
  - question: seven
    expected: when-open
  - question: eight
    expected: none
    general: [nothing]
""",
    )
    told = "\n".join(mistakes(clinic))
    assert (
        told
        == """\
coverage/tests.yaml:3: 'when-opn' is no entry. Did you mean 'when-open'? Use the id of one that there is.
coverage/tests.yaml:5: 'price' is no gap. Did you mean 'prices'? Use the id of one that there is.
coverage/tests.yaml:7: 'danger' is no safety level. Use the id of one that there is.
coverage/tests.yaml:9: 'when-open#7' is no passage. Did you mean 'when-open#1'? Use the id of one that there is.
coverage/tests.yaml:10: the question '???' has no word. Write it in words.
coverage/tests.yaml:12: a test has no 'expected'. Add a line 'expected: ...'.
coverage/tests.yaml:13: a test has an unknown field 'expects'. Did you mean 'expected'? Known fields are expected, \
general, note, question, tags.
coverage/tests.yaml:15: nothing is said to be expected. Write the id of an entry (several with | between them), of a \
passage as ENTRY#NAME, none, gap:ID or safety:LEVEL.
coverage/tests.yaml:18: the question 'seven' is already asked at coverage/tests.yaml:16. Keep one of the two.
coverage/tests.yaml:22: 'nothing' is no entry. Use the id of one that there is."""
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rihgt: 0.5\n", r"bars\.yaml:1: the bars has an unknown field 'rihgt'\. Did you mean 'right'\?"),
        ("right: 80\n", r"bars\.yaml:1: 'right' of the bars is '80'\. Write a number from 0 to 1"),
        ("right: &x 1\n", "the anchor '&x' is not allowed"),
    ],
)
def test_a_wrong_bar_is_told(clinic: Path, text: str, told: str) -> None:
    (clinic / "coverage" / "bars.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        read_bars(clinic)


def test_a_bar_that_is_not_stated_is_the_programs(clinic: Path) -> None:
    (clinic / "coverage" / "bars.yaml").write_text("false_answers: 0.2\n", encoding="utf-8")
    assert read_bars(clinic) == Bars(false_answers=0.2)


def test_check_warns_of_mistakes_in_tests_and_bars_and_serves_all_the_same(clinic: Path) -> None:
    write(clinic, "tests:\n  - question: one\n    expected: nowhere\n")
    (clinic / "coverage" / "bars.yaml").write_text("right: 2\n", encoding="utf-8")
    _, warnings = check(clinic, today=TODAY)
    told = [warning.what for warning in warnings if "/coverage/" in warning.file]
    assert told == ["'right' of the bars is '2'", "'nowhere' is no entry"]


def test_what_is_saved_is_read_again(clinic: Path, knowledge: Knowledge) -> None:
    (clinic / "coverage" / "tests.yaml").unlink()
    tests = (
        CoverageQuestion("yes: is it #1?", Expected(entries=("when-open",)), "a 'note'", ("a, b", "- c")),
        CoverageQuestion("'quoted' \u2028 line", Expected(gap="prices")),
        CoverageQuestion("no", Expected(), general=("when-open",)),
    )
    path = save_tests(clinic, "Our Sheet (2)", tests)
    assert path == clinic / "coverage" / "our-sheet-2.yaml"
    read = read_coverage(clinic, knowledge)
    assert [(t.question, t.expected, t.note, t.tags, t.general) for t in read] == [
        (t.question, t.expected, t.note, t.tags, t.general) for t in tests
    ]


@pytest.mark.parametrize("name", ["tests", "bars"])
def test_no_file_is_overwritten(clinic: Path, name: str) -> None:
    with pytest.raises(VerbatimError, match="there is such a file already"):
        save_tests(clinic, name, [CoverageQuestion("a", Expected())])


def test_a_bank_is_read_in_order_and_its_mistakes_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("parking:\n  name: Parking\n  questions: [where, and how]\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("prices: {name: Prices, questions: [what]}\n", encoding="utf-8")
    assert read_bank(tmp_path) == (
        BankTopic("prices", "Prices", ("what",)),
        BankTopic("parking", "Parking", ("where", "and how")),
    )
    (tmp_path / "a.yaml").write_text("prices: {questions: [what]}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"a\.yaml:1: the topic 'prices' has no 'name'"):
        read_bank(tmp_path)
