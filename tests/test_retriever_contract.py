"""One suite for every engine behind the `Retriever` seam."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry, Passage, Source
from bot.retrieval import Hit, Retriever
from bot.retrieval.bm25 import Bm25Retriever
from bot.retrieval.ranking import EntryRetriever, PassageRetriever
from bot.text import content_stems, stems

Strings = list[tuple[str, str]]
Build = Callable[[Strings], Retriever]

PETS = [
    ("cat", "a cat sleeps on the warm mat"),
    ("dog", "a dog barks at the postman"),
    ("bird", "a bird sings at dawn"),
]


def _entry(id_: str, text: str) -> Entry:
    passage = Passage(f"{id_}#0", id_, text, Source("sources/t.txt", 0, len(text), ""))
    return Entry(id_, text, "editorial", (passage,))


def _entries(strings: Strings) -> list[Entry]:
    return [_entry(id_, text) for id_, text in strings]


class _ByPassage:
    """The passage engine, its ids cut back to their entries so that one suite fits all."""

    def __init__(self, strings: Strings) -> None:
        self._inner = PassageRetriever.over(_entries(strings))

    def search(self, query: str, k: int) -> Sequence[Hit]:
        return tuple(Hit(hit.id.removesuffix("#0"), hit.score) for hit in self._inner.search(query, k))


def _tfidf(strings: Strings) -> Retriever:
    engine: Retriever = pytest.importorskip("bot.retrieval.tfidf").TfidfRetriever(strings)
    return engine


ENGINES: dict[str, Build] = {
    "bm25 over passages": lambda strings: Bm25Retriever(strings, content_stems),
    "bm25 over short strings": lambda strings: Bm25Retriever(strings, stems, both_ways=True, b=0.0),
    "entries": lambda strings: EntryRetriever.over(_entries(strings)),
    "passages": _ByPassage,
    "tf-idf": _tfidf,
}


@pytest.fixture(params=list(ENGINES.values()), ids=list(ENGINES))
def build(request: pytest.FixtureRequest) -> Build:
    build: Build = request.param
    return build


def test_the_string_that_shares_most_comes_first(build: Build) -> None:
    assert build(PETS).search("warm mat of a cat", 3)[0].id == "cat"


def test_no_shared_word_is_no_hit(build: Build) -> None:
    assert build(PETS).search("zebra", 3) == ()


@pytest.mark.parametrize("query", ["", "   ", "?!", "\n", "\u200b", "🦓"])
def test_a_query_without_words_is_no_hit(build: Build, query: str) -> None:
    assert build(PETS).search(query, 3) == ()


def test_nothing_indexed_is_no_hit(build: Build) -> None:
    assert build([]).search("cat", 3) == ()


def test_a_string_without_words_is_never_found(build: Build) -> None:
    assert [hit.id for hit in build([("mute", "..."), *PETS]).search("cat", 5)] == ["cat"]


def test_at_most_k_hits(build: Build) -> None:
    assert len(build([(f"id{n}", "same words here") for n in range(9)]).search("same words", 4)) == 4


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_an_error(build: Build, k: int) -> None:
    with pytest.raises(ValueError, match="ask for at least 1 hit"):
        build(PETS).search("cat", k)


def test_equal_scores_are_ordered_by_id(build: Build) -> None:
    hits = build([("b", "red apple"), ("a", "red apple"), ("c", "red apple")]).search("apple", 3)
    assert [hit.id for hit in hits] == ["a", "b", "c"]
    assert len({hit.score for hit in hits}) == 1


def test_the_order_of_indexing_changes_nothing(build: Build) -> None:
    assert build(PETS).search("a cat and a dog", 3) == build(PETS[::-1]).search("a cat and a dog", 3)


@pytest.mark.parametrize("size", [1, 2, 10, 40, 10_000])
def test_scores_stay_sane_at_every_size(build: Build, size: int) -> None:
    """A word that half of the strings hold still counts, and the one string that holds both words wins."""
    strings = [(f"id{n:05}", f"{'common' if n % 2 else 'usual'} filler{n} text") for n in range(size - 1)]
    hits = build([*strings, ("wanted", "common rare text")]).search("common rare", 3)
    assert hits[0].id == "wanted"
    assert all(0 < hit.score <= 1 for hit in hits)
    assert hits[0].score >= 0.4


def test_a_word_in_every_string_still_counts(build: Build) -> None:
    hits = build([("a", "ketamine dose"), ("b", "ketamine price")]).search("ketamine", 2)
    assert [hit.id for hit in hits] == ["a", "b"]


def test_an_unknown_word_lowers_the_score(build: Build) -> None:
    engine = build(PETS)
    assert engine.search("cat zebra", 1)[0].score < engine.search("cat", 1)[0].score


_text = st.text(st.sampled_from("abc dé 'ß1\n"), max_size=40)


@pytest.mark.parametrize("name", ENGINES)
@given(strings=st.lists(_text, max_size=8), query=_text)
def test_scores_are_bounded_rounded_unique_and_sorted(name: str, strings: list[str], query: str) -> None:
    engine = ENGINES[name]([(f"id{n}", text) for n, text in enumerate(strings)])
    hits = engine.search(query, 100)
    assert hits == tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id)))
    assert all(0 < hit.score <= 1 and hit.score == round(hit.score, 6) for hit in hits)
    assert len({hit.id for hit in hits}) == len(hits)
    assert hits == engine.search(query, 100)
