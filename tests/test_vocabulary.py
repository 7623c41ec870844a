"""How much of a question an entry, or anything else, has ever used: shares of the weight of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.bm25 import smoothed_idf
from bot.retrieval.vocabulary import Met, Vocabulary
from bot.text import words

TEXTS = [
    ("dog", "may my dog wait outside"),
    ("dog", "dogs get water"),
    ("gap:parking", "where can I park outside"),
    ("gap:price", "what does water cost"),
]


def _vocabulary(texts: list[tuple[str, str]]) -> Vocabulary:
    return Vocabulary((owner, words(text)) for owner, text in texts)


def _met(question: str, entry: str = "dog", other: str = "gap:parking") -> Met:
    return _vocabulary(TEXTS).met(question, entry, other)


def test_all_words_are_the_entrys() -> None:
    assert _met("does a dog get water") == Met(unknown=0.0, entry=1.0, other=0.0)


def test_all_words_are_the_others() -> None:
    assert _met("where to park") == Met(unknown=0.0, entry=0.0, other=1.0)


def test_a_word_of_both_counts_for_both() -> None:
    assert _met("outside") == Met(unknown=0.0, entry=1.0, other=1.0)


def test_a_word_of_a_third_owner_is_known_and_of_neither() -> None:
    assert _met("cost") == Met(unknown=0.0, entry=0.0, other=0.0)


def test_a_word_that_nobody_has_used_is_unknown() -> None:
    assert _met("zebra") == Met(unknown=1.0, entry=0.0, other=0.0)


@pytest.mark.parametrize("question", ["", "?!", "is it the"])
def test_a_question_without_words_that_tell_speaks_against_nobody(question: str) -> None:
    assert _met(question) == Met(unknown=0.0, entry=1.0, other=1.0)


def test_words_weigh_as_in_the_formula() -> None:
    unknown, dog, outside = smoothed_idf(4, 0), smoothed_idf(4, 2), smoothed_idf(4, 2)
    park = smoothed_idf(4, 1)
    total = unknown + dog + outside + park
    met = _met("zebra dog outside park")
    assert met.unknown == pytest.approx(unknown / total)
    assert met.entry == pytest.approx((dog + outside) / total)
    assert met.other == pytest.approx((outside + park) / total)


def test_the_fewer_texts_hold_a_word_the_more_it_weighs() -> None:
    vocabulary = _vocabulary([("dog", "dog water"), ("cat", "cat water"), ("bird", "bird water")])
    assert vocabulary.met("dog water", "dog", "").entry == 1.0
    assert 0 < vocabulary.met("dog water", "cat", "").entry < 0.5


def test_inflections_are_the_same_word_and_stop_words_are_none() -> None:
    assert _met("are the dogs waiting for parking") == _met("dog wait park")


def test_repeating_a_word_changes_nothing() -> None:
    assert _met("dog dog dog zebra") == _met("dog zebra")
    repeated = [*TEXTS[1:], ("dog", "may my dog wait outside outside outside")]
    assert _vocabulary(repeated).met("outside park", "dog", "") == _met("outside park", "dog", "")


def test_an_owner_that_nobody_has_heard_of_has_no_words() -> None:
    vocabulary = _vocabulary(TEXTS)
    assert vocabulary.met("dog", "cat", "") == Met(0.0, 0.0, 0.0)
    assert vocabulary.met("dog", "cat", "") == Met(0.0, 0.0, 0.0)


def test_where_nobody_has_said_anything_all_is_unknown() -> None:
    assert _vocabulary([]).met("dog", "dog", "") == Met(1.0, 0.0, 0.0)


_TEXT = st.lists(st.sampled_from("dog dogs cat water park zebra the is 5 ?".split()), max_size=6).map(" ".join)
_OWNER = st.sampled_from(["a", "b", ""])


@given(st.lists(st.tuples(_OWNER, _TEXT), max_size=6), _TEXT, _OWNER, _OWNER)
def test_shares_are_bounded_and_what_is_unknown_is_nobodys(
    texts: list[tuple[str, str]], question: str, entry: str, other: str
) -> None:
    met = _vocabulary(texts).met(question, entry, other)
    assert all(0 <= share <= 1 for share in (met.unknown, met.entry, met.other))
    assert met.unknown + max(met.entry, met.other) <= 1 + 1e-9
    assert met == _vocabulary(texts[::-1]).met(question, entry, other)
