"""The traps of rank_bm25 0.2.2, each with the test that it stays shut."""

import math

import pytest
from rank_bm25 import BM25Okapi

from bot.retrieval.bm25 import Bm25Retriever, smoothed_idf
from bot.text import stems


def _scores(strings: list[str], query: str, *, both_ways: bool = False) -> dict[str, float]:
    engine = Bm25Retriever([(text, text) for text in strings], str.split, both_ways=both_ways)
    return {hit.id: hit.score for hit in engine.search(query, 100)}


@pytest.mark.parametrize("size", [0, 1, 2, 10, 40, 10_000])
def test_the_idf_is_positive_for_every_count_and_falls_with_it(size: int) -> None:
    values = [smoothed_idf(size, containing) for containing in range(size + 1)]
    assert all(value > 0 for value in values)
    assert values == sorted(values, reverse=True)


def test_the_idf_is_that_of_the_formula() -> None:
    assert smoothed_idf(10, 3) == math.log(1 + 7.5 / 3.5)


def test_rank_bm25_itself_gives_a_term_in_half_of_the_strings_no_weight() -> None:
    """The trap is still there; when this fails, the idf of our own may have become unnecessary."""
    assert BM25Okapi([["a"], ["b"]]).get_scores(["a"]).tolist() == [0.0, 0.0]


def test_a_term_in_half_of_the_strings_counts() -> None:
    assert _scores(["a x", "b y"], "a") == {"a x": 1.0}


def test_a_term_in_most_strings_never_counts_against_a_string() -> None:
    scores = _scores(["a b", "a c", "a d", "e"], "a b")
    assert scores["a b"] > scores["a c"] == scores["a d"] > 0
    assert "e" not in scores


def test_an_empty_corpus_finds_nothing() -> None:
    assert Bm25Retriever([], stems).search("anything", 5) == ()


def test_strings_that_share_nothing_are_not_returned() -> None:
    assert _scores(["a", "b", "c"], "a") == {"a": 1.0}


def test_repeating_a_word_in_the_question_changes_nothing() -> None:
    strings = ["very tired today", "very sad today"]
    assert _scores(strings, "very very very sad") == _scores(strings, "very sad")


def test_repeating_a_word_in_a_string_saturates() -> None:
    scores = _scores(["x " * 50 + "pad", "x y", "z w"], "x y")
    assert scores["x y"] > scores["x " * 50 + "pad"]


def test_both_ways_the_same_words_score_one_whatever_their_order() -> None:
    assert _scores(["blood pressure", "blood test"], "pressure blood", both_ways=True)["blood pressure"] == 1.0


def test_both_ways_a_longer_string_is_a_weaker_match() -> None:
    scores = _scores(["dose", "dose of the second visit", "unrelated"], "dose", both_ways=True)
    assert scores["dose"] == 1.0 > scores["dose of the second visit"] > 0


def test_the_score_of_the_same_match_moves_by_less_than_a_tenth_from_ten_to_a_thousand() -> None:
    small = [f"topic{n} words" for n in range(10)]
    large = [f"topic{n} words" for n in range(1000)]
    assert _scores(small, "topic3 unknown")["topic3 words"] == pytest.approx(
        _scores(large, "topic3 unknown")["topic3 words"], abs=0.1
    )
