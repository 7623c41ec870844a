"""Misspelt words are mended to words of the knowledge; whatever anybody knows how to spell stays as it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cache import ArrayCache
from bot.fitting import fit_ranker
from bot.spelling import OFTEN, Speller
from bot.text import words
from tests.clinics import knowledge_of

TEXT = "could a doctor treat pain with drugs at an appointment, is ketamine treatment addictive, should we"


def _speller(*texts: str, language: str = "en") -> Speller:
    return Speller([words(text) for text in texts], language)


SPELLER = _speller(*[TEXT] * OFTEN)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ketamnie", "ketamine"),  # neighbours swapped
        ("kettamine", "ketamine"),  # doubled
        ("adictive", "addictive"),  # not doubled
        ("treatmant", "treatment"),  # another letter
        ("apointmnt", "appointment"),  # two slips
        ("ketaaaaamine", "ketamine"),  # a run
        ("ketaaaamnie", "ketamine"),  # a run and a slip
        ("treatmentappointment", "treatment appointment"),  # a forgotten space
        ("jetamine", "ketamine"),  # the first letter
        ("KETAMNIE", "ketamine"),
        ("is KETAMINE treatmant, at 5pm, adictive?", "is KETAMINE treatment, at 5pm, addictive?"),
        ("goooood", "good"),  # a run in a word of the dictionary only
    ],
)
def test_a_slip_is_mended(written: str, meant: str) -> None:
    assert SPELLER.mend(written) == meant


@pytest.mark.parametrize("word", "paid rain pair trick theatre addiction doctors rugs".split())
def test_a_word_of_the_dictionary_is_right_however_near_it_is_to_another(word: str) -> None:
    assert SPELLER.mend(word) == word


@pytest.mark.parametrize(
    "word",
    [
        "dokter",  # two slips in six letters
        "xrugs",  # another first letter in five
        "ianp",  # two slips in four
        "pan",  # too short for any
        "xyzzyplugh",
    ],
)
def test_what_could_be_nearly_anything_stays(word: str) -> None:
    assert SPELLER.mend(word) == word


def test_a_word_that_the_knowledge_holds_but_once_is_right() -> None:
    speller = _speller(*["zorbline"] * OFTEN, "zorblina")
    assert speller.mend("zorblina zorblinee") == "zorblina zorbline"


@pytest.mark.parametrize(
    ("texts", "mended"),
    [
        (["zorbline"] * OFTEN, "zorbline"),
        (["zorbline"] * (OFTEN - 1), "zorblinne"),
        (["medicine"] * 2, "medicine"),
        (["medicine"], "medicinne"),
    ],
    ids=["often", "not often enough", "twice and in the dictionary", "once and in the dictionary"],
)
def test_a_target_is_written_often_enough_to_be_no_slip_itself(texts: list[str], mended: str) -> None:
    assert _speller(*texts).mend("zorblinne" if "zorb" in mended else "medicinne") == mended


def test_of_two_words_equally_near_the_one_with_the_same_first_letter_is_meant_and_then_the_more_frequent() -> None:
    often, seldom = ["molbine"] * (OFTEN + 4), ["kolbine"] * OFTEN
    assert _speller(*often, *seldom).mend("kmolbine") == "kolbine"
    assert _speller(*often, *seldom).mend("zolbine") == "molbine"


@pytest.mark.parametrize(
    "negated",
    ["couldn't", "couldn’t", "shouldn't", "couldnt", "shouldnt"],
)
def test_a_negation_is_never_mended_away(negated: str) -> None:
    """A question that asks for the opposite must not be matched as if it asked for the thing itself."""
    assert words(SPELLER.mend(negated)) == words(negated)


@pytest.mark.parametrize("language", ["", "xx", "tlh", "uk"])
def test_a_language_without_a_dictionary_is_left_alone(language: str) -> None:
    assert _speller(*[TEXT] * OFTEN, language=language).mend("ketamnie") == "ketamnie"


@pytest.mark.parametrize("language", ["en", "EN", "en-GB"])
def test_a_region_is_no_language_of_its_own(language: str) -> None:
    assert _speller(*[TEXT] * OFTEN, language=language).mend("ketamnie") == "ketamine"


def test_another_language_has_its_own_dictionary() -> None:
    spanish = _speller(*["tratamiento con cita"] * OFTEN, language="es")
    assert spanish.mend("tratamineto, gracias") == "tratamiento, gracias"


def test_a_knowledge_without_words_mends_nothing_but_runs() -> None:
    assert _speller().mend("ketamnie goooood") == "ketamnie good"


def test_a_ranker_matches_what_was_meant() -> None:
    knowledge = knowledge_of({"May I bring my dog?": ["Dogs wait outside."], "May I bring my cat?": ["No."]})
    ranker = fit_ranker(knowledge, None, ArrayCache(None))
    assert ranker.mend("brign a dog") == "bring a dog"
    assert ranker.rank("brign a dog") == ranker.rank("bring a dog")


KNOWN = st.sampled_from(sorted(set(words(TEXT))))
_NEAR = st.text(st.sampled_from("ketaminedo"), max_size=12)
_PIECES = st.one_of(KNOWN, _NEAR, st.tuples(KNOWN, KNOWN).map("".join), st.sampled_from([" ", "'", "-", "5", "_", "K"]))
ANY = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=8).map("".join))


@given(ANY)
def test_only_words_of_four_letters_and_more_are_touched(text: str) -> None:
    """What stands between them stays, in its place, to the letter; a word becomes one word or two."""
    between = re.split(r"[^\W\d_]{4,}", text)
    assert re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)?".join(map(re.escape, between)), SPELLER.mend(text))


@given(ANY)
def test_mending_twice_is_mending_once(text: str) -> None:
    mended = SPELLER.mend(text)
    assert SPELLER.mend(mended) == mended


@given(st.lists(KNOWN.flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()])), max_size=6))
def test_what_the_knowledge_writes_is_right_in_any_case(of_words: list[str]) -> None:
    assert SPELLER.mend(" ".join(of_words)) == " ".join(of_words)
