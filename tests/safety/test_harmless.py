"""Wordings that only sound like danger are blanked, and the danger beside them is left whole."""

import re

import pytest
import re2

from bot.safety import detect
from bot.safety.harmless import HARMLESS, Harmless
from bot.safety.views import readings
from tests.safety.classifiers import Install, Sure

pytestmark = pytest.mark.usefixtures("rules_only")

each_row = pytest.mark.parametrize("row", HARMLESS, ids=lambda row: row.id)
# what they must keep is danger that the table of rules does not word
WITHOUT_A_RULE = {"to-death", "suicide-names"}


def _whole(message: str) -> str:
    return readings(message)[0]


@each_row
def test_a_row_blanks_its_example(row: Harmless) -> None:
    assert row.compiled().search(_whole(row.blanks))
    assert detect(row.blanks).rules == ()


@each_row
def test_no_row_touches_what_a_row_must_keep(row: Harmless) -> None:
    assert [other.id for other in HARMLESS if other.compiled().search(_whole(row.keeps))] == []


@pytest.mark.parametrize("row", [row for row in HARMLESS if row.id not in WITHOUT_A_RULE], ids=lambda row: row.id)
def test_what_a_row_must_keep_still_raises(row: Harmless) -> None:
    assert detect(row.keeps).level in {"crisis", "emergency"}


def test_exceptions_are_rows() -> None:
    assert WITHOUT_A_RULE - {row.id for row in HARMLESS} == set()


@pytest.mark.parametrize("row", HARMLESS, ids=lambda row: row.id)
def test_danger_beside_a_harmless_wording_is_found(row: Harmless) -> None:
    for message in (f"{row.blanks}. I want to kill myself", f"I want to kill myself. {row.blanks}"):
        assert "self-kill" in detect(message).rules, message


@each_row
def test_a_blanked_wording_joins_no_words_around_it(row: Harmless) -> None:
    """What is blanked leaves a mark, so that "kill <...> myself" never comes together."""
    assert detect(f"kill {row.blanks} myself").rules == ()


def test_ids_are_unique_and_plain() -> None:
    ids = [row.id for row in HARMLESS]
    assert len(set(ids)) == len(ids)
    assert [id_ for id_ in ids if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", id_)] == []


@each_row
def test_a_pattern_never_backtracks_and_does_not_match_nothing(row: Harmless) -> None:
    compiled = re2.compile(row.pattern)
    assert [text for text in ("", "x", "i am so very sad") if compiled.search(text)] == []


@pytest.mark.parametrize(
    "message",
    [
        "I want to kill some time and then kill myself",
        "i am not suicidal but he hits me and i cant breathe",
        "I tried to kill myself in 2012 and I want to kill myself now",
        "this headache is killing me and I took the whole bottle of pills",
        "I overdosed on chocolate and then I overdosed on my pills",
        "my phone is about to die and so I want to die",
    ],
)
def test_a_harmless_wording_does_not_hide_danger_in_its_own_sentence(message: str) -> None:
    assert detect(message).level in {"crisis", "emergency"}


def test_the_classifier_reads_what_is_left(install: Install) -> None:
    """A classifier that is sure of every text with "killing" in it reads none of it here."""
    install(Sure(word="killing"))
    assert detect("this headache is killing me").level == "none"
    assert detect("killing").level == "crisis"
