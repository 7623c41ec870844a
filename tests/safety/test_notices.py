"""The fixed texts: short sentences in plain words, and none that could hurt."""

import re
from dataclasses import asdict

import pytest
import yaml

from tests.clinics import CLINIC
from tests.conftest import ROOT

TEXTS: dict[str, str] = yaml.safe_load((ROOT / "knowledge/notices.yaml").read_text(encoding="utf-8"))
FACTS = {key: value for key, value in asdict(CLINIC).items() if isinstance(value, str)}
SPANISH = ("Este ", "En una ")
HIGHEST_GRADE = 6.0
HELP = ("crisis", "crisis-short", "crisis-other", "emergency", "harm", "support")
# what stands where a patient got no answer, or nothing at all
NO_ANSWER = (
    "no-answer", "call-clinic", "contact", "greeting", "person", "language", "too-long", "empty", "busy", "error",
)  # fmt: skip

each_notice = pytest.mark.parametrize("notice", TEXTS)


def _syllables(word: str) -> int:
    """Count a word's groups of vowels, without a silent e: "take", "lines", "asked", but "table", "needed", "places".

    Simple, so sometimes one too many ("general": three) and sometimes one too few ("suicide": two).
    """
    plain = re.sub("[^a-z]", "", word.lower())
    groups = len(re.findall("[aeiouy]+", plain))
    silent = re.search(r"[^laeiouy]e$|[aeiouy]le$|[^tdaeiouy]ed$|[^szxcgaeiouy]es$", plain)
    return max(1, groups - bool(silent))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade (Kincaid et al. 1975) to one decimal; a line is a sentence, a number no word."""
    lines = [re.findall("[A-Za-z][A-Za-z']*", line) for line in text.splitlines() if not line.startswith(SPANISH)]
    words = [word for line in lines for word in line]
    sentences = sum(map(bool, lines))
    return round(0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59, 1)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *((word, 1) for word in "call please take asked lines the day".split()),
        *((word, 2) for word in "needed places table clinic anyone suicide".split()),
        *(("medicine", 3), ("emergency", 4)),
    ],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert _syllables(word) == count


def test_a_hard_text_has_a_high_grade() -> None:
    """The counter can fail: sentences as clinicians write them are far above."""
    hard = "Patients experiencing treatment-resistant depressive symptomatology require comprehensive evaluation."
    assert grade(hard) > 12 > HIGHEST_GRADE > grade("Call us now.\nWe can help you.")


@each_notice
def test_a_notice_can_be_read_by_anybody(notice: str) -> None:
    assert grade(TEXTS[notice].format(**FACTS)) <= HIGHEST_GRADE


@each_notice
def test_a_notice_has_no_hurtful_words_and_does_not_shout(notice: str) -> None:
    text = TEXTS[notice].casefold()
    assert [word for word in ("commit suicide", "committed suicide", "failed attempt", "!") if word in text] == []


@pytest.mark.parametrize("notice", HELP)
def test_a_notice_for_danger_asks_nothing(notice: str) -> None:
    assert "?" not in TEXTS[notice]


@pytest.mark.parametrize("notice", [*HELP, *NO_ANSWER])
def test_help_is_in_every_notice_that_stands_alone(notice: str) -> None:
    assert "{crisis_line}" in TEXTS[notice]


@each_notice
def test_a_line_is_a_sentence(notice: str) -> None:
    labels = re.compile(r"[A-Z][a-z]+( hours)?: \{\w+\}\.?")
    wrong = [line for line in TEXTS[notice].splitlines() if not line.endswith(".") and not labels.fullmatch(line)]
    assert wrong == []
